#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
#
# contact-invite --send, --mbox, --resend-unknown and --cancel (HS-61). sendmail(8) is a
# stand-in (tests/fault/letterbox.c), which does as the file `orders` says and notes in
# `log` what it took.

load support

prepare()
{
	[ -x "$CONTACT_BIN/tests/fault/letterbox" ] || skip 'make check builds the letterbox'
	cp "$CONTACT_BIN/tests/fault/letterbox" sendmail
	unset CONTACT_NOW
	printf '%s\n' 'Subject: Join us, {{first_name}}' '' 'Dear {{name}},' 'From {{campaign}}: {{link}}' '{{unsubscribe}}' '-- end --' >letter.txt
	contact-store -q init
	settings
}

settings()
{
	contact-store -q set mail_sender='Career Office <careers@example.org>'
	contact-store -q set mail_link='https://example.org/join/{{token}}'
	contact-store -q set mail_unsubscribe_address=unsubscribe@example.org
	contact-store -q set sendmail="$PWD/sendmail"
	contact-store -q set mail_rate=0
	contact-store -q set mail_domain_interval=0
}

# queue N [CAMPAIGN]: people who are invited.
queue()
{
	seq "$1" | sed 's/.*/P&,p&@c&.example/; 1i first_name,email' | contact-add -q
	contact-invite -q --campaign "${2:-Fall}" --template letter.txt --all
}

# accepted: whom the stand-in took a message for, in order.
accepted()
{
	[ ! -e log ] || cut -d ' ' -f 2 log
}

# accepted_are, states_are TEXT
accepted_are()
{
	accepted >accepted
	same accepted accepted "$1"
}

states_are()
{
	states >states
	same states states "$1"
}

# states: number and reason of invitations by state.
states()
{
	contact-find -H -k invitation -c state,reason | sort | uniq -c | sed 's/^ *//'
}

@test "HS-61 what is queued is sent once, and a plain rerun sends nothing" {
	queue 3
	expect 0 contact-invite --send
	stdout_is ''
	stderr_is 'contact-invite: sent=3 suppressed=0 already_users=0 later=0 failed=0 unknown=0 left=0 rev=14 in # s'
	accepted_are 'p1@c1.example
p2@c2.example
p3@c3.example'
	[ "$(cut -d ' ' -f 5 log | sort -u)" = whole ]
	states_are '3 sent,'
	expect 0 contact-invite --send
	stderr_is 'contact-invite: sent=0 suppressed=0 already_users=0 later=0 failed=0 unknown=0 left=0 in # s'
	[ "$(wc -l <log)" -eq 3 ]
	expect 0 contact-find -k invitation --count 'sent_at=*'
	stdout_is 3
}

@test "HS-61 each has its Message-ID from the outbox" {
	queue 2
	contact-invite -q --send
	[ "$(cut -d ' ' -f 3 log)" = "$(contact-find -H -k invitation -c message_id)" ]
}

@test "HS-61 --results has a row for each" {
	queue 4
	contact-edit -q --set do_not_email=true p2@c2.example
	contact-add -q -k user login=three user_type=External contact=3 >/dev/null
	expect 0 contact-invite -q --send --results results
	same results results 'line,action,id,key,code,message,changed
,sent,1,p1@c1.example,new_company,,
,suppressed,2,p2@c2.example,DO_NOT_EMAIL,wants no mail (do_not_email),
,skipped,3,p3@c3.example,existing_user,,
,sent,4,p4@c4.example,new_company,,'
	states_are '1 already_user,
2 sent,
1 suppressed,DO_NOT_EMAIL'
}

@test "HS-36 a dry run tells what would be sent, -v shows it, and nothing is" {
	queue 2
	before=$(store_digest)
	expect 0 contact-invite --send -n
	stdout_is 'line,action,id,key,code,message,changed
,sent,1,p1@c1.example,new_company,,
,sent,2,p2@c2.example,new_company,,'
	expect 0 contact-invite --send -n -v
	stderr_has '^contact-invite: \| To: P1 <p1@c1.example>$'
	stderr_has '^contact-invite: \| Dear P2,$'
	expect 0 contact-invite --mbox -n
	stdout_is 'line,action,id,key,code,message,changed
,sent,1,p1@c1.example,new_company,,
,sent,2,p2@c2.example,new_company,,'
	expect 0 contact-invite --cancel -n
	stdout_has '^,suppressed,1,p1@c1.example,CANCELLED,,$'
	[ "$(store_digest)" = "$before" ]
	[ ! -e log ]
}

@test "HS-56 the scenario is found anew when the message is made" {
	contact-add -q -k organization name=Acme domains=other.example
	contact-add -q email=ann@acme.example organization=Acme >/dev/null
	contact-invite -q --campaign Fall --template letter.txt ann@acme.example
	expect 0 contact-find -H -k invitation -c scenario,reason
	stdout_is join_request,domain_mismatch
	contact-edit -q -k organization --set domains=acme.example name=Acme
	contact-invite -q --send
	expect 0 contact-find -H -k invitation -c scenario,state,reason
	stdout_is join_auto,sent,
}

@test "HS-41 each attempt has a token of its own, and the store has none" {
	queue 1
	echo 'signal 9' >orders
	expect 3 contact-invite -q --send
	contact-invite -q --resend-unknown
	echo spy >orders
	contact-invite -q --send
	contact-store dump >dump
	[ "$(grep -oE '[0-9a-f]{64}' dump | sort -u | wc -l)" -eq 2 ]
}

@test "S3 sendmail has three streams, three variables and fixed arguments" {
	queue 1
	echo spy >orders
	TZ=Europe/Paris expect 0 contact-invite -q --send
	same told told "argument sendmail
argument -i
argument -f
argument careers@example.org
argument --
argument p1@c1.example
variable PATH=/usr/bin:/bin:/usr/sbin:/sbin
variable LANG=C.UTF-8
variable TZ=Europe/Paris
directory /
groups 1 1
descriptor 0 /memfd
descriptor 1 pipe
descriptor 2 pipe"
}

@test "the envelope's sender tells of which invitation it is, where bounces have an address" {
	contact-store -q set mail_bounce_address=bounce@example.org
	queue 1
	echo spy >orders
	expect 0 contact-invite -q --send
	contains told '^argument bounce\+3\.[a-z2-7]{16}@example\.org$'
}

@test "E7 each exit status has its effect" {
	local status
	for status in 1 64 65 66 67 68 69 70 71 72 73 74 75 76 77 78 126 127 255; do
		rm -rf "$CONTACT_STORE" log
		settings
		queue 1
		case $status in
		69 | 71 | 74 | 75) want=0 state="1 queued,status $status" ;;
		64 | 65 | 67 | 68 | 77 | 78) want=3 state="1 failed,status $status" ;;
		*) want=3 state="1 unknown,status $status" ;;
		esac
		echo "exit $status" >orders
		expect "$want" contact-invite -q --send
		states_are "$state"
		rm orders
		contact-invite -q --send 2>/dev/null || :
		# What is tried again waits; nothing else is.
		states_are "$state"
		[ ! -e log ]
	done
}

@test "E7 a signal leaves it unknown, and what it says is kept" {
	queue 1
	echo 'signal 15' >orders
	expect 3 contact-invite --send
	stderr_has '^contact-invite: p1@c1.example: signal$'
	stderr_has '^contact-invite: 1 message may have been sent or not: '
	states_are '1 unknown,signal'
	contact-invite -q --resend-unknown
	echo 'says 67' >orders
	expect 3 contact-invite --send --results results
	same results results 'line,action,id,key,code,message,changed
,error,1,p1@c1.example,FAILED,status 67: no such luck,'
}

@test "a temporary failure is tried again after 15 minutes, 1 h, 4 h and 4 h, then it failed" {
	export CONTACT_NOW=2027-10-05T12:00:00Z
	queue 1
	echo 'exit 75' >orders
	for now in 12:00:00 12:15:00 13:15:00 17:15:00; do
		CONTACT_NOW=2027-10-05T${now}Z
		expect 0 contact-invite --send
		stderr_has ' later=1 '
		states_are '1 queued,status 75'
		expect 0 contact-invite --send
		stderr_has ' later=0 '
	done
	CONTACT_NOW=2027-10-05T21:14:59Z
	expect 0 contact-invite --send
	stderr_has ' later=0 '
	CONTACT_NOW=2027-10-05T21:15:00Z
	expect 3 contact-invite --send
	states_are '1 failed,retries'
}

@test "five temporary failures in a row end the run" {
	queue 9
	echo 'says 75' >orders
	expect 3 contact-invite --send
	stderr_is 'contact-invite: stopped after 5 messages in a row that were not taken: status 75: no such luck
contact-invite: sent=0 suppressed=0 already_users=0 later=5 failed=0 unknown=0 left=4 rev=18 in # s'
	states_are '4 queued,
5 queued,status 75'
}

@test "what cannot be run is said before anything is claimed" {
	queue 1
	before=$(store_digest)
	contact-store -q set sendmail=/nonexistent/sendmail
	before=$(store_digest)
	expect 5 contact-invite --send
	stderr_is 'contact-invite: sendmail: cannot run /nonexistent/sendmail (contact-store set sendmail=PATH): No such file or directory'
	chmod -x sendmail
	contact-store -q set sendmail="$PWD/sendmail"
	before=$(store_digest)
	expect 5 contact-invite --send
	stderr_has 'Permission denied$'
	[ "$(store_digest)" = "$before" ]
	states_are '1 queued,'
}

@test "what turns out not to run later was not sent, and stays queued" {
	queue 2
	printf '#!/nonexistent/interpreter\n' >broken
	chmod +x broken
	contact-store -q set sendmail="$PWD/broken"
	expect 5 contact-invite --send
	stderr_has "^contact-invite: sendmail: cannot run $PWD/broken: No such file or directory\$"
	states_are '2 queued,'
	contact-store -q set sendmail="$PWD/sendmail"
	expect 0 contact-invite -q --send
	[ "$(wc -l <log)" -eq 2 ]
}

@test "missing settings are said before anything is claimed" {
	queue 1
	for setting in mail_link mail_unsubscribe_address mail_sender; do
		value=$(contact-store get $setting)
		contact-store -q set $setting=
		before=$(store_digest)
		expect 4 contact-invite --send
		stderr_has "^contact-invite: nothing can be sent: .* \(contact-store set $setting=...\)\$"
		expect 4 contact-invite --mbox
		stdout_is ''
		[ "$(store_digest)" = "$before" ]
		contact-store -q set "$setting=$value"
	done
	expect 0 contact-invite -q --send
}

@test "more than 50 need --yes, or --max" {
	queue 51
	expect 4 contact-invite --send
	stderr_is 'contact-invite: this would send 51 messages, and 50 is the limit: nothing was done (--max N sets another limit, --yes lifts it)'
	expect 4 contact-invite --send --max 50
	expect 2 contact-invite --send --max 5%
	[ ! -e log ]
	expect 0 contact-invite -q --send --max 51
	[ "$(wc -l <log)" -eq 51 ]
}

@test "mail_per_run and mail_per_day end a run, and the next one goes on" {
	export CONTACT_NOW=2026-10-05T12:00:00Z
	contact-store -q set mail_per_run=3
	contact-store -q set mail_per_day=5
	queue 9
	expect 0 contact-invite --send
	stderr_is 'contact-invite: mail_per_run: one run sends no more than 3
contact-invite: sent=3 suppressed=0 already_users=0 later=0 failed=0 unknown=0 left=6 rev=16 in # s'
	expect 0 contact-invite --send
	stderr_has '^contact-invite: mail_per_day: no more than 5 are sent in 24 hours$'
	[ "$(wc -l <log)" -eq 5 ]
	CONTACT_NOW=2026-10-06T11:59:00Z expect 0 contact-invite -q --send
	[ "$(wc -l <log)" -eq 5 ]
	CONTACT_NOW=2026-10-06T13:00:00Z expect 0 contact-invite -q --send
	[ "$(wc -l <log)" -eq 8 ]
}

@test "messages to one domain wait for each other, and let others go first" {
	contact-store -q set mail_domain_interval=1
	printf 'email\na@same.example\nb@same.example\nc@other.example\n' | contact-add -q
	contact-invite -q --campaign Fall --template letter.txt --all
	expect 0 contact-invite -q --send
	accepted_are 'a@same.example
c@other.example
b@same.example'
	awk '/same/ { if (last && $1 - last < 1e9) exit 1; last = $1 }' log
}

@test "HS-61 SIGTERM ends between two messages, with the outcome stored, and the next run goes on" {
	contact-store -q set mail_rate=5
	queue 8
	contact-invite --send 2>stderr 3>&- &
	until [ -s log ]; do sleep 0.05; done
	kill -TERM $!
	wait $!
	stderr_has '^contact-invite: stopped by a signal, between two messages$'
	stderr_has '^contact-invite: sent=[1-7] suppressed=0 already_users=0 later=0 failed=0 unknown=0 left=[1-7] '
	expect 1 contact-find -k invitation --count state=unknown
	expect 0 contact-invite -q --send
	[ "$(accepted | sort -u | wc -l)" -eq 8 ]
	[ "$(wc -l <log)" -eq 8 ]
}

@test "C8 a second sender ends at once, and names the first" {
	queue 2
	echo hang >orders
	contact-invite -q --send 2>/dev/null 3>&- &
	until [ -s pid ]; do sleep 0.02; done
	for action in --send --mbox --resend-unknown; do
		expect 75 timeout 1 contact-invite $action
		stderr_is "contact-invite: $CONTACT_STORE: busy: process $! is sending, and one does at a time"
	done
	# It does not keep others from writing.
	expect 0 contact-invite -q --cancel
	kill -KILL $!
	wait $! || :
	kill -KILL "$(cat pid)"
}

@test "sender.lock is private, and no link is followed" {
	queue 1
	umask 0
	expect 0 contact-invite -q --send
	[ "$(stat -c %a "$CONTACT_STORE/sender.lock")" = 600 ]
	rm "$CONTACT_STORE/sender.lock"
	: >victim
	ln -s "$PWD/victim" "$CONTACT_STORE/sender.lock"
	expect 6 contact-invite --send
	stderr_is "contact-invite: $CONTACT_STORE/sender.lock: is a link"
	[ ! -s victim ]
	rm "$CONTACT_STORE/sender.lock"
}

@test "HS-42 what was said against mail since it was queued counts" {
	queue 6
	contact-archive -q --inactive p1@c1.example
	contact-archive -q --delete --force p2@c2.example
	contact-add -q -k suppression address=p3@c3.example >/dev/null
	contact-edit -q --set email_status=Bounced p4@c4.example
	contact-edit -q --set email=p5@c5.example p6@c6.example 2>/dev/null || :
	expect 0 contact-invite -q --send
	states_are '2 sent,
1 suppressed,EMAIL_BOUNCED
1 suppressed,ERASED
1 suppressed,INACTIVE
1 suppressed,SUPPRESSED'
}

@test "HS-61 whose address became one that was sent to gets no second message" {
	queue 2
	contact-edit -q --set email=new@c2.example p2@c2.example
	contact-edit -q --set email=p2@c2.example p1@c1.example
	contact-edit -q --set other_emails=new@c2.example new@c2.example || :
	contact-invite -q --send
	[ -z "$(accepted | sort | uniq -d)" ]
}

@test "only the campaign that is named is sent, and an unknown one is a mistake" {
	queue 2 One
	printf 'email\nother@example.com\n' | contact-add -q
	contact-invite -q --campaign Two --template letter.txt other@example.com
	expect 0 contact-invite -q --send --campaign Two
	accepted_are other@example.com
	expect 2 contact-invite --send --campaign Three
	stderr_has '^contact-invite: no campaign is named "Three"$'
	expect 2 contact-invite --send p1@c1.example
	expect 2 contact-invite --send --diff -
}

@test "--mbox writes what is queued, quoted, and marks it as sent" {
	export CONTACT_NOW=2027-10-05T12:00:00Z
	printf '%s\n' 'Subject: Hello' '' 'From here' '>From there' '{{link}}' '-- end --' >letter.txt
	queue 2
	expect 0 contact-invite --mbox
	stderr_is 'contact-invite: sent=2 suppressed=0 already_users=0 failed=0 unknown=0 rev=10 in # s'
	[ "$(grep -c '^From ' stdout)" -eq 2 ]
	stdout_has '^From careers@example.org Tue Oct  5 12:00:00 2027$'
	[ "$(grep -cxE -- '-- end --' stdout)" -eq 2 ]
	states_are '2 sent,'
	expect 0 contact-invite --mbox
	stdout_is ''
	[ ! -e log ]
}

@test "A2 --mbox writes no other format, but its results" {
	queue 1
	expect 2 contact-invite --mbox -o json
	stdout_is ''
	stderr_has '^contact-invite: --output: --mbox writes an mbox, and a format is that of --results FILE$'
	states_are '1 queued,'
	expect 0 contact-invite -q -n --mbox -o json
	stdout_has '"action":"sent".*"key":"p1@c1.example"'
	expect 0 contact-invite -q --mbox -o json --results results.json
	contains results.json '"key":"p1@c1.example"'
}

@test "--mbox that cannot be written is exit 5, EPIPE included, and leaves all unknown" {
	queue 3
	expect 5 bash -c 'contact-invite --mbox >/dev/full'
	stderr_has '^contact-invite: 3 messages stay unknown, as not all were written \(--resend-unknown queues them again\): cannot write standard output: No space left on device$'
	states_are '3 unknown,unwritten'
	expect 0 contact-invite --resend-unknown
	stderr_is 'contact-invite: queued=3 in # s'
	# Whoever reads is gone before anything is written.
	expect 5 bash -c 'exec 4> >(:); wait $!; contact-invite --mbox >&4'
	stderr_has 'Broken pipe$'
	states_are '3 unknown,unwritten'
	expect 3 contact-invite --send
	stderr_has '^contact-invite: 3 messages may have been sent or not: '
	[ ! -e log ]
}

@test "--resend-unknown queues again under the same Message-ID, and asks beyond 50" {
	queue 51
	contact-invite -q --mbox >/dev/full 2>/dev/null || :
	ids=$(contact-find -H -k invitation -c message_id)
	expect 4 contact-invite --resend-unknown
	stderr_has '^contact-invite: this would queue 51 messages, and 50 is the limit'
	expect 0 contact-invite -q --resend-unknown --yes
	[ "$(contact-find -H -k invitation -c message_id)" = "$ids" ]
	contact-invite -q --send --yes
	[ "$(cut -d ' ' -f 3 log)" = "$ids" ]
}

@test "--cancel takes back what is queued" {
	queue 3
	expect 0 contact-invite --cancel --campaign Fall
	stderr_is 'contact-invite: cancelled=3 in # s'
	states_are '3 suppressed,CANCELLED'
	expect 0 contact-invite --send
	[ ! -e log ]
	expect 2 contact-invite --cancel --yes
}

@test "a name that cannot stand in a message fails alone" {
	queue 3
	printf 'email,first_name\np2@c2.example,A\xe2\x80\xaeB\n' | contact-add -q
	contact-edit -q --set first_name="$(printf 'A\xe2\x80\xa8B')" p2@c2.example
	expect 3 contact-invite --send
	accepted_are 'p1@c1.example
p3@c3.example'
	states_are '1 failed,message
2 sent,'
}

@test "where there is no store, nothing is made" {
	expect 5 contact-invite -s nowhere --send
	stderr_is 'contact-invite: no store at nowhere'
	[ ! -e nowhere ]
}

# What the address was sent by another contact, before or since it was queued.
@test "HS-42 HS-61 an address is invited once, though contacts merge or change addresses" {
	contact-add -q -k organization name=Acme >/dev/null
	contact-add -q email=x@acme.example name='X One' organization=Acme >/dev/null
	contact-add -q email=p@acme.example name='P One' organization=Acme >/dev/null
	contact-invite -q --campaign First organization=Acme
	contact-invite -q --mbox >/dev/null
	contact-edit -q --set email=away@acme.example p@acme.example
	contact-add -q email=y@acme.example name='Y Two' organization=Acme >/dev/null
	contact-add -q email=q@acme.example name='Q Two' organization=Acme >/dev/null
	contact-invite -q --campaign Second y@acme.example q@acme.example
	contact-edit -q --merge x@acme.example y@acme.example
	contact-edit -q --set email=p@acme.example q@acme.example
	expect 0 contact-invite -q --mbox --results results.csv
	stdout_is ''
	[ "$(cut -d , -f 2,4,5 results.csv | sed 1d)" = 'suppressed,x@acme.example,INVITED_BEFORE
suppressed,p@acme.example,INVITED_BEFORE' ]
}

@test "HS-42 who may be invited again by --again-after is, when the message is made, too" {
	export CONTACT_NOW=2027-01-01T00:00:00Z
	contact-add -q email=x@acme.example >/dev/null
	contact-invite -q --campaign First --all
	contact-invite -q --mbox >/dev/null
	export CONTACT_NOW=2027-06-01T00:00:00Z
	contact-invite -q --campaign Second --again-after 90d --all
	expect 0 contact-invite -q --mbox
	[ "$(grep -c '^Message-ID' stdout)" -eq 1 ]
}

@test "five messages in a row that are unknown end the run as well" {
	queue 9
	echo 'exit 127' >orders
	expect 3 contact-invite --send
	stderr_has '^contact-invite: stopped after 5 messages in a row that were not taken: status 127'
	states_are '4 queued,
5 unknown,status 127'
}

@test "--resend-unknown: who has used the link got the message" {
	queue 2
	echo 'exit 127' >orders
	expect 3 contact-invite -q --send
	printf 'email,campaign,step\np1@c1.example,Fall,visited\n' >events.csv
	contact-invite -q --events events.csv
	contact-store dump | sed 's/\tstate\tsent$/\tstate\tunknown/; s/^checksum.*/checksum\tnone/' >dump
	rm -rf "$CONTACT_STORE"
	contact-store -q load <dump
	expect 0 contact-invite -q --resend-unknown
	states_are '1 queued,
1 sent,'
}

@test "D6 --mbox with standard output closed claims nothing" {
	queue 2
	before=$(store_digest)
	expect 5 bash -c 'contact-invite --mbox >&-'
	stderr_has '^contact-invite: standard output is closed: nothing was claimed$'
	[ "$(store_digest)" = "$before" ]
}
