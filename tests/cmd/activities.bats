#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
#
# Notes, meetings and tasks (HS-5, HS-6), events and who takes part in them
# (HS-9, HS-10, HS-33, HS-64, HS-65).

load support

prepare()
{
	contact-add -q email=ann@example.com name='Ann Lee' >/dev/null
	contact-add -q email=bob@example.com name='Bob Ray' >/dev/null
	contact-add -q -k event title='Spring Fair' type='Career Fair' >/dev/null
}

@test "HS-5 a contact has any number of notes, each with text, author and time, oldest first" {
	contact-add -q -k note contact=ann@example.com text='called' at=2026-10-02T10:00:00Z >/dev/null
	contact-add -q -k note contact=ann@example.com text='wrote' >/dev/null
	expect 0 contact-find -k note -c contact.email,type,text,at --sort at author="$(id -un)"
	stdout_is 'contact.email,type,text,at
ann@example.com,Note,called,2026-10-02T10:00:00Z
ann@example.com,Note,wrote,2026-10-05T12:00:00Z'
	stderr_is ''
}

@test "HS-6 a note is for the institution unless it says Personal" {
	contact-add -q -k note contact=1 text=a >/dev/null
	contact-add -q -k note contact=1 text=b privacy=personal >/dev/null
	expect 0 contact-find -H -k note -c text,privacy
	stdout_is 'a,Institution
b,Personal'
	expect 3 contact-add -k note contact=1 text=c privacy=secret
	stderr_has 'privacy: .*BAD_VALUE'
}

@test "X-14 notes that contact-find printed change nothing, whoever may read them" {
	contact-add -q email=ann@example.com >/dev/null
	contact-edit -q --note a 1
	contact-add -q -k note contact=1 text=b privacy=personal >/dev/null
	before=$(store_digest)
	pipeline 0 'contact-find -k note -c all | contact-add -k note -'
	stderr_is 'contact-add: read=2 created=0 updated=0 unchanged=2 skipped=0 errors=0 rev=5 in # s'
	[ "$(store_digest)" = "$before" ]
}

@test "a note without a contact, or without a text, is refused with what it lacks" {
	expect 3 contact-add -q -k note text=a
	stderr_is 'contact-add: contact: a note needs one (REQUIRED)'
	expect 3 contact-add -q -k note contact=eve@example.com text=a
	stderr_is 'contact-add: contact: no contact answers to "eve@example.com" (UNKNOWN_CONTACT)'
	expect 3 contact-add -q -k note contact=1
	stderr_is 'contact-add: text: a note needs one (REQUIRED)'
}

@test "HS-33 notes without ids, read again, are the same notes" {
	printf 'contact,text\nann@example.com,called\nann@example.com,wrote\n' >notes.csv
	expect 0 contact-add -k note notes.csv
	stderr_has 'created=2 .*rev=4'
	expect 0 contact-add -k note notes.csv
	stderr_has 'created=0 .*unchanged=2 .*rev=4'
	stdout_is ''
}

@test "HS-9 the same contact at the same event twice is unchanged, by whatever it is named" {
	expect 0 contact-add -q -k participation event='Spring Fair' contact=ann@example.com
	stdout_is 4
	expect 0 contact-add -k participation event=3 contact=1
	stdout_is 4
	stderr_has 'unchanged=1 .*rev=4'
}

@test "HS-9 an event may be of any type, and there is no more than one of a title" {
	expect 0 contact-add -k event title=Dinner type='Alumni Dinner'
	expect 0 contact-add -k event title=Dinner
	stderr_has 'unchanged=1'
	expect 0 contact-find -H -k event -c title type='Alumni Dinner'
	stdout_is Dinner
	stderr_is ''
}

@test "HS-10 the contacts of an event, and the events of a contact" {
	contact-add -q -k participation event=3 contact=1 >/dev/null
	expect 0 contact-find -H -c email participation.event.title='Spring*'
	stdout_is ann@example.com
	expect 0 contact-find -H -k event -c title participation.contact.email=ann@example.com
	stdout_is 'Spring Fair'
	expect 1 contact-find -H -k event participation.contact.email=bob@example.com
	stdout_is ''
	stderr_is ''
}

@test "HS-64 HS-65 a point of contact needs no user; others are participants" {
	contact-add -q -k participation event=3 contact=1 role='point of contact' >/dev/null
	contact-add -q -k participation event=3 contact=2 >/dev/null
	expect 0 contact-find -H -k participation -c contact.email,role
	stdout_is 'ann@example.com,Point of Contact
bob@example.com,Participant'
	expect 0 contact-find -H -c email,user_status participation.role='Point of Contact'
	stdout_is ann@example.com,none
	stderr_is ''
}

@test "a participation without its contact or its event is in error" {
	printf 'event,contact\nSpring Fair,eve@example.com\nAutumn Fair,ann@example.com\nSpring Fair,\n' >in.csv
	expect 3 contact-add -q -k participation --results results.csv in.csv
	expect 0 cut -d, -f 1,2,5 results.csv
	stdout_is 'line,action,code
2,error,UNKNOWN_CONTACT
3,error,UNKNOWN_EVENT
4,error,REQUIRED'
}

# registrations ROW...: of people, for the event that is there.
registrations()
{
	printf '%s\n' event,email,first_name,last_name,contact.organization "$@" >in.csv
}

@test "HS-29 a registration with a person in it makes the contact, with the event's type as source" {
	contact-add -q -k event title=Fair type='Career Fair Registration' >/dev/null
	registrations Fair,eve@example.com,Eve,Fox,Acme Fair,ann@example.com,Anna,Lee,Bolt
	expect 0 contact-add -k participation in.csv
	stderr_is 'contact-add: read=2 created=2 updated=0 unchanged=0 skipped=0 errors=0 also=2 rev=5 in # s'
	expect 0 contact-find -H -c name,organization,source participation.event.title=Fair
	stdout_is 'Ann Lee,,Manual
Eve Fox,Acme,Career Fair Registration'
}

@test "HS-33 HS-32 the same registrations again create nothing" {
	registrations 'Spring Fair,eve@example.com,Eve,Fox,Acme'
	contact-add -q -k participation in.csv
	before=$(cksum <store/data.mdb)
	expect 0 contact-add -k participation in.csv
	stderr_has 'created=0 updated=0 unchanged=1 .*rev=4'
	[ "$(cksum <store/data.mdb)" = "$before" ]
}

@test "HS-29 a row in error makes nobody" {
	registrations 'Autumn Fair,eve@example.com,Eve,Fox,Acme' 'Spring Fair,eve@,Eve,Fox,Acme'
	expect 3 contact-add -q -k participation --results results.csv in.csv
	expect 0 cut -d, -f 1,2,5 results.csv
	stdout_is 'line,action,code
2,error,UNKNOWN_EVENT
3,error,BAD_EMAIL'
	expect 1 contact-find email=eve@example.com
	printf '%s\n' event,email,role 'Spring Fair,eve@example.com,Waiter' >in.csv
	expect 3 contact-add -q -k participation in.csv
	stderr_has 'BAD_VALUE'
	expect 1 contact-find email=eve@example.com
}

@test "HS-29 an event by hand with its person, and a job posting" {
	expect 0 contact-add -q -k event title=Talk type=Interview email=eve@example.com contact.name='Eve Fox'
	expect 0 contact-add -q -k job title=Cook contact.email=joe@example.com contact.last_name=Roe
	expect 0 contact-find -H -c email,name,source,client_status source!=Manual
	stdout_is 'eve@example.com,Eve Fox,Interview,Not Applicable
joe@example.com,Roe,Job Posting,Active'
	expect 0 contact-find -H -k participation -c event.title,contact.email
	stdout_is Talk,eve@example.com
}

@test "an address alone in a list of jobs is that of the contact, who has to be there" {
	printf 'ext.ats,email\n1,ann@example.com\n2,eve@example.com\n' >jobs.csv
	expect 3 contact-add -q -k job jobs.csv
	stderr_is 'contact-add: jobs.csv:3: contact: no contact answers to "eve@example.com" (UNKNOWN_CONTACT)'
}

@test "HS-30 HS-31 sources are recorded, and counted" {
	registrations 'Spring Fair,eve@example.com,Eve,Fox,' 'Spring Fair,joe@example.com,Joe,Roe,'
	contact-add -q -k participation in.csv
	expect 0 contact-find --count-by source
	stdout_is 'source,count
Career Fair,2
Manual,2'
}

# As many as make a table of the notes worth while, twice over.
@test "HS-33 many notes of one contact, read again, are the same notes" {
	{ echo contact,text && seq 600 | sed 's/^/ann@example.com,note /'; } >notes.csv
	expect 0 contact-add -k note notes.csv
	stderr_has 'created=600 '
	{ cat notes.csv && echo ann@example.com,other; } >again.csv
	expect 0 contact-add -k note again.csv
	stderr_has 'created=1 updated=0 unchanged=600 .*errors=0'
}

@test "HS-29 a registration says organization, phone and title of the person by themselves" {
	printf '%s\n' event,email,name,organization,title 'Spring Fair,eve@example.com,Eve Fox,Acme,Cook' >in.csv
	expect 0 contact-add -q -k participation in.csv
	expect 0 contact-find -H -c name,last_name,organization,title email=eve@example.com
	stdout_is 'Eve Fox,Fox,Acme,Cook'
}

@test "HS-29 a row that comes to nothing leaves neither person, organization nor suppression" {
	contact-add -q -k organization name=Twin >/dev/null
	contact-edit -q -k organization --set name=Twin --force "$(contact-add -q -k organization name=Twins)"
	person='contact.email=eve@example.com contact.last_name=Fox contact.organization=NewCo contact.do_not_email=true'
	# shellcheck disable=SC2086
	expect 3 contact-add -k job title=Cook organization=Twin $person
	stderr_has 'AMBIGUOUS'
	run grep -c also= stderr
	[ "$output" = 0 ]
	contact-add -q -k job title=Cook ext.ats=1 >/dev/null
	# shellcheck disable=SC2086
	expect 0 contact-add -q -k job --mode create ext.ats=1 title=Chef $person
	expect 1 contact-find --count email=eve@example.com
	expect 1 contact-find -k organization --count name=NewCo
	expect 1 contact-find -k suppression --count
	printf '%s\n' title,organization,contact.email,contact.last_name,contact.organization \
	    Cook,Twin,eve@example.com,Fox,NewCo Chef,,eve@example.com,Fox,NewCo >in.csv
	expect 3 contact-add -q -k job in.csv
	expect 0 contact-find -H -c email,organization,primary organization=NewCo
	stdout_is eve@example.com,NewCo,true
}
