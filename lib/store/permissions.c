/* SPDX-License-Identifier: ISC */
/*
 * A store is private to its owner, or shared with the one group that the file
 * `group` in it names. Only the owner can have written that file and only the
 * owner of a directory can give it to a group, so modes that were widened by
 * mistake are told from those that were meant.
 */
#include "store/permissions.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static int
refuse(struct fault *fault, const char *path, const char *why)
{
	return fault_set(fault, FAULT_PERMISSION, "%s: %s", path, why);
}

/* The number in front of the file, or what is no number at all. */
static int
parse_group(struct permissions *permissions, const char *text, const char *path,
    struct fault *fault)
{
	unsigned long long number;
	char *end;

	errno = 0;
	number = strtoull(text, &end, 10);
	if (*text < '0' || *text > '9' || errno != 0 || number >= (gid_t)-1 ||
	    (*end != ' ' && *end != '\n'))
		return fault_set(fault, FAULT_PERMISSION,
		    "%s/" PERMISSIONS_GROUP ": names no group (remove it)", path);
	permissions->shared = true;
	permissions->group = (gid_t)number;
	return 0;
}

static int
read_group(
    struct permissions *permissions, int directory, const char *path, struct fault *fault)
{
	char text[64];
	struct stat st;
	ssize_t n;
	int fd, result;

	fd = openat(
	    directory, PERMISSIONS_GROUP, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0 && errno == ENOENT)
		return 0;
	if (fd < 0 || fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) || st.st_nlink != 1 ||
	    st.st_uid != permissions->owner || (st.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
		if (fd >= 0)
			close(fd);
		return fault_set(fault, FAULT_PERMISSION,
		    "%s/" PERMISSIONS_GROUP
		    ": is not a file of the store's owner alone (remove it)",
		    path);
	}
	n = pread(fd, text, sizeof(text) - 1, 0);
	text[n < 0 ? 0 : n] = '\0';
	result = parse_group(permissions, text, path, fault);
	close(fd);
	return result;
}

int
permissions_read(struct permissions *permissions, int directory, const char *path,
    struct buf *notice, struct fault *fault)
{
	struct stat st;
	mode_t read_by;

	*permissions = (struct permissions){ .owner = (uid_t)-1 };
	if (fstat(directory, &st) != 0)
		return fault_errno(fault, errno, "%s", path);
	permissions->owner = st.st_uid;
	if (read_group(permissions, directory, path, fault) != 0)
		return -1;
	if (st.st_uid != geteuid() && !permissions->shared)
		return refuse(fault, path, "the store belongs to another user");
	if ((st.st_mode & S_IWOTH) != 0 ||
	    ((st.st_mode & S_IWGRP) != 0 && !permissions->shared))
		return refuse(fault, path,
		    permissions->shared ? "others could write the store (chmod o= it)"
					: "others could write the store (chmod 700 it)");
	if ((st.st_mode & S_IWGRP) != 0 && st.st_gid != permissions->group)
		return refuse(fault, path,
		    "another group than the one that the store is shared with could "
		    "write it (chgrp it, or chmod g-w)");
	read_by = S_IROTH | S_IXOTH;
	if (!permissions->shared)
		read_by |= S_IRGRP | S_IXGRP;
	if ((st.st_mode & read_by) != 0)
		buf_printf(notice, "%s: others can read the store (chmod %s it)", path,
		    permissions->shared ? "o=" : "700");
	return buf_check(notice, fault);
}

int
permissions_check(const struct permissions *permissions, const struct stat *st,
    const char *path, const char *name, struct fault *fault)
{
	bool others = (st->st_mode & S_IWOTH) != 0;

	if (S_ISLNK(st->st_mode))
		return fault_set(fault, FAULT_PERMISSION,
		    "%s/%s: is a link, which a store must not have", path, name);
	if (!S_ISREG(st->st_mode))
		return fault_set(
		    fault, FAULT_PERMISSION, "%s/%s: is not a regular file", path, name);
	if (st->st_nlink != 1)
		return fault_set(
		    fault, FAULT_PERMISSION, "%s/%s: has another hard link", path, name);
	/* In a shared store any of the group may have made it. */
	if (!permissions->shared)
		others = others || st->st_uid != geteuid();
	if ((st->st_mode & S_IWGRP) != 0 &&
	    (!permissions->shared || st->st_gid != permissions->group))
		others = true;
	if (others)
		return fault_set(fault, FAULT_PERMISSION,
		    "%s/%s: others could write it (chmod %s it)", path, name,
		    permissions->shared ? "o-w and chgrp" : "600");
	return 0;
}

int
permissions_check_name(const struct permissions *permissions, int directory,
    const char *path, const char *name, struct fault *fault)
{
	struct stat st;

	if (fstatat(directory, name, &st, AT_SYMLINK_NOFOLLOW) != 0) {
		if (errno == ENOENT)
			return 0;
		return fault_errno(fault, errno, "%s/%s", path, name);
	}
	return permissions_check(permissions, &st, path, name, fault) == 0 ? 1 : -1;
}

int
permissions_give(const struct permissions *permissions, int fd, const char *path,
    const char *name, struct fault *fault)
{
	mode_t mode = permissions->shared ? 0660 : 0600;
	struct stat st;

	if (fstat(fd, &st) != 0 ||
	    (permissions->shared && st.st_gid != permissions->group &&
		fchown(fd, (uid_t)-1, permissions->group) != 0) ||
	    ((st.st_mode & 07777) != mode && fchmod(fd, mode) != 0))
		return fault_errno(fault, errno, "%s/%s", path, name);
	return 0;
}

int
permissions_make(const struct permissions *permissions, int directory, const char *path,
    const char *name, struct fault *fault)
{
	char making[64];
	int fd, result = -1;

	if (faccessat(directory, name, F_OK, AT_SYMLINK_NOFOLLOW) == 0)
		return 0;
	snprintf(making, sizeof(making), ".init.%s.%ld", name, (long)getpid());
	unlinkat(directory, making, 0);
	fd = openat(
	    directory, making, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return fault_errno(fault, errno, "%s/%s", path, name);
	if (permissions_give(permissions, fd, path, name, fault) == 0) {
		result = 0;
		if (renameat2(directory, making, directory, name, RENAME_NOREPLACE) !=
			0 &&
		    errno != EEXIST)
			result = fault_errno(fault, errno, "%s/%s", path, name);
	}
	close(fd);
	unlinkat(directory, making, 0);
	return result;
}
