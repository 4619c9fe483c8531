/* SPDX-License-Identifier: ISC */
#ifndef TABLE_BOUNCE_FIELDS_H
#define TABLE_BOUNCE_FIELDS_H

/* Header fields in the body of a report. */

#include "base/buf.h"

struct bounce_field {
	struct view name, value; /* value as it stands, folded */
};

/* Takes the next field off *text; false at the end. A line that begins none is passed
 * over; an empty line is a field without a name. */
bool bounce_field_next(struct view *text, struct bounce_field *field);

/* Appends the facts (bounce_parser.h) that message/delivery-status has, or those of
 * message/feedback-report, or the Message-ID of the header of a returned message. */
void bounce_fields_status(struct view text, struct buf *out);
void bounce_fields_feedback(struct view text, struct buf *out);
void bounce_fields_returned(struct view text, struct buf *out);

#endif
