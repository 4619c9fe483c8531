/* SPDX-License-Identifier: ISC */
/* A file of one system says "4711" where it means SYSTEM:4711. */
#include "rules/reference.h"

bool
reference_is_made(
    const struct kind *kind, const struct draft *draft, const struct field *field)
{
	const struct cell *event =
	    kind != &kind_status_event || field->slot != STATUS_EVENT_JOB
	    ? NULL
	    : draft_cell(draft, STATUS_EVENT_EVENT);

	return event != NULL && view_is(event->value, "job_created");
}

bool
reference_is_needed(
    const struct kind *kind, const struct draft *draft, const struct field *field)
{
	const struct cell *event =
	    kind != &kind_status_event || field->slot != STATUS_EVENT_CONTACT
	    ? NULL
	    : draft_cell(draft, STATUS_EVENT_EVENT);

	return (field->flags & FIELD_RESOLVED) != 0 &&
	    (event == NULL ||
		!(view_is(event->value, "job_closed") ||
		    view_is(event->value, "job_reopened")));
}

const struct field *
reference_to_contact(const struct kind *kind)
{
	size_t i;

	for (i = 0; i < kind->count; i++)
		if ((kind->fields[i].flags & FIELD_RESOLVED) != 0 &&
		    strcmp(kind->fields[i].of, kind_contact.name) == 0)
			return kind->fields + i;
	return NULL;
}

/* An id without its system, in those from `from` to `end`. */
static int
find_bare(struct txn *txn, const struct systems *systems, size_t from, size_t end,
    const struct kind *of, struct view text, struct ids *ids, struct fault *fault)
{
	char form[SALESFORCE_ID];
	enum name_class class;
	struct view name, id;

	for (; from < end && ids->count == 0; from++) {
		id = text;
		/* Whose id it is matters for the short ones of Salesforce alone. */
		if (text.len == SALESFORCE_ID - 3) {
			if (txn_slot_name(txn, systems->slots[from], &class, &name, NULL,
				fault) < 0)
				return -1;
			salesforce_id_complete(name, &id, form);
		}
		if (entity_find_key(
			txn, of, systems->slots[from], &field_ext, id, ids, fault) != 0)
			return -1;
	}
	return 0;
}

static int
find(struct txn *txn, const struct systems *systems, const struct kind *of,
    struct view text, bool made, struct ids *ids, struct fault *fault)
{
	char form[SALESFORCE_ID];
	struct view id;
	uint16_t slot;
	int external = entity_read_external(txn, text, &slot, &id, form, fault);
	bool bare = external == 0 && text.at[0] != '#' &&
	    (of != &kind_contact || memchr(text.at, '@', text.len) == NULL);

	if (external < 0 ||
	    (external == 1 &&
		entity_find_key(txn, of, slot, &field_ext, id, ids, fault) != 0) ||
	    (bare && find_bare(txn, systems, 0, systems->own, of, text, ids, fault) != 0))
		return -1;
	if (ids->count > 0 || (made && (bare || external == 1)))
		return 0;
	if (entity_resolve(txn, of, text, ids, fault) != 0)
		return -1;
	return bare
	    ? find_bare(txn, systems, systems->own, systems->count, of, text, ids, fault)
	    : 0;
}

struct view
reference_id_beside(const struct draft *draft, uint16_t slot)
{
	size_t i;

	for (i = 0; i < draft->by_id_count; i++)
		if (draft->by_id[i].slot == slot)
			return draft->by_id[i].value;
	return (struct view){ NULL, 0 };
}

int
reference_find(struct txn *txn, const struct systems *systems, const struct kind *kind,
    const struct draft *draft, const struct field *field, struct view value,
    struct ids *ids, struct fault *fault)
{
	const struct kind *of = kind_by_name(view_of(field->of));
	bool made = reference_is_made(kind, draft, field);
	struct view by_id = reference_id_beside(draft, field->slot);

	ids->count = 0;
	if (by_id.len > 0 && find(txn, systems, of, by_id, made, ids, fault) != 0)
		return -1;
	return ids->count > 0 ? 0 : find(txn, systems, of, value, made, ids, fault);
}
