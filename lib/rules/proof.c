/* SPDX-License-Identifier: ISC */
/* The check of a store tells all that it finds; here the first damage is
 * enough. */
#include "rules/proof.h"

#include <stdio.h>

#include "model/check.h"

struct proof {
	bool damaged;
	char first[512];
};

static void
found(void *context, enum check_level level, const char *text)
{
	struct proof *proof = context;

	if (level != CHECK_DAMAGE || proof->damaged)
		return;
	proof->damaged = true;
	snprintf(proof->first, sizeof(proof->first), "%s", text);
}

int
proof_store(struct store *store, struct fault *fault)
{
	struct proof proof = { false, "" };
	struct check_outcome outcome;
	struct txn *txn;
	int result;

	if (txn_begin(&txn, store, fault) != 0)
		return -1;
	result = check_store(&outcome, txn, false, found, &proof, fault);
	txn_end(txn);
	if (result == 0 && proof.damaged)
		result = fault_set(fault, FAULT_STORE, "%s: is damaged: %s",
		    store_path(store), proof.first);
	return result;
}

int
proof_copy(const char *path, struct fault *fault)
{
	const struct store_options options = { .path = path, .foreign = true };
	struct store *store;
	int result;

	if (store_open(&store, &options, fault) != 0)
		return -1;
	result = proof_store(store, fault);
	store_close(store);
	return result;
}
