/* SPDX-License-Identifier: ISC */
#ifndef RULES_ERASE_PARTS_H
#define RULES_ERASE_PARTS_H

/* What the parts of erasing share: erase_note.c (what a record was known by),
 * erase.c (what is taken away in the end), erase_images.c (earlier versions). */

#include "base/arena.h"
#include "model/erasure.h"
#include "rules/erase.h"
#include "rules/erase_traces.h"

struct erasing {
	struct txn *txn;
	struct receipt *receipt;
	struct erasures *erasures;
	struct traces traces;
	struct ids gone;   /* all records of which nothing stays */
	struct ids merged; /* into the record that is being noted, or judged */
	struct buf addresses, version, text;
	struct arena arena;
	struct ids scrubbed;
	struct record_form *form;
	uint64_t mentions; /* earlier versions of others that have an address */
	/* Of the record that is being noted. */
	const struct kind *kind;
	uint64_t id;
	bool
	    keyed; /* the version has an address or an external id; of others: a kept one */
};

/* A row of the receipt, where there is one. */
int erasing_tell(struct erasing *erasing, const char *state, const struct kind *kind,
    uint64_t id, const char *what, const char *command, struct fault *fault) MUST_CHECK;

/* Takes away, from all earlier versions, what is left of them. */
int erasing_sweep(struct erasing *erasing, struct fault *fault) MUST_CHECK;

#endif
