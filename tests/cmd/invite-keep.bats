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

@test "HS-61 X-30 a campaign of which nothing was sent is taken back as a whole, and queued again" {
	people
	contact-invite -q --campaign Fall --set labels+=fair --all
	expect 0 contact-store undo 2
	stderr_is 'contact-store: undone rev=2: created=0 updated=3 deleted=4 unchanged=0 errors=0 rev=3 in # s'
	! contact-store dump | grep -E 'fair|invitation|Fall' || false
	expect 0 contact-invite -q --campaign Fall --results - --all
	[ "$(grep -c ',queued,' stdout)" -eq 3 ]
	expect 4 contact-store undo 3
	stderr_has 'KEY_CONFLICT'
}

@test "HS-61 no undoing makes an invitation that may have been sent one that was not, forced or not" {
	local state
	people
	contact-invite -q --campaign Fall --all
	become 9 state=unknown reason=sending
	for state in unknown sent pending approved declined joined held; do
		become 9 state="$state" sent_at=2026-10-05T12:10:00Z
		for force in '' --force; do
			expect 4 contact-store undo $force 2
			stderr_has '^contact-store: #9: may have been sent, which cannot be taken back \(SENT\)$'
			stderr_has ': nothing was stored$'
		done
		expect 4 contact-store --results - undo --force 3
		stdout_is 'line,action,id,key,code,message,changed
,error,9,,SENT,"may have been sent, which cannot be taken back",'
		[ "$(contact-find -k invitation -H -c state 9)" = "$state" ]
	done
	expect 0 contact-invite --campaign Spring --results - --all
	stdout_lacks ',queued,'
}

@test "HS-61 X-30 what came of it is taken back as far as it stays one that may have been sent" {
	people
	contact-invite -q --campaign Fall --all
	become 9 state=unknown reason=sending
	become 9 state=sent reason= sent_at=2026-10-05T12:10:00Z
	become 9 state=joined joined_at=2026-10-06T12:10:00Z
	expect 0 contact-store undo 5
	[ "$(contact-find -k invitation -H -c state,joined_at 9)" = sent, ]
	become 8 state=suppressed reason=CANCELLED
	expect 0 contact-store undo 7
	[ "$(contact-find -k invitation -H -c state 8)" = queued ]
	become 8 state=failed reason='status 67'
	expect 0 contact-store undo 9
	[ "$(contact-find -k invitation -H -c state 8)" = queued ]
}

@test "HS-61 undoing the import of a contact who was invited since is refused, and forced leaves the invitation" {
	contact-add -q email=ann@acme.com last_name=Ann >/dev/null
	contact-invite -q --campaign Fall --all
	become 3 state=sent sent_at=2026-10-05T12:10:00Z
	expect 4 contact-store undo 1
	stderr_has '#1: #3 refers to it since .*CHANGED_SINCE'
	expect 0 contact-store -q undo --force 1
	expect 0 invitations
	stdout_is '3,Fall,,ann@acme.com,sent,'
	contact-add -q email=ann@acme.com last_name=Ann >/dev/null
	expect 0 contact-invite --campaign Spring --results - --all
	stdout_has ',suppressed,.*,INVITED_BEFORE,'
}

@test "E2 a backup that is restored holds what was queued, and knows what was sent since" {
	people
	contact-store -q set mail_sender=office@example.org
	contact-invite -q --campaign Fall --all
	become 7 state=unknown reason=sending tokens=aaaa
	contact-store -q backup saved
	become 7 state=sent reason= sent_at=2026-10-05T12:10:00Z 'tokens=aaaa;bbbb'
	become 8 state=joined sent_at=2026-10-05T12:11:00Z joined_at=2026-10-06T08:00:00Z tokens=cccc
	contact-add -q email=dan@acme.com last_name=Dan >/dev/null
	contact-invite -q --campaign Spring --all
	dan=$(contact-find -k invitation -H -c id email=dan@acme.com)
	become "$dan" state=unknown reason=signal tokens=dddd
	cid=$(contact-find -k invitation -H -c id email=cid@globex.com campaign=Spring)
	become "$cid" state=sent reason= sent_at=2026-10-07T00:00:00Z
	expect 0 contact-store restore --yes saved
	stderr_has 'invitations that went out or were taken back since the backup was made were carried over: changed=2 added=2$'
	stderr_has 'invitations that are queued in the backup are held: 1 \(contact-invite --resend-unknown sends them\)$'
	expect 0 invitations campaign,contact,email,state,reason,sent_at,joined_at
	stdout_is 'Fall,2,ann@acme.com,sent,,2026-10-05T12:10:00Z,
Fall,3,bob@acme.com,sent,no_company_domain,2026-10-05T12:11:00Z,
Fall,5,cid@globex.com,held,no_company_domain,,
Spring,5,cid@globex.com,sent,,2026-10-07T00:00:00Z,
Spring,,dan@acme.com,unknown,signal,,'
	expect 0 bash -c 'contact-store dump | grep -o "[abcd]\{4\}\(\\\\*;[abcd]\{4\}\)*$" | sort'
	stdout_is 'aaaa;bbbb
cccc
dddd'
	# Nobody who may have had a message gets another.
	contact-add -q email=dan@acme.com last_name=Dan >/dev/null
	expect 0 contact-invite --campaign Winter --results - --all
	[ "$(grep -c INVITED_BEFORE stdout)" -eq 4 ]
	stdout_lacks ',queued,'
	# The second time nothing is lacking, whichever of the stores comes back.
	contact-store -q backup again
	expect 0 contact-store restore --yes again
	! grep -q invitations stderr || false
	former=$(ls -d store.before-* | tail -n 1)
	expect 0 contact-store restore --yes "$former"
	! grep -q 'carried over' stderr || false
}

@test "E2 the younger store comes back over the older one, and has each invitation once" {
	people
	contact-store -q set mail_sender=office@example.org
	contact-store -q backup saved
	contact-invite -q --campaign Fall --all
	become 7 state=sent sent_at=2026-10-05T12:10:00Z
	become 8 state=sent sent_at=2026-10-05T12:10:00Z
	contact-store -q restore --yes saved
	former=$(ls -d store.before-*)
	ann=$(contact-find -k invitation -H -c id email=ann@acme.com)
	[ "$ann" -gt 9 ]
	become "$ann" visited_at=2026-10-06T08:00:00Z
	expect 0 contact-store restore --yes "$former"
	stderr_has 'changed=1 added=0$'
	expect 0 invitations id,campaign,email,state,visited_at
	stdout_is '7,Fall,ann@acme.com,sent,2026-10-06T08:00:00Z
8,Fall,bob@acme.com,sent,
9,Fall,cid@globex.com,held,'
}

@test "E2 what was sent and deleted since is sent all the same where the backup has it queued" {
	people
	contact-store -q set mail_sender=office@example.org
	contact-invite -q --campaign Fall --all
	contact-store -q backup saved
	become 7 state=sent sent_at=2026-10-05T12:10:00Z
	contact-archive -q -k invitation --delete --force 7
	contact-archive -q --delete 3
	expect 0 contact-store restore --yes saved
	expect 0 invitations
	stdout_is '7,Fall,2,ann@acme.com,sent,no_company_domain
8,Fall,3,bob@acme.com,held,no_company_domain
9,Fall,5,cid@globex.com,held,no_company_domain'
}

@test "E2 S5 restoring a backup from before erasing brings no address back in an invitation" {
	people
	contact-store -q set mail_sender=office@example.org
	contact-invite -q --campaign Fall --all
	contact-store -q backup saved
	become 7 state=sent sent_at=2026-10-05T12:10:00Z
	contact-archive -q --erase --yes ann@acme.com
	expect 0 contact-store restore --yes saved
	expect 0 invitations
	stdout_has '^7,Fall,,,sent,no_company_domain$'
	[ "$(cat store/* | grep -aic 'ann@acme.com')" -eq 0 ]
}

@test "HS-61 two merged contacts who were both invited by a campaign keep both invitations" {
	people
	contact-invite -q --campaign Fall --all
	become 7 state=unknown reason=signal
	become 8 state=joined sent_at=2026-10-05T12:10:00Z joined_at=2026-10-06T08:00:00Z
	expect 0 contact-edit --merge ann@acme.com bob@acme.com
	expect 0 invitations
	stdout_is '7,Fall,2,ann@acme.com,unknown,signal
8,Fall,2,bob@acme.com,joined,no_company_domain
9,Fall,5,cid@globex.com,queued,no_company_domain'
	contact-store dump >one
	expect 0 contact-store -s other load <one
	same_output 'cat one' 'contact-store -s other dump'
	for format in csv json; do
		pipeline 0 "contact-find -k invitation -c all -o $format | contact-add -k invitation"
		stderr_has ' unchanged=3 skipped=0 errors=0 '
	done
	expect 0 contact-invite --campaign Spring --results - ann@acme.com
	stdout_has ',INVITED_BEFORE,'
	expect 0 contact-store undo 5
	expect 0 invitations
	stdout_has '^8,Fall,3,bob@acme.com,joined,'
}

@test "A4 rows of our own campaigns and invitations are unchanged, and others are refused" {
	local kind format
	people
	contact-invite -q --campaign Fall --all
	become 7 state=sent sent_at=2026-10-05T12:10:00Z tokens=aaaa attempts=2
	before=$(store_digest)
	for kind in campaign invitation; do
		for format in csv tsv json excel; do
			pipeline 0 "contact-find -k $kind -c all -o $format | contact-add -k $kind -i ${format/excel/csv}"
			stderr_has ' created=0 updated=0 unchanged=[13] skipped=0 errors=0 '
		done
	done
	pipeline 3 "contact-find -k invitation -c all 8 | sed 's/queued/sent/' | contact-add -k invitation"
	stderr_has 'state: is computed and cannot be made "sent" \(READ_ONLY\)$'
	pipeline 3 "contact-find -k campaign -c all | sed 's/,Fall,/,Fell,/' | contact-add -k campaign"
	stderr_has 'name: is computed and cannot be made "Fell" \(READ_ONLY\)$'
	expect 2 contact-edit -k invitation --set state=queued 7
	stderr_has 'state: is computed and cannot be set'
	expect 3 contact-add -q -k campaign name=X
	stderr_is 'contact-add: a campaign is made by contact-invite --campaign alone (READ_ONLY)'
	expect 3 contact-add -q -k invitation campaign=Fall contact=1
	stderr_has 'READ_ONLY|UNKNOWN|WRONG_KIND'
	contact-edit -q -k campaign --clear subject name=Fall 2>/dev/null || true
	[ "$(store_digest)" = "$before" ]
}

@test "HS-61 a dump and a load give equal stores, whose invitations go on as they were" {
	people
	contact-invite -q --campaign Fall --subdomains --all
	become 7 state=queued reason='status 75' tokens='aaaa;bbbb' attempts=2 \
	    retry_at=2026-10-05T12:15:00Z result='busy' claim='host 1 2'
	contact-store dump >one
	expect 0 contact-store -s other load <one
	same_output 'cat one' 'contact-store -s other dump'
	sed 's/\tqueued$/\tsomehow/; s/^checksum\t.*/checksum\tnone/' one >two
	expect 4 contact-store -s third load <two
	stderr_has 'state: "somehow" is none of queued, held, '
}

@test "HS-41 contact-find never prints the hash of a token, however it is asked" {
	people
	contact-invite -q --campaign Fall --all
	become 7 state=unknown tokens=badcafe0badcafe0 claim='claimant 1 2'
	become 7 state=sent sent_at=2026-10-05T12:10:00Z 'tokens=badcafe0badcafe0;badcafe1badcafe1'
	{
		for format in csv tsv json table excel vcard mutt; do
			contact-find -k invitation -c all -o "$format" || true
			contact-find -k invitation --at 3 -c all -o "$format" || true
		done
		contact-find -k invitation --card 7
		contact-find -k invitation --card -o json 7
		contact-find --card 2
		contact-find --card -o json 2
		contact-find -k invitation --history 7
		contact-find -k invitation --changes-since 1 -c all
		contact-find -k invitation --fields
		contact-find -k campaign --card -o json name=Fall
		contact-find -k invitation badcafe0badcafe0 || true
		contact-find -k invitation --count-by state
		contact-archive -k invitation -n --diff - --delete --force 7
		contact-store -n --diff - undo 4
		contact-store log -c all || true
	} >said 2>errors
	! grep -E 'badcafe|claimant' said || false
	[ "$(wc -l <said)" -gt 60 ]
	for asked in '-c tokens' 'tokens=badcafe0badcafe0' 'tokens=*' '--count-by tokens' '--sort tokens' \
	    '-c campaign.text' 'claim=*' '-c attr.tokens=x'; do
		# shellcheck disable=SC2086
		expect 2 contact-find -k invitation $asked
		! grep -q badcafe0badcafe0, stdout || false
	done
	expect 2 contact-find invitation.tokens=badcafe0badcafe0
}

@test "HS-61 an invitation that was sent, and a campaign that has one, is deleted by --force alone" {
	people
	contact-invite -q --campaign Fall --all
	expect 3 contact-archive -q -k campaign --delete name=Fall
	stderr_is 'contact-archive: #6 is campaign of 3 invitations (--force deletes them too) (IN_USE)'
	become 7 state=sent sent_at=2026-10-05T12:10:00Z
	become 8 state=held
	expect 3 contact-archive -q -k campaign --delete name=Fall
	stderr_is 'contact-archive: #6: of its 3 invitations 2 were sent, or may have been, and whom they went to could be invited again (--force deletes them too) (SENT)'
	for id in 7 8; do
		expect 3 contact-archive -q -k invitation --delete "$id"
		stderr_is "contact-archive: #$id was sent, or may have been, and its contact could be invited again (--force deletes it all the same) (SENT)"
	done
	expect 0 contact-archive -q -k invitation --delete 9
	for kind in campaign invitation; do
		expect 2 contact-archive -k "$kind" --erase --yes --all
		stderr_has "^contact-archive: --kind $kind: what is known of a contact goes when that is erased"
	done
	expect 0 contact-archive -k campaign --delete --force name=Fall
	stderr_is 'contact-archive: read=1 created=0 updated=0 deleted=1 unchanged=0 skipped=0 errors=0 also=2 rev=6 in # s'
	expect 1 invitations
	expect 0 contact-store -q undo 6
	expect 0 invitations id,campaign,state
	stdout_is '7,Fall,sent
8,Fall,held'
	# A contact that is deleted leaves what it was sent.
	contact-archive -q --delete 2
	contact-add -q email=ann@acme.com >/dev/null
	expect 0 contact-invite --campaign Spring --results - ann@acme.com
	stdout_has ',INVITED_BEFORE,'
}

# recipients: whom --mbox writes to, one a line.
recipients()
{
	contact-invite -q --mbox | sed -n 's/^To: .*<\(.*\)>$/\1/p' | sort
}

@test "E2 HS-61 after a restore nobody is sent a second message, and who was deleted or erased none" {
	people
	contact-add -q email=dan@acme.com last_name=Dan >/dev/null
	contact-store -q set mail_sender=office@example.org mail_link='https://example.org/{{token}}' \
	    mail_unsubscribe_address=leave@example.org
	contact-store -q backup before
	contact-invite -q --campaign Fall --all
	contact-archive -q --delete dan@acme.com
	contact-archive -q --erase --yes bob@acme.com 2>/dev/null >&2
	contact-store -q backup queued
	expect 0 recipients
	stdout_is 'ann@acme.com
cid@globex.com'
	for backup in queued before; do
		contact-store -q restore --yes "$backup"
		expect 0 recipients
		stdout_is ''
		contact-invite -q --resend-unknown
		expect 0 recipients
		stdout_is ''
	done
	contact-invite -q --campaign Spring --all
	expect 0 recipients
	stdout_is dan@acme.com
}

@test "HS-61 load says that what is queued in a dump would be sent by both stores" {
	people
	contact-invite -q --campaign Fall --all
	contact-store dump >store.dump
	expect 0 contact-store -s copy load <store.dump
	stderr_has '^contact-store: 3 invitations are queued here as they are in the dump: the store it is of may send them too'
	expect 0 contact-store -s quiet -q load <store.dump
	stderr_is ''
	contact-invite -q --cancel
	contact-store dump >store.dump
	expect 0 contact-store -s third load <store.dump
	! grep -q 'queued here' stderr || false
}
