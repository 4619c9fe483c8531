/* SPDX-License-Identifier: ISC */
/*
 * contact-invite --mbox: all that is due is claimed, then written, then marked as sent.
 * Nothing is open in the store while somebody else reads what is written. What was
 * claimed and not written stays unknown.
 *
 * Many are claimed in several runs, so that neither the store's changes nor the letters
 * need much memory: a letter is a tenth of its message, and these wait in a backlog.
 */
#include "invite_outbox.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/array.h"
#include "base/clock.h"
#include "cli/backlog.h"
#include "rules/invite.h"

/* Invitations of one run. */
#define RUN    20000
#define MEMORY ((size_t)16 << 20)
#define CHUNK  ((size_t)256 << 10)

struct claimed {
	uint64_t id;
	const char *reason; /* outbox_taken.reason */
	char *why;	    /* it cannot be put together; NULL: it was */
};

struct writing {
	struct outbox_work work;
	struct claimed *claimed;
	size_t count, cap;
	size_t head, before; /* of work.ids; and of claimed, before the run */
	struct outbox_taken taken, *others; /* that were not claimed, in this run */
	size_t other_count, other_cap;
	struct letter letter;
	struct letter_desk desk;
	struct backlog backlog;
	struct buf packed, out;
};

static int
prepare(struct writing *writing, struct fault *fault)
{
	struct outbox_work *work = &writing->work;
	struct txn *txn = NULL;
	int result = -1, flags = fcntl(STDOUT_FILENO, F_GETFL);

	/* What was closed is open for reading alone (command.h). */
	if (flags < 0 || (flags & O_ACCMODE) == O_RDONLY)
		return fault_set(fault, FAULT_SYSTEM,
		    "standard output is closed: nothing was claimed");

	if (txn_begin(&txn, work->store, fault) != 0)
		return -1;
	if (invite_campaign(txn, work->options->campaign, &work->campaign, fault) == 0 &&
	    outbox_find(txn, "queued", work->campaign, &work->ids, fault) == 0 &&
	    outbox_due(txn, &work->ids, outbox_now(work) / 1000, fault) == 0 &&
	    outbox_prepare(&work->outbox, txn, &work->ids, fault) == 0)
		result = 0;
	txn_let_go(txn);
	txn_end(txn);
	return result;
}

/* What runs have read of the store needs no memory between them. */
static int
let_go(struct writing *writing, struct fault *fault)
{
	struct txn *txn = NULL;

	if (txn_begin(&txn, writing->work.store, fault) != 0)
		return -1;
	txn_let_go(txn);
	txn_end(txn);
	return 0;
}

static size_t
end_of_run(const struct writing *writing, size_t count)
{
	return count - writing->head < RUN ? count : writing->head + RUN;
}

static int
note_claim(struct writing *writing, uint64_t id, struct fault *fault)
{
	struct claimed *grown = array_room(writing->claimed, writing->count,
	    &writing->cap, sizeof(*writing->claimed), fault);

	if (grown == NULL)
		return -1;
	writing->claimed = grown;
	writing->claimed[writing->count++] =
	    (struct claimed){ id, writing->taken.reason, NULL };
	letter_pack(&writing->packed, &writing->letter);
	return buf_check(&writing->packed, fault);
}

/* Its row is told when the run is stored. */
static int
note_other(struct writing *writing, struct fault *fault)
{
	struct outbox_taken *grown = array_room(writing->others, writing->other_count,
	    &writing->other_cap, sizeof(*writing->others), fault);

	if (grown == NULL)
		return -1;
	writing->others = grown;
	writing->others[writing->other_count++] = writing->taken;
	writing->taken.email = writing->taken.why = BUF_EMPTY;
	return 0;
}

static void
forget_others(struct writing *writing)
{
	for (size_t i = 0; i < writing->other_count; i++) {
		buf_release(&writing->others[i].email);
		buf_release(&writing->others[i].why);
	}
	writing->other_count = 0;
}

static int
claim(struct txn *txn, void *context, struct fault *fault)
{
	struct writing *writing = context;
	struct outbox_work *work = &writing->work;
	size_t end = end_of_run(writing, work->ids.count);

	writing->count = writing->before;
	buf_clear(&writing->packed);
	forget_others(writing);
	for (size_t i = writing->head; i < end; i++) {
		if (outbox_claim(&work->outbox, txn, work->ids.at[i], "unwritten",
			&writing->letter, &writing->taken, fault) != 0)
			return -1;
		if ((writing->taken.step == OUTBOX_CLAIMED
			    ? note_claim(writing, work->ids.at[i], fault)
			    : note_other(writing, fault)) != 0)
			return -1;
		progress_step(&work->progress, i, 3 * work->ids.count, i);
	}
	return 0;
}

static int
claim_all(struct writing *writing, struct fault *fault)
{
	struct outbox_work *work = &writing->work;

	for (writing->head = 0; writing->head < work->ids.count;
	     writing->head = end_of_run(writing, work->ids.count)) {
		writing->before = writing->count;
		if (outbox_run(work, claim, writing, fault) != 0) {
			writing->count = writing->before;
			return -1;
		}
		for (size_t i = 0; i < writing->other_count; i++)
			(void)outbox_take(work, &writing->others[i]);
		if (backlog_add(&writing->backlog, &writing->packed, fault) != 0 ||
		    let_go(writing, fault) != 0)
			return -1;
	}
	return 0;
}

/* The line that a message of an mbox begins with: the time is in UTC, as asctime(3)
 * writes it in the C locale. */
static void
put_separator(struct buf *out, const struct letter *letter)
{
	static const char days[] = "ThuFriSatSunMonTueWed";
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	struct civil at;
	int64_t day = letter->head.date / 86400 % 7;

	civil_from_time(&at, letter->head.date);
	buf_text(out, "From ");
	buf_text(out, letter->envelope.at);
	buf_printf(out, " %.3s %.3s %2d %02d:%02d:%02d %d\n",
	    days + 3 * (day < 0 ? day + 7 : day), months + 3 * (at.month - 1), at.day,
	    at.hour, at.minute, at.second, at.year);
}

/* mboxrd: a line that reads as a separator, however often that was quoted, gets one
 * ">" more. */
static void
put_quoted(struct buf *out, struct view text)
{
	const char *end;
	size_t len, quotes;

	for (; text.len > 0; text = view_from(text, len)) {
		end = memchr(text.at, '\n', text.len);
		len = end == NULL ? text.len : (size_t)(end - text.at) + 1;
		for (quotes = 0; quotes < len && text.at[quotes] == '>'; quotes++)
			continue;
		if (len - quotes >= 5 && memcmp(text.at + quotes, "From ", 5) == 0)
			buf_char(out, '>');
		buf_put(out, text.at, len);
	}
}

/* No transaction is open, so that it does not matter how slow the reader is. */
static int
write_out(struct writing *writing, struct fault *fault)
{
	struct pollfd poller = { .fd = STDOUT_FILENO, .events = POLLOUT };
	const struct buf *out = &writing->out;
	size_t done = 0;
	ssize_t n;

	if (buf_check(out, fault) != 0)
		return -1;
	while (done < out->len) {
		n = write(STDOUT_FILENO, out->at + done, out->len - done);
		if (n > 0)
			done += (size_t)n;
		else if (n < 0 && errno == EAGAIN)
			poll(&poller, 1, -1);
		else if (n == 0 || errno != EINTR)
			return fault_errno(
			    fault, n == 0 ? EIO : errno, "cannot write standard output");
	}
	buf_clear(&writing->out);
	return 0;
}

/* The index-th letter that was claimed. */
static int
print(struct writing *writing, size_t index, struct fault *fault)
{
	struct outbox_work *work = &writing->work;
	struct fault why;
	int unfit =
	    letter_compose(&writing->letter, &work->outbox.letters, &writing->desk, &why);

	progress_step(&work->progress, writing->count + index, 3 * writing->count, index);
	if (unfit < 0) {
		*fault = why;
		return -1;
	}
	if (unfit == 1) {
		work->failed++;
		writing->claimed[index].why = strdup(why.text);
		return writing->claimed[index].why == NULL ? fault_memory(fault) : 0;
	}
	if (work->command->shared->dry_run)
		return 0;
	put_separator(&writing->out, &writing->letter);
	put_quoted(&writing->out, buf_as_view(&writing->letter.message));
	buf_char(&writing->out, '\n');
	return writing->out.len < CHUNK ? 0 : write_out(writing, fault);
}

/* Letters come out of the backlog in pieces that may end anywhere. */
static int
print_all(struct writing *writing, struct fault *fault)
{
	struct buf piece = BUF_EMPTY, rest = BUF_EMPTY;
	struct view text;
	size_t index = 0;
	int taken, result = 0;

	while (result == 0 &&
	    (taken = backlog_take(&writing->backlog, &piece, fault)) != 0) {
		if (taken < 0) {
			result = -1;
			break;
		}
		/* What was begun is in front of rest, whose bytes move. */
		buf_view(&rest, buf_as_view(&piece));
		result = buf_check(&rest, fault);
		text = buf_as_view(&rest);
		while (result == 0 && letter_unpack(&writing->letter, &text))
			result = print(writing, index++, fault);
		if (text.len > 0)
			memmove(rest.at, text.at, text.len);
		rest.len = text.len;
	}
	buf_release(&piece);
	buf_release(&rest);
	return result != 0 ? -1 : write_out(writing, fault);
}

static int
write_all(struct writing *writing, struct fault *fault)
{
	if (print_all(writing, fault) != 0)
		return -1;
	/* What is no file has no disk to be on. */
	if (fsync(STDOUT_FILENO) != 0 && errno != EINVAL && errno != EROFS &&
	    errno != ENOTSUP)
		return fault_errno(fault, errno, "cannot write standard output");
	return 0;
}

static int
mark(struct txn *txn, void *context, struct fault *fault)
{
	struct writing *writing = context;
	struct outbox_work *work = &writing->work;
	size_t end = end_of_run(writing, writing->count);
	enum outbox_ending ending;

	for (size_t i = writing->head; i < end; i++) {
		const struct claimed *claimed = &writing->claimed[i];
		const struct outbox_end how = {
			.ending = claimed->why == NULL ? OUTBOX_SENT : OUTBOX_FAILED,
			.reason = claimed->why == NULL ? NULL : "message",
			.said = view_of(claimed->why),
			.scenario = claimed->reason,
		};

		if (outbox_settle(
			&work->outbox, txn, claimed->id, &how, &ending, fault) != 0)
			return -1;
		progress_step(&work->progress, 2 * writing->count + i, 3 * writing->count,
		    writing->count);
	}
	return 0;
}

/* The row of one that was claimed, from its record. */
static int
put_row(struct writing *writing, struct txn *txn, const struct claimed *claimed,
    struct fault *fault)
{
	struct outbox_taken *taken = &writing->taken;
	struct record record;
	struct view scenario = VIEW("");
	int found = txn_record(txn, claimed->id, &record, fault);
	char code[40];

	if (found < 0 || outbox_look_up(txn, claimed->id, taken, fault) != 0)
		return -1;
	/* Its contact may be gone by now, and it with it. */
	if (found == 1)
		scenario = record_get(record, INVITATION_SCENARIO);
	snprintf(
	    code, sizeof(code), "%.*s", (int)view_until(scenario, 30).len, scenario.at);
	outbox_row(&writing->work, claimed->why == NULL ? "sent" : "error", taken,
	    claimed->why != NULL	  ? "FAILED"
		: claimed->reason != NULL ? claimed->reason
					  : code,
	    view_of(claimed->why));
	return 0;
}

static int
put_rows(struct writing *writing, struct fault *fault)
{
	struct txn *txn = NULL;
	int result = txn_begin(&txn, writing->work.store, fault);

	for (size_t i = 0; result == 0 && i < writing->count; i++)
		if (results_wanted(writing->work.results) ||
		    writing->claimed[i].why != NULL)
			result = put_row(writing, txn, &writing->claimed[i], fault);
	txn_end(txn);
	return result;
}

static int
mark_all(struct writing *writing, struct fault *fault)
{
	for (writing->head = 0; writing->head < writing->count;
	     writing->head = end_of_run(writing, writing->count))
		if (outbox_run(&writing->work, mark, writing, fault) != 0 ||
		    let_go(writing, fault) != 0)
			return -1;
	return 0;
}

static int
finish_claimed(struct writing *writing, int claiming, struct fault *fault)
{
	struct outbox_work *work = &writing->work;
	bool dry = work->command->shared->dry_run;
	size_t left = writing->count;
	const char *what = "were claimed";
	int result = claiming;

	if (result == 0) {
		what = "were written";
		result = write_all(writing, fault);
	}
	if (result == 0 && !dry) {
		what = "were marked as sent";
		result = mark_all(writing, fault);
		left = writing->count - writing->head;
	}
	if (result == 0) {
		work->sent = writing->count - work->failed;
		return put_rows(writing, fault);
	}
	work->unknown = dry ? 0 : left;
	return work->unknown == 0
	    ? -1
	    : fault_wrap(fault,
		  "%zu messages stay unknown, as not all %s (--resend-unknown queues "
		  "them again)",
		  left, what);
}

static int
run(struct writing *writing, struct fault *fault)
{
	struct outbox_work *work = &writing->work;
	char rev[40] = "";
	int result;

	if (prepare(writing, fault) != 0)
		return -1;
	result = claim_all(writing, fault);
	result = finish_claimed(writing, result, fault);
	progress_finish(&work->progress);
	if (work->rev > 0)
		snprintf(rev, sizeof(rev), " rev=%llu", (unsigned long long)work->rev);
	command_note(work->command,
	    "sent=%llu suppressed=%llu already_users=%llu failed=%llu unknown=%llu%s in "
	    "%.2f s%s",
	    (unsigned long long)work->sent, (unsigned long long)work->suppressed,
	    (unsigned long long)work->users, (unsigned long long)work->failed,
	    (unsigned long long)work->unknown, rev, progress_seconds(&work->progress),
	    work->command->shared->dry_run ? ", nothing stored" : "");
	return result != 0 ? -1 : work->failed > 0 ? EXIT_ROWS : EXIT_OK;
}

static void
release(struct writing *writing)
{
	forget_others(writing);
	free(writing->others);
	for (size_t i = 0; i < writing->count; i++)
		free(writing->claimed[i].why);
	free(writing->claimed);
	buf_release(&writing->taken.email);
	buf_release(&writing->taken.why);
	buf_release(&writing->packed);
	buf_release(&writing->out);
	letter_release(&writing->letter);
	letter_desk_release(&writing->desk);
	backlog_release(&writing->backlog);
	outbox_close(&writing->work);
}

int
invite_mbox(
    struct command *command, const struct invite_options *options, struct fault *fault)
{
	struct writing writing = { .backlog = BACKLOG_EMPTY(MEMORY) };
	int result;

	if (options->max != NULL || options->yes)
		return fault_set(fault, FAULT_USAGE,
		    "--max, --yes: are for --send, --mbox sends nothing by itself");
	if (command->shared->results != NULL &&
	    strcmp(command->shared->results, "-") == 0 && !command->shared->dry_run)
		return fault_set(fault, FAULT_USAGE,
		    "--results -: standard output is the mbox, take a FILE");
	if (command->shared->output != NULL && command->shared->results == NULL &&
	    !command->shared->dry_run)
		return fault_set(fault, FAULT_USAGE,
		    "--output: --mbox writes an mbox, and a format is that of --results "
		    "FILE");
	result = outbox_open(&writing.work, command, options, true, fault);
	if (result == 0)
		result = run(&writing, fault);
	result = outbox_finish(&writing.work, result, fault);
	release(&writing);
	return result;
}
