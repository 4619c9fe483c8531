#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
#
# Failing calls (D4): of each call that a command makes, memory, files and locks,
# every n-th fails, once or from then on, with several errors, or is short. The
# command ends in time, without a signal, with a status of contact(7) and one line
# that says why; the store is as before or as after; and it says that it did well
# only if all was stored and printed. One in seven is tried, in the long tier all.

load faults
load ../cmd/sent

# nights: what another system exports of jobs and placements, on two nights.
nights()
{
	seq 30 | sed 's/.*/J&,Cook,Company &,p&@example.com,Open/; 1i ext.ats,title,organization,contact,status' >first-jobs.csv
	sed '5,15s/Open/Closed/; 2s/Cook/Chef/; 30d' first-jobs.csv >second-jobs.csv
	seq 11 29 | sed 's/.*/P&,J&,p&@example.com,Consultant,/; 1i ext.ats,job,candidate,employment,end_assignment' >first-placements.csv
	sed '2,9s/$/yes/' first-placements.csv >second-placements.csv
	seq 9 | sed 's/.*/&,2026-10-05T08:00:00Z,job_created,K&,p4&@example.com,/; 1i event_id,at,event,job,contact,employment' >events.csv
	seq 10 14 | sed 's/.*/&,2026-10-05T08:00:00Z,closing_report,K3,p&@example.com,Permanent/' >>events.csv
}

# worlds: what commands find. `none` is no store, `some` one with two runs of
# imports, `working` one with jobs and placements as well, `both` one besides a backup of it as it was before its last run.
worlds()
{
	people 0 39 Lee 5 'a;b' >first.csv
	people 20 59 Leigh 6 'a;c' >again.csv
	mkdir none some
	contact-add -q -s some/store first.csv
	contact-add -q -s some/store again.csv
	contact-store -q -s some/store set timezone=+01:00
	cp -R some both
	contact-store -q -s both/store backup both/copy
	contact-add -q -s both/store email=later@example.com
	contact-store -s some/store dump >dump.txt
	printf '%s\n' 'From: "Lee, Ann" <p1@example.com>' 'To: b@new.example, =?UTF-8?Q?D=C3=A4n?= <d@new.example>' >message
	nights
	cp -R some working
	contact-status -q -s working/store --jobs first-jobs.csv --placements first-placements.csv
	points=0
}

# swept WORLD [OPTION]... COMMAND...: all is well, whatever fails.
swept()
{
	local world=$1 status=0
	shift
	sweep -b "$world" -n "$(tier 29 7 1)" -o "$SEED" "$@" >sweep.out 2>&1 || status=$?
	if [ "$status" -ne 0 ]; then
		echo "swept $world $*:"
		cat sweep.out
		return 1
	fi
	points=$((points + $(last_number sweep.out points)))
}

@test "D4 contact-add: any call fails" {
	worlds
	swept none -- contact-add "$PWD/first.csv"
	swept some -- contact-add "$PWD/again.csv" --results r.csv --errors e.csv --diff d.csv
	swept some -i again.csv -- contact-add --dry-run -
	swept some -- contact-add email=x@example.com first_name=Bo organization=Acme
	swept some -- contact-add -k organization name=Acme domains=example.org
	swept some -- contact-add -i mail --header From,To "$PWD/message"
	figures "$points points, 0 bad"
	[ "$points" -gt "$(tier 200 900 6000)" ]
}

@test "D4 contact-find: any call fails" {
	worlds
	swept some -- contact-find -c all
	swept some -- contact-find -o json -c all first_name=Ann3 or organization=Company*
	swept some -- contact-find --sort -last_name,email --limit 9 -o table
	swept some -- contact-find --count-by organization,last_name
	swept some -- contact-find --history p21@example.com
	swept some -- contact-find --at 1 -c all
	swept some -- contact-find --changes-since 1
	swept some -- contact-find --card p21@example.com
	swept some -- contact-find --card -o json p21@example.com
	swept some -- contact-find -k organization --card --limit 2
	swept some -- contact-find --fields
	figures "$points points, 0 bad"
	[ "$points" -gt "$(tier 80 300 2000)" ]
}

@test "D4 contact-store: any call of any action fails" {
	worlds
	swept none -- contact-store init
	swept some -- contact-store info
	swept some -- contact-store check
	swept some -- contact-store check -v
	swept some -- contact-store set timezone=+02:00
	swept some -- contact-store get
	swept some -- contact-store log
	swept some -- contact-store undo 2
	swept some -- contact-store undo 2 --results -
	swept some -- contact-store prune --older 0s --yes
	swept some -- contact-store compact
	swept some -- contact-store backup copy
	swept both -- contact-store restore --yes copy
	swept some -- contact-store dump
	swept none -i dump.txt -- contact-store load
	swept some -- contact-store share --none
	figures "$points points, 0 bad"
	[ "$points" -gt "$(tier 200 800 5000)" ]
}

@test "D4 contact-status: any call fails" {
	worlds
	swept some -- contact-status --candidate DNU --all
	swept some -i again.csv -- contact-status --client Past -
	swept some -- contact-status --jobs "$PWD/first-jobs.csv" --placements "$PWD/first-placements.csv" --events "$PWD/events.csv"
	swept working -- contact-status --jobs "$PWD/second-jobs.csv" --close-missing --results r.csv --diff d.csv
	swept working -- contact-status --placements "$PWD/second-placements.csv" --errors e.csv
	swept working -- contact-status --check
	swept working -- contact-status --reconcile --all
	swept working -- contact-status -o table organization=Company*
	swept working -- contact-status --values
	figures "$points points, 0 bad"
	[ "$points" -gt "$(tier 150 600 3000)" ]
}

@test "D4 contact-archive: any call fails" {
	worlds
	cp -R some archived
	contact-archive -q -s archived/store --inactive --yes --all
	contact-archive -q -s archived/store --reject 2 3 4
	# The salt of hashes is made at random, once.
	contact-archive -q -s working/store --erase --force --yes 6 >/dev/null
	contact-archive -q -s archived/store --erase --force --yes 6 >/dev/null
	swept some -- contact-archive --inactive --attribute do_not_email --yes --all --results r.csv --diff d.csv
	swept some -i again.csv -- contact-archive --reject --yes -
	swept archived -- contact-archive --revive --all
	swept archived -- contact-archive --approve 2 3 5
	swept working -- contact-archive --delete --force --yes --all
	swept working -- contact-archive --erase --force --yes --max 9 2 3 p5@example.com
	swept archived -- contact-archive --erase --yes 2 --results r.csv
	sed '5,9d' first.csv >lacking.csv
	swept some -- contact-archive --reject --missing-from "$PWD/lacking.csv" --key email
	swept working -- contact-archive -k job --delete --max 50% --errors e.csv title=Cook
	figures "$points points, 0 bad"
	[ "$points" -gt "$(tier 100 400 2000)" ]
}

# An erasure waits for nobody to make its new file: interrupted, it left the old one.
@test "D4 contact-archive: a lock that is interrupted is asked for again" {
	worlds
	contact-archive -q -s working/store --erase --force --yes 6 >/dev/null
	swept working -n 1 -c flock -- contact-archive --erase --force --yes 2
	[ "$points" -gt 5 ]
}

@test "D4 contact-edit: any call fails" {
	worlds
	contact-add -q -s some/store -k event title=Fair
	swept some -- contact-edit --set title=Boss --set labels+=new --clear phone --yes --all --results r.csv --diff d.csv
	swept some -i again.csv -- contact-edit --note called --link event:Fair -
	swept some -- contact-edit -k organization --set assigned_to=zoe --errors e.csv --all
	contact-find -s some/store -H -c id --limit 8 | paste -d, - - | sed '1i id,other' >pairs.csv
	swept some -i pairs.csv -- contact-edit --merge --results r.csv --diff d.csv -
	swept some -i pairs.csv -- contact-edit --not-duplicate -
	swept some -- contact-edit -k organization --merge 'Company 1' 'Company 2'
	swept some -- contact-find --duplicates
	figures "$points points, 0 bad"
	[ "$points" -gt "$(tier 50 200 1000)" ]
}

# What is wrong on purpose has to be found: nothing above would be worth anything.

@test "D4 a program that overlooks a failing write is found out" {
	worlds
	sweep -b some -c write -- sh -c 'contact-find -c all; exit 0' >sweep.out 2>&1 && false
	contains sweep.out 'status 0, but another output'
}

@test "D4 a program that overlooks a run that was not stored is found out" {
	worlds
	people 60 79 Moe 5 c >new.csv
	sweep -b some -c pwrite -c fdatasync -- \
	    sh -c 'contact-add -q "$0"; exit 0' "$PWD/new.csv" >sweep.out 2>&1 && false
	contains sweep.out 'status 0, but not stored'
}

@test "D4 a program that dies, hangs, or says nothing is found out" {
	worlds
	sweep -b some -c openat -n 40 -- \
	    sh -c 'contact-find >/dev/null || kill -SEGV $$' >sweep.out 2>&1 && false
	contains sweep.out 'signal 11'
	sweep -b some -c openat -n 200 -t 1 -- \
	    sh -c 'contact-find >/dev/null || sleep 60' >sweep.out 2>&1 && false
	contains sweep.out 'took more than 1 s'
	sweep -b some -c openat -n 40 -- \
	    sh -c 'contact-find 2>/dev/null || exit 5' >sweep.out 2>&1 && false
	contains sweep.out '0 lines say why'
}

@test "D4 a plan that means nothing is refused" {
	expect 99 env FAILING=write:one:never LD_PRELOAD="$CONTACT_BIN/tests/fault/failing.so" contact-find
	stderr_is 'failing.so: FAILING=write:one:never is no plan'
}

@test "D4 contact-invite: any call of queueing fails" {
	worlds
	contact-edit -q -s some/store -k organization --set domains=example.com 'name=Company 1'
	swept some -- contact-invite --campaign Fall --set labels+=fall --all --results r.csv --diff d.csv
	swept some -i again.csv -- contact-invite -n --campaign Fall --subdomains -
	figures "$points points, 0 bad"
	[ "$points" -gt "$(tier 30 120 600)" ]
}

# Without memory for it, a domain was taken for a public suffix.
@test "D4 HS-54 every reallocation fails while a domain is looked up" {
	worlds
	sweep -b some -c realloc -- contact-add -k organization name=Acme domains=example.org >sweep.out 2>&1
	points=$(last_number sweep.out points)
	[ "$points" -gt 20 ]
}

# invited WORLD: a world in which everybody of it was sent an invitation, and the file
# events.csv of what some of them did.
invited()
{
	local id step
	export CONTACT_STORE=$PWD/$1/store
	contact-edit -q -k organization --set domains=example.com 'name=Company 1'
	contact-invite -q --campaign Fall --all
	send_all
	{
		echo token,step,at,organization
		contact-find -H -k invitation -c id --limit 9 | while read -r id; do
			for step in joined approved unsubscribed bounced; do
				echo "$(token "$id"),$step,2026-10-05T08:00:00Z,Newco"
			done
		done
		echo "nobody,visited,,"
	} >events.csv
	export CONTACT_STORE=store
}

@test "D4 contact-invite: any call of events, decisions and unsubscribing fails" {
	worlds
	contact-add -q -s some/store email=new@other.example
	invited some
	swept some -- contact-invite --events "$PWD/events.csv" --results r.csv --errors e.csv --diff d.csv
	sed '/approved/d' events.csv >asked.csv
	contact-invite -q -s some/store --events asked.csv 2>/dev/null || [ $? -eq 3 ]
	swept some -- contact-invite --approve --all
	token "$(contact-find -s some/store -H -k invitation -c id --limit 1)" >leave
	swept some -i leave -- contact-invite --unsubscribe -
	figures "$points points, 0 bad"
	[ "$points" -gt "$(tier 30 120 600)" ]
}
