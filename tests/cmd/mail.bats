#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
#
# contact-add: a mail brings its sender, and the organization that its domain
# stands for (CS-43, HS-54, HS-55).

load support

# message HEADER...: a message with these lines above, and a body.
message()
{
	printf '%s\n' "$@" '' 'Hello,' '' 'From here on it is text.'
}

# mbox FIELD...: a message for each field.
mbox()
{
	local field
	for field in "$@"; do
		printf 'From x Mon Oct  5 12:00:00 2026\n%s\nDate: x\n\nHello\n\n' "$field"
	done
}

# found COLUMN,...: what contact-find prints of all contacts, without its header.
found()
{
	contact-find -H -c "$@"
}

@test "CS-43 a mail brings name, address, organization and source" {
	message 'Subject: x' 'From: Ann Lee <ann@acme.example>' >message
	expect 0 contact-add -i mail --results - <message
	stdout_is 'line,action,id,key,code,message,changed
2,created,2,ann@acme.example,,,first_name last_name email organization source client_status candidate_status'
	stderr_is 'contact-add: read=1 created=1 updated=0 unchanged=0 skipped=0 errors=0 also=1 rev=1 in # s'
	[ "$(found name,first_name,email,organization,organization.domains,source,primary)" = \
	    'Ann Lee,Ann,ann@acme.example,acme.example,acme.example,Mail,true' ]
}

@test "CS-43 X-14 the same mail again changes nothing" {
	message 'From: "Lee, Ann" <ann@acme.example>' >message
	contact-add -q -i mail message
	before=$(store_digest)
	expect 0 contact-add -i mail message
	stderr_is 'contact-add: read=1 created=0 updated=0 unchanged=1 skipped=0 errors=0 rev=1 in # s'
	[ "$(store_digest)" = "$before" ]
}

@test "CS-43 the organization is the one that bears the domain" {
	contact-add -q -k organization name='Acme Inc.' domains='acme.test;acme.example' assigned_to=bob
	message 'From: ann@ACME.example' | contact-add -q -i mail
	[ "$(found email,organization,assigned_to)" = 'ann@ACME.example,Acme Inc.,bob' ]
	[ "$(contact-find -k organization --count)" = 1 ]
}

@test "HS-54 a subdomain is another domain, and A-labels are their domain" {
	contact-add -q -k organization name=Acme domains=acme.example
	contact-add -q -k organization name=Books domains=xn--bcher-kva.example
	message 'From: ann@mail.acme.example' 'To: cyd@XN--BCHER-KVA.example' \
	    'Cc: bob@bücher.example, dan@köln.example' |
	    contact-add -q -i mail --header From,To,Cc
	[ "$(found email,organization,organization.domains)" = 'ann@mail.acme.example,mail.acme.example,mail.acme.example
cyd@XN--BCHER-KVA.example,Books,xn--bcher-kva.example
bob@bücher.example,Books,xn--bcher-kva.example
dan@köln.example,köln.example,xn--kln-sna.example' ]
}

@test "HS-55 an address at anybody's domain tells nothing of an organization" {
	contact-add -q -k organization name=Google domains=gmail.com
	mbox 'From: a@gmail.com' 'From: b@yahoo.co.uk' 'From: c@GMX.net' 'From: d@own.example' >box
	contact-store -q set generic_domains=own.example
	contact-add -q -i mail box
	[ "$(contact-find --count organization=)" = 4 ]
	[ "$(contact-find -k organization --count)" = 1 ]
}

@test "HS-54 an address right below a public suffix tells nothing of an organization" {
	mbox 'From: a@co.uk' 'From: b@github.io' | contact-add -q -i mail
	[ "$(contact-find --count organization=)" = 2 ]
}

@test "CS-43 who is known keeps name, source and organization" {
	contact-add -q name='Ann Lee' email=ann@acme.example organization=Elsewhere
	contact-add -q first_name=Bob email=bob@acme.example
	message 'From: Ann Ray <Ann@acme.example>' 'To: Dr Bob Fox <bob@acme.example>' >message
	expect 0 contact-add -i mail --header From,To message
	[ "$(found name,source,organization,email)" = 'Ann Lee,Manual,Elsewhere,ann@acme.example
Bob,Manual,acme.example,bob@acme.example' ]
	expect 0 contact-add -i mail --mode upsert message
	[ "$(found name email=ann@acme.example)" = 'Ann Ray' ]
}

@test "CS-43 what is blank is filled, and by a later message of the same file" {
	contact-add -q email=ann@acme.example
	mbox 'From: bob@acme.example' 'From: Ann Lee <ann@acme.example>' 'From: Bob Ray <bob@acme.example>' \
	    'From: Robert Ray <bob@acme.example>' >box
	expect 0 contact-add -i mail --results - box
	stdout_is 'line,action,id,key,code,message,changed
2,created,3,bob@acme.example,,,email organization source client_status candidate_status
8,updated,1,ann@acme.example,,,first_name last_name organization
14,updated,3,bob@acme.example,,,first_name last_name
20,unchanged,3,bob@acme.example,,,'
	[ "$(found name,source,primary)" = 'Ann Lee,Manual,false
Bob Ray,Mail,true' ]
}

@test "X-16 CS-43 an address of somebody who is called otherwise is told" {
	contact-add -q name='Ann Lee' email=sales@acme.example
	message 'From: Bob Ray <sales@acme.example>' >message
	expect 3 contact-add -i mail message
	stderr_has '^contact-add: message:1: the e-mail address is that of #1, .* \(OTHER_PERSON\)$'
	expect 0 contact-add -i mail --shared-email message
	[ "$(contact-find --count email=sales@acme.example)" = 2 ]
}

@test "CS-43 --header takes other fields, a row for each address" {
	message 'From: ann@acme.example' 'To: Team: Bob <bob@acme.example>, cyd@acme.example;,' \
	    ' =?UTF-8?Q?D=C3=A4n?= <dan@acme.example>' 'Cc: undisclosed-recipients:;' >message
	expect 0 contact-add -i mail --header to,Cc --results - message
	stdout_is 'line,action,id,key,code,message,changed
2,created,2,bob@acme.example,,,last_name email organization source client_status candidate_status
2,created,3,cyd@acme.example,,,email organization source client_status candidate_status
2,created,4,dan@acme.example,,,last_name email organization source client_status candidate_status
4,skipped,,,EMPTY,"no name, no e-mail and no id",'
	[ "$(found name,organization)" = 'Bob,acme.example
,acme.example
Dän,acme.example' ]
}

@test "CS-43 what cannot be read is an error of its row, the rest is stored" {
	mbox 'To: x@acme.example' 'From: Ann Lee ann@acme.example' 'From: ann@localhost' \
	    $'From: =?UTF-8?Q?=1B=5B2J?= <c@acme.example>' 'From: Bob <bob@acme.example>' >box
	printf 'From: An\0n <x@acme.example>\n' >nul
	printf 'From: Andr\351 <x@acme.example>\n' >latin
	expect 3 contact-add -i mail --errors bad.csv box nul latin
	stdout_is ''
	stderr_is 'contact-add: box:1: the message has no From (NO_ADDRESS)
contact-add: box:8: From: "Ann Lee ann@acme.example" cannot be read as addresses (NO_ADDRESS)
contact-add: box:14:2: email: no dot in the domain (BAD_EMAIL)
contact-add: box:20: control character in a name or an address (BAD_CHARACTER)
contact-add: nul:1: From: NUL byte 0x00 (BAD_CHARACTER)
contact-add: latin:1: From: bytes that are not UTF-8 (BAD_ENCODING)
contact-add: read=7 created=1 updated=0 unchanged=0 skipped=0 errors=6 also=1 rev=1 in # s'
	[ "$(found email)" = bob@acme.example ]
	[ "$(sed -n '1p;4p' bad.csv)" = 'name,email,_line,_code,_error,_raw
,ann@localhost,14,BAD_EMAIL,email: no dot in the domain,' ]
	expect 0 contact-add -q -i mail --encoding latin1 latin
	[ "$(found name email=x@acme.example)" = André ]
}

@test "CS-43 what is no mail is refused" {
	printf 'name,email\nAnn,ann@acme.example\n' >people.csv
	expect 4 contact-add -i mail people.csv
	stderr_is 'contact-add: people.csv: no mail: line 1 is neither a header field nor the From line of an mbox'
	expect 4 contact-add -i mail </dev/null
	stderr_is 'contact-add: stdin: no message in it'
	message 'To: x@acme.example' >message
	expect 4 contact-add -i mail --header Cc message
	stderr_has '^contact-add: message: no address in it$'
	[ ! -e "$CONTACT_STORE/data.mdb" ] || [ "$(contact-find --count)" = 0 ]
}

@test "mail is told from a table without -i, unless something is said of columns" {
	message 'Date: x' 'From: ann@acme.example' >message
	expect 0 contact-add message
	[ "$(found email,source)" = 'ann@acme.example,Mail' ]
	expect 4 contact-add --map generic message
	expect 4 contact-add -k organization message
	expect 3 contact-add --header email message
	printf 'From: 2026-01-01\nTo: 2026-12-31\n\nName,Email\nBob,bob@acme.example\n' >report.csv
	expect 0 contact-add report.csv
	[ "$(found source email=bob@acme.example)" = 'Import: generic' ]
}

@test "--source and --set win over what a mail says" {
	message 'From: ann@acme.example' |
	    contact-add -q -i mail --source Fair --set organization=Acme --set labels=vip
	message 'From: bob@acme.example' | contact-add -q -i mail --set organization=
	[ "$(found source,organization,labels)" = 'Fair,Acme,vip
Mail,,' ]
	[ "$(contact-find -k organization --count)" = 1 ]
}

@test "HS-49 of several organizations with the domain none is taken, which is told" {
	contact-add -q -k organization name=North domains=acme.example
	contact-add -q -k organization name=South domains=acme.example
	message 'From: ann@acme.example' >message
	expect 0 contact-add -i mail --results - message
	stdout_is 'line,action,id,key,code,message,changed
1,created,3,ann@acme.example,SHARED_DOMAIN,organization: #1 and #2 bear the domain of the address,email source client_status candidate_status'
	[ "$(contact-find --count organization=)" = 1 ]
}

@test "an organization that is called as the domain is not made twice" {
	contact-add -q email=bob@elsewhere.example organization=acme.example
	mbox 'From: ann@acme.example' 'From: cyd@acme.example' | contact-add -q -i mail
	[ "$(contact-find -k organization --count)" = 1 ]
	[ "$(contact-find --count organization=acme.example)" = 3 ]
	expect 3 bash -c 'printf "From: x@new.example\n" | contact-add -q -i mail --known-organizations'
	stderr_is 'contact-add: stdin:1: organization: nobody is called "new.example" (UNKNOWN_ORGANIZATION)'
}

@test "TW-43 TW-21 a mail leaves who is out of use as they are" {
	contact-add -q email=ann@acme.example
	contact-add -q email=bob@acme.example
	contact-archive -q --reject email=ann@acme.example
	contact-archive -q --inactive email=bob@acme.example
	mbox 'From: Ann Lee <ann@acme.example>' 'From: bob@acme.example' >box
	expect 0 contact-add -i mail --results - box
	stdout_is 'line,action,id,key,code,message,changed
2,skipped,1,ann@acme.example,FROZEN,#1 is rejected,
8,unchanged,2,bob@acme.example,,,'
	[ "$(contact-find -k organization --count)" = 1 ]
}

@test "options that mean nothing for mail are mistakes" {
	usage()
	{
		local text=$1
		shift
		expect 2 "$@" </dev/null
		stdout_is ''
		stderr_is "contact-$text"$'\n'"try '${1##*/} --help'"
	}
	usage 'add: --header: "Subject" is no field of a message with addresses, these are: From Sender Reply-To To Cc Bcc, and Resent- before them' \
	    contact-add -i mail --header To,Subject
	usage 'add: --input mail and --kind organization: mail brings contacts' contact-add -i mail -k organization
	usage 'add: --input mail and --map salesforce: mail has no columns to map' contact-add -i mail --map salesforce
	usage 'archive: --input: contact-archive does not read mail, only auto csv tsv json' \
	    contact-archive -i mail --reject -
}

@test "only mail needs the library for mail, and only domains that for suffixes" {
	mkdir lib
	: >lib/libgmime-3.0.so.0
	: >lib/libpsl.so.5
	message 'From: ann@acme.example' >message
	export LD_LIBRARY_PATH=$PWD/lib
	expect 0 contact-add -q email=bob@acme.example organization=Acme
	expect 5 contact-add -i mail message
	stderr_is 'contact-add: reading mail needs libgmime-3.0.so.0 (Debian: apt install libgmime-3.0-0)'
	expect 5 contact-add -k organization name=Acme domains=acme.example
	stderr_has '^contact-add: .*libpsl.so.5 \(Debian: apt install libpsl5\)$'
	rm lib/libgmime-3.0.so.0
	expect 5 contact-add -i mail message
	stderr_has 'libpsl'
	expect 0 contact-find email=bob@acme.example
}

@test "CS-43 X-30 undoing takes back what a mail brought" {
	message 'From: ann@acme.example' | contact-add -q -i mail
	expect 0 contact-store -q undo 1
	[ "$(contact-find --count || :)" = 0 ]
	[ "$(contact-find -k organization --count || :)" = 0 ]
}

@test "CS-43 --dry-run says what the real run says" {
	mbox 'From: Ann Lee <ann@acme.example>' 'From: x' 'From: Bob <bob@acme.example>' >box
	expect 3 contact-add -i mail -n box
	cp stdout dry
	expect 3 contact-add -i mail --results - box
	stdout_is "$(cat dry)"
}
