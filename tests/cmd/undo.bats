#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
#
# contact-store undo: a run is taken back as a whole (X-30). tests/unit/test_undo
# compares random histories with a model; here is what a user sees.

load support

user=$(id -un)
try="try 'contact-store --help'"
columns=id,name,email,phone,organization,title,ext.crm

prepare()
{
	printf '%s\n' first_name,last_name,email,organization,ext.crm \
	    Ann,Lee,ann@example.com,Acme,C-1 Bob,Poe,bob@example.com,Acme,C-2 >people.csv
	printf '%s\n' email,title,phone ann@example.com,Director,'+1 555 0101' \
	    cy@example.com,Clerk, >more.csv
}

add()
{
	contact-add -q "$@" >/dev/null
}

# all FILE: everything that can be printed but revisions and times.
all()
{
	contact-find -c "$columns" >"$1"
	contact-find -k organization -c id,name,primary_contact >>"$1" || [ $? -eq 1 ]
	contact-store get >>"$1"
}

@test "X-30 an import is taken back whole: created, updated and by rules" {
	add people.csv
	all before
	add more.csv
	all after
	expect 0 contact-store undo 2
	stdout_is ''
	stderr_is 'contact-store: undone rev=2: created=0 updated=1 deleted=1 unchanged=0 errors=0 rev=3 in # s'
	all now
	cmp before now
	expect 0 contact-store undo 3
	stderr_is 'contact-store: undone rev=3: created=1 updated=1 deleted=0 unchanged=0 errors=0 rev=4 in # s'
	all now
	cmp after now
	expect 0 contact-store undo 1 --force
	expect 1 contact-find --count not 'email=cy@example.com'
}

@test "X-30 undoing the first import leaves nothing, and redoing it all, ids and times too" {
	add people.csv
	expect 0 contact-find -c all
	cp stdout before
	expect 0 contact-store undo 1
	expect 1 contact-find --count
	expect 1 contact-find --count -k organization
	CONTACT_NOW=2026-11-01T00:00:00Z expect 0 contact-store undo 2
	all now
	expect 0 contact-find -c id,created_at,created_by,name
	stdout_has '^[0-9]+,2026-10-05T12:00:00Z,.*,Ann Lee$'
	expect 0 contact-store undo 3
	expect 0 contact-store undo 4
	all last
	cmp now last
}

@test "X-30 a record that changed since refuses all, and names who changed it" {
	add people.csv
	add email=ann@example.com title=Director
	before=$(store_digest)
	expect 4 contact-store undo 1
	stdout_is ''
	stderr_is "contact-store: #2: was changed in revision 2 ($user, contact-add) (CHANGED_SINCE)
contact-store: revision 1 is not undone, 1 conflict: nothing was stored (--force puts back what it changed all the same)"
	expect 4 contact-store undo 1 --results -
	stdout_is "line,action,id,key,code,message,changed
,deleted,1,Acme,,,
,error,2,C-1,CHANGED_SINCE,\"was changed in revision 2 ($user, contact-add)\",
,deleted,3,C-2,,,"
	[ "$(store_digest)" = "$before" ]
}

@test "HS-42 a wish for no mail that came later outlives the contact that --force takes away" {
	contact-add -q people.csv
	contact-add -q email=cy@example.com do_not_email=true >/dev/null
	contact-edit -q --set do_not_email=true ann@example.com
	contact-edit -q --set title=Clerk bob@example.com cy@example.com
	expect 0 contact-store undo 1 --force
	stdout_is ''
	contact-store -q undo 2 --force
	contact-add -q people.csv
	expect 0 contact-find -H -c email,mailable
	stdout_is 'ann@example.com,false
bob@example.com,true'
	expect 0 contact-find -H -k suppression -c address,reason
	stdout_is ann@example.com,do_not_email
	contact-store -q undo 7
	contact-store -q undo 6
	contact-store -q undo 5
	expect 1 contact-find -k suppression
	expect 0 contact-find -H -c do_not_email ann@example.com
	stdout_is true
}

@test "X-30 --force keeps later changes of other fields" {
	add people.csv
	add email=ann@example.com title=Director phone='+1 555 0101'
	add email=ann@example.com title=Owner city=Oslo
	expect 4 contact-store undo 2
	expect 0 contact-store undo --force --diff - 2
	stdout_is 'line,id,name,field,from,to,cause,job
,2,Ann Lee,phone,+1 555 0101,,undo,
,2,Ann Lee,title,Owner,,undo,'
	expect 0 contact-find -c title,phone,city email=ann@example.com
	stdout_is 'title,phone,city
,,Oslo'
}

@test "X-30 what was put back by hand, or undone already, is unchanged: no revision" {
	add people.csv
	add email=ann@example.com title=Director
	add --blank clear email=ann@example.com title=
	before=$(store_digest)
	expect 0 contact-store undo 2 --results -
	stdout_is 'line,action,id,key,code,message,changed
,unchanged,2,C-1,,,'
	stderr_is 'contact-store: undone rev=2: created=0 updated=0 deleted=0 unchanged=1 errors=0 rev=3 in # s'
	[ "$(store_digest)" = "$before" ]
	expect 0 contact-store undo 1 --force
	before=$(store_digest)
	expect 0 contact-store -q undo 1
	stderr_is ''
	[ "$(store_digest)" = "$before" ]
}

@test "X-21, X-30 a dry run stores nothing and tells the same" {
	add people.csv
	add more.csv
	before=$(store_digest)
	expect 0 contact-store -n undo 2
	stderr_is 'contact-store: undone rev=2: created=0 updated=1 deleted=1 unchanged=0 errors=0 rev=2 in # s, nothing stored'
	[ "$(store_digest)" = "$before" ]
	cp stdout dry
	expect 0 contact-store --results - undo 2
	same stdout stdout "$(cat dry)"
	stdout_is 'line,action,id,key,code,message,changed
,updated,2,C-1,,,phone title
,deleted,4,cy@example.com,,,'
}

@test "X-30 settings get their former values; one that was set again is a conflict" {
	contact-store -q set timezone=+02:00 members=strict
	contact-store -q set timezone=+03:00
	expect 4 contact-store undo 1
	stderr_is "contact-store: setting timezone: was changed in revision 2 ($user, contact-store) (CHANGED_SINCE)
contact-store: revision 1 is not undone, 1 conflict: nothing was stored (--force puts back what it changed all the same)"
	expect 0 contact-store get members
	stdout_is strict
	expect 0 contact-store undo 2 --diff -
	stdout_is 'line,id,name,field,from,to,cause,job
,,timezone,value,+03:00,+02:00,undo,'
	expect 0 contact-store undo 1 --results -
	stdout_is 'line,action,id,key,code,message,changed
,updated,,members,,,value
,updated,,timezone,,,value'
	expect 0 contact-store get timezone
	stdout_is UTC
}

@test "X-30 a reference to what went waits as text until it is back" {
	add -k organization name=Globex
	contact-store -q set members=strict
	add first_name=Dee email=dee@example.com organization=Globex
	expect 4 contact-store undo 1
	stderr_has "^contact-store: #1: (#2 refers to it since|was changed in) revision 3 \\($user, contact-add\\) \\(CHANGED_SINCE\\)$"
	expect 0 contact-store undo --force 1
	stderr_has ' deleted=1 .* also=1 rev=4 '
	expect 0 contact-store -v check
	stderr_has 'organization "Globex" is not known'
	expect 0 contact-find -c organization email=dee@example.com
	stdout_is 'organization
Globex'
	expect 0 contact-store undo 4
	expect 0 contact-find -c organization.id email=dee@example.com
	stdout_is 'organization.id
1'
}

@test "X-10, X-30 an external id that somebody else has by now is never forced" {
	add email=ann@example.com ext.crm=C-1
	contact-store -q undo 1
	add email=bob@example.com ext.crm=C-1
	for force in '' --force; do
		# shellcheck disable=SC2086
		expect 4 contact-store undo 2 $force
		stderr_has '^contact-store: #1: its external id is that of #2 by now \(KEY_CONFLICT\)$'
		stderr_has '^contact-store: revision 2 is not undone, 1 conflict: nothing was stored'
	done
	contact-store -q undo 3
	expect 0 contact-store undo 2
}

@test "X-30 a value that was declared again is not there twice" {
	add -k picklist name=client_status value=Key
	contact-store -q undo 1
	add -k picklist name=client_status value=Key
	expect 4 contact-store undo 2 --force
	stderr_has '^contact-store: #1: #2 has the same name by now \(KEY_CONFLICT\)$'
}

@test "X-30 the key of an organization or a suppressed address has one bearer" {
	for row in organization:name=Acme suppression:address=ann@example.com; do
		kind=${row%%:*} key=${row#*:}
		word=${key%=*}
		rm -rf "${CONTACT_STORE:?}"
		add -k "$kind" "$key"
		contact-store -q undo 1
		add -k "$kind" "$key"
		for force in '' --force; do
			# shellcheck disable=SC2086
			expect 4 contact-store undo 2 $force
			stderr_has "^contact-store: #1: #2 has the same $word by now \\(KEY_CONFLICT\\)$"
		done
		contact-store -q undo 3
		expect 0 contact-store -q undo 2
		expect 0 contact-find -k "$kind" --count
		stdout_is 1
	done
}

@test "X-30 contacts may share an address, so one that comes back is no conflict" {
	add first_name=Ann email=ann@example.com
	contact-store -q undo 1
	add first_name=Ann email=ann@example.com
	expect 0 contact-store -q undo 2
	expect 0 contact-find --count email=ann@example.com
	stdout_is 2
}

@test "X-30 a value of a picklist that is in use never goes" {
	add -k picklist name=client_status value=Hot
	add first_name=Ann client_status=Hot
	for force in '' --force; do
		before=$(store_digest)
		# shellcheck disable=SC2086
		expect 4 contact-store undo 1 $force
		stderr_has "^contact-store: #1: #2 uses it since revision 2 \\($user, contact-add\\) \\(CHANGED_SINCE\\)$"
		[ "$(store_digest)" = "$before" ]
	done
	# What is printed is taken again.
	contact-find -c id,client_status >again.csv
	expect 0 contact-add --key id again.csv
	contact-store -q undo 2
	expect 0 contact-store undo 1
}

@test "X-30 a record does not come back with a value that has gone, unless that comes too" {
	add -k picklist name=client_status value=Hot
	add first_name=Ann client_status=Hot
	contact-store -q undo 2
	contact-store -q undo 1
	for force in '' --force; do
		# shellcheck disable=SC2086
		expect 4 contact-store undo 3 $force
		stderr_has '^contact-store: #2: its client_status is a value that is not there any more \(CHANGED_SINCE\)$'
	done
	contact-store -q undo 4
	expect 0 contact-store undo 3
	contact-store dump >dump
	export CONTACT_STORE=$place/other
	contact-store -q load <dump
	rev=$(contact-store log -o csv | tail -n 1 | cut -d, -f1)
	contact-store -q undo "$rev"
	expect 1 contact-find --count
	expect 0 contact-store -q undo "$((rev + 1))"
	expect 0 contact-find -c client_status
	stdout_is 'client_status
Hot'
}

@test "X-30 a setting is a use of a value, unless it goes back too" {
	add -k picklist name=client_status value=Hot
	contact-store -q set client_status_default=Hot
	expect 4 contact-store undo 1 --force
	stderr_has '^contact-store: #1: the setting client_status_default uses it \(CHANGED_SINCE\)$'
	contact-store -q undo 2
	expect 0 contact-store undo 1
}

@test "X-30 a value that is not of a record's field, or only hides one, may go" {
	add -k picklist name=candidate_status value=Hot
	add -k picklist name=client_status value=Past hidden=true
	add first_name=Ann title=Hot client_status=Past
	expect 0 contact-store undo 1
	expect 0 contact-store undo 2
}

@test "X-30 an attribute that records have is forced only: it is a text then" {
	add -k attribute name=vip type=flag
	add first_name=Ann attr.vip=yes
	expect 4 contact-store undo 1
	stderr_has "^contact-store: #1: #2 uses it since revision 2 \\($user, contact-add\\) \\(CHANGED_SINCE\\)$"
	expect 0 contact-store undo 1 --force
	expect 0 contact-find -c id,attr.vip
	stdout_is 'id,attr.vip
2,true'
	contact-find -c id,attr.vip >again.csv
	expect 0 contact-add --key id again.csv
	stderr_has ' unchanged=1 '
}

@test "X-30 a conflict names the run that is in the way, not one that was taken back" {
	add first_name=Ann email=ann@example.com
	add email=ann@example.com title=Director
	add email=ann@example.com phone='+1 555 0101'
	add email=ann@example.com title=Owner
	contact-store -q undo 4
	expect 4 contact-store undo 2
	stderr_has "^contact-store: #1: was changed in revision 3 \\($user, contact-add\\) \\(CHANGED_SINCE\\)$"
	contact-store -q undo 3
	contact-store -q undo 6
	expect 4 contact-store undo 2
	stderr_has '#1: was changed in revision 3 '
	contact-store -q undo 7
	expect 0 contact-store undo 2
}

@test "X-30 a reference that became a text, or came back, is a row of --diff and --history" {
	add -k organization name=Acme
	add first_name=Ann organization=Acme
	expect 0 contact-store undo 1 --force --diff -
	stdout_has '^,2,Ann,organization,#1,Acme,reference,$'
	expect 0 contact-store undo 3 --diff -
	stdout_has '^,2,Ann,organization,Acme,#1,'
	expect 0 contact-find --history '#2'
	stdout_has ',organization,#1,Acme,'
	stdout_has ',organization,Acme,#1,'
}

@test "undo: a run that only forgot what was before has nothing to take back" {
	add people.csv
	CONTACT_NOW=2027-10-05T12:00:00Z add first_name=Dee
	CONTACT_NOW=2027-10-06T12:00:00Z contact-store -q prune --older 30d --yes
	expect 0 contact-store log
	stdout_has '^3,.*prune'
	before=$(store_digest)
	expect 2 contact-store undo 3
	stderr_is "contact-store: revision 3 cannot be undone: it changed no record and no setting
$try"
	[ "$(store_digest)" = "$before" ]
}

@test "X-30 of many conflicts twenty are told, --results has all" {
	{
		echo ext.crm,last_name
		seq -f 'C-%g,Lee' 30
	} >thirty.csv
	add thirty.csv
	sed s/Lee/Poe/ thirty.csv >again.csv
	add again.csv
	expect 4 contact-store undo 1
	[ "$(grep -c CHANGED_SINCE stderr)" -eq 20 ]
	stderr_has '^contact-store: and 10 more \(--results lists them\)$'
	expect 4 contact-store undo 1 --results all.csv
	[ "$(grep -c ',error,.*CHANGED_SINCE' all.csv)" -eq 30 ]
	stderr_has '^contact-store: and 10 more$'
}

@test "names of columns that a run brought stay known, without harm" {
	add people.csv
	add email=ann@example.com attr.shoe_size=44 ext.other=7
	contact-store -q undo 2
	expect 0 contact-find -c attr.shoe_size,ext.other email=ann@example.com
	stdout_is 'attr.shoe_size,ext.other
,'
}

@test "undo: a revision that is not there is exit 2 and names the last one" {
	add people.csv
	for operand in 0 2 99999999999; do
		expect 2 contact-store undo "$operand"
		stderr_is "contact-store: there is no revision $operand: the last one is 1
$try"
	done
	for operand in x 1x '#1' 99999999999999999999; do
		expect 2 contact-store undo "$operand"
		stderr_is "contact-store: undo: \"$operand\" is not the number of a revision, the last one is 1
$try"
	done
	expect 2 contact-store undo
	stderr_is "contact-store: undo takes one REV
$try"
	expect 2 contact-store undo 1 1
	expect 2 contact-store --errors e.csv undo 1
	stderr_is "contact-store: --errors means nothing to undo
$try"
	expect 2 contact-store info --force
	stderr_is "contact-store: --force means nothing to info
$try"
}

@test "undo: a revision that was pruned is exit 2" {
	add people.csv
	add more.csv
	CONTACT_NOW=2027-10-05T12:00:00Z contact-store -q prune --older 1d --yes
	expect 2 contact-store undo 1
	stderr_has '^contact-store: revision 1 cannot be undone: what was before revision [0-9]+ has been pruned$'
}

@test "undo makes no store where there is none" {
	expect 5 contact-store undo 1
	stderr_is "contact-store: no store at $CONTACT_STORE"
	[ ! -e "$CONTACT_STORE" ]
}

# Walking the ids between would take days, and keep every other run waiting.
@test "X-30 a run whose ids lie far apart is undone at once, and so is its undoing" {
	printf 'contact-dump\t1\ncontact\t1\tlast_name\tRoe\ncontact\t5\tlast_name\tDoe\ncontact\t281474976710000\tlast_name\tLee\nchecksum\tnone\n' >dump
	CONTACT_NOW=2020-06-01T00:00:00Z contact-store -q load <dump
	expect 0 env CONTACT_NOW=2020-06-02T00:00:00Z timeout 20 contact-store -q undo 1
	expect 1 contact-find -H -c id
	expect 0 timeout 20 contact-store -q undo 2
	expect 0 contact-find -H -c id,last_name
	stdout_is '1,Roe
5,Doe
281474976710000,Lee'
	# What was there then is told by its kind, whatever its id.
	expect 0 contact-find -H -c id --at 1
	stdout_is '1
5
281474976710000'
	# Without the images of that undo, any record may be what it removed.
	contact-store -q prune --older 1y --yes
	expect 0 timeout 20 contact-store -q undo 3
	expect 1 contact-find -H -c id
}

@test "A3 text that undoing left in place of an organization makes none when it comes back" {
	add -k organization name=Bolt
	add first_name=Ann email=ann@example.com organization=Bolt
	contact-store -q undo 1 --force 2>/dev/null
	contact-find -c all >all.csv
	for option in '' --known-organizations; do
		# shellcheck disable=SC2086
		expect 0 contact-add $option all.csv
		stderr_is 'contact-add: read=1 created=0 updated=0 unchanged=1 skipped=0 errors=0 rev=3 in # s'
	done
	expect 1 contact-find -k organization --count
	# Another text still makes one, and this one is found when it comes.
	add -k organization name=Bolt
	expect 0 contact-find -H -c organization.name
	stdout_is Bolt
}

@test "force is only recommended where it helps" {
	contact-add -q -k organization name=Acme >/dev/null
	contact-store -q undo 1
	contact-add -q -k organization name=Acme >/dev/null
	expect 4 contact-store undo 2
	stderr_is 'contact-store: #1: #2 has the same name by now (KEY_CONFLICT)
contact-store: revision 2 is not undone, 1 conflict: nothing was stored'
	expect 4 contact-store undo --force 2
	stderr_has '1 conflict: nothing was stored$'
}
