/* SPDX-License-Identifier: ISC */
/*
 * The store is held alone from before the copy is made until it has taken the
 * store's place, so that no run is lost unseen between them. What was there
 * before is put aside whole, under the number of its last revision.
 */
#include "rules/restore.h"

#include <sys/stat.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "model/past.h"
#include "rules/backup.h"
#include "rules/proof.h"
#include "store/replace.h"

int
restore_check_apart(const char *store, const char *backup, struct fault *fault)
{
	struct stat st;

	if (stat(store, &st) != 0)
		return 0;
	if (backup_within(backup, store) || backup_within(store, backup))
		return fault_set(fault, FAULT_INPUT,
		    "%s: is not restored: it is the store %s, or one of them lies within "
		    "the other",
		    backup, store);
	return 0;
}

int
restore_guard(struct store *store, struct fault *fault)
{
	uint64_t records, bytes, rev;
	struct buf when = BUF_EMPTY;
	struct txn *txn;
	int64_t time = 0;
	const char *who;
	int result;

	if (txn_begin(&txn, store, fault) != 0)
		return -1;
	rev = txn_rev(txn);
	result = engine_size(txn_engine(txn), TREE_RECORDS, &records, &bytes, fault);
	if (result == 0 && rev > 0 && txn_revision(txn, rev, &time, &who, fault) < 0)
		result = -1;
	txn_end(txn);
	if (result != 0 || rev == 0)
		return result;
	time_print(&when, time);
	fault_set(fault, FAULT_CONFLICT,
	    "%s: has %llu records, its last run is revision %llu of %s: --yes replaces "
	    "it",
	    store_path(store), (unsigned long long)records, (unsigned long long)rev,
	    buf_string(&when));
	buf_release(&when);
	return -1;
}

struct carry {
	struct restored *restored;
	struct txn *from, *all;
};

static int
carry(struct txn *txn, void *context, struct fault *fault)
{
	struct carry *carry = context;
	struct restored *restored = carry->restored;

	return erase_again(&restored->again, txn, carry->from, fault) != 0 ||
		optout_carry(&restored->optouts, txn, carry->from, carry->all, fault) != 0
	    ? -1
	    : invited_carry(&restored->invited, txn, carry->from, carry->all, fault);
}

/* Carries what must not go back in time into the copy at path. */
static int
carry_into(
    struct carry *context, const char *path, const struct run *run, struct fault *fault)
{
	const struct store_options options = {
		.path = path, .write = true, .foreign = true
	};
	struct run_outcome outcome;
	struct store *copy;
	int result;

	if (store_open(&copy, &options, fault) != 0)
		return -1;
	result = store_run(copy, run, carry, context, &outcome, fault);
	context->restored->rev = outcome.last;
	if (result == 0)
		result = proof_store(copy, fault);
	store_close(copy);
	return result;
}

static int
build(struct carry *context, struct store *backup, const char *path,
    const struct run *run, struct fault *fault)
{
	struct txn *txn;
	int result;

	if (txn_begin(&txn, backup, fault) != 0)
		return -1;
	result = copy_store(
	    &context->restored->copied, txn, path, txn_next_id(context->from), fault);
	txn_end(txn);
	if (result == 0)
		result = carry_into(context, path, run, fault);
	return result;
}

/* The copy is copied once more, into a nest of its own, so that nothing stays of
 * who was erased from it again. */
static int
purify(struct carry *context, struct nest *nest, const char *real, struct fault *fault)
{
	const struct store_options options = { .path = nest->path };
	struct nest pure = NEST_CLOSED;
	struct store *copy = NULL;
	struct txn *txn = NULL;
	int result = -1;

	if (nest_open_beside(&pure, real, "restore", fault) == 0 &&
	    store_open(&copy, &options, fault) == 0 && txn_begin(&txn, copy, fault) == 0)
		result = copy_store(&context->restored->copied, txn, pure.path, 0, fault);
	txn_end(txn);
	store_close(copy);
	if (result == 0)
		result = proof_copy(pure.path, fault);
	if (result != 0) {
		nest_close(&pure);
		return -1;
	}
	nest_close(nest);
	*nest = pure;
	return 0;
}

/* What takes the place of a store has the owner of this process. */
static int
check_owner(const char *path, struct fault *fault)
{
	struct stat st;

	if (stat(path, &st) != 0)
		return fault_errno(fault, errno, "%s", path);
	if (st.st_uid != geteuid())
		return fault_set(fault, FAULT_PERMISSION,
		    "%s: only the owner of the store may restore it", path);
	return 0;
}

int
restore_store(struct restored *restored, struct store *store, struct store *backup,
    const struct run *run, struct fault *fault)
{
	char *real = realpath(store_path(store), NULL), suffix[40];
	struct nest nest = NEST_CLOSED;
	struct carry context = { .restored = restored };
	struct past past = { .deleted = true };
	int result = -1;

	*restored = (struct restored){ .former = BUF_EMPTY };
	if (real == NULL) {
		fault_memory(fault);
		goto done;
	}
	replace_tidy(store);
	if (check_owner(real, fault) != 0 ||
	    nest_open_beside(&nest, real, "restore", fault) != 0 ||
	    txn_begin(&context.from, store, fault) != 0)
		goto done;
	past.rev = txn_rev(context.from);
	snprintf(suffix, sizeof(suffix), ".before-%llu", (unsigned long long)past.rev);
	if (past_begin(&context.all, store, &past, fault) == 0)
		result = build(&context, backup, nest.path, run, fault);
	txn_end(context.all);
	txn_end(context.from);
	if (result == 0 && restored->again.records > 0)
		result = purify(&context, &nest, real, fault);
	if (result == 0)
		result = nest_settle(&nest, fault);
	if (result == 0)
		result = replace_store(store, &nest, past.rev == 0 ? NULL : suffix,
		    &restored->former, fault);
done:
	if (result != 0)
		replace_discard(store);
	nest_close(&nest);
	free(real);
	return result;
}
