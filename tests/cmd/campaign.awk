# SPDX-License-Identifier: ISC
#
# Campaigns at random, as a dump for contact-store load, and what their figures are by
# a count of its own:
#
#     awk -v seed=7 -v count=100 -v campaigns=2 -v want=dump -f campaign.awk
#
# want=figures prints what --stats is to say; only=vip counts those whose contact has
# that label, only=YYYY-MM-DD those that were queued that day.

function chance(percent)
{
	return rand() * 100 < percent
}

function pick(words,    list, n)
{
	n = split(words, list, " ")
	return list[1 + int(rand() * n)]
}

function line(kind, id, field, value)
{
	if (want == "dump" && value != "")
		text[kind, ++lines[kind]] = kind "\t" id "\t" field "\t" value
}

function put(kind,    i)
{
	for (i = 1; i <= lines[kind]; i++)
		print text[kind, i]
}

function add(campaign, figure)
{
	if (counted)
		figures[campaign, figure]++
}

# A moment some days after the first of October, each step after the one before.
function later()
{
	day += int(rand() * 3)
	return sprintf("2026-%02d-%02dT%02d:30:00Z", 10 + int(day / 31), 1 + day % 31,
	    int(rand() * 24))
}

function step(id, campaign, figure, field)
{
	line("invitation", id, field, later())
	add(campaign, figure)
}

function organizations(    i, approval)
{
	for (i = 1; i <= 20; i++) {
		approval = pick("Approved Pending Rejected None")
		approved[i] = approval == "Approved"
		line("organization", i, "name", "Company " i)
		line("organization", i, "approval", approval == "None" ? "" : approval)
	}
}

# Each organization once a campaign: what joined it made it, or found it there.
function employers(    key, part)
{
	for (key in existing) {
		split(key, part, SUBSEP)
		if (!(key in made) && approved[part[2]])
			figures[part[1], "existing_employers_approved"]++
	}
	for (key in made) {
		split(key, part, SUBSEP)
		if (approved[part[2]])
			figures[part[1], "new_employers_approved"]++
	}
}

function invitation(i,    id, contact, campaign, scenario, state, company, decided, joined)
{
	id = 2000000 + i
	contact = 100 + i
	campaign = 1 + int(rand() * campaigns)
	company = 1 + int(rand() * 20)
	scenario = pick("new_company join_auto join_distributed join_request")
	state = pick("queued held unknown failed suppressed already_user sent sent joins joins joins")
	day = int(rand() * 5)
	queued = later()
	labels = chance(30) ? "vip" : ""
	counted = only == "" || only == labels || only == substr(queued, 1, 10)
	joined = state == "joins"
	if (joined)
		state = scenario == "new_company" ? "joined" : \
		    scenario == "join_auto" ? "approved" : pick("pending approved declined")
	if (state == "already_user")
		scenario = "existing_user"
	decided = state == "already_user" ? chance(50) : state == "approved" || state == "declined"

	line("contact", contact, "email", "p" i "@example.org")
	line("contact", contact, "labels", labels)
	line("invitation", id, "campaign", "\\#" (1000000 + campaign))
	line("invitation", id, "contact", "\\#" contact)
	line("invitation", id, "organization", "\\#" company)
	line("invitation", id, "scenario", scenario)
	line("invitation", id, "state", state)
	add(campaign, "selected")
	if (state == "suppressed") {
		reason = pick("NO_EMAIL DNU INVITED_BEFORE")
		line("invitation", id, "reason", reason)
		add(campaign, "suppressed:" reason)
	}
	line("invitation", id, "queued_at", queued)
	add(campaign, state == "already_user" ? "already_users" : \
	    state ~ /^(joined|pending|approved|declined)$/ ? "sent" : state)
	if (state == "sent" || joined) {
		line("invitation", id, "sent_at", later())
		if (chance(70)) step(id, campaign, "visited", "visited_at")
		if (chance(60)) step(id, campaign, "registered", "registered_at")
		if (chance(50)) step(id, campaign, "confirmed", "confirmed_at")
		if (chance(40)) step(id, campaign, "connected", "connected_at")
	}
	if (joined) {
		moment = later()
		line("invitation", id, "joined_at", moment)
		add(campaign, "joined")
	}
	if (decided)
		line("invitation", id, "decided_at", scenario == "join_auto" ? moment : later())
	if (state == "sent") {
		if (chance(20)) step(id, campaign, "bounced", "bounced_at")
		if (chance(20)) step(id, campaign, "unsubscribed", "unsubscribed_at")
	}
	if (state == "pending") add(campaign, "requests_pending")
	if (state == "declined") add(campaign, "requests_declined")
	if (state == "approved")
		add(campaign, scenario == "join_auto" ? "auto_approved" : "requests_approved")
	if (counted && state == "joined")
		made[campaign, company] = 1
	if (counted && state ~ /^(approved|pending|already_user)$/ && (state != "already_user" || decided))
		existing[campaign, company] = 1
}

BEGIN {
	srand(seed)
	organizations()
	for (c = 1; c <= campaigns; c++) {
		line("campaign", 1000000 + c, "name", "Campaign " c)
		line("campaign", 1000000 + c, "template", "fall.txt")
		line("campaign", 1000000 + c, "subject", subject)
		line("campaign", 1000000 + c, "sender", "Office <office@example.org>")
	}
	for (i = 1; i <= count; i++)
		invitation(i)
	if (want == "dump") {
		printf "contact-dump\t1\n"
		put("contact")
		put("organization")
		put("campaign")
		put("invitation")
		printf "checksum\tnone\n"
		exit
	}
	employers()
	n = split("selected queued sent held unknown failed suppressed suppressed:DNU " \
	    "suppressed:INVITED_BEFORE suppressed:NO_EMAIL already_users visited " \
	    "registered confirmed connected joined requests_pending requests_approved " \
	    "requests_declined auto_approved bounced unsubscribed " \
	    "existing_employers_approved new_employers_approved", names, " ")
	print "campaign,figure,count"
	for (c = 1; c <= campaigns; c++)
		for (i = 1; i <= n; i++)
			if (figures[c, "selected"] > 0 &&
			    (names[i] !~ /:/ || figures[c, names[i]] > 0))
				print "Campaign " c "," names[i] "," figures[c, names[i]] + 0
}
