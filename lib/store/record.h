/* SPDX-License-Identifier: ISC */
#ifndef STORE_RECORD_H
#define STORE_RECORD_H

/*
 * A record as it lies in the store: a fixed head, a table of offsets, bytes.
 * It is read in place; testing one field neither parses nor copies. A field
 * is known here by its slot: below RECORD_FIXED one of the kind's own fields,
 * from there on an ext or attr column by the number that the tree `names`
 * gives it. An absent slot and an empty value are the same.
 *
 * Bytes (all numbers little-endian):
 *    0  checksum, 32 bits, of all that follows
 *    4  revision of creation      8  revision of the last change
 *   12  input line of the last change, 0 where there was none
 *   16  kind   17  cause of the last change, with 0x80: ends have 32 bits
 *   18  count of extras, 16 bits
 *   20  bitmap of the fixed slots that are there, 64 bits
 *   28  per fixed slot, then per extra: end of its value, counted from the
 *       first value, 16 bits or 32
 *   ..  per extra: slot, 16 bits, ascending
 *   ..  the values, one behind the other
 */

#include <stdint.h>

#include "base/buf.h"

#define RECORD_FIXED  64
#define RECORD_EXTRAS 2048
#define RECORD_HEAD   28

/* The highest id, so that kinds and flags have room beside one in 64 bits. */
#define RECORD_ID_MOST ((UINT64_C(1) << 48) - 1)

struct record {
	const unsigned char *at;
	size_t len;
};

/* Why a record changed last, besides the row itself. */
enum cause {
	CAUSE_ROW,	    /* a row or operand said so */
	CAUSE_ORGANIZATION, /* rules about organizations (CS-16, CS-39) */
	CAUSE_REFERENCE,    /* a reference found its target */
	CAUSE_JOB,
	CAUSE_PLACEMENT,
	CAUSE_ARCHIVE,
	CAUSE_UNDO,
	CAUSE_RECONCILE,  /* TR-52 */
	CAUSE_MERGE,	  /* one record was merged into another */
	CAUSE_INVITATION, /* HS-37 to HS-52 */
	CAUSES
};

/* The name that --diff prints. */
const char *cause_name(enum cause cause);

/* Whether the bytes are a whole record whose checksum holds; every record is
 * asked once before it is relied upon. */
bool record_sound(struct record record);

uint8_t record_kind(struct record record);
uint32_t record_created(struct record record);
uint32_t record_rev(struct record record);
uint32_t record_line(struct record record);
enum cause record_cause(struct record record);

/* The value in slot, empty when there is none. */
struct view record_get(struct record record, uint16_t slot);

/* Goes over the slots that are there, in ascending order: start with
 * *position 0; false at the end. */
bool record_next(
    struct record record, uint32_t *position, uint16_t *slot, struct view *value);

/*
 * What a record is to hold. Setting a slot to the empty view takes it out.
 * Values are borrowed until record_encode. fields[RECORD_FIXED] by slot, then
 * extras in ascending order of slot.
 */
struct record_extra {
	uint16_t slot;
	struct view value;
};

struct record_form {
	uint64_t present;
	struct view fixed[RECORD_FIXED];
	struct record_extra extras[RECORD_EXTRAS];
	unsigned extra_count;
	bool full; /* more extras than a record can hold were set */
};

void record_form_clear(struct record_form *form);
void record_form_from(struct record_form *form, struct record record);
void record_form_set(struct record_form *form, uint16_t slot, struct view value);
struct view record_form_get(const struct record_form *form, uint16_t slot);

struct record_head {
	uint8_t kind;
	uint32_t created, rev, line;
	enum cause cause;
};

/* Bytes that the form takes as a record, then the record itself. */
size_t record_size(const struct record_form *form);
void record_encode(
    const struct record_form *form, const struct record_head *head, void *bytes);

/* Whether a record holds exactly the fields of the form. */
bool record_same(struct record record, const struct record_form *form);

#endif
