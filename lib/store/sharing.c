/* SPDX-License-Identifier: ISC */
/*
 * The order makes a kill harmless: what widens is recorded before anything is
 * opened to the group, and what narrows shuts the directory first. A directory
 * of mode 0700 is private, whatever is recorded in it.
 */
#include "store/sharing.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "store/directory.h"

/* Files that are made under this name, then take their place. */
#define UNDER_WAY ".init.share"

static const char *const locks[] = { "lock.mdb", "writer.lock", "sender.lock" };

struct change {
	struct directory directory;
	struct permissions want; /* for now: from group to group it is narrowed first */
	const char *path;
	const char *name; /* of the group */
};

static int
fail(const struct change *change, const char *name, struct fault *fault)
{
	return fault_errno(fault, errno, "%s/%s", change->path, name);
}

/* An empty file with the permissions that are wanted; -1 is a failure. */
static int
make_file(const struct change *change, struct fault *fault)
{
	int fd;

	unlinkat(change->directory.fd, UNDER_WAY, 0);
	fd = openat(change->directory.fd, UNDER_WAY,
	    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return fail(change, UNDER_WAY, fault);
	if (permissions_give(&change->want, fd, change->path, UNDER_WAY, fault) == 0)
		return fd;
	close(fd);
	unlinkat(change->directory.fd, UNDER_WAY, 0);
	return -1;
}

/* Closes the file and gives it its place; *result tells whether it is good. */
static int
place_file(
    const struct change *change, int fd, bool good, const char *name, struct fault *fault)
{
	int result = good ? 0 : -1;

	if (good &&
	    (fsync(fd) != 0 ||
		renameat(change->directory.fd, UNDER_WAY, change->directory.fd, name) !=
		    0))
		result = fail(change, name, fault);
	close(fd);
	if (result != 0)
		unlinkat(change->directory.fd, UNDER_WAY, 0);
	return result;
}

static int
record_group(const struct change *change, struct fault *fault)
{
	char text[64];
	int len, fd = make_file(change, fault);
	bool good;

	if (fd < 0)
		return -1;
	len = snprintf(text, sizeof(text), "%lu %.32s\n",
	    (unsigned long)change->want.group, change->name);
	good = fchmod(fd, 0640) == 0 && write(fd, text, (size_t)len) == len;
	if (!good)
		fail(change, PERMISSIONS_GROUP, fault);
	return place_file(change, fd, good, PERMISSIONS_GROUP, fault);
}

static int
copy_bytes(const struct change *change, int from, int to, struct fault *fault)
{
	char bytes[1 << 14];
	ssize_t n, done, written;

	while ((n = read(from, bytes, sizeof(bytes))) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		for (done = 0; done < n; done += written) {
			written = write(to, bytes + done, (size_t)(n - done));
			if (written < 0)
				return fail(change, "data.mdb", fault);
		}
		if (n < 0)
			return fail(change, "data.mdb", fault);
	}
	return 0;
}

/* The data in a file of the owner's own, which nobody else has open. */
static int
renew_data(const struct change *change, struct fault *fault)
{
	int from = openat(change->directory.fd, "data.mdb",
	    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	int to, result;

	if (from < 0)
		return fail(change, "data.mdb", fault);
	to = make_file(change, fault);
	result = to < 0 ? -1
			: place_file(change, to, copy_bytes(change, from, to, fault) == 0,
			      "data.mdb", fault);
	close(from);
	return result;
}

/* Lock files hold nothing: they are made when they are wanted. */
static int
change_files(const struct change *change, struct fault *fault)
{
	int fd, result;

	for (size_t i = 0; i < sizeof(locks) / sizeof(locks[0]); i++)
		if (unlinkat(change->directory.fd, locks[i], 0) != 0 && errno != ENOENT)
			return fail(change, locks[i], fault);
	if (!change->want.shared)
		return renew_data(change, fault);
	fd = openat(change->directory.fd, "data.mdb",
	    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return fail(change, "data.mdb", fault);
	result = permissions_give(&change->want, fd, change->path, "data.mdb", fault);
	close(fd);
	return result;
}

static int
widen(const struct change *change, struct fault *fault)
{
	int fd = change->directory.fd;

	if (record_group(change, fault) != 0 || change_files(change, fault) != 0)
		return -1;
	if (fchown(fd, (uid_t)-1, change->want.group) != 0 || fchmod(fd, 02770) != 0 ||
	    fsync(fd) != 0)
		return fail(change, ".", fault);
	return 0;
}

/* The directory's own group is of no use any more, and does no harm. */
static int
narrow(const struct change *change, struct fault *fault)
{
	int fd = change->directory.fd;

	if (fchmod(fd, 0700) != 0)
		return fail(change, ".", fault);
	if (change_files(change, fault) != 0)
		return -1;
	if (fchown(fd, (uid_t)-1, getegid()) != 0 ||
	    unlinkat(fd, PERMISSIONS_GROUP, 0) != 0 || fsync(fd) != 0)
		return fail(change, PERMISSIONS_GROUP, fault);
	return 0;
}

/* Whether the process may give files to the group. */
static int
check_member(const struct sharing *want, const char *path, struct fault *fault)
{
	gid_t groups[1024];
	int count;

	if (geteuid() == 0 || want->group == getegid())
		return 0;
	count = getgroups(1024, groups);
	for (int i = 0; i < count; i++)
		if (groups[i] == want->group)
			return 0;
	return fault_set(fault, FAULT_PERMISSION,
	    "%s: only a member of the group %s can share a store with it", path,
	    want->name);
}

/* Whether the store is as it is wanted already. */
static bool
stands(const struct change *change, const struct sharing *want)
{
	const struct permissions *is = &change->directory.permissions;
	struct stat st;

	if (is->shared != want->shared)
		return false;
	return !is->shared ||
	    (is->group == want->group && fstat(change->directory.fd, &st) == 0 &&
		(st.st_mode & 07777) == 02770);
}

static int
apply(struct change *change, const struct sharing *want, struct fault *fault)
{
	const struct permissions *is = &change->directory.permissions;

	change->want = (struct permissions){ .owner = is->owner };
	if (is->shared && (!want->shared || is->group != want->group) &&
	    narrow(change, fault) != 0)
		return -1;
	if (!want->shared)
		return 1;
	change->want.shared = true;
	change->want.group = want->group;
	return widen(change, fault) == 0 ? 1 : -1;
}

/* Opens the directory: 1 when something is to be done. */
static int
look(struct change *change, const struct store_options *options,
    const struct sharing *want, bool alone, struct fault *fault)
{
	const struct directory_options opening = {
		.path = options->path, .wait = options->wait, .alone = alone
	};

	if (directory_open(&change->directory, &opening, fault) != 0)
		return -1;
	if (geteuid() != change->directory.permissions.owner)
		return fault_set(fault, FAULT_PERMISSION,
		    "%s: only the owner of the store may share it", options->path);
	if (stands(change, want))
		return 0;
	return want->shared && check_member(want, options->path, fault) != 0 ? -1 : 1;
}

/* What needs no change needs nobody to go. */
int
sharing_set(
    const struct store_options *options, const struct sharing *want, struct fault *fault)
{
	struct change change = { .path = options->path, .name = want->name };
	int result = look(&change, options, want, false, fault);

	directory_close(&change.directory);
	if (result == 1) {
		result = look(&change, options, want, true, fault);
		if (result == 1)
			result = apply(&change, want, fault);
		directory_close(&change.directory);
	}
	return result;
}

/* The name that was recorded behind the number. */
static void
read_name(char *name, size_t size, const struct directory *directory)
{
	char text[64] = "";
	int fd = openat(directory->fd, PERMISSIONS_GROUP,
	    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	ssize_t n = fd < 0 ? 0 : pread(fd, text, sizeof(text) - 1, 0);
	size_t at;

	if (fd >= 0)
		close(fd);
	text[n < 0 ? 0 : n] = '\0';
	at = strspn(text, "0123456789 ");
	snprintf(name, size, "%.*s", (int)strcspn(text + at, "\n"), text + at);
}

int
sharing_follow(const struct directory *directory, int successor, const char *path,
    struct fault *fault)
{
	const struct permissions *permissions = &directory->permissions;
	char name[64];
	const struct change change = { .directory = { .fd = successor },
		.want = *permissions,
		.path = path,
		.name = name };

	if (!permissions->shared)
		return 0;
	if (geteuid() != permissions->owner)
		return fault_set(fault, FAULT_PERMISSION,
		    "only the owner of a store that is shared may replace it");
	read_name(name, sizeof(name), directory);
	return widen(&change, fault);
}
