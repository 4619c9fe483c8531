/* SPDX-License-Identifier: ISC */
#ifndef TABLE_CARD_H
#define TABLE_CARD_H

/*
 * One record on a screen: a title, marks in colour, headings, and fields with
 * their names in front. Text is broken between words by the width that it has on
 * a terminal, and whatever could drive the terminal is made visible (show_text),
 * but for the ends of lines, which end lines. Memory that ran out marks *out as
 * failed.
 */

#include "table/writer.h"

struct card;

struct card_options {
	bool colour;
	unsigned width; /* of the screen; lines are as long, but not very long */
};

/* Appends to *out, which the caller may empty between two calls. */
int card_open(struct card **card, struct buf *out, const struct card_options *options,
    struct fault *fault) MUST_CHECK;
void card_close(struct card *card);

/* The first line: the title, and at the right what it is. */
void card_title(struct card *card, struct view title, struct view note);
/* A paragraph over the whole width. */
void card_text(struct card *card, struct view text);
/* A piece of a line of marks; the last is followed by card_marks_end. */
void card_mark(struct card *card, struct view text, enum writer_colour colour);
void card_marks_end(struct card *card);
/* A blank line, and a heading with what is to be said of it. */
void card_heading(struct card *card, struct view heading, struct view note);
/* A name and the text beside it. */
void card_field(
    struct card *card, struct view name, struct view text, enum writer_colour colour);

#endif
