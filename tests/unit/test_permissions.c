/* SPDX-License-Identifier: ISC */
/*
 * Who may use a store, by modes and by the file `group` (S1, S2, 1.22): a table
 * of directories, and sharing with the group that every user is in. What takes
 * other users is in tests/cmd/share.bats.
 */
#include "storing.h"

#include <errno.h>
#include <sys/stat.h>

#include "store/permissions.h"
#include "store/sharing.h"

static char path[128];

static const char *
below(const char *name)
{
	static char full[384];

	snprintf(full, sizeof(full), "%s/%s", path, name);
	return full;
}

static void
record(const char *text)
{
	FILE *file = fopen(below("group"), "we");

	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(chmod(below("group"), 0640), 0);
}

/* %g is the group that the process is in. */
static void
record_group(const char *text)
{
	char full[64];
	const char *at = strstr(text, "%g");

	snprintf(full, sizeof(full), "%.*s%ld%s", (int)(at - text), text, (long)getegid(),
	    at + 2);
	record(full);
}

static const struct permissions_case {
	const char *sentence;
	const char *group; /* the text of the file; NULL for none */
	mode_t mode;
	bool refused, shared, told;
	const char *says;
} cases[] = {
	{ "private", NULL, 0700, false, false, false, "" },
	{ "readable by all", NULL, 0755, false, false, true, "chmod 700 it" },
	{ "writable by a group that nobody meant", NULL, 02770, true, false, false,
	    "others could write the store (chmod 700 it)" },
	{ "shared", "%g people\n", 02770, false, true, false, "" },
	{ "shared, number alone", "%g\n", 02770, false, true, false, "" },
	{ "shared, and shut", "%g people\n", 0700, false, true, false, "" },
	{ "shared, and open to others", "%g people\n", 02772, true, false, false,
	    "others could write the store (chmod o= it)" },
	{ "shared, and readable by others", "%g people\n", 02775, false, true, true,
	    "chmod o= it" },
	{ "shared with another group", "9%g people\n", 02770, true, false, false,
	    "another group than the one that the store is shared with" },
	{ "no number", "people\n", 0700, true, false, false, "names no group" },
	{ "a negative one", "-%g\n", 0700, true, false, false, "names no group" },
	{ "a word behind it", "%gx\n", 0700, true, false, false, "names no group" },
	{ "no group at all", "4294967295 x\n", 0700, true, false, false,
	    "names no group" },
	{ "a number too long", "99999999999999999999999 x\n", 0700, true, false, false,
	    "names no group" },
	{ "an empty file", "", 0700, true, false, false, "names no group" },
};

static void
modes_and_the_record_decide(void **state)
{
	struct permissions permissions;
	struct buf notice = BUF_EMPTY;
	struct fault fault;
	int fd, rc;

	(void)state;
	snprintf(path, sizeof(path), "%s", storing_place);
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct permissions_case *one = &cases[i];

		print_message("# %s\n", one->sentence);
		if (one->group != NULL && strstr(one->group, "%g") != NULL)
			record_group(one->group);
		else if (one->group != NULL)
			record(one->group);
		assert_int_equal(chown(path, (uid_t)-1, getegid()), 0);
		assert_int_equal(chmod(path, one->mode), 0);
		fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		assert_true(fd >= 0);
		buf_clear(&notice);
		fault = (struct fault){ FAULT_NONE, "" };
		rc = permissions_read(&permissions, fd, path, &notice, &fault);
		assert_int_equal(rc, one->refused ? -1 : 0);
		if (one->refused) {
			assert_int_equal(fault.kind, FAULT_PERMISSION);
			assert_non_null(strstr(fault.text, one->says));
		} else {
			assert_int_equal(permissions.shared, one->shared);
			assert_int_equal(notice.len > 0, one->told);
			assert_non_null(strstr(buf_string(&notice), one->says));
		}
		close(fd);
		unlink(below("group"));
	}
	assert_int_equal(chmod(path, 0700), 0);
	buf_release(&notice);
}

/* The record is believed only where it is the owner's alone. */
static void
a_record_that_others_could_have_made_is_refused(void **state)
{
	struct permissions permissions;
	struct buf notice = BUF_EMPTY;
	struct fault fault;
	int fd;

	(void)state;
	snprintf(path, sizeof(path), "%s", storing_place);
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	for (int way = 0; way < 4; way++) {
		record_group("%g people\n");
		if (way == 0)
			assert_int_equal(chmod(below("group"), 0660), 0);
		if (way == 1)
			assert_int_equal(linkat(fd, "group", fd, "again", 0), 0);
		if (way == 2) {
			assert_int_equal(renameat(fd, "group", fd, "away"), 0);
			assert_int_equal(symlink("away", below("group")), 0);
		}
		if (way == 3) {
			unlink(below("group"));
			assert_int_equal(mkfifo(below("group"), 0600), 0);
		}
		assert_int_equal(
		    permissions_read(&permissions, fd, path, &notice, &fault), -1);
		assert_int_equal(fault.kind, FAULT_PERMISSION);
		assert_non_null(strstr(fault.text,
		    "group: is not a file of the "
		    "store's owner alone"));
		unlinkat(fd, "group", 0);
		unlinkat(fd, "again", 0);
		unlinkat(fd, "away", 0);
	}
	close(fd);
	buf_release(&notice);
}

static mode_t
mode_of(const char *name)
{
	struct stat st;

	assert_int_equal(lstat(name, &st), 0);
	return st.st_mode & 07777;
}

static void
files_get_their_modes_whatever_the_umask(void **state)
{
	static const mode_t masks[] = { 0, 022, 077, 0777 };
	struct permissions permissions = { geteuid(), false, getegid() };
	struct fault fault;
	mode_t before = umask(0);
	int fd;

	(void)state;
	snprintf(path, sizeof(path), "%s", storing_place);
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	for (size_t i = 0; i < 2 * COUNT(masks); i++) {
		umask(masks[i / 2]);
		permissions.shared = i % 2 == 1;
		assert_int_equal(
		    permissions_make(&permissions, fd, path, "made", &fault), 0);
		assert_int_equal(
		    mode_of(below("made")), permissions.shared ? 0660 : 0600);
		/* One that is there is left as it is. */
		assert_int_equal(chmod(below("made"), 0400), 0);
		assert_int_equal(
		    permissions_make(&permissions, fd, path, "made", &fault), 0);
		assert_int_equal(mode_of(below("made")), 0400);
		unlinkat(fd, "made", 0);
	}
	umask(before);
	close(fd);
}

static void
expect_sharing(bool shared, int changed)
{
	const struct store_options options = { .path = storing_place };
	const struct sharing want = { shared, getegid(), "people" };
	struct fault fault;

	assert_int_equal(sharing_set(&options, &want, &fault), changed);
	assert_int_equal(mode_of(path), shared ? 02770 : 0700);
	assert_int_equal(mode_of(below("data.mdb")), shared ? 0660 : 0600);
	storing_open(true, 0);
	assert_int_equal(sharing_of(storing_store).shared, shared);
	if (shared)
		assert_int_equal(sharing_of(storing_store).group, getegid());
	assert_int_equal(mode_of(below("lock.mdb")), shared ? 0660 : 0600);
	store_close(storing_store);
	storing_store = NULL;
}

static void
a_store_is_shared_and_taken_back(void **state)
{
	struct stat before, after;

	(void)state;
	snprintf(path, sizeof(path), "%s", storing_place);
	storing_open(true, 0);
	store_close(storing_store);
	storing_store = NULL;
	expect_sharing(false, 0);
	expect_sharing(true, 1);
	expect_sharing(true, 0);
	/* A mode that was changed by hand is put right. */
	assert_int_equal(chmod(path, 0700), 0);
	expect_sharing(true, 1);
	assert_int_equal(stat(below("data.mdb"), &before), 0);
	expect_sharing(false, 1);
	/* It is another file than the one that members may have open. */
	assert_int_equal(stat(below("data.mdb"), &after), 0);
	assert_true(before.st_ino != after.st_ino);
	assert_int_equal(before.st_size, after.st_size);
	assert_int_equal(access(below("group"), F_OK), -1);
	assert_int_equal(errno, ENOENT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    modes_and_the_record_decide, storing_directory, storing_end),
		cmocka_unit_test_setup_teardown(
		    a_record_that_others_could_have_made_is_refused, storing_directory,
		    storing_end),
		cmocka_unit_test_setup_teardown(files_get_their_modes_whatever_the_umask,
		    storing_directory, storing_end),
		cmocka_unit_test_setup_teardown(
		    a_store_is_shared_and_taken_back, storing_directory, storing_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
