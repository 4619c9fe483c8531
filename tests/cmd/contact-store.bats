#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
#
# contact-store, and what every program does around its work (design A2), which
# is shown here since this program is the smallest.

load support

try="try 'contact-store --help'"

# usage MESSAGE ARGUMENT...: exit 2, one line and the hint, nothing on stdout.
usage()
{
	local message=$1
	shift
	expect 2 contact-store "$@"
	stdout_is ''
	stderr_is "contact-store: $message
$try"
}

@test "init makes a private store, whatever the umask (S1)" {
	umask 0
	expect 0 contact-store init
	stdout_is ''
	stderr_is "contact-store: $CONTACT_STORE is a new store"
	expect 0 find "$CONTACT_STORE" -printf '%y %m\n'
	expect 0 bash -c "find '$CONTACT_STORE' -printf '%y %m\n' | sort -u"
	stdout_is 'd 700
f 600'
}

@test "init leaves a store as it is" {
	contact-store -q init
	contact-store -q set timezone=+02:00
	before=$(store_digest)
	expect 0 contact-store init
	stderr_is "contact-store: $CONTACT_STORE is a store already"
	[ "$(store_digest)" = "$before" ]
}

@test "four at once make one store" {
	makers=()
	for _ in 1 2 3 4; do
		contact-store -q init 3>&- &
		makers+=($!)
	done
	for maker in "${makers[@]}"; do
		wait "$maker"
	done
	expect 0 contact-store check
	expect 0 ls -A "$CONTACT_STORE"
	stdout_lacks init
}

@test "where there is no store, reading is exit 5" {
	for verb in info check get 'get timezone'; do
		# shellcheck disable=SC2086
		expect 5 contact-store $verb
		stdout_is ''
		stderr_is "contact-store: no store at $CONTACT_STORE"
	done
	[ ! -e "$CONTACT_STORE" ]
}

@test "info has a row for each kind" {
	contact-store -q init
	expect 0 bash -c 'contact-store info | grep -v ^bytes'
	stdout_is 'name,value
format,2
rev,0
contact,0
organization,0
job,0
placement,0
event,0
participation,0
note,0
user,0
role,0
employee,0
workspace,0
campaign,0
invitation,0
suppression,0
picklist,0
attribute,0
query,0
status_event,0
erasure,0'
	expect 0 contact-store info
	stdout_has '^bytes,[0-9]+$'
	stderr_is ''
}

@test "check tells 25 references that are kept as text, and with -v all" {
	seq 30 | sed 's/.*/p&@example.org,User &/; 1i email,assigned_to' | contact-add -q
	expect 0 contact-store check
	stdout_has ', 30 unresolved references: sound$'
	[ "$(grep -c '^contact-store: note: ' stderr)" -eq 26 ]
	[ "$(tail -n 1 stderr)" = \
	    'contact-store: note: and 5 more references that are kept as text (-v lists them)' ]
	expect 0 contact-store -v check
	[ "$(grep -c '^contact-store: note: .*User [0-9]' stderr)" -eq 30 ]
	stderr_has 'User 30'
	! grep -q 'more references' stderr || false
	expect 0 contact-store -q check
	stderr_is ''
}

@test "check of an empty store" {
	contact-store -q init
	expect 0 contact-store check
	stdout_is 'check: 0 records, 0 index entries, 0 unresolved references: sound'
	stderr_is ''
	expect 0 contact-store -q check
	stdout_is ''
}

@test "a setting is stored, printed and taken back" {
	expect 0 contact-store set timezone=+0530 members=strict
	stdout_is ''
	stderr_is 'contact-store: updated=2 unchanged=0 rev=1 in # s'
	expect 0 contact-store get timezone
	stdout_is '+05:30'
	expect 0 contact-store set timezone= members=
	stderr_is 'contact-store: updated=2 unchanged=0 rev=2 in # s'
	expect 0 contact-store get
	stdout_is 'name,value
access,files
app-i-contact-templateuser,
banner_both,C&C
banner_both_color,cyan
banner_candidate,Candidate
banner_candidate_color,blue
banner_client,Client
banner_client_color,green
banner_none,None
banner_none_color,plain
candidate_status_default,Prospect
candidate_status_when_assignment_ended,Consult Hot
client_status_default,Not Applicable
generic_domains,
inactive_organization,Inactive
mail_bounce_address,
mail_domain_interval,2
mail_institution,
mail_link,
mail_list_id,
mail_per_day,2000
mail_per_run,500
mail_postal_address,
mail_rate,1
mail_reply_to,
mail_sender,
mail_token_days,90
mail_unsubscribe_address,
mail_unsubscribe_link,
members,open
sendmail,/usr/sbin/sendmail
timezone,UTC'
	expect 0 contact-store -v -o tsv get
	stdout_has '^timezone	UTC	[a-z]'
}

@test "a value that is in force makes no revision and changes no byte" {
	contact-store -q set timezone=+02:00
	before=$(store_digest)
	expect 0 contact-store set timezone=+02:00
	stderr_is 'contact-store: updated=0 unchanged=1 rev=1 in # s'
	[ "$(store_digest)" = "$before" ]
}

@test "a setting that is named twice is a mistake, though the last value is in force" {
	contact-store -q set members=open timezone=+02:00
	before=$(store_digest)
	usage 'set: members is given twice' \
	    set members=strict timezone=UTC members=open
	[ "$(store_digest)" = "$before" ]
}

@test "X-21 a dry run of set says that nothing is stored" {
	contact-store -q init
	before=$(store_digest)
	expect 0 contact-store -n set members=strict
	stderr_is 'contact-store: updated=1 unchanged=0 rev=0 in # s, nothing stored'
	[ "$(store_digest)" = "$before" ]
}

@test "a mistake that is found late leaves no file behind, and none of another run empty" {
	contact-store -q init
	echo old >there.csv
	expect 2 contact-store --results new.csv --diff there.csv set timezone=noon
	expect 2 contact-store --results new.csv undo 99
	[ ! -e new.csv ]
	[ "$(cat there.csv)" = old ]
	expect 0 contact-store --results new.csv --diff there.csv set timezone=+02:00
	[ "$(cat new.csv)" != '' ]
	[ "$(cat there.csv)" != old ]
}

@test "one wrong value refuses all" {
	contact-store -q init
	usage 'timezone: "noon" is not UTC or an offset such as +02:00' \
	    set members=strict timezone=noon
	expect 0 contact-store get members
	stdout_is open
}

@test "TW-5 the organization of the inactive is called what a file may call it" {
	contact-store -q init
	usage 'inactive_organization: "#N/A" is not a name on one line, other than an error of a spreadsheet' \
	    set inactive_organization='#N/A'
}

@test "HS-63 a setting of which no message can be made is refused" {
	contact-store -q init
	before=$(store_digest)
	long=$(printf '%0256d' 0)
	for value in mail_list_id='a b' mail_list_id=name 'mail_list_id=Fairs <a@b.example>' \
	    "mail_list_id=$long <a.example>" $'mail_list_id=Fa\u202eirs <a.example>' \
	    mail_institution='=?UTF-8?Q?A=0AB?=' $'mail_institution=A\u202eB' \
	    $'mail_institution=A\u0085B' $'mail_institution=A\u2028B' $'mail_institution=A\nB' \
	    "mail_institution=$long" $'mail_institution=\xff' \
	    "mail_unsubscribe_link=https://b.example/{{token}}$long$long" \
	    "mail_link=https://b.example/{{token}}$long$long" \
	    'mail_link=https://abcdefghijklmnopqrstuvwxyz.example/{{token}}' \
	    'mail_unsubscribe_link=https://b.example/{{token}}/internationalcareeroffices' \
	    'mail_sender=a@b.example, B <b@b.example>' 'mail_sender=A <a@b.example>, B <b@b.example>' \
	    'mail_sender=Lee, Ann <a@b.example>' 'mail_sender=A" <a@b.example>' \
	    "mail_sender=$long <a@b.example>" $'mail_sender=A\u202eB <a@b.example>' \
	    'mail_sender==?UTF-8?Q?A=0AB?= <a@b.example>' $'mail_sender=A\nB <a@b.example>'; do
		expect 2 contact-store set "$value"
		stdout_is ''
		stderr_has "^contact-store: (set: )?${value%%=*}: \".* is not "
	done
	[ "$(store_digest)" = "$before" ]
	for value in mail_list_id=fairs.b.example 'mail_list_id=Messen für alle <fairs.b.example>' \
	    mail_institution='Hochschule für Musik' $'mail_institution=\u062f\u200c\u0646' \
	    'mail_sender=a@b.example' 'mail_sender=Büro (A. Lee) <a@b.example>' \
	    'mail_sender="Lee, Ann: Office" <a@b.example>'; do
		expect 0 contact-store -q set "$value"
		expect 0 contact-store -o tsv get "${value%%=*}"
		stdout_is "${value#*=}"
	done
}

@test "HS-61 mail_rate takes fractions, and numbers say their range" {
	for pair in 0.5:0.5 00.50:0.5 2:2 2.0:2 1000000.000:1000000 0.001:0.001 0:0; do
		expect 0 contact-store -q set "mail_rate=${pair%:*}"
		expect 0 contact-store get mail_rate
		stdout_is "${pair#*:}"
	done
	for value in 1000000.5 1000001 -1 .5 5. 0.0001 1,5 1e3 0.5.5 0.-5; do
		expect 2 contact-store set "mail_rate=$value"
		stderr_has "mail_rate: \"$value\" is not a number from 0 to 1000000, such as 5, 0.5 or 0.125\$"
	done
	expect 2 contact-store set mail_per_day=1e9
	stderr_has 'mail_per_day: "1e9" is not a number from 0 to 1000000000$'
	expect 2 contact-store set mail_domain_interval=86401
	stderr_has 'is not a number of seconds from 0 to 86400$'
	expect 2 contact-store set mail_token_days=-1
	stderr_has 'is not a number of days from 0 to 36500$'
}

@test "HS-63 mail_postal_address may have several lines, also in a dump that is loaded" {
	expect 0 contact-store -q set $'mail_postal_address=Hochschule\r\n1 Main St\nOstrava'
	expect 0 contact-store get mail_postal_address
	stdout_is $'Hochschule\n1 Main St\nOstrava'
	expect 0 contact-store -o csv get
	stdout_has '^mail_postal_address,"Hochschule$'
	pipeline 0 "contact-store dump | contact-store -q -s copy load"
	expect 0 contact-store -s copy get mail_postal_address
	stdout_is $'Hochschule\n1 Main St\nOstrava'
	expect 2 contact-store set $'mail_postal_address=A\rB'
	stderr_has 'is not an address, on several lines or one, of at most 1000 bytes'
	expect 2 contact-store set "mail_postal_address=$(printf '%01001d' 0)"
	stderr_has 'is not an address, on several lines or one, of at most 1000 bytes'
}

@test "a dry run says what the real one does" {
	contact-store -q init
	before=$(store_digest)
	expect 0 contact-store -n set members=strict timezone=utc
	stdout_is 'line,action,id,key,code,message,changed
,updated,,members,,,value
,unchanged,,timezone,,,'
	[ "$(store_digest)" = "$before" ]
	cp stdout dry
	expect 0 contact-store --results - set members=strict timezone=utc
	same stdout stdout "$(cat dry)"
}

@test "--diff tells the value before and after" {
	expect 0 contact-store --diff d.csv set timezone=+01:00
	same d.csv d.csv 'line,id,name,field,from,to,cause,job
,,timezone,value,UTC,+01:00,row,'
	[ "$(stat -c %a d.csv)" = 600 ]
}

@test "results that cannot be written do not undo the run" {
	expect 5 contact-store -q --results /dev/full set members=strict
	stderr_is 'contact-store: stored as rev 1, results not written: cannot write /dev/full: No space left on device'
	expect 0 contact-store get members
	stdout_is strict
}

@test "results that cannot be opened stop the run" {
	expect 5 contact-store --results absent/r.csv set members=strict
	stderr_is 'contact-store: --results: cannot write absent/r.csv: No such file or directory'
	[ ! -e "$CONTACT_STORE" ]
}

@test "verbs: mistakes are exit 2" {
	contact-store -q init
	usage 'one of these is needed: init share info check log set get undo prune compact backup restore dump load'
	usage 'chek: no such action, one of these is needed: init share info check log set get undo prune compact backup restore dump load' chek
	usage 'info takes no operand' info all
	usage 'set takes NAME=VALUE' set
	usage 'set: "timezone" is not NAME=VALUE' set timezone
	usage 'get takes at most one NAME' get timezone members
	usage 'zone: no such setting, these are: access app-i-contact-templateuser banner_both banner_both_color banner_candidate banner_candidate_color banner_client banner_client_color banner_none banner_none_color candidate_status_default candidate_status_when_assignment_ended client_status_default generic_domains inactive_organization mail_bounce_address mail_domain_interval mail_institution mail_link mail_list_id mail_per_day mail_per_run mail_postal_address mail_rate mail_reply_to mail_sender mail_token_days mail_unsubscribe_address mail_unsubscribe_link members sendmail timezone' get zone
	usage '--dry-run means nothing to init' init -n
	usage '--results means nothing to check' \
	    check --results -
}

@test "options: mistakes are exit 2, one line that names the option" {
	usage '--stor: no such option, did you mean --store?' --stor x info
	usage '-x: no such option' -x
	usage '--wait: soon is not a whole number' --wait soon info
	usage '--store: DIR is missing' info -s
	usage '--store: DIR is empty' -s '' info
	usage '--quiet and --verbose contradict each other' -qv info
	usage '--kind: "horse" is no kind, these are: contact organization job placement event participation note user role employee workspace campaign invitation suppression picklist attribute query status_event erasure' \
	    -k horse info
	usage '--input: contact-store does not read ldif, only auto csv tsv json' -i ldif info
	usage '--output: contact-store does not write mutt, only csv tsv json table excel' \
	    -o mutt info
	usage '--output: out.csv is no format, to write a file: write > out.csv' -o out.csv info
	usage '--output: "cvs" is no format, these are: csv tsv json table excel' -o cvs info
	usage '--color: red is none of: auto always never' --color red info
	[ ! -e "$CONTACT_STORE" ]
}

@test "a clock that cannot be read is exit 2" {
	CONTACT_NOW=noon expect 2 contact-store init
	stdout_is ''
	stderr_has '^contact-store: .*CONTACT_NOW'
}

@test "--help and --version print and do nothing" {
	expect 0 contact-store --help --nonsense
	stdout_has '^usage: contact-store \[OPTION\]\.\.\. init \[--group NAME\]$'
	stderr_is ''
	expect 0 contact-store -V
	stdout_has '^contact-store [0-9]+\.[0-9]+'
	[ ! -e "$CONTACT_STORE" ]
}

@test "the store: --store, CONTACT_STORE, XDG_DATA_HOME, HOME" {
	unset CONTACT_STORE
	expect 0 contact-store init
	stderr_is "contact-store: $HOME/.local/share/contact is a new store"
	XDG_DATA_HOME=$place/xdg expect 0 contact-store init
	stderr_is "contact-store: $place/xdg/contact is a new store"
	CONTACT_STORE=$place/env XDG_DATA_HOME=$place/xdg expect 0 contact-store init
	stderr_is "contact-store: $place/env is a new store"
	CONTACT_STORE=$place/env expect 0 contact-store -s "$place/given" init
	stderr_is "contact-store: $place/given is a new store"
	expect 2 env -u HOME contact-store info
	stderr_has '^contact-store: --store: no store is named'
	CONTACT_STORE=$place/given
}

@test "output that cannot be written is exit 5 (D6)" {
	contact-store -q init
	for verb in info check get --help --version --list-options; do
		expect 5 bash -c "contact-store $verb >/dev/full"
		stderr_is 'contact-store: cannot write standard output: No space left on device'
		expect 5 bash -c "contact-store $verb >&-"
		stderr_is 'contact-store: cannot write standard output: Bad file descriptor'
	done
}

@test "a reader that goes away is no error" {
	contact-store -q init
	expect 0 bash -c 'contact-store info | true; exit ${PIPESTATUS[0]}'
	stderr_is ''
}

@test "closed standard streams never reach the store (D6)" {
	expect 0 bash -c 'contact-store set members=strict <&- >&- 2>&-'
	expect 0 contact-store get members
	stdout_is strict
	expect 0 contact-store check
}

@test "what is refused: a file, a link, a foreign file, others' write bit (S2)" {
	store_is_broken=yes
	touch file
	expect 5 contact-store -s file info
	stderr_has '^contact-store: file: '
	contact-store -q -s real init
	ln -s real link
	for path in link link/ link//; do
		expect 6 contact-store -s "$path" info
		stderr_has '^contact-store: link: '
	done
	chmod 777 real
	expect 6 contact-store -s real info
	chmod 700 real
	mkdir -m 700 foreign
	echo 'something else' >foreign/data.mdb
	chmod 600 foreign/data.mdb
	expect 5 contact-store -s foreign info
	expect 5 contact-store -s foreign set members=strict
	[ "$(cat foreign/data.mdb)" = 'something else' ]
	: >foreign/data.mdb
	expect 5 contact-store -s foreign init
	[ ! -s foreign/data.mdb ]
}

@test "results never lie in the store" {
	contact-store -q init
	usage "--results: $CONTACT_STORE/data.mdb lies in the store" \
	    --results "$CONTACT_STORE/data.mdb" set members=strict
	expect 0 contact-store check
}

@test "nothing drives the terminal, in names of files too (I5)" {
	bad=$'a\e]52;c;x\ab\xffc\u202ed\u00fc\u674e'
	expect 5 contact-store -s "$bad" info
	stderr_is 'contact-store: no store at a\x1b]52;c;x\x07b\xffc\u{202e}dü李'
	for locale in C C.UTF-8; do
		LC_ALL=$locale expect 5 contact-store -s "$bad" info
		stderr_has 'dü李$'
	done
}

@test "a terminal gets a table, and colour only as asked for" {
	command -v script >/dev/null || skip 'script is not installed'
	contact-store -q init
	TERM=xterm expect 0 script -qec 'contact-store --color=never get' /dev/null
	stdout_has '^timezone +UTC'
	stdout_lacks $'\e'
	TERM=xterm NO_COLOR=1 expect 0 script -qec 'contact-store get' /dev/null
	stdout_lacks $'\e'
}

@test "busy: another writer is named, exit 75 after --wait" {
	contact-store -q init
	flock "$CONTACT_STORE/writer.lock" sleep 5 3>&- &
	sleep 0.3
	expect 75 contact-store --wait 0 set members=strict
	stderr_has '^contact-store: .*busy'
	expect 0 contact-store get members
	stdout_is open
	kill %1
}

@test "--as is for the owner of the store" {
	[ "$(id -u)" = 0 ] || skip 'only the superuser can become another user'
	command -v setpriv >/dev/null || skip 'setpriv is not installed'
	contact-store -q init
	expect 0 contact-store --as ann get members
	chmod 755 "$place" "$place/.." "$place/../.." "$place/../../.." 2>/dev/null || :
	setpriv --reuid 65534 --clear-groups test -x "$CONTACT_BIN/contact-store" ||
	    skip 'another user cannot reach the programs'
	expect 6 setpriv --reuid 65534 --clear-groups contact-store --as ann get members
	stderr_is "contact-store: --as: only the owner of $CONTACT_STORE may act as another user"
}

@test "the superuser becomes the owner of a store" {
	[ "$(id -u)" = 0 ] || skip 'only the superuser can become another user'
	mkdir -m 700 "$CONTACT_STORE"
	chown 65534 "$CONTACT_STORE"
	expect 0 contact-store set members=strict
	expect 0 bash -c "find '$CONTACT_STORE' -printf '%U\n' | sort -u"
	stdout_is 65534
	expect 0 contact-store get members
	stdout_is strict
}

@test "a store that is cut off is exit 5, not a signal (D9)" {
	store_is_broken=yes
	contact-store -q set members=strict
	truncate -s 5000 "$CONTACT_STORE/data.mdb"
	for verb in info check get; do
		expect 5 contact-store "$verb"
		stdout_is ''
		stderr_has '^contact'
	done
}
