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
