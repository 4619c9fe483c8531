#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
#
# contact-invite --campaign: who is queued, who is not, and why (HS-35, HS-36, HS-42).

load support

# codes [ARGUMENT]...: action, address and code of each, as a dry run tells them.
codes()
{
	contact-invite -q -n --campaign Dry "$@" | cut -d , -f 2,4,5 | sed 1d
}

people()
{
	seq "$1" | sed 's/.*/P&,p&@c&.example/; 1i first_name,email' | contact-add -q
}

@test "HS-35 one contact and all are the same command" {
	people 3
	expect 0 contact-invite --campaign One p2@c2.example
	stdout_is ''
	stderr_is 'contact-invite: read=1 created=0 updated=0 queued=1 unchanged=0 skipped=0 errors=0 rev=2 in # s'
	expect 0 contact-invite --campaign Rest --all
	stderr_is 'contact-invite: read=3 created=0 updated=0 queued=2 unchanged=0 skipped=0 suppressed=1 errors=0 rev=3 in # s'
	expect 0 contact-find -H -k invitation -c campaign,contact,email,state,reason
	stdout_is 'One,2,p2@c2.example,queued,
Rest,1,p1@c1.example,queued,
Rest,2,p2@c2.example,suppressed,INVITED_BEFORE
Rest,3,p3@c3.example,queued,'
}

@test "HS-35 rows choose by id, ext.NAME and email" {
	people 3
	contact-edit -q --set ext.crm=A1 p3@c3.example
	pipeline 0 "printf 'email,ext.crm\np1@c1.example,\n,A1\n' | contact-invite --campaign Fall --results - -"
	stdout_is 'line,action,id,key,code,message,changed
2,queued,1,p1@c1.example,new_company,,
3,queued,3,p3@c3.example,new_company,,'
	pipeline 0 "printf 'email\nnobody@example.com\n' | contact-invite -q --campaign Second --results - -"
	stdout_has '^2,skipped,,nobody@example.com,NO_MATCH,'
	expect 0 contact-find -k campaign --count
	stdout_is 1
}

@test "HS-36 a dry run prints each with the total, and stores nothing" {
	people 2
	contact-edit -q --set do_not_email=true p2@c2.example
	before=$(store_digest)
	expect 0 contact-invite -n --campaign Fall --all
	stdout_is 'line,action,id,key,code,message,changed
,queued,1,p1@c1.example,new_company,,
,suppressed,2,p2@c2.example,DO_NOT_EMAIL,wants no mail (do_not_email),'
	stderr_is 'contact-invite: read=2 created=0 updated=0 queued=1 unchanged=0 skipped=0 suppressed=1 errors=0 rev=2 in # s, nothing stored'
	[ "$(store_digest)" = "$before" ]
}

@test "HS-42 who is never invited, each with the reason" {
	contact-add -q first_name=None
	contact-add -q email=wants@no.example do_not_email=true
	contact-add -q email=back@no.example email_status=Bounced
	contact-add -q email=spam@no.example email_status=Complained
	contact-add -q email=dnu@no.example candidate_status=DNU
	contact-add -q email=gone@no.example
	contact-add -q email=away@no.example
	contact-add -q email=listed@no.example
	contact-add -q -k suppression address=LISTED@no.example
	contact-archive -q --reject gone@no.example
	contact-archive -q --inactive away@no.example
	contact-add -q email=élan@no.example
	contact-add -q email=ann@bücher.example
	contact-add -q -k attribute name=quiet type=flag no_mail=true
	contact-add -q email=quiet@no.example attr.quiet=true
	expect 0 codes --all or 6
	expect 0 codes 'id=*' or approval=Rejected
	stdout_is 'suppressed,,NO_EMAIL
suppressed,wants@no.example,DO_NOT_EMAIL
suppressed,back@no.example,EMAIL_BOUNCED
suppressed,spam@no.example,EMAIL_COMPLAINED
suppressed,dnu@no.example,DNU
suppressed,gone@no.example,REJECTED
suppressed,away@no.example,INACTIVE
suppressed,listed@no.example,SUPPRESSED
suppressed,élan@no.example,BAD_EMAIL
suppressed,ann@bücher.example,IDN
suppressed,quiet@no.example,DO_NOT_EMAIL'
}

@test "HS-42 an address that begins with a hyphen is none to send to" {
	contact-add -q email=-oQ@no.example
	expect 0 codes --all
	stdout_is suppressed,-oQ@no.example,BAD_EMAIL
}

@test "HS-42 the same address twice in the batch is invited once" {
	printf 'ext.crm,email,first_name\n1,ann@acme.example,Ann\n2,ANN@acme.example,Bob\n' >people.csv
	contact-add -q --shared-email people.csv
	expect 0 contact-find --count
	stdout_is 2
	expect 0 codes --all
	stdout_is 'queued,ann@acme.example,new_company
suppressed,ANN@acme.example,DUPLICATE_ADDRESS'
}

@test "X-15 a contact that several rows name has one invitation, the others are unchanged" {
	people 2
	pipeline 0 "printf 'id,email\n1,\n,p1@c1.example\n2,\n1,\n' | contact-invite --campaign Fall --set labels+=vip --results - -"
	stdout_is 'line,action,id,key,code,message,changed
2,queued,1,p1@c1.example,new_company,,labels
3,unchanged,1,p1@c1.example,,,
4,queued,2,p2@c2.example,new_company,,labels
5,unchanged,1,p1@c1.example,,,'
	stderr_is 'contact-invite: read=4 created=0 updated=0 queued=2 unchanged=2 skipped=0 errors=0 rev=2 in # s'
	expect 0 contact-find -H -k campaign -c selected,queued,suppressed Fall
	stdout_is 2,2,0
}

@test "HS-42 who was erased and comes again is not written to" {
	people 1
	contact-archive -q --erase --yes p1@c1.example >/dev/null
	contact-add -q first_name=New
	expect 0 contact-invite -q --campaign Fall --all
	expect 0 contact-find -H -k invitation -c state,reason
	stdout_is suppressed,NO_EMAIL
}

@test "HS-42 --again-after invites again whose last invitation is older" {
	CONTACT_NOW=2025-12-01T00:00:00Z people 1
	CONTACT_NOW=2026-01-01T00:00:00Z contact-invite -q --campaign One --all
	export CONTACT_NOW=2026-03-01T00:00:00Z
	expect 0 codes --again-after 90d --all
	stdout_is suppressed,p1@c1.example,INVITED_BEFORE
	expect 0 codes --again-after 30d --all
	stdout_is queued,p1@c1.example,new_company
	expect 2 contact-invite --campaign Two --again-after soon --all
	stderr_has '^contact-invite: --again-after soon: is no age such as 90d or 6mo$'
}

@test "E2 deleting and importing again does not invite again" {
	people 1
	contact-find -c email,first_name >people.csv
	contact-invite -q --campaign One --all
	contact-archive -q --delete --yes --force --all
	contact-add -q people.csv
	expect 0 codes --all
	stdout_is suppressed,p1@c1.example,INVITED_BEFORE
}

@test "HS-43 --set labels+=L labels those that are queued" {
	people 2
	contact-edit -q --set do_not_email=true --set labels=old p2@c2.example
	expect 0 contact-invite -q --campaign Fall --set labels+=fall --set 'labels+=a;b' --all
	expect 0 contact-find -H -c labels
	stdout_is 'fall;a;b
old'
	expect 2 contact-invite --campaign Two --set title=Boss --all
	stderr_has '^contact-invite: --set title=Boss: labels\+=LABEL is what can be set here'
}

@test "a campaign's name twice is refused, whoever is selected" {
	people 1
	contact-invite -q --campaign Fall --all
	before=$(store_digest)
	expect 4 contact-invite --campaign fall --all
	stderr_is 'contact-invite: campaign "fall" is there already, as #2: a campaign is queued once, take another name'
	[ "$(store_digest)" = "$before" ]
}

@test "nobody is selected: no campaign is made" {
	people 1
	expect 1 contact-invite --campaign Fall first_name=Zoe
	expect 1 contact-find -H -k campaign
	pipeline 0 "printf 'email\n' | contact-invite -q --campaign Fall -"
	expect 1 contact-find -H -k campaign
}

@test "what contradicts itself, or says nothing, is refused before anything is read" {
	expect 2 contact-invite
	stderr_has '^contact-invite: what is to be done\?'
	expect 2 contact-invite --campaign Fall
	stderr_has '^contact-invite: which contacts\?'
	expect 2 contact-invite --campaign ' ' --all
	stderr_has '^contact-invite: --campaign: is empty$'
	expect 2 contact-invite --campaign Fall --send --mbox
	stderr_has -- '--send.*--mbox|--mbox.*--send'
	expect 2 contact-invite --campaign Fall -k organization --all
	stderr_has '^contact-invite: --kind organization: only contacts are invited$'
	[ ! -e "$CONTACT_STORE" ]
}

@test "contact-find reads campaigns and invitations; tokens never" {
	people 1
	contact-invite -q --campaign Fall --all
	expect 0 contact-find -H -k campaign -c name,template
	stdout_is Fall,built-in
	expect 0 contact-find -H invitation.campaign=Fall -c email
	stdout_is p1@c1.example
	expect 0 contact-find -k invitation --fields
	stdout_lacks token
	expect 2 contact-find -k invitation -c tokens
	expect 2 contact-find -k invitation 'tokens=*'
}

@test "what is given to campaigns and invitations by hand is READ_ONLY" {
	people 1
	contact-invite -q --campaign Fall --all
	pipeline 0 'contact-find -k invitation -c all | contact-add -k invitation'
	stderr_is 'contact-add: read=1 created=0 updated=0 unchanged=1 skipped=0 errors=0 rev=2 in # s'
	pipeline 0 'contact-find -k campaign -c all | contact-add -k campaign'
	stderr_is 'contact-add: read=1 created=0 updated=0 unchanged=1 skipped=0 errors=0 rev=2 in # s'
	expect 2 contact-edit -k invitation --set state=sent --all
	stderr_has '^contact-edit: --set state: is computed and cannot be set$'
	expect 2 contact-edit -k invitation --clear sent_at --all
	expect 3 contact-add -k campaign name=Other
	stderr_has READ_ONLY
}

@test "HS-63 a template is refused before anything is stored, with file and line" {
	people 1
	before=$(store_digest)
	printf 'Subject: Hi {{first_nam}}\n\n{{link}}\n' >bad.txt
	expect 2 contact-invite --campaign Fall --template bad.txt --all
	stderr_has '^contact-invite: bad.txt:1: \{\{first_nam\}\}: no such placeholder'
	printf 'From: a@b.example\n\n{{link}}\n' >bad.txt
	expect 2 contact-invite --campaign Fall --template bad.txt --all
	stderr_has '^contact-invite: bad.txt:.*Subject'
	expect 2 contact-invite --campaign Fall --template absent.txt --all
	stderr_has '^contact-invite: .*absent.txt: No such file'
	for sender in nobody -x@b.example 'A <a@b.example>, b@c.example' 'A <ab@c' 'élan@b.example'; do
		printf 'From: %s\nSubject: Hi\n\n{{link}}\n' "$sender" >bad.txt
		expect 2 contact-invite --campaign Fall --template bad.txt --all
		stderr_has '^contact-invite: '
	done
	[ "$(store_digest)" = "$before" ]
}

@test "HS-63 a directory or a pipe in place of a template's file is refused, and not waited for" {
	people 1
	mkdir -p files/join_auto.txt pipes
	mkfifo pipe pipes/default.txt
	expect 2 contact-invite --campaign Fall --template files --all
	stderr_has '^contact-invite: template files/join_auto.txt: is a directory$'
	expect 2 timeout 10 contact-invite --campaign Fall --template pipe --all
	stderr_has '^contact-invite: template pipe: is a pipe that nobody writes to$'
	expect 2 timeout 10 contact-invite --campaign Fall --template pipes --all
	stderr_has '^contact-invite: template pipes/default.txt: is a pipe that nobody writes to$'
	expect 0 contact-invite -q --campaign Fall --template <(printf 'Subject: Hello\n\n{{link}}\n') --all
	stdout_is ''
}

@test "HS-63 the campaign keeps the template's text" {
	people 1
	printf 'From: Office <office@b.example>\nSubject: Hi {{first_name}}\n\n{{link}}\n' >fall.txt
	expect 0 contact-invite -q --campaign Fall --template ./fall.txt --all
	expect 0 contact-find -H -k campaign -c name,template,subject,sender
	stdout_is 'Fall,fall.txt,Hi {{first_name}},Office <office@b.example>'
	expect 0 contact-find -H -k invitation -c message_id
	stdout_has '^3\.[a-z2-7]{12}@b\.example$'
}

@test "HS-36 -n -v shows the messages, each with its own link, and stores nothing" {
	people 2
	expect 4 contact-invite -n -v --campaign Fall --all
	stderr_has 'contact-store set mail_'
	contact-store -q set 'mail_sender=Office <office@b.example>'
	contact-store -q set 'mail_link=https://b.example/join/{{token}}'
	contact-store -q set mail_unsubscribe_address=leave@b.example
	before=$(store_digest)
	printf 'Subject: Dear {{first_name}}\n\n{{link}}\n' >fall.txt
	expect 0 contact-invite -n -v --campaign Fall --template fall.txt --all
	[ "$(grep -c '^line,\|,queued,' stdout)" -eq 3 ]
	[ "$(grep -c '^contact-invite: | Subject: Dear P' stderr)" -eq 2 ]
	[ "$(grep -oE 'https://b.example/join/[a-z2-7]{26}$' stderr | sort -u | wc -l)" -eq 2 ]
	[ "$(store_digest)" = "$before" ]
}

mail_settings()
{
	contact-store -q set mail_sender='Office <office@b.example>' \
	    mail_link='https://b.example/join/{{token}}' \
	    mail_unsubscribe_address=leave@b.example
}

@test "HS-63 what no message can be made of is told before anything is claimed, and stays queued" {
	people 3
	mail_settings
	{
		printf 'Subject: Join '
		printf '{{institution}}%.0s' 1 2 3 4 5
		printf '\n\n{{link}}\n'
	} >long.txt
	printf 'Subject: Meet us at {{postal_address}}\n\n{{link}}\n' >place.txt
	contact-invite -q --campaign Long --template long.txt p1@c1.example
	contact-invite -q --campaign Place --template place.txt p2@c2.example
	contact-store -q set mail_institution="$(printf '%0250d' 0)"
	before=$(store_digest)
	for action in --send --mbox; do
		expect 4 contact-invite -q $action
		stdout_is ''
		stderr_is 'contact-invite: nothing can be sent (--campaign NAME sends another): campaign "Long", new_company: mail_institution: Subject: longer than 1000 bytes'
	done
	expect 4 contact-invite -nv --campaign Else --template long.txt p3@c3.example
	stderr_has '^contact-invite: nothing can be sent .*campaign "Else", new_company: mail_institution: Subject: longer'
	[ "$(store_digest)" = "$before" ]
	contact-store -q set mail_institution= $'mail_postal_address=1 Main St\nB'
	expect 4 contact-invite -q --mbox
	stderr_is 'contact-invite: nothing can be sent (--campaign NAME sends another): campaign "Place", new_company: mail_postal_address: Subject: character U+000A at byte 21'
	expect 0 contact-invite -q --mbox --campaign Long
	expect 0 contact-find -H -k invitation -c campaign,state
	stdout_is 'Long,sent
Place,queued'
	contact-store -q set 'mail_postal_address=1 Main St' mail_sender=
	expect 4 contact-invite -q --mbox
	stderr_is 'contact-invite: nothing can be sent: campaign "Place": who sends it is not set; --campaign NAME sends another (contact-store set mail_sender=...)'
	mail_settings
	expect 0 contact-invite -q --mbox
}

@test "HS-63 a template of which no message can be made is refused when it is queued" {
	people 1
	before=$(store_digest)
	mkdir letters
	printf 'Subject: Hi\n\n{{link}}\n' >letters/default.txt
	refuse()
	{
		printf '%b\n\n{{link}}\n' "$1" >letters/join_auto.txt
		expect 2 contact-invite --campaign "${3:-Fall}" --template letters --all
		stdout_is ''
		stderr_has "^contact-invite: $2\$"
		[ "$(store_digest)" = "$before" ]
	}
	refuse 'Subject: Hi =?UTF-8?Q?A=0AB?=' 'template letters/join_auto.txt: Subject: an encoded word that stands for a control character'
	refuse "Subject: $(printf '%01001d' 0)" 'template letters/join_auto.txt: Subject: longer than 1000 bytes'
	refuse 'Subject: Hi\nReply-To: a@b.example, c@d.example' 'template letters/join_auto.txt: Reply-To: not one address'
	refuse 'Subject: Hi\nFrom: nobody' 'template letters/join_auto.txt: From: .*'
	refuse "Subject: $(printf '%0990d' 0) {{campaign}}" \
	    '--campaign: template letters/join_auto.txt with this name: Subject: longer than 1000 bytes' 'A longer name'
	expect 0 contact-invite -q --campaign Fall --template letters --all
}

@test "HS-63 what a subject needs may come from the contact" {
	people 1
	printf 'Subject: {{organization}}\n\n{{link}}\n' >empty.txt
	expect 0 contact-invite -q --campaign Fall --template empty.txt --all
	stderr_is ''
}

@test "HS-63 a template without {{link}} gets one note" {
	people 1
	mkdir letters
	printf 'Subject: Hi\n\nJoin us.\n' | tee letters/join_auto.txt >letters/join_request.txt
	printf 'Subject: Hi\n\n{{link}}\n' >letters/default.txt
	expect 0 contact-invite -n --campaign Fall --template letters --all
	stderr_is 'contact-invite: template letters/join_auto.txt: no {{link}}, so there is no page to join on
contact-invite: read=1 created=0 updated=0 queued=1 unchanged=0 skipped=0 errors=0 rev=1 in # s, nothing stored'
	expect 0 contact-invite -q --campaign Fall --template letters --all
	stderr_is ''
}

@test "HS-63 a campaign's name and its template's can be dumped and loaded" {
	people 1
	refuse()
	{
		expect 2 contact-invite --campaign "$1" --all
		stdout_is ''
		stderr_has "^contact-invite: --campaign: $2\$"
	}
	refuse ' ' 'is empty'
	refuse '#5' 'a name does not begin with #, as numbers of records do'
	refuse "$(printf '%0256d' 0)" 'a name has 255 bytes at most'
	refuse $'A\xffB' 'the name is not UTF-8'
	refuse $'A\nB' 'the name has a control character'
	refuse $'A\u202eB' 'the name has a control character'
	expect 1 contact-find -k campaign --count
	stdout_is 0
	printf 'Subject: Hi\n\n{{link}}\n' >$'a\xff\nb.txt'
	expect 0 contact-invite -q --campaign '  Fall 2026 ' --template $'a\xff\nb.txt' --all
	expect 0 contact-find -H -k campaign -c name,template
	stdout_is 'Fall 2026,a??b.txt'
	pipeline 0 'contact-store dump | contact-store -q -s copy load'
	expect 4 contact-invite -q --campaign 'Fall 2026 ' --all
}
