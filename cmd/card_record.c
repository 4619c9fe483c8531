/* SPDX-License-Identifier: ISC */
/*
 * The card that every kind has from its table: what it is called, its fields, who
 * refers to it, where it is from. A new field or kind is there without a word.
 */
#include "card_parts.h"

#include "store/log.h"

/* Parts of an address, which stand in one line. */
#define ADDRESS "street,city,state,postal_code,country"

/* Whether a name is one of those in a list with commas between. */
static bool
is_listed(const char *list, const char *name)
{
	size_t n = strlen(name), at;

	for (; *list != '\0'; list += at + (list[at] != '\0')) {
		at = strcspn(list, ",");
		if (at == n && memcmp(list, name, n) == 0)
			return true;
	}
	return false;
}

static void
put_name(struct buf *out, const char *name)
{
	for (; *name != '\0'; name++)
		buf_char(out, *name == '_' ? ' ' : *name);
}

/* The address stands where its first part would; an extension behind the phone. */
static int
tell(struct buf *name, struct buf *value, const struct subject *subject,
    const struct field *field, struct fault *fault)
{
	bool address = strcmp(field->name, "street") == 0;
	bool phone = subject->kind == &kind_contact && field->slot == CONTACT_PHONE;
	struct view ext = record_get(subject->record, CONTACT_PHONE_EXT);

	buf_clear(name);
	buf_clear(value);
	put_name(name, address ? "address" : field->name);
	if (address)
		return value_sum_up(
		    value, subject, "street,city,state+postal_code,country", fault);
	if (value_tell(value, subject, field, field->slot, fault) != 0)
		return -1;
	if (phone && ext.len > 0) {
		buf_text(value, value->len > 0 ? " ext. " : "ext. ");
		buf_view(value, ext);
	}
	return 0;
}

static bool
is_part(const struct subject *subject, const struct field *field)
{
	return strcmp(field->name, "street") != 0 &&
	    (is_listed(ADDRESS, field->name) ||
		(subject->kind == &kind_contact && field->slot == CONTACT_PHONE_EXT));
}

int
card_fields(struct card *card, const struct subject *subject, const char *names,
    bool only, struct fault *fault)
{
	const struct kind *kind = subject->kind;
	struct buf name = BUF_EMPTY, value = BUF_EMPTY;
	size_t i;
	int result = 0;

	for (i = 0; result == 0 && i < kind->count; i++) {
		if (is_listed(names, kind->fields[i].name) != only ||
		    is_part(subject, kind->fields + i) ||
		    (!only && (kind->fields[i].flags & FIELD_SYSTEM) != 0))
			continue;
		result = tell(&name, &value, subject, kind->fields + i, fault);
		if (result == 0)
			result = buf_check(&name, fault) + buf_check(&value, fault);
		if (result == 0 && value.len > 0)
			card_field(
			    card, buf_as_view(&name), buf_as_view(&value), COLOUR_NONE);
	}
	buf_release(&name);
	buf_release(&value);
	return result == 0 ? 0 : -1;
}

/* Those of one class, under their heading: a column's name, or the header that an
 * attribute came with. */
static int
put_class(struct card *card, const struct subject *subject, enum name_class class,
    struct view heading, struct fault *fault)
{
	const struct field *field = class == NAME_EXT ? &field_ext : &field_attr;
	struct buf value = BUF_EMPTY;
	uint32_t position = RECORD_FIXED;
	struct view stored, name, label;
	enum name_class found;
	uint16_t slot;
	bool any = false;
	int result = 0;

	while (result == 0 && record_next(subject->record, &position, &slot, &stored)) {
		if (slot < RECORD_FIXED)
			continue;
		if (txn_slot_name(subject->txn, slot, &found, &name, &label, fault) < 0)
			result = -1;
		if (result != 0 || found != class)
			continue;
		buf_clear(&value);
		result = value_tell(&value, subject, field, slot, fault);
		if (result == 0)
			result = buf_check(&value, fault);
		if (result != 0)
			break;
		if (!any)
			card_heading(card, heading, VIEW(""));
		any = true;
		card_field(card, class == NAME_ATTR && label.len > 0 ? label : name,
		    buf_as_view(&value), COLOUR_NONE);
	}
	buf_release(&value);
	return result;
}

int
card_extras(struct card *card, const struct subject *subject, struct fault *fault)
{
	if (put_class(card, subject, NAME_EXT, VIEW("External ids"), fault) != 0)
		return -1;
	return put_class(card, subject, NAME_ATTR, VIEW("Attributes"), fault);
}

static int
put_run(struct card *card, const struct subject *subject, struct view name, uint64_t rev,
    struct fault *fault)
{
	struct buf time = BUF_EMPTY, text = BUF_EMPTY;
	struct log_row run;
	int found = log_row(subject->txn, rev, &run, fault);

	if (found == 1) {
		time_print(&time, run.now);
		value_moment(&text, buf_as_view(&time));
		if (run.who.len > 0) {
			buf_text(&text, " by ");
			buf_view(&text, run.who);
		}
		if (run.program.len > 0) {
			buf_text(&text, ", ");
			buf_view(&text, run.program);
		}
		buf_printf(&text, ", revision %llu", (unsigned long long)rev);
		found = buf_check(&text, fault);
		card_field(card, name, buf_as_view(&text), COLOUR_NONE);
	}
	buf_release(&time);
	buf_release(&text);
	return found < 0 ? -1 : 0;
}

int
card_origin(struct card *card, const struct subject *subject, struct fault *fault)
{
	uint64_t created = record_created(subject->record);
	uint64_t changed = record_rev(subject->record);

	card_heading(card, VIEW("Record"), VIEW(""));
	if (put_run(card, subject, VIEW("created"), created, fault) != 0)
		return -1;
	return changed == created
	    ? 0
	    : put_run(card, subject, VIEW("changed"), changed, fault);
}

int
card_record(struct card *card, const struct subject *subject, struct fault *fault)
{
	const struct kind *kind = subject->kind;
	struct buf title = BUF_EMPTY, note = BUF_EMPTY;
	int result = value_call(&title, subject->txn, kind, subject->id, fault);

	put_name(&note, kind->name);
	buf_char(&note, ' ');
	buf_number(&note, subject->id);
	if (result == 0 && buf_check(&title, fault) == 0 &&
	    buf_check(&note, fault) == 0) {
		card_title(card, buf_as_view(&title), buf_as_view(&note));
		result = card_fields(
		    card, subject, kind->label == NULL ? "" : kind->label, false, fault);
	} else {
		result = -1;
	}
	buf_release(&title);
	buf_release(&note);
	if (result != 0 || card_related(card, subject, fault) != 0 ||
	    card_extras(card, subject, fault) != 0)
		return -1;
	return card_origin(card, subject, fault);
}
