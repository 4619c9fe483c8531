/* SPDX-License-Identifier: ISC */
#ifndef RULES_GUARD_H
#define RULES_GUARD_H

/*
 * The guard of what takes records out of use, closes or removes them (design
 * A2): a run that would touch more than is usual stores nothing and says how
 * many it would have touched, unless it was told that this is meant.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/fault.h"

struct guard {
	bool lifted;  /* --yes */
	bool given;   /* --max */
	bool percent; /* most is of a hundred */
	bool firm;    /* --yes does not lift it */
	uint64_t most;
};

/* Reads `--max N|N%` (NULL: not given); FAULT_USAGE for anything else. */
int guard_read(
    struct guard *guard, const char *max, bool yes, struct fault *fault) MUST_CHECK;

/* FAULT_CONFLICT when count of `of` records are too many; without --max that is
 * more than 25 and more than 5 %. what is as in "close 30 of 40 open jobs":
 * verb "close" and noun "open jobs". */
int guard_check(const struct guard *guard, const char *verb, const char *noun,
    uint64_t count, uint64_t of, struct fault *fault) MUST_CHECK;

#endif
