/* SPDX-License-Identifier: ISC */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

/*
 * Command lines. A program has one table of options, which is the source of
 * its parsing, its --help, its conflicts and of the list that the lint
 * compares with manual page and completions. Long options are never
 * abbreviated, no option takes an optional argument, options stand before or
 * after operands, `--` ends them.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "model/rights.h"

enum option_group { GROUP_EVERYDAY, GROUP_INPUT, GROUP_MATCHING, GROUP_RARE };

enum option_type {
	OPTION_FLAG,   /* bool * */
	OPTION_TEXT,   /* const char ** */
	OPTION_ONCE,   /* const char **, of which another must not take the place */
	OPTION_LIST,   /* struct option_list *: may be repeated */
	OPTION_NUMBER, /* uint64_t *, with the bool after it set */
	OPTION_CHOICE, /* const char **: one of `choices` */
	OPTION_LAST    /* bool *: a flag after which nothing more is parsed */
};

struct option_list {
	const char **at;
	size_t count;
};

struct option {
	char letter; /* or 0 */
	const char *name;
	const char *argument; /* as in --help, "DIR"; NULL for a flag */
	enum option_type type;
	size_t offset; /* of the member in the program's struct */
	enum option_group group;
	const char *help;    /* one sentence; NULL: not in --help */
	const char *choices; /* "a b c" for OPTION_CHOICE, and for the formats */
	/* Names of options that contradict it, "create-user link". */
	const char *conflicts;
};

/* What an option needs beside what its program does (CS-9). */
struct need {
	const char *option;
	struct right right;
	const char *value; /* that begins so; NULL: any */
};

struct command;

struct program {
	const char *name;     /* contact-add */
	const char *summary;  /* one line for --help */
	const char *synopsis; /* after the name; lines by \n */
	const struct option *options;
	size_t count;
	/* The right that its user needs where rights count; crm=edit for a program
	 * that says nothing, and more for kinds that tell who has rights. */
	struct right right;
	/* What it needs where that depends on an operand, and on no kind; or NULL. */
	struct right (*right_of)(const struct command *command);
	const struct need *needs; /* by option, which another program may lack */
	size_t need_count;
};

/* The options that every program has (design A2); a program's table begins
 * with them by OPTIONS_SHARED(struct, member). */
struct shared_options {
	const char *store, *kind, *input, *output, *color, *as;
	const char *results, *errors, *diff;
	uint64_t wait; /* seconds; command_main sets the default */
	bool has_wait;
	bool dry_run, quiet, verbose, help, version, list_options;
	bool results_implied; /* `--results -`, by --dry-run */
};

/* One row of a table, its member in struct type. */
#define OPTION_ROW(                                                                \
    type, member, letter, name, argument, form, group, help, choices, conflicts)   \
	{                                                                          \
		letter, name, argument, form, offsetof(type, member), group, help, \
		    choices, conflicts                                             \
	}
#define OPTION_SHARED_ROW(                                                             \
    type, member, part, letter, name, argument, form, group, help, choices, conflicts) \
	{                                                                              \
		letter, name, argument, form,                                          \
		    offsetof(type, member) + offsetof(struct shared_options, part),    \
		    group, help, choices, conflicts                                    \
	}

/* Formats as choices, and as --help has them. */
#define INPUTS	     "auto csv tsv json"
#define INPUTS_HELP  "csv, tsv or json (auto)"
#define OUTPUTS	     "csv tsv json table excel"
#define OUTPUTS_HELP "csv, tsv, json, table or excel; a table on a terminal, else csv"
#define OPTIONS_SHARED(type, member) \
	OPTIONS_SHARED_FORMATS(type, member, INPUTS, INPUTS_HELP, OUTPUTS, OUTPUTS_HELP)
#define OPTIONS_SHARED_FORMATS(type, member, inputs, inputs_help, outputs, outputs_help) \
	OPTION_SHARED_ROW(type, member, store, 's', "store", "DIR", OPTION_TEXT,         \
	    GROUP_EVERYDAY,                                                              \
	    "the store, else $CONTACT_STORE, "                                           \
	    "else ~/.local/share/contact",                                               \
	    NULL, NULL),                                                                 \
	    OPTION_SHARED_ROW(type, member, kind, 'k', "kind", "KIND", OPTION_TEXT,      \
		GROUP_EVERYDAY, "kind of record (contact)", NULL, NULL),                 \
	    OPTION_SHARED_ROW(type, member, output, 'o', "output", "FORMAT",             \
		OPTION_TEXT, GROUP_EVERYDAY, outputs_help, outputs, NULL),               \
	    OPTION_SHARED_ROW(type, member, quiet, 'q', "quiet", NULL, OPTION_FLAG,      \
		GROUP_EVERYDAY, "errors only, no summary", NULL, "verbose"),             \
	    OPTION_SHARED_ROW(type, member, verbose, 'v', "verbose", NULL, OPTION_FLAG,  \
		GROUP_EVERYDAY,                                                          \
		"say how things were understood and "                                    \
		"done",                                                                  \
		NULL, "quiet"),                                                          \
	    OPTION_SHARED_ROW(type, member, help, 'h', "help", NULL, OPTION_LAST,        \
		GROUP_EVERYDAY, "print this help", NULL, NULL),                          \
	    OPTION_SHARED_ROW(type, member, version, 'V', "version", NULL, OPTION_LAST,  \
		GROUP_EVERYDAY, "print the version", NULL, NULL),                        \
	    OPTION_SHARED_ROW(type, member, input, 'i', "input", "FORMAT", OPTION_TEXT,  \
		GROUP_INPUT, inputs_help, inputs, NULL),                                 \
	    OPTION_SHARED_ROW(type, member, color, 0, "color", "WHEN", OPTION_CHOICE,    \
		GROUP_RARE, "auto, always or never", "auto always never", NULL),         \
	    OPTION_SHARED_ROW(type, member, as, 0, "as", "USER", OPTION_TEXT,            \
		GROUP_RARE, "act as this user (the store's owner only)", NULL, NULL),    \
	    OPTION_SHARED_ROW(type, member, wait, 0, "wait", "SECONDS", OPTION_NUMBER,   \
		GROUP_RARE, "wait for others that write or replace the store (30)",      \
		NULL, NULL),                                                             \
	    OPTION_SHARED_ROW(type, member, list_options, 0, "list-options", NULL,       \
		OPTION_LAST, GROUP_RARE, NULL, NULL, NULL)

/* Those of programs that change the store. */
#define OPTIONS_WRITE(type, member)                                                     \
	OPTION_SHARED_ROW(type, member, dry_run, 'n', "dry-run", NULL, OPTION_FLAG,     \
	    GROUP_EVERYDAY,                                                             \
	    "store nothing, print the results "                                         \
	    "that the run would have",                                                  \
	    NULL, NULL),                                                                \
	    OPTION_SHARED_ROW(type, member, results, 0, "results", "FILE", OPTION_TEXT, \
		GROUP_EVERYDAY,                                                         \
		"write what became of each row "                                        \
		"(- is standard output)",                                               \
		NULL, NULL),                                                            \
	    OPTION_SHARED_ROW(type, member, errors, 0, "errors", "FILE", OPTION_TEXT,   \
		GROUP_EVERYDAY,                                                         \
		"write the rows in error, to be "                                       \
		"mended and read again",                                                \
		NULL, NULL),                                                            \
	    OPTION_SHARED_ROW(type, member, diff, 0, "diff", "FILE", OPTION_TEXT,       \
		GROUP_EVERYDAY, "write each change of a field", NULL, NULL)

/*
 * Parses argv into the struct at `into` (zeroed by the caller but for
 * defaults). Operands are left in *operands (freed by the caller, elements
 * borrowed from argv). Mistakes are FAULT_USAGE, one line that names the
 * option, but what stands behind an OPTION_LAST is not looked at.
 */
int options_parse(const struct program *program, int argc, char **argv, void *into,
    const char ***operands, size_t *operand_count, struct fault *fault) MUST_CHECK;

/* Appends the names of the options that were given, for the log: never their
 * values, which may be about people. */
void options_given(struct buf *out, const struct program *program, const void *into);

/* Whether an option was given with a value for which the need is. */
bool options_need(
    const struct program *program, const void *into, const struct need *need);

/* The choices of an option that it has. */
const char *options_choices(const struct program *program, const char *name);

/* Frees the lists of OPTION_LIST, after a failure too. */
void options_release(const struct program *program, void *into);

/* Append the text of --help, at most 80 columns wide, and that of
 * --list-options: long name, letter or -, argument or -, by TAB. */
void options_help(struct buf *out, const struct program *program);
void options_list(struct buf *out, const struct program *program);

#endif
