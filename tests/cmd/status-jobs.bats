#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
#
# What jobs do to the client status of their contacts, whichever program writes
# the job (TR-23 to TR-33), and nightly snapshots of jobs (TR-44).

load support

prepare()
{
	contact-add -q email=ann@example.com name='Ann Lee' client_status=Prospect
	contact-add -q email=bob@example.com name='Bob Ray'
	contact-add -q email=cy@example.com name='Cy Fox'
}

# clients: the client status of Ann, Bob and Cy.
clients()
{
	contact-find -H -c client_status | paste -sd /
}

clients_are()
{
	[ "$(clients)" = "$1" ] || { echo "statuses are $(clients), not $1" && false; }
}

# job ID [FIELD=VALUE...]: by contact-add, one run.
job()
{
	contact-add -q -k job "ext.ats=$1" "${@:2}" >/dev/null
}

# snapshot OPTION... : rows of jobs.csv on standard input, without the header.
snapshot()
{
	{ echo 'ext.ats,title,organization,contact,status' && cat; } >jobs.csv
	expect 0 contact-status -q --jobs jobs.csv "$@"
}

@test "TR-23 a job that is created naming a contact makes it Active, whatever it was" {
	for status in Active 'Not Applicable' Past Prospect; do
		contact-add -q email=ann@example.com "client_status=$status"
		job "$status" contact=ann@example.com
		clients_are 'Active/Not Applicable/Not Applicable'
	done
}

@test "TR-23 a job without a contact changes nobody, and neither does naming one later" {
	job J1 title=Cook
	job J1 contact=ann@example.com
	clients_are 'Prospect/Not Applicable/Not Applicable'
}

@test "TR-24 editing a job to name another contact changes nobody" {
	job J1 contact=ann@example.com
	job J1 contact=bob@example.com
	clients_are 'Active/Not Applicable/Not Applicable'
	expect 0 contact-find -k job -c contact.email,status
	stdout_is 'contact.email,status
bob@example.com,Open'
}

@test "TR-25 TR-26 it stays Active while any job is open, and becomes Past with the last" {
	job J1 contact=ann@example.com
	job J2 contact=ann@example.com status='On Hold'
	job J1 status=Filled
	clients_are 'Active/Not Applicable/Not Applicable'
	job J2 status=Closed
	clients_are 'Past/Not Applicable/Not Applicable'
}

@test "TR-26 putting a job on hold does not close it" {
	job J1 contact=ann@example.com
	job J1 status=on_hold
	clients_are 'Active/Not Applicable/Not Applicable'
}

@test "TR-26 a custom job status is open or not as it says" {
	contact-add -q -k picklist name=job.status value=Paused open=yes
	contact-add -q -k picklist name=job.status value=Dropped
	job J1 contact=ann@example.com
	job J1 status=paused
	clients_are 'Active/Not Applicable/Not Applicable'
	job J1 status=dropped
	clients_are 'Past/Not Applicable/Not Applicable'
}

@test "TR-27 Active and Past apply though they are hidden and custom values exist" {
	contact-add -q -k picklist name=client_status value=Active hidden=yes
	contact-add -q -k picklist name=client_status value=Past hidden=yes
	contact-add -q -k picklist name=client_status value='Key Account'
	contact-add -q email=ann@example.com client_status='Key Account'
	job J1 contact=ann@example.com
	clients_are 'Active/Not Applicable/Not Applicable'
	job J1 status=Closed
	clients_are 'Past/Not Applicable/Not Applicable'
}

@test "TR-29 a job created already closed leaves Past, and Active where another is open" {
	job J1 contact=ann@example.com status=Closed
	job J2 contact=bob@example.com
	contact-add -q email=bob@example.com client_status=Prospect
	job J3 contact=bob@example.com status=Filled
	clients_are 'Past/Active/Not Applicable'
}

@test "TR-30 re-opening a job is an edit and changes nobody" {
	job J1 contact=ann@example.com
	job J1 status=Closed
	job J1 status=Open
	clients_are 'Past/Not Applicable/Not Applicable'
	job J1 status=Closed
	clients_are 'Past/Not Applicable/Not Applicable'
}

@test "TR-31 put on an open job by an edit, then all closed: Past" {
	job J1 contact=ann@example.com
	job J1 contact=bob@example.com
	job J1 status=Closed
	clients_are 'Active/Past/Not Applicable'
}

@test "TR-31 one edit that names another contact and closes the job closes it for that one" {
	job J1 contact=ann@example.com
	job J1 contact=bob@example.com status=Closed
	clients_are 'Active/Past/Not Applicable'
}

@test "TR-32 taken by an edit off its last open job: nothing, and --check shows it" {
	job J1 contact=ann@example.com
	job J1 contact=bob@example.com
	clients_are 'Active/Not Applicable/Not Applicable'
	expect 0 contact-status --check
	stdout_is 'finding,id,name,client_status,jobs,open_jobs
disagrees,1,Ann Lee,Active,0,0
note,2,Bob Ray,Not Applicable,1,1'
	stderr_is ''
}

@test "TR-33 a person may set it by hand, and the next job event overrides" {
	job J1 contact=ann@example.com
	contact-status -q --client Prospect ann@example.com
	clients_are 'Prospect/Not Applicable/Not Applicable'
	job J1 title=Cook
	clients_are 'Prospect/Not Applicable/Not Applicable'
	job J2 contact=ann@example.com
	clients_are 'Active/Not Applicable/Not Applicable'
	contact-status -q --client Prospect ann@example.com
	job J2 status=Closed
	clients_are 'Active/Not Applicable/Not Applicable'
	contact-status -q --client Prospect ann@example.com
	job J1 status=Closed
	clients_are 'Past/Not Applicable/Not Applicable'
}

@test "TR-49 history and --diff tell old, new, cause and job" {
	job J1 contact=ann@example.com
	contact-add -q -k job ext.ats=J1 status=Closed --diff diff.csv
	same diff diff.csv 'line,id,name,field,from,to,cause,job
1,4,,status,Open,Closed,row,
1,1,Ann Lee,client_status,Active,Past,job,4'
	expect 0 contact-find --history -c field,from,to,cause,job,who,program 1
	stdout_has "^client_status,Prospect,Active,job,4,$(id -un),contact-add$"
	stdout_has "^client_status,Active,Past,job,4,$(id -un),contact-add$"
}

@test "TR-44 a snapshot of jobs makes jobs and organizations and changes statuses" {
	snapshot --diff diff.csv <<-'END'
	J1,Cook,Acme,ann@example.com,Open
	J2,Chef,Acme,ann@example.com,Closed
	J3,Clerk,Bolt,bob@example.com,Closed
	END
	clients_are 'Active/Past/Not Applicable'
	same diff diff.csv 'line,id,name,field,from,to,cause,job
2,1,Ann Lee,client_status,Prospect,Active,job,5
4,2,Bob Ray,client_status,Not Applicable,Past,job,8'
	expect 0 contact-find -k organization -c name
	stdout_is 'name
Acme
Bolt'
}

@test "TR-44 X-14 the same snapshot again: no change, no revision, not a byte" {
	snapshot <<-'END'
	J1,Cook,Acme,ann@example.com,Open
	J3,Clerk,Bolt,bob@example.com,Closed
	END
	before=$(store_digest)
	expect 0 contact-status --jobs jobs.csv --diff -
	stdout_is 'line,id,name,field,from,to,cause,job'
	stderr_is 'contact-status: read=2 created=0 updated=0 unchanged=2 skipped=0 errors=0 rev=4 in # s'
	[ "$(store_digest)" = "$before" ]
}

@test "TR-44 one row for each status that changed, however often it did in the file" {
	snapshot <<-'END'
	J1,Cook,Acme,ann@example.com,Open
	J2,Chef,Acme,ann@example.com,Open
	J3,Maid,Acme,ann@example.com,Open
	END
	snapshot --diff diff.csv <<-'END'
	J1,Cook,Acme,ann@example.com,Closed
	J2,Chef,Acme,ann@example.com,Closed
	J3,Maid,Acme,ann@example.com,Filled
	J4,Page,Acme,bob@example.com,Open
	END
	same diff diff.csv 'line,id,name,field,from,to,cause,job
4,1,Ann Lee,client_status,Active,Past,job,7
5,2,Bob Ray,client_status,Not Applicable,Active,job,8'
}

@test "TR-25 TR-26 TR-44 what is open after the snapshot counts, whichever row is first" {
	for order in cat tac; do
		contact-add -q email=ann@example.com client_status=Prospect
		printf '%s\n' "A$order,Cook,Acme,ann@example.com,Open" \
		    "B$order,Chef,Acme,bob@example.com,Open" | snapshot
		printf '%s\n' "A$order,Cook,Acme,ann@example.com,Closed" \
		    "B$order,Chef,Acme,ann@example.com,Open" | $order | snapshot
		clients_are 'Active/Active/Not Applicable'
		printf '%s\n' "B$order,Chef,Acme,ann@example.com,Closed" \
		    "A$order,Cook,Acme,ann@example.com,Open" | $order | snapshot
		clients_are 'Active/Active/Not Applicable'
		printf '%s\n' "A$order,Cook,Acme,bob@example.com,Open" \
		    "B$order,Chef,Acme,ann@example.com,Open" | $order | snapshot
		printf '%s\n' "A$order,Cook,Acme,cy@example.com,Open" \
		    "B$order,Chef,Acme,ann@example.com,Closed" | $order | snapshot
		clients_are 'Past/Active/Not Applicable'
	done
}

@test "a snapshot of a thousand jobs of one contact is no special case" {
	seq 1 1000 | sed 's/.*/J&,Cook,Acme,ann@example.com,Open/' >rows
	snapshot <rows
	sed 's/Open$/Closed/' rows | snapshot --diff diff.csv
	same diff diff.csv "line,id,name,field,from,to,cause,job
1001,1,Ann Lee,client_status,Active,Past,job,$(contact-find -H -k job -c id ext.ats=J1000)"
}

@test "UNKNOWN_CONTACT a job of somebody who is not there is rejected, the rest goes on" {
	cat >jobs.csv <<-'END'
	ext.ats,title,contact,status
	J1,Cook,zoe@example.com,Open
	J2,Chef,bob@example.com,Open
	J3,Maid,#999,Open
	J4,Page,crm:17,Open
	END
	expect 3 contact-status --jobs jobs.csv --errors errors.csv
	stderr_is 'contact-status: jobs.csv:2: contact: no contact answers to "zoe@example.com" (UNKNOWN_CONTACT)
contact-status: jobs.csv:4: contact: no contact answers to "#999" (UNKNOWN_CONTACT)
contact-status: jobs.csv:5: contact: no contact answers to "crm:17" (UNKNOWN_CONTACT)
contact-status: read=4 created=1 updated=0 unchanged=0 skipped=0 errors=3 also=1 rev=4 in # s'
	clients_are 'Prospect/Active/Not Applicable'
	contact-add -q email=zoe@example.com
	expect 3 contact-status -q --jobs errors.csv
	stdout_is ''
	expect 0 contact-find -H -c client_status zoe@example.com
	stdout_is Active
}

@test "BAD_STATUS an unknown job status names the values" {
	expect 3 contact-add -q -k job title=Cook status=Burning contact=ann@example.com
	stderr_is 'contact-add: status: "Burning" is none of Open, On Hold, Filled, Closed (BAD_STATUS)'
	clients_are 'Prospect/Not Applicable/Not Applicable'
}

@test "WRONG_KIND a job is nobody's contact" {
	job J1 title=Cook
	expect 3 contact-add -q -k job title=Maid contact=4
	stderr_is 'contact-add: contact: record 4 is no contact (WRONG_KIND)'
}

@test "TW-21 FROZEN a rejected contact keeps its status, and the job is stored" {
	contact-add -q email=dee@example.com approval=Rejected
	expect 0 contact-add -k job title=Cook contact=dee@example.com --results -
	stdout_is 'line,action,id,key,code,message,changed
1,created,5,,FROZEN,"#4 is rejected, its status stays as it is",title contact status'
	expect 0 contact-find -H -c client_status 4
	stdout_is 'Not Applicable'
}

@test "a contact is meant by e-mail, by id, by the id that another system gave it" {
	contact-add -q email=cy@example.com ext.ats=C7 ext.crm=9
	cat >jobs.csv <<-'END'
	ext.ats,contact
	J1,CY@Example.com
	J2,#3
	J3,crm:9
	J4,C7
	J5,3
	END
	expect 0 contact-status -q --jobs jobs.csv
	expect 0 contact-find -k job --count contact=cy@example.com
	stdout_is 5
	clients_are 'Prospect/Not Applicable/Active'
}

@test "an id without its system is one of the file's own system before one of this store" {
	contact-add -q email=bob@example.com ext.ats=3
	printf 'ext.ats,contact\nJ1,3\n' >jobs.csv
	expect 0 contact-status -q --jobs jobs.csv
	clients_are 'Prospect/Active/Not Applicable'
	printf 'ext.other,contact\nK1,1\n' >jobs.csv
	expect 0 contact-status -q --jobs jobs.csv
	clients_are 'Active/Active/Not Applicable'
}

@test "X-30 undo takes a night back, statuses too" {
	snapshot <<-'END'
	J1,Cook,Acme,ann@example.com,Open
	J3,Clerk,Bolt,bob@example.com,Closed
	END
	contact-store dump >after
	expect 0 contact-store undo 4
	clients_are 'Prospect/Not Applicable/Not Applicable'
	expect 1 contact-find -k job --count
	expect 0 contact-store undo 5
	contact-store dump >again
	same_output 'cat after' 'cat again'
}

@test "a dump brings back which job a status is of" {
	job J1 contact=ann@example.com
	contact-store dump >dump
	contact-store -s other load <dump 2>/dev/null
	contact-store -s other dump >again
	same_output 'cat dump' 'cat again'
	grep -q 'client_job' dump
}

@test "--close-missing closes open jobs that the snapshot no longer has" {
	snapshot <<-'END'
	J1,Cook,Acme,ann@example.com,Open
	J2,Chef,Acme,bob@example.com,On Hold
	J3,Maid,Acme,cy@example.com,Closed
	END
	job other contact=cy@example.com
	contact-add -q -k job ext.hr=other contact=cy@example.com title=Boss >/dev/null
	snapshot --close-missing --results - --diff diff.csv <<-'END'
	J1,Cook,Acme,ann@example.com,Open
	J3,Maid,Acme,cy@example.com,Closed
	other,,,cy@example.com,Open
	END
	stdout_is 'line,action,id,key,code,message,changed
2,unchanged,5,J1,,,
3,unchanged,7,J3,,,
4,unchanged,8,other,,,
,updated,6,J2,MISSING,no longer in the snapshot: closed,status closed_on'
	same diff diff.csv 'line,id,name,field,from,to,cause,job
,2,Bob Ray,client_status,Active,Past,job,6'
	expect 0 contact-find -H -k job -c status,closed_on ext.ats=J2
	stdout_is 'Closed,2026-10-05'
}

@test "--close-missing a row in error is there; one without an id that can be read closes nothing" {
	snapshot <<-'END'
	J1,Cook,Acme,ann@example.com,Open
	J2,Chef,Acme,bob@example.com,Open
	END
	printf 'ext.ats,title,contact,status\nJ1,Cook,ann@example.com,Burning\n' >jobs.csv
	expect 3 contact-status -q --jobs jobs.csv --close-missing
	expect 0 contact-find -H -k job -c ext.ats,status
	stdout_is 'J1,Open
J2,Closed'
	printf 'ext.ats,title,contact,status\nJ2,Chef,bob@example.com,Closed\n,Cook,ann@example.com,Open\n' >jobs.csv
	expect 3 contact-status -q --jobs jobs.csv --close-missing
	stderr_is 'contact-status: jobs.csv:3: the row has no id, so it would be another job each time (REQUIRED)
contact-status: no job was closed: 1 row has no id that can be read, so nothing is known to be missing'
	expect 0 contact-find -H -k job -c ext.ats,status ext.ats=J1
	stdout_is 'J1,Open'
}

@test "TR-44 X-14 a snapshot without ids is refused, since it would come anew every night" {
	printf 'title,contact,status\nCook,ann@example.com,Open\n' >jobs.csv
	expect 4 contact-status --jobs jobs.csv
	stderr_is 'contact-status: jobs.csv: no column has the id of a job in its system, so it would be another one each time (a column ext.SYSTEM has, and ids that the map knows with --map generic:SYSTEM)'
	printf 'Job ID,title,contact,status\nJ1,Cook,ann@example.com,Open\n' >jobs.csv
	expect 4 contact-status -q --jobs jobs.csv
	expect 0 contact-status -q --jobs jobs.csv --map generic:ats
	expect 0 contact-status -q --jobs jobs.csv --key 'Job ID'
	expect 0 contact-find -H -k job --count
	stdout_is 2
	expect 0 bash -c 'contact-find -k job -c id,rev,status | contact-status -q --jobs -'
}

@test "--close-missing a header alone, no id column, no snapshot: nothing is stored" {
	snapshot <<<'J1,Cook,Acme,ann@example.com,Open'
	echo 'ext.ats,title,contact,status' >empty.csv
	expect 4 contact-status --jobs empty.csv --close-missing
	stderr_is 'contact-status: empty.csv: no record in it but the header'
	printf 'title,contact,status\nCook,ann@example.com,Open\n' >jobs.csv
	expect 4 contact-status --jobs jobs.csv --close-missing
	stderr_is 'contact-status: jobs.csv: --close-missing: no column has the id of a job in an external system'
	expect 2 contact-status --close-missing --placements empty.csv
	stderr_has '^contact-status: --close-missing: needs --jobs FILE'
	expect 0 contact-find -H -k job -c status
	stdout_is Open
}

@test "--close-missing guard: more than 25 and 5 % are refused, --max and --yes set the limit" {
	seq 1 600 | sed 's/.*/J&,Cook,Acme,ann@example.com,Open/' >rows
	snapshot <rows
	{ echo 'ext.ats,title,organization,contact,status'; head -n 569 rows; } >jobs.csv
	before=$(store_digest)
	expect 4 contact-status --jobs jobs.csv --close-missing
	stderr_is 'contact-status: read=569 created=0 updated=0 unchanged=569 skipped=0 errors=0 in # s, nothing stored
contact-status: this would close 31 of 600 open jobs, and 30 is the limit: nothing was stored (--max N or N% sets another limit, --yes lifts it)'
	[ "$(store_digest)" = "$before" ]
	expect 4 contact-status -q --jobs jobs.csv --close-missing --max 30
	expect 4 contact-status -q --jobs jobs.csv --close-missing --max 5%
	expect 0 contact-status -q --jobs jobs.csv --close-missing --max 6% -n
	expect 0 contact-status -q --jobs jobs.csv --close-missing --yes -n
	expect 2 contact-status --jobs jobs.csv --close-missing --max many
	stderr_has '^contact-status: --max "many": neither a number of records nor a percentage$'
	expect 0 contact-status -q --jobs jobs.csv --close-missing --max 31
	expect 0 contact-find -k job --count status=Closed
	stdout_is 31
}

@test "--close-missing says whose status stays on the row of the job, and on no other" {
	contact-add -q email=dan@example.com approval=Rejected >/dev/null
	snapshot <<-'END'
	J1,Cook,Acme,dan@example.com,Open
	J2,Chef,Acme,ann@example.com,Open
	END
	sed -i 2d jobs.csv
	printf 'ext.ats,candidate,employment\nP1,nobody@example.com,Consultant\n' >placements.csv
	expect 3 contact-status --jobs jobs.csv --close-missing --placements placements.csv --results -
	stdout_is 'file,line,action,id,key,code,message,changed
jobs.csv,2,unchanged,7,J2,,,
jobs.csv,,updated,6,J1,MISSING,"no longer in the snapshot: closed; #4 is rejected, its status stays as it is",status closed_on
placements.csv,2,error,,P1,UNKNOWN_CONTACT,"candidate: no contact answers to ""nobody@example.com""",'
}

@test "--set names the contact of a file of more than a batch, in place of its own" {
	{ echo ext.ats,contact && seq 3000 | sed 's/$/,ann@example.com/'; } >jobs.csv
	expect 0 contact-add -q -k job --set contact=bob@example.com jobs.csv
	expect 0 contact-find -k job --count-by contact.email
	stdout_is 'contact.email,count
bob@example.com,3000'
}

@test "X-21 -n prints what the run would do, and stores nothing" {
	printf 'ext.ats,contact,status\nJ1,ann@example.com,Open\nJ2,zoe@example.com,Open\n' >jobs.csv
	before=$(store_digest)
	expect 3 contact-status -q -n --jobs jobs.csv
	cp stdout dry
	[ "$(store_digest)" = "$before" ]
	expect 3 contact-status -q --jobs jobs.csv --results -
	same_output 'cat dry' 'cat stdout'
}

@test "KIND.FIELD the contacts of open jobs, the jobs of a contact" {
	job J1 contact=ann@example.com title=Cook
	job J2 contact=bob@example.com title=Chef status=Closed
	expect 0 contact-find -H -c email job.status=Open
	stdout_is ann@example.com
	expect 0 contact-find -H -k job -c title contact=bob@example.com
	stdout_is Chef
	expect 0 contact-find -H -k job -c title contact.client_status=Active
	stdout_is Cook
	expect 0 contact-find --count 'job=*'
	stdout_is 2
}
