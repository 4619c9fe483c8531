/* SPDX-License-Identifier: ISC */
/*
 * Messages stand in the file as lines of their own, each above the line that it is
 * about, and are taken out again when the file is read.
 */
#include "edit_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Begins a line with a message. */
#define MARK "#!"

int
edit_file_make(struct edit_file *edited, struct fault *fault)
{
	const char *directory = getenv("TMPDIR");
	int fd,
	    len =
		snprintf(edited->path, sizeof(edited->path), "%s/contact-edit.XXXXXX.txt",
		    directory == NULL || *directory == '\0' ? "/tmp" : directory);

	if (len < 0 || (size_t)len >= sizeof(edited->path))
		return fault_set(fault, FAULT_SYSTEM, "TMPDIR: too long");
	fd = mkostemps(edited->path, 4, O_CLOEXEC);
	if (fd < 0)
		return fault_errno(fault, errno, "%s", edited->path);
	close(fd);
	return 0;
}

/* The line of the text that a message is about, 0 for none: it is told as
 * "line N: ..." or "FILE:N: ...". *what is the rest of it. */
static size_t
place_of(const struct edit_file *edited, const char *message, const char **what)
{
	size_t path = strlen(edited->path);
	char *end;
	unsigned long line;

	*what = message;
	if (strncmp(message, "line ", 5) == 0)
		line = strtoul(message + 5, &end, 10);
	else if (strncmp(message, edited->path, path) == 0 && message[path] == ':')
		line = strtoul(message + path + 1, &end, 10);
	else
		return 0;
	/* The column is that of a table which the person does not see. */
	if (end[0] == ':' && end[1] >= '0' && end[1] <= '9')
		end += 1 + strspn(end + 1, "0123456789");
	*what = end + strspn(end, ": ");
	return line;
}

/* Messages about one line of the text, or none in particular. */
static void
put_messages(struct edit_file *edited, size_t line, FILE *file)
{
	const char *at = buf_string(&edited->messages), *end, *what;

	for (; *at != '\0'; at = end + (*end == '\n')) {
		end = at + strcspn(at, "\n");
		if (place_of(edited, at, &what) == line)
			fprintf(file, MARK " %.*s\n", (int)(end - what), what);
	}
}

int
edit_file_write(struct edit_file *edited, const struct buf *text, struct fault *fault)
{
	FILE *file = fopen(edited->path, "we");
	struct view rest = buf_as_view(text);
	const char *end;
	size_t line = 0, len;
	bool failed;

	if (file == NULL)
		return fault_errno(fault, errno, "%s", edited->path);
	if (edited->messages.len > 0)
		fprintf(file, MARK " nothing was stored, see below at " MARK "\n");
	put_messages(edited, 0, file);
	while (rest.len > 0) {
		put_messages(edited, ++line, file);
		end = memchr(rest.at, '\n', rest.len);
		len = end == NULL ? rest.len : (size_t)(end - rest.at) + 1;
		fwrite(rest.at, 1, len, file);
		rest = view_from(rest, len);
	}
	failed = ferror(file) != 0;
	if (fclose(file) != 0 || failed)
		return fault_errno(fault, errno, "%s", edited->path);
	return 0;
}

static int
read_bytes(const struct edit_file *edited, struct buf *bytes, struct fault *fault)
{
	int fd = open(edited->path, O_RDONLY | O_CLOEXEC);
	char room[16384];
	ssize_t got;

	if (fd < 0)
		return fault_errno(fault, errno, "%s", edited->path);
	while ((got = read(fd, room, sizeof(room))) > 0)
		buf_view(bytes, view_make(room, (size_t)got));
	close(fd);
	return got < 0 ? fault_errno(fault, errno, "%s", edited->path)
		       : buf_check(bytes, fault);
}

int
edit_file_read(const struct edit_file *edited, struct buf *text, struct fault *fault)
{
	struct buf bytes = BUF_EMPTY;
	struct view rest;
	const char *end;
	size_t len;
	int result = read_bytes(edited, &bytes, fault);

	buf_clear(text);
	rest = buf_as_view(&bytes);
	while (result == 0 && rest.len > 0) {
		end = memchr(rest.at, '\n', rest.len);
		len = end == NULL ? rest.len : (size_t)(end - rest.at) + 1;
		if (!view_begins(rest, VIEW(MARK)))
			buf_view(text, view_until(rest, len));
		rest = view_from(rest, len);
	}
	buf_release(&bytes);
	return result != 0 ? -1 : buf_check(text, fault);
}
