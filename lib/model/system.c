/* SPDX-License-Identifier: ISC */
/*
 * The fields that every kind has. Records carry revisions; the log knows
 * when a revision was and who made it.
 */
#include "base/clock.h"
#include "model/derived.h"
#include "model/vocabulary.h"

DERIVE(derive_id)
{
	(void)txn;
	(void)record;
	(void)fault;
	buf_number(out, id);
	return 0;
}

DERIVE(derive_rev)
{
	(void)txn;
	(void)id;
	(void)fault;
	buf_number(out, record_rev(record));
	return 0;
}

static int
put_time(struct txn *txn, uint64_t rev, struct buf *out, struct fault *fault)
{
	const char *who;
	int64_t at;
	int found = txn_revision(txn, rev, &at, &who, fault);

	if (found == 1)
		time_print(out, at);
	return found < 0 ? -1 : 0;
}

DERIVE(derive_created_at)
{
	(void)id;
	return put_time(txn, record_created(record), out, fault);
}

DERIVE(derive_updated_at)
{
	(void)id;
	return put_time(txn, record_rev(record), out, fault);
}

DERIVE(derive_created_by)
{
	const char *who;
	int64_t at;
	int found = txn_revision(txn, record_created(record), &at, &who, fault);

	(void)id;
	if (found == 1)
		buf_text(out, who);
	return found < 0 ? -1 : 0;
}

static void
release_vocabulary(void *at)
{
	vocabulary_free(at);
}

int
vocabulary_of(const struct vocabulary **vocabulary, struct txn *txn, struct fault *fault)
{
	struct txn_kept *kept = txn_kept(txn, KEEP_VOCABULARY);
	struct vocabulary *loaded;

	if (kept->at == NULL) {
		if (vocabulary_load(&loaded, txn, fault) != 0)
			return -1;
		*kept = (struct txn_kept){ loaded, release_vocabulary };
	}
	*vocabulary = kept->at;
	return 0;
}
