/* SPDX-License-Identifier: ISC */
/*
 * Buffers change hands instead of being copied. Once something lies in the
 * file, everything that comes after goes there too, until it has been read
 * empty: so the order holds without any bookkeeping.
 */
#include "cli/backlog.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

enum { BACKLOG_CHUNK = 256 * 1024 };

struct backlog_block {
	struct backlog_block *next;
	struct buf bytes;
};

static void
swap(struct buf *a, struct buf *b)
{
	struct buf c = *a;

	*a = *b;
	*b = c;
}

/* A file that has no name from the start, or loses it at once. */
static int
open_file(struct backlog *backlog, struct fault *fault)
{
	const char *dir = getenv("TMPDIR");
	struct buf path = BUF_EMPTY;
	int rc = -1;

	if (dir == NULL || *dir == '\0')
		dir = "/tmp";
#ifdef O_TMPFILE
	backlog->fd = open(dir, O_TMPFILE | O_RDWR | O_EXCL | O_CLOEXEC, 0600);
	if (backlog->fd >= 0)
		return 0;
#endif
	buf_printf(&path, "%s/contact.XXXXXX", dir);
	if (buf_check(&path, fault) < 0)
		goto done;
	buf_string(&path);
	if (buf_check(&path, fault) < 0)
		goto done;
	backlog->fd = mkostemp(path.at, O_CLOEXEC);
	if (backlog->fd < 0) {
		fault_errno(fault, errno, "cannot keep output in %s", dir);
		goto done;
	}
	unlink(path.at);
	rc = 0;
done:
	buf_release(&path);
	return rc;
}

static int
add_to_file(struct backlog *backlog, struct buf *buf, struct fault *fault)
{
	size_t done = 0;

	if (backlog->fd < 0 && open_file(backlog, fault) < 0)
		return -1;
	while (done < buf->len) {
		ssize_t n = pwrite(
		    backlog->fd, buf->at + done, buf->len - done, backlog->write_at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return fault_errno(fault, n == 0 ? ENOSPC : errno,
			    "cannot keep output that nobody has read yet");
		done += (size_t)n;
		backlog->write_at += n;
	}
	buf_clear(buf);
	return 0;
}

int
backlog_add(struct backlog *backlog, struct buf *buf, struct fault *fault)
{
	struct backlog_block *block;

	if (buf_check(buf, fault) < 0)
		return -1;
	if (buf->len == 0)
		return 0;
	if (backlog->write_at > backlog->read_at ||
	    buf->len > backlog->limit - backlog->memory)
		return add_to_file(backlog, buf, fault);
	block = malloc(sizeof(*block));
	if (block == NULL)
		return fault_memory(fault);
	block->next = NULL;
	block->bytes = backlog->spare;
	backlog->spare = BUF_EMPTY;
	swap(&block->bytes, buf);
	buf_clear(buf);
	if (backlog->last == NULL)
		backlog->first = block;
	else
		backlog->last->next = block;
	backlog->last = block;
	backlog->memory += block->bytes.len;
	return 0;
}

static int
take_from_file(struct backlog *backlog, struct buf *buf, struct fault *fault)
{
	off_t waiting = backlog->write_at - backlog->read_at;
	size_t len = waiting < BACKLOG_CHUNK ? (size_t)waiting : BACKLOG_CHUNK;
	ssize_t n;

	buf_clear(buf);
	if (!buf_reserve(buf, len))
		return fault_memory(fault);
	/* Behind what waits the file may hold what was forgotten. */
	do
		n = pread(backlog->fd, buf->at, len, backlog->read_at);
	while (n < 0 && errno == EINTR);
	if (n <= 0)
		return fault_errno(
		    fault, n == 0 ? EIO : errno, "cannot read back output that was kept");
	buf->len = (size_t)n;
	backlog->read_at += n;
	if (backlog->read_at == backlog->write_at) {
		backlog->read_at = backlog->write_at = 0;
		/* Only gives space back early; the file goes in any case. */
		if (ftruncate(backlog->fd, 0) < 0)
			errno = 0;
	}
	return 1;
}

int
backlog_take(struct backlog *backlog, struct buf *buf, struct fault *fault)
{
	struct backlog_block *block = backlog->first;

	if (block == NULL) {
		if (backlog->write_at > backlog->read_at)
			return take_from_file(backlog, buf, fault);
		buf_clear(buf);
		return 0;
	}
	backlog->first = block->next;
	if (backlog->first == NULL)
		backlog->last = NULL;
	backlog->memory -= block->bytes.len;
	swap(&block->bytes, buf);
	buf_release(&backlog->spare);
	backlog->spare = block->bytes;
	buf_clear(&backlog->spare);
	free(block);
	return 1;
}

bool
backlog_is_empty(const struct backlog *backlog)
{
	return backlog->first == NULL && backlog->write_at == backlog->read_at;
}

void
backlog_clear(struct backlog *backlog)
{
	while (backlog->first != NULL) {
		struct backlog_block *block = backlog->first;

		backlog->first = block->next;
		buf_release(&block->bytes);
		free(block);
	}
	backlog->last = NULL;
	backlog->memory = 0;
	backlog->read_at = backlog->write_at = 0;
}

void
backlog_release(struct backlog *backlog)
{
	backlog_clear(backlog);
	buf_release(&backlog->spare);
	if (backlog->fd >= 0)
		close(backlog->fd);
	backlog->fd = -1;
}
