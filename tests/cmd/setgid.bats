#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
#
# Programs that are installed setgid, for users who cannot open the store's files
# (CS-9, CS-10). The store is daemon's and of the group bin; who logs in are users of
# the system's that every machine has, with no group but their own.

load support

prepare()
{
	[ "$(id -u)" -eq 0 ] || skip 'only root can install setgid and act as other users'
	command -v setpriv >/dev/null || skip 'setpriv (util-linux) is not installed'
	built=$CONTACT_BIN/tests/setgid
	[ -x "$built/contact-find" ] || skip 'make check builds the programs of this test'
	! grep -q __asan_init "$built/contact-find" ||
	    skip 'a sanitizer traces the process in search of leaks, which nobody may'
	unset CONTACT_STORE CONTACT_NOW
	# Where they look for their store is built into them.
	store=$("$built/contact-find" -s x 2>&1 | sed 's/.* the store at \(.*\) alone$/\1/')
	site=${store%/store}
	mkdir -m 755 "$site"
	! findmnt -no OPTIONS -T "$site" | grep -qw nosuid || skip '/tmp is mounted nosuid'
	install -d -m 755 "$site/bin" "$site/share"
	cp -R "$CONTACT_SOURCE/share" "$site/share/contact"
	chmod -R a+rX "$site/share"
	install -g bin -m 2755 "$built"/contact-{add,find,store} "$site/bin"
	install -d -o daemon -g bin -m 700 "$store"
	install -d -m 1777 "$site/common"
	PATH=$site/bin:$PATH
	as daemon bin contact-store -q init --group bin
	owner contact-add -q -k role name=Viewer rights=crm=view >/dev/null
	owner contact-add -q -k role name=Editor rights=crm=edit >/dev/null
	owner contact-add -q -k role name=Admin rights=crm=admin >/dev/null
	owner contact-add -q -k user login=games role=Viewer >/dev/null
	owner contact-add -q -k user login=man role=Editor >/dev/null
	owner contact-add -q -k user login=lp role=Admin >/dev/null
	owner contact-add -q email=ann@example.com >/dev/null
	owner contact-store -q set access=roles
	cd "$site/common" || return
}

teardown()
{
	cd /
	[ -z "${site:-}" ] || rm -rf "$site"
}

# as USER GROUP COMMAND...: with these and no other groups.
as()
{
	local user=$1 group=$2
	shift 2
	setpriv --reuid="$user" --regid="$group" --clear-groups -- "$@"
}

owner() { as daemon bin "$@"; }
viewer() { as games games "$@"; }
editor() { as man man "$@"; }
admin() { as lp lp "$@"; }
stranger() { as news news "$@"; }

@test "CS-9 CS-10 who has the right view finds and does not add; who has no role does neither" {
	expect 0 viewer contact-find -H -c email
	stdout_is ann@example.com
	stderr_is ''
	expect 6 viewer contact-add email=bob@example.com
	stdout_is ''
	stderr_is 'contact-add: games lacks the right crm=edit in this store: crm=view is that of the role Viewer'
	expect 6 stranger contact-find
	stdout_is ''
	stderr_is 'contact-find: news lacks the right crm=view in this store: no user has this login'
}

@test "CS-10 who may edit reads his own files and writes his own results" {
	printf 'email\nbob@example.com\nno address\n' >in.csv
	expect 3 editor contact-add -q --results results.csv --errors errors.csv in.csv
	stderr_is 'contact-add: in.csv:3:1: email: no "@" (BAD_EMAIL)'
	expect 0 stat -c '%U %G %a' results.csv errors.csv
	stdout_is 'man man 600
man man 600'
	expect 0 bash -c 'printf "email\nzoe@example.com\n" | setpriv --reuid=man --regid=man --clear-groups contact-add -q'
	expect 0 viewer contact-find -H -c email,created_by
	stdout_is 'ann@example.com,daemon
bob@example.com,man
zoe@example.com,man'
	expect 0 owner contact-store check
}

@test "CS-10 nobody reads or lists the store's files himself" {
	for user in viewer editor admin stranger; do
		for file in data.mdb lock.mdb group; do
			expect 1 "$user" cat "$store/$file"
			stdout_is ''
		done
		expect 2 "$user" ls "$store"
		stdout_is ''
	done
	# Nor have the programs them read: a path is opened with the user's rights.
	expect 4 editor contact-add -k note "$store/data.mdb"
	stderr_has 'data.mdb: Permission denied$'
}

@test "CS-10 a file that only the store's group may read or write is not opened for anybody" {
	install -g bin -m 640 /dev/null secret.csv
	printf 'email\nsecret@example.com\n' >secret.csv
	expect 4 editor contact-add secret.csv
	stdout_is ''
	stderr_is 'contact-add: secret.csv: Permission denied'
	ln -s "$PWD/secret.csv" link.csv
	expect 4 editor contact-add link.csv
	stderr_is 'contact-add: link.csv: Permission denied'
	printf 'email\nbob@example.com\n' >in.csv
	expect 2 editor contact-add --map ./secret.csv in.csv
	stdout_is ''
	stderr_has 'map ./secret.csv: Permission denied'
	install -d -g bin -m 2770 closed
	install -g bin -m 660 /dev/null secret.out
	for option in results errors diff; do
		for file in closed/out "$store/out" secret.out; do
			expect 5 editor contact-add "--$option" "$file" in.csv
			stdout_is ''
			stderr_has "cannot write .*$file: Permission denied"
		done
	done
	expect 1 editor contact-find bob@example.com
	expect 5 admin contact-store backup closed/copy
	stdout_is ''
	expect 0 bash -c 'find closed -mindepth 1; cat secret.out'
	stdout_is ''
}

@test "CS-10 another store, another user, another time: neither options nor the environment help" {
	expect 6 stranger contact-find -s "$site/mine"
	stdout_is ''
	stderr_is "contact-find: --store: these programs serve the store at $store alone"
	expect 6 viewer contact-add --as lp email=bob@example.com
	stdout_is ''
	stderr_is "contact-add: --as: only the owner of $store may act as another user"
	expect 6 stranger env CONTACT_STORE="$site/mine" XDG_DATA_HOME="$site" HOME="$site" \
	    USER=lp LOGNAME=lp contact-find
	stderr_has '^contact-find: news lacks'
	expect 0 editor env CONTACT_NOW=2099-01-01T00:00:00Z contact-add -q email=bob@example.com
	expect 0 viewer contact-find -H -c created_at.year bob@example.com
	stdout_lacks 2099
	[ ! -e "$site/mine" ]
}

@test "CS-10 nothing is loaded or run that the user chose" {
	printf '#!/bin/sh\necho run\n' >contact-store
	chmod 755 contact-store
	expect 0 viewer env PATH="$PWD:$PATH" LD_PRELOAD="$PWD/mine.so" LD_LIBRARY_PATH="$PWD" \
	    "$site/bin/contact-find" --count
	stdout_is 1
	stderr_is ''
	# Another name for the program finds other maps at most, and those with no
	# right but the user's.
	mkdir -p other/bin other/share/contact
	install -d -g bin -m 750 other/share/contact/maps
	ln -s "$site/bin/contact-add" other/bin/contact-add
	printf 'email\nbob@example.com\n' >in.csv
	expect 0 editor other/bin/contact-add -q in.csv
	cp "$site/bin/contact-find" other/bin/
	expect 6 viewer other/bin/contact-find
	stderr_is "contact-find: $store: permission denied"
}

@test "CS-9 nobody makes himself another, nor a role by its name" {
	owner contact-add -q -k user login=news role=Later >/dev/null
	expect 6 stranger contact-find
	stderr_has 'there is no role Later$'
	expect 6 editor contact-add -k role name=Later rights=crm=admin
	expect 6 editor contact-add -k user login=man role=Admin
	stderr_is 'contact-add: man lacks the right users=admin in this store: users=none is that of the role Editor'
	printf '%s\n' id,rev,login "5,5,lp" >in.csv
	expect 6 editor contact-add -k user in.csv
	stdout_is ''
	for verb in 'share man' 'share --none'; do
		# shellcheck disable=SC2086
		expect 6 admin contact-store $verb
		stdout_is ''
		stderr_is "contact-store: $store: permission denied"
	done
}

@test "an administrator compacts and copies; the store stays its group's, the copy is his" {
	expect 0 admin contact-store -q compact
	expect 0 bash -c "cd '$store' && find . -printf '%p %m %g\n' | LC_ALL=C sort"
	stdout_is '. 2770 bin
./data.mdb 660 bin
./group 640 bin
./writer.lock 660 bin'
	expect 0 viewer contact-find -H -c email
	stdout_is ann@example.com
	expect 0 editor contact-add -q email=bob@example.com
	expect 0 admin contact-store -q backup copy
	expect 0 stat -c '%U %G %a' copy copy/data.mdb
	stdout_is 'lp lp 700
lp lp 600'
	expect 1 admin cat "$store/data.mdb"
	expect 6 admin contact-store -q --yes restore copy
	stdout_is ''
	stderr_has 'only the owner of the store may restore it$'
	expect 6 viewer contact-store dump
	stdout_is ''
	expect 0 owner contact-store check
}

@test "root, too, is let in as the owner, and to that store alone" {
	expect 0 contact-add -q email=bob@example.com
	expect 0 bash -c "find '$store' -user root"
	stdout_is ''
	expect 6 contact-find -s "$site/mine"
	stdout_is ''
}

@test "programs that were not built for it do not run setgid, nor any setuid" {
	install -g bin -m 2755 "$CONTACT_BIN/contact-find" plain
	expect 6 viewer ./plain
	stdout_is ''
	stderr_is 'contact-find: installed setgid, but built without --enable-setgid'
	install -o daemon -m 4755 "$built/contact-find" root
	expect 6 viewer ./root
	stdout_is ''
	stderr_is 'contact-find: installed setuid, which these programs are not made for'
}
