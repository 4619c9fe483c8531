#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
#
# Runs that end in the middle: killed, or out of room. The store is as before or
# as after, check passes, and the next run works. CONTACT_TESTS=quick kills
# fewer; SEED repeats a run of random moments.

load ../cmd/support

rows=200000
kills=20
[ "${CONTACT_TESTS:-}" != quick ] || kills=5

people()
{
	seq "$1" | awk 'BEGIN { print "First Name,Last Name,E-Mail,Organization,Street,Labels" }
		{ printf "Ann%d,Lee%d,p%d@example.com,Company %d,\"%d Main Street\nFlat %d\",a;b\n",
		    $1, $1 % 999, $1, $1 / 20, $1, $1 % 7 }' >people.csv
}

# What the store says, whatever bytes it lies in.
content()
{
	{
		contact-find -c all
		contact-find -k organization -c all
	} | sha256sum
}

now()
{
	echo $(($(date +%s%N) / 1000000))
}

@test "kill -9 during an import of 200,000 rows: as before or as after (X-14)" {
	RANDOM=${SEED:=$RANDOM}
	echo "SEED=$SEED"
	contact-add -q -k organization "$examples/salesforce-accounts.csv"
	contact-add -q "$examples/salesforce-contacts.csv"
	before=$(content)
	cp -R "$CONTACT_STORE" untouched
	people $rows
	from=$(now)
	contact-add -q people.csv
	took=$(($(now) - from))
	after=$(content)
	rm -rf "$CONTACT_STORE"
	cp -R untouched "$CONTACT_STORE"

	killed=0 whole=0
	for i in $(seq "$kills"); do
		contact-add -q people.csv 3>&- &
		wait=$((RANDOM * (took + took / 10) / 32768))
		sleep "$((wait / 1000)).$(printf %03d $((wait % 1000)))"
		if kill -KILL $! 2>/dev/null; then
			killed=$((killed + 1))
		fi
		wait $! 2>/dev/null || :
		contact-store check >check.out 2>&1 || {
			echo "after kill $i, at $wait of $took ms:"
			cat check.out
			return 1
		}
		found=$(content)
		if [ "$found" = "$after" ]; then
			whole=$((whole + 1))
			rm -rf "$CONTACT_STORE"
			cp -R untouched "$CONTACT_STORE"
		elif [ "$found" != "$before" ]; then
			echo "after kill $i, at $wait of $took ms: neither before nor after"
			contact-store info
			return 1
		fi
	done
	echo "$killed of $kills killed, $whole had ended"
	[ "$killed" -gt 0 ]

	expect 0 contact-add -q people.csv
	[ "$(content)" = "$after" ]
}

@test "kill -9 during the very first import: no half store" {
	people 50000
	for wait in 0.000 0.002 0.005 0.01 0.02 0.05 0.1; do
		rm -rf "$CONTACT_STORE"
		contact-add -q people.csv 3>&- &
		sleep $wait
		kill -KILL $! 2>/dev/null || :
		wait $! 2>/dev/null || :
		expect 0 contact-add -q email=ann@example.com
		expect 0 contact-store check
		count=$(contact-find --count)
		[ "$count" -eq 1 ] || [ "$count" -eq 50001 ]
	done
}

@test "SIGTERM and SIGINT end a run without a trace" {
	contact-add -q email=ann@example.com
	people $rows
	for signal in TERM INT HUP; do
		# Of a job in the background SIGINT is ignored, unless it is asked for.
		bash -c 'trap - INT; exec contact-add -q people.csv' 3>&- &
		sleep 0.2
		kill -$signal $! 2>/dev/null || :
		wait $! 2>/dev/null || :
		expect 0 contact-store check
		count=$(contact-find --count)
		[ "$count" -eq 1 ] || [ "$count" -eq $((rows + 1)) ]
	done
}

@test "disk full on a small file system: exit 5, nothing stored, and it goes on after" {
	[ "$(id -u)" = 0 ] || skip 'only the superuser can mount a small file system'
	mkdir small
	mount -t tmpfs -o size=6m none small 2>/dev/null || skip 'no file system can be mounted here'
	CONTACT_STORE=$PWD/small/store
	contact-add -q email=ann@example.com
	people 100000
	local wrong=
	expect 5 contact-add people.csv || wrong=1
	stderr_has '^contact-add: .*/small/store: no space left on its file system$' || wrong=1
	stdout_is '' || wrong=1
	expect 0 contact-store check || wrong=1
	expect 0 contact-find -H -c email || wrong=1
	stdout_is ann@example.com || wrong=1
	expect 0 contact-add -q email=bob@example.com || wrong=1
	expect 0 contact-find --count || wrong=1
	stdout_is 2 || wrong=1
	umount small || umount -l small
	CONTACT_STORE=$PWD/store
	[ -z "$wrong" ]
}

@test "a limit on the size of files: exit 5, nothing stored" {
	contact-add -q email=ann@example.com
	people 100000
	expect 5 bash -c 'ulimit -f 5000; contact-add people.csv'
	stdout_is ''
	expect 0 contact-find -H -c email
	stdout_is ann@example.com
	expect 0 contact-add -q email=bob@example.com
}

@test "memory that runs out: exit 5, nothing stored" {
	contact-add -q email=ann@example.com
	people $rows
	! grep -q __asan_init "$CONTACT_BIN/contact-add" || skip 'sanitizers need all memory there is'
	local status=0
	bash -c 'ulimit -v 100000; contact-add -q people.csv' >out 2>err || status=$?
	echo "status $status: $(cat err)"
	[ "$status" -eq 5 ] || [ "$status" -eq 0 ]
	[ "$status" -eq 0 ] || [ -s err ]
	expect 0 contact-store check
	[ "$status" -eq 0 ] || [ "$(contact-find --count)" -eq 1 ]
}

@test "four at once write one store, one after the other" {
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
