#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
#
# contact-store dump and load: the content of a store as text (D8). The format
# itself is proved in tests/unit/test_dump.c.

load support

# Two records, every column of which is known below.
prepare()
{
	cat >people.tsv <<-'END'
		id	rev	first_name	last_name	email	organization	labels	description	attr.motto
		Ann	Lee	ann@example.org	Acme Inc.	vip;a\\;b	one\ntwo\\three	be\tbold
		Wei	李	wei@example.com	\\#1			"quoted"
	END
	sed -i '1s/^id\trev\t//' people.tsv
}

add_people()
{
	contact-add -q -i tsv people.tsv
	contact-store -q set timezone=+02:00
}

# The bytes of a dump whose last line waives the checksum.
edited()
{
	printf 'contact-dump\t1\n'
	printf '%b' "$1"
	printf 'checksum\tnone\n'
}

@test "dump has a line for each value, and settings" {
	add_people
	expect 0 contact-store dump
	stderr_is ''
	sed '$d' stdout >all
	same dump all "contact-dump	1
contact	2	first_name	Ann
contact	2	last_name	Lee
contact	2	email	ann@example.org
contact	2	organization	\\#1
contact	2	description	one\\ntwo\\\\three
contact	2	source	Import: generic
contact	2	labels	vip;a\\\\;b
contact	2	client_status	Not Applicable
contact	2	candidate_status	Prospect
contact	2	attr.motto	be\\tbold
contact	4	first_name	Wei
contact	4	last_name	李
contact	4	email	wei@example.com
contact	4	organization	\\#3
contact	4	source	Import: generic
contact	4	client_status	Not Applicable
contact	4	candidate_status	Prospect
contact	4	attr.motto	\"quoted\"
organization	1	name	Acme Inc.
organization	1	primary_contact	\\#2
organization	3	name	\\\\#1
organization	3	primary_contact	\\#4
label	attr.motto	motto
set	timezone	+02:00"
	stdout_has '^checksum	25	[0-9a-f]{32}$'
}

@test "D8 a dump makes a store that gives the same dump" {
	add_people
	contact-store dump >first
	expect 0 contact-store -s copy load <first
	stdout_is ''
	stderr_is 'contact-store: created=4 settings=1 rev=1 in # s'
	expect 0 contact-store -s copy dump
	cmp stdout first
	expect 0 contact-store -s copy check
	same_output 'contact-find -c name,email,organization,labels,description,attr.motto' \
	    'contact-find -s copy -c name,email,organization,labels,description,attr.motto'
	# The copy goes on above the ids that it was given.
	expect 0 contact-add -s copy last_name=Roe
	stdout_is 5
}

@test "D8 generated contacts and their exports come back to the byte" {
	rows=100000
	[ "${CONTACT_TESTS:-}" != quick ] || rows=10000
	"${CC:-cc}" -O1 -D_GNU_SOURCE -o generate "$CONTACT_SOURCE/bench/generate.c"
	./generate $rows >salesforce.csv
	contact-add -q --map salesforce salesforce.csv
	contact-store dump >first
	contact-store dump | contact-store -q -s copy load
	contact-store -s copy dump | cmp - first
	contact-store -q -s copy check
	# As CSV, what CSV can carry: an import gives its own ids and revisions.
	columns=$(contact-find --fields | awk -F , 'NR > 1 && $3 !~ /derived|system|rules/ && $1 !~ /NAME/ { print $1 }' |
	    paste -sd , | sed 's/,source//'),ext.salesforce
	contact-find -c "$columns" >first.csv
	contact-add -q -s second --map generic:salesforce first.csv
	contact-find -s second -c "$columns" >second.csv
	cmp first.csv second.csv
}

@test "D8 two stores with the same content give the same bytes" {
	contact-add -q last_name=Lee attr.a=1 attr.b=2 >first.id
	contact-add -q -s other last_name=Wrong attr.b=2 >second.id
	contact-add -q -s other --key id id=1 last_name=Lee attr.a=1 >third.id
	same_output 'contact-store dump' 'contact-store -s other dump'
}

@test "an empty store has a dump of two lines, which can be loaded" {
	contact-store -q init
	expect 0 contact-store dump
	stdout_is 'contact-dump	1
checksum	1	af1b265f110249faee8c0509130785f5'
	expect 0 bash -c 'contact-store dump | contact-store -s copy load'
	stderr_is 'contact-store: created=0 settings=0 rev=0 in # s'
}

@test "load goes into a store without records only" {
	add_people
	contact-store dump >first
	before=$(store_digest)
	expect 4 contact-store load <first
	stdout_is ''
	stderr_is 'contact-store: the store has records, and a dump is loaded into an empty store: name another with -s'
	[ "$(store_digest)" = "$before" ]
	# Settings are no records: they become those of the dump.
	contact-store -q -s copy set timezone=-05:00 members=strict
	expect 0 contact-store -s copy load <first
	contact-store -s copy dump | cmp - first
}

@test "a dump that was cut or changed is refused, and no store is made" {
	add_people
	contact-store dump >first
	sed '$d' first >short.dump
	expect 4 contact-store -s copy load <short.dump
	stderr_is 'contact-store: standard input:25: the dump is cut: its last line is no checksum'
	head -c -1 first >short.dump
	expect 4 contact-store -s copy load <short.dump
	stderr_is 'contact-store: standard input:26: the dump is cut: this line has no line feed'
	sed 's/Acme/Bolt/' first >changed
	expect 4 contact-store -s copy load <changed
	stdout_is ''
	stderr_is 'contact-store: standard input:26: the checksum does not fit: the dump was damaged or edited; if you edited it, make this line "checksum", tab, "none"'
	[ ! -e copy ]
	# The teeth: as it was, and edited as the message says, it is taken.
	sed '$s/.*/checksum\tnone/' changed >edited
	expect 0 contact-store -s copy load <edited
	expect 0 contact-find -s copy -H -c organization ann@example.org
	stdout_is 'Bolt Inc.'
	expect 0 contact-store -s third load <first
}

@test "what is wrong in an edited dump is told with its line, and nothing is stored" {
	edited 'contact\t1\tlast_name\tLee\ncontact\t1\torganization\t\\#7\n' >dump
	expect 4 contact-store load <dump
	stdout_is ''
	stderr_is 'contact-store: standard input:3: organization: there is no record 7 in the dump'
	[ ! -e "$CONTACT_STORE/data.mdb" ] || expect 0 contact-store info
	edited 'contact\t1\temail\tnobody\n' >dump
	expect 4 contact-store load <dump
	stderr_has '^contact-store: standard input:2: email: '
	printf 'name,email\nAnn,ann@example.org\n' >dump
	expect 4 contact-store load <dump
	stderr_is 'contact-store: standard input:1: this is no dump: its first line is not contact-dump, tab, 1'
	expect 4 contact-store load </dev/null
	stderr_is 'contact-store: standard input:1: this is no dump: it is empty'
	expect 4 contact-store load <.
	stderr_is 'contact-store: standard input: is a directory'
}

@test "A6 load -n stores nothing and tells in the order of the lines what it would make" {
	add_people
	contact-store dump >first
	expect 0 contact-store -s copy -n load <first
	stdout_is 'line,action,id,key,code,message,changed
2,created,2,,,,
12,created,4,,,,
20,created,1,,,,
22,created,3,,,,'
	stderr_is 'contact-store: created=4 settings=1 rev=0 in # s, nothing stored'
	[ ! -e copy ]
	expect 0 contact-store -s copy --results made.csv load <first
	stdout_is ''
	contains made.csv '^12,created,4,'
}

@test "odd names of columns come back" {
	printf 'email,Größe (cm),=1+1\nann@example.org,170,a\\tb\n' >people.csv
	contact-add -q people.csv
	contact-store dump >first
	contact-store -q -s copy load <first
	contact-store -s copy dump | cmp - first
	contains first '^label	attr\.größe_cm_	Größe \(cm\)$'
}

@test "D6 output that nobody reads, or that cannot be written" {
	add_people
	pipeline 0 'contact-store dump | head -n 1'
	stdout_is 'contact-dump	1'
	expect 5 bash -c 'contact-store dump >/dev/full'
	stderr_has '^contact-store: cannot write standard output: '
	expect 5 bash -c 'contact-store dump >&-'
	[ -s stderr ]
}

@test "I5 on a terminal a dump shows what would steer it" {
	command -v script >/dev/null || skip 'no script(1)'
	edited 'contact\t1\tlast_name\tA\xc2\x9bB\xe2\x80\xaeC\n' >dump
	contact-store -q load <dump
	script -qec 'contact-store dump' /dev/null >shown </dev/null
	contains shown 'A\\u\{009b\}B\\u\{202e\}C'
	expect 0 contact-store dump
	contains stdout $'A\xc2\x9bB\xe2\x80\xaeC'
}

@test "dump reads and needs a store; operands and options mean nothing to it" {
	expect 5 contact-store dump
	stderr_is "contact-store: no store at $CONTACT_STORE"
	expect 2 contact-store dump file
	stderr_has 'dump takes no operand'
	expect 2 contact-store -n dump
	stderr_has -- '--dry-run means nothing to dump'
	expect 2 contact-store --diff x load
	stderr_has -- '--diff means nothing to load'
}

@test "D8 undo gives the dump of before" {
	add_people
	contact-store dump >before
	printf 'email,title,labels,organization,attr.new,ext.crm\nann@example.org,Boss,new,Bolt Ltd.,x,7\nnew@example.org,x,y,,,8\n' >people.csv
	contact-add -q --key email people.csv
	contact-store -q set members=strict
	contact-store dump >after
	expect 1 cmp -s before after
	contact-store -q undo 4
	contact-store -q undo 3
	contact-store dump | cmp - before
	# The undoing undone.
	contact-store -q undo 6
	contact-store -q undo 5
	contact-store dump | cmp - after
}
