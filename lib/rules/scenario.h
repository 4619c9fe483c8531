/* SPDX-License-Identifier: ISC */
#ifndef RULES_SCENARIO_H
#define RULES_SCENARIO_H

/*
 * What an invitation leads its reader to, from the contact's organization and the
 * domain of its address (HS-44 to HS-56). Worked out from the state at the moment, so
 * it is another one when a domain was given to the organization meanwhile.
 */

#include "store/ids.h"
#include "store/store.h"

struct scenario {
	const char *name;      /* of picklist invitation.scenario */
	const char *reason;    /* of a join_request, else NULL */
	uint64_t organization; /* 0: it has to be made */
};

/* Those that a message tells of. */
#define SCENARIOS_TOLD 4
extern const char *const scenarios_told[SCENARIOS_TOLD];

/* The reason of a join_request, as struct scenario has it; NULL for other text. */
const char *scenario_reason(struct view text);
/* What rows are told with: the reason, where it is one, else the scenario, else NULL. */
const char *scenario_code(struct view name, struct view reason);

/* Whether the campaign was queued so that subdomains count as the same (HS-54); of none,
 * or of one that is gone, it was not. */
int scenario_subdomains(
    struct txn *txn, uint64_t campaign, bool *subdomains, struct fault *fault) MUST_CHECK;

/* What is the same for all contacts of a run. All zero is empty. */
struct scenarios {
	struct buf generic, domain, parent, other, scratch;
	struct ids ids;
	bool subdomains; /* all below one registered domain count as the same (HS-54) */
};

int scenarios_read(struct scenarios *scenarios, struct txn *txn, bool subdomains,
    struct fault *fault) MUST_CHECK;
void scenarios_release(struct scenarios *scenarios);

/* Of a contact that has an address and is no user; scenarios->domain is the domain. */
int scenario_find(struct scenarios *scenarios, struct txn *txn, struct record contact,
    struct scenario *scenario, struct fault *fault) MUST_CHECK;

/* Of the contact that scenario_find was asked about last: appends the organizations
 * that have its domain, or, where none has and subdomains count as the same, one that
 * was registered with it; ascending. Then all organizations with domains are read, so
 * this is for who joins. */
int scenario_bearers(struct scenarios *scenarios, struct txn *txn, struct ids *ids,
    struct fault *fault) MUST_CHECK;
/* Row a, not b: whether an organization that is made for it gets its domain (HS-45). */
int scenario_brings_domain(struct scenarios *scenarios, struct txn *txn, bool *brings,
    struct fault *fault) MUST_CHECK;

#endif
