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

#include <stdint.h>

#include "base/fault.h"
#include "base/view.h"

enum option_group { GROUP_EVERYDAY, GROUP_INPUT, GROUP_MATCHING, GROUP_RARE };

enum option_type {
	OPTION_FLAG,	/* bool * */
	OPTION_TEXT,	/* const char ** */
	OPTION_LIST,	/* struct option_list *: may be repeated */
	OPTION_NUMBER,	/* uint64_t *, with the bool after it set */
	OPTION_CHOICE	/* const char **: one of `choices` */
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
	size_t offset;	      /* of the member in the program's struct */
	enum option_group group;
	const char *help;     /* one line */
	const char *choices;  /* "a b c" for OPTION_CHOICE */
	/* Names of options that contradict it, "create-user link". */
	const char *conflicts;
};

struct program {
	const char *name;    /* contact-add */
	const char *summary; /* one line for --help */
	const char *synopsis; /* after the name; lines by \n */
	const struct option *options;
	size_t count;
};

/* The options that every program has (design A2); a program's table begins
 * with them by OPTIONS_SHARED(struct, member). */
struct shared_options {
	const char *store, *kind, *input, *output, *color, *as;
	const char *results, *errors, *diff;
	uint64_t wait;
	bool has_wait;
	bool dry_run, quiet, verbose, help, version, list_options;
};

/*
 * Parses argv into the struct at `into` (zeroed by the caller but for
 * defaults). Operands are left in *operands (freed by the caller, elements
 * borrowed from argv); escaped[i] tells whether it stood behind `--`. Mistakes
 * are FAULT_USAGE, one line that names the option. --help, --version and
 * --list-options are done by command_main before this matters.
 */
int options_parse(const struct program *program, int argc, char **argv,
    void *into, const char ***operands, size_t *operand_count,
    struct fault *fault) MUST_CHECK;

void options_help(const struct program *program, void *file);
void options_list(const struct program *program, void *file);

#endif
