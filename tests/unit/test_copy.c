/* SPDX-License-Identifier: ISC */
/*
 * Copies of a store, and its file: a copy has every entry of every tree and
 * nothing of what was erased (S5); damage stops it; a file that was cut off is
 * refused, and one that is only shorter than it might be is not (D9).
 */
#include "storing.h"

#include <sys/stat.h>

#include "model/change.h"
#include "model/past.h"
#include "rules/backup.h"
#include "rules/compact.h"
#include "rules/optout.h"
#include "store/history.h"
#include "store/nest.h"

#define PEOPLE 1000
#define LOST   500 /* who is erased */

static const char marker[] = "Wilhelmina-Zyxwv";

static const char *
below(const char *name)
{
	static char full[192];

	snprintf(full, sizeof(full), "%s/%s", storing_place, name);
	return full;
}

static int
create_people(struct txn *txn, void *context, struct fault *fault)
{
	struct record_form *form = malloc(sizeof(*form));
	char name[64], email[64];
	int result = 0;
	uint64_t id;
	unsigned i;

	(void)context;
	assert_non_null(form);
	for (i = 1; i <= PEOPLE && result == 0; i++) {
		record_form_clear(form);
		snprintf(name, sizeof(name), "Person%u", i);
		snprintf(email, sizeof(email), "p%u@example.com", i);
		record_form_set(form, CONTACT_FIRST_NAME,
		    i == LOST ? view_of(marker) : view_of(name));
		record_form_set(form, CONTACT_EMAIL, view_of(email));
		record_form_set(form, CONTACT_STREET,
		    i == LOST ? view_of(marker) : VIEW("1 Main Street"));
		result =
		    change_create(txn, &kind_contact, form, 0, CAUSE_ROW, &id, fault);
	}
	free(form);
	return result;
}

/* Everybody moves; so there is an image of each, of the lost one too. */
static int
move_people(struct txn *txn, void *context, struct fault *fault)
{
	struct record_form *form = malloc(sizeof(*form));
	struct record record;
	bool changed;
	int result = 0;
	uint64_t id;

	(void)context;
	assert_non_null(form);
	for (id = 1; id <= PEOPLE && result == 0; id++) {
		if (txn_record(txn, id, &record, fault) != 1) {
			result = -1;
			break;
		}
		record_form_from(form, record);
		record_form_set(form, CONTACT_STREET, VIEW("2 Side Street"));
		result = change_update(
		    txn, &kind_contact, id, record, form, 0, CAUSE_ROW, &changed, fault);
	}
	free(form);
	return result;
}

static int
erase_one(struct txn *txn, void *context, struct fault *fault)
{
	struct record record;

	(void)context;
	if (txn_record(txn, LOST, &record, fault) != 1 ||
	    change_remove(txn, &kind_contact, LOST, record, CAUSE_ROW, fault) != 0)
		return -1;
	return history_erase(txn, LOST, fault);
}

static int
write_little(struct txn *txn, void *context, struct fault *fault)
{
	return txn_set(txn, "timezone", view_of(context), fault);
}

/* How often the file of the store has the marker in it. */
static unsigned
hits(const char *name)
{
	FILE *file = fopen(below(name), "rb");
	unsigned count = 0;
	char *bytes, *at;
	struct stat st;

	if (file == NULL)
		return 0;
	assert_int_equal(fstat(fileno(file), &st), 0);
	bytes = malloc((size_t)st.st_size + 1);
	assert_non_null(bytes);
	assert_int_equal(fread(bytes, 1, (size_t)st.st_size, file), (size_t)st.st_size);
	for (at = bytes; (at = memmem(at, (size_t)(bytes + st.st_size - at), marker,
			      sizeof(marker) - 1)) != NULL;
	     at++)
		count++;
	free(bytes);
	fclose(file);
	return count;
}

static void
close_store(void)
{
	store_close(storing_store);
	storing_store = NULL;
}

static void
open_alone(void)
{
	const struct store_options options = { .path = storing_place, .alone = true };
	struct fault fault;

	must(store_open(&storing_store, &options, &fault), &fault);
}

static void
compact(void)
{
	struct compacted compacted;
	struct fault fault;

	close_store();
	open_alone();
	must(compact_store(&compacted, storing_store, &fault), &fault);
	assert_true(compacted.after <= compacted.before);
	close_store();
}

/* S5: three commits later the erased one still lies in the file; after
 * compacting nowhere. */
static void
who_was_erased_is_gone_after_compacting(void **state)
{
	(void)state;
	storing_run(create_people, NULL);
	storing_run(move_people, NULL);
	storing_run(erase_one, NULL);
	storing_run(write_little, (char[]){ "+01:00" });
	storing_run(write_little, (char[]){ "+02:00" });
	assert_true(hits("data.mdb") > 0);
	compact();
	assert_int_equal(hits("data.mdb"), 0);
	assert_int_equal(hits("lock.mdb"), 0);
	storing_open(true, 1);
	assert_int_equal(hits("data.mdb"), 0);
}

/* All entries of one tree, one behind the other. */
static void
read_tree(struct buf *out, struct txn *txn, enum tree tree)
{
	struct engine_cursor *cursor;
	struct view key = { NULL, 0 }, value;
	struct fault fault;
	int found;

	must(engine_cursor_open(&cursor, txn_engine(txn), tree, &fault), &fault);
	for (found = engine_first(cursor, &key, &value, &fault); found == 1;
	     found = engine_next(cursor, &key, &value, &fault)) {
		buf_number(out, key.len);
		buf_char(out, ':');
		buf_view(out, key);
		buf_number(out, value.len);
		buf_char(out, ':');
		buf_view(out, value);
	}
	must(found, &fault);
	engine_cursor_close(cursor);
}

static struct store *
open_copy(const char *path)
{
	const struct store_options options = { .path = path };
	struct store *copy;
	struct fault fault;

	must(store_open(&copy, &options, &fault), &fault);
	return copy;
}

static void
a_copy_has_every_entry(void **state)
{
	struct nest nest;
	struct copied copied;
	struct fault fault;
	struct store *copy;
	struct txn *txn, *other;
	enum tree tree;

	(void)state;
	storing_run(create_people, NULL);
	storing_run(move_people, NULL);
	storing_run(write_little, (char[]){ "+01:00" });
	must(nest_open(&nest, storing_place, "compact", &fault), &fault);
	txn = storing_read();
	must(copy_store(&copied, txn, nest.path, 0, &fault), &fault);
	assert_int_equal(copied.records, PEOPLE);
	assert_int_equal(copied.rev, 3);
	/* The setting had a value before, too: none. */
	assert_int_equal(copied.images, PEOPLE + 1);
	copy = open_copy(nest.path);
	must(txn_begin(&other, copy, &fault), &fault);
	for (tree = TREE_META; tree < TREES; tree++) {
		struct buf here = BUF_EMPTY, there = BUF_EMPTY;

		read_tree(&here, txn, tree);
		read_tree(&there, other, tree);
		assert_true(here.len > 0 || tree == TREE_NAMES);
		assert_true(view_equal(buf_as_view(&here), buf_as_view(&there)));
		buf_release(&here);
		buf_release(&there);
	}
	txn_end(other);
	txn_end(txn);
	store_close(copy);
	nest_close(&nest);
}

static void
ids_of_a_copy_begin_where_they_are_told(void **state)
{
	struct nest nest;
	struct copied copied;
	struct fault fault;
	struct store *copy;
	struct txn *txn;

	(void)state;
	storing_run(create_people, NULL);
	must(nest_open(&nest, storing_place, "compact", &fault), &fault);
	txn = storing_read();
	must(copy_store(&copied, txn, nest.path, 5000, &fault), &fault);
	txn_end(txn);
	copy = open_copy(nest.path);
	must(txn_begin(&txn, copy, &fault), &fault);
	assert_int_equal(txn_next_id(txn), 5000);
	txn_end(txn);
	store_close(copy);
	nest_close(&nest);
}

static int
break_record(struct txn *txn, void *context, struct fault *fault)
{
	const unsigned char key[8] = { [7] = LOST & 0xff, [6] = LOST >> 8 };
	struct buf copy = BUF_EMPTY;
	struct record record;
	int rc = -1;

	if (txn_record(txn, LOST, &record, fault) == 1) {
		buf_put(&copy, record.at, record.len);
		copy.at[copy.len - 1] ^= 1;
		rc = engine_put(txn_engine(txn), TREE_RECORDS,
		    view_make((const char *)key, 8), buf_as_view(&copy), fault);
	}
	buf_release(&copy);
	return rc == 0 ? write_little(txn, context, fault) : -1;
}

/* Nothing takes the place of anything when a record is damaged. */
static void
damage_is_not_copied(void **state)
{
	struct compacted compacted;
	struct backup backup;
	char target[160];
	struct fault fault;
	struct stat before, after;

	(void)state;
	storing_run(create_people, NULL);
	storing_run(break_record, (char[]){ "+01:00" });
	snprintf(target, sizeof(target), "%s.backup", storing_place);
	assert_int_equal(backup_begin(&backup, storing_store, target, &fault), -1);
	assert_int_equal(fault.kind, FAULT_STORE);
	assert_non_null(strstr(fault.text, target));
	backup_release(&backup);
	assert_int_equal(lstat(target, &before), -1);
	close_store();
	assert_int_equal(stat(below("data.mdb"), &before), 0);
	open_alone();
	assert_int_equal(compact_store(&compacted, storing_store, &fault), -1);
	assert_int_equal(fault.kind, FAULT_STORE);
	assert_non_null(strstr(fault.text, "record 500 is damaged"));
	close_store();
	assert_int_equal(stat(below("data.mdb"), &after), 0);
	assert_int_equal(before.st_ino, after.st_ino);
}

static int
opens(struct fault *fault)
{
	const struct store_options options = { .path = storing_place };
	struct store *store;

	*fault = (struct fault){ FAULT_NONE, "" };
	if (store_open(&store, &options, fault) != 0)
		return -1;
	store_close(store);
	return 0;
}

/* Runs a command in the directory of the store. */
static void
shell(const char *command)
{
	char line[512];

	snprintf(line, sizeof(line), "cd %s && %s", storing_place, command);
	assert_int_equal(system(line), 0);
}

/* Puts the first bytes of data.mdb in its place, and it aside. */
static void
cut(off_t length)
{
	char line[200];

	snprintf(line, sizeof(line),
	    "mv data.mdb whole && head -c %lld whole >data.mdb && chmod 600 data.mdb",
	    (long long)length);
	shell(line);
}

/* D9: of a compacted file every page is in use, so every cut is one too many. */
static void
a_file_that_was_cut_off_is_refused(void **state)
{
	struct fault fault;
	struct stat st;
	off_t length;
	int i;

	(void)state;
	storing_seed();
	storing_run(create_people, NULL);
	compact();
	assert_int_equal(stat(below("data.mdb"), &st), 0);
	assert_int_equal(opens(&fault), 0);
	for (i = 0; i < 100; i++) {
		length = i == 0 ? st.st_size - 1
		    : i == 1	? 0
				: (off_t)storing_random((uint64_t)st.st_size);
		cut(length);
		if (opens(&fault) == 0)
			fail_msg("%lld of %lld bytes are taken for a store",
			    (long long)length, (long long)st.st_size);
		assert_int_equal(fault.kind, FAULT_STORE);
		shell("mv whole data.mdb");
	}
	assert_int_equal(opens(&fault), 0);
}

static int
write_much(struct txn *txn, void *context, struct fault *fault)
{
	static char much[400000];

	(void)context;
	memset(much, 'x', sizeof(much));
	return txn_set(txn, "timezone", view_make(much, sizeof(much)), fault);
}

static int
forget(struct txn *txn, void *context, struct fault *fault)
{
	struct pruned pruned = { 0, 0 };

	(void)context;
	return history_prune(txn, 2, &pruned, fault);
}

/* What the file was before the last run it is known to have been, though its
 * last pages may be in use no more (D9). */
static void
no_free_page_may_be_cut_off(void **state)
{
	struct fault fault;
	struct stat before;
	off_t length;

	(void)state;
	storing_run(write_much, NULL);
	storing_run(write_little, (char[]){ "+01:00" });
	storing_run(forget, NULL);
	assert_int_equal(stat(below("data.mdb"), &before), 0);
	storing_run(write_little, (char[]){ "+02:00" });
	close_store();
	for (length = before.st_size - 1; length > before.st_size - 40 * 4096;
	     length -= 4096) {
		cut(length);
		if (opens(&fault) == 0)
			fail_msg("%lld bytes are taken for a store that had %lld",
			    (long long)length, (long long)before.st_size);
		shell("mv whole data.mdb");
	}
	assert_int_equal(opens(&fault), 0);
}

/* Pages that a run took and gave back are never written. Such a file is made
 * long enough after the commit; where a kill came before that it is short and
 * whole. */
static void
a_file_without_its_unused_end_is_whole(void **state)
{
	struct fault fault;
	struct stat st;

	(void)state;
	storing_run(create_people, NULL);
	storing_run(move_people, NULL);
	close_store();
	assert_int_equal(stat(below("data.mdb"), &st), 0);
	/* As a meta page would say that speaks of a page more. */
	{
		FILE *file = fopen(below("data.mdb"), "r+b");
		uint64_t last;
		long at;

		assert_non_null(file);
		for (at = 0; at < 8192; at += 4096) {
			assert_int_equal(fseek(file, at + 136, SEEK_SET), 0);
			assert_int_equal(fread(&last, sizeof(last), 1, file), 1);
			last++;
			assert_int_equal(fseek(file, at + 136, SEEK_SET), 0);
			assert_int_equal(fwrite(&last, sizeof(last), 1, file), 1);
		}
		assert_int_equal(fclose(file), 0);
	}
	assert_int_equal(opens(&fault), 0);
	storing_open(true, 1);
	storing_run(write_little, (char[]){ "+01:00" });
	close_store();
	{
		struct stat longer;

		assert_int_equal(stat(below("data.mdb"), &longer), 0);
		assert_true(longer.st_size > st.st_size);
	}
	assert_int_equal(opens(&fault), 0);
}

static int
mark_people(struct txn *txn, void *context, struct fault *fault)
{
	struct record_form *form = malloc(sizeof(*form));
	struct record record;
	uint64_t id;
	bool changed;
	int result = -1;

	(void)context;
	assert_non_null(form);
	if (txn_record(txn, 7, &record, fault) == 1) {
		record_form_from(form, record);
		record_form_set(form, CONTACT_DO_NOT_EMAIL, VIEW("true"));
		record_form_set(form, CONTACT_DO_NOT_CALL, VIEW("true"));
		result = change_update(
		    txn, &kind_contact, 7, record, form, 0, CAUSE_ROW, &changed, fault);
	}
	record_form_clear(form);
	record_form_set(form, CONTACT_EMAIL, VIEW("late@example.com"));
	record_form_set(form, CONTACT_OTHER_EMAILS, VIEW("later@example.com"));
	record_form_set(form, CONTACT_DO_NOT_EMAIL, VIEW("true"));
	if (result == 0)
		result =
		    change_create(txn, &kind_contact, form, 0, CAUSE_ROW, &id, fault);
	record_form_clear(form);
	record_form_set(form, SUPPRESSION_ADDRESS, VIEW("Zoe@example.com"));
	if (result == 0)
		result =
		    change_create(txn, &kind_suppression, form, 0, CAUSE_ROW, &id, fault);
	free(form);
	return result;
}

struct carry {
	struct txn *from, *all;
	struct optouts counts;
};

static int
carry(struct txn *txn, void *context, struct fault *fault)
{
	struct carry *carry = context;

	return optout_carry(&carry->counts, txn, carry->from, carry->all, fault);
}

static void
run_in(struct store *store, struct carry *context, struct run_outcome *outcome)
{
	struct fault fault;

	must(store_run(store, storing_run_of(STORING_NOW, false), carry, context, outcome,
		 &fault),
	    &fault);
}

/* What the older state lacks is added once, and nothing the second time. */
static void
opt_outs_are_carried_over(void **state)
{
	struct store_options options = { .write = true };
	struct past past = { .deleted = true };
	struct carry context = { NULL, NULL, { 0, 0 } };
	struct run_outcome outcome;
	struct record record;
	struct copied copied;
	struct fault fault;
	struct store *copy;
	struct nest nest;
	struct txn *txn;

	(void)state;
	storing_run(create_people, NULL);
	must(nest_open(&nest, storing_place, "compact", &fault), &fault);
	txn = storing_read();
	must(copy_store(&copied, txn, nest.path, 0, &fault), &fault);
	txn_end(txn);
	storing_run(mark_people, NULL);
	options.path = nest.path;
	must(store_open(&copy, &options, &fault), &fault);
	context.from = storing_read();
	past.rev = txn_rev(context.from);
	must(past_begin(&context.all, storing_store, &past, &fault), &fault);
	run_in(copy, &context, &outcome);
	assert_int_equal(outcome.rev, 2);
	assert_int_equal(context.counts.contacts, 1);
	assert_int_equal(context.counts.suppressions, 3);
	must(txn_begin(&txn, copy, &fault), &fault);
	assert_int_equal(txn_record(txn, 7, &record, &fault), 1);
	assert_true(view_is(record_get(record, CONTACT_DO_NOT_EMAIL), "true"));
	assert_true(view_is(record_get(record, CONTACT_DO_NOT_CALL), "true"));
	assert_true(view_is(record_get(record, CONTACT_FIRST_NAME), "Person7"));
	txn_end(txn);
	run_in(copy, &context, &outcome);
	assert_int_equal(outcome.rev, 0);
	txn_end(context.all);
	txn_end(context.from);
	store_close(copy);
	nest_close(&nest);
}

/* A store that was made for a run which failed goes again; one that has been
 * used does not, nor one that is wanted empty. */
int
main(void)
{
#define CASE(test) cmocka_unit_test_setup_teardown(test, storing_begin, storing_end)
	const struct CMUnitTest tests[] = {
		CASE(who_was_erased_is_gone_after_compacting),
		CASE(a_copy_has_every_entry),
		CASE(ids_of_a_copy_begin_where_they_are_told),
		CASE(damage_is_not_copied),
		CASE(a_file_that_was_cut_off_is_refused),
		CASE(no_free_page_may_be_cut_off),
		CASE(a_file_without_its_unused_end_is_whole),
		CASE(opt_outs_are_carried_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
