/* SPDX-License-Identifier: ISC */
#ifndef TABLE_VCARD_LINES_H
#define TABLE_VCARD_LINES_H

/*
 * The properties of a vCard: lines unfolded, split into name, parameters and value,
 * and the value decoded as its parameters say, but with its backslashes.
 */

#include "table/window.h"

struct vcard_lines {
	struct window *window;
	uint64_t line;	     /* of the property */
	uint64_t read;	     /* of the line that was read last */
	bool has_ahead, eof; /* a line was read, and is not used yet */
	bool cut;	     /* some of what is in text was too long for it */
	struct buf ahead, text, value, decoded;
};

/* All views live until the next property. */
struct vcard_property {
	struct view name;	/* without a group */
	struct view parameters; /* "TYPE=work;PREF=1", or "WORK;PREF" */
	struct view value;
	bool too_long;
};

void vcard_lines_release(struct vcard_lines *lines);

/* The next line that has a property: 1, 0 at the end, -1. What was passed on the way,
 * and the line itself, is appended to raw, up to 1 MiB. */
int vcard_lines_next(struct vcard_lines *lines, struct vcard_property *property,
    struct buf *raw, struct fault *fault) MUST_CHECK;

/* Whether a parameter has the value, whatever its case: TYPE=x, and x alone. */
bool vcard_property_is(const struct vcard_property *property, const char *word);
/* The value of a parameter, without its quotes; empty where there is none. */
struct view vcard_property_get(const struct vcard_property *property, const char *name);
/* Whether it has this name, whatever its case. */
bool vcard_property_named(const struct vcard_property *property, const char *name);

#endif
