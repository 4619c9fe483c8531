/* SPDX-License-Identifier: ISC */
/*
 * Question and answer are a length and so many bytes; the first byte of an answer
 * is its outcome. A child that was ended closes its socket, which its parent
 * takes for a lack of memory, as nothing else is known to end one.
 */
#include "table/mail_child.h"

#include <bsd/unistd.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* Seconds that the library may take for 1 MiB, which takes it a tenth of one. Without memory GLib can wait for itself for ever. */
#define PATIENCE 5

static struct {
	int fd; /* -1: there is none */
	pid_t pid;
	const struct mail_work *work;
} child = { -1, 0, NULL };

enum outcome { READ = 'r', BROKEN = 'b', NO_LIBRARY = 'n' };

/* All bytes, or false. */
static bool
receive(int fd, void *at, size_t len)
{
	ssize_t n;

	for (; len > 0; at = (char *)at + n, len -= (size_t)n) {
		n = recv(fd, at, len, 0);
		if (n == 0 || (n < 0 && errno != EINTR))
			return false;
		if (n < 0)
			n = 0;
	}
	return true;
}

static bool
transmit(int fd, const void *at, size_t len)
{
	ssize_t n;

	for (; len > 0; at = (const char *)at + n, len -= (size_t)n) {
		n = send(fd, at, len, MSG_NOSIGNAL);
		if (n < 0 && errno != EINTR)
			return false;
		if (n < 0)
			n = 0;
	}
	return true;
}

/* In one piece, or the other side would be woken twice. */
static bool
transmit_text(int fd, struct buf *frame, struct view text)
{
	buf_clear(frame);
	buf_put(frame, &text.len, sizeof(text.len));
	buf_view(frame, text);
	return !frame->failed && transmit(fd, frame->at, frame->len);
}

static bool
receive_text(int fd, struct buf *text)
{
	size_t len;

	buf_clear(text);
	if (!receive(fd, &len, sizeof(len)) || !buf_reserve(text, len + 1) ||
	    !receive(fd, text->at, len))
		return false;
	text->len = len;
	return true;
}

/* The life of the child: it answers until nobody asks any more. */
static void
serve(int fd, const struct mail_work *work)
{
	struct buf question = BUF_EMPTY, answer = BUF_EMPTY, frame = BUF_EMPTY;

	signal(SIGALRM, SIG_DFL);
	alarm(PATIENCE);
	buf_char(&answer, work->begin() ? READ : NO_LIBRARY);
	for (;;) {
		alarm(0);
		if (answer.failed || !transmit_text(fd, &frame, buf_as_view(&answer)) ||
		    !receive_text(fd, &question))
			break;
		alarm(PATIENCE);
		buf_clear(&answer);
		buf_char(&answer, READ);
		if (!work->answer(buf_string(&question), question.len, &answer)) {
			buf_clear(&answer);
			buf_char(&answer, BROKEN);
		}
	}
}

/* What a child must not have: the store, the terminal, handlers of its parent. */
static bool
renounce(int fd)
{
	gid_t group = getgid();
	int null;

	signal(SIGSEGV, SIG_DFL);
	signal(SIGBUS, SIG_DFL);
	signal(SIGFPE, SIG_DFL);
	if (setresgid(group, group, group) != 0 || (null = open("/dev/null", O_RDWR)) < 0)
		return false;
	for (int i = STDIN_FILENO; i <= STDERR_FILENO; i++)
		if (dup2(null, i) != i)
			return false;
	if (fd != STDERR_FILENO + 1 && dup2(fd, STDERR_FILENO + 1) < 0)
		return false;
	closefrom(STDERR_FILENO + 2);
	return true;
}

/* The child is gone, or of no use. */
static void
leave(void)
{
	close(child.fd);
	child.fd = -1;
	while (waitpid(child.pid, NULL, 0) < 0 && errno == EINTR)
		continue;
}

static int
lose(struct fault *fault)
{
	leave();
	return fault_set(
	    fault, FAULT_SYSTEM, "the process that reads mail ended: out of memory");
}

/* 1 when what was asked was read, 0 when it was BROKEN, -1. */
static int
hear(struct buf *answer, struct fault *fault)
{
	if (!receive_text(child.fd, answer) || answer->len == 0)
		return lose(fault);
	return answer->at[0] == READ;
}

static int
hear_hello(struct fault *fault)
{
	struct buf hello = BUF_EMPTY;
	int result = hear(&hello, fault);

	buf_release(&hello);
	if (result == 0) {
		leave();
		return fault_set(fault, FAULT_SYSTEM,
		    "reading mail needs libgmime-3.0.so.0"
		    " (Debian: apt install libgmime-3.0-0)");
	}
	return result < 0 ? -1 : 0;
}

int
mail_child_start(const struct mail_work *work, struct fault *fault)
{
	int pair[2];

	if (child.fd >= 0 && child.work == work)
		return 0;
	if (child.fd >= 0)
		leave();
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
		return fault_errno(fault, errno, "reading mail");
	child.pid = fork();
	if (child.pid == 0) {
		if (renounce(pair[1]))
			serve(STDERR_FILENO + 1, work);
		_exit(0);
	}
	close(pair[1]);
	if (child.pid < 0) {
		(void)fault_errno(fault, errno, "reading mail");
		close(pair[0]);
		return -1;
	}
	child.fd = pair[0];
	child.work = work;
	return hear_hello(fault);
}

int
mail_child_ask(struct view question, struct buf *reply, struct fault *fault)
{
	return transmit_text(child.fd, reply, question) ? hear(reply, fault)
							: lose(fault);
}
