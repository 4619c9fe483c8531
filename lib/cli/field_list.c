/* SPDX-License-Identifier: ISC */
/*
 * The table of a kind as people read it. What a field points to, a picklist or
 * another kind, is printed among its flags.
 */
#include "cli/field_list.h"

#include "cli/listing.h"
#include "model/vocabulary.h"

static const char *const types[TYPES] = { [TYPE_TEXT] = "text",
	[TYPE_EMAIL] = "email",
	[TYPE_DOMAIN] = "domain",
	[TYPE_PHONE] = "phone",
	[TYPE_FLAG] = "flag",
	[TYPE_DATE] = "date",
	[TYPE_TIME] = "time",
	[TYPE_NUMBER] = "number",
	[TYPE_PICKLIST] = "picklist",
	[TYPE_REFERENCE] = "reference",
	[TYPE_ID] = "id" };

static const struct {
	unsigned flag;
	const char *name;
} flags[] = {
	{ FIELD_LIST, "list" },
	{ FIELD_INDEXED, "indexed" },
	{ FIELD_KEY, "key" },
	{ FIELD_EXACT, "exact" },
	{ FIELD_DERIVED, "derived" },
	{ FIELD_SYSTEM, "system" },
	{ FIELD_RULES, "rules" },
	{ FIELD_OPEN, "open" },
	{ FIELD_SEARCHED, "searched" },
};

/* One row; type and example are the field's own, or as it is declared. */
static int
add_described(struct listing *listing, struct view name, const struct field *field,
    const char *type, struct view example, struct fault *fault)
{
	struct buf words = BUF_EMPTY;
	struct view cells[4];
	size_t i;
	int result;

	for (i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
		if ((field->flags & flags[i].flag) != 0)
			buf_printf(
			    &words, "%s%s", words.len > 0 ? " " : "", flags[i].name);
	if (field->of != NULL)
		buf_printf(&words, "%sof:%s", words.len > 0 ? " " : "", field->of);
	cells[0] = name;
	cells[1] = view_of(type);
	cells[2] = buf_as_view(&words);
	cells[3] = example;
	result = buf_check(&words, fault);
	if (result == 0)
		result = listing_row(listing, cells, fault);
	buf_release(&words);
	return result;
}

static int
add_row(struct listing *listing, struct view name, const struct field *field,
    struct fault *fault)
{
	return add_described(
	    listing, name, field, types[field->type], view_of(field->example), fault);
}

/* A column attr.NAME: its type is what the store declares, else text. */
static int
add_attribute(struct listing *listing, const struct vocabulary *vocabulary,
    struct view name, struct fault *fault)
{
	static const char *const examples[TYPES] = {
		[TYPE_FLAG] = "true", [TYPE_NUMBER] = "12.5", [TYPE_DATE] = "2026-10-05"
	};
	struct view example = view_of(field_attr.example);
	struct buf column = BUF_EMPTY;
	struct attribute_rule rule;
	const char *type = types[TYPE_TEXT];
	int result;

	if (vocabulary_attribute(vocabulary, name, &rule)) {
		type = rule.type == TYPE_PICKLIST ? "one-of" : types[rule.type];
		if (rule.type == TYPE_PICKLIST)
			example = rule.values;
		else if (examples[rule.type] != NULL)
			example = view_of(examples[rule.type]);
	}
	buf_text(&column, "attr.");
	buf_view(&column, name);
	result = buf_check(&column, fault);
	if (result == 0)
		result = add_described(
		    listing, buf_as_view(&column), &field_attr, type, example, fault);
	buf_release(&column);
	return result;
}

static int
add_external(struct listing *listing, struct view name, struct fault *fault)
{
	struct buf column = BUF_EMPTY;
	int result;

	buf_text(&column, "ext.");
	buf_view(&column, name);
	result = buf_check(&column, fault);
	if (result == 0)
		result = add_row(listing, buf_as_view(&column), &field_ext, fault);
	buf_release(&column);
	return result;
}

/* Attributes that are declared, and that no record had yet. */
static int
add_unused(struct listing *listing, struct txn *txn, const struct vocabulary *vocabulary,
    struct fault *fault)
{
	struct view name, before = { NULL, 0 };
	struct attribute_rule rule;
	uint16_t slot;
	int found;

	for (size_t i = 0; vocabulary_declared(vocabulary, i, &name, &rule); i++) {
		if (i > 0 && view_equal(name, before))
			continue;
		before = name;
		found = txn_name_slot(txn, NAME_ATTR, name, false, &slot, fault);
		if (found == 0)
			found = add_attribute(listing, vocabulary, name, fault);
		if (found == -1)
			return -1;
	}
	return 0;
}

/* The names that the store gave to columns, of whatever kind. */
static int
add_names(struct listing *listing, struct txn *txn, struct fault *fault)
{
	const struct vocabulary *vocabulary;
	enum name_class class;
	struct view name;
	uint16_t slot = RECORD_FIXED;
	int found;

	if (vocabulary_of(&vocabulary, txn, fault) == -1)
		return -1;
	while ((found = txn_slot_name(txn, slot++, &class, &name, NULL, fault)) == 1) {
		found = class == NAME_EXT
		    ? add_external(listing, name, fault)
		    : add_attribute(listing, vocabulary, name, fault);
		if (found == -1)
			return -1;
	}
	return found == -1 ? -1 : add_unused(listing, txn, vocabulary, fault);
}

static int
add_stored(struct listing *listing, const struct command *command, struct fault *fault)
{
	struct store *store = NULL;
	struct txn *txn = NULL;
	int result = 0;

	/* The fields are the same without a store. */
	if (command_open_store(&store, command, false, 0, fault) == -1)
		return 0;
	if (txn_begin(&txn, store, fault) == -1)
		result = -1;
	else
		result = add_names(listing, txn, fault);
	txn_end(txn);
	store_close(store);
	return result;
}

int
field_list_print(const struct command *command, bool header, struct fault *fault)
{
	static const struct writer_column columns[] = {
		{ .name = { "field", 5 }, .stay = STAY_KEPT }, { .name = { "type", 4 } },
		{ .name = { "flags", 5 } }, { .name = { "example", 7 } }
	};
	const struct kind *kind = command->kind;
	struct listing listing = { .out = BUF_EMPTY };
	size_t i;
	int result;

	result = listing_open(&listing, command, columns, 4, header, fault);
	for (i = 0; i < kind->count && result == 0; i++)
		result = add_row(
		    &listing, view_of(kind->fields[i].name), &kind->fields[i], fault);
	if (result == 0)
		result = add_row(&listing, VIEW("ext.NAME"), &field_ext, fault);
	if (result == 0)
		result = add_row(&listing, VIEW("attr.NAME"), &field_attr, fault);
	if (result == 0)
		result = add_stored(&listing, command, fault);
	if (result == 0)
		result = listing_finish(&listing, fault);
	listing_close(&listing);
	return result;
}
