#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
#
# contact-store backup and restore (D7, D8, D10): a backup is consistent while
# others write, private, on the disk before it appears, and nothing when it
# fails; restoring puts it in the store's place, keeps what was there, and loses
# no opt-out.

load support

prepare()
{
	backups=200
	[ "${CONTACT_TESTS:-}" != quick ] || backups=20
}

people()
{
	seq -f 'p%.0f@example.com' "$1" | sed '1iemail' >people.csv
}

# What the store says.
content()
{
	contact-find -s "$1" -c all
	contact-store -s "$1" log
}

@test "a backup is a store with the same content, history included" {
	people 500
	contact-add -q people.csv
	contact-add -q email=p7@example.com first_name=Ann
	contact-store -q set timezone=+02:00
	expect 0 contact-store backup saved
	stdout_is ''
	stderr_has '^contact-store: backup records=500 rev=3 bytes=[0-9]+ in [0-9.]+ s$'
	[ "$(ls -A saved)" = data.mdb ]
	same_output "contact-find -c all" "contact-find -s saved -c all"
	same_output "contact-store dump" "contact-store -s saved dump"
	same_output "contact-store log" "contact-store -s saved log"
	same_output "contact-find --at 1 -c all" "contact-find -s saved --at 1 -c all"
	expect 0 contact-store -s saved check
	expect 0 contact-store -q backup quiet
	stderr_is ''
}

@test "backup: what is there already is not touched, exit 4; no parent, no store: 5" {
	contact-add -q email=ann@example.com
	mkdir full
	echo keep >full/file
	expect 4 contact-store backup full
	stdout_is ''
	stderr_is 'contact-store: full: is there already; a backup makes a new directory'
	[ "$(cat full/file)" = keep ]
	ln -s nowhere link
	expect 4 contact-store backup link
	stderr_is 'contact-store: link: is there already; a backup makes a new directory'
	expect 4 contact-store backup link/
	stderr_is 'contact-store: link/: is there already; a backup makes a new directory'
	expect 4 contact-store backup "$CONTACT_STORE/inside"
	stderr_is "contact-store: $CONTACT_STORE/inside: lies within the store, with which it would be lost"
	expect 5 contact-store backup no/parent
	stderr_is 'contact-store: no backup can be made at no/parent: no/: No such file or directory'
	expect 5 contact-store -s none backup saved
	stderr_is 'contact-store: no store at none'
	expect 2 contact-store backup
	stderr_is "contact-store: backup takes one DIR
try 'contact-store --help'"
	local verb
	for verb in backup restore; do
		expect 2 contact-store $verb ''
		stderr_is "contact-store: $verb takes one DIR, and this one has no name
try 'contact-store --help'"
	done
	[ ! -e saved ]
	expect 0 find . -name '.*.backup.*'
	stdout_is ''
}

@test "D7 many backups while another writes, umask 0: each is sound and private" {
	umask 0
	people 2000
	contact-add -q people.csv
	(
		i=0
		while [ ! -e stop ]; do
			i=$((i + 1))
			contact-add -q "email=w$i@example.com" >>acknowledged || exit 1
		done
	) 3>&- &
	writer=$!
	local i before after count
	for i in $(seq "$backups"); do
		before=$(wc -l <acknowledged 2>/dev/null || echo 0)
		expect 0 contact-store backup "saved$i"
		after=$(wc -l <acknowledged)
		expect 0 contact-store -s "saved$i" check
		count=$(contact-find -s "saved$i" --count)
		# What was acknowledged before it began is in it; at most what was
		# when it ended, and one that was not told yet.
		[ "$count" -ge $((2000 + before)) ]
		[ "$count" -le $((2000 + after + 1)) ]
		[ "$(stat -c %a "saved$i" "saved$i/data.mdb" | tr '\n' ' ')" = '700 600 ' ]
		[ "$i" -gt 20 ] && rm -r "saved$i"
	done
	touch stop
	wait "$writer"
	expect 0 find . -name '.*.backup.*'
	stdout_is ''
}

@test "D7 the file, its name and the backup's name are on the disk in this order" {
	command -v strace >/dev/null || skip 'strace is not installed'
	strace -o probe true 2>/dev/null || skip 'no process can be traced here'
	! grep -q __asan_init "$CONTACT_BIN/contact-store" || skip 'sanitizers do not work under strace'
	contact-add -q email=ann@example.com
	expect 0 strace -f -y -o calls -e trace=fsync,renameat2 contact-store -q backup saved
	# The last four: data.mdb, the nest, the new name, the directory it is in.
	tail -n 20 calls | sed -nE 's/^[0-9]+ +(fsync)\([0-9]+<(.*)>\) .*/\1 \2/p; s/^[0-9]+ +(renameat2)\(.*/\1/p' |
	    sed -E "s|$PWD/\.saved\.backup\.[A-Za-z0-9]+|NEST|; s|$PWD|HERE|" | tail -n 4 >order
	expect 0 cat order
	stdout_is 'fsync NEST/data.mdb
fsync NEST
renameat2
fsync HERE'
}

@test "D7 a target that is full: exit 5, nothing left" {
	[ "$(id -u)" = 0 ] || skip 'only the superuser can mount a small file system'
	mkdir small
	mount -t tmpfs -o size=1m none small 2>/dev/null || skip 'no file system can be mounted here'
	people 20000
	contact-add -q people.csv
	local wrong=
	expect 5 contact-store backup small/saved || wrong=1
	stdout_is '' || wrong=1
	stderr_has '^contact-store: no backup was made at small/saved: .*: no space left on its file system$' || wrong=1
	[ -z "$(ls -A small)" ] || wrong=1
	umount small || umount -l small
	[ -z "$wrong" ]
}

@test "a damaged store is not backed up" {
	store_is_broken=yes
	contact-add -q email=ann@example.com street=Mainstreet
	sed -i 's/Mainstreet/Sidestreet/' "$CONTACT_STORE/data.mdb"
	expect 5 contact-store backup saved
	stdout_is ''
	stderr_has '^contact-store: no backup was made at saved: record 1 is damaged'
	expect 0 find . -name '*saved*'
	stdout_is ''
}

@test "restore: over a store with content only with --yes; what was there stays" {
	people 100
	contact-add -q people.csv
	contact-store -q backup saved
	contact-add -q email=late@example.com
	cp -R "$CONTACT_STORE" copy
	expect 4 contact-store restore saved
	stdout_is ''
	stderr_is "contact-store: $CONTACT_STORE: has 101 records, its last run is revision 2 of 2026-10-05T12:00:00Z: --yes replaces it"
	expect 0 contact-find --count
	stdout_is 101
	expect 0 contact-store restore --yes saved
	stdout_is ''
	stderr_has "^contact-store: the store that was there is now $CONTACT_STORE.before-2$"
	stderr_has '^contact-store: restore records=100 rev=1 bytes=[0-9]+ in [0-9.]+ s$'
	same_output "contact-store dump" "contact-store -s saved dump"
	same_output "contact-store -s '$CONTACT_STORE.before-2' dump" "contact-store -s copy dump"
	[ "$(stat -c %a "$CONTACT_STORE" "$CONTACT_STORE/data.mdb" | tr '\n' ' ')" = '700 600 ' ]
	# Once more from the same revision, and back.
	contact-add -q email=other@example.com
	expect 0 contact-store -q restore --yes saved
	[ -d "$CONTACT_STORE.before-2.2" ]
	expect 0 contact-store -q restore --yes "$CONTACT_STORE.before-2"
	same_output "contact-store dump" "contact-store -s copy dump"
	[ -d "$CONTACT_STORE.before-1" ]
}

@test "restore: where there is no store, or an empty one, nothing has to be said" {
	contact-add -q email=ann@example.com
	contact-store -q backup saved
	local where
	for where in fresh empty made; do
		case $where in
		empty) mkdir -m 700 empty ;;
		made) contact-store -q -s made init ;;
		esac
		expect 0 contact-store -s $where restore saved
		stdout_is ''
		stderr_has '^contact-store: restore records=1 rev=1 '
		expect 0 contact-find -s $where -H -c id,email
		stdout_is 1,ann@example.com
		expect 0 bash -c "ls -d .$where* $where.*"' 2>/dev/null || echo none'
		stdout_is none
	done
}

@test "D10 restore: what is no sound store of ours is refused, and nothing changed" {
	contact-add -q email=ann@example.com street=Mainstreet
	contact-store -q backup saved
	cp -R saved damaged
	sed -i 's/Mainstreet/Sidestreet/' damaged/data.mdb
	cp -R saved newer
	sed -i 's/contact-store 2/contact-store 9/g' newer/data.mdb
	cp -R saved short
	truncate -s -4096 short/data.mdb
	mkdir -m 700 blank
	: >blank/data.mdb
	mkdir -m 700 foreign
	seq 5000 >foreign/data.mdb
	chmod 600 blank/data.mdb foreign/data.mdb
	mkdir -m 777 open
	cp saved/data.mdb open
	chmod 777 open
	before=$(store_digest)
	local name status
	for name in damaged newer short blank foreign none; do
		was=$(cat $name/data.mdb 2>/dev/null | sha256sum)
		expect 5 contact-store restore --yes $name
		stdout_is ''
		stderr_has "^contact-store: .*$name"
		[ "$(cat $name/data.mdb 2>/dev/null | sha256sum)" = "$was" ]
	done
	expect 6 contact-store restore --yes open
	stderr_is 'contact-store: open: others could write the store (chmod 700 it)'
	ln -s saved link
	expect 6 contact-store restore --yes link
	stderr_is 'contact-store: link: is a link, through which a store is not opened'
	expect 4 contact-store restore --yes "$CONTACT_STORE"
	stderr_has 'is not restored: it is the store'
	mkdir -m 700 "$CONTACT_STORE/inner"
	cp saved/data.mdb "$CONTACT_STORE/inner"
	expect 4 contact-store restore --yes "$CONTACT_STORE/inner"
	stderr_has 'or one of them lies within the other'
	rm -r "$CONTACT_STORE/inner"
	[ "$(store_digest)" = "$before" ]
	expect 0 bash -c "ls -d .store* store.* 2>/dev/null || echo none"
	stdout_is none
}

@test "restore: who opted out since stays out, and ids are not given again" {
	contact-add -q email=ann@example.com
	contact-add -q email=bob@example.com
	contact-add -q -k suppression address=old@example.com reason=bounced
	contact-store -q backup saved
	contact-add -q email=ann@example.com do_not_email=true
	contact-add -q email=bob@example.com do_not_call=true
	contact-add -q email=cleo@example.com do_not_email=true
	contact-add -q -k suppression address=zoe@example.com reason=unsubscribed
	expect 0 contact-store restore --yes saved
	stderr_has '^contact-store: opt-outs that the backup lacks were carried over: suppressions=2 contacts=2$'
	expect 0 contact-find -H -c email,do_not_email,do_not_call
	stdout_is 'ann@example.com,true,
bob@example.com,,true'
	expect 0 contact-find -k suppression -H -c address,reason
	stdout_is 'old@example.com,bounced
cleo@example.com,do_not_email
zoe@example.com,unsubscribed'
	expect 0 contact-store -o csv log program=contact-store
	stdout_has '^4,.*,contact-store,restore,2,2,0,$'
	# 1 and 2 are contacts, 3 a suppression; up to 5 were given before.
	expect 0 contact-add email=dora@example.com
	[ "$(cat stdout)" -gt 5 ]
	# Nothing is lacking the second time.
	contact-store -q backup again
	expect 0 contact-store restore --yes again
	stderr_has '^contact-store: the store that was there is now '
	[ "$(wc -l <stderr)" -eq 2 ]
}

@test "restore: ids of another store mean others, who are not marked" {
	contact-add -q -s other email=nora@example.com
	contact-store -q -s other backup saved
	CONTACT_NOW=2026-10-06T00:00:00Z contact-add -q email=ann@example.com do_not_email=true
	expect 0 contact-store restore --yes saved
	expect 0 contact-find -H -c email,do_not_email
	stdout_is nora@example.com,
	expect 0 contact-find -k suppression -H -c address
	stdout_is ann@example.com
}

@test "a store that is shared stays so when it is restored or compacted; backups are private" {
	group=$(id -gn)
	contact-store -q init --group "$group"
	contact-add -q email=ann@example.com
	contact-store -q backup saved
	[ "$(stat -c %a saved saved/data.mdb | tr '\n' ' ')" = '700 600 ' ]
	expect 0 contact-store -q restore --yes saved
	expect 0 contact-store -q compact
	[ "$(stat -c %a "$CONTACT_STORE" "$CONTACT_STORE/data.mdb" | tr '\n' ' ')" = '2770 660 ' ]
	expect 0 contact-store info
	stdout_has "^group,$group$"
}

@test "what a kill left unfinished is removed by the next one, and nothing else" {
	contact-add -q email=ann@example.com
	mkdir -m 700 .old.backup.abcdef .mine.backup.abcdef .store.restore.abcdef
	cp "$CONTACT_STORE/data.mdb" .old.backup.abcdef/
	cp "$CONTACT_STORE/data.mdb" .store.restore.abcdef/
	touch .old.backup.abcdef/unfinished .mine.backup.abcdef/unfinished
	echo 'of mine' >.mine.backup.abcdef/notes
	expect 0 contact-store -q backup .crm.backup.261122
	[ ! -e .old.backup.abcdef ]
	expect 0 contact-store -q backup saved
	expect 0 contact-store -s .crm.backup.261122 check
	expect 0 contact-store -s saved check
	[ -e .mine.backup.abcdef/notes ]
	expect 0 contact-store -q compact
	[ -e .store.restore.abcdef/data.mdb ]
	touch .store.restore.abcdef/unfinished
	expect 0 contact-store -q compact
	[ ! -e .store.restore.abcdef ]
}
