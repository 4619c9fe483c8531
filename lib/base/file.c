/* SPDX-License-Identifier: ISC */
/*
 * Any file will do, also one whose length nobody knows before its end. A named pipe is
 * opened without waiting for somebody to write to it, who might never come; reading what
 * has been opened waits as ever.
 */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define CHUNK (16 * 1024)

static int
read_all(struct buf *text, int fd, const char *path, size_t most, const char *what,
    struct fault *fault)
{
	size_t start = text->len;
	ssize_t got;

	do {
		if (!buf_reserve(text, CHUNK))
			return fault_memory(fault);
		got = read(fd, text->at + text->len, CHUNK);
		if (got == -1 && errno != EINTR)
			return fault_errno(fault, errno, "%s %s", what, path);
		text->len += got > 0 ? (size_t)got : 0;
		if (text->len - start > most)
			return fault_set(fault, FAULT_USAGE, "%s %s: longer than %zu KiB",
			    what, path, most / 1024);
	} while (got != 0);
	return 0;
}

static int
read_opened(struct buf *text, int fd, const char *path, size_t most, const char *what,
    struct fault *fault)
{
	size_t start = text->len;
	struct stat st;

	if (fstat(fd, &st) == -1 || fcntl(fd, F_SETFL, O_RDONLY) == -1)
		return fault_errno(fault, errno, "%s %s", what, path);
	if (S_ISDIR(st.st_mode))
		return fault_set(fault, FAULT_USAGE, "%s %s: is a directory", what, path);
	if (read_all(text, fd, path, most, what, fault) == -1)
		return -1;
	return S_ISFIFO(st.st_mode) && text->len == start
	    ? fault_set(fault, FAULT_USAGE, "%s %s: is a pipe that nobody writes to",
		  what, path)
	    : 0;
}

int
file_read(struct buf *text, const char *path, size_t most, const char *what,
    struct fault *fault)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK), result;

	if (fd == -1)
		return fault_open(fault, FAULT_USAGE, errno, "%s %s", what, path);
	result = read_opened(text, fd, path, most, what, fault);
	close(fd);
	return result;
}
