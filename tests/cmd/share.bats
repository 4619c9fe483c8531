#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
#
# Who may use a store: its owner, or a group that it is shared with. Other users
# are those of the system's that every machine has; to act as one takes root.

load support

# Everything that these users reach lies below /tmp, since the test's own
# directory is closed to them.
prepare()
{
	[ "$(id -u)" -eq 0 ] || skip 'only root can act as other users'
	command -v setpriv >/dev/null || skip 'setpriv (util-linux) is not installed'
	common=$(mktemp -d /tmp/contact-share.XXXXXX)
	chmod 1777 "$common"
	export CONTACT_STORE=$common/store
	# Programs of a build below a closed directory cannot be run by others.
	mkdir "$common/bin"
	cp "$CONTACT_BIN"/contact-{add,find,store} "$common/bin/"
	chmod -R a+rX "$common/bin"
	PATH=$common/bin:$PATH
}

teardown_file()
{
	rm -rf /tmp/contact-share.??????
}

# as USER GROUP COMMAND...: with these and no other groups.
as()
{
	local user=$1 group=$2
	shift 2
	setpriv --reuid="$user" --regid="$group" --clear-groups -- "$@"
}

modes()
{
	(cd "$CONTACT_STORE" && find . -printf '%p %m %g\n' | LC_ALL=C sort)
}

@test "init --group makes a store that its group shares: 2770 and 0660, whatever the umask" {
	for mask in 0 022 077; do
		rm -rf "$CONTACT_STORE"
		umask "$mask"
		expect 0 as daemon bin contact-store init --group bin
		stdout_is ''
		stderr_is "contact-store: $CONTACT_STORE is a new store
contact-store: $CONTACT_STORE is shared with the group bin"
		as daemon bin contact-add -q email=ann@example.com >/dev/null
		expect 0 modes
		stdout_is '. 2770 bin
./data.mdb 660 bin
./group 640 bin
./lock.mdb 660 bin
./writer.lock 660 bin'
	done
}

@test "1.11 a member reads and writes, and what it makes is the group's too" {
	as daemon bin contact-store -q init --group bin
	expect 0 as games bin contact-add email=ann@example.com
	stdout_is 1
	expect 0 as daemon bin contact-add email=bob@example.com
	stdout_is 2
	rm "$CONTACT_STORE/lock.mdb" "$CONTACT_STORE/writer.lock"
	expect 0 as games bin contact-find --count
	stdout_is 2
	as games bin contact-add -q email=cid@example.com >/dev/null
	expect 0 as daemon bin contact-find --count
	stdout_is 3
	expect 0 modes
	stdout_is '. 2770 bin
./data.mdb 660 bin
./group 640 bin
./lock.mdb 660 bin
./writer.lock 660 bin'
	expect 0 as games bin contact-store info
	stdout_has '^group,bin$'
}

@test "somebody else is refused, also where files would let them in" {
	as daemon bin contact-store -q init --group bin
	as daemon bin contact-add -q email=ann@example.com >/dev/null
	expect 6 as games games contact-find
	stdout_is ''
	stderr_is "contact-find: $CONTACT_STORE: permission denied"
	as daemon bin contact-store -q share --none
	chmod 711 "$CONTACT_STORE"
	expect 6 as games bin contact-find
	stdout_is ''
	stderr_is "contact-find: $CONTACT_STORE: permission denied"
	chmod 755 "$CONTACT_STORE"
	expect 6 as games bin contact-find
	stdout_is ''
	stderr_is "contact-find: $CONTACT_STORE: the store belongs to another user"
	chmod 700 "$CONTACT_STORE"
}

@test "CS-9 only the owner shares, takes back and says --as" {
	as daemon bin contact-store -q init --group bin
	for verb in 'share games' 'share --none'; do
		# shellcheck disable=SC2086
		expect 6 as games bin contact-store $verb
		stdout_is ''
		stderr_is "contact-store: $CONTACT_STORE: only the owner of the store may share it"
	done
	expect 6 as games bin contact-find --as ann
	stdout_is ''
	stderr_is "contact-find: --as: only the owner of $CONTACT_STORE may act as another user"
}

@test "share, share with another group, share --none: each says what is so" {
	as daemon bin contact-store -q init
	as daemon bin contact-add -q email=ann@example.com >/dev/null
	expect 6 as daemon bin contact-store share games
	stdout_is ''
	stderr_is "contact-store: $CONTACT_STORE: only a member of the group games can share a store with it"
	expect 0 as daemon bin contact-store share bin
	stderr_is "contact-store: $CONTACT_STORE is shared with the group bin"
	expect 0 as daemon bin contact-store share bin
	stderr_is "contact-store: $CONTACT_STORE is shared with the group bin already"
	# A group named by its number is the same.
	expect 0 as daemon bin contact-store share "$(getent group bin | cut -d : -f 3)"
	stderr_has ' already$'
	expect 0 as daemon games contact-store share games
	stderr_is "contact-store: $CONTACT_STORE is shared with the group games"
	expect 6 as nobody bin contact-find
	expect 0 as nobody games contact-find -H -c email
	stdout_is ann@example.com
	expect 0 as daemon bin contact-store share --none
	stderr_is "contact-store: $CONTACT_STORE is private"
	expect 0 as daemon bin contact-store share --none
	stderr_is "contact-store: $CONTACT_STORE is private already"
	expect 0 as daemon bin contact-find -H -c email
	stdout_is ann@example.com
	expect 0 modes
	stdout_is '. 700 bin
./data.mdb 600 bin
./lock.mdb 600 bin'
}

@test "who kept a file of a shared store open has no part in it when it is private" {
	as daemon bin contact-store -q init --group bin
	as daemon bin contact-add -q email=ann@example.com >/dev/null
	# shellcheck disable=SC2016
	as games bin bash -c 'exec 5<>"$CONTACT_STORE/data.mdb"; touch "$0/open"
		until [ -e "$0/done" ]; do sleep 0.05; done; head -c 4096 /dev/zero >&5' "$common" 3>&- &
	until [ -e "$common/open" ]; do sleep 0.05; done
	as daemon bin contact-store -q share --none
	touch "$common/done"
	wait $!
	expect 0 as daemon bin contact-find -H -c email
	stdout_is ann@example.com
}

@test "S2 another group than the recorded one, or others, that could write: refused" {
	as daemon bin contact-store -q init --group bin
	chgrp games "$CONTACT_STORE"
	expect 6 as daemon bin contact-find
	stdout_is ''
	stderr_has 'another group than the one that the store is shared with could write it'
	chgrp bin "$CONTACT_STORE"
	chmod 2772 "$CONTACT_STORE"
	expect 6 as daemon bin contact-find
	stderr_is "contact-find: $CONTACT_STORE: others could write the store (chmod o= it)"
	chmod 2770 "$CONTACT_STORE"
	chgrp games "$CONTACT_STORE/data.mdb"
	expect 6 as daemon bin contact-add email=bob@example.com
	stderr_has '/data.mdb: others could write it'
	chgrp bin "$CONTACT_STORE/data.mdb"
	expect 1 as daemon bin contact-find -H
}

@test "S2 a file group that a member made, or that names no group: refused" {
	as daemon bin contact-store -q init --group bin
	as games bin bash -c 'rm "$CONTACT_STORE/group"; echo "1 x" >"$CONTACT_STORE/group"'
	expect 6 as daemon bin contact-find
	stdout_is ''
	stderr_is "contact-find: $CONTACT_STORE/group: is not a file of the store's owner alone (remove it)"
	rm "$CONTACT_STORE/group"
	as daemon bin bash -c 'echo many >"$CONTACT_STORE/group"; chmod 640 "$CONTACT_STORE/group"'
	expect 6 as daemon bin contact-find
	stderr_is "contact-find: $CONTACT_STORE/group: names no group (remove it)"
	rm "$CONTACT_STORE/group"
	# Without it, the modes are nobody's word.
	expect 6 as daemon bin contact-find
	stderr_is "contact-find: $CONTACT_STORE: others could write the store (chmod 700 it)"
	chmod 700 "$CONTACT_STORE"
	expect 6 as daemon bin contact-find
	stderr_is "contact-find: $CONTACT_STORE/data.mdb: others could write it (chmod 600 it)"
	chmod 600 "$CONTACT_STORE"/*
	expect 1 as daemon bin contact-find -H
}

@test "init --group where a store is: unchanged if it is so shared, else exit 4" {
	as daemon bin contact-store -q init
	expect 4 as daemon bin contact-store init --group bin
	stdout_is ''
	stderr_is "contact-store: $CONTACT_STORE is a store already, which is not shared with the group bin: 'contact-store share bin' shares it"
	as daemon bin contact-store -q share bin
	expect 0 as daemon bin contact-store init --group bin
	stderr_is "contact-store: $CONTACT_STORE is a store already"
}

@test "share waits for those who have the store open, as long as --wait says" {
	as daemon bin contact-store -q init
	seq -f 'p%.0f@example.com' 9 | sed '1iemail' >"$common/people.csv"
	flock --shared "$CONTACT_STORE" sleep 10 3>&- &
	holder=$!
	while flock -n -x "$CONTACT_STORE" true; do sleep 0.05; done
	expect 75 as daemon bin contact-store --wait 0 share bin
	stdout_is ''
	stderr_has "^contact-store: $CONTACT_STORE: busy: "
	kill "$holder"
	wait "$holder" || :
	expect 0 as daemon bin contact-store --wait 20 share bin
}

@test "1.22 root becomes the owner of the store, private or shared" {
	as daemon bin contact-store -q init
	rm -f "$CONTACT_STORE"/lock.mdb
	expect 0 contact-add -q email=ann@example.com
	expect 0 bash -c "find '$CONTACT_STORE' ! -user daemon"
	stdout_is ''
	expect 0 as daemon bin contact-find --count
	stdout_is 1
}

@test "a backup is private; compact and restore keep the store shared" {
	as daemon bin contact-store -q init --group bin
	as games bin contact-add -q email=ann@example.com >/dev/null
	expect 0 as games bin contact-store -q backup "$common/backup"
	stderr_is ''
	expect 0 bash -c "cd '$common' && find backup -printf '%p %m\n' | LC_ALL=C sort | head -n 2"
	stdout_is 'backup 700
backup/data.mdb 600'
	expect 0 as games bin contact-store -q compact
	expect 0 as daemon bin contact-find --count
	stdout_is 1
	expect 6 as games bin contact-store -q --yes restore "$common/backup"
	stderr_has ': only the owner of the store may restore it$'
	chown -R daemon "$common/backup"
	expect 0 as daemon bin contact-store -q --yes restore "$common/backup"
	expect 0 as games bin contact-add email=bob@example.com
	expect 0 modes
	stdout_is '. 2770 bin
./data.mdb 660 bin
./group 640 bin
./lock.mdb 660 bin
./writer.lock 660 bin'
	expect 0 as games bin contact-store info
	stdout_has '^group,bin$'
}

@test "no group, no such group, both: usage errors" {
	expect 2 contact-store share
	stderr_has 'share takes the name of a group, or --none$'
	expect 2 contact-store share --none bin
	stderr_has 'share takes the name of a group, or --none$'
	expect 2 contact-store share no-such-group
	stderr_has 'there is no group of users "no-such-group"$'
	expect 2 contact-store init --group no-such-group
	stderr_has 'there is no group of users "no-such-group"$'
	[ ! -e "$CONTACT_STORE" ]
	expect 2 contact-store info --group bin
	stderr_has -- '--group means nothing to info$'
}
