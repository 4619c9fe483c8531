/* SPDX-License-Identifier: ISC */
/*
 * posix_spawn starts a command without copying the driver's memory map, so that
 * thousands of them are a matter of a minute. Pipes are read when the child has
 * ended: what it wrote before it was killed is what it acknowledged.
 */
#include "children.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

static uint64_t random_state;

void
driver_failed(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fputs("driver: ", stderr);
	vfprintf(stderr, format, args);
	fputc('\n', stderr);
	va_end(args);
	exit(2);
}

void
child_start(struct child *child, const char *const argv[])
{
	posix_spawn_file_actions_t actions;
	int out[2], err[2], rc;

	if (pipe2(out, O_CLOEXEC) != 0 || pipe2(err, O_CLOEXEC) != 0)
		driver_failed("pipe: %s", strerror(errno));
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, out[1], 1);
	posix_spawn_file_actions_adddup2(&actions, err[1], 2);
	rc = posix_spawnp(&child->pid, argv[0], &actions, NULL,
	    (char *const *)(uintptr_t)argv, environ);
	if (rc != 0)
		driver_failed("%s: %s", argv[0], strerror(rc));
	posix_spawn_file_actions_destroy(&actions);
	close(out[1]);
	close(err[1]);
	child->out_fd = out[0];
	child->err_fd = err[0];
}

void
child_kill_after(struct child *child, unsigned microseconds)
{
	struct timespec pause = { .tv_nsec = (long)microseconds * 1000 };

	nanosleep(&pause, NULL);
	kill(child->pid, SIGKILL);
}

static void
read_all(int fd, char *at, size_t room)
{
	size_t len = 0;
	ssize_t n;

	while (len < room - 1 && (n = read(fd, at + len, room - 1 - len)) != 0) {
		if (n < 0 && errno != EINTR)
			break;
		len += n > 0 ? (size_t)n : 0;
	}
	at[len] = '\0';
	close(fd);
}

void
child_end(struct child *child)
{
	read_all(child->out_fd, child->out, sizeof(child->out));
	read_all(child->err_fd, child->err, sizeof(child->err));
	while (waitpid(child->pid, &child->status, 0) < 0)
		if (errno != EINTR)
			driver_failed("waitpid: %s", strerror(errno));
}

void
child_run(struct child *child, const char *const argv[])
{
	child_start(child, argv);
	child_end(child);
}

int
child_exit(const struct child *child)
{
	return WIFEXITED(child->status) ? WEXITSTATUS(child->status) : -1;
}

bool
child_killed(const struct child *child)
{
	return WIFSIGNALED(child->status) && WTERMSIG(child->status) == SIGKILL;
}

void
random_begin(void)
{
	const char *seed = getenv("SEED");
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	random_state = seed != NULL && *seed != '\0' ? strtoull(seed, NULL, 10)
						     : (uint64_t)now.tv_nsec / 1000;
	printf("SEED=%llu\n", (unsigned long long)random_state);
	fflush(stdout);
}

void
random_stream(uint64_t number)
{
	random_state += (number + 1) * UINT64_C(0x632be59bd9b4e019);
}

uint64_t
random_below(uint64_t below)
{
	uint64_t mixed;

	random_state += UINT64_C(0x9e3779b97f4a7c15);
	mixed = random_state;
	mixed = (mixed ^ (mixed >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	mixed = (mixed ^ (mixed >> 27)) * UINT64_C(0x94d049bb133111eb);
	return (mixed ^ (mixed >> 31)) % below;
}
