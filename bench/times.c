/* SPDX-License-Identifier: ISC */
/*
 * times COUNT FILE: how long a whole process takes. FILE holds command lines of
 * competitors, one a line, words parted by TAB; `%` in a word is replaced by a
 * line of stdin, another one for each round. Every round runs each competitor
 * once, in turn, so that whatever else the machine does meets all alike. Prints
 * for each its median in microseconds, one a line. No shell stands between, and
 * output goes to /dev/null; a command that fails ends the measurement.
 */

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>

extern char **environ;

enum { MOST_COMPETITORS = 8, MOST_WORDS = 32, LINE = 1024 };

struct competitor {
	char line[LINE];
	char *words[MOST_WORDS + 1];
	double *micros;
};

static int
by_value(const void *left, const void *right)
{
	const double *a = left, *b = right;

	return (*a > *b) - (*a < *b);
}

static void
split(struct competitor *competitor)
{
	char *rest = competitor->line;
	size_t count = 0;

	rest[strcspn(rest, "\n")] = '\0';
	while (count < MOST_WORDS && rest != NULL)
		competitor->words[count++] = strsep(&rest, "\t");
	competitor->words[count] = NULL;
}

/* The word with its `%` replaced, in one of the caller's buffers. */
static char *
fill(char *word, const char *value, char *into, size_t size)
{
	char *at = strchr(word, '%');

	if (at == NULL)
		return word;
	snprintf(into, size, "%.*s%s%s", (int)(at - word), word, value, at + 1);
	return into;
}

static double
run(const struct competitor *competitor, const char *value,
    const posix_spawn_file_actions_t *quiet)
{
	char filled[MOST_WORDS][LINE], *words[MOST_WORDS + 1];
	struct timespec began, ended;
	int status;
	pid_t pid;
	size_t i;

	for (i = 0; competitor->words[i] != NULL; i++)
		words[i] = fill(competitor->words[i], value, filled[i], LINE);
	words[i] = NULL;
	clock_gettime(CLOCK_MONOTONIC, &began);
	errno = posix_spawnp(&pid, words[0], quiet, NULL, words, environ);
	if (errno != 0 || waitpid(pid, &status, 0) != pid) {
		perror(words[0]);
		exit(1);
	}
	clock_gettime(CLOCK_MONOTONIC, &ended);
	if (status != 0) {
		fprintf(stderr, "times: %s failed for %s\n", words[0], value);
		exit(1);
	}
	return (double)(ended.tv_sec - began.tv_sec) * 1e6 +
	    (double)(ended.tv_nsec - began.tv_nsec) / 1e3;
}

static bool
next_value(char *value)
{
	if (fgets(value, LINE, stdin) == NULL)
		return false;
	value[strcspn(value, "\n")] = '\0';
	return true;
}

int
main(int argc, char **argv)
{
	static struct competitor competitors[MOST_COMPETITORS];
	posix_spawn_file_actions_t quiet;
	size_t count = 0, rounds, done;
	char value[LINE];
	FILE *file;

	if (argc != 3 || (rounds = strtoul(argv[1], NULL, 10)) == 0) {
		fprintf(stderr, "usage: times COUNT FILE <VALUES\n");
		return 2;
	}
	file = fopen(argv[2], "re");
	if (file == NULL) {
		perror(argv[2]);
		return 1;
	}
	while (count < MOST_COMPETITORS &&
	    fgets(competitors[count].line, LINE, file) != NULL) {
		split(&competitors[count]);
		competitors[count].micros = calloc(rounds, sizeof(double));
		if (competitors[count++].micros == NULL)
			return 1;
	}
	fclose(file);
	posix_spawn_file_actions_init(&quiet);
	posix_spawn_file_actions_addopen(&quiet, 1, "/dev/null", O_WRONLY, 0);
	for (done = 0; done < rounds && next_value(value); done++)
		for (size_t i = 0; i < count; i++)
			competitors[i].micros[done] = run(&competitors[i], value, &quiet);
	posix_spawn_file_actions_destroy(&quiet);
	if (done == 0) {
		fprintf(stderr, "times: no values on stdin\n");
		return 1;
	}
	for (size_t i = 0; i < count; i++) {
		qsort(competitors[i].micros, done, sizeof(double), by_value);
		printf("%.0f\n", competitors[i].micros[done / 2]);
		free(competitors[i].micros);
	}
	return 0;
}
