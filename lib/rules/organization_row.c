/* SPDX-License-Identifier: ISC */
/* Rows of kind organization: domains and names that it may not have. */
#include "base/fold.h"
#include "model/domain.h"
#include "model/inactive.h"
#include "rules/import_run.h"

/* TW-9: it becomes that of the inactive by its name alone. */
static enum step
check_name(
    struct import *import, uint64_t id, const struct record *old, struct fault *fault)
{
	struct view name = record_form_get(&import->form, ORGANIZATION_NAME);
	size_t others;

	if (old == NULL ||
	    !fold_search_equal(name, buf_as_view(&import->inactive_name)) ||
	    employer_is_inactive(import, *old))
		return STEP_GO;
	if (inactive_others(import->txn, id, &others, fault) != 0)
		return STEP_FAULT;
	return others == 0
	    ? STEP_GO
	    : import_stop(import, STEP_ERROR, "BAD_VALUE",
		  "name: \"%.*s\" is that of contacts who are out of use (setting "
		  "inactive_organization), and %zu of #%llu %s not",
		  (int)view_until(name, 80).len, name.at, others, (unsigned long long)id,
		  others == 1 ? "is" : "are");
}

/* HS-54: below a public suffix anybody registers names, so it tells nothing of an
 * organization. What is stored already is left in peace, as lists of suffixes grow. */
static enum step
check_domains(struct import *import, const struct record *old, struct fault *fault)
{
	struct view list = record_form_get(&import->form, ORGANIZATION_DOMAINS), domain;
	bool is_public = false;

	if (list.len == 0 ||
	    (old != NULL && view_equal(list, record_get(*old, ORGANIZATION_DOMAINS))))
		return STEP_GO;
	while (!is_public && list_next(&list, &domain, &import->scratch))
		if (domain_is_public(domain, &is_public, fault) != 0)
			return STEP_FAULT;
	return is_public
	    ? import_stop(import, STEP_ERROR, "PUBLIC_SUFFIX",
		  "domains: \"%.*s\" is a public suffix, below which anybody "
		  "registers names",
		  (int)view_until(domain, 80).len, domain.at)
	    : STEP_GO;
}

enum step
organization_row(
    struct import *import, uint64_t id, const struct record *old, struct fault *fault)
{
	enum step step;

	if (import->kind != &kind_organization)
		return STEP_GO;
	step = check_name(import, id, old, fault);
	return step == STEP_GO ? check_domains(import, old, fault) : step;
}
