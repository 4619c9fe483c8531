/* SPDX-License-Identifier: ISC */
/*
 * Nearly every record is plain ASCII with short cells, so one pass over its
 * bytes settles that nothing more has to be looked at. Whatever is wrong with
 * a record is wrong with it alone.
 */
#include "table/record.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/fold.h"
#include "table/scan.h"

#define RAW_MAX ((size_t)READER_VALUE_MAX)

int
record_new(struct record **record, struct fault *fault)
{
	*record = calloc(1, sizeof(**record));
	if (*record == NULL)
		return fault_memory(fault);
	(*record)->split.cells = calloc(READER_COLUMNS_MAX, sizeof(struct view));
	if ((*record)->split.cells == NULL) {
		record_free(*record);
		*record = NULL;
		return fault_memory(fault);
	}
	return 0;
}

void
record_free(struct record *record)
{
	if (record == NULL)
		return;
	free(record->split.cells);
	buf_release(&record->text);
	buf_release(&record->decoded);
	buf_release(&record->values);
	buf_release(&record->raw);
	free(record);
}

enum split_result
record_split(struct record *record, struct manner *manner, struct view text, bool last)
{
	if (manner->json != NULL)
		return json_input_split(
		    manner->json, &record->split, &record->values, text, last);
	return split_record(
	    &record->split, manner->dialect, manner->delimiter, text, last);
}

void
record_refuse(struct record *record, const char *code, const char *format, ...)
{
	va_list ap;

	record->code = code;
	va_start(ap, format);
	vsnprintf(record->message, sizeof(record->message), format, ap);
	va_end(ap);
}

/* The first byte that cannot stand in a record: a control character or what is
 * not UTF-8; text.len when all is well. */
static size_t
first_unusable(struct view text)
{
	size_t i = 0;

	for (;;) {
		size_t end;

		i += scan_plain(text.at + i, text.len - i);
		if (i == text.len)
			return i;
		if ((unsigned char)text.at[i] < 0x80) {
			if (text.at[i] != '\t' && text.at[i] != '\n' &&
			    text.at[i] != '\r')
				return i;
			i++;
			continue;
		}
		for (end = i + 1; end < text.len && (unsigned char)text.at[end] >= 0x80;)
			end++;
		i += utf8_valid(view_make(text.at + i, end - i));
		if (i < end)
			return i;
	}
}

static uint64_t
lines_before(struct view text, size_t at)
{
	uint64_t lines = 0;

	for (size_t i = 0; i < at; i++)
		lines += text.at[i] == '\n' ||
		    (text.at[i] == '\r' && (i + 1 == text.len || text.at[i + 1] != '\n'));
	return lines;
}

static size_t
column_at(const struct record *record, const struct manner *manner, const char *at)
{
	size_t column = 0;

	if (manner->json != NULL)
		return 0;
	for (size_t i = 0; i < record->split.count && i < READER_COLUMNS_MAX; i++)
		if (record->split.cells[i].at <= at)
			column = i + 1;
	return column;
}

static void
refuse_byte(struct record *record, const struct manner *manner, struct view text,
    size_t at, size_t column)
{
	unsigned char byte = (unsigned char)text.at[at];
	uint64_t lines = lines_before(text, at);
	const char *encoding = manner->decoder.name;
	char place[40] = "";

	if (lines > 0)
		snprintf(place, sizeof(place), " on line %llu",
		    (unsigned long long)(record->line + lines));
	record->column = column;
	if (byte < 0x80) {
		record_refuse(record, READER_BAD_CHARACTER, "%s 0x%02x%s",
		    byte == 0 ? "NUL byte" : "control character", byte, place);
		return;
	}
	if (manner->decoder.kind != DECODER_NONE && at + 1 < text.len) {
		byte = (unsigned char)text.at[at + 1];
		if (byte == (unsigned char)DECODER_MARK) {
			record_refuse(record, READER_BAD_ENCODING,
			    "bytes%s that are not %s", place, encoding);
			return;
		}
	}
	record_refuse(record, READER_BAD_ENCODING, "byte 0x%02x%s is not %s", byte, place,
	    encoding);
}

/* Sets record->decoded to what text is in the fallback, and splits it again:
 * whether that made it usable. text may lie in record->text. */
static bool
fall_back(struct record *record, struct manner *manner, struct view text)
{
	struct buf decoded = BUF_EMPTY;
	bool good = false;

	while (text.len > 0 && buf_reserve(&decoded, text.len + text.len / 2 + 64))
		decoded.len += decoder_run(&manner->fallback, &text, true,
		    decoded.at + decoded.len, decoded.cap - decoded.len);
	decoded.failed |= !buf_reserve(&decoded, SCAN_BLOCK + 1);
	if (!decoded.failed) {
		memset(decoded.at + decoded.len, 0, SCAN_BLOCK + 1);
		good = first_unusable(buf_as_view(&decoded)) == decoded.len &&
		    record_split(record, manner, buf_as_view(&decoded), true) ==
			SPLIT_DONE;
	}
	buf_release(&record->decoded);
	record->decoded = decoded;
	manner->fell_back |= good;
	record->fell_back = good;
	return good;
}

static void
check_lengths(struct record *record, const struct manner *manner)
{
	struct split *split = &record->split;

	if (split->count > READER_COLUMNS_MAX) {
		record_refuse(record, READER_TOO_LONG, "record has more than %d cells",
		    READER_COLUMNS_MAX);
		return;
	}
	for (size_t i = 0; i < split->count; i++) {
		size_t len = split->cells[i].len;

		if (len > READER_VALUE_MAX)
			for (size_t k = 0; k < split->marked_count; k++)
				if (split->marked[k] == i)
					len = split_length(
					    split->cells[i], manner->dialect);
		if (len > READER_VALUE_MAX) {
			record->column = i + 1;
			record_refuse(
			    record, READER_TOO_LONG, "value is longer than 1 MiB");
			return;
		}
	}
}

/* The bytes as they stood, without what the decoder put in. */
static struct view
raw_of(struct record *record, const struct manner *manner, struct view text)
{
	text = view_until(text, RAW_MAX);
	if (manner->decoder.kind == DECODER_NONE)
		return text;
	buf_clear(&record->raw);
	for (size_t i = 0; i < text.len; i++)
		if (text.at[i] != DECODER_MARK)
			buf_char(&record->raw, text.at[i]);
	return buf_as_view(&record->raw);
}

int
record_finish(struct record *record, struct manner *manner, struct view text,
    struct row *row, struct fault *fault)
{
	struct split *split = &record->split;
	size_t bad, column;

	*row = (struct row){ .line = record->line };
	record->fell_back = false;
	if (record->code == NULL && split->count <= READER_COLUMNS_MAX &&
	    (bad = first_unusable(text)) < text.len) {
		column = column_at(record, manner, text.at + bad);
		if ((unsigned char)text.at[bad] < 0x80 ||
		    manner->fallback.kind == DECODER_NONE ||
		    !fall_back(record, manner, text))
			refuse_byte(record, manner, text, bad, column);
	}
	/* Decoding may make text longer, up to three times. */
	if (record->code == NULL &&
	    (text.len > READER_VALUE_MAX / 3 || split->count > READER_COLUMNS_MAX))
		check_lengths(record, manner);
	if (record->code == NULL) {
		if (manner->json == NULL && split->marked_count > 0)
			split_undo(split, manner->dialect);
		row->cells = split->cells;
		row->count = split->count;
	} else {
		row->code = record->code;
		row->message = record->message;
		row->column = record->column;
		row->raw = raw_of(record, manner, text);
	}
	if (record->text.failed || record->decoded.failed || record->values.failed ||
	    record->raw.failed)
		return fault_memory(fault);
	return 0;
}

int
record_keep(struct record *record, struct manner *manner, struct view text,
    struct row *row, struct fault *fault)
{
	struct buf *copy = &record->text;
	struct view kept;

	if (record->code != NULL)
		text = view_until(text, RAW_MAX);
	buf_clear(copy);
	buf_view(copy, text);
	if (!buf_reserve(copy, SCAN_BLOCK))
		return fault_memory(fault);
	memset(copy->at + copy->len, 0, SCAN_BLOCK);
	kept = buf_as_view(copy);
	if (record->code == NULL)
		(void)record_split(record, manner, kept, true);
	return record_finish(record, manner, kept, row, fault);
}
