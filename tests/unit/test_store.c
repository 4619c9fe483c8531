/* SPDX-License-Identifier: ISC */
/*
 * Runs against a store: what is stored when, what the log knows of it, and
 * what is not touched. The map of the store is made tiny where it has to grow.
 */
#include "storing.h"

#include <sys/resource.h>
#include <sys/stat.h>

/* Bytes of address space that the process claims to have, 0: the truth. The
 * store asks for it when it chooses the size of its map. */
static rlim_t claimed;

int
getrlimit(__rlimit_resource_t resource, struct rlimit *limit)
{
	int result = prlimit(0, resource, NULL, limit);

	if (resource == RLIMIT_AS && claimed != 0)
		limit->rlim_cur = claimed;
	return result;
}

static struct buf
file_of_store(void)
{
	char path[256];
	struct buf content = BUF_EMPTY;
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "%s/data.mdb", storing_place);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	do {
		assert_true(buf_reserve(&content, 65536));
		n = read(fd, content.at + content.len, 65536);
		content.len += n > 0 ? (size_t)n : 0;
	} while (n > 0);
	close(fd);
	return content;
}

static void
put(struct txn *txn, struct view value, struct fault *fault)
{
	static struct record_form form;
	uint64_t id;

	record_form_clear(&form);
	record_form_set(&form, 1, value);
	must(txn_create(txn, 1, &form, 7, CAUSE_ROW, &id, fault), fault);
}

static int
create_one(struct txn *txn, void *context, struct fault *fault)
{
	(void)context;
	put(txn, VIEW("Ann"), fault);
	return 0;
}

static int
create_and_fail(struct txn *txn, void *context, struct fault *fault)
{
	(void)context;
	put(txn, VIEW("Bob"), fault);
	must(txn_set(txn, "name", VIEW("value"), fault), fault);
	return fault_set(fault, FAULT_CONFLICT, "the work found something");
}

/* Looks, and makes names that no record has. */
static int
only_look(struct txn *txn, void *context, struct fault *fault)
{
	struct record record;
	struct view value;
	uint16_t slot;

	(void)context;
	assert_true(txn_writes(txn));
	assert_int_equal(txn_record(txn, 1, &record, fault), 1);
	assert_int_equal(txn_record(txn, 2, &record, fault), 0);
	assert_int_equal(txn_setting(txn, "none", &value, fault), 0);
	assert_int_equal(
	    txn_name_slot(txn, NAME_ATTR, VIEW("shirt"), true, &slot, fault), 1);
	assert_false(txn_changed(txn));
	return 0;
}

static void
a_store_is_born_private_and_whole(void **state)
{
	static const mode_t masks[] = { 0, 022, 077 };
	static const char *const files[] = { "data.mdb", "lock.mdb", "writer.lock" };
	char root[64], path[128];
	struct stat st;

	(void)state;
	for (size_t i = 0; i < COUNT(masks); i++) {
		mode_t before = umask(masks[i]);
		size_t count = 0;
		struct dirent *entry;
		DIR *dir;

		assert_int_equal(storing_directory(NULL), 0);
		memcpy(root, storing_place, sizeof(root));
		strcat(storing_place, "/a/b/");
		storing_open(true, 5);
		storing_run(create_one, NULL);
		umask(before);
		dir = opendir(storing_place);
		assert_non_null(dir);
		while ((entry = readdir(dir)) != NULL)
			count += entry->d_name[0] != '.' || entry->d_name[1] == 'i';
		closedir(dir);
		assert_int_equal(count, COUNT(files));
		for (size_t j = 0; j < COUNT(files); j++) {
			snprintf(path, sizeof(path), "%s/%s", storing_place, files[j]);
			assert_int_equal(stat(path, &st), 0);
			assert_int_equal(st.st_mode, S_IFREG | 0600);
		}
		assert_int_equal(stat(storing_place, &st), 0);
		assert_int_equal(st.st_mode, S_IFDIR | 0700);
		snprintf(path, sizeof(path), "%s/a", root);
		assert_int_equal(stat(path, &st), 0);
		assert_int_equal(st.st_mode, S_IFDIR | 0700);
		assert_null(store_notice(storing_store));
		storing_end(NULL);
		assert_int_equal(rmdir(path), 0);
		assert_int_equal(rmdir(root), 0);
	}
}

static void
what_stores_nothing_changes_no_byte(void **state)
{
	static const struct {
		const char *sentence;
		int (*work)(struct txn *txn, void *context, struct fault *fault);
		bool dry;
		int result;
	} cases[] = {
		{ "a run that changes nothing", only_look, false, 0 },
		{ "a dry run", create_one, true, 0 },
		{ "a run that fails", create_and_fail, false, -1 },
		{ "a dry run that fails", create_and_fail, true, -1 },
	};
	struct buf before, after;

	(void)state;
	assert_int_equal(storing_run(create_one, NULL), 1);
	before = file_of_store();
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct run_outcome outcome = { 77, 77 };
		struct fault fault = { FAULT_NONE, "" };

		print_message("# %s\n", cases[i].sentence);
		assert_int_equal(
		    store_run(storing_store, storing_run_of(STORING_NOW, cases[i].dry),
			cases[i].work, NULL, &outcome, &fault),
		    cases[i].result);
		assert_int_equal(outcome.rev, 0);
		assert_int_equal(outcome.last, 1);
		if (cases[i].result != 0) {
			assert_int_equal(fault.kind, FAULT_CONFLICT);
			assert_string_equal(fault.text, "the work found something");
		}
		after = file_of_store();
		assert_true(view_equal(buf_as_view(&before), buf_as_view(&after)));
		buf_release(&after);
	}
	buf_release(&before);
	/* What was made in vain is not there, and its number not used up. */
	assert_int_equal(storing_run(create_one, NULL), 2);
	{
		struct txn *txn = storing_read();
		struct record record;
		struct fault fault;
		uint16_t slot;

		assert_int_equal(txn_next_id(txn), 3);
		assert_int_equal(txn_record(txn, 2, &record, &fault), 1);
		assert_true(view_is(record_get(record, 1), "Ann"));
		assert_int_equal(
		    txn_name_slot(txn, NAME_ATTR, VIEW("shirt"), false, &slot, &fault),
		    0);
		txn_end(txn);
	}
}

static int
look_at_own_revision(struct txn *txn, void *context, struct fault *fault)
{
	const int64_t *wanted = context;
	const char *who;
	int64_t time;

	assert_true(txn_now(txn) == *wanted);
	assert_string_equal(txn_who(txn), "tester");
	assert_int_equal(txn_revision(txn, txn_rev(txn), &time, &who, fault), 1);
	assert_true(time == *wanted);
	assert_string_equal(who, "tester");
	put(txn, VIEW("x"), fault);
	return 0;
}

static void
time_never_goes_back(void **state)
{
	static const int64_t clock[] = { 1000, 2000, 1500, 2000, -5, 3000 };
	static int64_t wanted[] = { 1000, 2000, 2000, 2000, 2000, 3000 };
	static const struct {
		int64_t time;
		uint64_t rev;
	} first[] = { { -9, 1 }, { 1000, 1 }, { 1001, 2 }, { 1999, 2 }, { 2000, 2 },
		{ 2001, 6 }, { 3000, 6 }, { 3001, 7 } };
	struct run_outcome outcome;
	struct fault fault;
	struct txn *txn;
	const char *who;
	uint64_t rev;
	int64_t time;

	(void)state;
	for (size_t i = 0; i < COUNT(clock); i++) {
		must(store_run(storing_store, storing_run_of(clock[i], false),
			 look_at_own_revision, &wanted[i], &outcome, &fault),
		    &fault);
		assert_int_equal(outcome.rev, i + 1);
		assert_int_equal(outcome.last, i + 1);
	}
	txn = storing_read();
	assert_int_equal(txn_rev(txn), COUNT(clock));
	assert_true(txn_now(txn) == 3000);
	for (size_t i = 0; i < COUNT(clock); i++) {
		assert_int_equal(txn_revision(txn, i + 1, &time, &who, &fault), 1);
		assert_true(time == wanted[i]);
		assert_string_equal(who, "tester");
	}
	assert_int_equal(txn_revision(txn, 0, &time, &who, &fault), 0);
	assert_int_equal(txn_revision(txn, 7, &time, &who, &fault), 0);
	for (size_t i = 0; i < COUNT(first); i++) {
		must(txn_revision_at(txn, first[i].time, &rev, &fault), &fault);
		assert_int_equal(rev, first[i].rev);
	}
	txn_end(txn);
}

/* 400 values of 100,000 bytes, and a setting that tells how often it was
 * tried. */
enum { BIG = 100000, BIGS = 400 };

static int
create_big(struct txn *txn, void *context, struct fault *fault)
{
	unsigned *calls = context;
	static char value[BIG];

	++*calls;
	assert_int_equal(txn_next_id(txn), txn_first_id(txn));
	for (unsigned i = 0; i < BIGS; i++) {
		static struct record_form form;
		uint64_t id;

		memset(value, (int)('a' + i % 26), sizeof(value));
		record_form_clear(&form);
		record_form_set(&form, 1, view_make(value, sizeof(value)));
		if (txn_create(txn, 1, &form, 0, CAUSE_ROW, &id, fault) != 0)
			return -1;
	}
	return 0;
}

static void
compare_big(uint64_t from)
{
	struct txn *txn = storing_read();
	struct record record;
	struct fault fault;

	assert_int_equal(txn_next_id(txn), from + BIGS);
	for (uint64_t i = 0; i < BIGS; i++) {
		assert_int_equal(txn_record(txn, from + i, &record, &fault), 1);
		assert_int_equal(record_get(record, 1).len, BIG);
		assert_int_equal(record_get(record, 1).at[BIG - 1], 'a' + i % 26);
	}
	txn_end(txn);
}

static void
the_map_grows_as_it_must(void **state)
{
	unsigned calls = 0;

	(void)state;
	claimed = 2 * 1024 * 1024;
	assert_int_equal(storing_begin(NULL), 0);
	assert_int_equal(storing_run(create_big, &calls), 1);
	/* From 1 MiB by doubling to beyond 40 MB. */
	assert_in_range(calls, 5, 8);
	compare_big(1);
	/* Opened again with a map as small as the file. */
	store_close(storing_store);
	storing_open(true, 5);
	calls = 0;
	assert_int_equal(storing_run(create_big, &calls), 2);
	assert_in_range(calls, 2, 3);
	compare_big(1 + BIGS);
	claimed = 0;
	storing_end(NULL);
}

struct settings {
	struct buf seen;
	unsigned stop;
};

static int
see_setting(void *context, struct view name, struct view value, struct fault *fault)
{
	struct settings *settings = context;

	buf_view(&settings->seen, name);
	buf_char(&settings->seen, '=');
	buf_view(&settings->seen, value);
	buf_char(&settings->seen, ' ');
	return settings->stop != 0 && --settings->stop == 0
	    ? fault_set(fault, FAULT_USAGE, "enough")
	    : 0;
}

static int
set_some(struct txn *txn, void *context, struct fault *fault)
{
	(void)context;
	must(txn_set(txn, "zone", VIEW("UTC"), fault), fault);
	must(txn_set(txn, "group", VIEW("staff"), fault), fault);
	must(txn_set(txn, "members", VIEW("strict"), fault), fault);
	must(txn_set(txn, "members", VIEW(""), fault), fault);
	must(txn_set(txn, "never", VIEW(""), fault), fault);
	must(txn_set(txn, "zone", VIEW("+02:00"), fault), fault);
	assert_true(txn_changed(txn));
	return 0;
}

static void
settings_are_kept_in_order(void **state)
{
	struct settings settings = { BUF_EMPTY, 0 };
	struct txn *txn;
	struct view value;
	struct fault fault;

	(void)state;
	assert_int_equal(storing_run(set_some, NULL), 1);
	txn = storing_read();
	must(txn_settings(txn, see_setting, &settings, &fault), &fault);
	assert_string_equal(buf_string(&settings.seen), "group=staff zone=+02:00 ");
	assert_int_equal(txn_setting(txn, "zone", &value, &fault), 1);
	assert_true(view_is(value, "+02:00"));
	assert_int_equal(txn_setting(txn, "members", &value, &fault), 0);
	settings.stop = 1;
	assert_int_equal(txn_settings(txn, see_setting, &settings, &fault), -1);
	assert_string_equal(fault.text, "enough");
	buf_release(&settings.seen);
	txn_end(txn);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_store_is_born_private_and_whole),
		cmocka_unit_test_setup_teardown(
		    what_stores_nothing_changes_no_byte, storing_begin, storing_end),
		cmocka_unit_test_setup_teardown(
		    time_never_goes_back, storing_begin, storing_end),
		cmocka_unit_test(the_map_grows_as_it_must),
		cmocka_unit_test_setup_teardown(
		    settings_are_kept_in_order, storing_begin, storing_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
