/* SPDX-License-Identifier: ISC */
#ifndef CMD_INVITE_OUTBOX_H
#define CMD_INVITE_OUTBOX_H

/* What the actions on queued invitations share. */

#include "cli/progress.h"
#include "cli/results.h"
#include "invite.h"
#include "rules/outbox.h"

struct outbox_work {
	struct command *command;
	const struct invite_options *options;
	struct store *store;
	struct outbox outbox;
	struct results *results;
	struct progress progress;
	struct buf given; /* names of options, for the log */
	uint64_t campaign;
	struct ids ids; /* that it is about */
	int64_t began;	/* milliseconds, on the clock that never steps */
	uint64_t rev;	/* the last that was stored */
	/* What came of them. */
	uint64_t sent, suppressed, users, later, failed, unknown, other;
};

/* Opens the store and the results; `locks`: no other process sends meanwhile. */
int outbox_open(struct outbox_work *work, struct command *command,
    const struct invite_options *options, bool locks, struct fault *fault) MUST_CHECK;
void outbox_close(struct outbox_work *work);

/* Milliseconds since 1970: the clock as the program began, and what passed since. */
int64_t outbox_now(const struct outbox_work *work);

/* A run of the store, as of now. */
int outbox_run(struct outbox_work *work,
    int (*run)(struct txn *txn, void *context, struct fault *fault), void *context,
    struct fault *fault) MUST_CHECK;

/* FAULT_CONFLICT when there are more than 50, unless --yes or --max allows it; verb as
 * in "send" 60 messages. */
int outbox_guard(
    const struct outbox_work *work, const char *verb, struct fault *fault) MUST_CHECK;

/* A row of the results, and a line on stderr for one in error. */
void outbox_row(struct outbox_work *work, const char *action,
    const struct outbox_taken *taken, const char *code, struct view message);

/* Contact and address of an invitation, for a row. */
int outbox_look_up(struct txn *txn, uint64_t id, struct outbox_taken *taken,
    struct fault *fault) MUST_CHECK;

/* What was claimed goes to the row, and to the counts where it was not to be sent;
 * whether it is to be. */
bool outbox_take(struct outbox_work *work, const struct outbox_taken *taken);

/* Writes the results, when nothing failed before. The status of the program, or -1. */
int outbox_finish(struct outbox_work *work, int result, struct fault *fault) MUST_CHECK;

#endif
