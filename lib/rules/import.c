/* SPDX-License-Identifier: ISC */
/*
 * A run of rows in order: each is done before the next is begun, so that file
 * order decides (CS-20).
 */
#include "rules/import.h"

#include <stdlib.h>

#include "base/fold.h"
#include "model/references.h"
#include "model/settings.h"
#include "rules/archive.h"
#include "rules/attach.h"
#include "rules/beside.h"
#include "rules/import_run.h"
#include "rules/invite.h"
#include "rules/removal.h"

/* Rows that are looked ahead, so that memory is there when they come. */
#define AHEAD 4

const char *
import_action_name(enum import_action action)
{
	static const char *const names[ACTIONS] = { "created", "updated", "unchanged",
		"skipped", "error", "deleted", "erased", "suppressed", "merged",
		"queued" };

	return names[action];
}

uint64_t
import_illegible(const struct import *import)
{
	return import->missing.illegible;
}

uint64_t
import_file_rows(const struct import *import)
{
	return import->file_rows;
}

const struct import_counts *
import_counts(const struct import *import)
{
	return &import->counts;
}

int
import_field(
    struct import *import, uint16_t slot, const struct field **field, struct fault *fault)
{
	size_t at = (size_t)slot - RECORD_FIXED, count;
	const struct field **extras;

	if (slot < RECORD_FIXED) {
		*field = import->fixed[slot];
		return 0;
	}
	if (at < import->extra_count && import->extras[at] != NULL) {
		*field = import->extras[at];
		return 0;
	}
	if (kind_field_of_slot(import->txn, import->kind, slot, field, fault) != 0)
		return -1;
	if (slot >= FIELD_VIRTUAL)
		return 0;
	if (at >= import->extra_count) {
		count = (at | 63) + 1;
		extras = realloc(import->extras, count * sizeof(*extras));
		if (extras == NULL)
			return fault_memory(fault);
		memset(extras + import->extra_count, 0,
		    (count - import->extra_count) * sizeof(*extras));
		import->extras = extras;
		import->extra_count = count;
	}
	import->extras[at] = *field;
	return 0;
}

void
import_day(const struct import *import, struct buf *out, int64_t time)
{
	date_print(out, time + (int64_t)import->values.zone_minutes * 60);
}

static int
read_settings(struct import *import, struct fault *fault)
{
	struct txn *txn = import->txn;
	struct buf members = BUF_EMPTY;
	int result;

	result = setting_get(
		     &import->client_default, txn, "client_status_default", fault) != 0 ||
		setting_get(&import->candidate_default, txn, "candidate_status_default",
		    fault) != 0 ||
		setting_get(
		    &import->inactive_name, txn, "inactive_organization", fault) != 0 ||
		setting_get(&members, txn, "members", fault) != 0
	    ? -1
	    : 0;
	import->strict_members = view_is(buf_as_view(&members), "strict");
	buf_release(&members);
	return result;
}

/* A field whose value is not computed where it is missing, that is no reference
 * and no list that rows add to, takes a checked cell as it is. */
static void
know_field(struct import *import, const struct field *field)
{
	if (field->slot >= RECORD_FIXED)
		return;
	import->fixed[field->slot] = field;
	import->simple[field->slot] = field->type != TYPE_REFERENCE &&
	    field->derive == NULL &&
	    (field->flags & (FIELD_RULES | FIELD_IMPORT_ADDS)) == 0;
}

/* What --attribute sets is a flag: a field that a person may set, or a declared
 * attribute. */
static int
check_attribute(const struct import *import, struct fault *fault)
{
	const char *name = import->options.attribute;
	const struct field *field =
	    name == NULL ? NULL : kind_field(&kind_contact, view_of(name));
	struct attribute_rule rule;

	if (name == NULL ||
	    (field != NULL && field->type == TYPE_FLAG &&
		(field->flags & (FIELD_RULES | FIELD_DERIVED)) == 0) ||
	    (strncmp(name, "attr.", 5) == 0 &&
		vocabulary_attribute(
		    import->values.vocabulary, view_from(view_of(name), 5), &rule) &&
		rule.type == TYPE_FLAG))
		return 0;
	return fault_set(fault, FAULT_USAGE,
	    "--attribute %s: is no flag; there are do_not_email, do_not_call and each "
	    "attr.NAME that is declared as one (contact-add -k attribute name=NAME "
	    "type=flag)",
	    name);
}

/* The kinds whose records the statuses of contacts follow. */
static bool
is_watched(const struct kind *kind)
{
	return kind == &kind_job || kind == &kind_placement || kind == &kind_status_event;
}

int
import_begin(struct import **out, struct txn *txn, const struct import_options *options,
    const struct import_report *report, struct fault *fault)
{
	struct import *import = calloc(1, sizeof(*import));
	const struct field *field;
	size_t i;

	*out = NULL;
	if (import == NULL)
		return fault_memory(fault);
	for (i = 0; i < options->kind->count; i++)
		know_field(import, options->kind->fields + i);
	import->txn = txn;
	import->kind = options->kind;
	field = kind_field(import->kind, VIEW("organization"));
	import->employer_slot =
	    field != NULL && field->type == TYPE_REFERENCE ? field->slot : FIELD_NONE;
	import->options = *options;
	import->asked_mode = options->mode;
	import->asked_last = options->repeated_last;
	import->values = options->values;
	import->report = *report;
	import->store_was_empty = txn_next_id(txn) == 1;
	import->file_first_id = txn_next_id(txn);
	import->other_emails = !import->store_was_empty;
	if (read_settings(import, fault) != 0 || check_attribute(import, fault) != 0 ||
	    (options->source != NULL &&
		import_text_check(import, "--source",
		    kind_slot(&kind_contact, CONTACT_SOURCE), options->source,
		    fault) != 0) ||
	    import_sets_read(import, fault) != 0 || attach_read(import, fault) != 0 ||
	    (options->campaign != NULL && invite_begin(import, fault) != 0) ||
	    invite_campaign(
		txn, options->decides_campaign, &import->decided_campaign, fault) != 0 ||
	    (options->reconciles &&
		reconciling_new(&import->reconciling, txn, fault) != 0) ||
	    (import->kind == &kind_organization && !options->no_sync &&
		assignees_observe(&import->assignees, txn, fault) != 0) ||
	    (is_watched(import->kind) &&
		statuses_of(&import->statuses, txn, fault) != 0) ||
	    (options->erases &&
		erasing_new(&import->erasing, txn, options->receipt, fault) != 0) ||
	    ((!options->selects || options->edits) &&
		erasures_of(&import->erasures, txn, fault) != 0) ||
	    differences_observe(import, fault) != 0) {
		import_free(import);
		return -1;
	}
	*out = import;
	return 0;
}

void
import_free(struct import *import)
{
	size_t i;

	if (import == NULL)
		return;
	besides_free(import);
	attach_release(import);
	invite_release(import);
	change_unobserve(import->txn, import);
	change_unobserve(import->txn, &import->assignees);
	assignees_release(&import->assignees);
	for (i = 0; i < import->alias_count; i++) {
		free(import->aliases[i].old);
		free(import->aliases[i].master);
	}
	free(import->aliases);
	free(import->keyed);
	free(import->systems.slots);
	free(import->sets);
	free(import->extras);
	buf_release(&import->set_bytes);
	buf_release(&import->source_bytes);
	buf_release(&import->client_default);
	buf_release(&import->candidate_default);
	buf_release(&import->inactive_name);
	match_release(import);
	employers_release(&import->employers);
	arena_release(&import->member_names);
	seen_release(&import->seen);
	reconciling_free(import->reconciling);
	removal_release(&import->removal);
	erasing_free(import->erasing);
	ids_release(&import->missing.seen);
	arena_release(&import->arena);
	ids_release(&import->ids);
	ids_release(&import->others);
	buf_release(&import->text);
	buf_release(&import->scratch);
	buf_release(&import->changed);
	buf_release(&import->message);
	buf_release(&import->kept);
	buf_release(&import->stored);
	buf_release(&import->key_text);
	free(import);
}

/* HS-34: the row's own source goes first, then --source, then the map; CS-43: what
 * came by mail says so. */
static int
name_source(struct import *import, const char *map, bool mail, struct fault *fault)
{
	buf_clear(&import->source_bytes);
	if (import->options.source != NULL)
		buf_view(
		    &import->source_bytes, text_trim(view_of(import->options.source)));
	else if (map == NULL)
		buf_text(&import->source_bytes, "Manual");
	else if (mail)
		buf_text(&import->source_bytes, "Mail");
	else
		buf_printf(&import->source_bytes, "Import: %s", map);
	import->source = buf_as_view(&import->source_bytes);
	return buf_check(&import->source_bytes, fault);
}

/* TR-44: what has no id in its system would come anew every night. */
static int
check_ids(struct import *import, struct fault *fault)
{
	if (import->options.closes_missing && import->systems.own == 0)
		return fault_set(fault, FAULT_INPUT,
		    "--close-missing: no column has the id of a job in an external "
		    "system");
	if (import->systems.own > 0 || import->key.count > 0 ||
	    import->kind == &kind_status_event || plan_is_ours(import->plan))
		return 0;
	return fault_set(fault, FAULT_INPUT,
	    "no column has the id of a %s in its system, so it would be another one "
	    "each time (a column ext.SYSTEM has, and ids that the map knows with "
	    "--map generic:SYSTEM)",
	    import->kind->name);
}

/* CS-43: how a name stands in a mail is no correction of what a person typed, and
 * people write more than once. */
static void
take_manner(struct import *import, bool mail)
{
	struct import_options *options = &import->options;

	options->mode = mail && !options->mode_given ? IMPORT_FILL : import->asked_mode;
	options->repeated_last = import->asked_last || (mail && !options->repeated_given);
}

int
import_rows(
    struct import *import, struct reader *reader, struct plan *plan, struct fault *fault)
{
	struct pipeline_source source;
	struct pipeline *pipeline = NULL;
	struct batch *batch;
	bool mail = reader_format(reader) == READER_MAIL;
	uint64_t id;
	int got = -1;

	import->plan = plan;
	take_manner(import, mail);
	import->file_rows = 0;
	import->file_first_id = txn_next_id(import->txn);
	seen_clear(&import->seen);
	import->missing.seen.count = 0;
	import->missing.illegible = 0;
	if (match_key_read(import, fault) != 0 || match_keys(import, fault) != 0 ||
	    systems_read(import, fault) != 0 ||
	    name_source(import, plan_map(plan), mail, fault) != 0 ||
	    (import->options.needs_ids && check_ids(import, fault) != 0) ||
	    (import->options.missing_from && missing_key(import, fault) != 0))
		return -1;
	import->missing.lists = import->options.missing_from;
	source = (struct pipeline_source){
		.reader = reader,
		.plan = plan,
		.kind = import->kind,
		.keys = import->keyed,
		.key_count = import->keyed_count,
		.store = import->store_was_empty ? NULL : txn_store(import->txn),
		.systems = import->systems,
	};
	if (pipeline_open(&pipeline, &source, fault) != 0)
		return -1;
	while ((got = pipeline_next(pipeline, &batch, fault)) == 1) {
		if (!import->store_was_empty && !import->missing.lists &&
		    match_prefetch(import, batch, fault) != 0) {
			got = -1;
			break;
		}
		for (import->row = 0; import->row < batch->count; import->row++) {
			if (import->row + AHEAD < batch->count && !import->missing.lists)
				match_ahead(import, &batch->drafts[import->row + AHEAD]);
			if (import_take(
				import, &batch->drafts[import->row], &id, fault) != 0)
				break;
		}
		if (import->row < batch->count) {
			got = -1;
			break;
		}
		if (import->report.progress != NULL)
			import->report.progress(import->report.context, batch->done,
			    batch->size, import->counts.read);
	}
	pipeline_close(pipeline);
	import->missing.lists = false;
	if (got == 0 && import_aliases(import, fault) != 0)
		got = -1;
	if (got == 0 && import->options.closes_missing && import->file_rows > 0)
		got = missing_close(import, fault);
	import->plan = NULL;
	return got;
}

int
import_prepare(struct import *import, struct fault *fault)
{
	return match_key_read(import, fault) != 0 ||
		name_source(import, NULL, false, fault) != 0 ||
		match_keys(import, fault) != 0
	    ? -1
	    : systems_read(import, fault);
}

int
import_operands(struct import *import, const char *const *operands, size_t count,
    uint64_t *id, struct fault *fault)
{
	struct draft draft = { .line = 1 };
	struct buf bytes = BUF_EMPTY;
	struct arena keys = ARENA_EMPTY;
	struct cell *cells = NULL;
	struct problem problem;
	int result = -1;

	/* The operands come first: a column that they name may be the key. */
	if (import_cells_read(import, operands, count, &cells, &draft.count, &bytes,
		&problem, fault) == 0 &&
	    import_prepare(import, fault) == 0) {
		draft.cells = cells;
		draft.code = problem.code;
		draft.message = problem.text;
		if (import_own_id(import, &draft, fault) == 0 &&
		    draft_make_keys(&draft, import->kind, import->keyed,
			import->keyed_count, &keys, &import->text, fault) == 0)
			result = import_take(import, &draft, id, fault);
	}
	free(cells);
	arena_release(&keys);
	buf_release(&bytes);
	return result;
}

/* At the end: refuses a run that took more out of use than is usual (A2). */
static int
check_guard(struct import *import, struct fault *fault)
{
	const struct import_options *options = &import->options;
	bool removes = options->removes || options->pairs == PAIRS_MERGED;
	const char *verb = options->erases		  ? "erase"
	    : options->removes				  ? "delete"
	    : options->clear_count > 0			  ? "clear fields of"
	    : options->pairs == PAIRS_MERGED		  ? "merge"
	    : (options->archives & ARCHIVE_INACTIVE) != 0 ? "archive"
	    : (options->archives & ARCHIVE_REJECT) != 0	  ? "reject"
	    : options->missing_from			  ? "archive"
	    : !options->edits				  ? NULL
	    : import->kind == &kind_user		  ? "disable"
							  : "archive";
	uint64_t id, of = removes ? import->taken : 0;
	struct record_walk walk;
	struct record record;
	int found;

	/* Below that nobody needs to know how many there were. */
	if (verb == NULL || options->guard.lifted || import->taken == 0)
		return 0;
	if (options->missing_from)
		return guard_check(&options->guard, verb, "records that are compared",
		    import->taken, import->missing.considered, fault);
	if (record_walk_open(&walk, import->txn, 0, fault) != 0)
		return -1;
	while ((found = record_walk_next(&walk, &id, &record, fault)) == 1)
		of += record_kind(record) == import->kind->number;
	record_walk_close(&walk);
	if (found == 0 && options->erases && !options->consents)
		return fault_set(fault, FAULT_CONFLICT,
		    "this would erase %llu of %llu records, for good: nothing was stored "
		    "(--yes does it)",
		    (unsigned long long)import->taken, (unsigned long long)of);
	return found < 0
	    ? -1
	    : guard_check(&options->guard, verb,
		  import->kind == &kind_contact && !options->removes ? "contacts"
								     : "records",
		  import->taken, of, fault);
}

int
import_finish(struct import *import, bool follows, struct fault *fault)
{
	uint64_t errors =
	    import->options.errors_before + import->counts.by_action[ACTION_ERROR];

	if (import->options.has_max_errors && errors > import->options.max_errors)
		return fault_set(fault, FAULT_INPUT,
		    "%llu row%s in error, "
		    "more than --max-errors %llu allows: nothing was stored",
		    (unsigned long long)errors, errors == 1 ? "" : "s",
		    (unsigned long long)import->options.max_errors);
	if (check_guard(import, fault) != 0 || besides_finish(import, fault) != 0)
		return -1;
	import->line = 0;
	if (references_settle(import->txn, &import->counts.also, fault) != 0 ||
	    employers_settle(import, fault) != 0 ||
	    assignees_settle(
		&import->assignees, import->txn, &import->counts.also, fault) != 0 ||
	    (import->statuses != NULL && !follows &&
		statuses_settle(import->statuses, &import->counts.also, fault) != 0))
		return -1;
	return import->erasing == NULL
	    ? 0
	    : erasing_settle(import->erasing, &import->counts.also, fault);
}
