/* SPDX-License-Identifier: ISC */
#ifndef MODEL_TERM_READING_H
#define MODEL_TERM_READING_H

/* How the value of one operand is read, by type; for term_*.c only. */

#include "model/term.h"

struct reading {
	struct term *term;
	const struct term_source *source;
	struct view whole, value;
	enum value_type type;
};

/* A usage fault that begins with the operand. */
int reading_mistake(const struct reading *reading, const char *why, struct fault *fault);

/* Keeps a text as a needle, folded as the test compares it. */
int reading_keep_text(
    struct reading *reading, struct view text, struct fault *fault) MUST_CHECK;

/* Equality, or a range where the type has one. */
int reading_time(struct reading *reading, struct fault *fault) MUST_CHECK;
int reading_number(struct reading *reading, struct fault *fault) MUST_CHECK;
int reading_id(struct reading *reading, struct fault *fault) MUST_CHECK;
int reading_part(struct reading *reading, struct fault *fault) MUST_CHECK;
int reading_reference(struct reading *reading, struct fault *fault) MUST_CHECK;

/* A prefix or a substring of the name of a reference's target. */
int reading_targets(struct reading *reading, struct fault *fault) MUST_CHECK;

#endif
