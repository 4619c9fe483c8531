#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
#
# contact-invite --report: the page of a campaign's figures (HS-57 to HS-60), as a
# file, and as a browser shows it: browser.py opens it in headless Chromium.

load support

# campaign ARGUMENT...: one campaign at random, in a store of its own.
campaign()
{
	awk -v campaigns=1 -v want=dump "$@" -f "$CONTACT_SOURCE/tests/cmd/campaign.awk" |
	    contact-store -q load
}

report()
{
	contact-invite -q --report page.html --campaign 'Campaign 1' || [ $? -eq 3 ]
}

# browse: what the browser saw of page.html goes to the file `seen`.
browse()
{
	local python=/usr/bin/python3 status=0
	[ -x "$python" ] || skip 'python3 is not installed'
	# The browser's home and temporary files are its own.
	env HOME="$place/home" TMPDIR="$BATS_TEST_TMPDIR" timeout 120 \
	    "$python" "$CONTACT_SOURCE/tests/cmd/browser.py" page.html >seen 2>why || status=$?
	[ "$status" -ne 77 ] || skip "$(tail -n 1 why)"
	[ "$status" -eq 0 ] || {
		cat why
		return 1
	}
}

# sees EXPECTED FILTER: what jq finds in what was seen.
sees()
{
	jq -r "$2" seen >found
	same "$2" found "$1"
}

# The widths have no room to spare, and nothing lies over something else.
fits()
{
	sees '[]
[]
true
[]
[]
true' '.screens | .phone, .desk | .outside, .overlapping, .scroll <= .width'
	sees 'true' '[.screens[].smallest >= 12] | all'
}

# WCAG 2.2, AA: 4.5:1 for text, 3:1 for what a picture is made of.
can_be_read()
{
	sees 'true' '[.contrast[] | .text >= 4.5 and .bars >= 3] | all'
}

@test "HS-58 a browser shows each figure in a picture and in a table" {
	campaign -v seed="${SEED:=$RANDOM}" -v count=400
	echo "SEED=$SEED"
	report
	contact-invite -q --stats >stats || [ $? -eq 3 ]
	browse
	sees 'Campaign Campaign 1
en' '.title, .lang'
	# Every figure of --stats stands in a table, with its number.
	jq -r '.tables[] | select(.caption != "Figures: Over time") | .rows[] | .[0:2] | @tsv' \
	    seen | tr -d , | sort -u >shown
	sed '1d; s/suppressed://; s/_/ /g' stats | cut -d , -f 2- | awk -F , '
		{ name = $1 ~ /^[A-Z]/ ? $1 : toupper(substr($1, 1, 1)) substr($1, 2); print name "\t" $2 }' |
	    sed 's/^INVITED BEFORE/INVITED_BEFORE/; s/^NO EMAIL/NO_EMAIL/' | sort -u >wanted
	comm -13 shown wanted >missing
	same 'what no table shows' missing ''
	# The funnel's bars are as long as their counts, and the tables say the same.
	sees 'true' '.pictures[0].texts as $t | [.tables[0].rows[] | .[0:2]] == [$t | _nwise(2)]'
	sees 'true' '(.tables[0].rows | map(.[1] | gsub(","; "") | tonumber)) as $n |
	    [.pictures[0].bars, ($n | map(select(. > 0)))] | transpose |
	    map(.[0][2] / .[1]) | (max - min) / max < 0.05'
	# The time line's panels and sums.
	sees 'Sent
Visited
Joined
Bounced' '.pictures[1].texts[0, 2, 4, 6]'
	sees "$(awk -F , '$2 == "sent" || $2 == "visited" || $2 == "joined" || $2 == "bounced" { print $3 }' stats)" \
	    '.tables[-1].rows[-1][1:][] | gsub(","; "")'
}

@test "the page runs nothing, loads nothing and is open to all" {
	campaign -v seed=1 -v count=300 -v subject='Fall <b>fair</b>'
	report
	browse
	sees '0
[]
[]
undefined' '.elements, .loaded, .complaints, .scripted'
	fits
	can_be_read
	# Headings in order, pictures with a role and words, tables with captions, and
	# headers that say what they are of.
	sees 'H1 H2 H2 H2 H2 H2 H2 H2' '[.headings[] | split(" ")[0]] | join(" ")'
	sees 'img From invitation to approval
img Over time' '.pictures[] | .role + " " + .title'
	sees 'true' '[.tables[] | .unscoped == 0 and (.caption | length) > 0 and
	    (.head | length) > 1 and (.head | all(startswith("col ")))] | all'
	sees 'image From invitation to approval Selected 300
image Over time 2026-10' '.spoken[] | select(startswith("image")) | split(",")[0] | split("-0")[0]'
	sees 'main
heading Campaign Campaign 1' '.spoken[1:3][]'
	# Dark where the reader wants it, white on paper.
	sees 'rgb(255, 255, 255)
true
rgb(255, 255, 255)' '.contrast | .light.paper, (.dark.paper != .light.paper), .paper.paper'
	sees 'true' '.sheets >= 2 and .sheets <= 6'
}

@test "what was typed by strangers is text" {
	{
		printf 'contact-dump\t1\ncampaign\t1\tname\t</title><script>scripted=1</script>\n'
		printf 'campaign\t1\tsubject\t<img src=x onerror=scripted=2> & "q" \xe2\x80\xaeevil\n'
		printf 'campaign\t1\tsender\t<style>*{display:none}</style>\n'
		printf 'campaign\t1\ttemplate\t<a href=javascript:scripted=3>x</a>\n'
		printf 'invitation\t2\tcampaign\t\\#1\ninvitation\t2\tstate\tsuppressed\n'
		printf 'invitation\t2\treason\t"><svg onload=scripted=4>\nchecksum\tnone\n'
	} | contact-store -q load
	expect 0 contact-invite --report page.html --campaign '</title><script>scripted=1</script>'
	browse
	sees 'undefined
0
[]' '.scripted, .elements, .complaints'
	sees 'Campaign </title><script>scripted=1</script>' '.title'
	jq -r .text seen >text
	grep -qF '<img src=x onerror=scripted=2> & "q" \u{202e}evil' text
	grep -qF '<style>*{display:none}</style>' text
	grep -qF '"><svg onload=scripted=4>' text
	fits
}

@test "no figures, and a long time, look right too" {
	printf 'email\na@x.example\n' | contact-add -q
	contact-invite -q --campaign Fall --all
	contact-invite -q --report page.html --campaign Fall
	browse
	jq -r .text seen >text
	grep -q '^Nothing has happened yet\.$' text
	sees '1' '.pictures | length'
	fits
	can_be_read
	rm -rf "$CONTACT_STORE"
	{
		printf 'contact-dump\t1\ncampaign\t1\tname\tFall\n'
		for day in $(seq 2 401); do
			printf 'invitation\t%d\tcampaign\t\\#1\ninvitation\t%d\tstate\tsent\n' "$day" "$day"
			printf 'invitation\t%d\tsent_at\t%sT10:00:00Z\n' "$day" \
			    "$(printf '%(%F)T' $((1759622400 + (day - 2) * 86400)))"
		done
		printf 'checksum\tnone\n'
	} | contact-store -q load
	contact-invite -q --report page.html --campaign Fall
	browse
	sees '2025-09-29
2026-11-02' '.tables[-1].rows[0, -2][0]'
	sees 'In all	400	0	0	0' '.tables[-1].rows[-1] | @tsv'
	sees 'Sent
most in a week: 7' '.pictures[1].texts[0, 1]'
	fits
}

@test "the file is private, and the one before stays until it is whole" {
	campaign -v seed=1 -v count=20
	expect 3 contact-invite --report page.html --campaign 'Campaign 1'
	stdout_is ''
	stderr_has 'of its messages may have been sent or not'
	[ "$(stat -c %a page.html)" = 600 ]
	contains page.html "^<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none';"
	contact-invite -q --report - --campaign 'campaign 1' >again || [ $? -eq 3 ]
	diff page.html again
	# Another takes the place of what a link leads to.
	mkdir there
	echo before >there/real.html
	chmod 644 there/real.html
	ln -s there/real.html link.html
	contact-invite -q --report link.html --campaign 'Campaign 1' || [ $? -eq 3 ]
	[ -L link.html ]
	diff page.html there/real.html
	[ "$(stat -c %a there/real.html)" = 600 ]
	[ "$(ls there)" = real.html ]
	expect 5 contact-invite --report /dev/full --campaign 'Campaign 1'
	stderr_has '/dev/full'
	[ -c /dev/full ]
	expect 5 contact-invite --report no/page.html --campaign 'Campaign 1'
	stderr_has '^contact-invite: --report: cannot write no/page.html: No such file'
	# A file that is too large leaves the old one.
	echo before >page.html
	expect 5 bash -c "trap '' XFSZ; ulimit -f 4; contact-invite --report page.html --campaign 'Campaign 1'"
	same page page.html before
	[ "$(echo page*)" = page.html ]
}

@test "of which campaign has to be said, and be there" {
	campaign -v seed=1 -v count=5
	expect 2 contact-invite --report page.html
	stderr_has '^contact-invite: --report: of which campaign\? --campaign NAME says it$'
	expect 2 contact-invite --report page.html --campaign Other
	stderr_has '^contact-invite: no campaign is named "Other"$'
	expect 2 contact-invite --report page.html --campaign 'Campaign 1' labels=vip
	expect 2 contact-invite --report page.html --campaign 'Campaign 1' -o csv
	expect 2 contact-invite --report '' --campaign 'Campaign 1'
	expect 2 contact-invite --report "$CONTACT_STORE/page.html" --campaign 'Campaign 1'
	stderr_has 'lies in the store'
	[ ! -e page.html ]
}
