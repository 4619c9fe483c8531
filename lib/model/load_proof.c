/* SPDX-License-Identifier: ISC */
/*
 * What is asked when all records are there: that references lead to records of
 * their kind, that no external id is borne twice, and of an edited dump that
 * closed picklists have their values. What fails is looked for in the file once
 * more, so that the message has its line and nothing needs to be kept for that.
 */
#include "model/load_parts.h"

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
	struct buf scratch, text;
};

/* The line of a value; 0 when the file has changed meanwhile. */
static uint64_t
find_line(struct load *load, const struct kind *kind, uint64_t id, struct view field)
{
	struct buf prefix = BUF_EMPTY;
	struct lines lines;
	struct fault ignored;
	struct view line;
	uint64_t number = 0;

	buf_printf(&prefix, "%s\t%llu\t", kind->name, (unsigned long long)id);
	dump_escape(&prefix, field);
	buf_char(&prefix, '\t');
	lines_begin(&lines, load->fd, load->name, 0, load->size, 0);
	while (number == 0 && !prefix.failed && lines_next(&lines, &line, &ignored) == 1)
		if (view_begins(line, buf_as_view(&prefix)))
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

static int
prove_choice(struct proof *proof, const struct kind *kind, uint64_t id,
    const struct field *field, struct view value, struct fault *fault)
{
	struct problem problem = { NULL, "" };

	buf_clear(&proof->text);
	if (value_read(&proof->text, field, VIEW(""), value, &proof->rules, &problem) &&
	    view_equal(buf_as_view(&proof->text), value))
		return 0;
	if (buf_check(&proof->text, fault) != 0)
		return -1;
	return load_refuse(proof->load,
	    find_line(proof->load, kind, id, view_of(field->name)), fault,
	    problem.code != NULL ? "%s: %s" : "%s: is written \"%s\"", field->name,
	    problem.code != NULL ? problem.text : buf_string(&proof->text));
}

static int
prove_record(struct proof *proof, const struct kind *kind, uint64_t id,
    struct record record, struct fault *fault)
{
	const struct field *field;
	struct view value, element;
	int result = 0;

	for (size_t i = 0; i < kind->count && result == 0; i++) {
		field = &kind->fields[i];
		if (field->slot >= RECORD_FIXED ||
		    (field->type != TYPE_REFERENCE && field->type != TYPE_PICKLIST))
			continue;
		value = record_get(record, field->slot);
		if (field->type == TYPE_PICKLIST) {
			if (proof->load->edited && value.len > 0)
				result =
				    prove_choice(proof, kind, id, field, value, fault);
		} else if ((field->flags & FIELD_LIST) == 0) {
			result = prove_reference(proof, kind, id, field, value, fault);
		} else {
			while (
			    result == 0 && list_next(&value, &element, &proof->scratch))
				result = prove_reference(
				    proof, kind, id, field, element, fault);
		}
	}
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

static int
prove_externals(struct proof *proof, const struct kind *kind, uint64_t id,
    struct record record, struct fault *fault)
{
	uint32_t position = RECORD_FIXED;
	struct view value;
	uint16_t slot;

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
	size_t count = load->externals.count;
	int result = 0;

	if (load->edited)
		result = vocabulary_of(&proof.rules.vocabulary, load->txn, fault);
	if (result == 0)
		result = prove_all(&proof, prove_record, fault);
	/* Sorting leaves one of each; two may also differ and hash alike. */
	ids_sort(&load->externals);
	if (result == 0 && load->externals.count < count)
		result = prove_all(&proof, prove_externals, fault);
	buf_release(&proof.scratch);
	buf_release(&proof.text);
	return result;
}
