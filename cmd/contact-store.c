/* SPDX-License-Identifier: ISC */
/*
 * contact-store: looks after the store. The first operand is a verb.
 *
 * Reads the store, nothing else. Writes what was asked for to stdout: `info`
 * and `get` rows, `check` one line, after its findings on stderr. Changes the
 * store by `init`, which makes an empty one, and by `set`, which is a run of
 * its own: all settings of one command are stored together or not at all.
 */
#include "cli/assignment.h"
#include "cli/verdict.h"
#include "look_after.h"

static const struct option table[] = {
	OPTIONS_SHARED(struct look_after, shared),
	OPTIONS_WRITE(struct look_after, shared),
	OPTION_ROW(struct look_after, yes, 0, "yes", NULL, OPTION_FLAG, GROUP_EVERYDAY,
	    "do what takes something away for good", NULL, NULL),
	OPTION_ROW(struct look_after, older, 0, "older", "AGE", OPTION_TEXT,
	    GROUP_EVERYDAY, "forget runs that are older, such as 2y", NULL, NULL),
	OPTION_ROW(struct look_after, force, 0, "force", NULL, OPTION_FLAG, GROUP_RARE,
	    "undo although records were changed since", NULL, NULL),
	OPTION_ROW(struct look_after, group, 0, "group", "NAME", OPTION_TEXT,
	    GROUP_EVERYDAY, "make a store that this group of users shares", NULL, NULL),
	OPTION_ROW(struct look_after, none, 0, "none", NULL, OPTION_FLAG, GROUP_EVERYDAY,
	    "share the store with nobody", NULL, NULL),
};

int
check_run(struct command *command, const struct look_after *options, struct fault *fault)
{
	(void)options;
	return verdict_run(command, fault);
}

int
set_run(struct command *command, const struct look_after *options, struct fault *fault)
{
	(void)options;
	return assignment_run(command, fault);
}

/* Options that say what to do with what a run stored. */
#define RUN "dry-run results errors diff"

/* CS-9: who may find may look at the store; settings and undoing are for those who
 * administer the CRM, and the store may be left to somebody else. */
#define LOOK                          \
	{                             \
		RIGHT_CRM, LEVEL_VIEW \
	}
#define UPKEEP                           \
	{                                \
		RIGHT_STORE, LEVEL_ADMIN \
	}
#define UNDOING                        \
	{                              \
		RIGHT_CRM, LEVEL_ADMIN \
	}

static const struct verb {
	const char *name;
	size_t least, most; /* operands behind the verb */
	const char *operands;
	const char *takes; /* options that not every verb takes */
	struct right right;
	int (*run)(struct command *command, const struct look_after *options,
	    struct fault *fault);
} verbs[] = {
	{ "init", 0, 0, "no operand", "group", LOOK, init_run },
	{ "share", 0, 1, "the name of a group, or --none", "none", UPKEEP, share_run },
	{ "info", 0, 0, "no operand", "", LOOK, info_run },
	{ "check", 0, 0, "no operand", "", LOOK, check_run },
	{ "log", 0, SIZE_MAX, "a query", "", LOOK, log_run },
	{ "set", 1, SIZE_MAX, "NAME=VALUE", RUN, UPKEEP, set_run },
	{ "get", 0, 1, "at most one NAME", "", LOOK, get_run },
	{ "undo", 1, 1, "one REV", "dry-run results diff force", UNDOING, undo_run },
	{ "prune", 0, 0, "no operand", "dry-run yes older", UPKEEP, prune_run },
	{ "compact", 0, 0, "no operand", "", UPKEEP, compact_run },
	{ "backup", 1, 1, "one DIR", "", UPKEEP, backup_run },
	{ "restore", 1, 1, "one DIR", "yes", UPKEEP, restore_run },
	{ "dump", 0, 0, "no operand", "", UPKEEP, dump_run },
	{ "load", 0, 0, "no operand", "dry-run results", UPKEEP, load_run },
};

/* What is no verb is a mistake of whoever may look. */
static struct right
right_of_verb(const struct command *command)
{
	const char *name = command->operand_count > 0 ? command->operands[0] : "";

	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (strcmp(verbs[i].name, name) == 0)
			return verbs[i].right;
	return (struct right)LOOK;
}

static const struct program program = {
	.name = "contact-store",
	.summary = "Look after the store: make it, describe it, check it, "
		   "change its settings.",
	.synopsis = "[OPTION]... init [--group NAME]\n"
		    "[OPTION]... share GROUP | --none\n"
		    "[OPTION]... info\n"
		    "[OPTION]... check\n"
		    "[OPTION]... log [QUERY]\n"
		    "[OPTION]... set NAME=VALUE...\n"
		    "[OPTION]... get [NAME]\n"
		    "[OPTION]... undo REV [--force]\n"
		    "[OPTION]... prune --older AGE\n"
		    "[OPTION]... compact\n"
		    "[OPTION]... backup DIR\n"
		    "[OPTION]... restore DIR\n"
		    "[OPTION]... dump\n"
		    "[OPTION]... load",
	.options = table,
	.count = sizeof(table) / sizeof(table[0]),
	.right_of = right_of_verb,
};

/* Options that mean something to some verbs alone. */
static const char *const particular[] = { "yes", "older", "dry-run", "results", "errors",
	"diff", "force", "group", "none" };

static bool
has_word(const char *words, const char *word)
{
	size_t len = strlen(word);
	const char *at = words;

	while ((at = strstr(at, word)) != NULL) {
		if ((at == words || at[-1] == ' ') && (at[len] == ' ' || at[len] == '\0'))
			return true;
		at += len;
	}
	return false;
}

/* An option that the verb would not look at is a mistake. */
static int
check_options(
    const struct verb *verb, const struct look_after *options, struct fault *fault)
{
	struct buf given = BUF_EMPTY;
	const char *name;
	int result = 0;

	options_given(&given, &program, options);
	for (size_t i = 0; i < sizeof(particular) / sizeof(particular[0]); i++) {
		name = particular[i];
		/* --dry-run implies --results, which prune has no rows for. */
		if (strcmp(name, "results") == 0 && options->shared.results_implied)
			continue;
		if (result == 0 && has_word(buf_string(&given), name) &&
		    !has_word(verb->takes, name))
			result = fault_set(fault, FAULT_USAGE, "--%s means nothing to %s",
			    name, verb->name);
	}
	buf_release(&given);
	return result;
}

static int
run(struct command *command, void *options, struct fault *fault)
{
	const char *name = command->operand_count > 0 ? command->operands[0] : NULL;
	struct buf names = BUF_EMPTY;

	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		const struct verb *verb = &verbs[i];
		size_t count = command->operand_count - 1;

		buf_printf(&names, " %s", verb->name);
		if (name == NULL || strcmp(verb->name, name) != 0)
			continue;
		buf_release(&names);
		if (count < verb->least || count > verb->most)
			return fault_set(
			    fault, FAULT_USAGE, "%s takes %s", name, verb->operands);
		if (check_options(verb, options, fault) < 0)
			return -1;
		return verb->run(command, options, fault);
	}
	fault_set(fault, FAULT_USAGE, "%s%sone of these is needed:%s",
	    name == NULL ? "" : name, name == NULL ? "" : ": no such action, ",
	    buf_string(&names));
	buf_release(&names);
	return -1;
}

int
main(int argc, char **argv)
{
	struct look_after options = { .shared = { .store = NULL } };

	return command_main(
	    &program, argc, argv, &options, offsetof(struct look_after, shared), run);
}
