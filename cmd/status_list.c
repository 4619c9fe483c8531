/* SPDX-License-Identifier: ISC */
/*
 * What contact-status prints. Rows go into a listing within a read transaction;
 * the listing waits for its reader when the store is closed.
 */
#include "cli/listing.h"
#include "model/banner.h"
#include "model/derived.h"
#include "model/origin.h"
#include "model/viewer.h"
#include "model/vocabulary.h"
#include "rules/reconcile.h"
#include "rules/selection.h"
#include "status.h"

#define COLUMN(literal, form, stays)                                                   \
	{                                                                              \
		.name = { literal, sizeof(literal) - 1 }, .shape = form, .stay = stays \
	}

struct listed {
	const struct command *command;
	struct listing listing;
	struct store *store;
	struct txn *txn;
	struct banners banners;
	struct reconciling *reconciling;
	struct buf cells[4]; /* scratch */
	bool table;
};

static int
open_listing(struct listed *listed, const struct writer_column *columns, size_t count,
    struct fault *fault)
{
	const char *output = listed->command->shared->output;

	listed->table =
	    output == NULL ? listed->command->terminal : strcmp(output, "table") == 0;
	if (listing_open(
		&listed->listing, listed->command, columns, count, true, fault) != 0 ||
	    command_open_store(&listed->store, listed->command, false, 0, fault) != 0)
		return -1;
	return txn_begin(&listed->txn, listed->store, fault);
}

static int
close_listing(struct listed *listed, int result, struct fault *fault)
{
	size_t i;

	reconciling_free(listed->reconciling);
	txn_end(listed->txn);
	store_close(listed->store);
	if (result == 0)
		result = listing_finish(&listed->listing, fault);
	listing_close(&listed->listing);
	banners_release(&listed->banners);
	for (i = 0; i < sizeof(listed->cells) / sizeof(listed->cells[0]); i++)
		buf_release(&listed->cells[i]);
	return result;
}

/* Puts a number or a field of a contact into the i-th scratch cell. */
static struct view
number(struct listed *listed, size_t i, uint64_t value)
{
	buf_clear(&listed->cells[i]);
	buf_number(&listed->cells[i], value);
	return buf_as_view(&listed->cells[i]);
}

static int
field(struct listed *listed, size_t i, uint64_t id, struct record record, uint16_t slot,
    struct view *value, struct fault *fault)
{
	buf_clear(&listed->cells[i]);
	if (entity_print(&listed->cells[i], listed->txn, &kind_contact, id, record, slot,
		fault) != 0)
		return -1;
	*value = buf_as_view(&listed->cells[i]);
	return buf_check(&listed->cells[i], fault);
}

static int
list_contact(
    struct listed *listed, uint64_t id, struct record record, struct fault *fault)
{
	unsigned char colours[6] = { COLOUR_NONE };
	const struct banner *banner;
	struct view cells[6];
	enum cause cause;
	bool known;

	cells[0] = number(listed, 0, id);
	cells[2] = record_get(record, CONTACT_CLIENT_STATUS);
	cells[3] = record_get(record, CONTACT_CANDIDATE_STATUS);
	if (field(listed, 1, id, record, CONTACT_NAME, &cells[1], fault) != 0 ||
	    field(listed, 2, id, record, VIRTUAL_TYPE, &cells[4], fault) != 0 ||
	    origin_of_status(listed->txn, id, &cause, &known, fault) != 0)
		return -1;
	cells[5] = view_of(known ? cause_name(cause) : "");
	banner = listed->table ? banner_of(&listed->banners, cells[4]) : NULL;
	if (banner != NULL) {
		cells[4] = buf_as_view(&banner->text);
		colours[4] =
		    (unsigned char)writer_colour_by_name(buf_as_view(&banner->colour));
	}
	return listing_coloured(&listed->listing, cells, colours, fault);
}

static int
list_contacts(struct listed *listed, const struct ids *ids, struct fault *fault)
{
	struct record record;
	size_t i;
	int found;

	for (i = 0; i < ids->count; i++) {
		found = txn_record(listed->txn, ids->at[i], &record, fault);
		if (found < 0 ||
		    (found == 1 && list_contact(listed, ids->at[i], record, fault) != 0))
			return -1;
	}
	return 0;
}

int
status_list(struct command *command, bool all, struct fault *fault)
{
	static const struct writer_column columns[] = {
		COLUMN("id", SHAPE_NUMBER, STAY_KEPT),
		COLUMN("name", SHAPE_TEXT, STAY_KEPT),
		COLUMN("client_status", SHAPE_TEXT, STAY_PLAIN),
		COLUMN("candidate_status", SHAPE_TEXT, STAY_PLAIN),
		COLUMN("type", SHAPE_TEXT, STAY_KEPT),
		COLUMN("cause", SHAPE_TEXT, STAY_PLAIN),
	};
	struct listed listed = { .command = command };
	const struct query_options options = { .kind = &kind_contact,
		.me = command->user,
		.now = command->now,
		.optional = all };
	struct ids ids = { NULL, 0, 0 };
	int result = -1;

	if (open_listing(&listed, columns, sizeof(columns) / sizeof(columns[0]), fault) ==
		0 &&
	    banners_load(&listed.banners, listed.txn, fault) == 0 &&
	    selection_find(listed.txn, command->operands, command->operand_count,
		&options, &ids, fault) == 0)
		result = list_contacts(&listed, &ids, fault);
	if (close_listing(&listed, result, fault) == 0)
		result = ids.count > 0 ? EXIT_OK : EXIT_NO_MATCH;
	else
		result = -1;
	ids_release(&ids);
	return result;
}

static int
list_values(struct listed *listed, const struct vocabulary *vocabulary,
    const char *picklist, struct fault *fault)
{
	struct picklist_value value;
	size_t i;

	for (i = 0; vocabulary_value(vocabulary, picklist, i, &value); i++) {
		const struct view cells[] = { view_of(picklist), value.value,
			value.meaning, view_of(value.built_in ? "false" : "true"),
			view_of(value.hiring_manager ? "true" : "false") };

		if (!value.hidden && listing_row(&listed->listing, cells, fault) != 0)
			return -1;
	}
	return 0;
}

int
status_values(struct command *command, struct fault *fault)
{
	static const struct writer_column columns[] = {
		COLUMN("picklist", SHAPE_TEXT, STAY_KEPT),
		COLUMN("value", SHAPE_TEXT, STAY_KEPT),
		COLUMN("meaning", SHAPE_TEXT, STAY_PLAIN),
		COLUMN("custom", SHAPE_FLAG, STAY_KEPT),
		COLUMN("hiring_manager", SHAPE_FLAG, STAY_KEPT),
	};
	static const char *const picklists[] = { "client_status", "candidate_status",
		"job.status", "placement.employment", "email_status" };
	struct listed listed = { .command = command };
	const struct vocabulary *vocabulary;
	size_t i;
	int result = -1;

	if (open_listing(&listed, columns, sizeof(columns) / sizeof(columns[0]), fault) ==
		0 &&
	    vocabulary_of(&vocabulary, listed.txn, fault) == 0)
		result = 0;
	for (i = 0; result == 0 && i < sizeof(picklists) / sizeof(picklists[0]); i++)
		result = list_values(&listed, vocabulary, picklists[i], fault);
	return close_listing(&listed, result, fault) == 0 ? EXIT_OK : -1;
}

static int
judge(struct listed *listed, uint64_t id, struct record record, struct fault *fault)
{
	struct judgement judgement;
	struct view cells[6];

	reconciling_judge(listed->reconciling, id, record, &judgement);
	if (judgement.agreement == AGREES ||
	    view_is(record_get(record, CONTACT_APPROVAL), "Rejected"))
		return 0;
	if (field(listed, 1, id, record, CONTACT_NAME, &cells[2], fault) != 0)
		return -1;
	cells[0] = view_of(judgement.agreement == DISAGREES ? "disagrees" : "note");
	cells[1] = number(listed, 0, id);
	cells[3] = record_get(record, CONTACT_CLIENT_STATUS);
	cells[4] = number(listed, 2, judgement.jobs);
	cells[5] = number(listed, 3, judgement.open);
	return listing_row(&listed->listing, cells, fault);
}

static int
judge_all(struct listed *listed, struct fault *fault)
{
	struct record_walk walk;
	struct record record;
	uint64_t id;
	int found, sees;

	if (reconciling_new(&listed->reconciling, listed->txn, fault) != 0 ||
	    record_walk_open(&walk, listed->txn, 0, fault) != 0)
		return -1;
	while ((found = record_walk_next(&walk, &id, &record, fault)) == 1) {
		if (record_kind(record) != kind_contact.number)
			continue;
		sees = viewer_sees(listed->txn, record, fault);
		if (sees < 0 || (sees == 1 && judge(listed, id, record, fault) != 0)) {
			found = -1;
			break;
		}
	}
	record_walk_close(&walk);
	return found;
}

int
status_check(struct command *command, struct fault *fault)
{
	static const struct writer_column columns[] = {
		COLUMN("finding", SHAPE_TEXT, STAY_KEPT),
		COLUMN("id", SHAPE_NUMBER, STAY_KEPT),
		COLUMN("name", SHAPE_TEXT, STAY_PLAIN),
		COLUMN("client_status", SHAPE_TEXT, STAY_KEPT),
		COLUMN("jobs", SHAPE_NUMBER, STAY_KEPT),
		COLUMN("open_jobs", SHAPE_NUMBER, STAY_KEPT),
	};
	struct listed listed = { .command = command };
	int result = -1;

	if (open_listing(&listed, columns, sizeof(columns) / sizeof(columns[0]), fault) ==
	    0)
		result = judge_all(&listed, fault);
	return close_listing(&listed, result, fault) == 0 ? EXIT_OK : -1;
}
