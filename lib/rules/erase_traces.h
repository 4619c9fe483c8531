/* SPDX-License-Identifier: ISC */
#ifndef RULES_ERASE_TRACES_H
#define RULES_ERASE_TRACES_H

/*
 * What erased records were known by, to be recognized where other records speak
 * of them: as texts of references, which may be a name, an address or SYSTEM:ID,
 * as an address or an external id in any text, as words of saved queries, and where
 * FIELD_TRACE says whom something went to. All zero is empty.
 */

#include "base/arena.h"
#include "model/kind.h"
#include "store/ids.h"

struct traces {
	struct ids texts;     /* hashes, of kind and folded text */
	struct ids addresses; /* hashes, of the keys of addresses */
	struct buf words;     /* each behind its length */
	struct buf surnames;  /* likewise; others may be called so */
	struct ids kinds;     /* numbers of the kinds that they are of */
	struct ids named;     /* hashes of external ids as a text has them, */
	uint64_t lengths;     /* the lengths of these, as bits, */
	bool first[256];      /* and which bytes they begin with */
	struct buf key;
};

/* Takes one version of a record. */
int traces_add(struct traces *traces, struct txn *txn, uint64_t id, struct record record,
    struct fault *fault) MUST_CHECK;
/* Takes an address that it had besides; nothing when that is none. */
int traces_add_address(
    struct traces *traces, struct view address, struct fault *fault) MUST_CHECK;
/* To be called once, behind the last of them. */
void traces_settle(struct traces *traces);

/*
 * Makes *form the record without what speaks of them: 1, 0 when it does not, -1.
 * A text that still means another record stays. New values lie in the arena.
 */
int traces_scrub(struct traces *traces, struct txn *txn, struct record record,
    struct record_form *form, struct arena *arena, struct fault *fault) MUST_CHECK;

/* Whether a record of the kind that has the key, as erasure_keys tells it, may have
 * it from them, or nobody has: 1, 0, -1. Two external ids that differ in case alone
 * are told apart by their hashes. */
int traces_key(struct traces *traces, const struct kind *kind, struct view what,
    struct view value, struct fault *fault) MUST_CHECK;

/* Whether one of their addresses stands in the text. */
int traces_mentioned(
    struct traces *traces, struct view text, struct fault *fault) MUST_CHECK;

/* erase_named.c: an external id; whether one stands in the text, as a word: where it
 * is of letters alone or of few digits, behind its system. */
int traces_add_named(struct traces *traces, struct view system, struct view id,
    struct fault *fault) MUST_CHECK;
bool traces_named(const struct traces *traces, struct view text);

/* erase_words.c: makes *value a text, of a saved query, without their words: 1, 0 when
 * it has none, -1. The new text lies in the arena. */
int traces_without_words(struct traces *traces, struct view *value, struct arena *arena,
    struct fault *fault) MUST_CHECK;

/* Whether a word or a last name of theirs stands in the text of a saved query, or in its
 * name. */
bool traces_called(const struct traces *traces, struct view text);

void traces_release(struct traces *traces);

#endif
