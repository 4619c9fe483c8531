#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
#
# contact-find --duplicates: pairs that may be one (X-34, TW-19).

load support

header='id,other,score,why,name,other_name,email,other_email'

# make FIELD=VALUE...: a contact that is met by no key, so that it is another one.
make()
{
	contact-add -q --mode create --shared-email "$@" >made 2>&1 || { cat made && false; }
}

# pairs_are ROWS: of all contacts, id to why.
pairs_are()
{
	expect 0 contact-find --duplicates -H -c id,other,score,why
	stdout_is "$1"
	stderr_is ''
}

# rows HEADER...: contacts of other systems, which are never matched by e-mail.
rows()
{
	{ printf 'id,%s\n' "$1" && shift && printf '%s\n' "$@" | nl -s, -w1; } >rows.csv
	contact-add -q --map generic:"${system:-crm}" rows.csv
}

@test "X-34 pairs come best first, with all columns, in every format" {
	make email=ann@acme.example name='Ann Lee' organization=Acme
	make email=a.lee@example.net name='ANN LÉE' organization=acme
	make name='Bob Ray' phone='+1 (217) 555-0110'
	make name='Bob Ray' mobile=217.555.0110 organization=Bolt
	expect 0 contact-find --duplicates
	stdout_is "$header
4,6,90,name phone,Bob Ray,Bob Ray,,
2,3,80,name organization,Ann Lee,ANN LÉE,ann@acme.example,a.lee@example.net"
	stderr_is ''
	expect 0 contact-find --duplicates --limit 1 -o json
	stdout_is '{"id":4,"other":6,"score":90,"why":"name phone","name":"Bob Ray","other_name":"Bob Ray","email":null,"other_email":null}'
	expect 0 contact-find --duplicates -H -o tsv -c other,id --limit 1
	stdout_is $'6\t4'
	expect 0 contact-find --duplicates -o table -c id,other,score
	stdout_is 'id  other  score
 4      6     90
 2      3     80'
}

@test "X-34 the same address counts most, in other_emails too, and less when the names differ" {
	rows email,other_emails,name 'ann@a.example,,Ann Lee' 'b@b.example,ANN@a.example,Lee Ann' \
	    'c@c.example,,Carl Day' 'C@C.example,,Dora Fox' 'e@e.example,,' 'E@e.example,,Eve Hall'
	pairs_are '1,2,79,email name ids-differ
5,6,70,email ids-differ
3,4,45,email ids-differ'
}

@test "X-34 X-16 two ids of one system speak against it, ids of two systems do not" {
	rows email,name a@a.example,'Ann Lee'
	system=erp rows email,name a@a.example,'Ann Lee'
	expect 0 contact-find --count
	stdout_is 1
	make email=a@a.example name='Ann Lee' ext.erp=77
	pairs_are '1,2,79,email name ids-differ'
}

@test "X-34 suffix and middle name tell people apart, an initial does not" {
	rows first_name,middle_name,last_name,suffix,organization Ann,B.,Lee,,Acme Ann,Beth,Lee,,Acme \
	    Tom,,Fox,Sr.,Bolt Tom,,Fox,Jr.,Bolt
	pairs_are '2,3,65,name organization ids-differ
5,6,35,organization ids-differ'
}

@test "X-34 organizations meet by name without legal form, domain and phone" {
	for name in 'Acme Inc.' 'The ACME Co., Ltd.' 'Bolt GmbH' Rivet; do
		contact-add -q -k organization name="$name"
	done
	contact-add -q -k organization name='Bolt GmbH' domains='bolt.example' phone=5550100
	contact-add -q -k organization name=Rivet website='https://www.bolt.example/about' phone='555 0100'
	expect 0 contact-find -k organization --duplicates
	stdout_is "$header
1,2,85,name,Acme Inc.,\"The ACME Co., Ltd.\",,
3,4,73,domain phone,Bolt GmbH,Rivet,bolt.example,"
	stderr_is ''
}

@test "X-34 with a query: pairs of which one is selected" {
	rows name,organization 'Ann Lee,Acme' 'Ann Lee,Acme' 'Bob Ray,Bolt' 'Bob Ray,Bolt'
	expect 0 contact-find --duplicates -H -c id,other organization=Bolt
	stdout_is '5,6'
	expect 0 contact-find --duplicates -H -c id,other 3
	stdout_is '2,3'
	expect 1 contact-find --duplicates -H name=nobody
	stdout_is ''
}

@test "X-34 X-32 --at finds those of then, --changes-since those that came" {
	rows name,organization 'Ann Lee,Acme' 'Ann Lee,Acme'
	system=erp rows name,organization 'Bob Ray,Bolt' 'Bob Ray,Bolt'
	expect 0 contact-find --duplicates -H -c id,other --at 1
	stdout_is '2,3'
	expect 0 contact-find --duplicates -H -c id,other --changes-since 1
	stdout_is '5,6'
}

@test "TW-19 rejected contacts are in no pair, whatever the query" {
	rows name,organization 'Ann Lee,Acme' 'Ann Lee,Acme'
	contact-archive -q --reject 3
	expect 1 contact-find --duplicates
	stdout_is "$header"
	expect 1 contact-find --duplicates -H approval=Rejected
	stdout_is ''
	contact-archive -q --approve 3
	pairs_are '2,3,65,name organization ids-differ'
}

@test "X-34 what many share proves nothing by itself, and that is said" {
	for i in 1 2 3 4 5 6; do echo "P$i,L$i,info@acme.example,5550100"; done >people
	mapfile -t people <people
	rows first_name,last_name,email,phone "${people[@]}"
	expect 1 contact-find --duplicates -H
	stdout_is ''
	stderr_is 'contact-find: not compared by what more than 5 share: 1 e-mail address, 1 phone number; the most, 6, that of #1'
	expect 1 contact-find --duplicates -H -q
	stderr_is ''
	rows first_name,last_name,email,phone "${people[@]}" P1,L1,info@acme.example,5550100
	expect 0 contact-find --duplicates -q -H -c id,other,why
	stdout_is '1,7,email name phone ids-differ'
}

@test "X-34 of a crowd with one name each is compared with the first alone" {
	rows name,organization 'Ann Lee,A'{,,,,,}
	pairs_are '2,3,65,name organization ids-differ
2,4,65,name organization ids-differ
2,5,65,name organization ids-differ
2,6,65,name organization ids-differ
2,7,65,name organization ids-differ'
}

@test "X-34 a number borne by 5,000 costs no time and no rows" {
	seq 1 5000 | awk '{ print "F" $1 ",L" $1 ",+1 555 0100" }' | { echo first_name,last_name,phone; cat; } >many.csv
	contact-add -q --map generic:crm --mode create many.csv
	expect 1 timeout 5 contact-find --duplicates -H
	stdout_is ''
	stderr_has 'the most, 5000, that of #1$'
}

@test "--duplicates says what it cannot do" {
	expect 2 contact-find --duplicates -k job
	stderr_is "contact-find: --duplicates: of contacts and organizations, not of kind job
try 'contact-find --help'"
	expect 2 contact-find --duplicates --count
	stderr_has '^contact-find: --(duplicates|count) '
	contact-add -q name='Ann Lee'
	expect 2 contact-find --duplicates -c nonsense
	stderr_has '^contact-find: --columns: --duplicates has no column "nonsense", these are: id other score'
	expect 5 contact-find -s nowhere --duplicates
	stdout_is ''
	pipeline 5 'contact-find --duplicates >/dev/full'
}
