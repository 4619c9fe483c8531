/* SPDX-License-Identifier: ISC */
/*
 * Picklists: the values that are built in, then those that a store adds by
 * records of kind picklist; and the attributes it declares. All is copied when
 * it is loaded, so that another thread may read cells while the transaction is
 * at work. A record with the name and value of a built-in one can only hide it.
 */
#include "model/vocabulary.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/fold.h"
#include "store/history.h"
#include "store/index.h"

struct built_in {
	const char *picklist; /* in the first row of each, else NULL */
	struct view value, meaning;
	bool hiring_manager, no_mail, open;
};

#define OPEN_ROW(picklist, value, meaning, hiring_manager, no_mail, open)           \
	{                                                                           \
		picklist, { value, sizeof(value) - 1 },                             \
		    { meaning, sizeof(meaning) - 1 }, hiring_manager, no_mail, open \
	}
#define ROW(picklist, value, meaning, hiring_manager, no_mail) \
	OPEN_ROW(picklist, value, meaning, hiring_manager, no_mail, false)

/* TR-4, TR-5, TR-7, TR-45, TR-48, TW-23, HS-38, TW-44. */
static const struct built_in built_ins[] = {
	ROW("client_status", "Active", "current client", true, false),
	ROW(NULL, "Not Applicable", "not a client", false, false),
	ROW(NULL, "Past", "previous client", true, false),
	ROW(NULL, "Prospect", "potential client", true, false),
	ROW("candidate_status", "Assigned", "placed in a consultant position", false,
	    false),
	ROW(NULL, "Consult Hot", "highly qualified, valued, available for consulting",
	    false, false),
	ROW(NULL, "Consult Warm", "qualified, available for consulting", false, false),
	ROW(NULL, "DNU", "do not use", false, true),
	ROW(NULL, "Not Applicable", "not a candidate", false, false),
	ROW(NULL, "Perm Active", "actively looking for permanent positions", false,
	    false),
	ROW(NULL, "Perm Passive", "can be considered for permanent positions", false,
	    false),
	ROW(NULL, "Placed", "placed in a permanent position", false, false),
	ROW(NULL, "Prospect", "a candidate that was added", false, false),
	ROW("approval", "Approved", "in the directory", false, false),
	ROW(NULL, "Pending", "waiting for a decision", false, false),
	ROW(NULL, "Rejected", "out of the directory, frozen", false, false),
	ROW("organization_approval", "None", "nobody asked for approval", false, false),
	ROW(NULL, "Pending", "approval was asked for", false, false),
	ROW(NULL, "Approved", "approved", false, false),
	ROW(NULL, "Rejected", "declined", false, false),
	ROW("visibility", "Everyone", "students and staff", false, false),
	ROW(NULL, "Myself and All Career Advisors", "staff", false, false),
	ROW(NULL, "Only Myself", "who created it", false, false),
	ROW("email_status", "Ok", "takes mail", false, false),
	ROW(NULL, "Bounced", "mail came back", false, true),
	ROW(NULL, "Complained", "reported as unwanted", false, true),
	ROW(NULL, "Invalid", "is no address", false, true),
	OPEN_ROW("job.status", "Open", "being filled", false, false, true),
	OPEN_ROW(NULL, "On Hold", "to be filled later", false, false, true),
	ROW(NULL, "Filled", "somebody was found", false, false),
	ROW(NULL, "Closed", "no longer to be filled", false, false),
	ROW("placement.employment", "Consultant", "temporary, ends by End Assignment",
	    false, false),
	ROW(NULL, "Permanent", "for good", false, false),
	ROW("source", "Manual", "entered by hand", false, false),
	ROW("attribute_type", "text", "any text", false, false),
	ROW(NULL, "flag", "true or false", false, false),
	ROW(NULL, "number", "a decimal number", false, false),
	ROW(NULL, "date", "a day", false, false),
	ROW(NULL, "one-of", "one of the listed values", false, false),
	ROW("contact_type", "Client", "a client only", false, false),
	ROW(NULL, "Candidate", "a candidate only", false, false),
	ROW(NULL, "C&C", "both", false, false),
	ROW(NULL, "None", "neither", false, false),
	ROW("user_status", "none", "no account", false, false),
	ROW(NULL, "pending", "invited, not yet there", false, false),
	ROW(NULL, "active", "may sign in", false, false),
	ROW(NULL, "archived", "shut out", false, false),
	ROW("note.type", "Note", "something to know", false, false),
	ROW(NULL, "Meeting", "a talk that took place or will", false, false),
	ROW(NULL, "Task", "something to be done", false, false),
	ROW("note.privacy", "Institution", "all who see the contact", false, false),
	ROW(NULL, "Personal", "its author alone", false, false),
	ROW("event.type", "Event", "of any other kind", false, false),
	ROW(NULL, "Career Fair", "a fair with several employers", false, false),
	ROW(NULL, "Career Fair Registration", "an employer signed up for a fair", false,
	    false),
	ROW(NULL, "Employer Approval Request", "an employer asked to be approved", false,
	    false),
	ROW(NULL, "Information Session", "an employer presents itself", false, false),
	ROW(NULL, "Interview", "a talk about a position", false, false),
	ROW("participation.role", "Participant", "takes part", false, false),
	ROW(NULL, "Point of Contact", "whom to ask", false, false),
	ROW("user_type", "Internal", "a member of the institution", false, false),
	ROW(NULL, "External", "a person outside, such as a client contact", false, false),
	ROW("role.rights", "crm=none", "no program does anything", false, false),
	ROW(NULL, "crm=view", "to find", false, false),
	ROW(NULL, "crm=edit", "to add, edit, set statuses, invite, archive", false,
	    false),
	ROW(NULL, "crm=admin", "everything in the store", false, false),
	ROW(NULL, "mail=none", "left to the mail program", false, false),
	ROW(NULL, "mail=view", "left to the mail program", false, false),
	ROW(NULL, "mail=edit", "left to the mail program", false, false),
	ROW(NULL, "mail=admin", "left to the mail program", false, false),
	ROW(NULL, "users=none", "no users or roles", false, false),
	ROW(NULL, "users=view", "to see users and roles, as crm=view does", false, false),
	ROW(NULL, "users=edit", "to make users of contacts", false, false),
	ROW(NULL, "users=admin", "to change users and roles", false, false),
	ROW(NULL, "store=none", "no upkeep of the store", false, false),
	ROW(NULL, "store=view", "to look at the store, as crm=view does", false, false),
	ROW(NULL, "store=edit", "to look at the store, as crm=view does", false, false),
	ROW(NULL, "store=admin", "settings and upkeep of the store", false, false),
	ROW("campaign.state", "queued", "nothing is sent yet", false, false),
	ROW(NULL, "sending", "some are sent, some are queued", false, false),
	ROW(NULL, "unknown", "nothing is queued, some may have been sent", false, false),
	ROW(NULL, "held", "nothing is queued, some wait from a backup", false, false),
	ROW(NULL, "done", "nothing waits", false, false),
	ROW("invitation.scenario", "new_company", "the organization is made on joining",
	    false, false),
	ROW(NULL, "join_auto", "joins the organization at once", false, false),
	ROW(NULL, "join_distributed", "asks to join one of several that share a domain",
	    false, false),
	ROW(NULL, "join_request", "asks the organization to join", false, false),
	ROW(NULL, "existing_user", "has an account already", false, false),
	ROW("invitation.state", "queued", "to be sent", false, false),
	ROW(NULL, "held", "was queued in a backup, and waits", false, false),
	ROW(NULL, "unknown", "begun to be sent, and not known to be", false, false),
	ROW(NULL, "failed", "could not be sent", false, false),
	ROW(NULL, "suppressed", "not to be sent", false, false),
	ROW(NULL, "already_user", "has an account, gets no mail", false, false),
	ROW(NULL, "sent", "handed over to the mail system", false, false),
	ROW(NULL, "pending", "joined, waits for a decision", false, false),
	ROW(NULL, "approved", "joined and approved", false, false),
	ROW(NULL, "declined", "joined and declined", false, false),
	ROW(NULL, "joined", "joined with a new organization", false, false),
	ROW("invitation_event.step", "visited", "saw the page of the link", false, false),
	ROW(NULL, "details", "filled in details", false, false),
	ROW(NULL, "confirmed", "confirmed the address", false, false),
	ROW(NULL, "connected", "connected with schools", false, false),
	ROW(NULL, "joined", "joined, or asked to", false, false),
	ROW(NULL, "created", "made an account", false, false),
	ROW(NULL, "approved", "was let in", false, false),
	ROW(NULL, "declined", "was not let in", false, false),
	ROW(NULL, "bounced", "mail came back", false, false),
	ROW(NULL, "complained", "called the mail spam", false, false),
	ROW(NULL, "unsubscribed", "wants no more mail", false, false),
	ROW("status_event.event", "job_created", "a job came", false, false),
	ROW(NULL, "job_edited", "a job has another contact", false, false),
	ROW(NULL, "job_closed", "a job is no longer to be filled", false, false),
	ROW(NULL, "job_reopened", "a job is to be filled after all", false, false),
	ROW(NULL, "closing_report", "a candidate was placed", false, false),
	ROW(NULL, "end_assignment", "a temporary placement ended", false, false),
};

#define BUILT_INS (sizeof(built_ins) / sizeof(built_ins[0]))

/* Those of computed fields and of what rules act upon: no record can add a value
 * or hide one. */
static const char *const computed[] = { "contact_type", "user_status",
	"status_event.event", "placement.employment", "note.privacy", "user_type",
	"role.rights", "campaign.state", "invitation.scenario", "invitation.state",
	"invitation_event.step" };

struct added {
	struct view picklist;
	struct picklist_value value;
};

struct declared {
	struct view name;
	struct attribute_rule rule;
};

struct vocabulary {
	struct arena arena;
	struct added *added;
	size_t added_count;
	struct declared *attributes; /* by name */
	size_t attribute_count;
	bool hidden[BUILT_INS];
};

static void
built_in_value(
    const struct vocabulary *vocabulary, size_t index, struct picklist_value *value)
{
	const struct built_in *row = &built_ins[index];

	*value = (struct picklist_value){
		.value = row->value,
		.meaning = row->meaning,
		.built_in = true,
		.hiring_manager = row->hiring_manager,
		.no_mail = row->no_mail,
		.open = row->open,
		.hidden = vocabulary != NULL && vocabulary->hidden[index],
	};
}

/* The rows of a picklist are those from *first on and below *end. */
static void
built_in_range(struct view picklist, size_t *first, size_t *end)
{
	size_t i = 0;

	while (i < BUILT_INS &&
	    (built_ins[i].picklist == NULL || !view_is(picklist, built_ins[i].picklist)))
		i++;
	*first = i;
	while (i < BUILT_INS && (i == *first || built_ins[i].picklist == NULL))
		i++;
	*end = i;
}

bool
vocabulary_computed(struct view picklist)
{
	for (size_t i = 0; i < sizeof(computed) / sizeof(computed[0]); i++)
		if (view_is(picklist, computed[i]))
			return true;
	return false;
}

bool
vocabulary_value(const struct vocabulary *vocabulary, const char *picklist, size_t index,
    struct picklist_value *value)
{
	size_t first, end;

	built_in_range(view_of(picklist), &first, &end);
	if (index < end - first) {
		built_in_value(vocabulary, first + index, value);
		return true;
	}
	index -= end - first;
	for (size_t i = 0; vocabulary != NULL && i < vocabulary->added_count; i++) {
		if (!view_is(vocabulary->added[i].picklist, picklist))
			continue;
		if (index-- == 0) {
			*value = vocabulary->added[i].value;
			return true;
		}
	}
	return false;
}

static unsigned char
plain(char c)
{
	if (c == '_' || c == '-')
		return ' ';
	return (unsigned char)(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
}

/* Whether text is a way to write value (TR-6). */
static bool
reads_as(struct view text, struct view value)
{
	size_t at = 0;

	if (text.len == value.len) {
		while (at < text.len && plain(text.at[at]) == plain(value.at[at]))
			at++;
		if (at == text.len)
			return true;
	}
	if (text.len == 3 && view_is(value, "Not Applicable"))
		return fold_search_equal(text, VIEW("n/a"));
	return !(utf8_is_ascii(text) && utf8_is_ascii(value)) &&
	    fold_search_equal(text, value);
}

static bool
is_meant(struct view text, struct view value, bool exactly)
{
	return exactly ? view_equal(text, value) : reads_as(text, value);
}

/* Finds a value that is text byte by byte, or one that text reads as. */
static bool
find_value(const struct vocabulary *vocabulary, struct view picklist, struct view text,
    bool exactly, struct picklist_value *value)
{
	const struct added *added;
	size_t first, end;

	built_in_range(picklist, &first, &end);
	for (; first < end; first++) {
		if (is_meant(text, built_ins[first].value, exactly)) {
			built_in_value(vocabulary, first, value);
			return true;
		}
	}
	for (size_t i = 0; vocabulary != NULL && i < vocabulary->added_count; i++) {
		added = &vocabulary->added[i];
		if (view_equal(added->picklist, picklist) &&
		    is_meant(text, added->value.value, exactly)) {
			*value = added->value;
			return true;
		}
	}
	return false;
}

bool
vocabulary_find(const struct vocabulary *vocabulary, const char *picklist,
    struct view text, struct picklist_value *value)
{
	struct view name = view_of(picklist);

	return find_value(vocabulary, name, text, true, value) ||
	    find_value(vocabulary, name, text, false, value);
}

static int
compare_declared(const void *a, const void *b)
{
	return view_compare(
	    ((const struct declared *)a)->name, ((const struct declared *)b)->name);
}

bool
vocabulary_attribute(
    const struct vocabulary *vocabulary, struct view name, struct attribute_rule *rule)
{
	struct declared key = { .name = name }, *found;

	if (vocabulary == NULL || vocabulary->attribute_count == 0)
		return false;
	found = bsearch(&key, vocabulary->attributes, vocabulary->attribute_count,
	    sizeof(key), compare_declared);
	if (found == NULL)
		return false;
	*rule = found->rule;
	return true;
}

bool
vocabulary_declared(const struct vocabulary *vocabulary, size_t index, struct view *name,
    struct attribute_rule *rule)
{
	if (vocabulary == NULL || index >= vocabulary->attribute_count)
		return false;
	*name = vocabulary->attributes[index].name;
	*rule = vocabulary->attributes[index].rule;
	return true;
}

/* Room for one more row behind count; NULL when memory ran out and the rows
 * are as before. Room doubles whenever count is a power of two. */
static void *
room_for_one(void *rows, size_t count, size_t size)
{
	if (count > 0 && (count & (count - 1)) != 0)
		return rows;
	return reallocarray(rows, count == 0 ? 1 : 2 * count, size);
}

/* A copy of a field that outlives the transaction. */
static int
keep(struct vocabulary *vocabulary, struct view text, struct view *copy,
    struct fault *fault)
{
	*copy = arena_copy(&vocabulary->arena, text);
	return copy->at == NULL && text.len > 0 ? fault_memory(fault) : 0;
}

static bool
is_set(struct record record, uint16_t slot)
{
	return view_is(record_get(record, slot), "true");
}

/* Whether the value is built in; then the record can hide it, no more. */
static bool
is_built_in(
    struct vocabulary *vocabulary, struct view picklist, struct view value, bool hidden)
{
	size_t first, end;

	built_in_range(picklist, &first, &end);
	for (; first < end; first++) {
		if (reads_as(value, built_ins[first].value)) {
			vocabulary->hidden[first] = hidden;
			return true;
		}
	}
	return false;
}

static int
add_value(struct vocabulary *vocabulary, struct record record, struct fault *fault)
{
	struct added *added;
	struct view picklist = record_get(record, PICKLIST_NAME);
	struct view value = record_get(record, PICKLIST_VALUE);
	bool hidden = is_set(record, PICKLIST_HIDDEN);

	if (value.len == 0 || vocabulary_computed(picklist) ||
	    is_built_in(vocabulary, picklist, value, hidden))
		return 0;
	added = room_for_one(vocabulary->added, vocabulary->added_count, sizeof(*added));
	if (added == NULL)
		return fault_memory(fault);
	vocabulary->added = added;
	added += vocabulary->added_count;
	*added =
	    (struct added){ .value = {
				.open = is_set(record, PICKLIST_OPEN),
				.hidden = hidden,
				.hiring_manager = is_set(record, PICKLIST_HIRING_MANAGER),
				.no_mail = is_set(record, PICKLIST_NO_MAIL),
			    } };
	if (keep(vocabulary, picklist, &added->picklist, fault) == -1 ||
	    keep(vocabulary, value, &added->value.value, fault) == -1 ||
	    keep(vocabulary, record_get(record, PICKLIST_MEANING), &added->value.meaning,
		fault) == -1)
		return -1;
	vocabulary->added_count++;
	return 0;
}

static enum value_type
type_of(struct view name)
{
	static const struct {
		const char *name;
		enum value_type type;
	} types[] = {
		{ "flag", TYPE_FLAG },
		{ "number", TYPE_NUMBER },
		{ "date", TYPE_DATE },
		{ "one-of", TYPE_PICKLIST },
	};

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (view_is(name, types[i].name))
			return types[i].type;
	return TYPE_TEXT;
}

static int
add_attribute(struct vocabulary *vocabulary, struct record record, struct fault *fault)
{
	struct buf name = BUF_EMPTY;
	struct declared *declared;
	int result = -1;

	declared = room_for_one(
	    vocabulary->attributes, vocabulary->attribute_count, sizeof(*declared));
	if (declared == NULL)
		return fault_memory(fault);
	vocabulary->attributes = declared;
	declared += vocabulary->attribute_count;
	attribute_name(&name, record_get(record, ATTRIBUTE_NAME));
	if (buf_check(&name, fault) == -1)
		goto done;
	declared->rule.type = type_of(record_get(record, ATTRIBUTE_TYPE));
	declared->rule.no_mail = is_set(record, ATTRIBUTE_NO_MAIL);
	if (keep(vocabulary, buf_as_view(&name), &declared->name, fault) == -1 ||
	    keep(vocabulary, record_get(record, ATTRIBUTE_VALUES), &declared->rule.values,
		fault) == -1)
		goto done;
	vocabulary->attribute_count++;
	result = 0;
done:
	buf_release(&name);
	return result;
}

/* Calls add for every record of a kind that has a name, in order of id. */
static int
load_kind(struct vocabulary *vocabulary, struct txn *txn, const struct kind *kind,
    uint16_t name,
    int (*add)(struct vocabulary *vocabulary, struct record record, struct fault *fault),
    struct fault *fault)
{
	struct ids ids = { NULL, 0, 0 };
	struct record record;
	int result = -1, found;

	if (index_find_prefix(txn, kind->number, name, view_make(NULL, 0), &ids, fault) ==
	    -1)
		goto done;
	ids_sort(&ids);
	for (size_t i = 0; i < ids.count; i++) {
		found = txn_record(txn, ids.at[i], &record, fault);
		if (found == -1)
			goto done;
		if (found == 0 || record_kind(record) != kind->number ||
		    record_get(record, name).len == 0)
			continue;
		/* A transaction may show what is deleted, but it rules nothing. */
		found = txn_deleted(txn, ids.at[i], fault);
		if (found == -1 || (found == 0 && add(vocabulary, record, fault) == -1))
			goto done;
	}
	result = 0;
done:
	ids_release(&ids);
	return result;
}

int
vocabulary_load(struct vocabulary **vocabulary, struct txn *txn, struct fault *fault)
{
	struct vocabulary *loaded = calloc(1, sizeof(*loaded));

	if (loaded == NULL)
		return fault_memory(fault);
	if (txn != NULL &&
	    (load_kind(loaded, txn, &kind_picklist, PICKLIST_NAME, add_value, fault) ==
		    -1 ||
		load_kind(loaded, txn, &kind_attribute, ATTRIBUTE_NAME, add_attribute,
		    fault) == -1)) {
		vocabulary_free(loaded);
		return -1;
	}
	if (loaded->attribute_count > 1)
		qsort(loaded->attributes, loaded->attribute_count,
		    sizeof(*loaded->attributes), compare_declared);
	*vocabulary = loaded;
	return 0;
}

void
vocabulary_free(struct vocabulary *vocabulary)
{
	if (vocabulary == NULL)
		return;
	arena_release(&vocabulary->arena);
	free(vocabulary->added);
	free(vocabulary->attributes);
	free(vocabulary);
}
