/* SPDX-License-Identifier: ISC */
/*
 * Earlier versions of others who stay. What keeps a hash is in none of them, so that
 * neither the past nor undoing brings it back; only who bears it to the last does so
 * in its own right, and the receipt says so. A version that was also about somebody
 * erased, as the two were merged for a while, says what the record said apart.
 */
#include "rules/erase_parts.h"

#include <stdio.h>

#include "model/entity.h"
#include "model/merged.h"
#include "store/history.h"

/* Whether the version was about one of them. */
static bool
was_owned(const struct erasing *erasing, const struct kind *kind, struct record image)
{
	uint64_t owner;
	size_t i;

	for (i = 0; kind != NULL && i < kind->count; i++)
		if ((kind->fields[i].flags & FIELD_OWNED) != 0 &&
		    reference_id(record_get(image, kind->fields[i].slot), &owner) &&
		    ids_have(&erasing->gone, owner))
			return true;
	return false;
}

/* Whether one of them was merged into the record then: 1, 0, -1. */
static int
was_merged(struct erasing *erasing, const struct kind *kind, struct record version,
    struct fault *fault)
{
	size_t i;

	erasing->merged.count = 0;
	if (merged_ids(kind, version, &erasing->merged, fault) != 0)
		return -1;
	for (i = 0; i < erasing->merged.count; i++)
		if (ids_have(&erasing->gone, erasing->merged.at[i]))
			return 1;
	return 0;
}

/* What the record said apart: last before the version, or else first behind it. 1,
 * 0, -1. */
static int
find_apart(struct erasing *erasing, const struct kind *kind, uint64_t id,
    struct record *version, struct fault *fault)
{
	uint64_t until, rev = record_rev(*version);
	struct version_walk walk;
	struct record at;
	int found, merged = 0, any = 0;

	if (version_walk_open(&walk, erasing->txn, id, fault) != 0)
		return -1;
	while (
	    merged >= 0 && (found = version_walk_next(&walk, &at, &until, fault)) == 1) {
		if (any == 1 && record_rev(at) >= rev)
			break;
		merged = was_merged(erasing, kind, at, fault);
		if (merged == 0) {
			*version = at;
			any = 1;
		}
	}
	version_walk_close(&walk);
	return merged < 0 || found < 0 ? -1 : any;
}

/* The record as it is, or was before it was deleted. */
static int
find_last(struct erasing *erasing, uint64_t id, struct record *last, struct fault *fault)
{
	struct version_walk walk;
	uint64_t until;
	int found;

	if (version_walk_open(&walk, erasing->txn, id, fault) != 0)
		return -1;
	while ((found = version_walk_next(&walk, last, &until, fault)) == 1)
		;
	version_walk_close(&walk);
	return found;
}

/* Whether it keeps a hash: 1, 0, -1. */
static int
is_kept(struct erasing *erasing, struct view what, struct view value, struct fault *fault)
{
	uint64_t hash;
	int found = traces_key(&erasing->traces, erasing->kind, what, value, fault);

	return found == 1
	    ? erasures_find(erasing->erasures, erasing->kind, what, value, &hash, fault)
	    : found;
}

static int
note_kept(void *context, struct view what, struct view value, struct fault *fault)
{
	struct erasing *erasing = context;
	int found = erasing->keyed ? 0 : is_kept(erasing, what, value, fault);

	erasing->keyed |= found == 1;
	return found < 0 ? -1 : 0;
}

/* Whether the value has to go from a version of a record of which that is the last:
 * 1, 0, -1. */
static int
goes(struct erasing *erasing, struct record last, struct view what, struct view value,
    struct fault *fault)
{
	int found = is_kept(erasing, what, value, fault);

	if (found != 1)
		return found;
	found = erasure_has(erasing->txn, last, what, value, fault);
	return found < 0 ? -1 : found == 0;
}

/* A list without the elements that go. Where a field has one value the last one
 * takes its place, so that a record that comes back has its keys: 1, 0, -1. */
static int
take_out(struct erasing *erasing, struct record last, const struct field *field,
    uint16_t slot, struct view what, struct view *value, struct fault *fault)
{
	struct buf kept = BUF_EMPTY, scratch = BUF_EMPTY;
	struct view list = *value, element;
	int found = 0, any = 0;

	if ((field->flags & FIELD_LIST) == 0) {
		any = goes(erasing, last, what, *value, fault);
		if (any == 1)
			*value = record_get(last, slot);
		return any;
	}
	while (found >= 0 && list_next(&list, &element, &scratch)) {
		found = goes(erasing, last, what, element, fault);
		any |= found == 1;
		if (found == 0)
			list_add(&kept, 0, element);
	}
	if (found >= 0 &&
	    (buf_check(&kept, fault) != 0 || buf_check(&scratch, fault) != 0))
		found = -1;
	if (found >= 0 && any) {
		*value = arena_copy(&erasing->arena, buf_as_view(&kept));
		if (kept.len > 0 && value->at == NULL)
			found = fault_memory(fault);
	}
	buf_release(&kept);
	buf_release(&scratch);
	return found < 0 ? -1 : any;
}

/* What the hashes of the field are of: empty when it has none. */
static int
name_keys(struct erasing *erasing, const struct field *field, uint16_t slot,
    struct buf *what, struct fault *fault)
{
	enum name_class class;
	struct view name;

	buf_clear(what);
	if (field != NULL && field->type == TYPE_EMAIL && slot < RECORD_FIXED)
		buf_text(what, "email");
	if (field == &field_ext) {
		if (txn_slot_name(erasing->txn, slot, &class, &name, NULL, fault) < 0)
			return -1;
		buf_text(what, "ext.");
		buf_view(what, name);
	}
	return buf_check(what, fault);
}

/* Takes the keys that have to go out of *form, which is made from the version unless
 * `made`: 1 when it is made, 0, -1. */
static int
take_keys(struct erasing *erasing, uint64_t id, struct record version, int made,
    struct record_form *form, struct fault *fault)
{
	const struct field *field;
	struct record last = version;
	struct buf what = BUF_EMPTY;
	uint32_t position = 0;
	struct view value;
	uint16_t slot;
	int found = 0;

	erasing->keyed = false;
	if (erasure_keys(erasing->txn, version, note_kept, erasing, fault) != 0)
		return -1;
	if (!erasing->keyed)
		return made;
	if (find_last(erasing, id, &last, fault) != 0)
		return -1;
	while (found >= 0 && record_next(version, &position, &slot, &value)) {
		found =
		    kind_field_of_slot(erasing->txn, erasing->kind, slot, &field, fault);
		if (found == 0)
			found = name_keys(erasing, field, slot, &what, fault);
		if (found == 0 && what.len > 0)
			found = take_out(erasing, last, field, slot, buf_as_view(&what),
			    &value, fault);
		if (found != 1)
			continue;
		if (!made)
			record_form_from(form, version);
		record_form_set(form, slot, value);
		made = 1;
	}
	buf_release(&what);
	return found < 0 ? -1 : made;
}

bool
erasing_names(const struct erasing *erasing, const struct field *field, struct view value)
{
	return field->type == TYPE_TEXT && field != &field_ext &&
	    traces_named(&erasing->traces, value);
}

static int
count_mention(struct erasing *erasing, struct record version,
    const struct record_form *form, struct fault *fault)
{
	const struct field *field;
	uint32_t position = 0;
	struct view value;
	uint16_t slot;
	int found = 0;

	while (found == 0 && record_next(version, &position, &slot, &value)) {
		if (form != NULL)
			value = record_form_get(form, slot);
		found = traces_mentioned(&erasing->traces, value, fault);
		if (found != 0 || !traces_named(&erasing->traces, value))
			continue;
		found =
		    kind_field_of_slot(erasing->txn, erasing->kind, slot, &field, fault);
		if (found == 0)
			found = field != NULL && erasing_names(erasing, field, value);
		erasing->named |= found == 1;
	}
	erasing->mentions += found == 1;
	return found < 0 ? -1 : 0;
}

static int
judge(void *context, uint64_t id, struct record image, struct record_form *form,
    struct fault *fault)
{
	struct erasing *erasing = context;
	const struct kind *kind = kind_by_number(record_kind(image));
	struct record version = image;
	int found, made;

	erasing->kind = kind;
	if (ids_have(&erasing->gone, id) || was_owned(erasing, kind, image))
		return SWEEP_DROP;
	found = was_merged(erasing, kind, image, fault);
	if (found == 1) {
		found = find_apart(erasing, kind, id, &version, fault);
		/* There is nothing left that is not about both. */
		if (found == 0)
			return SWEEP_DROP;
		record_form_from(form, version);
	}
	if (found < 0)
		return -1;
	arena_clear(&erasing->arena);
	made = traces_scrub(
	    &erasing->traces, erasing->txn, version, form, &erasing->arena, fault);
	if (made == 0)
		made = found;
	if (made >= 0 && kind != NULL)
		made = take_keys(erasing, id, version, made, form, fault);
	if (made < 0)
		return -1;
	if (kind != NULL && kind != &kind_erasure &&
	    count_mention(erasing, version, made == 1 ? form : NULL, fault) != 0)
		return -1;
	return made == 1 ? SWEEP_WRITE : SWEEP_KEEP;
}

static int
tell_mentions(struct erasing *erasing, struct fault *fault)
{
	char text[100];

	if (erasing->mentions == 0)
		return 0;
	snprintf(text, sizeof(text),
	    "%llu earlier versions of other records have its address%s",
	    (unsigned long long)erasing->mentions,
	    erasing->named ? " or an external id" : "");
	return erasing_tell(erasing, "left", NULL, 0, text,
	    "contact-store prune --older 0s --yes", fault);
}

int
erasing_sweep(struct erasing *erasing, struct fault *fault)
{
	ids_sort(&erasing->gone);
	return history_sweep(erasing->txn, judge, erasing, fault) != 0
	    ? -1
	    : tell_mentions(erasing, fault);
}
