/* SPDX-License-Identifier: ISC */
/*
 * peak COMMAND [ARGUMENT...]: runs a command and prints on stderr one line
 * `peak anonymous KB` when it ended, and one `peak resident KB`. The first is
 * memory that the process made for itself; pages of a mapped store belong to the
 * page cache, can be dropped at any time and are in the second only. The kernel
 * keeps no peak of the first kind, so it is read every five milliseconds from
 * /proc/PID/status. The exit status is the command's.
 */

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Resident anonymous kilobytes of a process now, 0 when it is gone. */
static long
anonymous_now(pid_t pid)
{
	char path[64], line[256];
	long found = 0;
	FILE *status;

	snprintf(path, sizeof(path), "/proc/%ld/status", (long)pid);
	status = fopen(path, "re");
	if (status == NULL)
		return 0;
	while (fgets(line, sizeof(line), status) != NULL) {
		long number = 0;

		if (strncmp(line, "RssAnon:", 8) != 0)
			continue;
		for (const char *c = line + 8; *c != '\0'; c++)
			if (*c >= '0' && *c <= '9')
				number = number * 10 + (*c - '0');
		found = number;
		break;
	}
	fclose(status);
	return found;
}

static int
watch(pid_t pid)
{
	const struct timespec pause = { 0, 5 * 1000 * 1000 };
	struct rusage usage = { .ru_maxrss = 0 };
	long peak = 0;
	int status;

	for (;;) {
		pid_t ended = wait4(pid, &status, WNOHANG, &usage);
		long now;

		if (ended == pid)
			break;
		if (ended == -1 && errno != EINTR) {
			perror("peak: wait4");
			return 127;
		}
		now = anonymous_now(pid);
		if (now > peak)
			peak = now;
		nanosleep(&pause, NULL);
	}
	fprintf(stderr, "peak anonymous %ld\npeak resident %ld\n", peak, usage.ru_maxrss);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int
main(int argc, char **argv)
{
	pid_t pid;

	if (argc < 2) {
		fprintf(stderr, "usage: peak COMMAND [ARGUMENT...]\n");
		return 2;
	}
	pid = fork();
	if (pid == -1) {
		perror("peak: fork");
		return 127;
	}
	if (pid == 0) {
		execvp(argv[1], argv + 1);
		perror(argv[1]);
		_exit(127);
	}
	return watch(pid);
}
