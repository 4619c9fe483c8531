#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
#
# D9: damage of the store's file is noticed, and no command dies of it. A byte
# changed, the file cut off, pages swapped: contact-store check lists what it is,
# and contact-find ends with a status of its own. CONTACT_TESTS=quick does less,
# =long more; SEED repeats a run.

load ../cmd/support

flips=1000 lengths=100 swaps=100
case ${CONTACT_TESTS:-} in
quick) flips=300 lengths=30 swaps=30 ;;
long) flips=20000 lengths=500 swaps=1000 ;;
esac

prepare()
{
	PATH=$CONTACT_BIN/tests/fault:$PATH
	! grep -q __asan_init "$CONTACT_BIN/contact-store" ||
	    skip 'a sanitizer takes the place of the handlers of signals'
}

# A store with several pages of everything: two runs over the same people, so
# that there are before-images, and one record too long for a page.
fill()
{
	seq 400 | awk 'BEGIN { print "email,first_name,last_name,title,organization,labels,ext.crm,Shoe" }
		{ printf "p%d@example.com,Ann%d,Lee,Title %d,Company %d,a;b,%d,4%d\n", $1, $1, $1, $1 / 20, $1, $1 % 7 }' >people.csv
	sed 's/Title/Role/' people.csv | head -n 200 >again.csv
	contact-add -q people.csv 2>/dev/null
	contact-add -q again.csv 2>/dev/null
	contact-add -q email=long@example.com "attr.note=$(head -c 9000 /dev/zero | tr '\0' x)" >/dev/null
	contact-store -q set timezone=+02:00
	contact-store -q check
}

@test "D9 damage is noticed: bytes, lengths and pages of the file" {
	fill
	expect 0 damaging "$PWD" "$flips" "$lengths" "$swaps"
	cat stdout >&3
	stdout_has '^bytes changed: .*, of what is stored 0$'
	stdout_has '^files cut off: .*, of what is stored 0$'
	stdout_has '^pages swapped: .*, of what is stored 0$'
}

@test "D9 teeth: a check that does not ask for checksums is caught" {
	store_is_broken=yes
	fill
	mkdir blind
	cat >blind/contact-store <<-'END'
		#!/bin/bash
		"$CONTACT_BIN/contact-store" "$@" 2>said && exit
		status=$?
		cat said >&2
		grep -v 'checksum .* is wrong$' said | grep -q damage && exit "$status"
		exit 0
	END
	chmod +x blind/contact-store
	expect 1 env PATH="$PWD/blind:$PATH" damaging "$PWD" 300 0 0
	stderr_has '^damaging: not noticed: '
}

@test "D9 check tells each damage with its place, and find goes as far as it can" {
	fill
	id=$(contact-find -H -c id email=p300@example.com)
	# Its title, and nothing else, is another; and so is the time of the first run.
	sed -i 's/Title 300/Tytle 300/g' "$CONTACT_STORE/data.mdb"
	expect 5 contact-store check
	stdout_is 'check: 422 records, 3646 index entries, 0 unresolved references: damaged, 1 finding'
	stderr_is "contact-store: damage: record $id: its checksum is wrong"
	expect 5 contact-find -H -c title "id=$id"
	stdout_is ''
	stderr_is "contact-find: record $id is damaged: run contact-store check, restore a backup"
	expect 0 contact-find -H -c title "email=p299@example.com"
	stdout_is 'Title 299'
	expect 5 contact-find -H -c title
	sed -i 's/Tytle 300/Title 300/g' "$CONTACT_STORE/data.mdb"
}

@test "D9 a size of pages that is none, in both heads of the file" {
	store_is_broken=yes
	fill
	for byte in '\x00' '\x01' '\xff'; do
		for at in 41 4137; do
			# shellcheck disable=SC2059
			printf "$byte" | dd of="$CONTACT_STORE/data.mdb" bs=1 seek=$at conv=notrunc status=none
		done
		for command in contact-find 'contact-store check' 'contact-add email=x@example.com'; do
			# shellcheck disable=SC2086
			expect 5 $command
			stdout_is ''
			stderr_has "^${command%% *}: .*(damaged|no contact store|not a contact store)"
		done
	done
}

# foreign NAME: everything that opens a store refuses what stands there, and not
# one byte of it is another afterwards, nor is there a file more.
foreign()
{
	local before
	printf 'email\nann@example.com\n' >people.csv
	before=$(cd "$CONTACT_STORE" && sha256sum -- *)
	for command in 'contact-find' 'contact-add people.csv' 'contact-add email=ann@example.com' \
	    'contact-store check' 'contact-store info' 'contact-store set timezone=UTC' 'contact-store init'; do
		# shellcheck disable=SC2086
		expect 5 $command
		stdout_is ''
		stderr_has "^${command%% *}: .*$CONTACT_STORE"
		[ "$(wc -l <stderr)" -eq 1 ]
		if [ "$(cd "$CONTACT_STORE" && sha256sum -- *)" != "$before" ]; then
			echo "$1: $command has changed it"
			ls -l "$CONTACT_STORE"
			return 1
		fi
	done
}

@test "D10 a foreign file in the place of data.mdb is refused and stays as it is" {
	store_is_broken=yes
	mkdir -m 700 "$CONTACT_STORE"
	contact-add -q -s real email=ann@example.com >/dev/null
	for what in empty byte zeroes noise text sqlite archive magic version page; do
		case $what in
		empty) : ;;
		byte) printf x ;;
		zeroes) head -c 65536 /dev/zero ;;
		noise) "$CONTACT_BIN/contact-find" --help | sha512sum | head -c 100 ;;
		text) seq 100000 ;;
		sqlite)
			command -v sqlite3 >/dev/null || continue
			sqlite3 other.db 'create table contact (email); insert into contact values (1)'
			cat other.db
			;;
		archive) seq 1000 | gzip ;;
		# LMDB by its look: the magic alone, another version, the first page alone.
		magic) head -c 16 real/data.mdb && printf '\xde\xc0\xef\xbe' && seq 5000 ;;
		version) head -c 20 real/data.mdb && printf '\x02' && tail -c +22 real/data.mdb ;;
		page) head -c 4096 real/data.mdb ;;
		esac >"$CONTACT_STORE/data.mdb"
		chmod 600 "$CONTACT_STORE/data.mdb"
		foreign "$what"
	done
}

@test "D10 a directory of others is not made into a store, whatever is in it" {
	mkdir -m 700 "$CONTACT_STORE"
	echo hello >"$CONTACT_STORE/readme"
	foreign readme
	mv "$CONTACT_STORE/readme" "$CONTACT_STORE/data.mdb.bak"
	foreign data.mdb.bak
}
