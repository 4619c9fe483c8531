/* SPDX-License-Identifier: ISC */
/*
 * What is erased is removed as if it were deleted, and leaves images as that
 * does; all images are looked at once in the end.
 */
#include "rules/erase_parts.h"

#include <stdlib.h>

#include "model/change.h"
#include "model/entity.h"

int
erasing_new(
    struct erasing **out, struct txn *txn, struct receipt *receipt, struct fault *fault)
{
	struct erasing *erasing = calloc(1, sizeof(*erasing));

	*out = erasing;
	if (erasing == NULL)
		return fault_memory(fault);
	erasing->txn = txn;
	erasing->receipt = receipt;
	erasing->form = malloc(sizeof(*erasing->form));
	if (erasing->form == NULL)
		return fault_memory(fault);
	if (receipt != NULL)
		receipt_clear(receipt);
	return erasures_of(&erasing->erasures, txn, fault);
}

void
erasing_free(struct erasing *erasing)
{
	if (erasing == NULL)
		return;
	traces_release(&erasing->traces);
	ids_release(&erasing->gone);
	ids_release(&erasing->merged);
	ids_release(&erasing->scrubbed);
	buf_release(&erasing->addresses);
	buf_release(&erasing->logins);
	buf_release(&erasing->version);
	buf_release(&erasing->text);
	arena_release(&erasing->arena);
	free(erasing->form);
	free(erasing);
}

/* What can be done with a field that is left: its text shown, itself emptied, or its
 * record taken away, for good where it is a contact. */
enum way { SHOW, CLEAR, DELETE, ERASE };

/* Whether records of the kind are of an address: a contact, an account, a
 * suppression. */
static bool
is_of_address(const struct kind *kind)
{
	for (size_t i = 0; i < kind->count; i++)
		if (kind->fields[i].type == TYPE_EMAIL)
			return true;
	return false;
}

/* A record that only refers to the address, or is called so, is somebody else's. */
static enum way
way_out(const struct kind *kind, const struct field *field)
{
	const unsigned fixed = FIELD_LIST | FIELD_RESOLVED | FIELD_RULES;

	if (field->type == TYPE_REFERENCE)
		return (field->flags & fixed) == 0 ? CLEAR : SHOW;
	if (field->type != TYPE_EMAIL && (field->flags & FIELD_KEY) == 0)
		return SHOW;
	return !is_of_address(kind) ? SHOW : kind == &kind_contact ? ERASE : DELETE;
}

static void
put_command(
    struct buf *out, const struct kind *kind, uint64_t id, const char *name, enum way way)
{
	switch (way) {
	case SHOW:
		buf_printf(out, "contact-find -k %s -c %s", kind->name, name);
		break;
	case CLEAR:
		buf_printf(out, "contact-edit -k %s --clear %s", kind->name, name);
		break;
	case DELETE:
		buf_printf(out, "contact-archive -k %s --delete", kind->name);
		break;
	case ERASE:
		buf_text(out, "contact-archive --erase --yes");
		break;
	}
	buf_printf(out, " %llu", (unsigned long long)id);
}

static int
tell_left(struct erasing *erasing, const struct kind *kind, uint64_t id, const char *name,
    const char *what, enum way way, struct fault *fault)
{
	struct buf text = BUF_EMPTY, command = BUF_EMPTY;
	int result;

	buf_printf(&text, "%s %s", name, what);
	put_command(&command, kind, id, name, way);
	result = buf_check(&text, fault) != 0 || buf_check(&command, fault) != 0
	    ? -1
	    : erasing_tell(erasing, "left", kind, id, buf_string(&text),
		  buf_string(&command), fault);
	buf_release(&text);
	buf_release(&command);
	return result;
}

int
erasing_left(struct erasing *erasing, const struct kind *kind, uint64_t id,
    const struct field *field, struct fault *fault)
{
	const struct field *email = kind_field(kind, VIEW("email"));

	/* Only another record of a person is worth a word, and no trace that goes. */
	return email == NULL || email->type != TYPE_EMAIL || kind == &kind_contact ||
		(email->flags & FIELD_TRACE) != 0
	    ? 0
	    : tell_left(erasing, kind, id, field->name, "referred to it", DELETE, fault);
}

/* How many contacts bear the address. */
static int
bearers(struct erasing *erasing, struct view address, size_t *count, struct fault *fault)
{
	static const uint16_t slots[] = { CONTACT_EMAIL, CONTACT_OTHER_EMAILS };
	struct ids ids = { NULL, 0, 0 };
	size_t i;
	int result = 0;

	for (i = 0; result == 0 && i < sizeof(slots) / sizeof(slots[0]); i++)
		result = entity_find_key(erasing->txn, &kind_contact, slots[i],
		    kind_slot(&kind_contact, slots[i]), address, &ids, fault);
	*count = ids.count;
	ids_release(&ids);
	return result;
}

/* The hash keeps mail from the address, too, so its suppression goes where
 * nobody else has the address. */
static int
unsuppress(struct erasing *erasing, struct view address, struct fault *fault)
{
	struct ids ids = { NULL, 0, 0 };
	struct record record;
	size_t i, count = 0;
	int result = entity_find_key(erasing->txn, &kind_suppression, SUPPRESSION_ADDRESS,
	    kind_slot(&kind_suppression, SUPPRESSION_ADDRESS), address, &ids, fault);

	if (result == 0 && ids.count > 0)
		result = bearers(erasing, address, &count, fault);
	for (i = 0; result == 0 && count == 0 && i < ids.count; i++) {
		result = txn_record(erasing->txn, ids.at[i], &record, fault);
		if (result == 1)
			result = change_remove(erasing->txn, &kind_suppression, ids.at[i],
			    record, CAUSE_ROW, fault);
		if (result == 0)
			result = ids_add(&erasing->gone, ids.at[i], fault);
		if (result == 0)
			result = erasing_tell(erasing, "erased", &kind_suppression,
			    ids.at[i], "of its address, which the hash keeps from mail",
			    "", fault);
	}
	ids_release(&ids);
	return result < 0 ? -1 : 0;
}

static int
unsuppress_all(struct erasing *erasing, struct fault *fault)
{
	struct view rest = buf_as_view(&erasing->addresses);
	size_t len;
	int result = 0;

	while (result == 0 && rest.len > 0) {
		memcpy(&len, rest.at, sizeof(len));
		result =
		    unsuppress(erasing, view_make(rest.at + sizeof(len), len), fault);
		rest = view_from(rest, sizeof(len) + len);
	}
	return result;
}

/* The column of a field: attr.NAME where it is an attribute. */
static int
put_name(struct erasing *erasing, const struct field *field, uint16_t slot,
    struct buf *out, struct fault *fault)
{
	enum name_class class;
	struct view name = VIEW("");

	if (slot >= RECORD_FIXED &&
	    txn_slot_name(erasing->txn, slot, &class, &name, NULL, fault) < 0)
		return -1;
	buf_text(out, field->name);
	if (name.len > 0)
		buf_char(out, '.');
	buf_view(out, name);
	return buf_check(out, fault);
}

/* Whether the value tells something of one of them. */
static int
find_mention(struct erasing *erasing, const struct kind *kind, uint64_t id,
    const struct field *field, uint16_t slot, struct view value, struct fault *fault)
{
	int found = traces_mentioned(&erasing->traces, value, fault);
	bool named = erasing_names(erasing, field, value);
	bool called = kind == &kind_query && traces_called(&erasing->traces, value);
	struct buf name = BUF_EMPTY;

	/* A trace that stays is one of a contact that has the address, as is told. */
	if ((found == 0 && !named && !called) || (field->flags & FIELD_TRACE) != 0)
		return found < 0 ? -1 : 0;
	if (found >= 0 && put_name(erasing, field, slot, &name, fault) != 0)
		found = -1;
	if (found == 1)
		found = tell_left(erasing, kind, id, buf_string(&name), "has its address",
		    way_out(kind, field), fault);
	if (found == 0 && named)
		found = tell_left(erasing, kind, id, buf_string(&name),
		    "has its external id", SHOW, fault);
	if (found == 0 && called)
		found = tell_left(
		    erasing, kind, id, buf_string(&name), "has its name", SHOW, fault);
	buf_release(&name);
	return found;
}

/* Which fields of a record that stays have an address or an external id. */
static int
find_mentions(
    struct erasing *erasing, uint64_t id, struct record record, struct fault *fault)
{
	const struct kind *kind = kind_by_number(record_kind(record));
	const struct field *field;
	uint32_t position = 0;
	struct view value;
	uint16_t slot;

	if (kind == NULL || kind == &kind_erasure)
		return 0;
	while (record_next(record, &position, &slot, &value))
		if (kind_field_of_slot(erasing->txn, kind, slot, &field, fault) != 0 ||
		    (field != NULL &&
			find_mention(erasing, kind, id, field, slot, value, fault) != 0))
			return -1;
	return 0;
}

/* Looks at all that stays: notes what is to be scrubbed, and tells of the others what
 * they have. */
static int
look_around(struct erasing *erasing, struct fault *fault)
{
	struct record_walk walk;
	struct record record;
	uint64_t id;
	int found;

	if (record_walk_open(&walk, erasing->txn, 0, fault) != 0)
		return -1;
	while ((found = record_walk_next(&walk, &id, &record, fault)) == 1) {
		arena_clear(&erasing->arena);
		found = traces_scrub(&erasing->traces, erasing->txn, record,
		    erasing->form, &erasing->arena, fault);
		if (found == 1)
			found = ids_add(&erasing->scrubbed, id, fault);
		else if (found == 0)
			found = find_mentions(erasing, id, record, fault);
		if (found < 0)
			break;
	}
	record_walk_close(&walk);
	return found;
}

static int
scrub(struct erasing *erasing, uint64_t id, uint64_t *also, struct fault *fault)
{
	struct record record;
	bool changed, first;
	int found = txn_record(erasing->txn, id, &record, fault);

	arena_clear(&erasing->arena);
	if (found == 1)
		found = traces_scrub(&erasing->traces, erasing->txn, record,
		    erasing->form, &erasing->arena, fault);
	if (found != 1)
		return found;
	first = record_rev(record) != txn_rev(erasing->txn);
	if (change_update(erasing->txn, kind_by_number(record_kind(record)), id, record,
		erasing->form, 0, CAUSE_REFERENCE, &changed, fault) != 0)
		return -1;
	*also += changed && first;
	found = txn_record(erasing->txn, id, &record, fault);
	return found == 1 ? find_mentions(erasing, id, record, fault) : found;
}

int
erasing_settle(struct erasing *erasing, uint64_t *also, struct fault *fault)
{
	size_t i;

	if (erasing->gone.count == 0)
		return 0;
	traces_settle(&erasing->traces);
	if (unsuppress_all(erasing, fault) != 0 || look_around(erasing, fault) != 0)
		return -1;
	for (i = 0; i < erasing->scrubbed.count; i++)
		if (scrub(erasing, erasing->scrubbed.at[i], also, fault) != 0)
			return -1;
	if (erasing->receipt != NULL)
		erasing->receipt->rev = txn_rev(erasing->txn);
	return erasing_settle_log(erasing, fault) != 0 ? -1
						       : erasing_sweep(erasing, fault);
}
