/* SPDX-License-Identifier: ISC */
/* An author is a user, or the login of somebody who is none yet; both print as
 * the login. */
#include "model/privacy.h"

#include "model/label.h"
#include "model/value.h"

int
privacy_allows(struct txn *txn, const struct kind *kind, struct record record,
    const char *who, struct fault *fault)
{
	struct view author;
	uint64_t id;

	if (kind != &kind_note || !view_is(record_get(record, NOTE_PRIVACY), "Personal"))
		return 1;
	author = record_get(record, NOTE_AUTHOR);
	if (reference_id(author, &id) &&
	    label_get(txn, &kind_user, id, &author, fault) != 0)
		return -1;
	return view_is(author, who);
}
