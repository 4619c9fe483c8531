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
