/* SPDX-License-Identifier: ISC */
#ifndef RULES_RECEIPT_H
#define RULES_RECEIPT_H

/*
 * What erasing has done and what it has left: rows that are put together in the
 * run and printed when it is stored. All zero is empty.
 */

#include "model/kind.h"

struct receipt_row {
	const char *state;			     /* erased, hashed, left */
	const struct kind *kind;		     /* or NULL */
	uint64_t id;				     /* or 0 */
	size_t what, what_len, command, command_len; /* in texts */
};

struct receipt {
	struct receipt_row *rows;
	size_t count, cap;
	struct buf texts;
	uint64_t rev;	 /* of the run */
	uint64_t erased; /* records that were chosen */
};

int receipt_add(struct receipt *receipt, const char *state, const struct kind *kind,
    uint64_t id, struct view what, struct view command, struct fault *fault) MUST_CHECK;
struct view receipt_what(const struct receipt *receipt, const struct receipt_row *row);
struct view receipt_command(const struct receipt *receipt, const struct receipt_row *row);
void receipt_clear(struct receipt *receipt);
void receipt_release(struct receipt *receipt);

#endif
