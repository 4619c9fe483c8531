/* SPDX-License-Identifier: ISC */
#ifndef RULES_ERASE_PARTS_H
#define RULES_ERASE_PARTS_H

/* What the parts of erasing share: erase_note.c (what a record was known by),
 * erase.c (what is taken away in the end), erase_images.c (earlier versions),
 * erase_log.c (users in the log). */

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
	struct buf logins; /* each behind the id of its user and its length */
	struct arena arena;
	struct ids scrubbed;
	struct record_form *form;
	uint64_t mentions; /* earlier versions of others that have an address, */
	bool named;	   /* or an external id in a text */
	/* Of the record that is being noted. */
	const struct kind *kind;
	uint64_t id;
	bool
	    keyed; /* the version has an address or an external id; of others: a kept one */
};

/* A row of the receipt, where there is one. */
int erasing_tell(struct erasing *erasing, const char *state, const struct kind *kind,
    uint64_t id, const char *what, const char *command, struct fault *fault) MUST_CHECK;

/* Notes the login that a version of the record at hand has, if it is a user; takes
 * them out of the log. */
int erasing_note_login(
    struct erasing *erasing, struct record version, struct fault *fault) MUST_CHECK;
int erasing_settle_log(struct erasing *erasing, struct fault *fault) MUST_CHECK;

/* Whether the value is a text with an external id of theirs in it. */
bool erasing_names(
    const struct erasing *erasing, const struct field *field, struct view value);

/* Takes away, from all earlier versions, what is left of them. */
int erasing_sweep(struct erasing *erasing, struct fault *fault) MUST_CHECK;

#endif
