#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# What becomes of campaigns and invitations where records are erased, deleted, merged,
# taken back or restored: nobody is invited twice, and nobody is lost.

load support

prepare()
{
	contact-store -q init
}

people()
{
	contact-add -q - <<-'END'
		email,last_name,organization
		ann@acme.com,Ann,Acme
		bob@acme.com,Bob,Acme
		cid@globex.com,Cid,Globex
	END
}

# become ID FIELD=VALUE...: what rules make of a record; see the program.
become()
{
	"$CONTACT_BIN/tests/cmd/become" "$@"
}

# What the invitations say, after a heading.
invitations()
{
	contact-find -k invitation -H -o csv -c "${1:-id,campaign,contact,email,state,reason}"
}

@test "HS-61 check tells what the mail settings lack, where there is a campaign" {
	people
	contact-store -q set sendmail=/nowhere/sendmail
	expect 0 contact-store check
	stderr_is ''
	contact-invite -q --campaign Fall --all
	expect 0 contact-store check
	stdout_has ': sound$'
	stderr_is 'contact-store: note: mail_sender is not set: no invitation can be sent
contact-store: note: mail_link is not set: no invitation can be sent
contact-store: note: mail_unsubscribe_link (or mail_unsubscribe_address) is not set: no invitation can be sent
contact-store: note: sendmail: /nowhere/sendmail is no program that can be run: no invitation can be sent
contact-store: note: mail_postal_address is not set: messages do not say where they come from'
	expect 0 contact-store -q check
	stderr_is ''
	contact-store -q set mail_sender=a@example.org mail_link='https://example.org/{{token}}' \
	    mail_unsubscribe_address=u@example.org mail_postal_address='1 Main St' sendmail=/bin/true
	expect 0 contact-store check
	stderr_is ''
	contact-store -q set sendmail=/bin
	expect 0 contact-store check
	stderr_is 'contact-store: note: sendmail: /bin is no program that can be run: no invitation can be sent'
}

@test "S5 HS-42 of an invited contact who is erased no file has a byte, whatever came of it" {
	people
	contact-add -q email=dan@acme.com do_not_email=true >/dev/null
	contact-invite -q --campaign Fall --all
	become 9 state=unknown reason=signal "result=<bob@acme.com>: queued as 12"
	become 9 state=sent sent_at=2026-10-05T12:10:00Z
	[ "$(cat store/* | grep -aic 'ann@acme.com')" -gt 0 ]
	expect 0 contact-archive --erase --yes ann@acme.com bob@acme.com dan@acme.com
	! grep -q ',invitation,' stdout || false
	[ "$(cat store/* | grep -aicE 'ann@|bob@|dan@')" -eq 0 ]
	[ "$(contact-store dump | grep -ciE 'ann@|bob@|dan@')" -eq 0 ]
	expect 0 invitations
	stdout_is '8,Fall,,,queued,no_company_domain
9,Fall,,,sent,signal
10,Fall,5,cid@globex.com,queued,no_company_domain
11,Fall,,,suppressed,DO_NOT_EMAIL'
	expect 1 contact-find -k invitation --at 3 email=bob@acme.com
	expect 1 contact-find -k invitation ann@acme.com
	contact-archive -q -k erasure --delete --all
	contact-add -q email=bob@acme.com >/dev/null
	expect 0 contact-invite --campaign Spring --results - bob@acme.com
	stdout_has ',queued,'
}

@test "TW-26 HS-42 who has the address of an erased contact, too, has it in an invitation still" {
	people
	contact-add -q ext.crm=1 last_name=Twin >/dev/null
	contact-edit -q --force --set email=ann@acme.com ext.crm=1
	contact-invite -q --campaign Fall --all
	expect 0 contact-archive --erase --yes 2
	expect 0 invitations
	stdout_has '^[0-9]+,Fall,,,queued,'
	stdout_has '^[0-9]+,Fall,[0-9]+,ann@acme.com,suppressed,DUPLICATE_ADDRESS'
}

@test "TW-26 an invitation that went to an earlier address of who is erased loses it when history is pruned" {
	people
	contact-invite -q --campaign Fall --all
	become 7 state=sent sent_at=2026-10-05T12:10:00Z
	contact-edit -q --set email=ann@new.example ann@acme.com
	export CONTACT_NOW=2027-10-05T12:00:00Z
	contact-store -q prune --older 0s --yes
	[ "$(contact-store dump | grep -c ann@acme.com)" -eq 1 ]
	expect 0 contact-archive --erase --yes ann@new.example
	[ "$(cat store/* | grep -aic 'ann@')" -eq 0 ]
}
