/* SPDX-License-Identifier: ISC */
/*
 * Reports end in lines that are no rows: a name, a copyright, who made it and
 * when. They are known only by standing at the end, so rows with a single
 * value wait until ten others have come behind them. All other rows pass
 * without being copied as long as none waits.
 */
#include "rules/plan_parts.h"

#include <stdlib.h>

#include "base/fold.h"
#include "model/salesforce_id.h"

#define TAIL 10

struct kept_row {
	struct row row;
	struct arena arena;
	bool single; /* has one value only */
	bool out;    /* a line of the footer */
};

struct footer {
	const struct map_word *patterns;
	struct kept_row kept[TAIL + 1]; /* a ring */
	size_t first, count;
	struct row row; /* passing through */
	bool has_row, ended;
};

int
footer_new(struct footer **footer, const struct map_shape *shape, struct fault *fault)
{
	*footer = calloc(1, sizeof(**footer));
	if (*footer == NULL)
		return fault_memory(fault);
	(*footer)->patterns = shape->footers;
	return 0;
}

void
footer_free(struct footer *footer)
{
	size_t i;

	if (footer == NULL)
		return;
	for (i = 0; i <= TAIL; i++)
		arena_release(&footer->kept[i].arena);
	free(footer);
}

/* The only value of a row; false when it has none or several. */
static bool
single_value(const struct row *row, struct view *value)
{
	size_t i, n = 0;
	struct view cell;

	*value = VIEW("");
	if (row->code != NULL)
		return false;
	for (i = 0; i < row->count && n < 2; i++) {
		cell = row->cells[i].len == 0 ? VIEW("") : text_trim_wide(row->cells[i]);
		if (cell.len > 0) {
			*value = cell;
			n++;
		}
	}
	return n == 1;
}

/* `#` is a digit, `*` at the end anything. */
static bool
pattern_fits(struct view pattern, struct view text)
{
	size_t i;

	for (i = 0; i < pattern.len; i++) {
		if (pattern.at[i] == '*' && i + 1 == pattern.len)
			return true;
		if (i == text.len)
			return false;
		if (pattern.at[i] == '#' ? text.at[i] < '0' || text.at[i] > '9'
					 : pattern.at[i] != text.at[i])
			return false;
	}
	return i == text.len;
}

static bool
is_footer_line(const struct footer *footer, struct view value)
{
	const struct map_word *pattern;

	for (pattern = footer->patterns; pattern != NULL; pattern = pattern->next) {
		if (pattern_fits(pattern->text, value))
			return true;
	}
	return false;
}

/* A row that says nothing but an e-mail or an id is a row nonetheless. */
static bool
is_somebody(struct view value)
{
	char id[SALESFORCE_ID];
	const char *why;

	return email_sound(value, &why) ||
	    salesforce_id_read(value, id) == SALESFORCE_GOOD;
}

static int
keep(struct footer *footer, const struct row *row, bool single, struct fault *fault)
{
	struct kept_row *kept =
	    &footer->kept[(footer->first + footer->count) % (TAIL + 1)];
	struct view *cells;
	size_t i;

	arena_clear(&kept->arena);
	cells = arena_take(&kept->arena, (row->count + 1) * sizeof(*cells));
	if (cells == NULL)
		return fault_memory(fault);
	for (i = 0; i < row->count; i++) {
		cells[i] = arena_copy(&kept->arena, row->cells[i]);
		if (cells[i].len > 0 && cells[i].at == NULL)
			return fault_memory(fault);
	}
	kept->row = *row;
	kept->row.cells = cells;
	if (row->code != NULL) {
		struct view message = arena_copy(&kept->arena,
		    view_make(row->message,
			row->message == NULL ? 0 : strlen(row->message) + 1));

		kept->row.raw = arena_copy(&kept->arena, row->raw);
		kept->row.message = message.at;
		if ((message.len > 0 && message.at == NULL) ||
		    (row->raw.len > 0 && kept->row.raw.at == NULL))
			return fault_memory(fault);
	}
	kept->single = single;
	kept->out = false;
	footer->count++;
	return 0;
}

static struct kept_row *
kept_at(struct footer *footer, size_t i)
{
	return &footer->kept[(footer->first + i) % (TAIL + 1)];
}

/* At the end of the file: lines that fit a pattern go, and with each the lines
 * of one value that touch it. */
static void
find_footer(struct footer *footer)
{
	struct kept_row *kept;
	struct view value;
	size_t from = 0, i;
	bool found = false;

	for (i = 0; i <= footer->count; i++) {
		kept = i < footer->count ? kept_at(footer, i) : NULL;
		if (kept != NULL && kept->single && single_value(&kept->row, &value) &&
		    (is_footer_line(footer, value) || !is_somebody(value))) {
			found = found || is_footer_line(footer, value);
			continue;
		}
		/* The run of single lines that ends here. */
		for (; from < i; from++)
			kept_at(footer, from)->out = found;
		from = i + 1;
		found = false;
	}
}

int
footer_push(struct footer *footer, const struct row *row, struct fault *fault)
{
	struct view value;
	bool single;

	if (row == NULL) {
		footer->ended = true;
		find_footer(footer);
		return 0;
	}
	single = single_value(row, &value);
	if (single || footer->count > 0)
		return keep(footer, row, single, fault);
	footer->row = *row;
	footer->has_row = true;
	return 0;
}

int
footer_pull(struct footer *footer, struct row *row)
{
	struct kept_row *kept;

	if (footer->has_row) {
		footer->has_row = false;
		*row = footer->row;
		return 1;
	}
	while (footer->count > 0) {
		kept = kept_at(footer, 0);
		/* What has more than one value cannot be of a footer. */
		if (!footer->ended && footer->count <= TAIL && kept->single)
			return 0;
		footer->first = (footer->first + 1) % (TAIL + 1);
		footer->count--;
		*row = kept->row;
		if (!kept->out)
			return 1;
	}
	return 0;
}
