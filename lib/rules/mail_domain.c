/* SPDX-License-Identifier: ISC */
/*
 * CS-43: a mail does not name the organization of its sender; the domain of the
 * address stands for it, unless anybody may have an address there. What is no
 * matter of the store is settled here, where the row is read.
 */
#include "base/fold.h"
#include "model/domain.h"
#include "model/settings.h"
#include "rules/plan_parts.h"

int
mail_prepare(struct plan *plan, struct fault *fault)
{
	bool ignored;

	if (plan->kind != &kind_contact)
		return fault_set(fault, FAULT_INPUT,
		    "this is mail, which brings contacts, not records of kind %s",
		    plan->kind->name);
	plan->mail = true;
	/* The library is asked for before any row. */
	return setting_get(&plan->generic, plan->txn, "generic_domains", fault) != 0 ||
		domain_is_public(VIEW("example.com"), &ignored, fault) != 0
	    ? -1
	    : 0;
}

/* "bücher.example": the domain as it was typed, for people to read. */
static struct view
typed_domain(struct drafting *d, struct view email)
{
	struct buf *name = &d->plan->list;
	const char *at = memrchr(email.at, '@', email.len);

	buf_clear(name);
	fold_identity(
	    name, text_trim_wide(view_from(email, (size_t)(at + 1 - email.at))));
	if (name->len > 0 && name->at[name->len - 1] == '.')
		name->len--;
	d->failed |= name->failed;
	return drafting_copy(d, buf_as_view(name));
}

void
drafting_domain(struct drafting *d)
{
	const struct cell *email = draft_cell(d->draft, CONTACT_EMAIL);
	struct buf *domain = &d->plan->scratch;
	bool is_public = true;
	struct fault ignored;
	struct view found;

	if (email == NULL || email->value.len == 0)
		return;
	buf_clear(domain);
	buf_char(domain, REFERENCE_MARK);
	if (!domain_of_email(domain, email->value))
		return;
	d->failed |= domain->failed;
	found = view_from(buf_as_view(domain), 1);
	if (domain_is_generic(found, buf_as_view(&d->plan->generic)) ||
	    domain_is_public(found, &is_public, &ignored) != 0 || is_public)
		return;
	d->draft->domain = view_from(drafting_copy(d, buf_as_view(domain)), 1);
	d->draft->domain_name = typed_domain(d, email->value);
}
