#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
#
# Output that cannot be written (D6): for every program and every verb that
# prints, a full device is exit 5 with one line, a closed descriptor is never
# the store's, a reader that leaves is no error, and what was stored is said.

load ../cmd/support

prepare()
{
	PATH=$CONTACT_BIN/tests/fault:$PATH
	contact-add -q -k organization name=Acme
	seq -f 'p%.0f@example.com,Ann,Lee,Acme' 3000 |
	    sed '1iemail,first_name,last_name,organization' >people.csv
	contact-add -q people.csv
	contact-store set timezone=+01:00 2>/dev/null
	printf 'email,title\np1@example.com,Head\nbroken,\n' >changes.csv
	contact-add -q email=new@example.com >/dev/null
	contact-invite -q --campaign Fall email=new@example.com
	contact-store -q set mail_sender=careers@example.org 'mail_link=https://example.org/{{token}}' \
		mail_unsubscribe_address=leave@example.org mail_postal_address=Springfield
	printf 'email,campaign,step\nnew@example.com,Fall,unsubscribed\nbroken,Fall,visited\n' >invited-changes.csv
}

# What prints, one command a line, and changes nothing.
reading_commands()
{
	cat <<-'END'
		contact-add --help
		contact-add --version
		contact-find
		contact-find -H -c email p1@example.com
		contact-find -c all -o json
		contact-find -o tsv
		contact-find -o table
		contact-find -o excel
		contact-find --sort last_name
		contact-find --limit 2000
		contact-find --count
		contact-find --count-by organization
		contact-find --fields
		contact-find -k organization
		contact-find --help
		contact-find --version
		contact-find --at 2
		contact-find --changes-since 1
		contact-find --history
		contact-find --card
		contact-find --card -o json
		contact-invite -q -n --campaign Spring --all
		contact-invite --stats
		contact-invite --stats -o table
		contact-invite --report - --campaign Fall
		contact-invite --help
		contact-store info
		contact-store get
		contact-store get timezone
		contact-store check
		contact-store log
		contact-store dump
		contact-store --help
		contact-store --version
		contact-store set -n timezone=+02:00
		contact-store undo -n 3
		contact-store undo -q -n --diff - 2
		contact-status --all
		contact-status -o table organization=Acme
		contact-status --values
		contact-status --check
		contact-status --help
		contact-status --version
		contact-status -q -n --client Past --all
		contact-status -q -n --diff - --candidate DNU --all
		contact-invite -n --events invited-changes.csv
		contact-invite -q -n --diff - --events invited-changes.csv
		contact-invite -q -n --errors - --events invited-changes.csv
		contact-invite -q -n --approve --all
		contact-invite --help
		contact-add -n changes.csv
		contact-add -q -n --errors - changes.csv
		contact-add -q -n --diff - changes.csv
	END
}

# Those that the programs have: a verb or an option may be missing in a build.
commands()
{
	local help
	help=$(contact-store --help; contact-find --help)
	reading_commands | while read -r command; do
		case $command in
		'contact-store undo'*) [[ $help == *'... undo '* ]] || continue ;;
		'contact-store log' | 'contact-store dump')
			[[ $help == *"... ${command##* }"* ]] || continue ;;
		*--at* | *--changes-since* | *--history*)
			[[ $help == *"$(expr "$command" : '.*\(--[a-z-]*\)')"* ]] || continue ;;
		esac
		echo "$command"
	done
}

# each CHECK: calls it with every command.
each()
{
	local command wrong=0 count=0 check=$1
	while read -r command; do
		count=$((count + 1))
		"$check" "$command" || { echo "^ $command" && wrong=1; }
	done < <(commands)
	[ "$count" -ge 25 ] || { echo "only $count commands" && wrong=1; }
	return "$wrong"
}

program_of()
{
	echo "${1%% *}"
}

full_device()
{
	expect 5 bash -c "$1 >/dev/full" &&
	    stderr_has "^$(program_of "$1"): (.*: )?cannot write standard output: No space left on device\$"
}

@test "D6 every command that prints: > /dev/full is exit 5 with a message" {
	before=$(store_digest)
	each full_device
	[ "$(store_digest)" = "$before" ]
}

@test "D6 teeth: a program that does not look is caught" {
	run full_device 'misbehaving prints 3'
	[ "$status" -eq 1 ]
	[[ $output == *'status is 0, not 5: '* ]]
}

closed_output()
{
	expect 5 bash -c "$1 >&-" && stderr_has "^$(program_of "$1"): .*standard output" &&
	    same_store
}

same_store()
{
	[ "$(store_digest)" = "$before" ] && return
	echo 'the store has changed'
	return 1
}

@test "D6 every command that prints: >&- is refused, and never reaches the store" {
	before=$(store_digest)
	each closed_output
}

# The head of what the command prints into a pipe that is closed then.
reader_leaves()
{
	case $1 in
	# These have rows in error.
	*changes.csv) expect 3 bash -c "$1 | head -n 1; exit \"\${PIPESTATUS[0]}\"" ;;
	*)
		expect 0 bash -c "$1 | head -n 1; exit \"\${PIPESTATUS[0]}\"" &&
		    case $1 in *'set -n'* | *'undo -n'*) ;; *) stderr_is '' ;; esac ;;
	esac && [ "$(wc -l <stdout)" -le 1 ]
}

@test "D6 every command that prints: | head -n 1 ends quietly" {
	each reader_leaves
}

# Nobody reads at all.
nobody_reads()
{
	local want=0
	case $1 in *changes.csv) want=3 ;; esac
	expect "$want" bash -c "$1 | sleep 0; exit \"\${PIPESTATUS[0]}\""
}

@test "D6 every command that prints: into a pipe that nobody reads" {
	each nobody_reads
}

# The same output and status with descriptors closed.
closed_input()
{
	local want=0
	case $1 in *changes.csv) want=3 ;; esac
	expect "$want" bash -c "$1 </dev/null" && mv stdout plain &&
	    expect "$want" bash -c "$1 <&-" && cmp plain stdout &&
	    expect "$want" bash -c "$1 2>&-" && cmp plain stdout && [ ! -s stderr ] &&
	    expect "$want" bash -c "$1 <&- 2>&-" && cmp plain stdout && same_store
}

@test "D6 every command that prints: <&- and 2>&- change nothing of what it prints" {
	before=$(store_digest)
	each closed_input
}

@test "D6 all three streams closed: what is stored is stored, and nothing else" {
	expect 5 bash -c 'contact-add email=new@example.com <&- >&- 2>&-'
	expect 0 bash -c 'contact-add changes.csv --max-errors 1 <&- >&- 2>&- || [ $? -eq 3 ]'
	expect 2 bash -c 'contact-find nosuch=1 <&- >&- 2>&-'
	expect 5 bash -c 'contact-find -s nowhere <&- >&- 2>&-'
	expect 0 contact-find --count
	stdout_is 3001
	expect 0 contact-find -H -c title p1@example.com
	stdout_is Head
	expect 0 contact-store check
}

@test "D6 nothing to read on a closed stdin: exit 4, as for an empty input" {
	before=$(store_digest)
	expect 4 bash -c 'contact-add </dev/null'
	mv stderr plain
	expect 4 bash -c 'contact-add <&-'
	cmp plain stderr
	[ "$(store_digest)" = "$before" ]
}

@test "D6 stderr that is full: the status tells, and what is stored is stored" {
	expect 2 bash -c 'contact-find nosuch=1 2>/dev/full'
	expect 0 bash -c 'contact-add email=new@example.com 2>/dev/full'
	expect 3 bash -c 'contact-add changes.csv 2>/dev/full'
	expect 0 contact-find --count
	stdout_is 3001
}

@test "D6 results, rows in error and differences to /dev/full: stored, and it is said" {
	rev=$(contact-store info | sed -n 's/^rev,//p')
	title=0
	for option in --results --errors --diff; do
		rev=$((rev + 1)) title=$((title + 1))
		printf 'email,title\np1@example.com,Head %d\nbroken,\n' $title >changes.csv
		expect 5 contact-add $option /dev/full changes.csv
		stdout_is ''
		stderr_has "^contact-add: stored as rev $rev, results not written: .*/dev/full.*No space left on device\$"
		expect 0 contact-find -H -c title p1@example.com
		stdout_is "Head $title"
		# On standard output it is the same.
		rev=$((rev + 1)) title=$((title + 1))
		printf 'email,title\np1@example.com,Head %d\nbroken,\n' $title >changes.csv
		expect 5 bash -c "contact-add -q $option - changes.csv >/dev/full"
		stderr_has "^contact-add: stored as rev $rev, results not written: .*No space left on device\$"
		expect 0 contact-find -H -c title p1@example.com
		stdout_is "Head $title"
	done
}

@test "D6 an id that cannot be written: stored, and it is said" {
	for target in '>/dev/full' '>&-'; do
		rev=$(($(contact-store info | sed -n 's/^rev,//p') + 1))
		expect 5 bash -c "contact-add -q email=n$rev@example.com $target"
		stderr_has "^contact-add: stored as rev $rev, id not written: cannot write standard output: "
		expect 0 contact-find --count "email=n$rev@example.com"
		stdout_is 1
	done
}

@test "D6 a reader that leaves never prevents a commit" {
	for option in --results --diff; do
		rm -rf "$CONTACT_STORE"
		expect 0 bash -c "contact-add -q $option - people.csv | sleep 0; exit \"\${PIPESTATUS[0]}\""
		stderr_is ''
		expect 0 contact-find --count
		stdout_is 3000
	done
}
