# SPDX-License-Identifier: ISC
# shellcheck shell=bash
#
# What the lints share: TAP, and the tree they look at. A lint is a list of
# checks; `check NAME COMMAND...` runs a command that prints what is wrong and
# is a passed case when it prints nothing. Given a directory as its operand, a
# lint looks at that tree, by which the harness shows that it finds faults.

set -u
LC_ALL=C.UTF-8
export LC_ALL
# The variables are for the lint that reads this file.
# shellcheck disable=SC2034
CONTACT_BIN=${CONTACT_BIN:-$(cd "$(dirname "$0")/../.." && pwd)}
cd "${1:-${CONTACT_SOURCE:-$(dirname "$0")/../..}}" || exit 1

lint_cases=0
lint_failed=0

check()
{
	local name=$1 found
	shift
	lint_cases=$((lint_cases + 1))
	found=$("$@" 2>&1)
	if [ -z "$found" ]; then
		echo "ok $lint_cases $name"
	else
		lint_failed=$((lint_failed + 1))
		echo "not ok $lint_cases $name"
		printf '%s\n' "$found" | sed 's/^/# /'
	fi
}

skip()
{
	lint_cases=$((lint_cases + 1))
	echo "ok $lint_cases $1 # skip $2"
}

finish()
{
	echo "1..$lint_cases"
	[ "$lint_failed" -eq 0 ]
	exit
}

# The files of the project's own that a pattern matches, in a stable order.
sources()
{
	find "$@" -type f 2>/dev/null | sort
}
