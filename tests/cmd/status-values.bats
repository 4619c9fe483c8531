#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
#
# The values that statuses have: custom ones with their meaning and flags (TR-8,
# TR-46), defaults and other settings (TR-19, TR-37, TR-43), the banner (TR-50),
# and hiring managers (TR-45).

load support

value()
{
	contact-add -q -k picklist "$@" >/dev/null
}

@test "TR-7 --values prints picklist, value, meaning, custom, hiring_manager" {
	value name=client_status value='Key Account' meaning='has a frame contract' hiring_manager=yes
	expect 0 contact-status --values
	stdout_has '^picklist,value,meaning,custom,hiring_manager$'
	grep '^client_status,' stdout >client
	same client client 'client_status,Active,current client,false,true
client_status,Not Applicable,not a client,false,false
client_status,Past,previous client,false,true
client_status,Prospect,potential client,false,true
client_status,Key Account,has a frame contract,true,true'
	[ "$(grep -c '^candidate_status,' stdout)" -eq 9 ]
	[ "$(cut -d , -f 1 stdout | uniq | paste -sd ' ')" = 'picklist client_status candidate_status job.status placement.employment email_status' ]
}

@test "TR-8 a built-in value is hidden, not removed: no longer offered, still read" {
	value name=candidate_status value=Placed hidden=yes
	expect 0 contact-status --values
	stdout_lacks '^candidate_status,Placed,'
	contact-add -q email=ann@example.com candidate_status=placed
	expect 0 contact-find -H -c candidate_status email=ann@example.com
	stdout_is Placed
}

@test "TR-6 TR-8 a custom value that reads as another one is refused, and what a built-in value is not" {
	value name=client_status value=Big-One
	expect 3 contact-add -q -k picklist name=client_status value='big one'
	stderr_is 'contact-add: value: "big one" reads as "Big-One", which is there (BAD_VALUE)'
	expect 3 contact-add -q -k picklist name=client_status value=ACTIVE hidden=yes
	stderr_is 'contact-add: value: "ACTIVE" reads as "Active", which is there (BAD_VALUE)'
	expect 3 contact-add -q -k picklist name=job.status value=Open open=no
	stderr_is 'contact-add: open: "Open" is built in, it can only be hidden (BAD_VALUE)'
	expect 0 contact-add -q -k picklist --key id id=1 value='Big One'
	expect 0 contact-add -q -k picklist --key id id=1 meaning='a large client'
}

@test "TR-8 IN_USE a custom value that a contact has is not turned into another" {
	value name=client_status value=Key meaning=x
	contact-add -q email=ann@example.com client_status=key
	expect 3 contact-add -q -k picklist --key id id=1 value=Lock
	stderr_is 'contact-add: value: "Key" is in use, #2 has it (IN_USE)'
	expect 3 contact-add -q -k picklist --key id id=1 name=candidate_status
	stderr_is 'contact-add: value: "Key" is in use, #2 has it (IN_USE)'
	expect 0 contact-add -q -k picklist --key id id=1 meaning=y hiring_manager=yes
	contact-status -q --client Past ann@example.com
	expect 0 contact-add -q -k picklist --key id id=1 value=Lock
	expect 3 contact-add -q -k picklist --key id id=1 name=no_such_list
	stderr_is 'contact-add: name: there is no picklist "no_such_list" (BAD_VALUE)'
}

@test "TR-8 IN_USE values of jobs, in fields without an index, and in settings" {
	value name=job.status value=Paused open=yes
	value name=email_status value=Gone
	value name=candidate_status value=Lukewarm
	contact-add -q -k job title=Cook status=paused >/dev/null
	contact-add -q email=ann@example.com email_status=gone
	contact-store -q set candidate_status_when_assignment_ended=lukewarm
	expect 3 contact-add -q -k picklist --key id id=1 value=Other
	stderr_is 'contact-add: value: "Paused" is in use, #4 has it (IN_USE)'
	expect 3 contact-add -q -k picklist --key id id=2 value=Other
	stderr_is 'contact-add: value: "Gone" is in use, #5 has it (IN_USE)'
	expect 3 contact-add -q -k picklist --key id id=3 value=Other
	stderr_is 'contact-add: value: "Lukewarm" is in use, the setting candidate_status_when_assignment_ended is it (IN_USE)'
}

@test "TR-45 TR-46 hiring managers of an organization: Active, Past, Prospect, flagged custom values" {
	value name=client_status value=Key hiring_manager=yes
	value name=client_status value=Lost
	for status in Active Past Prospect 'Not Applicable' Key Lost; do
		contact-add -q last_name="$status" organization=Acme client_status="$status" >/dev/null
	done
	contact-add -q last_name=Other organization=Bolt client_status=Active >/dev/null
	expect 0 contact-find -H -c last_name organization=Acme hiring_manager=true --sort last_name
	stdout_is 'Active
Key
Past
Prospect'
	expect 0 contact-find --count-by organization,hiring_manager
	stdout_is 'organization,hiring_manager,count
Acme,false,2
Acme,true,4
Bolt,true,1'
	expect 0 contact-find -H -k organization -c name contact.hiring_manager=true
	stdout_is 'Acme
Bolt'
}

@test "TR-13 type is sorted and counted, and seen through references" {
	contact-add -q last_name=A client_status=Active candidate_status=n/a >/dev/null
	contact-add -q last_name=B >/dev/null
	contact-add -q last_name=C client_status=Past candidate_status=DNU >/dev/null
	contact-add -q -k job title=Cook contact=1 >/dev/null
	expect 0 contact-find -H -c last_name,type --sort type
	stdout_is 'C,C&C
B,Candidate
A,Client'
	expect 0 contact-find -H -k job -c contact.type,contact.hiring_manager contact.type=Client
	stdout_is Client,true
}

@test "TR-14 type and hiring_manager are computed: nothing sets them" {
	expect 3 contact-add -q email=ann@example.com type=Client
	stderr_has '^contact-add: type: is computed and cannot be made "Client" \(READ_ONLY\)$'
	expect 2 contact-add -q --set hiring_manager=true email=ann@example.com
}

@test "TR-50 text and colour of the banner are settings, checked when they are set" {
	contact-add -q last_name=A client_status=Active candidate_status=n/a >/dev/null
	contact-add -q last_name=B client_status=n/a >/dev/null
	contact-add -q last_name=C client_status=Active >/dev/null
	contact-add -q last_name=D client_status=n/a candidate_status=n/a >/dev/null
	contact-store -q set banner_client=KUNDE banner_client_color=Magenta banner_none_color=bold
	expect 0 contact-find -o table --color=always -c last_name,type
	stdout_is $'\e[1mlast_name\e[0m  \e[1mtype\e[0m
A          \e[35mKUNDE\e[0m
B          \e[34mCandidate\e[0m
C          \e[36mC&C\e[0m
D          \e[1mNone\e[0m'
	expect 0 contact-find -H -c type 1
	stdout_is Client
	expect 2 contact-store set banner_none_color=pink
	stderr_has 'banner_none_color: "pink" is not plain, bold, red, green, yellow, blue, magenta or cyan$'
	expect 0 contact-store -q set banner_client= banner_client_color=
	expect 0 contact-find -o table -c type 1
	stdout_has '^Client'
}

@test "TR-19 defaults and the status after an assignment are checked when they are set" {
	for setting in client_status_default candidate_status_default candidate_status_when_assignment_ended; do
		expect 2 contact-store set "$setting=Nonsense"
		stderr_has "$setting: \"Nonsense\" is not a value of (client|candidate)_status\$"
	done
	value name=client_status value=Lead
	contact-store -q set client_status_default=lead
	contact-add -q email=ann@example.com
	expect 0 contact-find -H -c client_status email=ann@example.com
	stdout_is Lead
}
