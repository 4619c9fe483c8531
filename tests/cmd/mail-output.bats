#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
#
# Messages as another parser reads them: hostile values (reliability E6), and the
# templates that are shipped (E9). composing.c puts them together.

load support

# check_messages TEMPLATE COUNT
check_messages()
{
	expect 0 python3 "$CONTACT_SOURCE/tests/cmd/mail-output.py" \
	    "$CONTACT_BIN/tests/cmd/composing" "$1" "$2"
	stderr_is ''
	stdout_has "^SEED=${SEED:-20261005}\$"
	stdout_has '^[1-9][0-9]* composed, [1-9][0-9]* refused, 0 wrong$'
}

@test "HS-63 E6 E9 hostile names, addresses and subjects: the headers as ever, one recipient, or refused" {
	printf '%s\n' 'Subject: About {{organization|you}} & us' '' \
	    'Dear {{name|colleague}}, this is about {{organization|you}}.' >hostile.txt
	echo '<p>Dear {{name}} of {{organization|you}}' >hostile.html
	check_messages hostile.txt 1000
}

@test "HS-63 E9 the templates that are shipped, for whomever" {
	for scenario in new_company join_auto join_distributed join_request default; do
		# What it says of the organization is to be found again in the text.
		sed 's/^Subject: .*/Subject: About {{organization|you}} \& us/' \
		    "$CONTACT_SOURCE/share/templates/$scenario.txt" >"$scenario.txt"
		sed 's/organization|[^}]*/organization|you/g' -i "$scenario.txt"
		cp "$CONTACT_SOURCE/share/templates/$scenario.html" .
		check_messages "$scenario.txt" 100
	done
}

@test "E9 20,000 messages are composed in memory that does not grow" {
	! grep -q __asan_init "$CONTACT_BIN/tests/cmd/composing" || skip 'sanitizers keep what is freed'
	expect 0 "$CONTACT_BIN/tests/cmd/composing" "$CONTACT_SOURCE/share/templates" 20000
	stderr_is ''
	stdout_has '^[0-9.]+ microseconds each, [0-9]+ bytes, grown by [0-9]+ KiB$'
	[ "$(sed 's/.* grown by \([0-9]*\) KiB/\1/' stdout)" -lt 1024 ]
}
