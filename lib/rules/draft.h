/* SPDX-License-Identifier: ISC */
#ifndef RULES_DRAFT_H
#define RULES_DRAFT_H

/*
 * A draft is what one input row says about one record: checked, canonical
 * values by slot, before anybody has looked into the store. Drafts are made
 * by a map (map.h) on the reading thread and applied by import.h on the
 * writing one.
 */

#include "base/arena.h"
#include "model/change.h"
#include "model/value.h"

enum cell_flag {
	CELL_CLEAR = 1 << 0,	 /* the map's null token: clear the field */
	CELL_BLANK = 1 << 1,	 /* the cell was there and empty */
	CELL_BY_ID = 1 << 2,	 /* a reference given as SYSTEM:ID */
	CELL_READ_ONLY = 1 << 3, /* derived or system: compared only (A4) */
	CELL_SPLIT = 1 << 4,	 /* a part that was split off `name` */
	CELL_ADD = 1 << 5,	 /* to the list that is there */
	CELL_REMOVE = 1 << 6,	 /* from it */
};

struct cell {
	uint16_t slot;
	uint16_t flags;
	uint32_t column;   /* of the input, from 1; 0: operand or --set */
	struct view value; /* in the batch's arena */
};

struct draft {
	uint64_t line;
	/* Set when the row is to be reported and not applied; skipped tells
	 * whether the action is `skipped` (EMPTY, DELETED_AT_SOURCE). */
	const char *code;
	const char *message;
	const char *column_name; /* header that the message is about, or NULL */
	uint32_t column;	 /* its number, from 1; 0 where there is none */
	bool skipped;

	struct cell *cells; /* ascending slot, each slot once */
	size_t count;

	/* References that the row gives by id (CELL_BY_ID) beside a cell that
	 * gives them by name: where the id resolves it goes before the name. */
	struct cell *by_id;
	size_t by_id_count;

	/* Index keys of the cells that rows are matched by; made where the
	 * row is read, so that the writing thread need not fold them. */
	struct change_key *keys;
	size_t key_count;

	/* CS-43: the domain that stands for the organization of a mail's row, in the
	 * form of HS-54 (a REFERENCE_MARK is in front of it, so that with it it is no
	 * name), and as it was typed. */
	struct view domain, domain_name;

	/* Whom the row names as its contact, where that was looked up ahead: one
	 * contact, as of before the run; else 0. */
	uint64_t contact;

	bool has_id, has_rev; /* columns of this store (design A7) */
	uint64_t id, rev;
	bool has_other; /* a second record, of this store too (import_pairs) */
	uint64_t other;

	bool deleted;	    /* the source has deleted it */
	struct view master; /* id, in that source, that it was merged into */
	bool archived;	    /* the source's archive flag */

	/* The row as it was read, for --errors. */
	const struct view *source;
	size_t source_count;
	struct view raw;
};

/* The cell of a slot in a draft, or NULL. */
const struct cell *draft_cell(const struct draft *draft, uint16_t slot);

/* Puts the cells in order of slot. */
void draft_sort(struct draft *draft);

/* Of a contact: splits a full name that stands without its parts, for which there
 * is room behind the cells. */
#define DRAFT_NAME_PARTS 4
void draft_split_name(struct draft *draft);

#endif
