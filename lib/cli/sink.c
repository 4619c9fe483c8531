/* SPDX-License-Identifier: ISC */
/*
 * Where nobody reads at the other end (a regular file, /dev/null) bytes are
 * written at once. Otherwise they wait in a backlog; a thread that empties it
 * is started only when it has grown large, since most answers are a few lines.
 * The lock guards the backlog, `status` and `finishing`; the thread writes
 * without holding it.
 */
#include "cli/sink.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/backlog.h"

enum { THREAD_FROM = 1024 * 1024, MEMORY_LIMIT = 64 * 1024 * 1024 };

enum status { SINK_GOOD, SINK_UNREAD, SINK_FAILED };

struct sink {
	int fd;
	const char *name;
	bool direct;
	bool threaded;
	bool finishing;
	enum status status;
	struct fault fault; /* why SINK_FAILED */
	size_t taken;	    /* bytes, until the thread is started */
	struct backlog backlog;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t more;
};

int
sink_open(struct sink **out, int fd, const char *name, struct fault *fault)
{
	struct sink *sink = calloc(1, sizeof(*sink));
	struct stat st;

	*out = sink;
	if (sink == NULL)
		return fault_memory(fault);
	sink->fd = fd;
	sink->name = name;
	sink->backlog = BACKLOG_EMPTY(MEMORY_LIMIT);
	pthread_mutex_init(&sink->lock, NULL);
	pthread_cond_init(&sink->more, NULL);
	sink->direct = fstat(fd, &st) == 0 &&
	    (S_ISREG(st.st_mode) || (S_ISCHR(st.st_mode) && !isatty(fd)));
	return 0;
}

/* Whoever gave us a non-blocking descriptor still gets every byte. */
static bool
wait_writable(int fd)
{
	struct pollfd poller = { .fd = fd, .events = POLLOUT };

	return poll(&poller, 1, -1) > 0 || errno == EINTR;
}

static enum status
write_all(const struct sink *sink, const struct buf *buf, struct fault *fault)
{
	size_t done = 0;

	while (done < buf->len) {
		ssize_t n = write(sink->fd, buf->at + done, buf->len - done);

		if (n > 0) {
			done += (size_t)n;
			continue;
		}
		if (n < 0 &&
		    (errno == EINTR || (errno == EAGAIN && wait_writable(sink->fd))))
			continue;
		if (n < 0 && errno == EPIPE)
			return SINK_UNREAD;
		fault_errno(fault, n == 0 ? EIO : errno, "cannot write %s", sink->name);
		return SINK_FAILED;
	}
	return SINK_GOOD;
}

/* Writes the whole backlog; for the thread, and at the end without one. */
static enum status
drain(struct sink *sink, struct fault *fault)
{
	struct buf buf = BUF_EMPTY;
	enum status status = SINK_GOOD;
	int rc = 0;

	pthread_mutex_lock(&sink->lock);
	while (status == SINK_GOOD) {
		while (sink->threaded && !sink->finishing &&
		    backlog_is_empty(&sink->backlog))
			pthread_cond_wait(&sink->more, &sink->lock);
		rc = backlog_take(&sink->backlog, &buf, fault);
		if (rc <= 0)
			break;
		pthread_mutex_unlock(&sink->lock);
		status = write_all(sink, &buf, fault);
		pthread_mutex_lock(&sink->lock);
	}
	if (rc < 0)
		status = SINK_FAILED;
	sink->status = status;
	pthread_mutex_unlock(&sink->lock);
	buf_release(&buf);
	return status;
}

static void *
write_in_background(void *context)
{
	struct sink *sink = context;

	drain(sink, &sink->fault);
	return NULL;
}

/* A sink without its thread is slower to start writing, but as good. */
static void
start_thread(struct sink *sink)
{
	sink->threaded = true;
	if (pthread_create(&sink->thread, NULL, write_in_background, sink) != 0)
		sink->threaded = false;
	sink->taken = 0;
}

static int
outcome(struct sink *sink, struct fault *fault)
{
	if (sink->status != SINK_FAILED)
		return sink->status == SINK_UNREAD;
	*fault = sink->fault;
	return -1;
}

int
sink_write(struct sink *sink, struct buf *buf, struct fault *fault)
{
	int rc;

	if (buf_check(buf, fault) < 0)
		return -1;
	if (sink->direct) {
		if (sink->status == SINK_GOOD)
			sink->status = write_all(sink, buf, &sink->fault);
		buf_clear(buf);
		return outcome(sink, fault);
	}
	pthread_mutex_lock(&sink->lock);
	rc = outcome(sink, fault);
	if (rc == 0) {
		sink->taken += buf->len;
		rc = backlog_add(&sink->backlog, buf, fault);
		pthread_cond_signal(&sink->more);
	}
	pthread_mutex_unlock(&sink->lock);
	buf_clear(buf);
	if (rc == 0 && !sink->threaded && sink->taken > THREAD_FROM)
		start_thread(sink);
	return rc;
}

int
sink_finish(struct sink *sink, struct fault *fault)
{
	if (sink->threaded) {
		pthread_mutex_lock(&sink->lock);
		sink->finishing = true;
		pthread_cond_signal(&sink->more);
		pthread_mutex_unlock(&sink->lock);
		pthread_join(sink->thread, NULL);
		sink->threaded = false;
	} else if (!sink->direct && sink->status == SINK_GOOD)
		drain(sink, &sink->fault);
	return outcome(sink, fault) < 0 ? -1 : 0;
}

void
sink_close(struct sink *sink)
{
	struct fault ignored;

	if (sink == NULL)
		return;
	/* A caller that gave up has nobody wait for what is left. */
	if (sink->threaded) {
		pthread_mutex_lock(&sink->lock);
		backlog_clear(&sink->backlog);
		pthread_mutex_unlock(&sink->lock);
		if (sink_finish(sink, &ignored) < 0)
			sink->status = SINK_FAILED;
	}
	backlog_release(&sink->backlog);
	pthread_mutex_destroy(&sink->lock);
	pthread_cond_destroy(&sink->more);
	free(sink);
}
