#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
#
# Many at once (C1 to C7): commands do not see half of what others do, one of
# those that make a store has made it, readers that pause or die do not make the
# store grow, nor is its growth seen; waiting ends, and so does memory.
# CONTACT_TESTS=quick does less of it, =long as much as is promised.

load ../cmd/support

eval "$(declare -f teardown | sed '1s/teardown/check_and_keep/')"

prepare()
{
	PATH=$CONTACT_BIN/tests/fault:$CONTACT_BIN/bench:$PATH
	case ${CONTACT_TESTS:-} in
	quick) commands=60 rounds=60 writes=300 leavers=200 megabytes=60 ;;
	long) commands=5000 rounds=1000 writes=10000 leavers=2000 megabytes=200 ;;
	*) commands=300 rounds=200 writes=1000 leavers=1200 megabytes=200 ;;
	esac
	helpers=()
}

# Whatever still runs is told to end before the store is checked.
teardown()
{
	for helper in "${helpers[@]}"; do
		kill -KILL "$helper" 2>/dev/null || :
		wait "$helper" 2>/dev/null || :
	done
	check_and_keep
}

# note FIGURES: into the log of the suite.
note()
{
	sed 's/^/# /' "$1" >&3
}

people()
{
	seq "$1" | awk 'BEGIN { print "First Name,Last Name,E-Mail,Organization,Street,Title" }
		{ printf "Ann%d,Lee%d,p%d@example.com,Company %d,%d Main Street,Head\n",
		    $1, $1 % 999, $1, $1 / 20, $1 }' >people.csv
}

bytes_of_store()
{
	stat -c %s "$CONTACT_STORE/data.mdb"
}

# begun FILE: waits until a helper has written it.
begun()
{
	for _ in $(seq 600); do
		[ ! -s "$1" ] || return 0
		sleep 0.05
	done
	echo "nothing is in $1"
	return 1
}

sanitized()
{
	grep -q __asan_init "$CONTACT_BIN/contact-add"
}

@test "C1 eight processes run commands of all kinds at once" {
	mkdir crowd
	expect 0 crowd mixed "$PWD/crowd" 8 "$commands"
	note stdout
	stdout_has '^8 processes: .* 0 errors, 0 torn, 0 lost$'
	expect 0 contact-store -s crowd/store check
}

@test "C1 teeth: a store without locks is caught" {
	# Each import of a group in two commands is what a torn state looks like.
	mkdir crowd hasty
	cat >hasty/contact-add <<-'END'
		#!/bin/sh
		case $2 in
		*.csv)
			head -n 3 "$2" >"$2.head"
			"$CONTACT_BIN/contact-add" -q "$2.head" && exec "$CONTACT_BIN/contact-add" -q "$2" ;;
		*) exec "$CONTACT_BIN/contact-add" "$@" ;;
		esac
	END
	chmod +x hasty/contact-add
	expect 1 env PATH="$PWD/hasty:$PATH" crowd mixed "$PWD/crowd" 8 400
	stderr_has '^crowd: a search saw a torn group: '
}

@test "C1 four large imports at once, one after the other" {
	for n in 1 2 3 4; do
		seq -f "p$n-%.0f@example.com" 5000 | sed '1iemail' >people$n.csv
	done
	writers=()
	for n in 1 2 3 4; do
		contact-add -q people$n.csv 3>&- &
		writers+=($!)
	done
	while kill -0 "${writers[@]}" 2>/dev/null; do
		count=$(contact-find --count 2>/dev/null) || :
		[ $((${count:-0} % 5000)) -eq 0 ]
	done
	for writer in "${writers[@]}"; do
		wait "$writer"
	done
	expect 0 contact-find --count
	stdout_is 20000
}

@test "C2 four make a store at once: one has made it, three find it made" {
	mkdir crowd
	expect 0 crowd create "$PWD/crowd" "$rounds"
	note stdout
	stdout_has "^$rounds rounds of 4: 1 has made it, 3 found it made\$"
}

# One-record runs, each of which changes a record.
write_many()
{
	for n in $(seq "$1"); do
		contact-add -q "email=p$((n % 100 + 1))@example.com" "title=Head $n" >/dev/null
	done
}

# grows_by LESS|MORE BASE: compares the store's size with that without a reader.
grows_by()
{
	local now
	now=$(bytes_of_store)
	echo "# $now bytes, $2 without the reader" | tee /dev/fd/3
	case $1 in
	less) [ $((now * 100)) -le $(($2 * 110)) ] ;;
	more) [ $((now * 100)) -gt $(($2 * 110)) ] ;;
	esac
}

# blocked PID...: waits until they sleep and use no time.
blocked()
{
	local pid before now
	for pid in "$@"; do
		now=
		until [ -n "$now" ] && [ "$now" = "$before" ] && [[ $now == S* ]]; do
			before=$now
			sleep 0.3
			now=$(awk '{ print $3, $14 + $15 }' "/proc/$pid/stat") || return
		done
	done
}

@test "C3 a reader that pauses or is stopped does not make the store grow" {
	people 20000
	contact-add -q people.csv
	cp -R "$CONTACT_STORE" before
	write_many "$writes"
	without=$(bytes_of_store)

	rm -rf "$CONTACT_STORE"
	cp -R before "$CONTACT_STORE"
	mkfifo paused stopped input
	# Two readers of all that there is: nobody takes what the first prints, and
	# the second one is stopped as well.
	contact-find -c all >paused 3>&- &
	helpers+=($!)
	exec 8<paused
	contact-find -c all -o json >stopped 3>&- &
	reader=$!
	helpers+=("$reader")
	exec 9<stopped
	blocked "${helpers[@]}"
	kill -STOP "$reader"
	write_many "$writes"
	kill -0 "${helpers[@]}"
	grows_by less "$without"
	# What they print is the state that they began with, to the end.
	kill -CONT "$reader"
	[ "$(wc -l <&9)" -eq 20000 ]
	[ "$(grep -c 'Head$' <&8 || :)" -eq 0 ]
	exec 8<&- 9<&-

	# Teeth: a program that holds its read transaction does make it grow.
	rm -rf "$CONTACT_STORE"
	cp -R before "$CONTACT_STORE"
	misbehaving reads "$CONTACT_STORE" <input >ready 3>&- &
	helpers+=($!)
	exec 9>input
	begun ready
	write_many "$writes"
	grows_by more "$without"
	exec 9>&-
}

@test "C4 readers that are killed do no lasting harm" {
	people 5000
	contact-add -q people.csv
	cp -R "$CONTACT_STORE" before
	write_many $((leavers / 10))
	without=$(bytes_of_store)

	rm -rf "$CONTACT_STORE"
	cp -R before "$CONTACT_STORE"
	mkfifo input
	misbehaving opens "$CONTACT_STORE" <input >ready 3>&- &
	helpers+=($!)
	exec 9>input
	begun ready
	RANDOM=${SEED:=$RANDOM}
	echo "SEED=$SEED"
	killed=0
	for n in $(seq "$leavers"); do
		if [ $((n % 2)) -eq 0 ]; then
			expect 0 bash -c 'contact-find -c all | head -n 1; exit "${PIPESTATUS[0]}"'
		else
			status=0
			timeout -s KILL "$(printf '0.%05d' $((RANDOM % 1500)))" \
			    contact-find -c all >out 2>err || status=$?
			[ "$status" -eq 0 ] || [ "$status" -eq 137 ]
			[ "$status" -eq 0 ] || killed=$((killed + 1))
		fi
		if [ $((n % 10)) -eq 0 ]; then
			write_many 1
		fi
	done
	echo "# $killed killed of $leavers" >&3
	[ "$killed" -gt $((leavers / 10)) ]
	grows_by less "$without"
	exec 9>&-
}

@test "C4 places of readers run out: exit 75 while they live, and no harm when they are killed" {
	contact-add -q email=ann@example.com
	mkfifo input
	misbehaving opens "$CONTACT_STORE" <input >ready 3>&- &
	helpers+=($!)
	exec 9>input
	begun ready
	mkfifo second
	misbehaving fills "$CONTACT_STORE" <second >filled 2>places 3>&- &
	filler=$!
	helpers+=("$filler")
	exec 8>second
	begun filled
	contains places '^misbehaving: 10[0-9][0-9]: .*: too many readers at once$'
	expect 75 contact-find
	stdout_is ''
	stderr_is "contact-find: $CONTACT_STORE: too many readers at once"
	kill -KILL "$filler"
	wait "$filler" || :
	expect 0 contact-find -H -c email
	stdout_is ann@example.com
	stderr_is ''
	exec 8>&- 9>&-
}

@test "C5 the map grows from 1 MiB under a reader and a writer, unseen" {
	expect 0 growing "$CONTACT_STORE" "$megabytes"
	note stdout
	stderr_is ''
	stdout_has 'nobody saw a map$'
	[ "$(bytes_of_store)" -ge $((megabytes * 1024 * 1024)) ]
}

@test "C6 a writer that is stopped: others wait as long as they are told, readers do not" {
	contact-add -q email=ann@example.com
	misbehaving stops "$CONTACT_STORE" >ready 3>&- &
	holder=$!
	helpers+=("$holder")
	begun ready
	until [ "$(awk '/^State/ { print $2 }' "/proc/$holder/status")" = T ]; do sleep 0.02; done
	for seconds in 0 1 2; do
		began=$(date +%s%N)
		expect 75 contact-add --wait $seconds email=bob@example.com
		took=$((($(date +%s%N) - began) / 1000000))
		echo "waited $took ms of $seconds s"
		stdout_is ''
		stderr_has "^contact-add: $CONTACT_STORE: busy: process $holder has been writing for more than $seconds s"
		[ "$took" -ge $((seconds * 1000)) ]
		[ "$took" -le $((seconds * 1000 + 2000)) ]
	done
	expect 75 contact-store --wait 0 set timezone=+01:00
	stderr_has "process $holder "
	expect 0 timeout 5 contact-find -H -c email
	stdout_is ann@example.com
	expect 0 timeout 5 contact-store check
	# It goes on, and one that waits for it gets its turn.
	contact-add --wait 20 -q email=bob@example.com >id 3>&- &
	writer=$!
	kill -CONT "$holder"
	wait "$holder"
	wait "$writer"
	expect 0 contact-find --count
	stdout_is 2
	expect 0 contact-store get timezone
	stdout_has '\+09:00'
}

@test "C6 a writer that is killed while it is stopped holds nobody up" {
	contact-add -q email=ann@example.com
	misbehaving stops "$CONTACT_STORE" >ready 3>&- &
	holder=$!
	helpers+=("$holder")
	begun ready
	kill -KILL "$holder"
	expect 0 contact-add -q --wait 2 email=bob@example.com
	expect 0 contact-find --count
	stdout_is 2
}

# alone_for SECONDS: as one that replaces the store's files, which nobody may have
# open meanwhile.
alone_for()
{
	bash -c 'exec 9<"$0" && flock 9 && exec sleep "$1"' "$CONTACT_STORE" "$1" 3>&- &
	helpers+=($!)
	while flock -s -n "$CONTACT_STORE" true; do sleep 0.02; done
}

@test "C6 every command waits while the store's files are being replaced" {
	contact-add -q email=ann@example.com
	contact-add -q email=bob@example.com
	alone_for 60
	holder=${helpers[-1]}
	while read -r command; do
		expect 75 $command --wait 0
		stdout_is ''
		stderr_has "^${command%% *}: $CONTACT_STORE: busy: "
	done <<-'END'
		contact-add email=cid@example.com
		contact-find
		contact-store info
		contact-store check
		contact-store log
		contact-store set timezone=+01:00
		contact-store get
		contact-store undo 2
		contact-store prune --yes --older 1y
		contact-store compact
		contact-store backup copy
		contact-store dump
		contact-store init
	END
	[ ! -e copy ]
	kill "$holder"
	wait "$holder" || :
	while read -r command; do
		alone_for 0.3
		expect 0 $command --wait 20
	done <<-'END'
		contact-add email=cid@example.com
		contact-find
		contact-store info
		contact-store check
		contact-store log
		contact-store set timezone=+01:00
		contact-store get
		contact-store undo 2
		contact-store prune --yes --older 1y
		contact-store compact
		contact-store backup copy
		contact-store dump
		contact-store init
	END
	expect 0 contact-find --count
	stdout_is 2
}

# peak_is KILOBYTES COMMAND...: of memory that is the process's own.
peak_is()
{
	local most=$1 found
	shift
	expect 0 peak "$@"
	found=$(sed -n 's/^peak anonymous //p' stderr)
	echo "# $found KB of $most: ${*:1:3}" | tee /dev/fd/3
	[ "$found" -le "$most" ]
}

@test "C7 memory of imports and of searches is bounded" {
	! sanitized || skip 'sanitizers have memory of their own'
	case ${CONTACT_TESTS:-} in
	quick) rows=200000 ;;
	long) rows=3000000 ;;
	*) rows=1000000 ;;
	esac
	people 10000
	peak_is 65536 contact-add -q -s "$PWD/ten" people.csv
	peak_is 65536 contact-add -q -s "$PWD/ten" people.csv
	people "$rows"
	peak_is 655360 contact-add -q people.csv
	rm people.csv
	peak_is 81920 contact-find -c all
	rm -f stdout
	peak_is 81920 contact-find -o json first_name=Ann77 last_name=Lee77
	peak_is 81920 contact-find --count 'title=Head'
	# Through a pipe to one that is slow to begin.
	pipeline 0 'peak contact-find -c id,email 2>peak.found | { sleep 1; wc -l; }'
	stdout_is $((rows + 1))
	found=$(sed -n 's/^peak anonymous //p' peak.found)
	echo "# $found KB: into a slow pipe" | tee /dev/fd/3
	[ "$found" -le 163840 ]
}

# With so little memory that it must fail somewhere, and with a little more.
@test "C7 memory that runs out: exit 5, nothing stored" {
	! sanitized || skip 'sanitizers need all memory there is'
	contact-add -q email=ann@example.com
	people 100000
	failed=0
	for limit in 30000 50000 70000 90000 110000 140000 200000 400000; do
		rm -rf copy
		cp -R "$CONTACT_STORE" copy
		status=0
		bash -c "ulimit -v $limit; exec contact-add -q -s copy people.csv" >out 2>err || status=$?
		echo "with $limit KB: $status, $(cat err)"
		case $status in
		5)
			failed=$((failed + 1))
			grep -qE '^contact-add: .*(memory|[Cc]annot allocate|thread|map)' err
			want=1 ;;
		0) want=100001 ;;
		*) return 1 ;;
		esac
		[ ! -s out ]
		expect 0 contact-find -s copy --count
		stdout_is "$want"
		expect 0 contact-store -s copy check
	done
	[ "$failed" -gt 0 ]
	[ "$status" -eq 0 ]
}

@test "C7 searches with little address space" {
	! sanitized || skip 'sanitizers need all memory there is'
	people 100000
	contact-add -q people.csv
	for limit in 60000 100000 200000; do
		status=0
		bash -c "ulimit -v $limit; exec contact-find -c all" >out 2>err || status=$?
		echo "with $limit KB: $status, $(cat err)"
		case $status in
		0) [ "$(wc -l <out)" -eq 100001 ] ;;
		5) [ -s err ] ;;
		*) return 1 ;;
		esac
	done
	[ "$status" -eq 0 ]
}
