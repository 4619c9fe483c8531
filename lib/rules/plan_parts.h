/* SPDX-License-Identifier: ISC */
#ifndef RULES_PLAN_PARTS_H
#define RULES_PLAN_PARTS_H

/*
 * The inside of a plan. Binding (bind.c) gives every column a source in a
 * target; a target is one slot of the draft. What several columns decide
 * together is gathered: e-mails, numbered groups, key parts, names. A row
 * (plan_row.c) then only walks these tables.
 */

#include "rules/detect.h"

#define NO_COLUMN  UINT32_MAX
#define NAME_PARTS 4 /* first, middle, last, suffix */

/* How a cell becomes a value. */
enum take {
	TAKE_TEXT,    /* as it stands */
	TAKE_CHECKED, /* as it stands, but for #N/A and the like */
	TAKE_VALUE,   /* by value_read */
	TAKE_FLAG,    /* true or false where it reads as one */
	TAKE_ID,      /* an id of the source */
	TAKE_BY_ID,   /* SYSTEM:ID */
	TAKE_BOUNCED, /* */
	TAKE_ACTION,  /* a flag, empty where it says no */
	TAKE_LIST     /* parted by the rule's separator */
};

/* A value of a column that has few different ones. */
struct memo {
	struct view text, value;
};
#define MEMOS 64

/* A word that the map knows for a value of a field, in the form of
 * map_value_normal, and that value, canonical. */
struct meaning {
	struct meaning *next;
	struct view word, value;
};

struct target;

struct source {
	uint32_t column; /* from 0 */
	unsigned rank;	 /* the lower goes first */
	enum take take;
	enum date_order dates;
	const struct map_column *rule; /* or NULL */
	uint32_t type_column;	       /* of x500 */
	struct target *spare;	       /* keeps what the field does not take */
	struct memo *memos;
};

struct sources {
	struct source *at;
	size_t count, cap;
};

struct target {
	uint16_t slot;
	size_t index; /* in plan->targets */
	const struct field *field;
	struct view name; /* of ext and attr */
	bool read_only;	  /* CELL_READ_ONLY */
	bool gathered;	  /* filled by several columns together */
	bool plain;	  /* one source, nothing to be kept beside it */
	struct sources sources;
	struct view preset; /* of `default`, canonical */
	struct meaning *meanings;
};

/* Columns "STEM N - PART" of all N, such as addresses. */
struct group_entry {
	unsigned number;
	uint32_t type_column;
};

struct group_field {
	struct view field;
	struct target *target;
	uint32_t *columns;	 /* by entry */
	struct target **further; /* attr.FIELD_2 and on */
	size_t further_count;
	const struct map_column *rule;
};

struct group {
	struct group *next;
	struct view stem;
	struct group_entry *entries;
	size_t entry_count;
	struct group_field *fields;
	size_t field_count;
	/* By type, of a group with one field: parallel to shape->types. */
	struct target **types;
	size_t *order, *filled; /* scratch */
};

struct key_part {
	uint32_t *columns;
	size_t count;
};

enum cell_state { STATE_VALUE, STATE_BLANK, STATE_NULL };

struct footer;

struct plan {
	struct arena arena;
	const struct maps *maps;
	const struct map_shape *shape;
	const struct kind *kind;
	struct txn *txn; /* while binding */
	const char *map, *system, *shape_name;
	uint16_t system_slot; /* of ids of the system, with has_system_slot */
	bool has_system_slot;
	bool ours, blank_clears, store_sensitive, excel;
	struct value_rules values;
	bool mail;	    /* rows are of messages */
	struct buf generic; /* with mail: the setting generic_domains */

	struct header header;
	struct view *names;
	size_t columns, named;		/* named: without nameless ones at the end */
	struct target **column_targets; /* by column, or NULL */

	struct target **targets;
	size_t target_count, target_cap;
	struct target *name, *parts[NAME_PARTS], *email, *other_emails, *phone, *key,
	    *status;
	struct sources emails; /* both fields', where they are gathered */
	size_t own_emails;     /* of which come from columns for `email` */
	struct group *groups;
	struct key_part client, record;
	struct target *record_spare;

	uint32_t id_column, rev_column, other_column, deleted_column, master_column,
	    archived_column, raw_column;
	uint16_t *keys;
	size_t key_count;
	bool has_keys;

	const struct map_word *nulls, *empties;
	bool token_begins[256];

	struct buf explain, notes, sensitive, kept;

	/* Of the row at hand. */
	struct view *cells; /* trimmed; empty unless STATE_VALUE */
	unsigned char *states;
	struct buf scratch, list;

	struct footer *footer;
	struct row row; /* that was pushed, where there is no footer */
	bool has_row;
};

/* bind.c: gives every column its place. */
int plan_bind(struct plan *plan, const struct plan_options *options,
    struct fault *fault) MUST_CHECK;

/* select.c: rows that choose records. Which record is their header; a column of
 * it; and whether there is none, since the file is nothing but ids. */
bool select_header(struct verdict *verdict, const struct maps *maps,
    const struct plan_options *options, const struct candidate *candidates, size_t count);
bool select_bare_ids(const struct candidate *candidates, size_t count);
int select_bind(struct plan *plan, uint32_t column, const struct plan_options *options,
    struct fault *fault) MUST_CHECK;
/* A fault when rows were to bring values, and no column has one. */
int select_check(const struct plan *plan, const struct plan_options *options,
    struct fault *fault) MUST_CHECK;

/* bind.c: says for -v what became of a column. */
void bind_explain(struct plan *plan, const struct header_name *name, const char *to);

/* bind_fields.c: what is settled when all columns have their places. */
int bind_emails(struct plan *plan, struct fault *fault) MUST_CHECK;
int bind_name(struct plan *plan, struct fault *fault) MUST_CHECK;
int bind_defaults(struct plan *plan, struct fault *fault) MUST_CHECK;
int bind_values(struct plan *plan, struct fault *fault) MUST_CHECK;
int bind_keys(struct plan *plan, const char *key, struct fault *fault) MUST_CHECK;

/* plan_notes.c */
void plan_explain_target(struct plan *plan, const struct header_name *name,
    const struct target *target, const char *more);
/* Adds a header to a list for a note, unless that is long enough: then false. */
bool plan_list_name(struct buf *list, struct view name);
void plan_note_all(struct plan *plan);

/* target.c: the target of a slot, made where there is none; NULL on a fault. */
struct target *target_find(const struct plan *plan, uint16_t slot);
struct target *target_of(struct plan *plan, const struct field *field, uint16_t slot,
    struct view name, struct fault *fault);
struct target *target_named(
    struct plan *plan, enum name_class class, struct view name, struct fault *fault);
struct target *target_field(struct plan *plan, struct view name, struct fault *fault);
/* The attribute that a header names; label is kept with a new one. */
struct target *target_attribute(
    struct plan *plan, struct view header, struct fault *fault);
struct source *target_source(
    struct plan *plan, struct target *target, uint32_t column, struct fault *fault);
/* After the last: puts targets in order of slot and decides how each takes
 * its cells. */
int targets_finish(struct plan *plan, struct fault *fault) MUST_CHECK;
int sources_add(struct plan *plan, struct sources *sources, struct source source,
    struct fault *fault) MUST_CHECK;

/* group.c */
int group_add(struct plan *plan, uint32_t column, const struct map_column *rule,
    struct fault *fault) MUST_CHECK;
int groups_finish(struct plan *plan, struct fault *fault) MUST_CHECK;

/* What plan_row.c and the gatherers share while they draft a row. */
struct spill {
	struct target *target;
	struct view value;
	uint32_t column;
};

struct drafting {
	struct plan *plan;
	const struct row *row;
	struct arena *arena;
	struct draft *draft;
	struct cell *cells; /* by target */
	struct spill *spills;
	size_t spill_count, spill_cap;
	struct buf others; /* other_emails so far */
	bool failed;	   /* memory ran out */
};

/* Puts the row in error, if it is not yet, on behalf of a column. */
void drafting_problem(
    struct drafting *d, uint32_t column, const char *code, const char *why);
/* Reads text for a field; false with the row in error. *value lives as long as
 * the draft. */
bool drafting_value(struct drafting *d, const struct field *field, struct view name,
    uint32_t column, struct view text, struct view *value);
/* Fills a cell that has no value yet; one that has keeps it and takes the
 * value behind `; ` when join is set. */
void drafting_fill(struct drafting *d, const struct target *target, struct view value,
    uint32_t column, bool join);
bool drafting_is_filled(const struct drafting *d, const struct target *target);
/* Keeps a value for a target that may have a cell of its own. */
void drafting_spill(
    struct drafting *d, struct target *target, struct view value, uint32_t column);
struct view drafting_copy(struct drafting *d, struct view text);
/* An id of the source in its long form; empty for the null id; false with the
 * row in error. */
bool drafting_id(struct drafting *d, uint32_t column, struct view text, struct view *id);

/* drafting_take.c: the value of a cell that is not empty; false when the row is
 * in error because of it. An empty value counts as a blank cell. */
bool drafting_take(struct drafting *d, const struct target *target,
    const struct source *source, struct view text, struct view *value);
/* Whether the map has a `value` line for what stands in a column of the target,
 * and which value that is. */
bool drafting_meaning(struct drafting *d, const struct target *target, struct view text,
    struct view *value);
/* A flag of the source, unset when blank. A text that is none is a problem. */
bool drafting_flag(struct drafting *d, uint32_t column, bool *flag);

/* drafting_ids.c */
void drafting_source_state(struct drafting *d);
void drafting_own_id(struct drafting *d);
void drafting_key(struct drafting *d);

/* emails.c, group.c, name_parts.c: what several columns decide together. */
void drafting_emails(struct drafting *d);
void drafting_email(struct drafting *d, uint32_t column, struct view text, bool own);
void drafting_groups(struct drafting *d, bool emails);
void drafting_name(struct drafting *d);

/* mail_domain.c: reads what organizations by domain need; the domain of a row. */
int mail_prepare(struct plan *plan, struct fault *fault) MUST_CHECK;
void drafting_domain(struct drafting *d);

/* The next piece of text between separators, trimmed; false at the end. */
bool piece_next(struct view *rest, struct view separator, struct view *piece);

/* footer.c */
int footer_new(struct footer **footer, const struct map_shape *shape,
    struct fault *fault) MUST_CHECK;
void footer_free(struct footer *footer);
/* Takes a row, or NULL at the end. */
int footer_push(
    struct footer *footer, const struct row *row, struct fault *fault) MUST_CHECK;
/* 1 and *row, valid until the next push or pull; 0 when it needs more. */
int footer_pull(struct footer *footer, struct row *row);

#endif
