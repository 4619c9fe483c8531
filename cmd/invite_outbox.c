/* SPDX-License-Identifier: ISC */
/*
 * contact-invite --resend-unknown and --cancel, and what these share with sending: they
 * are about invitations in some state, of one campaign or all.
 */
#include "invite_outbox.h"
#include "rules/invite.h"

#include <stdio.h>
#include <unistd.h>

#include "base/clock.h"
#include "rules/guard.h"
#include "store/replace.h"

/* Messages that are sent without asking. */
#define UNASKED 50

static int
check(const struct command *command, const struct invite_options *options,
    struct fault *fault)
{
	const char *option = command->shared->errors != NULL ? "--errors"
	    : command->shared->diff != NULL		     ? "--diff"
	    : options->all				     ? "--all"
	    : options->has_max_errors			     ? "--max-errors"
	    : options->atomic				     ? "--atomic"
							     : NULL;

	if (command->operand_count > 0)
		return fault_set(fault, FAULT_USAGE,
		    "%s: what is queued has no other selection than --campaign NAME",
		    command->operands[0]);
	if (option != NULL)
		return fault_set(fault, FAULT_USAGE,
		    "%s: means nothing for what is queued (--results FILE tells what "
		    "becomes of it)",
		    option);
	if (options->cancel && (options->max != NULL || options->yes))
		return fault_set(fault, FAULT_USAGE,
		    "--max, --yes: are for sending, and --cancel sends nothing");
	return 0;
}

/* Who claims, for whoever finds what was left. */
static void
name_owner(struct buf *owner)
{
	char host[256] = "";

	if (gethostname(host, sizeof(host) - 1) != 0 || host[0] == '\0')
		snprintf(host, sizeof(host), "localhost");
	buf_printf(owner, "%s %ld", host, (long)getpid());
}

int
outbox_open(struct outbox_work *work, struct command *command,
    const struct invite_options *options, bool locks, struct fault *fault)
{
	*work = (struct outbox_work){
		.command = command, .options = options, .began = clock_milliseconds()
	};
	progress_begin(&work->progress, command, options->send ? "sending" : "writing");
	if (check(command, options, fault) != 0 ||
	    results_open(&work->results, command, fault) != 0)
		return -1;
	options_given(&work->given, command->program, options);
	name_owner(&work->outbox.owner);
	if (buf_check(&work->given, fault) != 0 ||
	    buf_check(&work->outbox.owner, fault) != 0 ||
	    command_open_store(&work->store, command, true, 0, fault) != 0)
		return -1;
	/* There is nothing to send where there was no store. */
	if (store_created(work->store)) {
		replace_discard(work->store);
		return fault_set(
		    fault, FAULT_STORE, "no store at %s", command->store_path);
	}
	return locks && !command->shared->dry_run ? store_lock_sender(work->store, fault)
						  : 0;
}

void
outbox_close(struct outbox_work *work)
{
	progress_finish(&work->progress);
	outbox_release(&work->outbox);
	results_close(work->results);
	store_close(work->store);
	ids_release(&work->ids);
	buf_release(&work->given);
}

int64_t
outbox_now(const struct outbox_work *work)
{
	return work->command->now * 1000 + clock_milliseconds() - work->began;
}

int
outbox_run(struct outbox_work *work,
    int (*run)(struct txn *txn, void *context, struct fault *fault), void *context,
    struct fault *fault)
{
	struct run as = command_run(
	    work->command, buf_string(&work->given), work->command->shared->dry_run);
	struct run_outcome outcome;
	int64_t passed = clock_milliseconds() - work->began;
	int result;

	as.now += passed / 1000;
	as.real += passed / 1000;
	result = store_run(work->store, &as, run, context, &outcome, fault);
	if (outcome.rev > 0)
		work->rev = outcome.rev;
	return result;
}

int
outbox_guard(const struct outbox_work *work, const char *verb, struct fault *fault)
{
	const struct invite_options *options = work->options;
	struct guard guard;

	if (guard_read(&guard, options->max, options->yes, fault) != 0)
		return -1;
	if (guard.given && guard.percent)
		return fault_set(
		    fault, FAULT_USAGE, "--max %s: is a number here", options->max);
	if (!guard.given)
		guard.most = UNASKED;
	if (guard.lifted || work->command->shared->dry_run ||
	    work->ids.count <= guard.most)
		return 0;
	return fault_set(fault, FAULT_CONFLICT,
	    "this would %s %zu messages, and %llu is the limit: nothing was done "
	    "(--max N sets another limit, --yes lifts it)",
	    verb, work->ids.count, (unsigned long long)guard.most);
}

void
outbox_row(struct outbox_work *work, const char *action, const struct outbox_taken *taken,
    const char *code, struct view message)
{
	const struct result_row row = { .action = action,
		.id = taken->contact,
		.key = buf_as_view(&taken->email),
		.message = message,
		.code = code == NULL ? "" : code };

	if (results_wanted(work->results))
		results_add(work->results, &row);
	if (strcmp(action, "error") == 0)
		command_warn(work->command, "%.*s: %.*s", (int)taken->email.len,
		    taken->email.at, (int)message.len, message.at);
}

bool
outbox_take(struct outbox_work *work, const struct outbox_taken *taken)
{
	switch (taken->step) {
	case OUTBOX_CLAIMED:
		return true;
	case OUTBOX_SUPPRESSED:
		work->suppressed++;
		outbox_row(
		    work, "suppressed", taken, taken->code, buf_as_view(&taken->why));
		break;
	case OUTBOX_USER:
		work->users++;
		outbox_row(work, "skipped", taken, taken->code, buf_as_view(&taken->why));
		break;
	case OUTBOX_GONE:
		break;
	}
	return false;
}

int
outbox_look_up(
    struct txn *txn, uint64_t id, struct outbox_taken *taken, struct fault *fault)
{
	struct record record;
	int found = txn_record(txn, id, &record, fault);

	taken->contact = 0;
	buf_clear(&taken->email);
	if (found != 1)
		return found;
	if (!reference_id(record_get(record, INVITATION_CONTACT), &taken->contact))
		taken->contact = 0;
	buf_view(&taken->email, record_get(record, INVITATION_EMAIL));
	return buf_check(&taken->email, fault);
}

int
outbox_finish(struct outbox_work *work, int result, struct fault *fault)
{
	struct fault after;

	if (work->results != NULL &&
	    results_finish(work->results, work->rev, &after) != 0 && result >= 0) {
		*fault = after;
		return -1;
	}
	return result;
}

static int
decide(struct txn *txn, void *context, struct fault *fault)
{
	struct outbox_work *work = context;
	bool cancels = work->options->cancel;
	struct outbox_taken taken = { .email = BUF_EMPTY };
	int result;

	results_restart(work->results);
	work->ids.count = 0;
	work->other = 0;
	result = invite_campaign(txn, work->options->campaign, &work->campaign, fault);
	if (result == 0)
		result = outbox_find(txn, cancels ? "queued" : "unknown", work->campaign,
		    &work->ids, fault);
	if (result == 0)
		result = outbox_find(txn, "held", work->campaign, &work->ids, fault);
	if (result == 0 && !cancels)
		result = outbox_guard(work, "queue", fault);
	for (size_t i = 0; result == 0 && i < work->ids.count; i++) {
		result = outbox_look_up(txn, work->ids.at[i], &taken, fault);
		if (result == 0)
			result = cancels
			    ? outbox_cancel(&work->outbox, txn, work->ids.at[i], fault)
			    : outbox_requeue(&work->outbox, txn, work->ids.at[i], fault);
		work->other++;
		outbox_row(work, cancels ? "suppressed" : "queued", &taken,
		    cancels ? "CANCELLED" : "", view_of(NULL));
	}
	buf_release(&taken.email);
	return result;
}

static int
run_decision(
    struct command *command, const struct invite_options *options, struct fault *fault)
{
	struct outbox_work work;
	int result = outbox_open(&work, command, options, options->resend_unknown, fault);

	if (result == 0)
		result = outbox_run(&work, decide, &work, fault);
	if (result == 0)
		command_note(command, "%s=%llu in %.2f s%s",
		    options->cancel ? "cancelled" : "queued",
		    (unsigned long long)work.other, progress_seconds(&work.progress),
		    command->shared->dry_run ? ", nothing stored" : "");
	result = outbox_finish(&work, result, fault);
	outbox_close(&work);
	return result;
}

int
invite_resend(
    struct command *command, const struct invite_options *options, struct fault *fault)
{
	return run_decision(command, options, fault);
}

int
invite_cancel(
    struct command *command, const struct invite_options *options, struct fault *fault)
{
	return run_decision(command, options, fault);
}
