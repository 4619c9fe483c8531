/* SPDX-License-Identifier: ISC */
/*
 * What rows of placements must say, and what events do. An event changes the
 * job or the placement that it is about, as a row of a snapshot would, and the
 * rules see that change (statuses.h). It is kept itself, so that it is not taken
 * again (TR-44). All that can be wrong is found before anything is written.
 */
#include <stdlib.h>

#include "base/clock.h"
#include "rules/import_run.h"

static struct view
given(const struct import *import, uint16_t slot)
{
	return record_form_get(&import->form, slot);
}

static enum step
required(struct import *import, const char *field, const char *what)
{
	return import_stop(
	    import, STEP_ERROR, "REQUIRED", "%s: %s needs one", field, what);
}

static enum step
not_temporary(struct import *import)
{
	return import_stop(import, STEP_ERROR, "NOT_TEMPORARY",
	    "a permanent placement has no assignment that could end");
}

/* Whether the row leaves out or takes away what has to be there. */
static bool
lacks(const struct import *import, const struct record *old, uint16_t slot)
{
	return given(import, slot).len == 0 &&
	    (old == NULL || record_get(*old, slot).len > 0);
}

/* TR-39: only what is temporary ends by End Assignment. */
static enum step
check_placement(struct import *import, const struct record *old)
{
	bool had_ended =
	    old != NULL && view_is(record_get(*old, PLACEMENT_ENDED), "true");

	if (lacks(import, old, PLACEMENT_CANDIDATE))
		return required(import, "candidate", "a placement");
	if (lacks(import, old, PLACEMENT_EMPLOYMENT))
		return required(import, "employment", "a placement");
	if (!had_ended && view_is(given(import, PLACEMENT_ENDED), "true") &&
	    view_is(given(import, PLACEMENT_EMPLOYMENT), "Permanent"))
		return not_temporary(import);
	return STEP_GO;
}

/* An event, and what it is about, while it is taken. */
struct happening {
	struct import *import;
	const struct draft *draft;
	struct record_form *form; /* of the job or placement that is written */
	uint64_t job, contact;	  /* 0: none */
	struct view reference;	  /* to the contact */
	struct buf day;		  /* when it happened */
};

/* Puts what the event says into the record, which the run counts once. */
static int
write_record(struct happening *event, const struct kind *kind, uint64_t id,
    struct record record, struct fault *fault)
{
	struct import *import = event->import;
	bool changed, first = record_rev(record) != txn_rev(import->txn);

	if (change_update(import->txn, kind, id, record, event->form,
		(uint32_t)event->draft->line, CAUSE_ROW, &changed, fault) != 0)
		return -1;
	import->counts.also += changed && first;
	return 0;
}

static int
make_record(
    struct happening *event, const struct kind *kind, uint64_t *id, struct fault *fault)
{
	event->import->counts.also++;
	return change_create(event->import->txn, kind, event->form,
	    (uint32_t)event->draft->line, CAUSE_ROW, id, fault);
}

/* How long the name of a new system at the start of text is, or 0: only where the
 * map names none. */
static size_t
names_system(const struct import *import, struct view text)
{
	const char *colon = memchr(text.at, ':', text.len);
	size_t len = colon == NULL ? 0 : (size_t)(colon - text.at);

	if (len == 0 || len + 1 == text.len || colon[1] == '/' ||
	    (import->plan != NULL && plan_names_system(import->plan)))
		return 0;
	return map_is_name(view_until(text, len)) ? len : 0;
}

/*
 * The external id of a job that the event makes: the id that the row gives beside
 * it, SYSTEM:ID, or an id of the system that the file is of.
 */
static int
put_job_id(struct happening *event, struct view text, struct buf *id, struct fault *fault)
{
	struct import *import = event->import;
	struct view beside = reference_id_beside(event->draft, STATUS_EVENT_JOB);
	struct view system =
	    import->plan == NULL ? VIEW("generic") : view_of(plan_system(import->plan));
	char form[SALESFORCE_ID];
	struct view value;
	size_t named;
	uint16_t slot;
	int known;

	if (beside.len > 0)
		text = beside;
	known = entity_read_external(import->txn, text, &slot, &value, form, fault);
	if (known == 0) {
		value = text;
		named = beside.len > 0
		    ? (size_t)((const char *)memchr(beside.at, ':', beside.len) -
			  beside.at)
		    : names_system(import, text);
		if (named > 0) {
			system = view_until(text, named);
			value = view_from(text, named + 1);
		}
		salesforce_id_complete(system, &value, form);
		if (txn_name_slot(import->txn, NAME_EXT, system, true, &slot, fault) <
			0 ||
		    (import->plan != NULL && view_is(system, plan_system(import->plan)) &&
			systems_add(import, slot, fault) != 0))
			return -1;
	}
	list_add(id, 0, value);
	record_form_set(event->form, slot, buf_as_view(id));
	return known < 0 ? -1 : buf_check(id, fault);
}

static enum step
create_job(struct happening *event, struct fault *fault)
{
	struct import *import = event->import;
	struct view text = given(import, STATUS_EVENT_JOB);
	struct buf id = BUF_EMPTY, reference = BUF_EMPTY;
	enum step step = STEP_FAULT;

	if (event->job != 0) {
		import->code = "EXISTS";
		buf_clear(&import->message);
		buf_printf(&import->message, "job #%llu is there already",
		    (unsigned long long)event->job);
		return STEP_GO;
	}
	if (text.at[0] == '#')
		return import_stop(import, STEP_ERROR, "UNKNOWN_JOB",
		    "job: there is no record %.*s", (int)(text.len < 80 ? text.len : 80),
		    text.at);
	record_form_clear(event->form);
	record_form_set(event->form, JOB_CONTACT, event->reference);
	record_form_set(event->form, JOB_STATUS, VIEW("Open"));
	record_form_set(event->form, JOB_OPENED_ON, buf_as_view(&event->day));
	if (put_job_id(event, text, &id, fault) == 0 &&
	    make_record(event, &kind_job, &event->job, fault) == 0) {
		reference_put(&reference, event->job);
		if (buf_check(&reference, fault) == 0 &&
		    apply_set(import, STATUS_EVENT_JOB, buf_as_view(&reference), fault) ==
			0)
			step = STEP_GO;
	}
	buf_release(&id);
	buf_release(&reference);
	return step;
}

/* TR-24, TR-26, TR-30: another contact, closed, or to be filled again. */
static enum step
change_job(struct happening *event, struct view what, struct fault *fault)
{
	struct record job;
	bool open;

	if (import_record(event->import, event->job, &job, fault) != 0 ||
	    status_is_open(
		event->import->txn, record_get(job, JOB_STATUS), &open, fault) != 0)
		return STEP_FAULT;
	record_form_from(event->form, job);
	if (view_is(what, "job_edited") && event->contact != 0)
		record_form_set(event->form, JOB_CONTACT, event->reference);
	if (view_is(what, "job_closed") && open) {
		record_form_set(event->form, JOB_STATUS, VIEW("Closed"));
		record_form_set(event->form, JOB_CLOSED_ON, buf_as_view(&event->day));
	}
	if (view_is(what, "job_reopened") && !open) {
		record_form_set(event->form, JOB_STATUS, VIEW("Open"));
		record_form_set(event->form, JOB_CLOSED_ON, (struct view){ NULL, 0 });
	}
	return write_record(event, &kind_job, event->job, job, fault) != 0 ? STEP_FAULT
									   : STEP_GO;
}

/* The placement of the contact on the job, of that employment: the last one that
 * has not ended, else the last one; 0 for none. */
static int
find_placement(struct happening *event, struct view employment, uint64_t *id,
    struct record *placement, struct fault *fault)
{
	struct import *import = event->import;
	struct record record;
	uint64_t job, candidate;
	bool ended, running = false;
	size_t i;
	int found;

	*id = 0;
	import->others.count = 0;
	found = index_find(import->txn,
	    index_id_key(kind_placement.number, PLACEMENT_CANDIDATE, event->contact),
	    &import->others, fault);
	for (i = 0; found >= 0 && i < import->others.count; i++) {
		found = txn_record(import->txn, import->others.at[i], &record, fault);
		if (found != 1 || record_kind(record) != kind_placement.number ||
		    !reference_id(record_get(record, PLACEMENT_JOB), &job) ||
		    !reference_id(record_get(record, PLACEMENT_CANDIDATE), &candidate) ||
		    job != event->job || candidate != event->contact ||
		    !view_equal(record_get(record, PLACEMENT_EMPLOYMENT), employment))
			continue;
		ended = view_is(record_get(record, PLACEMENT_ENDED), "true");
		if (ended && running)
			continue;
		running = !ended;
		*id = import->others.at[i];
		*placement = record;
	}
	return found < 0 ? -1 : 0;
}

static enum step
report_closing(struct happening *event, struct fault *fault)
{
	struct import *import = event->import;
	struct view employment = given(import, STATUS_EVENT_EMPLOYMENT);
	struct record placement;
	uint64_t id;

	if (employment.len == 0)
		return required(import, "employment", "a closing_report");
	if (find_placement(event, employment, &id, &placement, fault) != 0)
		return STEP_FAULT;
	if (id != 0 && !view_is(record_get(placement, PLACEMENT_ENDED), "true")) {
		import->code = "EXISTS";
		buf_clear(&import->message);
		buf_printf(&import->message, "placement #%llu is there already",
		    (unsigned long long)id);
		return STEP_GO;
	}
	record_form_clear(event->form);
	record_form_set(event->form, PLACEMENT_JOB, given(import, STATUS_EVENT_JOB));
	record_form_set(event->form, PLACEMENT_CANDIDATE, event->reference);
	record_form_set(event->form, PLACEMENT_EMPLOYMENT, employment);
	return make_record(event, &kind_placement, &id, fault) != 0 ? STEP_FAULT
								    : STEP_GO;
}

/* TR-36, TR-39, TR-40: an assignment that has ended already stays as it is. */
static enum step
end_assignment(struct happening *event, struct fault *fault)
{
	struct import *import = event->import;
	struct record placement;
	uint64_t id, permanent;

	if (find_placement(event, VIEW("Consultant"), &id, &placement, fault) != 0 ||
	    (id == 0 &&
		find_placement(event, VIEW("Permanent"), &permanent, &placement, fault) !=
		    0))
		return STEP_FAULT;
	if (id == 0 && permanent != 0)
		return not_temporary(import);
	if (id == 0)
		return import_stop(import, STEP_ERROR, "OUT_OF_ORDER",
		    "#%llu has no placement on job #%llu: no closing_report came before",
		    (unsigned long long)event->contact, (unsigned long long)event->job);
	if (view_is(record_get(placement, PLACEMENT_ENDED), "true"))
		return STEP_GO;
	record_form_from(event->form, placement);
	record_form_set(event->form, PLACEMENT_ENDED, VIEW("true"));
	record_form_set(event->form, PLACEMENT_ENDED_ON, buf_as_view(&event->day));
	return write_record(event, &kind_placement, id, placement, fault) != 0
	    ? STEP_FAULT
	    : STEP_GO;
}

static enum step
check_event(struct happening *event, struct view what)
{
	struct import *import = event->import;
	struct view job = given(import, STATUS_EVENT_JOB);
	bool creates = view_is(what, "job_created");

	if (given(import, STATUS_EVENT_ID).len == 0)
		return required(import, "event_id", "an event");
	if (what.len == 0)
		return required(import, "event", "an event");
	if (job.len == 0)
		return required(import, "job", "an event");
	if (event->job == 0 && !creates)
		return import_stop(import, STEP_ERROR, "UNKNOWN_JOB",
		    "job: no job answers to \"%.*s\"", (int)(job.len < 80 ? job.len : 80),
		    job.at);
	if (event->contact == 0 &&
	    (creates || view_is(what, "closing_report") ||
		view_is(what, "end_assignment")))
		return required(import, "contact", "this event");
	return STEP_GO;
}

/* Whether the job has met an event that happened later. Events are taken in the
 * order of the file; that is said, no more. */
static int
note_order(struct happening *event, struct fault *fault)
{
	struct import *import = event->import;
	struct view at = given(import, STATUS_EVENT_AT);
	int64_t time, latest;
	bool has_time;

	if (event->job == 0 || !date_read(at, DATE_ISO, 0, &time, &has_time))
		return 0;
	if (statuses_latest(import->statuses, event->job, &latest, fault) != 0)
		return -1;
	if (time < latest) {
		import->code = "OUT_OF_ORDER";
		buf_clear(&import->message);
		buf_text(&import->message,
		    "a later event of the job was taken before, that of ");
		time_print(&import->message, latest);
	}
	return 0;
}

static int
find_day(struct happening *event, struct fault *fault)
{
	struct view at = given(event->import, STATUS_EVENT_AT);
	int64_t time = txn_now(event->import->txn);
	bool has_time;

	if (at.len > 0)
		(void)date_read(at, DATE_ISO, 0, &time, &has_time);
	import_day(event->import, &event->day, time);
	return buf_check(&event->day, fault);
}

static enum step
take_event(struct happening *event, struct fault *fault)
{
	struct view what = given(event->import, STATUS_EVENT_EVENT);
	enum step step;

	(void)reference_id(given(event->import, STATUS_EVENT_JOB), &event->job);
	event->reference = given(event->import, STATUS_EVENT_CONTACT);
	(void)reference_id(event->reference, &event->contact);
	step = check_event(event, what);
	if (step != STEP_GO)
		return step;
	if (note_order(event, fault) != 0 || find_day(event, fault) != 0)
		return STEP_FAULT;
	if (view_is(what, "job_created"))
		return create_job(event, fault);
	if (view_is(what, "closing_report"))
		return report_closing(event, fault);
	if (view_is(what, "end_assignment"))
		return end_assignment(event, fault);
	return change_job(event, what, fault);
}

enum step
status_row(struct import *import, const struct draft *draft, const struct record *old,
    struct fault *fault)
{
	struct happening event = { .import = import, .draft = draft };
	enum step step;

	if (import->kind == &kind_placement)
		return check_placement(import, old);
	if (import->kind != &kind_status_event || old != NULL)
		return STEP_GO;
	event.form = malloc(sizeof(*event.form));
	if (event.form == NULL) {
		fault_memory(fault);
		return STEP_FAULT;
	}
	step = take_event(&event, fault);
	buf_release(&event.day);
	free(event.form);
	return step;
}
