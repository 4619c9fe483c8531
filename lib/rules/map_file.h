/* SPDX-License-Identifier: ISC */
#ifndef RULES_MAP_FILE_H
#define RULES_MAP_FILE_H

/*
 * What a map file says (contact-map(5)), as the detection and the binding of
 * columns need it. All of it lies in one arena and is never changed after
 * loading.
 */

#include "base/arena.h"
#include "base/clock.h"
#include "model/kind.h"

/* What becomes of a column that is not simply a field. */
enum map_use {
	USE_FIELD,
	USE_SKIP,     /* known and of no use */
	USE_DROP,     /* sensitive: never stored */
	USE_DELETED,  /* flag, the source has deleted the row */
	USE_MERGED,   /* id of the record that it was merged into */
	USE_ARCHIVED, /* flag, out of use at the source */
};

enum map_rule {
	RULE_FLAG = 1 << 0,
	RULE_KEY = 1 << 1,	/* identity of the record in that source */
	RULE_KEYPART = 1 << 2,	/* part of it, joined by `/` */
	RULE_BY_ID = 1 << 3,	/* a reference by an id of that source */
	RULE_ID = 1 << 4,	/* an id of that source, kept as text */
	RULE_NUMBERED = 1 << 5, /* FIELD#: one of several "N -" columns */
	RULE_TYPE = 1 << 6,	/* what kind of value column N holds */
	RULE_BOUNCED = 1 << 7,	/* a value means Bounced */
	RULE_SPLIT = 1 << 8,	/* the separator parts values of other sorts */
	RULE_DMY = 1 << 9,
	RULE_MDY = 1 << 10,
	RULE_PART = 1 << 11,   /* a name that may be only half of one */
	RULE_ACTION = 1 << 12, /* a flag of which only yes says something */
};

struct map_column {
	struct map_column *next;
	unsigned line;
	enum map_use use;
	unsigned rules;
	struct view header; /* as written in the map */
	struct view normal;
	struct view field;	 /* without `#`; ext.SYSTEM stands as such */
	struct view separator;	 /* of multi: and split:, or empty */
	struct view type_header; /* of x500:, normal form, or empty */
	struct view has;	 /* of has:, or empty */
	struct view not ;	 /* of not:, or empty */
	size_t cut;		 /* of cut:, or 0 */
};

enum map_test { TEST_ALL, TEST_ANY, TEST_NONE, TEST_LAST, TEST_IDS };

/* A header that a condition speaks of; with `joined` the next one must be
 * there as well. */
struct map_term {
	struct map_term *next;
	struct view text; /* normal form, or as written when exact */
	bool exact, prefix, joined;
};

struct map_condition {
	struct map_condition *next;
	enum map_test test;
	struct map_term *terms;
	struct view prefix; /* of ids: how they begin, or empty */
};

struct map_word {
	struct map_word *next;
	struct view text;
};

/* `type phone# "Home Fax" fax`: where values of that type go. */
struct map_type {
	struct map_type *next;
	unsigned line;
	struct view of, word, field; /* word: normal form */
};

struct map_default {
	struct map_default *next;
	unsigned line;
	struct view field, value;
};

/* `value status "Offer Out" Open`: what a word means in columns of the field. */
struct map_value {
	struct map_value *next;
	unsigned line;
	struct view field, text, value;
	struct view word; /* text in the form of map_value_normal */
};

struct map_file;

struct map_shape {
	struct map_shape *next;
	const struct map_file *map;
	const struct map_shape *like;
	struct view name;
	const char *title; /* "Salesforce Account export", for messages */
	const struct kind *kind;
	unsigned order, line;
	bool has_order;
	struct map_condition *conditions;
	struct map_column *columns;
	const char *encoding; /* fall-back, or NULL */
	enum date_order dates;
	bool salesforce_ids;
	struct map_word *nulls, *empties, *footers;
	struct map_type *types;
	struct map_default *defaults;
	struct map_value *values;
};

struct map_file {
	struct map_file *next;
	const char *name, *path;
	struct map_shape *shapes;
};

/*
 * Reads a map from its text; path is for messages. All of *map is in the
 * arena. What breaks the format is a FAULT_USAGE with path and line.
 */
int map_file_read(struct map_file **map, struct arena *arena, const char *path,
    struct view text, struct fault *fault) MUST_CHECK;

/* The columns of a shape, own ones first, then those of the shape that it is
 * like: starts with *at NULL and *from the shape; NULL after the last. */
const struct map_column *map_column_next(
    const struct map_shape **from, const struct map_column *at);

#endif
