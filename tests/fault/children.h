/* SPDX-License-Identifier: ISC */
#ifndef FAULT_CHILDREN_H
#define FAULT_CHILDREN_H

/*
 * Commands as children of a driver: started with their output in pipes, killed
 * at a moment or waited for, and what they said read afterwards. Meant for
 * outputs that fit into a pipe (64 KiB). Also random numbers that SEED repeats.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct child {
	pid_t pid;
	int out_fd, err_fd;
	int status; /* of waitpid */
	char out[65536], err[4096];
};

/* Starts argv[0], looked for in PATH, with /dev/null as its input. What cannot
 * be started ends the driver. */
void child_start(struct child *child, const char *const argv[]);
/* Kills it -9 when `microseconds` have passed. */
void child_kill_after(struct child *child, unsigned microseconds);
/* Waits for its end and reads what it said. */
void child_end(struct child *child);
/* Start and end. */
void child_run(struct child *child, const char *const argv[]);

/* The exit status, or -1 when a signal ended it. */
int child_exit(const struct child *child);
bool child_killed(const struct child *child);

/* Takes the seed from SEED, else from the time, and prints it. */
void random_begin(void);
/* For a child process of a driver: another series of the same seed. */
void random_stream(uint64_t number);
/* A number below `below`. */
uint64_t random_below(uint64_t below);

/* Prints "driver: ..." on stderr and exits 2: the driver itself failed. */
void driver_failed(const char *format, ...)
    __attribute__((format(printf, 1, 2), noreturn));

#endif
