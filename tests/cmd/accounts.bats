#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
#
# Users, members and employees, and what a contact shows of them (HS-11 to HS-14,
# HS-22, HS-23, CS-22, CS-25, CS-35, CS-36).

load support

prepare()
{
	contact-add -q email=ann@example.com name='Ann Lee' >/dev/null
	contact-add -q email=cy@example.com name='Cy Fox' >/dev/null
}

# user LOGIN [FIELD=VALUE...]
user()
{
	contact-add -q -k user "login=$1" "${@:2}" >/dev/null
}

@test "HS-11 HS-12 a contact is no user, and has nothing like a credential" {
	expect 0 contact-find -c user,user_status 1
	stdout_is 'user,user_status
,none'
	expect 1 contact-find -k user --count
	stdout_is 0
	expect 0 contact-find --fields -o csv
	stdout_lacks 'password|secret|token'
	stderr_is ''
}

@test "HS-13 HS-14 the user of a contact is the one that names it, else the external one of its address" {
	user ann@example.com user_type=External email=Ann@EXAMPLE.com
	user cy user_type=External contact=cy@example.com access=false
	user bob email=bob@example.com
	expect 0 contact-find -H -c email,user,user_status
	stdout_is 'ann@example.com,ann@example.com,active
cy@example.com,cy,archived'
	expect 0 contact-find -H -k user -c login,contact,status
	stdout_is 'ann@example.com,,active
cy,2,archived
bob,,active'
	stderr_is ''
}

@test "HS-14 a member of the same address is not the contact's user" {
	user ann email=ann@example.com
	expect 0 contact-find -H -c user_status 1
	stdout_is none
}

@test "HS-22 a name that is no user's yet becomes one when the user comes, in the same run" {
	contact-add -q email=ann@example.com assigned_to='Bob Miller'
	contact-add -q email=cy@example.com assigned_to=bob
	expect 0 contact-add -k user login=bob first_name=Bob last_name=Miller
	stderr_is 'contact-add: read=1 created=1 updated=0 unchanged=0 skipped=0 errors=0 also=2 rev=5 in # s'
	expect 0 contact-find -H -c email,assigned_to assigned_to=bob
	stdout_is 'ann@example.com,bob
cy@example.com,bob'
}

@test "HS-22 a member is named by login, address or full name" {
	user bob first_name=Bob last_name='van der Berg' email=bob@example.edu
	for name in bob bob@EXAMPLE.edu 'Bob van der Berg' "#3"; do
		contact-add -q email=ann@example.com assigned_to="$name"
		expect 0 contact-find -H -c assigned_to 1
		stdout_is bob
		contact-add -q --blank clear email=ann@example.com assigned_to=
	done
}

@test "HS-23 nobody is assigned to somebody outside, neither now nor when the user comes" {
	user eve user_type=External
	expect 3 contact-add -q email=ann@example.com assigned_to=eve
	stderr_is 'contact-add: assigned_to: "eve" is no member (NOT_A_MEMBER)'
	contact-add -q email=ann@example.com assigned_to=zoe
	user zoe user_type=External
	expect 0 contact-store check
	stdout_has '1 unresolved reference'
}

@test "HS-23 with members=strict a name that is nobody's is refused" {
	contact-store set members=strict
	expect 3 contact-add -q email=ann@example.com assigned_to=zoe
	stderr_is 'contact-add: assigned_to: "zoe" is no member (NOT_A_MEMBER)'
	user zoe
	expect 0 contact-add -q email=ann@example.com assigned_to=zoe
}

@test "a login is that of one user, a role and a workspace have one name" {
	user bob
	user eve
	printf 'id,rev,login\n4,4,bob\n' >in.csv
	expect 3 contact-add -q -k user in.csv
	stderr_is 'contact-add: in.csv:2: login: "bob" is that of #3 (LOGIN_IN_USE)'
	contact-add -q -k role name=Advisor >/dev/null
	contact-add -q -k role name=Guest >/dev/null
	printf 'id,rev,name\n6,6,advisor\n' >in.csv
	expect 3 contact-add -q -k role in.csv
	stderr_is 'contact-add: in.csv:2: name: "advisor" is that of #5 (NAME_IN_USE)'
}

@test "CS-35 CS-36 a contact has one user, who is from outside" {
	user ann user_type=External contact=1
	expect 3 contact-add -q -k user login=ann2 user_type=External contact=1
	stderr_is 'contact-add: contact: #1 is linked to user #3 (ALREADY_USER)'
	expect 3 contact-add -q -k user login=bob contact=2
	stderr_is 'contact-add: contact: only a user with user_type External can be linked (NOT_EXTERNAL)'
}

@test "CS-22 CS-25 a contact is one employee, and shows it" {
	contact-add -q -k employee number=00417 first_name=Ann contact=ann@example.com >/dev/null
	expect 0 contact-find -H -c email,employee
	stdout_is 'ann@example.com,00417
cy@example.com,'
	expect 3 contact-add -q -k employee number=00418 contact=1
	stderr_is 'contact-add: contact: #1 is linked to employee #3 (ALREADY_LINKED)'
	expect 0 contact-add -k employee number=00417 contact=1
	stderr_has 'unchanged=1'
}

@test "CS-24 who is to be told is found by the link to the employee" {
	contact-add -q -k employee number=1 contact=1 notify=true >/dev/null
	expect 0 contact-find -H -c email employee.notify=true
	stdout_is ann@example.com
	stderr_is ''
}

@test "CS-12 CS-13 the contacts of an organization, and of a workspace made from it" {
	contact-add -q email=ann@example.com organization=Acme
	contact-add -q -k workspace name=Onboarding organization=Acme >/dev/null
	contact-add -q -k workspace name=Empty >/dev/null
	expect 0 contact-find -H -c email organization=acme
	stdout_is ann@example.com
	expect 0 contact-find -H -c email workspace=onboarding
	stdout_is ann@example.com
	expect 0 contact-find -H -c email workspace!=Onboarding
	stdout_is cy@example.com
	expect 1 contact-find -H -c email workspace=Empty
	stdout_is ''
	expect 2 contact-find workspace=None
	stderr_has 'workspace=None: there is no such workspace'
}

@test "CS-23 employees are linked to the contacts of their addresses, or contacts made of them" {
	printf '%s\n' number,first_name,last_name,email,title,organization \
	    1,Ann,Lee,Ann@Example.com,Cook,Acme 2,Eve,Fox,eve@example.com,Chef,Acme 3,Joe,Roe,,, >staff.csv
	expect 0 contact-add -k employee --link-contacts staff.csv
	stderr_has 'read=3 created=3 .*errors=0 also=3 rev=3'
	expect 0 contact-find -H -c name,email,title,employee,source employee=*
	stdout_is 'Ann Lee,ann@example.com,,1,Manual
Eve Fox,eve@example.com,Chef,2,Employee
Joe Roe,,,3,Employee'
	expect 0 contact-add -k employee --link-contacts staff.csv
	stderr_has 'created=0 updated=0 unchanged=3 .*rev=3'
	expect 2 contact-add --link-contacts staff.csv
	stderr_has 'link-contacts: goes with -k employee'
}

@test "CS-23 CS-25 an employee whose contact is another's is in error, and makes nobody" {
	contact-add -q -k employee number=1 contact=1 >/dev/null
	printf 'number,email\n2,ann@example.com\n' >staff.csv
	expect 3 contact-add -q -k employee --link-contacts staff.csv
	stderr_has 'ALREADY_LINKED'
	expect 0 contact-find -k employee --count
	stdout_is 1
}

@test "CS-26 CS-34 --create-user: the contact and its user come together, or neither" {
	contact-add -q -k user login=template >/dev/null
	contact-add -q -k workspace name=Core >/dev/null
	contact-add -q -k organization name=Acme default_workspace=Core >/dev/null
	printf '%s\n' email,first_name,organization eve@example.com,Eve,Acme joe@example.com,Joe,Bolt >in.csv
	expect 3 contact-add -q --create-user in.csv
	stderr_has 'NO_TEMPLATE_USER'
	expect 1 contact-find email=eve@example.com
	contact-store set app-i-contact-templateuser=template
	expect 3 contact-add -q --create-user --results results.csv in.csv
	expect 0 cut -d, -f 1,2,5 results.csv
	stdout_is 'line,action,code
2,created,
3,error,NO_DEFAULT_WORKSPACE'
	expect 0 contact-find -H -c email,user
	stdout_is 'ann@example.com,
cy@example.com,
eve@example.com,eve@example.com'
	contact-add -q -k organization name=Bolt default_workspace=Core >/dev/null
	contact-add -q -k user login=joe@example.com >/dev/null
	expect 3 contact-add -q --create-user in.csv
	stderr_has 'in.csv:3: .*LOGIN_IN_USE'
	expect 1 contact-find email=joe@example.com
}

@test "CS-26 X-14 --create-user: the same file again changes nothing" {
	contact-add -q -k user login=template >/dev/null
	contact-store set app-i-contact-templateuser=template
	contact-add -q -k workspace name=Core >/dev/null
	contact-add -q -k organization name=Acme default_workspace=Core >/dev/null
	printf '%s\n' email,organization eve@example.com,Acme >in.csv
	contact-add -q --create-user in.csv
	expect 0 contact-add --create-user in.csv
	stderr_has 'created=0 updated=0 unchanged=1 skipped=0 errors=0 rev=7'
}

@test "HS-9 --link: people of a file take part in an event" {
	contact-add -q -k event title=Fair >/dev/null
	printf '%s\n' email eve@example.com ann@example.com >in.csv
	expect 0 contact-add -q --link event:Fair in.csv
	expect 0 contact-find -H -c email participation.event.title=Fair
	stdout_is 'ann@example.com
eve@example.com'
}

@test "TW-30 TW-31 TW-32 another role limits a user, who is chosen by login or address" {
	user bob email=bob@example.com
	user eve email=bob@example.com
	contact-add -q -k role name='Denied Access Role' >/dev/null
	printf 'login\nbob\nnobody\n' >rows.csv
	expect 0 contact-edit -q -k user --set role='Denied Access Role' --results - - <rows.csv
	stdout_is 'line,action,id,key,code,message,changed
2,updated,3,bob,,,role
3,skipped,,nobody,NO_MATCH,no record has these keys,'
	expect 0 contact-find -H -k user -c login,role,status role=*
	stdout_is 'bob,Denied Access Role,active'
	printf 'email\nbob@example.com\n' >rows.csv
	expect 3 contact-edit -q -k user --set access=false - <rows.csv
	stderr_is 'contact-edit: stdin:2: #3 and #4 have this e-mail address (AMBIGUOUS)'
	printf 'login,email\neve,bob@example.com\nbob,eve@example.com\n' >rows.csv
	expect 3 contact-edit -q -k user --set access=false --results - - <rows.csv
	stdout_has '^2,updated,4,eve,'
	stdout_has '^3,error,3,bob,KEY_CONFLICT'
}

@test "CS-34 CS-19 a row whose user or link cannot be leaves no organization behind, and the store sound" {
	contact-add -q -k user login=template >/dev/null
	contact-store set app-i-contact-templateuser=template
	contact-add -q -k employee number=1 contact=1 >/dev/null
	expect 3 contact-add -q --create-user email=eve@example.com organization=NewCo
	stderr_has 'NO_DEFAULT_WORKSPACE'
	expect 3 contact-add -q --link employee:1 email=eve@example.com organization=NewCo
	stderr_has 'ALREADY_LINKED'
	expect 1 contact-find -k organization --count
	stdout_is 0
	expect 0 contact-store check
}

@test "HS-23 who looks after somebody does not become somebody outside" {
	user bob
	contact-edit -q --set assigned_to=bob 1
	expect 3 contact-edit -q -k user --set user_type=External login=bob
	stderr_is 'contact-edit: user_type: #3 looks after 1 contact, such as #1 (NOT_A_MEMBER)'
}
