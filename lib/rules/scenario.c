/* SPDX-License-Identifier: ISC */
/*
 * The table of scenarios, rows a to g. Where an address is of a domain that belongs to
 * anybody, that is said first, since no domain of the organization would mend it.
 */
#include "rules/scenario.h"

#include "model/domain.h"
#include "model/settings.h"
#include "model/value.h"
#include "store/index.h"

const char *const scenarios_told[SCENARIOS_TOLD] = { "new_company", "join_auto",
	"join_distributed", "join_request" };

const char *
scenario_reason(struct view text)
{
	static const char *const reasons[] = { "domain_mismatch", "no_company_domain",
		"generic_email" };

	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
		if (view_is(text, reasons[i]))
			return reasons[i];
	return NULL;
}

const char *
scenario_code(struct view name, struct view reason)
{
	const char *code = scenario_reason(reason);

	for (size_t i = 0; code == NULL && i < SCENARIOS_TOLD; i++)
		if (view_is(name, scenarios_told[i]))
			code = scenarios_told[i];
	return code != NULL		     ? code
	    : view_is(name, "existing_user") ? "existing_user"
					     : NULL;
}

int
scenario_subdomains(
    struct txn *txn, uint64_t campaign, bool *subdomains, struct fault *fault)
{
	struct record record;
	int found = campaign == 0 ? 0 : txn_record(txn, campaign, &record, fault);

	*subdomains = found == 1 && record_kind(record) == kind_campaign.number &&
	    view_is(record_get(record, CAMPAIGN_SUBDOMAINS), "true");
	return found < 0 ? -1 : 0;
}

int
scenarios_read(
    struct scenarios *scenarios, struct txn *txn, bool subdomains, struct fault *fault)
{
	scenarios->subdomains = subdomains;
	buf_clear(&scenarios->generic);
	return setting_get(&scenarios->generic, txn, "generic_domains", fault);
}

void
scenarios_release(struct scenarios *scenarios)
{
	buf_release(&scenarios->generic);
	buf_release(&scenarios->domain);
	buf_release(&scenarios->parent);
	buf_release(&scenarios->other);
	buf_release(&scenarios->scratch);
	ids_release(&scenarios->ids);
}

/* Whether the domain of the address is the organization's, or one that was registered
 * with it (HS-54): 1, 0, -1. */
static int
is_domain_of(struct scenarios *scenarios, struct view own, struct fault *fault)
{
	struct view domain = buf_as_view(&scenarios->domain);
	bool same = view_equal(domain, own);

	if (same || !scenarios->subdomains)
		return same;
	buf_clear(&scenarios->parent);
	buf_clear(&scenarios->other);
	if (domain_registrable(&scenarios->parent, own, fault) != 0 ||
	    domain_registrable(&scenarios->other, domain, fault) != 0)
		return -1;
	return scenarios->parent.len > 0 &&
	    view_equal(buf_as_view(&scenarios->parent), buf_as_view(&scenarios->other));
}

/* HS-49: the organization says so, or another one bears its domain, too, or that of the
 * address, which may be below it. */
static int
is_distributed(struct scenarios *scenarios, struct txn *txn, struct record organization,
    uint64_t id, struct view own, bool *distributed, struct fault *fault)
{
	*distributed =
	    view_is(record_get(organization, ORGANIZATION_DISTRIBUTED), "true");
	if (*distributed)
		return 0;
	scenarios->ids.count = 0;
	if (domain_bearers(txn, own, &scenarios->ids, fault) != 0 ||
	    domain_bearers(
		txn, buf_as_view(&scenarios->domain), &scenarios->ids, fault) != 0)
		return -1;
	for (size_t i = 0; i < scenarios->ids.count; i++)
		*distributed |= scenarios->ids.at[i] != id;
	return 0;
}

/* Rows c to g. */
static int
join(struct scenarios *scenarios, struct txn *txn, struct record organization,
    struct scenario *scenario, struct fault *fault)
{
	struct view list = record_get(organization, ORGANIZATION_DOMAINS), own;
	bool distributed;
	int is = 0;

	*scenario = (struct scenario){ .name = "join_request",
		.organization = scenario->organization };
	if (domain_is_generic(
		buf_as_view(&scenarios->domain), buf_as_view(&scenarios->generic))) {
		scenario->reason = "generic_email";
		return 0;
	}
	if (list.len == 0) {
		scenario->reason = "no_company_domain";
		return 0;
	}
	while (is == 0 && list_next(&list, &own, &scenarios->scratch))
		is = is_domain_of(scenarios, own, fault);
	if (is < 0)
		return -1;
	if (is == 0) {
		scenario->reason = "domain_mismatch";
		return 0;
	}
	if (is_distributed(scenarios, txn, organization, scenario->organization, own,
		&distributed, fault) != 0)
		return -1;
	scenario->name = distributed ? "join_distributed" : "join_auto";
	return 0;
}

int
scenario_find(struct scenarios *scenarios, struct txn *txn, struct record contact,
    struct scenario *scenario, struct fault *fault)
{
	struct record organization;
	int found = 0;

	*scenario = (struct scenario){ .name = NULL };
	buf_clear(&scenarios->domain);
	if (!domain_of_email(&scenarios->domain, record_get(contact, CONTACT_EMAIL)))
		buf_clear(&scenarios->domain);
	if (buf_check(&scenarios->domain, fault) != 0)
		return -1;
	if (reference_id(
		record_get(contact, CONTACT_ORGANIZATION), &scenario->organization))
		found = txn_record(txn, scenario->organization, &organization, fault);
	if (found < 0)
		return -1;
	if (found == 1)
		return join(scenarios, txn, organization, scenario, fault);
	*scenario = (struct scenario){ .name = "new_company" };
	return 0;
}

/* Whether one of the organization's domains was registered with that of the address:
 * 1, 0, -1. */
static int
bears_registered(
    struct scenarios *scenarios, struct txn *txn, uint64_t id, struct fault *fault)
{
	struct record organization;
	struct view list, own;
	int is = txn_record(txn, id, &organization, fault);

	if (is != 1 || record_kind(organization) != kind_organization.number)
		return is < 0 ? -1 : 0;
	list = record_get(organization, ORGANIZATION_DOMAINS);
	for (is = 0; is == 0 && list_next(&list, &own, &scenarios->scratch);)
		is = is_domain_of(scenarios, own, fault);
	return is;
}

int
scenario_bearers(
    struct scenarios *scenarios, struct txn *txn, struct ids *ids, struct fault *fault)
{
	struct ids *all = &scenarios->ids;
	size_t before = ids->count;
	int bears;

	if (domain_bearers(txn, buf_as_view(&scenarios->domain), ids, fault) != 0)
		return -1;
	if (!scenarios->subdomains || ids->count > before)
		return 0;
	all->count = 0;
	if (index_find_prefix(txn, kind_organization.number, ORGANIZATION_DOMAINS,
		VIEW(""), all, fault) != 0)
		return -1;
	ids_sort(all);
	for (size_t i = 0; i < all->count; i++) {
		bears = bears_registered(scenarios, txn, all->at[i], fault);
		if (bears < 0 || (bears == 1 && ids_add(ids, all->at[i], fault) != 0))
			return -1;
	}
	return 0;
}

/* Below a public suffix anybody registers names, so it is no domain of an organization
 * (HS-54). */
int
scenario_brings_domain(
    struct scenarios *scenarios, struct txn *txn, bool *brings, struct fault *fault)
{
	struct view domain = buf_as_view(&scenarios->domain);
	struct ids ids = { NULL, 0, 0 };
	bool is_public = true;
	int result;

	*brings = false;
	if (domain.len == 0 ||
	    domain_is_generic(domain, buf_as_view(&scenarios->generic)))
		return 0;
	result = domain_is_public(domain, &is_public, fault);
	if (result == 0 && !is_public)
		result = scenario_bearers(scenarios, txn, &ids, fault);
	*brings = result == 0 && !is_public && ids.count == 0;
	ids_release(&ids);
	return result;
}
