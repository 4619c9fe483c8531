/* SPDX-License-Identifier: ISC */
#ifndef RULES_UNDO_PARTS_H
#define RULES_UNDO_PARTS_H

/* What the parts of undoing share: undo.c (the order of things), undo_plan.c
 * (which records and what with them), undo_check.c (what would not hold
 * together afterwards), undo_usage.c (values that are in use), undo_since.c (who
 * changed a record since), undo_sent.c (what cannot be taken back), undo_result.c (what is told), undo_settings.c,
 * undo_write.c. */

#include "base/arena.h"
#include "model/change.h"
#include "model/referrers.h"
#include "rules/undo.h"

enum undo_problem {
	PROBLEM_NONE,
	PROBLEM_CHANGED,  /* by revision `other` */
	PROBLEM_REMOVED,  /* likewise */
	PROBLEM_REFERRED, /* record `other` refers to it and stays */
	PROBLEM_BORNE,	  /* record `other` bears its external id */
	PROBLEM_SAME,	  /* record `other` has its key */
	PROBLEM_USED,	  /* record `other` has the value or attribute */
	PROBLEM_SET,	  /* setting_at(other) is the value */
	PROBLEM_SENT,	  /* it is an invitation that may have gone out */
	PROBLEM_GONE	  /* it has a value, in slot `other`, that is none now */
};

/* A record that the run touched. */
struct undo_item {
	uint64_t id, other;
	uint8_t kind, action, problem;
	bool suspect; /* its external ids may have other bearers */
	bool lacks;   /* its value in slot `other` is none of its picklist */
};

/* A setting that the run set. */
struct undo_setting {
	struct view name, value, now; /* value: before the run */
	uint8_t action, problem;
	uint64_t other;
};

struct undo {
	struct txn *txn;
	uint64_t rev;
	bool force;
	const struct undo_report *report;
	struct undo_counts *counts;
	struct undo_item *items; /* in order of id */
	size_t count, cap;
	struct undo_setting *settings;
	size_t setting_count;
	struct arena arena;
	/* Of records that stay, to records that go. */
	struct referrer *referrers;
	size_t referrer_count, referrer_cap;
	struct record_form *form, *scratch;
	struct buf texts; /* what the form has instead of dangling references */
	/* By slot, the value of a picklist that was found last, and its kind. */
	struct view known[RECORD_FIXED];
	uint8_t known_kind[RECORD_FIXED];
	/* Whether the revision that was asked about last undid another. */
	uint64_t asked;
	bool undid;
};

/* The versions of a record that count; at is NULL where there was none. */
struct undo_states {
	struct record before, after, now;
	uint64_t last; /* the run that touched it last */
};

static inline bool
record_there(struct record record)
{
	return record.at != NULL;
}

/* Whether both say the same; scratch is used. */
static inline bool
undo_same(struct undo *undo, struct record a, struct record b)
{
	if (!record_there(a) || !record_there(b))
		return record_there(a) == record_there(b);
	record_form_from(undo->scratch, b);
	return record_same(a, undo->scratch);
}

/* undo_since.c: the newest run since that changed the record, but those that
 * took each other back; *rev stays when there is none. */
int undo_in_the_way(
    struct undo *undo, uint64_t id, uint64_t *rev, struct fault *fault) MUST_CHECK;

/* undo_plan.c */
int undo_states(struct undo *undo, uint64_t id, struct undo_states *states,
    struct fault *fault) MUST_CHECK;
/* Makes form what the record is to be, by field: what the run changed is as
 * before, the rest as it is. Its values borrow from the states. */
void undo_merge(const struct undo_states *states, struct record_form *form);
/* The item of a record, or NULL. */
struct undo_item *undo_item(const struct undo *undo, uint64_t id);
/* Whether that run only took another one back: 1, 0, -1. */
int undo_by_undoing(struct undo *undo, uint64_t rev, struct fault *fault) MUST_CHECK;
int undo_plan(struct undo *undo, struct fault *fault) MUST_CHECK;

/* undo_settings.c */
int undo_plan_settings(struct undo *undo, struct fault *fault) MUST_CHECK;
int undo_write_settings(struct undo *undo, struct fault *fault) MUST_CHECK;

/* undo_check.c: finds what would not hold together, as problems of items. */
struct undo_gains;
/* Notes external ids and keys that a record gains, to be looked up with many others. */
int undo_gain(struct undo *undo, struct undo_gains **gains, const struct undo_item *item,
    const struct undo_states *states, const struct record_form *form,
    struct fault *fault) MUST_CHECK;
int undo_gains_finish(
    struct undo *undo, struct undo_gains *gains, struct fault *fault) MUST_CHECK;
void undo_gains_free(struct undo_gains *gains);
/* Whether the record will have the value in the slot, as an element where the
 * field is a list: 1, 0, -1. */
int undo_will_have(struct undo *undo, uint64_t id, uint16_t slot, bool list,
    struct view value, struct fault *fault) MUST_CHECK;
int undo_check(struct undo *undo, struct fault *fault) MUST_CHECK;

/* undo_usage.c: finds values of picklists and attributes that would go although
 * records or settings have them. */
int undo_check_usage(struct undo *undo, struct fault *fault) MUST_CHECK;
/* Notes whether a record would get a value that its picklist has lost. */
int undo_note_lack(struct undo *undo, struct undo_item *item,
    const struct undo_states *states, const struct record_form *form,
    struct fault *fault) MUST_CHECK;

/* undo_sent.c: finds invitations that would be there no more, or be as if they had not
 * been sent; whether a record is one that may have been. */
int undo_check_sent(struct undo *undo, struct fault *fault) MUST_CHECK;
bool undo_keeps_sent(struct record record);

/* undo_result.c: counts and reports; *refused when there are problems. */
int undo_tell(struct undo *undo, uint64_t *refused, struct fault *fault) MUST_CHECK;

/* undo_write.c */
int undo_write(struct undo *undo, struct fault *fault) MUST_CHECK;

#endif
