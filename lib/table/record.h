/* SPDX-License-Identifier: ISC */
#ifndef TABLE_RECORD_H
#define TABLE_RECORD_H

/*
 * One record between splitting and its row: what it borrows from, and the
 * checks that a split record must pass before its cells are handed out.
 */

#include "table/decoder.h"
#include "table/json_input.h"
#include "table/split.h"

/* How the records of a file are split. */
struct manner {
	enum dialect dialect;
	char delimiter;
	struct json_input *json; /* not NULL: JSON */
	struct decoder decoder;	 /* the file's own */
	struct decoder fallback; /* kind DECODER_NONE: there is none */
	bool fell_back;		 /* a row needed the fallback */
};

struct record {
	struct split split;
	struct buf text;    /* a copy, when the record is kept */
	struct buf decoded; /* it in the fallback's encoding; `text` stays */
	struct buf values;  /* that JSON cells are views of */
	struct buf raw;
	const char *code; /* why it cannot be used, or NULL */
	char message[160];
	uint64_t line; /* where it starts, or the bad quote opened */
	size_t column;
	bool fell_back; /* read in the fallback's encoding */
};

int record_new(struct record **record, struct fault *fault) MUST_CHECK;
void record_free(struct record *record);

enum split_result record_split(
    struct record *record, struct manner *manner, struct view text, bool last);

/* Marks the record as one that cannot be used. */
void record_refuse(struct record *record, const char *code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Makes *row of a record that was split from text, or refused. Unusable bytes
 * refuse it. Cells may be changed where they lie. */
int record_finish(struct record *record, struct manner *manner, struct view text,
    struct row *row, struct fault *fault) MUST_CHECK;

/* As record_finish, of a copy of text that the record keeps. */
int record_keep(struct record *record, struct manner *manner, struct view text,
    struct row *row, struct fault *fault) MUST_CHECK;

#endif
