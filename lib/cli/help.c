/* SPDX-License-Identifier: ISC */
/*
 * The text of --help, made from the table of options: usage lines, then the
 * options by group, folded at blanks so that nothing is wider than 80 columns.
 */
#include "cli/options.h"

enum { HELP_WIDTH = 80, HELP_COLUMN = 27 };

static const char *const group_titles[] = {
	[GROUP_EVERYDAY] = "Everyday",
	[GROUP_INPUT] = "Input",
	[GROUP_MATCHING] = "Matching",
	[GROUP_RARE] = "Rare",
};

static void
pad(struct buf *out, size_t from, size_t to)
{
	while (from++ < to)
		buf_char(out, ' ');
}

/* How much of text goes on a line: up to the last blank outside brackets, so
 * that "[--set F=V]" stays in one piece, else up to the last blank. */
static size_t
piece_length(const char *text, size_t room)
{
	size_t outside = 0, inside = 0, depth = 0, n;

	for (n = 0; text[n] != '\0' && n <= room; n++) {
		if (text[n] == '[')
			depth++;
		else if (text[n] == ']' && depth > 0)
			depth--;
		else if (text[n] == ' ' && depth == 0)
			outside = n;
		else if (text[n] == ' ')
			inside = n;
	}
	if (text[n] == '\0' && n <= room)
		return n;
	if (outside != 0 || inside != 0)
		return outside != 0 ? outside : inside;
	return strcspn(text, " ");
}

/* Appends text from column `at` on, folded, later lines indented. */
static void
folded(struct buf *out, const char *text, size_t at, size_t indent)
{
	for (;;) {
		size_t n = piece_length(text, HELP_WIDTH - at);

		buf_put(out, text, n);
		buf_char(out, '\n');
		text += n;
		while (*text == ' ')
			text++;
		if (*text == '\0')
			return;
		pad(out, 0, indent);
		at = indent;
	}
}

static void
usage(struct buf *out, const struct program *program)
{
	const char *at = program->synopsis;
	size_t indent = 7 + strlen(program->name) + 1;

	for (bool first = true; first || *at != '\0'; first = false) {
		size_t n = strcspn(at, "\n");
		struct buf line = BUF_EMPTY;

		buf_put(&line, at, n);
		buf_printf(out, "%s%s ", first ? "usage: " : "       ", program->name);
		folded(out, buf_string(&line), indent, indent + 4);
		buf_release(&line);
		at += n + (at[n] == '\n');
	}
}

static void
option_line(struct buf *out, const struct option *option)
{
	size_t start = out->len, width;

	if (option->letter != 0)
		buf_printf(out, "  -%c, --%s", option->letter, option->name);
	else
		buf_printf(out, "      --%s", option->name);
	if (option->argument != NULL)
		buf_printf(out, " %s", option->argument);
	width = out->len - start;
	if (width + 2 > HELP_COLUMN) {
		buf_char(out, '\n');
		width = 0;
	}
	pad(out, width, HELP_COLUMN);
	folded(out, option->help, HELP_COLUMN, HELP_COLUMN);
}

static void
group(struct buf *out, const struct program *program, enum option_group which)
{
	bool titled = false;

	for (size_t i = 0; i < program->count; i++) {
		const struct option *option = &program->options[i];

		if (option->group != which || option->help == NULL)
			continue;
		if (!titled)
			buf_printf(out, "\n%s:\n", group_titles[which]);
		titled = true;
		option_line(out, option);
	}
}

void
options_help(struct buf *out, const struct program *program)
{
	usage(out, program);
	buf_char(out, '\n');
	folded(out, program->summary, 0, 0);
	for (enum option_group which = GROUP_EVERYDAY; which <= GROUP_RARE; which++)
		group(out, program, which);
	buf_printf(out, "\nThe manual: man %s; the tour: man 7 contact\n", program->name);
}

void
options_list(struct buf *out, const struct program *program)
{
	for (size_t i = 0; i < program->count; i++) {
		const struct option *option = &program->options[i];

		if (option->help == NULL)
			continue;
		buf_printf(out, "%s\t%c\t%s\n", option->name,
		    option->letter != 0 ? option->letter : '-',
		    option->argument != NULL ? option->argument : "-");
	}
}
