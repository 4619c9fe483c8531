#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
#
# TW-44: contact-find --audience shows what students and staff may see.

load support

prepare()
{
	contact-add -q email=all@example.com
	contact-add -q email=staff@example.com visibility='Myself and All Career Advisors'
	contact-add -q --as bob email=bob@example.com visibility='Only Myself'
	contact-add -q --as cy email=cy@example.com visibility='Only Myself' assigned_to=bob
	contact-add -q email=pending@example.com approval=Pending
	contact-add -q email=rejected@example.com
	contact-add -q email=inactive@example.com
	contact-add -q email=marked@example.com
	contact-archive -q --reject 6
	contact-archive -q --inactive 7
	contact-archive -q --attribute do_not_email 8
}

shown()
{
	expect 0 contact-find -H -c email "$@"
}

@test "TW-44 a student sees who is visible to everyone, approved and in use" {
	shown --audience student
	stdout_is all@example.com
	expect 0 contact-find --audience student --count
	stdout_is 1
	expect 1 contact-find --audience student --count 2
	stdout_is 0
	expect 1 contact-find --audience student -H -c email 6
	expect 1 contact-find --audience student approval=Rejected or visibility='Only*'
	contact-archive -q --revive 7
	shown --audience student
	stdout_is 'all@example.com
inactive@example.com'
}

@test "TW-44 staff see all but the rejected, and of Only Myself what they created" {
	shown --audience staff --as bob
	stdout_is 'all@example.com
staff@example.com
bob@example.com
pending@example.com
inactive@example.com
marked@example.com'
	shown --audience staff --as cy visibility='Only Myself'
	stdout_is cy@example.com
	expect 1 contact-find --audience staff visibility='Only Myself'
	expect 1 contact-find --audience staff --as bob approval=Rejected
	expect 1 contact-find --audience staff --as bob 6
}

@test "TW-44 it goes with the past, counts and history" {
	shown --audience student --at 5
	stdout_is all@example.com
	shown --audience student --at 8
	stdout_has inactive@example.com
	expect 0 contact-find --audience staff --as dee --count-by visibility -H
	stdout_is 'Everyone,2
Myself and All Career Advisors,3'
	expect 1 contact-find --audience student --history 3
}

@test "options: mistakes with --audience are exit 2" {
	expect 2 contact-find --audience parents
	expect 2 contact-find -k job --audience student
	stderr_is "contact-find: --audience: is about contacts, and --kind is job
try 'contact-find --help'"
	expect 2 contact-find --audience student --fields
}

@test "TW-44 through references, too, students see nobody whom they may not" {
	contact-add -q email=hid@hush.example organization=Hush visibility='Only Myself' >/dev/null
	contact-add -q email=open@hush.example organization=Hush >/dev/null
	expect 0 contact-find -H --audience student -c email,organization.primary_contact.email organization=Hush
	stdout_is open@hush.example,
	expect 1 contact-find -H --audience student organization.primary_contact.email=hid@hush.example
	stdout_is ''
}
