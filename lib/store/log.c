/* SPDX-License-Identifier: ISC */
/*
 * Rows of the log: numbers, then texts that end with NUL. A row also answers
 * when and by whom records were made, so records carry revisions and no times.
 */
#include "store/log.h"

#include <endian.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "store/txn.h"

/* What a row begins with, as the machine has numbers. */
struct log_head {
	uint64_t sum; /* checksum of all that follows */
	uint64_t now, real, first_id, last_id;
	uint64_t created, updated, deleted, undoes;
};

static int
damaged(const struct txn *txn, uint64_t rev, struct fault *fault)
{
	return fault_set(fault, FAULT_STORE,
	    "%s: the log's row of revision %llu is damaged: run contact-store check, "
	    "restore a backup",
	    store_path(txn->store), (unsigned long long)rev);
}

static uint64_t
sum_of(struct view row)
{
	return XXH3_64bits(row.at + sizeof(uint64_t), row.len - sizeof(uint64_t));
}

/* The next of the texts; false when it has no end. */
static bool
take_text(struct view *texts, struct view *text)
{
	const char *end = memchr(texts->at, '\0', texts->len);

	if (end == NULL)
		return false;
	*text = view_make(texts->at, (size_t)(end - texts->at));
	*texts = view_from(*texts, text->len + 1);
	return true;
}

static int
read_row(const struct txn *txn, uint64_t rev, struct view value, struct log_row *row,
    struct fault *fault)
{
	struct log_head head;
	struct view texts;

	if (value.len < sizeof(head))
		return damaged(txn, rev, fault);
	memcpy(&head, value.at, sizeof(head));
	if (head.sum != sum_of(value))
		return damaged(txn, rev, fault);
	*row = (struct log_row){ .rev = rev,
		.now = (int64_t)head.now,
		.real = (int64_t)head.real,
		.first_id = head.first_id,
		.last_id = head.last_id,
		.created = head.created,
		.updated = head.updated,
		.deleted = head.deleted,
		.undoes = head.undoes };
	texts = view_from(value, sizeof(head));
	if (!take_text(&texts, &row->who) || !take_text(&texts, &row->program) ||
	    !take_text(&texts, &row->options))
		return damaged(txn, rev, fault);
	return 1;
}

int
log_row(struct txn *txn, uint64_t rev, struct log_row *row, struct fault *fault)
{
	uint64_t key = htobe64(rev);
	struct view value;
	int found =
	    engine_get(txn->engine, TREE_LOG, view_make((char *)&key, 8), &value, fault);

	return found == 1 ? read_row(txn, rev, value, row, fault) : found;
}

int
log_walk_open(struct log_walk *walk, struct txn *txn, uint64_t from, struct fault *fault)
{
	*walk = (struct log_walk){ .txn = txn, .from = from };
	return engine_cursor_open(&walk->cursor, txn->engine, TREE_LOG, fault);
}

int
log_walk_next(struct log_walk *walk, struct log_row *row, struct fault *fault)
{
	uint64_t bytes = htobe64(walk->from);
	struct view key = { (char *)&bytes, 8 }, value;
	int found = walk->from == UINT64_MAX
	    ? engine_next(walk->cursor, &key, &value, fault)
	    : engine_seek(walk->cursor, &key, &value, fault);

	walk->from = UINT64_MAX;
	if (found <= 0)
		return found;
	if (key.len != 8)
		return fault_set(fault, FAULT_STORE, "%s: a key of the log is damaged",
		    store_path(walk->txn->store));
	memcpy(&bytes, key.at, 8);
	if (be64toh(bytes) > walk->txn->rev)
		return 0;
	return read_row(walk->txn, be64toh(bytes), value, row, fault);
}

void
log_walk_close(struct log_walk *walk)
{
	engine_cursor_close(walk->cursor);
	walk->cursor = NULL;
}

int
log_horizon(struct txn *txn, uint64_t *rev, struct fault *fault)
{
	struct view value;
	int found = engine_get(txn->engine, TREE_META, VIEW("horizon"), &value, fault);

	*rev = 0;
	if (found == 1 && value.len == 8)
		memcpy(rev, value.at, 8);
	return found < 0 ? -1 : 0;
}

int
log_last(struct txn *txn, uint64_t *rev, int64_t *now, struct fault *fault)
{
	struct engine_cursor *cursor;
	struct view key = { NULL, 0 }, value;
	struct log_row row;
	int found;

	*rev = 0;
	*now = INT64_MIN;
	if (engine_cursor_open(&cursor, txn->engine, TREE_LOG, fault) != 0)
		return -1;
	found = engine_last(cursor, &key, &value, fault);
	if (found == 1 && key.len != 8)
		found = damaged(txn, 0, fault);
	if (found == 1) {
		memcpy(rev, key.at, 8);
		*rev = be64toh(*rev);
		found = read_row(txn, *rev, value, &row, fault);
	}
	if (found == 1)
		*now = row.now;
	engine_cursor_close(cursor);
	return found < 0 ? -1 : 0;
}

static int
put_row(struct txn *txn, const struct log_row *row, struct fault *fault)
{
	const struct log_head head = { 0, (uint64_t)row->now, (uint64_t)row->real,
		row->first_id, row->last_id, row->created, row->updated, row->deleted,
		row->undoes };
	uint64_t key = htobe64(row->rev), sum;
	struct buf bytes = BUF_EMPTY;
	int result = -1;

	buf_put(&bytes, &head, sizeof(head));
	buf_view(&bytes, row->who);
	buf_char(&bytes, '\0');
	buf_view(&bytes, row->program);
	buf_char(&bytes, '\0');
	buf_view(&bytes, row->options);
	buf_char(&bytes, '\0');
	if (buf_check(&bytes, fault) == 0) {
		sum = sum_of(buf_as_view(&bytes));
		memcpy(bytes.at, &sum, sizeof(sum));
		result = engine_put(txn->engine, TREE_LOG, view_make((char *)&key, 8),
		    buf_as_view(&bytes), fault);
	}
	buf_release(&bytes);
	return result;
}

int
log_put(struct txn *txn, const struct run *run, struct fault *fault)
{
	const struct log_row row = { .rev = txn->rev,
		.now = txn->now,
		.real = run->real,
		.first_id = txn->first_id,
		.last_id = txn->next_id - 1,
		.created = txn->created,
		.updated = txn->updated,
		.deleted = txn->removed,
		.undoes = txn->undoes,
		.who = view_of(run->who),
		.program = view_of(run->program),
		.options = view_of(run->options) };

	if (put_row(txn, &row, fault) != 0)
		return -1;
	return engine_put(txn->engine, TREE_META, VIEW("next_id"),
	    view_make((char *)&txn->next_id, 8), fault);
}

/* Records are asked by whom and when they were made for as long as they are
 * there, so that much of a row stays. */
int
log_strip(struct txn *txn, uint64_t rev, uint64_t *stripped, struct fault *fault)
{
	struct log_row row, bare;
	uint64_t at, horizon;
	int found = 0;

	if (log_horizon(txn, &horizon, fault) != 0)
		return -1;
	for (at = horizon + 1; at <= rev && found >= 0; at++) {
		found = log_row(txn, at, &row, fault);
		if (found != 1)
			continue;
		bare = (struct log_row){ .rev = at,
			.now = row.now,
			.real = row.now,
			.first_id = 1,
			.who = row.who };
		if (put_row(txn, &bare, fault) != 0)
			return -1;
		++*stripped;
	}
	return found < 0 ? -1 : 0;
}

int
log_rename(struct txn *txn,
    int (*name)(void *context, struct view who, struct view *with, struct fault *fault),
    void *context, struct fault *fault)
{
	struct log_row row;
	uint64_t rev;
	int found = 0;

	for (rev = 1; rev < txn->rev && found >= 0; rev++) {
		found = log_row(txn, rev, &row, fault);
		if (found == 1)
			found = name(context, row.who, &row.who, fault);
		if (found != 1)
			continue;
		if (put_row(txn, &row, fault) != 0)
			return -1;
		txn->changes++;
	}
	/* The user that was asked for last may have another name. */
	txn->revision = 0;
	return found < 0 ? -1 : 0;
}

int
txn_revision(
    struct txn *txn, uint64_t rev, int64_t *time, const char **who, struct fault *fault)
{
	struct log_row row;
	int found;

	/* Rows of this run bear its revision, which is not in the log yet. */
	if (txn->writes && rev == txn->rev) {
		*time = txn->now;
		*who = txn_who(txn);
		return 1;
	}
	if (rev != txn->revision) {
		found = log_row(txn, rev, &row, fault);
		if (found <= 0)
			return found;
		buf_clear(&txn->user);
		buf_view(&txn->user, row.who);
		buf_string(&txn->user);
		if (buf_check(&txn->user, fault) != 0)
			return -1;
		txn->revision = rev;
		txn->revision_time = row.now;
	}
	*time = txn->revision_time;
	*who = buf_string(&txn->user);
	return 1;
}

int
txn_revision_at(struct txn *txn, int64_t time, uint64_t *rev, struct fault *fault)
{
	uint64_t low = 1, high = txn->rev + 1, middle;
	const char *who;
	int64_t at;
	int found;

	/* Times never go back, so revisions are in order of time. */
	while (low < high) {
		middle = low + (high - low) / 2;
		found = txn_revision(txn, middle, &at, &who, fault);
		if (found < 0)
			return -1;
		if (found == 1 && at >= time)
			high = middle;
		else
			low = middle + 1;
	}
	*rev = low;
	return 0;
}
