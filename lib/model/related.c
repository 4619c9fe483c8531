/* SPDX-License-Identifier: ISC */
/*
 * The index gives candidates for each field that may refer to the record; each is
 * compared with its record, which also says when it was. No more is kept of it
 * than that and the id, 16 bytes.
 */
#include "model/related.h"

#include <stdlib.h>

#include "base/array.h"
#include "model/viewer.h"
#include "model/value.h"
#include "store/index.h"

static const struct {
	const struct kind *kind;
	uint16_t slot;
} whens[] = {
	{ &kind_note, NOTE_AT },
	{ &kind_job, JOB_OPENED_ON },
	{ &kind_placement, PLACEMENT_STARTED_ON },
	{ &kind_event, EVENT_STARTS_AT },
	{ &kind_participation, PARTICIPATION_AT },
	{ &kind_status_event, STATUS_EVENT_AT },
	{ &kind_suppression, SUPPRESSION_AT },
};

bool
related_field(const struct field *field, const struct kind *of)
{
	return field->type == TYPE_REFERENCE && (field->flags & FIELD_INDEXED) != 0 &&
	    strcmp(field->of, of->name) == 0;
}

bool
related_kind(const struct kind *kind, const struct kind *of)
{
	size_t i;

	for (i = 0; i < kind->count; i++)
		if (related_field(kind->fields + i, of))
			return true;
	return false;
}

/* The slot that says it; FIELD_NONE for none. */
static uint16_t
when_slot(const struct kind *kind)
{
	size_t i;

	for (i = 0; i < sizeof(whens) / sizeof(whens[0]); i++)
		if (whens[i].kind == kind)
			return whens[i].slot;
	return FIELD_NONE;
}

bool
related_is_dated(const struct kind *kind)
{
	return when_slot(kind) != FIELD_NONE;
}

int
related_when(struct txn *txn, const struct kind *kind, struct record record,
    struct view *when, struct fault *fault)
{
	uint16_t slot = when_slot(kind);
	struct record event;
	uint64_t id;
	int found;

	*when = slot == FIELD_NONE ? view_make(NULL, 0) : record_get(record, slot);
	if (when->len > 0 || kind != &kind_participation ||
	    !reference_id(record_get(record, PARTICIPATION_EVENT), &id))
		return 0;
	found = txn_record(txn, id, &event, fault);
	if (found == 1 && record_kind(event) == kind_event.number)
		*when = record_get(event, EVENT_STARTS_AT);
	return found < 0 ? -1 : 0;
}

static bool
searched(const struct related_search *search, const struct field *field)
{
	return search->field == NULL ? related_field(field, search->of)
				     : field == search->field;
}

/* Whether one of the fields that are searched does refer to it. */
static bool
refers(const struct related_search *search, struct record record, struct buf *scratch)
{
	const struct kind *kind = search->kind;
	struct view list, element;
	uint64_t to;
	size_t i;

	for (i = 0; i < kind->count; i++) {
		if (!searched(search, kind->fields + i))
			continue;
		list = record_get(record, kind->fields[i].slot);
		if ((kind->fields[i].flags & FIELD_LIST) == 0) {
			if (reference_id(list, &to) && to == search->id)
				return true;
			continue;
		}
		while (list_next(&list, &element, scratch))
			if (reference_id(element, &to) && to == search->id)
				return true;
	}
	return false;
}

/* What does not say it was when it was created. */
static int
moment_of(struct txn *txn, const struct kind *kind, struct record record, int64_t *when,
    struct fault *fault)
{
	struct view text;
	const char *by;
	bool has_time;

	*when = 0;
	if (related_when(txn, kind, record, &text, fault) != 0)
		return -1;
	if (!related_is_dated(kind) || date_read(text, DATE_ISO, 0, when, &has_time))
		return 0;
	return txn_revision(txn, record_created(record), when, &by, fault) < 0 ? -1 : 0;
}

static int
add_candidate(struct related *related, struct txn *txn,
    const struct related_search *search, uint64_t id, struct buf *scratch,
    struct fault *fault)
{
	struct related_row *rows;
	struct record record;
	int found = txn_record(txn, id, &record, fault);

	if (found != 1 || record_kind(record) != search->kind->number ||
	    !refers(search, record, scratch))
		return found < 0 ? -1 : 0;
	if (search->kind == &kind_contact &&
	    view_is(record_get(record, CONTACT_APPROVAL), "Rejected"))
		return 0;
	found = viewer_sees(txn, record, fault);
	if (found != 1) {
		related->withheld += found == 0 && search->kind == &kind_note;
		return found;
	}
	rows = array_room(
	    related->rows, related->count, &related->cap, sizeof(*rows), fault);
	if (rows == NULL)
		return -1;
	related->rows = rows;
	rows[related->count].id = id;
	return moment_of(txn, search->kind, record, &rows[related->count++].when, fault);
}

static int
compare_rows(const void *a, const void *b)
{
	const struct related_row *x = a, *y = b;

	return x->when != y->when ? (x->when > y->when) - (x->when < y->when)
				  : (x->id > y->id) - (x->id < y->id);
}

int
related_find(struct related *related, struct txn *txn,
    const struct related_search *search, struct fault *fault)
{
	const struct kind *kind = search->kind;
	struct ids ids = { NULL, 0, 0 };
	struct buf scratch = BUF_EMPTY;
	size_t i;
	int result = 0;

	related_release(related);
	for (i = 0; result == 0 && i < kind->count; i++)
		if (searched(search, kind->fields + i))
			result = index_find(txn,
			    index_id_key(kind->number, kind->fields[i].slot, search->id),
			    &ids, fault);
	ids_sort(&ids);
	for (i = 0; result == 0 && i < ids.count; i++)
		result = add_candidate(related, txn, search, ids.at[i], &scratch, fault);
	if (result == 0 && related->count > 0 && related_is_dated(kind))
		qsort(
		    related->rows, related->count, sizeof(*related->rows), compare_rows);
	if (result == 0)
		result = buf_check(&scratch, fault);
	buf_release(&scratch);
	ids_release(&ids);
	return result;
}

void
related_release(struct related *related)
{
	free(related->rows);
	*related = RELATED_EMPTY;
}
