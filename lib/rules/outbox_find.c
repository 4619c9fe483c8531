/* SPDX-License-Identifier: ISC */
/* Which invitations there are to send, and whether what they need is there. */
#include "rules/outbox.h"

#include <stdlib.h>

#include "base/clock.h"
#include "model/entity.h"

int
outbox_find(struct txn *txn, const char *state, uint64_t campaign, struct ids *ids,
    struct fault *fault)
{
	const struct field *field = kind_slot(&kind_invitation, INVITATION_STATE);
	struct record record;
	size_t kept = ids->count, i;
	uint64_t of;
	int found;

	if (entity_find_text(txn, &kind_invitation, INVITATION_STATE, field,
		view_of(state), ids, fault) < 0)
		return -1;
	for (i = kept; campaign != 0 && i < ids->count; i++) {
		found = txn_record(txn, ids->at[i], &record, fault);
		if (found < 0)
			return -1;
		if (found == 1 &&
		    reference_id(record_get(record, INVITATION_CAMPAIGN), &of) &&
		    of == campaign)
			ids->at[kept++] = ids->at[i];
	}
	if (campaign != 0)
		ids->count = kept;
	ids_sort(ids);
	return 0;
}

bool
outbox_is_due(struct record record, int64_t now)
{
	struct view at = record_get(record, INVITATION_RETRY_AT);
	int64_t time;
	bool has_time;

	return at.len == 0 || !date_read(at, DATE_ISO, 0, &time, &has_time) ||
	    time <= now;
}

int
outbox_due(struct txn *txn, struct ids *ids, int64_t now, struct fault *fault)
{
	struct record record;
	size_t kept = 0, i;
	int found;

	for (i = 0; i < ids->count; i++) {
		found = txn_record(txn, ids->at[i], &record, fault);
		if (found < 0)
			return -1;
		if (found == 1 && outbox_is_due(record, now))
			ids->at[kept++] = ids->at[i];
	}
	ids->count = kept;
	return 0;
}

int
outbox_prepare(
    struct outbox *outbox, struct txn *txn, const struct ids *ids, struct fault *fault)
{
	const struct letters_campaign *campaign;
	struct record record;
	uint64_t of, before = 0;
	int found;

	if (ids->count == 0)
		return 0;
	if (letters_read(&outbox->letters, txn, fault) != 0)
		return -1;
	for (size_t i = 0; i < ids->count; i++) {
		found = txn_record(txn, ids->at[i], &record, fault);
		if (found < 0)
			return -1;
		if (found == 0 ||
		    !reference_id(record_get(record, INVITATION_CAMPAIGN), &of) ||
		    of == before)
			continue;
		if (letters_campaign(&outbox->letters, txn, of, &campaign, fault) != 0)
			return -1;
		before = of;
	}
	return 0;
}
