/* SPDX-License-Identifier: ISC */
#ifndef RULES_BESIDE_H
#define RULES_BESIDE_H

/*
 * Records of another kind that a row brings about beside its own: the contact whom
 * a registration names, the note that an edit adds, the user of a contact. Each goes
 * through an import of its kind, within the same run, so that it is matched,
 * checked and written as a row of its own would be.
 */

#include "rules/import_run.h"

struct beside {
	enum import_action action;
	uint64_t id; /* 0 when it is in error */
	const char *code;
	struct buf message;
};

/* How a record beside is taken. */
struct beside_way {
	const struct kind *kind;
	enum import_mode mode;
	bool selects;	    /* the draft's id chooses; its cells are changes */
	bool anew;	    /* one that is alike is another one */
	const char *source; /* of contacts that are made, or NULL */
};

/*
 * Takes a draft, whose cells are in order of slot. What came of it is in *beside,
 * which the caller releases. -1 is a fault, never that the record is in error.
 */
int beside_take(struct import *import, const struct beside_way *way, struct draft *draft,
    struct beside *beside, struct fault *fault) MUST_CHECK;
/* The row comes to what the record beside it came to: it is skipped, suppressed or in
 * error with that. */
enum step beside_stop(struct import *import, const struct beside *beside);
void beside_release(struct beside *beside);

/* What the imports beside it, and it itself, know of organizations by name is no longer
 * so. */
void besides_forget(struct import *import);

/* At the end of the run, before the import that they are beside of. */
int besides_finish(struct import *import, struct fault *fault) MUST_CHECK;
void besides_free(struct import *import);

#endif
