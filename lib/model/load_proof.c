/* SPDX-License-Identifier: ISC */
/*
 * What is asked when all records are there: that references lead to records of
 * their kind, that no external id is borne twice, and of an edited dump that
 * every value is one that the store would have taken. What fails is looked for in the file once
 * more, so that the message has its line and nothing needs to be kept for that.
 */
#include "model/load_parts.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/fold.h"
#include "model/entity.h"
#include "model/vocabulary.h"

/* Targets repeat: what kind the last ones were. */
#define TARGETS 1024

struct proof {
	struct load *load;
	struct value_rules rules; /* of an edited dump */
	struct {
		uint64_t id;
		unsigned kind; /* 0: there is no such record */
	} targets[TARGETS];
	struct buf scratch, text, column;
};

/* The line of a value, or the first of a record (field is empty); 0 when the file has changed meanwhile. */
static uint64_t
find_line(struct load *load, const struct kind *kind, uint64_t id, struct view field)
{
	struct buf prefix = BUF_EMPTY;
	struct lines lines;
	struct fault ignored;
	struct view line;
	uint64_t number = 0;

	buf_printf(&prefix, "%s\t%llu", kind->name, (unsigned long long)id);
	if (field.len > 0) {
		buf_char(&prefix, '\t');
		dump_escape(&prefix, field);
		buf_char(&prefix, '\t');
	}
	lines_begin(&lines, load->fd, load->name, 0, load->size, 0);
	while (number == 0 && !prefix.failed && lines_next(&lines, &line, &ignored) == 1)
		if (view_begins(line, buf_as_view(&prefix)) &&
		    (field.len > 0 || line.len == prefix.len ||
			line.at[prefix.len] == '\t'))
			number = lines.number;
	lines_release(&lines);
	buf_release(&prefix);
	return number;
}

static int
kind_of(struct proof *proof, uint64_t id, unsigned *kind, struct fault *fault)
{
	size_t at = (size_t)(id % TARGETS);
	struct record record;
	int found = 1;

	if (proof->targets[at].id != id) {
		found = txn_record(proof->load->txn, id, &record, fault);
		if (found < 0)
			return -1;
		proof->targets[at].id = id;
		proof->targets[at].kind = found == 1 ? record_kind(record) : 0;
	}
	*kind = proof->targets[at].kind;
	return 0;
}

static int
prove_reference(struct proof *proof, const struct kind *kind, uint64_t id,
    const struct field *field, struct view element, struct fault *fault)
{
	const struct kind *of = kind_by_name(view_of(field->of));
	uint64_t target;
	unsigned there;

	if (!reference_id(element, &target))
		return 0;
	if (kind_of(proof, target, &there, fault) != 0)
		return -1;
	if (of != NULL && there == of->number)
		return 0;
	return load_refuse(proof->load,
	    find_line(proof->load, kind, id, view_of(field->name)), fault,
	    there == 0 ? "%s: there is no record %llu in the dump"
		       : "%s: record %llu is no %s",
	    field->name, (unsigned long long)target, field->of);
}

/* Text stands in a reference when nothing in the store is meant by it. */
static int
prove_text(struct proof *proof, const struct kind *kind, uint64_t id,
    const struct field *field, struct view element, struct fault *fault)
{
	const struct kind *of = kind_by_name(view_of(field->of));
	struct ids ids = { NULL, 0, 0 };
	int result = 0;

	if (element.at[0] == REFERENCE_MARK || of == NULL)
		return 0;
	result = entity_resolve(proof->load->txn, of, element, &ids, fault);
	if (result == 0 && ids.count == 1)
		result = load_refuse(proof->load,
		    find_line(proof->load, kind, id, view_of(field->name)), fault,
		    "%s: \"%.*s\" is record %llu, and that is written \\#%llu",
		    field->name, QUOTED(element), (unsigned long long)ids.at[0],
		    (unsigned long long)ids.at[0]);
	ids_release(&ids);
	return result;
}

static int
prove_references(struct proof *proof, const struct kind *kind, uint64_t id,
    const struct field *field, struct view value, struct fault *fault)
{
	bool list = (field->flags & FIELD_LIST) != 0;
	struct view element = value;
	int result = 0;

	while (result == 0 && (!list || list_next(&value, &element, &proof->scratch))) {
		result = prove_reference(proof, kind, id, field, element, fault);
		if (result == 0 && proof->load->edited)
			result = prove_text(proof, kind, id, field, element, fault);
		if (!list)
			break;
	}
	return result;
}

/* The name under which a value stands in the dump; that of an attribute, too. */
static int
column_of(struct proof *proof, const struct field *field, uint16_t slot,
    struct view *attribute, struct fault *fault)
{
	enum name_class class;
	struct view label;
	int found = 1;

	buf_clear(&proof->column);
	*attribute = VIEW("");
	if (slot < RECORD_FIXED)
		buf_text(&proof->column, field->name);
	else
		found = txn_slot_name(
		    proof->load->txn, slot, &class, attribute, &label, fault);
	if (slot >= RECORD_FIXED && found == 1) {
		buf_text(&proof->column, class == NAME_EXT ? "ext." : "attr.");
		buf_view(&proof->column, *attribute);
	}
	return found < 0 ? -1 : buf_check(&proof->column, fault);
}

/* A value of an edited dump is what would be stored if somebody gave it. */
static int
prove_value(struct proof *proof, const struct kind *kind, uint64_t id,
    const struct field *field, uint16_t slot, struct view value, struct fault *fault)
{
	struct problem problem = { NULL, "" };
	struct view attribute, text = text_trim(value);
	const char *column;

	if (column_of(proof, field, slot, &attribute, fault) != 0)
		return -1;
	column = buf_string(&proof->column);
	buf_clear(&proof->text);
	if (text.len == 0)
		problem = (struct problem){ "BAD_VALUE", "has nothing but blanks" };
	else if (value_read(
		     &proof->text, field, attribute, text, &proof->rules, &problem) &&
	    view_equal(buf_as_view(&proof->text), value))
		return 0;
	if (buf_check(&proof->text, fault) != 0)
		return -1;
	return load_refuse(proof->load, find_line(proof->load, kind, id, view_of(column)),
	    fault, problem.code != NULL ? "%s: %s" : "%s: is written \"%.200s\"", column,
	    problem.code != NULL ? problem.text : buf_string(&proof->text));
}

/* The fields that no two records have alike; NULL: there are none. */
static const char *
key_fields(const struct kind *kind)
{
	return kind == &kind_attribute ? "name" : kind->key;
}

/* What identifies a record of a kind that has a key, as rows are matched. Takes
 * the fields in *proof->text; *missing is one without a value. */
static int
key_of(struct proof *proof, const struct kind *kind, struct record record,
    const struct field **missing, struct fault *fault)
{
	const struct field *field;
	struct view rest = view_of(key_fields(kind)), value;
	size_t len;

	*missing = NULL;
	buf_clear(&proof->text);
	while (rest.len > 0) {
		for (len = 0; len < rest.len && rest.at[len] != '+';)
			len++;
		field = kind_field(kind, view_until(rest, len));
		rest = view_from(rest, len + 1);
		value = record_get(record, field->slot);
		if (value.len == 0)
			*missing = field;
		if (field->type != TYPE_EMAIL || !email_key(&proof->text, value))
			fold_identity(&proof->text, value);
		buf_char(&proof->text, '\0');
	}
	return buf_check(&proof->text, fault);
}

/* A value for a picklist that no field has would never be seen. */
static bool
is_picklist(struct proof *proof, struct view name)
{
	struct picklist_value value;

	buf_clear(&proof->text);
	buf_view(&proof->text, name);
	return !vocabulary_computed(name) &&
	    vocabulary_value(NULL, buf_string(&proof->text), 0, &value);
}

/* What a record needs to be one of its kind. */
static int
prove_identity(struct proof *proof, const struct kind *kind, uint64_t id,
    struct record record, struct fault *fault)
{
	struct load *load = proof->load;
	const struct field *missing = NULL;
	struct view name;

	if (key_fields(kind) != NULL) {
		if (key_of(proof, kind, record, &missing, fault) != 0 ||
		    (missing == NULL &&
			ids_add(&load->externals,
			    XXH3_64bits_withSeed(
				proof->text.at, proof->text.len, kind->number),
			    fault) != 0))
			return -1;
	} else if (kind == &kind_organization &&
	    record_get(record, ORGANIZATION_NAME).len == 0) {
		missing = kind_slot(kind, ORGANIZATION_NAME);
	}
	/* What it referred to is gone, as of an invitation whose contact was deleted. */
	if (missing != NULL && (missing->flags & FIELD_LOSES) != 0)
		missing = NULL;
	if (missing != NULL)
		return load_refuse(load, find_line(load, kind, id, VIEW("")), fault,
		    "%s %llu has no %s", kind->name, (unsigned long long)id,
		    missing->name);
	if (kind != &kind_picklist)
		return 0;
	name = record_get(record, PICKLIST_NAME);
	return is_picklist(proof, name)
	    ? 0
	    : load_refuse(load, find_line(load, kind, id, VIEW("name")), fault,
		  "name: there is no picklist \"%.*s\" that takes values", QUOTED(name));
}

static int
prove_record(struct proof *proof, const struct kind *kind, uint64_t id,
    struct record record, struct fault *fault)
{
	const struct field *field;
	uint32_t position = 0;
	struct view value;
	uint16_t slot;
	int result = 0;

	while (result == 0 && record_next(record, &position, &slot, &value)) {
		if (kind_field_of_slot(proof->load->txn, kind, slot, &field, fault) < 0)
			return -1;
		if (field->type == TYPE_REFERENCE)
			result = prove_references(proof, kind, id, field, value, fault);
		else if (proof->load->edited && !kind_hides(kind, slot))
			result = prove_value(proof, kind, id, field, slot, value, fault);
	}
	if (result == 0 && proof->load->edited)
		result = prove_identity(proof, kind, id, record, fault);
	return result;
}

/* Whether an external id of the record is borne by one before it, or comes
 * twice in its own list. */
static int
prove_external(struct proof *proof, const struct kind *kind, uint64_t id, uint16_t slot,
    struct view value, struct fault *fault)
{
	struct view list = value, element, rest, other, name, label;
	struct buf column = BUF_EMPTY, second = BUF_EMPTY;
	struct ids ids = { NULL, 0, 0 };
	enum name_class class;
	bool twice = false;
	size_t same;
	int found = txn_slot_name(proof->load->txn, slot, &class, &name, &label, fault);

	if (found == 1 && class == NAME_EXT) {
		buf_text(&column, "ext.");
		buf_view(&column, name);
	}
	while (found == 1 && column.len > 0 && !twice &&
	    list_next(&list, &element, &proof->scratch)) {
		ids.count = 0;
		same = 0;
		for (rest = value; list_next(&rest, &other, &second);)
			same += view_equal(other, element);
		if (entity_find_key(proof->load->txn, kind, slot, &field_ext, element,
			&ids, fault) != 0)
			found = -1;
		twice = same > 1 || (ids.count > 1 && ids.at[0] < id);
		if (found == 1 && twice)
			found = load_refuse(proof->load,
			    find_line(proof->load, kind, id, buf_as_view(&column)), fault,
			    "%s: \"%.*s\" is borne twice, by record %llu too",
			    buf_string(&column), QUOTED(element),
			    (unsigned long long)(ids.count > 1 ? ids.at[0] : id));
	}
	ids_release(&ids);
	buf_release(&column);
	buf_release(&second);
	return found < 0 ? -1 : 0;
}

/* Whether a record before it has the same key. */
static int
prove_key(struct proof *proof, const struct kind *kind, uint64_t id, struct record record,
    struct fault *fault)
{
	struct ids ids = { NULL, 0, 0 };
	struct buf own = BUF_EMPTY;
	const struct field *missing;
	const struct field *first = kind_field(
	    kind, view_until(view_of(key_fields(kind)), strcspn(key_fields(kind), "+")));
	struct record other;
	int result = key_of(proof, kind, record, &missing, fault);

	buf_view(&own, buf_as_view(&proof->text));
	if (result == 0)
		result = buf_check(&own, fault);
	if (result == 0)
		result = entity_find_key(proof->load->txn, kind, first->slot, first,
		    record_get(record, first->slot), &ids, fault);
	for (size_t i = 0; result == 0 && i < ids.count; i++) {
		if (ids.at[i] >= id)
			continue;
		if (txn_record(proof->load->txn, ids.at[i], &other, fault) != 1 ||
		    key_of(proof, kind, other, &missing, fault) != 0)
			result = -1;
		else if (view_equal(buf_as_view(&proof->text), buf_as_view(&own)))
			result = load_refuse(proof->load,
			    find_line(proof->load, kind, id, VIEW("")), fault,
			    "%s %llu has the same %s as record %llu", kind->name,
			    (unsigned long long)id, key_fields(kind),
			    (unsigned long long)ids.at[i]);
	}
	ids_release(&ids);
	buf_release(&own);
	return result;
}

static int
prove_externals(struct proof *proof, const struct kind *kind, uint64_t id,
    struct record record, struct fault *fault)
{
	uint32_t position = RECORD_FIXED;
	struct view value;
	uint16_t slot;

	if (proof->load->edited && key_fields(kind) != NULL &&
	    prove_key(proof, kind, id, record, fault) != 0)
		return -1;
	while (record_next(record, &position, &slot, &value))
		if (prove_external(proof, kind, id, slot, value, fault) != 0)
			return -1;
	return 0;
}

static int
prove_all(struct proof *proof,
    int (*prove)(struct proof *proof, const struct kind *kind, uint64_t id,
	struct record record, struct fault *fault),
    struct fault *fault)
{
	struct record_walk walk;
	struct record record;
	uint64_t id;
	int found;

	if (record_walk_open(&walk, proof->load->txn, 0, fault) != 0)
		return -1;
	while ((found = record_walk_next(&walk, &id, &record, fault)) == 1)
		if (prove(proof, kind_by_number(record_kind(record)), id, record,
			fault) != 0) {
			found = -1;
			break;
		}
	record_walk_close(&walk);
	return found;
}

int
load_proof(struct load *load, struct fault *fault)
{
	struct proof proof = { .load = load, .rules = { .dates = DATE_ISO } };
	size_t count;
	int result = 0;

	if (load->edited)
		result = vocabulary_of(&proof.rules.vocabulary, load->txn, fault);
	if (result == 0)
		result = prove_all(&proof, prove_record, fault);
	count = load->externals.count;
	/* Sorting leaves one of each; two may also differ and hash alike. */
	ids_sort(&load->externals);
	if (result == 0 && load->externals.count < count)
		result = prove_all(&proof, prove_externals, fault);
	buf_release(&proof.scratch);
	buf_release(&proof.text);
	buf_release(&proof.column);
	return result;
}
