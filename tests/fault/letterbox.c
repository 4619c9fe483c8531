/* SPDX-License-Identifier: ISC */
/*
 * Stands in for sendmail(8): takes a message on standard input and writes a line about
 * it into the file `log` beside the program, which is on the disk before it ends:
 *
 *     NANOSECONDS RECIPIENT MESSAGE-ID BYTES whole|half
 *
 * A message is whole when the last line of its text is "-- end --". What else it does
 * is told by the file `orders` there, a word and a number:
 *
 *     exit N      refuses, with that status      says N    the same, and says why
 *     signal N    refuses, by that signal        hang      never ends, see `pid`
 *     after N     takes it, then exits so        stubborn  never ends, nor for SIGTERM
 *     slow N      reads a byte every N us        deaf N    exits so and has read nothing
 *     odd N       takes it; one in N ends otherwise, by chance
 *     spy         takes it, and writes what it was given into `told`
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

static char place[4096];

static FILE *
open_beside(const char *name, const char *mode)
{
	char path[sizeof(place) + 32];

	snprintf(path, sizeof(path), "%s/%s", place, name);
	return fopen(path, mode);
}

/* For whoever wants to end it. */
static void
write_pid(void)
{
	FILE *out = open_beside("pid", "w");

	if (out == NULL)
		_exit(99);
	fprintf(out, "%ld\n", (long)getpid());
	fclose(out);
}

static bool
find_place(void)
{
	ssize_t n = readlink("/proc/self/exe", place, sizeof(place) - 1);
	char *slash;

	if (n <= 0)
		return false;
	place[n] = '\0';
	slash = strrchr(place, '/');
	*slash = '\0';
	return true;
}

static void
spy(int argc, char **argv)
{
	FILE *out = open_beside("told", "w");
	char link[64], target[512];
	int i;

	if (out == NULL)
		_exit(99);
	for (i = 0; i < argc; i++)
		fprintf(out, "argument %s\n", argv[i]);
	for (i = 0; environ[i] != NULL; i++)
		fprintf(out, "variable %s\n", environ[i]);
	fprintf(out, "directory %s\n", getcwd(target, sizeof(target)));
	fprintf(out, "groups %d %d\n", getgid() == getegid(), getuid() == geteuid());
	for (i = 0; i < 1024; i++) {
		ssize_t n;

		snprintf(link, sizeof(link), "/proc/self/fd/%d", i);
		n = readlink(link, target, sizeof(target) - 1);
		if (n <= 0 || i == fileno(out))
			continue;
		target[n] = '\0';
		target[strcspn(target, ":(")] = '\0';
		fprintf(out, "descriptor %d %s\n", i, target);
	}
	fclose(out);
}

/* All of the standard input; pause in microseconds after each byte of the first ones. */
static char *
read_message(size_t *len, long pause)
{
	size_t cap = 1 << 20;
	char *text = malloc(cap);
	ssize_t n;

	*len = 0;
	while (text != NULL && *len < cap - 1 &&
	    (n = read(STDIN_FILENO, text + *len, pause > 0 ? 1 : cap - 1 - *len)) > 0) {
		*len += (size_t)n;
		if (pause > 0)
			usleep((useconds_t)pause);
	}
	if (text != NULL)
		text[*len] = '\0';
	return text;
}

static void
take(const char *recipient, long pause)
{
	static const char header[] = "\nMessage-ID: <", end[] = "\n-- end --\n";
	struct timespec now;
	char line[1024], path[sizeof(place) + 32];
	size_t len;
	char *text = read_message(&len, pause);
	const char *id = text == NULL ? NULL : strstr(text, header);
	int fd, n;

	snprintf(path, sizeof(path), "%s/log", place);
	clock_gettime(CLOCK_REALTIME, &now);
	id = id == NULL ? "?" : id + sizeof(header) - 1;
	n = snprintf(line, sizeof(line), "%lld%09ld %s %.*s %zu %s\n",
	    (long long)now.tv_sec, now.tv_nsec, recipient, (int)strcspn(id, ">"), id, len,
	    text != NULL && strstr(text, end) != NULL ? "whole" : "half");
	fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0 || write(fd, line, (size_t)n) != n || fsync(fd) != 0)
		_exit(99);
	free(text);
}

/* One of the many ways to end that are none to be counted on. */
static void
end_oddly(const char *recipient, long one_in)
{
	struct timespec now;
	unsigned long chance;

	clock_gettime(CLOCK_MONOTONIC, &now);
	chance = (unsigned long)(now.tv_nsec ^ getpid() * 2654435761L) >> 3;
	if (chance % (unsigned long)one_in != 0) {
		take(recipient, 0);
		_exit(0);
	}
	switch (chance / (unsigned long)one_in % 4) {
	case 0: /* took it, and nobody knows */
		take(recipient, 0);
		raise(SIGKILL);
		break;
	case 1: /* did not, and nobody knows */
		raise(SIGKILL);
		break;
	case 2:
		_exit(67);
	default:
		usleep(20000);
		take(recipient, 0);
		_exit(0);
	}
}

int
main(int argc, char **argv)
{
	char word[32] = "take";
	long number = 0;
	FILE *orders;

	if (argc != 6 || strcmp(argv[1], "-i") != 0 || strcmp(argv[2], "-f") != 0 ||
	    strcmp(argv[4], "--") != 0 || !find_place())
		return 64;
	orders = open_beside("orders", "r");
	if (orders != NULL) {
		char line[64];

		if (fgets(line, sizeof(line), orders) != NULL) {
			size_t len = strcspn(line, " \n");

			snprintf(word, sizeof(word), "%.*s", (int)len, line);
			number = strtol(line + len, NULL, 10);
		}
		fclose(orders);
	}
	if (strcmp(word, "exit") == 0 || strcmp(word, "deaf") == 0)
		return (int)number;
	if (strcmp(word, "says") == 0) {
		fprintf(stderr, "trying\nno such luck\n");
		return (int)number;
	}
	if (strcmp(word, "signal") == 0)
		return raise((int)number);
	if (strcmp(word, "stubborn") == 0)
		signal(SIGTERM, SIG_IGN);
	if (strcmp(word, "hang") == 0 || strcmp(word, "stubborn") == 0)
		write_pid();
	while (strcmp(word, "hang") == 0 || strcmp(word, "stubborn") == 0)
		usleep(100000);
	if (strcmp(word, "odd") == 0)
		end_oddly(argv[5], number);
	if (strcmp(word, "spy") == 0)
		spy(argc, argv);
	take(argv[5], strcmp(word, "slow") == 0 ? number : 0);
	return strcmp(word, "after") == 0 ? (int)number : 0;
}
