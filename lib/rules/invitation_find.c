/* SPDX-License-Identifier: ISC */
/*
 * The index gives candidates by the hash of the token; the hashes that these have are
 * compared in a time that does not tell how far one was right.
 */
#include "rules/invitation_find.h"

#include "model/entity.h"
#include "model/token.h"
#include "rules/invitee.h"

static bool
has_hash(struct record record, struct view hash, struct buf *scratch)
{
	struct view rest = record_get(record, INVITATION_TOKENS), own;
	bool has = false;

	while (list_next(&rest, &own, scratch))
		has = token_same(own, hash) || has;
	return has;
}

int
invitation_find_token(struct txn *txn, struct view token, uint64_t *id,
    struct record *record, struct fault *fault)
{
	char lower[TOKEN_LENGTH + 1], hash[TOKEN_HASH + 1];
	struct ids ids = { NULL, 0, 0 };
	struct buf scratch = BUF_EMPTY;
	struct view text;
	size_t i;
	int found;

	if (!token_find(token, lower))
		return 0;
	token_hash(view_of(lower), hash);
	text = view_of(hash);
	found = index_find(txn,
	    index_text_key(kind_invitation.number, INVITATION_TOKENS, text), &ids, fault);
	for (i = 0; found == 0 && i < ids.count; i++) {
		found = txn_record(txn, ids.at[i], record, fault);
		if (found == 1 &&
		    (record_kind(*record) != kind_invitation.number ||
			!has_hash(*record, text, &scratch)))
			found = 0;
		*id = ids.at[i];
	}
	ids_release(&ids);
	buf_release(&scratch);
	return found;
}

static int
find_campaign(struct txn *txn, struct view name, uint64_t *id, struct fault *fault)
{
	struct ids ids = { NULL, 0, 0 };
	int result = entity_resolve(txn, &kind_campaign, name, &ids, fault);

	*id = ids.count == 1 ? ids.at[0] : 0;
	ids_release(&ids);
	return result;
}

int
invitation_find_address(struct txn *txn, struct view email, struct view campaign,
    uint64_t *id, struct record *record, struct fault *fault)
{
	const struct field *field = kind_slot(&kind_invitation, INVITATION_EMAIL);
	struct ids ids = { NULL, 0, 0 };
	struct record one;
	uint64_t wanted, of;
	bool counts = false;
	size_t i;
	int found;

	*id = 0;
	found = find_campaign(txn, campaign, &wanted, fault);
	if (found == 0 && wanted != 0)
		found = entity_find_key(
		    txn, &kind_invitation, INVITATION_EMAIL, field, email, &ids, fault);
	for (i = 0; found >= 0 && !counts && i < ids.count; i++) {
		found = txn_record(txn, ids.at[i], &one, fault);
		if (found != 1 ||
		    !reference_id(record_get(one, INVITATION_CAMPAIGN), &of) ||
		    of != wanted)
			continue;
		counts = invitation_counts(record_get(one, INVITATION_STATE));
		if (*id != 0 && !counts)
			continue;
		*id = ids.at[i];
		*record = one;
	}
	ids_release(&ids);
	return found < 0 ? -1 : *id != 0;
}
