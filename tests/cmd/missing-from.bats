#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
#
# TW-48: contact-archive ACTION --missing-from FILE takes what a full export no longer has.

load support

# Forty people of an export, and one who is in no export.
prepare()
{
	seq 40 | sed 's/.*/First&,Last&,p&@example.com,C&/; 1i first_name,last_name,email,ext.crm' >full.csv
	contact-add -q full.csv
	contact-add -q email=own@example.com first_name=Own >/dev/null
	sed '4d;8d' full.csv >export.csv
}

missing()
{
	local status=$1
	shift
	expect "$status" contact-archive --missing-from "$@"
}

@test "TW-48 what the export lacks goes with the action; without the key nobody is concerned" {
	missing 0 export.csv --key ext.crm --inactive --results -
	stdout_is 'line,action,id,key,code,message,changed
,updated,3,p3@example.com,,,organization visibility archived_at
,updated,7,p7@example.com,,,organization visibility archived_at'
	stderr_is 'contact-archive: read=2 created=0 updated=2 unchanged=0 skipped=0 errors=0 also=1 rev=3 in # s'
	missing 0 export.csv --key ext.crm --inactive
	stderr_is 'contact-archive: read=2 created=0 updated=0 unchanged=2 skipped=0 errors=0 rev=3 in # s'
	expect 0 contact-store undo -q 3
	expect 1 contact-find organization=Inactive
}

@test "TW-48 it goes with --attribute, --reject and --delete, and a dry run shows it" {
	before=$(store_digest)
	missing 0 export.csv --key ext.crm --delete -n -q
	stdout_is 'line,action,id,key,code,message,changed
,deleted,3,p3@example.com,,,
,deleted,7,p7@example.com,,,'
	[ "$(store_digest)" = "$before" ]
	missing 0 export.csv --key ext.crm --attribute do_not_email -q
	expect 0 contact-find --count do_not_email=true
	stdout_is 2
	missing 0 export.csv --key ext.crm --reject -q
	expect 0 contact-find --count approval=Rejected
	stdout_is 2
	sed -i 4d export.csv
	missing 0 export.csv --key ext.crm --delete -q
	expect 0 contact-find --count
	stdout_is 38
	expect 0 contact-find --count approval=Rejected
	stdout_is 2
}

@test "TW-48 a QUERY narrows who is considered; one that means nobody is exit 1" {
	missing 0 export.csv --key ext.crm --delete --results - last_name=Last7
	stdout_has '^,deleted,7,'
	[ "$(wc -l <stdout)" -eq 2 ]
	missing 0 export.csv --key ext.crm --delete -q last_name=Last9
	missing 1 export.csv --key ext.crm --delete -q last_name=Nobody
}

@test "TW-48 by address it is there when any of its addresses is, however it is spelled" {
	contact-add -q ext.crm=C3 other_emails=old3@example.com
	contact-add -q ext.crm=C7 other_emails=old7@example.com
	sed -i 's/p1@example.com/P1@EXAMPLE.com/' export.csv
	printf 'First3,Last3,OLD3@example.com,C3\nFirst,Without,,C99\n' >>export.csv
	missing 0 export.csv --key email --reject --results -
	stdout_is 'line,action,id,key,code,message,changed
,updated,7,p7@example.com,,,approval archived_at
,updated,41,own@example.com,,,approval archived_at'
}

@test "TW-48 maps know the ids of exports, short ones too; an export of this store's has id" {
	contact-add -q ext.salesforce=003A000001abcDEIAY first_name=Zoe
	contact-add -q ext.salesforce=003A000001abcDFIAY first_name=Yan
	printf 'Contact ID,First Name,Last Name,Email\n003A000001abcDE,Zoe,Ray,\n' >sf.csv
	missing 0 sf.csv --key ext.salesforce --map salesforce --delete --results -
	stdout_is 'line,action,id,key,code,message,changed
,deleted,43,Yan,,,'
	printf 'ID,Last Name\nC1,Ray\n' >crm.csv
	missing 4 crm.csv --key ext.crm --map generic:crm --delete
	missing 0 crm.csv --key ext.crm --map generic:crm --delete -n -q --yes
	[ "$(wc -l <stdout)" -eq 40 ]
	contact-find -c id,rev,last_name 'email=*' | sed 3d >own.csv
	missing 0 own.csv --key id --delete -n -q 'email=*'
	stdout_is 'line,action,id,key,code,message,changed
,deleted,2,p2@example.com,,,'
}

@test "TW-48 what the source has deleted is not there" {
	printf 'Id,FirstName,LastName,IsDeleted\n003A000001abcDEIAY,Zoe,Ray,0\n003A000001abcDFIAY,Yan,Ray,0\n' >sf.csv
	contact-add -q --map salesforce sf.csv
	sed -i '3s/0$/1/' sf.csv
	missing 0 sf.csv --key ext.salesforce --map salesforce --reject --results -
	stdout_has '^,updated,43,Yan Ray,'
	[ "$(wc -l <stdout)" -eq 2 ]
}

@test "TW-48 A2 guard: its per cent are of those that could be missing" {
	head -n 14 full.csv >half.csv
	before=$(store_digest)
	missing 4 half.csv --key ext.crm --inactive
	stderr_has '^contact-archive: this would archive 27 of 40 records that are compared, and 25 is the limit: nothing was stored \(--max N or N% sets another limit, --yes lifts it\)$'
	missing 4 half.csv --key ext.crm --attribute do_not_call
	missing 4 half.csv --key ext.crm --inactive --max 50%
	[ "$(store_digest)" = "$before" ]
	missing 0 half.csv --key ext.crm --inactive --max 70% -q
	missing 0 half.csv --key ext.crm --delete --yes -q
}

# The cron job that nobody watches: what cannot be relied on stores nothing.
@test "TW-48 a file without records, cut off, in error or without the key is exit 4" {
	before=$(store_digest)
	head -n 1 full.csv >empty.csv
	missing 4 empty.csv --key ext.crm --inactive
	stderr_is 'contact-archive: empty.csv: no record in it but the header'
	: >nothing.csv
	missing 4 nothing.csv --key ext.crm --inactive
	{ head -c 600 full.csv && echo; } >cut.csv
	missing 4 cut.csv --key ext.crm --inactive
	stderr_has '^contact-archive: cut.csv:[0-9]+: [0-9] cells? where the header has 4 \(RAGGED\)$'
	stderr_has '^contact-archive: 1 of the rows cannot be relied on, so nothing is known to be missing: nothing was stored'
	sed '5s/C4/"C4/' full.csv >quote.csv
	missing 4 quote.csv --key ext.crm --inactive
	sed '5s/C4//' full.csv >hole.csv
	missing 4 hole.csv --key ext.crm --inactive
	stderr_has '^contact-archive: hole.csv:5: the row has no ext.crm, so it may be any record \(REQUIRED\)$'
	missing 4 export.csv --key ext.other --inactive
	stderr_is 'contact-archive: export.csv: --key ext.other: the file has no such column'
	missing 4 export.csv --key phone --inactive
	missing 4 gone.csv --key ext.crm --inactive
	[ "$(store_digest)" = "$before" ]
}

@test "TW-48 --max-errors takes rows in error that have the key, as being there" {
	sed 's/p5@example.com/p5@/' export.csv >bad.csv
	missing 4 bad.csv --key ext.crm --inactive --errors errors.csv
	stderr_has 'nothing was stored \(--max-errors N takes so many\)$'
	contains errors.csv 'p5@,C5,5,BAD_EMAIL'
	missing 3 bad.csv --key ext.crm --inactive --max-errors 1 --results results.csv
	[ "$(grep -c ',updated,' results.csv)" -eq 2 ]
	missing 4 bad.csv --key email --inactive --max-errors 1
}

@test "TW-21 rejected contacts are left as they are, and IN_USE stays" {
	contact-archive -q --reject 3
	contact-add -q -k job ext.ats=J1 title=Cook contact=7 >/dev/null
	missing 3 export.csv --key ext.crm --delete --results -
	stdout_has '^,error,7,p7@example.com,IN_USE,'
	[ "$(wc -l <stdout)" -eq 2 ]
	expect 0 contact-find --count approval=Rejected
	stdout_is 1
}

@test "options: mistakes are exit 2" {
	missing 2 export.csv --inactive
	stderr_is "contact-archive: --missing-from: --key F is needed, the field that the export is compared by
try 'contact-archive --help'"
	missing 2 export.csv --key ext.crm
	missing 2 export.csv --key ext.crm --erase --yes
	stderr_has '^contact-archive: --erase and --missing-from contradict each other|^contact-archive: --missing-from and --erase contradict each other'
	missing 2 export.csv --key ext.crm --revive
	missing 2 export.csv --key ext.crm --delete -
	missing 2 export.csv --key email+ext.crm --delete
	expect 2 contact-archive --delete --key email 1
	stderr_is "contact-archive: --key: goes with --missing-from
try 'contact-archive --help'"
}

@test "TW-48 an export whose last line has no end may be cut off, and takes nothing" {
	printf 'ext.crm\n1\n2' >cut.csv
	expect 4 contact-archive --inactive --missing-from cut.csv --key ext.crm
	stderr_has 'cut.csv: the last line has no end, so the export may have been cut off'
	expect 0 contact-archive -q -n --yes --inactive --missing-from cut.csv --key ext.crm --max-errors 1
}
