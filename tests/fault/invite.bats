#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
#
# Invitations that are sent while processes are killed (E1 to E5, E8): nobody gets two,
# nobody is forgotten, and who wants no mail gets none. sendmail(8) is `letterbox`, whose
# log is on the disk before it says that it took a message. CONTACT_TESTS=quick kills
# fewer, =long a thousand; SEED repeats the random moments.

load faults

prepare_sending()
{
	[ -x "$CONTACT_BIN/tests/fault/letterbox" ] || skip 'make check builds the letterbox'
	unset CONTACT_NOW
	export CONTACT_STORE=$PWD/store
	RANDOM=$SEED
	cp "$CONTACT_BIN/tests/fault/letterbox" sendmail
	printf '%s\n' 'Subject: Join us' '' 'Dear {{name}}, {{link}} {{unsubscribe}}' '-- end --' >letter.txt
}

# outbox N: a store with as many queued, kept as `base` to begin again with.
outbox()
{
	local setting
	prepare_sending
	rm -rf store base log
	for setting in 'mail_sender=Office <office@example.org>' 'mail_link=https://example.org/{{token}}' \
	    mail_unsubscribe_address=leave@example.org "sendmail=$PWD/sendmail" mail_rate=0 \
	    mail_domain_interval=0 mail_per_run=0 mail_per_day=0; do
		contact-store -q set "$setting"
	done
	seq "$1" | sed 's/.*/P&,p&@c&.example/; 1i first_name,email' | contact-add -q
	contact-invite -q --campaign Fall --template letter.txt --all
	cp -R store base
}

# in_state STATE...: the addresses of invitations in these states, sorted.
in_state()
{
	local state
	for state in "$@"; do
		contact-find -H -k invitation -c email "state=$state" || :
	done | sort
}

accepted()
{
	[ ! -e log ] || cut -d ' ' -f 2 log | sort
}

duplicates()
{
	accepted | uniq -d | wc -l
}

# accounted: everybody is in one place, and what was taken is sent or unknown.
accounted()
{
	contact-store -q check >check.out 2>&1 || { cat check.out; return 1; }
	accepted | uniq >taken
	in_state sent >sent
	in_state unknown >unknown
	in_state queued >queued
	sort sent unknown | comm -23 taken - >unexpected
	comm -13 taken sent >missing
	if [ -s unexpected ] || [ -s missing ]; then
		echo 'taken, but neither sent nor unknown:' && cat unexpected
		echo 'sent, but not taken:' && cat missing
		return 1
	fi
	contact-find -H -k invitation -c email | sort >everybody
	in_state sent unknown queued failed suppressed already_user | cmp everybody -
}

# kill_after MILLISECONDS COMMAND...: runs it, and kills it if it is not done by then.
kill_after()
{
	local wait=$1
	shift
	"$@" >/dev/null 2>&1 3>&- &
	sleep "$((wait / 1000)).$(printf %03d $((wait % 1000)))"
	if kill -KILL $! 2>/dev/null; then
		kills=$((kills + 1))
	fi
	wait $! 2>/dev/null || :
}

# kill_until_done LIMIT [COMMAND]: sends all there is under kills; after each of them
# the command is run.
kill_until_done()
{
	local limit=$1 first=$kills
	shift
	while contact-find -k invitation --count state=queued >/dev/null; do
		if [ $((kills - first)) -ge "$limit" ]; then
			contact-invite -q --send --yes 2>/dev/null || :
			continue
		fi
		kill_after $((RANDOM % 120)) contact-invite -q --send --yes
		[ $# -eq 0 ] || "$@"
	done
	# What a killed sender has handed over goes on to its end.
	sleep 0.2
}

@test "E1 E3 nobody is invited twice and nobody is forgotten, under kill -9" {
	local wanted rounds=0 unknown=0
	kills=0
	wanted=$(tier 40 120 1000)
	outbox "$(tier 40 100 200)"
	echo 'odd 20' >orders
	while [ "$kills" -lt "$wanted" ]; do
		rm -rf store log
		cp -R base store
		kill_until_done $((wanted - kills))
		[ "$(duplicates)" -eq 0 ] || { echo "twice:"; accepted | uniq -d; return 1; }
		accounted
		rounds=$((rounds + 1))
		unknown=$((unknown + $(wc -l <unknown)))
	done
	figures "$kills kills in $rounds rounds of $(wc -l <everybody): 0 duplicates, 0 forgotten, $unknown unknown"
	[ "$unknown" -gt 0 ]
}

@test "E1 teeth: one that sends again what it does not know is found" {
	kills=0
	outbox 60
	echo 'odd 3' >orders
	kill_until_done 40 contact-invite -q --resend-unknown --yes
	[ "$(duplicates)" -gt 0 ]
}

@test "E1 an mbox that is killed is unknown as a whole or not at all" {
	local wait rounds
	kills=0
	rounds=$(tier 5 15 100)
	outbox 300
	for _ in $(seq "$rounds"); do
		rm -rf store
		cp -R base store
		kill_after $((RANDOM % 60)) contact-invite -q --mbox
		contact-store -q check
		case $(in_state queued | wc -l)-$(in_state unknown | wc -l)-$(in_state sent | wc -l) in
		300-0-0 | 0-300-0 | 0-0-300) ;;
		*) in_state queued | wc -l && return 1 ;;
		esac
	done
	figures "$kills kills"
}

@test "E2 C8 two senders at once: one sends, the other ends with 75 at once" {
	local rounds busy=0 first second began
	rounds=$(tier 5 20 200)
	outbox 3
	for _ in $(seq "$rounds"); do
		rm -rf store log
		cp -R base store
		first=0 second=0
		contact-invite -q --send 2>/dev/null 3>&- &
		began=$(date +%s%N)
		contact-invite -q --send 2>/dev/null || second=$?
		if [ "$second" -eq 75 ]; then
			[ $(($(date +%s%N) - began)) -lt 1000000000 ]
			busy=$((busy + 1))
		fi
		wait $! || first=$?
		case $first-$second in
		0-0 | 0-75 | 75-0) ;;
		*) echo "ended with $first and $second" && return 1 ;;
		esac
		[ "$(duplicates)" -eq 0 ]
		[ "$(accepted | wc -l)" -eq 3 ]
	done
	figures "$rounds rounds, $busy times the second found the first: 0 duplicates"
}

@test "E2 neither a restored backup nor the same file again sends twice" {
	outbox 5
	contact-store -q backup yesterday
	contact-invite -q --send
	contact-store -q --yes restore yesterday
	contact-invite -q --send || :
	seq 5 | sed 's/.*/P&,p&@c&.example/; 1i first_name,email' | contact-add -q
	contact-invite -q --send || :
	CONTACT_NOW=2020-01-01T00:00:00Z contact-invite -q --send || :
	[ "$(duplicates)" -eq 0 ]
	[ "$(accepted | wc -l)" -eq 5 ]
	# What the store knew before it was restored is known still.
	[ "$(in_state held sent | wc -l)" -eq 5 ]
}

# late FILE: of the flags in it, `ADDRESS REV`, those whose message was not claimed when
# the flag was stored, and taken all the same.
late()
{
	local address rev id
	while read -r address rev; do
		grep -q " $address " log || continue
		id=$(contact-find -H -k invitation -c id "email=$address")
		[ "$(contact-find -H -k invitation -c state --at "$rev" "$id")" != queued ] ||
		    echo "$address"
	done <"$1"
}

@test "E4 do_not_email wins from its commit on, however busy the sender is" {
	local rounds flags i
	rounds=$(tier 1 2 10)
	outbox "$(tier 60 120 200)"
	: >all-late
	flags=0
	for _ in $(seq "$rounds"); do
		rm -rf store log
		cp -R base store
		: >flagged
		contact-invite -q --send --yes 2>/dev/null 3>&- &
		for i in $(seq "$(contact-find --count)" | shuf --random-source=<(yes $RANDOM) | head -n "$(tier 30 60 100)"); do
			rev=$(contact-edit --set do_not_email=true "p$i@c$i.example" 2>&1 | grep -oE 'rev=[0-9]+')
			echo "p$i@c$i.example ${rev#rev=}" >>flagged
		done
		wait $! || :
		flags=$((flags + $(wc -l <flagged)))
		late flagged >>all-late
		[ "$(duplicates)" -eq 0 ]
		accounted
		suppressed=$((${suppressed:-0} + $(in_state suppressed | wc -l)))
	done
	same late all-late ''
	figures "$flags flags set, $suppressed in time: 0 sent after"
	[ "$suppressed" -gt 0 ]
}

@test "E4 teeth: a message that went out after the flag is found" {
	outbox 3
	rev=$(contact-edit --set do_not_email=true p2@c2.example 2>&1 | grep -oE 'rev=[0-9]+')
	echo "p2@c2.example ${rev#rev=}" >flagged
	contact-invite -q --send
	late flagged >late
	same late late ''
	echo '1 p2@c2.example x 1 whole' >>log
	late flagged >late
	same late late p2@c2.example
}

@test "E5 no half message, whenever the sender is killed and however sendmail reads" {
	local wanted
	wanted=$(tier 15 40 500)
	kills=0
	outbox 40
	echo 'slow 20' >orders
	while [ "$kills" -lt "$wanted" ]; do
		rm -rf store log
		cp -R base store
		kill_until_done $((wanted - kills))
		sleep 0.3
		[ "$(awk '$5 != "whole"' log | wc -l)" -eq 0 ]
		[ "$(duplicates)" -eq 0 ]
	done
	rm -rf store
	cp -R base store
	echo 'deaf 0' >orders
	expect 0 contact-invite -q --send
	stderr_is ''
	figures "$kills kills, 0 half messages"
}

@test "E5 teeth: half a message is found" {
	outbox 1
	contact-invite -q --mbox | head -n 8 | ./sendmail -i -f a@example.org -- b@example.org
	[ "$(awk '$5 != "whole"' log | wc -l)" -eq 1 ]
}

# breaches MILLISECONDS: how often two were taken within less.
breaches()
{
	cut -d ' ' -f 1 log | awk -v least="$1" '
		NR > 1 && ($1 - last) / 1e6 < least { n++ } { last = $1 } END { print n + 0 }'
}

# Where a sender was killed its last message may be taken down late, and the next one
# seems early.
@test "E8 no two go out faster than mail_rate, over restarts and kills" {
	kills=0
	outbox "$(tier 20 40 200)"
	contact-store -q set mail_rate=20
	while contact-find -k invitation --count state=queued >/dev/null; do
		kill_after $((100 + RANDOM % 500)) contact-invite -q --send --yes
	done
	[ "$(breaches 50)" -le "$kills" ]
	figures "$kills kills, $(wc -l <log) messages, 0 too early"
}

@test "E8 teeth: a sender without a limit is found" {
	outbox 20
	contact-invite -q --send
	[ "$(breaches 50)" -gt 0 ]
}

# Where memory runs out, GLib as it is waits for a lock that it holds, for ever.
@test "D4 memory that runs out while mail is composed: an end in time, without a signal" {
	local call n well status points=0
	prepare_sending
	for call in malloc calloc realloc; do
		well=0
		for ((n = 1; well < 60; n++)); do
			status=0
			FAILING=$call:$n:once:ENOMEM LD_PRELOAD=$CONTACT_BIN/tests/fault/failing.so \
			    timeout 10 "$CONTACT_BIN/tests/cmd/composing" letter.txt 1 >out 2>err || status=$?
			points=$((points + 1))
			well=$((well + 1))
			case $status in
			0) continue ;;
			1 | 2 | 5) well=0 ;;
			127) grep -q 'cannot allocate memory for thread-local data' err ;;
			*) echo "$call $n: status $status" && cat err && return 1 ;;
			esac
		done
	done
	figures "$points points, 0 bad"
	[ "$points" -gt 500 ]
}

# Every call that a sender makes fails, and each time all are accounted for.
@test "E1 D4 any call of --send and --mbox fails: none twice, none forgotten" {
	local call n every status points=0 action
	outbox 2
	every=$(tier 40 13 3)
	for action in --send --mbox; do
		for call in malloc calloc realloc openat pwrite write fdatasync ftruncate fcntl mmap; do
			n=$((1 + RANDOM % every))
			while :; do
				rm -rf store log out
				cp -R base store
				status=0
				FAILING=$call:$n:once LD_PRELOAD=$CONTACT_BIN/tests/fault/failing.so \
				    timeout 20 contact-invite $action >out 2>err || status=$?
				points=$((points + 1))
				contact-store -q check
				[ "$(duplicates)" -eq 0 ]
				[ $action = --mbox ] || accounted || { echo "$action $call $n: $status" && return 1; }
				case $status in
				0) [ "$(in_state sent | wc -l)" -eq 2 ] || { cat err && return 1; } ;;
				3 | 5 | 6 | 75) ;;
				127) grep -q 'cannot allocate memory for thread-local data' err ;;
				*) echo "$action $call $n: status $status" && cat err && return 1 ;;
				esac
				# Behind the last call nothing fails.
				[ "$status" -ne 0 ] || [ "$n" -lt 400 ] || break
				[ "$n" -lt "$(tier 400 400 5000)" ] || break
				n=$((n + every))
			done
		done
	done
	figures "$points points, 0 bad"
}

# Before and behind each call that changes a file, from the first to the last.
@test "E1 D3 --send and --mbox die at any call that changes a file: none twice, none forgotten" {
	local how n status points=0 action
	outbox 2
	for action in --send --mbox; do
		for how in before after; do
			for ((n = 1; ; n++)); do
				rm -rf store log out
				cp -R base store
				status=0
				FAILING=change:$n:$how LD_PRELOAD=$CONTACT_BIN/tests/fault/failing.so \
				    contact-invite -q $action >out 2>err || status=$?
				# The first of all are made by libraries before failing.so counts.
				[ "$status" -ne 0 ] || [ "$n" -lt 5 ] || break
				[ "$status" -eq 137 ] || [ "$status" -eq 0 ] || { cat err && return 1; }
				points=$((points + 1))
				# A message that was handed over goes on without us.
				sleep 0.05
				contact-invite -q --send 2>/dev/null || :
				[ "$(duplicates)" -eq 0 ]
				[ $action = --mbox ] || accounted || { echo "$how $n" && return 1; }
				[ "$(in_state sent unknown | wc -l)" -eq 2 ]
			done
		done
	done
	figures "$points points, 0 bad"
	[ "$points" -gt 20 ]
}
