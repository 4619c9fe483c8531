#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
#
# What an invitation leads to (HS-44 to HS-56): each row of the table of scenarios.

load support

# organization NAME [DOMAINS] [DISTRIBUTED]
organization()
{
	contact-add -q -k organization name="$1" domains="${2-}" distributed="${3-}" >/dev/null
}

# invited EMAIL [ORGANIZATION]: the codes with which a new contact would be invited.
invited()
{
	contact-add -q email="$1" ${2:+organization="$2"} >/dev/null
	contact-invite -q -n --campaign "To $1" "${@:3}" "$1" | cut -d , -f 2,5 | sed 1d
}

@test "HS-42 X-11 an address in quotation marks that it does not need is the same one" {
	contact-add -q -k suppression address=ann@acme.example
	contact-add -q 'email="Ann"@acme.example' name='Ann Lee' >/dev/null
	contact-add -q 'email="b o"@acme.example' name='Bo Ray' >/dev/null
	expect 0 contact-invite -q --campaign Fall --all
	expect 0 contact-find -H -k invitation -c email,state,reason
	stdout_is '"""Ann""@acme.example",suppressed,SUPPRESSED
"""b o""@acme.example",queued,'
	# Nor is it another contact.
	expect 0 contact-add -q email=ANN@acme.example
	expect 0 contact-find --count
	stdout_is 2
}

@test "HS-44 a: no organization, and nobody has the domain: new_company" {
	[ "$(invited ann@acme.example)" = queued,new_company ]
}

@test "HS-46 b: no organization, and a generic address or a domain that is taken: new_company" {
	organization Acme acme.example
	[ "$(invited ann@gmail.com)" = queued,new_company ]
	[ "$(invited ann@acme.example)" = queued,new_company ]
}

@test "HS-47 c: the domain is the organization's: join_auto" {
	organization Acme 'acme.example;acme.test'
	[ "$(invited ann@acme.example Acme)" = queued,join_auto ]
	[ "$(invited bob@ACME.test. Acme)" = queued,join_auto ]
}

@test "HS-48 HS-49 d: an organization that is distributed, or shares its domain: join_distributed" {
	organization Acme acme.example true
	[ "$(invited ann@acme.example Acme)" = queued,join_distributed ]
	organization 'Bolt North' bolt.example
	organization 'Bolt South' bolt.example
	[ "$(invited bob@bolt.example 'Bolt North')" = queued,join_distributed ]
}

@test "HS-50 e: another domain: join_request, domain_mismatch" {
	organization Acme acme.example
	[ "$(invited ann@other.example Acme)" = queued,domain_mismatch ]
	contact-invite -q --campaign Fall ann@other.example
	expect 0 contact-find -k invitation -c scenario,state,reason
	stdout_is 'scenario,state,reason
join_request,queued,domain_mismatch'
}

@test "HS-51 f: an organization without a domain: join_request, no_company_domain" {
	organization Acme
	[ "$(invited ann@acme.example Acme)" = queued,no_company_domain ]
}

@test "HS-52 HS-55 g: a generic address, even if equal: join_request, generic_email" {
	organization Acme gmail.com
	[ "$(invited ann@gmail.com Acme)" = queued,generic_email ]
	organization Bolt
	[ "$(invited bob@gmx.de Bolt)" = queued,generic_email ]
	contact-store -q set generic_domains=post.example
	[ "$(invited cy@post.example Acme)" = queued,generic_email ]
}

@test "HS-39 HS-40 h: who is a user already gets no mail, and its organization is approved once" {
	organization Acme acme.example
	contact-add -q email=ann@acme.example organization=Acme >/dev/null
	contact-add -q -k user login=ann email=ann@acme.example user_type=External organization=Acme >/dev/null
	expect 0 contact-invite -n --campaign Fall ann@acme.example
	stdout_is 'line,action,id,key,code,message,changed
,skipped,2,ann@acme.example,existing_user,,'
	expect 0 contact-invite -q --campaign Fall ann@acme.example
	stdout_is ''
	expect 0 contact-find -H -k organization -c approval
	stdout_is Approved
	expect 0 contact-invite -q --campaign Again ann@acme.example
	expect 0 contact-find -H -k invitation -c campaign,state,user 'decided_at=*'
	stdout_is Fall,already_user,ann
	expect 0 contact-find -H -k invitation -c campaign,state,user not 'decided_at=*'
	stdout_is Again,already_user,ann
}

@test "HS-54 a subdomain is a mismatch unless --subdomains" {
	organization Acme acme.co.uk
	[ "$(invited ann@mail.acme.co.uk Acme)" = queued,domain_mismatch ]
	[ "$(invited bob@mail.acme.co.uk Acme --subdomains)" = queued,join_auto ]
	[ "$(invited cy@other.co.uk Acme --subdomains)" = queued,domain_mismatch ]
	[ "$(invited dan@notacme.co.uk Acme --subdomains)" = queued,domain_mismatch ]
	organization Physics physics.uni.example
	[ "$(invited eve@uni.example Physics --subdomains)" = queued,join_auto ]
	[ "$(invited fay@law.uni.example Physics --subdomains)" = queued,join_auto ]
	[ "$(invited gus@law.uni.example Physics)" = queued,domain_mismatch ]
}

@test "HS-49 HS-54 --subdomains: a subdomain that is another's is shared" {
	organization Acme acme.co.uk
	organization Sub eu.acme.co.uk
	[ "$(invited ann@eu.acme.co.uk Acme --subdomains)" = queued,join_distributed ]
	[ "$(invited bob@eu.acme.co.uk Sub)" = queued,join_auto ]
}

@test "HS-54 domains are compared as A-labels" {
	organization Acme xn--bcher-kva.example
	[ "$(invited ann@bücher.example Acme --allow-idn)" = queued,join_auto ]
}

@test "HS-56 changing the domain between two campaigns changes the scenario" {
	organization Acme acme.example
	[ "$(invited ann@other.example Acme)" = queued,domain_mismatch ]
	contact-edit -q -k organization --set domains=other.example --all
	[ "$(contact-invite -q -n --campaign Second ann@other.example | cut -d , -f 5 | sed 1d)" = join_auto ]
}
