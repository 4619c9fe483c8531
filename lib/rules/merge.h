/* SPDX-License-Identifier: ISC */
#ifndef RULES_MERGE_H
#define RULES_MERGE_H

/*
 * Duplicates that somebody has decided upon: one record is merged into
 * another, which keeps its own values, or the two are said to be different.
 * lib/model/merged.h has what is remembered of either.
 */

#include "rules/import_run.h"

/*
 * The record draft->other is merged into keep: what keep lacks is taken from it,
 * references to it lead to keep, its ids answer for keep, and it is removed.
 * import->form is what keep has become. *changed is false when that was done
 * before. A draft that cannot be done has its code in import->code.
 */
enum step merge_take(struct import *import, const struct draft *draft, uint64_t keep,
    bool *changed, struct fault *fault);

/* Remembers that the two are not the same, until one of them is deleted. */
enum step merge_apart(struct import *import, const struct draft *draft, uint64_t keep,
    bool *changed, struct fault *fault);

/* merge_fields.c: puts into import->form what keep is to be. Both records are
 * copied from; keep and other are their ids. */
enum step merge_fill(struct import *import, uint64_t keep, struct record kept,
    uint64_t other, struct record merged, struct fault *fault);

/* merge_ids.c: the same for what it answers for, and whom it is not. */
int merge_ids(struct import *import, uint64_t keep, uint64_t other, struct record merged,
    struct fault *fault) MUST_CHECK;

/* merge_statuses.c: the same for the two statuses of a contact. */
int merge_statuses(struct import *import, uint64_t other, struct record merged,
    struct fault *fault) MUST_CHECK;

/* merge_row.c: the organization into which one of the row's name was merged; *id stays where
 * there is none. */
int merge_by_name(struct import *import, const struct draft *draft, uint64_t *id,
    struct fault *fault) MUST_CHECK;
/* Puts the name of a merged organization into the list of what was merged. */
int merge_put_name(struct buf *list, struct view name, struct fault *fault) MUST_CHECK;

/* Whether a row means the record by an id that another had which was merged into
 * it, or by that one's name, and by none of its own. */
int merge_is_other(struct import *import, const struct draft *draft, uint64_t id,
    struct record record, bool *is_other, struct fault *fault) MUST_CHECK;

#endif
