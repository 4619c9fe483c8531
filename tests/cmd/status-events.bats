#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
#
# contact-status --events: what happened to jobs and placements, in the order of
# the file, each event once (TR-44).

load support

prepare()
{
	contact-add -q email=ann@example.com name='Ann Lee'
	contact-add -q email=bob@example.com name='Bob Ray'
}

# events STATUS [OPTION...]: rows on standard input, without the header.
events()
{
	{ echo 'event_id,at,event,job,contact,employment' && cat; } >events.csv
	expect "$1" contact-status --events events.csv "${@:2}"
}

# statuses_are CLIENT/CANDIDATE of Ann.
statuses_are()
{
	local found
	found=$(contact-find -H -o tsv -c client_status,candidate_status 1 | tr '\t' /)
	[ "$found" = "$1" ] || { echo "statuses are $found, not $1" && false; }
}

@test "TR-44 the life of a job and an assignment, in one file" {
	events 0 --diff - <<-'END'
	1,2026-10-01T08:00:00Z,job_created,K1,ann@example.com,
	2,2026-10-01T08:30:00Z,job_edited,K1,bob@example.com,
	3,2026-10-02T09:00:00Z,job_closed,K1,,
	4,2026-10-02T10:00:00Z,job_reopened,K1,,
	5,2026-10-03T11:00:00Z,closing_report,K1,ann@example.com,Consultant
	6,2026-10-05T11:00:00Z,end_assignment,K1,ann@example.com,
	END
	stdout_is 'line,id,name,field,from,to,cause,job
2,1,Ann Lee,client_status,Not Applicable,Active,job,3
7,1,Ann Lee,candidate_status,Prospect,Consult Hot,placement,3
4,2,Bob Ray,client_status,Not Applicable,Past,job,3'
	stderr_is 'contact-status: read=6 created=6 updated=0 unchanged=0 skipped=0 errors=0 also=4 rev=3 in # s'
	expect 0 contact-find -k job -c ext.generic,contact.email,status,opened_on,closed_on
	stdout_is 'ext.generic,contact.email,status,opened_on,closed_on
K1,bob@example.com,Open,2026-10-01,'
	expect 0 contact-find -k placement -c job,candidate,employment,ended_on,ended
	stdout_is 'job,candidate,employment,ended_on,ended
3,1,Consultant,2026-10-05,true'
}

@test "TR-44 idempotent by event_id: the same events again change not a byte" {
	events 0 <<-'END'
	1,2026-10-01T08:00:00Z,job_created,K1,ann@example.com,
	2,2026-10-02T09:00:00Z,job_closed,K1,,
	END
	contact-status -q --client Prospect ann@example.com
	before=$(store_digest)
	expect 0 contact-status --events events.csv --diff -
	stdout_is 'line,id,name,field,from,to,cause,job'
	stderr_is 'contact-status: read=2 created=0 updated=0 unchanged=2 skipped=0 errors=0 rev=4 in # s'
	[ "$(store_digest)" = "$before" ]
	statuses_are Prospect/Prospect
}

@test "TR-44 an event that changed nothing is remembered all the same" {
	contact-add -q -k job ext.generic=K1 contact=ann@example.com status=Closed >/dev/null
	events 0 <<<'1,2026-10-02T09:00:00Z,job_closed,K1,,'
	contact-add -q -k job ext.generic=K1 status=Open >/dev/null
	contact-status -q --client Active ann@example.com
	events 0 <<<'1,2026-10-02T09:00:00Z,job_closed,K1,,'
	statuses_are Active/Prospect
}

@test "TR-44 a later event under the id of one that was taken is skipped EXISTS" {
	events 0 <<<'1,2026-10-01T08:00:00Z,job_created,K1,ann@example.com,'
	events 0 --results - <<<'1,2026-10-02T08:00:00Z,job_closed,K1,,'
	stdout_is 'line,action,id,key,code,message,changed
2,skipped,4,1,EXISTS,the event was taken in revision 3 and said otherwise,'
	events 3 <<-'END'
	2,2026-10-02T08:00:00Z,job_closed,K1,,
	2,2026-10-02T08:00:00Z,job_reopened,K1,,
	2,2026-10-02T08:00:00Z,job_closed,K1,,
	END
	stderr_has '^contact-status: events.csv:3: line 2 is the same record and says otherwise .* \(DUP_IN_FILE\)$'
	statuses_are Past/Prospect
}

@test "job_created of a job that is there is taken and changes nothing" {
	contact-add -q -k job ext.ats=K1 contact=bob@example.com >/dev/null
	events 0 --results - <<<'1,,job_created,ats:K1,ann@example.com,'
	stdout_is 'line,action,id,key,code,message,changed
2,created,4,1,EXISTS,job #3 is there already,event_id event job contact'
	statuses_are 'Not Applicable/Prospect'
}

@test "events out of order: what is not there yet is in error, and can be fed back" {
	events 3 --errors errors.csv <<-'END'
	7,2026-10-02T09:00:00Z,job_closed,K1,,
	8,2026-10-03T09:00:00Z,end_assignment,K2,ann@example.com,
	9,2026-10-01T09:00:00Z,job_created,K2,bob@example.com,
	10,2026-10-03T09:00:00Z,end_assignment,K2,ann@example.com,
	END
	stderr_is 'contact-status: events.csv:2: job: no job answers to "K1" (UNKNOWN_JOB)
contact-status: events.csv:3: job: no job answers to "K2" (UNKNOWN_JOB)
contact-status: events.csv:5: #1 has no placement on job #3: no closing_report came before (OUT_OF_ORDER)
contact-status: read=4 created=1 updated=0 unchanged=0 skipped=0 errors=3 also=2 rev=3 in # s'
	events 0 <<-'END'
	5,2026-10-01T08:00:00Z,job_created,K1,ann@example.com,
	6,2026-10-01T09:00:00Z,closing_report,K2,ann@example.com,Consultant
	END
	expect 0 contact-status -q --events errors.csv
	statuses_are 'Past/Consult Hot'
}

@test "OUT_OF_ORDER an event older than the last one of the job is taken, and said" {
	events 0 --results - <<-'END'
	1,2026-10-01T08:00:00Z,job_created,K1,ann@example.com,
	2,2026-10-03T08:00:00Z,job_edited,K1,ann@example.com,
	3,2026-10-02T08:00:00Z,job_closed,K1,,
	END
	stdout_has '^4,created,6,3,OUT_OF_ORDER,"a later event of the job was taken before, that of 2026-10-03T08:00:00Z",'
	statuses_are Past/Prospect
}

@test "an event file half written ends inside a quoted field: that row is in error, those before are taken" {
	printf 'event_id,at,event,job,contact,employment\n1,2026-10-01T08:00:00Z,job_created,K1,ann@example.com,\n2,2026-10-02T08:00:00Z,"job_clo' >events.csv
	expect 3 contact-status --events events.csv
	stderr_has '^contact-status: events.csv:3:3: .*\(BAD_QUOTING\)$'
	stderr_has 'read=2 created=1 .* errors=1 '
	statuses_are Active/Prospect
	printf 'event_id,at,event,job,contact,employment\n1,2026-10-01T08:00:00Z,job_created,K1,ann@example.com,\n2,2026-10-02T08:00:00Z,"job_closed",K1,,\n' >events.csv
	expect 0 contact-status -q --events events.csv
	statuses_are Past/Prospect
}

@test "what an event needs, and words that are none" {
	events 3 <<-'END'
	,,job_created,K1,ann@example.com,
	2,,,K1,ann@example.com,
	3,,job_created,,ann@example.com,
	4,,job_created,K1,,
	5,,job_exploded,K1,,
	6,,job_created,K1,zoe@example.com,
	7,,job_created,#99,ann@example.com,
	8,,job_created,K1,ann@example.com,
	9,,closing_report,K1,ann@example.com,
	10,soon,job_closed,K1,,
	11,,closing_report,K1,ann@example.com,Permanent
	12,,end_assignment,K1,ann@example.com,
	END
	stderr_is 'contact-status: events.csv:2: a status_event needs event_id (REQUIRED)
contact-status: events.csv:3: event: an event needs one (REQUIRED)
contact-status: events.csv:4: job: an event needs one (REQUIRED)
contact-status: events.csv:5: contact: this event needs one (REQUIRED)
contact-status: events.csv:6:3: event: "job_exploded" is none of job_created, job_edited, job_closed, job_reopened, closing_report, end_assignment (BAD_VALUE)
contact-status: events.csv:7: contact: no contact answers to "zoe@example.com" (UNKNOWN_CONTACT)
contact-status: events.csv:8: job: there is no record #99 (UNKNOWN_JOB)
contact-status: events.csv:10: employment: a closing_report needs one (REQUIRED)
contact-status: events.csv:11:2: at: "soon" is no date (BAD_VALUE)
contact-status: events.csv:13: a permanent placement has no assignment that could end (NOT_TEMPORARY)
contact-status: read=12 created=2 updated=0 unchanged=0 skipped=0 errors=10 also=3 rev=3 in # s'
	statuses_are Active/Placed
}

@test "TR-40 TR-41 TR-42 by events: twice, another running, not to be used" {
	contact-status -q --candidate DNU ann@example.com
	events 0 --results - <<-'END'
	1,,job_created,K1,bob@example.com,
	2,,job_created,K2,bob@example.com,
	3,,closing_report,K1,ann@example.com,Consultant
	4,,closing_report,K2,ann@example.com,Consultant
	5,,closing_report,K2,ann@example.com,Consultant
	6,,end_assignment,K1,ann@example.com,
	7,,end_assignment,K1,ann@example.com,
	END
	cut -d , -f 1,2,5,6 stdout >codes
	same codes codes 'line,action,code,message
2,created,,
3,created,,
4,created,WAS_DNU,#1 was not to be used (DNU)
5,created,,
6,created,EXISTS,placement #9 is there already
7,created,STILL_ASSIGNED,#1 has another assignment running and stays assigned
8,created,,'
	statuses_are 'Not Applicable/Assigned'
}

@test "TR-44 an event that was taken does nothing, though its contact cannot be found any more" {
	events 0 <<<'1,2026-10-01T08:00:00Z,job_created,K1,ann@example.com,'
	contact-add -q --key id id=1 email=lee@example.com
	expect 0 contact-status --events events.csv
	stderr_is 'contact-status: read=1 created=0 updated=0 unchanged=1 skipped=0 errors=0 rev=4 in # s'
}

@test "temporary, then permanent on one job: the assignment can still be ended" {
	events 0 <<-'END'
	1,,job_created,K1,bob@example.com,
	2,,closing_report,K1,ann@example.com,Consultant
	3,,closing_report,K1,ann@example.com,Permanent
	4,,end_assignment,K1,ann@example.com,
	END
	statuses_are 'Not Applicable/Consult Hot'
}

@test "numbers of jobs are ids of the file's system, never of this store" {
	contact-add -q -k job ext.other=1 contact=bob@example.com >/dev/null
	contact-add -q -k job ext.other=X contact=bob@example.com >/dev/null
	events 0 <<-'END'
	1,,job_created,1,ann@example.com,
	2,,job_created,3,ann@example.com,
	3,,job_created,X,ann@example.com,
	END
	expect 0 contact-find -k job -c ext.generic,ext.other,contact.email
	stdout_is 'ext.generic,ext.other,contact.email
,1,bob@example.com
,X,bob@example.com
1,,ann@example.com
3,,ann@example.com
X,,ann@example.com'
	events 0 <<-'END'
	4,,job_closed,3,,
	5,,job_closed,1,,
	END
	expect 0 contact-find -H -k job -c ext.generic status=Closed
	stdout_is '1
3'
}

@test "days are those of the zone that the store is in" {
	contact-store -q set timezone=+02:00
	events 0 <<-'END'
	1,2026-10-05T22:30:00Z,job_created,K1,ann@example.com,
	2,2026-10-06T09:00:00Z,job_closed,K1,,
	END
	expect 0 contact-find -H -k job -c opened_on,closed_on
	stdout_is 2026-10-06,2026-10-06
}

@test "ids of the system that --map names, and SYSTEM:ID" {
	contact-add -q email=ann@example.com ext.ats=C1
	contact-add -q -k job ext.ats=1 contact=bob@example.com >/dev/null
	contact-add -q ext.hr=C1 email=bob@example.com >/dev/null
	events 0 --map generic:ats <<-'END'
	1,2026-10-01T08:00:00Z,job_created,K1,C1,
	2,2026-10-01T08:00:00Z,job_closed,1,,
	3,2026-10-01T08:00:00Z,job_created,hr:7,C1,
	END
	expect 0 contact-find -k job -c ext.ats,ext.hr,contact.email,status
	stdout_is 'ext.ats,ext.hr,contact.email,status
1,,bob@example.com,Closed
K1,,ann@example.com,Open
,7,ann@example.com,Open'
}

@test "X-30 undo takes events back, so that they can be taken again" {
	events 0 <<<'1,2026-10-01T08:00:00Z,job_created,K1,ann@example.com,'
	contact-store -q undo 3
	statuses_are 'Not Applicable/Prospect'
	expect 0 contact-status -q --events events.csv
	statuses_are Active/Prospect
}

# random_events SEED COUNT: rows of a life of a few jobs, contacts and placements.
random_events()
{
	awk -v seed="$1" -v count="$2" 'BEGIN {
		srand(seed)
		split("job_created job_created job_edited job_closed job_reopened closing_report end_assignment", kinds, " ")
		split("ann bob cy dee", people, " ")
		for (i = 1; i <= count; i++) {
			kind = kinds[1 + int(rand() * 7)]
			printf "%d,,%s,K%d,%s@example.com,%s\n", i, kind, 1 + int(rand() * 6),
			    people[1 + int(rand() * 4)], rand() < .7 ? "Consultant" : "Permanent"
		}
	}'
}

@test "a file of random events does what its events do one by one, and what the rules say" {
	seed=${SEED:-$RANDOM}
	echo "SEED=$seed"
	contact-add -q email=cy@example.com
	contact-add -q email=dee@example.com
	cp -R store single
	{ echo 'event_id,at,event,job,contact,employment'; random_events "$seed" 80; } >all.csv
	contact-status -q --events all.csv 2>/dev/null || [ $? -eq 3 ]
	tail -n +2 all.csv | while read -r row; do
		printf 'event_id,at,event,job,contact,employment\n%s\n' "$row" |
		    contact-status -q -s single --events - 2>/dev/null || [ $? -eq 3 ]
	done
	contact-find -c email,client_status,candidate_status >together
	contact-find -s single -c email,client_status,candidate_status >one-by-one
	same_output 'cat together' 'cat one-by-one'
	tail -n +2 all.csv | awk -F , '
		function settle(c,  j, open) {
			for (j in contact)
				open += contact[j] == c && state[j] == "open"
			client[c] = open > 0 ? "Active" : "Past"
		}
		function running(c,  p, n) {
			for (p = 1; p <= placements; p++)
				n += who[p] == c && form[p] == "Consultant" && !ended[p]
			return n
		}
		# Of that employment the last that has not ended, else the last.
		function find(j, c, f,  p, found) {
			for (p = 1; p <= placements; p++)
				if (on[p] == j && who[p] == c && form[p] == f && (!found || !ended[p]))
					found = p
			return found
		}
		$3 == "job_created" && !($4 in state) { state[$4] = "open"; contact[$4] = $5; client[$5] = "Active"; next }
		!($4 in state) { next }
		$3 == "job_edited" { contact[$4] = $5 }
		$3 == "job_closed" && state[$4] == "open" { state[$4] = "closed"; settle(contact[$4]) }
		$3 == "job_reopened" { state[$4] = "open" }
		$3 == "closing_report" {
			p = find($4, $5, $6)
			if (!p || ended[p]) {
				on[++placements] = $4; who[placements] = $5; form[placements] = $6
				candidate[$5] = $6 == "Consultant" ? "Assigned" : "Placed"
			}
		}
		$3 == "end_assignment" {
			p = find($4, $5, "Consultant")
			if (p && !ended[p]) {
				ended[p] = 1
				if (running($5) == 0)
					candidate[$5] = "Consult Hot"
			}
		}
		END {
			print "email,client_status,candidate_status"
			n = split("ann bob cy dee", people, " ")
			for (i = 1; i <= n; i++) {
				c = people[i] "@example.com"
				print c "," (c in client ? client[c] : "Not Applicable") "," \
				    (c in candidate ? candidate[c] : "Prospect")
			}
		}' >model
	same_output 'cat model' 'cat together'
}

@test "OUT_OF_ORDER whichever event of the job was the latest, not only the one before" {
	events 0 --results - <<-'END'
	1,2026-10-01T08:00:00Z,job_created,K1,ann@example.com,
	2,2026-10-03T10:00:00Z,job_closed,K1,,
	3,2026-10-02T08:00:00Z,job_reopened,K1,,
	4,2026-10-02T09:00:00Z,job_closed,K1,,
	END
	stdout_has '^5,created,7,4,OUT_OF_ORDER,'
	events 0 --results - <<<'5,2026-10-03T09:00:00Z,job_edited,K1,,'
	stdout_has '^2,created,8,5,OUT_OF_ORDER,"a later event of the job was taken before, that of 2026-10-03T10:00:00Z",'
}

@test "a bare id is of the map's system, though an event before named a job of another" {
	contact-add -q -k job ext.hr=0 >/dev/null
	events 0 --map generic:ats <<-'END'
	1,,job_created,hr:17,ann@example.com,
	2,,job_created,17,bob@example.com,
	3,,job_closed,17,,
	END
	expect 0 contact-find -H -k job -c ext.hr,ext.ats,contact.email,status opened_on=*
	stdout_is '17,,ann@example.com,Open
,17,bob@example.com,Closed'
}

@test "an id with a colon is of the map's system, unless the store knows the system before it" {
	printf 'Job ID,Status,Contact Email\nREQ:1,Open,ann@example.com\n' >jobs.csv
	contact-status -q --map generic:ats --jobs jobs.csv
	events 0 --map generic:ats <<-'END'
	1,,job_closed,REQ:1,,
	2,,job_created,REQ:2,ann@example.com,
	3,,job_created,https://x/1,ann@example.com,
	4,,job_created,me@example.com,ann@example.com,
	5,,job_created,:5,ann@example.com,
	6,,job_created,a:,ann@example.com,
	7,,job_closed,me@example.com,,
	END
	before=$(store_digest)
	expect 0 contact-status -q --map generic:ats --events events.csv
	[ "$(store_digest)" = "$before" ]
	expect 0 contact-find -H -o tsv -k job -c ext.ats,status
	stdout_is 'REQ:1	Closed
REQ:2	Open
https://x/1	Open
me@example.com	Closed
:5	Open
a:	Open'
}

@test "without a map an id says which system it is of, and makes that known" {
	events 0 <<-'END'
	1,,job_created,ats:1,ann@example.com,
	2,,job_created,https://x/1,ann@example.com,
	END
	expect 0 contact-find -k job -c ext.ats,ext.generic
	stdout_is 'ext.ats,ext.generic
1,
,https://x/1'
}

@test "the id beside the job is the one that it gets" {
	printf 'event_id,event,job,Job ID,contact\n1,job_created,Cook,REQ:9,ann@example.com\n' >e.csv
	expect 0 contact-status -q --map generic:ats --events e.csv
	expect 0 contact-find -H -k job -c ext.ats
	stdout_is REQ:9
}

@test "CS-4 a job that an event made by a short Salesforce id is the one of the export" {
	events 0 --map generic:salesforce <<<'1,,job_created,a0B00000000aBc2,ann@example.com,'
	printf 'ext.salesforce,contact,status\na0B00000000aBc2EAE,ann@example.com,Closed\n' >jobs.csv
	expect 0 contact-status --jobs jobs.csv
	stderr_has 'created=0 updated=1'
	events 0 --map generic:salesforce <<<'2,,job_reopened,a0B00000000aBc2,,'
	expect 0 contact-find -H -k job -c ext.salesforce,status
	stdout_is a0B00000000aBc2EAE,Open
}

@test "a map of another system says whose ids events have" {
	events 0 --map bullhorn <<<'1,,job_created,17,ann@example.com,'
	events 0 --map salesforce:emea <<<'2,,job_created,18,ann@example.com,'
	expect 0 contact-find -k job -c ext.bullhorn,ext.emea
	stdout_is 'ext.bullhorn,ext.emea
17,
,18'
}

@test "a contact that does not matter to the event need not be there" {
	events 0 <<-'END'
	1,,job_created,K1,ann@example.com,
	2,,job_closed,K1,left@example.com,
	END
	statuses_are Past/Prospect
}

@test "a hundred systems of jobs are none too many, and each keeps its ids" {
	seq 100 | sed 's/.*/&,,job_created,s&:1,ann@example.com,/' | events 0
	expect 0 contact-status -q --map generic:s99 --events - <<-'END'
	event_id,event,job
	x,job_closed,1
	END
	expect 0 contact-find -H -k job -c ext.s99 status=Closed
	stdout_is 1
	for title in Cook Chef; do
		printf 'ext.crm,email,title\n5,%s@example.com,%s\n' $title $title | contact-add -q >/dev/null
	done
	expect 0 contact-find -H -c title ext.crm=5
	stdout_is Chef
	expect 0 contact-store check
}

@test "a job that is named by its number in this store is there already" {
	contact-add -q -k job ext.ats=1 >/dev/null
	events 0 --results - <<<'1,,job_created,#3,ann@example.com,'
	stdout_has ',EXISTS,job #3 is there already,'
	events 3 <<<'2,,job_created,#99,ann@example.com,'
	stderr_has 'there is no record #99 \(UNKNOWN_JOB\)'
}
