/* SPDX-License-Identifier: ISC */
/*
 * The parser of command lines, written out because getopt_long(3) takes
 * abbreviations and knows neither conflicts nor choices. Every argument is an
 * operand, a long option, or a bundle of letters of which the last may take
 * the rest of the argument, or the next one, as its value.
 */
#include "cli/options.h"

#include <stdlib.h>

enum { OPTIONS_MAX = 96, NAME_MAX_LEN = 40 };

struct parse {
	const struct program *program;
	char *into;
	char **argv; /* what is not parsed yet, ends with NULL */
	bool given[OPTIONS_MAX];
	bool over; /* an OPTION_LAST was met */
};

static void *
member(const struct parse *parse, const struct option *option)
{
	return parse->into + option->offset;
}

static bool
takes_value(const struct option *option)
{
	return option->type != OPTION_FLAG && option->type != OPTION_LAST;
}

static const struct option *
find_name(const struct program *program, const char *name, size_t len)
{
	for (size_t i = 0; i < program->count; i++)
		if (strlen(program->options[i].name) == len &&
		    memcmp(program->options[i].name, name, len) == 0)
			return &program->options[i];
	return NULL;
}

static const struct option *
find_letter(const struct program *program, char letter)
{
	for (size_t i = 0; i < program->count; i++)
		if (program->options[i].letter == letter)
			return &program->options[i];
	return NULL;
}

/* Levenshtein distance of two short names. */
static size_t
distance(const char *a, size_t a_len, const char *b, size_t b_len)
{
	size_t row[NAME_MAX_LEN + 1];

	if (b_len > NAME_MAX_LEN)
		return NAME_MAX_LEN;
	for (size_t j = 0; j <= b_len; j++)
		row[j] = j;
	for (size_t i = 1; i <= a_len; i++) {
		size_t diagonal = row[0];

		row[0] = i;
		for (size_t j = 1; j <= b_len; j++) {
			size_t best = diagonal + (a[i - 1] != b[j - 1]);

			diagonal = row[j];
			if (row[j] + 1 < best)
				best = row[j] + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			row[j] = best;
		}
	}
	return row[b_len];
}

/* The option that was perhaps meant: one that the text begins, else the
 * nearest with at most two letters wrong. */
static const char *
nearest(const struct program *program, const char *name, size_t len)
{
	const char *best = NULL;
	size_t least = 3;

	for (size_t i = 0; i < program->count; i++) {
		const struct option *option = &program->options[i];
		size_t far;

		if (option->help == NULL)
			continue;
		far = len >= 3 && strncmp(option->name, name, len) == 0
		    ? 0
		    : distance(name, len, option->name, strlen(option->name));
		if (far < least) {
			least = far;
			best = option->name;
		}
	}
	return best;
}

static int
read_number(struct parse *parse, const struct option *option, const char *value,
    struct fault *fault)
{
	struct {
		uint64_t number;
		bool given;
	} *out = member(parse, option);
	uint64_t n = 0;

	if (*value == '\0')
		return fault_set(fault, FAULT_USAGE, "--%s: %s is empty", option->name,
		    option->argument);
	for (const char *at = value; *at != '\0'; at++) {
		unsigned digit = (unsigned)(*at - '0');

		if (*at < '0' || *at > '9')
			return fault_set(fault, FAULT_USAGE,
			    "--%s: %s is not a whole number", option->name, value);
		if (n > (UINT64_MAX - digit) / 10)
			return fault_set(fault, FAULT_USAGE, "--%s: %s is too large",
			    option->name, value);
		n = n * 10 + digit;
	}
	out->number = n;
	out->given = true;
	return 0;
}

static int
read_choice(struct parse *parse, const struct option *option, const char *value,
    struct fault *fault)
{
	size_t len = strlen(value);

	for (const char *at = option->choices; *at != '\0';) {
		size_t n = strcspn(at, " ");

		if (n == len && memcmp(at, value, n) == 0) {
			*(const char **)member(parse, option) = value;
			return 0;
		}
		at += n + strspn(at + n, " ");
	}
	return fault_set(fault, FAULT_USAGE, "--%s: %s is none of: %s", option->name,
	    len == 0 ? "an empty text" : value, option->choices);
}

static int
add_to_list(struct option_list *list, const char *value, struct fault *fault)
{
	const char **at = reallocarray(list->at, list->count + 1, sizeof(*at));

	if (at == NULL)
		return fault_memory(fault);
	at[list->count++] = value;
	list->at = at;
	return 0;
}

/* value is NULL for a flag. */
static int
take(struct parse *parse, const struct option *option, const char *value,
    struct fault *fault)
{
	parse->given[option - parse->program->options] = true;
	switch (option->type) {
	case OPTION_LAST:
		parse->over = true;
		/* FALLTHROUGH */
	case OPTION_FLAG:
		*(bool *)member(parse, option) = true;
		return 0;
	case OPTION_ONCE:
		if (*(const char **)member(parse, option) != NULL)
			return fault_set(
			    fault, FAULT_USAGE, "--%s: is given twice", option->name);
		/* FALLTHROUGH */
	case OPTION_TEXT:
		*(const char **)member(parse, option) = value;
		return 0;
	case OPTION_LIST:
		return add_to_list(member(parse, option), value, fault);
	case OPTION_NUMBER:
		return read_number(parse, option, value, fault);
	case OPTION_CHOICE:
		return read_choice(parse, option, value, fault);
	}
	return fault_set(fault, FAULT_INTERNAL, "option --%s has no type", option->name);
}

/* *value becomes the next argument. */
static int
next_value(struct parse *parse, const struct option *option, const char **value,
    struct fault *fault)
{
	if (*parse->argv == NULL)
		return fault_set(fault, FAULT_USAGE, "--%s: %s is missing", option->name,
		    option->argument);
	*value = *parse->argv++;
	return 0;
}

static int
parse_long(struct parse *parse, const char *text, struct fault *fault)
{
	size_t len = strcspn(text, "=");
	const struct option *option = find_name(parse->program, text, len);
	const char *value = NULL;

	if (option == NULL) {
		const char *hint = nearest(parse->program, text, len);

		return fault_set(fault, FAULT_USAGE, "--%.*s: no such option%s%s%s",
		    (int)len, text, hint == NULL ? "" : ", did you mean --",
		    hint == NULL ? "" : hint, hint == NULL ? "" : "?");
	}
	if (!takes_value(option)) {
		if (text[len] == '=')
			return fault_set(
			    fault, FAULT_USAGE, "--%s takes no value", option->name);
	} else if (text[len] == '=')
		value = text + len + 1;
	else if (next_value(parse, option, &value, fault) < 0)
		return -1;
	return take(parse, option, value, fault);
}

static int
parse_letters(struct parse *parse, const char *letters, struct fault *fault)
{
	while (*letters != '\0' && !parse->over) {
		const struct option *option = find_letter(parse->program, *letters);
		const char *value = NULL;

		if (option == NULL)
			return fault_set(
			    fault, FAULT_USAGE, "-%c: no such option", *letters);
		letters++;
		if (!takes_value(option)) {
			if (take(parse, option, NULL, fault) < 0)
				return -1;
			continue;
		}
		/* "-s=DIR" is never meant as a value that begins with "=". */
		if (*letters == '=')
			return fault_set(fault, FAULT_USAGE,
			    "-%c%s: write -%c %s or --%s=%s", option->letter, letters,
			    option->letter, option->argument, option->name,
			    option->argument);
		if (*letters != '\0')
			value = letters;
		else if (next_value(parse, option, &value, fault) < 0)
			return -1;
		return take(parse, option, value, fault);
	}
	return 0;
}

/* One option that contradicts another makes the pair wrong, whichever of the
 * two says so. */
static int
check_conflicts(const struct parse *parse, struct fault *fault)
{
	const struct program *program = parse->program;

	for (size_t i = 0; i < program->count; i++) {
		const struct option *option = &program->options[i];
		const char *at = option->conflicts;

		if (!parse->given[i] || at == NULL)
			continue;
		while (*at != '\0') {
			size_t n = strcspn(at, " ");
			const struct option *other = find_name(program, at, n);

			if (other != NULL && parse->given[other - program->options])
				return fault_set(fault, FAULT_USAGE,
				    "--%s and --%s contradict each other", option->name,
				    other->name);
			at += n + strspn(at + n, " ");
		}
	}
	return 0;
}

int
options_parse(const struct program *program, int argc, char **argv, void *into,
    const char ***operands, size_t *operand_count, struct fault *fault)
{
	struct parse parse = { .program = program, .into = into };
	bool only_operands = false;
	size_t count = 0;

	*operand_count = 0;
	*operands = calloc(argc > 0 ? (size_t)argc : 1, sizeof(**operands));
	if (*operands == NULL)
		return fault_memory(fault);
	if (program->count > OPTIONS_MAX)
		return fault_set(fault, FAULT_INTERNAL, "%s has more than %d options",
		    program->name, (int)OPTIONS_MAX);
	if (argc > 0)
		parse.argv = argv + 1;
	while (argc > 0 && *parse.argv != NULL && !parse.over) {
		const char *text = *parse.argv++;
		int rc = 0;

		if (only_operands || text[0] != '-' || text[1] == '\0')
			(*operands)[count++] = text;
		else if (text[1] != '-')
			rc = parse_letters(&parse, text + 1, fault);
		else if (text[2] != '\0')
			rc = parse_long(&parse, text + 2, fault);
		else
			only_operands = true;
		if (rc < 0)
			return -1;
	}
	*operand_count = count;
	return parse.over ? 0 : check_conflicts(&parse, fault);
}

void
options_release(const struct program *program, void *into)
{
	for (size_t i = 0; i < program->count; i++) {
		struct option_list *list;

		if (program->options[i].type != OPTION_LIST)
			continue;
		list = (struct option_list *)((char *)into + program->options[i].offset);
		free(list->at);
		*list = (struct option_list){ NULL, 0 };
	}
}

static bool
is_given(const struct option *option, const void *at)
{
	switch (option->type) {
	case OPTION_FLAG:
	case OPTION_LAST:
		return *(const bool *)at;
	case OPTION_LIST:
		return ((const struct option_list *)at)->count > 0;
	case OPTION_NUMBER:
		return *(const bool *)((const char *)at + sizeof(uint64_t));
	case OPTION_ONCE:
	case OPTION_TEXT:
	case OPTION_CHOICE:
		return *(const char *const *)at != NULL;
	}
	return false;
}

bool
options_need(const struct program *program, const void *into, const struct need *need)
{
	const struct option *option =
	    find_name(program, need->option, strlen(need->option));
	const char *at;
	const struct option_list *list;
	size_t i;

	if (option == NULL)
		return false;
	at = (const char *)into + option->offset;
	if (need->value == NULL)
		return is_given(option, at);
	list = (const struct option_list *)at;
	for (i = 0; i < list->count; i++)
		if (strncmp(list->at[i], need->value, strlen(need->value)) == 0)
			return true;
	return false;
}

const char *
options_choices(const struct program *program, const char *name)
{
	return find_name(program, name, strlen(name))->choices;
}

void
options_given(struct buf *out, const struct program *program, const void *into)
{
	size_t begin = out->len;

	for (size_t i = 0; i < program->count; i++) {
		const struct option *option = &program->options[i];

		if (!is_given(option, (const char *)into + option->offset))
			continue;
		if (out->len > begin)
			buf_char(out, ' ');
		buf_text(out, option->name);
	}
}
