#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
#
# History as users see it (X-31, X-32, TR-49): contact-find --at,
# --changes-since and --history, and contact-store log. The store's part of it
# is proved in tests/unit/test_record_history.c.

load support

find_help="try 'contact-find --help'"

# Four days: an organization and two people; a status and a title; a setting;
# one person more.
prepare()
{
	day 1
	contact-add -q -k organization name=Acme city=Springfield
	day 2
	contact-add -q --map generic:crm - <<-'END'
		first_name,last_name,email,organization,client_status,labels
		Ann,Lee,ann@acme.example,Acme,Active,vip;campus
		Bob,Ray,bob@example.net,,Past,
	END
	day 3
	contact-add -q --as zoe email=ann@acme.example client_status=Past title=CEO
	contact-store -q set timezone=+02:00
	day 4
	contact-add -q email=cid@example.org
	day 5
}

day()
{
	export CONTACT_NOW=2026-10-0$1T12:00:00Z
}

mistake()
{
	local message=$1
	shift
	expect 2 contact-find "$@"
	stdout_is ''
	stderr_is "contact-find: $message
$find_help"
}

@test "X-32 --at a revision or a time: what was there, as it was" {
	expect 0 contact-find --at 2
	stdout_is 'id,rev,name,email,phone,organization,title,type,assigned_to
2,2,Ann Lee,ann@acme.example,,Acme,,C&C,
3,2,Bob Ray,bob@example.net,,,,C&C,'
	stderr_is ''
	expect 0 contact-find --at 2026-10-02 -c id,client_status,title,updated_at 2
	stdout_is 'id,client_status,title,updated_at
2,Active,,2026-10-02T12:00:00Z'
	expect 0 contact-find --at 2026-10-03T12:00:00Z -H -c id,client_status,title 2
	stdout_is '2,Past,CEO'
	expect 1 contact-find --at 1 --count
	stdout_is 0
	expect 1 contact-find --at 0 -k organization
	stdout_is id,rev,name,domains,phone,city,assigned_to,primary_contact
	expect 0 contact-find --at today --count
	stdout_is 3
	same_output 'contact-find -c all' 'contact-find -c all --at 5'
}

@test "X-32 --at with each way to print" {
	expect 0 contact-find --at 2 --sort -name -H -c name
	stdout_is 'Bob Ray
Ann Lee'
	expect 0 contact-find --at 2 --count-by client_status
	stdout_is 'client_status,count
Active,1
Past,1'
	expect 0 contact-find --at 2 -o json -c id,labels,organization.city labels=vip
	stdout_is '{"id":2,"labels":["vip","campus"],"organization.city":"Springfield"}'
	expect 0 contact-find --at 2 -o excel -c name --limit 1
	stdout_has '^2,2,Ann Lee,'
}

# Ages in the query count from the moment that is asked for.
@test "X-32 --at takes today and ages back" {
	expect 0 contact-find --at 2026-10-03 -H -c id created_at=-2d..
	stdout_is '2
3'
	expect 1 contact-find -H -c id created_at=-1h..
	expect 0 contact-find --at 2 -H -c id updated_at=today
	stdout_is '2
3'
}

# Random files, made anew from SEED, come in one after the other; after each of
# them everything is printed, and later asked again as of then.
@test "X-32 as of each of many random runs the store says what it said" {
	local runs=25 run seed=${SEED:-7} rev query
	[ -z "${CONTACT_TESTS:-}" ] || runs=8
	echo "SEED=$seed"
	mkdir kept
	for ((run = 1; run <= runs; run++)); do
		awk -v seed=$((seed * 1000 + run)) 'BEGIN {
			srand(seed)
			print "email,first_name,last_name,organization,labels,client_status,title,attr.shirt,do_not_email"
			for (i = 0; i < 12; i++) {
				n = int(rand() * 40)
				printf "p%d@example.org,%s,%s,%s,%s,%s,%s,%s,%s\n", n,
				    pick("Ann;Bob;Zoë"), pick("Lee;Ray;Núñez;Li"),
				    pick(";Acme;Bolt;Zeta Ltd.;Quay & Co"), pick(";vip;campus;fair"),
				    pick(";Active;Past;Not Applicable"), pick(";CEO;Clerk"),
				    pick(";S;XL"), pick(";true;false")
			}
		}
		function pick(list, values) {
			return values[1 + int(rand() * split(list, values, ";"))]
		}' >people.csv
		[ $((run % 4)) -ne 0 ] || printf '%s\n' name,city Acme,City$run "Bolt,Town$run" |
		    contact-add -q -k organization -
		contact-add -q --key email --repeated last people.csv
		[ $((run % 6)) -ne 0 ] || contact-store -q undo --force $(($(last_rev) - 1))
		keep "$(last_rev)"
	done
	for rev in kept/*.all; do
		rev=${rev#kept/} rev=${rev%.all}
		ask "$rev" --at "$rev" >"then"
		diff -u "kept/$rev.all" "then" | head -n 20
		cmp "kept/$rev.all" "then"
	done
	# The answers of any two revisions differ, so that none stood for another.
	[ "$(sha256sum kept/*.all | cut -c 1-64 | sort -u | wc -l)" -eq \
	    "$(printf '%s\n' kept/*.all | wc -l)" ]
}

last_rev()
{
	contact-store info | sed -n 's/^rev,//p'
}

keep()
{
	ask "$1" >"kept/$1.all"
}

# ask REV OPTION...: all there is, by a scan, then queries that indexes serve.
ask()
{
	local query
	shift
	contact-find "$@" -c all || :
	contact-find "$@" -k organization -c all || :
	for query in organization=Acme 'organization=Zeta*' email=p7@example.org labels=vip \
	    'name=ann*' client_status=Active organization.city=City4 'former_organization=Acme' 12; do
		echo "$query"
		contact-find "$@" -c id,name,organization,primary "$query" 2>&1 || :
	done
}

@test "X-31 TR-49 --history: each change of a field with who, when and program" {
	expect 0 contact-find --history client_status=Past title=CEO
	stdout_has '^line,id,name,field,from,to,cause,job,who,when,program$'
	stdout_has '^2,2,Ann Lee,client_status,,Active,row,,.+,2026-10-02T12:00:00Z,contact-add$'
	stdout_has '^1,2,Ann Lee,client_status,Active,Past,row,,zoe,2026-10-03T12:00:00Z,contact-add$'
	stderr_is ''
	tail -n 2 stdout >last
	same last last '1,2,Ann Lee,title,,CEO,row,,zoe,2026-10-03T12:00:00Z,contact-add
1,2,Ann Lee,client_status,Active,Past,row,,zoe,2026-10-03T12:00:00Z,contact-add'
	expect 0 contact-find --history -c rev,field,to,who --changes-since 2 2
	stdout_is 'rev,field,to,who
3,title,CEO,zoe
3,client_status,Past,zoe'
	expect 0 contact-find --history -k organization -H -c field,from,to,cause --at 2 1
	stdout_is 'name,,Acme,row
approval,,None,row
city,,Springfield,row
primary_contact,,2,organization'
}

# But for what an organization says of a contact, and for steps within a run,
# which history tells as one.
@test "X-31 history is what --diff said, run by run" {
	day 6
	printf '%s\n' email,title,organization,attr.shirt ann@acme.example,Chair,Bolt,XL \
	    dora@example.org,Clerk,Acme,S >six.csv
	contact-add -q --diff six.diff six.csv
	day 7
	printf '%s\n' email,title,labels ann@acme.example,Head,fair bob@example.net,Clerk,vip >seven.csv
	contact-add -q --diff seven.diff seven.csv
	tail -qn +2 six.diff seven.diff | awk -F, '$4 != "primary" && $7 == "row"' |
	    sort >told
	contact-find --history --changes-since 5 -H | cut -d , -f 1-8 | sort >found
	diff -u told found
	grep -q ',Ann Lee,organization,Acme,Bolt,row,' found
	[ "$(grep -c ',title,,Clerk,row,' found)" -eq 2 ]
	expect 0 contact-find -k organization --history --changes-since 5 -H -c name,field,from,to,cause
	stdout_is 'Acme,primary_contact,2,6,organization
Bolt,name,,Bolt,organization
Bolt,approval,,None,organization
Bolt,primary_contact,,2,organization'
}

@test "X-31 history outlives the record" {
	day 6
	contact-store -q undo 5
	expect 1 contact-find 4
	expect 0 contact-find --history -c rev,field,from,to,cause,program 4 email=cid@example.org
	stdout_has '^5,email,,cid@example.org,row,contact-add$'
	stdout_has '^6,email,cid@example.org,,undo,contact-store$'
	stdout_lacks ',primary,'
	expect 0 contact-find --at 5 -H -c email 4
	stdout_is cid@example.org
	# And it comes back.
	contact-store -q undo 6
	expect 0 contact-find --history -H -c rev,from,to 4 --changes-since 6
	stdout_has '^7,,cid@example.org$'
}

@test "X-31 --history: formats, limits, and what it does not go with" {
	expect 0 contact-find --history -o json --limit 1 -c id,from,to,rev,job 2
	stdout_is '{"id":2,"from":null,"to":"Ann","rev":2,"job":null}'
	expect 0 contact-find --history -o tsv -H --limit 2 -c field,to 3
	stdout_is 'first_name	Bob
last_name	Ray'
	expect 0 contact-find --history -o table --changes-since 2 2
	stdout_is 'id  name     field          from    to    cause  who  when                  program
 2  Ann Lee  title                  CEO   row    zoe  2026-10-03T12:00:00Z  contact-add
 2  Ann Lee  client_status  Active  Past  row    zoe  2026-10-03T12:00:00Z  contact-add'
	expect 1 contact-find --history email=nobody@example.org
	stdout_is line,id,name,field,from,to,cause,job,who,when,program
	mistake '--columns: --history has no column "email", these are: line id name field from to cause job who when program rev' \
	    --history -c id,email
	mistake '--columns: --history has no column "", these are: line id name field from to cause job who when program rev' \
	    --history -c id,
	mistake '--history and --sort contradict each other' --history --sort id
	mistake '--history and --count contradict each other' --history --count
	mistake '--history and --count-by contradict each other' --history --count-by type
}

@test "X-31 --changes-since: what a night has to bring along" {
	expect 0 contact-find -v --changes-since 3 -c id,rev,email
	stdout_is 'id,rev,email
4,5,cid@example.org'
	stderr_is 'contact-find: changes after revision 3, 1 record examined'
	expect 0 contact-find --changes-since 2026-10-03 -H -c id
	stdout_is '2
4'
	expect 0 contact-find --changes-since 2 -H -c id title=CEO
	stdout_is 2
	expect 1 contact-find --changes-since 5 -c id
	stdout_is id
	stderr_is ''
	expect 0 contact-find --changes-since 0 --count
	stdout_is 3
	expect 0 contact-find --changes-since -3d --count-by title
	stdout_is 'title,count
CEO,1
,2'
	# As of a moment before, what came later does not count.
	expect 0 contact-find --changes-since 1 --at 3 -H -c id,rev
	stdout_is '2,3
3,2'
}

@test "X-31 --changes-since tells how many are gone" {
	day 6
	contact-store -q undo 5
	expect 1 contact-find --changes-since 5 -c id
	stdout_is id
	stderr_is 'contact-find: 1 that matched was deleted since (--history lists it)'
	expect 1 contact-find --changes-since 5 -c id labels=vip
	stderr_is ''
	expect 1 contact-find -q --changes-since 5 -c id
	stderr_is ''
	# Whoever has seen nothing of it has nothing to take out.
	expect 1 contact-find --changes-since 4 -c id
	stderr_is ''
	expect 0 contact-find --history --changes-since 5 -H -c id,field,from
	stdout_has '^4,email,cid@example.org$'
}

@test "a delta with what is gone leads from one export to the next" {
	local id
	contact-find -c all >before.csv
	day 6
	printf '%s\n' email,title ann@acme.example,Chair eve@example.org,Clerk | contact-add -q -
	contact-store -q undo --force 5
	contact-find -H -c all --changes-since 5 >delta.csv 2>note
	grep -q '1 that matched was deleted since' note
	for id in $(contact-find -H -o tsv --history -c id,field,to --changes-since 5 |
	    awk -F '\t' '$2 == "email" && $3 == "" { print $1 }'); do
		echo "$id" >>gone
	done
	cut -d , -f 1 delta.csv >changed
	{
		head -n 1 before.csv
		{
			tail -n +2 before.csv | awk -F, 'FILENAME != "-" { out[$1]; next }
				!($1 in out)' changed gone -
			cat delta.csv
		} | sort -n
	} >joined.csv
	contact-find -c all >after.csv
	diff -u after.csv joined.csv
}

@test "a revision or time that cannot be asked for names what there is" {
	mistake "--at: revision 6: the store's last one is 5 (digits alone are a revision)" --at 6
	mistake "--changes-since: revision 2026: the store's last one is 5 (digits alone are a revision)" \
	    --changes-since 2026
	mistake '--at: "soon" is no revision and no time: write 812, 2026-10-05, 2026-10-05T08:30:00Z, today or -30d' \
	    --at soon
	mistake '--changes-since: "" is no revision and no time: write 812, 2026-10-05, 2026-10-05T08:30:00Z, today or -30d' \
	    --changes-since ''
	mistake '--changes-since: 4 is later than --at 2026-10-02' --changes-since 4 --at 2026-10-02
	mistake '--at and --fields contradict each other' --at 3 --fields
}

@test "X-33 behind the horizon nothing can be asked for" {
	day 9
	contact-store -q --yes prune --older 5d
	mistake '--at: 2: what was before revision 4 of 2026-10-03T12:00:00Z has been pruned' --at 2
	mistake '--at: 2026-10-02: what was before revision 4 of 2026-10-03T12:00:00Z has been pruned' \
	    --at 2026-10-02
	mistake '--changes-since: 3: what was before revision 4 of 2026-10-03T12:00:00Z has been pruned' \
	    --changes-since 3
	expect 0 contact-find --at 4 --count
	stdout_is 2
	expect 0 contact-find --changes-since 2026-10-03 -H -c id
	stdout_is '2
4'
	stderr_is 'contact-find: what was deleted before revision 5 is not known: it was pruned'
	expect 1 contact-find --history -H 2
	stdout_is ''
	expect 0 contact-store log -o tsv
	cut -f 1,4 stdout >runs
	same runs runs 'rev	program
5	contact-add
6	contact-store'
}

@test "contact-store log: a row for each run, the newest last" {
	local me
	me=$(id -un)
	expect 0 contact-store log
	stdout_is "rev,when,who,program,options,created,updated,deleted,undoes
1,2026-10-01T12:00:00Z,$me,contact-add,kind quiet,1,0,0,
2,2026-10-02T12:00:00Z,$me,contact-add,quiet map,2,1,0,
3,2026-10-03T12:00:00Z,zoe,contact-add,quiet as,0,1,0,
4,2026-10-03T12:00:00Z,$me,contact-store,set,0,0,0,
5,2026-10-04T12:00:00Z,$me,contact-add,quiet,1,0,0,"
	stderr_is ''
	contact-store -q undo 5
	expect 0 contact-store log -o json 6
	stdout_is "{\"rev\":6,\"when\":\"2026-10-05T12:00:00Z\",\"who\":\"$me\",\"program\":\"contact-store\",\"options\":\"undo\",\"created\":0,\"updated\":0,\"deleted\":1,\"undoes\":5}"
}

@test "contact-store log takes a query" {
	runs()
	{
		contact-store log -o tsv "$@" | cut -f 1 | tail -n +2 | paste -sd ' '
	}
	[ "$(runs 3)" = 3 ]
	[ "$(runs 1 5)" = '1 5' ]
	[ "$(runs who=ZOE)" = 3 ]
	[ "$(runs zoe)" = 3 ]
	[ "$(runs program=contact-add)" = '1 2 3 5' ]
	[ "$(runs when=2026-10-03)" = '3 4' ]
	[ "$(runs when=-2d..)" = '3 4 5' ]
	[ "$(runs created=1..)" = '1 2 5' ]
	[ "$(runs created=2)" = 2 ]
	[ "$(runs rev=2..3 or rev=5)" = '2 3 5' ]
	[ "$(runs not program=contact-add)" = 4 ]
	[ "$(runs options~map)" = 2 ]
	[ "$(runs undoes=)" = '1 2 3 4 5' ]
	[ "$(runs when.month=2026-10 updated=1)" = '2 3' ]
	expect 1 contact-store log who=nobody
	stdout_is rev,when,who,program,options,created,updated,deleted,undoes
	expect 2 contact-store log email=ann@acme.example
	stderr_is "contact-store: email: log has no field email; it has rev,when,who,program,options,created,updated,deleted,undoes
try 'contact-store --help'"
	expect 2 contact-store log when=soon
	stderr_has '^contact-store: when=soon: no date: write 2026'
	expect 5 contact-store -s nowhere log
	stderr_is 'contact-store: no store at nowhere'
	expect 2 contact-find -k log
}

# Whoever compacts or restores takes the lock on the directory alone.
@test "nothing is locked while a reader takes its time" {
	local command
	awk 'BEGIN { print "email,title"; for (i = 0; i < 6000; i++)
		printf "p%d@example.org,Keeper of the Lighthouse\n", i }' | contact-add -q -
	for command in 'contact-find -c all' 'contact-find --history' 'contact-find --at 6 -c all'; do
		$command | {
			head -c 1 >/dev/null
			for _ in $(seq 100); do
				flock -n -x "$CONTACT_STORE" true && touch free && break
				sleep 0.05
			done
			# It still waits for somebody to read the rest.
			[ "$(wc -c)" -gt 100000 ]
		}
		rm free
	done
}
