#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
#
# contact-invite --unsubscribe: no more mail, by the token of any message, for ever
# (HS-41, HS-42).

load support
load sent

prepare()
{
	contact-add -q email=ann@acme.example name='Ann Lee' >/dev/null
	contact-invite -q --campaign Fall --all
	send_all
}

# suppressed_is TEXT: the addresses that nothing is sent to, and why.
suppressed_is()
{
	local found
	found=$(contact-find -H -k suppression -c address,reason || true)
	[ "$found" = "$1" ] || { echo "suppressed is $found, not $1" && false; }
}

@test "HS-42 the contact wants no mail, and the address is suppressed" {
	expect 0 contact-invite --unsubscribe "$(token 3)"
	stdout_is ''
	stderr_is 'contact-invite: read=1 created=0 updated=1 unchanged=0 skipped=0 errors=0 also=2 rev=2 in # s'
	suppressed_is ann@acme.example,unsubscribed
	expect 0 contact-find -c do_not_email,mailable ann@acme.example
	stdout_is 'do_not_email,mailable
true,false'
	expect 0 contact-find -k invitation -c state,unsubscribed_at
	stdout_is 'state,unsubscribed_at
sent,2026-10-05T12:00:00Z'
}

@test "HS-41 again is done, and quiet" {
	contact-invite -q --unsubscribe "$(token 3)"
	before=$(store_digest)
	expect 0 contact-invite -q --unsubscribe "$(token 3)"
	stdout_is ''
	stderr_is ''
	[ "$(store_digest)" = "$before" ]
	expect 0 contact-invite --unsubscribe "$(token 3)"
	stdout_is ''
	stderr_is 'contact-invite: read=1 created=0 updated=0 unchanged=1 skipped=0 errors=0 rev=2 in # s'
}

@test "HS-41 who was let in again and wants no more is heard again, the file of then is not" {
	printf 'token,step,at\n%s,unsubscribed,2026-10-05T12:00:00Z\n' "$(token 3)" >then.csv
	contact-invite -q --events then.csv
	contact-archive -q -k suppression --delete --yes --all
	contact-edit -q --set do_not_email=false --all
	expect 0 contact-invite -q --events then.csv
	suppressed_is ''
	CONTACT_NOW=2026-11-01T00:00:00Z expect 0 contact-invite -q --unsubscribe "$(token 3)"
	suppressed_is ann@acme.example,unsubscribed
	expect 0 contact-find -c do_not_email ann@acme.example
	stdout_is 'do_not_email
true'
}

@test "HS-41 the token on standard input, which no list of processes shows; a link, an address" {
	pipeline 0 "echo 'https://x.example/leave/$(token 3)' | contact-invite --unsubscribe -"
	suppressed_is ann@acme.example,unsubscribed
	pipeline 0 "printf 'unsubscribe+%s@example.org\r\nmore\n' $(token 3) | contact-invite -q --unsubscribe -"
	expect 0 contact-invite -q --unsubscribe "mailto:unsubscribe+$(token 3)@example.org"
	expect 0 contact-invite -q --unsubscribe "<https://x.example/leave?t=$(token 3)&from=mail>"
	expect 0 contact-invite -q --unsubscribe "$(token 3 | tr a-z A-Z)"
}

@test "HS-41 a token that is unknown, what is no token, nothing at all" {
	expect 3 contact-invite --unsubscribe aaaaaaaaaaaaaaaaaaaaaaaaaa
	stdout_is ''
	stderr_is 'contact-invite: token: no invitation has it (UNKNOWN_TOKEN)
contact-invite: read=1 created=0 updated=0 unchanged=0 skipped=0 errors=1 rev=1 in # s'
	expect 2 contact-invite --unsubscribe ann@acme.example
	stderr_has '^contact-invite: --unsubscribe: that is no token, which has 26 letters and digits, nor a link or an address with one$'
	pipeline 4 'contact-invite --unsubscribe - </dev/null'
	stderr_is 'contact-invite: --unsubscribe: that is no token, which has 26 letters and digits, nor a link or an address with one'
	expect 2 contact-invite --unsubscribe "$(token 3)" ann@acme.example
	stderr_has 'ann@acme.example: --unsubscribe takes no selection'
	suppressed_is ''
}

@test "HS-41 for ever: long after, when the contact is deleted, and when it comes again" {
	contact-archive -q --delete --yes --force ann@acme.example
	CONTACT_NOW=2036-01-01T00:00:00Z expect 0 contact-invite --unsubscribe "$(token 3)"
	stderr_has '^contact-invite: the contact is gone, the address is suppressed \(NO_CONTACT\)$'
	suppressed_is ann@acme.example,unsubscribed
	contact-add -q email=ann@acme.example >/dev/null
	expect 0 contact-find -c mailable ann@acme.example
	stdout_is 'mailable
false'
}

@test "TW-26 whom an invitation was sent to that was erased: said, and nothing comes back" {
	contact-archive -q --erase --yes --force ann@acme.example >/dev/null
	expect 0 contact-find -k invitation -c id,contact,email
	stdout_is 'id,contact,email
3,,'
	expect 0 contact-invite --unsubscribe "$(token 3)"
	stderr_has '^contact-invite: whom it was sent to was erased, and nothing is sent there \(ERASED\)$'
	suppressed_is ''
	pipeline 0 'contact-store dump'
	stdout_lacks acme.example
}

@test "HS-42 a contact who is rejected or inactive is heard all the same" {
	contact-archive -q --reject ann@acme.example
	expect 0 contact-invite -q --unsubscribe "$(token 3)"
	expect 0 contact-find -c do_not_email,approval 1
	stdout_is 'do_not_email,approval
true,Rejected'
	suppressed_is ann@acme.example,unsubscribed
}

@test "HS-42 the weightiest reason is kept; one that somebody gave stays" {
	printf 'token,step\n%s,bounced\n%s,complained\n%s,bounced\n' "$(token 3)" "$(token 3)" "$(token 3)" >e.csv
	contact-invite -q --events e.csv
	suppressed_is ann@acme.example,complained
	contact-invite -q --unsubscribe "$(token 3)"
	suppressed_is ann@acme.example,unsubscribed
	contact-add -q email=bob@acme.example >/dev/null
	contact-add -q -k suppression address=bob@acme.example reason='by telephone' >/dev/null
	contact-invite -q --campaign Two bob@acme.example
	expect 0 contact-find -k invitation -c state,reason email=bob@acme.example
	stdout_is 'state,reason
suppressed,SUPPRESSED'
	printf 'email,campaign,step\nbob@acme.example,Two,unsubscribed\n' >e.csv
	expect 0 contact-invite -q --events e.csv
	expect 0 contact-find -k suppression -c reason address=bob@acme.example
	stdout_is 'reason
by telephone'
}

@test "HS-42 a dry run tells, and stores nothing" {
	before=$(store_digest)
	expect 0 contact-invite -n --unsubscribe "$(token 3)"
	stdout_is 'line,action,id,key,code,message,changed
1,updated,3,ann@acme.example,new_company,,unsubscribed_at'
	[ "$(store_digest)" = "$before" ]
}

@test "TW-42 reviving leaves the wish of who unsubscribed after archiving had set it" {
	contact-archive -q --attribute do_not_email ann@acme.example
	contact-invite -q --unsubscribe "$(token 3)"
	expect 0 contact-archive -q --revive --diff - ann@acme.example
	stdout_lacks do_not_email
	stderr_is ''
	expect 0 contact-find -c do_not_email,visibility ann@acme.example
	stdout_is 'do_not_email,visibility
true,Everyone'
}
