/* SPDX-License-Identifier: ISC */
#ifndef UNIT_DUMPING_H
#define UNIT_DUMPING_H

/*
 * Dumps of the store of a case (storing.h), and loading them into it.
 */

#include "storing.h"

#include <sys/mman.h>

#include "model/change.h"
#include "model/check.h"
#include "model/dump.h"
#include "model/load.h"

static inline int
take(void *context, struct buf *piece, struct fault *fault)
{
	(void)fault;
	buf_view(context, buf_as_view(piece));
	buf_clear(piece);
	return 0;
}

static inline void
dump(struct buf *out)
{
	struct txn *txn = storing_read();
	struct fault fault;

	buf_clear(out);
	must(dump_write(txn, take, out, &fault), &fault);
	txn_end(txn);
}

static inline int
work(struct txn *txn, void *context, struct fault *fault)
{
	static const struct load_report silent = { .context = NULL };

	return load_all(context, txn, &silent, fault);
}

/* 0, or -1 with the fault; the store is then as it was. */
static inline int
load(struct view bytes, struct fault *fault)
{
	int fd = memfd_create("dump", MFD_CLOEXEC), result;
	struct run_outcome outcome;
	struct load *load = NULL;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes.at, bytes.len), bytes.len);
	result = load_open(&load, fd, "dump", bytes.len, fault);
	if (result == 0)
		result = store_run(storing_store, storing_run_of(STORING_NOW, false),
		    work, load, &outcome, fault);
	load_close(load);
	close(fd);
	return result;
}

static inline void
fail_on_damage(void *context, enum check_level level, const char *text)
{
	(void)context;
	if (level == CHECK_DAMAGE)
		fail_msg("check: %s", text);
}

static inline void
check(void)
{
	struct txn *txn = storing_read();
	struct check_outcome outcome;
	struct fault fault;

	must(check_store(&outcome, txn, false, fail_on_damage, NULL, &fault), &fault);
	txn_end(txn);
}

/* Equal, or the first line that differs. */
static inline void
same_dump(const struct buf *before, const struct buf *after)
{
	size_t at = 0, line = 0;

	while (at < before->len && at < after->len && before->at[at] == after->at[at]) {
		at++;
		if (before->at[at - 1] == '\n')
			line = at;
	}
	if (at < before->len || at < after->len)
		fail_msg("dumps differ: \"%.*s\" and \"%.*s\"",
		    (int)view_until(view_from(buf_as_view(before), line), 80).len,
		    before->at + line,
		    (int)view_until(view_from(buf_as_view(after), line), 80).len,
		    after->at + line);
}

static inline void
fresh_store(void)
{
	void *state = NULL;

	assert_int_equal(storing_end(&state), 0);
	assert_int_equal(storing_begin(&state), 0);
}

#endif
