/* SPDX-License-Identifier: ISC */
/*
 * Everything is asked of the opened directory (openat, fstatat without
 * following links), so that nobody can swap a name between check and use. A
 * store is born whole: it is built in .init.XXXXXX beside and renamed.
 */
#include "store/directory.h"

#include <sys/stat.h>
#include <sys/vfs.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "store/lock.h"
#include "store/nest.h"

static int
refuse(struct fault *fault, const char *path, const char *why)
{
	return fault_set(fault, FAULT_PERMISSION, "%s: %s", path, why);
}

/* Locks of network file systems do not keep LMDB's promises. */
static int
check_file_system(
    const struct directory *directory, const char *path, struct fault *fault)
{
	static const unsigned long remote[] = {
		0x6969 /* NFS */, 0xff534d42 /* CIFS */, 0xfe534d42 /* SMB2 */,
		0x517b /* SMB */, 0x01021997 /* 9P */, 0x65735546 /* FUSE */,
		0x5346414f /* AFS */, 0x00c36400 /* CEPH */
	};
	struct statfs fs;
	size_t i;

	if (fstatfs(directory->fd, &fs) != 0)
		return fault_errno(fault, errno, "%s", path);
	for (i = 0; i < sizeof(remote) / sizeof(remote[0]); i++)
		if ((unsigned long)fs.f_type == remote[i] &&
		    secure_getenv("CONTACT_UNSAFE_FS") == NULL)
			return fault_set(fault, FAULT_STORE,
			    "%s: on a remote "
			    "file system, whose locks cannot be relied upon "
			    "(CONTACT_UNSAFE_FS=1 takes the risk)",
			    path);
	return 0;
}

/* The two meta pages say what made the file; LMDB would take an empty file for
 * a new store and report a foreign one badly. */
static int
check_content(const struct directory *directory, const char *path, struct fault *fault)
{
	static const unsigned char magic[4] = { 0xde, 0xc0, 0xef, 0xbe };
	unsigned char head[24];
	struct stat st;
	ssize_t n;
	int fd;

	fd = openat(
	    directory->fd, "data.mdb", O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0) {
		if (errno == EACCES)
			return fault_set(fault, FAULT_PERMISSION,
			    "%s/data.mdb: permission denied", path);
		return fault_errno(fault, errno, "%s/data.mdb", path);
	}
	n = pread(fd, head, sizeof(head), 0);
	if (fstat(fd, &st) != 0)
		st.st_size = 0;
	close(fd);
	if (n == 0)
		return fault_set(fault, FAULT_STORE,
		    "%s/data.mdb: is empty, "
		    "so it is no contact store",
		    path);
	if (n != (ssize_t)sizeof(head) || memcmp(head + 16, magic, 4) != 0 ||
	    head[20] != 1)
		return fault_set(
		    fault, FAULT_STORE, "%s/data.mdb: is not a contact store", path);
	if (st.st_size < 8192)
		return fault_set(fault, FAULT_STORE, "%s/data.mdb: is cut off", path);
	return 0;
}

/* Puts the name of what was made on the disk. */
static bool
sync_parent(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *parent = slash == NULL ? strdup(".")
	    : slash == path	     ? strdup("/")
				     : strndup(path, (size_t)(slash - path));
	int fd = parent == NULL ? -1 : open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool done = fd >= 0 && fsync(fd) == 0;

	if (fd >= 0)
		close(fd);
	free(parent);
	return done;
}

/* mkdir with mode 0700; false with errno. */
static bool
make_one(const char *path)
{
	return mkdir(path, 0700) == 0 ? sync_parent(path) : errno == EEXIST;
}

/* mkdir -p; false with errno. */
static bool
make_path(const char *path)
{
	char *copy = strdup(path), *at;
	bool made = true;
	size_t len;

	if (copy == NULL)
		return false;
	for (len = strlen(copy); len > 1 && copy[len - 1] == '/'; len--)
		copy[len - 1] = '\0';
	for (at = copy + 1; made && *at != '\0'; at++) {
		if (*at != '/')
			continue;
		*at = '\0';
		made = make_one(copy);
		*at = '/';
	}
	if (made)
		made = make_one(copy);
	free(copy);
	return made;
}

/* Whether nothing is in the directory but what a creation that was killed
 * left behind. */
static int
check_empty(const struct directory *directory, const char *path, struct fault *fault)
{
	struct dirent *entry;
	const char *name;
	DIR *dir;
	int fd, result = 0;

	fd = openat(directory->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || (dir = fdopendir(fd)) == NULL) {
		if (fd >= 0)
			close(fd);
		return fault_errno(fault, errno, "%s", path);
	}
	while (result == 0 && (entry = readdir(dir)) != NULL) {
		name = entry->d_name;
		if (strcmp(name, ".") != 0 && strcmp(name, "..") != 0 &&
		    strncmp(name, ".init.", 6) != 0 && strcmp(name, "data.mdb") != 0 &&
		    strcmp(name, "lock.mdb") != 0 && strcmp(name, "writer.lock") != 0 &&
		    strcmp(name, "sender.lock") != 0 && strcmp(name, "alone.lock") != 0)
			result = fault_set(fault, FAULT_STORE,
			    "%s: holds "
			    "other files and no store",
			    path);
	}
	closedir(dir);
	return result;
}

static int
create(struct directory *directory, const struct directory_options *options,
    struct fault *fault)
{
	const char *path = options->path;
	struct buf from = BUF_EMPTY;
	struct nest nest = NEST_CLOSED;
	int result = -1;

	if (check_empty(directory, path, fault) != 0 ||
	    nest_open(&nest, path, "init", fault) != 0)
		return -1;
	buf_printf(&from, "%s/data.mdb", nest.name);
	if (buf_check(&from, fault) == 0)
		result = options->make(nest.path, fault);
	if (result == 0) {
		directory->created =
		    renameat2(directory->fd, buf_string(&from), directory->fd, "data.mdb",
			RENAME_NOREPLACE) == 0;
		/* Whoever comes second keeps the store that the first one
		 * made. */
		if (!directory->created && errno != EEXIST)
			result = fault_errno(fault, errno, "%s/data.mdb", path);
	}
	nest_close(&nest);
	nest_tidy(directory->fd, "init", false);
	if (result == 0 && fsync(directory->fd) != 0)
		result = fault_errno(fault, errno, "%s", path);
	buf_release(&from);
	return result;
}

/* The path without slashes at its end, which would make the kernel follow a
 * link. The caller frees it. */
static char *
bare_path(const char *path)
{
	size_t len = strlen(path);

	while (len > 1 && path[len - 1] == '/')
		len--;
	return strndup(path, len);
}

/* Opens path itself, never what a link leads to. */
static int
open_itself(struct directory *directory, const char *path, struct fault *fault)
{
	char *bare = bare_path(path);
	struct stat st;
	bool link;
	int error;

	if (bare == NULL)
		return fault_memory(fault);
	directory->fd = open(bare, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	error = errno;
	link = directory->fd < 0 && lstat(bare, &st) == 0 && S_ISLNK(st.st_mode);
	free(bare);
	if (directory->fd >= 0)
		return 0;
	if (link)
		return refuse(
		    fault, path, "is a link, through which a store is not opened");
	if (error == ENOENT)
		return fault_set(fault, FAULT_STORE, "no store at %s", path);
	if (error == ENOTDIR)
		return fault_set(fault, FAULT_STORE,
		    "%s: is not a "
		    "directory, so it is no store",
		    path);
	if (error == EACCES)
		return refuse(fault, path, "permission denied");
	return fault_errno(fault, error, "%s", path);
}

/* Whether the path still leads to the directory that was opened. */
static bool
still_leads(const struct directory *directory, const char *path)
{
	char *bare = bare_path(path);
	struct stat at_path, opened;
	bool leads = bare != NULL && lstat(bare, &at_path) == 0 &&
	    fstat(directory->fd, &opened) == 0 && at_path.st_dev == opened.st_dev &&
	    at_path.st_ino == opened.st_ino;

	free(bare);
	return leads;
}

static int
ask_permissions(struct directory *directory, const char *path, struct fault *fault)
{
	struct buf notice = BUF_EMPTY;
	int rc = permissions_read(
	    &directory->permissions, directory->fd, path, &notice, fault);

	free(directory->notice);
	directory->notice = NULL;
	if (rc == 0 && notice.len > 0 &&
	    (directory->notice = strdup(buf_string(&notice))) == NULL)
		rc = fault_memory(fault);
	buf_release(&notice);
	return rc;
}

/* Opens and locks the directory, made if need be. */
static int
enter(struct directory *directory, const struct directory_options *options,
    struct lock_wait *wait, struct fault *fault)
{
	const char *path = options->path;
	if (options->create && !make_path(path) && errno != ENOTDIR)
		return errno == EACCES ? refuse(fault, path, "permission denied")
				       : fault_errno(fault, errno, "%s", path);
	if (open_itself(directory, path, fault) != 0)
		return -1;
	if (ask_permissions(directory, path, fault) != 0 ||
	    check_file_system(directory, path, fault) != 0)
		return -1;
	if ((options->alone ? lock_alone : lock_shared)(directory, path, wait, fault) !=
	    0)
		return -1;
	/* While it waited, the store may have been shared, or taken back. */
	return ask_permissions(directory, path, fault);
}

int
directory_open(struct directory *directory, const struct directory_options *options,
    struct fault *fault)
{
	struct lock_wait wait = lock_wait_begin(options->wait);
	const char *path = options->path;
	int there;

	*directory = DIRECTORY_CLOSED;
	/* While it waited, another directory may have taken the place of the
	 * one that was opened, or it may have been removed. */
	for (;;) {
		if (enter(directory, options, &wait, fault) != 0)
			return -1;
		if (still_leads(directory, path))
			break;
		directory_close(directory);
	}
	there = permissions_check_name(
	    &directory->permissions, directory->fd, path, "data.mdb", fault);
	if (there < 0 ||
	    permissions_check_name(
		&directory->permissions, directory->fd, path, "lock.mdb", fault) < 0)
		return -1;
	if (!there && !options->create)
		return fault_set(fault, FAULT_STORE, "no store at %s", path);
	if (!there && create(directory, options, fault) != 0)
		return -1;
	if (directory->permissions.shared &&
	    permissions_make(
		&directory->permissions, directory->fd, path, "lock.mdb", fault) != 0)
		return -1;
	return check_content(directory, path, fault);
}

void
directory_close(struct directory *directory)
{
	lock_writer_end(directory);
	lock_sender_end(directory);
	lock_release(directory);
	if (directory->fd >= 0)
		close(directory->fd);
	free(directory->notice);
	*directory = DIRECTORY_CLOSED;
}
