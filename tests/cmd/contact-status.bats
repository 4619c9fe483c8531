#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
#
# contact-status: selections, statuses set by hand, what it prints, mistakes.
# Jobs, placements and events have files of their own.

load support

prepare()
{
	contact-add -q <<-'END'
	email,name,ext.crm
	ann@example.com,Ann Lee,A1
	bob@example.com,Bob Ray,
	cy@example.com,Cy Fox,
	END
	printf 'email,organization\n%s@example.com,Acme\n%s@example.com,Acme\n' ann bob | contact-add -q
	contact-add -q email=bob@example.com client_status=Past
}

try="try 'contact-status --help'"

usage()
{
	local message=$1
	shift
	expect 2 contact-status "$@"
	stdout_is ''
	stderr_is "contact-status: $message
$try"
}

refused()
{
	local message=$1
	shift
	expect 4 contact-status "$@"
	stdout_is ''
	stderr_is "contact-status: $message"
}

summary()
{
	echo "contact-status: read=$(($1 + $2 + $3 + $4)) created=0 updated=$1 unchanged=$2 skipped=$3 errors=$4 rev=$5 in # s"
}

statuses_are()
{
	same_output "printf '%s\n' $(printf "'%s' " "$@")" \
	    "contact-find -H -o tsv -c client_status,candidate_status | tr '\t' /"
}

@test "TR-16 setting one picklist leaves the other" {
	expect 0 contact-status --client prospect ann@example.com
	stdout_is ''
	stderr_is "$(summary 1 0 0 0 4)"
	statuses_are Prospect/Prospect Past/Prospect 'Not Applicable/Prospect'
	expect 0 contact-status --candidate DNU organization=Acme
	stderr_is "$(summary 2 0 0 0 5)"
	statuses_are Prospect/DNU Past/DNU 'Not Applicable/Prospect'
}

@test "both at once, for everybody, and once more without a change" {
	expect 0 contact-status --client Active --candidate 'Consult Hot' --all
	statuses_are 'Active/Consult Hot' 'Active/Consult Hot' 'Active/Consult Hot'
	before=$(store_digest)
	expect 0 contact-status --client Active --candidate 'Consult Hot' --all
	stderr_is "$(summary 0 3 0 0 4)"
	[ "$(store_digest)" = "$before" ]
}

@test "TR-6 statuses are read in any case, with _ and - for a blank, N/A" {
	contact-status -q --candidate consult_WARM ann@example.com
	contact-status -q --candidate perm-passive bob@example.com
	contact-status -q --candidate n/a cy@example.com
	statuses_are 'Not Applicable/Consult Warm' 'Past/Perm Passive' 'Not Applicable/Not Applicable'
}

@test "BAD_STATUS an unknown status is a mistake of usage that names the values" {
	usage '--client client_status: "Boss" is none of Active, Not Applicable, Past, Prospect (BAD_STATUS)' \
	    --client Boss ann@example.com
	usage '--candidate: is empty' --candidate ' ' --all
}

@test "several names mean each, a query what it matches, a group in parentheses" {
	expect 0 contact-status --client Active ann@example.com 3
	stderr_is "$(summary 2 0 0 0 4)"
	statuses_are Active/Prospect Past/Prospect Active/Prospect
	expect 0 contact-status --client Past client_status=Active not organization=Acme
	statuses_are Active/Prospect Past/Prospect Past/Prospect
	expect 0 contact-status --client Prospect crm:A1
	statuses_are Prospect/Prospect Past/Prospect Past/Prospect
}

@test "nothing ever means all but --all" {
	usage 'which contacts? a QUERY, - for rows on standard input, or --all' --client Past
	usage "client_status=: no value: 'FIELD=*' means any, and not 'FIELD=*' none" --client Past client_status=
	usage 'ann: neither FIELD=VALUE, an id, an e-mail address nor SYSTEM:ID' --client Past ann
	usage '--all and 1: a selection is one or the other' --client Past --all 1
}

@test "a query that matches nothing is exit 1" {
	expect 1 contact-status --client Past zoe@example.com
	stderr_is "$(summary 0 0 0 0 3)"
	expect 1 contact-status organization=Bolt
	stdout_is 'id,name,client_status,candidate_status,type,cause'
	stderr_is ''
}

@test "AMBIGUOUS an address that several bear is refused as an operand and in rows" {
	contact-add -q --shared-email email=ann@example.com name='Zoe Poe'
	refused 'ann@example.com: #1 and #5 have it, name one by its id (AMBIGUOUS)' \
	    --client Past ann@example.com
	expect 4 contact-status ann@example.com
	pipeline 3 "printf 'email\nann@example.com\n' | contact-status -q --client Past -"
	stderr_is 'contact-status: stdin:2: #1 and #5 have this e-mail address (AMBIGUOUS)'
	pipeline 0 "printf 'email,id\nann@example.com,5\n' | contact-status -q --client Past -"
	expect 0 contact-find -H -c id client_status=Past
	stdout_is '2
5'
}

@test "rows choose by id, external id and e-mail, and what else they have is passed over" {
	pipeline 0 "contact-find organization=Acme | contact-status --client Active -"
	stderr_is "$(summary 2 0 0 0 4)"
	pipeline 0 "printf 'ext.crm;Name;Phone\nA1;Somebody Else;555\n' | contact-status --candidate dnu - --results -"
	stdout_is 'line,action,id,key,code,message,changed
2,updated,1,ann@example.com,,,candidate_status'
	expect 0 contact-find -H -c name,phone 1
	stdout_is 'Ann Lee,'
	pipeline 0 "contact-find -o json -c id,email client_status=Active | contact-status -q --client Past -"
	pipeline 0 "contact-find -o tsv email=cy@example.com | contact-status -q --client Past -"
	statuses_are Past/DNU Past/Prospect Past/Prospect
}

@test "headerless lines of digits are ids" {
	pipeline 0 "printf '1\n3\n' | contact-status -q --client Active - --results -"
	stdout_is 'line,action,id,key,code,message,changed
1,updated,1,ann@example.com,,,client_status
2,updated,3,cy@example.com,,,client_status'
	pipeline 0 "contact-find -H -c id organization=Acme | contact-status -q --client Past -"
	statuses_are Past/Prospect Past/Prospect Active/Prospect
}

@test "KEY_CONFLICT keys of one row have to agree; NO_MATCH and NO_SUCH_ID; WRONG_KIND" {
	cat >rows.csv <<-'END'
	id,ext.crm,email
	1,A1,ann@example.com
	1,,bob@example.com
	,A1,bob@example.com
	2,A1,
	3,,zoe@example.com
	,,zoe@example.com
	,Z9,
	99,,
	4,,
	,,
	END
	expect 3 contact-status --client Active --results results.csv - <rows.csv
	stderr_is "contact-status: stdin:3: the row means #1, its e-mail address is that of #2 (KEY_CONFLICT)
contact-status: stdin:4: the row means #1, its e-mail address is that of #2 (KEY_CONFLICT)
contact-status: stdin:5: the row means #2, its external id is that of #1 (KEY_CONFLICT)
contact-status: stdin:6: the row means #3, who has not its e-mail address (KEY_CONFLICT)
contact-status: stdin:9: id: there is no record 99 (NO_SUCH_ID)
contact-status: stdin:10: id: record 4 is no contact (WRONG_KIND)
$(summary 1 0 3 6 4)"
	cut -d , -f 1,2,5 results.csv >codes
	same codes codes 'line,action,code
2,updated,
3,error,KEY_CONFLICT
4,error,KEY_CONFLICT
5,error,KEY_CONFLICT
6,error,KEY_CONFLICT
7,skipped,NO_MATCH
8,skipped,NO_MATCH
9,error,NO_SUCH_ID
10,error,WRONG_KIND
11,skipped,EMPTY'
}

@test "X-38 STALE a row that knows another revision is refused" {
	contact-find -c id,rev,client_status >rows.csv
	contact-add -q email=ann@example.com title=CEO
	expect 3 contact-status -q --client Active - <rows.csv
	stderr_is 'contact-status: stdin:2: rev: the record was changed in revision 4, the row knows 2 (STALE)'
	statuses_are 'Not Applicable/Prospect' Active/Prospect Active/Prospect
}

@test "TR-17 rows carry their own values, and an invalid row changes neither" {
	cat >rows.csv <<-'END'
	email,client_status,candidate_status,name
	ann@example.com,Active,perm active,Else
	bob@example.com,Boss,DNU,
	cy@example.com,,Placed,
	END
	expect 3 contact-status - --diff diff.csv --errors errors.csv <rows.csv
	stderr_is "contact-status: stdin:3:2: client_status: \"Boss\" is none of Active, Not Applicable, Past, Prospect (BAD_STATUS)
$(summary 2 0 0 1 4)"
	statuses_are 'Active/Perm Active' Past/Prospect 'Not Applicable/Placed'
	same diff diff.csv 'line,id,name,field,from,to,cause,job
2,1,Ann Lee,client_status,Not Applicable,Active,row,
2,1,Ann Lee,candidate_status,Prospect,Perm Active,row,
4,3,Cy Fox,candidate_status,Prospect,Placed,row,'
	sed -i 's/Boss/Active/' errors.csv
	expect 0 contact-status -q - <errors.csv
	statuses_are 'Active/Perm Active' Active/DNU 'Not Applicable/Placed'
}

@test "with --client or --candidate the rows only choose" {
	pipeline 0 "printf 'id,client_status,candidate_status\n1,Active,Placed\n' | contact-status -q --candidate DNU -"
	statuses_are 'Not Applicable/DNU' Past/Prospect 'Not Applicable/Prospect'
}

@test "a header alone is a quiet night, nothing at all a failure of what came before" {
	expect 0 contact-status --client Past - <<<'id,email'
	stderr_is "$(summary 0 0 0 0 3)"
	refused 'stdin: no record' --client Past - </dev/null
	for kind in jobs placements events; do
		expect 0 contact-status -q "--$kind" - <<<'ext.ats,job,contact,candidate,event_id'
		refused 'stdin: no record' "--$kind" - </dev/null
	done
}

@test "no column that chooses is refused" {
	expect 4 contact-status -q --client Past - <<<$'name,city\nAnn Lee,Rome'
	stderr_has '^contact-status: stdin: no header found in the first 10 records: line 1 has "name", "city"$'
}

@test "who is archived can be chosen; TW-21 FROZEN who is rejected is skipped" {
	contact-add -q email=dee@example.com approval=Rejected
	expect 0 contact-status --client Past --results - 1 5
	stdout_is 'line,action,id,key,code,message,changed
,updated,1,ann@example.com,,,client_status
,skipped,5,dee@example.com,FROZEN,#5 is rejected,'
	stderr_is "$(summary 1 0 1 0 5)"
}

@test "a QUERY alone prints both statuses, the type and the last cause" {
	contact-add -q -k job contact=ann@example.com >/dev/null
	contact-status -q --candidate DNU bob@example.com
	expect 0 contact-status organization=Acme
	stdout_is 'id,name,client_status,candidate_status,type,cause
1,Ann Lee,Active,Prospect,C&C,job
2,Bob Ray,Past,DNU,C&C,row'
	stderr_is ''
	expect 0 contact-status -o json 3
	stdout_is '{"id":3,"name":"Cy Fox","client_status":"Not Applicable","candidate_status":"Prospect","type":"Candidate","cause":"row"}'
	contact-add -q email=ann@example.com title=CEO
	expect 0 contact-status -o tsv 1
	stdout_has 'job$'
}

@test "the last cause is not known where it was pruned" {
	contact-status -q --client Active 1
	contact-add -q email=ann@example.com title=CEO
	CONTACT_NOW=2027-10-05T12:00:00Z contact-add -q email=ann@example.com title=CFO
	CONTACT_NOW=2027-10-06T12:00:00Z contact-store -q prune --older 1mo --yes
	expect 0 contact-status -o tsv 1
	stdout_has $'C&C\t$'
}

@test "TR-52 --check finds who disagrees, --reconcile makes those Past and nothing else" {
	contact-add -q -k job ext.ats=J1 contact=ann@example.com >/dev/null
	contact-add -q -k job ext.ats=J2 contact=cy@example.com >/dev/null
	contact-add -q -k job ext.ats=J1 status=Closed >/dev/null
	contact-status -q --client Active ann@example.com bob@example.com
	contact-status -q --client Prospect cy@example.com
	expect 0 contact-status --check
	stdout_is 'finding,id,name,client_status,jobs,open_jobs
disagrees,1,Ann Lee,Active,1,0
note,3,Cy Fox,Prospect,1,1'
	expect 0 contact-status --reconcile --all --diff - --results results.csv
	stdout_is 'line,id,name,field,from,to,cause,job
,1,Ann Lee,client_status,Active,Past,reconcile,'
	same results results.csv 'line,action,id,key,code,message,changed
,updated,1,ann@example.com,,,client_status
,unchanged,2,bob@example.com,,,
,unchanged,3,cy@example.com,,,'
	statuses_are Past/Prospect Active/Prospect Prospect/Prospect
	expect 0 contact-status --check
	stdout_is 'finding,id,name,client_status,jobs,open_jobs
note,3,Cy Fox,Prospect,1,1'
	expect 0 contact-status 1
	stdout_has ',reconcile$'
}

@test "TR-52 that an Active contact had a job is known after dump and load, whoever set the status" {
	contact-status -q --client Active ann@example.com
	contact-add -q -k job ext.ats=J1 contact=ann@example.com >/dev/null
	contact-add -q -k job ext.ats=J1 contact=cy@example.com >/dev/null
	contact-store dump >dump
	contact-store -q -s loaded load <dump
	expect 0 contact-status -s loaded --check
	stdout_has '^disagrees,1,Ann Lee,Active,'
}

@test "TR-52 --reconcile of a selection, rows too; an Active contact that never had a job agrees" {
	contact-add -q -k job ext.ats=J1 contact=ann@example.com >/dev/null
	contact-add -q -k job ext.ats=J1 contact=cy@example.com >/dev/null
	contact-status -q --client Active bob@example.com
	usage 'which contacts? a QUERY, - for rows on standard input, or --all' --reconcile
	expect 0 contact-status --reconcile 2
	stderr_is "$(summary 0 1 0 0 6)"
	pipeline 0 "printf 'id,client_status\n1,Active\n2,Active\n' | contact-status --reconcile -"
	stderr_is "$(summary 1 1 0 0 7)"
	statuses_are Past/Prospect Active/Prospect 'Not Applicable/Prospect'
}

@test "rows that say whom to change but not what are refused" {
	printf 'id,status\n1,Active\n' >rows.csv
	pipeline 4 'contact-status - <rows.csv'
	stderr_is 'contact-status: stdin: no column client_status or candidate_status, so the rows say whom to change, but not what'
	pipeline 4 'seq 3 | contact-status -'
}

@test "X-21 -n shows what would be set, and stores nothing" {
	before=$(store_digest)
	expect 0 contact-status -n --client Active organization=Acme
	stdout_is 'line,action,id,key,code,message,changed
,updated,1,ann@example.com,,,client_status
,updated,2,bob@example.com,,,client_status'
	[ "$(store_digest)" = "$before" ]
}

@test "X-30 one run is one revision and can be undone" {
	contact-status -q --client Active --candidate DNU --all
	expect 0 contact-store undo 4
	statuses_are 'Not Applicable/Prospect' Past/Prospect 'Not Applicable/Prospect'
}

@test "options: mistakes are exit 2, one line that names the option" {
	printf 'ext.ats\n' >f
	usage '--client and --jobs contradict each other' --client Past --jobs f
	usage '--values and --check contradict each other' --values --check
	usage '--check and --reconcile contradict each other' --check --reconcile 1
	usage '1: --values takes no selection' --values 1
	usage '1: --check takes no selection' --check 1
	usage '1: --jobs takes no selection' --jobs f 1
	usage '--kind organization: only contacts have statuses' -k organization --client Past 1
	usage '--errors: needs one file at a time, jobs, placements or events' --jobs f --events f --errors e
	usage '--jobs: is given twice' --jobs f --jobs g
	usage '-: only one of --jobs, --placements and --events is standard input' --jobs - --events -
	usage '--max: is a limit for --close-missing, which is not given' --jobs f --max 3
	usage '--key: is for files; rows choose by id, ext.NAME and email' --client Past --key email -
	usage '--results: nothing is changed (--client, --candidate, a file or --reconcile would)' --all --results r
	usage '--dry-run: nothing is changed (--client, --candidate, a file or --reconcile would)' -n --check
	usage '--max and --yes contradict each other' --jobs f --close-missing --max 3 --yes
	refused 'nowhere.csv: No such file or directory' --jobs nowhere.csv
}

@test "another kind of file is refused: people given as jobs, jobs as placements" {
	expect 4 contact-status -q --jobs "$examples/salesforce-contacts.csv"
	stderr_has 'this looks like a Salesforce Contact export \(contact\), not job: contact-add -k contact reads it$'
	expect 4 contact-status -q --placements "$examples/bullhorn-jobs.csv"
	stderr_has 'this looks like a Bullhorn .* \(job\), not placement: give it as --jobs$'
}

@test "no store: reading is exit 5, a first run makes one" {
	expect 5 contact-status -s none --all
	stderr_is "contact-status: no store at none"
	expect 0 contact-status -q -s new --jobs - <<<'ext.ats,title'
}

@test "/dev/full: what cannot be written is exit 5" {
	for what in --all --values --check; do
		expect 5 bash -c "contact-status $what >/dev/full"
		stderr_has 'standard output'
	done
}

@test "a table at 80 columns has the banner and its colour" {
	contact-store -q set banner_both='client & candidate' banner_both_color=red
	expect 0 contact-status -o table --color=always 2
	stdout_has $'Bob Ray +Past +Prospect +\e\\[31mclient & candidate *\e\\[0m +row$'
	expect 0 contact-status -o csv --color=always 2
	stdout_has '^2,Bob Ray,Past,Prospect,C&C,row$'
}
