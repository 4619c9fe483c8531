/* SPDX-License-Identifier: ISC */
/*
 * --diff: every change of a record is seen where it is made, so that what rules
 * changed besides the rows is told in the same way.
 */
#include "rules/import_run.h"

/* What a change of one record is reported by. */
struct sides {
	struct import *import;
	const struct kind *kind;
	uint64_t id;
	struct record old, new;
	struct import_difference difference;
};

static int
print(struct sides *sides, struct record record, uint16_t slot, struct buf *out,
    struct fault *fault)
{
	return record.at == NULL ? 0
				 : entity_print(out, sides->import->txn, sides->kind,
				       sides->id, record, slot, fault);
}

static int
compare(struct sides *sides, uint16_t slot, struct view name, struct fault *fault)
{
	struct import_difference *difference = &sides->difference;
	struct buf from = BUF_EMPTY, to = BUF_EMPTY;
	int result = -1;

	if (print(sides, sides->old, slot, &from, fault) != 0 ||
	    print(sides, sides->new, slot, &to, fault) != 0 ||
	    buf_check(&from, fault) != 0 || buf_check(&to, fault) != 0)
		goto done;
	result = 0;
	if (view_equal(buf_as_view(&from), buf_as_view(&to)))
		goto done;
	difference->field = name;
	difference->from = buf_as_view(&from);
	difference->to = buf_as_view(&to);
	sides->import->report.difference(sides->import->report.context, difference);
done:
	buf_release(&from);
	buf_release(&to);
	return result;
}

static int
compare_extras(
    struct sides *sides, struct record record, bool only_old, struct fault *fault)
{
	uint32_t position = RECORD_FIXED;
	struct buf name = BUF_EMPTY;
	enum name_class class;
	struct view value, text;
	uint16_t slot;
	int result = 0;

	while (result == 0 && record.at != NULL &&
	    record_next(record, &position, &slot, &value)) {
		/* What both sides have is compared once. */
		if (only_old &&
		    sides->new.at != NULL &&record_get(sides->new, slot).len > 0)
			continue;
		if (txn_slot_name(sides->import->txn, slot, &class, &text, NULL, fault) <
		    0) {
			result = -1;
			break;
		}
		buf_clear(&name);
		buf_text(&name, class == NAME_EXT ? "ext." : "attr.");
		buf_view(&name, text);
		result = buf_check(&name, fault) != 0
		    ? -1
		    : compare(sides, slot, buf_as_view(&name), fault);
	}
	buf_release(&name);
	return result;
}

static int
changed(void *context, const struct kind *kind, uint64_t id, struct record old,
    struct record new, enum cause cause, struct fault *fault)
{
	struct import *import = context;
	struct sides sides = { import, kind, id, old, new,
		{ .line = import->line, .id = id, .cause = cause_name(cause) } };
	const struct field *name = kind_field(kind, VIEW("name"));
	struct buf label = BUF_EMPTY;
	size_t i;
	int result = 0;

	if (name != NULL)
		result =
		    print(&sides, new.at == NULL ? old : new, name->slot, &label, fault);
	sides.difference.name = buf_as_view(&label);
	for (i = 0; result == 0 && i < kind->count; i++)
		if ((kind->fields[i].flags & FIELD_SYSTEM) == 0)
			result = compare(&sides, kind->fields[i].slot,
			    view_of(kind->fields[i].name), fault);
	if (result == 0)
		result = compare_extras(&sides, new, false, fault);
	if (result == 0)
		result = compare_extras(&sides, old, true, fault);
	buf_release(&label);
	return result;
}

int
differences_observe(struct import *import, struct fault *fault)
{
	struct change_observer observer = { import, changed };

	return import->report.difference == NULL
	    ? 0
	    : change_observe(import->txn, &observer, fault);
}
