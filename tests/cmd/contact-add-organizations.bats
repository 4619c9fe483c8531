#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
#
# contact-add: organizations of contacts, their primary contact and their
# assignee (CS-15 to CS-21, CS-38, CS-42), and references (design A4).

load support

# primaries: organization and primary contact of each.
primaries_are()
{
	expect 0 contact-find -k organization -H -c name,primary_contact
	stdout_is "$1"
}

@test "CS-15 an unknown organization is created, once however it is spelt" {
	expect 0 contact-add <<-'END'
		email,organization
		a@example.com,Acme Inc.
		b@example.com,ACME INC.
		c@example.com, acme inc.
		d@example.com,Bolt
	END
	stderr_is 'contact-add: read=4 created=4 updated=0 unchanged=0 skipped=0 errors=0 also=2 rev=1 in # s'
	expect 0 contact-find -H -c email,organization
	stdout_is 'a@example.com,Acme Inc.
b@example.com,Acme Inc.
c@example.com,Acme Inc.
d@example.com,Bolt'
	expect 0 contact-find -k organization -c name,approval
	stdout_is 'name,approval
Acme Inc.,None
Bolt,None'
}

@test "CS-15 --known-organizations: an unknown one is an error, and is not made" {
	contact-add -q -k organization name=Acme
	expect 3 contact-add --known-organizations <<-'END'
		email,organization
		a@example.com,acme
		b@example.com,Bolt
	END
	stderr_is 'contact-add: stdin:3: organization: nobody is called "Bolt" (UNKNOWN_ORGANIZATION)
contact-add: read=2 created=1 updated=0 unchanged=0 skipped=0 errors=1 also=1 rev=2 in # s'
	expect 0 contact-find -k organization -H -c name
	stdout_is Acme
}

@test "CS-15 a row in error makes no organization" {
	expect 3 contact-add -q <<-'END'
		email,organization,client_status
		a@example.com,Acme,Great
	END
	expect 1 contact-find --count -k organization
	stdout_is 0
}

@test "CS-15 a contact's row never renames; a renamed organization keeps its old name" {
	contact-add -q -k organization ext.crm=1 name='Acme Ltd.'
	contact-add -q email=a@example.com organization='acme ltd.'
	expect 0 contact-find -k organization -H -c name
	stdout_is 'Acme Ltd.'
	contact-add -q -k organization ext.crm=1 name='Acme Inc.'
	contact-add -q email=b@example.com organization='Acme Ltd.'
	expect 0 contact-find -H -c email,organization
	stdout_is 'a@example.com,Acme Inc.
b@example.com,Acme Inc.'
	expect 0 contact-find -k organization --count
	stdout_is 1
}

@test "an ambiguous organization is an error with the ids" {
	contact-add -q -k organization ext.crm=1 name=Acme
	contact-add -q -k organization ext.crm=2 name=Acme
	expect 3 contact-add -q email=a@example.com organization=Acme
	stderr_is 'contact-add: organization: 2 organizations are called "Acme": #1, #2 (AMBIGUOUS)'
	expect 0 contact-add -q email=a@example.com organization='#2'
	expect 0 contact-find -H -c organization.ext.crm
	stdout_is 2
}

@test "an organization by SYSTEM:ID or by #ID, where there is one" {
	contact-add -q -k organization ext.crm=A17 name=Acme
	contact-add -q email=a@example.com organization=crm:A17
	contact-add -q email=b@example.com organization='#1'
	expect 0 contact-find -H -c organization
	stdout_is 'Acme
Acme'
	expect 0 contact-find -k organization --count
	stdout_is 1
}

@test "CS-16 CS-20 the first contact becomes primary, later ones do not; file order decides" {
	contact-add -q -k organization name=Bolt
	contact-add -q <<-'END'
		email,organization
		a@example.com,Acme
		b@example.com,Acme
		c@example.com,Bolt
		d@example.com,Bolt
	END
	expect 0 contact-find -H -c email,primary
	stdout_is 'a@example.com,true
b@example.com,false
c@example.com,true
d@example.com,false'
}

@test "CS-20 a re-import does not move it" {
	printf 'email,organization\na@example.com,Acme\nb@example.com,Acme\n' >people.csv
	contact-add -q people.csv
	printf 'email,organization\nb@example.com,Acme\na@example.com,Acme\n' >people.csv
	before=$(store_digest)
	contact-add -q people.csv
	[ "$(store_digest)" = "$before" ]
}

@test "CS-21 the primary leaves: cleared, and the next one added becomes primary" {
	contact-add -q email=a@example.com organization=Acme
	contact-add -q email=b@example.com organization=Acme
	primaries_are Acme,2
	expect 0 contact-add --diff - email=a@example.com organization=Bolt
	stderr_is 'contact-add: read=1 created=0 updated=1 unchanged=0 skipped=0 errors=0 also=2 rev=3 in # s'
	stdout_has '^1,1,Acme,primary_contact,2,,organization,$'
	primaries_are 'Acme,
Bolt,2'
	contact-add -q email=c@example.com organization=Acme
	expect 0 contact-find -H -c email,primary organization=Acme
	stdout_is 'b@example.com,false
c@example.com,true'
}

@test "CS-18 CS-19 a primary contact is set on its organization, and is one of the organization's contacts" {
	contact-add -q email=a@example.com organization=Acme
	contact-add -q email=b@example.com organization=Bolt
	expect 3 contact-add -q -k organization name=Acme primary_contact=b@example.com
	stderr_is 'contact-add: primary_contact: #4 is not a contact of this organization (NOT_OF_ORGANIZATION)'
	contact-add -q email=c@example.com organization=Acme
	expect 0 contact-add -q -k organization name=Acme primary_contact=c@example.com
	primaries_are 'Acme,5
Bolt,4'
}

@test "CS-38 a new contact takes its organization's assignee, unless it brings one" {
	contact-add -q -k organization name=Acme assigned_to=ann
	contact-add -q <<-'END'
		email,organization,assigned_to
		a@example.com,Acme,
		b@example.com,Acme,bob
		c@example.com,,
	END
	contact-add -q --no-sync email=d@example.com organization=Acme
	expect 0 contact-find -H -c email,assigned_to
	stdout_is 'a@example.com,ann
b@example.com,bob
c@example.com,
d@example.com,'
}

# Two contacts of Acme, who is Ann's; one of them was given to Bob by hand.
assigned()
{
	contact-add -q -k organization name=Acme assigned_to=ann >/dev/null
	contact-add -q email=a@example.com organization=Acme >/dev/null
	contact-add -q email=b@example.com organization=Acme assigned_to=bob >/dev/null
	contact-add -q email=c@example.com organization=Bolt assigned_to=bob >/dev/null
}

# assignees_are A/B/C
assignees_are()
{
	local found
	found=$(contact-find -H -c assigned_to approval=* | paste -sd /)
	[ "$found" = "$1" ] || { echo "assignees are $found, not $1" && false; }
}

@test "CS-39 all contacts follow the assignee of their organization, those assigned by hand too" {
	assigned
	expect 0 contact-add -k organization --diff - name=Acme assigned_to=cy
	stdout_is 'line,id,name,field,from,to,cause,job
1,1,Acme,assigned_to,ann,cy,row,
,2,,assigned_to,ann,cy,organization,
,3,,assigned_to,bob,cy,organization,'
	stderr_has 'updated=1 .* also=2 rev=5 '
	assignees_are cy/cy/bob
}

@test "CS-39 X-14 the same organization again leaves who was assigned by hand since" {
	assigned
	contact-add -q -k organization name=Acme assigned_to=cy
	contact-add -q email=a@example.com assigned_to=bob
	before=$(store_digest)
	expect 0 contact-add -q -k organization name=Acme assigned_to=cy
	[ "$(store_digest)" = "$before" ]
	assignees_are bob/cy/bob
}

@test "CS-40 neither the rejected nor former contacts follow, and one undo takes all back" {
	assigned
	contact-archive -q --reject a@example.com
	contact-archive -q --inactive b@example.com
	contact-add -q -k organization name=Acme assigned_to=cy
	assignees_are ann/bob/bob
	contact-archive -q --revive --all
	contact-add -q -k organization name=Acme assigned_to=dee
	assignees_are dee/dee/bob
	contact-store -q undo 9
	assignees_are ann/bob/bob
}

@test "CS-41 clearing clears, and --no-sync leaves contacts as they are" {
	assigned
	contact-add -q -k organization --no-sync name=Acme assigned_to=cy
	assignees_are ann/bob/bob
	expect 0 contact-add -k organization --blank clear name=Acme assigned_to=
	stderr_has 'also=2 '
	assignees_are '""/""/bob'
}

@test "CS-42 moving to another organization takes the new one's assignee" {
	contact-add -q -k organization name=Acme assigned_to=ann
	contact-add -q -k organization name=Bolt assigned_to=bob
	contact-add -q -k organization name=Corp
	contact-add -q email=a@example.com organization=Acme
	contact-add -q email=a@example.com organization=Bolt
	expect 0 contact-find -H -c assigned_to
	stdout_is bob
	# Not for who stays, nor from one that has none, nor with --no-sync.
	contact-add -q email=a@example.com assigned_to=zoe
	contact-add -q email=a@example.com organization=bolt
	contact-add -q email=a@example.com organization=Corp
	contact-add -q --no-sync email=a@example.com organization=Acme
	expect 0 contact-find -H -c organization,assigned_to
	stdout_is Acme,zoe
}

@test "HS-22 HS-23 assigned_to is kept as text; with members=strict only members do" {
	contact-add -q email=a@example.com assigned_to=ann
	expect 0 contact-find -H -c email assigned_to=ann
	stdout_is a@example.com
	contact-store -q set members=strict
	expect 3 contact-add -q email=b@example.com assigned_to=ann
	stderr_is 'contact-add: assigned_to: "ann" is no member (NOT_A_MEMBER)'
}

# A Salesforce export of two accounts and three contacts, by file.
accounts()
{
	cat <<-'END'
		"Id","IsDeleted","MasterRecordId","Name","BillingStreet","Website"
		"001000000000001AAA","0","000000000000000AAA","Acme Inc.","1 Main Street","www.acme.example"
		"001000000000002AAA","0","000000000000000AAA","Bolt","2 Main Street","www.bolt.example"
	END
}
contacts()
{
	cat <<-'END'
		"Id","IsDeleted","MasterRecordId","AccountId","LastName","Email"
		"003000000000001AAA","0","000000000000000AAA","001000000000001AAA","Lee","lee@acme.example"
		"003000000000002AAA","0","000000000000000AAA","001000000000002AAA","Ray","ray@bolt.example"
		"003000000000003AAA","0","000000000000000AAA","000000000000000AAA","Fox","fox@example.com"
	END
}

@test "AccountId is an organization where Account.csv came before" {
	accounts | contact-add -q -k organization
	contacts | contact-add -q
	expect 0 contact-find -H -c last_name,organization,primary
	stdout_is 'Lee,Acme Inc.,true
Ray,Bolt,true
Fox,,false'
}

@test "AccountId stays text until Account.csv comes, and is resolved by that run" {
	contacts | contact-add -q
	expect 0 contact-find -H -c last_name,organization
	stdout_is 'Lee,salesforce:001000000000001AAA
Ray,salesforce:001000000000002AAA
Fox,'
	expect 1 contact-find -k organization --count
	expect 0 contact-store check
	stdout_has '2 unresolved references: sound'
	accounts | contact-add -q -k organization
	expect 0 contact-find -H -c last_name,organization
	stdout_is 'Lee,Acme Inc.
Ray,Bolt
Fox,'
	expect 0 contact-store check
	stdout_has ' 0 unresolved references: sound'
	# Both orders end alike, and come again without a change.
	before=$(store_digest)
	contacts | contact-add -q
	accounts | contact-add -q -k organization
	[ "$(store_digest)" = "$before" ]
}

@test "A3 CS-16 text that waits is resolved by the run that gives a record its name" {
	contact-add -q email=ann@example.com organization=Bolt assigned_to=bob >/dev/null
	contact-archive -q -k organization --delete --force name=Bolt
	contact-add -q -k organization name=Acme >/dev/null
	contact-add -q email=bea@example.com organization=Acme assigned_to='Zoe Ray' >/dev/null
	contact-edit -q -k organization --clear primary_contact name=Acme
	contact-add -q -k user login=zoe last_name=Ray >/dev/null
	expect 0 contact-edit -k organization --set name=Bolt name=Acme
	stderr_is 'contact-edit: read=1 created=0 updated=1 unchanged=0 skipped=0 errors=0 also=1 rev=7 in # s'
	primaries_are 'Bolt,2'
	contact-edit -q -k user --set first_name=Zoe login=zoe
	contact-edit -q -k user --set login=bob login=zoe
	expect 0 contact-store check
	stdout_has ' 0 unresolved references: sound'
	expect 0 contact-find -H -c email,organization,assigned_to
	stdout_is 'ann@example.com,Bolt,bob
bea@example.com,Bolt,bob'
	pipeline 0 'contact-find -c all | contact-add -'
	stderr_is 'contact-add: read=2 created=0 updated=0 unchanged=2 skipped=0 errors=0 rev=9 in # s'
}

@test "A3 an id that waits is resolved by the run that gives it to a record" {
	contact-add -q email=ann@example.com organization=hr:1 ext.hr=7 >/dev/null
	contact-add -q -k organization name=Acme
	contact-edit -q -k organization --set ext.hr=1 name=Acme
	expect 0 contact-find -H -c organization
	stdout_is Acme
	primaries_are 'Acme,1'
}

@test "a Contact.csv for -k organization is refused, and the other way round" {
	contacts >Contact.csv
	accounts >Account.csv
	expect 4 contact-add -k organization Contact.csv
	stderr_has '^contact-add: Contact.csv: '
	stdout_is ''
	expect 4 contact-add Account.csv
	stderr_has '^contact-add: Account.csv: '
	stdout_is ''
}

@test "a cleared organization: the contact has left, and is primary of nothing" {
	contact-add -q email=a@example.com organization=Acme
	contact-add -q --blank clear email=a@example.com organization=
	expect 0 contact-find -H -c email,organization
	stdout_is a@example.com,
	primaries_are Acme,
}

@test "CS-19 a primary contact is a contact, and one of the organization's own" {
	contact-add -q name=Ann organization=Acme >/dev/null
	contact-add -q -k organization name=Bolt >/dev/null
	expect 3 contact-add -q -k organization name=Acme primary_contact=3
	stderr_is 'contact-add: primary_contact: record 3 is no contact (WRONG_KIND)'
	expect 3 contact-add -q -k organization name=Acme primary_contact=nobody@example.com
	stderr_is 'contact-add: primary_contact: nobody in this organization answers to "nobody@example.com" (NOT_OF_ORGANIZATION)'
	expect 0 contact-find -H -k organization -c name,primary_contact acme
	stdout_is Acme,2
}

@test "A3 an AccountId that waits comes back unchanged, whether its system had ids or not" {
	printf 'AccountId,LastName,Email,HasOptedOutOfEmail\n0018000000abcdEAAQ,Lee,ann@example.com,0\n' >sf.csv
	contact-add -q sf.csv
	contact-find -c all >all.csv
	expect 0 contact-add all.csv
	stderr_is 'contact-add: read=1 created=0 updated=0 unchanged=1 skipped=0 errors=0 rev=1 in # s'
}

@test "A4 the name of an organization goes before the id that it reads as" {
	contact-add -q email=ann@example.com organization=hr:5 >/dev/null
	contact-add -q -k organization name=Real ext.hr=5 >/dev/null
	contact-find -c id,rev,organization >own.csv
	expect 0 contact-add -q --results - own.csv
	stdout_is 'line,action,id,key,code,message,changed
2,unchanged,2,,,,'
}

@test "HS-54 a public suffix is no organization's domain" {
	contact-add -q -k organization name=Acme domains=acme.co.uk
	before=$(store_digest)
	expect 3 contact-add -k organization name=Acme 'domains=acme.example;co.uk'
	stdout_is ''
	stderr_is 'contact-add: domains: "co.uk" is a public suffix, below which anybody registers names (PUBLIC_SUFFIX)
contact-add: read=1 created=0 updated=0 unchanged=0 skipped=0 errors=1 rev=1 in # s'
	expect 3 contact-add -q -k organization name=New domains=公司.cn
	stderr_is 'contact-add: domains: "xn--55qx5d.cn" is a public suffix, below which anybody registers names (PUBLIC_SUFFIX)'
	[ "$(store_digest)" = "$before" ]
}

@test "HS-54 only what writes a domain needs the list of suffixes" {
	contact-add -q -k organization name=Acme domains=acme.example
	mkdir lib
	: >lib/libpsl.so.5
	export LD_LIBRARY_PATH=$PWD/lib
	expect 0 contact-add -q -k organization name=Acme domains=acme.example city=Zürich
	expect 5 contact-add -k organization name=Acme domains=acme.test
	stderr_is 'contact-add: whether a domain is a public suffix is told by libpsl.so.5 (Debian: apt install libpsl5)'
}

@test "CS-15 a renamed organization answers to its old names in queries, too" {
	contact-add -q -k organization name=Acme ext.x=1 >/dev/null
	contact-add -q -k organization name=Acme2 ext.x=1 >/dev/null
	expect 0 contact-find -H -k organization -c name name=acme
	stdout_is Acme2
	expect 0 contact-edit -q -k organization --set city=Berlin name=Acme
	expect 0 contact-find -H -k organization -c name city=Berlin
	stdout_is Acme2
	stderr_is ''
}
