/* SPDX-License-Identifier: ISC */
#ifndef RULES_IMPORT_RUN_H
#define RULES_IMPORT_RUN_H

/* What the parts of an import share: import.c (rows in order), match.c (which
 * record), apply.c (what changes), employer.c (organizations). */

#include "base/arena.h"
#include "model/change.h"
#include "model/entity.h"
#include "model/erasure.h"
#include "rules/employer.h"
#include "rules/assignees.h"
#include "rules/import.h"
#include "rules/pipeline.h"
#include "rules/reconcile.h"
#include "rules/reference.h"
#include "rules/seen.h"
#include "rules/statuses.h"

#define KEY_PARTS 8

/* --key: fields that together match; or nothing. */
struct match_key {
	uint16_t slots[KEY_PARTS];
	size_t count;
	bool indexed;		 /* one of the parts has an index */
	uint64_t looked;	 /* at so many records that it gave */
	struct key_table *table; /* match_table.c, or NULL */
};

/* What the name of a user means: its id, or 0 when it is nobody's. */
struct member {
	uint64_t hash, id;
	struct view text;
};
#define MEMBERS 256

struct import {
	struct txn *txn;
	const struct kind *kind;
	struct import_options options;
	struct import_report report;
	struct import_counts counts;
	struct value_rules values;

	struct cell *sets; /* --set, checked, by slot */
	size_t set_count;
	struct buf set_bytes;
	struct view source; /* of new records without their own (HS-34) */
	struct buf source_bytes;
	/* What was asked for; files of mail have defaults of their own. */
	enum import_mode asked_mode;
	bool asked_last;
	struct buf client_default, candidate_default, inactive_name;
	bool strict_members;

	/* Fields by slot, those of the kind at once, ext and attr when met. */
	const struct field *fixed[RECORD_FIXED];
	bool simple[RECORD_FIXED]; /* a new record takes the cell as it is */
	const struct field **extras;
	size_t extra_count;

	/* What rows are matched by without --key. */
	struct keyed *keyed;
	size_t keyed_count, keyed_cap;
	struct systems systems;
	struct match_key key;
	struct match_key alike; /* what rows without keys are told by, when many */
	struct employers employers;
	struct member members[MEMBERS];
	struct arena member_names;
	size_t member_count; /* that were looked up since both were empty */
	/* The field `organization` of the kind, or FIELD_NONE: names in it make
	 * organizations (CS-15). */
	uint16_t employer_slot;
	struct seen seen;
	/* Of jobs, placements and events about them, else NULL. */
	struct statuses *statuses;
	struct attach *attach;		 /* attach.c, or NULL */
	const struct bounced *bounced;	 /* of the current row, with options.returns */
	struct inviting *inviting;	 /* with options.campaign */
	uint64_t decided_campaign;	 /* options.decides_campaign, 0 for all */
	struct import_beside *besides;	 /* of other kinds (beside.h) */
	struct assignees assignees;	 /* of organizations, unless options.no_sync */
	struct reconciling *reconciling; /* with options.reconciles */
	/* With options.removes: the record at hand and what it owns, and who
	 * refers to them. */
	struct removal {
		struct referrer *referrers;
		size_t count, cap;
		struct ids doomed; /* it, and what goes with it */
		struct seen met;   /* the same */
	} removal;
	struct erasing *erasing;   /* with options.erases */
	struct erasures *erasures; /* what was erased before; in rows of files */
	uint64_t taken;		/* records that were removed or left use, for the guard */
	uint64_t file_first_id; /* of what the current file creates */

	/* Of the current file. */
	struct plan *plan;
	uint64_t file_rows; /* but those that are EMPTY */
	/* The ids that it has, as hashes, for what it lacks. */
	struct missing {
		struct ids seen;
		uint64_t illegible;  /* rows without one that can be read */
		bool lists;	     /* its rows are only listed (--missing-from) */
		uint64_t considered; /* records that could be missing */
	} missing;

	/* Of the current batch: what the tree had for each row's keys before
	 * any row of it was applied. */
	struct prefetch {
		uint64_t *first; /* 0 none, UINT64_MAX several */
		uint16_t slot;
	} * prefetched;
	size_t prefetch_count, prefetch_cap;
	struct index_key *prefetch_keys;
	uint32_t *prefetch_order;
	uint64_t flushes; /* index_flushes at that time */
	/* A file that comes again meets records in the order of their ids:
	 * the one behind the last that was met is tried first. */
	uint64_t last_met;
	unsigned guesses, hits; /* of the current batch */
	bool guessing;		/* most of the last batch were right */
	size_t row;		/* within the batch */
	bool store_was_empty;
	bool other_emails; /* there may be some */

	uint64_t line; /* of the current row; 0 when the rows are done */

	/* Of the current row, kept from row to row for their memory. */
	struct record_form form;
	bool read_only; /* there are cells of computed fields to compare */
	bool touched;	/* the form says something else than the record */
	struct arena arena;
	struct ids ids, others;
	struct buf text, scratch, changed, message, kept, stored;
	struct buf key_text; /* what a record that is deleted was known by */
	const char *code;
	uint64_t opted_out;  /* who has the address, too, and wants no mail */
	bool by_email;	     /* the row met its record by an address alone */
	uint64_t learner;    /* the organization that learns its id from the row */
	bool makes_employer; /* its organization is not there yet */
	uint64_t shared[2];  /* organizations that share its domain, or 0 */
	struct revival {
		bool under_way, primary;  /* it was the primary contact */
		struct view organization; /* that it is given back */
	} revival;

	/* Aliases that wait for their master: pairs of old id and
	 * master, by slot of the system. */
	struct alias {
		uint16_t slot;
		char *old, *master;
		uint64_t line;
	} * aliases;
	size_t alias_count, alias_cap;
};

/* An outcome of a step for the row: go on, or the row is done with an action
 * whose code and message are in import->code, import->message. */
enum step { STEP_FAULT = -1, STEP_GO, STEP_SKIP, STEP_ERROR, STEP_SUPPRESS };

enum step import_stop(struct import *import, enum step step, const char *code,
    const char *format, ...) __attribute__((format(printf, 4, 5)));

/* The field of a slot, NULL where there is none; it is asked for every cell. */
int import_field(struct import *import, uint16_t slot, const struct field **field,
    struct fault *fault) MUST_CHECK;

/* Appends the day of a time, in the zone of the store. */
void import_day(const struct import *import, struct buf *out, int64_t time);

/* What has to be known before the first row that is no row of a file. */
int import_prepare(struct import *import, struct fault *fault) MUST_CHECK;

/* row_create.c, row_update.c, row_archive.c: what a row does, as a step. archived is
 * the contact out of use in whose place a new one comes, or 0. */
enum step row_create(struct import *import, struct draft *draft, uint64_t archived,
    uint64_t *id, struct fault *fault);
enum step row_update(struct import *import, struct draft *draft, uint64_t id,
    bool *changed, struct fault *fault);
enum step row_archive(struct import *import, struct draft *draft, uint64_t id,
    bool *changed, struct fault *fault);
/* Writes import->form in place of the record, and settles what follows. */
enum step row_write(struct import *import, struct draft *draft, uint64_t id,
    struct record record, struct fault *fault);
/* somebody changed the record since the row was read. */
enum step row_stale(
    struct import *import, const struct draft *draft, struct record record);
/* What another organization of a contact means for both; the references are copies. */
int row_settle(struct import *import, uint64_t id, struct view was, struct view is,
    struct fault *fault) MUST_CHECK;
/* CS-21, TW-42: the primary place of a contact that stays where it is. */
int row_place(struct import *import, uint64_t id, struct view organization, bool rejected,
    struct fault *fault) MUST_CHECK;
/* HS-67: says where a contact that went out of use is still asked for. */
int row_say_points(struct import *import, uint64_t id, struct fault *fault) MUST_CHECK;

/* import_row.c: one row, whatever it says; *id is its record's, or 0. */
int import_take(struct import *import, struct draft *draft, uint64_t *id,
    struct fault *fault) MUST_CHECK;

/* What a row would change is told of, so who may not see the record may not change it:
 * STEP_SKIP with NOT_YOURS (viewer.h). */
enum step import_seen(
    struct import *import, uint64_t id, struct record record, struct fault *fault);

/* The result of a row, whose code and message are in import. */
int import_tell(struct import *import, const struct draft *draft, uint64_t id,
    enum import_action action, struct fault *fault) MUST_CHECK;
/* Names of the fields in which old and import->form differ, of a record of the kind,
 * for `changed`. */
int import_name_changes(struct import *import, const struct kind *kind,
    const struct record *old, struct fault *fault) MUST_CHECK;
/* Values of the form that lie in the store's pages become copies. */
int import_form_own(struct import *import, struct fault *fault) MUST_CHECK;

/* match.c: the record that the row means, *id 0 for none. */
int match_keys(struct import *import, struct fault *fault) MUST_CHECK;
enum step match_row(
    struct import *import, struct draft *draft, uint64_t *id, struct fault *fault);
/* The record whose id of this store the row has. */
enum step match_store_id(
    struct import *import, const struct draft *draft, uint64_t *id, struct fault *fault);
enum step match_no_such_id(struct import *import, const struct draft *draft);
/* The next cell of an external id from *at on: 1, 0 after the last, -1. */
int match_next_id(struct import *import, const struct draft *draft, size_t *at,
    const struct cell **cell, struct fault *fault) MUST_CHECK;
/* Whether what a record has stored in a field that is a key is the value, as keys
 * compare. Uses import->text and scratch. */
bool match_same(struct import *import, const struct field *field, struct view stored,
    struct view value);
/* Whether what the draft gives an edited record as keys, ids and the address of a
 * contact, is nobody else's; with options.forced an address may be. */
enum step match_free(
    struct import *import, const struct draft *draft, uint64_t id, struct fault *fault);
/* Who has the value of a cell that is a key: with an e-mail address those who
 * have it, else those who have it among their other addresses. */
int match_bearers(struct import *import, const struct draft *draft,
    const struct cell *cell, const struct field *field, struct ids *ids,
    struct fault *fault) MUST_CHECK;
/* selection.c: the record that a row of a selection means. */
enum step match_selected(
    struct import *import, struct draft *draft, uint64_t *id, struct fault *fault);
/* Appends what people know a selected record by, where the row does not say. */
void selection_key(struct import *import, uint64_t id, struct buf *out);
/* systems.c: what an id without its system may be an id of. */
int systems_read(struct import *import, struct fault *fault) MUST_CHECK;
/* The system that the file's ids are of came into being. */
int systems_add(struct import *import, uint16_t slot, struct fault *fault) MUST_CHECK;
/* A record that is there, since an index or a row that was matched says so. */
int import_record(struct import *import, uint64_t id, struct record *record,
    struct fault *fault) MUST_CHECK;
/* The key by which the index knows a reference that a cell gives, and its value as
 * it is stored, in *stored: the id of the one record that it means, else the text. */
int match_reference(struct import *import, const struct draft *draft,
    const struct cell *cell, const struct field *field, struct index_key *key,
    struct buf *stored, struct fault *fault) MUST_CHECK;
/* match_alike.c: X-12, for rows without any key. */
enum step match_alike(
    struct import *import, const struct draft *draft, uint64_t *id, struct fault *fault);
/* match_prefetch.c: looks up the external ids of a batch. */
int match_prefetch(
    struct import *import, struct batch *batch, struct fault *fault) MUST_CHECK;
/* Has the memory fetched that match_row of a later row will ask. */
void match_ahead(struct import *import, const struct draft *draft);
/* The index key of a cell, which is made with the draft, or NULL. */
const struct index_key *match_draft_key(const struct draft *draft, uint16_t slot);
/* The records that may have a key, in order of id. */
int match_candidates(struct import *import, uint16_t slot, struct index_key key,
    struct ids *ids, struct fault *fault) MUST_CHECK;
/* match_key.c: reads --key, or the kind's composite key, into import->key. */
int match_key_read(struct import *import, struct fault *fault) MUST_CHECK;
/* The record that has this key. */
enum step match_by_key(
    struct import *import, const struct draft *draft, uint64_t *id, struct fault *fault);
/* match_table.c: records by the values of a key's fields together. The values of
 * a record and of a draft, in one text; *whole is false when one is missing. */
int match_record_key(struct import *import, const struct match_key *match, uint64_t id,
    struct record record, struct buf *key, bool *whole, struct fault *fault) MUST_CHECK;
int match_draft_values(struct import *import, const struct match_key *match,
    const struct draft *draft, struct buf *key, bool *whole,
    struct fault *fault) MUST_CHECK;
/* Adds those that may have these values to import->ids. */
int match_table_find(struct import *import, struct match_key *match, struct view key,
    struct fault *fault) MUST_CHECK;
void match_key_release(struct match_key *match);
/* Told of each record created. */
int match_created(struct import *import, uint64_t id, struct fault *fault) MUST_CHECK;
void match_release(struct import *import);

/* apply.c: makes import->form what the record is to be. old is NULL for a new
 * one. Writes nothing; where the organization has to be made first,
 * makes_employer is set and apply_employer does it. */
enum step apply_draft(struct import *import, struct draft *draft, uint64_t id,
    const struct record *old, struct fault *fault);
/* Puts a copy of the value into the form. */
int apply_set(struct import *import, uint16_t slot, struct view value,
    struct fault *fault) MUST_CHECK;
/* HS-8: puts those elements of a list behind the stored ones that are not there. */
int apply_add(struct import *import, const struct field *field, uint16_t slot,
    struct view stored, struct view value, struct fault *fault) MUST_CHECK;
/* Puts a value that outlives the form. */
void apply_set_kept(struct import *import, uint16_t slot, struct view value);
/* the stored value stays, and the row says so. */
void apply_keep(struct import *import, const struct field *field);

/* apply_employer.c: the organization of a contact, a job and the like. */
enum step apply_organization(
    struct import *import, struct draft *draft, bool is_new, struct fault *fault);
int apply_employer(struct import *import, const struct draft *draft, bool is_new,
    struct fault *fault) MUST_CHECK;

/* The step that says that the record of a picklist's value has to stay. */
enum step picklist_keep(struct import *import, struct record record, struct fault *fault);
/* picklist_row.c: the same of a value of a picklist. */
enum step picklist_row(
    struct import *import, const struct record *old, struct fault *fault);

/* organization_row.c: the same of the domains of an organization, and of its name. */
enum step organization_row(
    struct import *import, uint64_t id, const struct record *old, struct fault *fault);

/* status_row.c: what a placement must say, before it is written; what an event
 * does. old is NULL for a new record. */
enum step status_row(struct import *import, const struct draft *draft,
    const struct record *old, struct fault *fault);

/* fresh.c: what a new record has without being told. */
int apply_fresh(struct import *import, struct fault *fault) MUST_CHECK;
/* account_row.c: what a user, an employee, a note must say, before it is written; id
 * is 0 for a new one. */
enum step account_row(struct import *import, uint64_t id, struct fault *fault);
/* suppress.c: a row that brings back who was erased (TW-26). */
enum step suppress_row(
    struct import *import, const struct draft *draft, uint64_t id, struct fault *fault);

/* missing.c: jobs that a snapshot no longer has. Each of its rows; and its end. */
int missing_note(
    struct import *import, const struct draft *draft, struct fault *fault) MUST_CHECK;
int missing_close(struct import *import, struct fault *fault) MUST_CHECK;
/* Its hashes, in order before they are searched. */
void missing_sort(struct missing *missing);
bool missing_has(const struct missing *missing, uint64_t hash);
/* missing_from.c: what --key names, and a row of the file. */
int missing_key(struct import *import, struct fault *fault) MUST_CHECK;
int missing_list(
    struct import *import, const struct draft *draft, struct fault *fault) MUST_CHECK;

/* read_only.c: cells of derived and system fields (A4). */
enum step apply_compare(struct import *import, const struct draft *draft, uint64_t id,
    const struct record *old, struct fault *fault);
/* Puts the row in error where the record would be larger than a row can be. */
enum step apply_limits(
    struct import *import, bool is_new, struct fault *fault) MUST_CHECK;

/* operands.c: FIELD=VALUE texts as cells in order of slot, from malloc; values
 * borrow from *bytes. A value that cannot be taken sets problem->code. */
int import_cells_read(struct import *import, const char *const *operands, size_t count,
    struct cell **cells, size_t *cell_count, struct buf *bytes, struct problem *problem,
    struct fault *fault) MUST_CHECK;
int import_sets_read(struct import *import, struct fault *fault) MUST_CHECK;
/* Whether a text that an option gives may stand in the field: a mistake of usage else,
 * and where it is empty. */
int import_text_check(const struct import *import, const char *option,
    const struct field *field, const char *text, struct fault *fault) MUST_CHECK;
/* Takes the cells id and rev, which say which record is meant, out of a draft
 * of operands. */
int import_own_id(
    struct import *import, struct draft *draft, struct fault *fault) MUST_CHECK;

/* differences.c: reports the fields that change, whoever changes them, when
 * somebody wants to know. */
int differences_observe(struct import *import, struct fault *fault) MUST_CHECK;

/* alias.c: an id that the source has merged into another answers for
 * the master; masters may come later in the file. */
int import_alias(
    struct import *import, const struct draft *draft, struct fault *fault) MUST_CHECK;
int import_aliases(struct import *import, struct fault *fault) MUST_CHECK;

#endif
