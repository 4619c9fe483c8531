#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
#
# Invitations through a real mail system, and what it sends back.

load support
load mta

setup_file() { mta_start; }
teardown_file() { mta_stop; }

prepare()
{
	mta_needed
	contact-add -q email=ann@acme.example first_name=Ann last_name=Lee >/dev/null
	contact-add -q email=nobody@acme.example >/dev/null
}

# become ID FIELD=VALUE...: what rules make of a record; see the program.
become()
{
	"$CONTACT_BIN/tests/cmd/become" "$@"
}

# sent NAME DIGIT: makes of the invitation of that name what sending would, with a
# token whose hash ends so. Sets `invitation`, and `back`, what goes before the @
# of the address that mail about it comes back to.
sent()
{
	local hash
	hash=$(printf '%064d' "$2")
	invitation=$(contact-find -k invitation -H -c id "email=$1@acme.example")
	become "$invitation" state=sent sent_at="$CONTACT_NOW" tokens="$hash"
	back=bounce+$invitation.$(printf 'bounce:%s' "$hash" | sha256sum | cut -c 1-64 |
	    tr a-f A-F | basenc --base16 -d | base32 | head -n 1 | tr A-Z a-z | cut -c 1-16)
}

# hand_over NAME SENDER: gives the mail system a message.
hand_over()
{
	printf 'From: careers@example.org\nTo: %s@acme.example\nSubject: x\n\nHello\n' "$1" |
	    "$mta/sendmail" -i -f "$2" -- "$1@acme.example"
}

@test "a mail system refuses an address, its report is believed" {
	contact-invite -q --campaign first --all
	sent nobody 7
	hand_over ann "$back@example.org"
	hand_over nobody "$back@example.org"
	mta_settled
	[ "$(mail_of ann | wc -l)" -eq 1 ]
	[ "$(mail_of bounces | wc -l)" -eq 1 ]
	expect 0 contact-invite --bounce --results - <"$(mail_of bounces)"
	stdout_has ",updated,$invitation,nobody@acme.example,BOUNCED,5.1.1: the address is suppressed,bounced_at$"
	[ "$(contact-find -H -c email_status email=nobody@acme.example)" = Bounced ]
	[ "$(contact-find -k suppression -H -c address,reason 'address=*')" = nobody@acme.example,bounced ]
}

@test "a mail system pipes what comes back to contact-invite" {
	contact-invite -q --campaign first --all
	sent nobody 7
	cp "$CONTACT_BIN/contact-invite" "$mta/bin/"
	mv "$CONTACT_STORE" "$mta/store"
	chown -R nobody "$mta/store"
	printf '#!/bin/sh\nCONTACT_STORE=%s CONTACT_NOW=%s exec %s --bounce -q\n' \
	    "$mta/store" "$CONTACT_NOW" "$mta/bin/contact-invite" >"$mta/bin/bounced"
	hand_over nobody "$back@piped.example.org"
	mta_settled
	contains "$mta/log" 'relay=bounced,.*status=sent'
	chown -R root "$mta/store"
	mv "$mta/store" "$CONTACT_STORE"
	[ "$(contact-find -H -c email_status email=nobody@acme.example)" = Bounced ]
}

# What sending needs, through this mail system.
settings()
{
	contact-store -q set mail_sender='Büro für Karriere <careers@example.org>'
	contact-store -q set mail_reply_to=replies@example.org
	contact-store -q set mail_link='https://example.org/join/{{token}}'
	contact-store -q set mail_unsubscribe_link='https://example.org/u/{{token}}'
	contact-store -q set mail_unsubscribe_address=unsubscribe@example.org
	contact-store -q set mail_bounce_address=bounce@example.org
	contact-store -q set mail_list_id=invitations.example.org
	contact-store -q set sendmail="$mta/sendmail"
	contact-store -q set mail_rate=0
	contact-store -q set mail_domain_interval=0
}

# letter: a template that has text and HTML.
letter()
{
	printf '%s\n' 'Subject: Willkommen, {{name}}' '' 'Grüße {{first_name|you}},' \
	    'From here on: {{link}}' '.' '{{unsubscribe}}' >letter.txt
	printf '%s\n' '<p>Grüße {{first_name|you}}</p>' '<a href="{{link}}">&rarr;</a>' >letter.html
}

@test "HS-61 E9 a campaign is delivered as it was made, to each and nobody else" {
	settings
	letter
	contact-add -q email=zoe@acme.example first_name=Zoë \
	    'last_name="Quux, <b>" of the very long name that goes on and on for more than one line' >/dev/null
	contact-invite -q --campaign Fall --template letter.txt --all
	expect 0 contact-invite --send --results -
	stderr_has '^contact-invite: sent=3 '
	mta_settled
	[ "$(mail_of ann | wc -l)-$(mail_of zoe | wc -l)-$(mail_of bounces | wc -l)" = 1-1-1 ]
	mail_shown "$(mail_of ann)" | sed -E 's/\+[0-9]+\.[a-z2-7]{16}@/+CODE@/' >shown
	same 'the message to Ann' shown "Return-Path: <bounce+CODE@example.org>
Delivered-To: ann@acme.example
From: Büro für Karriere <careers@example.org>
Reply-To: replies@example.org
To: Ann Lee <ann@acme.example>
Subject: Willkommen, Ann Lee
Message-ID: <$(contact-find -k invitation -H -c message_id email=ann@acme.example)>
Auto-Submitted: auto-generated
List-Id: <invitations.example.org>
List-Unsubscribe: <https://example.org/u/TOKEN>, <mailto:unsubscribe+TOKEN@example.org>
List-Unsubscribe-Post: List-Unsubscribe=One-Click
-- text/plain utf-8
Grüße Ann,
From here on: https://example.org/join/TOKEN
.
https://example.org/u/TOKEN
-- text/html utf-8
<p>Grüße Ann</p>
<a href=\"https://example.org/join/TOKEN\">&rarr;</a>"
	mail_shown "$(mail_of zoe)" >shown
	grep -E '^(To|Delivered-To|Subject|Grüße|defect|a line|not)' shown >some
	same 'the message to Zoë' some 'Delivered-To: zoe@acme.example
To: Zoë "Quux, <b>" of the very long name that goes on and on for more than one line <zoe@acme.example>
Subject: Willkommen, Zoë "Quux, <b>" of the very long name that goes on and on for more than one line
Grüße Zoë,'
}

@test "HS-41 the link of a delivered message is the token whose hash the store has" {
	settings
	letter
	contact-invite -q --campaign Fall --template letter.txt ann@acme.example
	contact-invite -q --send
	mta_settled
	mail_tokens "$(mail_of ann)" >tokens
	[ "$(sort -u tokens | grep -c .)" -eq 1 ]
	contact-store dump >dump
	contains dump "	tokens	$(sort -u tokens | grep . | tr -d '\n' | sha256sum | cut -c 1-64)$"
	! grep -q "$(sort -u tokens | grep .)" dump || false
}

@test "HS-42 E10 what a campaign got back keeps the address out of the next one" {
	settings
	letter
	contact-invite -q --campaign Fall --template letter.txt --all
	contact-invite -q --send
	mta_settled
	expect 0 contact-invite --bounce --results - <"$(mail_of bounces)"
	stdout_has ',updated,[0-9]+,nobody@acme.example,BOUNCED,5.1.1: the address is suppressed,bounced_at$'
	contact-invite -q --bounce <"$(mail_of bounces)"
	[ "$(contact-find -k invitation -H -c email 'bounced_at=*')" = nobody@acme.example ]
	[ "$(contact-find -H -c email,email_status 'email_status=*')" = nobody@acme.example,Bounced ]
	rm -r "$mta/mail/bounces"
	CONTACT_NOW=2026-10-09T12:00:00Z
	expect 0 contact-invite --campaign Spring --again-after 1d --template letter.txt --all --results -
	stdout_has ',suppressed,[0-9]+,nobody@acme.example,EMAIL_BOUNCED,'
	contact-invite -q --send
	mta_settled
	[ "$(mail_of ann | wc -l)" -eq 2 ]
	[ -z "$(mail_of bounces)" ]
}

@test "an mbox of what is queued reads as it was sent" {
	settings
	letter
	contact-invite -q --campaign Fall --template letter.txt ann@acme.example
	contact-invite -q --mbox >mbox
	sed 1d mbox >one
	mail_shown one >shown
	CONTACT_NOW=2026-10-09T12:00:00Z
	contact-invite -q --campaign Spring --again-after 1d --template letter.txt ann@acme.example
	contact-invite -q --send
	mta_settled
	diff <(grep -v '^Message-ID' shown) <(mail_shown "$(mail_of ann)" |
	    grep -vE '^(Message-ID|Return-Path|Delivered-To)')
}
