/* SPDX-License-Identifier: ISC */
#ifndef MODEL_OUTSIDE_FORM_H
#define MODEL_OUTSIDE_FORM_H

/*
 * Which cells a row has in each format for the outside, and what they are made of.
 * Only outside.c includes this.
 */

#include "model/outside.h"

/* How the values of the fields become one cell. */
enum outside_join {
	JOIN_FIRST,	/* the first that has a value, else the id */
	JOIN_PARTS,	/* all are elements of a list, empty ones too */
	JOIN_UNITS,	/* the same of two fields, but not an empty second one */
	JOIN_EXTENSION, /* a number, and the one behind the switchboard */
	JOIN_REMARK,	/* all that have a value, with commas between */
	JOIN_ADDRESSES, /* a list of those that are not suppressed (HS-42) */
	JOIN_STAMP,	/* a time, as vCards write it */
	JOIN_UID,
	JOIN_WORD /* no field, but the word that stands in its place */
};

enum { FIELDS_MOST = 8 };

struct outside_place {
	const char *name;
	enum writer_shape shape;
	enum outside_join join;
	const char *fields[FIELDS_MOST];
	unsigned always;   /* so many of them are taken whatever is asked for */
	const char *whole; /* who asks for this field asks for all of these */
};

struct outside_form {
	const struct kind *kind;
	enum output output;
	const struct outside_place *places;
	size_t count;
};

/* FAULT_USAGE when nothing is told of the kind in this format. */
int outside_form_find(const struct outside_form **form, enum output output,
    const struct kind *kind, struct fault *fault) MUST_CHECK;

#endif
