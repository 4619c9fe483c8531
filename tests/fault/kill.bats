#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
#
# Runs that end in the middle (D1). The store is as before or as after, what was
# acknowledged is there, check passes, and the next run works. CONTACT_TESTS=quick
# kills fewer, =long more; SEED repeats a run of random moments.

load ../cmd/support

prepare()
{
	PATH=$CONTACT_BIN/tests/fault:$PATH
}

rows=200000
kills=20
small_kills=1500
case ${CONTACT_TESTS:-} in
quick) rows=60000 kills=5 small_kills=500 ;;
long) kills=50 small_kills=10000 ;;
esac

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

@test "D1 what was reported stored survives kill -9: none lost, none partial, no repair" {
	mkdir killing
	expect 0 killing "$PWD/killing" "$small_kills"
	sed 's/^/# /' stdout >&3
	stdout_has "^$small_kills killed, .* 0 lost, 0 partial, 0 repairs"
}

@test "D1 teeth: a program that reports before it commits is caught" {
	mkdir killing hasty
	cat >hasty/contact-add <<-'END'
		#!/bin/sh
		echo 1
		echo 'contact-add: read=1 created=1 rev=1 in 0.00 s' >&2
		exec "$CONTACT_BIN/contact-add" "$@"
	END
	chmod +x hasty/contact-add
	expect 1 env PATH="$PWD/hasty:$PATH" killing "$PWD/killing" 200
	stderr_has '^killing: lost what was acknowledged: '
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
