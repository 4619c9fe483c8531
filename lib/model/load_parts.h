/* SPDX-License-Identifier: ISC */
#ifndef MODEL_LOAD_PARTS_H
#define MODEL_LOAD_PARTS_H

/* What the parts of loading share: load_scan.c (the first reading), load.c
 * (the second), load_record.c (one record), load_proof.c (what can be told only
 * when all records are there). */

#include "model/change.h"
#include "model/dump.h"
#include "model/lines.h"
#include "model/load.h"
#include "model/value.h"

/* A part of the file whose lines begin alike. A dump has one for each kind,
 * then labels and settings. */
struct section {
	off_t from, end;
	uint64_t before; /* lines */
};
#define SECTIONS_MOST 32

/* The name of a column and its slot: names repeat from record to record. */
struct known_name {
	char text[64]; /* "attr.shirt" */
	uint8_t len;
	uint16_t slot;
	enum name_class class;
};
#define KNOWN_NAMES 1024

/* A value of the record that is being read. */
struct part {
	uint64_t line;
	size_t at, len; /* in load->values */
	uint16_t slot;
};

/* A setting of the dump, by its place in the table of settings. */
struct given {
	uint64_t line; /* 0: not in the dump */
	struct buf value;
};

struct load {
	int fd;
	const char *name;
	off_t size;
	bool edited; /* the last line waives the checksum */
	struct section sections[SECTIONS_MOST];
	size_t section_count;

	/* Of the run. */
	struct txn *txn;
	const struct load_report *report;
	uint64_t records, settings, done;
	uint64_t last_id; /* the highest so far */
	struct given *given;
	unsigned char labelled[8192]; /* a bit for each slot */
	struct known_name names[KNOWN_NAMES];
	struct ids externals; /* hashes of kind, slot and external id */

	/* Of the record. */
	const struct kind *kind; /* whose fields these are */
	const struct field *fields[RECORD_FIXED];
	size_t field_count, next_field;
	struct buf prefix, values, scratch, element;
	struct part *parts;
	size_t part_count;
	size_t size_of_record; /* what its values have, but for those of rules */
	struct record_form form;
};

/* FAULT_INPUT with the file and the line in front. */
int load_refuse(const struct load *load, uint64_t line, struct fault *fault,
    const char *format, ...) __attribute__((format(printf, 4, 5)));

/* The first bytes of a text, for a message: the arguments of "%.*s". */
struct view load_quoted(struct view text);
#define QUOTED(text) (int)load_quoted(text).len, load_quoted(text).at

/* Cuts a line at its tabs, into at most `most` columns; returns how many it
 * has. */
size_t load_columns(struct view line, struct view *columns, size_t most);

int load_scan(struct load *load, struct fault *fault) MUST_CHECK;

/* "ext.NAME" or "attr.NAME": 1 and its slot, which is made, 0 when it is
 * neither, -1. */
int load_extra(struct load *load, uint64_t line, struct view column,
    enum name_class *class, uint16_t *slot, struct fault *fault) MUST_CHECK;

/* The id of a record line: 1, 0 when its first column is no kind, -1. */
int load_head(const struct load *load, uint64_t line, struct view text,
    const struct kind **kind, uint64_t *id, struct fault *fault) MUST_CHECK;
/* Reads the record whose first line was given last, and stores it. */
int load_record(struct load *load, struct lines *lines, struct view line,
    struct fault *fault) MUST_CHECK;

int load_proof(struct load *load, struct fault *fault) MUST_CHECK;

#endif
