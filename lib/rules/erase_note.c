/* SPDX-License-Identifier: ISC */
/*
 * Whoever is erased was known by other names before, and has the ids of those who
 * were merged into it, so each version of all of them is asked.
 */
#include "rules/erase_parts.h"

#include <stdio.h>

#include "model/entity.h"
#include "model/merged.h"
#include "store/history.h"

int
erasing_tell(struct erasing *erasing, const char *state, const struct kind *kind,
    uint64_t id, const char *what, const char *command, struct fault *fault)
{
	return erasing->receipt == NULL ? 0
					: receipt_add(erasing->receipt, state, kind, id,
					      view_of(what), view_of(command), fault);
}

static int
hash_key(void *context, struct view what, struct view value, struct fault *fault)
{
	struct erasing *erasing = context;
	struct buf command = BUF_EMPTY;
	char text[80];
	uint64_t hash;
	int result = erasures_add(
	    erasing->erasures, erasing->kind, what, value, erasing->id, &hash, fault);

	erasing->keyed = true;
	if (view_is(what, "email")) {
		buf_put(&erasing->addresses, &value.len, sizeof(value.len));
		buf_view(&erasing->addresses, value);
	}
	if (buf_check(&erasing->addresses, fault) != 0)
		return -1;
	if (result != 1)
		return result;
	snprintf(text, sizeof(text), "%s.%.*s of #%llu", erasing->kind->name,
	    (int)view_until(what, 40).len, what.at, (unsigned long long)erasing->id);
	buf_printf(&command, "contact-archive -k erasure --delete %llu",
	    (unsigned long long)hash);
	result = erasing_tell(
	    erasing, "hashed", &kind_erasure, hash, text, buf_string(&command), fault);
	buf_release(&command);
	return result;
}

/* External ids that the record answers for: the SYSTEM:ID in its hidden list, which
 * has them also when the versions of who had them are pruned. */
static int
hash_answered(struct erasing *erasing, struct record version, struct fault *fault)
{
	const struct kind *kind = erasing->kind;
	struct buf scratch = BUF_EMPTY, what = BUF_EMPTY;
	char form[SALESFORCE_ID];
	const char *colon;
	struct view list, element, id;
	uint16_t slot;
	size_t i;
	int found = 0;

	for (i = 0; i < kind->hidden_count; i++) {
		if (strcmp(kind->hidden[i].name, "merged") != 0)
			continue;
		list = record_get(version, kind->hidden[i].slot);
		while (found >= 0 && list_next(&list, &element, &scratch)) {
			found = entity_read_external(
			    erasing->txn, element, &slot, &id, form, fault);
			if (found != 1)
				continue;
			buf_clear(&what);
			buf_text(&what, "ext.");
			colon = memchr(element.at, ':', element.len);
			buf_put(&what, element.at, (size_t)(colon - element.at));
			found = buf_check(&what, fault);
			if (found == 0)
				found = hash_key(erasing, buf_as_view(&what), id, fault);
		}
	}
	buf_release(&scratch);
	buf_release(&what);
	return found < 0 ? -1 : 0;
}

/* One version, in memory of our own, since hashes are written. */
static int
note_version(struct erasing *erasing, struct record version, struct fault *fault)
{
	erasing->keyed = false;
	buf_clear(&erasing->text);
	if (traces_add(&erasing->traces, erasing->txn, erasing->id, version, fault) !=
		0 ||
	    erasure_keys(erasing->txn, version, hash_key, erasing, fault) != 0 ||
	    hash_answered(erasing, version, fault) != 0 ||
	    erasing_note_login(erasing, version, fault) != 0)
		return -1;
	/* Without a key it could not be told in an older store that is restored. */
	return erasing->keyed ||
		(erasure_record(
		     &erasing->text, erasing->txn, erasing->id, version, fault) == 0 &&
		    hash_key(
			erasing, VIEW("record"), buf_as_view(&erasing->text), fault) == 0)
	    ? 0
	    : -1;
}

/* Calls each for every version of the record at hand, which is a copy: hashes are
 * written. *count is how many there are. */
static int
each_version(struct erasing *erasing, uint64_t *count,
    int (*each)(struct erasing *erasing, struct record version, struct fault *fault),
    struct fault *fault)
{
	struct version_walk walk;
	struct record version;
	uint64_t until;
	int found;

	*count = 0;
	if (version_walk_open(&walk, erasing->txn, erasing->id, fault) != 0)
		return -1;
	while ((found = version_walk_next(&walk, &version, &until, fault)) == 1) {
		erasing->kind = kind_by_number(record_kind(version));
		buf_clear(&erasing->version);
		buf_put(&erasing->version, version.at, version.len);
		version.at = (const unsigned char *)erasing->version.at;
		++*count;
		found = buf_check(&erasing->version, fault);
		if (found == 0 && erasing->kind != NULL)
			found = each(erasing, version, fault);
		if (found != 0)
			break;
	}
	version_walk_close(&walk);
	return found;
}

/* Those who were merged into the record come first, so that the hashes of what was
 * theirs name them: an older backup may still have them. */
static int
note_merged(struct erasing *erasing, struct record record, struct fault *fault)
{
	uint64_t count;
	size_t i;

	erasing->merged.count = 0;
	if (merged_ids(kind_by_number(record_kind(record)), record, &erasing->merged,
		fault) != 0)
		return -1;
	ids_sort(&erasing->merged);
	for (i = 0; i < erasing->merged.count; i++) {
		erasing->id = erasing->merged.at[i];
		if (ids_add(&erasing->gone, erasing->id, fault) != 0 ||
		    each_version(erasing, &count, note_version, fault) != 0)
			return -1;
	}
	return 0;
}

/* Where invitations of the contact went, which none of its versions may have any more:
 * these lose it like the others. */
static int
note_invited(struct erasing *erasing, uint64_t contact, struct fault *fault)
{
	struct ids ids = { NULL, 0, 0 };
	struct record record;
	size_t i;
	int result = entity_find_referring(
	    erasing->txn, &kind_invitation, INVITATION_CONTACT, contact, &ids, fault);

	for (i = 0; result == 0 && i < ids.count; i++) {
		result = txn_record(erasing->txn, ids.at[i], &record, fault);
		if (result == 1)
			result = traces_add_address(&erasing->traces,
			    record_get(record, INVITATION_EMAIL), fault);
	}
	ids_release(&ids);
	return result < 0 ? -1 : 0;
}

int
erasing_note(struct erasing *erasing, uint64_t id, uint64_t with, struct fault *fault)
{
	const struct kind *kind = NULL;
	struct record record;
	uint64_t versions;
	char text[80];
	int found = txn_record(erasing->txn, id, &record, fault);

	if (found < 0 || ids_add(&erasing->gone, id, fault) != 0)
		return -1;
	if (found == 1) {
		kind = kind_by_number(record_kind(record));
		if (with == 0 &&
		    (note_merged(erasing, record, fault) != 0 ||
			(kind == &kind_contact && note_invited(erasing, id, fault) != 0)))
			return -1;
	}
	erasing->id = id;
	if (with != 0)
		snprintf(text, sizeof(text), "with #%llu", (unsigned long long)with);
	else if (each_version(erasing, &versions, note_version, fault) != 0)
		return -1;
	else
		snprintf(text, sizeof(text), "and %llu earlier versions",
		    (unsigned long long)(versions > 0 ? versions - 1 : 0));
	if (erasing->receipt != NULL)
		erasing->receipt->erased += with == 0;
	return erasing_tell(erasing, "erased", kind, id, text, "", fault);
}
