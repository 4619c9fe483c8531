/* SPDX-License-Identifier: ISC */
/*
 * contact-invite --report: the figures of one campaign as a page of HTML, for those
 * who have no terminal (table/report.h). It names nobody but the sender.
 */
#include <inttypes.h>

#include "base/arena.h"
#include "base/clock.h"
#include "cli/outfile.h"
#include "invite_figures.h"
#include "rules/invite.h"
#include "model/query.h"
#include "table/report.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Copies of what the store has, for after the transaction. */
struct described {
	struct arena arena;
	struct view name, template, subject, sender;
	int64_t queued_at;
	uint64_t rev;
	struct figures figures;
};

/* HS-42, in words. */
static const struct {
	const char *code, *meaning;
} reasons[] = {
	{ "NO_EMAIL", "no e-mail address is known" },
	{ "BAD_EMAIL", "the e-mail address cannot be used" },
	{ "IDN", "the e-mail's domain is not ASCII" },
	{ "DO_NOT_EMAIL", "must not be mailed" },
	{ "EMAIL_BOUNCED", "earlier mail came back" },
	{ "EMAIL_COMPLAINED", "complained about earlier mail" },
	{ "INACTIVE", "out of use" },
	{ "REJECTED", "rejected" },
	{ "DNU", "a candidate who is not to be used" },
	{ "ERASED", "was erased" },
	{ "DUPLICATE_ADDRESS", "another contact of the campaign has the address" },
	{ "SUPPRESSED", "the address is on the suppression list" },
	{ "INVITED_BEFORE", "was invited before" },
	{ "CANCELLED", "was queued, and taken back" },
};

/* "requests_pending" as "Requests pending". */
static struct view
label_of(struct arena *arena, const char *name)
{
	size_t len = strlen(name), i;
	char *text = arena_take(arena, len + 1);

	if (text == NULL)
		return view_of(name);
	for (i = 0; i < len; i++)
		text[i] = name[i] == '_' ? ' ' : name[i];
	if (text[0] >= 'a' && text[0] <= 'z')
		text[0] = (char)(text[0] - 'a' + 'A');
	return view_make(text, len);
}

static struct report_figure
figure_of(struct described *described, enum figure figure)
{
	return (struct report_figure){ .name = label_of(
					   &described->arena, figure_name(figure)),
		.meaning = view_of(figure_meaning(figure)),
		.count = described->figures.counts[figure] };
}

/* Fills figures and returns how many there are. */
static size_t
put_figures(struct described *described, const enum figure *which, size_t count,
    struct report_figure *figures)
{
	size_t i;

	for (i = 0; i < count; i++)
		figures[i] = figure_of(described, which[i]);
	return count;
}

static size_t
put_funnel(struct described *described, struct report_figure *figures)
{
	static const enum figure stages[] = { FIGURE_SELECTED, FIGURE_SENT,
		FIGURE_VISITED, FIGURE_REGISTERED, FIGURE_CONFIRMED, FIGURE_CONNECTED,
		FIGURE_JOINED };
	const uint64_t *counts = described->figures.counts;
	size_t count = put_figures(described, stages, COUNT(stages), figures);

	if (counts[FIGURE_QUEUED] > 0)
		figures[1] = (struct report_figure){ VIEW("Queued or sent"),
			VIEW("sent already, or still to be sent"),
			counts[FIGURE_QUEUED] + counts[FIGURE_SENT] };
	figures[count++] = (struct report_figure){ VIEW("Approved"),
		VIEW("may act for the organization that they joined"),
		counts[FIGURE_AUTO_APPROVED] + counts[FIGURE_REQUESTS_APPROVED] };
	return count;
}

static size_t
put_reasons(struct described *described, struct report_figure *figures, size_t most)
{
	size_t i, k, count = described->figures.reason_count;

	count = count < most ? count : most;
	for (i = 0; i < count; i++) {
		figures[i] = (struct report_figure){
			.name = view_of(described->figures.reasons[i].code),
			.count = described->figures.reasons[i].count
		};
		for (k = 0; k < COUNT(reasons); k++)
			if (view_is(figures[i].name, reasons[k].code))
				figures[i].meaning = view_of(reasons[k].meaning);
	}
	return count;
}

#define MOST 64

struct tables {
	struct report_figure funnel[8], fates[7], reasons[MOST], joins[5], employers[2],
	    after[2];
	struct report_table at[5];
	size_t count;
};

/* What shares are of, where there are any. */
static const char *
shares(uint64_t whole, const char *about)
{
	return whole > 0 ? about : "";
}

static void
put_table(struct tables *tables, const char *heading, const char *about,
    const struct report_figure *figures, size_t count, uint64_t whole)
{
	if (count > 0)
		tables->at[tables->count++] = (struct report_table){ view_of(heading),
			view_of(about), figures, count, whole };
}

static void
put_tables(struct described *described, struct tables *tables)
{
	static const enum figure fates[] = { FIGURE_SENT, FIGURE_QUEUED, FIGURE_HELD,
		FIGURE_UNKNOWN, FIGURE_FAILED, FIGURE_SUPPRESSED, FIGURE_ALREADY_USERS };
	static const enum figure joins[] = { FIGURE_JOINED, FIGURE_AUTO_APPROVED,
		FIGURE_REQUESTS_PENDING, FIGURE_REQUESTS_APPROVED,
		FIGURE_REQUESTS_DECLINED };
	static const enum figure employers[] = { FIGURE_EXISTING_EMPLOYERS_APPROVED,
		FIGURE_NEW_EMPLOYERS_APPROVED };
	static const enum figure after[] = { FIGURE_BOUNCED, FIGURE_UNSUBSCRIBED };
	const uint64_t *counts = described->figures.counts;

	put_table(tables, "What became of the selected",
	    "Each selected contact is counted in one row.", tables->fates,
	    put_figures(described, fates, COUNT(fates), tables->fates),
	    counts[FIGURE_SELECTED]);
	put_table(tables, "Why some were not mailed",
	    "Shares are of those who were suppressed.", tables->reasons,
	    put_reasons(described, tables->reasons, MOST), counts[FIGURE_SUPPRESSED]);
	put_table(tables, "Joining",
	    shares(counts[FIGURE_JOINED], "Shares are of those who joined."),
	    tables->joins, put_figures(described, joins, COUNT(joins), tables->joins),
	    counts[FIGURE_JOINED]);
	put_table(tables, "Employers", "Organizations, each counted once.",
	    tables->employers,
	    put_figures(described, employers, COUNT(employers), tables->employers), 0);
	put_table(tables, "After the mail",
	    shares(counts[FIGURE_SENT], "Shares are of what was sent."), tables->after,
	    put_figures(described, after, COUNT(after), tables->after),
	    counts[FIGURE_SENT]);
}

static void
put_days(const struct described *described, struct report_day *days)
{
	size_t i;

	_Static_assert(REPORT_SERIES == (int)FIGURE_SERIES, "a panel for each series");
	for (i = 0; i < described->figures.day_count; i++) {
		days[i].day = described->figures.days[i].day;
		memcpy(days[i].counts, described->figures.days[i].counts,
		    sizeof(days[i].counts));
	}
}

/* Texts that are put together, each in a buf. */
struct texts {
	struct buf title, about, queued, note, foot;
};

static void
put_texts(
    const struct described *described, const struct command *command, struct texts *texts)
{
	uint64_t unknown = described->figures.counts[FIGURE_UNKNOWN];

	buf_text(&texts->title, "Campaign ");
	buf_view(&texts->title, described->name);
	buf_text(&texts->about, "Figures as of ");
	time_print(&texts->about, command->now);
	buf_printf(&texts->about, ", revision %" PRIu64 " of the store", described->rev);
	time_print(&texts->queued, described->queued_at);
	if (unknown > 0)
		buf_printf(&texts->note,
		    "Of %" PRIu64 " %s it is not known whether %s sent. Look in the mail "
		    "log; contact-invite --resend-unknown queues %s again.",
		    unknown, unknown == 1 ? "message" : "messages",
		    unknown == 1 ? "it was" : "they were", unknown == 1 ? "it" : "them");
	buf_printf(&texts->foot,
	    "Made by contact-invite. Every figure is a count of the campaign's "
	    "invitations as they are in the store.");
}

static void
compose(struct buf *page, struct described *described, const struct command *command)
{
	struct tables tables = { .count = 0 };
	struct texts texts = { BUF_EMPTY, BUF_EMPTY, BUF_EMPTY, BUF_EMPTY, BUF_EMPTY };
	struct report_day *days = arena_take(
	    &described->arena, (described->figures.day_count + 1) * sizeof(*days));
	struct report_fact facts[5];
	struct view note;
	struct report report = { .facts = facts, .fact_count = COUNT(facts) };

	page->failed |= days == NULL;
	if (days == NULL)
		return;
	put_texts(described, command, &texts);
	put_days(described, days);
	put_tables(described, &tables);
	facts[0] = (struct report_fact){ VIEW("Subject"), described->subject };
	facts[1] = (struct report_fact){ VIEW("Sender"), described->sender };
	facts[2] = (struct report_fact){ VIEW("Template"), described->template };
	facts[3] = (struct report_fact){ VIEW("Queued"), buf_as_view(&texts.queued) };
	facts[4] = (struct report_fact){ VIEW("State"),
		view_of(figures_state(&described->figures)) };
	note = buf_as_view(&texts.note);
	report.title = buf_as_view(&texts.title);
	report.about = buf_as_view(&texts.about);
	report.notes = &note;
	report.note_count = note.len > 0;
	report.funnel = (struct report_table){ VIEW("From invitation to approval"),
		VIEW("How many came how far. Shares are of those who were selected."),
		tables.funnel, put_funnel(described, tables.funnel),
		described->figures.counts[FIGURE_SELECTED] };
	report.tables = tables.at;
	report.table_count = tables.count;
	report.days = (struct report_days){ VIEW("Over time"),
		VIEW("What happened when, in UTC. Each panel has a scale of its own."),
		{ VIEW("Sent"), VIEW("Visited"), VIEW("Joined"), VIEW("Bounced") }, days,
		described->figures.day_count };
	report.foot = buf_as_view(&texts.foot);
	report_write(page, &report);
	buf_release(&texts.title);
	buf_release(&texts.about);
	buf_release(&texts.queued);
	buf_release(&texts.note);
	buf_release(&texts.foot);
}

static int
describe(
    struct described *described, struct txn *txn, const char *name, struct fault *fault)
{
	struct record record;
	const char *who;
	uint64_t id;

	if (invite_campaign(txn, name, &id, fault) != 0 ||
	    txn_record(txn, id, &record, fault) != 1)
		return -1;
	described->name =
	    arena_copy(&described->arena, record_get(record, CAMPAIGN_NAME));
	described->template =
	    arena_copy(&described->arena, record_get(record, CAMPAIGN_TEMPLATE));
	described->subject =
	    arena_copy(&described->arena, record_get(record, CAMPAIGN_SUBJECT));
	described->sender =
	    arena_copy(&described->arena, record_get(record, CAMPAIGN_SENDER));
	described->rev = txn_rev(txn);
	described->figures.dated = true;
	return txn_revision(
		   txn, record_created(record), &described->queued_at, &who, fault) < 0
	    ? -1
	    : figures_count(&described->figures, txn, id, fault);
}

static int
read_store(struct described *described, const struct command *command, const char *name,
    struct fault *fault)
{
	struct store *store = NULL;
	struct txn *txn = NULL;
	int result = -1;

	if (command_open_store(&store, command, false, 0, fault) == 0 &&
	    txn_begin(&txn, store, fault) == 0)
		result = describe(described, txn, name, fault);
	txn_end(txn);
	store_close(store);
	return result;
}

static int
check(const struct command *command, const struct invite_options *options,
    struct fault *fault)
{
	if (options->campaign == NULL)
		return fault_set(fault, FAULT_USAGE,
		    "--report: of which campaign? --campaign NAME says it");
	if (command->operand_count > 0)
		return fault_set(fault, FAULT_USAGE,
		    "%s: --report takes no selection, --stats does",
		    command->operands[0]);
	if (command->shared->output != NULL)
		return fault_set(fault, FAULT_USAGE,
		    "--output: --report writes HTML, --stats the rest");
	return invite_check_reading(command, options, "--report", fault) != 0
	    ? -1
	    : outfile_check("report", options->report, command, fault);
}

int
invite_report(
    struct command *command, const struct invite_options *options, struct fault *fault)
{
	struct described described = { .arena = ARENA_EMPTY };
	struct buf page = BUF_EMPTY;
	int result = -1;

	if (check(command, options, fault) != 0)
		return -1;
	if (read_store(&described, command, options->campaign, fault) == 0) {
		compose(&page, &described, command);
		if (buf_check(&page, fault) == 0 &&
		    outfile_write("report", options->report, &page, fault) == 0)
			result = invite_tell_unknown(
				     command, described.name, &described.figures)
			    ? EXIT_ROWS
			    : EXIT_OK;
	}
	figures_release(&described.figures);
	arena_release(&described.arena);
	buf_release(&page);
	return result;
}
