/* SPDX-License-Identifier: ISC */
/*
 * A text that waits is in the index under its own folding, so a new record
 * asks for the texts by which it may be meant: its name and each of its ids as
 * SYSTEM:ID. Whether any text waits at all is asked first, once per field,
 * so that an ordinary import asks nothing else. A record that gets another name is
 * noted when it changes, and asks as a new one does.
 */
#include "model/references.h"

#include <stdlib.h>

#include "base/fold.h"
#include "model/change.h"
#include "model/entity.h"
#include "store/index.h"

struct references {
	struct ids renamed, met;
};

static void
references_free(void *at)
{
	struct references *references = at;

	ids_release(&references->renamed);
	ids_release(&references->met);
	free(references);
}

static struct references *
references_of(struct txn *txn, struct fault *fault)
{
	struct txn_kept *kept = txn_kept(txn, KEEP_REFERENCES);

	if (kept->at == NULL) {
		kept->at = calloc(1, sizeof(struct references));
		kept->release = references_free;
	}
	if (kept->at == NULL)
		fault_memory(fault);
	return kept->at;
}

/* Whether the field says by which text a record may be meant. */
static bool
is_name(const struct kind *kind, const struct field *field)
{
	return (field->flags & FIELD_LIST) == 0 &&
	    ((field->flags & FIELD_KEY) != 0 ||
		(field->type == TYPE_EMAIL && (field->flags & FIELD_INDEXED) != 0) ||
		(kind->label != NULL && strcmp(kind->label, field->name) == 0));
}

/* A user's full name is no field, and who is from outside is assigned nothing. */
static bool
is_renamed(const struct kind *kind, struct record old, const struct record_form *form)
{
	static const uint16_t of_user[] = { USER_FIRST_NAME, USER_LAST_NAME, USER_TYPE };
	uint16_t slot;
	size_t i;

	for (i = 0; i < kind->count; i++) {
		slot = kind->fields[i].slot;
		if (slot < RECORD_FIXED && is_name(kind, kind->fields + i) &&
		    !view_equal(record_get(old, slot), record_form_get(form, slot)))
			return true;
	}
	for (i = 0; kind == &kind_user && i < sizeof(of_user) / sizeof(of_user[0]); i++)
		if (!view_equal(
			record_get(old, of_user[i]), record_form_get(form, of_user[i])))
			return true;
	return false;
}

/* Whether an external id is another one: 1, 0, -1. */
static int
has_new_id(struct txn *txn, const struct kind *kind, struct record old,
    const struct record_form *form, struct fault *fault)
{
	const struct record_extra *extra;
	const struct field *field;

	for (unsigned i = 0; i < form->extra_count; i++) {
		extra = form->extras + i;
		if (view_equal(record_get(old, extra->slot), extra->value))
			continue;
		if (kind_field_of_slot(txn, kind, extra->slot, &field, fault) != 0)
			return -1;
		if (field == &field_ext)
			return 1;
	}
	return 0;
}

int
references_note(struct txn *txn, const struct kind *kind, uint64_t id, struct record old,
    const struct record_form *form, struct fault *fault)
{
	struct references *references;
	int named =
	    is_renamed(kind, old, form) ? 1 : has_new_id(txn, kind, old, form, fault);

	/* Those that the run created are asked for anyway. */
	if (named < 1 || id >= txn_first_id(txn))
		return named < 0 ? -1 : 0;
	references = references_of(txn, fault);
	return references == NULL ? -1 : ids_add(&references->renamed, id, fault);
}

const struct ids *
references_met(struct txn *txn)
{
	static const struct ids none = { NULL, 0, 0 };
	struct references *references = txn_kept(txn, KEEP_REFERENCES)->at;

	if (references == NULL)
		return &none;
	ids_sort(&references->met);
	return &references->met;
}

/* One reference field of one kind, whose bearers may hold waiting text. */
struct bearer {
	const struct kind *kind;
	const struct field *field;
};

#define BEARERS_MAX 64

/* Whether anything but ids is in the index of the field: texts begin with a
 * byte above 0, ids of less than 2^56 do not. */
static int
text_waits(struct txn *txn, const struct bearer *bearer, bool *waits, struct fault *fault)
{
	unsigned char bytes[4] = { bearer->kind->number,
		(unsigned char)(bearer->field->slot >> 8),
		(unsigned char)bearer->field->slot, 1 };
	struct engine_cursor *cursor;
	struct view key = view_make((char *)bytes, sizeof(bytes)), value;
	int found;

	if (engine_cursor_open(&cursor, txn_engine(txn), TREE_INDEX, fault) != 0)
		return -1;
	found = engine_seek(cursor, &key, &value, fault);
	*waits = found == 1 && memcmp(key.at, bytes, 3) == 0;
	engine_cursor_close(cursor);
	return found < 0 ? -1 : 0;
}

static int
bearers_of(struct txn *txn, struct bearer *bearers, size_t *count, struct fault *fault)
{
	const struct kind *kind;
	struct bearer bearer;
	bool waits;
	size_t i, j;

	*count = 0;
	for (i = 0; (kind = kind_at(i)) != NULL; i++)
		for (j = 0; j < kind->count; j++) {
			bearer = (struct bearer){ kind, kind->fields + j };
			if (bearer.field->type != TYPE_REFERENCE ||
			    (bearer.field->flags & FIELD_INDEXED) == 0 ||
			    kind_by_name(view_of(bearer.field->of)) == NULL)
				continue;
			if (text_waits(txn, &bearer, &waits, fault) != 0)
				return -1;
			if (waits && *count < BEARERS_MAX)
				bearers[(*count)++] = bearer;
		}
	return 0;
}

/* A text by which a record may be meant: a name, however it is written, or
 * SYSTEM:ID, to the letter. */
struct meaning {
	struct view text;
	bool exact;
};

static bool
means(const struct meaning *meaning, struct view text)
{
	return meaning->exact ? view_equal(meaning->text, text)
			      : fold_search_equal(meaning->text, text);
}

/* The list with the reference in place of the text, once. */
static void
put_list(struct buf *value, struct view list, const struct meaning *meaning,
    struct view reference)
{
	struct buf scratch = BUF_EMPTY;
	struct view element;
	bool put = false, meant;

	while (list_next(&list, &element, &scratch)) {
		meant = view_equal(element, reference) || means(meaning, element);
		if (!meant || !put)
			list_add(value, 0, meant ? reference : element);
		put |= meant;
	}
	buf_release(&scratch);
}

static int
note_met(struct txn *txn, uint64_t target, struct fault *fault)
{
	struct references *references = references_of(txn, fault);

	return references == NULL ? -1 : ids_add(&references->met, target, fault);
}

/* Puts the reference in place of the text in one record. */
static int
resolve(struct txn *txn, const struct bearer *bearer, uint64_t bearer_id,
    const struct meaning *meaning, uint64_t target, uint64_t *also, struct fault *fault)
{
	struct buf value = BUF_EMPTY, reference = BUF_EMPTY;
	struct record_form *form = malloc(sizeof(*form));
	struct view had;
	struct record record;
	bool changed = false, first = false;
	int result = -1;

	if (form == NULL)
		return fault_memory(fault);
	result = txn_record(txn, bearer_id, &record, fault);
	if (result != 1 || record_kind(record) != bearer->kind->number)
		goto done;
	/* A record that the run has written before is counted already. */
	first = record_rev(record) != txn_rev(txn);
	reference_put(&reference, target);
	had = record_get(record, bearer->field->slot);
	if ((bearer->field->flags & FIELD_LIST) != 0)
		put_list(&value, had, meaning, buf_as_view(&reference));
	else
		buf_view(&value, means(meaning, had) ? buf_as_view(&reference) : had);
	record_form_from(form, record);
	record_form_set(form, bearer->field->slot, buf_as_view(&value));
	result = buf_check(&value, fault) != 0
	    ? -1
	    : change_update(txn, bearer->kind, bearer_id, record, form, 0,
		  CAUSE_REFERENCE, &changed, fault);
	*also += changed && first;
	if (result == 0 && changed)
		result = note_met(txn, target, fault);
done:
	buf_release(&value);
	buf_release(&reference);
	free(form);
	return result < 0 ? -1 : 0;
}

static int
settle_text(struct txn *txn, const struct bearer *bearer, const struct meaning *meaning,
    uint64_t target, uint64_t *also, struct fault *fault)
{
	struct buf folded = BUF_EMPTY;
	struct ids ids = { NULL, 0, 0 };
	size_t i;
	int result = -1;

	value_index_text(&folded, bearer->field, meaning->text);
	if (buf_check(&folded, fault) != 0)
		goto done;
	result = 0;
	if (folded.len > 0)
		result = index_find(txn,
		    index_text_key(
			bearer->kind->number, bearer->field->slot, buf_as_view(&folded)),
		    &ids, fault);
	for (i = 0; result == 0 && i < ids.count; i++)
		result = resolve(txn, bearer, ids.at[i], meaning, target, also, fault);
done:
	buf_release(&folded);
	ids_release(&ids);
	return result;
}

/* Texts that may mean a record, as lists: names, and what is exact. */
struct texts {
	struct buf folded, exact;
};

static int
gather_names(struct texts *texts, struct txn *txn, const struct kind *kind, uint64_t id,
    struct record record, struct fault *fault)
{
	struct buf text = BUF_EMPTY;
	const struct field *field;
	size_t i;
	int result = 0;

	for (i = 0; result == 0 && i < kind->count; i++) {
		field = kind->fields + i;
		if (!is_name(kind, field))
			continue;
		buf_clear(&text);
		result = entity_print(&text, txn, kind, id, record, field->slot, fault);
		if (text.len > 0)
			list_add((field->flags & FIELD_EXACT) != 0 ? &texts->exact
								   : &texts->folded,
			    0, buf_as_view(&text));
	}
	buf_release(&text);
	return result;
}

/* The full name of a user, where nobody else has it (A4). */
static int
gather_full_name(
    struct texts *texts, struct txn *txn, struct record record, struct fault *fault)
{
	struct name_parts parts = { .first = record_get(record, USER_FIRST_NAME),
		.last = record_get(record, USER_LAST_NAME) };
	struct buf name = BUF_EMPTY;
	struct ids ids = { NULL, 0, 0 };
	int result = 0;

	name_join(&name, &parts);
	if (parts.last.len > 0)
		result = entity_resolve(txn, &kind_user, buf_as_view(&name), &ids, fault);
	if (ids.count == 1)
		list_add(&texts->folded, 0, buf_as_view(&name));
	buf_release(&name);
	ids_release(&ids);
	return result;
}

/* Each of its ids, as SYSTEM:ID. */
static int
gather_ids(
    struct texts *texts, struct txn *txn, struct record record, struct fault *fault)
{
	struct buf text = BUF_EMPTY, scratch = BUF_EMPTY;
	uint32_t position = RECORD_FIXED;
	struct view name, value, element;
	enum name_class class;
	uint16_t slot;
	int found = 0;

	while (found >= 0 && record_next(record, &position, &slot, &value)) {
		found = txn_slot_name(txn, slot, &class, &name, NULL, fault);
		while (found == 1 && class == NAME_EXT &&
		    list_next(&value, &element, &scratch)) {
			buf_clear(&text);
			buf_view(&text, name);
			buf_char(&text, ':');
			buf_view(&text, element);
			list_add(&texts->exact, 0, buf_as_view(&text));
		}
	}
	buf_release(&text);
	buf_release(&scratch);
	return found < 0 ? -1 : 0;
}

static int
settle_record(struct txn *txn, const struct bearer *bearer, uint64_t id,
    struct record record, const struct kind *kind, uint64_t *also, struct fault *fault)
{
	struct texts texts = { BUF_EMPTY, BUF_EMPTY };
	struct buf scratch = BUF_EMPTY;
	struct meaning meaning = { .exact = true };
	struct view list;
	int result = -1;

	/* Gathered first: a change moves the record's pages. */
	if (gather_names(&texts, txn, kind, id, record, fault) != 0 ||
	    gather_ids(&texts, txn, record, fault) != 0 ||
	    (kind == &kind_user && gather_full_name(&texts, txn, record, fault) != 0) ||
	    buf_check(&texts.folded, fault) != 0 || buf_check(&texts.exact, fault) != 0)
		goto done;
	result = 0;
	list = buf_as_view(&texts.exact);
	while (result == 0 && list_next(&list, &meaning.text, &scratch))
		result = settle_text(txn, bearer, &meaning, id, also, fault);
	meaning.exact = false;
	list = buf_as_view(&texts.folded);
	while (result == 0 && list_next(&list, &meaning.text, &scratch))
		result = settle_text(txn, bearer, &meaning, id, also, fault);
done:
	buf_release(&texts.folded);
	buf_release(&texts.exact);
	buf_release(&scratch);
	return result;
}

/* One record, by all bearers that may wait for its kind. */
static int
settle_id(struct txn *txn, const struct bearer *bearers, size_t count, uint64_t id,
    uint64_t *also, struct fault *fault)
{
	const struct kind *kind;
	struct record record;
	size_t i;
	int found;

	for (i = 0; i < count; i++) {
		found = txn_record(txn, id, &record, fault);
		if (found < 0)
			return -1;
		kind = found == 1 ? kind_by_number(record_kind(record)) : NULL;
		if (kind != NULL && strcmp(bearers[i].field->of, kind->name) == 0 &&
		    kind_may_refer(bearers[i].field, kind, record) &&
		    settle_record(txn, bearers + i, id, record, kind, also, fault) != 0)
			return -1;
	}
	return 0;
}

/* Those that were renamed, and others. */
static int
settle_all(struct txn *txn, uint64_t first, uint64_t end, const struct ids *others,
    uint64_t *also, struct fault *fault)
{
	struct references *references = txn_kept(txn, KEEP_REFERENCES)->at;
	struct bearer bearers[BEARERS_MAX];
	size_t count, i, renamed = references == NULL ? 0 : references->renamed.count;
	uint64_t id;

	if (first == end && others->count == 0 && renamed == 0)
		return 0;
	if (index_flush(txn, fault) != 0 || bearers_of(txn, bearers, &count, fault) != 0)
		return -1;
	if (count > 0 && renamed > 0) {
		ids_sort(&references->renamed);
		renamed = references->renamed.count;
	}
	for (i = 0; count > 0 && i < renamed; i++)
		if (settle_id(
			txn, bearers, count, references->renamed.at[i], also, fault) != 0)
			return -1;
	for (id = first; count > 0 && id < end; id++)
		if (settle_id(txn, bearers, count, id, also, fault) != 0)
			return -1;
	for (i = 0; count > 0 && i < others->count; i++)
		if (settle_id(txn, bearers, count, others->at[i], also, fault) != 0)
			return -1;
	return 0;
}

int
references_settle(struct txn *txn, uint64_t *also, struct fault *fault)
{
	static const struct ids none = { NULL, 0, 0 };

	return settle_all(txn, txn_first_id(txn), txn_next_id(txn), &none, also, fault);
}

int
references_settle_ids(
    struct txn *txn, const struct ids *ids, uint64_t *also, struct fault *fault)
{
	return settle_all(txn, 0, 0, ids, also, fault);
}
