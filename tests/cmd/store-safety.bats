#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
#
# What contact-add and contact-find do where the store, the output or another
# process is not as it should be.

load support

people()
{
	printf 'email\nann@example.com\nbob@example.com\n' >people.csv
}

# refused STATUS MESSAGE: by a writer and by a reader alike.
refused()
{
	people
	expect "$1" contact-add people.csv
	stdout_is ''
	stderr_is "contact-add: $2"
	expect "$1" contact-find
	stdout_is ''
	stderr_is "contact-find: $2"
}

@test "A2 the first write makes a private store, whatever the umask" {
	umask 0
	people
	contact-add -q people.csv
	expect 0 bash -c "find '$CONTACT_STORE' -printf '%y %m\n' | sort -u"
	stdout_is 'd 700
f 600'
}

@test "HS-20 a store that others can read gives one warning" {
	contact-add -q email=ann@example.com
	chmod 755 "$CONTACT_STORE"
	expect 0 contact-find -H -c email
	stdout_is ann@example.com
	stderr_is "contact-find: $CONTACT_STORE: others can read the store (chmod 700 it)"
}

@test "no store: reading is exit 5" {
	expect 5 contact-find
	stdout_is ''
	stderr_is "contact-find: no store at $CONTACT_STORE"
}

@test "a store that is a file" {
	echo hello >"$CONTACT_STORE"
	refused 5 "$CONTACT_STORE: is not a directory, so it is no store"
	[ "$(cat "$CONTACT_STORE")" = hello ]
}

@test "a store that is a symlink, or whose data is" {
	store_is_broken=yes
	contact-add -q -s real email=ann@example.com
	ln -s real "$CONTACT_STORE"
	refused 6 "$CONTACT_STORE: is a link, through which a store is not opened"
	rm "$CONTACT_STORE"
	mkdir -m 700 "$CONTACT_STORE"
	ln -s "$PWD/real/data.mdb" "$CONTACT_STORE/data.mdb"
	before=$(sha256sum real/data.mdb)
	people
	expect 6 contact-add -q people.csv
	[ "$(sha256sum real/data.mdb)" = "$before" ]
}

@test "a store that others could write" {
	contact-add -q email=ann@example.com
	chmod 777 "$CONTACT_STORE"
	refused 6 "$CONTACT_STORE: others could write the store (chmod 700 it)"
	chmod 700 "$CONTACT_STORE"
	chmod 666 "$CONTACT_STORE/data.mdb"
	refused 6 "$CONTACT_STORE/data.mdb: others could write it (chmod 600 it)"
	chmod 600 "$CONTACT_STORE/data.mdb"
}

@test "a data.mdb that is empty, text, or of another program" {
	store_is_broken=yes
	mkdir -m 700 "$CONTACT_STORE"
	: >"$CONTACT_STORE/data.mdb"
	chmod 600 "$CONTACT_STORE/data.mdb"
	refused 5 "$CONTACT_STORE/data.mdb: is empty, so it is no contact store"
	echo 'something else' >"$CONTACT_STORE/data.mdb"
	refused 5 "$CONTACT_STORE/data.mdb: is not a contact store"
	[ "$(cat "$CONTACT_STORE/data.mdb")" = 'something else' ]
}

@test "an LMDB database of another program is not touched" {
	command -v mdb_load >/dev/null || skip 'mdb_load (lmdb-utils) is not installed'
	store_is_broken=yes
	mkdir -m 700 "$CONTACT_STORE"
	printf 'VERSION=3\nformat=print\ntype=btree\nHEADER=END\n key\n value\nDATA=END\n' |
	    mdb_load "$CONTACT_STORE"
	chmod 600 "$CONTACT_STORE"/*
	before=$(store_digest)
	refused 5 "$CONTACT_STORE: data.mdb is not a contact store"
	[ "$(store_digest)" = "$before" ]
}

@test "a store of a newer format is not touched" {
	store_is_broken=yes
	contact-add -q email=ann@example.com
	# The marker stands in meta; as many bytes, another number.
	grep -qa 'contact-store 2' "$CONTACT_STORE/data.mdb"
	sed -i 's/contact-store 2/contact-store 9/g' "$CONTACT_STORE/data.mdb"
	before=$(store_digest)
	refused 5 "$CONTACT_STORE: the store has the format \"contact-store 9\", this program reads \"contact-store 2\": use the version that wrote it"
	[ "$(store_digest)" = "$before" ]
}

@test "a directory with other files is not made into a store" {
	mkdir -m 700 "$CONTACT_STORE"
	echo hello >"$CONTACT_STORE/readme"
	people
	expect 5 contact-add -q people.csv
	stderr_is "contact-add: $CONTACT_STORE: holds other files and no store"
	[ "$(ls "$CONTACT_STORE")" = readme ]
}

@test "D6 an id that cannot be written: exit 5, and that it is stored is said" {
	expect 5 bash -c 'contact-add -q email=ann@example.com >/dev/full'
	stderr_is 'contact-add: stored as rev 1, id not written: cannot write standard output: No space left on device'
	expect 0 contact-find --count
	stdout_is 1
}

@test "D6 results that cannot be written: exit 5, and that it is stored is said" {
	people
	for option in --results --diff; do
		rm -rf "$CONTACT_STORE"
		expect 5 bash -c "contact-add -q $option - people.csv >/dev/full"
		stderr_has '^contact-add: stored as rev 1, results not written: '
		expect 0 contact-find --count
		stdout_is 2
	done
}

@test "D6 rows that cannot be written: exit 5" {
	contact-add -q email=ann@example.com
	for query in '' '-o json' '-o tsv' '-o table' '--count' '--count-by type'; do
		expect 5 bash -c "contact-find $query >/dev/full"
		stderr_has '^contact-find: .*No space left on device$'
	done
}

@test "a file for results that cannot be opened stops the run in time" {
	people
	expect 5 contact-add -q --results nosuch/results people.csv
	stderr_has '^contact-add: .*nosuch/results'
	[ ! -e "$CONTACT_STORE" ]
}

@test "| head -1 ends quietly, and never prevents a commit" {
	seq -f 'p%.0f@example.com' 20000 | sed '1iemail' >people.csv
	expect 0 bash -c 'contact-add --results - people.csv 2>err | head -n 1; exit "${PIPESTATUS[0]}"'
	stdout_is 'line,action,id,key,code,message,changed'
	expect 0 grep -c 'created=20000' err
	expect 0 contact-find --count
	stdout_is 20000
	for format in csv tsv json table; do
		expect 0 bash -c "contact-find -o $format | head -n 1; exit \${PIPESTATUS[0]}"
		stderr_is ''
		[ "$(wc -l <stdout)" -eq 1 ]
	done
}

@test "a pipe that is slow keeps nobody from writing" {
	mkfifo pipe
	contact-add -q - <pipe 3>&- &
	slow=$!
	exec 9>pipe
	echo email >&9
	expect 0 contact-add --wait 0 -q email=ann@example.com
	stdout_is 1
	echo bob@example.com >&9
	exec 9>&-
	wait "$slow"
	expect 0 contact-find --count
	stdout_is 2
}

@test "X-40 a held lock: --wait 1 is exit 75 naming the process; readers do not wait" {
	contact-add -q email=ann@example.com
	flock "$CONTACT_STORE/writer.lock" sleep 20 3>&- &
	holder=$!
	while flock -n "$CONTACT_STORE/writer.lock" true; do sleep 0.05; done
	expect 75 contact-add --wait 1 email=bob@example.com
	stdout_is ''
	stderr_has "^contact-add: $CONTACT_STORE: busy"
	expect 0 contact-find --count
	stdout_is 1
	kill "$holder"
	wait "$holder" || :
	expect 0 contact-add -q --wait 20 email=bob@example.com
}

@test "X-40 the busy writer is named by its process id" {
	command -v mkfifo >/dev/null
	contact-add -q email=ann@example.com
	seq -f 'p%.0f@example.com' 300000 | sed '1iemail' >people.csv
	contact-add -q people.csv 3>&- &
	writer=$!
	# It takes the lock, then writes its number.
	until [ "$(cat "$CONTACT_STORE/writer.lock")" = "$writer" ] ||
	    ! kill -0 "$writer" 2>/dev/null; do
		sleep 0.01
	done
	if kill -STOP "$writer" 2>/dev/null && ! flock -n "$CONTACT_STORE/writer.lock" true; then
		expect 75 contact-add --wait 0 email=bob@example.com
		stderr_has "$writer"
	fi
	kill -CONT "$writer" 2>/dev/null || :
	wait "$writer"
	expect 0 contact-find --count
	stdout_is 300001
}

@test "X-41 no locale, HOME, TERM or time zone is needed" {
	people
	expect 0 env -i PATH="$PATH" CONTACT_STORE="$CONTACT_STORE" contact-add -q people.csv
	expect 0 env -i PATH="$PATH" CONTACT_STORE="$CONTACT_STORE" LC_ALL=tr_TR.UTF-8 TZ=Asia/Kathmandu \
	    contact-add email=ANN@EXAMPLE.COM
	stdout_is 1
	expect 0 env -i PATH="$PATH" CONTACT_STORE="$CONTACT_STORE" contact-find -H -c email
	stdout_is 'ANN@EXAMPLE.COM
bob@example.com'
}

@test "the clock may stand still or go back: a run is never before the last one" {
	CONTACT_NOW=2026-10-05T12:00:00Z contact-add -q email=ann@example.com
	CONTACT_NOW=2020-01-01T00:00:00Z contact-add -q email=bob@example.com
	expect 0 contact-find -H -c email,created_at
	stdout_is 'ann@example.com,2026-10-05T12:00:00Z
bob@example.com,2026-10-05T12:00:00Z'
}

@test "a writer.lock with another hard link is refused and left as it is" {
	contact-add -q email=ann@example.com >/dev/null
	echo keep >victim
	rm "$CONTACT_STORE/writer.lock"
	ln victim "$CONTACT_STORE/writer.lock"
	expect 6 contact-add email=bob@example.com
	stdout_is ''
	stderr_is "contact-add: $CONTACT_STORE/writer.lock: is not a file of this store's alone (remove it)"
	[ "$(cat victim)" = keep ]
	rm "$CONTACT_STORE/writer.lock"
}
