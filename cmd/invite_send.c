/* SPDX-License-Identifier: ISC */
/*
 * contact-invite --send: one message after the other, claimed, handed over, settled.
 * A signal to end is obeyed between two messages. Those to domains that have to wait
 * let others go first.
 */
#include "invite_outbox.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "model/settings.h"
#include "rules/invite.h"
#include "rules/rate.h"
#include "rules/sendmail.h"

/* Messages in a row that were not taken, for now or perhaps, end the run: it is not
 * they that something is wrong with. */
#define ROW_OF_FAILURES 5
/* How far one that may go now is looked for. */
#define LOOK_AHEAD 256
/* Milliseconds until a signal is seen, at most. */
#define SLICE	 100
#define PATIENCE 60
/* How often an outcome is tried to be stored while others write. */
#define TRIES 5

static volatile sig_atomic_t ending;

static void
end_soon(int number)
{
	(void)number;
	ending = 1;
}

/* What was ignored from the start, as by nohup, stays so. */
static void
heed_signals(void)
{
	static const int numbers[] = { SIGTERM, SIGINT, SIGHUP };
	const struct sigaction act = { .sa_handler = end_soon };
	struct sigaction before;

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		if (sigaction(numbers[i], NULL, &before) == 0 &&
		    before.sa_handler != SIG_IGN)
			(void)sigaction(numbers[i], &act, NULL);
}

struct sending {
	struct outbox_work work;
	struct rate rate, next; /* as it is, and as it will be when a run is stored */
	struct rate_limits limits;
	struct buf path, memo;
	uint64_t *domains; /* of work.ids, that are left from `head` on */
	size_t head;
	struct letter letter;
	struct letter_desk desk;
	struct outbox_taken taken;
	struct sendmail_result result;
	/* Of the message under way. */
	uint64_t id, domain;
	struct outbox_end end;
	enum outbox_ending came_to;
	int unfit; /* it cannot be put together: why is in unfit_why */
	struct fault unfit_why;
	unsigned in_a_row;
	enum rate_answer over;
};

static int
read_limit(struct txn *txn, const char *name, struct view *text, struct buf *value,
    struct fault *fault)
{
	buf_clear(value);
	if (setting_get(value, txn, name, fault) != 0)
		return -1;
	*text = buf_as_view(value);
	return 0;
}

static int
read_limits(struct sending *sending, struct txn *txn, struct fault *fault)
{
	struct rate_limits *limits = &sending->limits;
	struct buf value = BUF_EMPTY;
	struct view text;
	int64_t seconds;
	int result = -1;

	if (read_limit(txn, "mail_rate", &text, &value, fault) != 0)
		goto done;
	if (!rate_read_interval(text, &limits->interval))
		limits->interval = 1000;
	if (read_limit(txn, "mail_per_run", &text, &value, fault) != 0)
		goto done;
	limits->run = strtoull(buf_string(&value), NULL, 10);
	if (read_limit(txn, "mail_per_day", &text, &value, fault) != 0)
		goto done;
	limits->day = strtoull(buf_string(&value), NULL, 10);
	if (read_limit(txn, "mail_domain_interval", &text, &value, fault) != 0)
		goto done;
	seconds = strtoll(buf_string(&value), NULL, 10);
	limits->of_a_domain = seconds * 1000;
	buf_clear(&sending->path);
	if (setting_get(&sending->path, txn, "sendmail", fault) != 0)
		goto done;
	buf_string(&sending->path);
	result = buf_check(&sending->path, fault);
done:
	buf_release(&value);
	return result;
}

static int
read_domains(struct sending *sending, struct txn *txn, struct fault *fault)
{
	const struct ids *ids = &sending->work.ids;
	struct record record;
	int found;

	sending->domains = calloc(ids->count + 1, sizeof(*sending->domains));
	if (sending->domains == NULL)
		return fault_memory(fault);
	for (size_t i = 0; i < ids->count; i++) {
		found = txn_record(txn, ids->at[i], &record, fault);
		if (found < 0)
			return -1;
		if (found == 1)
			sending->domains[i] =
			    rate_domain(record_get(record, INVITATION_EMAIL));
	}
	return 0;
}

/* All that is looked at before anything is claimed. */
static int
prepare(struct sending *sending, struct fault *fault)
{
	struct outbox_work *work = &sending->work;
	struct view memo = { NULL, 0 };
	struct txn *txn = NULL;
	int result = -1;

	if (txn_begin(&txn, work->store, fault) != 0)
		return -1;
	if (invite_campaign(txn, work->options->campaign, &work->campaign, fault) != 0 ||
	    outbox_find(txn, "queued", work->campaign, &work->ids, fault) != 0 ||
	    outbox_due(txn, &work->ids, outbox_now(work) / 1000, fault) != 0 ||
	    outbox_prepare(&work->outbox, txn, &work->ids, fault) != 0 ||
	    read_limits(sending, txn, fault) != 0 ||
	    read_domains(sending, txn, fault) != 0 ||
	    txn_memo(txn, "mail_sent", &memo, fault) < 0)
		goto done;
	/* What a later version wrote there is not known here. */
	(void)rate_begin(&sending->rate, memo, outbox_now(work));
	result = outbox_guard(work, "send", fault);
	if (result == 0 && work->ids.count > 0 && !work->command->shared->dry_run)
		result = sendmail_check(buf_string(&sending->path), fault);
done:
	txn_end(txn);
	return result;
}

/* Takes the index-th of those that are left to their front. */
static void
bring_forward(struct sending *sending, size_t index)
{
	struct ids *ids = &sending->work.ids;
	uint64_t id = ids->at[index], domain = sending->domains[index];
	size_t head = sending->head;

	memmove(ids->at + head + 1, ids->at + head, (index - head) * sizeof(id));
	memmove(sending->domains + head + 1, sending->domains + head,
	    (index - head) * sizeof(domain));
	ids->at[head] = id;
	sending->domains[head] = domain;
}

/* Chooses the next message, when its time has come: true; false when nothing more goes
 * in this run. */
static bool
choose(struct sending *sending)
{
	const struct ids *ids = &sending->work.ids;
	int64_t wait, least;

	while (!ending && sending->head < ids->count) {
		least = INT64_MAX;
		for (size_t i = sending->head;
		     i < ids->count && i < sending->head + LOOK_AHEAD; i++) {
			sending->over = rate_ask(&sending->rate, &sending->limits,
			    sending->domains[i], outbox_now(&sending->work), &wait);
			if (sending->over == RATE_RUN_OVER ||
			    sending->over == RATE_DAY_OVER)
				return false;
			if (sending->over == RATE_NOW ||
			    sending->work.command->shared->dry_run) {
				bring_forward(sending, i);
				return true;
			}
			if (wait < least)
				least = wait;
		}
		progress_step(&sending->work.progress, sending->head, ids->count,
		    sending->work.sent);
		poll(NULL, 0, least < SLICE ? (int)least : SLICE);
	}
	return false;
}

static int
put_memo(struct sending *sending, struct txn *txn, struct fault *fault)
{
	buf_clear(&sending->memo);
	rate_print(
	    &sending->memo, &sending->next, &sending->limits, outbox_now(&sending->work));
	return buf_check(&sending->memo, fault) != 0
	    ? -1
	    : txn_set_memo(txn, "mail_sent", buf_as_view(&sending->memo), fault);
}

static int
claim(struct txn *txn, void *context, struct fault *fault)
{
	struct sending *sending = context;
	struct outbox *outbox = &sending->work.outbox;

	sending->unfit = 0;
	sending->next = sending->rate;
	if (outbox_claim(outbox, txn, sending->id, "sending", &sending->letter,
		&sending->taken, fault) != 0)
		return -1;
	if (sending->taken.step != OUTBOX_CLAIMED)
		return 0;
	sending->unfit = letter_compose(
	    &sending->letter, &outbox->letters, &sending->desk, &sending->unfit_why);
	if (sending->unfit < 0) {
		*fault = sending->unfit_why;
		return -1;
	}
	if (sending->unfit == 1) {
		sending->end = (struct outbox_end){ .ending = OUTBOX_FAILED,
			.reason = "message",
			.said = view_of(sending->unfit_why.text) };
		return outbox_settle(
		    outbox, txn, sending->id, &sending->end, &sending->came_to, fault);
	}
	rate_take(&sending->next, sending->domain, outbox_now(&sending->work));
	return put_memo(sending, txn, fault);
}

static int
settle(struct txn *txn, void *context, struct fault *fault)
{
	struct sending *sending = context;

	sending->next = sending->rate;
	rate_pass(&sending->next, sending->domain, outbox_now(&sending->work));
	if (outbox_settle(&sending->work.outbox, txn, sending->id, &sending->end,
		&sending->came_to, fault) != 0)
		return -1;
	return put_memo(sending, txn, fault);
}

/* An outcome that is not stored would be unknown, so others that write are waited for
 * longer than usual. */
static int
store_outcome(struct sending *sending, struct fault *fault)
{
	int result = -1;

	for (int i = 0; i < TRIES && result != 0; i++) {
		result = outbox_run(&sending->work, settle, sending, fault);
		if (result != 0 && fault->kind != FAULT_BUSY)
			break;
	}
	if (result != 0)
		return fault_wrap(fault,
		    "message %llu: what came of it is not stored, so it is unknown",
		    (unsigned long long)sending->id);
	sending->rate = sending->next;
	return 0;
}

/* The row of a message that was handed over, and what it counts as. */
static void
tell(struct sending *sending)
{
	struct outbox_work *work = &sending->work;
	char message[300];

	snprintf(message, sizeof(message), "%s%s%s%.*s",
	    sending->end.reason == NULL ? "" : sending->end.reason,
	    sending->end.said.len > 0 ? ": " : "",
	    sending->came_to == OUTBOX_LATER ? "later: " : "",
	    (int)view_until(sending->end.said, 200).len, sending->end.said.at);
	switch (sending->came_to) {
	case OUTBOX_SENT:
		work->sent++;
		outbox_row(
		    work, "sent", &sending->taken, sending->taken.code, view_of(NULL));
		break;
	case OUTBOX_LATER:
	case OUTBOX_NOT_RUN:
		work->later++;
		outbox_row(work, "skipped", &sending->taken, "LATER", view_of(message));
		break;
	case OUTBOX_FAILED:
		work->failed++;
		outbox_row(work, "error", &sending->taken, "FAILED", view_of(message));
		break;
	case OUTBOX_UNKNOWN:
		work->unknown++;
		outbox_row(work, "error", &sending->taken, "UNKNOWN", view_of(message));
		break;
	}
}

/* Hands the claimed message over and stores what came of it. */
static int
hand_over(struct sending *sending, struct fault *fault)
{
	static const enum outbox_ending endings[] = { [SENDMAIL_SENT] = OUTBOX_SENT,
		[SENDMAIL_TEMPORARY] = OUTBOX_LATER,
		[SENDMAIL_PERMANENT] = OUTBOX_FAILED,
		[SENDMAIL_UNKNOWN] = OUTBOX_UNKNOWN };
	const struct sendmail_job job = { .path = buf_string(&sending->path),
		.sender = sending->letter.envelope.at,
		.recipient = sending->letter.recipient.at,
		.message = buf_as_view(&sending->letter.message),
		.patience = PATIENCE };
	struct fault why;
	int ran = sendmail_run(&sending->result, &job, &why);

	sending->end = (struct outbox_end){
		.ending = ran == 0 ? endings[sending->result.outcome] : OUTBOX_NOT_RUN,
		.reason = ran == 0 ? sending->result.reason : "not run",
		.said = view_of(ran == 0 ? sending->result.said : why.text),
		.scenario = sending->taken.reason,
	};
	if (store_outcome(sending, fault) != 0) {
		sending->came_to = OUTBOX_UNKNOWN;
		tell(sending);
		return -1;
	}
	tell(sending);
	if (ran != 0) {
		*fault = why;
		return -1;
	}
	sending->in_a_row = sending->result.outcome == SENDMAIL_TEMPORARY ||
		sending->result.outcome == SENDMAIL_UNKNOWN
	    ? sending->in_a_row + 1
	    : 0;
	return 0;
}

static int
send_next(struct sending *sending, struct fault *fault)
{
	struct outbox_work *work = &sending->work;

	sending->id = work->ids.at[sending->head];
	sending->domain = sending->domains[sending->head];
	if (outbox_run(work, claim, sending, fault) != 0)
		return -1;
	sending->head++;
	sending->rate = sending->next;
	if (!outbox_take(work, &sending->taken))
		return 0;
	if (sending->unfit == 1) {
		tell(sending);
		return 0;
	}
	if (!work->command->shared->dry_run)
		return hand_over(sending, fault);
	if (work->command->shared->verbose)
		invite_show(work->command, buf_as_view(&sending->letter.message));
	sending->end = (struct outbox_end){ .ending = OUTBOX_SENT };
	sending->came_to = OUTBOX_SENT;
	tell(sending);
	return 0;
}

static int
send_all(struct sending *sending, struct fault *fault)
{
	struct outbox_work *work = &sending->work;

	while (sending->in_a_row < ROW_OF_FAILURES && choose(sending)) {
		if (send_next(sending, fault) != 0)
			return -1;
		progress_step(
		    &work->progress, sending->head, work->ids.count, work->sent);
	}
	return 0;
}

/* What is unknown still, of earlier runs too. */
static int
count_unknown(struct outbox_work *work, uint64_t *count, struct fault *fault)
{
	struct ids ids = { NULL, 0, 0 };
	struct txn *txn = NULL;
	int result = txn_begin(&txn, work->store, fault);

	if (result == 0)
		result = outbox_find(txn, "unknown", work->campaign, &ids, fault);
	*count = ids.count;
	txn_end(txn);
	ids_release(&ids);
	return result;
}

static void
summarize(const struct sending *sending, bool stored)
{
	const struct outbox_work *work = &sending->work;
	char rev[40] = "";

	if (work->rev > 0)
		snprintf(rev, sizeof(rev), " rev=%llu", (unsigned long long)work->rev);
	command_note(work->command,
	    "sent=%llu suppressed=%llu already_users=%llu later=%llu failed=%llu "
	    "unknown=%llu left=%zu%s in %.2f s%s",
	    (unsigned long long)work->sent, (unsigned long long)work->suppressed,
	    (unsigned long long)work->users, (unsigned long long)work->later,
	    (unsigned long long)work->failed, (unsigned long long)work->unknown,
	    work->ids.count - sending->head, rev, progress_seconds(&work->progress),
	    stored ? "" : ", nothing stored");
}

/* Why a run ended before all was sent. */
static void
explain(const struct sending *sending)
{
	struct command *command = sending->work.command;

	if (sending->in_a_row >= ROW_OF_FAILURES)
		command_warn(command,
		    "stopped after %d messages in a row that were not taken: %s%s%s",
		    ROW_OF_FAILURES, sending->result.reason,
		    sending->result.said[0] == '\0' ? "" : ": ", sending->result.said);
	else if (ending)
		command_note(command, "stopped by a signal, between two messages");
	else if (sending->over == RATE_RUN_OVER)
		command_note(command, "mail_per_run: one run sends no more than %llu",
		    (unsigned long long)sending->limits.run);
	else if (sending->over == RATE_DAY_OVER)
		command_note(command,
		    "mail_per_day: no more than %llu are sent in 24 hours",
		    (unsigned long long)sending->limits.day);
}

static int
conclude(struct sending *sending, int result, struct fault *fault)
{
	struct outbox_work *work = &sending->work;
	bool dry = work->command->shared->dry_run;
	uint64_t unknown;

	progress_finish(&work->progress);
	if (result == 0 && sending->head < work->ids.count)
		explain(sending);
	if (result == 0 || sending->head > 0)
		summarize(sending, !dry);
	if (result != 0)
		return -1;
	if (count_unknown(work, &unknown, fault) != 0)
		return -1;
	if (unknown > 0)
		command_warn(work->command,
		    "%llu message%s may have been sent or not: look into the log of the "
		    "mail system by message_id; --resend-unknown sends again",
		    (unsigned long long)unknown, unknown == 1 ? "" : "s");
	return work->failed > 0 || unknown > 0 || work->unknown > 0 ||
		sending->in_a_row >= ROW_OF_FAILURES
	    ? EXIT_ROWS
	    : EXIT_OK;
}

int
invite_send(
    struct command *command, const struct invite_options *options, struct fault *fault)
{
	struct sending *sending = calloc(1, sizeof(*sending));
	int result;

	if (sending == NULL)
		return fault_memory(fault);
	result = outbox_open(&sending->work, command, options, true, fault);
	if (result == 0)
		result = prepare(sending, fault);
	if (result == 0) {
		/* A dry run claims nothing, and may end at once. */
		if (!command->shared->dry_run)
			heed_signals();
		result = send_all(sending, fault);
		result = conclude(sending, result, fault);
	}
	result = outbox_finish(&sending->work, result, fault);
	outbox_close(&sending->work);
	letter_release(&sending->letter);
	letter_desk_release(&sending->desk);
	buf_release(&sending->taken.email);
	buf_release(&sending->taken.why);
	buf_release(&sending->path);
	buf_release(&sending->memo);
	free(sending->domains);
	free(sending);
	return result;
}
