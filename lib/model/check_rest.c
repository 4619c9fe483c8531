/* SPDX-License-Identifier: ISC */
/*
 * What stands beside records and index: what records were before, who changed
 * them, what columns are called, and the numbers of the store. Each row is asked
 * whether it is possible and agrees with its neighbours.
 */
#include <endian.h>
#include <stdio.h>

#include "model/check_internal.h"
#include "model/settings.h"
#include "store/log.h"

/* A before-image is the record as it was until the revision of its key. */
static int
check_image(struct check *check, struct view key, struct view value, struct fault *fault)
{
	struct record record = { (const unsigned char *)value.at, value.len };
	uint64_t part[2] = { 0, 0 };

	(void)fault;
	check->outcome->images++;
	if (key.len >= sizeof(part)) {
		memcpy(part, key.at, sizeof(part));
		part[0] = be64toh(part[0]);
		part[1] = be64toh(part[1]);
	}
	/* Under id 0, with a name behind: a setting as it was. */
	if (part[0] == 0 && key.len > sizeof(part) && part[1] > 0 &&
	    part[1] <= check->rev)
		return 0;
	if (part[0] == 0 || key.len != sizeof(part) || part[0] >= check->next_id ||
	    part[1] == 0 || part[1] > check->rev)
		check_found(check, CHECK_DAMAGE,
		    "a before-image has the impossible key %llu, %llu",
		    (unsigned long long)part[0], (unsigned long long)part[1]);
	else if (!record_sound(record))
		check_found(check, CHECK_DAMAGE,
		    "record %llu: the checksum "
		    "of its before-image of revision %llu is wrong",
		    (unsigned long long)part[0], (unsigned long long)part[1]);
	else if (record_rev(record) >= part[1])
		check_found(check, CHECK_DAMAGE,
		    "record %llu: its "
		    "before-image of revision %llu is not older than that",
		    (unsigned long long)part[0], (unsigned long long)part[1]);
	return 0;
}

/* Revisions follow each other, and their times never go back. */
static int
check_revision(
    struct check *check, struct view key, struct view value, struct fault *fault)
{
	struct log_row row;
	uint64_t rev = 0;

	(void)value;
	check->outcome->revisions++;
	if (key.len == sizeof(rev)) {
		memcpy(&rev, key.at, sizeof(rev));
		rev = be64toh(rev);
	}
	if (rev == 0 || log_row(check->txn, rev, &row, fault) != 1) {
		check_found(check, CHECK_DAMAGE,
		    "revision %llu: its row in the log is damaged",
		    (unsigned long long)rev);
		check->last_rev = rev;
		return 0;
	}
	if (rev != check->last_rev + 1)
		check_found(check, CHECK_DAMAGE,
		    "revision %llu: the log has no row between it and revision %llu",
		    (unsigned long long)rev, (unsigned long long)check->last_rev);
	if (check->last_rev > 0 && row.now < check->last_time)
		check_found(check, CHECK_DAMAGE,
		    "revision %llu: is older than the one before it",
		    (unsigned long long)rev);
	if (row.last_id >= check->next_id)
		check_found(check, CHECK_DAMAGE,
		    "revision %llu: made record %llu, which is not below the next "
		    "one, %llu",
		    (unsigned long long)rev, (unsigned long long)row.last_id,
		    (unsigned long long)check->next_id);
	check->last_rev = rev;
	check->last_time = row.now;
	return 0;
}

/* Each name has two rows, which lead to each other. */
static int
check_name(struct check *check, struct view key, struct view value, struct fault *fault)
{
	enum name_class class;
	struct view name, label;
	uint16_t slot = 0, there = 0;
	bool by_slot = key.len == 3 && key.at[0] == '#';
	int found;

	if (by_slot)
		slot =
		    (uint16_t)((unsigned char)key.at[1] << 8 | (unsigned char)key.at[2]);
	else if (value.len == sizeof(slot))
		memcpy(&slot, value.at, sizeof(slot));
	found = slot < RECORD_FIXED
	    ? 0
	    : txn_slot_name(check->txn, slot, &class, &name, &label, fault);
	if (found == 1 && by_slot)
		found = txn_name_slot(check->txn, class, name, false, &there, fault);
	else if (found == 1 && key.len > 0 && key.at[0] == (char)class &&
	    view_equal(view_from(key, 1), name))
		there = slot;
	if (found < 0 && !check_goes_on(fault))
		return -1;
	if (found != 1 || there != slot)
		check_found(check, CHECK_DAMAGE,
		    "the names of columns: slot %u leads to no name, or not "
		    "back",
		    slot);
	return 0;
}

/* However many notes there were before. */
static void
tell_remains(struct check *check, struct view value)
{
	char sentence[160];
	uint64_t rev;

	memcpy(&rev, value.at, sizeof(rev));
	snprintf(sentence, sizeof(sentence),
	    "bytes of what revision %llu erased may still lie in data.mdb until "
	    "'contact-store compact'",
	    (unsigned long long)rev);
	check->found(check->context, CHECK_NOTE, sentence);
}

/* The rows are few and known; a setting may also be that of a later version. */
static int
check_number(struct check *check, struct view key, struct view value, struct fault *fault)
{
	bool setting = view_begins(key, VIEW("set."));
	bool erased = view_is(key, "erased");
	bool number = view_is(key, "next_id") || view_is(key, "horizon") || erased;

	(void)fault;
	if (erased && value.len == sizeof(uint64_t))
		tell_remains(check, value);
	if (number ? value.len == sizeof(uint64_t)
		   : view_is(key, "format") || view_begins(key, VIEW("memo.")) ||
		    (setting && setting_by_name(view_from(key, 4)) != NULL))
		return 0;
	check_found(check, setting ? CHECK_NOTE : CHECK_DAMAGE,
	    "the numbers and settings of the store: %.*s is not known, or not a number",
	    (int)view_until(key, 60).len, key.at);
	return 0;
}

int
check_rest(struct check *check, struct fault *fault)
{
	return check_tree(check, TREE_IMAGES, check_image, fault) == 0 &&
		check_tree(check, TREE_LOG, check_revision, fault) == 0 &&
		check_tree(check, TREE_NAMES, check_name, fault) == 0 &&
		check_tree(check, TREE_META, check_number, fault) == 0
	    ? 0
	    : -1;
}
