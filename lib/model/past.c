/* SPDX-License-Identifier: ISC */
/*
 * The store keeps records and does not know what index entries they had; the
 * tables of the kinds do.
 */
#include "model/past.h"

#include "model/change.h"

static int
entries_of(struct txn *txn, uint64_t id, struct record record,
    int (*each)(
	void *context, struct index_key key, bool searchable, struct fault *fault),
    void *context, struct fault *fault)
{
	const struct kind *kind = kind_by_number(record_kind(record));

	return kind == NULL ? 0
			    : change_entries(txn, kind, id, record, each, context, fault);
}

int
past_begin(
    struct txn **txn, struct store *store, const struct past *past, struct fault *fault)
{
	if (txn_begin_past(txn, store, past, fault) == -1)
		return -1;
	txn_past_entries(*txn, entries_of);
	return 0;
}
