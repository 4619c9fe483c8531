#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
#
# Full disks (D5): whatever fills a small file system, what was acknowledged is
# readable, the command ends with 5 and says where there is no room, nothing of
# what failed is left, and the next command works when there is room again. The
# file systems are a tmpfs and an ext4 in a file, which only the superuser can
# mount.

load ../cmd/support

prepare()
{
	PATH=$CONTACT_BIN/tests/fault:$PATH
}

eval "$(declare -f teardown | sed '1s/teardown/check_and_keep/')"

teardown()
{
	local status=0
	check_and_keep || status=$?
	if [ -d "$place/small" ] && mountpoint -q "$place/small"; then
		umount "$place/small" || umount -l "$place/small"
	fi
	return "$status"
}

# small_disk KIND: mounts one on ./small and puts the store there.
small_disk()
{
	[ "$(id -u)" = 0 ] || skip 'only the superuser can mount a small file system'
	mkdir small
	case $1 in
	tmpfs)
		mount -t tmpfs -o size=8m none small 2>/dev/null ||
		    skip 'no tmpfs can be mounted here' ;;
	ext4)
		command -v mkfs.ext4 >/dev/null || skip 'mkfs.ext4 (e2fsprogs) is not installed'
		truncate -s 24M image
		mkfs.ext4 -q -m 0 -O ^has_journal image
		mount -o loop image small 2>/dev/null ||
		    skip 'no loop device can be mounted here' ;;
	esac
	export CONTACT_STORE=$PWD/small/store
}

# leave KILOBYTES: fills the small disk but for so much.
leave()
{
	local free
	free=$(df -k --output=avail small | tail -n 1)
	dd if=/dev/zero of=small/ballast bs=1024 count=$((free - $1)) status=none 2>/dev/null || :
}

make_room()
{
	rm -f small/ballast
}

people()
{
	seq "$1" | awk 'BEGIN { print "First Name,Last Name,E-Mail,Organization,Street" }
		{ printf "Ann%d,Lee%d,p%d@example.com,Company %d,%d Main Street\n",
		    $1, $1 % 999, $1, $1 / 20, $1 }' >people.csv
}

# full COMMAND...: it ends with 5, prints nothing and says where the room ended.
full()
{
	expect 5 "$@"
	stdout_is ''
	stderr_has "^${1##*/}: .*/small/.*: no space left on its file system\$"
	[ "$(wc -l <stderr)" -eq 1 ]
}

# has_verb NAME: whether contact-store has it.
has_verb()
{
	contact-store --help | grep -qE "[.] $1( |\$)" || skip "contact-store has no $1"
}

goes_on()
{
	make_room
	expect 0 contact-add -q email=later@example.com
	expect 0 contact-find -H -c email email=later@example.com
	stdout_is later@example.com
	expect 0 contact-store check
}

import_fills()
{
	small_disk "$1"
	contact-add -q email=ann@example.com
	size=$(stat -c %s "$CONTACT_STORE/data.mdb")
	people 100000
	full contact-add -q people.csv
	expect 0 contact-store check
	expect 0 contact-find -H -c email
	stdout_is ann@example.com
	# The room that the run took is given back: nothing but the store is there.
	grown=$(($(stat -c %b "$CONTACT_STORE/data.mdb") * 512 - size))
	echo "the failed run left $grown bytes"
	[ "$grown" -le 65536 ]
	goes_on
}

@test "D5 an import fills a tmpfs" {
	import_fills tmpfs
}

@test "D5 an import fills an ext4" {
	import_fills ext4
}

# Small runs, each acknowledged by the id that it prints, until there is no room.
adds_fill()
{
	small_disk "$1"
	contact-add -q email=p0@example.com >ids
	leave 300
	for n in $(seq 2000); do
		status=0
		contact-add -q "email=p$n@example.com" "description=$(printf '%2000s' '' | tr ' ' x)" \
		    >>ids 2>err || status=$?
		[ "$status" -eq 0 ] || break
	done
	echo "stopped at add $n with $status: $(cat err)"
	[ "$status" -eq 5 ]
	grep -q ': no space left on its file system$' err
	expect 0 contact-find -H -c id --sort id
	diff ids stdout
	[ "$(wc -l <ids)" -gt 5 ]
	expect 0 contact-store check
	goes_on
	expect 0 contact-find --count
	stdout_is "$(($(wc -l <ids) + 1))"
}

@test "D5 single runs fill a tmpfs" {
	adds_fill tmpfs
}

@test "D5 single runs fill an ext4" {
	adds_fill ext4
}

# A first run where there is no room at all, or just not enough of it.
creation_fails()
{
	small_disk "$1"
	for room in 0 4 8 12 16 20 24 32 40 48; do
		leave "$room"
		status=0
		contact-add -q email=ann@example.com >out 2>err || status=$?
		echo "with $room KB: $status, $(cat err)"
		case $status in
		5)
			grep -qE '^contact-add: .*/small/store.*: (no space left on its file system|No space left on device)$' err
			[ ! -s out ]
			[ -z "$(find small/store -name '.init.*' 2>/dev/null)" ] ;;
		0) [ "$(cat out)" = 1 ] ;;
		*) return 1 ;;
		esac
		make_room
		expect 0 contact-add -q email=bob@example.com
		expect 0 contact-store check
		rm -rf small/store
	done
}

@test "D5 a store is made on a tmpfs without room" {
	creation_fails tmpfs
}

@test "D5 a store is made on an ext4 without room" {
	creation_fails ext4
}

# Programs that only read need the lock file, which may have to be made.
@test "D5 reading a store whose file system is full" {
	small_disk tmpfs
	contact-add -q email=ann@example.com
	leave 0
	expect 0 contact-find -H -c email
	stdout_is ann@example.com
	rm small/store/lock.mdb
	dd if=/dev/zero of=small/ballast2 bs=1024 count=100 status=none 2>/dev/null || :
	status=0
	contact-find -H -c email >out 2>err || status=$?
	echo "$status: $(cat err)"
	[ "$status" -eq 5 ]
	grep -q '^contact-find: .*/small/store.*: no space left on its file system$' err
	rm small/ballast2
	goes_on
}

backup_fills()
{
	has_verb backup
	small_disk "$1"
	people 10000
	contact-add -q -s "$PWD/store" people.csv
	leave 1000
	expect 5 contact-store -s "$PWD/store" backup "$PWD/small/backup"
	stderr_has '^contact-store: .*/small/.*no space left on'
	[ -z "$(find small -mindepth 1 ! -name ballast ! -name lost+found)" ]
	expect 0 contact-store -s "$PWD/store" check
	make_room
	expect 0 contact-store -s "$PWD/store" backup "$PWD/small/backup"
	expect 0 contact-store -s "$PWD/small/backup" check
}

@test "D5 a backup fills a tmpfs, and no part of it is left" {
	backup_fills tmpfs
}

@test "D5 a backup fills an ext4, and no part of it is left" {
	backup_fills ext4
}

compaction_fills()
{
	has_verb compact
	small_disk "$1"
	people 5000
	contact-add -q people.csv
	leave 100
	before=$(store_digest)
	expect 5 contact-store compact
	stderr_has '^contact-store: .*/small/.*no space left on'
	[ "$(store_digest)" = "$before" ]
	expect 0 contact-find --count
	stdout_is 5000
	[ -z "$(left_over)" ]
	goes_on
	expect 0 contact-store compact
}

@test "D5 compacting on a tmpfs without room leaves the store as it is" {
	compaction_fills tmpfs
}

@test "D5 compacting on an ext4 without room leaves the store as it is" {
	compaction_fills ext4
}

# What the small disk holds beside the store and what the tests put there.
left_over()
{
	find small -mindepth 1 -maxdepth 1 ! -name store ! -name ballast ! -name lost+found
	find small/store -mindepth 1 ! -name '*.mdb' ! -name '*.lock'
}

restoring_fails()
{
	has_verb restore
	small_disk "$1"
	people 5000
	contact-add -q -s "$PWD/store" people.csv
	contact-add -q email=ann@example.com
	leave 1000
	before=$(store_digest)
	expect 5 contact-store restore --yes "$PWD/store"
	stderr_has '^contact-store: .*/small/.*no space left on'
	[ "$(store_digest)" = "$before" ]
	[ -z "$(left_over)" ]
	expect 5 contact-store -s "$PWD/small/fresh" restore "$PWD/store"
	[ -z "$(left_over)" ]
	expect 0 contact-find -H -c email
	stdout_is ann@example.com
	make_room
	expect 0 contact-store restore --yes "$PWD/store"
	expect 0 contact-find --count
	stdout_is 5000
}

@test "D5 restoring on a tmpfs without room leaves the store as it is" {
	restoring_fails tmpfs
}

@test "D5 restoring on an ext4 without room leaves the store as it is" {
	restoring_fails ext4
}

@test "D5 undoing and loading without room: exit 5, and the next one works" {
	has_verb undo
	small_disk tmpfs
	people 3000
	contact-add -q people.csv
	sed 's/Lee/Low/' people.csv >changed.csv
	contact-add -q changed.csv
	contact-store dump >dump
	leave 40
	full contact-store undo -q 2
	expect 0 contact-find --count last_name=Low*
	stdout_is 3000
	expect 0 contact-store check
	make_room
	expect 0 contact-store undo -q 2
	expect 0 contact-find --count last_name=Lee*
	stdout_is 3000
	rm -rf small/store
	contact-store -q init
	leave 500
	full contact-store load -q <dump
	expect 0 contact-store check
	make_room
	expect 0 contact-store load -q <dump
	expect 0 contact-find --count last_name=Low*
	stdout_is 3000
}

@test "D5 results on a full file system: stored, and it is said that they are not written" {
	small_disk tmpfs
	export CONTACT_STORE=$PWD/store
	people 3000
	leave 20
	for option in --results --diff; do
		rm -rf "$CONTACT_STORE"
		expect 5 contact-add -q $option small/list people.csv
		stderr_has '^contact-add: stored as rev 1, results not written: .*small/list.*No space left on device'
		expect 0 contact-find --count
		stdout_is 3000
	done
}

@test "D5 a limit on the size of files: exit 5, nothing stored" {
	contact-add -q email=ann@example.com
	people 100000
	expect 5 bash -c 'ulimit -f 5000; contact-add people.csv'
	stdout_is ''
	expect 0 contact-find -H -c email
	stdout_is ann@example.com
	expect 0 contact-add -q email=bob@example.com
}

@test "D5 teeth: a writer through a shared map dies of SIGBUS on such a file system" {
	small_disk tmpfs
	leave 20
	status=0
	ASAN_OPTIONS=handle_sigbus=0 misbehaving maps small/file 65536 2>err || status=$?
	echo "status $status"
	[ "$status" -eq $((128 + 7)) ]
}
