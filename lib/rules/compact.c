/* SPDX-License-Identifier: ISC */
/* The new file is made in a directory within that of the store, so that it is
 * on the same file system and only a name has to change. */
#include "rules/compact.h"

#include "base/privilege.h"
#include "rules/proof.h"
#include "store/copy.h"
#include "store/replace.h"

static int
copy(struct nest *nest, struct compacted *compacted, struct store *store,
    struct fault *fault)
{
	struct copied copied;
	struct txn *txn;
	int result;

	if (txn_begin(&txn, store, fault) != 0)
		return -1;
	result = copy_store(&copied, txn, nest->path, 0, fault);
	txn_end(txn);
	compacted->after = copied.bytes;
	compacted->rev = copied.rev;
	return result;
}

int
compact_store(struct compacted *compacted, struct store *store, struct fault *fault)
{
	struct nest nest = NEST_CLOSED;
	int result = -1;

	*compacted = (struct compacted){ 0, 0, 0 };
	privilege_begin();
	replace_tidy(store);
	if (replace_bytes(&compacted->before, store, fault) == 0 &&
	    nest_open(&nest, store_path(store), "compact", fault) == 0 &&
	    copy(&nest, compacted, store, fault) == 0 &&
	    proof_copy(nest.path, fault) == 0 && nest_settle(&nest, fault) == 0 &&
	    replace_data(store, &nest, fault) == 0)
		result = 0;
	nest_close(&nest);
	privilege_finish();
	return result == 0 ? 0 : fault_wrap(fault, "the store is not compacted");
}
