/* SPDX-License-Identifier: ISC */
/*
 * Values as people read them. What a query or a file takes is not always what
 * tells a person something: a reference to a contact is an id there.
 */
#include "card_parts.h"

#include "model/label.h"
#include "model/viewer.h"

/* What a record that has no name is called by, the first that it has. */
static const char *const names[] = { "title", "number", "address", "value", "email",
	"type" };

int
subject_turn(struct subject *subject, const struct subject *from, const struct kind *kind,
    uint64_t id, struct fault *fault)
{
	int found;

	*subject = *from;
	subject->kind = kind;
	subject->id = id;
	found = txn_record(from->txn, id, &subject->record, fault);
	if (found != 1 || record_kind(subject->record) != kind->number)
		return found < 0 ? -1 : 0;
	return viewer_sees(from->txn, subject->record, fault);
}

void
value_moment(struct buf *out, struct view time)
{
	if (time.len < 16 || time.at[10] != 'T') {
		buf_view(out, time);
		return;
	}
	buf_view(out, view_until(time, 10));
	buf_char(out, ' ');
	buf_view(out, view_make(time.at + 11, 5));
}

static int
put_called(struct buf *out, const struct subject *subject, struct fault *fault)
{
	const struct kind *kind = subject->kind;
	const struct field *field =
	    kind->label == NULL ? NULL : kind_field(kind, view_of(kind->label));
	size_t start = out->len, i;

	if (field != NULL &&
	    entity_print(out, subject->txn, kind, subject->id, subject->record,
		field->slot, fault) != 0)
		return -1;
	for (i = 0; out->len == start && i < sizeof(names) / sizeof(names[0]); i++) {
		field = kind_field(kind, view_of(names[i]));
		if (field != NULL && field->slot < RECORD_FIXED)
			buf_view(out, record_get(subject->record, field->slot));
	}
	for (i = 0; i < 2 && (kind == &kind_job || kind == &kind_event); i++) {
		field = kind_field(kind, i == 0 ? VIEW("type") : VIEW("organization"));
		if (field == NULL || record_get(subject->record, field->slot).len == 0)
			continue;
		if (out->len > start)
			buf_text(out, ", ");
		if (entity_print(out, subject->txn, kind, subject->id, subject->record,
			field->slot, fault) != 0)
			return -1;
	}
	return 0;
}

int
value_call(struct buf *out, struct txn *txn, const struct kind *kind, uint64_t id,
    struct fault *fault)
{
	const struct subject from = { .txn = txn };
	struct subject subject;
	size_t start = out->len;
	int found = subject_turn(&subject, &from, kind, id, fault);

	if (found == 1 && put_called(out, &subject, fault) != 0)
		return -1;
	if (out->len == start) {
		buf_char(out, '#');
		buf_number(out, id);
	}
	return found < 0 ? -1 : 0;
}

/* One that prints as the id alone is called something, with the id behind. */
static int
put_reference(struct buf *out, struct txn *txn, const struct kind *of,
    struct view element, struct fault *fault)
{
	struct view label;
	uint64_t id, same;

	if (of == NULL || !reference_id(element, &id)) {
		buf_view(out, element);
		return 0;
	}
	if (label_get(txn, of, id, &label, fault) != 0)
		return -1;
	if (!entity_read_id(label, &same) || same != id) {
		buf_view(out, label);
		return 0;
	}
	if (value_call(out, txn, of, id, fault) != 0)
		return -1;
	buf_text(out, " (");
	buf_number(out, id);
	buf_char(out, ')');
	return 0;
}

static int
put_element(struct buf *out, const struct subject *subject, const struct field *field,
    struct view element, struct fault *fault)
{
	if (field->type == TYPE_REFERENCE)
		return put_reference(
		    out, subject->txn, kind_by_name(view_of(field->of)), element, fault);
	if (field->type == TYPE_TIME)
		value_moment(out, element);
	else if (field->type == TYPE_FLAG)
		buf_text(out, view_is(element, "true") ? "yes" : "no");
	else
		buf_view(out, element);
	return 0;
}

/* HS-6, TW-23: what nobody said of a record is not worth a word. */
static int
is_default(const struct subject *subject, const struct field *field, struct view value,
    struct fault *fault)
{
	struct buf computed = BUF_EMPTY;
	int result;

	if (field->derive == NULL || field->slot >= RECORD_FIXED ||
	    field->type != TYPE_PICKLIST)
		return 0;
	result =
	    field->derive(subject->txn, subject->id, subject->record, &computed, fault);
	if (result == 0)
		result = view_equal(buf_as_view(&computed), value);
	buf_release(&computed);
	return result;
}

int
value_tell(struct buf *out, const struct subject *subject, const struct field *field,
    uint16_t slot, struct fault *fault)
{
	struct buf computed = BUF_EMPTY, scratch = BUF_EMPTY;
	struct view value, element;
	size_t start = out->len;
	int result = entity_value(subject->txn, field, slot, subject->id, subject->record,
	    &computed, &value, fault);

	if (result == 0 && value.len > 0)
		result = is_default(subject, field, value, fault);
	if (result != 0 || value.len == 0)
		goto done;
	if ((field->flags & FIELD_LIST) == 0) {
		result = put_element(out, subject, field, value, fault);
		goto done;
	}
	while (result == 0 && list_next(&value, &element, &scratch)) {
		if (out->len > start)
			buf_text(out, ", ");
		result = put_element(out, subject, field, element, fault);
	}
done:
	if (result == 0)
		result = buf_check(&scratch, fault);
	buf_release(&scratch);
	buf_release(&computed);
	return result < 0 ? -1 : 0;
}

/* A flag is told by its name, a date with it. */
static int
put_part(struct buf *out, const struct subject *subject, const struct field *field,
    struct view joint, struct fault *fault)
{
	struct buf value = BUF_EMPTY;
	struct view told;
	int result = value_tell(&value, subject, field, field->slot, fault);
	bool flag = field->type == TYPE_FLAG, date = field->type == TYPE_DATE;
	const char *at;

	told = buf_as_view(&value);
	if (result != 0 || told.len == 0 || (flag && !view_is(told, "yes")))
		goto done;
	if (out->len > 0)
		buf_view(out, joint);
	for (at = field->name; (flag || date) && *at != '\0'; at++)
		buf_char(out, *at == '_' ? ' ' : *at);
	if (date)
		buf_char(out, ' ');
	if (!flag)
		buf_view(out, told);
done:
	buf_release(&value);
	return result;
}

int
value_sum_up(struct buf *out, const struct subject *subject, const char *fields,
    struct fault *fault)
{
	const struct field *field, *text = kind_field(subject->kind, VIEW("text"));
	struct view joint = VIEW(", "), behind = VIEW("");
	size_t n;
	int result = 0;

	for (; result == 0 && *fields != '\0'; fields += n + (fields[n] != '\0')) {
		n = strcspn(fields, ",+");
		field = kind_field(subject->kind, view_make(fields, n));
		if (field != NULL && field == text)
			behind = record_get(subject->record, text->slot);
		else if (field != NULL)
			result = put_part(out, subject, field, joint, fault);
		joint = fields[n] == '+' ? VIEW(" ") : VIEW(", ");
	}
	if (result != 0 || behind.len == 0)
		return result;
	if (out->len > 0)
		buf_char(out, '\n');
	buf_view(out, behind);
	return 0;
}
