/* SPDX-License-Identifier: ISC */
/*
 * A row waits as its length, the number of its header, its line, and its
 * texts, each behind its length: code, message, raw, then the cells. All
 * numbers are in the machine's own order, as nobody else reads them.
 */
#include "cli/misfits.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/fold.h"
#include "table/writer.h"

enum { STEP = 256 * 1024, MEMORY = 4 * 1024 * 1024, TEXTS = 3 };

#define NO_COLUMN SIZE_MAX

/* Where the columns of one header stand in the union. */
struct header {
	size_t *columns;
	size_t count;
};

struct misfits {
	struct arena names;   /* bytes of the union's names */
	struct view *columns; /* the union */
	size_t column_count;
	struct header *headers;
	uint32_t header_count;
	struct buf out;
	struct backlog backlog;
};

struct row_head {
	uint32_t len; /* of all that follows this number */
	uint32_t header;
	uint64_t line;
};

int
misfits_new(struct misfits **misfits, struct fault *fault)
{
	*misfits = calloc(1, sizeof(**misfits));
	if (*misfits == NULL)
		return fault_memory(fault);
	(*misfits)->backlog = BACKLOG_EMPTY(MEMORY);
	return 0;
}

void
misfits_restart(struct misfits *misfits)
{
	for (uint32_t i = 0; i < misfits->header_count; i++)
		free(misfits->headers[i].columns);
	misfits->header_count = 0;
	misfits->column_count = 0;
	arena_clear(&misfits->names);
	buf_clear(&misfits->out);
	backlog_clear(&misfits->backlog);
}

void
misfits_free(struct misfits *misfits)
{
	if (misfits == NULL)
		return;
	misfits_restart(misfits);
	arena_release(&misfits->names);
	free(misfits->columns);
	free(misfits->headers);
	buf_release(&misfits->out);
	backlog_release(&misfits->backlog);
	free(misfits);
}

static bool
is_ours(struct view name)
{
	return view_is(name, "_line") || view_is(name, "_code") ||
	    view_is(name, "_error") || view_is(name, "_raw");
}

static bool
is_taken(const struct header *header, size_t columns, size_t column)
{
	for (size_t i = 0; i < columns; i++)
		if (header->columns[i] == column)
			return true;
	return false;
}

/* Finds the union's column for the i-th name of a header, or adds one. A name
 * that is repeated has as many columns as it is repeated. */
static int
place(struct misfits *misfits, struct header *header, size_t i, struct view name,
    struct fault *fault)
{
	struct view *columns;

	header->columns[i] = NO_COLUMN;
	if (is_ours(name))
		return 0;
	for (size_t k = 0; k < misfits->column_count; k++)
		if (view_equal(misfits->columns[k], name) && !is_taken(header, i, k)) {
			header->columns[i] = k;
			return 0;
		}
	columns =
	    reallocarray(misfits->columns, misfits->column_count + 1, sizeof(*columns));
	if (columns == NULL)
		return fault_memory(fault);
	misfits->columns = columns;
	columns[misfits->column_count] = arena_copy(&misfits->names, name);
	if (name.len > 0 && columns[misfits->column_count].at == NULL)
		return fault_memory(fault);
	header->columns[i] = misfits->column_count++;
	return 0;
}

int
misfits_header(
    struct misfits *misfits, const struct view *names, size_t count, struct fault *fault)
{
	struct header *headers =
	    reallocarray(misfits->headers, misfits->header_count + 1, sizeof(*headers));
	struct header *header;

	if (headers == NULL)
		return fault_memory(fault);
	misfits->headers = headers;
	header = &headers[misfits->header_count];
	header->count = count;
	header->columns = calloc(count > 0 ? count : 1, sizeof(*header->columns));
	if (header->columns == NULL)
		return fault_memory(fault);
	misfits->header_count++;
	for (size_t i = 0; i < count; i++)
		if (place(misfits, header, i, names[i], fault) < 0)
			return -1;
	return 0;
}

static void
put_text(struct buf *out, struct view text)
{
	uint32_t len = (uint32_t)text.len;

	buf_put(out, &len, sizeof(len));
	buf_view(out, text);
}

/* How many bytes may stand as they are: UTF-8, and of controls only those that
 * a cell may have. */
static size_t
fit_length(struct view raw)
{
	size_t good = utf8_valid(raw), i;

	for (i = 0; i < good; i++)
		if (((unsigned char)raw.at[i] < ' ' && raw.at[i] != '\t' &&
			raw.at[i] != '\n' && raw.at[i] != '\r'))
			break;
	return i;
}

/* Others become \xHH. */
static void
put_raw(struct buf *out, struct view raw)
{
	size_t start = out->len;
	uint32_t len = 0;

	buf_put(out, &len, sizeof(len));
	while (raw.len > 0 && !out->failed) {
		size_t good = fit_length(raw);

		buf_view(out, view_until(raw, good));
		if (good < raw.len)
			buf_printf(out, "\\x%02X", (unsigned char)raw.at[good++]);
		raw = view_from(raw, good);
	}
	if (out->failed)
		return;
	len = (uint32_t)(out->len - start - sizeof(len));
	memcpy(out->at + start, &len, sizeof(len));
}

int
misfits_add(struct misfits *misfits, const struct view *cells, size_t count,
    uint64_t line, const char *code, const char *message, struct view raw,
    struct fault *fault)
{
	struct buf *out = &misfits->out;
	struct row_head head = { .line = line };
	size_t start = out->len;

	if (misfits->header_count == 0 && misfits_header(misfits, NULL, 0, fault) < 0)
		return -1;
	head.header = misfits->header_count - 1;
	buf_put(out, &head, sizeof(head));
	put_text(out, view_of(code));
	put_text(out, view_of(message));
	put_raw(out, raw);
	for (size_t i = 0; i < count; i++)
		put_text(out, cells[i]);
	if (buf_check(out, fault) < 0)
		return -1;
	head.len = (uint32_t)(out->len - start - sizeof(head.len));
	memcpy(out->at + start, &head, sizeof(head));
	if (out->len < STEP)
		return 0;
	return backlog_add(&misfits->backlog, out, fault);
}

static struct view
take_text(struct view *row)
{
	struct view text;
	uint32_t len;

	memcpy(&len, row->at, sizeof(len));
	text = view_make(row->at + sizeof(len), len);
	*row = view_from(*row, sizeof(len) + len);
	return text;
}

/* Lays out one row, which is complete; cells is scratch for the union. */
static void
print_row(
    const struct misfits *misfits, struct view row, struct view *cells, struct buf *out)
{
	struct view texts[TEXTS];
	const struct header *header;
	struct row_head head;

	memcpy(&head, row.at, sizeof(head));
	header = &misfits->headers[head.header];
	row = view_from(row, sizeof(head));
	for (size_t i = 0; i < TEXTS; i++)
		texts[i] = take_text(&row);
	for (size_t i = 0; i < misfits->column_count; i++)
		cells[i] = view_make(NULL, 0);
	for (size_t i = 0; i < header->count && row.len > 0; i++) {
		struct view cell = take_text(&row);

		if (header->columns[i] != NO_COLUMN)
			cells[header->columns[i]] = cell;
	}
	for (size_t i = 0; i < misfits->column_count; i++) {
		csv_cell(out, cells[i]);
		buf_char(out, ',');
	}
	buf_number(out, head.line);
	for (size_t i = 0; i < TEXTS; i++) {
		buf_char(out, ',');
		csv_cell(out, texts[i]);
	}
	buf_char(out, '\n');
}

/* Prints the complete rows in *pending and takes them out. */
static void
print_rows(const struct misfits *misfits, struct buf *pending, struct view *cells,
    struct buf *out)
{
	struct view rest = buf_as_view(pending);
	uint32_t len;

	while (rest.len >= sizeof(len)) {
		memcpy(&len, rest.at, sizeof(len));
		if (rest.len - sizeof(len) < len)
			break;
		print_row(misfits, view_until(rest, sizeof(len) + len), cells, out);
		rest = view_from(rest, sizeof(len) + len);
	}
	if (rest.len > 0)
		memmove(pending->at, rest.at, rest.len);
	pending->len = rest.len;
}

/* The line ends of ours stay, but none that stands in a cell. */
static int
send(struct sink *sink, struct buf *out, bool terminal, struct fault *fault)
{
	struct buf shown = BUF_EMPTY;
	struct view rest = buf_as_view(out);
	int rc;

	if (!terminal)
		return sink_write(sink, out, fault);
	while (rest.len > 0) {
		const char *end = memchr(rest.at, '\n', rest.len);
		size_t n = end == NULL ? rest.len : (size_t)(end - rest.at);

		show_text(&shown, view_until(rest, n));
		buf_text(&shown, "\n");
		rest = view_from(rest, n + 1);
	}
	buf_clear(out);
	rc = sink_write(sink, &shown, fault);
	buf_release(&shown);
	return rc;
}

static void
print_header(const struct misfits *misfits, struct buf *out)
{
	for (size_t i = 0; i < misfits->column_count; i++) {
		csv_cell(out, misfits->columns[i]);
		buf_char(out, ',');
	}
	buf_text(out, "_line,_code,_error,_raw\n");
}

int
misfits_write(
    struct misfits *misfits, struct sink *sink, bool terminal, struct fault *fault)
{
	struct view *cells = calloc(misfits->column_count + 1, sizeof(*cells));
	struct buf out = BUF_EMPTY, part = BUF_EMPTY, pending = BUF_EMPTY;
	int rc = -1, more;

	if (cells == NULL) {
		fault_memory(fault);
		goto done;
	}
	print_header(misfits, &out);
	if (backlog_add(&misfits->backlog, &misfits->out, fault) < 0)
		goto done;
	while ((more = backlog_take(&misfits->backlog, &part, fault)) > 0) {
		buf_view(&pending, buf_as_view(&part));
		if (buf_check(&pending, fault) < 0)
			goto done;
		print_rows(misfits, &pending, cells, &out);
		rc = send(sink, &out, terminal, fault);
		if (rc != 0)
			goto done;
	}
	rc = more < 0 ? -1 : send(sink, &out, terminal, fault);
done:
	free(cells);
	buf_release(&out);
	buf_release(&part);
	buf_release(&pending);
	return rc < 0 ? -1 : 0;
}
