#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
#
# contact-add -i vcard. What cards are made of is proved in
# tests/unit/test_vcard_input.c.

load support

prepare()
{
	cat >people.vcf <<-'END'
		BEGIN:VCARD
		VERSION:3.0
		N:Lee;Ann;;;
		FN:Ann Lee
		EMAIL;TYPE=INTERNET:ann@acme.example
		ORG:Acme Inc.;HR
		CATEGORIES:vip
		END:VCARD
		BEGIN:VCARD
		VERSION:2.1
		N;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:N=C3=BA=C3=B1ez;Jos=C3=A9
		TEL;CELL:+34 555
		END:VCARD
	END
}

@test "cards become contacts, found out by how they begin" {
	expect 0 contact-add people.vcf
	stderr_is 'contact-add: read=2 created=2 updated=0 unchanged=0 skipped=0 errors=0 also=1 rev=1 in # s'
	expect 0 contact-find -c name,email,mobile,organization,department,labels,source
	stdout_is 'name,email,mobile,organization,department,labels,source
Ann Lee,ann@acme.example,,Acme Inc.,HR,vip,Import: generic
José Núñez,,+34 555,,,,Import: generic'
}

@test "X-14 a file of cards again changes nothing" {
	contact-add -q -i vcard people.vcf
	before=$(store_digest)
	expect 0 contact-add -i vcard people.vcf
	stderr_is 'contact-add: read=2 created=0 updated=0 unchanged=2 skipped=0 errors=0 rev=1 in # s'
	[ "$(store_digest)" = "$before" ]
}

@test "X-14 cards that contact-find wrote change nothing" {
	contact-add -q -k organization "$examples/salesforce-accounts.csv"
	contact-add -q "$examples/salesforce-contacts.csv"
	before=$(store_digest)
	contact-find -o vcard 'email=*' >cards.vcf
	expect 0 contact-add cards.vcf
	stderr_has 'created=0 updated=0 .*errors=0'
	[ "$(store_digest)" = "$before" ]
}

@test "a card that is broken is in error by itself" {
	expect 3 contact-add -q --results - - <<-'END'
		BEGIN:VCARD
		KIND:org
		FN:Acme
		END:VCARD
		BEGIN:VCARD
		FN:Bea Lee
		END:VCARD
	END
	stdout_has '^1,error,,,BAD_VCARD,the card is not of a person,$'
	stdout_has '^5,created,1,Bea Lee,'
	stderr_is 'contact-add: stdin:1: the card is not of a person (BAD_VCARD)'
}

@test "X-18 a card that does not end is in error, and the one behind it is stored" {
	expect 3 contact-add -q --errors errors.csv --results - - <<-'END'
		BEGIN:VCARD
		FN:Ann Lee
		BEGIN:VCARD
		FN:Bea Lee
		END:VCARD
		BEGIN:VCARD
		FN:Cem Lee
		BEGIN:VCARD
		FN:Dan Lee
		END:VCARD
	END
	stdout_is 'line,action,id,key,code,message,changed
1,error,,,BAD_VCARD,the card does not end,
3,created,1,Bea Lee,NO_KEY,,first_name last_name source client_status candidate_status
6,error,,,BAD_VCARD,the card does not end,
8,created,2,Dan Lee,NO_KEY,,first_name last_name source client_status candidate_status'
	stderr_is 'contact-add: stdin:1: the card does not end (BAD_VCARD)
contact-add: stdin:6: the card does not end (BAD_VCARD)'
	expect 0 sed 's/^.*,_line/_line/; s/^,*//' errors.csv
	stdout_is '_line,_code,_error,_raw
1,BAD_VCARD,the card does not end,"BEGIN:VCARD
FN:Ann Lee
"
6,BAD_VCARD,the card does not end,"BEGIN:VCARD
FN:Cem Lee
"'
}

@test "what cards do not go with" {
	expect 2 contact-add -i vcard -k organization people.vcf
	stderr_is "contact-add: --input vcard and --kind organization: cards bring contacts
try 'contact-add --help'"
	expect 2 contact-add -i vcard --header name people.vcf
	stderr_is "contact-add: --input vcard and --header contradict each other
try 'contact-add --help'"
	expect 4 contact-add -i vcard - <<<'name'
	stderr_is 'contact-add: stdin: no vCard in it'
}
