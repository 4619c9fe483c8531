#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
#
# TW-26: contact-archive --erase leaves no trace but keyed hashes.

load support

# A thousand people, one of whom was known by several things in turn.
crowd()
{
	seq 999 | sed 's/.*/First&,Last&,p&@example.com,C&/; 1i first_name,last_name,email,ext.crm' |
	    contact-add -q
	contact-add -q email=zebulon@quux.example first_name=Zebulon last_name=Quuxley \
	    phone='+49 170 555 0199' description='likes Xylophones' ext.crm=ZQ-77
	contact-add -q ext.crm=ZQ-77 email=zeb@moved.example attr.hobby='Yodelling'
}

# How many lines of the files in a store have each of the words.
hits()
{
	local word
	for word in Zebulon Quuxley quux.example moved.example '170 555' 1705550199 Xylophone Yodelling ZQ-77; do
		cat "$1"/* | grep -aic -- "$word" || true
	done | paste -sd ' '
}

erase()
{
	expect "${status:-0}" contact-archive --erase --yes "$@"
}

@test "S5 of one of a thousand who is erased no file of the store has a byte" {
	crowd
	[ "$(hits store | tr ' ' '\n' | grep -c '^0$')" -eq 1 ]
	erase 1000
	stdout_is 'state,kind,id,what,command
hashed,erasure,1001,contact.email of #1000,contact-archive -k erasure --delete 1001
hashed,erasure,1002,contact.ext.crm of #1000,contact-archive -k erasure --delete 1002
hashed,erasure,1003,contact.email of #1000,contact-archive -k erasure --delete 1003
erased,contact,1000,and 1 earlier versions,
left,,,"backups, dumps and other files from before revision 4",contact-store backup DIR
bytes,,,"gone, the store is compacted",'
	stderr_is 'contact-archive: read=1 created=0 updated=0 erased=1 unchanged=0 skipped=0 errors=0 rev=4 in # s'
	[ "$(hits store)" = '0 0 0 0 0 0 0 0 0' ]
}

@test "S5 deleted is not erased: its bytes stay" {
	crowd
	contact-archive -q --delete 1000
	contact-store -q compact
	[ "$(hits store | tr ' ' '\n' | grep -c '^0$')" -eq 1 ]
}

@test "TW-26 no question about the past finds what was erased" {
	crowd
	erase 1000
	expect 1 contact-find --at 3 last_name=Quuxley
	expect 1 contact-find --history 1000
	expect 0 contact-find --count --at 2
	stdout_is 999
	expect 0 contact-find --changes-since 1 -k erasure -H -c of,record
	stdout_is 'contact.email,1000
contact.ext.crm,1000
contact.email,1000'
}

@test "TW-26 a row that brings it back is suppressed, by whatever key" {
	crowd
	erase 1000
	cat >rows.csv <<-END
		ext.crm,email,other_emails,first_name,last_name
		ZQ-77,new@example.com,,Zeb,Quuxley
		,ZEBULON@Quux.Example,,Zeb,Quuxley
		Q2,zeb@moved.example,,Zeb,Quuxley
		Q3,q3@example.com,x@example.com;zeb@moved.example,Zeb,Quuxley
		Q4,q4@example.com,,Zeb,Quuxley
	END
	expect 0 contact-add --results - rows.csv
	cut -d, -f1,2,5 stdout >short
	same short short 'line,action,code
2,suppressed,ERASED
3,suppressed,ERASED
4,suppressed,ERASED
5,suppressed,ERASED
6,created,'
	stderr_is 'contact-add: read=5 created=1 updated=0 unchanged=0 skipped=0 suppressed=4 errors=0 rev=5 in # s'
	expect 0 contact-add email=zebulon@quux.example
	stdout_is ''
	stderr_has '^contact-add: who had this e-mail address was erased \(contact-archive -k erasure --delete [0-9]+ lets it in again\) \(ERASED\)$'
}

@test "TW-26 HS-29 nor do rows of events and jobs that name who was erased bring it back" {
	contact-add -q email=zeb@quux.example
	erase 1
	contact-add -q -k event title=Fair >/dev/null
	printf 'event,email,last_name\nFair,Zeb@quux.example,Quuxley\nFair,ann@example.com,Lee\n' >rows.csv
	expect 0 contact-add -q -k participation --results - rows.csv
	cut -d, -f1,2,5 stdout >short
	same short short 'line,action,code
2,suppressed,ERASED
3,created,'
	expect 0 contact-find -H -c email
	stdout_is ann@example.com
}

@test "TW-26 nor does an edit give an address or an id of it to another, unless that has it" {
	contact-add -q email=zeb@quux.example other_emails=zeb2@quux.example ext.crm=ZQ-77
	contact-add -q email=ann@x.org other_emails=zeb2@quux.example
	erase 1
	for set in email=Zeb@quux.example other_emails+=zeb@quux.example ext.crm=ZQ-77; do
		expect 3 contact-edit -q --results - --set "$set" 2
		stdout_has '^,error,2,.*,ERASED,.*-k erasure --delete [0-9]+ lets it in again'
		stderr_has 'ERASED'
	done
	expect 0 contact-edit -q --set other_emails='zeb2@quux.example;a@x.org' 2
	expect 0 contact-edit -q --set email=zeb2@quux.example 2
	expect 0 contact-edit -q --set ext.crm=OK-1 2
	hash=$(contact-find -k erasure -H -c id of=contact.ext.crm)
	contact-archive -q -k erasure --delete "$hash"
	expect 0 contact-edit -q --set ext.crm=ZQ-77 2
	expect 0 contact-find -H -c email,ext.crm 2
	stdout_is 'zeb2@quux.example,ZQ-77;OK-1'
}

@test "TW-26 deleting a hash lets its value in again" {
	crowd
	erase 1000
	expect 0 contact-archive -q -k erasure --delete 1001
	expect 0 contact-add -q email=zebulon@quux.example
	expect 0 contact-add -q email=zeb@moved.example
	expect 0 contact-find -H -c email last_name=''
	stdout_is zebulon@quux.example
}

@test "TW-26 nobody makes a hash, or erases one" {
	expect 3 contact-add -q -k erasure hash=abc
	stderr_has 'REQUIRED'
	expect 2 contact-archive -k erasure --erase --yes --all
	stderr_is "contact-archive: --kind erasure: is what stays of who was erased, --delete lets them in again
try 'contact-archive --help'"
}

@test "HS-42 the address of who was erased is not mailable, and its suppression is a hash" {
	contact-add -q email=zeb@quux.example
	contact-add -q -k suppression address=zeb@quux.example reason=unsubscribed >/dev/null
	erase 1
	stdout_has '^erased,suppression,2,'
	expect 1 contact-find -k suppression
	contact-add -q email=wife@example.com
	contact-add -q email=wife@example.com other_emails=zeb@quux.example
	expect 0 contact-find -H -c mailable email=wife@example.com
	stdout_is true
	contact-add -q --key id id=4 email=zeb@quux.example
	expect 0 contact-find -H -c mailable email=zeb@quux.example
	stdout_is false
}

@test "TW-26 X-30 erasing is not undone, and undoing what was before goes without it" {
	seq 3 | sed 's/.*/p&@example.com/; 1i email' | contact-add -q
	contact-add -q email=p2@example.com first_name=Bo
	contact-add -q email=p3@example.com first_name=Cy
	erase 2
	expect 4 contact-store undo 4
	stderr_is 'contact-store: revision 4 cannot be undone: it erased records for good'
	expect 4 contact-store undo --force 4
	expect 2 contact-store undo 2
	stderr_is "contact-store: revision 2 cannot be undone: what it changed was erased since
try 'contact-store --help'"
	expect 0 contact-store undo --force 1
	stderr_is 'contact-store: undone rev=1: created=0 updated=0 deleted=2 unchanged=0 errors=0 rev=5 in # s
contact-store: 1 of its records was erased since, and not brought back'
	expect 0 contact-store undo 5
	expect 0 contact-find -H -c email
	stdout_is 'p1@example.com
p3@example.com'
}

@test "TW-26 X-30 nor does undoing a deletion bring back what was erased afterwards" {
	seq 3 | sed 's/.*/p&@example.com/; 1i email' | contact-add -q
	contact-archive -q --delete 2 3
	contact-store -q undo 2
	erase 2
	expect 0 contact-store undo --force 2
	expect 0 contact-find -H -c email
	stdout_is 'p1@example.com
p3@example.com'
}

@test "TW-26 A2 erasing needs --yes always, and --max beyond the limit" {
	seq 60 | sed 's/.*/p&@example.com/; 1i email' | contact-add -q
	before=$(store_digest)
	expect 4 contact-archive --erase 1
	stdout_is ''
	stderr_has '^contact-archive: this would erase 1 of 60 records, for good: nothing was stored \(--yes does it\)$'
	status=4 erase --all
	stderr_has '^contact-archive: this would erase 60 of 60 records, and 25 is the limit: nothing was stored \(--max N or N% sets another limit\)$'
	expect 0 contact-archive --erase -n 1 2
	stdout_is 'line,action,id,key,code,message,changed
,erased,1,p1@example.com,,,
,erased,2,p2@example.com,,,'
	[ "$(store_digest)" = "$before" ]
	expect 0 contact-archive -q --erase --yes --max 60 --all --results results.csv
	[ "$(grep -c ',erased,' results.csv)" -eq 60 ]
	expect 1 contact-find
}

@test "TW-21 a rejected contact can be erased; a query without a match is exit 1" {
	contact-add -q email=dee@example.com
	contact-archive -q --reject 1
	erase 1
	stdout_has '^erased,contact,1,'
	status=1 erase 1
	stdout_is ''
	status=1 erase email=nobody@example.com
}

@test "TW-26 rows of - choose whom to erase, and what cannot be is in the results" {
	seq 3 | sed 's/.*/p&@example.com/; 1i email' | contact-add -q
	printf 'email\np2@example.com\nnobody@example.com\n' >rows.csv
	expect 0 contact-archive --erase --yes - --results results.csv <rows.csv
	same results results.csv 'line,action,id,key,code,message,changed
2,erased,2,p2@example.com,,,
3,skipped,,nobody@example.com,NO_MATCH,no record has these keys,'
	expect 0 contact-archive -q --erase --yes --results - 1
	stdout_is 'line,action,id,key,code,message,changed
,erased,1,p1@example.com,,,'
	stderr_has '^contact-archive: erased: contact #1: and 0 earlier versions$'
	stderr_has '^contact-archive: bytes: gone, the store is compacted$'
}

@test "HS-67 TW-26 who is a point of contact is erased by --force, and no reference keeps a word of it" {
	contact-add -q email=zeb@quux.example first_name=Zeb last_name=Quuxley organization=Acme
	contact-add -q -k job ext.ats=J1 title=Cook contact=zeb@quux.example >/dev/null
	status=3 erase email=zeb@quux.example
	stderr_has 'is the point of contact of job #3 .*IN_USE'
	stdout_is ''
	erase --force email=zeb@quux.example
	expect 0 contact-find -H -k job -c title,contact
	stdout_is 'Cook,'
	expect 0 contact-find -H -k organization -c name,primary_contact
	stdout_is 'Acme,'
	[ "$(cat store/* | grep -aic -e quuxley -e quux.example)" -eq 0 ]
}

@test "TW-26 TW-24 notes and participations are erased, those deleted or passed on before, too" {
	contact-add -q email=zeb@quux.example
	contact-add -q email=ann@example.com
	contact-add -q -k note contact=1 text='likes Xylophones' >/dev/null
	contact-add -q -k note contact=1 text='deleted Yodelling' >/dev/null
	contact-add -q -k note ext.n=1 contact=1 text='passed Zithers' >/dev/null
	contact-add -q -k event title=Fair >/dev/null
	contact-add -q -k participation event=Fair contact=1 >/dev/null
	contact-archive -q -k note --delete 4
	contact-add -q -k note ext.n=1 contact=2 text='is about Ann' >/dev/null
	[ "$(cat store/* | grep -aic -e Xylophone -e Yodelling -e Zither)" -gt 0 ]
	erase 1
	stdout_has '^erased,note,3,with #1,$'
	stdout_has '^erased,participation,7,with #1,$'
	[ "$(cat store/* | grep -aic -e Xylophone -e Yodelling -e Zither)" -eq 0 ]
	expect 0 contact-find -H -k note -c text
	stdout_is 'is about Ann'
	expect 1 contact-find -H -k note -c text --at 8
}

@test "TW-26 the receipt takes nobody along who only refers to the address, or is called so" {
	contact-add -q email=zeb@quux.example >/dev/null
	contact-add -q email=ann@example.com assigned_to=zeb@quux.example >/dev/null
	contact-add -q -k organization name='Zeb (zeb@quux.example)' >/dev/null
	expect 0 contact-archive -q --erase --yes 1
	stdout_has '^left,contact,2,assigned_to has its address,contact-edit -k contact --clear assigned_to 2$'
	stdout_has '^left,organization,3,name has its address,contact-find -k organization -c name 3$'
	expect 0 contact-edit -q -k contact --clear assigned_to 2
	expect 1 contact-find -k contact --count assigned_to=*
}

@test "TW-26 the receipt names the saved queries that are called like it, or look for its name" {
	contact-add -q email=zeb@quux.example name='Zebulon Quuxley' >/dev/null
	contact-add -q -k query name='Zebulon Quuxley' text='email=zeb@quux.example' >/dev/null
	contact-add -q -k query name=few text='last_name=quuxley or name=Ann' >/dev/null
	contact-add -q -k query name=quuxleys text=labels=vip >/dev/null
	expect 0 contact-archive -q --erase --yes 1
	cp stdout receipt.csv
	expect 0 grep ^left,query receipt.csv
	stdout_is 'left,query,3,text has its name,contact-find -k query -c text 3
left,query,2,name has its name,contact-find -k query -c name 2'
}

@test "TW-26 the user and the employee that the contact is are left, and named" {
	contact-add -q email=zeb@quux.example
	contact-add -q -k user login=zeb@quux.example email=zeb@quux.example user_type=External contact=1 >/dev/null
	contact-add -q -k employee number=17 contact=1 >/dev/null
	erase 1
	stdout_has '^left,user,2,email has its address,contact-archive -k user --delete 2$'
	stdout_has '^left,user,2,contact referred to it,contact-archive -k user --delete 2$'
	stdout_has '^left,employee,3,contact referred to it,contact-archive -k employee --delete 3$'
	expect 0 contact-find -H -k employee -c number,contact
	stdout_is '17,'
}

@test "TW-26 saved queries lose its address, ids and name, before too, and stay queries" {
	contact-add -q email=zeb@quux.example ext.crm=ZQ-77 first_name=Zebulon last_name=Quuxley
	contact-add -q email=ann@example.com first_name=Ann
	contact-add -q -k query name=few text="email=zeb@quux.example or name='Zebulon Quuxley' or ZEB@quux.example or ext.crm=ZQ-77" >/dev/null
	contact-add -q -k query name=few text="crm:ZQ-77 or first_name=Ann" >/dev/null
	contact-add -q -k query name=long text='email=xzeb@quux.examples' >/dev/null
	erase 1
	expect 0 contact-find -H -k query -c name,text
	stdout_is 'few,ext.crm=erased or first_name=Ann
long,email=xzeb@quux.examples'
	expect 0 contact-find -H -k query -c text --at 3
	stdout_is "email=erased or name='erased' or email=erased or ext.crm=erased"
	expect 0 contact-find -H -c email @few
	stdout_is ann@example.com
	[ "$(cat store/* | grep -aic -e quuxley -e ZQ-77)" -eq 0 ]
}

@test "TW-26 texts that waited for it, now and before, are taken out of other records" {
	contact-add -q email=zeb@quux.example ext.crm=ZQ-77
	contact-add -q -k job ext.ats=J1 title=Cook contact=zeb@quux.example >/dev/null
	# With the contact gone the job keeps its address, and is changed then.
	contact-archive -q --delete --force 1
	contact-add -q -k job ext.ats=J1 title=Chef >/dev/null
	contact-store -q undo --force 3
	contact-add -q -k job ext.ats=J1 title=Baker >/dev/null
	expect 0 contact-find -H -k job -c title,contact --at 4
	stdout_is 'Chef,zeb@quux.example'
	[ "$(grep -aic zeb@quux.example store/data.mdb)" -gt 0 ]
	erase --force 1
	[ "$(cat store/* | grep -aic -e quux.example -e ZQ-77)" -eq 0 ]
	expect 0 contact-find -H -k job -c title,contact --at 4
	stdout_is 'Chef,'
}

@test "TW-26 the receipt names the same address elsewhere, before too, and stores put aside" {
	contact-add -q email=zeb@quux.example
	contact-add -q email=wife@example.com other_emails=zeb@quux.example description='see <ZEB@quux.example>.'
	contact-add -q -k suppression address=zeb@quux.example reason=bounced >/dev/null
	contact-add -q email=boss@example.com description='fired zeb@quux.example'
	contact-add -q email=boss@example.com description='nobody'
	contact-store -q backup saved
	contact-store -q restore --yes saved
	erase 1
	stdout_is "state,kind,id,what,command
hashed,erasure,5,contact.email of #1,contact-archive -k erasure --delete 5
erased,contact,1,and 0 earlier versions,
left,contact,2,other_emails has its address,contact-archive --erase --yes 2
left,contact,2,description has its address,contact-find -k contact -c description 2
left,suppression,3,address has its address,contact-archive -k suppression --delete 3
left,,,1 earlier versions of other records have its address,contact-store prune --older 0s --yes
left,,,\"backups, dumps and other files from before revision 6\",contact-store backup DIR
left,,,$place/store.before-5,rm -r -- '$place/store.before-5'
bytes,,,\"gone, the store is compacted\","
}

# Ann twice, merged and parted again, and the second erased.
parted()
{
	printf 'ext.crm,email,first_name,phone\nA1,ann@x.org,Ann,\nZQ-77,zeb@quux.example,Ann,1705550199\n' |
	    contact-add -q
	contact-edit -q --merge 1 2
	contact-store -q undo 2
	erase 2
}

@test "TW-26 X-34 of who was merged for a while nothing comes back, and the past has no word" {
	parted
	[ "$(cat store/* | grep -aic -e quux.example -e ZQ-77 -e 1705550199)" -eq 0 ]
	expect 0 contact-store undo 3
	stderr_is 'contact-store: undone rev=3: created=0 updated=0 deleted=0 unchanged=1 errors=0 rev=4 in # s'
	expect 0 contact-find -H -c email,other_emails,ext.crm,phone --at 2
	stdout_is 'ann@x.org,,A1,'
	expect 0 contact-find -H -c email,other_emails,ext.crm,phone
	stdout_is 'ann@x.org,,A1,'
	expect 1 contact-find crm:ZQ-77
}

@test "TW-26 X-30 an address and an id that another had before come back with no undoing" {
	contact-add -q ext.crm=A1 email=zeb@quux.example other_emails='zeb2@quux.example;ann2@x.org'
	contact-edit -q --clear ext.crm --set email=ann@x.org --set other_emails=ann2@x.org 1
	contact-add -q ext.crm=A1 email=zeb@quux.example other_emails=zeb2@quux.example
	erase 2
	[ "$(cat store/* | grep -aic -e quux.example)" -eq 0 ]
	expect 0 contact-find -H -c email,other_emails,ext.crm --at 1
	stdout_is 'ann@x.org,ann2@x.org,'
	expect 0 contact-store undo 2
	expect 0 contact-find -H -c email,other_emails
	stdout_is 'ann@x.org,ann2@x.org'
}

@test "TW-26 whoever shares the address to the last keeps it in the past, and after a deletion" {
	contact-add -q email=us@quux.example first_name=Ann last_name=Lee
	contact-add -q --shared-email email=us@quux.example first_name=Zeb last_name=Quuxley
	contact-add -q --key id id=1 title=Cook
	contact-archive -q --delete 1
	erase 2
	stdout_has '^left,,,2 earlier versions of other records have its address,'
	expect 0 contact-store -q undo 4
	expect 0 contact-find -H -c email,title
	stdout_is 'us@quux.example,Cook'
}

@test "TW-26 the log and the history say no more who a user was that is erased" {
	contact-add -q -k user login=zoe email=zoe@quux.example first_name=Zoe user_type=Internal >/dev/null
	contact-add -q -k user login=bob email=bob@x.org first_name=Bob user_type=Internal >/dev/null
	contact-add -q --as zoe email=ann@x.org
	contact-edit -q --as zoe --set title=Cook 3
	contact-edit -q --as bob --set title=Chef 3
	erase -k user login=zoe
	stdout_has '^erased,user,1,"?from 2 rows of the log, which say #1"?,$'
	expect 0 contact-find -H -c created_by 3
	stdout_is '#1'
	expect 0 contact-find --history -H -c field,who 3
	stdout_has '^title,#1$'
	stdout_has '^title,bob$'
	[ "$(cat store/* | grep -aic -w zoe)" -eq 0 ]
}

@test "TW-26 a login that another user has by now, or who runs this, stays in the log and is told" {
	contact-add -q -k user ext.hr=1 login=zoe user_type=Internal >/dev/null
	contact-edit -q --as zoe -k user --set login=yan 1
	contact-add -q -k user login=zoe user_type=Internal >/dev/null
	erase -k user --as yan 1
	stdout_has '^left,user,1,"its login, which another user has, is in the log",contact-store log$'
	stdout_has '^left,user,1,"its login is in the log.s row of this run, which it is the user of",contact-store log$'
}

@test "TW-26 the hash of a record without an address and an id is in the receipt" {
	contact-add -q -k organization name='Quux Ltd' >/dev/null
	erase -k organization 1
	stdout_has '^hashed,erasure,2,organization.record of #1,contact-archive -k erasure --delete 2$'
}

@test "TW-26 the receipt names its external ids in texts of others, now and before" {
	contact-add -q email=zeb@quux.example ext.crm=ZQ-77 ext.hr=12 ext.ats=100234
	contact-add -q email=a@x.org description='was crm record ZQ-77.'
	contact-add -q email=b@x.org attr.more='moved from HR (hr:12)'
	contact-add -q email=c@x.org description='12 years, since 2012, XZQ-77, ZQ-777, zq-77' phone=100234
	contact-add -q email=d@x.org description='see 100234'
	contact-add -q email=d@x.org description=nobody
	erase 1
	grep '^left' stdout | head -n 3 >short
	same short short 'left,contact,2,description has its external id,contact-find -k contact -c description 2
left,contact,3,attr.more has its external id,contact-find -k contact -c attr.more 3
left,,,1 earlier versions of other records have its address or an external id,contact-store prune --older 0s --yes'
}

@test "TW-26 a row with the address of who was erased still updates who shares it" {
	contact-add -q email=us@quux.example first_name=Ann last_name=Lee
	contact-add -q --shared-email email=us@quux.example first_name=Zeb last_name=Quuxley
	contact-add -q id=2 ext.crm=ZQ-77 --key id
	erase last_name=Quuxley
	stdout_has '^left,contact,1,email has its address,'
	expect 0 contact-add -q email=us@quux.example first_name=Ann last_name=Lee title=Cook
	expect 0 contact-find -H -c title 1
	stdout_is Cook
	expect 0 contact-add -q --results - ext.crm=ZQ-77 email=us@quux.example title=Chef
	stdout_has ',suppressed,'
}

@test "TW-26 a dump carries the hashes, and a store that is loaded from it knows them" {
	crowd
	erase 1000
	contact-store dump >dump.txt
	[ "$(grep -aic -e quux -e ZQ-77 dump.txt)" -eq 0 ]
	contact-store -q -s loaded load <dump.txt
	same_output 'contact-store -s loaded dump' 'cat dump.txt'
	expect 0 contact-add -s loaded -q --results - ext.crm=ZQ-77
	stdout_has ',suppressed,.*ERASED'
}

@test "TW-26 E2 restoring a backup from before erases again, and keeps the hashes" {
	crowd
	contact-add -q name='Only Name'
	contact-store -q backup saved
	contact-add -q ext.crm=ZQ-77 email=zeb@third.example
	erase 1000 1001
	expect 0 contact-store restore --yes saved
	stderr_has '^contact-store: hashes of who was erased since the backup was made were carried over: hashes=5; erased again: records=2$'
	[ "$(hits store)" = '0 0 0 0 0 0 0 0 0' ]
	expect 0 contact-find --count
	stdout_is 999
	expect 0 contact-add -q --results - email=zeb@third.example
	stdout_has ',suppressed,.*ERASED'
	expect 4 contact-store undo 5
}

@test "TW-26 hashes of two salts, of a backup that went on by itself, both hold" {
	contact-add -q email=zeb@quux.example
	contact-add -q email=yan@quux.example
	contact-store -q backup saved
	contact-archive -q -s saved --erase --yes 1 >/dev/null
	erase 2
	expect 0 contact-store restore --yes saved
	stderr_has 'hashes=1; erased again: records=1$'
	expect 0 contact-find -k erasure --count-by salt -H -o tsv
	[ "$(wc -l <stdout)" -eq 2 ]
	for address in zeb@quux.example YAN@quux.example; do
		expect 0 contact-add -q --results - email=$address
		stdout_has ',suppressed,.*ERASED'
	done
	expect 1 contact-find
}

@test "TW-26 restoring a backup of another store erases nobody in it" {
	contact-add -q email=zeb@quux.example
	erase 1
	contact-add -q -s other email=ann@example.com
	contact-store -q -s other backup saved
	expect 0 contact-store restore --yes saved
	stderr_has 'hashes=1; erased again: records=0$'
	expect 0 contact-find -H -c email
	stdout_is ann@example.com
}


@test "TW-26 bytes that others keep from being taken away are told until they are" {
	crowd
	exec 9<store
	flock -s 9
	expect 0 contact-archive --erase --yes --wait 0 1000
	stdout_has '^bytes,,,some remain in data.mdb,contact-store compact$'
	stderr_has '^contact-archive: stored as rev 4, but bytes of it remain: .*busy'
	exec 9<&-
	expect 0 contact-store check
	stderr_has "^contact-store: note: bytes of what revision 4 erased may still lie in data.mdb until 'contact-store compact'$"
	expect 0 contact-add email=next@example.com
	stderr_has "^contact-add: bytes of what revision 4 erased may still lie in the store's file until 'contact-store compact'$"
	contact-store -q compact
	[ "$(hits store)" = '0 0 0 0 0 0 0 0 0' ]
	expect 0 contact-store check
	stderr_is ''
	expect 0 contact-add email=last@example.com
	stderr_is 'contact-add: read=1 created=1 updated=0 unchanged=0 skipped=0 errors=0 rev=6 in # s'
}

@test "TW-26 a receipt that cannot be written is exit 5, and says that the run is stored" {
	crowd
	expect 5 sh -c 'contact-archive -q --erase --yes 1000 >/dev/full'
	stderr_is 'contact-archive: stored as rev 4, receipt not written: cannot write standard output: No space left on device'
	[ "$(hits store)" = '0 0 0 0 0 0 0 0 0' ]
}

@test "options: mistakes with --erase are exit 2" {
	expect 2 contact-archive --erase --delete 1
	stderr_has '^contact-archive: --delete and --erase contradict each other$'
	expect 2 contact-archive --erase --reject 1
	expect 2 contact-archive --erase
}
