/* SPDX-License-Identifier: ISC */
#ifndef MODEL_QUERY_H
#define MODEL_QUERY_H

/*
 * The query language of contact-table(5): operands in, matching records out,
 * through an index where one serves, else by a scan.
 */

#include "model/audience.h"
#include "model/entity.h"

struct query;

struct query_options {
	const struct kind *kind;
	const char *me;		/* login that `me` stands for */
	int64_t now;		/* for `today` and `-30d` */
	bool search;		/* contact-find: bare words, `FIELD=` */
	bool optional;		/* no operand means all (contact-find) */
	bool rejected;		/* rejected contacts too, though nothing names approval */
	enum audience audience; /* to whom contacts are shown, whatever names them */
};

/*
 * Parses operands, one token each. Mistakes are FAULT_USAGE that name the
 * operand, an unknown field with the nearest name. Needs the transaction for
 * names, picklists and the records that references mean. The operands are
 * borrowed as long as the query lives.
 */
int query_parse(struct query **query, struct txn *txn, const char *const *operands,
    size_t count, const struct query_options *options, struct fault *fault) MUST_CHECK;
void query_free(struct query *query);

/* Whether the record matches: 1, 0, -1. */
int query_matches(struct query *query, uint64_t id, struct record record,
    struct fault *fault) MUST_CHECK;

/* Calls each for every match, in ascending order of id; a result other than 0
 * ends it and is returned (positive: stop without a fault). */
int query_run(struct query *query,
    int (*each)(void *context, uint64_t id, struct record record, struct fault *fault),
    void *context, struct fault *fault) MUST_CHECK;

/* How many candidates would cost as much to look up one by one as query_run
 * costs. */
int query_cost(struct query *query, uint64_t *candidates, struct fault *fault) MUST_CHECK;

/* "index email, 1 record examined" and the like, after a run. */
const char *query_explain(const struct query *query);

/*
 * A column: FIELD, REF.FIELD..., DATE.year|.month|.week|.day, ext.NAME,
 * attr.NAME. Shared by -c, --sort and --count-by.
 */
struct column;
int column_parse(struct column **column, struct txn *txn, const struct kind *kind,
    struct view name, struct fault *fault) MUST_CHECK;
void column_free(struct column *column);
int column_print(struct column *column, uint64_t id, struct record record,
    struct buf *out, struct fault *fault) MUST_CHECK;
/* The same, lent where it can be: *value lives until the next call with this
 * column or the end of the transaction. */
int column_view(struct column *column, uint64_t id, struct record record,
    struct view *value, struct fault *fault) MUST_CHECK;
/* Tells that the column is going to be asked for this record, twice: some
 * records ahead, and nearer with `soon`. Only speeds things up. */
void column_expect(const struct column *column, struct record record, bool soon);
/* Whether it prints a `;`-list: a list field, or through a list. */
bool column_is_list(const struct column *column);
/* The type of what it prints: that of the field, of the declared attribute, or
 * text for a part of a date. */
int column_type(
    const struct column *column, enum value_type *type, struct fault *fault) MUST_CHECK;
/* The last field that the column reaches. */
const struct field *column_field(const struct column *column);
/* The name as asked. */
struct view column_name(const struct column *column);

#endif
