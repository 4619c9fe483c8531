/* SPDX-License-Identifier: ISC */
/*
 * Whatever a store holds comes back from its dump to the byte (D8). SEED
 * chooses the records; with CONTACT_TESTS=quick there are fewer.
 */
#include "dumping.h"

#include "model/value.h"

static uint64_t record_count; /* of the random store */

/* What may stand in a text: all but control characters that no input takes. */
static const char *const hostile[] = { "\n", "\t", "\r\n", "\r", "\\", "\\n", "\\\\",
	"\\;", "\\#12", "#12", "12", ";", ",", "\"", "'", "=1+1", "\xf0\x9f\x98\x80",
	"\xe2\x80\xae'ltr'\xe2\x80\xac", "\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d", "e\xcc\x81",
	"\xc3\x9f", "\xe2\x80\xa8", "\xef\xbb\xbf", "\xc2\x85", "\x7f", " ", "\xc2\xa0",
	"Ann", "checksum\tnone", "\nchecksum\t1\tabc\n", "contact\t1\tname\tx", "\\t",
	"\\", "#N/A", "attr.x" };

static void
put_hostile(struct buf *out)
{
	size_t pieces = 1 + storing_random(5);

	while (pieces-- > 0)
		buf_text(out, hostile[storing_random(COUNT(hostile))]);
}

/* Up to 1 MiB, all that is put to be escaped or none. An element of a list would
 * be longer with what a list escapes. */
static void
put_longest(struct buf *out)
{
	char byte = storing_random(2) == 0 ? '\\' : 'x';

	while (out->len < 1024 * 1024)
		buf_char(out, byte);
}

/* Records are contacts but for every tenth, an organization; nothing refers to
 * those that end in 9. */
static const struct kind *
kind_of(uint64_t id)
{
	return id % 10 == 0  ? &kind_organization
	    : id % 100 == 41 ? &kind_picklist
	    : id % 100 == 51 ? &kind_attribute
			     : &kind_contact;
}

static void
put_reference(struct buf *out, const char *of)
{
	uint64_t tens = 1 + storing_random(record_count / 10 - 1);

	if (storing_random(3) == 0)
		put_hostile(out);
	else if (strcmp(of, "organization") == 0)
		reference_put(out, 10 * tens);
	else if (strcmp(of, "contact") == 0)
		reference_put(out, 10 * tens + 2);
	else
		put_hostile(out);
}

static void
put_choice(struct buf *out, const struct field *field)
{
	static struct vocabulary *built_in;
	struct picklist_value value;
	struct fault fault;
	size_t count = 0;

	if ((field->flags & FIELD_OPEN) != 0) {
		put_hostile(out);
		return;
	}
	if (built_in == NULL)
		must(vocabulary_load(&built_in, NULL, &fault), &fault);
	while (vocabulary_value(built_in, field->of, count, &value))
		count++;
	assert_true(count > 0);
	vocabulary_value(built_in, field->of, storing_random(count), &value);
	buf_view(out, value.value);
}

static void
put_element(struct buf *out, const struct field *field)
{
	uint64_t number = storing_random(100000);

	switch (field->type) {
	case TYPE_FLAG:
		buf_text(out, number % 2 == 0 ? "true" : "false");
		break;
	case TYPE_DATE:
		date_print(out, (int64_t)number * 86400);
		break;
	case TYPE_TIME:
		time_print(out, (int64_t)number * 77777);
		break;
	case TYPE_NUMBER:
		buf_printf(out, "-%llu.5", (unsigned long long)number);
		break;
	case TYPE_EMAIL:
		buf_printf(out, "Ann+%llu@Example.org", (unsigned long long)number);
		break;
	case TYPE_DOMAIN:
		buf_printf(out, "d%llu.example", (unsigned long long)number);
		break;
	case TYPE_PICKLIST:
		put_choice(out, field);
		break;
	case TYPE_REFERENCE:
		put_reference(out, field->of);
		break;
	case TYPE_TEXT:
	case TYPE_PHONE:
	case TYPE_ID:
	case TYPES:
		/* An id that a record answers for is given to no other, so that one above
		 * all would change what the store goes on with. */
		if (strcmp(field->name, "merged") == 0)
			buf_printf(
			    out, "%llu", (unsigned long long)(1 + number % record_count));
		else
			put_hostile(out);
	}
}

static void
put_value(struct buf *out, const struct field *field)
{
	struct buf element = BUF_EMPTY;
	size_t elements = 1 + storing_random(4);

	if ((field->flags & FIELD_LIST) == 0) {
		put_element(out, field);
		if (field->type == TYPE_TEXT && storing_random(20000) == 0)
			put_longest(out);
		return;
	}
	while (elements-- > 0) {
		buf_clear(&element);
		put_element(&element, field);
		list_add(out, 0, buf_as_view(&element));
	}
	buf_release(&element);
}

static const char *const ext_names[] = { "crm", "salesforce", "a:b", "we\tird\\" };
static const char *const attr_names[] = { "x", "shirt_size", "\xc3\xbcnder", "zz", "a",
	"b", "c" };

static int
set_extras(struct record_form *form, struct txn *txn, uint64_t id, struct buf *values,
    struct fault *fault)
{
	uint16_t slot;
	size_t i, used = 40;

	for (i = 0; i < COUNT(ext_names); i++) {
		if (storing_random(4) != 0)
			continue;
		must(txn_name_slot(
			 txn, NAME_EXT, view_of(ext_names[i]), true, &slot, fault),
		    fault);
		buf_printf(&values[used], "%llu", (unsigned long long)id);
		put_hostile(&values[used]);
		for (size_t at = 0; at < values[used].len; at++)
			if (values[used].at[at] == ';' || values[used].at[at] == '\\')
				values[used].at[at] = '/';
		record_form_set(form, slot, buf_as_view(&values[used++]));
	}
	for (i = 0; i < COUNT(attr_names); i++) {
		if (storing_random(4) != 0)
			continue;
		must(txn_name_slot(
			 txn, NAME_ATTR, view_of(attr_names[i]), true, &slot, fault),
		    fault);
		if (storing_random(2) == 0)
			must(txn_name_label(txn, slot, VIEW("A\tLabel \\ of it"), fault),
			    fault);
		put_hostile(&values[used]);
		record_form_set(form, slot, buf_as_view(&values[used++]));
	}
	return 0;
}

static int
create_random(struct txn *txn, void *context, struct fault *fault)
{
	static struct record_form form;
	static struct buf values[64];
	const struct field *fields[RECORD_FIXED];
	uint64_t id, made;
	size_t count, i;

	storing_state = *(uint64_t *)context;
	for (id = 1; id <= record_count; id++) {
		count = dump_fields(kind_of(id), fields);
		record_form_clear(&form);
		for (i = 0; i < count; i++) {
			buf_clear(&values[i]);
			if (storing_random(4) != 0)
				continue;
			put_value(&values[i], fields[i]);
			record_form_set(&form, fields[i]->slot, buf_as_view(&values[i]));
		}
		for (i = 40; i < COUNT(values); i++)
			buf_clear(&values[i]);
		assert_true(count <= 40);
		set_extras(&form, txn, id, values, fault);
		must(change_create(txn, kind_of(id), &form, 0, CAUSE_ROW, &made, fault),
		    fault);
		assert_int_equal(made, id);
	}
	for (i = 0; i < COUNT(values); i++)
		buf_release(&values[i]);
	return txn_set(txn, "inactive_organization", VIEW("Gone \\ \xc3\xbc"), fault);
}

static int
remove_some(struct txn *txn, void *context, struct fault *fault)
{
	struct record record;

	(void)context;
	for (uint64_t id = 9; id <= record_count; id += 10) {
		must(txn_record(txn, id, &record, fault), fault);
		must(
		    change_remove(txn, kind_of(id), id, record, CAUSE_ROW, fault), fault);
	}
	return 0;
}

static void
hostile_records_come_back_to_the_byte(void **state)
{
	struct buf before = BUF_EMPTY, after = BUF_EMPTY;
	const char *tests = getenv("CONTACT_TESTS");
	bool quick = tests != NULL && strcmp(tests, "quick") == 0;
	struct fault fault = { FAULT_NONE, "" };
	uint64_t seed, next;
	struct txn *txn;

	(void)state;
	storing_seed();
	seed = storing_state;
	record_count = quick ? 2000 : 10000;
	storing_run(create_random, &seed);
	storing_run(remove_some, NULL);
	dump(&before);
	print_message("# %zu bytes\n", before.len);
	fresh_store();
	must(load(buf_as_view(&before), &fault), &fault);
	check();
	dump(&after);
	same_dump(&before, &after);
	/* The store goes on above the ids of the dump. */
	txn = storing_read();
	next = txn_next_id(txn);
	txn_end(txn);
	assert_int_equal(next, record_count + 1);
	buf_release(&before);
	buf_release(&after);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test_setup_teardown(
	    hostile_records_come_back_to_the_byte, storing_begin, storing_end) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
