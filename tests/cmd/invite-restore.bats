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

# token ADDRESS: the one of the message to it in the file mbox.
token()
{
	sed -n "/^To: .*$1/,/leave+/s/.*leave+\([a-z2-7]*\)@.*/\1/p" mbox
}

# joined: who has joined, with what that makes of users and organizations.
joined()
{
	invitations email,state,organization,user,registered_at,joined_at,decided_at
	contact-find -k user -H -o csv -c login,organization --sort login
	contact-find -k organization -H -o csv -c name,domains,approval --sort name
}

@test "E2 HS-37 HS-38 HS-45 HS-47 HS-53 who joined since the backup was made joins when the events are read again" {
	contact-store -q backup before
	contact-invite -q --campaign Fall --all
	contact-store -q backup queued
	contact-invite -q --mbox >mbox
	contact-store -q backup sent
	cat >events.csv <<-END
		token,step,at,organization
		$(token ann@acme.example),visited,2026-10-05T12:00:00Z,
		$(token ann@acme.example),joined,2026-10-05T12:00:00Z,
		$(token bob@new.example),details,2026-10-05T12:00:00Z,
		$(token bob@new.example),joined,2026-10-05T12:00:00Z,Neu
	END
	contact-invite -q --events events.csv
	joined >before-restoring
	for backup in before queued sent; do
		expect 0 contact-store -q restore --yes "$backup"
		expect 0 invitations email,state,visited_at,registered_at,joined_at,user
		stdout_is 'ann@acme.example,sent,2026-10-05T12:00:00Z,,,
bob@new.example,sent,,,,'
		expect 1 contact-find -k user --count
		expect 0 contact-invite --events events.csv
		stderr_has ' updated=3 unchanged=1 '
		expect 0 joined
		stdout_is "$(cat before-restoring)"
	done
}

@test "E2 HS-48 who joined and waited by the time of the backup does so again, and is decided again" {
	contact-edit -q -k organization --set distributed=true name=Acme
	contact-invite -q --campaign Fall --all
	contact-invite -q --mbox >mbox
	printf 'token,step\n%s,joined\n' "$(token ann@acme.example)" >events.csv
	contact-invite -q --events events.csv
	contact-store -q backup saved
	contact-invite -q --approve ann@acme.example
	expect 0 contact-store -q restore --yes saved
	expect 0 invitations email,state,user,decided_at
	stdout_is 'ann@acme.example,pending,ann@acme.example,
bob@new.example,sent,,'
	expect 0 contact-find -k user -H -c organization
	stdout_is '""'
	expect 0 contact-invite -q --approve ann@acme.example
	expect 0 contact-find -k user -H -c organization
	stdout_is Acme
}

# returns ADDRESS: what a report to the address says of ann's invitation, as a dry run.
returns()
{
	local corpus=$CONTACT_SOURCE/tests/fuzz/corpus/bounce/exim-5.1.1
	LC_ALL=C sed "s/bounce+42[^@]*@example.org/$1/" "$corpus" |
	    contact-invite -n -q --bounce --results - -o csv | sed -n '2s/^[0-9]*,\([a-z]*\),[0-9]*,[^,]*,\([A-Z_]*\),.*/\1 \2/p'
}

# sender: where the message of the file mbox to ann comes back to.
sender()
{
	sed -n '/^From bounce+/h;/^To: .*ann@/{x;s/^From \([^ ]*\).*/\1/p;q;}' mbox
}

@test "E2 E10 mail that comes back is known, however often its invitation was carried over" {
	contact-store -q backup before
	contact-invite -q --campaign Fall --all
	contact-invite -q --mbox >mbox
	first=$(sender)
	[ "$(returns "$first")" = 'updated BOUNCED' ]
	ann=$(contact-find -k invitation -H -c id email=ann@acme.example)
	# The backup went on as a store, and has something else under that id.
	for i in 1 2 3 4 5; do contact-add -q -s before "email=p$i@globex.example"; done >ids
	grep -qx "$ann" ids
	for i in 1 2 3; do
		expect 0 contact-store -q restore --yes before
		[ "$(contact-find -k invitation -H -c id email=ann@acme.example)" != "$ann" ]
		[ "$(returns "$first")" = 'updated BOUNCED' ]
		[ "$(returns "${first/./.a}")" = 'skipped FORGED' ]
	done
}

@test "E2 E10 mail that was sent after restoring comes back to a store in which it has another id" {
	contact-store -q backup before
	contact-invite -q --campaign Fall --all
	contact-invite -q --mbox >mbox
	first=$(sender)
	ann=$(contact-find -k invitation -H -c id email=ann@acme.example)
	"$CONTACT_BIN/tests/cmd/become" "$ann" state=unknown reason=signal
	contact-store -q backup younger
	contact-store -q restore --yes before
	contact-invite -q --resend-unknown
	contact-invite -q --mbox >mbox
	second=$(sender)
	[ "$first" != "$second" ]
	expect 0 contact-store -q restore --yes younger
	expect 0 contact-find -k invitation -H -o csv -c id,state email=ann@acme.example
	stdout_is "$ann,sent"
	[ "$(returns "$first")" = 'updated BOUNCED' ]
	[ "$(returns "$second")" = 'updated BOUNCED' ]
	contact-store dump >one
	expect 0 contact-store -s copy load <one
	[ "$(CONTACT_STORE=copy returns "$second")" = 'updated BOUNCED' ]
}
