/* SPDX-License-Identifier: ISC */
#ifndef TABLE_WRITER_H
#define TABLE_WRITER_H

/*
 * Turns rows of UTF-8 cells into CSV (RFC 4180, LF, minimal quoting), TSV (tab,
 * LF, CR and backslash as \t \n \r \\), JSON lines, spreadsheet CSV, a table
 * for a terminal, vCards (RFC 6350) or the lines that mutt reads. A writer appends
 * to the caller's buf and never writes by itself, so that output can wait until no
 * transaction is open.
 */

#include <stdint.h>

#include "base/buf.h"

enum output {
	OUTPUT_CSV,
	OUTPUT_TSV,
	OUTPUT_JSON,
	OUTPUT_TABLE,
	OUTPUT_EXCEL,
	/* A card a row: a property for each cell that is not empty, whose name is
	 * that of the column, parameters and all ("TEL;TYPE=work"). */
	OUTPUT_VCARD,
	/* A line for each element of the first column, a list: the element, the
	 * second cell or else the element again, the other cells. The line that
	 * mutt wants before them is the caller's. */
	OUTPUT_MUTT
};

/* Reads "csv", "tsv", "json", "table", "excel", "vcard", "mutt"; false for anything
 * else. */
bool output_by_name(const char *name, enum output *output);

enum writer_shape {
	SHAPE_TEXT,
	SHAPE_NUMBER,
	SHAPE_FLAG,
	SHAPE_LIST,
	/* Told apart in a vCard only. The elements of a list are a property each;
	 * these are of one property: */
	SHAPE_PARTS, /* components with `;` between, empty ones too */
	SHAPE_WORDS, /* words with `,` between */
	SHAPE_URI    /* no list: what has no escapes but those of URIs */
};

/* What becomes of a column of a table that is too wide. */
enum writer_stay {
	STAY_PLAIN, /* is cut first, and left out first */
	STAY_WIDE,  /* is cut with those, but not as far, and left out later */
	STAY_KEPT,  /* is cut when those gave all they can */
	STAY_WHOLE  /* is never cut: half a time is of no use */
};

struct writer_column {
	struct view name;
	/* In JSON: a string, a number (the cell holds digits), true or false,
	 * or an array of the `;`-separated elements (\; and \\ escaped). An
	 * empty cell is null, an empty list []. In a table numbers stand right. */
	enum writer_shape shape;
	enum writer_stay stay;
};

enum writer_colour {
	COLOUR_NONE,
	COLOUR_GREEN,
	COLOUR_YELLOW,
	COLOUR_RED,
	COLOUR_BLUE,
	COLOUR_CYAN,
	COLOUR_MAGENTA,
	COLOUR_BOLD
};

/* "green"; COLOUR_NONE for any other word. */
enum writer_colour writer_colour_by_name(struct view name);

struct writer_options {
	bool header; /* csv, tsv, table; excel always has one */
	bool colour; /* table only: use the cells' colours */
	bool ascii;  /* table only: no Unicode ellipsis */
	/* table only: columns of the terminal, 0 for no limit. What does not
	 * fit is cut, the longest first; columns for which no room is left are
	 * left out, those that matter least and stand last first, and the header
	 * says how many ("+3"). */
	unsigned width;
	/* Make control, bidi and invalid characters visible in csv, tsv and
	 * excel too, because the output is a terminal. A table always does. */
	bool terminal;
};

struct writer;

/* columns are copied. */
int writer_open(struct writer **writer, enum output output,
    const struct writer_column *columns, size_t count,
    const struct writer_options *options, struct buf *out,
    struct fault *fault) MUST_CHECK;

/* Appends one row (a table keeps some thousand rows before it settles the
 * widths of its columns). colours is NULL, or one enum writer_colour a cell. */
int writer_row(struct writer *writer, const struct view *cells,
    const unsigned char *colours, struct buf *out, struct fault *fault) MUST_CHECK;

/* Appends what is still kept. */
int writer_finish(struct writer *writer, struct buf *out, struct fault *fault) MUST_CHECK;

void writer_close(struct writer *writer);

/* Appends one cell as RFC 4180 has it, quoted where it must be. */
void csv_cell(struct buf *out, struct view cell);

/* Appends text for a terminal: what utf8_is_showable refuses, and bytes that
 * are not UTF-8, as \xHH or \u{HHHH}; TAB, LF and CR as \t \n \r. */
void show_text(struct buf *out, struct view text);

#endif
