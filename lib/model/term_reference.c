/* SPDX-License-Identifier: ISC */
/*
 * Values of references: the records that are meant are found once, and only
 * their ids are compared. A user, role or campaign that is neither a record nor
 * the kept text of any reference is a mistake.
 */
#include "model/term_reading.h"

static bool
label_is_key(const struct kind *of, const struct field **label)
{
	*label =
	    of == NULL || of->label == NULL ? NULL : kind_field(of, view_of(of->label));
	return *label != NULL && ((*label)->flags & FIELD_KEY) != 0;
}

/* Whether some reference of any kind keeps the text, so that a user who has
 * no record yet can be asked for. */
static int
is_kept_somewhere(
    struct reading *reading, const char *of, bool *kept, struct fault *fault)
{
	const struct term *term = reading->term;
	struct txn *txn = reading->source->txn;
	const struct kind *kind;
	const struct field *field;
	struct ids ids = { NULL, 0, 0 };
	size_t i, j;
	int result = 0;

	*kept = false;
	for (i = 0; (kind = kind_at(i)) != NULL && result == 0; i++)
		for (j = 0; j < kind->count && result == 0; j++) {
			field = &kind->fields[j];
			if (field->type != TYPE_REFERENCE || strcmp(field->of, of) != 0 ||
			    (field->flags & FIELD_INDEXED) == 0)
				continue;
			result = index_find(txn,
			    index_text_key(kind->number, field->slot, term->needles[0]),
			    &ids, fault);
		}
	*kept = ids.count > 0;
	ids_release(&ids);
	return result;
}

static bool
must_exist(const char *of)
{
	return strcmp(of, "user") == 0 || strcmp(of, "role") == 0 ||
	    strcmp(of, "campaign") == 0;
}

int
reading_reference(struct reading *reading, struct fault *fault)
{
	struct term *term = reading->term;
	const struct term_source *source = reading->source;
	const char *of_name = term->path.field->of;
	const struct kind *of = kind_by_name(view_of(of_name));
	const struct field *label;
	struct view text = reading->value;
	bool kept, me;

	me = strcmp(of_name, "user") == 0 && view_is(text, "me") &&
	    source->options->me != NULL;
	if (me)
		text = view_of(source->options->me);
	term->scale = SCALE_REFERENCE;
	if (reading_keep_text(reading, text, fault) == -1)
		return -1;
	if (label_is_key(of, &label) &&
	    entity_find_text(
		source->txn, of, label->slot, label, text, &term->targets, fault) == -1)
		return -1;
	if (of != NULL && term->targets.count == 0 &&
	    entity_resolve(source->txn, of, text, &term->targets, fault) == -1)
		return -1;
	if (term->targets.count > 0 || !must_exist(of_name) || me)
		return 0;
	if (is_kept_somewhere(reading, of_name, &kept, fault) == -1)
		return -1;
	if (kept)
		return 0;
	return fault_set(fault, FAULT_USAGE, "%.*s: there is no such %s",
	    (int)(reading->whole.len > 200 ? 200 : reading->whole.len), reading->whole.at,
	    of_name);
}

/* Prefix and substring of a reference look at its target's name: the targets
 * that have it are found now. */
int
reading_targets(struct reading *reading, struct fault *fault)
{
	struct term *term = reading->term;
	struct txn *txn = reading->source->txn;
	const struct kind *of = kind_by_name(view_of(term->path.field->of));
	const struct field *label;
	struct ids ids = { NULL, 0, 0 };
	struct term on_label = *term;
	struct record record;
	struct view prefix;
	size_t i;
	int found = 0;

	if (of != NULL && !label_is_key(of, &label))
		return fault_set(fault, FAULT_USAGE,
		    "%.*s: write %s.FIELD to look into the %s",
		    (int)(reading->whole.len > 200 ? 200 : reading->whole.len),
		    reading->whole.at, term->path.field->name, of->name);
	if (reading_keep_text(reading, reading->value, fault) == -1)
		return -1;
	term->scale = SCALE_REFERENCE;
	if (of == NULL)
		return 0;
	on_label = *term;
	on_label.path = PATH_EMPTY;
	on_label.path.field = label;
	on_label.path.slot = label->slot;
	on_label.scale = SCALE_TEXT;
	prefix = term->test == TEST_PREFIX ? term->needles[0] : view_make(NULL, 0);
	if (index_find_prefix(txn, of->number, label->slot, prefix, &ids, fault) == -1)
		found = -1;
	ids_sort(&ids);
	for (i = 0; i < ids.count && found != -1; i++) {
		found = txn_record(txn, ids.at[i], &record, fault);
		if (found == 1 && record_kind(record) == of->number)
			found = term_matches(&on_label, txn, reading->source->scratch,
			    ids.at[i], record, fault);
		if (found == 1)
			found = ids_add(&term->targets, ids.at[i], fault);
	}
	ids_release(&ids);
	return found == -1 ? -1 : 0;
}
