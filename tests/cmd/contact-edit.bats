#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
#
# contact-edit: fields, notes, links and accounts of selected records, by options
# and by hand.

load support

prepare()
{
	contact-add -q email=ann@example.com name='Ann Lee' labels='vip;campus' title=CEO >/dev/null
	contact-add -q email=bob@example.com name='Bob Ray' organization=Acme >/dev/null
}

# summary COUNTS: the summary line has these counts.
summary()
{
	stderr_has "read=1 created=0 $1"
}

@test "fields are set and emptied, lists grow and shrink, in one revision" {
	expect 0 contact-edit --set title=Boss --set labels+=new --set labels-=campus --clear name 1
	summary 'updated=1 .*rev=3'
	expect 0 contact-find -H -c title,labels,name 1
	stdout_is 'Boss,vip;new,Ann Lee'
	expect 0 contact-edit --set labels=only 1
	expect 0 contact-find -H -c labels 1
	stdout_is only
}

@test "the same edit again changes nothing" {
	contact-edit -q --set title=Boss --clear phone ann@example.com
	before=$(cksum <store/data.mdb)
	expect 0 contact-edit --set title=Boss --clear phone ann@example.com
	summary 'updated=0 unchanged=1 .*rev=3'
	[ "$(cksum <store/data.mdb)" = "$before" ]
}

@test "rows choose, and get a result each; stale and unknown ones change nothing" {
	printf 'id,rev,email\n1,1,ann@example.com\n3,1,\n,,eve@example.com\n1,,bob@example.com\n' >rows.csv
	expect 3 contact-edit -q --set title=Clerk --results - - <rows.csv
	stdout_is 'line,action,id,key,code,message,changed
2,updated,1,ann@example.com,,,title
3,error,3,bob@example.com,STALE,"rev: the record was changed in revision 2, the row knows 1",
4,skipped,,eve@example.com,NO_MATCH,no record has these keys,
5,error,1,ann@example.com,KEY_CONFLICT,"the row means #1, its e-mail address is that of #3",'
}

@test "what is to be changed, and whose, has to be said" {
	expect 2 contact-edit --set title=x
	stderr_has '^contact-edit: which records\?'
	expect 2 contact-edit 1
	stderr_has '^contact-edit: what is to be changed\?'
	expect 2 contact-edit --set title= 1
	stderr_has 'title=: a value is missing \(--clear title empties it\)'
	expect 2 contact-edit --set title+=x 1
	stderr_has 'title\+=x: title is no list'
	expect 2 contact-edit --set type=Client 1
	stderr_has 'type: is computed'
	expect 2 contact-edit --set title=x --clear title 1
	stderr_has 'given twice'
	expect 2 contact-edit --set name='Zed Q' --set first_name=Al 1
	stderr_has 'goes with none of the parts'
	expect 2 contact-edit --set titel=x 1
	stderr_has 'did you mean title'
	expect 2 contact-edit --all --set title=x 1
	stderr_has '^contact-edit: --all and 1'
	expect 1 contact-edit -q --set title=x title=Nobody
	stderr_is ''
}

@test "an organization that is not there is no organization, and what is somebody else's stays his" {
	expect 3 contact-edit -q --set organization=Acmee 1
	stderr_is 'contact-edit: organization: nobody is called "Acmee" (UNKNOWN_ORGANIZATION)'
	expect 3 contact-edit -q --set email=BOB@example.com 1
	stderr_has 'KEY_CONFLICT'
	contact-edit -q --set ext.crm=7 3
	expect 3 contact-edit -q --set ext.crm=7 1
	stderr_is 'contact-edit: the external id is that of #3 (KEY_CONFLICT)'
	expect 0 contact-edit -q --force --set email=bob@example.com 1
}

@test "HS-4 a contact keeps something to be known by" {
	expect 3 contact-edit -q --clear email --clear first_name --clear last_name 1
	stderr_has 'REQUIRED'
	expect 0 contact-find -H -c name,email 1
	stdout_is 'Ann Lee,ann@example.com'
}

@test "HS-4 an attribute is nothing to be known by, an external id is" {
	contact-edit -q --set attr.foo=x 1
	contact-edit -q -k organization --set attr.foo=x name=Acme
	expect 3 contact-edit -q --clear email --clear first_name --clear last_name 1
	stdout_is ''
	stderr_is 'contact-edit: a contact needs an e-mail address, a name or an external id (REQUIRED)'
	expect 3 contact-edit -q -k organization --clear name name=Acme
	stdout_is ''
	stderr_is 'contact-edit: an organization needs a name or an external id (REQUIRED)'
	expect 0 contact-edit -q --set ext.crm=7 --clear email --clear first_name --clear last_name 1
	expect 0 contact-edit -q -k organization --set ext.crm=7 --clear name name=Acme
	expect 3 contact-edit -q --clear ext.crm 1
	stderr_has REQUIRED
}

@test "HS-34 the source changes by force only, and that is in the log" {
	expect 0 contact-edit -q --set source=Fair --results - 1
	stdout_has ',unchanged,1,.*,KEPT,left as stored: source,'
	expect 0 contact-edit --force --set source=Fair 1
	summary 'updated=1'
	expect 0 contact-store log
	stdout_has ',contact-edit,quiet force set,|,contact-edit,(set force|force set),'
}

@test "X-17 an editor may take an opt-out back, which a row may not" {
	contact-edit -q --set do_not_email=true 1
	contact-add -q email=ann@example.com do_not_email=false 2>/dev/null
	expect 0 contact-find -H -c do_not_email 1
	stdout_is true
	contact-edit -q --set do_not_email=false 1
	expect 0 contact-find -H -c do_not_email 1
	stdout_is false
}

@test "the guard holds emptying of many back" {
	for i in $(seq 30); do echo "p$i@example.org,x"; done | contact-add -q --header email,title
	expect 4 contact-edit --clear title title=x
	stderr_has 'clear fields of 30 of 32 contacts, and 25 is the limit: nothing was stored'
	expect 0 contact-edit --clear title --yes title=x
	expect 1 contact-find --count title=x
}

@test "A2 the guard holds edits back that take many out of use, and no others" {
	for i in $(seq 30); do echo "p$i@example.org,x"; done | contact-add -q --header email,title
	contact-add -q -k organization name=Inactive >/dev/null
	before=$(store_digest)
	for set in approval=Rejected organization=Inactive; do
		expect 4 contact-edit --set "$set" title=x
		stdout_is ''
		stderr_has 'would archive 30 of 32 contacts, and 25 is the limit: nothing was stored'
		expect 4 contact-edit -q -n --set "$set" --max 29 title=x
		[ "$(store_digest)" = "$before" ]
	done
	expect 0 contact-edit -q --set organization=Inactive --max 30 title=x
	expect 0 contact-edit -q --set organization=Acme title=x
	expect 0 contact-edit -q --set approval=Rejected --yes title=x
	expect 1 contact-find title=x
	for i in $(seq 30); do echo "u$i"; done | contact-add -q -k user --header login
	expect 4 contact-edit -k user --set access=false --all
	stdout_is ''
	stderr_has 'would disable 3[0-9] of 3[0-9] records, and 25 is the limit: nothing was stored'
	expect 0 contact-edit -q -k user --set access=false --yes --all
	expect 0 contact-edit -q -k user --set access=true --all
	expect 2 contact-edit --note x --yes title=x
	stderr_has -- '--max, --yes: are for --set, --clear and --merge'
}

@test "TW-21 who is rejected is frozen for edits, notes and links" {
	contact-edit -q --set approval=Rejected 1
	for change in --set=title=x --note=x; do
		expect 0 contact-edit -q "$change" --results - 1
		stdout_has ',skipped,1,ann@example.com,FROZEN,'
	done
	contact-archive -q --revive 1
	expect 0 contact-find -H -c approval,archived_at 1
	stdout_is Approved,
}

@test "CS-21 who is rejected by an edit is no primary contact, nor is who moves" {
	contact-edit -q --set approval=Rejected 3
	expect 0 contact-find -k organization --count primary_contact=
	stdout_is 1
	contact-archive -q --approve 3
	expect 0 contact-find -H -k organization -c primary_contact
	stdout_is 3
	contact-edit -q --clear organization 3
	expect 0 contact-find -k organization --count primary_contact=
	stdout_is 1
}

@test "TW-11 TW-35 another organization brings an inactive contact back, former ones stay on record" {
	contact-add -q -k organization name=Bolt >/dev/null
	contact-archive -q --inactive 3
	expect 0 contact-edit -q --set organization=Bolt 3
	expect 0 contact-find -H -c organization,former_organizations,archived_at 3
	stdout_is Bolt,Acme,
	contact-archive -q --inactive 3
	contact-edit -q --set organization=Acme 3
	expect 0 contact-find -H -c organization,former_organizations 3
	stdout_is Acme,Bolt
}

@test "CS-38 CS-41 CS-42 who moves takes the new assignee, unless that is cleared with it" {
	contact-add -q -k organization name=Bolt assigned_to=kim >/dev/null
	expect 0 contact-edit -q --set organization=Bolt --clear assigned_to --results - bob@example.com
	stdout_is 'line,action,id,key,code,message,changed
,updated,3,bob@example.com,,,organization'
	stderr_is ''
	expect 0 contact-find -H -c organization,assigned_to 3
	stdout_is Bolt,
	contact-edit -q --set organization=Acme --set assigned_to=ann 3
	printf 'email,organization,assigned_to\nbob@example.com,Bolt,\n' >rows.csv
	for again in 1 2; do
		contact-add -q --blank clear rows.csv
		expect 0 contact-find -H -c organization,assigned_to 3
		stdout_is Bolt,
	done
	contact-edit -q --set organization=Acme 3
	contact-add -q rows.csv
	expect 0 contact-find -H -c organization,assigned_to 3
	stdout_is Bolt,kim
}

@test "TW-13 who comes back by way of another organization is no former contact" {
	contact-add -q -k organization name=Bolt >/dev/null
	for step in --clear=organization --set=organization=Bolt; do
		contact-archive -q --inactive bob@example.com
		contact-edit -q --set organization=Bolt bob@example.com
		contact-edit -q "$step" bob@example.com
		expect 0 contact-edit -q --results - --set organization=Acme bob@example.com
		stdout_is 'line,action,id,key,code,message,changed
,updated,3,bob@example.com,,,organization former_organizations'
		stderr_is ''
		expect 0 contact-find -H -c organization,former_organizations 3
		stdout_is Acme,
	done
	contact-archive -q --inactive 3
	contact-edit -q --set organization=Bolt 3
	expect 0 contact-add -q email=bob@example.com organization=acme
	expect 0 contact-find -H -c organization,former_organizations 3
	stdout_is Acme,
}

@test "TW-44 a visibility that somebody chose stays when the contact is revived" {
	contact-archive -q --inactive 1
	contact-edit -q --set visibility='Only Myself' 1
	contact-archive -q --revive 1
	expect 0 contact-find -H -c visibility 1
	stdout_is 'Only Myself'
}

@test "CS-18 CS-19 the primary contact is chosen at the organization, and is one of its own" {
	contact-add -q email=cy@example.com organization=Acme >/dev/null
	expect 0 contact-edit -q -k organization --set primary_contact=cy@example.com 2
	expect 0 contact-find -H -c email primary=true
	stdout_is cy@example.com
	expect 3 contact-edit -q -k organization --set primary_contact=ann@example.com 2
	stderr_has 'NOT_OF_ORGANIZATION'
}

@test "CS-39 CS-41 contacts follow the assignee of their organization, unless --no-sync" {
	contact-edit -q --set assigned_to=zoe 3
	expect 0 contact-edit -q -k organization --set assigned_to=bob 2
	expect 0 contact-find -H -c assigned_to 3
	stdout_is bob
	expect 0 contact-edit -q -k organization --clear assigned_to 2
	expect 0 contact-find --count assigned_to= organization=Acme
	stdout_is 1
	expect 0 contact-edit -q -k organization --no-sync --set assigned_to=eve 2
	expect 0 contact-find --count assigned_to= organization=Acme
	stdout_is 1
}

@test "HS-5 a note for each who is selected, and two of the same words are two" {
	expect 0 contact-edit --note 'called' email=*
	stderr_is 'contact-edit: read=2 created=0 updated=2 unchanged=0 skipped=0 errors=0 also=2 rev=3 in # s'
	contact-edit -q --note called 1
	expect 0 contact-find -H -k note -c contact.email,text,at --sort contact.email
	stdout_is 'ann@example.com,called,2026-10-05T12:00:00Z
ann@example.com,called,2026-10-05T12:00:00Z
bob@example.com,called,2026-10-05T12:00:00Z'
	contact-store -q undo 3
	expect 0 contact-find -k note --count
	stdout_is 1
}

@test "HS-2 a note is checked as a cell is, so that what is printed can be read again" {
	contact-add -q email=ann@acme.example
	expect 2 contact-edit --note $'x\xff' 1
	stderr_is "contact-edit: --note: byte 0xff is not UTF-8 (BAD_ENCODING)
try 'contact-edit --help'"
	expect 2 contact-edit --note $'\033[31mx' 1
	stderr_is "contact-edit: --note: control character 0x1b (BAD_CHARACTER)
try 'contact-edit --help'"
	expect 2 contact-edit --note '#N/A' 1
	stderr_is "contact-edit: --note: \"#N/A\" is a spreadsheet's error (BAD_VALUE)
try 'contact-edit --help'"
	contact-edit -q --note $'two\nlines, ü' 1
	pipeline 0 'contact-find -k note -c all | contact-add -k note -'
	stderr_is 'contact-add: read=1 created=0 updated=0 unchanged=1 skipped=0 errors=0 rev=4 in # s'
	pipeline 0 'contact-store dump | contact-store -q -s copy load'
}

@test "HS-9 a link to an event that is there already is unchanged, and can be undone" {
	contact-add -q -k event title=Fair >/dev/null
	expect 0 contact-edit -q --link event:Fair --results - 1
	stdout_has ',updated,1,ann@example.com,,,link'
	expect 0 contact-edit -q --link event:fair --results - 1
	stdout_has ',unchanged,1,'
	expect 0 contact-find -H -c email participation.event.title=Fair
	stdout_is ann@example.com
	expect 0 contact-edit -q --unlink event:Fair 1
	expect 1 contact-find -H -k participation
	expect 2 contact-edit --link event:Dinner 1
	stderr_has 'event:Dinner: there is no such event'
	expect 2 contact-edit --link fair 1
	stderr_has 'not KIND:REF'
}

@test "CS-22 CS-25 a link to an employee is one to one" {
	contact-add -q -k employee number=007 >/dev/null
	expect 0 contact-edit -q --link employee:007 1
	expect 3 contact-edit -q --link employee:007 3
	stderr_has 'ALREADY_LINKED'
	contact-add -q -k employee number=008 >/dev/null
	expect 3 contact-edit -q --link employee:008 1
	stderr_has 'ALREADY_LINKED'
	expect 0 contact-edit -q --unlink employee:007 1
	expect 0 contact-edit -q --link employee:007 3
}

@test "a row whose second link fails changes nothing of the first" {
	contact-add -q -k employee number=007 contact=3 >/dev/null
	contact-add -q -k event title=Fair >/dev/null
	expect 3 contact-edit -q --set title=x --link event:Fair --link employee:007 1
	expect 1 contact-find -k participation
	expect 0 contact-find -H -c title 1
	stdout_is CEO
}

# template: a template user, and a workspace for Acme.
template()
{
	contact-add -q -k workspace name=Core >/dev/null
	contact-add -q -k user login=template department_id=17 company=PEO time_zone=Europe/Vienna \
	    force_password_change=true add_projects=false can_track_time=true send_core_email=true \
	    default_workspace=Core default_to_next=false user_type=Internal role=Admin phone=1 >/dev/null
	contact-store set app-i-contact-templateuser=template
	contact-edit -q -k organization --set default_workspace=Core 2
}

@test "CS-26 CS-27 CS-28 a user is made from the contact, the template, and what always holds" {
	template
	contact-edit -q --set phone='555 1' 3
	expect 0 contact-edit --create-user 3
	summary 'updated=1 .*also=1'
	expect 0 contact-find -k user -o tsv -H login=bob@example.com \
	    -c login,email,first_name,last_name,phone,organization,contact,user_type,role,access
	stdout_is 'bob@example.com	bob@example.com	Bob	Ray	555 1	Acme	3	External		true'
	expect 0 contact-find -k user -o tsv -H login=bob@example.com \
	    -c department_id,company,time_zone,force_password_change,add_projects,can_track_time,send_core_email,default_workspace,default_to_next
	stdout_is '17	PEO	Europe/Vienna	true	false	true	true	Core	true'
	expect 0 contact-find -H -c user,user_status 3
	stdout_is bob@example.com,active
}

@test "CS-27 later changes of the template change nobody" {
	template
	contact-edit -q --create-user 3
	contact-edit -q -k user --set company=Other login=template
	expect 0 contact-find -H -k user -c company login=bob@example.com
	stdout_is PEO
}

@test "CS-29 CS-30 without a template user there is none to be made" {
	expect 3 contact-edit -q --create-user 3
	stderr_has 'app-i-contact-templateuser .*NO_TEMPLATE_USER'
	contact-store set app-i-contact-templateuser=nobody
	expect 3 contact-edit -q --create-user 3
	stderr_has '"nobody", and there is no such user \(NO_TEMPLATE_USER\)'
}

@test "CS-31 CS-32 the organization needs a default workspace" {
	template
	contact-edit -q -k organization --clear default_workspace 2
	expect 3 contact-edit -q --create-user 3
	stderr_has 'NO_DEFAULT_WORKSPACE'
	expect 3 contact-edit -q --create-user 1
	stderr_has 'NO_DEFAULT_WORKSPACE'
}

@test "CS-34 CS-35 a login in use, or a second user, is an error, and nothing else is stored" {
	template
	contact-add -q -k user login=bob@example.com >/dev/null
	expect 3 contact-edit -q --create-user --set title=Cook 3
	stderr_has 'LOGIN_IN_USE'
	expect 1 contact-find --count title=Cook
	stdout_is 0
	contact-edit -q -k user --set login=other login=bob@example.com
	contact-edit -q --create-user 3
	expect 3 contact-edit -q --create-user 3
	stderr_has 'ALREADY_USER'
}

# by_hand STATUS EDITOR [OPERAND...]: contact-edit on a terminal, with that editor.
by_hand()
{
	local want=$1
	printf '#!/bin/sh\ncp "$1" shown.$(ls shown.* 2>/dev/null | wc -l)\n%s\n' "$2" >editor
	chmod +x editor
	VISUAL=$PWD/editor TMPDIR=$PWD expect "$want" script -qec "contact-edit ${*:3}" /dev/null
}

@test "by hand: what was changed in the text is applied, a value taken out is emptied" {
	by_hand 0 'sed -i "s/^title: CEO/title:/; s/^phone:$/phone: 555 1/; /^labels/d" "$1"' 1
	expect 0 contact-find -H -c title,phone,labels,email 1
	stdout_is ',555 1,vip;campus,ann@example.com'
	contains shown.0 '^title: CEO$'
	[ ! -e shown.1 ]
	run ls contact-edit.*
	[ "$status" -ne 0 ]
}

@test "by hand: a mistake opens the text again with the message above it, and nothing is lost" {
	by_hand 0 'case $(ls shown.* | wc -l) in
		1) sed -i "s/^client_status: .*/client_status: Happy/; s/^title: CEO/title: Boss/" "$1" ;;
		2) sed -i "s/^client_status: Happy/client_status: Past/" "$1" ;;
		esac' 1
	contains shown.1 '^#! client_status: "Happy" is none of'
	contains shown.1 '^title: Boss$'
	expect 0 contact-find -H -c title,client_status 1
	stdout_is Boss,Past
}

@test "by hand: mistakes that are left keep the text in its file" {
	by_hand 4 'sed -i "s/^title: CEO/titel: x/" "$1"' 1
	stdout_has 'titel: no field that can be edited \(did you mean title\?\)'
	stdout_has 'the text is in .*/contact-edit\..*\.txt'
	contains contact-edit.*.txt '^titel: x'
	expect 0 contact-find -H -c title 1
	stdout_is CEO
}

@test "by hand: what somebody else changed meanwhile is not overwritten" {
	by_hand 4 'contact-edit -q --set title=Other 1 </dev/null; sed -i "s/^title: CEO/title: Mine/" "$1"' 1
	stdout_has 'STALE'
	expect 0 contact-find -H -c title 1
	stdout_is Other
}

@test "by hand: an editor that fails, or changes nothing, changes nothing" {
	by_hand 5 'exit 1' 1
	stdout_has 'the editor ".*/editor" failed'
	by_hand 0 : 1
	stdout_has 'nothing was changed'
}

@test "by hand: texts of several lines, and records side by side" {
	contact-edit -q --set description=$'one\ntwo' 1
	by_hand 0 'sed -i "s/^	two/	zwei\n	drei/; s/^title:.*/title: Both/" "$1"' 'email=*'
	expect 0 contact-find -o json -c title,description
	stdout_is '{"title":"Both","description":"one\nzwei\ndrei"}
{"title":"Both","description":null}'
}

@test "by hand: line ends within a text that nobody touched stay as they are" {
	printf '{"id":1,"rev":1,"street":"l1\\r\\nl2"}' | contact-add -q -i json
	by_hand 0 'sed -i "s/^title:.*/title: T/" "$1"' 1
	expect 0 contact-find -o json -c title,street 1
	stdout_is '{"title":"T","street":"l1\r\nl2"}'
}

@test "X-12 no edit gives two records of a kind the same name, unless it is forced" {
	contact-add -q -k organization name=Bolt >/dev/null
	expect 3 contact-edit -q -k organization --set name=bolt 2
	stderr_is 'contact-edit: name: #4 is called so, too (--force shares it) (KEY_CONFLICT)'
	contact-add -q -k event title=Fair >/dev/null
	contact-add -q -k event title=Talk >/dev/null
	expect 3 contact-edit -q -k event --set title=Fair title=Talk
	stderr_has 'KEY_CONFLICT'
	expect 0 contact-edit -q -k organization --force --set name=Bolt 2
}

@test "an id that is no organization's is told, and stored by nobody" {
	for none in '#77' '#1' 77 crm:5; do
		expect 3 contact-edit -q --set organization="$none" 3
		stderr_has 'UNKNOWN_ORGANIZATION'
	done
	expect 0 contact-find -H -c organization 3
	stdout_is Acme
}
