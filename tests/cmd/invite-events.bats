#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
#
# contact-invite --events: what those who were invited did (HS-53), and what joining
# brings about in each scenario (HS-37 to HS-52).

load support
load sent

# Invitations: 8 of Ann, whose company is new; 9 of Bob, who joins at once; 10 of Cat,
# 11 of Dan, who have to ask.
prepare()
{
	contact-add -q -k organization name=Acme domains=acme.example >/dev/null
	contact-add -q -k organization name=Beta domains=beta.example distributed=true >/dev/null
	contact-add -q email=ann@new.example name='Ann Lee' >/dev/null
	contact-add -q email=bob@acme.example name='Bob Ray' organization=Acme >/dev/null
	contact-add -q email=cat@beta.example name='Cat Poe' organization=Beta >/dev/null
	contact-add -q email=dan@home.example name='Dan Fox' organization=Acme >/dev/null
	contact-invite -q --campaign Fall --all
	send_all
}

# events STATUS [OPTION...]: rows on standard input, without the header; T9 is the token
# of invitation 9.
events()
{
	local id
	{ echo 'token,step,at,organization' && cat; } >events.csv
	for id in {8..20}; do
		sed -i "s/\\bT$id\\b/$(token $id)/" events.csv
	done
	expect "$1" contact-invite --events events.csv "${@:2}"
}

# invitation_is ID LIST TEXT: fields of an invitation, with blanks between.
invitation_is()
{
	local found
	found=$(contact-find -H -o tsv -k invitation -c "$2" "$1" | tr '\t' '|')
	[ "$found" = "$3" ] || { echo "invitation $1 is $found, not $3" && false; }
}

@test "HS-53 each step sets its time" {
	events 0 --results - <<-'END'
	T9,visited,2026-10-05T08:00:00Z,
	T9,details,2026-10-05T08:01:00Z,
	T9,confirmed,2026-10-05T08:02:00Z,
	T9,connected,2026-10-05T08:03:00Z,
	T9,joined,2026-10-05T08:04:00Z,
	END
	stdout_is 'line,action,id,key,code,message,changed
2,updated,9,bob@acme.example,join_auto,,visited_at
3,updated,9,bob@acme.example,join_auto,,registered_at
4,updated,9,bob@acme.example,join_auto,,confirmed_at
5,updated,9,bob@acme.example,join_auto,,connected_at
6,updated,9,bob@acme.example,join_auto,,state joined_at decided_at user'
	stderr_is 'contact-invite: read=5 created=0 updated=5 unchanged=0 skipped=0 errors=0 also=2 rev=2 in # s'
	invitation_is 9 visited_at,registered_at,confirmed_at,connected_at,joined_at,decided_at,state \
		'2026-10-05T08:00:00Z|2026-10-05T08:01:00Z|2026-10-05T08:02:00Z|2026-10-05T08:03:00Z|2026-10-05T08:04:00Z|2026-10-05T08:04:00Z|approved'
}

@test "HS-53 without a time it is now; other columns are passed over" {
	printf 'step,Name,token,id.x,_note\nvisited,Bob,%s,7,x\n' "$(token 9)" >events.csv
	expect 0 contact-invite --events events.csv
	stderr_is 'contact-invite: read=1 created=0 updated=1 unchanged=0 skipped=0 errors=0 rev=2 in # s'
	invitation_is 9 visited_at 2026-10-05T12:00:00Z
	[ "$(contact-store dump | grep -c attr)" -eq 0 ]
}

@test "HS-53 a token may be given as the link or the address that it is in" {
	events 0 --results - <<-'END'
	https://x.example/join/T9?from=mail,visited,,
	unsubscribe+T9@example.org,unsubscribed,,
	<https://x.example/T10/>,visited,,
	END
	stdout_is 'line,action,id,key,code,message,changed
2,updated,9,bob@acme.example,join_auto,,visited_at
3,updated,9,bob@acme.example,join_auto,,unsubscribed_at
4,updated,10,cat@beta.example,join_distributed,,visited_at'
	tr a-z A-Z <<<"$(token 11)" >upper
	events 0 <<<"$(cat upper),visited,,"
	invitation_is 11 visited_at 2026-10-05T12:00:00Z
}

@test "HS-53 an invitation by e-mail and campaign, in JSON from standard input" {
	pipeline 0 "echo '{\"email\":\"BOB@Acme.example\",\"campaign\":\"Fall\",\"step\":\"visited\",\"at\":\"2026-10-05\"}' | contact-invite -q -i json --events -"
	stdout_is ''
	stderr_is ''
	invitation_is 9 visited_at 2026-10-05T00:00:00Z
}

@test "HS-53 repeated is unchanged, with another time too, and the same file changes not a byte" {
	events 0 <<-'END'
	T8,visited,2026-10-05T08:00:00Z,
	T8,joined,2026-10-05T09:00:00Z,Newco
	T9,joined,2026-10-05T09:00:00Z,
	T10,joined,2026-10-05T09:00:00Z,
	T10,approved,2026-10-05T09:00:00Z,
	T11,joined,2026-10-05T09:00:00Z,
	T11,declined,2026-10-05T09:00:00Z,
	T11,bounced,2026-10-05T09:00:00Z,
	T11,complained,2026-10-05T09:00:00Z,
	T11,unsubscribed,2026-10-05T09:00:00Z,
	END
	cp events.csv first.csv
	before=$(store_digest)
	expect 0 contact-invite --events first.csv --diff -
	stdout_is 'line,id,name,field,from,to,cause,job'
	stderr_is 'contact-invite: read=10 created=0 updated=0 unchanged=10 skipped=0 errors=0 rev=2 in # s'
	events 0 <<<'T8,visited,2026-10-05T11:00:00Z,'
	stderr_is 'contact-invite: read=1 created=0 updated=0 unchanged=1 skipped=0 errors=0 rev=2 in # s'
	[ "$(store_digest)" = "$before" ]
}

@test "HS-53 before its predecessors: taken, OUT_OF_ORDER" {
	events 0 --results - <<-'END'
	T9,connected,,
	T9,visited,,
	T9,confirmed,,
	T9,details,,
	END
	stdout_is 'line,action,id,key,code,message,changed
2,updated,9,bob@acme.example,OUT_OF_ORDER,"connected, and visited was not told of",connected_at
3,updated,9,bob@acme.example,join_auto,,visited_at
4,updated,9,bob@acme.example,OUT_OF_ORDER,"confirmed, and details was not told of",confirmed_at
5,updated,9,bob@acme.example,join_auto,,registered_at'
}

@test "HS-53 who joins has registered, at that moment at the latest" {
	events 0 --results - <<-'END'
	T9,joined,2026-10-05T09:00:00Z,
	T10,details,2026-10-05T08:00:00Z,
	T10,joined,2026-10-05T09:00:00Z,
	T11,joined,2026-10-05T09:00:00Z,
	T11,details,2026-10-05T08:00:00Z,
	T11,details,2026-10-05T07:00:00Z,
	END
	stdout_has '^2,updated,9,bob@acme.example,OUT_OF_ORDER,"joined, and visited was not told of",state registered_at joined_at decided_at user$'
	stdout_has '^7,updated,11,'
	invitation_is 9 registered_at 2026-10-05T09:00:00Z
	invitation_is 10 registered_at 2026-10-05T08:00:00Z
	invitation_is 11 registered_at 2026-10-05T07:00:00Z
}

@test "HS-53 a decision before the joining waits for it, the later one, whichever is told of first" {
	figures()
	{
		expect 0 contact-find -k campaign -c joined,requests_pending,requests_approved,requests_declined name=Fall
		stdout_is "joined,requests_pending,requests_approved,requests_declined
$1"
	}
	events 0 --results - <<-'END'
	T11,declined,2026-10-05T08:00:00Z,
	T11,approved,2026-10-05T08:00:00Z,
	T11,declined,2026-10-05T07:00:00Z,
	T11,approved,,
	T10,declined,2026-10-05T08:00:00Z,
	T9,declined,2026-10-05T08:00:00Z,
	END
	stdout_is 'line,action,id,key,code,message,changed
2,updated,11,dan@home.example,OUT_OF_ORDER,"declined, and visited was not told of",
3,updated,11,dan@home.example,OUT_OF_ORDER,"approved, and visited was not told of",
4,unchanged,11,dan@home.example,domain_mismatch,,
5,unchanged,11,dan@home.example,domain_mismatch,,
6,updated,10,cat@beta.example,OUT_OF_ORDER,"declined, and visited was not told of",
7,updated,9,bob@acme.example,OUT_OF_ORDER,"declined, and visited was not told of",'
	invitation_is 11 state,decided_at 'sent|'
	figures 0,0,0,0
	events 0 <<-'END'
	T9,joined,2026-10-05T10:00:00Z,
	T10,joined,2026-10-05T10:00:00Z,
	T11,joined,2026-10-05T10:00:00Z,
	END
	invitation_is 9 state,decided_at 'approved|2026-10-05T10:00:00Z'
	invitation_is 10 state,decided_at 'declined|2026-10-05T08:00:00Z'
	invitation_is 11 state,decided_at 'approved|2026-10-05T08:00:00Z'
	figures 3,0,1,1
	expect 0 contact-find -k user -c login,organization
	stdout_is 'login,organization
bob@acme.example,Acme
cat@beta.example,
dan@home.example,Acme'
	events 0 --results - <<<'T9,declined,,'
	stdout_has NOT_PENDING
}

@test "HS-53 a decision that was declined can be approved later, and who was let in stays" {
	events 0 --results - <<-'END'
	T10,joined,2026-10-05T07:00:00Z,
	T10,declined,2026-10-05T08:00:00Z,
	T10,approved,2026-10-05T08:00:00Z,
	T10,approved,,
	T10,approved,2026-10-05T09:00:00Z,
	T10,declined,2026-10-05T10:00:00Z,
	END
	stdout_has '^4,unchanged,10,'
	stdout_has '^5,skipped,10,cat@beta.example,NOT_PENDING,"#10 is declined, there is nothing to decide",$'
	stdout_has '^6,updated,10,.*,state decided_at$'
	stdout_has '^7,skipped,10,cat@beta.example,NOT_PENDING,"#10 is approved, there is nothing to decide",$'
	invitation_is 10 state,decided_at 'approved|2026-10-05T09:00:00Z'
	expect 0 contact-find -H -k user -c login,organization
	stdout_is cat@beta.example,Beta
}

@test "HS-53 of a step that is told of twice the earlier time counts, and nothing else follows" {
	rows()
	{
		local id step
		for id in 9 10; do
			for step in visited details confirmed connected joined bounced unsubscribed; do
				echo "T$id,$step,2026-10-05T$1:00:00Z,"
			done
		done
	}
	events 0 -q < <(rows 09)
	contact-archive -q --delete -k suppression --all
	contact-edit -q --clear do_not_email cat@beta.example
	events 0 < <(rows 08)
	stderr_is 'contact-invite: read=14 created=0 updated=14 unchanged=0 skipped=0 errors=0 rev=5 in # s'
	for id in 9 10; do
		invitation_is $id visited_at,registered_at,confirmed_at,connected_at,joined_at,bounced_at,unsubscribed_at \
			"$(printf '2026-10-05T08:00:00Z|%.0s' 1 2 3 4 5 6 7 | sed 's/|$//')"
	done
	invitation_is 9 state,decided_at 'approved|2026-10-05T08:00:00Z'
	expect 1 contact-find -k suppression
	expect 0 contact-find --count do_not_email=true
	stdout_is 1
	expect 0 contact-find -H -k campaign -c joined,auto_approved,requests_pending Fall
	stdout_is 2,1,1
	before=$(store_digest)
	events 0 -q < <(rows 08)
	[ "$(store_digest)" = "$before" ]
}

@test "HS-53 rows in error: place, what, why; fed back when they are mended" {
	contact-store -q set timezone=UTC
	events 3 --errors bad.csv <<-'END'
	T9,visited,2026-10-07T12:00:00Z,
	T9,visited,soon,
	T9,visitde,,
	T9,,,
	,visited,,
	aaaaaaaaaaaaaaaaaaaaaaaaaa,visited,,
	secret,visited,,
	T9,details,,
	END
	stderr_has '^contact-invite: events.csv:2: at: is more than a day in the future \(BAD_VALUE\)$'
	stderr_has '^contact-invite: events.csv:3:3: at: .*soon.*\(BAD_VALUE\)$'
	stderr_has '^contact-invite: events.csv:4:2: step: .*visitde.*\(BAD_VALUE\)$'
	stderr_has '^contact-invite: events.csv:5: step: an event needs one \(REQUIRED\)$'
	stderr_has '^contact-invite: events.csv:6: token, or email and campaign: an event needs one \(REQUIRED\)$'
	stderr_has '^contact-invite: events.csv:7: token: no invitation has it \(UNKNOWN_TOKEN\)$'
	stderr_has '^contact-invite: events.csv:8: token: no invitation has it \(UNKNOWN_TOKEN\)$'
	stderr_has 'read=8 created=0 updated=1 unchanged=0 skipped=0 errors=7'
	invitation_is 9 visited_at,registered_at '|2026-10-05T12:00:00Z'
	sed -n '1p;3s/soon/2026-10-05/p' bad.csv >mended.csv
	expect 0 contact-invite -q --events mended.csv
	invitation_is 9 visited_at 2026-10-05T00:00:00Z
}

@test "HS-53 --atomic and --max-errors: nothing is stored" {
	events 4 --atomic <<-'END'
	T9,visited,,
	secret,visited,,
	END
	stderr_has 'nothing stored'
	invitation_is 9 visited_at ''
	expect 4 contact-invite --events events.csv --max-errors 0
	expect 3 contact-invite --events events.csv --max-errors 1
	invitation_is 9 visited_at 2026-10-05T12:00:00Z
}

@test "A2 a header without rows is a quiet night; nothing at all, and no header, are refused" {
	expect 0 contact-invite --events - <<<token,step,at
	stderr_is 'contact-invite: read=0 created=0 updated=0 unchanged=0 skipped=0 errors=0 rev=1 in # s'
	expect 4 contact-invite --events - </dev/null
	stderr_has '^contact-invite: stdin: '
	expect 4 contact-invite --events - <<<red,green
	stderr_has 'no header found'
	expect 4 contact-invite --events - <<<token,at
	stderr_is 'contact-invite: stdin: no column step, so the rows do not say what happened'
	expect 4 contact-invite --events - <<<email,step
	stderr_is 'contact-invite: stdin: no column token, nor email and campaign, so the rows do not say whom they are about'
	expect 4 contact-invite --events "$examples/salesforce-contacts.csv"
	stderr_has 'this looks like a Salesforce Contact export \(contact\), not invitation_event: contact-add -k contact reads it$'
	expect 2 contact-invite --events events.csv bob@acme.example
	stderr_has 'bob@acme.example: --events takes no selection'
	expect 2 contact-invite --events events.csv -k user
	stderr_has '^contact-invite: --kind: goes not with --events$'
}

@test "HS-53 somebody who was never invited, and an invitation that was not sent" {
	contact-add -q email=eve@acme.example organization=Acme do_not_email=true >/dev/null
	contact-invite -q --campaign Late eve@acme.example
	contact-add -q email=fay@acme.example organization=Acme >/dev/null
	contact-invite -q --campaign Later fay@acme.example
	cat >events.csv <<-'END'
	email,campaign,step
	eve@acme.example,Fall,visited
	eve@acme.example,Autumn,visited
	eve@acme.example,Late,visited
	fay@acme.example,Later,bounced
	fay@acme.example,Later,unsubscribed
	END
	expect 3 contact-invite --results - --events events.csv
	stdout_is 'line,action,id,key,code,message,changed
2,error,,,NOT_INVITED,campaign Fall has no invitation of eve@acme.example,
3,error,,,NOT_INVITED,campaign Autumn has no invitation of eve@acme.example,
4,error,14,eve@acme.example,NOT_SENT,"#14 is suppressed, nothing was sent by it",
5,error,17,fay@acme.example,NOT_SENT,"#17 is queued, nothing was sent by it",
6,updated,17,fay@acme.example,join_auto,,unsubscribed_at'
	expect 0 contact-find -c do_not_email fay@acme.example
	stdout_is 'do_not_email
true'
}

@test "HS-53 token and address have to mean the same invitation" {
	printf 'token,email,campaign,step\n%s,ann@new.example,Fall,visited\n%s,bob@acme.example,Fall,visited\n' \
		"$(token 9)" "$(token 9)" >events.csv
	expect 3 contact-invite --results - --events events.csv
	stdout_is 'line,action,id,key,code,message,changed
2,error,9,,KEY_CONFLICT,"the token is that of #9, the address that of #8",
3,updated,9,bob@acme.example,join_auto,,visited_at'
}

@test "HS-41 whoever has the token got the message: what is unknown, held, failed, queued was sent" {
	for state in unknown held failed; do
		rm -rf "$CONTACT_STORE"
		contact-store -q load <queued.dump
		send_all "$state"
		events 0 <<<'T9,visited,2026-10-05T08:00:00Z,'
		invitation_is 9 state,sent_at,reason 'sent|2026-10-05T08:00:00Z|'
		invitation_is 8 state "$state"
	done
}

@test "HS-50 what is settled as sent keeps why it is a request, as long as it is one" {
	rm -rf "$CONTACT_STORE"
	contact-store -q load <queued.dump
	send_all unknown
	"$CONTACT_BIN/tests/cmd/become" 11 reason=sending
	cp -R "$CONTACT_STORE" unknown
	events 0 --results - <<<'T11,visited,,'
	invitation_is 11 state,reason 'sent|domain_mismatch'
	rm -rf "$CONTACT_STORE" && cp -R unknown "$CONTACT_STORE"
	contact-edit -q -k organization --set domains+=home.example name=Acme
	events 0 <<<'T11,visited,,'
	invitation_is 11 state,reason,scenario 'sent||join_request'
}

@test "HS-37 HS-38 HS-45 row a: the company is made with the domain, and asks for approval" {
	expect 0 contact-find -k organization -c name,approval
	stdout_is 'name,approval
Acme,None
Beta,None'
	events 0 --results - <<<'T8,joined,,New Company'
	stdout_is 'line,action,id,key,code,message,changed
2,updated,8,ann@new.example,OUT_OF_ORDER,"joined, and visited was not told of",organization state registered_at joined_at user'
	expect 0 contact-find -k organization -c id,name,domains,approval,primary_contact name=New*
	stdout_is 'id,name,domains,approval,primary_contact
12,New Company,new.example,Pending,3'
	invitation_is 8 state,organization,user,decided_at 'joined|New Company|ann@new.example|'
	expect 0 contact-find -c organization,user,user_status ann@new.example
	stdout_is 'organization,user,user_status
New Company,ann@new.example,active'
	expect 0 contact-find -k user -c login,email,first_name,last_name,contact,organization,user_type,access,default_to_next
	stdout_is 'login,email,first_name,last_name,contact,organization,user_type,access,default_to_next
ann@new.example,ann@new.example,Ann,Lee,3,New Company,External,true,true'
}

@test "HS-45 row b: of a domain for anybody, or that another bears, the company has none" {
	contact-add -q email=gus@gmail.com >/dev/null
	contact-add -q email=hal@acme.example >/dev/null
	contact-invite -q --campaign Two gus@gmail.com hal@acme.example
	send_all
	events 0 <<-'END'
	T15,joined,,Gus Works
	T16,joined,,Hal Works
	END
	expect 0 contact-find -k organization -c name,domains,approval name=*Works or name=Gus* or name=Hal*
	stdout_is 'name,domains,approval
Gus Works,,Pending
Hal Works,,Pending'
}

@test "HS-45 HS-54 row b with --subdomains: one below the same registered domain bears it too" {
	contact-add -q email=gus@mail.acme.example >/dev/null
	contact-add -q email=hal@acme.example >/dev/null
	contact-add -q email=ida@law.uni.example >/dev/null
	contact-add -q email=jon@physics.uni.example >/dev/null
	contact-invite -q --campaign Two --subdomains email=gus* or email=hal* or email=ida* or email=jon*
	send_all
	events 0 <<-'END'
	T17,joined,,Gus Works
	T18,joined,,
	T19,joined,,Ida Works
	T20,joined,,Jon Works
	END
	expect 0 contact-find -H -k organization -c name,domains
	stdout_is 'Acme,acme.example
Beta,beta.example
Gus Works,
Ida Works,law.uni.example
Jon Works,'
	invitation_is 18 organization,state 'Acme|pending'
}

@test "HS-45 without a name the company is called by its domain; where that tells nothing, one is needed" {
	contact-add -q email=gus@gmail.com >/dev/null
	contact-invite -q --campaign Two gus@gmail.com
	send_all
	events 3 <<-'END'
	T8,joined,,
	T14,joined,,
	END
	stderr_has '^contact-invite: events.csv:3: organization: the contact has none, and its address does not tell \(REQUIRED\)$'
	invitation_is 8 organization,state 'new.example|joined'
	invitation_is 14 organization,state '|sent'
	expect 0 contact-find -k user -c login
	stdout_is 'login
ann@new.example'
}

@test "HS-45 A4 what the contact's text says is the name, also with a colon, unless it is an id of a known system" {
	contact-add -q -k organization name='Gus: Works' >/dev/null
	contact-add -q email=gus@gus.example organization='Gus: Works' >/dev/null
	contact-add -q email=hal@hal.example ext.crm=C1 organization=crm:C2 >/dev/null
	contact-archive -q --delete --force -k organization name='Gus: Works'
	contact-invite -q --campaign Two email=gus* or email=hal*
	send_all
	events 0 <<-'END'
	T16,joined,,
	T17,joined,,
	END
	expect 0 contact-find -H -k organization -c name,domains 'domains=gus*' or 'domains=hal*'
	stdout_is 'Gus: Works,gus.example
hal.example,hal.example'
}

@test "HS-45 a company that came meanwhile is asked, by its name, its domain, or the contact" {
	contact-add -q email=amy@new.example name='Amy Lee' >/dev/null
	contact-add -q email=abe@new.example name='Abe Lee' >/dev/null
	contact-invite -q --campaign Two amy@new.example abe@new.example
	send_all
	events 0 <<-'END'
	T8,joined,,Newco
	T15,joined,,NEWCO
	END
	invitation_is 8 state,organization 'joined|Newco'
	invitation_is 15 state,organization 'pending|Newco'
	events 0 <<<'T16,joined,,'
	invitation_is 16 state,organization 'pending|Newco'
	expect 0 contact-find -k organization --count
	stdout_is 3
	expect 0 contact-find -c name,organization email=a*
	stdout_is 'name,organization
Ann Lee,Newco
Amy Lee,Newco
Abe Lee,Newco'
}

@test "HS-47 row c: joins at once" {
	events 0 <<<'T9,joined,2026-10-05T09:00:00Z,'
	invitation_is 9 state,decided_at,user 'approved|2026-10-05T09:00:00Z|bob@acme.example'
	expect 0 contact-find -k user -c login,organization
	stdout_is 'login,organization
bob@acme.example,Acme'
	expect 0 contact-find -k organization -c name,approval
	stdout_is 'name,approval
Acme,Pending
Beta,None'
}

@test "HS-47 into the company that was told of, and no other: who changed has to ask" {
	contact-edit -q --set organization=Beta bob@acme.example
	events 0 <<<'T9,joined,,'
	invitation_is 9 state,organization 'pending|Beta'
}

@test "TW-9 who is inactive by now joins what he was invited to, and stays in the archive" {
	contact-archive -q --inactive --yes bob@acme.example dan@home.example
	events 0 <<-'END'
	T9,joined,,
	T11,joined,,
	END
	invitation_is 9 state,organization 'approved|Acme'
	invitation_is 11 state,organization 'pending|Acme'
	contact-invite -q --approve -k invitation 11
	expect 0 contact-find -k user -c login,organization
	stdout_is 'login,organization
bob@acme.example,Acme
dan@home.example,Acme'
	expect 0 contact-find -k organization -c name,approval name=Acme or name=Inactive
	stdout_is 'name,approval
Acme,Pending
Inactive,None'
	expect 0 contact-find -c email,organization,former_organizations email=bob* or email=dan*
	stdout_is 'email,organization,former_organizations
bob@acme.example,Inactive,Acme
dan@home.example,Inactive,Acme'
}

@test "TW-9 whose company was to be made has it made, and stays in the archive" {
	contact-archive -q --inactive --yes ann@new.example
	events 0 <<<'T8,joined,,'
	invitation_is 8 state,organization,user 'joined|new.example|ann@new.example'
	expect 0 contact-find -c organization ann@new.example
	stdout_is 'organization
Inactive'
}

@test "TW-9 nobody joins the organization of the inactive by naming it, whether there is one or not" {
	events 3 --results - <<-'END'
	T8,joined,,inactive
	T9,joined,,Inactive
	END
	stdout_is 'line,action,id,key,code,message,changed
2,error,8,ann@new.example,BAD_VALUE,"organization: ""inactive"" is that of contacts who are out of use (setting inactive_organization), nobody joins it",
3,error,9,bob@acme.example,BAD_VALUE,"organization: ""Inactive"" is that of contacts who are out of use (setting inactive_organization), nobody joins it",'
	contact-archive -q --inactive --yes dan@home.example
	contact-edit -q -k organization --set name=Gone name=Inactive
	events 3 --results - <<-'END'
	T8,joined,,Gone
	T8,joined,,Inactive
	END
	[ "$(grep -c ',error,8,ann@new.example,BAD_VALUE,' "$place/stdout")" -eq 2 ]
	expect 0 contact-find -c email,organization ann@new.example
	stdout_is 'email,organization
ann@new.example,'
	invitation_is 8 state sent
}

@test "TW-21 X-41 who is rejected by now is frozen: the row is skipped, and nothing is left of it" {
	contact-archive -q --reject ann@new.example bob@acme.example --yes
	before=$(store_digest)
	events 0 -q --results - <<-'END'
	T8,joined,,New
	T9,joined,,
	END
	stdout_is 'line,action,id,key,code,message,changed
2,skipped,8,ann@new.example,FROZEN,contact: #3 is rejected,
3,skipped,9,bob@acme.example,FROZEN,contact: #4 is rejected,'
	stderr_is ''
	[ "$(store_digest)" = "$before" ]
}

@test "HS-48 HS-50 rows d and e: a request that waits, of a user without a company" {
	events 0 <<-'END'
	T10,joined,,
	T11,joined,,
	END
	invitation_is 10 state,decided_at,user 'pending||cat@beta.example'
	invitation_is 11 state,reason,organization 'pending|domain_mismatch|Acme'
	expect 0 contact-find -k user -c login,organization
	stdout_is 'login,organization
cat@beta.example,
dan@home.example,'
	expect 0 contact-find -k organization -c name,approval
	stdout_is 'name,approval
Acme,Pending
Beta,Pending'
}

@test "HS-51 HS-52 rows f and g: without a domain, and of an address for anybody" {
	contact-add -q -k organization name=Gamma >/dev/null
	contact-add -q email=gus@gamma.example organization=Gamma >/dev/null
	contact-add -q email=hal@gmail.com organization=Acme >/dev/null
	contact-invite -q --campaign Two gus@gamma.example hal@gmail.com
	send_all
	events 0 <<-'END'
	T16,joined,,
	T17,joined,,
	END
	invitation_is 16 state,reason 'pending|no_company_domain'
	invitation_is 17 state,reason 'pending|generic_email'
}

@test "HS-38 one request for approval is open; a decision about the company stays" {
	contact-edit -q -k organization --set approval=Approved name=Acme
	contact-edit -q -k organization --set approval=Rejected name=Beta
	events 0 <<-'END'
	T9,joined,,
	T11,joined,,
	T10,joined,,
	END
	expect 0 contact-find -k organization -c name,approval
	stdout_is 'name,approval
Acme,Approved
Beta,Rejected'
}

@test "HS-41 one joining for each invitation; a login that is taken is an error, and nothing is left of it" {
	contact-add -q -k user login=ann@new.example email=other@x.example >/dev/null
	events 3 --results - <<<'T8,joined,,Newco'
	stdout_has '^2,error,8,ann@new.example,LOGIN_IN_USE,email: the address is the login of user #12,$'
	expect 1 contact-find -k organization name=Newco
	invitation_is 8 state sent
	expect 0 contact-find -c organization ann@new.example
	stdout_is 'organization
""'
}

@test "HS-14 the contact's own user joins, and no second one is made" {
	contact-add -q -k user login=bobby email=bob@acme.example user_type=External >/dev/null
	events 0 <<<'T9,joined,,'
	invitation_is 9 state,user 'approved|bobby'
	expect 0 contact-find -k user -c login,organization
	stdout_is 'login,organization
bobby,Acme'
}

@test "CS-26 without an address there is no login, and nobody joins" {
	contact-edit -q --clear email bob@acme.example
	events 3 --results - <<<'T9,joined,,'
	stdout_has '^2,error,9,bob@acme.example,REQUIRED,"email: the contact has no e-mail address, which would be the login",$'
	invitation_is 9 state sent
}

@test "HS-37 a user of another organization stays there, and the row says so" {
	contact-add -q -k user login=bobby email=bob@acme.example user_type=External organization=Beta >/dev/null
	contact-add -q -k user login=danny email=dan@home.example user_type=External organization=Beta >/dev/null
	events 0 --results - <<-'END'
	T9,joined,,
	T11,joined,,
	T11,approved,,
	END
	stdout_has '^2,updated,9,bob@acme.example,OTHER_ORGANIZATION,"the user #12 is of organization #2, and stays there",'
	stdout_has '^3,updated,11,dan@home.example,OUT_OF_ORDER,'
	stdout_has '^4,updated,11,dan@home.example,OTHER_ORGANIZATION,"the user #13 is of organization #2, and stays there",'
	invitation_is 9 state approved
	expect 0 contact-find -k user -c login,organization
	stdout_is 'login,organization
bobby,Beta
danny,Beta'
}

@test "CS-27 the user has what the template has, where there is one" {
	contact-add -q -k user login=template time_zone=America/Chicago department_id=17 >/dev/null
	contact-store -q set app-i-contact-templateuser=template
	events 0 <<<'T9,joined,,'
	expect 0 contact-find -k user -c login,time_zone,department_id,user_type login=bob@acme.example
	stdout_is 'login,time_zone,department_id,user_type
bob@acme.example,America/Chicago,17,External'
	contact-store -q set app-i-contact-templateuser=nobody
	events 3 <<<'T10,joined,,'
	stderr_has 'NO_TEMPLATE_USER'
}

@test "HS-41 EXPIRED for joining only, after mail_token_days" {
	CONTACT_NOW=2027-02-01T00:00:00Z events 3 --results - <<-'END'
	T9,visited,,
	T9,joined,,
	T9,unsubscribed,,
	T10,joined,2026-12-31,
	END
	stdout_has '^3,error,9,bob@acme.example,EXPIRED,"?the invitation could be joined by for 90 days'
	stderr_has 'updated=3 .* errors=1'
	invitation_is 9 state sent
	contact-store -q set mail_token_days=0
	CONTACT_NOW=2027-02-02T00:00:00Z events 0 <<<'T9,joined,,'
	contact-store -q set mail_token_days=1
	CONTACT_NOW=2027-02-03T00:00:00Z events 0 <<<'T9,joined,,'
	stderr_has 'unchanged=1'
}

@test "HS-41 EXPIRED is not got round by a joining before the sending" {
	CONTACT_NOW=2027-02-01T00:00:00Z events 3 <<<'T9,joined,2026-10-04,'
	stderr_has 'EXPIRED'
	CONTACT_NOW=2026-12-01T00:00:00Z events 0 <<<'T9,joined,2026-10-04,'
	invitation_is 9 state,joined_at 'approved|2026-10-04T00:00:00Z'
}

@test "HS-53 a cell with two tokens is an error, the same one twice is none" {
	events 3 --results - <<-'END'
	T9 T10,visited,,
	unsubscribe+T9@x.example unsubscribe+T10@x.example,unsubscribed,,
	<a href='https://x.example/T11'>https://x.example/T11</a>,visited,,
	END
	stdout_is 'line,action,id,key,code,message,changed
2,error,,,BAD_VALUE,"token: several are given, an event is of one invitation",
3,error,,,BAD_VALUE,"token: several are given, an event is of one invitation",
4,updated,11,dan@home.example,domain_mismatch,,visited_at'
}

@test "HS-53 whose contact is gone cannot join, but is heard when he wants no mail" {
	contact-archive -q --delete --yes --force bob@acme.example
	events 3 --results - <<-'END'
	T9,visited,,
	T9,joined,,
	T9,unsubscribed,,
	END
	stdout_is 'line,action,id,key,code,message,changed
2,updated,9,bob@acme.example,join_auto,,visited_at
3,error,9,bob@acme.example,NO_CONTACT,whom it was sent to is no contact any more,
4,updated,9,bob@acme.example,NO_CONTACT,"the contact is gone, the address is suppressed",unsubscribed_at'
	expect 0 contact-find -k suppression -c address,reason
	stdout_is 'address,reason
bob@acme.example,unsubscribed'
}

@test "HS-42 what comes back, complaints and wishes stop mail, each with its reason" {
	events 0 --diff - <<-'END'
	T8,bounced,2026-10-05T08:00:00Z,
	T9,complained,2026-10-05T08:00:00Z,
	T10,unsubscribed,2026-10-05T08:00:00Z,
	END
	stdout_has '^2,3,Ann Lee,email_status,,Bounced,invitation,$'
	stdout_has '^3,4,Bob Ray,email_status,,Complained,invitation,$'
	stdout_has '^4,5,Cat Poe,do_not_email,,true,invitation,$'
	expect 0 contact-find -k suppression -c address,reason,at
	stdout_is 'address,reason,at
ann@new.example,bounced,2026-10-05T08:00:00Z
bob@acme.example,complained,2026-10-05T08:00:00Z
cat@beta.example,unsubscribed,2026-10-05T08:00:00Z'
	invitation_is 8 state,bounced_at 'sent|2026-10-05T08:00:00Z'
	invitation_is 9 bounced_at,unsubscribed_at '|'
	invitation_is 10 unsubscribed_at 2026-10-05T08:00:00Z
}

@test "HS-42 an old event changes nothing when the address was let in again since" {
	events 0 <<-'END'
	T8,bounced,,
	T9,complained,,
	END
	contact-archive -q -k suppression --delete --yes address=ann@new.example
	contact-archive -q -k suppression --delete --yes address=bob@acme.example
	contact-edit -q --set email_status=Ok ann@new.example
	contact-edit -q --set email_status=Ok bob@acme.example
	before=$(store_digest)
	expect 0 contact-invite --events events.csv
	stderr_has 'read=2 created=0 updated=0 unchanged=2 '
	[ "$(store_digest)" = "$before" ]
	events 0 <<<'T10,complained,,'
	stderr_has 'updated=1 '
}

@test "HS-42 that mail came back is said of the address, not of a contact who has another by now" {
	contact-edit -q --set email=bob@new.example bob@acme.example
	events 0 <<-'END'
	T9,bounced,,
	END
	expect 0 contact-find -c email,email_status,do_not_email id=4 or bob@new.example
	stdout_is 'email,email_status,do_not_email
bob@new.example,,'
	events 0 <<<'T9,unsubscribed,,'
	expect 0 contact-find -c email,email_status,do_not_email bob@new.example
	stdout_is 'email,email_status,do_not_email
bob@new.example,,true'
	expect 0 contact-find -k suppression -c address,reason
	stdout_is 'address,reason
bob@acme.example,unsubscribed'
}

@test "HS-13 user_status is pending between registering and joining" {
	status_is()
	{
		expect 0 contact-find -c user_status bob@acme.example
		stdout_is "user_status
$1"
	}
	status_is none
	events 0 <<<'T9,visited,,'
	status_is none
	events 0 <<<'T9,created,,'
	status_is pending
	expect 0 contact-find -c email user_status=pending
	stdout_is 'email
bob@acme.example'
	events 0 <<<'T9,confirmed,,'
	status_is pending
	events 0 <<<'T9,joined,,'
	status_is active
	expect 1 contact-find --count user_status=pending
	contact-archive -q -k user --disable bob@acme.example
	status_is archived
	expect 0 contact-find --at 2 -c user_status bob@acme.example
	stdout_is 'user_status
none'
	expect 0 contact-find --at 3 -c user_status bob@acme.example
	stdout_is 'user_status
pending'
}

@test "HS-13 HS-53 who joined is active, also when nobody told of confirming" {
	events 0 -q <<-'END'
	T9,details,,
	T9,joined,,
	END
	expect 0 contact-find -H -c user_status bob@acme.example
	stdout_is active
	expect 0 contact-find -H -k user -c status bob@acme.example
	stdout_is active
	events 0 -q <<<'T9,confirmed,,'
	expect 0 contact-find -H -c user_status bob@acme.example
	stdout_is active
}

@test "HS-53 in any order all events of the four come to the same end" {
	SEED=${SEED:-$RANDOM}
	echo "SEED=$SEED"
	local steps='visited confirmed connected created joined bounced complained unsubscribed'
	for id in 8 9 10 11; do
		for step in $steps details approved; do
			echo "T$id,$step,2026-10-05T08:00:00Z,Newco"
		done
	done | sed 's/T11,approved/T11,declined/' >all.csv
	# Told of with other times, too.
	sed -n '/visited\|confirmed\|connected\|joined\|details/ { s/T08/T07/p; s/T07/T09/p }' all.csv >again.csv
	cat again.csv >>all.csv
	cp -R "$CONTACT_STORE" first
	# What is made has its id from when it came.
	ends()
	{
		contact-find -H -k invitation -c campaign,contact,email,organization,scenario,state,reason,visited_at,registered_at,confirmed_at,connected_at,joined_at,decided_at,bounced_at,unsubscribed_at,user
		contact-find -H -k user -c login,organization,contact,user_type --sort login
		contact-find -H -k organization -c name,domains,approval,primary_contact --sort name
		contact-find -H -c email,organization,do_not_email,email_status,user_status
		contact-find -H -k suppression -c address,reason,at --sort address
	}
	events 0 <all.csv
	ends >wanted
	[ "$(grep -c joined wanted)" -eq 1 ]
	for round in 1 2 3 4 5 6 7 8 9 10; do
		rm -rf "$CONTACT_STORE"
		cp -R first "$CONTACT_STORE"
		shuf --random-source=<(yes "$SEED$round") all.csv >shuffled.csv
		events 0 <shuffled.csv
		ends >found
		diff -u wanted found
	done
}

@test "HS-53 a time that is ahead by less than a day counts as now" {
	events 0 <<-'END'
	T9,visited,2026-10-06T02:00:00+05:00,
	END
	invitation_is 9 visited_at '2026-10-05T12:00:00Z'
}
