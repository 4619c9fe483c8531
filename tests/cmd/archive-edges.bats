#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
#
# Out of use and back where something else happened meanwhile (TW-42), what stays
# frozen (TW-21), and opt-outs that outlive their contacts.

load support

prepare()
{
	contact-add -q email=ann@example.com organization=Acme >/dev/null
}

@test "TW-9 an organization with contacts in use does not become that of the inactive" {
	contact-add -q email=eve@cog.example organization=Cog >/dev/null
	before=$(store_digest)
	expect 4 contact-store set inactive_organization=cog
	stderr_is "contact-store: inactive_organization: 1 of the contacts of \"cog\" is not inactive (contact-archive --inactive 'organization=cog' first, or take another name)"
	expect 3 contact-edit -q -k organization --set name=inactive name=Cog
	stderr_has ': name: "inactive" is that of contacts who are out of use \(setting inactive_organization\), and 1 of #[0-9]+ is not \(BAD_VALUE\)$'
	[ "$(store_digest)" = "$before" ]
	contact-archive -q -k organization --delete --force name=Cog
	expect 4 contact-store set inactive_organization=Cog
	contact-archive -q --inactive eve@cog.example
	expect 0 contact-store -q set inactive_organization=Cog
}

@test "TW-43 a renamed organization of the inactive is one still, by whatever setting" {
	contact-archive -q --inactive 2
	contact-edit -q -k organization --set name=Pensioners name=Inactive
	expect 0 contact-edit -q -k organization --set name=inactive name=Pensioners
	expect 0 contact-store -q set inactive_organization=Pensioners
	pipeline 0 'contact-find -c all | contact-add -'
	stderr_has 'created=0 updated=0 .*errors=0'
}

@test "TW-42 an organization that is gone since is not given back, and the store stays sound" {
	contact-archive -q --inactive 2
	contact-archive -q -k organization --delete --force 1
	expect 0 contact-archive -q --revive 2
	expect 0 contact-find --count organization= archived_at=
	stdout_is 1
	expect 0 contact-store check
	pipeline 0 'contact-store dump | contact-store -s other load'
}

@test "TW-42 an organization that is damaged since is told of, and nobody is moved" {
	contact-archive -q --inactive 2
	LC_ALL=C sed -i s/Acme/Acmf/ store/data.mdb
	expect 5 contact-archive -q --revive 2
	stdout_is ''
	stderr_is 'contact-archive: record 1 is damaged: run contact-store check, restore a backup'
	store_is_broken=yes
}

@test "TW-42 X-34 an organization that was merged since is the one that it became" {
	contact-add -q -k organization name=Acme2 >/dev/null
	contact-archive -q --inactive 2
	contact-edit -q -k organization --merge 3 1
	expect 0 contact-archive -q --revive 2
	expect 0 contact-find -H -c organization
	stdout_is Acme2
}

@test "TW-42 a name with line ends comes back as it was" {
	name=$'Acme\nattributes=do_not_email\\'
	contact-add -q email=eve@example.com organization="$name" >/dev/null
	contact-archive -q -k organization --delete --force 3
	before=$(contact-find -c all -o json email=eve@example.com | sed 's/"rev":[0-9]*//; s/"updated_at.*//')
	contact-archive -q --inactive --attribute do_not_email 4
	contact-archive -q --revive 4
	[ "$(contact-find -c all -o json email=eve@example.com | sed 's/"rev":[0-9]*//; s/"updated_at.*//')" = "$before" ]
}

@test "TW-9 who is moved into Inactive by name is inactive, whoever does it" {
	expect 0 contact-add -q email=eve@example.com organization=inactive
	expect 0 contact-edit -q --set organization=Inactive 2
	expect 0 contact-find --count organization=Inactive archived_at=* mailable=false primary=false
	stdout_is 2
	contact-archive -q --revive 2
	expect 0 contact-find -H -c organization 2
	stdout_is Acme
}

@test "TW-12 who is inactive stays so, and makes no organization, when that is called otherwise" {
	contact-archive -q --inactive 2
	contact-store -q set inactive_organization=Gone
	expect 0 contact-archive --inactive 2
	stderr_has 'unchanged=1 .*rev=3'
	expect 0 contact-find -k organization --count
	stdout_is 2
}

@test "TW-21 nobody gets past a rejected contact: no new one in its place, no note, no link, no place" {
	contact-add -q ext.crm=7 email=ann@example.com >/dev/null
	contact-add -q -k event title=Fair >/dev/null
	contact-archive -q --reject 2
	for change in 'ext.crm=7 title=x --archived new' '-k note contact=2 text=x' '-k participation event=Fair contact=2' \
	    '-k employee number=1 contact=2' '-k user login=x user_type=External contact=2'; do
		# shellcheck disable=SC2086
		expect 0 contact-add -q $change --results results.csv
		contains results.csv ',skipped,.*,FROZEN,'
	done
	expect 3 contact-edit -q -k organization --set primary_contact=2 1
	stderr_has 'FROZEN'
	contact-archive -q --approve 2
	expect 0 contact-find -H -c id,ext.crm
	stdout_is 2,7
}

@test "a wish for no mail outlives the contact that had it, until its suppression goes" {
	contact-edit -q --set do_not_email=true --set other_emails=lee@example.com 2
	expect 0 contact-archive -q --delete 2
	expect 0 contact-find -H -k suppression -c address,reason
	stdout_is 'ann@example.com,do_not_email
lee@example.com,do_not_email'
	contact-add -q email=Ann@example.com >/dev/null
	expect 0 contact-find -H -c mailable
	stdout_is false
	expect 3 contact-edit -q -k suppression --set address=zz@example.com address=ann@example.com
	stderr_has 'READ_ONLY'
	contact-archive -q -k suppression --delete --all
	expect 0 contact-find -H -c mailable
	stdout_is true
	contact-store -q undo 3
	expect 1 contact-find -k suppression
}

@test "HS-42 statuses and attributes for which no mail is sent outlive their contact, too" {
	contact-add -q -k attribute name=no_fairs type=flag no_mail=true
	contact-edit -q --set candidate_status=DNU 2
	contact-add -q email=bob@example.com attr.no_fairs=true
	contact-add -q email=cy@example.com email_status=Invalid
	contact-add -q email=di@example.com
	expect 0 contact-archive -q --delete ann@example.com bob@example.com cy@example.com di@example.com
	stderr_is ''
	expect 0 contact-find -H -k suppression -c address,reason
	stdout_is 'ann@example.com,no_mail
bob@example.com,no_mail
cy@example.com,Invalid'
	printf '%s\n' email ann@example.com bob@example.com cy@example.com di@example.com | contact-add -q
	expect 0 contact-find -H -c email mailable=true
	stdout_is di@example.com
}

@test "HS-42 X-17 an address that an unwilling contact gives up is suppressed" {
	contact-edit -q --set do_not_email=true --set other_emails='lee@example.com;al@example.com' 2
	contact-edit -q --set other_emails='LEE@example.com;ann@example.com' --set email=new@example.com 2
	expect 0 contact-find -H -k suppression -c address,reason
	stdout_is al@example.com,do_not_email
	expect 0 contact-edit --set email=newer@example.com --set other_emails=lee@example.com 2
	stderr_has ' updated=1 .* also=2 '
	contact-add -q ext.crm=1 email=bob@example.com >/dev/null
	contact-add -q ext.crm=1 email=bo@example.com candidate_status=DNU
	contact-add -q ext.crm=1 email=rob@example.com
	expect 0 contact-find -H -k suppression -c address,reason
	stdout_is 'al@example.com,do_not_email
new@example.com,do_not_email
ann@example.com,do_not_email
bob@example.com,no_mail
bo@example.com,no_mail'
	contact-add -q email=ann@example.com >/dev/null
	expect 1 contact-find mailable=true
}

@test "X-17 a new contact with the address of somebody who wants no mail gets none" {
	contact-edit -q --set do_not_email=true --set first_name=Ann --set last_name=Lee --set ext.crm=1 2
	expect 0 contact-add -q --results - ext.crm=2 email=ann@example.com
	stdout_has ',created,.*,KEPT,"?do_not_email: as #2 wishes'
	expect 0 contact-add -q --shared-email email=ann@example.com first_name=Bo last_name=Ray
	contact-archive -q --inactive 2
	expect 0 contact-add -q --archived new ext.crm=1 email=ann@example.com title=x
	expect 1 contact-find --count not do_not_email=true
	stdout_is 0
}

@test "CS-19 CS-21 nobody who is out of use becomes the primary contact" {
	contact-archive -q --inactive 2
	inactive=$(contact-find -H -k organization -c id name=Inactive)
	expect 3 contact-edit -q -k organization --set primary_contact=2 "$inactive"
	stderr_has 'out of use'
}

@test "TW-5 TW-9 the organization of the inactive stays theirs when it is renamed" {
	contact-archive -q --inactive 2
	contact-edit -q -k organization --set name=Gone name=Inactive
	contact-add -q email=eve@example.com organization=Acme >/dev/null
	contact-archive -q --inactive eve@example.com
	expect 1 contact-find --count primary=true organization=Gone
	stdout_is 0
	expect 0 contact-find --count organization=Gone
	stdout_is 2
}

@test "TW-42 TW-43 our own rows, read again, take nothing of what reviving gives back" {
	contact-archive -q --attribute do_not_email --inactive 2
	contact-find -c all 2 >out.csv
	expect 0 contact-add -q --results results.csv out.csv
	contains results.csv '^2,unchanged,2,'
	contact-archive -q --revive 2
	expect 1 contact-find --count do_not_email=true
	stdout_is 0
}
