#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
#
# What closing reports and the end of assignments do to the candidate status
# (TR-34 to TR-42), and nightly snapshots of placements (TR-44).

load support

prepare()
{
	contact-add -q email=ann@example.com name='Ann Lee'
	contact-add -q email=bob@example.com name='Bob Ray'
	contact-add -q -k job ext.ats=J1 title=Cook >/dev/null
	contact-add -q -k job ext.ats=J2 title=Chef >/dev/null
}

candidates_are()
{
	local found
	found=$(contact-find -H -c candidate_status | paste -sd /)
	[ "$found" = "$1" ] || { echo "statuses are $found, not $1" && false; }
}

# placement ID [FIELD=VALUE...]
placement()
{
	contact-add -q -k placement "ext.ats=$1" "${@:2}" >/dev/null
}

@test "TR-34 TR-35 a closing report for a Consultant sets Assigned, for a Permanent Placed" {
	placement P1 job=J1 candidate=ann@example.com employment=consultant
	placement P2 job=J2 candidate=bob@example.com employment=Permanent
	candidates_are Assigned/Placed
}

@test "TR-34 an edit of a placement is no closing report" {
	placement P1 job=J1 candidate=ann@example.com employment=Consultant
	contact-status -q --candidate 'Perm Active' ann@example.com
	placement P1 started_on=2026-10-01
	placement P1 candidate=bob@example.com
	placement P1 employment=Permanent
	candidates_are 'Perm Active/Prospect'
}

@test "TR-36 End Assignment sets Consult Hot, in the file by end_assignment=true" {
	placement P1 job=J1 candidate=ann@example.com employment=Consultant
	printf 'ext.ats,end_assignment\nP1,true\n' >placements.csv
	expect 0 contact-status -q --placements placements.csv --diff -
	stdout_is 'line,id,name,field,from,to,cause,job
2,1,Ann Lee,candidate_status,Assigned,Consult Hot,placement,3'
}

@test "TR-37 TR-43 the status after an assignment is a setting, checked when it is set" {
	expect 2 contact-store set candidate_status_when_assignment_ended=Lukewarm
	stderr_has 'candidate_status_when_assignment_ended: "Lukewarm" is not a value of candidate_status$'
	expect 0 contact-store -q set candidate_status_when_assignment_ended='consult warm'
	placement P1 job=J1 candidate=ann@example.com employment=Consultant
	placement P1 ended=yes
	candidates_are 'Consult Warm/Prospect'
}

@test "TR-38 only the action ends an assignment, never a date passing" {
	placement P1 job=J1 candidate=ann@example.com employment=Consultant ended_on=2026-10-01
	CONTACT_NOW=2027-01-01T00:00:00Z placement P1 ended_on=2026-12-31
	candidates_are Assigned/Prospect
	printf 'ext.ats,end_assignment,ended_on\nP1,false,2026-11-30\n' >placements.csv
	expect 0 contact-status -q --placements placements.csv --diff -
	stdout_is 'line,id,name,field,from,to,cause,job'
	candidates_are Assigned/Prospect
}

@test "TR-39 NOT_TEMPORARY a permanent placement has no assignment to end" {
	placement P1 job=J1 candidate=ann@example.com employment=Permanent
	expect 3 contact-add -q -k placement ext.ats=P1 ended=yes
	stderr_is 'contact-add: a permanent placement has no assignment that could end (NOT_TEMPORARY)'
	expect 3 contact-add -q -k placement ext.ats=P2 job=J1 candidate=bob@example.com employment=Permanent ended=1
	candidates_are Placed/Prospect
	expect 0 contact-find -k placement --count ended=true or not 'ended=*'
	stdout_is 1
}

@test "TR-40 ending it twice is unchanged and overwrites nothing" {
	placement P1 job=J1 candidate=ann@example.com employment=Consultant
	placement P1 ended=yes
	contact-status -q --candidate 'Perm Active' ann@example.com
	before=$(store_digest)
	printf 'ext.ats,end_assignment\nP1,true\n' >placements.csv
	expect 0 contact-status -q --placements placements.csv --results -
	stdout_is 'line,action,id,key,code,message,changed
2,unchanged,5,P1,,,'
	candidates_are 'Perm Active/Prospect'
	[ "$(store_digest)" = "$before" ]
}

@test "TR-41 STILL_ASSIGNED with another assignment running the status stays" {
	placement P1 job=J1 candidate=ann@example.com employment=Consultant
	placement P2 job=J2 candidate=ann@example.com employment=Consultant
	expect 0 contact-add -q -k placement ext.ats=P1 ended=yes --results -
	stdout_is 'line,action,id,key,code,message,changed
1,updated,5,P1,STILL_ASSIGNED,#1 has another assignment running and stays assigned,ended'
	candidates_are Assigned/Prospect
	placement P2 ended=yes
	candidates_are 'Consult Hot/Prospect'
}

@test "TR-41 a permanent placement is no other assignment" {
	placement P1 job=J1 candidate=ann@example.com employment=Consultant
	placement P2 job=J2 candidate=ann@example.com employment=Permanent
	candidates_are Placed/Prospect
	placement P1 ended=yes
	candidates_are 'Consult Hot/Prospect'
}

@test "TR-42 WAS_DNU a closing report for somebody not to be used is taken and said" {
	contact-status -q --candidate dnu ann@example.com
	expect 0 contact-add -q -k placement ext.ats=P1 job=J1 candidate=ann@example.com employment=Permanent --results -
	stdout_is 'line,action,id,key,code,message,changed
1,created,5,P1,WAS_DNU,#1 was not to be used (DNU),job candidate employment ext.ats'
	candidates_are Placed/Prospect
}

@test "created already ended: the assignment is over" {
	placement P1 job=J1 candidate=ann@example.com employment=Consultant ended=yes
	candidates_are 'Consult Hot/Prospect'
}

@test "one file that places and ends leaves one row for the status that changed" {
	cat >placements.csv <<-'END'
	ext.ats,job,candidate,employment,end_assignment
	P1,J1,ann@example.com,Consultant,
	P2,J2,ann@example.com,Consultant,yes
	P3,J2,bob@example.com,Consultant,no
	END
	expect 0 contact-status -q --placements placements.csv --diff - --results results.csv
	stdout_is 'line,id,name,field,from,to,cause,job
2,1,Ann Lee,candidate_status,Prospect,Assigned,placement,3
4,2,Bob Ray,candidate_status,Prospect,Assigned,placement,4'
	grep -q '^3,created,6,P2,STILL_ASSIGNED,' results.csv
}

@test "UNKNOWN_JOB UNKNOWN_CONTACT a placement needs its job and its candidate" {
	cat >placements.csv <<-'END'
	ext.ats,job,candidate,employment
	P1,J9,ann@example.com,Consultant
	P2,J1,zoe@example.com,Consultant
	P3,J1,,Consultant
	P4,J1,bob@example.com,
	P5,J1,bob@example.com,Freelance
	P6,J1,bob@example.com,Permanent
	END
	expect 3 contact-status --placements placements.csv
	stderr_is 'contact-status: placements.csv:2: job: no job answers to "J9" (UNKNOWN_JOB)
contact-status: placements.csv:3: candidate: no contact answers to "zoe@example.com" (UNKNOWN_CONTACT)
contact-status: placements.csv:4: candidate: a placement needs one (REQUIRED)
contact-status: placements.csv:5: employment: a placement needs one (REQUIRED)
contact-status: placements.csv:6:4: employment: "Freelance" is none of Consultant, Permanent (BAD_VALUE)
contact-status: read=6 created=1 updated=0 unchanged=0 skipped=0 errors=5 also=1 rev=5 in # s'
	candidates_are Prospect/Placed
}

@test "TR-48 a candidate who is placed is mailable, one who is not to be used is not" {
	contact-status -q --candidate dnu ann@example.com
	expect 0 contact-find -H -c email,mailable
	stdout_is 'ann@example.com,false
bob@example.com,true'
}

@test "jobs and placements of one night in one run: both statuses, each with its cause and job" {
	printf 'ext.ats,contact\nJ3,ann@example.com\n' >jobs.csv
	printf 'ext.ats,job,candidate,employment\nP1,J1,ann@example.com,Permanent\n' >placements.csv
	expect 0 contact-status -q --jobs jobs.csv --placements placements.csv --diff -
	stdout_is 'line,id,name,field,from,to,cause,job
2,1,Ann Lee,client_status,Not Applicable,Active,job,5
2,1,Ann Lee,candidate_status,Prospect,Placed,placement,3'
	expect 0 contact-find --history -H -c field,from,to,cause,job --changes-since 4 1
	stdout_is 'client_status,Not Applicable,Active,job,5
candidate_status,Prospect,Placed,placement,3
type,Candidate,C&C,placement,3
hiring_manager,false,true,job,5'
}

@test "--blank clear takes neither candidate nor employment of a placement away" {
	printf 'ext.ats,candidate,employment\n1,ann@example.com,Consultant\n' >placements.csv
	contact-status -q --placements placements.csv
	printf 'ext.ats,candidate,employment\n1,,Consultant\n1,ann@example.com,\n' >placements.csv
	expect 3 contact-status --placements placements.csv --blank clear
	stderr_has 'placements.csv:2: candidate: a placement needs one \(REQUIRED\)'
	stderr_has 'errors=2'
}
