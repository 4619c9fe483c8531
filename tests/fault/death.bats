#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
#
# Death at any moment that counts (D3): a command is killed before and after each
# call that changes a file, from the first to the last. The store is as before or
# as after, sound, and the same command done again comes to the same end. All
# calls are tried in every tier, as there are some dozens to a command.

load faults
load ../cmd/sent

# died [OPTION]... COMMAND...: all is well, wherever it dies; the points are left
# in `points`.
died()
{
	local status=0
	sweep -k "$@" >sweep.out 2>&1 || status=$?
	points=$(last_number sweep.out points)
	if [ "$status" -ne 0 ]; then
		echo "died $*:"
		cat sweep.out
		return 1
	fi
	total=$((${total:-0} + points))
}

stores()
{
	people 0 199 Lee 20 'a;b' >first.csv
	people 100 299 Leigh 25 'a;c' >again.csv
	mkdir none some
	contact-add -q -s some/store first.csv
}

@test "D3 X-14 an import into a new store dies at any call: at least 50 points" {
	stores
	died -b none -- contact-add "$PWD/first.csv"
	[ "$points" -ge 50 ]
	figures "$points points, 0 bad"
}

@test "D3 X-14 an import with changes dies at any call" {
	stores
	died -b some -- contact-add "$PWD/again.csv"
	died -b some -- contact-add --results r.csv --errors e.csv --diff d.csv "$PWD/again.csv"
	figures "$total points, 0 bad"
	[ "$total" -ge 50 ]
}

@test "D3 X-14 archiving and reviving die at any call" {
	stores
	cp -R some archived
	contact-archive -q -s archived/store --inactive --yes --all
	died -b some -- contact-archive --inactive --attribute do_not_email --yes --all --diff d.csv
	died -b some -- contact-archive --reject --yes --all
	died -b archived -- contact-archive --revive --all
	sed '5,9d' first.csv >lacking.csv
	died -b some -- contact-archive --inactive --missing-from "$PWD/lacking.csv" --key email
	figures "$total points, 0 bad"
	[ "$total" -ge 50 ]
}

@test "D3 TW-26 erasing dies at any call" {
	stores
	# The salt of hashes is made at random, once.
	contact-archive -q -s some/store --erase --yes 9 >/dev/null
	died -b some -- contact-archive --erase --yes 2 3
	figures "$total points, 0 bad"
	[ "$total" -ge 50 ]
}

@test "D3 X-14 an edit with links dies at any call" {
	stores
	contact-add -q -s some/store -k event title=Fair
	died -b some -- contact-edit --set title=Boss --clear phone --yes --link event:Fair --all --diff d.csv
	died -b some -- contact-edit -k organization --set assigned_to=zoe --all
	died -b some -- contact-edit --merge p1@example.com p2@example.com
	died -b some -- contact-edit -k organization --merge 'Company 1' 'Company 2'
	figures "$total points, 0 bad"
	[ "$total" -ge 30 ]
}

@test "D3 X-14 a night of jobs and placements dies at any call" {
	stores
	seq 100 | sed 's/.*/J&,Cook,Company &,p&@example.com,Open/; 1i ext.ats,title,organization,contact,status' >first-jobs.csv
	sed '5,55s/Open/Closed/; 90,95d' first-jobs.csv >second-jobs.csv
	seq 100 | sed 's/.*/P&,J&,p1&@example.com,Consultant,/; 1i ext.ats,job,candidate,employment,end_assignment' |
	    head -n 80 >placements.csv
	cp -R some working
	contact-status -q -s working/store --jobs first-jobs.csv
	died -b some -- contact-status --jobs "$PWD/first-jobs.csv"
	died -b working -- contact-status --jobs "$PWD/second-jobs.csv" --close-missing --placements "$PWD/placements.csv" --diff d.csv
	died -b working -- contact-status --candidate DNU --all
	figures "$total points, 0 bad"
	[ "$total" -ge 60 ]
}

@test "D3 E1 queueing a campaign dies at any call" {
	stores
	died -b some -- contact-invite --campaign Fall --set labels+=fall --diff d.csv --all
	figures "$total points, 0 bad"
	[ "$total" -ge 20 ]
}

@test "D3 HS-53 what the invited did is told of, and processes die in it at any call" {
	stores
	(
		export CONTACT_STORE=$PWD/some/store
		contact-invite -q --campaign Fall --all
		send_all
		contact-find -H -k invitation -c id --limit 40 >ids
	)
	{
		echo token,step,at
		while read -r id; do
			echo "$(token "$id"),joined,2026-10-05T08:00:00Z"
			echo "$(token "$id"),unsubscribed,2026-10-05T08:00:00Z"
		done <ids
	} >events.csv
	died -b some -- contact-invite --events "$PWD/events.csv" --diff d.csv
	died -b some -- contact-invite --unsubscribe "$(token "$(head -n 1 ids)")"
	contact-invite -q -s some/store --events events.csv
	died -b some -- contact-invite --decline --all
	figures "$total points, 0 bad"
	[ "$total" -ge 40 ]
}

@test "D3 every action of contact-store dies at any call" {
	stores
	contact-add -q -s some/store again.csv
	contact-store -s some/store dump >dump.txt
	cp -R some both
	contact-store -q -s both/store backup both/copy
	contact-add -q -s both/store email=later@example.com
	died -b none -- contact-store init
	died -b some -- contact-store set timezone=+05:00
	died -b some -- contact-store undo 2
	died -b some -- contact-store prune --older 0s --yes
	died -b some -- contact-store compact
	died -b some -- contact-store backup copy
	died -b both -- contact-store restore --yes copy
	died -b none -i dump.txt -- contact-store load
	figures "$total points, 0 bad"
	[ "$total" -ge 300 ]
}

# An importer that commits every hundred rows is what this has to find.
@test "D3 an import in pieces is found out" {
	stores
	people 200 249 Moe 20 c >more.csv
	sweep -k -b some -- sh -c 'contact-add -q "$0" && contact-add -q "$1"' \
	    "$PWD/again.csv" "$PWD/more.csv" >sweep.out 2>&1 && false
	contains sweep.out 'neither as before nor as after: store'
}
