#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
#
# contact-archive: contacts made inactive, marked, rejected, approved and revived
# (TW-5 to TW-23, TW-35, TW-42, CS-21).

load support

prepare()
{
	contact-add -q email=ann@example.com name='Ann Lee' organization=Acme
	contact-add -q email=bob@example.com name='Bob Ray' organization=Acme
}

# contact_is VALUES...: of Ann, by the columns below.
contact_is()
{
	local found
	found=$(contact-find -H -o csv -c organization,former_organizations,primary,visibility,approval,archived_at approval=* | head -n 1)
	[ "$found" = "$1" ] || { echo "the contact is $found, not $1" && false; }
}

usage()
{
	expect 2 contact-archive "${@:2}"
	stderr_is "contact-archive: $1
try 'contact-archive --help'"
}

hidden='Myself and All Career Advisors'

@test "TW-5 TW-6 TW-7 TW-10 CS-21 --inactive moves, hides, keeps the former organization, and frees the primary place" {
	expect 0 contact-archive --inactive --diff - ann@example.com
	stdout_is "line,id,name,field,from,to,cause,job
,4,Inactive,name,,Inactive,organization,
,4,Inactive,approval,,None,organization,
,2,Ann Lee,organization,Acme,Inactive,archive,
,2,Ann Lee,former_organizations,,Acme,archive,
,2,Ann Lee,primary,true,false,archive,
,2,Ann Lee,visibility,Everyone,$hidden,archive,
,2,Ann Lee,archived_at,,2026-10-05T12:00:00Z,archive,
,2,Ann Lee,mailable,true,false,archive,
,1,Acme,primary_contact,2,,organization,"
	stderr_is 'contact-archive: read=1 created=0 updated=1 unchanged=0 skipped=0 errors=0 also=2 rev=3 in # s'
	contact_is "Inactive,Acme,false,$hidden,Approved,2026-10-05T12:00:00Z"
}

@test "TW-8 TW-9 everything else is kept, and the organization finds exactly these" {
	contact-archive -q --inactive ann@example.com
	expect 0 contact-find -H -c email,name,client_status organization=Inactive
	stdout_is 'ann@example.com,Ann Lee,Not Applicable'
	expect 0 contact-find -H -c email former_organization=Acme
	stdout_is ann@example.com
}

@test "TW-5 the organization is called as the setting says" {
	contact-store -q set inactive_organization=Elsewhere
	contact-archive -q --inactive ann@example.com
	expect 0 contact-find -H -c organization ann@example.com
	stdout_is Elsewhere
}

@test "TW-12 twice is unchanged, and Inactive never a former organization" {
	contact-archive -q --inactive ann@example.com
	before=$(store_digest)
	expect 0 contact-archive --inactive --results - ann@example.com
	stdout_is 'line,action,id,key,code,message,changed
,unchanged,2,ann@example.com,,,'
	[ "$(store_digest)" = "$before" ]
}

@test "TW-17 --attribute sets a flag and the visibility, and leaves the organization" {
	expect 0 contact-archive -q --attribute do_not_email ann@example.com
	contact_is "Acme,,true,$hidden,Approved,"
	expect 0 contact-find -H -c do_not_email,mailable ann@example.com
	stdout_is true,false
	expect 0 contact-archive -q --inactive --attribute do_not_call bob@example.com
	expect 0 contact-find -H -c organization,do_not_call bob@example.com
	stdout_is Inactive,true
}

@test "TW-14 TW-17 --attribute takes a declared flag of one's own, and nothing else" {
	contact-add -q -k attribute name=retired type=flag no_mail=yes >/dev/null
	contact-add -q -k attribute name=size type=number >/dev/null
	expect 0 contact-archive -q --attribute attr.retired ann@example.com
	expect 0 contact-find -H -c attr.retired,mailable ann@example.com
	stdout_is true,false
	expect 0 contact-archive -q --revive ann@example.com
	expect 0 contact-find -H -c attr.retired,mailable ann@example.com
	stdout_is ,true
	for name in attr.size attr.no_such first_name mailable primary; do
		usage "--attribute $name: is no flag; there are do_not_email, do_not_call and each attr.NAME that is declared as one (contact-add -k attribute name=NAME type=flag)" \
		    --attribute $name ann@example.com
	done
}

@test "TW-19 TW-20 TW-21 --reject takes out of the directory and freezes" {
	expect 0 contact-archive -q --reject ann@example.com
	expect 0 contact-find -H -c email
	stdout_is bob@example.com
	expect 0 contact-find -H -c email,archived_at approval=Rejected
	stdout_is ann@example.com,2026-10-05T12:00:00Z
	expect 0 contact-archive --inactive --attribute do_not_call --results - 2 3
	stdout_is 'line,action,id,key,code,message,changed
,skipped,2,ann@example.com,FROZEN,#2 is rejected,
,updated,3,bob@example.com,,,organization former_organizations visibility do_not_call archived_at'
	expect 0 contact-add --results - email=ann@example.com title=CEO
	stdout_has ',skipped,2,.*,FROZEN,'
}

@test "TW-22 --approve gives back every field, the primary place too, and is named by e-mail" {
	before=$(contact-store dump | grep -v '	rev	\|	updated_\|^checksum')
	contact-archive -q --reject ann@example.com
	contact_is "Acme,,false,Everyone,Rejected,2026-10-05T12:00:00Z"
	expect 0 contact-archive --approve ann@example.com
	stderr_has 'updated=1 .* also=1 '
	[ "$(contact-store dump | grep -v '	rev	\|	updated_\|^checksum')" = "$before" ]
	expect 0 contact-archive --approve ann@example.com
	stderr_has 'unchanged=1'
}

@test "TW-23 a pending contact is approved; reviving one who was rejected makes it pending again" {
	contact-add -q email=cy@example.com approval=Pending >/dev/null
	contact-archive -q --reject cy@example.com
	contact-archive -q --revive cy@example.com
	expect 0 contact-find -H -c approval cy@example.com
	stdout_is Pending
	contact-archive -q --approve cy@example.com
	expect 0 contact-find -H -c approval cy@example.com
	stdout_is Approved
}

@test "a contact that comes in rejected is archived" {
	contact-add -q email=cy@example.com approval=Rejected >/dev/null
	expect 0 contact-find -H -c archived_at approval=Rejected
	stdout_is 2026-10-05T12:00:00Z
}

@test "TW-42 the primary place is given back where it is free" {
	contact-archive -q --inactive ann@example.com
	contact-add -q email=cy@example.com organization=Acme >/dev/null
	contact-archive -q --revive ann@example.com
	contact_is "Acme,,false,Everyone,Approved,"
	expect 0 contact-find -H -k organization -c primary_contact.email Acme
	stdout_is cy@example.com
}

@test "TW-42 an opt-out that was there before, or came again since, is left" {
	contact-add -q email=bob@example.com do_not_email=yes
	contact-archive -q --attribute do_not_email 2 3
	contact-add -q email=ann@example.com do_not_email=yes
	contact-archive -q --revive 2 3
	expect 0 contact-find -H -c email,do_not_email,visibility
	stdout_is 'ann@example.com,true,Everyone
bob@example.com,true,Everyone'
}

@test "TW-42 TW-43 an opt-out in a row that is skipped is left when its contact comes back" {
	printf 'email,do_not_email,title\nann@example.com,yes,CEO\nbob@example.com,yes,\n' >people.csv
	contact-archive -q --inactive --attribute do_not_email 2 3
	contact-archive -q --reject 3
	expect 0 contact-add --results - people.csv
	stdout_has '^2,skipped,2,.*,MATCHED_ARCHIVED,'
	stdout_has '^3,skipped,3,.*,FROZEN,'
	before=$(store_digest)
	expect 0 contact-add --results - people.csv
	stdout_has '^3,unchanged,3,'
	[ "$(store_digest)" = "$before" ]
	contact-archive -q --revive 2 3
	expect 0 contact-find -H -c email,do_not_email,title,organization
	stdout_is 'ann@example.com,true,,Acme
bob@example.com,true,,Acme'
}

@test "TW-35 TW-42 after any sequence of these, reviving gives back what was there" {
	local i seed=${SEED:-$RANDOM} what who
	echo "SEED=$seed"
	RANDOM=$seed
	for i in {1..12}; do
		echo "p$i@example.com,Pat,Company $((i % 4)),$(pick '' Pending),$(pick '' yes no),$(pick '' 'Only Myself')"
	done | { echo email,first_name,organization,approval,do_not_email,visibility && cat; } >people.csv
	contact-add -q people.csv
	contact-store dump | grep -v '	rev	\|	updated_\|^checksum' >before
	for i in {1..40}; do
		who=$((2 + RANDOM % 18))
		what=$(pick --inactive '--attribute do_not_email' --reject '--inactive --attribute do_not_call' --revive)
		echo "$what $who" >>commands
		contact-archive -q $what $who >out 2>&1 || [ $? -eq 1 ]
	done
	contact-archive -q --revive --all
	contact-store dump | grep -v '	rev	\|	updated_\|^checksum\|	name	Inactive$' >after
	diff before after || { cat commands && false; }
	expect 0 contact-store check
}

# pick WORD...: one of them.
pick()
{
	local words=("$@")
	echo "${words[RANDOM % $#]}"
}

@test "TW-45 rows choose, by id, external id and e-mail; a stale rev is refused" {
	contact-find -c id,rev,email >rows.csv
	contact-add -q email=bob@example.com title=CEO
	pipeline 3 'contact-archive --reject --results - - <rows.csv'
	stdout_is 'line,action,id,key,code,message,changed
2,updated,2,ann@example.com,,,approval archived_at
3,error,3,bob@example.com,STALE,"rev: the record was changed in revision 3, the row knows 2",'
}

@test "A2 the guard: more than 25 contacts and 5 % are not archived or rejected unless told" {
	seq 30 | sed 's/.*/p&@example.com/; 1i email' | contact-add -q
	before=$(store_digest)
	for what in --inactive --reject; do
		expect 4 contact-archive $what --all
		[ "$(store_digest)" = "$before" ]
	done
	stderr_has 'would reject 32 of 32 contacts'
	expect 0 contact-archive -q --attribute do_not_call --all
	expect 0 contact-archive -q --reject --max 40 --all
	expect 0 contact-archive -q --revive --all
	expect 0 contact-archive -q --inactive --yes --all
}

@test "X-30 an archiving run is undone, and -n stores nothing" {
	before=$(store_digest)
	expect 0 contact-archive -n --reject ann@example.com
	stdout_has ',updated,2,ann@example.com,,,approval archived_at'
	[ "$(store_digest)" = "$before" ]
	contact-archive -q --inactive ann@example.com
	contact-store -q undo 3
	contact_is "Acme,,true,Everyone,Approved,"
}

@test "what cannot go together is a mistake in usage" {
	usage 'what is to be done? --inactive, --attribute NAME, --reject, --approve, --revive, --delete or --erase; of users --disable, --enable or --delete' 1
	usage '--inactive and --reject contradict each other' --inactive --reject 1
	usage '--approve and --revive contradict each other' --approve --revive 1
	usage '--kind organization: can be deleted; the rest is for contacts' -k organization --reject 1
	usage '--force: goes with --delete and --erase' --force --reject 1
	usage '--max, --yes: are for --inactive, --reject, --disable, --delete and --erase' --yes --revive 1
	usage 'which records? a QUERY, - for rows on standard input, or --all' --reject
}
