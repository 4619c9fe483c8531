#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
#
# contact-add: which contact a row means (X-10 to X-16, X-38), and what it may
# not change (X-17, X-19).

load support

# results ROWS...: of the last --results -, without the columns message and
# changed, which other files test.
results()
{
	local rows
	rows=$(printf '%s\n' "$@")
	jq -rs '.[] | [.line, .action, .id // "", .key // "", .code // ""] | join(",")' \
	    stdout >short
	same results short "$rows"
}

# add STATUS OPTION...: reads stdin, with results as JSON for the words above.
add()
{
	local status=$1
	shift
	expect "$status" contact-add -q --results - -o json "$@"
}

@test "X-10 an external id is asked first, then the e-mail" {
	add 0 --map generic:crm <<-'END'
		Id,E-Mail,First Name,Last Name
		1,ann@example.com,Ann,Lee
		2,bob@example.com,Bob,Ray
	END
	results 2,created,1,1, 3,created,2,2,
	# Known by id though the address is new; by address where the id is.
	add 0 --map generic:crm <<-'END'
		Id,E-Mail,First Name,Last Name
		1,ann.new@example.com,Ann,Lee
	END
	results 2,updated,1,1,
	add 0 <<-'END'
		E-Mail,Title
		bob@example.com,CEO
	END
	results 2,updated,2,bob@example.com,
}

@test "X-10 A4 several ids of one system in a cell are all the contact's own" {
	add 3 <<-'END'
		ext.crm,first_name
		1;9,Ann
		9,Ann
		9;1,Ann
		2,Bob
		2;9,Bob
	END
	results '2,created,1,1;9,' 3,unchanged,1,9, '4,unchanged,1,9;1,' 5,created,2,2, \
	    '6,error,1,2;9,KEY_CONFLICT'
	# What is new is taken; the one that the row says first is the current one.
	add 0 <<-'END'
		ext.crm,first_name
		9;7,Ann
		8;2,Bob
	END
	results '2,updated,1,9;7,' '3,updated,2,8;2,'
	expect 0 contact-find -H -c ext.crm
	stdout_is $'1;9;7\n8;2'
	expect 3 contact-edit -q --set 'ext.crm=6;7' first_name=Bob
	stderr_has KEY_CONFLICT
	expect 0 contact-store -q check
}

@test "X-10 X-16 another id of the same system is another person, whatever the e-mail" {
	add 0 --map generic:crm <<-'END'
		Id,E-Mail,Name
		1,info@example.com,Ann Lee
		2,info@example.com,Ann Lee
	END
	results 2,created,1,1, 3,created,2,2,
	# An id of another system joins the one that has none of it.
	contact-add -q email=cyd@example.com
	add 0 --map generic:erp <<-'END'
		Id,E-Mail
		77,cyd@example.com
	END
	results 2,updated,3,77,
	expect 0 contact-find -H -c ext.erp ext.erp=77
	stdout_is 77
}

@test "X-11 addresses compare without case, blanks and the dot of the domain; kept as typed" {
	contact-add -q email=Ann.Lee@Example.COM
	for other in ann.lee@example.com ' ANN.LEE@example.com ' ann.lee@example.com.; do
		expect 0 contact-add "email=$other"
		stdout_is 1
	done
	expect 0 contact-add -q email=jörg@bücher.example
	expect 0 contact-add -q email=JÖRG@xn--bcher-kva.example
	stdout_is 2
	expect 0 contact-find --count
	stdout_is 2
}

@test "X-12 an address that only other_emails has means that contact" {
	contact-add -q email=ann@example.com other_emails='lee@example.net;al@example.org'
	expect 0 contact-add -q email=lee@example.net title=CEO
	stdout_is 1
	expect 0 contact-find --count
	stdout_is 1
}

@test "X-12 X-14 X-19 a row that met another address of the contact leaves its first as it is" {
	contact-add -q email=ann@x.example name='Ann Lee' other_emails=ann@home.example do_not_email=true
	printf '%s\n' email,name,title ANN@home.example,'Ann Lee',CEO >rows.csv
	expect 0 contact-add -q --results - rows.csv
	stdout_is 'line,action,id,key,code,message,changed
2,updated,1,ANN@home.example,KEPT,left as stored: email,title'
	before=$(store_digest)
	expect 0 contact-add -q --results - rows.csv
	stdout_is 'line,action,id,key,code,message,changed
2,unchanged,1,ANN@home.example,KEPT,left as stored: email,'
	[ "$(store_digest)" = "$before" ]
	expect 0 contact-add -q email=ann@x.example name='Ann Lee'
	stdout_is 1
	expect 0 contact-find -H -c id,email,other_emails,mailable
	stdout_is '1,ann@x.example,ann@home.example,false'
}

@test "X-12 a contact without a first address gets the one that it was met by" {
	contact-add -q name='Ann Lee' other_emails=ann@home.example
	expect 0 contact-add -q email=ann@home.example
	expect 0 contact-find -H -c id,email
	stdout_is '1,ann@home.example'
}

@test "X-12 several with the e-mail: AMBIGUOUS with the ids" {
	contact-add -q ext.crm=1 email=info@example.com
	contact-add -q ext.crm=2 email=info@example.com
	before=$(store_digest)
	expect 3 contact-add --results - email=info@example.com title=CEO
	stdout_is 'line,action,id,key,code,message,changed
1,error,,info@example.com,AMBIGUOUS,email: #1 and #2 have it,'
	[ "$(store_digest)" = "$before" ]
}

@test "X-12 id and e-mail that mean different people: KEY_CONFLICT" {
	contact-add -q ext.crm=1 email=ann@example.com
	contact-add -q email=bob@example.com
	expect 3 contact-add -q --results - ext.crm=1 email=bob@example.com
	stdout_is 'line,action,id,key,code,message,changed
1,error,1,1,KEY_CONFLICT,"the id means #1, the e-mail address is that of #2",'
	expect 3 contact-add -q --results - --key id id=1 email=bob@example.com
	stdout_has ',KEY_CONFLICT,'
	contact-add -q ext.erp=9 email=cyd@example.com
	expect 3 contact-add -q --results - ext.crm=1 ext.erp=9
	stdout_is 'line,action,id,key,code,message,changed
1,error,1,9,KEY_CONFLICT,the external ids mean #1 and #3,'
}

@test "X-12 without any key a row means the contact with exactly these cells, else NO_KEY" {
	add 0 <<-'END'
		First Name,Last Name,City
		Ann,Lee,Rome
		Ann,Lee,Oslo
		Ann,Lee,Rome
	END
	results '2,created,1,Ann Lee,NO_KEY' '3,created,2,Ann Lee,NO_KEY' '4,unchanged,1,Ann Lee,'
	add 3 <<-'END'
		First Name,Last Name
		Ann,Lee
	END
	results '2,error,,Ann Lee,AMBIGUOUS'
}

@test "A7 --key: a column that the operands or --set name for the first time" {
	expect 0 contact-add -q --key ext.erp ext.erp=7 last_name=Lee
	stdout_is 1
	expect 0 contact-add -q --key ext.erp ext.erp=7 last_name=Li
	stdout_is 1
	expect 0 contact-add -q --key ext.hr --set ext.hr=4 last_name=Roe
	stdout_is 2
	expect 2 contact-add -q --key ext.none last_name=Poe
	stderr_has 'ext.none: neither a field nor a column of the file'
}

@test "A7 --key: fields that together say who it is" {
	contact-add -q name='Ann Lee' city=Rome title=CEO
	contact-add -q name='Ann Lee' city=Oslo title=CFO
	add 0 --key last_name+city <<-'END'
		First Name,Last Name,City,Title
		Ann,LEE,oslo,Chair
		Ann,Lee,Bern,CTO
	END
	results '2,updated,2,Ann LEE,' '3,created,3,Ann Lee,'
	add 3 --key last_name+city <<-'END'
		Last Name,City
		Lee,
	END
	results '2,error,,Lee,REQUIRED'
	expect 2 contact-add -q --key last_name+shoe name=Ann
	stderr_has '^contact-add: --key shoe: neither a field nor a column of the file'
}

@test "A7 --key: a column of the file that is no field becomes an external id" {
	add 0 --key 'Badge No' <<-'END'
		Badge No,Name
		007,James Bell
	END
	add 0 --key 'Badge No' <<-'END'
		Badge No,Name,Title
		007,James Bell,Agent
	END
	results '2,updated,1,007,'
}

@test "A7 --key id: the column id is this store's" {
	contact-add -q email=ann@example.com
	contact-add -q -k organization name=Acme
	add 3 --key id <<-'END'
		id,title
		1,CEO
		2,CFO
		99,CTO
		x,COO
		,CIO
	END
	results 2,updated,1,, 3,error,,,WRONG_KIND 4,error,,,NO_SUCH_ID 5,error,,,BAD_ID \
	    6,skipped,,,EMPTY
}

@test "A7 an id that is nobody's is refused, exit 4" {
	printf 'id,email\n1,ann@example.com\n' >people.csv
	expect 4 contact-add people.csv
	stdout_is ''
	stderr_is "contact-add: people.csv: column id: whose? --key id if it is this store's, --map generic:NAME if it is NAME's"
	expect 0 contact-add -q --map generic:crm people.csv
	expect 0 contact-find -H -c ext.crm
	stdout_is 1
}

@test "X-38 a row with an old rev is STALE, one with the stored rev is taken" {
	contact-add -q email=ann@example.com title=CEO
	contact-add -q email=ann@example.com title=Chair
	add 3 <<-'END'
		id,rev,title
		1,1,CFO
	END
	results 2,error,1,,STALE
	add 0 <<-'END'
		id,rev,title
		1,2,CFO
	END
	results 2,updated,1,,
	# A row that says what is stored anyway loses nothing.
	add 0 <<-'END'
		id,rev,title
		1,1,CFO
	END
	results 2,unchanged,1,,
}

@test "X-13 --mode create, update and fill" {
	contact-add -q email=ann@example.com title=CEO
	cat >people.csv <<-'END'
		email,title,city
		ann@example.com,Chair,Rome
		bob@example.com,CFO,Oslo
	END
	expect 0 contact-add -q --results - --mode create people.csv
	stdout_is 'line,action,id,key,code,message,changed
2,skipped,1,ann@example.com,EXISTS,#1 has these keys,
3,created,2,bob@example.com,,,email title city source client_status candidate_status'
	sed -i 's/bob/cyd/' people.csv
	expect 0 contact-add -q --results - --mode update people.csv
	stdout_is 'line,action,id,key,code,message,changed
2,updated,1,ann@example.com,,,title city
3,skipped,,cyd@example.com,NO_MATCH,no record has these keys,'
	sed -i -e 's/Chair,Rome/Boss,Bern/' -e 's/cyd/bob/' people.csv
	contact-add -q --blank clear email=ann@example.com city=
	expect 0 contact-add -q --results - --mode fill people.csv
	stdout_is 'line,action,id,key,code,message,changed
2,updated,1,ann@example.com,,,city
3,unchanged,2,bob@example.com,,,'
	expect 0 contact-find -H -c title,city email=ann@example.com
	stdout_is Chair,Bern
}

@test "X-14 HS-33 the same file again: all unchanged, not one byte differs" {
	for file in salesforce-accounts salesforce-contacts prismhr-client-contacts; do
		case $file in
		*accounts) kind=organization ;;
		*) kind=contact ;;
		esac
		expect 0 contact-add -q -k $kind "$examples/$file.csv"
		before=$(store_digest)
		expect 0 contact-add -k $kind "$examples/$file.csv"
		stderr_has ' created=0 updated=0 unchanged=[1-9][0-9]* .* errors=0 rev='
		[ "$(store_digest)" = "$before" ]
	done
}

@test "X-15 the same key twice: the same again is unchanged, else DUP_IN_FILE" {
	cat >people.csv <<-'END'
		email,title
		ann@example.com,CEO
		bob@example.com,
		ann@example.com,CEO
		ANN@example.com,CEO
		ann@example.com,Chair
	END
	expect 3 contact-add -q --results - people.csv
	stdout_is 'line,action,id,key,code,message,changed
2,created,1,ann@example.com,,,email title source client_status candidate_status
3,created,2,bob@example.com,,,email source client_status candidate_status
4,unchanged,1,ann@example.com,,,
5,error,1,ANN@example.com,DUP_IN_FILE,line 2 is the same record and says otherwise (--repeated last takes the last),
6,error,1,ann@example.com,DUP_IN_FILE,line 2 is the same record and says otherwise (--repeated last takes the last),'
	# The same where the record was there before, and the first row changed
	# nothing.
	expect 3 contact-add -q --results - people.csv
	stdout_is 'line,action,id,key,code,message,changed
2,unchanged,1,ann@example.com,,,
3,unchanged,2,bob@example.com,,,
4,unchanged,1,ann@example.com,,,
5,error,1,ANN@example.com,DUP_IN_FILE,line 2 is the same record and says otherwise (--repeated last takes the last),
6,error,1,ann@example.com,DUP_IN_FILE,line 2 is the same record and says otherwise (--repeated last takes the last),'
}

@test "X-15 --repeated last: the later row counts" {
	printf 'email,title\nann@example.com,CEO\nann@example.com,Chair\n' >people.csv
	add 0 --repeated last people.csv
	results 2,created,1,ann@example.com, 3,updated,1,ann@example.com,
	expect 0 contact-find -H -c title
	stdout_is Chair
}

@test "X-15 the same key in two files of a run is an update" {
	printf 'email,title\nann@example.com,CEO\n' >a.csv
	printf 'email,title\nann@example.com,Chair\n' >b.csv
	add 0 a.csv b.csv
	results 2,created,1,ann@example.com, 2,updated,1,ann@example.com,
}

@test "X-16 one address, other first and last name: OTHER_PERSON" {
	contact-add -q email=info@example.com name='Ann Lee'
	printf 'email,first name,last name\ninfo@example.com,Bob,Ray\n' >people.csv
	expect 3 contact-add -q --results - people.csv
	stdout_is 'line,action,id,key,code,message,changed
2,error,1,info@example.com,OTHER_PERSON,"the e-mail address is that of #1, who is called otherwise (--shared-email makes another contact, --key email updates that one)",'
	# Married, or a nickname: one of the two names is enough.
	for name in 'Ann,Ray' 'Annie,lee' 'Bob,'; do
		printf 'email,first name,last name\ninfo@example.com,%s\n' "$name" >other.csv
		expect 0 contact-add -q -n other.csv
	done
	expect 0 contact-add -q --key email people.csv
	expect 0 contact-find -H -c id,name
	stdout_is '1,Bob Ray'
}

@test "X-16 X-14 --shared-email makes another contact, and finds both again" {
	cat >people.csv <<-'END'
		email,first name,last name
		info@example.com,Ann,Lee
		info@example.com,Bob,Ray
	END
	add 0 --shared-email people.csv
	results 2,created,1,info@example.com, 3,created,2,info@example.com,
	before=$(store_digest)
	add 0 --shared-email people.csv
	results 2,unchanged,1,info@example.com, 3,unchanged,2,info@example.com,
	[ "$(store_digest)" = "$before" ]
}

@test "X-17 X-19 consent is not given by an import without --allow-optin" {
	contact-add -q email=ann@example.com do_not_email=true do_not_call=true
	printf 'email,do_not_email,do_not_call,title\nann@example.com,no,,CEO\n' >people.csv
	expect 0 contact-add -q --results - people.csv
	stdout_is 'line,action,id,key,code,message,changed
2,updated,1,ann@example.com,KEPT,left as stored: do_not_email,title'
	expect 0 contact-add -q --results - people.csv
	stdout_is 'line,action,id,key,code,message,changed
2,unchanged,1,ann@example.com,KEPT,left as stored: do_not_email,'
	# Nor by clearing it.
	expect 0 contact-add --blank clear email=ann@example.com do_not_call=
	stderr_has '^contact-add: left as stored: do_not_call \(KEPT\)$'
	expect 0 contact-find -H -c do_not_email,do_not_call
	stdout_is true,true
	expect 0 contact-add -q --allow-optin people.csv
	expect 0 contact-find -H -c do_not_email,do_not_call
	stdout_is false,true
	# It can always be taken back.
	expect 0 contact-add -q email=ann@example.com do_not_email=1
	expect 0 contact-find -H -c do_not_email
	stdout_is true
}

@test "X-18 one result per row, in order, whatever happens" {
	printf 'email,title\nann@example.com,a\nx\n,\nbob@example.com,"b\n\nann@example.com,a\n\x01,c\n' \
	    >people.csv
	expect 3 contact-add -q --results - -o json people.csv
	jq -r '[.line, .action, .code // ""] | join(",")' stdout >short
	same results short '2,created,
3,error,RAGGED
4,skipped,EMPTY
5,error,BAD_QUOTING
7,unchanged,
8,error,BAD_CHARACTER'
}

@test "X-44 a row that the source deleted is skipped, and never creates" {
	add 0 --map salesforce <<-'END'
		Id,IsDeleted,MasterRecordId,LastName,Email
		003000000000001AAA,0,000000000000000AAA,Lee,lee@example.com
		003000000000002AAA,1,000000000000000AAA,Ray,ray@example.com
	END
	results '2,created,1,003000000000001AAA,' '3,skipped,,003000000000002AAA,DELETED_AT_SOURCE'
	expect 0 contact-find --count
	stdout_is 1
}

@test "X-44 a merged id answers for its master ever after" {
	add 0 --map salesforce <<-'END'
		Id,IsDeleted,MasterRecordId,LastName,Title
		003000000000002AAA,1,003000000000001AAA,Lee,
		003000000000001AAA,0,000000000000000AAA,Lee,CEO
	END
	add 0 --map salesforce <<-'END'
		Id,IsDeleted,MasterRecordId,LastName,Title
		003000000000002AAA,0,000000000000000AAA,Lee,Chair
	END
	results '2,updated,1,003000000000002AAA,'
	expect 0 contact-find -H -c title,ext.salesforce
	stdout_is 'Chair,003000000000001AAA;003000000000002AAA'
}

@test "X-44 a bounce column that is not empty sets email_status" {
	contact-add -q --map salesforce <<-'END'
		Id,LastName,Email,EmailBouncedReason
		003000000000001AAA,Lee,lee@example.com,550 no such user
		003000000000002AAA,Ray,ray@example.com,
	END
	expect 0 contact-find -H -c last_name,email_status,mailable
	stdout_is 'Lee,Bounced,false
Ray,,true'
}

# Of a source that has an archive flag: Ann and Bob at Acme, Cyd archived.
archive_files()
{
	cat >active.csv <<-'END'
		E-Mail,Name,Organization,Archive
		ann@example.com,Ann Lee,Acme,
		bob@example.com,Bob Ray,Acme,
		cyd@example.com,Cyd Fox,Bolt,true
	END
	sed 's/Acme,$/Acme,true/' active.csv >archived.csv
}

@test "X-44 TW-5 TW-6 TW-7 TW-9 TW-10 an archive flag makes inactive" {
	archive_files
	contact-add -q active.csv
	expect 0 contact-add -q --results - archived.csv
	stdout_is 'line,action,id,key,code,message,changed
2,updated,2,ann@example.com,,,organization former_organizations visibility archived_at
3,updated,3,bob@example.com,,,organization former_organizations visibility archived_at
4,unchanged,6,cyd@example.com,,,'
	expect 0 contact-find -c name,organization,former_organizations,visibility,archived_at,mailable organization=Inactive
	stdout_is 'name,organization,former_organizations,visibility,archived_at,mailable
Ann Lee,Inactive,Acme,Myself and All Career Advisors,2026-10-05T12:00:00Z,false
Bob Ray,Inactive,Acme,Myself and All Career Advisors,2026-10-05T12:00:00Z,false
Cyd Fox,Inactive,Bolt,Myself and All Career Advisors,2026-10-05T12:00:00Z,false'
	# CS-16, CS-21: nobody is primary of what they have left.
	expect 0 contact-find -k organization -H -c name,primary_contact
	stdout_is 'Acme,
Bolt,
Inactive,'
}

@test "TW-8 inactive keeps everything else" {
	contact-add -q email=ann@example.com name='Ann Lee' organization=Acme title=CEO \
	    labels=vip phone=555 client_status=Active do_not_call=true attr.shoe=42 source=Fair
	columns=id,name,email,title,labels,phone,type,do_not_call,attr.shoe,source,assigned_to
	before=$(contact-find -H -c $columns)
	printf 'email,archive\nann@example.com,1\n' | contact-add -q
	expect 0 contact-find -H -c organization,$columns
	stdout_is "Inactive,$before"
}

@test "TW-12 X-14 archived twice is unchanged" {
	archive_files
	contact-add -q archived.csv
	before=$(store_digest)
	expect 0 contact-add archived.csv
	stderr_is 'contact-add: read=3 created=0 updated=0 unchanged=3 skipped=0 errors=0 rev=1 in # s'
	[ "$(store_digest)" = "$before" ]
}

@test "TW-43 an import never reactivates: MATCHED_ARCHIVED" {
	archive_files
	contact-add -q active.csv
	contact-add -q archived.csv
	before=$(store_digest)
	expect 0 contact-add -q --results - active.csv
	stdout_is 'line,action,id,key,code,message,changed
2,skipped,2,ann@example.com,MATCHED_ARCHIVED,#2 is archived (--archived revive brings it back),
3,skipped,3,bob@example.com,MATCHED_ARCHIVED,#3 is archived (--archived revive brings it back),
4,unchanged,6,cyd@example.com,,,'
	[ "$(store_digest)" = "$before" ]
}

@test "TW-43 --archived update leaves organization, visibility and archived_at" {
	archive_files
	contact-add -q active.csv
	contact-add -q archived.csv
	expect 0 contact-add -q --results - --archived update --set title=CEO \
	    --set organization=Corp active.csv
	stdout_is 'line,action,id,key,code,message,changed
2,updated,2,ann@example.com,KEPT,left as stored: organization,title
3,updated,3,bob@example.com,KEPT,left as stored: organization,title
4,updated,6,cyd@example.com,KEPT,left as stored: organization,title'
	expect 0 contact-find -H -c title,organization,visibility,archived_at email=ann@example.com
	stdout_is 'CEO,Inactive,Myself and All Career Advisors,2026-10-05T12:00:00Z'
	expect 1 contact-find --count -k organization name=Corp
	stdout_is 0
}

@test "TW-42 --archived revive gives back what inactive took, and nothing else" {
	contact-add -q -k organization name=Acme assigned_to=bob
	archive_files
	contact-add -q --no-sync active.csv
	contact-add -q archived.csv
	expect 0 contact-add -q --results - --archived revive active.csv
	stdout_is 'line,action,id,key,code,message,changed
2,updated,2,ann@example.com,,,organization former_organizations visibility archived_at
3,updated,3,bob@example.com,,,organization former_organizations visibility archived_at
4,unchanged,6,cyd@example.com,,,'
	# The primary place goes back to Ann; CS-38 and CS-42 do not fire.
	expect 0 contact-find -c name,organization,former_organizations,visibility,archived_at,primary,assigned_to
	stdout_is 'name,organization,former_organizations,visibility,archived_at,primary,assigned_to
Ann Lee,Acme,,Everyone,,true,
Bob Ray,Acme,,Everyone,,false,
Cyd Fox,Inactive,Bolt,Myself and All Career Advisors,2026-10-05T12:00:00Z,false,'
	before=$(store_digest)
	expect 0 contact-add -q --archived revive active.csv
	[ "$(store_digest)" = "$before" ]
}

@test "TW-42 the primary place is not taken from who has it by now" {
	archive_files
	contact-add -q active.csv
	contact-add -q archived.csv
	contact-add -q email=new@example.com organization=Acme
	contact-add -q --archived revive active.csv
	expect 0 contact-find -H -c email,primary organization=Acme
	stdout_is 'ann@example.com,false
bob@example.com,false
new@example.com,true'
}

@test "TW-11 TW-13 revived into another organization, the old one stays a former one" {
	archive_files
	contact-add -q archived.csv
	contact-add -q --archived revive email=ann@example.com organization=Corp
	expect 0 contact-find -H -c organization,former_organizations,primary email=ann@example.com
	stdout_is Corp,Acme,true
	contact-add -q --archived revive email=bob@example.com
	expect 0 contact-find -H -c organization,former_organizations,primary email=bob@example.com
	stdout_is Acme,,false
}

@test "TW-43 --archived new makes a contact beside the archived one" {
	archive_files
	contact-add -q archived.csv
	expect 0 contact-add -q --archived new email=ann@example.com title=CEO
	id=$(cat stdout)
	expect 0 contact-find -H -c organization,title "$id"
	stdout_is ',CEO'
}

@test "TW-43 --archived new takes over the external ids that the row gives" {
	contact-add -q first_name=Ann last_name=Lee ext.crm='x1;x2' ext.hr=5 >/dev/null
	{
		contact-store dump | grep -v '^set\|^label\|^checksum'
		printf 'contact\t1\tarchived_at\t2026-01-02T03:04:05Z\nchecksum\tnone\n'
	} >edited
	export CONTACT_STORE=$PWD/second
	expect 0 contact-store -q load <edited
	printf '%s\n' first_name,last_name,ext.crm,title Ann,Lee,x1,CEO Ann,Lee,x1,CEO >night.csv
	expect 0 contact-add --archived new --diff - night.csv
	stderr_is 'contact-add: read=2 created=1 updated=0 unchanged=1 skipped=0 errors=0 also=1 rev=2 in # s'
	stdout_has '1,Ann Lee,ext.crm,x1;x2,x2,archive,'
	stdout_has '2,Ann Lee,ext.crm,,x1,row,'
	expect 0 contact-find -H -c id,ext.crm,ext.hr
	stdout_is '1,x2,5
2,x1,'
	expect 0 contact-store -q check
	contact-store dump >again
	expect 0 contact-store -q -s third load <again
	# Every other night it is the new one.
	expect 0 contact-add --archived new night.csv
	stderr_is 'contact-add: read=2 created=0 updated=0 unchanged=2 skipped=0 errors=0 rev=2 in # s'
}

@test "TW-21 TW-23 who is rejected is frozen, for --archived update too" {
	contact-add -q email=ann@example.com approval=Rejected
	before=$(store_digest)
	for option in '' '--archived update'; do
		# shellcheck disable=SC2086
		expect 0 contact-add $option --results - email=ann@example.com title=CEO
		stdout_has '^1,skipped,1,ann@example.com,FROZEN,#1 is rejected,$'
	done
	[ "$(store_digest)" = "$before" ]
	contact-add -q --archived revive email=ann@example.com title=CEO
	expect 0 contact-find -H -c approval,title
	stdout_is Approved,CEO
}

@test "TW-23 TW-44 approval and visibility are set on creation and kept afterwards" {
	contact-add -q email=ann@example.com
	contact-add -q email=bob@example.com approval=Pending visibility='only myself'
	expect 0 contact-find -H -c approval,visibility
	stdout_is 'Approved,Everyone
Pending,Only Myself'
	expect 0 contact-add -q --results - email=bob@example.com approval=Approved visibility=Everyone title=CEO
	stdout_has '^1,updated,2,bob@example.com,KEPT,left as stored: approval visibility,title$'
	expect 0 contact-find -H -c approval,visibility email=bob@example.com
	stdout_is 'Pending,Only Myself'
}

@test "X-13 fill gives what is empty, and moves nobody" {
	contact-add -q email=ann@example.com labels=x assigned_to=zoe
	contact-add -q -k organization name=Acme assigned_to=bob
	contact-add -q --mode fill email=ann@example.com labels=y title=CEO organization=Acme
	contact-add -q --mode fill email=ann@example.com title=CFO organization=Bolt
	expect 0 contact-find -H -c labels,title,organization,assigned_to
	stdout_is x,CEO,Acme,zoe
	expect 1 contact-find --count -k organization name=Bolt
}

@test "A4 me is the acting user" {
	me=$(id -un)
	contact-add -q email=ann@example.com assigned_to=me
	expect 0 contact-find -H -c assigned_to
	stdout_is "$me"
	expect 0 contact-find --count assigned_to=me
	stdout_is 1
}

@test "X-40 two overlapping imports of one file end as one did" {
	cp "$examples/salesforce-contacts.csv" people.csv
	contact-add -q --results one people.csv 3>&- &
	first=$!
	contact-add -q --results two people.csv
	wait "$first"
	expect 0 contact-find --count
	both=$(cat stdout)
	mv "$CONTACT_STORE" overlapping
	contact-add -q people.csv
	expect 0 contact-find --count
	stdout_is "$both"
	same_output "contact-find -s overlapping -c all | cut -d, -f3-" 'contact-find -c all | cut -d, -f3-'
	# One of them created all, the other met them.
	[ "$(cat one two | grep -c ',created,')" -eq "$both" ]
}

@test "X-12 an external id has one bearer: a row matched by id or --key may not take another's" {
	contact-add -q email=p@example.com ext.hr=1 >/dev/null
	contact-add -q email=q@example.com ext.hr=2 >/dev/null
	printf 'id,rev,ext.hr\n1,1,2\n' >own.csv
	expect 3 contact-add -q own.csv
	stderr_is 'contact-add: own.csv:2: the external id is that of #2 (KEY_CONFLICT)'
	printf 'email,ext.hr\nq@example.com,1\n' >theirs.csv
	expect 3 contact-add -q --key email theirs.csv
	stderr_is 'contact-add: theirs.csv:2: the external id is that of #1 (KEY_CONFLICT)'
	expect 0 contact-find -H -c id,ext.hr
	stdout_is '1,1
2,2'
}

@test "X-12 the id 0 is no record's" {
	printf 'id,rev,email\n0,1,z@example.com\n' >zero.csv
	expect 3 contact-add -q zero.csv
	stderr_is 'contact-add: zero.csv:2: id: there is no record 0 (NO_SUCH_ID)'
}

@test "X-14 a file that contradicts itself changes nothing when it comes again" {
	printf 'email,last_name,title\na@example.com,B,t1\na@example.com,B,t3\n' >twice.csv
	expect 0 contact-add -q --repeated last twice.csv
	before=$(store_digest)
	expect 0 contact-add -q --repeated last twice.csv
	[ "$(store_digest)" = "$before" ]
	expect 0 contact-find -H -c title,rev
	stdout_is t3,1
}

@test "X-15 a row of our own that comes twice is DUP_IN_FILE, not STALE" {
	contact-add -q email=a@example.com >/dev/null
	printf 'id,rev,title\n1,1,T\n1,1,U\n' >own.csv
	expect 3 contact-add -q own.csv
	stderr_is 'contact-add: own.csv:3: line 2 is the same record and says otherwise (--repeated last takes the last) (DUP_IN_FILE)'
	expect 0 contact-find -H -c title
	stdout_is T
}

@test "CS-4 an id of Salesforce meets in 15 characters wherever it is typed" {
	printf 'Id,LastName,Email,MailingStreet\n003000000000001AAA,One,a@example.com,s\n' >sf.csv
	contact-add -q sf.csv
	expect 0 contact-find -H -c last_name salesforce:003000000000001
	stdout_is One
	expect 0 contact-add -q ext.salesforce=003000000000001 title=CEO
	stdout_is 1
	printf 'ext.salesforce,last_name\n003000000000001,One\n' >own.csv
	expect 0 contact-add own.csv
	stderr_is 'contact-add: read=1 created=0 updated=0 unchanged=1 skipped=0 errors=0 rev=2 in # s'
}
