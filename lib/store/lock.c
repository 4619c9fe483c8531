/* SPDX-License-Identifier: ISC */
/*
 * Locks are those of flock(2), which go with their process. They are asked for
 * again and again rather than waited for, since waiting has to end. Whoever
 * wants a directory alone would wait for ever while others come and go, so it
 * shuts a gate first, the file alone.lock, which those who come later find
 * shut. The gate only makes them wait: what keeps the store whole is the lock
 * on the directory.
 */
#include "store/lock.h"

#include <bsd/libutil.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"

#define GATE "alone.lock"

struct lock_wait
lock_wait_begin(unsigned seconds)
{
	return (struct lock_wait){ seconds,
		clock_milliseconds() + (int64_t)seconds * 1000, 2 };
}

/* Sleeps a little, longer each time; false when the time is over. */
static bool
go_on(struct lock_wait *wait)
{
	struct timespec pause = { 0, wait->pause * 1000000L };

	if (clock_milliseconds() >= wait->until)
		return false;
	nanosleep(&pause, NULL);
	if (wait->pause < 50)
		wait->pause *= 2;
	return true;
}

/* Whether nobody is waiting for the directory alone. What is no such file is
 * no gate. */
static bool
gate_is_open(const struct directory *directory)
{
	int fd =
	    openat(directory->fd, GATE, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	bool is_open;

	if (fd < 0)
		return true;
	is_open = flock(fd, LOCK_SH | LOCK_NB) == 0 || errno != EWOULDBLOCK;
	close(fd);
	return is_open;
}

int
lock_shared(struct directory *directory, const char *path, struct lock_wait *wait,
    struct fault *fault)
{
	while (!gate_is_open(directory) || flock(directory->fd, LOCK_SH | LOCK_NB) != 0) {
		if (errno != EWOULDBLOCK && errno != EINTR)
			return fault_errno(fault, errno, "%s", path);
		if (!go_on(wait))
			return fault_set(fault, FAULT_BUSY,
			    "%s: busy: its files have been waiting to be replaced for "
			    "more than %u s (--wait waits longer)",
			    path, wait->seconds);
	}
	return 0;
}

static int
stays_open(const char *path, const struct lock_wait *wait, struct fault *fault)
{
	return fault_set(fault, FAULT_BUSY,
	    "%s: busy: other programs have had the store open for more than %u s, and "
	    "its files are only replaced when nobody has (--wait waits longer)",
	    path, wait->seconds);
}

int
lock_alone(struct directory *directory, const char *path, struct lock_wait *wait,
    struct fault *fault)
{
	if (directory->permissions.shared &&
	    permissions_make(&directory->permissions, directory->fd, path, GATE, fault) !=
		0)
		return -1;
	while (directory->gate < 0) {
		directory->gate = flopenat(directory->fd, GATE,
		    O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, 0600);
		if (directory->gate >= 0)
			break;
		if (errno != EWOULDBLOCK && errno != EINTR)
			return fault_errno(fault, errno, "%s/" GATE, path);
		if (!go_on(wait))
			return stays_open(path, wait, fault);
	}
	while (flock(directory->fd, LOCK_EX | LOCK_NB) != 0) {
		if (errno != EWOULDBLOCK && errno != EINTR)
			return fault_errno(fault, errno, "%s", path);
		if (!go_on(wait))
			return stays_open(path, wait, fault);
	}
	return 0;
}

void
lock_release(struct directory *directory)
{
	if (directory->gate >= 0) {
		unlinkat(directory->fd, GATE, 0);
		close(directory->gate);
	}
	directory->gate = -1;
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
lock_writer(
    struct directory *directory, const char *path, unsigned seconds, struct fault *fault)
{
	struct lock_wait wait = lock_wait_begin(seconds);
	struct stat st;
	char pid[24];
	int fd, len;

	if (directory->permissions.shared &&
	    permissions_make(
		&directory->permissions, directory->fd, path, "writer.lock", fault) != 0)
		return -1;
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
		if (!go_on(&wait))
			return busy(directory, path, seconds, fault);
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
lock_writer_end(struct directory *directory)
{
	if (directory->writer >= 0)
		close(directory->writer);
	directory->writer = -1;
}
