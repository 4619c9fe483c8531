/* SPDX-License-Identifier: ISC */
/*
 * The engine knows no kind by name: vehicles, which are a table and nothing
 * else, are read from CSV, matched by their key, changed, found by every type
 * of field and through their reference, and checked. The tables that there are
 * obey the rules that this stands on.
 */
#include "storing.h"

#include <sys/mman.h>

#include "model/check.h"
#include "model/derived.h"
#include "model/query.h"
#include "model/vocabulary.h"
#include "rules/import.h"
#include "rules/map.h"

enum { PLATE, OWNER, WHEELS, TAGS, SEEN_ON, COLOR };

static const struct field vehicle_fields[] = { SYSTEM_FIRST,
	{ "plate", PLATE, TYPE_TEXT,
	    FIELD_INDEXED | FIELD_KEY | FIELD_EXACT | FIELD_SEARCHED, NULL, "SP-1042",
	    NULL },
	{ "owner", OWNER, TYPE_REFERENCE, FIELD_INDEXED, "contact", "ann@example.com",
	    NULL },
	{ "wheels", WHEELS, TYPE_NUMBER, 0, NULL, "4", NULL },
	{ "tags", TAGS, TYPE_TEXT, FIELD_LIST | FIELD_INDEXED | FIELD_IMPORT_ADDS, NULL,
	    "red;van", NULL },
	{ "seen_on", SEEN_ON, TYPE_DATE, 0, NULL, "2026-10-05", NULL },
	{ "color", COLOR, TYPE_TEXT, FIELD_SEARCHED, NULL, "red", NULL }, SYSTEM_LAST };

static const struct kind kind_vehicle = { "vehicle", 200, vehicle_fields,
	COUNT(vehicle_fields), "plate", NULL, "id,rev,plate,owner,wheels", NULL, 0 };

/* What share/maps is called from where the tests run. */
static const char *
maps_path(void)
{
	static char path[4096];
	const char *source = getenv("CONTACT_SOURCE");

	if (source == NULL)
		source = getenv("srcdir");
	snprintf(path, sizeof(path), "%s/share/maps", source == NULL ? "." : source);
	return path;
}

struct intake {
	const struct kind *kind;
	const char *input;
	struct buf out;
};

static int
take_result(void *context, const struct import_result *result, struct fault *fault)
{
	struct intake *intake = context;

	(void)fault;
	buf_printf(&intake->out, "%llu %s %llu %.*s", (unsigned long long)result->line,
	    import_action_name(result->action), (unsigned long long)result->id,
	    (int)result->key.len, result->key.at);
	if (result->code[0] != '\0')
		buf_printf(&intake->out, " %s", result->code);
	if (result->changed.len > 0)
		buf_printf(
		    &intake->out, ": %.*s", (int)result->changed.len, result->changed.at);
	buf_char(&intake->out, '\n');
	return 0;
}

static int
import_text(struct txn *txn, void *context, struct fault *fault)
{
	struct intake *intake = context;
	struct reader_options reading = { .format = READER_CSV };
	struct plan_options planning = {
		.kind = intake->kind, .map = "auto", .header = true
	};
	struct import_options options = { .kind = intake->kind };
	struct import_report report = {
		.context = intake, .all = true, .result = take_result
	};
	const struct vocabulary *vocabulary;
	struct import *import = NULL;
	struct reader *reader = NULL;
	struct plan *plan = NULL;
	struct maps *maps = NULL;
	size_t len = strlen(intake->input);
	int fd = memfd_create("input", MFD_CLOEXEC);

	buf_clear(&intake->out);
	assert_int_equal(write(fd, intake->input, len), len);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	must(vocabulary_of(&vocabulary, txn, fault), fault);
	planning.values.vocabulary = options.values.vocabulary = vocabulary;
	planning.values.now = options.values.now = txn_now(txn);
	must(maps_load(&maps, maps_path(), NULL, fault), fault);
	must(reader_open(&reader, fd, "input", &reading, fault), fault);
	must(import_begin(&import, txn, &options, &report, fault), fault);
	must(plan_make(&plan, maps, txn, reader, &planning, fault), fault);
	must(import_rows(import, reader, plan, fault), fault);
	must(import_finish(import, false, fault), fault);
	import_free(import);
	plan_free(plan);
	reader_close(reader);
	maps_free(maps);
	close(fd);
	return 0;
}

/* Returns the revision. results may be NULL. */
static uint64_t
import_and_compare(const struct kind *kind, const char *input, const char *results)
{
	struct intake intake = { kind, input, BUF_EMPTY };
	uint64_t rev = storing_run(import_text, &intake);

	if (results != NULL)
		assert_string_equal(buf_string(&intake.out), results);
	buf_release(&intake.out);
	return rev;
}

static void
import_vehicles(void)
{
	assert_int_equal(import_and_compare(&kind_contact,
			     "first_name,last_name,email,city\n"
			     "Ann,Lee,ann@example.com,Springfield\n"
			     "Bob,Roe,bob@example.org,Ogden\n",
			     NULL),
	    1);
	assert_int_equal(
	    import_and_compare(&kind_vehicle,
		"plate,owner,wheels,tags,seen_on,color,ext.fleet,Note\n"
		"SP-1,ann@example.com,4,red;Van,2026-10-05,red,F-1,new\n"
		"SP-2,cleo@example.net,2,,2025-01-31,Réd,,\n"
		"sp-1,bob@example.org,18,van,,blue,F-2,\n"
		"SP-3,,seven,,,,,\n"
		"SP-4,,,,31.31.2026,,,\n",
		"2 created 3 F-1: plate owner wheels tags seen_on color ext.fleet "
		"attr.note\n"
		"3 created 4 SP-2: plate owner wheels seen_on color\n"
		"4 created 5 F-2: plate owner wheels tags color ext.fleet\n"
		"5 error 0 SP-3 BAD_VALUE\n"
		"6 error 0 SP-4 BAD_VALUE\n"),
	    2);
}

static void
tell_finding(void *context, enum check_level level, const char *text)
{
	(void)context;
	if (level == CHECK_DAMAGE)
		print_error("check: %s\n", text);
}

static void
check_all(void)
{
	struct txn *txn = storing_read();
	struct check_outcome outcome;
	struct fault fault;

	must(check_store(&outcome, txn, false, tell_finding, NULL, &fault), &fault);
	assert_int_equal(outcome.damages, 0);
	txn_end(txn);
}

static int
tell(void *context, uint64_t id, struct record record, struct fault *fault)
{
	struct buf *out = context;

	(void)record;
	(void)fault;
	buf_printf(out, out->len > 0 ? " %llu" : "%llu", (unsigned long long)id);
	return 0;
}

static void
find(const char *operand, bool scan, const char *ids)
{
	/* No index serves the other side of an `or`. */
	const char *operands[] = { operand, "or", "wheels=999" };
	struct query_options options = { .kind = &kind_vehicle,
		.me = "tester",
		.now = STORING_NOW,
		.search = true,
		.optional = true };
	struct txn *txn = storing_read();
	struct buf out = BUF_EMPTY;
	struct query *query;
	struct fault fault;

	must(query_parse(&query, txn, operands, scan ? 3 : 1, &options, &fault), &fault);
	must(query_run(query, tell, &out, &fault), &fault);
	if (strcmp(buf_string(&out), ids) != 0)
		fail_msg("%s: \"%s\", not \"%s\"", operand, buf_string(&out), ids);
	buf_release(&out);
	query_free(query);
	txn_end(txn);
}

static void
vehicles_are_found_by_every_field(void **state)
{
	static const struct {
		const char *operand, *ids;
	} cases[] = {
		{ "plate=SP-1", "3" },
		{ "plate=sp-1", "5" },
		{ "plate=SP*", "3 4" },
		{ "plate~P-", "3 4" },
		{ "wheels=4", "3" },
		{ "wheels=2..4", "3 4" },
		{ "wheels=5..", "5" },
		{ "wheels=..2", "4" },
		{ "tags=van", "3 5" },
		{ "tags=RED", "3" },
		{ "tags=", "4" },
		{ "seen_on=2026-10", "3" },
		{ "seen_on=2025", "4" },
		{ "seen_on=..2026-01-01", "4" },
		{ "seen_on=*", "3 4" },
		{ "seen_on.month=2026-10", "3" },
		{ "color=red", "3 4" },
		{ "color~lu", "5" },
		{ "owner=ann@example.com", "3" },
		{ "owner=1", "3" },
		{ "owner=cleo@example.net", "4" },
		{ "owner=*", "3 4 5" },
		{ "owner.city=ogden", "5" },
		{ "owner.last_name=l*", "3" },
		{ "ext.fleet=F-2", "5" },
		{ "fleet:F-1", "3" },
		{ "attr.note=new", "3" },
		{ "5", "5" },
		{ "id=4..5", "4 5" },
		{ "created_at=2026-10-05", "3 4 5" },
		{ "rev=2", "3 4 5" },
		{ "blue", "5" },
		{ "sp-2", "4" },
	};

	(void)state;
	import_vehicles();
	for (size_t i = 0; i < COUNT(cases); i++) {
		find(cases[i].operand, false, cases[i].ids);
		find(cases[i].operand, true, cases[i].ids);
	}
	check_all();
}

static void
vehicles_are_matched_and_changed(void **state)
{
	(void)state;
	import_vehicles();
	/* Alike in all: no revision. */
	assert_int_equal(import_and_compare(&kind_vehicle,
			     "plate,wheels,tags,seen_on\nSP-1,4,van,2026-10-05\n",
			     "2 unchanged 3 SP-1\n"),
	    0);
	assert_int_equal(import_and_compare(&kind_vehicle,
			     "plate,wheels,tags,owner\n"
			     "SP-1,6,blue,bob@example.org\n"
			     "sp-1,18,,\n"
			     "SP-9,,,ann@example.com\n",
			     "2 updated 3 SP-1: owner wheels tags\n"
			     "3 unchanged 5 sp-1\n"
			     "4 created 6 SP-9: plate owner\n"),
	    3);
	find("tags=blue", false, "3");
	find("tags=red", false, "3");
	find("owner=bob@example.org", false, "3 5");
	find("wheels=4", false, "");
	check_all();
	/* Cleo comes, and the vehicle that waits for her is hers. */
	assert_int_equal(import_and_compare(&kind_contact,
			     "first_name,email,city\nCleo,Cleo@example.net,Reno\n", NULL),
	    4);
	find("owner.city=reno", false, "4");
	find("owner=7", false, "4");
	check_all();
}

static void
columns_look_through_its_reference(void **state)
{
	static const struct {
		const char *column, *text;
	} cases[] = {
		{ "plate", "SP-1" },
		{ "wheels", "4" },
		{ "tags", "red;Van" },
		{ "seen_on", "2026-10-05" },
		{ "seen_on.year", "2026" },
		{ "owner", "1" },
		{ "owner.name", "Ann Lee" },
		{ "owner.email", "ann@example.com" },
		{ "ext.fleet", "F-1" },
		{ "attr.note", "new" },
		{ "id", "3" },
		{ "rev", "2" },
		{ "created_by", "tester" },
	};
	struct record record;
	struct buf out = BUF_EMPTY;
	struct column *column;
	struct fault fault;
	struct txn *txn;

	(void)state;
	import_vehicles();
	txn = storing_read();
	assert_int_equal(txn_record(txn, 3, &record, &fault), 1);
	for (size_t i = 0; i < COUNT(cases); i++) {
		must(column_parse(
			 &column, txn, &kind_vehicle, view_of(cases[i].column), &fault),
		    &fault);
		buf_clear(&out);
		must(column_print(column, 3, record, &out, &fault), &fault);
		assert_string_equal(buf_string(&out), cases[i].text);
		column_free(column);
	}
	buf_release(&out);
	txn_end(txn);
}

/* Kinds that references name and that are still to come. */
static bool
comes_later(const char *name)
{
	static const char *const later[] = { "user", "workspace", "role", "job", "event",
		"campaign" };

	for (size_t i = 0; i < COUNT(later); i++)
		if (strcmp(name, later[i]) == 0)
			return true;
	return false;
}

static void
rule(bool holds, const struct kind *kind, const struct field *field, const char *sentence)
{
	if (!holds)
		fail_msg("%s.%s: %s", kind->name, field->name, sentence);
}

static void
field_obeys(const struct kind *kind, const struct field *field,
    const struct vocabulary *vocabulary)
{
	bool computed = (field->flags & (FIELD_DERIVED | FIELD_SYSTEM)) != 0;
	struct picklist_value value;

	rule(computed == (field->slot >= FIELD_VIRTUAL), kind, field,
	    "computed fields and no others have virtual slots");
	rule(computed || field->slot < RECORD_FIXED, kind, field,
	    "its slot is beyond the fixed ones");
	rule(!computed || field->derive != NULL, kind, field, "nothing computes it");
	rule((unsigned)field->type < TYPES && field->example != NULL, kind, field,
	    "its type or example is not there");
	rule(field->name[strspn(field->name, "abcdefghijklmnopqrstuvwxyz_")] == '\0',
	    kind, field, "its name is not small letters");
	rule(kind_field(kind, view_of(field->name)) == field &&
		kind_slot(kind, field->slot) == field,
	    kind, field, "its name or slot is that of another");
	rule(field->type != TYPE_PICKLIST || (field->flags & FIELD_OPEN) != 0 ||
		vocabulary_value(vocabulary, field->of, 0, &value),
	    kind, field, "its picklist has no values");
	rule(field->type != TYPE_REFERENCE || comes_later(field->of) ||
		kind_by_name(view_of(field->of)) != NULL,
	    kind, field, "it refers to no kind");
}

/* Each name in a list of names parted by commas is a field. */
static void
names_are_fields(const struct kind *kind, const char *names, char sign)
{
	while (names != NULL && *names != '\0') {
		const char *end = strchrnul(names, sign);

		assert_non_null(
		    kind_field(kind, view_make(names, (size_t)(end - names))));
		names = *end == sign ? end + 1 : end;
	}
}

static void
every_table_obeys_the_rules(void **state)
{
	struct vocabulary *vocabulary;
	const struct kind *kind;
	struct fault fault;
	size_t i, j;

	(void)state;
	must(vocabulary_load(&vocabulary, NULL, &fault), &fault);
	for (i = 0; (kind = kind_at(i)) != NULL; i++) {
		assert_ptr_equal(kind_by_name(view_of(kind->name)), kind);
		assert_ptr_equal(kind_by_number(kind->number), kind);
		assert_int_not_equal(kind->number, 0);
		for (j = 0; j < kind->count; j++)
			field_obeys(kind, kind->fields + j, vocabulary);
		names_are_fields(kind, kind->label, '+');
		names_are_fields(kind, kind->key, '+');
		names_are_fields(kind, kind->columns, ',');
		assert_non_null(kind_field(kind, VIEW("id")));
		assert_non_null(kind_field(kind, VIEW("updated_at")));
	}
	assert_true(i >= 5);
	vocabulary_free(vocabulary);
}

static void
a_table_that_breaks_a_rule_is_refused(void **state)
{
	static const struct field twice[] = {
		{ "plate", 0, TYPE_TEXT, 0, NULL, "x", NULL },
		{ "plate", 1, TYPE_TEXT, 0, NULL, "x", NULL },
	}, same_slot[] = {
		{ "plate", 0, TYPE_TEXT, 0, NULL, "x", NULL },
		{ "color", 0, TYPE_TEXT, 0, NULL, "x", NULL },
	};
	static const struct {
		struct kind kind;
		const char *says;
	} cases[] = {
		{ { "contact", 201, twice, 1, NULL, NULL, "plate", NULL, 0 },
		    "kind contact: name or number is taken" },
		{ { "cart", 1, twice, 1, NULL, NULL, "plate", NULL, 0 },
		    "kind cart: name or number is taken" },
		{ { "cart", 201, twice, 2, NULL, NULL, "plate", NULL, 0 },
		    "kind cart: plate repeats the slot or name of plate" },
		{ { "cart", 201, same_slot, 2, NULL, NULL, "plate", NULL, 0 },
		    "kind cart: color repeats the slot or name of plate" },
	};
	struct fault fault;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_int_equal(kind_register(&cases[i].kind, &fault), -1);
		assert_string_equal(fault.text, cases[i].says);
	}
	assert_null(kind_by_name(VIEW("cart")));
}

static void
a_mistaken_name_suggests_the_nearest(void **state)
{
	(void)state;
	assert_string_equal(kind_suggest(&kind_vehicle, VIEW("plat")), "plate");
	assert_string_equal(kind_suggest(&kind_vehicle, VIEW("whels")), "wheels");
	assert_string_equal(kind_suggest(&kind_contact, VIEW("e-mail")), "email");
	assert_null(kind_suggest(&kind_vehicle, VIEW("birthday_party")));
}

static int
register_vehicle(void **state)
{
	struct fault fault;

	(void)state;
	return kind_register(&kind_vehicle, &fault);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_table_obeys_the_rules),
		cmocka_unit_test(a_table_that_breaks_a_rule_is_refused),
		cmocka_unit_test(a_mistaken_name_suggests_the_nearest),
		cmocka_unit_test_setup_teardown(
		    vehicles_are_found_by_every_field, storing_begin, storing_end),
		cmocka_unit_test_setup_teardown(
		    vehicles_are_matched_and_changed, storing_begin, storing_end),
		cmocka_unit_test_setup_teardown(
		    columns_look_through_its_reference, storing_begin, storing_end),
	};

	return cmocka_run_group_tests(tests, register_vehicle, NULL);
}
