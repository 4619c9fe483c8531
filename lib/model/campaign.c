/* SPDX-License-Identifier: ISC */
/*
 * Campaigns and their invitations. An invitation is one contact in one campaign, one
 * that was not to be written to as well, so that the figures of a campaign are counts
 * of its invitations. All of it is written by the rules alone (rules/invite.h).
 */
#include "model/derived.h"
#include "model/figures.h"

static DERIVE(derive_state)
{
	const struct figures *figures;

	(void)record;
	if (figures_of(&figures, txn, id, fault) != 0)
		return -1;
	buf_text(out, figures_state(figures));
	return 0;
}

#define DERIVE_FIGURE(NAME, name, meaning)                       \
	static DERIVE(derive_##name)                             \
	{                                                        \
		const struct figures *figures;                   \
                                                                 \
		(void)record;                                    \
		if (figures_of(&figures, txn, id, fault) != 0)   \
			return -1;                               \
		buf_number(out, figures->counts[FIGURE_##NAME]); \
		return 0;                                        \
	}
FIGURES_EACH(DERIVE_FIGURE)

/* HS-58: a field for each figure. */
#define FIGURE_FIELD(NAME, name, meaning)                                   \
	{ #name, VIRTUAL_FIGURE + FIGURE_##NAME, TYPE_NUMBER,               \
		FIELD_DERIVED | FIELD_ELSEWHERE | FIELD_UNTOLD, NULL, "12", \
		derive_##name },

static const struct field campaign_fields[] = { SYSTEM_FIRST,
	{ "name", CAMPAIGN_NAME, TYPE_TEXT,
	    FIELD_INDEXED | FIELD_KEY | FIELD_SEARCHED | FIELD_RULES, NULL, "Fall 2026",
	    NULL },
	{ "template", CAMPAIGN_TEMPLATE, TYPE_TEXT, FIELD_RULES, NULL, "fall.txt", NULL },
	{ "subject", CAMPAIGN_SUBJECT, TYPE_TEXT, FIELD_SEARCHED | FIELD_RULES, NULL,
	    "Join us at the fall fair", NULL },
	{ "sender", CAMPAIGN_SENDER, TYPE_TEXT, FIELD_RULES, NULL,
	    "Career Office <careers@example.org>", NULL },
	{ "state", VIRTUAL_CAMPAIGN_STATE, TYPE_PICKLIST,
	    FIELD_DERIVED | FIELD_ELSEWHERE | FIELD_UNTOLD, "campaign.state", "done",
	    derive_state },
	FIGURES_EACH(FIGURE_FIELD) SYSTEM_LAST };

static const struct field campaign_hidden[] = {
	/* HS-63: what the messages are made of, whatever becomes of the file. */
	{ "text", CAMPAIGN_TEXT, TYPE_TEXT, FIELD_RULES, NULL, NULL, NULL },
	{ "subdomains", CAMPAIGN_SUBDOMAINS, TYPE_FLAG, FIELD_RULES, NULL, NULL, NULL },
	/* In seconds. */
	{ "again_after", CAMPAIGN_AGAIN_AFTER, TYPE_NUMBER, FIELD_RULES, NULL, NULL,
	    NULL },
};

const struct kind kind_campaign = { "campaign", 12, campaign_fields,
	sizeof(campaign_fields) / sizeof(campaign_fields[0]), "name", NULL,
	"id,rev,name,state,selected,sent,joined,created_at", campaign_hidden,
	sizeof(campaign_hidden) / sizeof(campaign_hidden[0]) };

#define STEP(name, slot)                                                               \
	{                                                                              \
		name, slot, TYPE_TIME, FIELD_RULES, NULL, "2026-10-05T08:30:00Z", NULL \
	}

static const struct field fields[] = { SYSTEM_FIRST,
	{ "campaign", INVITATION_CAMPAIGN, TYPE_REFERENCE,
	    FIELD_INDEXED | FIELD_FOLLOWED | FIELD_RESOLVED | FIELD_OWNED | FIELD_RULES,
	    "campaign", "Fall 2026", NULL },
	{ "contact", INVITATION_CONTACT, TYPE_REFERENCE,
	    FIELD_INDEXED | FIELD_FOLLOWED | FIELD_LOSES | FIELD_RULES, "contact", "1042",
	    NULL },
	{ "email", INVITATION_EMAIL, TYPE_EMAIL,
	    FIELD_INDEXED | FIELD_FOLLOWED | FIELD_SEARCHED | FIELD_RULES | FIELD_TRACE,
	    NULL, "ann.lee@example.com", NULL },
	{ "organization", INVITATION_ORGANIZATION, TYPE_REFERENCE,
	    FIELD_INDEXED | FIELD_LOSES | FIELD_RULES, "organization", "Acme Inc.",
	    NULL },
	{ "scenario", INVITATION_SCENARIO, TYPE_PICKLIST, FIELD_RULES,
	    "invitation.scenario", "join_auto", NULL },
	{ "state", INVITATION_STATE, TYPE_PICKLIST, FIELD_INDEXED | FIELD_RULES,
	    "invitation.state", "sent", NULL },
	{ "reason", INVITATION_REASON, TYPE_TEXT, FIELD_RULES, NULL, "domain_mismatch",
	    NULL },
	STEP("queued_at", INVITATION_QUEUED_AT), STEP("sent_at", INVITATION_SENT_AT),
	STEP("visited_at", INVITATION_VISITED_AT),
	STEP("registered_at", INVITATION_REGISTERED_AT),
	STEP("confirmed_at", INVITATION_CONFIRMED_AT),
	STEP("connected_at", INVITATION_CONNECTED_AT),
	STEP("joined_at", INVITATION_JOINED_AT),
	STEP("decided_at", INVITATION_DECIDED_AT),
	STEP("bounced_at", INVITATION_BOUNCED_AT),
	STEP("unsubscribed_at", INVITATION_UNSUBSCRIBED_AT),
	/* What the log of the mail system has of it. */
	{ "message_id", INVITATION_MESSAGE_ID, TYPE_TEXT, FIELD_RULES, NULL,
	    "1042.k2r5mq@example.org", NULL },
	{ "user", INVITATION_USER, TYPE_REFERENCE,
	    FIELD_INDEXED | FIELD_FOLLOWED | FIELD_LOSES | FIELD_RULES, "user",
	    "ann.lee@example.com", NULL },
	SYSTEM_LAST };

static const struct field hidden[] = {
	{ "tokens", INVITATION_TOKENS, TYPE_TEXT,
	    FIELD_LIST | FIELD_INDEXED | FIELD_FOLLOWED | FIELD_EXACT | FIELD_RULES, NULL,
	    NULL, NULL },
	{ "attempts", INVITATION_ATTEMPTS, TYPE_NUMBER, FIELD_RULES, NULL, NULL, NULL },
	{ "retry_at", INVITATION_RETRY_AT, TYPE_TIME, FIELD_RULES, NULL, NULL, NULL },
	{ "claim", INVITATION_CLAIM, TYPE_TEXT, FIELD_RULES, NULL, NULL, NULL },
	/* A mail system may repeat the address in what it says. */
	{ "result", INVITATION_RESULT, TYPE_TEXT, FIELD_RULES | FIELD_TRACE, NULL, NULL,
	    NULL },
	/* What is known of each report that it came back (rules/bounced.c). */
	{ "bounces", INVITATION_BOUNCES, TYPE_TEXT,
	    FIELD_LIST | FIELD_EXACT | FIELD_RULES, NULL, NULL, NULL },
	/* "approved 2026-10-05T08:30:00Z": told of before the joining, for which it is. */
	{ "decision", INVITATION_DECISION, TYPE_TEXT, FIELD_RULES, NULL, NULL, NULL },
	/* Those that it had before a backup was restored: mail comes back to them. */
	{ "former_ids", INVITATION_FORMER_IDS, TYPE_TEXT,
	    FIELD_LIST | FIELD_INDEXED | FIELD_EXACT | FIELD_RULES, NULL, NULL, NULL },
};

const struct kind kind_invitation = { "invitation", 13, fields,
	sizeof(fields) / sizeof(fields[0]), NULL, "contact+campaign",
	"id,rev,campaign,contact,email,scenario,state,reason,sent_at,joined_at", hidden,
	sizeof(hidden) / sizeof(hidden[0]) };
