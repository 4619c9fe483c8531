/* SPDX-License-Identifier: ISC */
/*
 * What is taken for a store and what is refused (S2, D10). A case lays
 * something in the way by a few words, opens it for reading and for writing
 * and looks that nothing was changed by a refusal.
 */
#include "storing.h"

#include <lmdb.h>
#include <sys/stat.h>

static char path[128];

static const char *
below(const char *name)
{
	static char full[384];

	snprintf(full, sizeof(full), "%s/%s", path, name);
	return full;
}

static void
write_file(const char *name, const void *bytes, size_t len)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, len), len);
	close(fd);
}

static int
do_nothing(struct txn *txn, void *context, struct fault *fault)
{
	(void)context;
	return txn_set(txn, "made", VIEW("yes"), fault);
}

static void
make_store(void)
{
	snprintf(storing_place, sizeof(storing_place), "%s", path);
	storing_open(true, 5);
	storing_run(do_nothing, NULL);
	store_close(storing_store);
	storing_store = NULL;
}

static void
lay_nothing(void)
{
}

static void
lay_empty(void)
{
	assert_int_equal(mkdir(path, 0700), 0);
}

static void
lay_file(void)
{
	write_file(path, "a letter", 8);
}

static void
lay_fifo(void)
{
	assert_int_equal(mkfifo(path, 0600), 0);
}

static void
lay_foreign_file(void)
{
	lay_empty();
	write_file(below("letter.txt"), "a letter", 8);
}

static void
lay_empty_data(void)
{
	lay_empty();
	write_file(below("data.mdb"), "", 0);
}

static void
lay_text_as_data(void)
{
	static const char text[9000] = "this is a letter and no data of ours";

	lay_empty();
	write_file(below("data.mdb"), text, sizeof(text));
}

static void
lay_link(void)
{
	make_store();
	assert_int_equal(rename(path, "away"), 0);
	assert_int_equal(symlink("away", path), 0);
}

static void
lay_link_and_name_it_with_a_slash(void)
{
	lay_link();
	strcat(path, "/");
}

static void
lay_dangling_link(void)
{
	assert_int_equal(symlink("nowhere", path), 0);
}

static void
lay_linked_data(void)
{
	make_store();
	assert_int_equal(rename(below("data.mdb"), "away"), 0);
	assert_int_equal(symlink("../away", below("data.mdb")), 0);
}

static void
lay_dangling_data(void)
{
	lay_empty();
	assert_int_equal(symlink("../away", below("data.mdb")), 0);
}

static void
lay_linked_lock(void)
{
	make_store();
	assert_int_equal(rename(below("lock.mdb"), "away"), 0);
	assert_int_equal(symlink("../away", below("lock.mdb")), 0);
}

static void
lay_second_name(void)
{
	make_store();
	assert_int_equal(link(below("data.mdb"), "away"), 0);
}

static void
lay_data_fifo(void)
{
	lay_empty();
	assert_int_equal(mkfifo(below("data.mdb"), 0600), 0);
}

static void
lay_data_directory(void)
{
	lay_empty();
	assert_int_equal(mkdir(below("data.mdb"), 0700), 0);
}

static void
lay_open_to_the_group(void)
{
	make_store();
	assert_int_equal(chmod(path, 0770), 0);
}

static void
lay_open_to_the_world(void)
{
	make_store();
	assert_int_equal(chmod(path, 0707), 0);
}

static void
lay_data_open_to_the_group(void)
{
	make_store();
	assert_int_equal(chmod(below("data.mdb"), 0660), 0);
}

static void
lay_lock_open_to_the_world(void)
{
	make_store();
	assert_int_equal(chmod(below("lock.mdb"), 0602), 0);
}

static void
lay_cut_off(void)
{
	make_store();
	assert_int_equal(truncate(below("data.mdb"), 4096), 0);
}

/* A store of another program with the same engine: trees, and what "format"
 * says in "meta". */
static void
lay_lmdb(const char *tree, const char *format)
{
	MDB_env *env;
	MDB_txn *txn;
	MDB_dbi dbi;
	MDB_val key = { 6, (void *)(uintptr_t) "format" };
	MDB_val value = { strlen(format), (void *)(uintptr_t)format };
	static const char *const trees[] = { "meta", "names", "records", "index", "log",
		"images" };

	lay_empty();
	assert_int_equal(mdb_env_create(&env), 0);
	assert_int_equal(mdb_env_set_maxdbs(env, 9), 0);
	assert_int_equal(mdb_env_open(env, path, 0, 0600), 0);
	assert_int_equal(mdb_txn_begin(env, NULL, 0, &txn), 0);
	for (size_t i = 0; tree == NULL && i < COUNT(trees); i++)
		assert_int_equal(mdb_dbi_open(txn, trees[i], MDB_CREATE, &dbi), 0);
	assert_int_equal(
	    mdb_dbi_open(txn, tree == NULL ? "meta" : tree, MDB_CREATE, &dbi), 0);
	if (value.mv_size > 0)
		assert_int_equal(mdb_put(txn, dbi, &key, &value, 0), 0);
	assert_int_equal(mdb_txn_commit(txn), 0);
	mdb_env_close(env);
}

static void
lay_foreign_lmdb(void)
{
	lay_lmdb("letters", "");
}

static void
lay_lmdb_without_format(void)
{
	lay_lmdb(NULL, "");
}

static void
lay_lmdb_of_other_format(void)
{
	lay_lmdb(NULL, "letter-store 1");
}

static void
lay_newer_format(void)
{
	lay_lmdb(NULL, "contact-store 9");
}

static void
lay_store(void)
{
	make_store();
}

/* What a creation leaves behind that was killed. */
static void
lay_killed_creation(void)
{
	lay_empty();
	assert_int_equal(mkdir(below(".init.aB3xYz"), 0700), 0);
	write_file(below(".init.aB3xYz/data.mdb"), "half", 4);
	assert_int_equal(mkdir(below(".init.000000"), 0700), 0);
}

static void
lay_store_after_killed_creation(void)
{
	make_store();
	assert_int_equal(mkdir(below(".init.aB3xYz"), 0700), 0);
}

/* LMDB's own lock file may lie there before the data. */
static void
lay_lock_alone(void)
{
	lay_empty();
	write_file(below("writer.lock"), "123\n", 4);
}

#define SAME NULL

static const struct {
	const char *sentence;
	void (*lay)(void);
	enum fault_kind read, write;
	/* What the fault says; SAME: as when reading. */
	const char *reading, *writing;
} cases[] = {
	{ "nothing", lay_nothing, FAULT_STORE, FAULT_NONE, "no store at", "" },
	{ "an empty directory", lay_empty, FAULT_STORE, FAULT_NONE, "no store at", "" },
	{ "a store", lay_store, FAULT_NONE, FAULT_NONE, "", "" },
	{ "what a killed creation left", lay_killed_creation, FAULT_STORE, FAULT_NONE,
	    "no store at", "" },
	{ "a store, and what a killed creation left", lay_store_after_killed_creation,
	    FAULT_NONE, FAULT_NONE, "", "" },
	{ "a lock without a store", lay_lock_alone, FAULT_STORE, FAULT_NONE,
	    "no store at", "" },
	{ "a file", lay_file, FAULT_STORE, FAULT_STORE,
	    "is not a directory, so it is no store", SAME },
	{ "a FIFO", lay_fifo, FAULT_STORE, FAULT_STORE,
	    "is not a directory, so it is no store", SAME },
	{ "a directory of other files", lay_foreign_file, FAULT_STORE, FAULT_STORE,
	    "no store at", "holds other files and no store" },
	{ "an empty data.mdb", lay_empty_data, FAULT_STORE, FAULT_STORE,
	    "data.mdb: is empty, so it is no contact store", SAME },
	{ "a text as data.mdb", lay_text_as_data, FAULT_STORE, FAULT_STORE,
	    "data.mdb: is not a contact store", SAME },
	{ "half of the first pages", lay_cut_off, FAULT_STORE, FAULT_STORE,
	    "data.mdb: is cut off", SAME },
	{ "a link to a store", lay_link, FAULT_PERMISSION, FAULT_PERMISSION,
	    "is a link, through which a store is not opened", SAME },
	{ "a link with a slash behind", lay_link_and_name_it_with_a_slash,
	    FAULT_PERMISSION, FAULT_PERMISSION,
	    "is a link, through which a store is not opened", SAME },
	{ "a link to nothing", lay_dangling_link, FAULT_PERMISSION, FAULT_PERMISSION,
	    "is a link, through which a store is not opened", SAME },
	{ "data.mdb as a link", lay_linked_data, FAULT_PERMISSION, FAULT_PERMISSION,
	    "data.mdb: is a link, which a store must not have", SAME },
	{ "data.mdb as a link to nothing", lay_dangling_data, FAULT_PERMISSION,
	    FAULT_PERMISSION, "data.mdb: is a link, which a store must not have", SAME },
	{ "lock.mdb as a link", lay_linked_lock, FAULT_PERMISSION, FAULT_PERMISSION,
	    "lock.mdb: is a link, which a store must not have", SAME },
	{ "data.mdb under a second name", lay_second_name, FAULT_PERMISSION,
	    FAULT_PERMISSION, "data.mdb: has another hard link", SAME },
	{ "data.mdb as a FIFO", lay_data_fifo, FAULT_PERMISSION, FAULT_PERMISSION,
	    "data.mdb: is not a regular file", SAME },
	{ "data.mdb as a directory", lay_data_directory, FAULT_PERMISSION,
	    FAULT_PERMISSION, "data.mdb: is not a regular file", SAME },
	{ "a directory that the group can write", lay_open_to_the_group, FAULT_PERMISSION,
	    FAULT_PERMISSION, "others could write the store (chmod 700 it)", SAME },
	{ "a directory that all can write", lay_open_to_the_world, FAULT_PERMISSION,
	    FAULT_PERMISSION, "others could write the store (chmod 700 it)", SAME },
	{ "a data.mdb that the group can write", lay_data_open_to_the_group,
	    FAULT_PERMISSION, FAULT_PERMISSION,
	    "data.mdb: others could write it (chmod 600 it)", SAME },
	{ "a lock.mdb that all can write", lay_lock_open_to_the_world, FAULT_PERMISSION,
	    FAULT_PERMISSION, "lock.mdb: others could write it (chmod 600 it)", SAME },
	{ "a store of another program", lay_foreign_lmdb, FAULT_STORE, FAULT_STORE,
	    "data.mdb is not a contact store", SAME },
	{ "a store without a format", lay_lmdb_without_format, FAULT_STORE, FAULT_STORE,
	    "data.mdb is not a contact store", SAME },
	{ "a store of another format", lay_lmdb_of_other_format, FAULT_STORE, FAULT_STORE,
	    "data.mdb is not a contact store (letter-store 1)", SAME },
	{ "a store of a newer format", lay_newer_format, FAULT_STORE, FAULT_STORE,
	    "the store has the format \"contact-store 9\"", SAME },
};

/* Names, kinds, modes, sizes and times of all that is there, but for the lock
 * of readers, which every opening writes. */
static void
describe(struct buf *out, int parent, const char *name)
{
	struct dirent **entries = NULL;
	struct stat st;
	int fd, n;

	assert_int_equal(fstatat(parent, name, &st, AT_SYMLINK_NOFOLLOW), 0);
	if (strcmp(name, "lock.mdb") != 0)
		buf_printf(out, "%s %o %lld %lld.%09ld\n", name, st.st_mode,
		    (long long)st.st_size,
		    S_ISDIR(st.st_mode) ? 0LL : (long long)st.st_mtim.tv_sec,
		    S_ISDIR(st.st_mode) ? 0L : st.st_mtim.tv_nsec);
	if (!S_ISDIR(st.st_mode))
		return;
	fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
	assert_true(fd >= 0);
	n = scandirat(fd, ".", &entries, NULL, alphasort);
	for (int i = 0; i < n; i++) {
		if (strcmp(entries[i]->d_name, ".") != 0 &&
		    strcmp(entries[i]->d_name, "..") != 0)
			describe(out, fd, entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
	close(fd);
}

static void
open_case(size_t i, bool write)
{
	struct store_options options = { .path = path, .write = write };
	enum fault_kind kind = write ? cases[i].write : cases[i].read;
	const char *says =
	    write && cases[i].writing != SAME ? cases[i].writing : cases[i].reading;
	struct buf before = BUF_EMPTY, after = BUF_EMPTY;
	struct fault fault = { FAULT_NONE, "" };
	struct store *store;

	describe(&before, AT_FDCWD, ".");
	if (store_open(&store, &options, &fault) == 0)
		store_close(store);
	describe(&after, AT_FDCWD, ".");
	if (fault.kind != kind || strstr(fault.text, says) == NULL)
		fail_msg("%s: \"%s\"", write ? "writing" : "reading", fault.text);
	if (kind != FAULT_NONE || !write)
		assert_string_equal(buf_string(&before), buf_string(&after));
	buf_release(&before);
	buf_release(&after);
}

static void
only_a_private_store_is_opened(void **state)
{
	char root[64];

	for (size_t i = 0; i < COUNT(cases); i++) {
		print_message("# %s\n", cases[i].sentence);
		assert_int_equal(storing_directory(state), 0);
		memcpy(root, storing_place, sizeof(root));
		assert_int_equal(chdir(root), 0);
		snprintf(path, sizeof(path), "%s/store", root);
		cases[i].lay();
		open_case(i, false);
		open_case(i, true);
		assert_int_equal(chdir("/"), 0);
		memcpy(storing_place, root, sizeof(root));
		storing_empty(AT_FDCWD, root);
		assert_int_equal(rmdir(root), 0);
	}
}

/* HS-20: readable by others is told, and works. */
static void
a_store_that_others_can_read_is_told(void **state)
{
	(void)state;
	storing_open(true, 5);
	assert_null(store_notice(storing_store));
	store_close(storing_store);
	assert_int_equal(chmod(storing_place, 0755), 0);
	storing_open(false, 5);
	assert_non_null(strstr(
	    store_notice(storing_store), "others can read the store (chmod 700 it)"));
}

static void
a_writer_lock_that_is_a_link_is_refused(void **state)
{
	struct run_outcome outcome;
	struct fault fault;
	struct stat st;

	(void)state;
	snprintf(path, sizeof(path), "%s", storing_place);
	storing_open(true, 0);
	write_file(below("victim"), "keep me", 7);
	assert_int_equal(symlink("victim", below("writer.lock")), 0);
	assert_int_equal(store_run(storing_store, storing_run_of(STORING_NOW, false),
			     do_nothing, NULL, &outcome, &fault),
	    -1);
	assert_int_equal(fault.kind, FAULT_PERMISSION);
	assert_non_null(strstr(fault.text, "writer.lock: is a link"));
	assert_int_equal(stat(below("victim"), &st), 0);
	assert_int_equal(st.st_size, 7);
}

static void
the_path_is_kept_as_it_was_given(void **state)
{
	(void)state;
	strcat(storing_place, "/a//b/");
	storing_open(true, 0);
	assert_string_equal(store_path(storing_store), storing_place);
	store_close(storing_store);
	storing_store = NULL;
	storing_empty(AT_FDCWD, storing_place);
	assert_int_equal(rmdir(storing_place), 0);
	strcpy(strstr(storing_place, "//b/"), "");
	assert_int_equal(rmdir(storing_place), 0);
	*strrchr(storing_place, '/') = '\0';
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_a_private_store_is_opened),
		cmocka_unit_test_setup_teardown(
		    a_store_that_others_can_read_is_told, storing_directory, storing_end),
		cmocka_unit_test_setup_teardown(a_writer_lock_that_is_a_link_is_refused,
		    storing_directory, storing_end),
		cmocka_unit_test_setup_teardown(
		    the_path_is_kept_as_it_was_given, storing_directory, storing_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
