/* SPDX-License-Identifier: ISC */
/*
 * Rows of kind organization: below a public suffix anybody registers names, so
 * it tells nothing of an organization (HS-54). What is stored already is left in
 * peace, as lists of suffixes grow.
 */
#include "model/domain.h"
#include "rules/import_run.h"

enum step
organization_row(struct import *import, const struct record *old, struct fault *fault)
{
	struct view list = record_form_get(&import->form, ORGANIZATION_DOMAINS), domain;
	bool is_public = false;

	if (import->kind != &kind_organization || list.len == 0 ||
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
