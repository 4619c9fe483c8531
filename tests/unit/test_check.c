/* SPDX-License-Identifier: ISC */
/*
 * The check of a store must be silent about a sound one and find each planted
 * damage. A case is one change made behind the model's back, in a fresh store
 * of three contacts and an organization, and what check says of it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include <endian.h>
#include <unistd.h>

#include "model/change.h"
#include "model/check.h"
#include "model/value.h"

enum { ANN = 1, ACME, BEA, CLEO };

static char place[] = "/tmp/contact-check.XXXXXX";

static const struct run run = {
	.now = 1000000, .real = 1000000, .who = "tester", .program = "test", .options = ""
};

static int
create_contact(struct txn *txn, const char *first, const char *email,
    struct view organization, struct fault *fault)
{
	struct record_form form;
	uint64_t id;

	record_form_clear(&form);
	record_form_set(&form, CONTACT_FIRST_NAME, view_of(first));
	record_form_set(&form, CONTACT_EMAIL, view_of(email));
	record_form_set(&form, CONTACT_ORGANIZATION, organization);
	record_form_set(&form, CONTACT_LABELS, VIEW("vip;speaker"));
	return change_create(txn, &kind_contact, &form, 2, CAUSE_ROW, &id, fault);
}

static int
people(struct txn *txn, void *context, struct fault *fault)
{
	struct buf acme = BUF_EMPTY;
	struct record_form form;
	uint64_t id;
	uint16_t slot;
	int rc = -1;

	(void)context;
	reference_put(&acme, ACME);
	record_form_clear(&form);
	record_form_set(&form, ORGANIZATION_NAME, VIEW("Acme"));
	if (create_contact(txn, "Ann", "ann@acme.example", view_of(NULL), fault) == 0 &&
	    change_create(txn, &kind_organization, &form, 0, CAUSE_ROW, &id, fault) ==
		0 &&
	    create_contact(txn, "Bea", "bea@acme.example", buf_as_view(&acme), fault) ==
		0 &&
	    create_contact(txn, "Cleo", "cleo@zeta.example", VIEW("Zeta"), fault) == 0 &&
	    txn_name_slot(txn, NAME_EXT, VIEW("salesforce"), true, &slot, fault) == 1)
		rc = 0;
	buf_release(&acme);
	return rc;
}

static int
rename_ann(struct txn *txn, void *context, struct fault *fault)
{
	struct record_form form;
	struct record old;
	bool changed;

	(void)context;
	if (txn_record(txn, ANN, &old, fault) != 1)
		return -1;
	record_form_from(&form, old);
	record_form_set(&form, CONTACT_FIRST_NAME, VIEW("Anna"));
	return change_update(
	    txn, &kind_contact, ANN, old, &form, 3, CAUSE_ROW, &changed, fault);
}

static struct view
key_of(uint64_t *bytes, uint64_t id)
{
	*bytes = htobe64(id);
	return view_make((char *)bytes, sizeof(*bytes));
}

/* Something else in the store has to change, or a run leaves no trace. */
static int
touch(struct txn *txn, struct fault *fault)
{
	return txn_set(txn, "timezone", VIEW("+01:00"), fault);
}

/* Changes one byte of Bea's record. */
static int
break_record(struct txn *txn, void *context, struct fault *fault)
{
	struct buf copy = BUF_EMPTY;
	struct record record;
	uint64_t bytes;
	int rc = -1;

	(void)context;
	if (txn_record(txn, BEA, &record, fault) == 1) {
		buf_put(&copy, record.at, record.len);
		copy.at[copy.len - 1] ^= 1;
		rc = engine_put(txn_engine(txn), TREE_RECORDS, key_of(&bytes, BEA),
		    buf_as_view(&copy), fault);
	}
	buf_release(&copy);
	return rc < 0 ? -1 : touch(txn, fault);
}

static int
break_image(struct txn *txn, void *context, struct fault *fault)
{
	uint64_t key[2] = { htobe64(ANN), htobe64(2) };
	struct buf copy = BUF_EMPTY;
	struct view image;
	int rc = -1;

	(void)context;
	if (engine_get(txn_engine(txn), TREE_IMAGES, view_make((char *)key, sizeof(key)),
		&image, fault) == 1) {
		buf_view(&copy, image);
		copy.at[copy.len - 1] ^= 1;
		rc = engine_put(txn_engine(txn), TREE_IMAGES,
		    view_make((char *)key, sizeof(key)), buf_as_view(&copy), fault);
	}
	buf_release(&copy);
	return rc < 0 ? -1 : touch(txn, fault);
}

/* A value that no reader of files lets in. */
static int
put_bytes(struct txn *txn, void *context, struct fault *fault)
{
	struct record_form form;
	struct record old;
	bool changed;

	(void)context;
	if (txn_record(txn, CLEO, &old, fault) != 1)
		return -1;
	record_form_from(&form, old);
	record_form_set(&form, CONTACT_DESCRIPTION, VIEW("x\xff"));
	return change_update(
	    txn, &kind_contact, CLEO, old, &form, 3, CAUSE_ROW, &changed, fault);
}

/* Takes the record away and leaves what points to it. */
static int
lose_acme(struct txn *txn, void *context, struct fault *fault)
{
	struct record record;

	(void)context;
	return txn_record(txn, ACME, &record, fault) == 1
	    ? txn_remove(txn, ACME, record, fault)
	    : -1;
}

static struct index_key
email_key_of(const char *email)
{
	struct buf text = BUF_EMPTY;
	struct index_key key;

	value_index_text(&text, kind_field(&kind_contact, VIEW("email")), view_of(email));
	key = index_text_key(kind_contact.number, CONTACT_EMAIL, buf_as_view(&text));
	buf_release(&text);
	return key;
}

static int
lose_entry(struct txn *txn, void *context, struct fault *fault)
{
	(void)context;
	return index_remove(txn, email_key_of("cleo@zeta.example"), CLEO, fault) < 0
	    ? -1
	    : touch(txn, fault);
}

static int
add_entry(struct txn *txn, void *context, struct fault *fault)
{
	(void)context;
	return index_add(txn, email_key_of("dora@zeta.example"), CLEO, true, fault) < 0
	    ? -1
	    : touch(txn, fault);
}

/* Both have an external id, with all index entries. */
static int
share_id(struct txn *txn, void *context, struct fault *fault)
{
	static const struct {
		uint64_t id;
		const char *external;
	} bearers[] = { { BEA, "A-1;B-1" }, { CLEO, "B-1" } };
	struct record_form *form = malloc(sizeof(*form));
	struct record record;
	uint16_t slot;
	bool changed;
	int rc = form == NULL ||
		txn_name_slot(txn, NAME_EXT, VIEW("salesforce"), false, &slot, fault) != 1
	    ? -1
	    : 0;

	(void)context;
	for (size_t i = 0; rc == 0 && i < 2; i++) {
		rc = -1;
		if (txn_record(txn, bearers[i].id, &record, fault) != 1)
			break;
		record_form_from(form, record);
		record_form_set(form, slot, view_of(bearers[i].external));
		rc = change_update(txn, &kind_contact, bearers[i].id, record, form, 0,
		    CAUSE_ROW, &changed, fault);
	}
	free(form);
	return rc;
}

static int
lose_name(struct txn *txn, void *context, struct fault *fault)
{
	(void)context;
	return engine_delete(txn_engine(txn), TREE_NAMES, VIEW("esalesforce"), fault) < 0
	    ? -1
	    : touch(txn, fault);
}

/* A record beyond the ids that were given. */
static int
add_beyond(struct txn *txn, void *context, struct fault *fault)
{
	struct buf copy = BUF_EMPTY;
	struct record record;
	uint64_t bytes;
	int rc = -1;

	(void)context;
	if (txn_record(txn, ACME, &record, fault) == 1) {
		buf_put(&copy, record.at, record.len);
		rc = engine_put(txn_engine(txn), TREE_RECORDS, key_of(&bytes, 99),
		    buf_as_view(&copy), fault);
	}
	buf_release(&copy);
	return rc < 0 ? -1 : touch(txn, fault);
}

/* Writes a row as no run would. */
static int
put(struct txn *txn, enum tree tree, struct view key, struct view value,
    struct fault *fault)
{
	return engine_put(txn_engine(txn), tree, key, value, fault) < 0
	    ? -1
	    : touch(txn, fault);
}

/* An id that goes on behind the end of its row, and a key that is too short. */
static int
break_index_row(struct txn *txn, void *context, struct fault *fault)
{
	unsigned char key[INDEX_KEY + 8] = { 0 };

	(void)context;
	memcpy(key, email_key_of("ann@acme.example").bytes, INDEX_KEY);
	key[INDEX_KEY + 7] = ANN;
	return put(
	    txn, TREE_INDEX, view_make((char *)key, sizeof(key)), VIEW("\x85"), fault);
}

static int
shorten_index_key(struct txn *txn, void *context, struct fault *fault)
{
	(void)context;
	return put(txn, TREE_INDEX, VIEW("\xff\xff\xff"), VIEW(""), fault);
}

static int
shorten_record_key(struct txn *txn, void *context, struct fault *fault)
{
	(void)context;
	return put(txn, TREE_RECORDS, VIEW("\xff\xff"), VIEW("what"), fault);
}

static int
shorten_name(struct txn *txn, void *context, struct fault *fault)
{
	(void)context;
	return put(txn, TREE_NAMES, VIEW("#\0\x40"), VIEW("e"), fault);
}

static int
lose_log_row(struct txn *txn, void *context, struct fault *fault)
{
	uint64_t bytes;

	(void)context;
	return engine_delete(txn_engine(txn), TREE_LOG, key_of(&bytes, 1), fault) != 1
	    ? -1
	    : touch(txn, fault);
}

static int
shorten_log_row(struct txn *txn, void *context, struct fault *fault)
{
	uint64_t bytes;

	(void)context;
	return put(txn, TREE_LOG, key_of(&bytes, 1), VIEW("now"), fault);
}

static int
add_number(struct txn *txn, void *context, struct fault *fault)
{
	(void)context;
	return put(txn, TREE_META, VIEW("next_ie"), VIEW("12345678"), fault);
}

static const struct {
	const char *sentence;
	int (*work)(struct txn *txn, void *context, struct fault *fault);
	const char *says; /* findings of damage, by "; " */
} cases[] = {
	{ "a sound store", NULL, "" },
	{ "a byte of a record", break_record, "record 3: its checksum is wrong" },
	{ "a byte of a before-image", break_image,
	    "record 1: the checksum of "
	    "its before-image of revision 2 is wrong" },
	{ "a value of bytes that are no text", put_bytes,
	    "record 4: description is not UTF-8, so that a dump cannot be loaded" },
	{ "a record that is gone", lose_acme,
	    "record 3: organization refers "
	    "to record 2, which is not there; record 2: the index has an entry "
	    "by name that the record does not yield" },
	{ "an entry that is gone", lose_entry,
	    "record 4: the index has no entry by email" },
	{ "an entry too many", add_entry,
	    "record 4: the index has an entry "
	    "by email that the record does not yield" },
	{ "an external id that two have", share_id,
	    "records 3 and 4: both have the same external id" },
	{ "a name that leads nowhere", lose_name,
	    "the names of columns: slot "
	    "64 leads to no name, or not back" },
	{ "a record that was never made", add_beyond,
	    "record 99: its id is "
	    "not below the next one, 5; record 99: the index has no entry by "
	    "name" },
	{ "a row of the index cut off", break_index_row,
	    "the index: the row of record 1 is damaged" },
	{ "a key of the index too short", shorten_index_key,
	    "the index: the row of record 0 is damaged" },
	{ "a key of a record too short", shorten_record_key,
	    "a record has a key of 2 bytes, which is no id" },
	{ "a name cut off", shorten_name,
	    "the names of columns: slot 64 leads to no name, or not back; "
	    "the names of columns: slot 64 leads to no name, or not back" },
	{ "a row of the log that is gone", lose_log_row,
	    "revision 2: the log has no row between it and revision 0" },
	{ "a row of the log cut off", shorten_log_row,
	    "revision 1: its row in the log is damaged" },
	{ "a number that nobody knows", add_number,
	    "the numbers and settings of the store: next_ie is not known, or not a "
	    "number" },
};

static void
collect(void *context, enum check_level level, const char *text)
{
	struct buf *out = context;

	if (level == CHECK_NOTE)
		return;
	if (out->len > 0)
		buf_text(out, "; ");
	buf_text(out, text);
}

static void
empty_place(void)
{
	static const char *const files[] = { "data.mdb", "lock.mdb", "writer.lock" };

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		struct buf path = BUF_EMPTY;

		buf_printf(&path, "%s/%s", place, files[i]);
		unlink(buf_string(&path));
		buf_release(&path);
	}
}

static void
work(struct store *store,
    int (*change)(struct txn *txn, void *context, struct fault *fault))
{
	struct run_outcome outcome;
	struct fault fault;

	if (store_run(store, &run, change, NULL, &outcome, &fault) != 0)
		fail_msg("%s", fault.text);
	assert_int_not_equal(outcome.rev, 0);
}

static void
each_damage_is_found(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct store_options options = {
			.path = place, .write = true, .wait = 5
		};
		struct check_outcome outcome;
		struct buf says = BUF_EMPTY;
		struct store *store;
		struct txn *txn;
		struct fault fault;

		if (store_open(&store, &options, &fault) != 0)
			fail_msg("%s", fault.text);
		work(store, people);
		work(store, rename_ann);
		if (cases[i].work != NULL)
			work(store, cases[i].work);
		assert_int_equal(txn_begin(&txn, store, &fault), 0);
		if (check_store(&outcome, txn, false, collect, &says, &fault) != 0)
			fail_msg("%s: %s", cases[i].sentence, fault.text);
		if (strcmp(buf_string(&says), cases[i].says) != 0)
			fail_msg("%s: \"%s\", not \"%s\"", cases[i].sentence,
			    buf_string(&says), cases[i].says);
		assert_int_equal(outcome.damages == 0, says.len == 0);
		if (cases[i].work == NULL) {
			assert_int_equal(outcome.records, 4);
			assert_int_equal(outcome.images, 1);
			assert_int_equal(outcome.revisions, 2);
			assert_int_equal(outcome.unresolved, 1);
			assert_true(outcome.entries >= 10);
		}
		txn_end(txn);
		store_close(store);
		buf_release(&says);
		empty_place();
	}
}

static int
enter_place(void **state)
{
	(void)state;
	return mkdtemp(place) == NULL ? -1 : 0;
}

static int
leave_place(void **state)
{
	(void)state;
	return rmdir(place);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_damage_is_found),
	};

	return cmocka_run_group_tests(tests, enter_place, leave_place);
}
