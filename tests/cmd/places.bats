#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
#
# The same answers wherever and whenever a program runs (S9): in any locale and
# time zone, on any day, and when the clock goes back. One story is told in each
# and all that it prints is compared.

load ../cmd/support

# What is sensitive to places: letters whose case differs in Turkish, decimals,
# the order of letters, dates at the edges of days and years.
people()
{
	cat <<'CSV'
First Name,Last Name,Email,Organization,City,Start,Score,Notes
Ilkay,Iscan,ILKAY@EXAMPLE.COM,İstanbul İnşaat,ISPARTA,2024-02-29,"1.5","first"
Ali,Iyi,ali@example.com,Istanbul Insaat,Iğdır,2026-03-29,"2,5",second
Ömer,Zengin,omer@example.com,Ärzte,Zürich,2038-01-19T03:14:08Z,3,"two
lines"
Zoë,Åberg,zoe@example.com,ABC,Ystad,1999-12-31T23:59:60Z,4,x
,,not-an-address,,,,,
CSV
}

# Everything that a story prints, with the times that runs took left out, and
# what is left of the store.
story()
{
	rm -rf "$CONTACT_STORE" results diff errors
	{
		people | told 3 contact-add --results results --diff diff --errors errors -
		sed 's/Iyi/IYI/' people.csv | told 0 contact-add --results - -
		told 0 contact-add email=ISMAIL@EXAMPLE.COM last_name=IŞIK
		told 0 contact-store set timezone=+02:00
		told 0 contact-find -c id,name,email,organization,city,attr.start,attr.score --sort last_name
		told 0 contact-find -o json city=isparta
		told 0 contact-find -o table ilkay
		told 0 contact-find -c name 'organization=istanbul*'
		told 0 contact-find --count-by city
		told 1 contact-find created_at=..1999-01-01
		told 0 contact-find --fields
		told 0 contact-find --sort -city,name -o tsv -c name,city
		told 0 contact-store info
		told 0 contact-store dump
		told 0 contact-store check
		told 2 contact-find nosuch=1
		cat results diff errors
	} 2>&1 | grep -v '^bytes,'
}

# told STATUS COMMAND...: the command's output, and a line if it ends otherwise.
told()
{
	local want=$1 got=0
	shift
	"$@" 2>&1 | sed -E 's/ in [0-9]+(\.[0-9]+)? s$//'
	got=${PIPESTATUS[0]}
	[ "$got" -eq "$want" ] || echo "status is $got, not $want: $*"
}

# same_story: tells it once more and compares it with the first one.
same_story()
{
	story >story.now
	diff -u story.first story.now || { echo "in another place: $*"; return 1; }
}

prepare()
{
	people | sed '$d' >people.csv
	story >story.first
	# It has to be the whole story, or comparing shows nothing.
	[ "$(grep -c 'status is' story.first)" -eq 0 ]
	grep -q 'İstanbul' story.first
}

sanitized()
{
	grep -q __asan_init "$CONTACT_BIN/contact-find"
}

@test "S9 X-41 any locale: C, C.UTF-8, Turkish, none, one that is not there" {
	for locale in C C.UTF-8 xx_XX.UTF-8 ''; do
		export LC_ALL=$locale LANG=$locale
		same_story "LC_ALL=$locale"
	done
	command -v localedef >/dev/null || skip 'localedef is not installed'
	[ -e /usr/share/i18n/locales/tr_TR ] || skip 'the package locales is not installed'
	mkdir locales
	localedef -i tr_TR -f UTF-8 "$PWD/locales/tr_TR.UTF-8"
	localedef -i tr_TR -f ISO-8859-9 "$PWD/locales/tr_TR.ISO-8859-9"
	export LOCPATH=$PWD/locales
	# The C library never frees what it makes of LOCPATH.
	export ASAN_OPTIONS=$ASAN_OPTIONS:detect_leaks=0
	for locale in tr_TR.UTF-8 tr_TR.ISO-8859-9; do
		export LC_ALL=$locale LANG=$locale
		# Proof that the locale is there, and is Turkish.
		expect 0 locale title
		stdout_has 'Turk'
		same_story "LC_ALL=$locale"
	done
}

@test "S9 any time zone" {
	for zone in UTC Asia/Kathmandu America/St_Johns Pacific/Kiritimati Europe/Berlin ':no/such' ''; do
		export TZ=$zone
		same_story "TZ=$zone"
	done
}

# at MOMENT COMMAND...: with the system's clock at that moment, in UTC.
at()
{
	local moment=$1
	shift
	faketime -f "@$moment" "$@"
}

needs_clock()
{
	command -v faketime >/dev/null || skip 'faketime is not installed'
	sanitized && skip 'faketime and the sanitizers do not go together'
	export -f told
	unset CONTACT_NOW
}

# The story on a day of the system's clock. Its times are those of that day, so
# they are put aside, after it was looked that they are.
story_on()
{
	local day=$1
	(
		contact-add() { at "$day" "$(type -P contact-add)" "$@"; }
		contact-find() { at "$day" "$(type -P contact-find)" "$@"; }
		contact-store() { at "$day" "$(type -P contact-store)" "$@"; }
		story >story.now
	)
	diff -u story.first story.now || { echo "on another day: $day"; return 1; }
	expect 0 contact-find -H -c created_at,updated_at id=2
	stdout_has "^${day% *}T..:..:..Z,${day% *}T..:..:..Z$"
}

@test "S9 any day: after 2038, on 29 February, when summer time begins and ends" {
	needs_clock
	for day in '2038-01-20 00:00:00' '2028-02-29 12:00:00' '2106-02-08 01:00:00' \
	    '1999-12-31 23:59:50'; do
		TZ=UTC story_on "$day"
	done
	for day in '2026-03-29 01:59:58' '2026-10-25 02:59:58'; do
		# Read by faketime in this zone, in which an hour is missing or twice.
		export TZ=Europe/Berlin
		story_on "$day"
		export TZ=UTC
	done
}

@test "S9 a clock that steps back: no run is before the last, and all is found" {
	needs_clock
	at '2027-01-01 00:00:00' contact-add -q -s back email=a@example.com >/dev/null
	at '2026-06-01 00:00:00' contact-add -q -s back email=b@example.com >/dev/null
	at '2027-02-01 00:00:00' contact-add -q -s back email=c@example.com >/dev/null
	at '1971-01-01 00:00:00' contact-add -q -s back email=d@example.com >/dev/null
	expect 0 at '2026-01-01 00:00:00' contact-find -s back -H -c email,created_at
	sed -i 's/:0[0-9]Z$/:##Z/' stdout
	stdout_is 'a@example.com,2027-01-01T00:00:##Z
b@example.com,2027-01-01T00:00:##Z
c@example.com,2027-02-01T00:00:##Z
d@example.com,2027-02-01T00:00:##Z'
	expect 0 contact-find -s back -H -c email created_at=2027-02
	stdout_is 'c@example.com
d@example.com'
	expect 0 contact-store -s back check
}

@test "S9 teeth: another answer is seen" {
	sed -i 's/Zürich/Zurich/' people.csv story.first
	expect 1 same_story 'nowhere'
}
