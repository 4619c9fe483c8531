#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
#
# contact-invite --stats: what became of invitations (HS-57 to HS-60). campaign.awk
# makes campaigns at random and counts them by itself.

load support
load sent

# campaigns ARGUMENT...: campaign.awk with these.
campaigns()
{
	awk "$@" -f "$CONTACT_SOURCE/tests/cmd/campaign.awk"
}

# one FIELD VALUE...: a store of one campaign with one invitation, of these values, in
# which organization 1 was there.
one()
{
	{
		printf 'contact-dump\t1\ncontact\t2\temail\tann@acme.example\n'
		printf 'organization\t1\tname\tAcme\norganization\t1\tapproval\t%s\n' "${approval:-None}"
		printf 'campaign\t3\tname\tFall\n'
		printf 'invitation\t4\tcampaign\t\\#3\ninvitation\t4\tcontact\t\\#2\n'
		printf 'invitation\t4\torganization\t\\#1\n'
		while [ $# -gt 0 ]; do
			printf 'invitation\t4\t%s\t%s\n' "$1" "$2"
			shift 2
		done
		printf 'checksum\tnone\n'
	} >dump
	rm -rf "$CONTACT_STORE"
	contact-store -q load <dump
}

# figures_are STATUS NAME...: that --stats has 1 for these and 0 for all others.
figures_are()
{
	local status=$1
	shift
	expect "$status" contact-invite -q --stats
	grep -v ',0$' stdout | tail -n +2 >some
	same figures some "$(printf 'Fall,%s,1\n' "$@")"
}

at=2026-10-05T08:30:00Z

@test "HS-57 HS-58 every figure by its name, of a campaign that was queued" {
	printf 'email,do_not_email\na@x.example,\nb@y.example,\nc@z.example,true\n' | contact-add -q
	contact-invite -q --campaign 'Fall, 2026' --all
	expect 0 contact-invite --stats
	stdout_is 'campaign,figure,count
"Fall, 2026",selected,3
"Fall, 2026",queued,2
"Fall, 2026",sent,0
"Fall, 2026",held,0
"Fall, 2026",unknown,0
"Fall, 2026",failed,0
"Fall, 2026",suppressed,1
"Fall, 2026",suppressed:DO_NOT_EMAIL,1
"Fall, 2026",already_users,0
"Fall, 2026",visited,0
"Fall, 2026",registered,0
"Fall, 2026",confirmed,0
"Fall, 2026",connected,0
"Fall, 2026",joined,0
"Fall, 2026",requests_pending,0
"Fall, 2026",requests_approved,0
"Fall, 2026",requests_declined,0
"Fall, 2026",auto_approved,0
"Fall, 2026",bounced,0
"Fall, 2026",unsubscribed,0
"Fall, 2026",existing_employers_approved,0
"Fall, 2026",new_employers_approved,0'
	stderr_is ''
	expect 0 contact-invite --stats -o json
	stdout_has '^\{"campaign":"Fall, 2026","figure":"selected","count":3\}$'
	expect 0 contact-invite --stats -o tsv
	stdout_has '^Fall, 2026	selected	3$'
}

@test "HS-59 each state is one of the figures that add up" {
	one scenario join_auto state queued queued_at $at
	figures_are 0 selected queued
	one scenario join_auto state held queued_at $at
	figures_are 0 selected held
	one scenario join_auto state unknown reason signal queued_at $at
	figures_are 3 selected unknown
	one scenario join_auto state failed reason 'status 67' queued_at $at
	figures_are 0 selected failed
	one scenario join_auto state suppressed reason DNU queued_at $at
	figures_are 0 selected suppressed suppressed:DNU
	one scenario existing_user state already_user queued_at $at
	figures_are 0 selected already_users
	one scenario join_auto state sent queued_at $at sent_at $at
	figures_are 0 selected sent
}

@test "HS-53 HS-58 each step that was made is a figure" {
	local step
	for step in visited registered confirmed connected joined bounced unsubscribed; do
		one scenario join_auto state sent sent_at $at ${step}_at $at
		figures_are 0 selected sent $step
	done
}

@test "HS-47 HS-48 HS-50 what became of the wish to join" {
	one scenario join_auto state approved sent_at $at joined_at $at decided_at $at
	figures_are 0 selected sent joined auto_approved
	approval=Approved one scenario join_auto state approved sent_at $at joined_at $at decided_at $at
	figures_are 0 selected sent joined auto_approved existing_employers_approved
	one scenario join_distributed state pending sent_at $at joined_at $at
	figures_are 0 selected sent joined requests_pending
	approval=Approved one scenario join_request state approved sent_at $at joined_at $at decided_at $at
	figures_are 0 selected sent joined requests_approved existing_employers_approved
	# Its organization had a domain when the message was made, and none of it by then.
	one scenario join_auto state approved sent_at $at joined_at $at decided_at 2027-01-01T00:00:00Z
	figures_are 0 selected sent joined requests_approved
	# Told of as new, it was there.
	approval=Approved one scenario new_company state pending sent_at $at joined_at $at
	figures_are 0 selected sent joined requests_pending existing_employers_approved
	one scenario join_request state declined sent_at $at joined_at $at decided_at $at
	figures_are 0 selected sent joined requests_declined
}

@test "HS-57 a new employer is counted once it is approved" {
	approval=Pending one scenario new_company state joined sent_at $at joined_at $at
	figures_are 0 selected sent joined
	contact-edit -q -k organization --set approval=Approved 1
	figures_are 0 selected sent joined new_employers_approved
}

@test "HS-39 HS-40 a user's organization is counted unless it was approved before" {
	approval=Approved one scenario existing_user state already_user decided_at $at
	figures_are 0 selected already_users existing_employers_approved
	approval=Approved one scenario existing_user state already_user
	figures_are 0 selected already_users
}

@test "HS-39 HS-59 users of one organization approve it once" {
	contact-add -q -k organization name=Acme
	printf 'email,organization\na@acme.example,Acme\nb@acme.example,Acme\n' | contact-add -q
	printf 'login,email,user_type,organization\na,a@acme.example,External,Acme\nb,b@acme.example,External,Acme\n' |
	    contact-add -q -k user
	contact-edit -q --link user:a a@acme.example
	contact-edit -q --link user:b b@acme.example
	contact-invite -q --campaign Fall --all
	expect 0 contact-invite --stats
	stdout_has '^Fall,selected,2$'
	stdout_has '^Fall,already_users,2$'
	stdout_has '^Fall,existing_employers_approved,1$'
	contact-invite -q --campaign Again --all
	expect 0 contact-invite --stats --campaign Again
	stdout_has '^Again,existing_employers_approved,0$'
}

@test "HS-39 it is the user's organization that is approved and counted" {
	contact-add -q -k organization name=Acme
	contact-add -q -k organization name=Beta
	contact-add -q email=a@acme.example organization=Acme >/dev/null
	contact-add -q -k user login=a email=a@acme.example user_type=External organization=Beta >/dev/null
	contact-edit -q --link user:a a@acme.example
	contact-invite -q --campaign Fall --all
	expect 0 contact-find -H -k invitation -c organization,organization.approval,state
	stdout_is 'Beta,Approved,already_user'
	expect 0 contact-invite --stats
	stdout_has '^Fall,existing_employers_approved,1$'
}

@test "HS-59 figures are right, and add up, whatever happened" {
	local seed=${SEED:-$RANDOM} i
	for i in 1 2 3 4 5; do
		echo "SEED=$seed"
		campaigns -v seed="$seed" -v count=$((50 * i)) -v campaigns=3 -v want=dump >dump
		rm -rf "$CONTACT_STORE"
		contact-store -q load <dump
		contact-invite -q --stats >stats || [ $? -eq 3 ]
		same figures stats "$(campaigns -v seed="$seed" -v count=$((50 * i)) -v campaigns=3 -v want=figures)"
		# Each selected contact in one place, each suppressed one with one reason,
		# each who joined under what was decided.
		awk -F , 'NR > 1 { f[$2] += $3; if ($2 ~ /:/) why += $3 }
			END { exit !(f["selected"] == f["sent"] + f["queued"] + f["held"] + f["unknown"] + \
			    f["failed"] + f["suppressed"] + f["already_users"] && why == f["suppressed"] && \
			    f["joined"] >= f["requests_pending"] + f["requests_approved"] + \
			    f["requests_declined"] + f["auto_approved"]) }' stats
		seed=$((seed + 1))
	done
}

@test "HS-60 the fields of a campaign say the same" {
	local seed=${SEED:-$RANDOM} name
	echo "SEED=$seed"
	campaigns -v seed="$seed" -v count=120 -v campaigns=2 -v want=dump | contact-store -q load
	contact-invite -q --stats --campaign 'Campaign 2' -o csv >stats || [ $? -eq 3 ]
	grep -v : stats | tail -n +2 | while IFS=, read -r _ name number; do
		[ "$(contact-find -H -k campaign -c "$name" 'name=Campaign 2')" = "$number" ] || {
			echo "$name is not $number"
			return 1
		}
	done
	expect 0 contact-find -k campaign --count 'selected=1..'
	stdout_is 2
	before=$(store_digest)
	pipeline 0 'contact-find -k campaign -c all | contact-add -k campaign'
	stderr_has 'unchanged=2'
	[ "$(store_digest)" = "$before" ]
}

@test "HS-60 by label, assignee and time" {
	local seed=${SEED:-$RANDOM}
	echo "SEED=$seed"
	campaigns -v seed="$seed" -v count=200 -v campaigns=2 -v want=dump | contact-store -q load
	contact-invite -q --stats contact.labels=vip >stats || [ $? -eq 3 ]
	same vip stats "$(campaigns -v seed="$seed" -v count=200 -v campaigns=2 -v want=figures -v only=vip)"
	contact-invite -q --stats queued_at=2026-10-03 >stats || [ $? -eq 3 ]
	same day stats "$(campaigns -v seed="$seed" -v count=200 -v campaigns=2 -v want=figures -v only=2026-10-03)"
	contact-invite -q --stats --campaign 'campaign 1' queued_at=2026-10 >stats || [ $? -eq 3 ]
	same month stats "$(campaigns -v seed="$seed" -v count=200 -v campaigns=2 -v want=figures |
	    grep -v '^Campaign 2')"
	contact-add -q -k user login=ann email=ann@example.org
	contact-edit -q --set assigned_to=ann 101
	contact-invite -q --stats contact.assigned_to=ann >stats || [ $? -eq 3 ]
	contains stats ',selected,1$'
}

@test "HS-58 contacts that are deleted stay in the figures, through a dump too" {
	printf 'email\na@x.example\nb@y.example\n' | contact-add -q
	contact-invite -q --campaign Fall --all
	contact-invite -q --stats >before
	contact-archive -q --delete --yes --all
	contact-invite -q --stats >after
	diff before after
	contact-store dump | sed '$s/.*/checksum\tnone/' >dump
	rm -rf "$CONTACT_STORE"
	contact-store -q load <dump
	contact-invite -q --stats >after
	diff before after
}

@test "HS-60 past campaigns are listed with their states" {
	local state
	for state in queued held unknown sent; do
		one scenario join_auto state $state queued_at $at
		contact-find -H -k campaign -c name,state >found
		case $state in sent) state='done' ;; esac
		same state found "Fall,$state"
		expect 0 contact-find -k campaign --count "state=$state"
	done
	printf 'email\nb@y.example\n' | contact-add -q
	contact-invite -q --campaign Next b@y.example
	expect 0 contact-find -H -k campaign -c name,state,selected,sent --sort -name
	stdout_is 'Next,queued,1,0
Fall,done,1,1'
	expect 0 contact-find -H -k campaign -c name,sent --at 1
	stdout_is 'Fall,1'
}

@test "HS-59 a message that may have been sent makes status 3, and is told" {
	one scenario join_auto state unknown reason signal queued_at $at
	expect 3 contact-invite --stats
	stderr_is 'contact-invite: campaign "Fall": 1 of its messages may have been sent or not: look in the mail log, --resend-unknown queues it again'
	expect 3 contact-invite --stats contact.email=ann@acme.example
	expect 1 contact-invite --stats state=sent
	stdout_is 'campaign,figure,count'
	stderr_is ''
}

@test "no campaign is status 1, a mistake is told" {
	expect 5 contact-invite --stats
	stderr_is "contact-invite: no store at $CONTACT_STORE"
	contact-add -q email=a@x.example >/dev/null
	expect 1 contact-invite --stats
	stdout_is 'campaign,figure,count'
	stderr_is ''
	expect 2 contact-invite --stats --campaign Fall
	stderr_has '^contact-invite: no campaign is named "Fall"$'
	contact-invite -q --campaign Fall --all
	expect 2 contact-invite --stats colour=red
	stderr_has '^contact-invite: .*colour'
	expect 2 contact-invite --stats -n
	stderr_has '^contact-invite: --dry-run: --stats changes and sends nothing$'
	expect 2 contact-invite --stats --all
	expect 2 contact-invite --stats -k organization
	stderr_has '^contact-invite: --kind organization: --stats is about invitations$'
	expect 2 contact-invite --stats -o vcard
	expect 2 contact-invite --stats --report x --campaign Fall
	expect 5 sh -c 'contact-invite --stats >/dev/full'
	pipeline 0 'contact-invite --stats | head -n 0'
}

@test "HS-59 replaying the events changes no figure" {
	local seed=${SEED:-$RANDOM} i id who
	echo "SEED=$seed"
	RANDOM=$seed
	contact-add -q -k organization name=Acme domains=acme.example
	contact-add -q -k organization name=Beta domains=beta.example distributed=true
	for i in {1..12}; do
		who=$((RANDOM % 4))
		case $who in
		0) printf 'p%d@acme.example,Acme\n' "$i" ;;
		1) printf 'p%d@beta.example,Beta\n' "$i" ;;
		2) printf 'p%d@else%d.example,Acme\n' "$i" "$i" ;;
		3) printf 'p%d@new%d.example,\n' "$i" "$i" ;;
		esac
	done | sed '1i email,organization' | contact-add -q
	contact-invite -q --campaign Fall --all
	send_all
	cut -f 1 tokens | while read -r id; do
		for step in visited details confirmed connected joined bounced unsubscribed; do
			[ $((RANDOM % 3)) -eq 0 ] || printf '%s,%s,2026-10-0%dT0%d:00:00Z\n' \
			    "$(token "$id")" $step $((RANDOM % 5 + 1)) $((RANDOM % 10))
		done
	done >rows
	for i in 1 2 3; do
		# The same rows, from the second time on in another order.
		{ echo token,step,at && if [ $i = 1 ]; then cat rows; else
			shuf --random-source=<(yes $seed$i) rows; fi; } >events.csv
		contact-invite -q --events events.csv
		contact-invite -q --stats >stats.$i
		[ $i = 1 ] || diff stats.1 stats.$i
	done
	awk -F , 'NR > 1 { f[$2] = $3 } END { exit !(f["selected"] == f["sent"] && f["visited"] > 0 && f["joined"] > 0) }' stats.1
}
