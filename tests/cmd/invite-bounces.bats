#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
#
# contact-invite --bounce: what follows from mail that came back (E10). Messages are
# those of tests/fuzz/corpus/bounce, each written in the way of its mailer, with the
# address of an invitation of the test's store put in.

load support

corpus=$CONTACT_SOURCE/tests/fuzz/corpus/bounce

prepare()
{
	contact-add -q email=ann@acme.example >/dev/null
	invite first 1111
}

# become ID FIELD=VALUE...: what rules make of a record; see the program.
become()
{
	"$CONTACT_BIN/tests/cmd/become" "$@"
}

# invite CAMPAIGN DIGITS [OPTION...]: invites all contacts, and makes of the one that
# is queued what sending would, with a token whose hash is made of these digits.
# Sets `invitation` and `code`.
invite()
{
	local name=$1 hash=$2
	shift 2
	contact-invite -q --campaign "$name" --all "$@" || return
	while [ ${#hash} -lt 64 ]; do hash+=$hash; done
	invitation=$(contact-find -k invitation -H -c id state=queued)
	become "$invitation" state=sent sent_at="$CONTACT_NOW" tokens="$hash"
	code=$(printf 'bounce:%s' "$hash" | sha256sum | cut -c 1-64 | tr a-f A-F |
	    basenc --base16 -d | base32 | head -n 1 | tr A-Z a-z | cut -c 1-16)
}

# message NAME: a message of the corpus, for the invitation.
message()
{
	LC_ALL=C sed -e "s/bounce+42\\./bounce+$invitation./g" \
	    -e "s/abcdefghij234567/$code/g" -e "s/ABCDEFGHIJ234567/${code^^}/g" "$corpus/$1"
}

# state: what is known of the contact, of suppressed addresses, and how many
# invitations came back.
state()
{
	printf '%s %s %s\n' "$(contact-find -H -c email_status 'email=*')" \
	    "$(contact-find -k suppression -H -c address,reason 'address=*')" \
	    "$(contact-find -k invitation --count 'bounced_at=*')"
}

untouched='""  0'
suppressed='Bounced ann@acme.example,bounced 1'

# What becomes of each message: action, code, status in the row's message.
expected()
{
	cat <<-END
	amazon-ses-5.1.1        updated BOUNCED 5.1.1
	amazon-ses-suppressed   updated BOUNCED 5.1.1
	by-hand                 skipped NO_REPORT
	challenge               skipped AUTO_REPLY
	complaint               updated COMPLAINED
	complaint-not-spam      skipped NO_REPORT
	complaint-return-path   updated COMPLAINED
	complaint-to-abuse      updated COMPLAINED
	cut-short               updated BOUNCED 5.1.1
	domino-base64           updated BOUNCED 5.1.1
	eight-bit               updated BOUNCED 5.1.1
	exchange-2003           updated BOUNCED 5.1.1
	exchange-5.2.2          updated REFUSED 5.2.2
	exim-5.1.1              updated BOUNCED 5.1.1
	exim-text-5.1.1         updated BOUNCED 5.1.1
	exim-text-delayed       unchanged DELAYED 4.7.1
	exim-text-unrouteable   updated REFUSED 5.0.0
	forged-header-in-body   skipped NO_REPORT
	forged-mac              skipped FORGED
	forged-no-verp          skipped FORGED
	forged-short-mac        skipped FORGED
	gmail-5.1.1             updated BOUNCED 5.1.1
	gmail-delayed           unchanged DELAYED 4.4.1
	microsoft365-5.1.10     updated BOUNCED 5.1.10
	microsoft365-5.7.1      updated REFUSED 5.7.1
	nested-in-footer        updated BOUNCED 5.1.1
	nested-returned-report  skipped DELIVERED
	no-status               updated REFUSED 5.0.0
	opensmtpd-5.1.1         updated BOUNCED 5.1.1
	opensmtpd-no-such-domain updated BOUNCED 5.1.2
	other-domain            updated BOUNCED 5.1.1
	outlook-automatic-reply skipped AUTO_REPLY
	postfix-5.1.1           updated BOUNCED 5.1.1
	postfix-delayed         unchanged DELAYED 4.4.1
	postfix-expired         unchanged DELAYED 4.4.1
	postfix-relayed         skipped DELIVERED
	postfix-smtputf8        updated BOUNCED 5.1.1
	qmail-5.1.1             updated BOUNCED 5.1.1
	qmail-expired           unchanged DELAYED 4.4.1
	qmail-remote            updated REFUSED 5.7.1
	read-receipt            skipped NO_REPORT
	sendmail-5.1.1          updated BOUNCED 5.1.1
	sendmail-delayed        unchanged DELAYED 4.2.0
	sendmail-folded         updated BOUNCED 5.1.1
	several-recipients      updated REFUSED 5.2.1
	upper-case              updated BOUNCED 5.1.1
	vacation                skipped AUTO_REPLY
	without-empty-line      updated BOUNCED 5.1.1
	END
}

# after CODE: the state that a message with this code leaves.
after()
{
	case $1 in
	BOUNCED) echo "$suppressed" ;;
	COMPLAINED) echo 'Complained ann@acme.example,complained 0' ;;
	REFUSED) echo '""  1' ;;
	*) echo "$untouched" ;;
	esac
}

@test "E10 each message of the corpus has its effect, once" {
	local name action outcome status
	cp -R "$CONTACT_STORE" fresh
	while read -r name action outcome status; do
		rm -r "$CONTACT_STORE" && cp -R fresh "$CONTACT_STORE"
		message "$name" >mail
		expect 0 contact-invite --bounce -q --results - <mail
		stdout_has "^[0-9]+,$action,$([ "$action" = skipped ] || echo "$invitation"),[^,]*,$outcome,\"?$status" ||
		    { echo "in $name"; return 1; }
		[ "$(state)" = "$(after "$outcome")" ] || { echo "$name: $(state)"; return 1; }
		store_digest >before
		expect 0 contact-invite --bounce -q --results - <mail
		if [ "$action" = updated ]; then stdout_has ",unchanged,$invitation,ann@acme.example,REPEATED"; fi
		store_digest | cmp before - || { echo "$name again"; return 1; }
	done < <(expected)
	[ "$(expected | wc -l)" -eq "$(find "$corpus" -type f ! -name 'mbox*' ! -name 'found*' | wc -l)" ]
}

@test "E10 an mbox of several is one run" {
	message mbox-of-three >mail
	expect 0 contact-invite --bounce --results - <mail
	stdout_is "line,action,id,key,code,message,changed
1,updated,$invitation,ann@acme.example,BOUNCED,5.1.1: the address is suppressed,bounced_at
38,skipped,,,NO_REPORT,\"no report of delivery, and no complaint\",
45,skipped,,,FORGED,was not sent to the address of an invitation,"
	stderr_is 'contact-invite: read=3 created=0 updated=1 unchanged=0 skipped=2 errors=0 also=2 rev=4 in # s
contact-invite: 1 report was not sent to the address of an invitation (FORGED), and changed nothing'
	[ "$(state)" = "$suppressed" ]
}

@test "HS-42 who came back is invited no more, whoever has the address" {
	message postfix-5.1.1 | contact-invite --bounce -q
	expect 0 contact-invite --campaign second --all --results -
	stdout_has ',suppressed,[0-9]+,ann@acme.example,EMAIL_BOUNCED,'
	contact-archive -q --delete --yes --force email=ann@acme.example
	contact-add -q email=Ann@ACME.example name='Zoe Quux' >/dev/null
	expect 0 contact-invite --campaign third --all --results -
	stdout_has ',suppressed,[0-9]+,Ann@ACME.example,SUPPRESSED,'
}

@test "what is refused three times is suppressed, several reports of one message count once" {
	message exchange-5.2.2 | contact-invite --bounce -q
	message microsoft365-5.7.1 >mail
	expect 0 contact-invite --bounce -q --results - <mail
	stdout_has 'REFUSED,"5.7.1: 1 of 3 times, then the address is suppressed",$'
	CONTACT_NOW=2026-10-07T12:00:00Z
	invite second 2222 --again-after 1d
	message exchange-5.2.2 >mail
	expect 0 contact-invite --bounce -q --results - <mail
	stdout_has 'REFUSED,"5.2.2: 2 of 3 times, then the address is suppressed",bounced_at$'
	[ "$(state)" = '""  2' ]
	CONTACT_NOW=2026-10-09T12:00:00Z
	invite third 3333 --again-after 1d
	message exchange-5.2.2 >mail
	expect 0 contact-invite --bounce -q --results - <mail
	stdout_has 'BOUNCED,5.2.2: the address is suppressed,bounced_at$'
	[ "$(state)" = 'Bounced ann@acme.example,bounced 3' ]
}

# reports COUNT MESSAGE: so many reports like this message, each with an id of its own.
reports()
{
	local i
	for i in $(seq "$1"); do
		echo 'From MAILER-DAEMON Mon Oct  5 12:00:00 2026'
		message "$2" | sed "s/^Message-[Ii][Dd]: .*/Message-ID: <$i.$2@reports.example>/"
		echo
	done
}

@test "E10 what is new is heard, however many reports there were before" {
	{ reports 60 postfix-delayed; reports 30 exchange-5.2.2; } >mail
	expect 0 contact-invite --bounce -q --results - <mail
	[ "$(grep -c ',unchanged,.*,DELAYED,' "$place/stdout")" -eq 60 ]
	[ "$(grep -c ',updated,.*,REFUSED,' "$place/stdout")" -eq 30 ]
	message postfix-5.1.1 >mail
	expect 0 contact-invite --bounce -q --results - <mail
	stdout_has ',updated,.*,BOUNCED,'
	[ "$(state)" = "$suppressed" ]
	message complaint >mail
	expect 0 contact-invite --bounce -q --results - <mail
	stdout_has ',updated,.*,COMPLAINED,'
	[ "$(state)" = 'Complained ann@acme.example,complained 1' ]
	expect 0 contact-invite --bounce -q --results - <mail
	stdout_has ',unchanged,.*,REPEATED,'
}

@test "an old report is not taken again when the address was let in since" {
	message postfix-5.1.1 >mail
	contact-invite --bounce -q <mail
	contact-edit -q --set email_status=Ok email=ann@acme.example
	contact-archive -q -k suppression --delete address=ann@acme.example
	expect 0 contact-invite --bounce <mail
	stderr_is 'contact-invite: read=1 created=0 updated=0 unchanged=1 skipped=0 errors=0 rev=6 in # s'
	[ "$(state)" = 'Ok  1' ]
}

@test "a contact with another address by now is not marked" {
	contact-edit -q --set email=ann@new.example email=ann@acme.example
	message postfix-5.1.1 | contact-invite --bounce -q
	[ "$(state)" = '"" ann@acme.example,bounced 1' ]
}

@test "the address is suppressed though the contact was deleted" {
	contact-archive -q --delete --yes --force email=ann@acme.example
	message postfix-5.1.1 | contact-invite --bounce -q
	[ "$(contact-find -k suppression -H -c address,reason 'address=*')" = ann@acme.example,bounced ]
}

@test "S5 a report about somebody who was erased brings no address back" {
	contact-archive -q --erase --yes email=ann@acme.example
	message postfix-5.1.1 >mail
	expect 0 contact-invite --bounce -q --results - <mail
	stdout_has ",updated,$invitation,,BOUNCED,"
	[ "$(cat store/* | grep -aci 'ann@acme')" -eq 0 ]
}

@test "TW-21 a rejected contact stays as it is, its address is suppressed" {
	contact-archive -q --reject email=ann@acme.example
	message postfix-5.1.1 | contact-invite --bounce -q
	[ "$(contact-find -H -c email_status approval=Rejected)" = '""' ]
	[ "$(contact-find -k suppression --count 'address=*')" = 1 ]
}

@test "a complaint goes before a bounce" {
	message complaint | contact-invite --bounce -q
	message postfix-5.1.1 | contact-invite --bounce -q
	[ "$(state)" = 'Complained ann@acme.example,complained 1' ]
}

@test "what came back had been sent, though nobody knew" {
	become "$invitation" state=unknown reason=signal sent_at=
	message postfix-delayed | contact-invite --bounce -q
	[ "$(contact-find -k invitation -H -c state,sent_at,bounced_at)" = sent,2026-10-05T12:00:00Z, ]
}

@test "E10 what came back is not sent again, though it was queued, held or failed" {
	local was
	cp -R "$CONTACT_STORE" fresh
	message postfix-5.1.1 >mail
	for was in queued held failed; do
		rm -r "$CONTACT_STORE" && cp -R fresh "$CONTACT_STORE"
		become "$invitation" state=$was sent_at= reason='status 75' retry_at="$CONTACT_NOW"
		expect 0 contact-invite --bounce -q --results - <mail
		stdout_has ",BOUNCED,5.1.1: the address is suppressed,state reason sent_at bounced_at$"
		expect 0 contact-find -k invitation -H -c state,reason,sent_at
		stdout_is 'sent,,2026-10-05T12:00:00Z'
	done
}

@test "an invitation that was not sent is not spoken for by any code" {
	become "$invitation" tokens=
	message postfix-5.1.1 >mail
	expect 0 contact-invite --bounce --results - <mail
	stdout_has ',skipped,,,FORGED,'
	[ "$(state)" = "$untouched" ]
}

@test "-n tells and stores nothing, --diff has what the rules changed" {
	message postfix-5.1.1 >mail
	store_digest >before
	expect 0 contact-invite --bounce -n --diff diff <mail
	stdout_has ",updated,$invitation,ann@acme.example,BOUNCED,"
	contains diff 'email_status,,Bounced'
	store_digest | cmp before -
}

@test "as a mail system pipes it: quiet, and nothing on stdin is refused" {
	message postfix-5.1.1 | sed '1s/^/From MAILER-DAEMON Mon Oct  5 12:00:00 2026\n/' >mail
	expect 0 contact-invite --bounce -q <mail
	stdout_is ''
	stderr_is ''
	[ "$(state)" = "$suppressed" ]
	expect 4 contact-invite --bounce </dev/null
	stderr_is 'contact-invite: stdin: no message in it'
	expect 4 contact-invite --bounce <<<'a,b'
	stderr_is 'contact-invite: stdin: no mail: line 1 is neither a header field nor the From line of an mbox'
	expect 2 contact-invite --bounce mail
	stderr_has '^contact-invite: mail: --bounce reads standard input, and takes no operand'
	expect 2 contact-invite --bounce --campaign first
	stderr_has '^contact-invite: --campaign: a message that came back says itself of which it is'
}
