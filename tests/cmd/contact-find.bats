#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
#
# contact-find: columns, formats, sorting, counting, and what it says when a
# query is wrong. The language itself is proved in tests/unit/test_query.c.

load support

try="try 'contact-find --help'"

# A small firm: two organizations, and people of every type (TR-9).
prepare()
{
	contact-add -q -k organization - <<-'END'
		name,domains,city,ext.crm
		Acme Inc.,acme.example;acme.example.org,Springfield,A1
		Bolt & Söhne,bolt.example,Köln,A2
	END
	contact-add -q --map generic:crm - <<-'END'
		first_name,last_name,email,phone,organization,title,labels,client_status,candidate_status,assigned_to,do_not_email,city,shirt size
		Ann,Lee,ann@acme.example,+1 555 0100,Acme Inc.,CEO,vip;campus,Active,Not Applicable,bob,,Zürich,XL
		José,Núñez,jose@bolt.example,,Bolt & Söhne,"Head, Hiring",campus,Not Applicable,Consult Hot,bob,true,,L
		Li,李,li@acme.example,,Acme Inc.,,,Past,Prospect,zoe,false,,
		Ada,Null,ada@example.net,,,=1+1,,Not Applicable,Not Applicable,,,,
	END
}

usage()
{
	local message=$1
	shift
	expect 2 contact-find "$@"
	stdout_is ''
	stderr_is "contact-find: $message
$try"
}

@test "HS-21 no query lists every contact, by id, in the default columns" {
	expect 0 contact-find
	stdout_is 'id,rev,name,email,phone,organization,title,type,assigned_to
3,2,Ann Lee,ann@acme.example,+1 555 0100,Acme Inc.,CEO,Client,bob
4,2,José Núñez,jose@bolt.example,,Bolt & Söhne,"Head, Hiring",Candidate,bob
5,2,Li 李,li@acme.example,,Acme Inc.,,C&C,zoe
6,2,Ada Null,ada@example.net,,,=1+1,None,'
	stderr_is ''
}

@test "HS-24 HS-25 by who is in charge, and by nobody" {
	expect 0 contact-find -H -c id assigned_to=bob
	stdout_is '3
4'
	expect 0 contact-find -H -c id assigned_to=
	stdout_is 6
}

@test "HS-27 HS-31 TR-13 counts by value, blank last, a list once per element" {
	expect 0 contact-find --count-by assigned_to
	stdout_is 'assigned_to,count
bob,2
zoe,1
,1'
	expect 0 contact-find --count-by source
	stdout_is 'source,count
Import: generic,4'
	expect 0 contact-find --count-by labels
	stdout_is 'labels,count
campus,2
vip,1
,2'
	expect 0 contact-find --count-by type,organization.city -o json
	stdout_is '{"type":"C&C","organization.city":"Springfield","count":1}
{"type":"Candidate","organization.city":"Köln","count":1}
{"type":"Client","organization.city":"Springfield","count":1}
{"type":"None","organization.city":null,"count":1}'
	expect 1 contact-find --count-by title city=nowhere
	stdout_is title,count
}

@test "nothing found: exit 1, and the header all the same" {
	expect 1 contact-find -c id,name city=nowhere
	stdout_is id,name
	stderr_is ''
	expect 1 contact-find -o tsv -c id,name city=nowhere
	stdout_is $'id\tname'
	expect 1 contact-find -o json city=nowhere
	stdout_is ''
	expect 1 contact-find -H city=nowhere
	stdout_is ''
	expect 1 contact-find --count city=nowhere
	stdout_is 0
	expect 0 contact-find --count
	stdout_is 4
}

@test "every format holds the same" {
	expect 0 contact-find -c name,labels,do_not_email,title,id ann or jose or ada
	stdout_is 'name,labels,do_not_email,title,id
Ann Lee,vip;campus,,CEO,3
José Núñez,campus,true,"Head, Hiring",4
Ada Null,,,=1+1,6'
	expect 0 contact-find -o tsv -c name,labels,do_not_email ann
	stdout_is $'name\tlabels\tdo_not_email\nAnn Lee\tvip;campus\t'
	expect 0 contact-find -o json -c name,labels,do_not_email,id ann or jose
	stdout_is '{"name":"Ann Lee","labels":["vip","campus"],"do_not_email":null,"id":3}
{"name":"José Núñez","labels":["campus"],"do_not_email":true,"id":4}'
	expect 0 contact-find -o excel -c name,title ada
	stdout_is $'\xef\xbb\xbfid,rev,name,title,_excel\r\n6,2,Ada Null,\'=1+1,\r'
	expect 0 contact-find -o table -c id,name,labels ann
	stdout_has '^id +name +labels'
	stdout_has '^ *3 +Ann Lee +vip;campus'
}

@test "what -c all prints is read back as unchanged, in every format" {
	before=$(store_digest)
	for format in csv tsv json excel; do
		pipeline 0 "contact-find -o $format -c all | contact-add"
		stderr_is 'contact-add: read=4 created=0 updated=0 unchanged=4 skipped=0 errors=0 rev=2 in # s'
	done
	pipeline 0 'contact-find -k organization -c all | contact-add -k organization'
	stderr_has 'unchanged=2 skipped=0 errors=0'
	[ "$(store_digest)" = "$before" ]
}

@test "-c all has the columns that the kind's own records have" {
	expect 0 contact-find -c all -o json ann
	stdout_has '"attr.shirt_size":"XL"'
	stdout_lacks '"ext.crm"'
	expect 0 contact-find -k organization -c all -o json acme
	stdout_has '"ext.crm":\["A1"\]'
	stdout_lacks 'shirt_size'
}

@test "HS-2 what was stored is printed byte for byte" {
	printf 'email,description\nx@example.org,"a ""quoted"", \xc3\xbcn\xc3\xae,\nsecond line"\n' |
	    contact-add -q -
	expect 0 contact-find -c description x@example.org
	stdout_is $'description\n"a ""quoted"", ünî,\nsecond line"'
	expect 0 contact-find -o tsv -H -c description x@example.org
	stdout_is 'a "quoted", ünî,\nsecond line'
}

@test "sorted by several columns, blank last either way" {
	expect 0 contact-find -H -c name --sort name
	stdout_is 'Ada Null
Ann Lee
José Núñez
Li 李'
	expect 0 contact-find -H -c name,title --sort -title
	stdout_is 'José Núñez,"Head, Hiring"
Ann Lee,CEO
Ada Null,=1+1
Li 李,'
	expect 0 contact-find -H -c name --sort assigned_to,-id
	stdout_is 'José Núñez
Ann Lee
Li 李
Ada Null'
	expect 0 contact-find -H -c name --sort -id --limit 1
	stdout_is 'Ada Null'
	expect 0 contact-find -H -c id --limit 2
	stdout_is '3
4'
}

@test "CS-12 CS-17 an organization's contacts, and its primary one" {
	expect 0 contact-find -H -c name,primary organization='acme inc.'
	stdout_is 'Ann Lee,true
Li 李,false'
	expect 0 contact-find -H -c name organization.domains=acme.example
	stdout_is 'Ann Lee
Li 李'
	expect 0 contact-find -k organization -H -c name,primary_contact.name contact.title=CEO
	stdout_is 'Acme Inc.,Ann Lee'
}

@test "CS-17 TR-50 a table marks primary contacts and colours the type" {
	expect 0 contact-find --color=always -o table -c name,type organization=acme*
	stdout_has $'\e\\[[0-9;]*32m *Ann Lee'
	stdout_has $'\e\\[[0-9;]*32m *Client'
	stdout_has $'\e\\[[0-9;]*36m *C&C'
	stdout_lacks $'32m *Li'
	expect 0 contact-find --color=always -o table -c id,primary organization=acme*
	stdout_has $'\e\\[[0-9;]*32m *true'
	stdout_lacks $'32m *false'
	expect 0 contact-find -o table -c name,type
	stdout_lacks $'\e'
	NO_COLOR=1 expect 0 contact-find -o table
	stdout_lacks $'\e'
}

@test "CS-17 the primary contact is green on a terminal without being asked for" {
	command -v script >/dev/null || skip 'script is not installed'
	TERM=xterm expect 0 script -qec 'contact-find -c name,primary organization=acme*' /dev/null
	stdout_has $'\e\\[[0-9;]*32m *Ann Lee'
	stdout_has $'\e\\[[0-9;]*32m *true'
	stdout_lacks $'32m *(Li|false)'
	NO_COLOR=1 TERM=xterm expect 0 script -qec 'contact-find -c name,primary organization=acme*' /dev/null
	stdout_lacks $'\e'
}

@test "TW-19 TW-20 the rejected are seen only when they are asked for" {
	contact-add -q email=rex@example.org last_name=Rex approval=Rejected
	expect 1 contact-find rex@example.org
	expect 0 contact-find --count
	stdout_is 4
	expect 0 contact-find -H -c name approval=rejected
	stdout_is Rex
	expect 0 contact-find -H -c name 7
	stdout_is Rex
}

@test "through references in columns, sort and count" {
	expect 0 contact-find -H -c name,organization.city --sort organization.city,name
	stdout_is 'José Núñez,Köln
Ann Lee,Springfield
Li 李,Springfield
Ada Null,'
	expect 0 contact-find --count-by created_at.month
	stdout_is 'created_at.month,count
2026-10,4'
	expect 0 contact-find -H -c created_at.week ann
	stdout_is 2026-W41
}

@test "--fields lists what there is, with or without a store" {
	expect 0 contact-find --fields
	stdout_has '^field,type,flags,example$'
	stdout_has '^email,email,indexed key'
	stdout_has '^organization,reference,.*of:organization,Acme Inc\.$'
	stdout_has '^type,picklist,derived of:contact_type,Client$'
	stdout_has '^attr\.shirt_size,text,'
	expect 0 contact-find --fields -k organization -s nowhere
	stdout_has '^domains,domain,list indexed'
	stdout_lacks 'shirt'
	expect 0 contact-find --fields -H -o tsv -k attribute -s nowhere
	stdout_has '^id	id	system	1042$'
	stdout_lacks '^field'
}

@test "mistakes in a query are told, never answered with nothing" {
	usage 'titel: contact has no field titel; the nearest is title' titel=CEO
	usage 'do_not_email=perhaps: a flag is true or false' do_not_email=perhaps
	usage 'assigned_to=nobody: there is no such user' assigned_to=nobody
	usage 'a parenthesis is not closed: ) is missing' '(' ann
	usage 'names: contact has no field names; the nearest is name' -c id,names
	usage 'names: contact has no field names; the nearest is name' --sort -names
	expect 2 contact-find client_status=Hot
	stderr_has '^contact-find: client_status=Hot: no such value, client_status has: .*Active'
	expect 2 contact-find --count --limit 3
	stderr_has '--count'
	stderr_has '--limit'
	expect 2 contact-find --limit many
	stderr_has '--limit'
	expect 2 contact-find -k person
	stderr_has 'contact organization job placement event participation note user role employee workspace campaign invitation suppression picklist attribute query status_event'
	expect 2 contact-find -o people.csv
	stderr_has 'write > people.csv'
}

@test "where there is no store it is exit 5" {
	expect 5 contact-find -s nowhere
	stderr_is 'contact-find: no store at nowhere'
	[ ! -e nowhere ]
}

@test "TW-14 a one-of attribute is asked for by one of its own values" {
	contact-add -q -k attribute name=size type=one-of 'values=S;M;L'
	contact-add -q email=a@example.org attr.size=m
	contact-add -q email=b@example.org attr.size=L
	for value in M m; do
		expect 0 contact-find -H -c email "attr.size=$value"
		stdout_is a@example.org
	done
	expect 0 contact-find -H -c email attr.size=M or attr.size=l
	stdout_is 'a@example.org
b@example.org'
	expect 2 contact-find attr.size=XL
	stdout_is ''
	stderr_has '^contact-find: attr.size=XL: no such value, attr.size has: S, M, L$'
}

@test "TW-14 an attribute is known once it is declared" {
	contact-add -q -k attribute name='Shoe Size' type=number
	contact-add -q -k attribute name=start type=date
	contact-add -q -k attribute name=shirt type=one-of 'values=S;M'
	contact-add -q email=a@example.org attr.start=2026-03-01 attr.plain=x
	expect 0 contact-find --fields -H -o csv
	grep '^attr\.[a-z]' stdout >attributes
	same attributes attributes 'attr.shirt_size,text,,Berlin office
attr.start,date,,2026-10-05
attr.plain,text,,Berlin office
attr.shirt,one-of,,S;M
attr.shoe_size,number,,12.5'
	expect 0 contact-find -o csv -c email,attr.shirt,attr.shoe_size a@example.org
	stdout_is 'email,attr.shirt,attr.shoe_size
a@example.org,,'
	expect 1 contact-find --count attr.shoe_size=3..7
	stdout_is 0
	expect 0 contact-find -H -c email a@example.org not 'attr.shirt=*'
	stdout_is a@example.org
	expect 2 contact-find -c attr.unheard
	stderr_has 'attr.unheard: the store knows no such column'
}

@test "TR-9 HS-13 a computed field with few values is asked for by one of them" {
	usage 'type=Foo: no such value, type has: Client, Candidate, C&C, None' type=Foo
	usage 'user_status=gone: no such value, user_status has: none, pending, active, archived' \
	    user_status=gone
	expect 0 contact-find -H -c first_name type=c\&c
	stdout_is Li
	expect 0 contact-find --count user_status=None
	stdout_is 4
	expect 1 contact-find --count user_status=active
	stdout_is 0
	# They are computed: no record says otherwise, nor adds to them.
	expect 3 contact-add type=Client email=ada@example.net
	expect 3 contact-add -q -k picklist name=contact_type value=Foo
	stderr_has 'name: "contact_type" takes no other values than its own'
	usage 'type=Foo: no such value, type has: Client, Candidate, C&C, None' type=Foo
}

@test "-v tells the index and what was examined" {
	expect 0 contact-find -v -H -c id ann@acme.example
	stderr_is 'contact-find: index email, 1 record examined'
	expect 0 contact-find -v -H -c id title=CEO
	stderr_is 'contact-find: no index, 6 records examined'
}

@test "output that nobody reads, and output that does not fit" {
	pipeline 0 'contact-find | head -n 1'
	stdout_is id,rev,name,email,phone,organization,title,type,assigned_to
	stderr_is ''
	expect 5 bash -c 'contact-find >/dev/full'
	stderr_has '^contact-find: .*standard output'
	expect 5 bash -c 'contact-find >&-'
}

@test "I5 a stored control character never reaches a terminal" {
	command -v script >/dev/null || skip 'script is not installed'
	printf 'email,title\nx@example.org,a\302\205b\342\200\256c\n' | contact-add -q -
	expect 0 script -qec 'contact-find -c title x@example.org; contact-find -o csv -c title x@example.org' /dev/null
	[ "$(grep -c $'\302\205\|\342\200\256' stdout)" -eq 0 ]
	stdout_has 'a\\u\{0085\}b\\u\{202e\}c'
}

@test "I10 a deep query is refused, a long one answered" {
	mapfile -t operands < <(yes '(' | head -n 5000)
	expect 2 contact-find "${operands[@]}"
	stderr_has 'nested more than 200 deep'
	mapfile -t operands < <(seq 1 20000)
	expect 0 contact-find -H -c id "${operands[@]}"
	stdout_is '3
4
5
6'
}

# keep NAME TEXT: a saved query.
keep()
{
	contact-add -q -k query "name=$1" "text=$2" >/dev/null
}

@test "A5 @NAME is a saved query as one term, in all programs" {
	contact-add -q email=zed@example.org labels=gold title='Head Chef' >/dev/null
	contact-add -q email=yan@example.org labels=gold title=Waiter >/dev/null
	keep vips labels=gold
	keep chefs "@vips and ( 'title=Head Chef' or title=\"Sous Chef\" )"
	expect 0 contact-find -H -c email @vips
	stdout_is 'zed@example.org
yan@example.org'
	expect 0 contact-find -H -c email @chefs
	stdout_is zed@example.org
	expect 0 contact-find -H -c email @VIPS not @chefs
	stdout_is yan@example.org
	expect 0 contact-edit -q --set title=Cook @chefs
	expect 1 contact-find @chefs
	stderr_is ''
}

@test "A5 a saved query that cannot be is told with its name" {
	keep open "title='x"
	keep me 'title=x or @me'
	keep wrong titel=x
	expect 2 contact-find @open
	stderr_has '^contact-find: @open: a quote is not closed$'
	expect 2 contact-find @me
	stderr_has '^contact-find: @me: leads to itself$'
	expect 2 contact-find @wrong
	stderr_has '^contact-find: @wrong: titel: .*the nearest is title'
	expect 2 contact-find @nobody
	stderr_has '^contact-find: @nobody: there is no saved query of this name$'
	expect 3 contact-add -q -k query name=x
	stderr_is 'contact-add: text: a query needs one (REQUIRED)'
}
