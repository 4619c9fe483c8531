/* SPDX-License-Identifier: ISC */
#ifndef TABLE_READER_H
#define TABLE_READER_H

/*
 * Reads records from a CSV, TSV or JSON-lines file, from mail or vCards, of any encoding,
 * and hands them out as rows of UTF-8 cells. Hides encodings, delimiters, quoting, and
 * how reading goes on after a record that cannot be used. Knows nothing of
 * what the columns mean: the first record is a row like the others.
 *
 * Memory is bounded whatever the file holds: a value has at most 1 MiB, a
 * record 4 MiB and 2,048 cells.
 */

#include <stdint.h>
#include <sys/types.h>

#include "base/buf.h"

#define READER_VALUE_MAX   (1024 * 1024)
#define READER_RECORD_MAX  (4 * 1024 * 1024)
#define READER_COLUMNS_MAX 2048
#define READER_PEEK_MAX	   12
/* The codes of rows that cannot be used. */
#define READER_BAD_QUOTING   "BAD_QUOTING"
#define READER_BAD_ENCODING  "BAD_ENCODING"
#define READER_BAD_CHARACTER "BAD_CHARACTER"
#define READER_BAD_JSON	     "BAD_JSON"
#define READER_BAD_VCARD     "BAD_VCARD"
#define READER_NO_ADDRESS    "NO_ADDRESS"
#define READER_TOO_LONG	     "TOO_LONG"

enum reader_format {
	READER_AUTO,
	READER_CSV,
	READER_TSV,
	READER_JSON,
	READER_MAIL,
	READER_VCARD
};

struct reader_options {
	enum reader_format format;
	/* An iconv name, or NULL: by BOM, else UTF-8. */
	const char *encoding;
	/* Bytes a read asks for, so that tests can cut a file anywhere; 0: as
	 * suits. */
	size_t read_size;
	/* Mail: header fields whose addresses are rows, "To,Cc"; NULL: From. */
	const char *fields;
	/* READER_AUTO may find out that it is mail, or vCards. */
	bool may_be_mail;
};

/*
 * One record. With code set the record cannot be used: BAD_QUOTING (line is
 * where the quote opened), TOO_LONG, BAD_ENCODING, BAD_CHARACTER; then message
 * says what and where, and raw has the record's bytes as they stood in the
 * file (decoded, where the file has an encoding), at most 1 MiB. JSON has
 * BAD_JSON besides, mail NO_ADDRESS (mail_input.h), vCards BAD_VCARD. A cell is not trimmed. Lines that are empty are passed over
 * without a row, but counted.
 */
struct row {
	uint64_t line;		  /* where the record starts, from 1 */
	const struct view *cells; /* valid until the next reader call */
	size_t count;
	const char *code;
	const char *message;
	size_t column; /* that the message is about, from 1; 0: none */
	struct view raw;
};

struct reader;

/*
 * Opens a reader on fd, which stays the caller's, must be seekable (pipes are
 * spooled before: spool.h) and is read from where it stands. name is for
 * messages, and is borrowed. CSV: the delimiter (comma, tab, semicolon, pipe,
 * caret, backquote) is found from the first records, a `sep=` line is obeyed
 * and passed over. JSON: an object a line, objects over several lines, or an
 * array of objects; the first row holds the union of the keys of all objects,
 * in order of appearance, those of nested objects as a path (a.b); an array is
 * a cell of elements joined by `;` with `\;` and `\\` escaped; null and absent
 * keys are empty cells. Mail: the first row holds the names of the columns, name
 * and email. vCards: the first row holds the columns of vcard_input.h.
 */
int reader_open(struct reader **reader, int fd, const char *name,
    const struct reader_options *options, struct fault *fault) MUST_CHECK;

/* 1 and *row, 0 at the end, or -1. */
int reader_next(struct reader *reader, struct row *row, struct fault *fault) MUST_CHECK;

/* Looks at the index-th (from 0, below READER_PEEK_MAX) of the records that
 * reader_next will return, without taking it: 1, 0 (there are fewer, or they
 * fill the memory set aside for it, 8 MiB), -1. The row is valid until the
 * next call of reader_next or of the setters below. Of mail and vCards
 * only the first row is to be seen. */
int reader_peek(
    struct reader *reader, size_t index, struct row *row, struct fault *fault) MUST_CHECK;

/* The rest of the file is read with these: the encoding of rows that are not
 * UTF-8 ("windows-1252" by the WHATWG rule; NULL, or a name that is not known,
 * for none), whether TSV cells carry the escapes \t \n \r \\ (else a foreign TAB
 * file, where a cell that begins and ends with a quote is unquoted). They also
 * hold for records that were peeked at. READER_TSV begins with escapes,
 * TAB text that was detected without. */
void reader_set_fallback(struct reader *reader, const char *encoding);
void reader_set_escapes(struct reader *reader, bool escapes);

/* "CSV, semicolon, windows-1252" and the like, for --verbose; with the
 * fallback, if any row needed it so far. */
const char *reader_describe(const struct reader *reader);
/* How many rows reader_next has given out that were not UTF-8 and were read in
 * the fallback's encoding; its name is in *encoding when there were any. */
uint64_t reader_fallback_rows(const struct reader *reader, const char **encoding);
/* CSV, TSV, JSON or mail, after detection. */
enum reader_format reader_format(const struct reader *reader);

/* Bytes of the file that were read, and its size, for a progress bar. */
void reader_position(const struct reader *reader, uint64_t *done, uint64_t *size);

void reader_close(struct reader *reader);

#endif
