/* SPDX-License-Identifier: ISC */
#ifndef CMD_INTAKE_H
#define CMD_INTAKE_H

/*
 * Rows from operands, files or stdin into the store, or records that a query
 * chooses: what is between the command line of a program that changes records
 * and an import.
 */

#include "cli/command.h"
#include "rules/import.h"

/* How input is read; the same options in every program that reads records. */
struct intake_options {
	const char *map, *encoding, *blank, *dates, *header;
	bool store_sensitive;
};

#define OPTIONS_INTAKE(type, member)                                                   \
	OPTION_ROW(type, member.map, 0, "map", "MAP", OPTION_TEXT, GROUP_INPUT,        \
	    "auto, generic, salesforce, prismhr ..., "                                 \
	    "NAME:SYSTEM or a FILE",                                                   \
	    NULL, NULL),                                                               \
	    OPTION_ROW(type, member.encoding, 0, "encoding", "NAME", OPTION_TEXT,      \
		GROUP_INPUT,                                                           \
		"encoding of the input, as iconv "                                     \
		"names it",                                                            \
		NULL, NULL),                                                           \
	    OPTION_ROW(type, member.header, 0, "header", "LIST", OPTION_TEXT,          \
		GROUP_INPUT,                                                           \
		"names of the columns, where the file has none; "                      \
		"of mail, the fields to take",                                         \
		NULL, NULL),                                                           \
	    OPTION_ROW(type, member.dates, 0, "dates", "ORDER", OPTION_CHOICE,         \
		GROUP_INPUT, "order of dates such as 3/4/2026: dmy or mdy", "dmy mdy", \
		NULL),                                                                 \
	    OPTION_ROW(type, member.blank, 0, "blank", "WHAT", OPTION_CHOICE,          \
		GROUP_INPUT,                                                           \
		"empty cells leave the field as it is, or clear "                      \
		"it",                                                                  \
		"leave clear", NULL),                                                  \
	    OPTION_ROW(type, member.store_sensitive, 0, "store-sensitive", NULL,       \
		OPTION_FLAG, GROUP_RARE,                                               \
		"keep columns such as birth dates, "                                   \
		"which are dropped else",                                              \
		NULL, NULL)

/* One file; "-" is standard input. */
struct intake_file {
	const char *path;
	const struct kind *kind;
	bool may_be_empty; /* a header alone is fine: a quiet night */
	bool closes_missing;
	const char *const *takes; /* its rows choose records (plan_options) */
	const char *shown;	  /* what messages call it; NULL: its path */
	bool pairs;		  /* two in each row */
};

/* What is done: one of these. */
struct intake_work {
	const struct intake_file *files;
	size_t file_count;
	const char *const *assignments; /* FIELD=VALUE: one record */
	size_t assignment_count;
	const char *const *query; /* records of the store; or all of them */
	size_t query_count;
	bool all;
	const char *const *pair; /* two operands, of which each names a record */
	const char *doing;	 /* for the progress bar, "importing" */
	bool statuses_only;	 /* what --diff tells of */
	bool untold;		 /* of assignments: the id is printed nowhere */
	struct buf *told;	 /* takes what is said of rows in error, a line each */
	struct run_outcome *outcome; /* what came of the run, or NULL */
	/* What takes the files, when they are no rows. */
	int (*read)(void *context, struct import *import, int fd, const char *name,
	    struct fault *fault);
	void *read_context;
};

/*
 * Runs an import over the work. Takes the rest of *import from *options, the
 * vocabulary and the settings; all_options is the program's struct, for the
 * log. Prints the id for assignments, the summary, rows in error. An exit
 * status, or -1.
 */
int intake(struct command *command, const struct intake_options *options,
    const struct intake_work *work, struct import_options *import,
    const void *all_options, struct fault *fault);

/* intake_chosen.c: whether the one operand is -, rows that choose. */
bool intake_by_rows(const struct command *command);
/* Whether the operands, or --all, choose something: `what`, such as "records". */
int intake_check_chosen(const struct command *command, bool all, const char *what,
    struct fault *fault) MUST_CHECK;
/* An intake over what they choose; `takes` is what rows may bring besides, NULL for
 * nothing. Of the work all but files and query is given. */
int intake_chosen(struct command *command, const struct intake_options *options,
    struct intake_work work, const char *const *takes, struct import_options *import,
    const void *all_options, struct fault *fault);

/* Whether an operand of contact-add is FIELD=VALUE (design A7). */
bool intake_is_assignment(const char *operand);

#endif
