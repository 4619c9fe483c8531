/* SPDX-License-Identifier: ISC */
/*
 * A reader stands at a place in a window over the file. To read a record is to
 * split it where it lies, to decide where the next one begins even when this
 * one is broken, and to check its bytes. Peeking does the same further on in
 * the window, with copies, and moves nothing; so what is peeked at is split
 * again when it is read, in whatever manner was chosen meanwhile.
 */
#include "table/reader.h"

#include <stdio.h>
#include <stdlib.h>

#include "table/delimiter.h"
#include "table/record.h"
#include "table/window.h"

/* Enough for the first ten records of any sane file. */
#define SAMPLE_SIZE ((size_t)64 * 1024)

/* JSON: whether an array of objects is open. After a bad value it may be. */
enum array { ARRAY_NONE, ARRAY_OPEN, ARRAY_UNSURE };

/* The window's begin plus offset. */
struct place {
	size_t offset;
	uint64_t line;
	bool skip;	/* the rest of this line belongs to a refused record */
	enum array array;
};

struct reader {
	struct window window;
	struct manner manner;
	enum reader_format format;
	struct place place;		/* offset 0 */
	struct place peek;		/* behind the last record peeked at */
	bool header_given;		/* JSON: the row of column names */
	uint64_t header_line;
	struct record *record;
	struct record *peeked[READER_PEEK_MAX];
	struct row rows[READER_PEEK_MAX];
	size_t peeked_count;
	char description[100];
};

enum located { LOCATED_END, LOCATED, LOCATED_NO_ROOM };

static struct view
text_at(const struct reader *reader, const struct place *place)
{
	return view_from(window_view(&reader->window), place->offset);
}

/* What the place has passed need not be kept, unless others stand there. */
static void
advance(struct reader *reader, struct place *place, size_t n)
{
	if (place == &reader->place)
		reader->window.begin += n;
	else
		place->offset += n;
}

/* Reads more: 1, 0 at the end or when the window is full, or -1. */
static int
more(struct reader *reader, struct fault *fault)
{
	return window_fill(&reader->window, fault);
}

/* Passes over the line the place stands in: 1, 0 when its end is out of reach
 * of a peek, or -1. */
static int
skip_line(struct reader *reader, struct place *place, struct fault *fault)
{
	int grown = 1;

	for (;;) {
		struct view text = text_at(reader, place);
		const char *lf = text.len == 0 ? NULL : memchr(text.at, '\n', text.len);
		size_t end = lf == NULL ? text.len : (size_t)(lf - text.at);
		const char *cr = end == 0 ? NULL : memchr(text.at, '\r', end);

		if (cr != NULL)
			end = (size_t)(cr - text.at);
		/* A CR in the last place may have its LF in the next read. */
		if (end < text.len && (end + 1 < text.len || *(text.at + end) == '\n' ||
		    grown == 0)) {
			bool crlf = text.at[end] == '\r' && text.at[end + 1] == '\n';

			advance(reader, place, end + 1 + crlf);
			place->line++;
			place->skip = false;
			return 1;
		}
		advance(reader, place, end);
		grown = more(reader, fault);
		if (grown < 0)
			return -1;
		if (grown == 0 && end == text.len) {
			place->skip = false;
			return reader->window.eof;
		}
	}
}

/* Passes over blank lines: 1 when text follows, 0 at the end, or -1. */
static int
skip_blank(struct reader *reader, struct place *place, struct fault *fault)
{
	for (;;) {
		struct view text = text_at(reader, place);
		size_t i = 0;
		int grown;

		for (; i < text.len; i++) {
			char c = text.at[i];

			if (c != '\n' && c != '\r')
				break;
			if (c == '\r' && i + 1 == text.len && !reader->window.eof)
				break;
			place->line += c == '\n' || text.at[i + 1] != '\n';
		}
		advance(reader, place, i);
		if (i < text.len && (text.at[i] != '\r' || reader->window.eof))
			return 1;
		grown = more(reader, fault);
		if (grown < 0)
			return -1;
		if (grown == 0 && i == text.len)
			return 0;
	}
}

/* As skip_blank, of what stands between the objects of JSON. */
static int
skip_between(struct reader *reader, struct place *place, struct fault *fault)
{
	for (;;) {
		int text = skip_blank(reader, place, fault);
		char c;

		if (text <= 0)
			return text;
		c = *text_at(reader, place).at;
		if (c == '[' && place->array != ARRAY_OPEN)
			place->array = place->array == ARRAY_NONE ? ARRAY_OPEN : ARRAY_UNSURE;
		else if (c == ']' && place->array != ARRAY_NONE)
			place->array = place->array == ARRAY_OPEN ? ARRAY_NONE : ARRAY_UNSURE;
		else if (c != ' ' && c != '\t' && (c != ',' || place->array == ARRAY_NONE))
			return 1;
		advance(reader, place, 1);
	}
}

/* The end of the line that holds offset, and where the next begins: 1, 0 when
 * that is out of reach, or -1. */
static int
line_after(struct reader *reader, const struct place *place, size_t offset,
    size_t *end, size_t *next, struct fault *fault)
{
	int grown = 1;

	for (;;) {
		struct view text = text_at(reader, place);
		size_t i = offset;

		while (i < text.len && text.at[i] != '\n' && text.at[i] != '\r')
			i++;
		*end = *next = i;
		if (i < text.len) {
			*next += text.at[i] == '\r' && i + 1 < text.len &&
			    text.at[i + 1] == '\n' ? 2 : 1;
			if (text.at[i] == '\n' || i + 1 < text.len || grown == 0)
				return 1;
		} else if (grown == 0) {
			return reader->window.eof;
		}
		grown = more(reader, fault);
		if (grown < 0)
			return -1;
	}
}

/* What a record that went wrong takes with it. */
struct extent {
	size_t length;	/* of its bytes, without the line end */
	size_t next;
	uint64_t lines;
	bool skip;	/* and the rest of the line behind next */
};

static int
refuse_quoting(struct reader *reader, struct record *record, const struct place *place,
    enum split_result result, struct extent *extent, struct fault *fault)
{
	const struct split *split = &record->split;
	int found = line_after(reader, place, split->bad_at, &extent->length,
	    &extent->next, fault);

	if (found < 0)
		return -1;
	extent->skip = found == 0;
	extent->lines = split->bad_lines + (extent->next > extent->length);
	record->line = place->line + split->bad_lines;
	record->column = split->bad_cell;
	record_refuse(record, READER_BAD_QUOTING, "%s",
	    result == SPLIT_STRAY ? "quote in the middle of an unquoted cell"
	    : result == SPLIT_AFTER ? "text behind the closing quote"
	    : "quote is never closed");
	return 0;
}

static int
refuse_json(struct reader *reader, struct record *record, const struct place *place,
    struct extent *extent, struct fault *fault)
{
	const struct split *split = &record->split;
	struct view text;
	size_t next;
	int grown = 1;

	for (;;) {
		text = text_at(reader, place);
		next = json_input_resume(split, text);
		if (next < text.len || grown == 0)
			break;
		grown = more(reader, fault);
		if (grown < 0)
			return -1;
	}
	extent->skip = next == text.len && !reader->window.eof;
	extent->length = extent->next = next;
	extent->lines = json_input_lines(view_until(text, next));
	while (extent->length > 0 && (text.at[extent->length - 1] == '\n' ||
	    text.at[extent->length - 1] == '\r'))
		extent->length--;
	if (split->bad_lines > 0)
		record_refuse(record, READER_BAD_JSON, "%s (line %llu)", split->message,
		    (unsigned long long)(place->line + split->bad_lines));
	else
		record_refuse(record, READER_BAD_JSON, "%s", split->message);
	return 0;
}

/* The window is full and the record is not over. */
static int
refuse_overflow(struct reader *reader, struct record *record, const struct place *place,
    struct extent *extent, struct fault *fault)
{
	struct view text = text_at(reader, place);

	if (record->split.quoted)
		return refuse_quoting(reader, record, place, SPLIT_OPEN, extent, fault);
	*extent = (struct extent){ .length = text.len, .next = text.len, .skip = true,
		.lines = json_input_lines(text) };
	record_refuse(record, READER_TOO_LONG, "record is longer than 4 MiB");
	return 0;
}

/* Splits what begins at the place, as much of it as is needed. */
static int
split_at(struct reader *reader, struct record *record, const struct place *place,
    enum split_result *result, struct fault *fault)
{
	struct manner *manner = &reader->manner;

	for (;;) {
		int grown;

		*result = record_split(record, manner, text_at(reader, place),
		    reader->window.eof);
		if (*result != SPLIT_MORE)
			return LOCATED;
		grown = more(reader, fault);
		if (grown < 0)
			return -1;
		if (grown > 0 || reader->window.eof)
			continue;
		if (place->offset > 0)
			return LOCATED_NO_ROOM;
		/* In TAB text a quote that nothing closes is data. */
		if (manner->json == NULL && manner->dialect == DIALECT_TAB) {
			struct view text = text_at(reader, place);

			*result = record_split(record, manner, text, true);
			if (record->split.length == text.len)
				*result = SPLIT_MORE;
		}
		return LOCATED;
	}
}

/*
 * Finds the record that begins at the place: what it is, and in *extent what
 * it takes up. The place is at its first byte then.
 */
static int
locate(struct reader *reader, struct record *record, struct place *place,
    struct extent *extent, struct fault *fault)
{
	const struct split *split = &record->split;
	enum split_result result;
	int found;

	found = place->skip ? skip_line(reader, place, fault) : 1;
	if (found > 0)
		found = reader->manner.json != NULL ? skip_between(reader, place, fault)
		    : skip_blank(reader, place, fault);
	if (found <= 0)
		return found;
	record->code = NULL;
	record->column = 0;
	record->line = place->line;
	found = split_at(reader, record, place, &result, fault);
	if (found != LOCATED)
		return found;
	*extent = (struct extent){ split->length, split->next, split->lines, false };
	switch (result) {
	case SPLIT_DONE:
		if (split->length > READER_RECORD_MAX)
			record_refuse(record, READER_TOO_LONG, "record is longer than 4 MiB");
		break;
	case SPLIT_CONTROL:
		record_refuse(record, READER_BAD_CHARACTER, "%s", split->message);
		break;
	case SPLIT_MORE:
		found = refuse_overflow(reader, record, place, extent, fault);
		break;
	case SPLIT_BAD_JSON:
		place->array = ARRAY_UNSURE;
		found = refuse_json(reader, record, place, extent, fault);
		break;
	case SPLIT_STRAY:
	case SPLIT_AFTER:
	case SPLIT_OPEN:
		found = refuse_quoting(reader, record, place, result, extent, fault);
		break;
	}
	return found < 0 ? -1 : LOCATED;
}

static void
pass(struct reader *reader, struct place *place, const struct extent *extent)
{
	advance(reader, place, extent->next);
	place->line += extent->lines;
	place->skip = extent->skip;
}

/* JSON: an array whose end is missing was cut off. */
static int
end_of_array(struct reader *reader, struct place *place, struct record *record,
    struct row *row)
{
	if (place->array != ARRAY_OPEN)
		return 0;
	place->array = ARRAY_UNSURE;
	record->line = place->line;
	record_refuse(record, READER_BAD_JSON, "the array is not closed");
	*row = (struct row){ .line = place->line, .code = record->code,
		.message = record->message };
	return reader->window.eof;
}

static int
give_header(struct reader *reader, struct record *record, struct row *row)
{
	*row = (struct row){ .line = reader->header_line };
	row->cells = json_input_columns(reader->manner.json, &row->count);
	if (row->count > READER_COLUMNS_MAX) {
		record_refuse(record, READER_TOO_LONG,
		    "objects have more than %d different names, or longer than 4 MiB in all",
		    READER_COLUMNS_MAX);
		*row = (struct row){ .line = row->line, .code = record->code,
			.message = record->message };
	}
	return 1;
}

static bool
header_due(const struct reader *reader)
{
	size_t count;

	if (reader->manner.json == NULL || reader->header_given)
		return false;
	(void)json_input_columns(reader->manner.json, &count);
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
	found = locate(reader, record, &reader->place, &extent, fault);
	if (found == LOCATED_END)
		return end_of_array(reader, &reader->place, record, row);
	if (found < 0)
		return -1;
	text = view_until(text_at(reader, &reader->place), extent.length);
	if (record_finish(record, &reader->manner, text, row, fault) < 0)
		return -1;
	pass(reader, &reader->place, &extent);
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
		reader->peek = reader->place;
		if (header_due(reader)) {
			reader->peeked_count++;
			return give_header(reader, *record, row);
		}
	}
	found = locate(reader, *record, &reader->peek, &extent, fault);
	if (found == LOCATED_END)
		found = end_of_array(reader, &reader->peek, *record, row);
	else if (found == LOCATED) {
		text = view_until(text_at(reader, &reader->peek), extent.length);
		found = record_keep(*record, &reader->manner, text, row, fault) < 0 ? -1 : 1;
		pass(reader, &reader->peek, &extent);
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
		return fault_set(fault, FAULT_INTERNAL, "peeked beyond %d records",
		    READER_PEEK_MAX);
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
	decoder_close(&reader->manner.fallback);
	if (encoding != NULL &&
	    decoder_open(&reader->manner.fallback, encoding, &ignored) < 0)
		decoder_close(&reader->manner.fallback);
}

void
reader_set_escapes(struct reader *reader, bool escapes)
{
	forget_peeked(reader);
	if (reader->manner.dialect != DIALECT_QUOTED)
		reader->manner.dialect = escapes ? DIALECT_ESCAPED : DIALECT_TAB;
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
			for (i++; i < text.len && memchr(" \t\r\n", text.at[i], 4) != NULL;)
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

	json_input_learn(reader->manner.json, true);
	while ((found = locate(reader, reader->record, &reader->place, &extent, fault)) > 0) {
		if (reader->header_line == 0)
			reader->header_line = reader->place.line;
		if (reader->record->values.failed)
			return fault_memory(fault);
		pass(reader, &reader->place, &extent);
	}
	if (found < 0)
		return -1;
	json_input_learn(reader->manner.json, false);
	window_rewind(&reader->window);
	reader->place = (struct place){ .line = 1 };
	return 0;
}

static int
find_manner(struct reader *reader, struct fault *fault)
{
	struct manner *manner = &reader->manner;
	struct view text = window_view(&reader->window);
	size_t declared;

	manner->dialect = DIALECT_QUOTED;
	if (reader->format == READER_AUTO && looks_like_json(text))
		reader->format = READER_JSON;
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
		reader->window.begin += declared;
		reader->place.line++;
	} else if (text.len > 0) {
		manner->delimiter = delimiter_guess(&reader->record->split, text,
		    reader->window.eof);
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
	reader->place.line = 1;
	reader->format = options->format;
	reader->manner.fallback = reader->manner.decoder = DECODER_EMPTY;
	if (window_open(&reader->window, fd, name, options, fault) < 0 ||
	    record_new(&reader->record, fault) < 0)
		goto fail;
	/* Only the kind and name of it: the window decodes. */
	reader->manner.decoder = reader->window.source.decoder;
	reader->manner.decoder.iconv = (iconv_t)-1;
	while (grown > 0 && window_view(&reader->window).len < SAMPLE_SIZE)
		if ((grown = more(reader, fault)) < 0)
			goto fail;
	if (find_manner(reader, fault) < 0)
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
	const struct manner *manner = &reader->manner;

	snprintf(text, sizeof(reader->description), "%s%s%s, %s%s%s",
	    manner->json != NULL ? "JSON" : reader->format == READER_TSV ? "TSV" : "CSV",
	    reader->format == READER_CSV ? ", " : "",
	    reader->format == READER_CSV ? delimiter_name(manner->delimiter) : "",
	    manner->decoder.name, manner->fell_back ? " and " : "",
	    manner->fell_back ? manner->fallback.name : "");
	return text;
}

enum reader_format
reader_format(const struct reader *reader)
{
	return reader->format;
}

void
reader_position(const struct reader *reader, uint64_t *done, uint64_t *size)
{
	const struct source *source = &reader->window.source;

	*done = (uint64_t)(source->offset - source->start);
	*size = source->size;
}

void
reader_close(struct reader *reader)
{
	if (reader == NULL)
		return;
	window_close(&reader->window);
	decoder_close(&reader->manner.fallback);
	json_input_free(reader->manner.json);
	record_free(reader->record);
	for (size_t i = 0; i < READER_PEEK_MAX; i++)
		record_free(reader->peeked[i]);
	free(reader);
}
