# SPDX-License-Identifier: ISC
# shellcheck shell=bash
#
# What the command tests share. Each case runs in a fresh directory with an
# empty home, a fixed clock and its own store, which is checked at its end. A
# case that fails keeps its directory and says where it is.
#
#     load support
#
#     @test "X-31 a file again changes nothing" {
#         expect 0 contact-add people.csv
#         stdout_is ''
#         stderr_is 'contact-add: read=2 created=2 ... rev=1 in # s'
#     }

: "${CONTACT_SOURCE:=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)}"
: "${CONTACT_BIN:=$CONTACT_SOURCE}"
examples=$CONTACT_SOURCE/share/examples
export CONTACT_SOURCE CONTACT_BIN examples

setup()
{
	PATH=$CONTACT_BIN:$PATH
	place=$BATS_TEST_TMPDIR/case
	mkdir -p "$place/home"
	cd "$place" || return 1
	export PATH
	export HOME=$place/home
	export CONTACT_STORE=$place/store
	export CONTACT_NOW=2026-10-05T12:00:00Z
	export LC_ALL=C.UTF-8 TZ=UTC TERM=dumb COLUMNS=80
	unset NO_COLOR XDG_DATA_HOME VISUAL EDITOR
	# Sanitizers tell by this status that it was they who ended a program.
	export ASAN_OPTIONS=exitcode=99:detect_leaks=1 UBSAN_OPTIONS=print_stacktrace=1
	umask 022
	if declare -F prepare >/dev/null; then
		prepare
	fi
}

teardown()
{
	local status=0
	if [ -f "$CONTACT_STORE/data.mdb" ] && [ -z "${store_is_broken:-}" ]; then
		if ! contact-store check >check.out 2>&1; then
			echo "the store is not sound after this case:"
			cat check.out
			status=1
		fi
	fi
	if [ "$status" -ne 0 ] || [ -z "${BATS_TEST_COMPLETED:-}" ]; then
		echo "the case's directory: $(keep_place)"
	fi
	return "$status"
}

# bats removes its own directories; a failed case's is moved out of there.
keep_place()
{
	local kept
	kept=$(mktemp -d "${TMPDIR:-/tmp}/contact-test.XXXXXX") || return
	cp -R "$place/." "$kept/" && echo "$kept"
}

# expect STATUS COMMAND...: runs it, with stdin as it is here; leaves its output
# in the files `stdout` and `stderr`, and fails when the status is another.
expect()
{
	local want=$1 got=0
	shift
	"$@" >"$place/stdout" 2>"$place/stderr" || got=$?
	[ "$got" -eq "$want" ] && return
	echo "status is $got, not $want: $*"
	sed 's/^/stdout: /' "$place/stdout" | head -n 20
	sed 's/^/stderr: /' "$place/stderr" | head -n 20
	return 1
}

# pipeline STATUS TEXT: the same for a shell pipeline, each part of which must
# do well.
pipeline()
{
	expect "$1" bash -o pipefail -c "$2"
}

# same WHAT FILE TEXT: compares a file with a text, final newline aside.
same()
{
	if [ "$(cat "$2"; printf x)" = "$3"x ] || [ "$(cat "$2"; printf x)" = "$3"$'\n'x ]; then
		return
	fi
	echo "$1 is not as expected (- expected, + found):"
	diff -u --label expected --label found <(printf '%s\n' "$3") "$2" | tail -n +3
	return 1
}

stdout_is() { same stdout "$place/stdout" "$1"; }

# stderr is compared with the time that a run took replaced by `#`.
stderr_is()
{
	sed -E 's/ in [0-9]+(\.[0-9]+)? s(, nothing stored)?$/ in # s\2/' "$place/stderr" >"$place/stderr.plain"
	same stderr "$place/stderr.plain" "$1"
}

# contains FILE PATTERN: an extended regular expression.
contains()
{
	grep -qE -- "$2" "$1" && return
	echo "no line of $1 matches: $2"
	head -n 30 "$1"
	return 1
}

stdout_has() { contains "$place/stdout" "$1"; }
stderr_has() { contains "$place/stderr" "$1"; }

stdout_lacks()
{
	grep -qE -- "$1" "$place/stdout" || return 0
	echo "a line of stdout matches: $1"
	grep -nE -- "$1" "$place/stdout" | head
	return 1
}

# same_output COMMAND COMMAND: both print the same bytes.
same_output()
{
	diff -u --label "$1" --label "$2" <(bash -o pipefail -c "$1") <(bash -o pipefail -c "$2")
}

# The store's bytes, to show that a run left them alone.
store_digest()
{
	sha256sum <"$CONTACT_STORE/data.mdb"
}
