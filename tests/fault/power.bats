#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
#
# Power cuts (D2): what commands do to their files is logged, and the power is cut
# at each of these events, with none, all and random sectors of what was not
# synced on the disk, and names of files not yet there. What is found is the store
# as a command left it that had ended, or as the one under way leaves it; one in
# sixteen is written to as well. SEED repeats the random cuts.

load faults

eval "$(declare -f teardown | sed '1s/teardown/check_and_keep/')"

teardown()
{
	local status=0
	check_and_keep || status=$?
	[ -z "${root:-}" ] || rm -rf "$root"
	return "$status"
}

start_log()
{
	log=$PWD/power.log
	root=$(mktemp -d /dev/shm/contact-root.XXXXXX 2>/dev/null || mktemp -d)
	rm -f "$log"
}

# logged STATUS COMMAND...: runs it in the root.
logged()
{
	local want=$1
	shift
	expect "$want" powercut record "$log" "$root" "$@"
}

# cut LEAST [OPTION]...: at least so many states, and none is bad.
cut_power()
{
	local least=$1 status=0
	shift
	powercut replay -s "$SEED" "$@" "$log" >cut.out 2>&1 || status=$?
	if [ "$status" -ne 0 ]; then
		cat cut.out
		return 1
	fi
	states=$(last_number cut.out states)
	figures "$(tail -n 2 cut.out | tr '\n' ' ')"
	[ "$states" -ge "$least" ]
}

@test "D2 imports, changes and undoing" {
	start_log
	people 0 79 Lee 5 'a;b' >first.csv
	people 40 119 Leigh 6 'a;c' >again.csv
	logged 0 contact-add "$PWD/first.csv"
	logged 0 contact-add "$PWD/again.csv"
	logged 0 contact-add -k organization name=Acme domains=example.org
	for n in 1 2 3 4 5 6 7 8 9 10; do
		logged 0 contact-add email=x$n@example.com organization=Acme
	done
	logged 0 contact-store set timezone=+02:00
	logged 0 contact-store undo 2
	logged 0 contact-store undo 13
	logged 0 contact-status --candidate DNU --all
	seq 40 | sed 's/.*/J&,Cook,p&@example.com,Open/; 1i ext.ats,title,contact,status' >jobs.csv
	logged 0 contact-status --jobs "$PWD/jobs.csv"
	sed -i 's/Open/Closed/; 9d' jobs.csv
	logged 0 contact-status --jobs "$PWD/jobs.csv" --close-missing
	logged 4 contact-add --atomic "$PWD/../none.csv"
	cut_power "$(tier 400 1200 40000)" -q "$(tier 2 6 160)"
}

@test "D2 backup, compact, restore, prune, load" {
	start_log
	people 0 79 Lee 5 'a;b' >first.csv
	people 40 119 Leigh 6 'a;c' >again.csv
	logged 0 contact-add "$PWD/first.csv"
	logged 0 contact-store backup one
	logged 0 contact-add "$PWD/again.csv"
	logged 0 contact-store backup two
	logged 0 contact-store compact
	logged 0 contact-add email=x1@example.com
	logged 0 contact-store restore --yes one
	logged 0 contact-add email=x2@example.com
	logged 0 contact-store prune --older 0s --yes
	logged 0 contact-store compact
	logged 0 contact-store restore --yes two
	logged 0 contact-add email=x3@example.com
	contact-store -s "$root/store" dump >dump.txt
	logged 0 sh -c 'contact-store -s loaded load <"$0"' "$PWD/dump.txt"
	cut_power "$(tier 500 1200 25000)" -q "$(tier 2 5 80)"
}

@test "D2 a store that is made in directories which are made for it" {
	start_log
	logged 0 contact-add -s one/two/three email=ann@example.com
	logged 0 contact-store -s one/four init
	logged 0 contact-store -s one/four set timezone=+02:00
	cut_power "$(tier 100 400 5000)" -q "$(tier 3 8 80)"
}

@test "D2 forty runs, one after the other" {
	start_log
	for n in $(seq 40); do
		people "$n" $((n + 6)) "Lee$n" 5 "l$n" >"run$n.csv"
		logged 0 contact-add "$PWD/run$n.csv"
	done
	cut_power "$(tier 500 1600 25000)" -q "$(tier 2 3 40)"
}

# As if fsync and fdatasync did nothing: this has to be seen.
@test "D2 a store that does not sync is found out" {
	start_log
	people 0 79 Lee 5 'a;b' >first.csv
	logged 0 contact-add "$PWD/first.csv"
	logged 0 contact-add email=x@example.com
	powercut replay -n -q 8 -s "$SEED" "$log" >cut.out 2>&1 && false
	bad=$(last_number cut.out bad)
	figures "$(tail -n 1 cut.out) as it must be"
	[ "$bad" -gt 100 ]
}

# A program that writes the data in place, and no copy of it, loses it.
@test "D2 a copy that is not synced before it is renamed is found out" {
	start_log
	logged 0 contact-add email=x@example.com
	logged 0 sh -c 'mkdir new && cat store/data.mdb >new/data.mdb && mv new copy'
	powercut replay -s "$SEED" "$log" >cut.out 2>&1 && false
	contains cut.out 'copy'
}
