/* SPDX-License-Identifier: ISC */
/*
 * Everything is asked of the opened directory (openat, fstatat without
 * following links), so that nobody can swap a name between check and use. A
 * store is born whole: it is built in .init.XXXXXX beside and renamed.
 */
#include "store/directory.h"

#include <bsd/libutil.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

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
		    getenv("CONTACT_UNSAFE_FS") == NULL)
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

	fd = openat(directory->fd, "data.mdb",
	    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
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

/* mkdir -p with mode 0700; false with errno. */
static bool
make_path(const char *path)
{
	char *copy = strdup(path), *at;
	bool made = true;

	if (copy == NULL)
		return false;
	for (at = copy + 1; made && *at != '\0'; at++) {
		if (*at != '/')
			continue;
		*at = '\0';
		made = mkdir(copy, 0700) == 0 || errno == EEXIST;
		*at = '/';
	}
	if (made)
		made = mkdir(path, 0700) == 0 || errno == EEXIST;
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
		    strcmp(name, "lock.mdb") != 0 && strcmp(name, "writer.lock") != 0)
			result = fault_set(fault, FAULT_STORE,
			    "%s: holds "
			    "other files and no store",
			    path);
	}
	closedir(dir);
	return result;
}

static void
remove_nest(const struct directory *directory, const char *nest)
{
	int fd =
	    openat(directory->fd, nest, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (fd >= 0) {
		unlinkat(fd, "data.mdb", 0);
		unlinkat(fd, "lock.mdb", 0);
		close(fd);
	}
	unlinkat(directory->fd, nest, AT_REMOVEDIR);
}

static int
create(struct directory *directory, const char *path,
    int (*make)(const char *path, struct fault *fault), struct fault *fault)
{
	struct buf nest = BUF_EMPTY, from = BUF_EMPTY;
	const char *name;
	int result = -1;

	if (check_empty(directory, path, fault) != 0)
		return -1;
	buf_printf(&nest, "%s/.init.XXXXXX", path);
	if (buf_string(&nest)[0] == '\0' || buf_check(&nest, fault) != 0)
		goto done;
	if (mkdtemp(nest.at) == NULL) {
		fault_errno(fault, errno, "%s", path);
		goto done;
	}
	name = strrchr(nest.at, '/') + 1;
	buf_printf(&from, "%s/data.mdb", name);
	result = make(nest.at, fault);
	/* Whoever comes second keeps the store that the first one made. */
	if (result == 0 &&
	    renameat2(directory->fd, buf_string(&from), directory->fd, "data.mdb",
		RENAME_NOREPLACE) != 0 &&
	    errno != EEXIST)
		result = fault_errno(fault, errno, "%s/data.mdb", path);
	remove_nest(directory, name);
	if (result == 0 && fsync(directory->fd) != 0)
		result = fault_errno(fault, errno, "%s", path);
done:
	buf_release(&nest);
	buf_release(&from);
	return result;
}

/* Opens path itself, never what a link leads to: a slash at its end would make
 * the kernel follow one. */
static int
open_itself(struct directory *directory, const char *path, struct fault *fault)
{
	size_t len = strlen(path);
	struct stat st;
	char *bare;
	bool link;
	int error;

	while (len > 1 && path[len - 1] == '/')
		len--;
	bare = strndup(path, len);
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

int
directory_open(struct directory *directory, const char *path, bool may_create,
    int (*make)(const char *path, struct fault *fault), struct fault *fault)
{
	struct buf notice = BUF_EMPTY;
	int there, rc;

	*directory = (struct directory){ .fd = -1, .writer = -1 };
	if (may_create && !make_path(path) && errno != ENOTDIR)
		return errno == EACCES ? refuse(fault, path, "permission denied")
				       : fault_errno(fault, errno, "%s", path);
	if (open_itself(directory, path, fault) != 0)
		return -1;
	rc = permissions_read(
	    &directory->permissions, directory->fd, path, &notice, fault);
	if (rc == 0 && notice.len > 0 &&
	    (directory->notice = strdup(buf_string(&notice))) == NULL)
		rc = fault_memory(fault);
	buf_release(&notice);
	if (rc != 0 || check_file_system(directory, path, fault) != 0)
		return -1;
	there = permissions_check_name(
	    &directory->permissions, directory->fd, path, "data.mdb", fault);
	if (there < 0 ||
	    permissions_check_name(
		&directory->permissions, directory->fd, path, "lock.mdb", fault) < 0)
		return -1;
	if (!there && !may_create)
		return fault_set(fault, FAULT_STORE, "no store at %s", path);
	if (!there && create(directory, path, make, fault) != 0)
		return -1;
	if (check_content(directory, path, fault) != 0)
		return -1;
	/* Whoever replaces the files of the store takes this exclusively. */
	if (flock(directory->fd, LOCK_SH) != 0)
		return fault_errno(fault, errno, "%s", path);
	return 0;
}

void
directory_close(struct directory *directory)
{
	directory_unlock(directory);
	if (directory->fd >= 0)
		close(directory->fd);
	directory->fd = -1;
	free(directory->notice);
	directory->notice = NULL;
}

static int64_t
milliseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int
busy(const struct directory *directory, const char *path, unsigned wait,
    struct fault *fault)
{
	char pid[24];
	int fd = openat(directory->fd, "writer.lock", O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	ssize_t n = fd < 0 ? 0 : pread(fd, pid, sizeof(pid) - 1, 0);

	if (fd >= 0)
		close(fd);
	pid[n > 0 ? n : 0] = '\0';
	pid[strspn(pid, "0123456789")] = '\0';
	return fault_set(fault, FAULT_BUSY,
	    "%s: busy: process %s has been "
	    "writing for more than %u s (--wait waits longer)",
	    path, pid[0] == '\0' ? "(unknown)" : pid, wait);
}

int
directory_lock(
    struct directory *directory, const char *path, unsigned wait, struct fault *fault)
{
	int64_t until = milliseconds() + (int64_t)wait * 1000;
	struct timespec pause = { 0, 2 * 1000 * 1000 };
	struct stat st;
	char pid[24];
	int fd, len;

	/* flopenat opens again when the file was replaced meanwhile. */
	while ((fd = flopenat(directory->fd, "writer.lock",
		    O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, 0600)) < 0) {
		if (errno == EINTR)
			continue;
		if (errno == ELOOP)
			return fault_set(
			    fault, FAULT_PERMISSION, "%s/writer.lock: is a link", path);
		if (errno == EACCES)
			return fault_set(fault, FAULT_PERMISSION,
			    "%s/writer.lock: permission denied", path);
		if (errno != EWOULDBLOCK)
			return fault_errno(fault, errno, "%s/writer.lock", path);
		if (milliseconds() >= until)
			return busy(directory, path, wait, fault);
		nanosleep(&pause, NULL);
		if (pause.tv_nsec < 50 * 1000 * 1000)
			pause.tv_nsec *= 2;
	}
	if (fstat(fd, &st) != 0 ||
	    permissions_check(&directory->permissions, &st, path, "writer.lock", fault) !=
		0) {
		close(fd);
		return fault_set(fault, FAULT_PERMISSION,
		    "%s/writer.lock: is "
		    "not a file of this store's alone (remove it)",
		    path);
	}
	/* For the message of whoever waits; of no other use. */
	len = snprintf(pid, sizeof(pid), "%ld\n", (long)getpid());
	if (ftruncate(fd, 0) != 0 || pwrite(fd, pid, (size_t)len, 0) != len) {
		fault_errno(fault, errno, "%s/writer.lock", path);
		close(fd);
		return -1;
	}
	directory->writer = fd;
	return 0;
}

void
directory_unlock(struct directory *directory)
{
	if (directory->writer >= 0)
		close(directory->writer);
	directory->writer = -1;
}
