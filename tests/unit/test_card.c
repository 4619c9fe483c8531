/* SPDX-License-Identifier: ISC */
/*
 * A record on a screen: lines end between words, or between wide characters, by
 * the width that a terminal gives them; nothing stored drives the terminal (I5).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "table/card.h"
#include "table/json_nest.h"

#define LI	 "\xe6\x9d\x8e"
#define COMMA	 "\xef\xbc\x8c"
#define COMBINED "e\xcc\x81"

struct sample {
	const char *text, *shown;
};

static struct card *
open_card(struct buf *out, unsigned width, bool colour)
{
	const struct card_options options = { .colour = colour, .width = width };
	struct card *card;
	struct fault fault;

	assert_int_equal(card_open(&card, out, &options, &fault), 0);
	return card;
}

static void
check_texts(const struct sample *samples, size_t count, unsigned width)
{
	size_t i;

	for (i = 0; i < count; i++) {
		struct buf out = BUF_EMPTY;
		struct card *card = open_card(&out, width, false);

		card_text(card, view_of(samples[i].text));
		assert_string_equal(buf_string(&out), samples[i].shown);
		card_close(card);
		buf_release(&out);
	}
}

static void
lines_end_between_words(void **state)
{
	static const struct sample samples[] = {
		{ "", "\n" },
		{ "just twenty columns!", "just twenty columns!\n" },
		{ "just twenty columns, and more", "just twenty columns,\nand more\n" },
		{ "12345678901234567890 x", "12345678901234567890\nx\n" },
		{ "1234567890123456789012345 x", "12345678901234567890\n12345 x\n" },
		{ "two\nlines", "two\nlines\n" },
		{ "dos\r\n\r\nmac\runix\n", "dos\n\nmac\nunix\n" },
		{ "blanks behind                      x", "blanks behind\nx\n" },
	};

	(void)state;
	check_texts(samples, sizeof(samples) / sizeof(samples[0]), 20);
}

static void
widths_are_those_of_a_terminal(void **state)
{
	static const struct sample samples[] = {
		/* Ten wide characters fill the line. */
		{ LI LI LI LI LI LI LI LI LI LI LI,
		    LI LI LI LI LI LI LI LI LI LI "\n" LI "\n" },
		/* No line begins with a mark that closes. */
		{ LI LI LI LI LI LI LI LI LI LI COMMA,
		    LI LI LI LI LI LI LI LI LI "\n" LI COMMA "\n" },
		{ "a" LI LI LI LI LI LI LI LI LI LI "b",
		    "a" LI LI LI LI LI LI LI LI LI "\n" LI "b\n" },
		/* A mark stays with its letter. */
		{ "1234567890123456789" COMBINED "x",
		    "1234567890123456789" COMBINED "\nx\n" },
	};

	(void)state;
	check_texts(samples, sizeof(samples) / sizeof(samples[0]), 20);
}

static void
what_drives_a_terminal_is_shown(void **state)
{
	static const struct sample samples[] = {
		{ "a\033[31mb\x07", "a\\x1b[31mb\\x07\n" },
		{ "a\xe2\x80\xae"
		  "b\xff",
		    "a\\u{202e}b\\xff\n" },
		{ "a\tb", "a\\tb\n" },
	};

	(void)state;
	check_texts(samples, sizeof(samples) / sizeof(samples[0]), 80);
}

static void
fields_stand_beside_their_names(void **state)
{
	struct buf out = BUF_EMPTY;
	struct card *card = open_card(&out, 60, false);

	(void)state;
	card_title(card, VIEW("Ann Lee"), VIEW("contact 42"));
	card_mark(card, VIEW("Client"), COLOUR_GREEN);
	card_mark(card, VIEW("do not email"), COLOUR_RED);
	card_marks_end(card);
	card_marks_end(card);
	card_heading(card, VIEW("Notes"), VIEW("(2)"));
	card_field(card, VIEW("title"),
	    VIEW("Head of Hiring and of much else that is there to do"), COLOUR_NONE);
	card_field(card, VIEW("a name of some length"), VIEW("x\n\ny"), COLOUR_NONE);
	assert_string_equal(buf_string(&out),
	    "Ann Lee                                           contact 42\n"
	    "Client  do not email\n"
	    "\n"
	    "Notes (2)\n"
	    "  title             Head of Hiring and of much else that is\n"
	    "                    there to do\n"
	    "  a name of some length\n"
	    "                    x\n"
	    "\n"
	    "                    y\n");
	card_close(card);
	buf_release(&out);
}

static void
colour_is_put_on_each_line_by_itself(void **state)
{
	struct buf out = BUF_EMPTY;
	struct card *card = open_card(&out, 20, true);

	(void)state;
	card_title(card, VIEW("Ann"), VIEW("contact 1"));
	card_field(card, VIEW("name"), VIEW("green and in two lines"), COLOUR_GREEN);
	assert_string_equal(buf_string(&out),
	    "\033[1mAnn\033[0m        contact 1\n"
	    "  name\n"
	    "    \033[32mgreen and in two\033[0m\n"
	    "    \033[32mlines\033[0m\n");
	card_close(card);
	buf_release(&out);
}

static void
without_blanks(struct buf *to, struct view from)
{
	size_t i;

	buf_clear(to);
	for (i = 0; i < from.len; i++)
		if (from.at[i] != ' ' && from.at[i] != '\n')
			buf_char(to, from.at[i]);
}

/* The widest line; wide ones begin with e6 and ef, the mark with cc. */
static size_t
widest(struct view text)
{
	size_t line = 0, most = 0, i;

	for (i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.at[i];

		if (c == '\n')
			line = 0;
		else if (c == 0xe6 || c == 0xef)
			line += 2;
		else if (c < 0x80)
			line++;
		if (line > most)
			most = line;
	}
	return most;
}

/* Whatever the text and the width, and nothing is lost. */
static void
no_line_is_wider_than_the_screen(void **state)
{
	static const char *const bits[] = { "a", " ", "bc", LI, COMMA, COMBINED, "  ",
		"word", "-" };
	const char *given = getenv("SEED");
	unsigned seed = given == NULL ? 20261005 : (unsigned)atoi(given), width, i, j;
	struct buf text = BUF_EMPTY, out = BUF_EMPTY, had = BUF_EMPTY, has = BUF_EMPTY;
	struct card *card;

	(void)state;
	print_message("SEED=%u\n", seed);
	srandom(seed);
	for (i = 0; i < 500; i++) {
		buf_clear(&text);
		buf_clear(&out);
		for (j = 0; j < 60; j++)
			buf_text(&text, bits[(size_t)random() % 9]);
		width = 20 + (unsigned)random() % 60;
		card = open_card(&out, width, false);
		card_text(card, buf_as_view(&text));
		assert_true(widest(buf_as_view(&out)) <= width);
		without_blanks(&had, buf_as_view(&text));
		without_blanks(&has, buf_as_view(&out));
		assert_string_equal(buf_string(&has), buf_string(&had));
		card_close(card);
	}
	buf_release(&text);
	buf_release(&out);
	buf_release(&had);
	buf_release(&has);
}

static void
objects_hold_arrays_of_objects(void **state)
{
	struct buf out = BUF_EMPTY, all = BUF_EMPTY;
	struct json_nest json = { &out, false, false };
	int i;

	(void)state;
	json_nest_begin(&json, VIEW(""), '{');
	json_nest_cell(&json, VIEW("id"), VIEW("7"), SHAPE_NUMBER);
	json_nest_begin(&json, VIEW("notes"), '[');
	for (i = 0; i < 2; i++) {
		json_nest_begin(&json, VIEW(""), '{');
		json_nest_cell(&json, VIEW("text"), VIEW("a\"b"), SHAPE_TEXT);
		json_nest_end(&json, '}');
		/* It may be emptied anywhere. */
		buf_view(&all, buf_as_view(&out));
		buf_clear(&out);
	}
	json_nest_end(&json, ']');
	json_nest_begin(&json, VIEW("jobs"), '[');
	json_nest_end(&json, ']');
	json_nest_cell(&json, VIEW("labels"), VIEW("a;b"), SHAPE_LIST);
	json_nest_end(&json, '}');
	buf_view(&all, buf_as_view(&out));
	assert_string_equal(buf_string(&all),
	    "{\"id\":7,\"notes\":[{\"text\":\"a\\\"b\"},{\"text\":\"a\\\"b\"}],"
	    "\"jobs\":[],\"labels\":[\"a\",\"b\"]}");
	buf_release(&out);
	buf_release(&all);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_end_between_words),
		cmocka_unit_test(widths_are_those_of_a_terminal),
		cmocka_unit_test(what_drives_a_terminal_is_shown),
		cmocka_unit_test(fields_stand_beside_their_names),
		cmocka_unit_test(colour_is_put_on_each_line_by_itself),
		cmocka_unit_test(no_line_is_wider_than_the_screen),
		cmocka_unit_test(objects_hold_arrays_of_objects),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
