#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
#
# contact-find --card: one person on a screen (TW-2, CS-17, HS-5, HS-64), and with
# -o json all that is held on them.

load support

prepare()
{
	contact-add -q -k organization name='Acme Inc.' domains=acme.example >/dev/null
	contact-add -q email=ann@acme.example name='Ann Lee' title='Head of Hiring' \
	    organization='Acme Inc.' phone='+1 555 0100' phone_ext=22 \
	    street='1 Main Street' city=Springfield state=IL postal_code=62701 \
	    labels='vip;campus' ext.crm=7 attr.size=9 >/dev/null
	contact-add -q name='Cy Fox' organization='Acme Inc.' >/dev/null
}

# add KIND FIELD=VALUE...
add()
{
	contact-add -q -k "$@" >/dev/null
}

# card OPERAND...: the card without what says who made it and when.
card()
{
	expect 0 contact-find --card "$@"
	sed -i '/^  created  /d; /^  changed  /d' stdout
	stderr_is ''
}

@test "CS-17 TW-2 a person on a screen, the account at the bottom" {
	card 2
	stdout_is "$(cat <<-'END'
	Ann Lee                                                                contact 2
	Head of Hiring
	Candidate  client Not Applicable  candidate Prospect

	  organization      Acme Inc. (primary contact)
	  email             ann@acme.example
	  phone             +1 555 0100 ext. 22
	  address           1 Main Street, Springfield, IL 62701
	  source            Manual
	  labels            vip, campus

	External ids
	  crm               7

	Attributes
	  size              9

	Record

	Account
	  no account
	END
	)"
}

@test "one is named by id, address, id of a system or a query; several are parted by a blank line" {
	for name in 2 ann@acme.example crm:7 title=head*; do
		expect 0 contact-find --card "$name"
		stdout_has '^Ann Lee  *contact 2$'
		stderr_is ''
	done
	expect 0 contact-find --card
	[ "$(grep -c '^[AC].* contact [0-9]$' stdout)" = 2 ]
	[ "$(grep -B 1 'contact 3$' stdout | head -n 1)" = '' ]
	expect 0 contact-find --card --limit 1
	stdout_lacks 'contact 3$'
	expect 1 contact-find --card nobody@example.com
	stdout_is ''
	stderr_is ''
}

@test "a record of which nothing is known is a card too" {
	contact-add -q ext.crm=8 >/dev/null
	card crm:8
	stdout_is "$(cat <<-'END'
	(no name)                                                              contact 4
	Candidate  client Not Applicable  candidate Prospect

	  source            Manual

	External ids
	  crm               8

	Record

	Account
	  no account
	END
	)"
}

@test "TW-2 HS-14 the account that names a contact, or has its address" {
	add role name=Employer
	add user login=ann user_type=External role=Employer contact=2 access=false
	card 2
	[ "$(tail -n 6 stdout)" = "$(cat <<-'END'
	Account
	  login             ann
	  user type         External
	  role              Employer
	  access            no
	  status            archived
	END
	)" ]
	contact-add -q name='Di Poe' email=di@acme.example >/dev/null
	add user login=di user_type=External email=di@acme.example
	card di@acme.example
	[ "$(tail -n 6 stdout)" = "$(cat <<-'END'
	Account
	  login             di
	  user type         External
	  access            yes
	  status            active
	  found by          its e-mail address
	END
	)" ]
}

@test "HS-5 notes, meetings and tasks, oldest first, with author and time" {
	add user login=bob
	add note contact=2 text='the later one' author=bob at=2026-09-02T10:00:00Z type=Note
	add note contact=2 text=$'two\nlines' author=bob at=2026-09-01T10:00:00Z type=Meeting
	add note contact=2 text='call back' type=Task due_on=2026-11-30 author=zoe
	card 2
	sed -n '/^Notes/,/^$/{/./p}' stdout >notes
	same notes notes "$(cat <<-'END'
	Notes, meetings and tasks (3)
	  2026-09-01 10:00  Meeting, bob
	                    two
	                    lines
	  2026-09-02 10:00  Note, bob
	                    the later one
	  2026-10-05 12:00  Task, zoe, due on 2026-11-30
	                    call back
	END
	)"
}

@test "HS-6 a personal note is on the card for its author alone" {
	add user login=bob
	add note contact=2 text=mine author=bob privacy=Personal
	add note contact=2 text=yours author=zoe privacy=Personal
	for who in bob zoe; do
		expect 0 contact-find --as "$who" --card 2
		stdout_has 'Notes, meetings and tasks \(1\)'
		[ "$who" = zoe ] || stdout_lacks yours
		[ "$who" = bob ] || stdout_lacks mine
		stderr_is ''
	done
	card 2
	stdout_lacks 'Notes|mine|yours'
	expect 0 contact-find --card -o json 2
	stdout_has '"notes":\[\]'
	stderr_is 'contact-find: 2 personal notes of others are left out'
	expect 1 contact-find -k note --as bob --card text=yours
	stdout_is ''
}

@test "HS-64 jobs, placements and events, and who is the point of contact" {
	add job ext.crm=1 title='Site Engineer' organization='Acme Inc.' contact=2 opened_on=2026-09-01
	add placement job=crm:1 candidate=2 employment=Consultant started_on=2026-09-15
	add event title='Spring Fair' type='Career Fair' starts_at=2026-04-01T09:00:00Z
	add participation event='Spring Fair' contact=2 role='Point of Contact'
	card 2
	stdout_has '^  2026-09-01        Site Engineer, Acme Inc., Open$'
	stdout_has '^  2026-09-15        Site Engineer, Acme Inc. \(4\), Consultant$'
	stdout_has '^  2026-04-01 09:00  Spring Fair, Career Fair \(6\), Point of Contact$'
	[ "$(grep -oE '^[A-Z][a-z]+ \(1\)' stdout | tr '\n' ' ')" = 'Jobs (1) Placements (1) Events (1) ' ]
	expect 0 contact-find -k event --card 6
	stdout_has '^  2026-04-01 09:00  Ann Lee \(2\), Point of Contact$'
	stderr_is ''
}

@test "CS-22 the employee that a contact is" {
	add employee number=00417 first_name=Ann title=Fitter contact=2 notify=true
	card 2
	sed -n '/^Employee/,/^$/{/./p}' stdout >employee
	same employee employee "$(cat <<-'END'
	Employee
	  number            00417
	  first name        Ann
	  title             Fitter
	  notify            yes
	END
	)"
}

@test "TW-10 TW-19 who is out of use is told so plainly" {
	contact-archive -q --inactive 3
	card 3
	stdout_has '^INACTIVE since 2026-10-05 12:00'
	stdout_has '^  organization      Inactive$'
	stdout_has '^  formerly          Acme Inc. \(Inactive\)$'
	expect 0 contact-find -k organization --card 1
	stdout_has '^Former contacts \(1\)$'
	stdout_has '^  #3                Cy Fox, Inactive$'
	contact-archive -q --reject 2
	expect 1 contact-find --card ann@acme.example
	card 2
	stdout_has '^REJECTED since 2026-10-05 12:00'
	expect 0 contact-find -k organization --card 1
	stdout_lacks 'Ann Lee'
	stderr_is ''
}

@test "wishes and hindrances stand in the marks" {
	contact-add -q email=ann@acme.example do_not_email=true do_not_call=true email_status=Bounced
	card 2
	stdout_has '^do not email  do not call  e-mail Bounced$'
	contact-add -q email=pen@example.com approval=Pending visibility='Only Myself'
	card pen@example.com
	stdout_has '^approval pending  visible to: Only Myself$'
}

@test "CS-12 CS-17 an organization with its contacts, the primary one in green" {
	expect 0 contact-find -k organization --color=always --card 1
	stdout_has $'^  primary contact   Ann Lee \\(2\\)$'
	stdout_has $'\e\\[32mAnn Lee, primary, Head of Hiring, ann@acme.example, \\+1 555\e'
	stdout_has $'^  #3                Cy Fox$'
	expect 0 contact-find --color=always --card 2
	stdout_has $'\e\\[32mAcme Inc. \\(primary contact\\)\e'
	expect 0 contact-find --card 2
	stdout_lacks $'\e'
	stderr_is ''
}

@test "every kind has a card" {
	add user login=bob first_name=Bob
	add role name=Advisor
	add workspace name=North organization='Acme Inc.'
	add suppression address=x@example.com reason=unsubscribed
	add picklist name=client_status value=Key
	add attribute name=shoe type=number
	for kind in user role workspace suppression picklist attribute organization contact; do
		expect 0 contact-find -k "$kind" --card --limit 1
		stdout_has " $kind [0-9]+\$"
		stdout_has '^Record'
		stderr_is ''
	done
}

@test "of many the newest, or the first, and how many there are" {
	for ((i = 10; i < 35; i++)); do
		printf '%s\n' "2,note $i,2026-08-$((i - 9))T10:00:00Z"
	done | sed '1i contact,text,at' | sed -E 's/-([0-9])T/-0\1T/' >notes.csv
	contact-add -q -k note notes.csv
	printf 'last_name,organization\n' >people.csv
	for ((i = 10; i < 35; i++)); do printf 'P%s,Acme Inc.\n' "$i"; done >>people.csv
	contact-add -q people.csv
	card 2
	stdout_has '^Notes, meetings and tasks \(25, the newest 20\)$'
	[ "$(grep -oE 'note [0-9]+' stdout | sed -n '1p;$p' | tr '\n' ' ')" = 'note 15 note 34 ' ]
	expect 0 contact-find -k organization --card 1
	stdout_has '^Contacts \(27, the first 20\)$'
	pipeline 0 'contact-find --card -o json 2 | jq ".notes|length"'
	stdout_is 25
	pipeline 0 'contact-find -k organization --card -o json 1 | jq ".contacts|length"'
	stdout_is 27
}

@test "X-32 --at shows the card as it was" {
	add user login=ann user_type=External contact=2
	add note contact=2 text=later
	contact-add -q email=ann@acme.example title=CEO
	card --at 2 2
	stdout_has '^Head of Hiring$'
	stdout_lacks 'later|login'
	expect 0 contact-find --card --at 2 -o json 2
	stdout_has '"title":"Head of Hiring".*"notes":\[\],"user":\[\]'
	stdout_lacks CEO
	card 2
	stdout_has '^CEO$'
}

@test "-o json has all that is held, the history too, one object a line" {
	add user login=ann user_type=External contact=2
	add suppression address=Ann@ACME.example reason=unsubscribed
	add event title=Fair type='Career Fair'
	add participation event=Fair contact=2
	contact-add -q email=ann@acme.example title=CEO
	expect 0 contact-find --card -o json 2 3
	stderr_is ''
	[ "$(wc -l <stdout)" = 2 ]
	head -n 1 stdout >ann.json
	expect 0 jq -r '[.email, .labels[1], .primary, .user[0].login, .suppressions[0].reason,
	    .participations[0]["event.title"], (.notes|length), (.employee|length),
	    .["ext.crm"][0]] | join(",")' ann.json
	stdout_is 'ann@acme.example,campus,true,ann,unsubscribed,Fair,0,0,7'
	expect 0 jq -r '.history[] | select(.field == "title") | [.rev,.who,.from,.to] | join(",")' ann.json
	stdout_has ',,Head of Hiring$'
	stdout_has ',Head of Hiring,CEO$'
	expect 0 jq -r 'keys_unsorted[]' ann.json
	stdout_lacks 'revival|client_job'
	[ "$(sort stdout | uniq -d)" = '' ]
}

@test "--card goes with nothing that makes a list of it" {
	for option in '-c name' -H '--sort name' --count '--count-by type' --history --duplicates --fields; do
		# shellcheck disable=SC2086
		expect 2 contact-find --card $option 2
		stdout_is ''
		stderr_has "contact-find: --(card and --[a-z-]+|[a-z-]+ and --card) contradict each other"
	done
	for format in csv tsv table excel; do
		expect 2 contact-find --card -o "$format" 2
		stdout_is ''
		stderr_is "contact-find: --card and --output $format contradict each other
try 'contact-find --help'"
	done
}

@test "I5 what is stored never drives a terminal, on it or not" {
	command -v script >/dev/null || skip 'script is not installed'
	contact-add -q email=eve@example.com title=$'a\u202eb' description=$'\u200bx'
	card eve@example.com
	stdout_has 'a\\u\{202e\}b'
	TERM=xterm expect 0 script -qec 'contact-find --card eve@example.com; contact-find --card -o json eve@example.com' /dev/null
	stdout_has 'a\\u\{202e\}b'
	stdout_has '"title":"a\\u202eb"'
	stdout_lacks $'\u202e|\u200b'
	stdout_has $'\e\\[1meve@example.com\e'
}

@test "no line is wider than the terminal" {
	command -v script >/dev/null || skip 'script is not installed'
	contact-add -q email=ann@acme.example description="$(printf 'word%.0s ' {1..60})"
	for width in 44 80 200; do
		TERM=dumb expect 0 script -qec "stty cols $width; contact-find --color never --card 2" /dev/null
		[ "$(tr -d '\r' <stdout | awk '{ if (length > most) most = length } END { print most }')" -le "$width" ]
		stdout_has 'contact 2'
	done
}

@test "-o json has for each kind what a query of that kind finds" {
	seed=${SEED:-$RANDOM}
	echo "SEED=$seed"
	RANDOM=$seed
	local kind
	add event title=Fair
	add event title=Talk
	printf 'title,contact\n' >job.csv
	printf 'contact,text,at\n' >note.csv
	printf 'event,contact,at\n' >participation.csv
	for ((i = 0; i < 40; i++)); do
		printf 'J%s,%s\n' "$i" "$((2 + RANDOM % 2))" >>job.csv
		printf '%s,N%s,2026-0%s-01\n' "$((2 + RANDOM % 2))" "$i" "$((1 + RANDOM % 9))" >>note.csv
		printf '%s,%s,2026-0%s-01\n' "$((4 + RANDOM % 2))" "$((2 + RANDOM % 2))" "$((1 + RANDOM % 9))" >>participation.csv
	done
	for kind in job note participation; do
		expect 0 contact-add -q --repeated last -k "$kind" "$kind.csv"
	done
	for id in 2 3; do
		for kind in job note participation; do
			same_output "contact-find --card -o json $id | jq '.${kind}s[].id' | sort" \
			    "contact-find -k $kind -H -c id contact=#$id | sort"
		done
		expect 0 bash -c "contact-find --card -o json $id | jq -e '[.notes[] | [.at,.id]] | . == sort'"
	done
	stderr_is ''
}
