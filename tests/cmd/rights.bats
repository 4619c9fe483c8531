#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
#
# What users may do by the rights of their roles (CS-8, CS-9), who can log in (TW-27
# to TW-33), and records that not everybody sees (HS-6, HS-17, TW-44). The store's
# owner asks as each of them; tests/cmd/setgid.bats has them log in.

load support

prepare()
{
	printf '%s\n' name,rights Viewer,crm=view Editor,crm=edit Admin,crm=admin \
	    'Keeper,crm=view;store=admin' 'Personnel,crm=view;users=admin' \
	    'Clerk,crm=edit;users=edit' Nothing,crm=none Empty, Mailer,mail=admin >roles.csv
	printf '%s\n' login,user_type,role,access vera,,Viewer, ed,,Editor, ada,,Admin, \
	    kim,,Keeper, pat,,Personnel, cleo,,Clerk, nono,,Nothing, eve,External,Admin, \
	    off,,Admin,false mute,,, void,,Empty, max,,Mailer, ghost,,Unwritten, >users.csv
	contact-add -q -k role roles.csv
	contact-add -q -k user users.csv
	contact-add -q email=ann@example.com name='Ann Lee' >/dev/null
	contact-store -q set access=roles
}

# may 'USER...' COMMAND...: each of them, and none of the others.
may()
{
	local allowed=" $1 " user want
	shift
	for user in vera ed ada kim pat cleo nono eve off mute void max ghost nobody; do
		want=0
		[[ $allowed == *" $user "* ]] || want=6
		expect "$want" "$@" --as "$user" </dev/null || return
		[ "$want" -eq 0 ] || stdout_is '' || return
		[ "$want" -eq 0 ] || [ "$(wc -l <"$place/stderr")" -eq 1 ] || return
	done
}

@test "CS-9 rights are read in any case, print canonical, and what is none is BAD_VALUE" {
	expect 0 contact-add -q -k role name=Advisor 'rights=CRM=Edit; mail=view'
	expect 0 contact-find -H -k role -c rights name=Advisor
	stdout_is 'crm=edit;mail=view'
	expect 0 contact-add -k role name=Advisor 'rights=Crm=EDIT;mail=view'
	stderr_has 'unchanged=1'
	for rights in crm crm=sudo site=edit =edit crm=; do
		expect 3 contact-add -q -k role name=Other "rights=$rights"
		stdout_is ''
		stderr_is "contact-add: rights: \"$rights\" is none of crm=none, crm=view, crm=edit, crm=admin, mail=none, mail=view, mail=edit, mail=admin, users=none, users=view, users=edit, users=admin, store=none, store=view, store=edit, store=admin (BAD_VALUE)"
	done
}

@test "CS-9 two levels on one entity are BAD_VALUE" {
	expect 3 contact-add -q -k role name=Other 'rights=crm=view;crm=admin'
	stdout_is ''
	stderr_is 'contact-add: rights: crm has two levels (BAD_VALUE)'
}

@test "access is files or roles, at first files, and then nobody is asked for a role" {
	contact-store -q set access=
	expect 0 contact-store get access
	stdout_is files
	expect 2 contact-store set access=rolls
	stdout_is ''
	stderr_has '^contact-store: access: "rolls" is not files or roles$'
	expect 0 contact-add -q --as nobody email=bob@example.com
	expect 0 contact-find -H -c created_by bob@example.com
	stdout_is nobody
}

@test "CS-8 CS-9 finding needs a view on the CRM" {
	may 'vera ed ada kim pat cleo' contact-find
	may 'vera ed ada kim pat cleo' contact-find --count
	may 'vera ed ada kim pat cleo' contact-find --fields
	may 'vera ed ada kim pat cleo' contact-find -k role
	for verb in info check log get; do
		may 'vera ed ada kim pat cleo' contact-store "$verb"
	done
}

@test "CS-9 adding, setting statuses and archiving need edit, dry runs too" {
	may 'ed ada cleo' contact-add email=ann@example.com
	may 'ed ada cleo' contact-add -n email=bob@example.com
	may 'ed ada cleo' contact-edit -n --set city=Bern ann@example.com
	may 'ed ada cleo' contact-edit -n --note called ann@example.com
	may 'ed ada cleo' contact-status --client Active ann@example.com
	may 'ed ada cleo' contact-archive --inactive ann@example.com
	may 'ed ada cleo' contact-archive --revive ann@example.com
	may 'ed ada cleo' contact-invite -n --campaign Fall ann@example.com
}

@test "CS-9 settings, undoing, deleting, users and roles need admin" {
	may 'ada' contact-archive -n --delete ann@example.com
	may 'ada' contact-store -n undo 3
	may 'ada kim' contact-store set timezone=UTC
	may 'ada pat' contact-add -n -k user login=new
	may 'ada pat' contact-add -n -k role name=new
	may 'ada pat' contact-edit -n -k user --set access=false login=ed
	may 'ada pat' contact-edit -n -k role --set rights=crm=admin name=Editor
	may 'ada pat' contact-archive -n -k user --delete login=vera
}

@test "CS-9 who administers users gets at nothing else by naming that kind" {
	for verb in dump compact 'set timezone=UTC' 'undo 3'; do
		# shellcheck disable=SC2086
		expect 6 contact-store -k user --as pat $verb
		stdout_is ''
	done
	expect 6 contact-store -k role --as cleo dump
	stdout_is ''
}

@test "CS-9 CS-26 making users of contacts needs edit on users" {
	for program in 'contact-add email=ann@example.com' 'contact-edit ann@example.com'; do
		for user in ed vera; do
			# shellcheck disable=SC2086
			expect 6 $program --create-user --as $user
			stdout_is ''
		done
		# There is no template; so far they come.
		for user in cleo ada; do
			# shellcheck disable=SC2086
			expect 3 $program --create-user --as $user
			stderr_has NO_TEMPLATE_USER
		done
	done
}

@test "CS-9 linking contacts to users and undoing that needs admin on users" {
	contact-add -q -k user login=ext user_type=External >/dev/null
	contact-add -q -k role name=Clerk 'rights=crm=edit;users=admin' >/dev/null
	may 'ada cleo' contact-edit -n --link user:ext ann@example.com
	may 'ada cleo' contact-edit -n --unlink user:ext ann@example.com
	may 'ada cleo' contact-add -n email=bob@example.com --link user:ext
	contact-add -q -k event title=Fair >/dev/null
	may 'ed ada cleo' contact-edit -n --link event:Fair ann@example.com
	expect 6 contact-edit --as ed --link event:Fair --link user:ext ann@example.com
	stdout_is ''
	stderr_is 'contact-edit: ed lacks the right users=admin in this store: users=none is that of the role Editor'
}

@test "CS-9 what takes the whole store in or out needs admin on it" {
	may 'ada kim' contact-store dump
	may 'ada kim' contact-store prune --older 2y --yes
	may 'ada kim' contact-store compact
	mkdir backups
	may 'ada kim' bash -c 'contact-store backup "backups/$2" "$1" "$2"' -
	contact-store dump >text
	export CONTACT_STORE=$place/store
	expect 6 contact-store --as vera load <text
	stdout_is ''
	stderr_is 'contact-store: vera lacks the right store=admin in this store: store=none is that of the role Viewer'
	expect 6 contact-store --as vera --yes restore backups/ada
	stdout_is ''
}

@test "CS-9 each refusal says which right is missing, and why" {
	refused()
	{
		expect 6 contact-find --as "$1"
		stdout_is ''
		stderr_is "contact-find: $2"
	}
	expect 6 contact-add --as vera email=bob@example.com
	stderr_is 'contact-add: vera lacks the right crm=edit in this store: crm=view is that of the role Viewer'
	refused nono 'nono lacks the right crm=view in this store: crm=none is that of the role Nothing'
	refused void 'void lacks the right crm=view in this store: crm=none is that of the role Empty'
	refused mute 'mute lacks the right crm=view in this store: the user has no role'
	refused ghost 'ghost lacks the right crm=view in this store: there is no role Unwritten'
	refused nobody 'nobody lacks the right crm=view in this store: no user has this login'
	refused off 'You do not have access to this site.'
}

@test "HS-17 an External user sees no contact, whatever his role says" {
	expect 6 contact-find --as eve
	stdout_is ''
	stderr_is 'contact-find: eve lacks the right crm=view in this store: External users see no contact'
}

@test "CS-9 rights are asked for before input is read" {
	expect 6 contact-add --as vera no-such-file.csv
	stdout_is ''
	stderr_has 'lacks the right crm=edit'
	printf 'email\nbob@example.com\nend\n' >in.csv
	# What stands in the pipe is still there for whoever reads next.
	expect 0 bash -c '{ contact-add --as vera -; sed -n \$p; } <in.csv'
	stdout_is end
}

@test "CS-9 the owner is asked for nothing, and so by his own name" {
	expect 0 contact-store -q set timezone=+02:00
	expect 0 contact-store -q --as "$(id -un)" set timezone=UTC
	stderr_is ''
}

@test "a role that loses a right, or is there at last, counts from the next command on" {
	contact-add -q -k role name=Unwritten rights=crm=view >/dev/null
	expect 0 contact-find -H --as ghost -c email
	stdout_is ann@example.com
	contact-add -q -k role name=Unwritten rights=crm=none >/dev/null
	expect 6 contact-find --as ghost
	stdout_is ''
}

@test "CS-9 a run that waited is asked again when it begins" {
	mkfifo pipe
	contact-add -q --as ed <pipe >out 2>err 3>&- &
	exec 5>pipe
	printf 'email\nbob@example.com\n' >&5
	sleep 0.3
	contact-add -q -k role name=Editor rights=crm=view
	exec 5>&-
	status=0
	wait $! || status=$?
	[ "$status" -eq 6 ]
	same stderr err 'contact-add: ed lacks the right crm=edit in this store: crm=view is that of the role Editor'
	expect 1 contact-find bob@example.com
}

@test "CS-9 nobody gives himself rights by another login or role without admin" {
	for values in login=ada role=Admin access=true user_type=Internal; do
		printf '%s\n' "id,rev,${values%=*}" "10,2,${values#*=}" >in.csv
		expect 6 contact-add -q --as ed -k user in.csv
		stdout_is ''
	done
	expect 6 contact-add -q --as ed -k role name=Editor rights=crm=admin
	expect 6 contact-add -q --as kim -k role name=Keeper rights=crm=admin
	stderr_is 'contact-add: kim lacks the right users=admin in this store: users=none is that of the role Keeper'
}

@test "TW-28 TW-29 whose access is off cannot log in, nor who is nobody" {
	for login in off unknown; do
		expect 6 contact-find -k user --can-login "$login"
		stdout_is ''
		stderr_is 'contact-find: You do not have access to this site.'
	done
	expect 2 contact-find --can-login ed
	stderr_has -- '--can-login: goes with -k user, and without a query'
	expect 2 contact-find -k user --can-login ed login=ed
	stdout_is ''
}

@test "TW-27 TW-30 TW-31 access is turned off and on; another role limits, but does not shut out" {
	expect 0 contact-find -H -k user -c login,role --can-login ed
	stdout_is ed,Editor
	contact-add -q -k user login=ed access=false >/dev/null
	expect 6 contact-find -k user --can-login ed
	contact-add -q -k user login=ed access=true >/dev/null
	expect 0 contact-find -k user --can-login ed
	contact-add -q -k role name='Denied Access Role' >/dev/null
	contact-add -q -k user login=ed role='Denied Access Role' >/dev/null
	expect 0 contact-find -H -k user -c login,role --can-login ed
	stdout_is 'ed,Denied Access Role'
	expect 6 contact-find --as ed
}

@test "TW-32 TW-33 roles are created and edited; a user is deleted by e-mail, the contact stays" {
	contact-add -q -k user login=xi email=xi@example.com user_type=External contact=ann@example.com >/dev/null
	expect 0 contact-archive -q -k user --delete xi@example.com
	expect 6 contact-find -k user --can-login xi
	expect 0 contact-find -H -c email,user
	stdout_is ann@example.com,
}

@test "HS-6 a Personal note is seen by its author alone, with access=files too" {
	id=$(contact-find -H -c id ann@example.com)
	contact-add -q --as ed -k note contact="$id" text=secret privacy=Personal >/dev/null
	contact-add -q --as ada -k note contact="$id" text=open >/dev/null
	for access in roles files; do
		contact-store -q set access=$access
		expect 0 contact-find -H -k note -c text --as ed
		stdout_is 'secret
open'
		expect 0 contact-find -H -k note -c text --as ada
		stdout_is open
		expect 0 contact-find -H -k note -c text
		stdout_is open
		expect 1 contact-find note.text=secret
		expect 1 contact-find -k note --history --as ada text=secret
		stdout_lacks secret
		expect 0 contact-find -k note --count --as ada
		stdout_is 1
	done
}

@test "TW-44 an Only Myself contact is seen by whom created it, and by administrators" {
	contact-add -q --as ed email=own@example.com visibility='Only Myself' assigned_to=cleo >/dev/null
	own=$(contact-find -H -c id own@example.com)
	contact-add -q --as ed -k note contact="$own" text=about >/dev/null
	for user in ed ada; do
		expect 0 contact-find -H --as $user -c email own@example.com
		stdout_is own@example.com
	done
	expect 0 contact-find -H -c email own@example.com
	for user in vera cleo; do
		expect 1 contact-find -H --as $user own@example.com
		stdout_is ''
		expect 1 contact-find -H --as $user "$own"
		expect 0 contact-find --as $user --count
		stdout_is 1
		# Nor by way of what refers to it.
		expect 0 contact-find -H --as $user -k note -c text,contact.email
		stdout_is about,
		expect 1 contact-find -H --as $user -k note contact.email=own*
	done
	expect 1 contact-status --as cleo --client Active "email=own@example.com"
	# Nor on the card of what it belongs to.
	contact-edit -q --set organization=Acme own@example.com 2>/dev/null ||
	    contact-add -q email=own@example.com organization=Acme
	for format in '' '-o json'; do
		# shellcheck disable=SC2086
		expect 0 contact-find -k organization --card $format --as cleo name=acme
		stdout_lacks own@
		# shellcheck disable=SC2086
		expect 0 contact-find -k organization --card $format --as ed name=acme
		stdout_has own@
		# shellcheck disable=SC2086
		expect 1 contact-find --card $format --as cleo own@example.com
		stdout_is ''
	done
	contact-store -q set access=files
	expect 0 contact-find -H --as vera -c email own@example.com
	stdout_is own@example.com
}

@test "HS-6 TW-44 what a user does not see is not selected, not changed and not told by rows" {
	contact-add -q --as ada email=own@example.com phone=555-0100 visibility='Only Myself' >/dev/null
	own=$(contact-find -H -c id own@example.com)
	contact-add -q --as ada -k note contact="$own" text=secret privacy=Personal >/dev/null
	note=$(contact-find -H -k note -c id --as ada)
	printf 'email,phone\nown@example.com,555-0199\n' >in.csv
	expect 0 contact-add -q --as ed --diff diff.csv --results - in.csv
	stdout_is "line,action,id,key,code,message,changed
2,skipped,$own,own@example.com,NOT_YOURS,#$own is there for others alone,"
	same diff diff.csv 'line,id,name,field,from,to,cause,job'
	printf 'id,rev,text\n%s,6,open\n' "$note" >note.csv
	expect 0 contact-add -n -k note --as ed --diff - --results results.csv note.csv
	stdout_lacks secret
	same results results.csv "line,action,id,key,code,message,changed
2,skipped,$note,,NOT_YOURS,#$note is there for others alone,"
	printf 'id\n%s\n' "$own" >ids.csv
	for program in 'contact-edit --set city=Bern' 'contact-status --client Active' \
	    'contact-archive --inactive'; do
		# shellcheck disable=SC2086
		expect 3 $program -q --as ed --results - - <ids.csv
		stdout_lacks example
		stdout_has NO_SUCH_ID
	done
	contact-add -q email=ann2@example.com name='Own Ray' phone=555-0100 >/dev/null
	contact-edit -q --set name='Own Ray' own@example.com
	expect 1 contact-find --duplicates --as ed
	stdout_lacks own@
	expect 0 contact-find --duplicates --as ada
	stdout_has own@example.com
	expect 0 contact-edit -q --as ed --results - --merge ann2@example.com "$own"
	stdout_has NOT_YOURS
	stdout_lacks own@
	contact-add -q -k job title=Fitter contact="$own" status=Open ext.ats=1 >/dev/null
	contact-edit -q --set client_status=Past own@example.com
	expect 0 contact-status --check --as ed
	stdout_lacks "$own"
	expect 0 contact-status --check --as ada
	stdout_has "^note,$own,"
	# Whoever sees all contacts imports all.
	expect 0 contact-add -q in.csv
	expect 0 contact-find -H -c phone own@example.com
	stdout_is 555-0199
}

@test "HS-6 rows that select a Personal note of somebody else mean none, whoever selects" {
	id=$(contact-find -H -c id ann@example.com)
	contact-add -q --as ed -k note contact="$id" text=secret privacy=Personal ext.crm=9 >/dev/null
	note=$(contact-find -H -k note -c id --as ed)
	printf 'id\n%s\n' "$note" >ids.csv
	printf 'ext.crm\n9\n' >ext.csv
	for as in '' '--as ada'; do
		for program in 'contact-edit --set text=open' 'contact-archive --delete'; do
			# shellcheck disable=SC2086
			expect 3 $program -q -k note $as --diff diff.csv --results - - <ids.csv
			stdout_is "line,action,id,key,code,message,changed
2,error,,,NO_SUCH_ID,id: there is no record $note,"
			stderr_is "${program%% *}: stdin:2: id: there is no record $note (NO_SUCH_ID)"
			same diff diff.csv 'line,id,name,field,from,to,cause,job'
			# shellcheck disable=SC2086
			expect 0 $program -q -k note $as --results - - <ext.csv
			stdout_is 'line,action,id,key,code,message,changed
2,skipped,,,NO_MATCH,no record has these keys,'
			stderr_is ''
		done
	done
	expect 0 contact-edit -q -k note --as ed --set text=mine - <ids.csv
	expect 0 contact-find -H -k note -c text --as ed
	stdout_is mine
}

@test "TW-44 of two who share an address rows select the one that is seen" {
	contact-add -q --as ada email=ann@example.com name='Bea Ray' visibility='Only Myself' --shared-email >/dev/null
	printf 'email\nann@example.com\n' >in.csv
	expect 3 contact-edit -q --as ada --set city=Bern --results - - <in.csv
	stdout_has AMBIGUOUS
	expect 0 contact-edit -q --as ed --set city=Bern --results - - <in.csv
	stdout_has '^2,updated,.*,ann@example.com,,,city$'
	expect 0 contact-find -H -c name city=Bern
	stdout_is 'Ann Lee'
}

@test "HS-15 one store is one institution: nothing of one is seen through another" {
	export CONTACT_STORE=$place/other
	contact-add -q email=oth@example.com >/dev/null
	expect 1 contact-find ann@example.com
	expect 0 contact-find -H -c email
	stdout_is oth@example.com
	# Nor do the users of one store count in another.
	contact-store -q set access=roles
	expect 6 contact-find --as ada
	stdout_is ''
	stderr_is 'contact-find: ada lacks the right crm=view in this store: no user has this login'
	expect 0 contact-find -H -c email -s "$place/store"
	stdout_is ann@example.com
}
