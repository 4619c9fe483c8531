#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
#
# contact-add: values (design A3, A4): statuses and types, names, lists, flags,
# dates, custom attributes, and values meant to do harm.

load support

clients=(Active 'Not Applicable' Past Prospect)
candidates=(Assigned 'Consult Hot' 'Consult Warm' DNU 'Not Applicable'
	'Perm Active' 'Perm Passive' Placed Prospect)

# Every pair of statuses, as a file of contacts.
pairs()
{
	local client candidate
	echo name,client_status,candidate_status
	for client in "${clients[@]}"; do
		for candidate in "${candidates[@]}"; do
			echo "$client/$candidate,$client,$candidate"
		done
	done
}

@test "TR-1 TR-2 TR-9 TR-13 clients and candidates are one kind: type, for all 36 pairs" {
	pairs | contact-add -q
	while IFS=, read -r client candidate type; do
		case $client/$candidate in
		'Not Applicable/Not Applicable') want=None ;;
		'Not Applicable/'*) want=Candidate ;;
		*'/Not Applicable') want=Client ;;
		*) want='C&C' ;;
		esac
		[ "$type" = "$want" ] || {
			echo "$client, $candidate: $type, not $want"
			return 1
		}
	done < <(contact-find -H -c client_status,candidate_status,type)
	expect 0 contact-find --count-by type
	stdout_is 'type,count
C&C,24
Candidate,8
Client,3
None,1'
}

@test "TR-45 TR-48 hiring manager and mailable, for all 36 pairs" {
	pairs | contact-add -q --set email=x@example.com --shared-email --key name
	while IFS=, read -r client candidate manager mailable; do
		want=true
		[ "$client" != 'Not Applicable' ] || want=false
		[ "$manager" = "$want" ]
		want=true
		[ "$candidate" != DNU ] || want=false
		[ "$mailable" = "$want" ]
	done < <(contact-find -H -c client_status,candidate_status,hiring_manager,mailable)
	expect 0 contact-find --count
	stdout_is 36
}

@test "TR-4 TR-5 TR-6 statuses are read in any spelling and printed in one" {
	cat >people.csv <<-'END'
		email,client_status,candidate_status
		a@example.com,ACTIVE,consult_hot
		b@example.com,n/a,perm-passive
		c@example.com,not applicable,N/A
		d@example.com,Great,dnu
		e@example.com,past,Unknown
	END
	expect 3 contact-add people.csv
	stderr_is 'contact-add: people.csv:5:2: client_status: "Great" is none of Active, Not Applicable, Past, Prospect (BAD_STATUS)
contact-add: people.csv:6:3: candidate_status: "Unknown" is none of Assigned, Consult Hot, Consult Warm, DNU, Not Applicable, Perm Active, Perm Passive, Placed, Prospect (BAD_STATUS)
contact-add: read=5 created=3 updated=0 unchanged=0 skipped=0 errors=2 rev=1 in # s'
	expect 0 contact-find -H -c client_status,candidate_status
	stdout_is 'Active,Consult Hot
Not Applicable,Perm Passive
Not Applicable,Not Applicable'
}

@test "TR-16 TR-17 one status leaves the other; an invalid row changes neither" {
	contact-add -q email=ann@example.com client_status=Active candidate_status=Placed
	contact-add -q email=ann@example.com client_status=Past
	expect 3 contact-add -q email=ann@example.com client_status=Prospect candidate_status=Frozen
	expect 0 contact-find -H -c client_status,candidate_status
	stdout_is Past,Placed
}

@test "TR-18 TR-19 defaults on creation only; settings change them for new ones" {
	contact-add -q email=ann@example.com
	contact-store -q set client_status_default=Prospect candidate_status_default='Not Applicable'
	contact-add -q email=ann@example.com title=CEO
	contact-add -q email=bob@example.com
	expect 0 contact-find -H -c client_status,candidate_status,type
	stdout_is 'Not Applicable,Prospect,Candidate
Prospect,Not Applicable,Client'
}

@test "TR-11 TR-46 custom statuses make a client; a hiring manager only if flagged" {
	contact-add -q -k picklist name=client_status value='Key Account' hiring_manager=true
	contact-add -q -k picklist name=client_status value=Dormant
	contact-add -q -k picklist name=candidate_status value='On Leave' no_mail=yes
	contact-add -q email=ann@example.com client_status='key account' candidate_status=N/A
	contact-add -q email=bob@example.com client_status=dormant candidate_status=on_leave
	expect 0 contact-find -H -c client_status,candidate_status,type,hiring_manager,mailable
	stdout_is 'Key Account,Not Applicable,Client,true,true
Dormant,On Leave,C&C,false,false'
}

@test "picklists are closed, but for source" {
	expect 3 contact-add -q email=ann@example.com email_status=Great
	stderr_is 'contact-add: email_status: "Great" is none of Ok, Bounced, Complained, Invalid (BAD_VALUE)'
	expect 3 contact-add -q email=ann@example.com approval=Maybe
	stderr_is 'contact-add: approval: "Maybe" is none of Approved, Pending, Rejected (BAD_VALUE)'
	expect 3 contact-add -q email=ann@example.com visibility=Nobody
	stderr_is 'contact-add: visibility: "Nobody" is none of Everyone, Myself and All Career Advisors, Only Myself (BAD_VALUE)'
	expect 0 contact-add -q email=ann@example.com source='Whatever You Like'
}

@test "flags: 1 true yes y on t and 0 false no n off f, in any case; blank is unknown" {
	{
		echo email,do_not_call
		for flag in 1 TRUE Yes y on T 0 False NO n OFF f ''; do
			echo "${flag}x@example.com,$flag"
		done
	} | contact-add -q
	expect 0 contact-find --count-by do_not_call
	stdout_is 'do_not_call,count
false,6
true,6
,1'
	expect 3 contact-add -q email=ann@example.com do_not_call=perhaps
	stderr_has '^contact-add: do_not_call: .*BAD_VALUE'
}

@test "A4 names: a full name is split, parts make a name, a part drops the given form" {
	cat >people.csv <<-'END'
		Name,First Name,Last Name,E-Mail
		"Lee, Ann B.",,,a@example.com
		Bob van der Ray Jr.,,,b@example.com
		,Cyd,Fox,c@example.com
		Somebody Else,Dan,Gold,d@example.com
		Madonna,,,e@example.com
	END
	contact-add -q people.csv
	expect 0 contact-find -c name,first_name,middle_name,last_name,suffix
	stdout_is 'name,first_name,middle_name,last_name,suffix
"Lee, Ann B.",Ann,B.,Lee,
Bob van der Ray Jr.,Bob,,van der Ray,Jr.
Cyd Fox,Cyd,,Fox,
Dan Gold,Dan,,Gold,
Madonna,,,Madonna,'
	before=$(store_digest)
	contact-add -q people.csv
	[ "$(store_digest)" = "$before" ]
	contact-add -q email=a@example.com middle_name=C.
	expect 0 contact-find -H -c name email=a@example.com
	stdout_is 'Ann C. Lee'
}

@test "A3 edges are trimmed: blank, tab, no-break and ideographic space" {
	contact-add -q $'email=\u00a0 ann@example.com\u3000' $'title=\t CEO \u00a0'
	expect 0 contact-find -H -c email,title
	stdout_is ann@example.com,CEO
}

@test "HS-7 HS-8 labels: many, added by imports, never removed" {
	contact-add -q email=ann@example.com labels='vip;campus'
	before=$(store_digest)
	expect 0 contact-add -q --results - email=ann@example.com labels=VIP
	stdout_is 'line,action,id,key,code,message,changed
1,unchanged,1,ann@example.com,,,'
	[ "$(store_digest)" = "$before" ]
	contact-add -q email=ann@example.com labels='fair;campus'
	expect 0 contact-find -H -c labels
	stdout_is 'vip;campus;fair'
	contact-add -q --blank clear email=ann@example.com labels=only
	expect 0 contact-find -H -c labels
	stdout_is only
}

@test "A3 lists: semicolons and backslashes in an element are escaped" {
	contact-add -q email=ann@example.com 'labels=a\;b;c\\d;a\;b'
	expect 0 contact-find -H -c labels
	stdout_is 'a\;b;c\\d'
	expect 0 contact-find -o json -c labels
	stdout_is '{"labels":["a;b","c\\d"]}'
	expect 0 contact-find --count 'labels=a;b'
	stdout_is 1
}

@test "A3 error values of spreadsheets are BAD_VALUE, #N/A is no null here" {
	{
		echo email,title
		i=0
		for value in '#N/A' '#REF!' '#VALUE!' '#NAME?' '#DIV/0!' '#NUM!' '#NULL!'; do
			i=$((i + 1))
			echo "x$i@example.com,$value"
		done
		echo 'ok@example.com,#1 of all'
	} >people.csv
	expect 3 contact-add -q --results - people.csv
	[ "$(grep -c ',error,,.*BAD_VALUE' stdout)" -eq 7 ]
	expect 0 contact-find -H -c title
	stdout_is '#1 of all'
}

@test "A3 a null token of the map clears" {
	contact-add -q --map salesforce <<-'END'
		Id,LastName,Title
		003000000000001AAA,Lee,CEO
	END
	contact-add -q --map salesforce <<-'END'
		Id,LastName,Title
		003000000000001AAA,Lee,#N/A
	END
	expect 0 contact-find -H -c last_name,title
	stdout_is Lee,
}

@test "A3 dates: an order must be said where the slash leaves it open" {
	contact-add -q -k attribute name=start type=date
	printf 'email,start\na@example.com,3/4/2026\n' >people.csv
	expect 3 contact-add -q people.csv
	stderr_has '^contact-add: people.csv:2:2: start: .*\(BAD_VALUE\)$'
	contact-add -q --dates dmy people.csv
	expect 0 contact-find -H -c attr.start
	stdout_is 2026-04-03
	contact-add -q --dates mdy people.csv
	expect 0 contact-find -H -c attr.start
	stdout_is 2026-03-04
}

@test "A3 an undeclared attribute keeps a date as the text that it is" {
	printf 'email,start\na@example.com,3/4/2026\n' | contact-add -q
	expect 0 contact-find -H -c attr.start
	stdout_is 3/4/2026
}

@test "TW-14 attributes are declared: text, flag, number, date, one-of" {
	contact-add -q -k attribute <<-'END'
		name,type,values,no_mail
		shirt,one-of,S;M;L,
		no_text,flag,,yes
		age,number,,
		start,date,,
	END
	contact-add -q email=ann@example.com attr.shirt=m attr.no_text=y attr.age=030 attr.start=2026-03-04
	expect 0 contact-find -H -c attr.shirt,attr.no_text,attr.start,mailable
	stdout_is M,true,2026-03-04,false
	for wrong in shirt=XXL no_text=perhaps age=old start=soon; do
		expect 3 contact-add -q email=ann@example.com "attr.$wrong"
		stderr_has "^contact-add: attr.${wrong%%=*}: .*BAD_VALUE"
	done
}

@test "A4 an attribute's name is the header, lower case, other characters as _" {
	contact-add -q <<-'END'
		email,T-Shirt  Size (EU)
		ann@example.com,XL
	END
	contact-add -q 'attr.T-Shirt  Size (EU)=L' email=ann@example.com
	expect 0 contact-find -c attr.t_shirt_size_eu_
	stdout_is 'attr.t_shirt_size_eu_
L'
}

@test "BAD_EMAIL says what is wrong with an address" {
	while read -r address why; do
		expect 3 contact-add -q "email=$address"
		stderr_is "contact-add: email: $why (BAD_EMAIL)"
	done <<-'END'
		ann no "@"
		ann@ no domain after "@"
		@example.com nothing before "@"
	END
}

@test "control characters and bytes that are not UTF-8 are refused in operands" {
	expect 3 contact-add -q email=ann@example.com $'title=a\x01b'
	stdout_is ''
	stderr_is 'contact-add: title: control character 0x01 (BAD_CHARACTER)'
	expect 3 contact-add -q email=ann@example.com $'title=a\x1b[31mb'
	stderr_is 'contact-add: title: control character 0x1b (BAD_CHARACTER)'
	expect 3 contact-add -q email=ann@example.com $'title=caf\xe9'
	stderr_is 'contact-add: title: byte 0xe9 is not UTF-8 (BAD_ENCODING)'
	for bytes in $'\xc0\xaf' $'\xed\xa0\x80' $'\xf4\x90\x80\x80' $'\xe2\x82'; do
		expect 3 contact-add -q email=ann@example.com "title=$bytes"
		stderr_has 'BAD_ENCODING'
	done
	expect 2 contact-add -q email=ann@example.com $'attr.a\xff=1'
	expect 2 contact-add -q --set $'title=\x02' email=ann@example.com
	expect 1 contact-find --count
	stdout_is 0
}

@test "tabs, newlines and carriage returns inside a value stay" {
	value=$'one\ttwo\r\nthree'
	contact-add -q email=ann@example.com "description=$value"
	expect 0 bash -c 'contact-find -o json -c description | jq -j .description'
	stdout_is "$value"
}

@test "values of formulas, separators and non-characters go through as they are" {
	for value in '=1+1' '+1' '-1' '@SUM(A1)' "'quoted" 'a;b' 'a,b' 'a|b' '"' '\' '%s%n' '$(id)' '`id`' \
	    '../../etc' "Robert'); DROP" $'\u202eabc' $'e\u0301' $'\U1f468\u200d\U1f469'; do
		contact-add -q ext.t=1 "title=$value" || return 1
		expect 0 bash -c 'contact-find -o json -c title | jq -r .title'
		stdout_is "$value"
	done
}

@test "a name with a semicolon is one name, not a list" {
	contact-add -q email=ann@example.com organization='Lee; Ray & Co' first_name='Ann;Bo'
	expect 0 contact-find -H -c first_name,organization
	stdout_is 'Ann;Bo,Lee; Ray & Co'
	expect 0 contact-find --count 'organization=lee; ray & co'
	stdout_is 1
}

@test "a value of 1 MiB is taken, one more byte is TOO_LONG and the rest goes on" {
	{
		echo email,description
		printf 'a@example.com,'
		head -c 1048576 /dev/zero | tr '\0' a
		printf '\nb@example.com,'
		head -c 1048577 /dev/zero | tr '\0' b
		printf '\nc@example.com,c\n'
	} >people.csv
	expect 3 contact-add people.csv
	stderr_is 'contact-add: people.csv:3:2: value is longer than 1 MiB (TOO_LONG)
contact-add: read=3 created=2 updated=0 unchanged=0 skipped=0 errors=1 rev=1 in # s'
	[ "$(contact-find -H -c description email=a@example.com | wc -c)" -eq 1048577 ]
	before=$(store_digest)
	expect 3 contact-add -q people.csv
	[ "$(store_digest)" = "$before" ]
}

@test "CS-6 sensitive columns are dropped and named once; --store-sensitive keeps them" {
	cat >people.csv <<-'END'
		email,SSN,Birth Date,Passport No
		ann@example.com,078-05-1120,1970-01-01,X1
		bob@example.com,078-05-1121,1971-01-01,X2
	END
	expect 0 contact-add people.csv
	stderr_is 'contact-add: people.csv: sensitive columns left out (--store-sensitive keeps them): SSN, Birth Date, Passport No
contact-add: read=2 created=2 updated=0 unchanged=0 skipped=0 errors=0 rev=1 in # s'
	[ "$(grep -ac -e 078-05 -e 1970-01 "$CONTACT_STORE/data.mdb")" -eq 0 ]
	contact-add -q --store-sensitive people.csv
	expect 0 contact-find -H -c attr.ssn email=ann@example.com
	stdout_is 078-05-1120
}

@test "CS-4 Salesforce ids of 15 and 18 characters meet, other case stays another" {
	contact-add -q --map salesforce <<-'END'
		Id,LastName
		003D000000QOMqg,Lee
	END
	expect 3 contact-add -q --results - -o json --map salesforce <<-'END'
		Id,LastName
		003D000000QOMqgIAH,Lee
		003D000000QOMQg,Ray
		003D000000QOMqgIAA,Fox
	END
	jq -r '[.action, .code // ""] | join(",")' stdout >short
	same results short 'unchanged,
created,
error,BAD_ID'
	expect 0 contact-find -H -c last_name,ext.salesforce
	stdout_has '^Lee,003D000000QOMqgIAH$'
	stdout_has '^Ray,003D000000QOMQg'
	stdout_lacks '^Fox'
}

@test "CS-5 PrismHR keys are client and record, text with leading zeros" {
	contact-add -q --map prismhr <<-'END'
		Client ID,Client Name,Contact ID,Contact Name,Contact Title,Primary Email Address
		000123,Acme,00010,"Lee, Ann",CEO,ann@acme.example
		000124,Bolt,00010,"Ray, Bob",CEO,bob@bolt.example
	END
	expect 0 contact-find -H -c ext.prismhr,first_name,organization
	stdout_is '000123/00010,Ann,Acme
000124/00010,Bob,Bolt'
}

@test "CS-7 a newer export updates, and never duplicates" {
	contact-add -q --map salesforce "$examples/salesforce-contacts.csv"
	count=$(contact-find --count)
	sed -E 's/"555-0133-9760"/"555-0133-0000"/' "$examples/salesforce-contacts.csv" >newer.csv
	expect 0 contact-add -q --map salesforce --results - newer.csv
	[ "$(grep -c ',updated,' stdout)" -eq 1 ]
	stdout_lacks ',created,'
	expect 0 contact-find --count
	stdout_is "$count"
}

@test "TW-18 who has a suppressed address is not mailable, as of any time" {
	contact-add -q email=ann@example.com other_emails=annie@example.com
	contact-add -q email=bob@example.com
	contact-add -q -k suppression address=ANN@example.com reason=unsubscribed
	contact-add -q -k suppression address=annie@example.com
	expect 0 contact-find -H -c email,mailable
	stdout_is 'ann@example.com,false
bob@example.com,true'
	expect 0 contact-find -H -c email mailable=false
	stdout_is ann@example.com
	# Before there was a suppression, and after it went.
	expect 0 contact-find --at 2 --count mailable=true
	stdout_is 2
	expect 0 contact-store -q undo 3
	expect 0 contact-find --count mailable=true
	stdout_is 2
	expect 0 contact-find --at 4 --count mailable=true
	stdout_is 1
	# What was deleted rules nothing where it is shown.
	expect 0 contact-find --history -H -c field,to email=ann@example.com
	stdout_has '^mailable,true$'
	# An import again of who was forgotten.
	contact-add -q -k suppression address=cleo@example.com
	expect 0 contact-add -q email=cleo@example.com --diff -
	stdout_has ',mailable,,false,'
}
