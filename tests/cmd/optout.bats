#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
#
# Restoring an older store loses nobody's wish not to be written to: flags and
# statuses are set again on whom both states have, and every other address of
# who is not to be mailed is suppressed.

load support

# Restores the backup `saved`, and tells the suppressions.
restored()
{
	expect 0 contact-store restore --yes saved
	stderr_has "opt-outs that the backup lacks were carried over: $1$"
	expect 0 contact-find -k suppression -H -c address,reason
}

@test "an address that an unwilling contact got after the backup is suppressed" {
	contact-add -q email=b@example.org other_emails=bb@example.org name='B Two' ext.sf=9
	contact-store -q backup saved
	contact-add -q ext.sf=9 email=new@example.org other_emails=newer@example.org
	contact-add -q ext.sf=9 do_not_email=1
	restored 'suppressions=2 contacts=1'
	stdout_is 'new@example.org,do_not_email
newer@example.org,do_not_email'
	contact-add -q email=new@example.org
	expect 0 contact-find -H -c email,do_not_email,mailable
	stdout_is 'b@example.org,true,false
new@example.org,,false'
}

@test "what became of mail, and statuses and attributes without mail, are carried" {
	contact-add -q -k attribute name=left type=flag no_mail=1
	seq -f 'p%.0f@example.com' 9 | sed '1iemail' >people.csv
	contact-add -q people.csv
	contact-store -q backup saved
	contact-add -q email=p1@example.com email_status=Bounced
	contact-add -q email=p2@example.com email_status=Complained do_not_call=1
	contact-add -q email=p3@example.com candidate_status=DNU
	contact-add -q email=p4@example.com attr.left=true
	contact-add -q -k picklist name=email_status value=Unsubscribed no_mail=1
	contact-add -q email=p5@example.com email_status=Unsubscribed
	contact-add -q email=p6@example.com email_status=Ok
	contact-add -q email=p7@example.com approval=Rejected
	contact-add -q email=q1@example.com email_status=Invalid
	contact-add -q email=q2@example.com candidate_status=DNU
	contact-add -q email=q3@example.com
	contact-add -q email=q4@example.com do_not_call=1
	contact-add -q email=q3@example.com approval=Rejected
	restored 'suppressions=2 contacts=5'
	stdout_is 'q1@example.com,Invalid
q2@example.com,no_mail'
	expect 0 contact-find -H -c email,email_status,do_not_email,do_not_call,mailable
	stdout_is 'p1@example.com,Bounced,,,false
p2@example.com,Complained,,true,false
p3@example.com,,true,,false
p4@example.com,,true,,false
p5@example.com,,true,,false
p6@example.com,,,,true
p7@example.com,,,,true
p8@example.com,,,,true
p9@example.com,,,,true'
	# All is there the second time.
	contact-store -q backup again
	expect 0 contact-store restore --yes again
	[ "$(wc -l <stderr)" -eq 2 ]
}

@test "who opted out and was deleted since stays out; suppressions deleted since do not" {
	contact-add -q email=ann@example.com
	contact-store -q backup saved
	contact-add -q email=bob@example.com other_emails=bobby@example.com
	contact-add -q email=bob@example.com do_not_email=1
	contact-add -q email=cleo@example.com
	contact-add -q -k suppression address=dan@example.com
	local rev
	for rev in 5 4 2; do
		contact-store -q undo --force $rev
	done
	contact-archive -q -k suppression --delete --yes --all
	# This one came back, and is asked for itself.
	contact-add -q email=bobby@example.com
	expect 0 contact-find --count
	stdout_is 2
	restored 'suppressions=1 contacts=0'
	stdout_is bob@example.com,do_not_email
}

@test "another store with a run of the same number and second: nobody is taken for another" {
	contact-add -q -s other email=nora@example.com name='Nora Nord' ext.sf=1
	contact-store -q -s other backup saved
	contact-add -q email=ann@example.com name='Ann Lee' ext.hr=1
	contact-add -q email=ann@example.com do_not_email=1 do_not_call=1
	restored 'suppressions=1 contacts=0'
	stdout_is ann@example.com,do_not_email
	expect 0 contact-find -H -c email,do_not_email,do_not_call
	stdout_is nora@example.com,,
}

@test "a contact is itself whatever has become of its name and addresses" {
	contact-add -q email=ann@example.com name='Ann Lee'
	contact-store -q backup saved
	contact-add -q --key id id=1 email=anna@example.org name='Anna Berg'
	contact-add -q --key id id=1 do_not_email=1
	restored 'suppressions=1 contacts=1'
	stdout_is anna@example.org,do_not_email
	expect 0 contact-find -H -c email,do_not_email
	stdout_is ann@example.com,true
}

@test "the other side: an address, a name or an external id in common is the same person" {
	local same
	for same in email=ann@example.com name='Ann Lee' ext.sf=1; do
		rm -rf other saved "$CONTACT_STORE"*
		contact-add -q -s other email=x@example.com last_name=X ext.x=1 ext.sf=2
		contact-add -q -s other --key id id=1 "$same"
		contact-store -q -s other backup saved
		contact-add -q email=ann@example.com name='Ann Lee' ext.sf=1
		contact-add -q email=ann@example.com do_not_call=1
		expect 0 contact-store restore --yes saved
		stderr_has 'suppressions=0 contacts=1$' || { echo "$same"; return 1; }
	done
}
