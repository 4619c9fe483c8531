/* SPDX-License-Identifier: ISC */
/*
 * Command lines (design A2): each case is an argv as a person would type it,
 * and what became of it, printed as one line, or the fault.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "cli/options.h"

struct trial {
	struct shared_options shared;
	const char *mode;
	const char *key;
	struct option_list set;
	bool atomic, create, link;
	uint64_t max;
	bool has_max;
};

static const struct option table[] = {
	OPTIONS_SHARED(struct trial, shared),
	OPTIONS_WRITE(struct trial, shared),
	OPTION_ROW(struct trial, mode, 'm', "mode", "MODE", OPTION_CHOICE, GROUP_MATCHING,
	    "how rows meet records", "upsert create update", NULL),
	OPTION_ROW(struct trial, key, 0, "key", "F[+F]", OPTION_TEXT, GROUP_MATCHING,
	    "the fields that rows are matched by, which is "
	    "told in so many words that the line has to be folded",
	    NULL, NULL),
	OPTION_ROW(struct trial, set, 0, "set", "F=V", OPTION_LIST, GROUP_INPUT,
	    "set a field", NULL, NULL),
	OPTION_ROW(struct trial, atomic, 0, "atomic", NULL, OPTION_FLAG, GROUP_RARE,
	    "all or nothing", NULL, "max-errors"),
	OPTION_ROW(struct trial, max, 0, "max-errors", "N", OPTION_NUMBER, GROUP_RARE,
	    "stop beyond", NULL, NULL),
	OPTION_ROW(struct trial, create, 'c', "create-user", NULL, OPTION_FLAG,
	    GROUP_RARE, "make a user", NULL, "link key"),
	OPTION_ROW(struct trial, link, 0, "link", NULL, OPTION_FLAG, GROUP_RARE, "link",
	    NULL, NULL),
};

static const struct program program = {
	.name = "contact-trial",
	.summary = "Try options.",
	.synopsis = "[--mode MODE] [--key F[+F]] [--set F=V]... [--atomic] "
		    "[--max-errors N] [FILE... | -]\n--list",
	.options = table,
	.count = sizeof(table) / sizeof(table[0]),
};

static void
print_text(struct buf *out, const char *name, const char *text)
{
	if (text != NULL)
		buf_printf(out, " %s=%s", name, text);
}

static void
print_flag(struct buf *out, const char *name, bool flag)
{
	if (flag)
		buf_printf(out, " %s", name);
}

/* Parses the blank-separated words; "''" stands for an empty one. */
static void
parse_words(struct buf *out, const char *words)
{
	char *copy = strdup(words), *argv[32] = { strdup("contact-trial") };
	const char **operands;
	struct trial trial = { .mode = NULL };
	struct fault fault;
	size_t count;
	int argc = 1;

	assert_non_null(copy);
	for (char *at = copy; *at != '\0';) {
		size_t n = strcspn(at, " ");
		bool last = at[n] == '\0';

		at[n] = '\0';
		argv[argc++] = strcmp(at, "''") == 0 ? at + n : at;
		at += n + !last;
	}
	argv[argc] = NULL;
	if (options_parse(&program, argc, argv, &trial, &operands, &count, &fault) < 0) {
		assert_int_equal(fault.kind, FAULT_USAGE);
		buf_printf(out, "fault: %s", fault.text);
	} else {
		print_text(out, "store", trial.shared.store);
		print_text(out, "kind", trial.shared.kind);
		print_text(out, "color", trial.shared.color);
		print_text(out, "mode", trial.mode);
		print_text(out, "key", trial.key);
		for (size_t i = 0; i < trial.set.count; i++)
			print_text(out, "set", trial.set.at[i]);
		print_flag(out, "dry-run", trial.shared.dry_run);
		print_flag(out, "quiet", trial.shared.quiet);
		print_flag(out, "help", trial.shared.help);
		print_flag(out, "atomic", trial.atomic);
		print_flag(out, "create-user", trial.create);
		if (trial.has_max)
			buf_printf(out, " max=%llu", (unsigned long long)trial.max);
		for (size_t i = 0; i < count; i++)
			buf_printf(out, " <%s>", operands[i]);
	}
	options_release(&program, &trial);
	free(operands);
	free(argv[0]);
	free(copy);
}

static const struct {
	const char *sentence, *words, *expected;
} cases[] = {
	{ "a value stands behind its option or its =", "--store a --kind=job",
	    " store=a kind=job" },
	{ "a letter takes the rest of the argument or the next one", "-sa -k job",
	    " store=a kind=job" },
	{ "flags are bundled, the last may take a value", "-nqsdir x",
	    " store=dir dry-run quiet <x>" },
	{ "options stand before and after operands", "a -n b -q c",
	    " dry-run quiet <a> <b> <c>" },
	{ "-- ends the options", "-n -- -q --store", " dry-run <-q> <--store>" },
	{ "- is an operand", "- -n", " dry-run <->" },
	{ "an empty operand stays one", "a ''", " <a> <>" },
	{ "a value may look like an option", "--store --quiet", " store=--quiet" },
	{ "a value may be empty", "--set= --set ''", " set= set=" },
	{ "a list keeps its order", "--set a=1 --set b=2 --set=a=3",
	    " set=a=1 set=b=2 set=a=3" },
	{ "of repeated single values the last counts", "-s a -s b", " store=b" },
	{ "a number is a number", "--max-errors 12", " max=12" },
	{ "zero is given", "--max-errors=0", " max=0" },
	{ "a choice is one of its values", "--mode create -m update", " mode=update" },
	{ "nothing behind --help is looked at", "-q --help --wrong", " quiet help" },
	{ "a long option is not abbreviated, but guessed", "--stor x",
	    "fault: --stor: no such option, did you mean --store?" },
	{ "a slip is guessed", "--verbos",
	    "fault: --verbos: no such option, did you mean --verbose?" },
	{ "what is far from all is not guessed", "--zebra=1",
	    "fault: --zebra: no such option" },
	{ "the hidden option is never the guess", "--list-option",
	    "fault: --list-option: no such option" },
	{ "an unknown letter is named", "-nz", "fault: -z: no such option" },
	{ "a missing value is named", "-q --store", "fault: --store: DIR is missing" },
	{ "a missing value of a letter too", "-qs", "fault: --store: DIR is missing" },
	{ "a flag takes no value", "--quiet=yes", "fault: --quiet takes no value" },
	{ "-s=DIR is refused, not taken as a directory", "-s=dir",
	    "fault: -s=dir: write -s DIR or --store=DIR" },
	{ "a number must be one", "--max-errors 1x",
	    "fault: --max-errors: 1x is not a whole number" },
	{ "a number is not negative", "--max-errors -1",
	    "fault: --max-errors: -1 is not a whole number" },
	{ "a number is not empty", "--max-errors=", "fault: --max-errors: N is empty" },
	{ "a number fits 64 bits", "--max-errors 18446744073709551615",
	    " max=18446744073709551615" },
	{ "one more does not", "--max-errors 18446744073709551616",
	    "fault: --max-errors: 18446744073709551616 is too large" },
	{ "a choice is none of the others", "--color red",
	    "fault: --color: red is none of: auto always never" },
	{ "a choice is not a part of one", "--color=aut",
	    "fault: --color: aut is none of: auto always never" },
	{ "contradictions name both", "--quiet --verbose",
	    "fault: --quiet and --verbose contradict each other" },
	{ "one side that declares it is enough", "--max-errors 1 --atomic",
	    "fault: --atomic and --max-errors contradict each other" },
	{ "each name of several counts", "-c --key id",
	    "fault: --create-user and --key contradict each other" },
	{ "the same twice is no contradiction", "-q -q", " quiet" },
};

static void
command_lines_are_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct buf out = BUF_EMPTY;

		parse_words(&out, cases[i].words);
		if (strcmp(buf_string(&out), cases[i].expected) != 0)
			fail_msg("%s: %s: \"%s\", not \"%s\"", cases[i].sentence,
			    cases[i].words, buf_string(&out), cases[i].expected);
		buf_release(&out);
	}
}

static void
an_argv_without_a_name_is_read(void **state)
{
	char *argv[] = { NULL };
	struct trial trial = { .mode = NULL };
	const char **operands;
	struct fault fault;
	size_t count;

	(void)state;
	assert_int_equal(
	    options_parse(&program, 0, argv, &trial, &operands, &count, &fault), 0);
	assert_int_equal(count, 0);
	free(operands);
}

static void
help_fits_a_terminal_and_names_every_option(void **state)
{
	struct buf out = BUF_EMPTY;
	const char *text;

	(void)state;
	options_help(&out, &program);
	text = buf_string(&out);
	for (const char *at = text; *at != '\0';) {
		size_t n = strcspn(at, "\n");

		if (n > 80 || (n > 0 && at[n - 1] == ' '))
			fail_msg("a line of --help is too wide or ends in "
				 "blanks: \"%.*s\"",
			    (int)n, at);
		at += n + (at[n] == '\n');
	}
	for (size_t i = 0; i < program.count; i++) {
		struct buf name = BUF_EMPTY;

		buf_printf(&name, "--%s", table[i].name);
		if ((strstr(text, buf_string(&name)) != NULL) != (table[i].help != NULL))
			fail_msg("--help and %s", buf_string(&name));
		buf_release(&name);
	}
	assert_non_null(strstr(text, "\nEveryday:\n"));
	assert_non_null(strstr(text, "\nInput:\n"));
	assert_non_null(strstr(text, "\nMatching:\n"));
	assert_non_null(strstr(text, "\nRare:\n"));
	buf_release(&out);
}

static void
usage_is_folded_between_its_parts(void **state)
{
	static const char expected[] =
	    "usage: contact-trial [--mode MODE] [--key F[+F]] [--set F=V]... "
	    "[--atomic]\n"
	    "                         [--max-errors N] [FILE... | -]\n"
	    "       contact-trial --list\n"
	    "\n"
	    "Try options.\n";
	struct buf out = BUF_EMPTY;

	(void)state;
	options_help(&out, &program);
	assert_memory_equal(buf_string(&out), expected, sizeof(expected) - 1);
	buf_release(&out);
}

static void
the_list_has_three_columns(void **state)
{
	struct buf out = BUF_EMPTY;

	(void)state;
	options_list(&out, &program);
	assert_non_null(strstr(buf_string(&out), "store\ts\tDIR\n"));
	assert_non_null(strstr(buf_string(&out), "\natomic\t-\t-\n"));
	assert_non_null(strstr(buf_string(&out), "\nset\t-\tF=V\n"));
	assert_null(strstr(buf_string(&out), "list-options"));
	buf_release(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(command_lines_are_read),
		cmocka_unit_test(an_argv_without_a_name_is_read),
		cmocka_unit_test(help_fits_a_terminal_and_names_every_option),
		cmocka_unit_test(usage_is_folded_between_its_parts),
		cmocka_unit_test(the_list_has_three_columns),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
