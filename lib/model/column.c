/* SPDX-License-Identifier: ISC */
/*
 * Most columns are a stored field of the record itself and are lent straight
 * from it; only what is computed or gathered through references is printed
 * into the column's own buf.
 */
#include "model/label.h"
#include "model/path.h"
#include "model/query.h"

#include <stdlib.h>

struct column {
	struct txn *txn;
	struct path path;
	const struct kind *of; /* of a reference; NULL when text is kept */
	bool plain;	       /* stored in this record, and no reference */
	struct buf computed, printed, element;
	char name[];
};

int
column_parse(struct column **column, struct txn *txn, const struct kind *kind,
    struct view name, struct fault *fault)
{
	struct column *made;
	enum value_type type;

	*column = NULL;
	made = calloc(1, sizeof(*made) + name.len + 1);
	if (made == NULL)
		return fault_memory(fault);
	if (name.len > 0)
		memcpy(made->name, name.at, name.len);
	made->txn = txn;
	if (path_parse(&made->path, txn, kind, view_make(made->name, name.len), fault) ==
	    -1)
		goto failed;
	if (made->path.field->type == TYPE_REFERENCE)
		made->of = kind_by_name(view_of(made->path.field->of));
	if (made->path.part != PART_NONE) {
		if (path_type(&made->path, txn, &type, fault) == -1)
			goto failed;
		if (type != TYPE_DATE && type != TYPE_TIME) {
			(void)fault_set(fault, FAULT_USAGE,
			    "%s: attr.%.*s is not declared as a date", made->name,
			    (int)made->path.name.len, made->path.name.at);
			goto failed;
		}
	}
	made->plain = made->path.hop_count == 0 && made->path.part == PART_NONE &&
	    made->path.slot < FIELD_VIRTUAL && made->path.field->type != TYPE_REFERENCE;
	*column = made;
	return 0;
failed:
	column_free(made);
	return -1;
}

void
column_free(struct column *column)
{
	if (column == NULL)
		return;
	path_release(&column->path);
	buf_release(&column->computed);
	buf_release(&column->printed);
	buf_release(&column->element);
	free(column);
}

static int
label_of(
    struct column *column, struct view element, struct view *text, struct fault *fault)
{
	uint64_t id;

	*text = element;
	if (column->of == NULL || !reference_id(element, &id))
		return 0;
	return label_get(column->txn, column->of, id, text, fault);
}

/* Adds the elements of a list, each as it prints. */
static int
add_elements(struct column *column, struct view value, struct fault *fault)
{
	struct view element, text;

	while (list_next(&value, &element, &column->element)) {
		if (label_of(column, element, &text, fault) == -1)
			return -1;
		list_add(&column->printed, 0, text);
	}
	return 0;
}

/* What one record at the end of the path holds; a plain value is lent. */
static int
value_at(struct column *column, uint64_t id, struct record record, struct view *value,
    struct fault *fault)
{
	const struct path *path = &column->path;

	if (entity_value(column->txn, path->field, path->slot, id, record,
		&column->computed, value, fault) == -1)
		return -1;
	if (path->field->type != TYPE_REFERENCE || (path->field->flags & FIELD_LIST) != 0)
		return 0;
	if (label_of(column, *value, value, fault) == -1)
		return -1;
	/* In a run the next column's label takes the place of this one. */
	if (txn_writes(column->txn)) {
		buf_clear(&column->computed);
		buf_view(&column->computed, *value);
		*value = buf_as_view(&column->computed);
	}
	return buf_check(&column->computed, fault);
}

static int
add_record(void *context, uint64_t id, struct record record, struct fault *fault)
{
	struct column *column = context;
	struct view value;
	size_t before = column->printed.len;

	if (value_at(column, id, record, &value, fault) == -1)
		return -1;
	if (value.len == 0)
		return 0;
	if (column->path.part != PART_NONE && !column->path.many)
		date_part_print(&column->printed, column->path.part, value);
	else if ((column->path.field->flags & FIELD_LIST) != 0)
		return add_elements(column, value, fault);
	else if (!column->path.many)
		buf_view(&column->printed, value);
	else if (column->path.part == PART_NONE)
		list_add(&column->printed, 0, value);
	else {
		/* A part has nothing to escape. */
		if (before > 0)
			buf_char(&column->printed, ';');
		date_part_print(&column->printed, column->path.part, value);
	}
	return 0;
}

int
column_view(struct column *column, uint64_t id, struct record record, struct view *value,
    struct fault *fault)
{
	const struct path *path = &column->path;
	bool list = (path->field->flags & FIELD_LIST) != 0;

	/* Nearly every cell is stored just as it prints. */
	if (column->plain) {
		*value = record_get(record, path->slot);
		if (value->len > 0 || path->field->derive == NULL)
			return 0;
	}
	if (path->hop_count == 0 && path->part == PART_NONE &&
	    !(list && path->field->type == TYPE_REFERENCE))
		return value_at(column, id, record, value, fault);
	buf_clear(&column->printed);
	if (path_each(path, column->txn, id, record, add_record, column, fault) == -1 ||
	    buf_check(&column->printed, fault) == -1)
		return -1;
	*value = buf_as_view(&column->printed);
	return 0;
}

void
column_expect(const struct column *column, struct record record, bool soon)
{
	uint64_t id;

	if (column->of != NULL && column->path.hop_count == 0 &&
	    reference_id(record_get(record, column->path.slot), &id))
		label_expect(column->txn, id, soon);
}

int
column_print(struct column *column, uint64_t id, struct record record, struct buf *out,
    struct fault *fault)
{
	struct view value;

	if (column_view(column, id, record, &value, fault) == -1)
		return -1;
	buf_view(out, value);
	return 0;
}

const struct field *
column_field(const struct column *column)
{
	return column->path.field;
}

bool
column_is_list(const struct column *column)
{
	return column->path.many;
}

int
column_type(const struct column *column, enum value_type *type, struct fault *fault)
{
	/* A part of a date is text of a fixed width, which orders as such. */
	if (column->path.part != PART_NONE) {
		*type = TYPE_TEXT;
		return 0;
	}
	return path_type(&column->path, column->txn, type, fault);
}

struct view
column_name(const struct column *column)
{
	return view_of(column->name);
}
