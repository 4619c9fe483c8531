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
		if (errno == EINTR)
			continue;
		if (errno != EWOULDBLOCK)
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
		if (errno == EINTR)
			continue;
		if (errno != EWOULDBLOCK)
			return fault_errno(fault, errno, "%s/" GATE, path);
		if (!go_on(wait))
			return stays_open(path, wait, fault);
	}
	while (flock(directory->fd, LOCK_EX | LOCK_NB) != 0) {
		if (errno == EINTR)
			continue;
		if (errno != EWOULDBLOCK)
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

/* The process that holds the lock of that name, as it wrote itself down. */
static void
read_holder(const struct directory *directory, const char *name, char pid[24])
{
	int fd = openat(directory->fd, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	ssize_t n = fd < 0 ? 0 : pread(fd, pid, 23, 0);

	if (fd >= 0)
		close(fd);
	pid[n > 0 ? n : 0] = '\0';
	pid[strspn(pid, "0123456789")] = '\0';
	if (pid[0] == '\0')
		snprintf(pid, 24, "(unknown)");
}

/* Opens and locks a file of the store that one process has at a time, and writes its
 * number into it: 1; 0 when another has it for longer than wait allows; -1. */
static int
take(int *out, const struct directory *directory, const char *path, const char *name,
    struct lock_wait *wait, struct fault *fault)
{
	struct stat st;
	char pid[24];
	int fd, len;

	if (directory->permissions.shared &&
	    permissions_make(&directory->permissions, directory->fd, path, name, fault) !=
		0)
		return -1;
	/* flopenat opens again when the file was replaced meanwhile. */
	while ((fd = flopenat(directory->fd, name,
		    O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, 0600)) < 0) {
		if (errno == EINTR)
			continue;
		if (errno == ELOOP)
			return fault_set(
			    fault, FAULT_PERMISSION, "%s/%s: is a link", path, name);
		if (errno == EACCES)
			return fault_set(fault, FAULT_PERMISSION,
			    "%s/%s: permission denied", path, name);
		if (errno != EWOULDBLOCK)
			return fault_errno(fault, errno, "%s/%s", path, name);
		if (!go_on(wait))
			return 0;
	}
	if (fstat(fd, &st) != 0 ||
	    permissions_check(&directory->permissions, &st, path, name, fault) != 0) {
		close(fd);
		return fault_set(fault, FAULT_PERMISSION,
		    "%s/%s: is "
		    "not a file of this store's alone (remove it)",
		    path, name);
	}
	/* For the message of whoever waits; of no other use. */
	len = snprintf(pid, sizeof(pid), "%ld\n", (long)getpid());
	if (ftruncate(fd, 0) != 0 || pwrite(fd, pid, (size_t)len, 0) != len) {
		fault_errno(fault, errno, "%s/%s", path, name);
		close(fd);
		return -1;
	}
	*out = fd;
	return 1;
}

int
lock_writer(
    struct directory *directory, const char *path, unsigned seconds, struct fault *fault)
{
	struct lock_wait wait = lock_wait_begin(seconds);
	char pid[24];
	int taken =
	    take(&directory->writer, directory, path, "writer.lock", &wait, fault);

	if (taken != 0)
		return taken < 0 ? -1 : 0;
	read_holder(directory, "writer.lock", pid);
	return fault_set(fault, FAULT_BUSY,
	    "%s: busy: process %s has been "
	    "writing for more than %u s (--wait waits longer)",
	    path, pid, seconds);
}

void
lock_writer_end(struct directory *directory)
{
	if (directory->writer >= 0)
		close(directory->writer);
	directory->writer = -1;
}

int
lock_sender(struct directory *directory, const char *path, struct fault *fault)
{
	struct lock_wait wait = lock_wait_begin(0);
	char pid[24];
	int taken =
	    take(&directory->sender, directory, path, "sender.lock", &wait, fault);

	if (taken != 0)
		return taken < 0 ? -1 : 0;
	read_holder(directory, "sender.lock", pid);
	return fault_set(fault, FAULT_BUSY,
	    "%s: busy: process %s is sending, and one does at a time", path, pid);
}

void
lock_sender_end(struct directory *directory)
{
	if (directory->sender >= 0)
		close(directory->sender);
	directory->sender = -1;
}
