#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
#
# contact-archive --delete: what goes, what is in use and stays (X-45), the guard.

load support

prepare()
{
	contact-add -q email=ann@example.com name='Ann Lee' ext.crm=A1
	contact-add -q email=bob@example.com name='Bob Ray'
	contact-add -q -k job ext.ats=J1 title=Cook contact=ann@example.com >/dev/null
}

try="try 'contact-archive --help'"

usage()
{
	local message=$1
	shift
	expect 2 contact-archive "$@"
	stdout_is ''
	stderr_is "contact-archive: $message
$try"
}

summary()
{
	echo "contact-archive: read=$(($1 + $2 + $3)) created=0 updated=0 deleted=$1 unchanged=0 skipped=$2 errors=$3 rev=$4 in # s"
}

@test "TR-8 a custom value that nobody has goes; one in use is IN_USE, with --force too" {
	contact-add -q -k picklist name=client_status value=Key >/dev/null
	contact-add -q -k picklist name=client_status value=Lost >/dev/null
	contact-status -q --client Key bob@example.com
	for force in '' --force; do
		# shellcheck disable=SC2086
		expect 3 contact-archive -k picklist --delete $force value=Key
		stderr_is "contact-archive: value: \"Key\" is in use, #2 has it (IN_USE)
$(summary 0 0 1 6)"
	done
	expect 0 contact-archive -k picklist --delete value=Lost
	stderr_is "$(summary 1 0 0 7)"
	contact-status -q --client Past bob@example.com
	expect 0 contact-archive -q -k picklist --delete value=Key
	expect 2 contact-status --client Key bob@example.com
	expect 0 contact-store undo 9
	expect 0 contact-status -q --client Key bob@example.com
}

@test "TR-8 a value that a setting is, is in use; a record that hides a built-in one goes" {
	contact-add -q -k picklist name=candidate_status value=Lukewarm >/dev/null
	contact-store -q set candidate_status_when_assignment_ended=Lukewarm
	expect 3 contact-archive -q -k picklist --delete value=Lukewarm
	stderr_is 'contact-archive: value: "Lukewarm" is in use, the setting candidate_status_when_assignment_ended is it (IN_USE)'
	contact-add -q -k picklist name=client_status value=Past hidden=yes >/dev/null
	contact-status -q --client Past bob@example.com
	expect 0 contact-archive -q -k picklist --delete value=Past
	expect 0 contact-status --values
	stdout_has '^client_status,Past,'
}

@test "HS-67 X-45 what others refer to stays and says where; --force makes text of it" {
	contact-add -q -k job ext.ats=J2 title=Chef contact=ann@example.com >/dev/null
	expect 3 contact-archive --delete ann@example.com
	stderr_is "contact-archive: #1 is the point of contact of job #3 and 1 more (--force deletes it all the same) (IN_USE)
$(summary 0 0 1 4)"
	expect 0 contact-archive --delete --force ann@example.com --results -
	stdout_is 'line,action,id,key,code,message,changed
,deleted,1,ann@example.com,,,'
	expect 0 contact-find -H -k job -c ext.ats,contact
	stdout_is 'J1,ann@example.com
J2,ann@example.com'
	expect 0 contact-store undo 5
	expect 0 contact-find -H -k job -c contact
	stdout_is '1
1'
}

@test "TW-24 TW-25 notes, meetings, tasks and participations go with the contact, and come back" {
	for type in Note Meeting Task; do
		contact-add -q -k note contact=bob@example.com type=$type text="about $type" >/dev/null
	done
	contact-add -q -k note contact=ann@example.com text='about Ann' >/dev/null
	contact-add -q -k event title=Fair >/dev/null
	contact-add -q -k participation event=Fair contact=bob@example.com >/dev/null
	contact-add -q -k participation event=Fair contact=ann@example.com >/dev/null
	contact-store dump >before
	expect 0 contact-archive --delete bob@example.com
	stderr_is 'contact-archive: read=1 created=0 updated=0 deleted=1 unchanged=0 skipped=0 errors=0 also=4 rev=11 in # s'
	expect 0 contact-find -H -k note -c text
	stdout_is 'about Ann'
	expect 0 contact-find -H -k participation -c contact
	stdout_is 1
	expect 0 contact-find -H -k event -c title
	stdout_is Fair
	expect 0 contact-store undo -q 11
	same_output 'contact-store dump' 'cat before'
}

@test "X-45 an event with participations is in use" {
	contact-add -q -k event title=Fair >/dev/null
	contact-add -q -k participation event=Fair contact=ann@example.com >/dev/null
	expect 3 contact-archive -q -k event --delete title=Fair
	stderr_has 'is event of participation #5 .*IN_USE'
}

@test "CS-21 the primary contact of an organization is not meant; its place is cleared" {
	contact-add -q email=cy@example.com organization=Acme
	expect 0 contact-archive -q --delete cy@example.com --diff -
	stdout_has '^,4,Acme,primary_contact,5,,reference,$'
	expect 0 contact-find -H -k organization -c primary_contact
	stdout_is '""'
}

@test "X-45 an organization with contacts, a job with placements, an attribute that is used" {
	contact-add -q email=bob@example.com organization=Acme attr.shirt=M
	contact-add -q -k attribute name=shirt type=text >/dev/null
	contact-add -q -k placement ext.ats=P1 job=J1 candidate=bob@example.com employment=Permanent >/dev/null
	expect 3 contact-archive -q -k organization --delete name=Acme
	stderr_is 'contact-archive: #4 is organization of contact #2 (--force deletes it all the same) (IN_USE)'
	expect 3 contact-archive -q -k job --delete ats:J1
	stderr_is 'contact-archive: #3 is job of placement #6 (--force deletes it all the same) (IN_USE)'
	expect 3 contact-archive -q -k attribute --delete name=shirt
	stderr_is 'contact-archive: the attribute is in use, #2 has it (--force deletes its declaration all the same) (IN_USE)'
	expect 0 contact-archive -q -k attribute --delete --force name=shirt
	expect 0 contact-archive -q -k placement --delete ats:P1
	expect 0 contact-archive -q -k job --delete ats:J1
	expect 0 contact-find -H -c client_status 1
	stdout_is Active
}

@test "rows on standard input choose; what they do not mean is skipped" {
	printf 'ext.ats\nJ1\nJ9\n' >rows.csv
	expect 0 contact-archive -k job --delete - --results - <rows.csv
	stdout_is 'line,action,id,key,code,message,changed
2,deleted,3,Cook,,,
3,skipped,,,NO_MATCH,no record has these keys,'
	stderr_is "$(summary 1 1 0 4)"
	pipeline 0 "contact-find -c id,rev | contact-archive -q --delete -"
	expect 1 contact-find --count
	stdout_is 0
}

@test "guard: more than 25 and 5 % are refused, --max and --yes set the limit" {
	seq 60 | sed 's/.*/p&@example.com/; 1i email' | contact-add -q
	before=$(store_digest)
	expect 4 contact-archive --delete 'email=p*'
	stderr_has '^contact-archive: this would delete 60 of 62 records, and 25 is the limit: nothing was stored'
	[ "$(store_digest)" = "$before" ]
	expect 0 contact-archive -q -n --delete --yes 'email=p*'
	expect 4 contact-archive -q --delete --max 59 'email=p*'
	expect 0 contact-archive -q --delete --max 60 'email=p*'
	expect 0 contact-find --count
	stdout_is 2
}

@test "a rejected contact can be deleted (TW-21), a query that matches nothing is exit 1" {
	contact-add -q email=dee@example.com approval=Rejected
	expect 0 contact-archive -q --delete 4
	expect 1 contact-archive --delete zoe@example.com
	stderr_is "$(summary 0 0 0 5)"
}

@test "options: mistakes are exit 2" {
	usage 'which records? a QUERY, - for rows on standard input, or --all' --delete
	usage '--all and 1: a selection is one or the other' --delete --all 1
	usage '--max and --yes contradict each other' --delete --max 3 --yes 1
	usage 'ann: neither FIELD=VALUE, an id, an e-mail address nor SYSTEM:ID' --delete ann
}
