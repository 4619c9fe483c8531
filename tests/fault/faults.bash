# SPDX-License-Identifier: ISC
# shellcheck shell=bash
#
# What the tests with failing calls, deaths and power cuts share: their programs,
# some invented people, how much is done, and figures for the log.

load ../cmd/support

prepare()
{
	! grep -q __asan_init "$CONTACT_BIN/contact-add" ||
	    skip 'sanitizers stand before the calls themselves'
	PATH=$CONTACT_BIN/tests/fault:$PATH
	export CONTACT_STORE=store # in whatever directory a command is run
	: "${SEED:=$RANDOM}"
	echo "SEED=$SEED"
}

# tier QUICK USUAL LONG: the one that CONTACT_TESTS asks for.
tier()
{
	case ${CONTACT_TESTS:-} in
	quick) echo "$1" ;;
	long) echo "$3" ;;
	*) echo "$2" ;;
	esac
}

# people FIRST LAST SURNAME COMPANY LABELS: a file of people, of whom COMPANY work
# for one company.
people()
{
	seq "$1" "$2" | awk -v surname="$3" -v company="$4" -v labels="$5" '
		BEGIN { print "First Name,Last Name,E-Mail,Organization,Street,Labels" }
		{
			printf "Ann%d,%s%d,p%d@example.com,Company %d,\"%d Main Street\nFlat %d\",%s\n",
			    $1, surname, $1 % 9, $1, $1 / company, $1, $1 % 7, labels
		}'
}

# figures TEXT: into the log of the suite, and to the terminal in the long tier.
figures()
{
	echo "# $BATS_TEST_DESCRIPTION: $*" >&3
}

# last_number FILE WORD: the number before the word in the last line.
last_number()
{
	tail -n 1 "$1" | grep -oE "[0-9]+ $2" | cut -d ' ' -f 1
}
