/* SPDX-License-Identifier: ISC */
#ifndef BASE_FAULT_H
#define BASE_FAULT_H

/*
 * Why a call failed: a kind, which chooses the exit status and nothing else,
 * and one complete sentence with its place, lower case and without full stop,
 * on which a user can act. A fallible function returns 0, or -1 with *fault
 * set. Nothing found and end of input are results, not faults.
 */

#include <stdarg.h>

#define MUST_CHECK __attribute__((warn_unused_result))

enum fault_kind {
	FAULT_NONE,
	FAULT_INPUT,	  /* exit 4: the input was refused as a whole */
	FAULT_CONFLICT,	  /* exit 4: guard, changed since, ambiguous operand */
	FAULT_STORE,	  /* exit 5: damaged, foreign, absent store */
	FAULT_SYSTEM,	  /* exit 5: disk full, out of memory, output */
	FAULT_PERMISSION, /* exit 6 */
	FAULT_USAGE,	  /* exit 2 */
	FAULT_BUSY,	  /* exit 75 */
	FAULT_INTERNAL,	  /* exit 5: a defect of ours */
};

struct fault {
	enum fault_kind kind;
	char text[1000];
};

/* Sets *fault and returns -1, so that callers may `return fault_set(...)`. */
int fault_set(struct fault *fault, enum fault_kind kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* As fault_set with FAULT_SYSTEM and ": " strerror(error) added. */
int fault_errno(struct fault *fault, int error, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* As fault_errno for a file that was not opened: of `kind` where its name or its
 * rights are the reason, FAULT_SYSTEM where the system failed. */
int fault_open(struct fault *fault, enum fault_kind kind, int error, const char *format,
    ...) __attribute__((format(printf, 4, 5)));

/* Puts "<format>: " in front of the sentence there is. Returns -1. */
int fault_wrap(struct fault *fault, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* "out of memory". Returns -1. */
int fault_memory(struct fault *fault);

#endif
