#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
#
# Users out of use and back (TW-27 to TW-34), and that contacts are none of theirs
# (TW-3).

load support

prepare()
{
	contact-add -q email=ann@example.com name='Ann Lee' >/dev/null
	contact-add -q -k user login=ann email=ann@example.com user_type=External contact=1 >/dev/null
	contact-add -q -k user login=bob email=bob@example.com >/dev/null
}

users()
{
	contact-find -H -k user -c login,access,status | paste -sd /
}

@test "TW-27 --disable turns access off, --enable on again, each once" {
	expect 0 contact-archive -k user --disable login=ann
	stderr_has 'updated=1 .*rev=4'
	[ "$(users)" = ann,false,archived/bob,true,active ]
	expect 0 contact-archive -k user --disable login=ann
	stderr_has 'updated=0 unchanged=1 .*rev=4'
	expect 0 contact-find -H -c user_status 1
	stdout_is archived
	printf 'login\nann\n' >rows.csv
	expect 0 contact-archive -q -k user --enable --results - - <rows.csv
	stdout_is 'line,action,id,key,code,message,changed
2,updated,2,ann,,,access'
	[ "$(users)" = ann,true,active/bob,true,active ]
}

@test "TW-33 a user goes by its address, with what it wrote, and the contact stays" {
	contact-add -q email=ann@example.com assigned_to=bob
	contact-add -q -k note contact=1 text='called' author=bob >/dev/null
	contact-add -q -k note contact=1 text='wrote' author=zoe >/dev/null
	expect 0 contact-archive -k user --delete bob@example.com
	stderr_has 'deleted=1 .*also=2 '
	expect 0 contact-find -H -k note -c text
	stdout_is wrote
	expect 0 contact-find -H -c email,assigned_to,user
	stdout_is ann@example.com,bob,ann
	rev=$(contact-store info | sed -n 's/^rev,//p')
	contact-store -q undo "$rev"
	expect 0 contact-find -H -k note -c text,author
	stdout_is 'called,bob
wrote,zoe'
}

@test "TW-3 no way of taking a contact out of use touches its user" {
	before=$(users)
	contact-archive -q --inactive --attribute do_not_email 1
	contact-archive -q --reject 1
	[ "$(users)" = "$before" ]
	expect 0 contact-find -k user -H -c login,contact,rev login=ann
	stdout_is ann,1,2
	contact-archive -q --revive 1
	contact-archive -q --delete 1
	[ "$(users)" = "$before" ]
}

@test "TW-34 nothing that is done to a user touches the contact" {
	before=$(contact-find -c all -o json | sed 's/"user":.*//')
	contact-archive -q -k user --disable login=ann
	contact-archive -q -k user --enable login=ann
	contact-archive -q -k user --delete login=ann
	[ "$(contact-find -c all -o json | sed 's/"user":.*//')" = "$before" ]
	expect 0 contact-find -H -c user,user_status 1
	stdout_is ,none
}

@test "the guard holds back disabling of many, and access is of users alone" {
	for i in $(seq 30); do echo "u$i"; done | contact-add -q -k user --header login
	expect 4 contact-archive -k user --disable --all
	stderr_has 'would disable 32 of 32 records, and 25 is the limit'
	expect 0 contact-archive -q -k user --disable --yes --all
	expect 2 contact-archive --disable 1
	stderr_has -- '--disable: is for users'
	expect 2 contact-archive -k user --disable --enable 2
	expect 2 contact-archive -k user --inactive 2
	stderr_has 'contacts'
}

@test "HS-67 a point of contact that an edit or a row takes out of use is said, too" {
	contact-add -q -k job title=Cook contact=1 >/dev/null
	contact-add -q -k organization name=Inactive >/dev/null
	for set in organization=Inactive approval=Rejected; do
		expect 0 contact-edit -q --set "$set" --results - 1
		stdout_has ',updated,1,ann@example.com,POINT_OF_CONTACT,#1 is the point of contact of job #4,'
		stderr_is ''
		expect 0 contact-edit -q --set title=x --results - 1
		stdout_lacks POINT_OF_CONTACT
		contact-archive -q --revive 1
	done
	contact-edit -q --set source=Fair --force 1
	expect 0 contact-edit -q --set source=Web --set approval=Rejected --results - 1
	stdout_has ',POINT_OF_CONTACT,left as stored: source; #1 is the point of contact of job #4,'
	contact-archive -q --revive 1
	printf 'E-Mail,Name,Archive\nann@example.com,Ann Lee,true\n' >rows.csv
	expect 0 contact-add -q --results - rows.csv
	stdout_has '^2,updated,1,ann@example.com,POINT_OF_CONTACT,#1 is the point of contact of job #4,'
}

@test "HS-67 a point of contact that is archived is said, and deleted only by force" {
	contact-add -q -k event title=Fair >/dev/null
	contact-add -q -k participation event=Fair contact=1 role='Point of Contact' >/dev/null
	expect 0 contact-archive -q --inactive --results - 1
	stdout_has ',updated,1,ann@example.com,POINT_OF_CONTACT,#1 is the point of contact of event #4,'
	expect 3 contact-archive -q --delete 1
	stderr_is 'contact-archive: #1 is the point of contact of event #4 (--force deletes it all the same) (IN_USE)'
	expect 0 contact-archive -q --delete --force 1
	expect 1 contact-find -k participation
	contact-add -q email=bob@example.com >/dev/null
	contact-add -q -k participation event=Fair contact=bob@example.com >/dev/null
	expect 0 contact-archive -q --delete bob@example.com
}
