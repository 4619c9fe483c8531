#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
#
# contact-add: what contact-find writes is read back without a change (design
# A3), in every format; headers, encodings, delimiters, options of reading.

load support

# Contacts whose values are as hostile as values get.
hostile()
{
	contact-add -q --map generic:crm - <<-'END'
		Id,E-Mail,First Name,Last Name,Title,Organization,Description,Labels,City,shirt size,phone
		1,ann@example.com,Ann,"O'Neil, Jr.","=cmd|' /C calc'!A0","Lee; Ray & Co","two
		lines, ""quoted""",vip;a\;b;c\\d,Zürich,'quoted,+1 555 0100
		2,bob@example.com,Bob,李,+1+1,@home,"	tab inside",=x,São Paulo,"-5",007
		3,cyd@example.com,e&#769;,Null,-1,\,back\slash\t,"'",NULL,"",
		4,dan@example.com,Dan,"Fox ""the fox""",@SUM(A1:A2),Acme,"a;b;c",,,true,
	END
	contact-add -q ext.crm=5 name=$'Ann\u202e Lee' $'description=one\ttwo\r\nthree\\n' $'title=\u2028x'
	contact-add -q ext.crm=6 email=six@example.com "name=Lee, Ann" "attr.shirt size='=1" $'labels=new\nline;tab\there'
}

# round_trip COMMAND: what it prints changes nothing when it is read.
round_trip()
{
	local count before
	count=$(contact-find --count)
	before=$(store_digest)
	pipeline 0 "$1 | contact-add $2"
	stdout_is ''
	stderr_is "contact-add: read=$count created=0 updated=0 unchanged=$count skipped=0 errors=0 rev=$(contact-store info | sed -n 's/^rev,//p') in # s"
	[ "$(store_digest)" = "$before" ]
}

@test "A3 contact-find -c all | contact-add changes nothing: csv" {
	hostile
	round_trip 'contact-find -c all'
}

@test "A3 contact-find -c all | contact-add changes nothing: tsv" {
	hostile
	round_trip 'contact-find -o tsv -c all'
}

@test "A3 contact-find -c all | contact-add changes nothing: json" {
	hostile
	round_trip 'contact-find -o json -c all'
}

@test "A3 contact-find -c all | contact-add changes nothing: excel" {
	hostile
	round_trip 'contact-find -o excel -c all'
}

@test "A3 all is every column there is, ext and attr too" {
	hostile
	expect 0 contact-find -c all
	stdout_has '^id,rev,.*,ext.crm,.*attr.shirt_size'
}

@test "A3 the same of the example exports, and of organizations" {
	contact-add -q -k organization "$examples/salesforce-accounts.csv"
	contact-add -q "$examples/salesforce-contacts.csv"
	for format in csv tsv json excel; do
		round_trip "contact-find -o $format -c all"
		before=$(store_digest)
		expect 0 bash -c "contact-find -k organization -o $format -c all | contact-add -k organization"
		stderr_has ' created=0 updated=0 unchanged=[0-9]+ skipped=0 errors=0 '
		[ "$(store_digest)" = "$before" ]
	done
}

@test "A3 with --blank clear nothing changes either" {
	hostile
	round_trip 'contact-find -c all' '--blank clear'
}

@test "A3 tsv is a record a line: cut and sort do no harm" {
	hostile
	[ "$(contact-find -o tsv -c all | wc -l)" -eq 7 ]
	round_trip "{ contact-find -o tsv -c id,rev,description,title | head -n 1; contact-find -H -o tsv -c id,rev,description,title | sort -r; }"
}

@test "X-38 a spreadsheet that comes back changed changes just that" {
	hostile
	contact-find -o excel -c id,rev,title,description email=bob@example.com >sheet.csv
	sed -i "s/'+1+1/Chair/" sheet.csv
	expect 0 contact-add -q --results - sheet.csv
	stdout_is 'line,action,id,key,code,message,changed
2,updated,4,,,,title'
	expect 0 contact-add -q sheet.csv
	sed -i 's/Chair/Boss/' sheet.csv
	expect 3 contact-add -q sheet.csv
	stderr_has '^contact-add: sheet.csv:2: rev: .*\(STALE\)$'
}

@test "A3 the first record is the header, columns are found by name in any order" {
	expect 0 contact-add -q <<-'END'
		Organization,LAST NAME,e-mail,first_name
		Acme,Lee,ann@example.com,Ann
	END
	expect 0 contact-find -H -c name,email,organization
	stdout_is 'Ann Lee,ann@example.com,Acme'
}

@test "A3 columns whose name begins with _ are ignored" {
	expect 0 contact-add <<-'END'
		email,_note,_line
		ann@example.com,x,1
	END
	stderr_is 'contact-add: read=1 created=1 updated=0 unchanged=0 skipped=0 errors=0 rev=1 in # s'
}

@test "A3 of repeated columns the first cell with a value counts, with one warning" {
	expect 0 contact-add <<-'END'
		email,title,title
		a@example.com,,CEO
		b@example.com,CFO,CTO
	END
	stderr_is 'contact-add: stdin: repeated columns, of which the first cell with a value counts: title
contact-add: read=2 created=2 updated=0 unchanged=0 skipped=0 errors=0 rev=1 in # s'
	expect 0 contact-find -H -c title
	stdout_is 'CEO
CFO'
}

@test "A3 columns that come to one attribute are named, too" {
	expect 0 contact-add <<-'END'
		email,?,!
		a@example.com,one,two
	END
	stderr_is 'contact-add: stdin: repeated columns, of which the first cell with a value counts: !
contact-add: stdin: unknown columns kept: ? as attr._
contact-add: read=1 created=1 updated=0 unchanged=0 skipped=0 errors=0 rev=1 in # s'
	expect 0 contact-find -H -c attr._
	stdout_is one
}

@test "A3 computed names are foreign where the header is not ours" {
	expect 0 contact-add <<-'END'
		email,type,created_at
		ann@example.com,VIP,1999
	END
	stderr_is 'contact-add: stdin: unknown columns kept: type as attr.type, created_at as attr.created_at
contact-add: read=1 created=1 updated=0 unchanged=0 skipped=0 errors=0 rev=1 in # s'
	expect 0 contact-find -H -c type,attr.type,attr.created_at
	stdout_is Candidate,VIP,1999
}

@test "A3 where it is ours a third value is READ_ONLY" {
	contact-add -q email=ann@example.com
	expect 3 contact-add -q --results - <<-'END'
		id,rev,type,title
		1,1,Client,CEO
	END
	stdout_is 'line,action,id,key,code,message,changed
2,error,1,,READ_ONLY,"type: is computed and cannot be made ""Client""",'
}

@test "A3 LF, CRLF and CR, all quoted, some, no newline at the end" {
	for text in 'email,title\na@example.com,x\n' 'email,title\r\na@example.com,x\r\n' \
	    'email,title\ra@example.com,x\r' '"email","title"\n"a@example.com","x"' \
	    'email,title\na@example.com,"x"\n\n\n' '\n\nemail,title\na@example.com,x' \
	    'sep=;\nemail;title\na@example.com;x\n' 'email\ttitle\na@example.com\tx\n' \
	    'email|title\na@example.com|x\n' 'email;title\na@example.com;x\n' \
	    '\xef\xbb\xbfemail,title\na@example.com,x\n' 'email, title \n a@example.com , "x"\n'; do
		# shellcheck disable=SC2059
		expect 0 bash -c "printf '$text' | contact-add -q" || return 1
		stderr_is ''
	done
	expect 0 contact-find -c id,rev,email,title
	stdout_is 'id,rev,email,title
1,1,a@example.com,x'
}

@test "A3 -v tells how many rows were read in the map's other encoding" {
	printf 'Id,LastName,Email\n003A0000001abcd,M\xfcller,r@example.com\n003A0000001abce,Lee,a@example.com\n003A0000001abcf,Nu\xf1ez,n@example.com\n' >people.csv
	expect 0 contact-add -v --map salesforce people.csv
	grep -qxF 'contact-add: people.csv: 2 rows read as windows-1252' stderr
	expect 0 contact-add --map salesforce people.csv
	[ "$(grep -c windows-1252 stderr)" -eq 0 ]
	expect 0 contact-find -H -c name --sort email
	stdout_is $'Lee\nNuñez\nMüller'
}

@test "HS-2 line ends at the edges of a text stay, of other values they go" {
	printf 'email,last_name,description,do_not_call\n"a@example.com\n",Lee,"\nhi\r\n\n","yes\n"\n' >people.csv
	expect 0 contact-add -q people.csv
	expect 0 contact-find -H -o tsv -c email,description,do_not_call
	stdout_is $'a@example.com\t\\nhi\\r\\n\\n\ttrue'
	round_trip 'contact-find -c all'
	round_trip 'contact-find -c all -o tsv' '-i tsv'
	round_trip 'contact-find -c all -o json'
}

@test "A3 UTF-16 and UTF-32 by their BOM, other encodings by name" {
	text=$'email,last name\nann@example.com,Núñez 李\n'
	for encoding in UTF-16 UTF-32; do
		printf %s "$text" | iconv -t $encoding | contact-add -q
		expect 0 contact-find -H -c last_name,rev
		stdout_is 'Núñez 李,1'
	done
	printf 'email,last name\nb@example.com,Núñez\n' | iconv -t latin1 >latin.csv
	expect 3 contact-add -q latin.csv
	stderr_is 'contact-add: latin.csv:2:2: byte 0xfa is not UTF-8 (BAD_ENCODING)'
	expect 0 contact-add -q --encoding ISO-8859-1 latin.csv
	expect 0 contact-find -H -c last_name email=b@example.com
	stdout_is Núñez
	expect 2 contact-add --encoding frob latin.csv
	stderr_has '^contact-add: '
}

@test "A7 --header names the columns of a file that has none" {
	expect 0 contact-add -q --header 'email,,first_name' <<-'END'
		ann@example.com,x,Ann
		bob@example.com,y,Bob
	END
	expect 0 contact-find -H -c email,first_name
	stdout_is 'ann@example.com,Ann
bob@example.com,Bob'
}

@test "A3 json: one object a line or an array, lists as arrays" {
	expect 0 contact-add -q <<-'END'
		{"email":"ann@example.com","labels":["a","b;c"],"do_not_call":true,"shoe":42}
		{"email":"bob@example.com","title":null}
	END
	expect 0 contact-add -q <<-'END'
		[{"email":"cyd@example.com"},
		 {"email":"dan@example.com"}]
	END
	expect 0 contact-find -H -c email,labels,do_not_call,attr.shoe
	stdout_is 'ann@example.com,a;b\;c,true,42
bob@example.com,,,
cyd@example.com,,,
dan@example.com,,,'
}

@test "A2 -i says the format where it cannot be told" {
	printf 'email\nann@example.com\n' | contact-add -q -i csv
	printf 'email\ttitle\nann@example.com\ta\\tb\n' | contact-add -q -i tsv
	expect 0 contact-find -o json -c title
	stdout_is '{"title":"a\tb"}'
	expect 2 contact-add -i xml
	stderr_has '^contact-add: --input: '
}

@test "A6 results, errors and diff go to files, as json too" {
	printf 'email\nann@example.com\nx\n' >people.csv
	expect 3 contact-add -q -o json --results results --errors errors --diff diff people.csv
	stdout_is ''
	expect 0 cat results
	stdout_is '{"line":2,"action":"created","id":1,"key":"ann@example.com","code":null,"message":null,"changed":"email source client_status candidate_status"}
{"line":3,"action":"error","id":null,"key":null,"code":"BAD_EMAIL","message":"email: no \"@\"","changed":null}'
	expect 0 cat errors
	stdout_is 'email,_line,_code,_error,_raw
x,3,BAD_EMAIL,"email: no ""@""",'
	expect 2 contact-add --results same --errors same people.csv
	stderr_has '^contact-add: '
}

@test "formats: a preamble, a title line and a footer are no people" {
	contact-add -q --map salesforce <<-'END'
		"First Name","Last Name","Email","Account Name"
		"Ann","Lee","ann@example.com","Acme"
		"Total","Fox","total@example.com","Acme"

		"Mailing list"
		"Copyright (c) 2000-2026 salesforce.com, inc. All rights reserved."
		"Confidential Information - Do Not Distribute"
		"Generated By:  ann  2/4/2026 3:54 AM"
		"Acme"
	END
	expect 0 contact-find -H -c name
	stdout_is 'Ann Lee
Total Fox'
}

@test "two files of other shapes go in together" {
	printf 'email\nann@example.com\n' >a.csv
	printf '{"email":"bob@example.com"}\n' >b.json
	expect 0 contact-add -q a.csv b.json
	expect 0 contact-find --count
	stdout_is 2
}
