/* SPDX-License-Identifier: ISC */
/*
 * A record is split where it lies in the window, and more is read for as long
 * as it is incomplete. The work is in what goes wrong: where the next record
 * begins when this one is broken, within memory that is bounded.
 */
#include "table/stream.h"

struct view
stream_text(const struct stream *stream, const struct place *place)
{
	return view_from(window_view(&stream->window), place->offset);
}

/* What the place has passed need not be kept, unless others stand there. */
static void
advance(struct stream *stream, struct place *place, size_t n)
{
	if (place == &stream->place)
		stream->window.begin += n;
	else
		place->offset += n;
}

/* Passes over the line the place stands in: 1, 0 when its end is out of reach
 * of a peek, or -1. */
static int
skip_line(struct stream *stream, struct place *place, struct fault *fault)
{
	int grown = 1;

	for (;;) {
		struct view text = stream_text(stream, place);
		const char *lf = text.len == 0 ? NULL : memchr(text.at, '\n', text.len);
		size_t end = lf == NULL ? text.len : (size_t)(lf - text.at);
		const char *cr = end == 0 ? NULL : memchr(text.at, '\r', end);

		if (cr != NULL)
			end = (size_t)(cr - text.at);
		/* A CR in the last place may have its LF in the next read. */
		if (end < text.len &&
		    (end + 1 < text.len || *(text.at + end) == '\n' || grown == 0)) {
			bool crlf = text.at[end] == '\r' && text.at[end + 1] == '\n';

			advance(stream, place, end + 1 + crlf);
			place->line++;
			place->skip = false;
			return 1;
		}
		advance(stream, place, end);
		grown = window_fill(&stream->window, fault);
		if (grown < 0)
			return -1;
		if (grown == 0 && end == text.len) {
			place->skip = false;
			return stream->window.eof;
		}
	}
}

/* Passes over blank lines: 1 when text follows, 0 at the end, or -1. */
static int
skip_blank(struct stream *stream, struct place *place, struct fault *fault)
{
	for (;;) {
		struct view text = stream_text(stream, place);
		size_t i = 0;
		int grown;

		for (; i < text.len; i++) {
			char c = text.at[i];

			if (c != '\n' && c != '\r')
				break;
			if (c == '\r' && i + 1 == text.len && !stream->window.eof)
				break;
			place->line += c == '\n' || text.at[i + 1] != '\n';
		}
		advance(stream, place, i);
		if (i < text.len && (text.at[i] != '\r' || stream->window.eof))
			return 1;
		grown = window_fill(&stream->window, fault);
		if (grown < 0)
			return -1;
		if (grown == 0 && i == text.len)
			return 0;
	}
}

/* As skip_blank, of what stands between the objects of JSON. */
static int
skip_between(struct stream *stream, struct place *place, struct fault *fault)
{
	for (;;) {
		int text = skip_blank(stream, place, fault);
		char c;

		if (text <= 0)
			return text;
		c = *stream_text(stream, place).at;
		if (c == '[' && place->array != ARRAY_OPEN)
			place->array =
			    place->array == ARRAY_NONE ? ARRAY_OPEN : ARRAY_UNSURE;
		else if (c == ']' && place->array != ARRAY_NONE)
			place->array =
			    place->array == ARRAY_OPEN ? ARRAY_NONE : ARRAY_UNSURE;
		else if (c != ' ' && c != '\t' &&
		    (c != ',' || place->array == ARRAY_NONE))
			return 1;
		advance(stream, place, 1);
	}
}

/* The end of the line that holds offset, and where the next begins: 1, 0 when
 * that is out of reach, or -1. */
static int
line_after(struct stream *stream, const struct place *place, size_t offset, size_t *end,
    size_t *next, struct fault *fault)
{
	int grown = 1;

	for (;;) {
		struct view text = stream_text(stream, place);
		size_t i = offset;

		while (i < text.len && text.at[i] != '\n' && text.at[i] != '\r')
			i++;
		*end = *next = i;
		if (i < text.len) {
			*next += text.at[i] == '\r' && i + 1 < text.len &&
				text.at[i + 1] == '\n'
			    ? 2
			    : 1;
			if (text.at[i] == '\n' || i + 1 < text.len || grown == 0)
				return 1;
		} else if (grown == 0) {
			return stream->window.eof;
		}
		grown = window_fill(&stream->window, fault);
		if (grown < 0)
			return -1;
	}
}

static int
refuse_quoting(struct stream *stream, struct record *record, const struct place *place,
    enum split_result result, struct extent *extent, struct fault *fault)
{
	const struct split *split = &record->split;
	int found = line_after(
	    stream, place, split->bad_at, &extent->length, &extent->next, fault);

	if (found < 0)
		return -1;
	extent->skip = found == 0;
	extent->lines = split->bad_lines + (extent->next > extent->length);
	record->line = place->line + split->bad_lines;
	record->column = split->bad_cell;
	record_refuse(record, READER_BAD_QUOTING, "%s",
	    result == SPLIT_STRAY	? "quote in the middle of an unquoted cell"
		: result == SPLIT_AFTER ? "text behind the closing quote"
					: "quote is never closed");
	return 0;
}

static int
refuse_json(struct stream *stream, struct record *record, const struct place *place,
    struct extent *extent, struct fault *fault)
{
	const struct split *split = &record->split;
	struct view text;
	size_t next;
	int grown = 1;

	for (;;) {
		text = stream_text(stream, place);
		next = json_input_resume(split, text);
		if (next < text.len || grown == 0)
			break;
		grown = window_fill(&stream->window, fault);
		if (grown < 0)
			return -1;
	}
	extent->skip = next == text.len && !stream->window.eof;
	extent->length = extent->next = next;
	extent->lines = json_input_lines(view_until(text, next));
	while (extent->length > 0 &&
	    (text.at[extent->length - 1] == '\n' || text.at[extent->length - 1] == '\r'))
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
refuse_overflow(struct stream *stream, struct record *record, const struct place *place,
    struct extent *extent, struct fault *fault)
{
	struct view text = stream_text(stream, place);

	if (record->split.quoted)
		return refuse_quoting(stream, record, place, SPLIT_OPEN, extent, fault);
	*extent = (struct extent){ .length = text.len,
		.next = text.len,
		.skip = true,
		.lines = json_input_lines(text) };
	record_refuse(record, READER_TOO_LONG, "record is longer than 4 MiB");
	return 0;
}

/* Splits what begins at the place, as much of it as is needed. */
static int
split_at(struct stream *stream, struct record *record, const struct place *place,
    enum split_result *result, struct fault *fault)
{
	struct manner *manner = &stream->manner;

	for (;;) {
		int grown;

		*result = record_split(
		    record, manner, stream_text(stream, place), stream->window.eof);
		if (*result != SPLIT_MORE)
			return LOCATED;
		grown = window_fill(&stream->window, fault);
		if (grown < 0)
			return -1;
		if (grown > 0 || stream->window.eof)
			continue;
		if (place->offset > 0)
			return LOCATED_NO_ROOM;
		/* In TAB text a quote that nothing closes is data. */
		if (manner->json == NULL && manner->dialect == DIALECT_TAB) {
			struct view text = stream_text(stream, place);

			*result = record_split(record, manner, text, true);
			if (record->split.length == text.len)
				*result = SPLIT_MORE;
		}
		return LOCATED;
	}
}

int
stream_locate(struct stream *stream, struct record *record, struct place *place,
    struct extent *extent, struct fault *fault)
{
	const struct split *split = &record->split;
	enum split_result result;
	int found;

	found = place->skip ? skip_line(stream, place, fault) : 1;
	if (found > 0)
		found = stream->manner.json != NULL ? skip_between(stream, place, fault)
						    : skip_blank(stream, place, fault);
	if (found <= 0)
		return found;
	record->code = NULL;
	record->column = 0;
	record->line = place->line;
	found = split_at(stream, record, place, &result, fault);
	if (found != LOCATED)
		return found;
	*extent = (struct extent){ split->length, split->next, split->lines, false };
	switch (result) {
	case SPLIT_DONE:
		if (split->length > READER_RECORD_MAX)
			record_refuse(
			    record, READER_TOO_LONG, "record is longer than 4 MiB");
		break;
	case SPLIT_CONTROL:
		record_refuse(record, READER_BAD_CHARACTER, "%s", split->message);
		break;
	case SPLIT_MORE:
		found = refuse_overflow(stream, record, place, extent, fault);
		break;
	case SPLIT_NO_OBJECT:
		record_refuse(record, READER_BAD_JSON, "%s", split->message);
		break;
	case SPLIT_BAD_JSON:
		place->array = ARRAY_UNSURE;
		found = refuse_json(stream, record, place, extent, fault);
		break;
	case SPLIT_STRAY:
	case SPLIT_AFTER:
	case SPLIT_OPEN:
		found = refuse_quoting(stream, record, place, result, extent, fault);
		break;
	}
	return found < 0 ? -1 : LOCATED;
}

void
stream_pass(struct stream *stream, struct place *place, const struct extent *extent)
{
	advance(stream, place, extent->next);
	place->line += extent->lines;
	place->skip = extent->skip;
}
