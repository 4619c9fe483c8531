#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
#
# contact-invite --approve and --decline: decisions about those who asked to join
# (HS-48 to HS-53).

load support
load sent

# Ann and Bob have asked to join Acme, Cat has not been heard of; 5 to 7 are theirs.
prepare()
{
	contact-add -q -k organization name=Acme domains=acme.example >/dev/null
	contact-add -q email=ann@home.example name='Ann Lee' organization=Acme >/dev/null
	contact-add -q email=bob@home.example name='Bob Ray' organization=Acme >/dev/null
	contact-add -q email=cat@home.example name='Cat Poe' organization=Acme >/dev/null
	contact-invite -q --campaign Fall --all
	send_all
	printf 'token,step,at\n%s,joined,2026-10-04\n%s,joined,2026-10-04\n' \
		"$(token 6)" "$(token 7)" >joined.csv
	contact-invite -q --events joined.csv
}

# invitations: who, state, when it was decided, and the company of the user.
invitations()
{
	contact-find -H -k invitation -c email,state,decided_at,user.organization
}

@test "HS-48 approved: the user is put into the organization" {
	expect 0 contact-invite --approve --results - --diff d.csv ann@home.example
	stdout_is 'line,action,id,key,code,message,changed
,updated,2,ann@home.example,domain_mismatch,,state decided_at'
	stderr_is 'contact-invite: read=1 created=0 updated=1 unchanged=0 skipped=0 errors=0 also=2 rev=3 in # s'
	expect 0 invitations
	stdout_is 'ann@home.example,approved,2026-10-05T12:00:00Z,Acme
bob@home.example,pending,,
cat@home.example,sent,,'
	contains d.csv '^,6,.*,state,pending,approved,invitation,$'
	contains d.csv '^,9,.*,organization,,Acme,invitation,$'
}

@test "HS-48 declined: the user stays, and never had the organization" {
	expect 0 contact-invite --decline --all
	stderr_is 'contact-invite: read=3 created=0 updated=2 unchanged=0 skipped=1 errors=0 also=2 rev=3 in # s'
	expect 0 invitations
	stdout_is 'ann@home.example,declined,2026-10-05T12:00:00Z,
bob@home.example,declined,2026-10-05T12:00:00Z,
cat@home.example,sent,,'
	expect 0 contact-find -k user -c login,status
	stdout_is 'login,status
ann@home.example,active
bob@home.example,active'
}

@test "HS-53 what does not wait is skipped NOT_PENDING, and nothing is stored" {
	contact-invite -q --approve ann@home.example
	before=$(store_digest)
	expect 0 contact-invite --decline --results - ann@home.example cat@home.example
	stdout_is 'line,action,id,key,code,message,changed
,skipped,2,ann@home.example,NOT_PENDING,#2 has no request to join that waits for a decision,
,skipped,4,cat@home.example,NOT_PENDING,#4 has no request to join that waits for a decision,'
	stderr_is 'contact-invite: read=2 created=0 updated=0 unchanged=0 skipped=2 errors=0 rev=3 in # s'
	[ "$(store_digest)" = "$before" ]
}

@test "A2 rows choose, and invitations may be chosen themselves" {
	printf 'email,anything\nbob@home.example,x\nnobody@home.example,x\n' >rows.csv
	pipeline 0 'contact-invite --approve --results - - <rows.csv'
	stdout_is 'line,action,id,key,code,message,changed
2,updated,3,bob@home.example,domain_mismatch,,state decided_at
3,skipped,,nobody@home.example,NO_MATCH,no record has these keys,'
	expect 0 contact-invite -k invitation --decline --results - state=pending
	stdout_is 'line,action,id,key,code,message,changed
,updated,6,ann@home.example,domain_mismatch,,state decided_at'
	stderr_is 'contact-invite: read=1 created=0 updated=1 unchanged=0 skipped=0 errors=0 rev=4 in # s'
}

@test "HS-53 events decide too, once" {
	printf 'token,step,at\n%s,approved,2026-10-05\n%s,declined,2026-10-05\n%s,declined,2026-10-05\n' \
		"$(token 6)" "$(token 7)" "$(token 6)" >decided.csv
	expect 0 contact-invite --results - --events decided.csv
	stdout_is 'line,action,id,key,code,message,changed
2,updated,6,ann@home.example,OUT_OF_ORDER,"approved, and visited was not told of",state decided_at
3,updated,7,bob@home.example,OUT_OF_ORDER,"declined, and visited was not told of",state decided_at
4,skipped,6,ann@home.example,NOT_PENDING,"#6 is approved, there is nothing to decide",'
	expect 0 invitations
	stdout_is 'ann@home.example,approved,2026-10-05T00:00:00Z,Acme
bob@home.example,declined,2026-10-05T00:00:00Z,
cat@home.example,sent,,'
}

@test "HS-48 a dry run tells the same, and stores nothing" {
	before=$(store_digest)
	contact-invite -n --approve --all >dry 2>/dev/null
	[ "$(store_digest)" = "$before" ]
	expect 0 contact-invite --approve --results - --all
	stdout_is "$(cat dry)"
}

@test "A2 no operand, a query that matches nothing, and other kinds" {
	expect 2 contact-invite --approve
	stderr_has 'which contacts asked to join\? a QUERY, - for rows on standard input, or --all'
	expect 1 contact-invite --approve last_name=Nobody
	expect 2 contact-invite -k user --decline --all
	stderr_has '^contact-invite: --kind user: contacts are decided about, or an invitation$'
	expect 2 contact-invite --approve --decline --all
	expect 2 contact-invite --approve --all bob@home.example
}

@test "X-40 undoing a decision takes the organization away again" {
	contact-invite -q --approve ann@home.example
	contact-store -q undo 3
	expect 0 invitations
	stdout_is 'ann@home.example,pending,,
bob@home.example,pending,,
cat@home.example,sent,,'
}

@test "HS-48 --campaign: the requests of that campaign alone" {
	contact-invite -q --campaign Spring --again-after 0s ann@home.example
	expect 2 contact-invite --approve --campaign Winter ann@home.example
	stderr_has '^contact-invite: no campaign is named "Winter"$'
	expect 0 contact-invite -q --approve --campaign Spring --results - ann@home.example
	stdout_has '^,skipped,2,.*,NOT_PENDING,'
	expect 0 contact-invite -q --approve --campaign Fall --results - ann@home.example
	stdout_has '^,updated,2,'
	expect 2 contact-invite --approve --max 3 --all
	stderr_has -- '--approve and --max contradict each other'
}
