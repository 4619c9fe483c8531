/* SPDX-License-Identifier: ISC */
/*
 * The file is made beside the one that it replaces, whose name it gets at the end; of
 * a link the file that it leads to is replaced, as `> FILE` would.
 */
#include "cli/outfile.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/sink.h"
#include "cli/target.h"

int
outfile_check(const char *option, const char *path, const struct command *command,
    struct fault *fault)
{
	if (*path == '\0')
		return fault_set(fault, FAULT_USAGE, "--%s: FILE is empty", option);
	if (strcmp(path, "-") != 0 && target_in_store(path, command->store_path))
		return fault_set(
		    fault, FAULT_USAGE, "--%s: %s lies in the store", option, path);
	return 0;
}

static int
write_all(int fd, const char *name, struct buf *out, struct fault *fault)
{
	struct sink *sink = NULL;
	int result = sink_open(&sink, fd, name, fault);

	if (result == 0 && sink_write(sink, out, fault) < 0)
		result = -1;
	if (result == 0)
		result = sink_finish(sink, fault);
	sink_close(sink);
	return result;
}

/* What is no regular file keeps its place. */
static int
write_into(const char *option, const char *path, struct buf *out, struct fault *fault)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY), result;

	if (fd < 0)
		return fault_errno(fault, errno, "--%s: cannot write %s", option, path);
	result = write_all(fd, path, out, fault);
	if (close(fd) != 0 && result == 0)
		result = fault_errno(fault, errno, "--%s: cannot write %s", option, path);
	return result;
}

static int
write_beside(const char *option, const char *path, struct buf *out, struct fault *fault)
{
	struct buf made = BUF_EMPTY;
	int fd = -1, result = -1;

	buf_printf(&made, "%s.XXXXXX", path);
	if (buf_check(&made, fault) != 0)
		goto done;
	(void)buf_string(&made);
	fd = mkostemp(made.at, O_CLOEXEC);
	if (fd < 0) {
		(void)fault_errno(fault, errno, "--%s: cannot write %s", option, path);
		goto done;
	}
	result = write_all(fd, path, out, fault);
	if (result == 0 && (fsync(fd) != 0 || rename(made.at, path) != 0))
		result = fault_errno(fault, errno, "--%s: cannot write %s", option, path);
	if (result != 0)
		(void)unlink(made.at);
done:
	if (fd >= 0)
		close(fd);
	buf_release(&made);
	return result;
}

int
outfile_write(const char *option, const char *path, struct buf *out, struct fault *fault)
{
	struct stat st;
	char *real;
	int result;

	if (strcmp(path, "-") == 0)
		return command_print(out, fault);
	if (stat(path, &st) != 0)
		return write_beside(option, path, out, fault);
	if (!S_ISREG(st.st_mode))
		return write_into(option, path, out, fault);
	real = realpath(path, NULL);
	if (real == NULL)
		return fault_errno(fault, errno, "--%s: cannot write %s", option, path);
	result = write_beside(option, real, out, fault);
	free(real);
	return result;
}
