#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
#
# contact-store prune and compact (X-33, S5), and what replaces files of a store
# while others use it: nobody waits without end, and no write that was
# acknowledged is lost (B2).

load support

prepare()
{
	replacements=20
	[ "${CONTACT_TESTS:-}" != quick ] || replacements=6
}

# A store with one run a year, from 2020 to 2024, each of which changes Ann.
years()
{
	local year
	for year in 2020 2021 2022 2023 2024; do
		CONTACT_NOW=$year-06-01T00:00:00Z \
		    contact-add -q email=ann@example.com title="Title$year" >/dev/null
	done
}

@test "X-33 prune forgets the runs before an age, with --yes alone" {
	years
	before=$(store_digest)
	expect 4 contact-store prune --older 4y
	stdout_is ''
	stderr_is 'contact-store: prune would forget 3 runs and 2 earlier versions of records, for good: --yes does it'
	expect 0 contact-store prune --older 4y -n
	stdout_is ''
	stderr_is 'contact-store: prune runs=3 images=2 rev=5 in # s, nothing stored'
	[ "$(store_digest)" = "$before" ]
	expect 0 contact-find --at 1 -H -c title
	stdout_is Title2020
	expect 0 contact-store prune --older 4y --yes
	stdout_is ''
	stderr_is "contact-store: prune runs=3 images=2 rev=6 in # s
contact-store: bytes of what was forgotten stay in the store's file until 'contact-store compact'"
	expect 0 contact-find --at 3 -H -c title
	stdout_is Title2022
	expect 2 contact-find --at 2 -H -c title
	stderr_has '^contact-find: .*revision 3'
	expect 0 contact-find -H -c title
	stdout_is Title2024
	expect 4 contact-store prune --older 4y
	stderr_has 'would forget 0 runs and 0 earlier versions'
}

@test "X-33 prune: an age that is none, no age, no store" {
	expect 2 contact-store prune --yes
	stderr_is "contact-store: prune: --older AGE is needed: 90d, 18mo, 2y
try 'contact-store --help'"
	expect 2 contact-store prune --older soon
	stderr_is "contact-store: --older: \"soon\" is no age: write 90d, 18mo, 2y (units s min h d w mo y)
try 'contact-store --help'"
	expect 2 contact-store check --older 2y
	stderr_is "contact-store: --older means nothing to check
try 'contact-store --help'"
	expect 5 contact-store prune --older 2y --yes
	stderr_is "contact-store: no store at $CONTACT_STORE"
	[ ! -e "$CONTACT_STORE" ]
}

@test "S5 what was pruned lies in the file until it is compacted, and then nowhere" {
	contact-add -q email=ann@example.com description=Zyxwvmarker >/dev/null
	printf 'email,description\nann@example.com,\n' >clear.csv
	contact-add -q --blank clear clear.csv
	contact-store -q prune --older 0s --yes
	CONTACT_NOW=2026-10-06T00:00:00Z contact-store -q prune --older 1s --yes
	grep -qa Zyxwvmarker "$CONTACT_STORE/data.mdb"
	mkdir "$CONTACT_STORE/.init.abcdef" "$CONTACT_STORE/.compact.abcdef"
	echo Zyxwvmarker >"$CONTACT_STORE/.compact.abcdef/data.mdb"
	expect 0 contact-store compact
	stdout_is ''
	stderr_has '^contact-store: compact before=[0-9]+ after=[0-9]+ rev=[0-9]+ in [0-9.]+ s$'
	expect 1 grep -rqa Zyxwvmarker "$CONTACT_STORE"
	expect 0 ls -A "$CONTACT_STORE"
	stdout_is 'data.mdb
writer.lock'
	[ "$(stat -c %a "$CONTACT_STORE/data.mdb")" = 600 ]
}

@test "compact changes nothing but the bytes, and gives back what is not used" {
	seq -f 'p%.0f@example.com,Head' 20000 | sed '1iemail,title' >people.csv
	contact-add -q people.csv
	seq -f 'p%.0f@example.com,Chief' 20000 | sed '1iemail,title' >people.csv
	contact-add -q people.csv
	contact-store dump >before
	contact-store log >log
	contact-find --at 1 -c all >first
	was=$(stat -c %s "$CONTACT_STORE/data.mdb")
	contact-store -q compact
	[ "$(stat -c %s "$CONTACT_STORE/data.mdb")" -lt "$was" ]
	contact-store dump | cmp - before
	contact-store log | cmp - log
	contact-find --at 1 -c all | cmp - first
}

@test "compact: no store is exit 5; a damaged one stays as it is" {
	expect 5 contact-store compact
	stderr_is "contact-store: no store at $CONTACT_STORE"
	[ ! -e "$CONTACT_STORE" ]
	store_is_broken=yes
	contact-add -q email=ann@example.com street=Mainstreet
	sed -i 's/Mainstreet/Sidestreet/' "$CONTACT_STORE/data.mdb"
	before=$(store_digest)
	expect 5 contact-store compact
	stderr_has '^contact-store: the store is not compacted: record 1 is damaged'
	[ "$(store_digest)" = "$before" ]
	expect 0 bash -c "ls -A '$CONTACT_STORE' | grep compact || echo none"
	stdout_is none
}

@test "C6 who replaces files waits for others with an end, and they for it" {
	contact-add -q email=ann@example.com
	contact-store -q backup saved
	flock -F -s "$CONTACT_STORE" sleep 20 3>&- &
	holder=$!
	while flock -n "$CONTACT_STORE" true; do sleep 0.05; done
	for verb in compact 'restore --yes saved'; do
		# shellcheck disable=SC2086
		expect 75 contact-store --wait 1 $verb
		stdout_is ''
		stderr_is "contact-store: $CONTACT_STORE: busy: other programs have had the store open for more than 1 s, and its files are only replaced when nobody has (--wait waits longer)"
	done
	# The gate is open again.
	expect 0 contact-find --count
	stdout_is 1
	kill "$holder"
	wait "$holder" || :
	flock -F -x "$CONTACT_STORE" sleep 20 3>&- &
	holder=$!
	while flock -n "$CONTACT_STORE" true; do sleep 0.05; done
	expect 75 contact-add --wait 1 email=bob@example.com
	stderr_is "contact-add: $CONTACT_STORE: busy: its files have been waiting to be replaced for more than 1 s (--wait waits longer)"
	kill "$holder"
	wait "$holder" || :
	expect 0 contact-add -q email=bob@example.com
	expect 0 contact-store -q compact
}

# while_moved COMMAND...: runs a command that has to wait for the lock of the
# store's directory, and puts another store in its place meanwhile.
while_moved()
{
	flock -F -x "$CONTACT_STORE" sleep 60 3>&- &
	holder=$!
	while flock -n "$CONTACT_STORE" true; do sleep 0.05; done
	"$@" >moved.out 2>&1 3>&- &
	waiter=$!
	# It waits once it has the directory open.
	until find "/proc/$waiter/fd" -lname "$CONTACT_STORE" 2>/dev/null | grep -q .; do
		kill -0 "$waiter"
		sleep 0.02
	done
	mv "$CONTACT_STORE" moved
	mv other "$CONTACT_STORE"
	kill "$holder"
	wait "$holder" || :
	wait "$waiter"
}

@test "B2 who waited writes into the store that is there then" {
	contact-add -q email=ann@example.com >/dev/null
	contact-add -q -s other email=bob@example.com
	while_moved contact-add -q email=cleo@example.com
	expect 0 contact-find -H -c email
	stdout_is 'bob@example.com
cleo@example.com'
	expect 0 contact-find -s moved --count
	stdout_is 1
}

# A program that takes whatever it opened for what is there has to be found out:
# lstat is made to tell what was opened under a name, not what stands there.
@test "B2 teeth: who does not look again writes into the store that went" {
	! grep -q __asan_init "$CONTACT_BIN/contact-add" || skip 'sanitizers allow no library before them'
	cat >blind.c <<'END'
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static struct stat first;
static int known;

int
lstat(const char *path, struct stat *st)
{
	static int (*next)(const char *, struct stat *);
	const char *store = getenv("CONTACT_STORE");

	if (next == NULL)
		*(void **)&next = dlsym(RTLD_NEXT, "lstat");
	if (store == NULL || strcmp(path, store) != 0)
		return next(path, st);
	if (known) {
		*st = first;
		return 0;
	}
	return next(path, st);
}

__attribute__((constructor)) static void
look(void)
{
	const char *store = getenv("CONTACT_STORE");

	known = store != NULL && stat(store, &first) == 0;
}
END
	${CC:-cc} -shared -fPIC -o blind.so blind.c -ldl
	contact-add -q email=ann@example.com >/dev/null
	contact-add -q -s other email=bob@example.com
	while_moved env LD_PRELOAD="$PWD/blind.so" contact-add -q email=cleo@example.com
	expect 0 contact-find -H -c email
	stdout_is bob@example.com
	expect 0 contact-find -s moved --count
	stdout_is 2
}

@test "B2 four write and two read while the store is compacted and restored: nothing is lost" {
	contact-add -q email=ann@example.com
	local writers=() readers=() n i round
	for n in 1 2 3 4; do
		(
			i=0
			while [ ! -e stop ]; do
				i=$((i + 1))
				contact-add -q --wait 60 "email=w$n-$i@example.com" >/dev/null || exit 1
				echo "w$n-$i@example.com" >>"acknowledged$n"
			done
		) 3>&- 2>"err$n" &
		writers+=($!)
	done
	for n in 5 6; do
		(
			while [ ! -e stop ]; do
				contact-find -c email >/dev/null || exit 1
			done
		) 3>&- 2>"err$n" &
		readers+=($!)
	done
	for round in $(seq "$replacements"); do
		expect 0 contact-store -q --wait 60 compact
		[ $((round % 4)) -ne 0 ] || {
			contact-store -q backup "saved$round"
			expect 0 contact-store -q --wait 60 restore --yes "saved$round"
		}
		expect 0 contact-store check
		sleep 0.1
	done
	touch stop
	for n in "${writers[@]}" "${readers[@]}"; do
		wait "$n" || {
			cat err?
			return 1
		}
	done
	# In a store that went, nothing was written after it went; so every
	# address is where its run was when it was acknowledged.
	for round in "$CONTACT_STORE".before-*; do
		expect 0 contact-store -s "$round" check
		[ "$(contact-store -s "$round" info | sed -n 's/^rev,//p')" = "${round##*.before-}" ]
	done
	for round in "$CONTACT_STORE" "$CONTACT_STORE".before-*; do
		contact-find -s "$round" -H -c email
	done | sort -u >found
	sort acknowledged? >acknowledged
	echo "$(wc -l <acknowledged) writes"
	[ "$(wc -l <acknowledged)" -gt 20 ]
	expect 0 comm -23 acknowledged found
	stdout_is ''
}

@test "kill -9 of compact and restore: the store is the old one or the new one" {
	RANDOM=${SEED:=$RANDOM}
	echo "SEED=$SEED"
	seq -f 'p%.0f@example.com' 5000 | sed '1iemail' >people.csv
	contact-add -q people.csv
	contact-store -q backup saved
	contact-store -s saved dump | sha256sum >one
	contact-add -q email=late@example.com
	contact-store dump | sha256sum >two
	local i
	for i in $(seq "$replacements"); do
		contact-store -q compact 3>&- &
		sleep "0.0$((RANDOM % 10))$((RANDOM % 10))"
		kill -KILL $! 2>/dev/null || :
		wait $! 2>/dev/null || :
		expect 0 contact-store check
		contact-store dump | sha256sum | cmp - two
	done
	expect 0 contact-store -q compact
	expect 0 bash -c "ls -A '$CONTACT_STORE' | grep -v -e '^data.mdb' -e lock || echo none"
	stdout_is none
	for i in $(seq "$replacements"); do
		contact-store -q restore --yes saved 3>&- &
		sleep "0.0$((RANDOM % 10))$((RANDOM % 10))"
		kill -KILL $! 2>/dev/null || :
		wait $! 2>/dev/null || :
		expect 0 contact-store check
		contact-store dump | sha256sum >found
		cmp -s found one || cmp -s found two
	done
}

@test "D5 the room that a run took in the file and failed is given back" {
	contact-add -q email=ann@example.com
	was=$(stat -c %s "$CONTACT_STORE/data.mdb")
	seq -f 'p%.0f@example.com' 100000 | sed '1iemail' >people.csv
	expect 5 bash -c 'ulimit -f 5000; contact-add people.csv'
	stdout_is ''
	[ "$(stat -c %s "$CONTACT_STORE/data.mdb")" -eq "$was" ]
	expect 0 contact-store check
	expect 0 contact-add -q email=bob@example.com
}
