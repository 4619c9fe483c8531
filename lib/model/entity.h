/* SPDX-License-Identifier: ISC */
#ifndef MODEL_ENTITY_H
#define MODEL_ENTITY_H

/*
 * Fields of records as people see them: looked up by name, printed with their
 * references resolved. What a reference prints as, and what it is read from,
 * is decided here alone (design A4).
 */

#include "model/kind.h"
#include "model/salesforce_id.h"
#include "model/value.h"
#include "store/index.h"

/*
 * Appends the value of one field as it prints; nothing when it has none.
 * Works for stored, derived and system fields; slot is the field's own, or of
 * an extra.
 */
int entity_print(struct buf *out, struct txn *txn, const struct kind *kind, uint64_t id,
    struct record record, uint16_t slot, struct fault *fault) MUST_CHECK;

/* The value of a field as it is stored, references as ids: borrowed from the
 * record, or from *scratch (emptied first) when it is computed. */
int entity_value(struct txn *txn, const struct field *field, uint16_t slot, uint64_t id,
    struct record record, struct buf *scratch, struct view *value,
    struct fault *fault) MUST_CHECK;

/*
 * Appends what the record id prints as when a field of kind `of` refers to it:
 * its label where that reads back to the same record, else #ID; the bare id of
 * a kind whose label is no key. Answers are kept for a read transaction.
 */
int entity_label(struct buf *out, struct txn *txn, const struct kind *of, uint64_t id,
    struct fault *fault) MUST_CHECK;

/*
 * What a person or a row means by `text` as a record of kind `of`: name or
 * login, a former name, e-mail, SYSTEM:ID of a known system, #ID, digits that
 * are no name: the first of these that fits anything. All that fit are
 * appended to ids; none is no fault.
 */
int entity_resolve(struct txn *txn, const struct kind *of, struct view text,
    struct ids *ids, struct fault *fault) MUST_CHECK;

/* The record whose key fields are equal: ext and login exactly, e-mail by its
 * key, name by identity folding. All that match are appended. */
int entity_find_key(struct txn *txn, const struct kind *kind, uint16_t slot,
    const struct field *field, struct view value, struct ids *ids,
    struct fault *fault) MUST_CHECK;

/* The same under the folding of search: case, accents and width do not count.
 * The slot has to be indexed. */
int entity_find_text(struct txn *txn, const struct kind *kind, uint16_t slot,
    const struct field *field, struct view value, struct ids *ids,
    struct fault *fault) MUST_CHECK;

/* The records of the kind whose reference in the slot, which has to be indexed and no
 * list, is to the target; in order of id. */
int entity_find_referring(struct txn *txn, const struct kind *kind, uint16_t slot,
    uint64_t target, struct ids *ids, struct fault *fault) MUST_CHECK;

/* SYSTEM:ID of a system that the store knows: 1, the slot of its ids, and the id,
 * which is in `form` where one of Salesforce is given short; 0 for other text. */
int entity_read_external(struct txn *txn, struct view text, uint16_t *slot,
    struct view *id, char form[SALESFORCE_ID], struct fault *fault) MUST_CHECK;

/* "#12" or "12". */
bool entity_read_id(struct view text, uint64_t *id);

#endif
