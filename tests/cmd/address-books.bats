#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
#
# What goes outside: contact-find -o vcard, for address books, and -o mutt, for mail
# programs. How single values are written is proved in
# tests/unit/test_vcard_output.c.

load support

try="try 'contact-find --help'"

prepare()
{
	contact-add -q -k organization - <<-'END'
		name,phone,street,city,website,labels,description
		Acme Inc.,+1 555 0001,1 Main Street,Springfield,"https://acme.example/?a=1,2",key account,Makes all
	END
	contact-add -q - <<-'END'
		salutation,first_name,last_name,email,other_emails,phone,phone_ext,mobile,home_phone,fax,organization,department,title,street,city,state,postal_code,country,website,description,labels,source
		Ms.,Ann,Lee,ann@acme.example,lee@home.example;a.lee@club.example,+1 555 0100,22,+1 555 0101,+1 555 0102,+1 555 0109,Acme Inc.,HR,"Head, Hiring","1 Main Street
		Unit 4",Springfield,IL,00501,US,https://ann.example,Met at the fair; likes tea,vip;secret label,Manual
	END
	contact-add -q email=bob@bolt.example
	contact-add -q -k note contact=ann@acme.example text='a private remark'
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

# The cards without what differs from store to store.
cards()
{
	tr -d '\r' <"$place/stdout" | grep -vE '^(UID|REV):' >"$place/cards"
	same cards "$place/cards" "$1"
}

@test "a contact is a vCard 4.0" {
	expect 0 contact-find -o vcard ann
	stderr_is ''
	cards 'BEGIN:VCARD
VERSION:4.0
FN:Ann Lee
N:Lee;Ann;;Ms.;
ORG:Acme Inc.;HR
TITLE:Head\, Hiring
EMAIL;PREF=1:ann@acme.example
EMAIL:lee@home.example
EMAIL:a.lee@club.example
TEL;TYPE=work:+1 555 0100 x22
TEL;TYPE=cell:+1 555 0101
TEL;TYPE=home:+1 555 0102
TEL;TYPE=fax:+1 555 0109
ADR:;;1 Main Street\nUnit 4;Springfield;IL;00501;US
URL:https://ann.example
NOTE:Met at the fair\; likes tea
END:VCARD'
	stdout_has $'^REV:20261005T120000Z\r$'
	stdout_has $'^UID:urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\r$'
	[ "$(grep -c $'\r$' stdout)" -eq "$(wc -l <stdout)" ]
}

@test "who has no name is called by the address, or else by the id" {
	expect 0 contact-find -o vcard bob@bolt.example
	cards 'BEGIN:VCARD
VERSION:4.0
FN:bob@bolt.example
EMAIL;PREF=1:bob@bolt.example
END:VCARD'
	id=$(contact-add ext.crm=X1)
	expect 0 contact-find -o vcard "$id"
	stdout_has "^FN:#$id"
}

@test "an organization is a card of its own kind" {
	expect 0 contact-find -k organization -o vcard
	cards 'BEGIN:VCARD
VERSION:4.0
KIND:org
FN:Acme Inc.
ORG:Acme Inc.
TEL;TYPE=work:+1 555 0001
ADR:;;1 Main Street;Springfield;;;
URL:https://acme.example/?a=1,2
NOTE:Makes all
END:VCARD'
}

@test "HS-18 HS-19 no card and no line has a note or a label" {
	for format in vcard mutt; do
		for columns in '' '-c all'; do
			# shellcheck disable=SC2086
			expect 0 contact-find -o $format $columns
			stdout_lacks 'remark|vip|secret|CATEGORIES'
		done
	done
	expect 0 contact-find -k organization -o vcard -c all
	stdout_lacks 'key account|CATEGORIES'
}

@test "HS-19 labels that are asked for by name are CATEGORIES, or a remark" {
	expect 0 contact-find -o vcard -c labels ann
	cards 'BEGIN:VCARD
VERSION:4.0
FN:Ann Lee
CATEGORIES:vip,secret label
END:VCARD'
	expect 0 contact-find -k organization -o vcard -c labels
	stdout_has '^CATEGORIES:key account'
	expect 0 contact-find -o mutt -c labels ann@acme.example
	stdout_is $'contact-find: who matches
ann@acme.example\tAnn Lee\tvip, secret label
lee@home.example\tAnn Lee\tvip, secret label
a.lee@club.example\tAnn Lee\tvip, secret label'
}

@test "-c chooses properties by the fields that they are made of" {
	expect 0 contact-find -o vcard -c name,mobile,city,id ann
	cards 'BEGIN:VCARD
VERSION:4.0
FN:Ann Lee
N:Lee;Ann;;Ms.;
TEL;TYPE=cell:+1 555 0101
ADR:;;;Springfield;;;
END:VCARD'
	expect 0 contact-find -o vcard -c department,first_name ann
	cards 'BEGIN:VCARD
VERSION:4.0
FN:Ann Lee
N:;Ann;;;
ORG:;HR
END:VCARD'
}

@test "a field that has no place in a card is a mistake" {
	expect 2 contact-find -o vcard -c name,client_status
	stdout_is ''
	stderr_has '^contact-find: --columns: a vCard has no place for "client_status", only for id,name,email,'
	expect 2 contact-find -o vcard -c ''
	stderr_has 'has no place for ""'
	expect 2 contact-find -k organization -o vcard -c email
	stderr_has 'has no place for "email", only for id,name,phone,'
}

@test "a card is the same one wherever it is seen from" {
	contact-find -o vcard ann | grep UID >before
	contact-add -q --key email - <<<$'email,last_name,title\nann@acme.example,Lee-Ray,Chief'
	contact-store backup copy >/dev/null
	contact-store -q -s copy compact
	[ "$(contact-find -s copy -o vcard ann | grep UID)" = "$(cat before)" ]
	[ "$(contact-find -o vcard --at 1 -k organization | grep UID)" = \
	    "$(contact-find -o vcard -k organization | grep UID)" ]
	[ "$(contact-find -o vcard | grep -c UID)" -eq 2 ]
	[ "$(contact-find -o vcard | grep UID | sort -u | wc -l)" -eq 2 ]
	CONTACT_NOW=2026-10-06 contact-add -q -s other -k organization name=Acme
	CONTACT_NOW=2026-10-06 contact-add -q -s other email=ann@acme.example
	[ "$(contact-find -s other -o vcard | grep UID)" != "$(cat before)" ]
}

@test "--sort, --limit and --at choose cards as they choose rows" {
	expect 0 contact-find -o vcard --sort -email --limit 1
	stdout_has '^FN:bob@bolt.example'
	stdout_lacks 'Ann'
	contact-add -q --key email - <<<$'email,title\nann@acme.example,Chief'
	expect 0 contact-find -o vcard --at 2 -c title
	stdout_has 'TITLE:Head'
	stdout_lacks 'Chief'
}

@test "nobody: no card, exit 1" {
	expect 1 contact-find -o vcard nobody
	stdout_is ''
	stderr_is ''
}

@test "what cards and lines are not for" {
	usage '--output: vcard is for contacts and organizations, and --kind is job' -k job -o vcard
	usage '--output: mutt is for contacts, and --kind is organization' -k organization -o mutt
	for format in vcard mutt; do
		usage "--output $format and --count contradict each other" -o $format --count
		usage "--output $format and --count-by contradict each other" -o $format --count-by type
		usage "--output $format and --history contradict each other" -o $format --history
		usage "--output $format and --duplicates contradict each other" -o $format --duplicates
		usage "--output $format and --fields contradict each other" -o $format --fields
	done
	expect 2 contact-add -o vcard email=x@y.example
	stderr_is "contact-add: --output: contact-add does not write vcard, only csv tsv json table excel
try 'contact-add --help'"
}

@test "mutt gets a line for each address, below one of its own" {
	expect 0 contact-find -o mutt ann
	stdout_is $'contact-find: who matches
ann@acme.example\tAnn Lee\tHead, Hiring, Acme Inc.
lee@home.example\tAnn Lee\tHead, Hiring, Acme Inc.
a.lee@club.example\tAnn Lee\tHead, Hiring, Acme Inc.'
	stderr_is ''
	expect 0 contact-find -o mutt -c city,organization.phone bob or ann
	stdout_is $'contact-find: who matches
ann@acme.example\tAnn Lee\tSpringfield, +1 555 0001
lee@home.example\tAnn Lee\tSpringfield, +1 555 0001
a.lee@club.example\tAnn Lee\tSpringfield, +1 555 0001
bob@bolt.example\tbob@bolt.example\t'
}

@test "mutt is told when there is nobody" {
	expect 1 contact-find -o mutt nobody
	stdout_is 'contact-find: no contact matches'
	stderr_is ''
}

@test "HS-42 who is not to be written to is not offered to mutt" {
	contact-add -q -k suppression address=lee@home.example reason=unsubscribed
	expect 0 contact-find -o mutt ann
	stdout_is $'contact-find: who matches
ann@acme.example\tAnn Lee\tHead, Hiring, Acme Inc.
a.lee@club.example\tAnn Lee\tHead, Hiring, Acme Inc.'
	contact-archive -q --attribute do_not_email ann@acme.example
	expect 1 contact-find -o mutt ann
	stdout_is 'contact-find: 1 contact matches, but not to be written to'
	stderr_is ''
	expect 0 contact-find -o mutt --limit 1
	stdout_is $'contact-find: who matches\nbob@bolt.example\tbob@bolt.example\t'
	expect 0 contact-find -o vcard ann
	stdout_has '^FN:Ann Lee'
}

@test "no value breaks a line for mutt" {
	contact-add -q - <<<$'name,email,title\n"Eve\tTab\nLine",eve@x.example,"a\tb\nc"'
	expect 0 contact-find -o mutt eve
	stdout_is $'contact-find: who matches\neve@x.example\tEve Tab Line\ta b c'
}

# An independent reader: Debian has python3-vobject for its own python.
vobject()
{
	python=/usr/bin/python3
	[ -x "$python" ] || skip 'python3 is not installed'
	"$python" -c 'import vobject' 2>/dev/null || skip 'python3-vobject is not installed'
}

@test "another program reads the cards" {
	vobject
	cat >hostile.csv <<-'END'
		first_name,last_name,email,title,description,labels,street
		"Zoë, ""Z""",O'Neil;x,zoe@x.example,"tab	and \n","😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀
		END:VCARD
		BEGIN:VCARD","a,b;c\;d","1, Main; Street
		Back \ yard"
	END
	contact-add -q hostile.csv
	contact-find -o vcard -c name,email,title,description,labels,street zoe@x.example >cards.vcf
	expect 0 "$python" - cards.vcf <<-'END'
		import json, sys, vobject
		for card in vobject.readComponents(open(sys.argv[1], encoding='utf-8', newline='')):
		    print(json.dumps([card.fn.value, card.n.value.family, card.n.value.given,
		        card.email.value, card.title.value, card.note.value, card.categories.value,
		        card.adr.value.street], ensure_ascii=False))
	END
	stdout_is '["Zoë, \"Z\" O'"'"'Neil;x", "O'"'"'Neil;x", "Zoë, \"Z\"", "zoe@x.example", "tab\tand \\n", "😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀\nEND:VCARD\nBEGIN:VCARD", ["a,b", "c;d"], "1, Main; Street\nBack \\ yard"]'
}

@test "another program reads the cards of whole exports" {
	vobject
	contact-add -q -k organization "$examples/salesforce-accounts.csv"
	contact-add -q "$examples/salesforce-contacts.csv"
	contact-find -o vcard >cards.vcf
	expect 0 "$python" -c 'import sys, vobject
for card in vobject.readComponents(open(sys.argv[1], encoding="utf-8", newline="")): print(card.fn.value)' cards.vcf
	contact-find -H -o tsv -c name,email | awk -F'\t' '{ print $1 == "" ? $2 : $1 }' >names
	diff names "$place/stdout"
}
