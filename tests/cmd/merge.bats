#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
#
# contact-edit --merge and --not-duplicate: what is decided of two records, and what
# follows from it (X-34, X-17).

load support

head='line,action,id,key,code,message,changed'

# person FIELD=VALUE...: prints its id.
person()
{
	contact-add --mode create --shared-email "$@" 2>/dev/null
}

# merged RESULT KEEP OTHER: what becomes of one merge.
merged()
{
	contact-edit -q --merge "$2" "$3" --results result 2>message || [ $? -eq 3 ]
	tail -n +2 result >rows
	same result rows "$1"
}

# is VALUES COLUMNS ID
is()
{
	expect 0 contact-find -H -c "$2" "$3"
	stdout_is "$1"
}

# back: undoing the last run gives the dump that was kept before it.
keep() { contact-store dump >before.dump; }
back()
{
	contact-store undo -q "$(contact-store -q log | tail -n 1 | cut -d, -f1)"
	contact-store dump | diff before.dump -
}

@test "X-34 what KEEP lacks is filled, its values win, lists are united" {
	person email=ann@a.example first_name=Ann last_name=Lee title=CEO labels='vip;Boss' attr.size=M
	person email=a.lee@b.example first_name=Ann last_name=Lee title=CTO phone=5550100 labels='boss;new' \
	    attr.size=L attr.shirt=red other_emails='ann@a.example;x@y.example'
	keep
	expect 0 contact-edit --merge 1 2 --results -
	stdout_is "$head
,merged,1,ann@a.example,,,other_emails phone labels attr.shirt"
	stderr_is 'contact-edit: read=1 created=0 updated=0 merged=1 unchanged=0 skipped=0 errors=0 rev=3 in # s'
	is 'CEO,5550100,vip;Boss;new,a.lee@b.example;x@y.example,M,red' title,phone,labels,other_emails,attr.size,attr.shirt 1
	expect 0 contact-find --count
	stdout_is 1
	back
}

@test "X-14 X-34 the file that both came from changes nothing after the merge" {
	printf '%s\n' email,name ann@x.example,'Ann Lee' ann@home.example,'Ann Lee' >people.csv
	contact-add -q people.csv
	contact-edit -q --merge 1 2
	keep
	expect 0 contact-add people.csv
	stderr_is 'contact-add: read=2 created=0 updated=0 unchanged=2 skipped=0 errors=0 rev=2 in # s'
	contact-store dump | diff before.dump -
	is ann@x.example,ann@home.example email,other_emails 1
}

@test "X-34 a name, an address and an extension are filled where the two agree on the rest" {
	person email=a@a.example first_name=Ann city=Ulm phone=5550100
	person email=b@b.example first_name=Ann middle_name=B. last_name=Lee street='1 Main' city=Ulm phone=5550100 phone_ext=7
	person email=c@c.example first_name=Carl middle_name=D. last_name=Lee street='2 High' city=Bonn postal_code=53111
	contact-edit -q --merge 1 2
	is 'Ann B. Lee,1 Main,Ulm,7' name,street,city,phone_ext 1
	contact-edit -q --merge 1 3
	is 'Ann B. Lee,1 Main,Ulm,' name,street,city,postal_code 1
}

@test "X-34 an address that KEEP lacks is taken with what is known of it" {
	person name='Ann Lee'
	person email=ann@a.example email_status=Bounced
	contact-edit -q --merge 1 2
	is 'ann@a.example,,Bounced' email,other_emails,email_status 1
	person email=B@A.example email_status=Bounced
	contact-edit -q --merge 1 3
	person email=c@c.example
	contact-edit -q --merge 4 1
	is 'c@c.example,ann@a.example;B@A.example,' email,other_emails,email_status 4
}

@test "X-17 merges keep the stricter: do_not_email, do_not_call, DNU, a complaint, no_mail attributes" {
	contact-add -q -k attribute name=no_fax type=flag no_mail=true
	person email=a@a.example do_not_email=false attr.no_fax=false candidate_status='Consult Hot'
	person email=b@b.example do_not_email=true do_not_call=true attr.no_fax=true email_status=Complained
	person email=c@c.example candidate_status=DNU do_not_email=false
	keep
	contact-edit -q --merge 2 3
	is 'true,true,true,Complained,false' do_not_email,do_not_call,attr.no_fax,email_status,mailable 2
	back
	contact-edit -q --merge 2 4
	is 'false,DNU,false' do_not_email,candidate_status,mailable 2
	contact-edit -q --merge 3 2
	is 'true,true,DNU' do_not_email,do_not_call,candidate_status 3
}

@test "X-17 merges keep a status for which no mail is sent, and DNU before it" {
	contact-add -q -k picklist name=candidate_status value='Leave Me' no_mail=true
	contact-add -q -k picklist name=client_status value=Burnt no_mail=true
	person email=a@a.example candidate_status='Perm Active' client_status=Active
	person email=b@b.example candidate_status='Leave Me' client_status=Prospect
	person email=c@c.example candidate_status=DNU client_status=Burnt
	person email=d@d.example candidate_status='Leave Me'
	contact-edit -q --merge 3 4
	is 'Leave Me,Active,false' candidate_status,client_status,mailable 3
	contact-edit -q --merge 3 5
	is 'DNU,Burnt,false' candidate_status,client_status,mailable 3
	contact-edit -q --merge 3 6
	is 'DNU,Burnt,false' candidate_status,client_status,mailable 3
}

@test "X-34 the ids of OTHER answer for KEEP: as operands, references, in rows, along a chain" {
	person email=a@a.example ext.crm=1
	person email=b@b.example ext.crm=2
	person email=c@c.example ext.crm=3
	contact-edit -q --merge 2 3
	contact-edit -q --merge 1 2
	for name in 1 2 3 '#3' crm:1 crm:2 crm:3 b@b.example id=3; do
		expect 0 contact-find -H -c id "$name"
		stdout_is 1
	done
	contact-add -q -k job title=Eng contact='#3' ext.ats=1
	expect 0 contact-find -k job -H -c contact contact=2
	stdout_is 1
	pipeline 0 'printf "id\n3\n" | contact-status --client Past - --results -'
	stdout_has '^2,updated,1,a@a.example,,,client_status$'
	expect 0 contact-add --key id id=2 title=CEO
	expect 0 contact-find --at 3 -H -c email 2
	stdout_is b@b.example
	expect 0 contact-find --history -H -c id,field,from,to 3
	stdout_has '^3,email,c@c.example,$'
}

@test "X-34 a later row under an id of OTHER is skipped MERGED where it would change KEEP" {
	printf 'id,email,last_name,title\n1,a@a.example,Lee,CEO\n2,b@b.example,Lee,CTO\n3,c@c.example,Ray,\n' >people.csv
	contact-add -q --map generic:crm people.csv
	contact-edit -q --merge 1 2
	expect 0 contact-add --map generic:crm people.csv --results -
	stdout_is "$head
2,unchanged,1,1,,,
3,skipped,1,2,MERGED,\"its record was merged into #1, which says otherwise\",
4,unchanged,3,3,,,"
	stderr_is 'contact-add: read=3 created=0 updated=0 unchanged=2 skipped=1 errors=0 rev=2 in # s'
	printf 'id,last_name\n2,LEE\n1,Leigh\n' | expect 0 contact-add --map generic:crm - --results -
	stdout_is "$head
2,skipped,1,2,MERGED,\"its record was merged into #1, which says otherwise\",
3,updated,1,1,,,last_name"
	printf 'id,last_name,do_not_email\n2,Lee,yes\n' | expect 0 contact-add --map generic:crm - --results -
	stdout_is "$head
2,updated,1,2,MERGED,\"its record was merged into #1, which says otherwise\",do_not_email"
	pipeline 0 'contact-find -c all | contact-add --results - -'
	stdout_lacks 'updated|skipped|error'
}

@test "X-17 TW-42 a wish in a row of OTHER is not taken back by reviving KEEP" {
	printf 'id,email\n1,a@a.example\n2,b@b.example\n' | contact-add -q --map generic:crm -
	contact-edit -q --merge 1 2
	contact-archive -q --attribute do_not_email 1
	printf 'id,do_not_email\n2,yes\n' >rows.csv
	expect 0 contact-add -q --map generic:crm --results - rows.csv
	stdout_is "$head
2,updated,1,2,MERGED,\"its record was merged into #1, which says otherwise\","
	expect 0 contact-add -q --map generic:crm --results - rows.csv
	stdout_is "$head
2,unchanged,1,2,,,"
	contact-archive -q --revive 1
	is true,Everyone do_not_email,visibility 1
}

@test "X-34 a merged organization comes not back by its name, nor by its id" {
	printf 'id,name,phone\n1,Acme,\n2,Acme Inc,5550100\n' >rows.csv
	contact-add -q -k organization --map generic:crm rows.csv
	contact-edit -q -k organization --merge 1 2
	expect 0 contact-add -k organization --map generic:crm rows.csv --results -
	stdout_is "$head
2,unchanged,1,1,,,
3,skipped,1,2,MERGED,\"its record was merged into #1, which says otherwise\","
	printf 'name,phone\nACME INC,5550199\n' | expect 0 contact-add -k organization --results - -
	stdout_is "$head
2,skipped,1,ACME INC,MERGED,\"its record was merged into #1, which says otherwise\","
}

@test "X-34 a merged id is never given again, also in a store that was loaded" {
	person email=a@a.example
	person email=b@b.example
	contact-edit -q --merge 1 2
	contact-store dump >dump
	contact-store -s copy load -q <dump
	expect 0 contact-add -s copy email=c@c.example
	stdout_is 3
	expect 0 contact-find -s copy -H -c id 2
	stdout_is 1
}

@test "TW-26 S5 X-34 who is erased is erased with all who were merged into the record" {
	person email=ann@a.example last_name=Planted1
	person email=a.lee@b.example last_name=Planted2 ext.crm=Planted3 phone=5550100
	person email=c@c.example
	contact-edit -q --merge 1 2
	contact-edit -q --merge 3 1
	contact-edit -q --set last_name=Planted4 3
	contact-archive -q --erase --yes 2 >receipt
	[ "$(grep -ac Planted "$CONTACT_STORE/data.mdb")" -eq 0 ]
	expect 1 contact-find -H 2
	expect 0 contact-add ext.crm=Planted3 last_name=Lee --results -
	stdout_has '^1,suppressed,'
}

@test "X-34 TR-25 TR-34 jobs and placements come along, and statuses that follow from them" {
	person email=a@a.example client_status=Past candidate_status='Perm Active'
	person email=b@b.example
	contact-add -q -k job title=Eng contact=2 ext.ats=1
	contact-add -q -k placement job=3 candidate=2 employment=Consultant ext.ats=1
	contact-edit -q --merge 1 2
	is 'Active,Assigned' client_status,candidate_status 1
	expect 0 contact-status --check
	stdout_lacks Active
	person email=c@c.example client_status=Prospect
	contact-edit -q --merge 5 1
	is 'Active,Assigned' client_status,candidate_status 5
	person email=d@d.example client_status=Past
	contact-edit -q --merge 5 6
	is 'Active' client_status 5
}

@test "X-34 HS-9 HS-64 notes, users and participations come along, one for each event" {
	person email=a@a.example
	person email=b@b.example
	contact-add -q -k event title=Fair
	contact-add -q -k participation event=3 contact=1
	contact-add -q -k participation event=3 contact=2 role='Point of Contact'
	contact-add -q -k note contact=2 text=Hello
	contact-add -q -k employee number=17 contact=2
	keep
	contact-edit -q --merge 1 2
	expect 0 contact-find -k participation -H -c id,contact,role
	stdout_is '4,1,Point of Contact'
	expect 0 contact-find -k note -H -c text contact=1
	stdout_is Hello
	is 17 employee 1
	back
}

@test "CS-25 CS-35 two that are linked to users or employees are not merged" {
	person email=a@a.example
	person email=b@b.example
	contact-add -q -k employee number=17 contact=1
	contact-add -q -k employee number=18 contact=2
	merged ',error,1,a@a.example,ALREADY_LINKED,"#1 is linked to employee #3, #2 to #4: only one can be that of both",' 1 2
}

@test "CS-19 CS-21 TW-10 the primary place goes with the contact, and is given up elsewhere" {
	person email=a@a.example organization=Acme
	person email=b@b.example organization=Acme
	person email=c@c.example organization=Bolt
	contact-edit -q --merge 3 2
	is 'Acme,true,' organization,primary,former_organizations 3
	keep
	contact-edit -q --merge 3 5
	is 'Acme,Bolt' organization,former_organizations 3
	expect 0 contact-find -k organization -H -c name,primary_contact
	stdout_is 'Acme,3
Bolt,'
	back
	person email=d@d.example
	contact-edit -q --merge 6 5
	is 'Bolt,true' organization,primary 6
}

@test "X-34 organizations: contacts follow, names answer, domains are united, the primary contact is one of its own" {
	contact-add -q -k organization name=Acme domains=acme.example
	contact-add -q -k organization name='Acme Inc' domains='acme.test;acme.example' phone=5550100 ext.crm=9
	person email=a@a.example organization='Acme Inc'
	contact-add -q -k job title=Eng organization='Acme Inc' ext.ats=1
	keep
	expect 0 contact-edit -k organization --merge Acme 'acme inc' --results -
	stdout_is "$head
,merged,1,Acme,,,former_names domains primary_contact phone ext.crm"
	stderr_is 'contact-edit: read=1 created=0 updated=0 merged=1 unchanged=0 skipped=0 errors=0 also=2 rev=5 in # s'
	expect 0 contact-find -k organization -H -c id,name,former_names,domains,primary_contact
	stdout_is '1,Acme,Acme Inc,acme.example;acme.test,3'
	expect 0 contact-find -H -c id,organization organization='acme inc'
	stdout_is '3,Acme'
	person email=b@b.example organization='Acme Inc'
	is Acme organization b@b.example
	expect 0 contact-find -k job -H -c organization
	stdout_is Acme
	contact-store undo -q 6
	contact-store undo -q 5
	contact-store dump | diff before.dump -
}

@test "CS-39 CS-42 contacts of a merged organization are assigned as its others are, unless --no-sync" {
	for user in ann bob; do contact-add -q -k user login=$user user_type=Internal; done
	contact-add -q -k organization name=Acme assigned_to=ann
	contact-add -q -k organization name=Bolt assigned_to=bob
	person email=a@a.example organization=Bolt
	person email=b@b.example organization=Bolt
	contact-archive -q --reject 6
	keep
	contact-edit -q -k organization --merge Acme Bolt
	is ann assigned_to 5
	is bob assigned_to 6
	back
	contact-edit -q -k organization --merge Acme Bolt --no-sync
	is 'Acme,bob' organization,assigned_to 5
}

@test "TW-13 TW-42 who is out of use comes back to the organization that its own became" {
	person email=a@a.example organization=Bolt
	person email=b@b.example organization=Acme
	person email=b@b.example organization=Bolt
	contact-archive -q --inactive 2
	contact-edit -q -k organization --merge Acme Bolt
	is 'Inactive,Acme' organization,former_organizations 2
	contact-archive -q --revive 2
	is 'Acme,' organization,former_organizations 2
	expect 0 contact-store check
	contact-archive -q --inactive 2
	contact-edit -k organization --merge Acme Inactive >out 2>&1 || [ $? -eq 3 ]
	contains out 'IN_USE'
}

@test "TW-12 Inactive is never what an inactive contact brings along" {
	person email=a@a.example
	person email=b@b.example organization=Acme
	contact-archive -q --inactive 3
	contact-edit -q --merge 1 3
	is ',Acme,,Everyone' organization,former_organizations,archived_at,visibility 1
}

@test "X-17 TW-42 what the other does not want stays when the one is revived" {
	person email=a@a.example
	person email=b@b.example do_not_email=true
	contact-archive -q --inactive --attribute do_not_email 1
	contact-edit -q --merge 1 2
	contact-archive -q --revive 1
	is 'true,Everyone,' do_not_email,visibility,archived_at 1
}

@test "TW-21 X-38 the frozen, a stale rev, another kind, itself and the unknown are refused" {
	person email=a@a.example organization=Acme
	person email=b@b.example
	person email=c@c.example
	contact-archive -q --reject 3
	merged ',skipped,2,a@a.example,FROZEN,#3 is rejected,' 2 3
	merged ',skipped,3,b@b.example,FROZEN,#3 is rejected,' 3 2
	merged ',error,2,a@a.example,WRONG_KIND,other: record 1 is no contact,' 2 1
	merged ',error,2,a@a.example,SAME_RECORD,other: #2 is the record itself,' 2 2
	merged ',error,2,a@a.example,NO_SUCH_ID,other: there is no record 77,' 2 77
	merged ',error,,,NO_SUCH_ID,id: there is no record 77,' 77 2
	merged ',error,,,NO_SUCH_ID,"no contact answers to ""x@y.example""",' x@y.example 2
	printf 'id,other,rev\n2,4,1\n2,4,9\n' | expect 0 contact-edit --merge --results - -
	stdout_is "$head
2,merged,2,a@a.example,,,other_emails
3,unchanged,2,a@a.example,,,"
	printf 'id,other,rev\n2,3,1\n' >rows.csv
	contact-archive -q --approve 3
	expect 3 contact-edit --merge --results - - <rows.csv
	stdout_has 'STALE'
}

@test "an address that several bear names none of them" {
	person email=a@a.example first_name=Bob last_name=Ray
	person email=a@a.example first_name=Ann last_name=Lee
	person email=c@c.example
	expect 4 contact-edit --merge 3 a@a.example
	stderr_has '^contact-edit: a@a.example: #1 and #2 have it, name one by its id \(AMBIGUOUS\)$'
	expect 0 contact-store log
	stdout_lacks contact-edit
}

@test "X-34 --merge - takes what --duplicates prints; twice is unchanged" {
	for mail in a b c; do person email=$mail@x.example first_name=Ann last_name=Lee phone=5550100 >>made; done
	expect 0 bash -o pipefail -c 'contact-find --duplicates | contact-edit --merge --results - -'
	stdout_is "$head
2,merged,1,a@x.example,,,other_emails
3,merged,1,a@x.example,,,other_emails
4,unchanged,1,a@x.example,,,"
	stderr_is 'contact-edit: read=3 created=0 updated=0 merged=2 unchanged=1 skipped=0 errors=0 rev=4 in # s'
	is 'a@x.example,b@x.example;c@x.example' email,other_emails 1
	expect 0 contact-edit --merge 1 3 --results -
	stdout_is "$head
,unchanged,1,a@x.example,,,"
	expect 0 contact-edit -q --merge 3 1
	stderr_is ''
}

@test "X-21 -n tells the same and stores nothing" {
	person email=a@a.example
	person email=b@b.example
	local before
	before=$(store_digest)
	expect 0 contact-edit -n --merge 1 2
	stdout_is "$head
,merged,1,a@a.example,,,other_emails"
	[ "$(store_digest)" = "$before" ]
}

@test "the guard holds back a merge of many" {
	seq 1 60 | sed 's/.*/p&@x.example,&/' | { echo email,last_name; cat; } >people.csv
	contact-add -q people.csv
	{ echo id,other; seq 2 30 | sed 's/^/1,/'; } >rows.csv
	expect 4 contact-edit --merge - <rows.csv
	stderr_has 'would merge 29 of 60 contacts'
	expect 0 contact-edit -q --merge --max 29 - <rows.csv
	expect 0 contact-find --count
	stdout_is 31
}

@test "rows without the two columns, and mistakes of use" {
	expect 2 contact-edit --merge 1
	stderr_is "contact-edit: --merge: takes KEEP and OTHER, or - for rows with columns id and other
try 'contact-edit --help'"
	expect 2 contact-edit -k job --not-duplicate 1 2
	stderr_is "contact-edit: --not-duplicate: for contacts and organizations, not for kind job
try 'contact-edit --help'"
	person email=a@a.example
	printf 'id,name\n1,x\n' | expect 4 contact-edit --merge -
	stderr_has 'no column other: rows of id and other say which two are meant'
	printf 'id,other\n' | expect 0 contact-edit -q --merge -
	printf 'id,other\n1,\n' | expect 3 contact-edit -q --merge --results - -
	stdout_has ',error,1,a@a.example,REQUIRED,'
	expect 4 contact-edit --merge - </dev/null
}

@test "X-34 who are not duplicates are listed no more, in either order, until undone" {
	person first_name=Ann last_name=Lee phone=5550100
	person first_name=Ann last_name=Lee phone=5550100 email=b@b.example
	keep
	expect 0 contact-edit --not-duplicate 2 1 --results -
	stdout_is "$head
,updated,2,b@b.example,,,"
	expect 1 contact-find --duplicates -H
	stdout_is ''
	local before
	before=$(store_digest)
	expect 0 contact-edit -q --not-duplicate 1 2 --results -
	stdout_is "$head
,unchanged,1,Ann Lee,,,"
	[ "$(store_digest)" = "$before" ]
	contact-store dump >kept
	contact-store -s copy load -q <kept
	same_output 'contact-store dump' 'contact-store -s copy dump'
	expect 1 contact-find -s copy --duplicates -H
	back
	expect 0 contact-find --duplicates -H -c id,other
	stdout_is 1,2
}

@test "X-34 the word stays through merges, and goes with one of the two" {
	for mail in a b c; do person email=$mail@x.example first_name=Ann last_name=Lee phone=5550100 >>made; done
	contact-edit -q --not-duplicate 1 2
	contact-edit -q --merge 3 2
	expect 1 contact-find --duplicates -H
	keep
	contact-archive -q --delete 3
	[ "$(contact-store dump | grep -c not_duplicate)" -eq 0 ]
	back
	expect 1 contact-find --duplicates -H
	contact-edit -q --merge 3 1
	[ "$(contact-store dump | grep -c not_duplicate)" -eq 0 ]
}

@test "X-30 X-34 after any merges undoing gives back the same, and the store is sound" {
	local i seed=${SEED:-$RANDOM}
	echo "SEED=$seed"
	RANDOM=$seed
	scatter
	for i in {1..12}; do
		keep
		one_merge >told 2>&1 || { cat told && false; }
		contact-store check >check 2>&1 || { cat told check && false; }
		contact-store dump >after.dump
		if cmp -s before.dump after.dump; then continue; fi
		back || { cat told && false; }
		contact-store check >check 2>&1 || { cat told check && false; }
		contact-store undo -q "$(contact-store -q log | tail -n 1 | cut -d, -f1)"
		contact-store dump | diff after.dump -
	done
}

pick()
{
	local words=("$@")
	echo "${words[RANDOM % $#]}"
}

# People, organizations, jobs, notes and participations that refer to each other in
# all ways, some out of use.
scatter()
{
	local i
	for i in {1..14}; do
		echo "$i,p$((RANDOM % 10))@x.example,$(pick Ann Bob ''),$(pick Lee Ray),$(pick Acme 'Acme Inc' Bolt ''),$(pick yes no ''),$(pick a b 'a;b')"
	done | { echo id,email,first_name,last_name,organization,do_not_email,labels && cat; } >people.csv
	contact-add -q --map generic:crm people.csv
	mapfile -t people < <(contact-find -H -c id)
	contact-add -q -k event title=Fair
	event=$(contact-find -k event -H -c id)
	for i in {1..8}; do
		contact-add -q -k participation event="$event" contact="$(pick "${people[@]}")"
		contact-add -q -k note contact="$(pick "${people[@]}")" text="$i"
		contact-add -q -k job title="J$i" ext.ats="$i" contact="$(pick "${people[@]}")" organization="$(pick Acme Bolt)" status="$(pick Open Closed)"
	done >out
	contact-archive -q --inactive "$(pick "${people[@]}")"
	contact-archive -q --reject "$(pick "${people[@]}")"
	contact-edit -q --not-duplicate "${people[0]}" "${people[1]}" || [ $? -eq 3 ]
	contact-edit -q --not-duplicate "${people[2]}" "${people[3]}" || [ $? -eq 3 ]
}

# One merge, mostly of contacts; what cannot be done is an error of the row.
one_merge()
{
	local status=0 one other
	if ((RANDOM % 4 == 0)); then
		mapfile -t all < <(contact-find -k organization -H -c id)
		set -- -k organization
	else
		mapfile -t all < <(contact-find -H -c id approval=\*)
		set --
	fi
	one=$(pick "${all[@]}") other=$(pick "${all[@]}")
	echo "contact-edit $* --merge $one $other"
	contact-edit "$@" --merge "$one" "$other" || status=$?
	[ "$status" -eq 0 ] || [ "$status" -eq 3 ]
}

@test "X-34 a pipeline merges nobody with whom he was said to be no duplicate of" {
	contact-add -q email=a@example.org name='Zoe Blue' organization=Zed >/dev/null
	contact-add -q email=b@example.org name='Zoe Blue' organization=Zed >/dev/null
	contact-add -q email=c@example.org name='Zoe Blue' organization=Zed >/dev/null
	contact-edit -q --not-duplicate a@example.org b@example.org
	contact-find --duplicates organization=Zed >pairs.csv
	expect 3 contact-edit -q --merge - <pairs.csv
	stderr_has 'NOT_DUPLICATE'
	expect 0 contact-find --count organization=Zed
	stdout_is 2
	expect 0 contact-edit -q --merge a@example.org b@example.org
}
