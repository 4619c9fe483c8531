/* SPDX-License-Identifier: ISC */
#ifndef RULES_IMPORT_H
#define RULES_IMPORT_H

/*
 * Brings drafts into the store: finds the record that a row means, creates or
 * updates it as the rules say, and tells what came of each row. One import is
 * one run over any number of files, or over one draft made of operands.
 */

#include "rules/draft.h"
#include "rules/guard.h"
#include "rules/map.h"
#include "table/reader.h"

enum import_mode {
	IMPORT_UPSERT, /* create or update */
	IMPORT_CREATE, /* matched: skipped EXISTS */
	IMPORT_UPDATE, /* unmatched: skipped NO_MATCH */
	IMPORT_FILL    /* as upsert, but only fields that are empty change */
};

enum import_archived { ARCHIVED_SKIP, ARCHIVED_UPDATE, ARCHIVED_REVIVE, ARCHIVED_NEW };

/* What becomes of chosen contacts; the first two may go together. */
enum import_archives {
	ARCHIVE_INACTIVE = 1,
	ARCHIVE_ATTRIBUTE = 2,
	ARCHIVE_REJECT = 4,
	ARCHIVE_APPROVE = 8,
	ARCHIVE_REVIVE = 16
};

/* What is decided about those who asked to join (HS-48). */
enum import_decides { DECIDES_NOTHING, DECIDES_APPROVED, DECIDES_DECLINED };

/* What rows, or two operands, say of two records each. */
enum import_pairs {
	PAIRS_NONE,
	PAIRS_MERGED, /* the other is merged into the first */
	PAIRS_APART   /* they are not the same */
};

struct import_options {
	const struct kind *kind;
	enum import_mode mode;
	/* Files of mail are read as with IMPORT_FILL, and as with repeated_last,
	 * unless these say that something else was asked for. */
	bool mode_given, repeated_given;
	enum import_archived archived;
	const char *key;	 /* --key, or NULL */
	const char *const *sets; /* FIELD=VALUE, win over the row */
	size_t set_count;
	const char *set_option; /* that they are of, for messages; NULL: --set */
	const char *source;	/* --source, or NULL */
	/* Rows choose records, by id, external id or e-mail, and change nothing but
	 * what the plan takes; explicitly chosen, so archived ones too. */
	bool selects;
	/* What a person changes by hand: consent, approval and visibility too, and
	 * where it came from when it is forced. Sets may be FIELD+=VALUE and
	 * FIELD-=VALUE of a list. */
	bool edits;
	const char *const *clears; /* fields that are emptied */
	size_t clear_count;
	/* What goes with each contact (attach.h); links are KIND:REF. */
	const char *note;
	const char *const *links, *const *unlinks;
	size_t link_count, unlink_count;
	bool creates_users;
	bool links_contacts;	 /* CS-23, of employees */
	bool anew;		 /* a row without keys is never one that is there */
	bool removes;		 /* the chosen records are deleted */
	bool erases;		 /* with removes: for good (TW-26) */
	bool consents;		 /* --yes, without which nothing is erased */
	struct receipt *receipt; /* of what was erased, or NULL */
	unsigned archives;	 /* of enum import_archives, done to the chosen */
	/* For ARCHIVE_ATTRIBUTE: a flag of contacts, or attr.NAME. */
	const char *attribute;
	enum import_pairs pairs;
	enum import_decides decides;  /* about the chosen, by invitation_decision_take */
	const char *decides_campaign; /* of these alone; NULL: of all */
	const struct campaign *campaign; /* the chosen are invited (invite.h), or NULL */
	bool returns;			 /* rows are mail that came back (bounced.h) */
	bool forced;			 /* whatever they are used for */
	bool reconciles;     /* TR-52: who disagrees with his jobs becomes Past */
	bool needs_ids;	     /* TR-44: rows of a snapshot have an id */
	bool closes_missing; /* TR-44: open jobs that a snapshot lacks */
	/* TW-48: rows of files are only listed, by `key`; what import_missing finds
	 * that they lack is what the rest of the options is about. */
	bool missing_from; /* max_errors counts rows of the files */
	struct guard guard;
	bool repeated_last; /* --repeated last */
	bool shared_email;
	bool known_organizations;
	bool no_sync; /* CS-38, CS-39, CS-42 off */
	bool allow_optin;
	bool blank_clears;
	bool has_max_errors;
	uint64_t max_errors;
	uint64_t errors_before; /* of imports of the same run that came before */
	const char *me;		/* acting user, for `me` */
	struct value_rules values;
};

enum import_action {
	ACTION_CREATED,
	ACTION_UPDATED,
	ACTION_UNCHANGED,
	ACTION_SKIPPED,
	ACTION_ERROR,
	ACTION_DELETED,
	ACTION_ERASED,
	ACTION_SUPPRESSED,
	ACTION_MERGED,
	ACTION_QUEUED,
	ACTIONS
};

const char *import_action_name(enum import_action action);

struct import_counts {
	uint64_t read, by_action[ACTIONS], also;
};

/* What came of one row; all is borrowed for the length of the call. */
struct import_result {
	uint64_t line;
	enum import_action action;
	uint64_t id;
	struct view key, message, changed;
	const char *code;	   /* or "" */
	const struct draft *draft; /* NULL for operands */
};

/* One field that changed. */
struct import_difference {
	uint64_t line, id;
	struct view name, field, from, to, job;
	const char *cause;
};

struct import_report {
	void *context;
	bool all; /* result for every row, not only for those in error */
	int (*result)(
	    void *context, const struct import_result *result, struct fault *fault);
	/* Only the statuses of contacts are told, what contact-status is about. */
	bool statuses_only;
	/* NULL when nobody wants it: then the values are not printed. */
	void (*difference)(void *context, const struct import_difference *difference);
	/* Called now and then; bytes of the current file. */
	void (*progress)(void *context, uint64_t done, uint64_t size, uint64_t rows);
};

struct import;

int import_begin(struct import **import, struct txn *txn,
    const struct import_options *options, const struct import_report *report,
    struct fault *fault) MUST_CHECK;

/* All rows of a reader whose header the plan has taken. The plan reads on a
 * second thread, this one writes. */
int import_rows(struct import *import, struct reader *reader, struct plan *plan,
    struct fault *fault) MUST_CHECK;

/* One draft made of FIELD=VALUE operands; *id is the record's. */
int import_operands(struct import *import, const char *const *operands, size_t count,
    uint64_t *id, struct fault *fault) MUST_CHECK;

/*
 * The records that a query over the kind means (design A2 Selection), each
 * with what options.sets say; with `all` no operand means all. An address or an
 * id of another system that several bear is a FAULT_CONFLICT. *count is how many
 * there are.
 */
int import_selection(struct import *import, const char *const *operands,
    size_t operands_count, bool all, uint64_t *count, struct fault *fault) MUST_CHECK;

/*
 * With missing_from, when the files are read: takes each record that has a value in
 * `key`, which no row has, of those that the query means, or of all. *count is how
 * many records the query means.
 */
int import_missing(struct import *import, const char *const *operands,
    size_t operand_count, uint64_t *count, struct fault *fault) MUST_CHECK;

/* The two records that the operands name, as a row with id and other does: each an
 * id, an address, SYSTEM:ID or a name that is a key. One that several bear is a
 * FAULT_CONFLICT. */
int import_pair(struct import *import, const char *keep, const char *other,
    struct fault *fault) MUST_CHECK;

/* Resolves references that wait for what was created; FAULT_INPUT when more
 * rows were in error than max_errors. What follows for the statuses of contacts
 * is settled by the last import of a run, of which no other one follows. */
int import_finish(struct import *import, bool follows, struct fault *fault) MUST_CHECK;

/* With closes_missing: rows of the last file whose id could not be read. Then
 * nothing is known to be missing, and nothing was closed. */
uint64_t import_illegible(const struct import *import);

/* Rows of the last file that were not EMPTY: 0 means that it held nothing. */
uint64_t import_file_rows(const struct import *import);

const struct import_counts *import_counts(const struct import *import);
void import_free(struct import *import);

#endif
