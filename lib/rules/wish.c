/* SPDX-License-Identifier: ISC */
/* Addresses are copied first, since each suppression that is written moves the pages
 * that records lie on. */
#include "rules/wish.h"

#include "model/mailable.h"
#include "rules/person.h"
#include "rules/suppression.h"

static int
note_address(void *context, struct view address, struct fault *fault)
{
	struct wish *wish = context;

	list_add(&wish->addresses, 0, address);
	return buf_check(&wish->addresses, fault);
}

static int
note_why(struct wish *wish, struct txn *txn, struct record contact, struct fault *fault)
{
	struct view why;
	int barred = mailable_barred(txn, contact, &why, fault);

	if (barred == 1)
		buf_view(&wish->why, why);
	return barred < 0 ? -1 : buf_check(&wish->why, fault);
}

int
wish_of(struct wish *wish, struct txn *txn, struct record contact, struct fault *fault)
{
	return person_addresses(contact, note_address, wish, fault) != 0
	    ? -1
	    : note_why(wish, txn, contact, fault);
}

static int
keep_address(const struct wish *wish, struct txn *txn, uint64_t contact,
    struct view address, struct view at, uint64_t *made, struct fault *fault)
{
	struct record now;
	int has = contact == 0 ? 0 : txn_record(txn, contact, &now, fault);

	if (has == 1)
		has = person_has_address(now, address, fault);
	if (has != 0)
		return has < 0 ? -1 : 0;
	return suppression_add(txn, address, buf_as_view(&wish->why), at, made, fault);
}

int
wish_keep(struct wish *wish, struct txn *txn, uint64_t contact, uint64_t *made,
    struct fault *fault)
{
	struct view rest = buf_as_view(&wish->addresses), address;
	struct buf at = BUF_EMPTY, scratch = BUF_EMPTY;
	struct record now;
	int result = 0;

	if (wish->why.len == 0 && contact != 0) {
		result = txn_record(txn, contact, &now, fault);
		if (result == 1)
			result = note_why(wish, txn, now, fault);
	}
	if (result != 0 || wish->why.len == 0)
		return result;
	time_print(&at, txn_now(txn));
	result = buf_check(&at, fault);
	while (result == 0 && list_next(&rest, &address, &scratch))
		result = keep_address(
		    wish, txn, contact, address, buf_as_view(&at), made, fault);
	if (result == 0)
		result = buf_check(&scratch, fault);
	buf_release(&at);
	buf_release(&scratch);
	return result;
}

void
wish_release(struct wish *wish)
{
	buf_release(&wish->addresses);
	buf_release(&wish->why);
}
