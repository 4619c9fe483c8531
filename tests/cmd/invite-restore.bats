#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# What restoring a backup makes of invitations that more has come of since: nobody is
# written to whom somebody took back, who joined joins once more, and mail that comes
# back is known (E2).

load support

prepare()
{
	contact-store -q init
	contact-store -q set mail_sender=office@example.org mail_link='https://example.org/{{token}}' \
	    mail_unsubscribe_address=leave@example.org mail_bounce_address=bounce@example.org
	contact-add -q -k organization name=Acme domains=acme.example
	contact-add -q email=ann@acme.example organization=Acme
	contact-add -q email=bob@new.example
}

# invitations COLUMNS: what they say, after a heading.
invitations()
{
	contact-find -k invitation -H -o csv -c "$1" --sort email
}

@test "E2 what was taken back since the backup was made is not sent after restoring it" {
	contact-invite -q --campaign Fall --all
	contact-store -q backup saved
	contact-invite -q --cancel
	expect 0 contact-store restore --yes saved
	stderr_has 'invitations that went out or were taken back since the backup was made were carried over: changed=2 added=0$'
	! grep -q 'are held' stderr || false
	expect 0 contact-invite -q --resend-unknown
	expect 0 invitations email,state,reason
	stdout_is 'ann@acme.example,suppressed,CANCELLED
bob@new.example,suppressed,CANCELLED'
}

@test "E2 what was unknown in the backup, and taken back since, is not sent, and what was sent stays so" {
	contact-invite -q --campaign Fall --all
	ann=$(contact-find -k invitation -H -c id email=ann@acme.example)
	bob=$(contact-find -k invitation -H -c id email=bob@new.example)
	"$CONTACT_BIN/tests/cmd/become" "$ann" state=unknown reason=signal
	contact-store -q backup saved
	contact-invite -q --resend-unknown
	contact-invite -q --cancel
	"$CONTACT_BIN/tests/cmd/become" "$bob" state=sent reason= sent_at=2026-10-05T12:10:00Z
	expect 0 contact-store -q restore --yes saved
	expect 0 invitations email,state,reason
	stdout_is 'ann@acme.example,suppressed,CANCELLED
bob@new.example,sent,'
}
