/* SPDX-License-Identifier: ISC */
/*
 * A line is what lies between two ends of lines in a text; it is made showable
 * and then cut into pieces that fit, each behind the same indentation. Between
 * wide characters, as East Asian scripts have them, a line may end without a
 * blank.
 */
#include "table/card.h"

#include <locale.h>
#include <stdlib.h>

#include "base/fold.h"
#include "table/table_fit.h"

/* Where texts begin beside the names of fields, and lines end. */
#define INDENT	    20
#define INDENT_LESS 4
#define ENOUGH	    60
#define WIDEST	    120
#define NARROWEST   20

struct card {
	struct buf *out;
	bool colour;
	size_t width, indent;
	locale_t locale;
	size_t marked; /* columns that the line of marks has taken */
	struct buf shown, known;
};

static const char *const codes[] = {
	[COLOUR_NONE] = "",
	[COLOUR_GREEN] = "32",
	[COLOUR_YELLOW] = "33",
	[COLOUR_RED] = "31",
	[COLOUR_BLUE] = "34",
	[COLOUR_CYAN] = "36",
	[COLOUR_MAGENTA] = "35",
	[COLOUR_BOLD] = "1",
};

int
card_open(struct card **out_card, struct buf *out, const struct card_options *options,
    struct fault *fault)
{
	struct card *card = calloc(1, sizeof(*card));

	*out_card = card;
	if (card == NULL)
		return fault_memory(fault);
	card->out = out;
	card->colour = options->colour;
	card->width = options->width < NARROWEST ? NARROWEST
	    : options->width > WIDEST		 ? WIDEST
						 : options->width;
	card->indent = card->width < ENOUGH ? INDENT_LESS : INDENT;
	card->locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
	return 0;
}

void
card_close(struct card *card)
{
	if (card == NULL)
		return;
	if (card->locale != (locale_t)0)
		freelocale(card->locale);
	buf_release(&card->shown);
	buf_release(&card->known);
	free(card);
}

/* As a terminal may have it, with its width; lives until the next call. */
static struct view
showable(struct card *card, struct view text, size_t *width)
{
	locale_t before =
	    card->locale == (locale_t)0 ? (locale_t)0 : uselocale(card->locale);

	buf_clear(&card->shown);
	buf_clear(&card->known);
	show_text(&card->shown, text);
	fit_show_unknown(&card->known, buf_as_view(&card->shown));
	card->out->failed |= card->shown.failed || card->known.failed;
	*width = fit_width(buf_as_view(&card->known));
	if (before != (locale_t)0)
		uselocale(before);
	return buf_as_view(&card->known);
}

static void
put_blanks(struct card *card, size_t count)
{
	while (count-- > 0)
		buf_char(card->out, ' ');
}

static void
put_coloured(struct card *card, struct view text, enum writer_colour colour)
{
	bool coloured = card->colour && colour != COLOUR_NONE;

	if (coloured)
		buf_printf(card->out, "\033[%sm", codes[colour]);
	buf_view(card->out, text);
	if (coloured)
		buf_text(card->out, "\033[0m");
}

static struct view
without_blanks_behind(struct view text)
{
	while (text.len > 0 && text.at[text.len - 1] == ' ')
		text.len--;
	return text;
}

/* Marks of East Asian writing that no line begins with. */
static bool
is_closing(struct view text)
{
	static const uint32_t marks[] = { 0x3001, 0x3002, 0x3009, 0x300b, 0x300d, 0x300f,
		0x3011, 0x30fb, 0x30fc, 0xff01, 0xff09, 0xff0c, 0xff0e, 0xff1a, 0xff1b,
		0xff1f };
	uint32_t scalar;
	size_t i;

	if (utf8_decode(text, &scalar) == 0)
		return false;
	for (i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
		if (marks[i] == scalar)
			return true;
	return false;
}

/* How much of a text goes into a line: up to the last place where it may be
 * parted, else as much as fits. */
static size_t
piece(struct view text, size_t room)
{
	size_t at = 0, used = 0, place = 0, width, before = 1, n;

	while (at < text.len) {
		n = fit_step(view_from(text, at), &width);
		if (width > 0 && (width == 2 || before == 2) &&
		    !is_closing(view_from(text, at)))
			place = at;
		if (used + width > room && at > 0 && text.at[at] != ' ')
			return place > 0 ? place : at;
		at += n;
		used += width;
		if (text.at[at - n] == ' ')
			place = at;
		if (width > 0)
			before = width;
	}
	return at;
}

/* A text without ends of lines; the first piece stands where the line is. */
static void
put_line(struct card *card, struct view text, size_t indent, enum writer_colour colour)
{
	size_t width, n;
	struct view rest = showable(card, text, &width);
	locale_t before =
	    card->locale == (locale_t)0 ? (locale_t)0 : uselocale(card->locale);

	do {
		n = piece(rest, card->width - indent);
		put_coloured(card, without_blanks_behind(view_until(rest, n)), colour);
		buf_char(card->out, '\n');
		rest = view_from(rest, n);
		while (rest.len > 0 && rest.at[0] == ' ')
			rest = view_from(rest, 1);
		if (rest.len > 0)
			put_blanks(card, indent);
	} while (rest.len > 0);
	if (before != (locale_t)0)
		uselocale(before);
}

/* Takes the first line of a text off it. */
static struct view
take_line(struct view *text)
{
	size_t n = 0, skip;
	struct view line;

	while (n < text->len && text->at[n] != '\n' && text->at[n] != '\r')
		n++;
	skip =
	    n + 1 < text->len && text->at[n] == '\r' && text->at[n + 1] == '\n' ? 2 : 1;
	line = view_until(*text, n);
	*text = view_from(*text, n + skip);
	return line;
}

static void
put_lines(struct card *card, struct view text, size_t indent, enum writer_colour colour)
{
	struct view line = take_line(&text);

	put_line(card, line, indent, colour);
	while (text.len > 0) {
		line = take_line(&text);
		if (line.len > 0)
			put_blanks(card, indent);
		put_line(card, line, indent, colour);
	}
}

void
card_title(struct card *card, struct view title, struct view note)
{
	size_t width;
	struct view shown = showable(card, title, &width);

	if (width + 2 + note.len <= card->width) {
		put_coloured(card, shown, COLOUR_BOLD);
	} else {
		put_line(card, title, 0, COLOUR_BOLD);
		width = 0;
	}
	if (width + note.len < card->width)
		put_blanks(card, card->width - width - note.len);
	put_line(card, note, 0, COLOUR_NONE);
}

void
card_text(struct card *card, struct view text)
{
	put_lines(card, text, 0, COLOUR_NONE);
}

void
card_mark(struct card *card, struct view text, enum writer_colour colour)
{
	struct view shown;
	size_t width;

	shown = showable(card, text, &width);
	if (card->marked > 0 && card->marked + 2 + width > card->width) {
		buf_char(card->out, '\n');
		card->marked = 0;
	}
	if (card->marked > 0)
		put_blanks(card, 2);
	card->marked += width + (card->marked > 0 ? 2 : 0);
	put_coloured(card, shown, colour);
}

void
card_marks_end(struct card *card)
{
	if (card->marked > 0)
		buf_char(card->out, '\n');
	card->marked = 0;
}

void
card_heading(struct card *card, struct view heading, struct view note)
{
	size_t width;
	struct view shown;

	buf_char(card->out, '\n');
	shown = showable(card, heading, &width);
	put_coloured(card, shown, COLOUR_BOLD);
	if (note.len > 0)
		put_blanks(card, 1);
	put_line(card, note, 0, COLOUR_NONE);
}

void
card_field(
    struct card *card, struct view name, struct view text, enum writer_colour colour)
{
	size_t width;
	struct view shown = showable(card, name, &width);

	put_blanks(card, 2);
	buf_view(card->out, shown);
	if (width + 4 <= card->indent) {
		put_blanks(card, card->indent - width - 2);
	} else {
		buf_char(card->out, '\n');
		put_blanks(card, card->indent);
	}
	put_lines(card, text, card->indent, colour);
}
