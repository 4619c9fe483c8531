/* SPDX-License-Identifier: ISC */
#ifndef RULES_MAP_H
#define RULES_MAP_H

/*
 * Maps tell how the columns of a known export become fields. They are files
 * (contact-map(5)); a map has shapes, each recognised by its header. A plan is
 * a shape bound to one file's header: it turns each row into a draft.
 */

#include "rules/draft.h"
#include "table/reader.h"

struct maps;
struct plan;

/*
 * Loads the maps: all of directory, or with `only` (a name, NAME:SYSTEM, or a
 * path that has a slash) that one. A map file that breaks the format is a
 * FAULT_USAGE with file and line.
 */
int maps_load(struct maps **maps, const char *directory, const char *only,
    struct fault *fault) MUST_CHECK;
void maps_free(struct maps *maps);

struct plan_options {
	const struct kind *kind; /* what -k says */
	const char *map;	 /* "auto", name, NAME:SYSTEM or path */
	const char *key;	 /* --key or NULL: "email", "ext.x", "id", a header */
	bool blank_clears;	 /* --blank clear */
	bool store_sensitive;	 /* --store-sensitive */
	bool header;		 /* false: `names` replaces a header record */
	const char *names;	 /* --header LIST or NULL */
	/* Rows choose records: only id, rev, ext.NAME and e-mail are looked at, and
	 * the fields of this list, which ends with NULL. NULL: an import. */
	const char *const *takes;
	bool pairs;	/* with takes: each row means two, id and other */
	bool by_option; /* the kind of a file is told by --jobs and the like */
	struct value_rules values;
};

/*
 * Finds the header within the first 10 records of the reader (taking them and
 * it, so that reader_next gives the first row), recognises the shape and binds
 * it. No header found, a foreign `id`, a file of another kind: FAULT_INPUT. txn
 * gives slots to ext and attr columns, making them where new.
 */
int plan_make(struct plan **plan, struct maps *maps, struct txn *txn,
    struct reader *reader, const struct plan_options *options,
    struct fault *fault) MUST_CHECK;
void plan_free(struct plan *plan);

/* The draft of a row; all it points to is in the arena or the plan. Never
 * touches a transaction. -1 only when memory runs out. */
int plan_draft(struct plan *plan, const struct row *row, struct arena *arena,
    struct draft *draft, struct fault *fault) MUST_CHECK;

/*
 * Footers can be told only from the end of a file: rows go in by plan_push and
 * come out by plan_pull, some records later where the shape has a footer.
 * Call plan_push with NULL at the end of the file. (A shape without footer
 * returns each row at once.) plan_pull: 1 and *draft, 0 when it needs more.
 * Pull until 0 before the reader goes on: a row may still be its own.
 */
int plan_push(struct plan *plan, const struct row *row, struct fault *fault) MUST_CHECK;
int plan_pull(struct plan *plan, struct arena *arena, struct draft *draft,
    struct fault *fault) MUST_CHECK;

/* "salesforce", which source `Import: MAP` names (HS-34), and the shape. */
const char *plan_map(const struct plan *plan);
const char *plan_shape(const struct plan *plan);

/* The slots that --key names, in its order, for the import to match rows by; 0
 * when it names none (no --key, or id). A header that is no field was made an
 * external id of its own name. */
size_t plan_keys(const struct plan *plan, const uint16_t **slots);

/* Whether a map or an external system can be called so: by small letters, digits,
 * _ - and . */
bool map_is_name(struct view text);

/* Whether the header is this store's own. */
bool plan_is_ours(const struct plan *plan);
/* The external system whose ids the file carries, and whether the map says which;
 * else it is called as the map is. */
const char *plan_system(const struct plan *plan);
bool plan_names_system(const struct plan *plan);
/* Whether the ids of the file are of the system whose ids are in this slot: it is
 * that of the map, or the file has a column for them. */
bool plan_has_ids(const struct plan *plan, uint16_t slot);

/* Whether a column of the file fills the slot. */
bool plan_reads(const struct plan *plan, uint16_t slot);

/* The header as it stood, with the names of unnamed columns empty. */
size_t plan_columns(const struct plan *plan, const struct view **names);

/* Lines for -v (header -> field, one a line) and the notes to print once: what
 * was dropped as sensitive, kept as attr.NAME, repeated columns. Each ends in
 * a newline. */
void plan_explain(const struct plan *plan, struct buf *out);
void plan_notes(const struct plan *plan, struct buf *out);

#endif
