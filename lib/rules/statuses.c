/* SPDX-License-Identifier: ISC */
/*
 * A contact that something happens to gets an entry in a table: what its
 * statuses are to become, and how many jobs of it are open and assignments of
 * it run. These are counted in the index when they are first asked for, and
 * kept in step from then on, so that the thousandth job of one contact costs
 * what the first one did.
 */
#include "rules/statuses.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "model/settings.h"
#include "model/vocabulary.h"

/* What a status is to become; the values are those of TR-23, TR-26, TR-34 to
 * TR-36, whether they are hidden or not (TR-27). */
enum wanted {
	AS_IT_IS,
	ACTIVE,
	PAST,
	BY_OPEN_JOBS, /* active or past, by what is open in the end */
	ASSIGNED,
	PLACED,
	AFTER_ASSIGNMENT
};

struct wish {
	enum wanted value;
	uint32_t line;
	uint64_t job; /* for whose sake */
};

#define UNCOUNTED UINT64_MAX
#define UNKNOWN	  INT64_MAX

/* Of a contact, or of a job whose events are taken. */
struct entry {
	uint64_t id; /* 0: a free place */
	struct wish client, candidate;
	uint64_t open, running;
	int64_t latest; /* event of a job */
};

struct statuses {
	struct txn *txn;
	struct entry *places;
	size_t count, cap; /* cap is a power of two */
	uint32_t line;
	bool in_order;
	const char *code;
	char message[120];
	struct ids ids; /* scratch */
};

static void
statuses_free(void *at)
{
	struct statuses *statuses = at;

	free(statuses->places);
	ids_release(&statuses->ids);
	free(statuses);
}

static struct entry *
place_of(const struct statuses *statuses, uint64_t id)
{
	size_t mask = statuses->cap - 1;
	size_t at = (size_t)(id * UINT64_C(0x9e3779b97f4a7c15) >> 24) & mask;

	while (statuses->places[at].id != 0 && statuses->places[at].id != id)
		at = (at + 1) & mask;
	return statuses->places + at;
}

static int
grow(struct statuses *statuses, struct fault *fault)
{
	struct statuses wider = *statuses;
	size_t i;

	wider.cap = statuses->cap == 0 ? 256 : statuses->cap * 2;
	wider.places = calloc(wider.cap, sizeof(*wider.places));
	if (wider.places == NULL)
		return fault_memory(fault);
	for (i = 0; i < statuses->cap; i++)
		if (statuses->places[i].id != 0)
			*place_of(&wider, statuses->places[i].id) = statuses->places[i];
	free(statuses->places);
	statuses->places = wider.places;
	statuses->cap = wider.cap;
	return 0;
}

static struct entry *
find_entry(const struct statuses *statuses, uint64_t id)
{
	struct entry *entry = statuses->cap == 0 ? NULL : place_of(statuses, id);

	return entry == NULL || entry->id == 0 ? NULL : entry;
}

/* *entry stays where it is until the next call. */
static int
make_entry(
    struct statuses *statuses, uint64_t id, struct entry **entry, struct fault *fault)
{
	if (statuses->count * 2 >= statuses->cap && grow(statuses, fault) != 0)
		return -1;
	*entry = place_of(statuses, id);
	if ((*entry)->id == 0) {
		statuses->count++;
		**entry = (struct entry){ .id = id,
			.open = UNCOUNTED,
			.running = UNCOUNTED,
			.latest = UNKNOWN };
	}
	return 0;
}

int
status_is_open(struct txn *txn, struct view status, bool *open, struct fault *fault)
{
	const struct vocabulary *vocabulary;
	struct picklist_value value;

	*open = true;
	if (status.len == 0)
		return 0;
	if (vocabulary_of(&vocabulary, txn, fault) != 0)
		return -1;
	*open = vocabulary_find(vocabulary, "job.status", status, &value) && value.open;
	return 0;
}

/* What a job or a placement means for the contact that it names. */
struct role {
	uint64_t contact; /* 0: nobody */
	bool under_way;	  /* the job is open, the assignment runs */
};

static int
job_role(struct txn *txn, struct record job, struct role *role, struct fault *fault)
{
	*role = (struct role){ .contact = 0 };
	if (job.at == NULL)
		return 0;
	(void)reference_id(record_get(job, JOB_CONTACT), &role->contact);
	return status_is_open(txn, record_get(job, JOB_STATUS), &role->under_way, fault);
}

static bool
is_temporary(struct record placement)
{
	return view_is(record_get(placement, PLACEMENT_EMPLOYMENT), "Consultant");
}

static bool
has_ended(struct record placement)
{
	return view_is(record_get(placement, PLACEMENT_ENDED), "true");
}

static int
placement_role(
    struct txn *txn, struct record placement, struct role *role, struct fault *fault)
{
	(void)txn;
	(void)fault;
	*role = (struct role){ .contact = 0 };
	if (placement.at == NULL)
		return 0;
	(void)reference_id(record_get(placement, PLACEMENT_CANDIDATE), &role->contact);
	role->under_way = is_temporary(placement) && !has_ended(placement);
	return 0;
}

typedef int read_role(
    struct txn *txn, struct record record, struct role *role, struct fault *fault);

/* How many records of the kind that name the contact are under way. */
static int
count_under_way(struct statuses *statuses, const struct kind *kind, uint16_t slot,
    read_role *read, uint64_t contact, uint64_t *count, struct fault *fault)
{
	struct record record;
	struct role role;
	size_t i;
	int found;

	*count = 0;
	statuses->ids.count = 0;
	if (index_find(statuses->txn, index_id_key(kind->number, slot, contact),
		&statuses->ids, fault) != 0)
		return -1;
	for (i = 0; i < statuses->ids.count; i++) {
		found = txn_record(statuses->txn, statuses->ids.at[i], &record, fault);
		if (found < 0 ||
		    (found == 1 && record_kind(record) == kind->number &&
			read(statuses->txn, record, &role, fault) != 0))
			return -1;
		if (found == 1 && record_kind(record) == kind->number &&
		    role.contact == contact && role.under_way)
			++*count;
	}
	return 0;
}

static int
count_open(struct statuses *statuses, struct entry *entry, struct fault *fault)
{
	if (entry->open == UNCOUNTED &&
	    count_under_way(statuses, &kind_job, JOB_CONTACT, job_role, entry->id,
		&entry->open, fault) != 0) {
		entry->open = UNCOUNTED;
		return -1;
	}
	return 0;
}

int
statuses_open_jobs(
    struct statuses *statuses, uint64_t contact, uint64_t *count, struct fault *fault)
{
	struct entry *entry;

	if (make_entry(statuses, contact, &entry, fault) != 0 ||
	    count_open(statuses, entry, fault) != 0)
		return -1;
	*count = entry->open;
	return 0;
}

static int
running_assignments(
    struct statuses *statuses, uint64_t contact, uint64_t *count, struct fault *fault)
{
	struct entry *entry;

	if (make_entry(statuses, contact, &entry, fault) != 0)
		return -1;
	if (entry->running == UNCOUNTED &&
	    count_under_way(statuses, &kind_placement, PLACEMENT_CANDIDATE,
		placement_role, contact, &entry->running, fault) != 0) {
		entry->running = UNCOUNTED;
		return -1;
	}
	*count = entry->running;
	return 0;
}

static uint64_t *
counter_of(struct entry *entry, const struct kind *kind)
{
	return kind == &kind_job ? &entry->open : &entry->running;
}

/* Counts that were taken before go along with a change. */
static void
keep_count(const struct statuses *statuses, const struct kind *kind,
    const struct role *was, const struct role *is)
{
	struct entry *entry = find_entry(statuses, was->contact);

	if (entry != NULL && was->under_way && *counter_of(entry, kind) != UNCOUNTED)
		--*counter_of(entry, kind);
	entry = find_entry(statuses, is->contact);
	if (entry != NULL && is->under_way && *counter_of(entry, kind) != UNCOUNTED)
		++*counter_of(entry, kind);
}

/* What says the same again is not why, but of the jobs that are closed it is the
 * last one. */
static void
note_wish(
    const struct statuses *statuses, struct wish *wish, enum wanted wanted, uint64_t job)
{
	if (wish->value != wanted || wanted == BY_OPEN_JOBS)
		*wish = (struct wish){ wanted, statuses->line, job };
}

static void
remark(struct statuses *statuses, const char *code, uint64_t contact, const char *text)
{
	statuses->code = code;
	snprintf(statuses->message, sizeof(statuses->message), "#%llu %s",
	    (unsigned long long)contact, text);
}

/* TW-21: nothing changes who is rejected; then, and when it is gone, 0. */
static int
may_change(struct statuses *statuses, uint64_t contact, struct record *record,
    struct fault *fault)
{
	int found = txn_record(statuses->txn, contact, record, fault);

	if (found != 1 || record_kind(*record) != kind_contact.number)
		return found < 0 ? -1 : 0;
	if (!view_is(record_get(*record, CONTACT_APPROVAL), "Rejected"))
		return 1;
	remark(statuses, "FROZEN", contact, "is rejected, its status stays as it is");
	return 0;
}

static int
note_client(struct statuses *statuses, uint64_t contact, enum wanted wanted, uint64_t job,
    struct fault *fault)
{
	struct record record;
	struct entry *entry;
	int may = may_change(statuses, contact, &record, fault);

	if (may != 1)
		return may;
	if (make_entry(statuses, contact, &entry, fault) != 0)
		return -1;
	note_wish(statuses, &entry->client, wanted, job);
	return 0;
}

/* What the contact of a closed job becomes. Of what is told in order, by the jobs
 * that are open just then; of a snapshot, whose rows have no order, by those that
 * are in the end. */
static int
note_closed(
    struct statuses *statuses, uint64_t contact, uint64_t job, struct fault *fault)
{
	const struct entry *entry = find_entry(statuses, contact);
	uint64_t open;

	if (!statuses->in_order)
		return entry != NULL && entry->client.value == ACTIVE
		    ? 0
		    : note_client(statuses, contact, BY_OPEN_JOBS, job, fault);
	return statuses_open_jobs(statuses, contact, &open, fault) != 0
	    ? -1
	    : note_client(statuses, contact, open > 0 ? ACTIVE : PAST, job, fault);
}

/*
 * TR-23 to TR-33. Two things happen to a job: it is created, or it is closed.
 * Then the contact that it names is Active while any job of it is open, and
 * Past when none is. Everything else is an edit, which changes nobody.
 */
static int
job_changed(void *context, const struct kind *kind, uint64_t id, struct record old,
    struct record new, enum cause cause, struct fault *fault)
{
	struct statuses *statuses = context;
	struct role was, is;

	(void)cause;
	if (job_role(statuses->txn, old, &was, fault) != 0 ||
	    job_role(statuses->txn, new, &is, fault) != 0)
		return -1;
	keep_count(statuses, kind, &was, &is);
	if (is.contact == 0 || !(old.at == NULL || (was.under_way && !is.under_way)))
		return 0;
	return is.under_way ? note_client(statuses, is.contact, ACTIVE, id, fault)
			    : note_closed(statuses, is.contact, id, fault);
}

static uint64_t
job_of(struct record placement)
{
	uint64_t job;

	return reference_id(record_get(placement, PLACEMENT_JOB), &job) ? job : 0;
}

/* TR-34, TR-35, TR-42. */
static int
note_placed(struct statuses *statuses, uint64_t candidate, struct record placement,
    struct fault *fault)
{
	struct record record;
	struct entry *entry;
	int may = may_change(statuses, candidate, &record, fault);

	if (may != 1)
		return may;
	if (make_entry(statuses, candidate, &entry, fault) != 0)
		return -1;
	if (entry->candidate.value == AS_IT_IS &&
	    view_is(record_get(record, CONTACT_CANDIDATE_STATUS), "DNU"))
		remark(statuses, "WAS_DNU", candidate, "was not to be used (DNU)");
	note_wish(statuses, &entry->candidate,
	    is_temporary(placement) ? ASSIGNED : PLACED, job_of(placement));
	return 0;
}

/* TR-36, TR-41: who has another assignment running is still assigned. */
static int
note_ended(struct statuses *statuses, uint64_t candidate, struct record placement,
    struct fault *fault)
{
	struct record record;
	struct entry *entry;
	uint64_t running;
	int may = may_change(statuses, candidate, &record, fault);

	if (may != 1)
		return may;
	if (running_assignments(statuses, candidate, &running, fault) != 0)
		return -1;
	if (running > 0) {
		remark(statuses, "STILL_ASSIGNED", candidate,
		    "has another assignment running and stays assigned");
		return 0;
	}
	if (make_entry(statuses, candidate, &entry, fault) != 0)
		return -1;
	note_wish(statuses, &entry->candidate, AFTER_ASSIGNMENT, job_of(placement));
	return 0;
}

static int
placement_changed(void *context, const struct kind *kind, uint64_t id, struct record old,
    struct record new, enum cause cause, struct fault *fault)
{
	struct statuses *statuses = context;
	struct role was, is;
	bool ends;

	(void)cause;
	(void)id;
	if (placement_role(statuses->txn, old, &was, fault) != 0 ||
	    placement_role(statuses->txn, new, &is, fault) != 0)
		return -1;
	keep_count(statuses, kind, &was, &is);
	if (is.contact == 0)
		return 0;
	ends = is_temporary(new) && has_ended(new) && (old.at == NULL || !has_ended(old));
	if (old.at == NULL && note_placed(statuses, is.contact, new, fault) != 0)
		return -1;
	return ends ? note_ended(statuses, is.contact, new, fault) : 0;
}

static int64_t
time_of(struct record event)
{
	int64_t time = INT64_MIN;
	bool has_time;

	(void)date_read(
	    record_get(event, STATUS_EVENT_AT), DATE_ISO, 0, &time, &has_time);
	return time;
}

int
statuses_latest(
    struct statuses *statuses, uint64_t job, int64_t *latest, struct fault *fault)
{
	struct entry *entry;
	struct record event;
	int64_t time = INT64_MIN;
	size_t i;
	int found;

	if (make_entry(statuses, job, &entry, fault) != 0)
		return -1;
	if (entry->latest == UNKNOWN) {
		statuses->ids.count = 0;
		if (index_find(statuses->txn,
			index_id_key(kind_status_event.number, STATUS_EVENT_JOB, job),
			&statuses->ids, fault) != 0)
			return -1;
		for (i = 0; i < statuses->ids.count; i++) {
			found =
			    txn_record(statuses->txn, statuses->ids.at[i], &event, fault);
			if (found < 0)
				return -1;
			if (found == 1 && time_of(event) > time)
				time = time_of(event);
		}
		entry->latest = time;
	}
	*latest = entry->latest;
	return 0;
}

static int
event_changed(void *context, const struct kind *kind, uint64_t id, struct record old,
    struct record new, enum cause cause, struct fault *fault)
{
	struct entry *entry = NULL;
	uint64_t job;

	(void)kind;
	(void)id;
	(void)old;
	(void)cause;
	(void)fault;
	if (new.at != NULL && reference_id(record_get(new, STATUS_EVENT_JOB), &job))
		entry = find_entry(context, job);
	if (entry != NULL && entry->latest != UNKNOWN && time_of(new) > entry->latest)
		entry->latest = time_of(new);
	return 0;
}

int
statuses_of(struct statuses **out, struct txn *txn, struct fault *fault)
{
	struct txn_kept *kept = txn_kept(txn, KEEP_STATUSES);
	struct statuses *statuses = kept->at;
	struct change_observer jobs = { .kind = &kind_job, .changed = job_changed };
	struct change_observer placements = { .kind = &kind_placement,
		.changed = placement_changed };
	struct change_observer events = { .kind = &kind_status_event,
		.changed = event_changed };

	*out = statuses;
	if (statuses != NULL)
		return 0;
	statuses = calloc(1, sizeof(*statuses));
	if (statuses == NULL)
		return fault_memory(fault);
	statuses->txn = txn;
	kept->at = *out = statuses;
	kept->release = statuses_free;
	jobs.context = placements.context = events.context = statuses;
	return change_observe(txn, &jobs, fault) != 0 ||
		change_observe(txn, &placements, fault) != 0 ||
		change_observe(txn, &events, fault) != 0
	    ? -1
	    : 0;
}

void
statuses_at(struct statuses *statuses, uint64_t line, bool in_order)
{
	statuses->line = (uint32_t)line;
	statuses->in_order = in_order;
}

const char *
statuses_remark(struct statuses *statuses, struct view *message)
{
	const char *code = statuses->code;

	statuses->code = NULL;
	*message = view_of(statuses->message);
	return code;
}

static struct view
value_of(enum wanted wanted, const struct buf *after_assignment)
{
	static const char *const values[] = { [AS_IT_IS] = "",
		[ACTIVE] = "Active",
		[PAST] = "Past",
		[ASSIGNED] = "Assigned",
		[PLACED] = "Placed" };

	return wanted == AFTER_ASSIGNMENT ? buf_as_view(after_assignment)
					  : view_of(values[wanted]);
}

/* Where a status is kept, and for whose sake it was set. */
struct place {
	uint16_t status, job;
	enum cause cause;
};

static int
settle_status(struct statuses *statuses, uint64_t contact, const struct place *place,
    const struct wish *wish, struct view value, struct record_form *form, uint64_t *also,
    struct fault *fault)
{
	struct record record;
	char job[24];
	bool changed;
	int may =
	    wish->value == AS_IT_IS ? 0 : may_change(statuses, contact, &record, fault);

	if (may != 1)
		return may < 0 ? -1 : 0;
	/* Who was Active before had no job that is known of, and has one now (TR-52). */
	if (view_equal(record_get(record, place->status), value) &&
	    (wish->value != ACTIVE || record_get(record, place->job).len > 0))
		return 0;
	snprintf(job, sizeof(job), "%llu", (unsigned long long)wish->job);
	record_form_from(form, record);
	record_form_set(form, place->status, value);
	record_form_set(form, place->job, wish->job == 0 ? view_of(NULL) : view_of(job));
	*also += record_rev(record) != txn_rev(statuses->txn);
	return change_update(statuses->txn, &kind_contact, contact, record, form,
	    wish->line, place->cause, &changed, fault);
}

static int
compare_entries(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	return (x->id > y->id) - (x->id < y->id);
}

/* What was left to the end. */
static int
decide(struct statuses *statuses, struct entry *entry, struct fault *fault)
{
	if (entry->client.value != BY_OPEN_JOBS)
		return 0;
	if (count_open(statuses, entry, fault) != 0)
		return -1;
	entry->client.value = entry->open > 0 ? ACTIVE : PAST;
	return 0;
}

int
statuses_settle(struct statuses *statuses, uint64_t *also, struct fault *fault)
{
	static const struct place client = { CONTACT_CLIENT_STATUS, CONTACT_CLIENT_JOB,
		CAUSE_JOB };
	static const struct place candidate = { CONTACT_CANDIDATE_STATUS,
		CONTACT_CANDIDATE_JOB, CAUSE_PLACEMENT };
	struct record_form *form = malloc(sizeof(*form));
	struct buf after = BUF_EMPTY;
	size_t i, count = 0;
	int result = -1;

	if (form == NULL) {
		fault_memory(fault);
		goto done;
	}
	if (setting_get(&after, statuses->txn, "candidate_status_when_assignment_ended",
		fault) != 0)
		goto done;
	for (i = 0; i < statuses->cap; i++)
		if (statuses->places[i].id != 0)
			statuses->places[count++] = statuses->places[i];
	if (count > 1)
		qsort(
		    statuses->places, count, sizeof(*statuses->places), compare_entries);
	result = 0;
	for (i = 0; result == 0 && i < count; i++) {
		struct entry *entry = statuses->places + i;

		result = decide(statuses, entry, fault);
		if (result == 0)
			result =
			    settle_status(statuses, entry->id, &client, &entry->client,
				value_of(entry->client.value, &after), form, also, fault);
		if (result == 0)
			result = settle_status(statuses, entry->id, &candidate,
			    &entry->candidate, value_of(entry->candidate.value, &after),
			    form, also, fault);
	}
	/* What comes next begins anew. */
	free(statuses->places);
	statuses->places = NULL;
	statuses->count = statuses->cap = 0;
done:
	buf_release(&after);
	free(form);
	return result;
}
