/* SPDX-License-Identifier: ISC */
#ifndef RULES_UNDO_H
#define RULES_UNDO_H

/*
 * Takes back what a run did: records that it created go, those that it
 * changed or removed and settings that it set become what they were. Undoing
 * is a run like any other, so it can be undone itself. Where a later run has
 * changed the same record, that is a conflict, and all is refused unless it is
 * forced.
 */

#include "model/differences.h"

enum undo_action {
	UNDO_CREATED, /* came back */
	UNDO_UPDATED,
	UNDO_DELETED,
	UNDO_UNCHANGED, /* is already what undoing would give */
	UNDO_ERROR,
	UNDO_ACTIONS
};

const char *undo_action_name(enum undo_action action);

/* What came of one record, or of a setting (id 0, key is its name); all is
 * borrowed for the length of the call. */
struct undo_result {
	enum undo_action action;
	uint64_t id;
	struct view key, message, changed;
	const char *code; /* or "" */
};

struct undo_report {
	void *context;
	bool all; /* result for every record, not only for those in error */
	void (*result)(void *context, const struct undo_result *result);
	/* NULL when nobody wants it. */
	void (*difference)(void *context, uint64_t id, struct view name,
	    const struct difference *difference, const char *cause);
	/* Called now and then. */
	void (*progress)(void *context, uint64_t done, uint64_t total);
};

struct undo_counts {
	uint64_t by_action[UNDO_ACTIONS];
	uint64_t also;	 /* records besides: whose references had to change, and wishes */
	uint64_t erased; /* records of the run that were erased since */
};

/*
 * Takes back revision rev in the run of txn. FAULT_USAGE when there is no such
 * revision, when it changed nothing (prune) or what was before it has been pruned; FAULT_CONFLICT when records
 * or settings are in conflict (CHANGED_SINCE), which force overrides: then
 * fields that the run changed get their former values and later changes of
 * others stay, and the addresses of a contact that goes and wants no mail since then
 * are suppressed. An external id or a key that somebody else bears by now
 * (KEY_CONFLICT), a picklist value that is in use, and an invitation that may have
 * been sent (SENT) are never overridden. Results come
 * first, in order: settings, then ids; then differences.
 */
int undo_revision(struct txn *txn, uint64_t rev, bool force,
    const struct undo_report *report, struct undo_counts *counts,
    struct fault *fault) MUST_CHECK;

#endif
