/* SPDX-License-Identifier: ISC */
/*
 * One walk over the invitations answers for all figures of a campaign, so that asking
 * for each as a field of its own costs no more than asking for one.
 */
#include "model/figures.h"

#include <stdlib.h>

#include "base/array.h"
#include "base/clock.h"
#include "model/entity.h"

const char *
figure_name(enum figure figure)
{
#define NAME(NAME, name, meaning) #name,
	static const char *const names[] = { FIGURES_EACH(NAME) };
#undef NAME
	return names[figure];
}

const char *
figure_meaning(enum figure figure)
{
#define MEANING(NAME, name, meaning) meaning,
	static const char *const meanings[] = { FIGURES_EACH(MEANING) };
#undef MEANING
	return meanings[figure];
}

/* HS-59: where each state counts; what joined was sent before. */
static const struct {
	const char *state;
	enum figure figure;
} states[] = {
	{ "sent", FIGURE_SENT },
	{ "queued", FIGURE_QUEUED },
	{ "suppressed", FIGURE_SUPPRESSED },
	{ "joined", FIGURE_SENT },
	{ "approved", FIGURE_SENT },
	{ "pending", FIGURE_SENT },
	{ "declined", FIGURE_SENT },
	{ "already_user", FIGURE_ALREADY_USERS },
	{ "failed", FIGURE_FAILED },
	{ "unknown", FIGURE_UNKNOWN },
	{ "held", FIGURE_HELD },
};

static const struct {
	uint16_t slot;
	enum figure figure;
} steps[] = {
	{ INVITATION_VISITED_AT, FIGURE_VISITED },
	{ INVITATION_REGISTERED_AT, FIGURE_REGISTERED },
	{ INVITATION_CONFIRMED_AT, FIGURE_CONFIRMED },
	{ INVITATION_CONNECTED_AT, FIGURE_CONNECTED },
	{ INVITATION_JOINED_AT, FIGURE_JOINED },
	{ INVITATION_BOUNCED_AT, FIGURE_BOUNCED },
	{ INVITATION_UNSUBSCRIBED_AT, FIGURE_UNSUBSCRIBED },
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static int
add_reason(struct figures *figures, struct view code, struct fault *fault)
{
	struct figure_reason *reasons;
	size_t i = 0;
	int order = 1;

	code = view_until(code, sizeof(reasons->code) - 1);
	while (i < figures->reason_count &&
	    (order = view_compare(code, view_of(figures->reasons[i].code))) > 0)
		i++;
	if (i < figures->reason_count && order == 0) {
		figures->reasons[i].count++;
		return 0;
	}
	reasons = array_room(figures->reasons, figures->reason_count,
	    &figures->reason_cap, sizeof(*reasons), fault);
	if (reasons == NULL)
		return -1;
	figures->reasons = reasons;
	memmove(reasons + i + 1, reasons + i,
	    (figures->reason_count++ - i) * sizeof(*reasons));
	reasons[i] = (struct figure_reason){ .count = 1 };
	memcpy(reasons[i].code, code.at, code.len);
	return 0;
}

/* The place of a day among those that were met, which is near the last as a rule. */
static size_t
place_of(const struct figures *figures, int64_t day)
{
	size_t low = 0, high = figures->day_count, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (figures->days[middle].day < day)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static int
add_moment(struct figures *figures, enum figure_series series, struct view moment,
    struct fault *fault)
{
	struct figure_day *days;
	int64_t time;
	size_t at;

	if (moment.len == 0 || !date_read_day(moment, DATE_ISO, &time))
		return 0;
	time /= 86400;
	at = place_of(figures, time);
	if (at == figures->day_count || figures->days[at].day != time) {
		days = array_room(figures->days, figures->day_count, &figures->day_cap,
		    sizeof(*days), fault);
		if (days == NULL)
			return -1;
		figures->days = days;
		memmove(days + at + 1, days + at,
		    (figures->day_count++ - at) * sizeof(*days));
		days[at] = (struct figure_day){ .day = time };
	}
	figures->days[at].counts[series]++;
	return 0;
}

static int
add_moments(struct figures *figures, struct record invitation, struct fault *fault)
{
	static const uint16_t slots[FIGURE_SERIES] = {
		[SERIES_SENT] = INVITATION_SENT_AT,
		[SERIES_VISITED] = INVITATION_VISITED_AT,
		[SERIES_JOINED] = INVITATION_JOINED_AT,
		[SERIES_BOUNCED] = INVITATION_BOUNCED_AT,
	};
	size_t i;

	for (i = 0; i < FIGURE_SERIES; i++)
		if (add_moment(figures, (enum figure_series)i,
			record_get(invitation, slots[i]), fault) != 0)
			return -1;
	return 0;
}

/* HS-47 to HS-52: what became of the wish to join, and HS-57 of the organization. What
 * was told to be new may be there by then, and a request then. */
static int
add_decision(struct figures *figures, struct record invitation, struct view state,
    struct fault *fault)
{
	struct view joined = record_get(invitation, INVITATION_JOINED_AT);
	struct view decided = record_get(invitation, INVITATION_DECIDED_AT);
	bool at_once =
	    view_is(record_get(invitation, INVITATION_SCENARIO), "join_auto") &&
	    view_equal(joined, decided);
	bool user = view_is(state, "already_user");
	uint64_t organization;

	/* HS-40: of a user whose organization was approved before, nothing was decided. */
	if (user ? decided.len == 0 : joined.len == 0)
		return 0;
	if (view_is(state, "approved"))
		figures
		    ->counts[at_once ? FIGURE_AUTO_APPROVED : FIGURE_REQUESTS_APPROVED]++;
	else if (view_is(state, "pending"))
		figures->counts[FIGURE_REQUESTS_PENDING]++;
	else if (view_is(state, "declined"))
		figures->counts[FIGURE_REQUESTS_DECLINED]++;
	if (view_is(state, "declined") ||
	    !reference_id(record_get(invitation, INVITATION_ORGANIZATION), &organization))
		return 0;
	return ids_add(view_is(state, "joined") ? &figures->made : &figures->met,
	    organization, fault);
}

int
figures_add(struct figures *figures, struct record invitation, struct fault *fault)
{
	struct view state = record_get(invitation, INVITATION_STATE);
	size_t i;

	figures->counts[FIGURE_SELECTED]++;
	for (i = 0; i < COUNT(states); i++)
		if (view_is(state, states[i].state)) {
			figures->counts[states[i].figure]++;
			break;
		}
	for (i = 0; i < COUNT(steps); i++)
		figures->counts[steps[i].figure] +=
		    record_get(invitation, steps[i].slot).len > 0;
	if (view_is(state, "suppressed") &&
	    add_reason(figures, record_get(invitation, INVITATION_REASON), fault) != 0)
		return -1;
	if (figures->dated && add_moments(figures, invitation, fault) != 0)
		return -1;
	return add_decision(figures, invitation, state, fault);
}

/* Whether an organization is approved by now: 1, 0, -1. */
static int
is_approved(struct txn *txn, uint64_t id, struct fault *fault)
{
	struct record organization;
	int found = txn_record(txn, id, &organization, fault);

	return found == 1 ? record_kind(organization) == kind_organization.number &&
		view_is(record_get(organization, ORGANIZATION_APPROVAL), "Approved")
			  : found;
}

int
figures_settle(struct figures *figures, struct txn *txn, struct fault *fault)
{
	size_t i;
	int approved = 0;

	ids_sort(&figures->made);
	ids_sort(&figures->met);
	/* Who joined later joined what this campaign had made. */
	for (i = 0; approved >= 0 && i < figures->met.count; i++) {
		if (ids_have(&figures->made, figures->met.at[i]))
			continue;
		approved = is_approved(txn, figures->met.at[i], fault);
		figures->counts[FIGURE_EXISTING_EMPLOYERS_APPROVED] += approved == 1;
	}
	for (i = 0; approved >= 0 && i < figures->made.count; i++) {
		approved = is_approved(txn, figures->made.at[i], fault);
		figures->counts[FIGURE_NEW_EMPLOYERS_APPROVED] += approved == 1;
	}
	return approved < 0 ? -1 : 0;
}

int
figures_count(
    struct figures *figures, struct txn *txn, uint64_t campaign, struct fault *fault)
{
	struct ids ids = { NULL, 0, 0 };
	struct record record;
	size_t i;
	int result;

	result = entity_find_referring(
	    txn, &kind_invitation, INVITATION_CAMPAIGN, campaign, &ids, fault);
	for (i = 0; result == 0 && i < ids.count; i++) {
		result = txn_record(txn, ids.at[i], &record, fault);
		if (result == 1)
			result = figures_add(figures, record, fault);
	}
	ids_release(&ids);
	return result == 0 ? figures_settle(figures, txn, fault) : -1;
}

void
figures_release(struct figures *figures)
{
	free(figures->reasons);
	free(figures->days);
	ids_release(&figures->made);
	ids_release(&figures->met);
	*figures = (struct figures){ .reasons = NULL };
}

/* What was counted in a transaction. */
struct counted {
	struct {
		uint64_t campaign;
		struct figures figures;
	} * at;
	size_t count, cap;
};

static void
forget(struct counted *counted)
{
	while (counted->count > 0)
		figures_release(&counted->at[--counted->count].figures);
}

static void
counted_free(void *at)
{
	struct counted *counted = at;

	forget(counted);
	free(counted->at);
	free(counted);
}

static int
counted_of(struct counted **counted, struct txn *txn, struct fault *fault)
{
	struct txn_kept *kept = txn_kept(txn, KEEP_FIGURES);

	if (kept->at == NULL)
		*kept = (struct txn_kept){ calloc(1, sizeof(**counted)), counted_free };
	*counted = kept->at;
	if (kept->at == NULL)
		return fault_memory(fault);
	/* What a run has changed may have changed them. */
	if (txn_writes(txn) && txn_changed(txn))
		forget(*counted);
	return 0;
}

int
figures_of(const struct figures **figures, struct txn *txn, uint64_t campaign,
    struct fault *fault)
{
	struct counted *counted;
	void *at;
	size_t i;

	if (counted_of(&counted, txn, fault) != 0)
		return -1;
	for (i = counted->count; i > 0; i--)
		if (counted->at[i - 1].campaign == campaign) {
			*figures = &counted->at[i - 1].figures;
			return 0;
		}
	at = array_room(
	    counted->at, counted->count, &counted->cap, sizeof(*counted->at), fault);
	if (at == NULL)
		return -1;
	counted->at = at;
	memset(&counted->at[counted->count], 0, sizeof(*counted->at));
	counted->at[counted->count].campaign = campaign;
	*figures = &counted->at[counted->count].figures;
	return figures_count(
	    &counted->at[counted->count++].figures, txn, campaign, fault);
}

const char *
figures_state(const struct figures *figures)
{
	const uint64_t *counts = figures->counts;
	bool begun =
	    counts[FIGURE_SENT] + counts[FIGURE_FAILED] + counts[FIGURE_UNKNOWN] > 0;

	return counts[FIGURE_QUEUED] > 0 ? (begun ? "sending" : "queued")
	    : counts[FIGURE_UNKNOWN] > 0 ? "unknown"
	    : counts[FIGURE_HELD] > 0	 ? "held"
					 : "done";
}
