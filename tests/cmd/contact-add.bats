#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
#
# contact-add: one contact from operands, its options, and what it reports
# (design A6, A7). Matching, values, formats and organizations have files of
# their own.

load support

try="try 'contact-add --help'"

usage()
{
	local message=$1
	shift
	expect 2 contact-add "$@"
	stdout_is ''
	stderr_is "contact-add: $message
$try"
}

# summary CREATED UPDATED UNCHANGED SKIPPED ERRORS [ALSO] REV
summary()
{
	local read=$(($1 + $2 + $3 + $4 + $5)) also=
	if [ $# -eq 7 ]; then
		also=" also=$6"
		shift
	fi
	echo "contact-add: read=$read created=$1 updated=$2 unchanged=$3 skipped=$4 errors=$5$also rev=$6 in # s"
}

@test "HS-1 HS-28 operands make one contact, whose id is printed; source is Manual" {
	expect 0 contact-add email=ann@example.com name='Ann B. Lee'
	stdout_is 1
	stderr_is "$(summary 1 0 0 0 0 1)"
	expect 0 contact-find -c name,first_name,middle_name,last_name,email,source,created_at
	stdout_is 'name,first_name,middle_name,last_name,email,source,created_at
Ann B. Lee,Ann,B.,Lee,ann@example.com,Manual,2026-10-05T12:00:00Z'
}

@test "the id can be used by the next command" {
	id=$(contact-add -q email=ann@example.com)
	expect 0 contact-find -H -c email "$id"
	stdout_is ann@example.com
}

@test "HS-2 values survive byte for byte: comma, quote, newline, beyond ASCII" {
	value=$'Say "hi", O\'Neil;\nzwei\tZeilen \\ 李 é 👩‍💻'
	expect 0 contact-add -q email=ann@example.com "description=$value"
	expect 0 bash -c 'contact-find -o json -c description | jq -r .description'
	stdout_is "$value"
	expect 0 contact-find -H -c description
	stdout_is "\"Say \"\"hi\"\", O'Neil;
zwei	Zeilen \\ 李 é 👩‍💻\""
}

@test "HS-4 an e-mail, a name or an external id is enough, and less is not" {
	expect 0 contact-add email=ann@example.com
	expect 0 contact-add last_name=Lee
	expect 0 contact-add name='Bob Ray'
	expect 0 contact-add ext.crm=17
	for less in title=CEO attr.shirt=XL phone=555 salutation=Mr. email=; do
		expect 3 contact-add "$less"
		stdout_is ''
		stderr_is "contact-add: a contact needs an e-mail address, a name or an external id (REQUIRED)
$(summary 0 0 0 0 1 4)"
	done
	expect 0 contact-find --count
	stdout_is 4
}

@test "HS-4 other kinds need their name or an external id" {
	for record in '-k organization domains=x.example' '-k attribute type=flag'; do
		# shellcheck disable=SC2086
		expect 3 contact-add -q $record
		stderr_has '^contact-add: an (organization|attribute) needs a name or an external id \(REQUIRED\)$'
	done
	expect 3 contact-add -q -k picklist name=client_status
	stderr_is 'contact-add: name+value: a picklist needs these fields (REQUIRED)'
	printf 'name,type\n,flag\n' >attributes.csv
	expect 3 contact-add -q -k attribute attributes.csv
	stderr_has 'REQUIRED'
}

@test "a second time the same contact is meant, and stays as it is" {
	contact-add -q email=ann@example.com title=CEO
	before=$(store_digest)
	expect 0 contact-add email=ann@example.com title=CEO
	stdout_is 1
	stderr_is "$(summary 0 0 1 0 0 1)"
	[ "$(store_digest)" = "$before" ]
	expect 0 contact-add email=ann@example.com title=Chair
	stdout_is 1
	stderr_is "$(summary 0 1 0 0 0 2)"
}

@test "an empty value leaves a field as it is, with --blank clear it clears" {
	contact-add -q email=ann@example.com title=CEO labels='a;b'
	expect 0 contact-add email=ann@example.com title= labels=
	stderr_is "$(summary 0 0 1 0 0 1)"
	expect 0 contact-add --blank clear email=ann@example.com title= labels=c
	expect 0 contact-find -H -c title,labels
	stdout_is ',c'
}

@test "-q says nothing, and -n stores nothing but tells the same (X-21)" {
	expect 0 contact-add -q email=ann@example.com title=CEO
	stdout_is 1
	stderr_is ''
	before=$(store_digest)
	cat >people.csv <<-'END'
		email,title
		ann@example.com,Chair
		bob@example.com,CFO
		nobody,CTO
	END
	expect 3 contact-add -n people.csv
	stderr_is "contact-add: people.csv:4:1: email: no \"@\" (BAD_EMAIL)
$(summary 1 1 0 0 1 1), nothing stored"
	cp stdout dry
	[ "$(store_digest)" = "$before" ]
	expect 3 contact-add --results real people.csv
	stderr_is "contact-add: people.csv:4:1: email: no \"@\" (BAD_EMAIL)
$(summary 1 1 0 0 1 2)"
	diff dry real
}

@test "-n with operands tells what would become of the record" {
	expect 0 contact-add -n email=ann@example.com
	stdout_is 'line,action,id,key,code,message,changed
1,created,1,ann@example.com,,,email source client_status candidate_status'
	stderr_is "$(summary 1 0 0 0 0 0), nothing stored"
	[ ! -e "$CONTACT_STORE" ]
	store_is_broken=yes
}

@test "fields and values that cannot be are told before anything is stored" {
	usage 'emial: no field of kind contact (did you mean email?)' emial=x
	usage 'a field is given twice: email=b@example.com' email=a@example.com email=b@example.com
	usage 'ext.a b: the name of a system has no blanks and none of , ; : + "' 'ext.a b=1'
	usage '--set: emial: no field of kind contact (did you mean email?)' --set emial=x email=a@example.com
	usage '--set type: is computed and cannot be set' --set type=Client email=a@example.com
	usage '--set email: no "@" (BAD_EMAIL)' --set email=x name=Ann
	usage '--source: is empty' --source ' ' email=a@example.com
	usage '--source: control character 0x01 (BAD_CHARACTER)' --source $'a\x01' email=a@example.com
	usage "--source: \"#N/A\" is a spreadsheet's error (BAD_VALUE)" --source '#N/A' email=a@example.com
}

@test "options that are wrong or contradict each other" {
	usage '--frob: no such option' --frob
	usage '--map: MAP is missing' --map
	usage '--mode: merge is none of: upsert create update fill' --mode merge
	usage '--archived: keep is none of: skip update revive new' --archived keep
	usage '--repeated: first is none of: error last' --repeated first
	usage '--blank: no is none of: leave clear' --blank no
	usage '--dates: ymd is none of: dmy mdy' --dates ymd
	usage '--max-errors: -1 is not a whole number' --max-errors -1
	usage '--max-errors and --atomic contradict each other' --max-errors 3 --atomic
}

@test "TR-2 TR-14 a computed field is READ_ONLY, and what it says already is no change" {
	expect 3 contact-add email=ann@example.com type=Client
	stdout_is ''
	stderr_is "contact-add: type: is computed and cannot be made \"Client\" (READ_ONLY)
$(summary 0 0 0 0 1 0)"
	expect 0 contact-add email=ann@example.com type=Candidate
	stdout_is 1
	expect 0 contact-add email=ann@example.com client_status=Active type=C\&C
	stderr_is "$(summary 0 1 0 0 0 2)"
	expect 0 contact-add email=ann@example.com client_status=Past type=C\&C
	stderr_is "$(summary 0 1 0 0 0 3)"
}

@test "X-12 id as an operand is this store's with --key id or with rev" {
	contact-add -q email=ann@example.com
	contact-add -q -k organization name=Acme
	expect 4 contact-add id=1 title=CEO
	stdout_is ''
	stderr_is "contact-add: id: whose? --key id if it is this store's, ext.NAME if it is NAME's"
	expect 0 contact-add --key id id=1 title=CEO
	stdout_is 1
	expect 0 contact-add id=1 rev=3 title=Chair
	stdout_is 1
	expect 3 contact-add id=1 rev=3 title=CFO
	stdout_is ''
	stderr_is "contact-add: rev: the record was changed in revision 4, the row knows 3 (STALE)
$(summary 0 0 0 0 1 4)"
	expect 3 contact-add --key id id=2 title=CFO
	stderr_is "contact-add: id: record 2 is no contact (WRONG_KIND)
$(summary 0 0 0 0 1 4)"
	expect 3 contact-add --key id id=99 title=CFO
	stderr_is "contact-add: id: there is no record 99 (NO_SUCH_ID)
$(summary 0 0 0 0 1 4)"
}

@test "what operands ask and is not done is told" {
	contact-add -q email=ann@example.com
	expect 0 contact-add email=ann@example.com source=Fair
	stdout_is 1
	stderr_is "contact-add: left as stored: source (KEPT)
$(summary 0 0 1 0 0 1)"
	expect 0 contact-add --mode create email=ann@example.com
	stdout_is 1
	stderr_is "contact-add: #1 has these keys (EXISTS)
$(summary 0 0 0 1 0 1)"
}

@test "-k chooses the kind, which has its own fields" {
	expect 0 contact-add -k organization name=Acme domains=acme.example
	stdout_is 1
	expect 2 contact-add -k organization first_name=Ann
	stderr_is "contact-add: first_name: no field of kind organization (attr.NAME keeps what you like)
$try"
	expect 2 contact-add -k person name=Ann
	stderr_has '^contact-add: --kind: '
}

@test "a file, several files, stdin and - are read alike" {
	printf 'email\nann@example.com\n' >a.csv
	printf 'email\nbob@example.com\n' >b.csv
	expect 0 contact-add a.csv b.csv --results -
	stdout_is 'file,line,action,id,key,code,message,changed
a.csv,2,created,1,ann@example.com,,,email source client_status candidate_status
b.csv,2,created,2,bob@example.com,,,email source client_status candidate_status'
	stderr_is "$(summary 2 0 0 0 0 1)"
	expect 0 contact-add <a.csv
	stderr_is "$(summary 0 0 1 0 0 1)"
	expect 0 contact-add - <b.csv
	stderr_is "$(summary 0 0 1 0 0 1)"
	pipeline 0 'cat a.csv | contact-add'
	stderr_is "$(summary 0 0 1 0 0 1)"
}

@test "an operand with = is a file where it begins with / or ./" {
	printf 'email\nann@example.com\n' >'email=x'
	expect 0 contact-add -q ./email=x
	expect 0 contact-add -q "$PWD/email=x"
	expect 0 contact-find --count
	stdout_is 1
	expect 2 contact-add a.csv email=x
	stderr_has 'FIELD=VALUE and files do not go together'
	expect 2 contact-add email=x a.csv
	stderr_has 'a.csv: not of the form FIELD=VALUE'
}

@test "files that cannot be read are exit 4, before the store is made" {
	expect 4 contact-add nosuch.csv
	stderr_is 'contact-add: nosuch.csv: No such file or directory'
	expect 4 contact-add .
	stderr_is 'contact-add: .: is a directory'
	[ ! -e "$CONTACT_STORE" ]
}

@test "all of one command is one revision" {
	printf 'email\nann@example.com\n' >a.csv
	printf 'email\nbob@example.com\ncyd@example.com\n' >b.csv
	contact-add -q a.csv b.csv
	expect 0 contact-find -c id,rev
	stdout_is 'id,rev
1,1
2,1
3,1'
}

@test "CS-2 ready made: exports of Salesforce and PrismHR go in as they are" {
	expect 0 contact-add -v -k organization "$examples/salesforce-accounts.csv"
	stderr_has ' map salesforce, shape account$'
	expect 0 contact-add -v "$examples/salesforce-contacts.csv"
	stderr_has ' map salesforce, shape api$'
	expect 0 contact-add -v "$examples/prismhr-client-contacts.csv"
	stderr_has ' map prismhr, '
	expect 0 contact-find --count-by source
	stdout_has '^Import: prismhr,24$'
	stdout_has '^Import: salesforce,[0-9]+$'
}

@test "--set wins over the row, in every row" {
	expect 0 contact-add -q --set labels=fair --set title=Guest <<-'END'
		email,title
		ann@example.com,CEO
		bob@example.com,
	END
	expect 0 contact-find -c email,title,labels
	stdout_is 'email,title,labels
ann@example.com,Guest,fair
bob@example.com,Guest,fair'
}

@test "HS-30 HS-34 the source is the row's, else --source, else that of the map" {
	contact-add -q --source Fair <<-'END'
		email,source
		ann@example.com,Mail
		bob@example.com,
	END
	printf 'email\ncyd@example.com\n' | contact-add -q
	contact-add -q --source Fair email=dan@example.com
	expect 0 contact-find -c email,source
	stdout_is 'email,source
ann@example.com,Mail
bob@example.com,Fair
cyd@example.com,Import: generic
dan@example.com,Fair'
	expect 0 contact-find -H -c email source=Fair
	stdout_is 'bob@example.com
dan@example.com'
}

@test "HS-32 X-19 the first source stays, and the row says that it was kept" {
	contact-add -q email=ann@example.com source=Mail
	expect 0 contact-add --results - <<-'END'
		email,source,title
		ann@example.com,Fair,CEO
		ann@example.com,Fair,CEO
	END
	stdout_is 'line,action,id,key,code,message,changed
2,updated,1,ann@example.com,KEPT,left as stored: source,title
3,unchanged,1,ann@example.com,KEPT,left as stored: source,'
	expect 0 contact-find -H -c source,title
	stdout_is Mail,CEO
}

@test "--diff has a row for each field that changed, also of other records" {
	contact-add -q email=ann@example.com title=CEO
	expect 0 contact-add -q --diff - <<-'END'
		email,title,organization
		ann@example.com,Chair,Acme
	END
	stdout_is 'line,id,name,field,from,to,cause,job
2,2,Acme,name,,Acme,organization,
2,2,Acme,approval,,None,organization,
2,1,,title,CEO,Chair,row,
2,1,,organization,,Acme,row,
2,2,Acme,primary_contact,,1,organization,'
}

@test "--errors keeps the rows in error, which can be mended and fed back" {
	cat >people.csv <<-'END'
		E-Mail,Client Status,Shoe
		ann@example.com,Active,"a ""quoted"", note"
		bob@example.com,Great,second
		nobody,Past,third
		short
	END
	expect 3 contact-add -q --errors bad.csv people.csv
	expect 0 cat bad.csv
	stdout_is 'E-Mail,Client Status,Shoe,_line,_code,_error,_raw
bob@example.com,Great,second,3,BAD_STATUS,"Client Status: ""Great"" is none of Active, Not Applicable, Past, Prospect",
nobody,Past,third,4,BAD_EMAIL,"E-Mail: no ""@""",
short,,,5,RAGGED,1 cell where the header has 3,'
	sed -e 's/Great/past/' -e 's/nobody/n@example.com/' -e 's/^short,/s@example.com,/' bad.csv >good.csv
	expect 0 contact-add good.csv
	stderr_is "contact-add: good.csv: unknown columns kept: Shoe as attr.shoe
$(summary 3 0 0 0 0 2)"
	expect 0 contact-find -c email,client_status,attr.shoe
	stdout_is 'email,client_status,attr.shoe
ann@example.com,Active,"a ""quoted"", note"
bob@example.com,Past,second
n@example.com,Past,third
s@example.com,Not Applicable,'
}

@test "a row that could not be decoded stands in _raw, and fed back as it is is RAW" {
	printf 'email,title\nann@example.com,caf\xe9\nbob@example.com,ok\n' >latin.csv
	expect 3 contact-add -q --errors bad.csv latin.csv
	expect 0 cat bad.csv
	stdout_is 'email,title,_line,_code,_error,_raw
,,2,BAD_ENCODING,byte 0xe9 is not UTF-8,"ann@example.com,caf\xE9"'
	expect 3 contact-add -q --results - bad.csv
	stdout_is 'line,action,id,key,code,message,changed
2,error,,,RAW,only _raw has a value: mend the row and put it into its columns,'
	expect 0 contact-add -q --encoding latin1 latin.csv
	expect 0 contact-find -H -c title email=ann@example.com
	stdout_is café
}

@test "--max-errors: one more and nothing is stored, exit 4" {
	printf 'email\nann@example.com\nx\ny\n' >people.csv
	expect 4 contact-add --max-errors 1 people.csv
	stderr_is 'contact-add: people.csv:3:1: email: no "@" (BAD_EMAIL)
contact-add: people.csv:4:1: email: no "@" (BAD_EMAIL)
contact-add: read=3 created=1 updated=0 unchanged=0 skipped=0 errors=2 in # s, nothing stored
contact-add: 2 rows in error, more than --max-errors 1 allows: nothing was stored'
	expect 1 contact-find --count
	stdout_is 0
	expect 3 contact-add -q --max-errors 2 people.csv
	expect 0 contact-find --count
	stdout_is 1
}

@test "--atomic: all or nothing" {
	printf 'email\nann@example.com\nx\n' >people.csv
	contact-add -q email=cyd@example.com
	before=$(store_digest)
	expect 4 contact-add --atomic people.csv
	stderr_has '1 row in error, more than --max-errors 0 allows: nothing was stored'
	[ "$(store_digest)" = "$before" ]
	sed -i 's/^x$/bob@example.com/' people.csv
	expect 0 contact-add -q --atomic people.csv
	expect 0 contact-find --count
	stdout_is 3
}

@test "results of a refused run are told all the same" {
	printf 'email\nann@example.com\nx\n' >people.csv
	expect 4 contact-add -q --atomic --results - people.csv
	stdout_is 'line,action,id,key,code,message,changed
2,created,1,ann@example.com,,,email source client_status candidate_status
3,error,,,BAD_EMAIL,"email: no ""@""",'
}

@test "more than twenty rows in error are counted, not told one by one" {
	{ echo email; seq 1 30; } >people.csv
	expect 3 contact-add people.csv
	[ "$(grep -c BAD_EMAIL stderr)" -eq 20 ]
	stderr_has '^contact-add: 10 more rows in error \(--errors FILE keeps them\)$'
}

@test "-v tells format, encoding, map and where each column goes" {
	printf 'E-Mail;Frob\nann@example.com;1\n' >people.csv
	expect 0 contact-add -v people.csv
	stderr_is "contact-add: people.csv: CSV, semicolon, UTF-8, map generic, shape contacts
contact-add: people.csv: format: list of contacts (map generic, shape contacts)
contact-add: people.csv: E-Mail -> email
contact-add: people.csv: Frob -> attr.frob (unknown header)
contact-add: people.csv: unknown columns kept: Frob as attr.frob
$(summary 1 0 0 0 0 1)"
}

@test "a row that changes nothing makes no revision, though others of its run are in error" {
	contact-add -q email=ann@example.com
	before=$(store_digest)
	printf 'email,brand new\nann@example.com,\nx,1\n' >people.csv
	expect 3 contact-add -q people.csv
	[ "$(store_digest)" = "$before" ]
}

@test "a value for a picklist that does not exist is BAD_VALUE" {
	expect 3 contact-add -k picklist name=frob value=x
	stdout_is ''
	stderr_is 'contact-add: name: there is no picklist "frob" (BAD_VALUE)
contact-add: read=1 created=0 updated=0 unchanged=0 skipped=0 errors=1 rev=0 in # s'
	expect 0 contact-add -q -k picklist name=source value=Referral
}

@test "a map that is not there is a mistake of usage" {
	printf 'email\nann@example.com\n' >people.csv
	expect 2 contact-add --map ./nosuch.map people.csv
	stdout_is ''
	stderr_is "contact-add: map ./nosuch.map: No such file or directory
try 'contact-add --help'"
}
