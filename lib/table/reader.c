/* SPDX-License-Identifier: ISC */
/*
 * Reading takes a record from the stream's place and lends it where it lies.
 * Peeking does the same further on, with copies, and moves nothing; so what is
 * peeked at is split again when it is read, in whatever manner was chosen
 * meanwhile.
 */
#include "table/reader.h"

#include <stdio.h>
#include <stdlib.h>

#include "table/delimiter.h"
#include "table/mail_header.h"
#include "table/mail_input.h"
#include "table/stream.h"
#include "table/vcard_input.h"

/* Enough for the first ten records of any sane file. */
#define SAMPLE_SIZE ((size_t)64 * 1024)

struct reader {
	struct stream stream;
	enum reader_format format;
	struct mail_input *mail;   /* not NULL: mail */
	struct vcard_input *cards; /* the same of vCards */
	struct place peek;	   /* behind the last record peeked at */
	bool header_given;	   /* JSON and mail: the row of column names */
	uint64_t header_line;
	struct record *record;
	struct record *peeked[READER_PEEK_MAX];
	struct row rows[READER_PEEK_MAX];
	size_t peeked_count;
	uint64_t fallback_rows;
	char description[100];
};

/* JSON: an array whose end is missing was cut off. */
static int
end_of_array(
    struct reader *reader, struct place *place, struct record *record, struct row *row)
{
	if (place->array != ARRAY_OPEN)
		return 0;
	place->array = ARRAY_UNSURE;
	record->line = place->line;
	record_refuse(record, READER_BAD_JSON, "the array is not closed");
	*row = (struct row){
		.line = place->line, .code = record->code, .message = record->message
	};
	return reader->stream.window.eof;
}

static int
give_header(struct reader *reader, struct record *record, struct row *row)
{
	*row = (struct row){ .line = reader->header_line };
	if (reader->mail != NULL) {
		row->cells = mail_input_columns();
		row->count = MAIL_COLUMNS;
		return 1;
	}
	if (reader->cards != NULL) {
		row->cells = vcard_input_columns(&row->count);
		return 1;
	}
	row->cells = json_input_columns(reader->stream.manner.json, &row->count);
	if (row->count > READER_COLUMNS_MAX) {
		record_refuse(record, READER_TOO_LONG,
		    "objects have more than %d different names, or longer than 4 MiB in "
		    "all",
		    READER_COLUMNS_MAX);
		*row = (struct row){ .line = row->line,
			.code = record->code,
			.message = record->message };
	}
	return 1;
}

static bool
header_due(const struct reader *reader)
{
	size_t count;

	if (reader->mail != NULL || reader->cards != NULL)
		return !reader->header_given;
	if (reader->stream.manner.json == NULL || reader->header_given)
		return false;
	(void)json_input_columns(reader->stream.manner.json, &count);
	return count > 0;
}

static void
forget_peeked(struct reader *reader)
{
	reader->peeked_count = 0;
}

int
reader_next(struct reader *reader, struct row *row, struct fault *fault)
{
	struct record *record = reader->record;
	struct extent extent;
	struct view text;
	int found;

	forget_peeked(reader);
	if (header_due(reader)) {
		reader->header_given = true;
		return give_header(reader, record, row);
	}
	if (reader->mail != NULL)
		return mail_input_next(reader->mail, row, fault);
	if (reader->cards != NULL)
		return vcard_input_next(reader->cards, row, fault);
	found =
	    stream_locate(&reader->stream, record, &reader->stream.place, &extent, fault);
	if (found == LOCATED_END)
		return end_of_array(reader, &reader->stream.place, record, row);
	if (found < 0)
		return -1;
	text = view_until(
	    stream_text(&reader->stream, &reader->stream.place), extent.length);
	if (record_finish(record, &reader->stream.manner, text, row, fault) < 0)
		return -1;
	reader->fallback_rows += record->fell_back;
	stream_pass(&reader->stream, &reader->stream.place, &extent);
	return 1;
}

/* Peeks at one record more. */
static int
peek_one(struct reader *reader, struct fault *fault)
{
	size_t index = reader->peeked_count;
	struct record **record = &reader->peeked[index];
	struct row *row = &reader->rows[index];
	struct extent extent;
	struct view text;
	int found;

	if (*record == NULL && record_new(record, fault) < 0)
		return -1;
	if (index == 0) {
		reader->peek = reader->stream.place;
		if (header_due(reader)) {
			reader->peeked_count++;
			return give_header(reader, *record, row);
		}
	}
	if (reader->mail != NULL || reader->cards != NULL)
		return 0;
	found = stream_locate(&reader->stream, *record, &reader->peek, &extent, fault);
	if (found == LOCATED_END)
		found = end_of_array(reader, &reader->peek, *record, row);
	else if (found == LOCATED) {
		text = view_until(
		    stream_text(&reader->stream, &reader->peek), extent.length);
		found = record_keep(*record, &reader->stream.manner, text, row, fault) < 0
		    ? -1
		    : 1;
		stream_pass(&reader->stream, &reader->peek, &extent);
	} else if (found == LOCATED_NO_ROOM) {
		found = 0;
	}
	if (found > 0)
		reader->peeked_count++;
	return found;
}

int
reader_peek(struct reader *reader, size_t index, struct row *row, struct fault *fault)
{
	if (index >= READER_PEEK_MAX)
		return fault_set(
		    fault, FAULT_INTERNAL, "peeked beyond %d records", READER_PEEK_MAX);
	while (reader->peeked_count <= index) {
		int found = peek_one(reader, fault);

		if (found <= 0)
			return found;
	}
	*row = reader->rows[index];
	return 1;
}

void
reader_set_fallback(struct reader *reader, const char *encoding)
{
	struct fault ignored;

	forget_peeked(reader);
	decoder_close(&reader->stream.manner.fallback);
	if (encoding != NULL &&
	    decoder_open(&reader->stream.manner.fallback, encoding, &ignored) < 0)
		decoder_close(&reader->stream.manner.fallback);
}

void
reader_set_escapes(struct reader *reader, bool escapes)
{
	forget_peeked(reader);
	if (reader->stream.manner.dialect != DIALECT_QUOTED)
		reader->stream.manner.dialect = escapes ? DIALECT_ESCAPED : DIALECT_TAB;
}

/* An object, or an array of them: no header of a table begins like that. */
static bool
looks_like_json(struct view text)
{
	bool array = false;

	for (size_t i = 0; i < text.len; i++) {
		char c = text.at[i];

		if (c == '[' && !array) {
			array = true;
		} else if (c == '{') {
			for (i++;
			     i < text.len && memchr(" \t\r\n", text.at[i], 4) != NULL;)
				i++;
			return i < text.len && (text.at[i] == '"' || text.at[i] == '}');
		} else if (memchr(" \t\r\n", c, 4) == NULL) {
			return false;
		}
	}
	return false;
}

/* Reads all objects once, for their names. */
static int
learn_columns(struct reader *reader, struct fault *fault)
{
	struct extent extent;
	int found;

	json_input_learn(reader->stream.manner.json, true);
	while ((found = stream_locate(&reader->stream, reader->record,
		    &reader->stream.place, &extent, fault)) > 0) {
		if (reader->header_line == 0)
			reader->header_line = reader->stream.place.line;
		if (reader->record->values.failed)
			return fault_memory(fault);
		stream_pass(&reader->stream, &reader->stream.place, &extent);
	}
	if (found < 0)
		return -1;
	json_input_learn(reader->stream.manner.json, false);
	window_rewind(&reader->stream.window);
	reader->stream.place = (struct place){ .line = 1 };
	return 0;
}

static int
find_manner(
    struct reader *reader, const struct reader_options *options, struct fault *fault)
{
	struct manner *manner = &reader->stream.manner;
	struct view text = window_view(&reader->stream.window);
	size_t declared;

	manner->dialect = DIALECT_QUOTED;
	if (reader->format == READER_AUTO && looks_like_json(text))
		reader->format = READER_JSON;
	if (reader->format == READER_AUTO && options->may_be_mail &&
	    vcard_input_looks(text))
		reader->format = READER_VCARD;
	if (reader->format == READER_VCARD) {
		reader->header_line = 1;
		return vcard_input_new(&reader->cards, &reader->stream.window, fault);
	}
	if (reader->format == READER_AUTO && options->may_be_mail &&
	    mail_header_looks(text))
		reader->format = READER_MAIL;
	if (reader->format == READER_MAIL) {
		reader->header_line = 1;
		return mail_input_new(&reader->mail, &reader->stream.window,
		    options->fields != NULL ? options->fields : "From", fault);
	}
	if (reader->format == READER_JSON) {
		if (json_input_new(&manner->json, fault) < 0)
			return -1;
		return learn_columns(reader, fault);
	}
	if (reader->format == READER_TSV) {
		manner->delimiter = '\t';
		manner->dialect = DIALECT_ESCAPED;
		return 0;
	}
	declared = delimiter_declared(text, &manner->delimiter);
	if (declared > 0) {
		reader->stream.window.begin += declared;
		reader->stream.place.line++;
	} else if (text.len > 0) {
		manner->delimiter = delimiter_guess(
		    &reader->record->split, text, reader->stream.window.eof);
	} else {
		manner->delimiter = ',';
	}
	reader->format = manner->delimiter == '\t' ? READER_TSV : READER_CSV;
	if (manner->delimiter == '\t')
		manner->dialect = DIALECT_TAB;
	return 0;
}

int
reader_open(struct reader **out, int fd, const char *name,
    const struct reader_options *options, struct fault *fault)
{
	struct reader *reader = calloc(1, sizeof(*reader));
	int grown = 1;

	*out = reader;
	if (reader == NULL)
		return fault_memory(fault);
	reader->stream.place.line = 1;
	reader->format = options->format;
	reader->stream.manner.fallback = reader->stream.manner.decoder = DECODER_EMPTY;
	if (window_open(&reader->stream.window, fd, name, options, fault) < 0 ||
	    record_new(&reader->record, fault) < 0)
		goto fail;
	/* Only the kind and name of it: the window decodes. */
	reader->stream.manner.decoder = reader->stream.window.source.decoder;
	reader->stream.manner.decoder.iconv = (iconv_t)-1;
	while (grown > 0 && window_view(&reader->stream.window).len < SAMPLE_SIZE)
		if ((grown = window_fill(&reader->stream.window, fault)) < 0)
			goto fail;
	if (find_manner(reader, options, fault) < 0)
		goto fail;
	return 0;
fail:
	reader_close(reader);
	*out = NULL;
	return -1;
}

const char *
reader_describe(const struct reader *reader)
{
	/* The text is a member only so that it lives as long as the reader. */
	char *text = (char *)(uintptr_t)reader->description;
	const struct manner *manner = &reader->stream.manner;

	snprintf(text, sizeof(reader->description), "%s%s%s, %s%s%s",
	    reader->mail != NULL ? mail_input_is_mbox(reader->mail) ? "mbox" : "mail"
		: reader->cards != NULL	       ? "vCard"
		: manner->json != NULL	       ? "JSON"
		: reader->format == READER_TSV ? "TSV"
					       : "CSV",
	    reader->format == READER_CSV ? ", " : "",
	    reader->format == READER_CSV ? delimiter_name(manner->delimiter) : "",
	    manner->decoder.name, manner->fell_back ? " and " : "",
	    manner->fell_back ? manner->fallback.name : "");
	return text;
}

uint64_t
reader_fallback_rows(const struct reader *reader, const char **encoding)
{
	if (reader->fallback_rows > 0)
		*encoding = reader->stream.manner.fallback.name;
	return reader->fallback_rows;
}

enum reader_format
reader_format(const struct reader *reader)
{
	return reader->format;
}

void
reader_position(const struct reader *reader, uint64_t *done, uint64_t *size)
{
	const struct source *source = &reader->stream.window.source;

	*done = (uint64_t)(source->offset - source->start);
	*size = source->size;
}

void
reader_close(struct reader *reader)
{
	if (reader == NULL)
		return;
	window_close(&reader->stream.window);
	decoder_close(&reader->stream.manner.fallback);
	json_input_free(reader->stream.manner.json);
	mail_input_free(reader->mail);
	vcard_input_free(reader->cards);
	record_free(reader->record);
	for (size_t i = 0; i < READER_PEEK_MAX; i++)
		record_free(reader->peeked[i]);
	free(reader);
}
