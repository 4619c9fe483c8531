/* SPDX-License-Identifier: ISC */
/*
 * A pipe is read to its end before anything is locked, so that a slow writer
 * at its other end holds up nobody. Nobody else can open the copy.
 */
#include "table/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define MEMORY_MAX ((off_t)64 * 1024 * 1024)
#define CHUNK	   ((size_t)128 * 1024)

static int
write_all(int fd, const char *at, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, at, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		at += n;
		len -= (size_t)n;
	}
	return 0;
}

static ssize_t
read_some(int fd, char *at, size_t room)
{
	ssize_t n;

	do
		n = read(fd, at, room);
	while (n < 0 && errno == EINTR);
	return n;
}

static const char *
directory(void)
{
	const char *name = getenv("TMPDIR");

	return name != NULL && name[0] != '\0' ? name : "/tmp";
}

/* A file that has no name, or has lost it at once. */
static int
private_file(struct fault *fault)
{
	char name[4096];
	int fd = open(directory(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

	if (fd >= 0)
		return fd;
	if (snprintf(name, sizeof(name), "%s/contact-XXXXXX", directory()) >=
	    (int)sizeof(name))
		return fault_set(fault, FAULT_SYSTEM, "the path in TMPDIR is too long");
	fd = mkostemp(name, O_CLOEXEC);
	if (fd < 0)
		return fault_errno(fault, errno, "cannot make a file in %s", directory());
	(void)unlink(name);
	return fd;
}

/* Moves what was kept in memory to a file, into which *fd turns. */
static int
move_to_file(int *fd, char *chunk, struct fault *fault)
{
	int file = private_file(fault);
	ssize_t n = 0;

	if (file < 0)
		return -1;
	if (lseek(*fd, 0, SEEK_SET) == 0)
		while ((n = read_some(*fd, chunk, CHUNK)) > 0)
			if (write_all(file, chunk, (size_t)n) < 0) {
				n = -1;
				break;
			}
	if (n < 0) {
		(void)fault_errno(fault, errno, "cannot write to %s", directory());
		(void)close(file);
		return -1;
	}
	(void)close(*fd);
	*fd = file;
	return 0;
}

static int
copy_all(int from, const char *name, int *to, struct fault *fault)
{
	char *chunk = malloc(CHUNK);
	bool in_memory = true;
	off_t total = 0;
	int result = -1;
	ssize_t n;

	if (chunk == NULL)
		return fault_memory(fault);
	while ((n = read_some(from, chunk, CHUNK)) > 0) {
		if (in_memory && total + n > MEMORY_MAX) {
			char *moving = malloc(CHUNK);
			int moved = moving == NULL ? fault_memory(fault)
						   : move_to_file(to, moving, fault);

			free(moving);
			if (moved < 0)
				goto done;
			in_memory = false;
		}
		if (write_all(*to, chunk, (size_t)n) < 0) {
			(void)fault_errno(fault, errno, "%s: cannot keep a copy in %s",
			    name, in_memory ? "memory" : directory());
			goto done;
		}
		total += n;
	}
	if (n < 0)
		(void)fault_errno(fault, errno, "%s", name);
	else if (lseek(*to, 0, SEEK_SET) < 0)
		(void)fault_errno(fault, errno, "%s", name);
	else
		result = 0;
done:
	free(chunk);
	return result;
}

int
spool_input(int fd, const char *name, int *seekable, struct fault *fault)
{
	struct stat st;

	*seekable = -1;
	if (fstat(fd, &st) < 0)
		return fault_errno(fault, errno, "%s", name);
	if (S_ISDIR(st.st_mode))
		return fault_set(fault, FAULT_INPUT, "%s: is a directory", name);
	if (S_ISREG(st.st_mode)) {
		*seekable = fcntl(fd, F_DUPFD_CLOEXEC, 3);
		return *seekable < 0 ? fault_errno(fault, errno, "%s", name) : 0;
	}
	*seekable = memfd_create("input", MFD_CLOEXEC);
	if (*seekable < 0)
		return fault_errno(fault, errno, "%s", name);
	if (copy_all(fd, name, seekable, fault) < 0) {
		(void)close(*seekable);
		*seekable = -1;
		return -1;
	}
	return 0;
}
