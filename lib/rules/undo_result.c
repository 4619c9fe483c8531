/* SPDX-License-Identifier: ISC */
/*
 * What is told of each record, in order. Texts are made here alone, so that a
 * million conflicts are a few numbers each.
 */
#include "model/entity.h"
#include "model/settings.h"
#include "rules/undo_parts.h"
#include "store/log.h"

const char *
undo_action_name(enum undo_action action)
{
	static const char *const names[UNDO_ACTIONS] = { "created", "updated", "deleted",
		"unchanged", "error" };

	return names[action];
}

/* "revision 7 (ann, contact-add)" */
static int
put_revision(struct undo *undo, struct buf *out, uint64_t rev, struct fault *fault)
{
	struct log_row row;
	int found = log_row(undo->txn, rev, &row, fault);

	buf_printf(out, "revision %llu", (unsigned long long)rev);
	if (found == 1)
		buf_printf(out, " (%.*s, %.*s)", (int)row.who.len, row.who.at,
		    (int)row.program.len, row.program.at);
	return found < 0 ? -1 : 0;
}

/* "#3 refers to it since revision 7 (ann, contact-add)" */
static int
put_other(struct undo *undo, struct buf *out, uint64_t id, const char *does,
    struct fault *fault)
{
	struct record record;
	int found = txn_record(undo->txn, id, &record, fault);

	if (found < 0)
		return -1;
	buf_printf(out, "#%llu %s since ", (unsigned long long)id, does);
	return found == 1 ? put_revision(undo, out, record_rev(record), fault) : 0;
}

static int
put_message(
    struct undo *undo, struct buf *out, const struct undo_item *item, struct fault *fault)
{
	const struct kind *kind = kind_by_number(item->kind);
	const char *key = kind->label != NULL ? kind->label
	    : kind->key != NULL		      ? kind->key
					      : "key";

	switch ((enum undo_problem)item->problem) {
	case PROBLEM_NONE:
		return 0;
	case PROBLEM_CHANGED:
		buf_text(out, "was changed in ");
		return put_revision(undo, out, item->other, fault);
	case PROBLEM_REMOVED:
		buf_text(out, "was removed in ");
		return put_revision(undo, out, item->other, fault);
	case PROBLEM_REFERRED:
		return put_other(undo, out, item->other, "refers to it", fault);
	case PROBLEM_BORNE:
		buf_printf(out, "its external id is that of #%llu by now",
		    (unsigned long long)item->other);
		return 0;
	case PROBLEM_SAME:
		buf_printf(out, "#%llu has the same %.*s by now",
		    (unsigned long long)item->other, (int)strcspn(key, "+"), key);
		return 0;
	case PROBLEM_SENT:
		buf_text(out,
		    item->kind == kind_campaign.number
			? "some of its invitations may have been sent"
			: "may have been sent, which cannot be taken back");
		return 0;
	case PROBLEM_USED:
		return put_other(undo, out, item->other, "uses it", fault);
	case PROBLEM_GONE:
		buf_printf(out, "its %s is a value that is not there any more",
		    kind_slot(kind, (uint16_t)item->other)->name);
		return 0;
	case PROBLEM_SET:
		buf_printf(
		    out, "the setting %s uses it", setting_at((size_t)item->other)->name);
		return 0;
	}
	return 0;
}

/* What people know the record by: an external id, a key, its name. */
static int
put_key(struct undo *undo, struct buf *out, const struct kind *kind, uint64_t id,
    struct record record, struct fault *fault)
{
	uint32_t position = RECORD_FIXED;
	const struct field *label;
	enum name_class class = NAME_ATTR;
	struct view value;
	uint16_t slot;
	size_t i;

	while (record_next(record, &position, &slot, &value)) {
		if (txn_slot_class(undo->txn, slot, &class, fault) < 0)
			return -1;
		if (class == NAME_EXT) {
			buf_view(out, value);
			return 0;
		}
	}
	for (i = 0; i < kind->count; i++) {
		value = view_make(NULL, 0);
		if ((kind->fields[i].flags & FIELD_KEY) != 0 &&
		    kind->fields[i].slot < RECORD_FIXED)
			value = record_get(record, kind->fields[i].slot);
		buf_view(out, value);
		if (value.len > 0)
			return 0;
	}
	label = kind->label == NULL ? NULL : kind_field(kind, view_of(kind->label));
	return label == NULL
	    ? 0
	    : entity_print(out, undo->txn, kind, id, record, label->slot, fault);
}

static int
add_name(struct undo *undo, struct buf *out, const struct kind *kind, uint16_t slot,
    struct fault *fault)
{
	const struct field *field = kind_slot(kind, slot);
	enum name_class class = NAME_ATTR;
	struct view name;
	int found;

	if (slot < RECORD_FIXED) {
		if (field != NULL)
			buf_printf(out, "%s%s", out->len > 0 ? " " : "", field->name);
		return 0;
	}
	found = txn_slot_name(undo->txn, slot, &class, &name, NULL, fault);
	if (found == 1)
		buf_printf(out, "%s%s%.*s", out->len > 0 ? " " : "",
		    class == NAME_EXT ? "ext." : "attr.", (int)name.len, name.at);
	return found < 0 ? -1 : 0;
}

/* Names of the fields that change, in order of slot. */
static int
put_changed(struct undo *undo, struct buf *out, const struct kind *kind,
    struct record now, struct fault *fault)
{
	const struct record_form *form = undo->form;
	uint32_t position = 0;
	struct view value;
	uint16_t slot;
	unsigned i;

	for (i = 0; i < RECORD_FIXED; i++) {
		value =
		    record_there(now) ? record_get(now, (uint16_t)i) : view_make(NULL, 0);
		if (!view_equal(value, record_form_get(form, (uint16_t)i)) &&
		    add_name(undo, out, kind, (uint16_t)i, fault) != 0)
			return -1;
	}
	for (i = 0; i < form->extra_count; i++) {
		slot = form->extras[i].slot;
		value = record_there(now) ? record_get(now, slot) : view_make(NULL, 0);
		if (!view_equal(value, form->extras[i].value) &&
		    add_name(undo, out, kind, slot, fault) != 0)
			return -1;
	}
	position = RECORD_FIXED;
	while (record_there(now) && record_next(now, &position, &slot, &value))
		if (record_form_get(form, slot).len == 0 &&
		    add_name(undo, out, kind, slot, fault) != 0)
			return -1;
	return 0;
}

static int
report_item(struct undo *undo, const struct undo_item *item, struct fault *fault)
{
	const struct kind *kind = kind_by_number(item->kind);
	struct undo_result result = { .action = item->action,
		.id = item->id,
		.code = item->action != UNDO_ERROR ? ""
		    : item->problem == PROBLEM_BORNE || item->problem == PROBLEM_SAME
		    ? "KEY_CONFLICT"
		    : item->problem == PROBLEM_SENT ? "SENT"
						    : "CHANGED_SINCE" };
	struct buf key = BUF_EMPTY, message = BUF_EMPTY, changed = BUF_EMPTY;
	struct undo_states states;
	struct record record;
	int rc = -1;

	if (undo_states(undo, item->id, &states, fault) != 0)
		return -1;
	record = record_there(states.now) ? states.now
	    : record_there(states.before) ? states.before
					  : states.after;
	if (put_message(undo, &message, item, fault) != 0 ||
	    put_key(undo, &key, kind, item->id, record, fault) != 0)
		goto done;
	if (item->action == UNDO_CREATED || item->action == UNDO_UPDATED) {
		undo_merge(&states, undo->form);
		if (put_changed(undo, &changed, kind, states.now, fault) != 0)
			goto done;
	}
	if (buf_check(&key, fault) != 0 || buf_check(&message, fault) != 0 ||
	    buf_check(&changed, fault) != 0)
		goto done;
	result.key = buf_as_view(&key);
	result.message = buf_as_view(&message);
	result.changed = buf_as_view(&changed);
	undo->report->result(undo->report->context, &result);
	rc = 0;
done:
	buf_release(&key);
	buf_release(&message);
	buf_release(&changed);
	return rc;
}

static int
report_setting(struct undo *undo, const struct undo_setting *setting, struct fault *fault)
{
	struct undo_result result = { .action = setting->action,
		.key = setting->name,
		.changed =
		    setting->action == UNDO_UPDATED ? VIEW("value") : view_make(NULL, 0),
		.code = setting->action == UNDO_ERROR ? "CHANGED_SINCE" : "" };
	struct buf message = BUF_EMPTY;
	int rc = 0;

	if (setting->problem != PROBLEM_NONE) {
		buf_text(&message, "was changed in ");
		rc = put_revision(undo, &message, setting->other, fault);
		if (rc == 0)
			rc = buf_check(&message, fault);
	}
	result.message = buf_as_view(&message);
	if (rc == 0)
		undo->report->result(undo->report->context, &result);
	buf_release(&message);
	return rc;
}

int
undo_tell(struct undo *undo, uint64_t *refused, struct fault *fault)
{
	uint64_t *by = undo->counts->by_action;
	size_t i;

	for (i = 0; i < undo->setting_count; i++) {
		by[undo->settings[i].action]++;
		if ((undo->report->all || undo->settings[i].action == UNDO_ERROR) &&
		    report_setting(undo, &undo->settings[i], fault) != 0)
			return -1;
	}
	for (i = 0; i < undo->count; i++) {
		by[undo->items[i].action]++;
		if ((undo->report->all || undo->items[i].action == UNDO_ERROR) &&
		    report_item(undo, &undo->items[i], fault) != 0)
			return -1;
	}
	*refused = by[UNDO_ERROR];
	return 0;
}
