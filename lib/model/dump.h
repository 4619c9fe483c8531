/* SPDX-License-Identifier: ISC */
#ifndef MODEL_DUMP_H
#define MODEL_DUMP_H

/*
 * The content of a store as text, the format of contact-dump(5): a line for
 * each value, in an order that depends on nothing but the content, so stores
 * with the same content give the same bytes. load.h reads it back.
 */

#include "model/kind.h"

#define DUMP_FORMAT "contact-dump"
#define DUMP_NUMBER "1"

/*
 * Writes the store as the transaction sees it. take is given pieces of some
 * 256 KiB, which it empties; when it returns 1 nobody reads on, and the dump
 * ends. A record that the kinds' tables cannot name is a FAULT_STORE.
 */
int dump_write(struct txn *txn,
    int (*take)(void *context, struct buf *piece, struct fault *fault), void *context,
    struct fault *fault) MUST_CHECK;

/* The fields of a kind that are stored, in the order of the dump. fields has
 * room for RECORD_FIXED; returns how many there are. */
size_t dump_fields(const struct kind *kind, const struct field **fields);

/* Appends a value with \t \n \r \\ for what would break a line, and \# for
 * the mark of a reference (value.h). */
void dump_escape(struct buf *out, struct view value);
/* Undoes it; false for a backslash before anything else. */
bool dump_unescape(struct buf *out, struct view text);

#endif
