/* SPDX-License-Identifier: ISC */
/*
 * contact-find --duplicates: pairs of records that may be one, best first. With a
 * query those of which at least one matches.
 */
#include "find.h"

#include "cli/row_list.h"
#include "rules/duplicates.h"
#include "rules/likeness.h"

enum cell {
	CELL_ID,
	CELL_OTHER,
	CELL_SCORE,
	CELL_WHY,
	CELL_NAME,
	CELL_OTHER_NAME,
	CELL_EMAIL,
	CELL_OTHER_EMAIL,
	CELLS
};

#define COLUMN(literal, form, stays)                                                   \
	{                                                                              \
		.name = { literal, sizeof(literal) - 1 }, .shape = form, .stay = stays \
	}

static const struct writer_column all[CELLS] = {
	[CELL_ID] = COLUMN("id", SHAPE_NUMBER, STAY_KEPT),
	[CELL_OTHER] = COLUMN("other", SHAPE_NUMBER, STAY_KEPT),
	[CELL_SCORE] = COLUMN("score", SHAPE_NUMBER, STAY_KEPT),
	[CELL_WHY] = COLUMN("why", SHAPE_TEXT, STAY_PLAIN),
	[CELL_NAME] = COLUMN("name", SHAPE_TEXT, STAY_WIDE),
	[CELL_OTHER_NAME] = COLUMN("other_name", SHAPE_TEXT, STAY_WIDE),
	[CELL_EMAIL] = COLUMN("email", SHAPE_TEXT, STAY_WIDE),
	[CELL_OTHER_EMAIL] = COLUMN("other_email", SHAPE_TEXT, STAY_WIDE),
};

static const struct row_columns columns = { "--duplicates", all, CELLS, (1u << CELLS) - 1,
	(1u << CELLS) - 1 };

struct pairing {
	struct search *search;
	struct ids among;
	struct duplicates found;
	struct row_list *rows;
	struct buf cells[CELLS];
};

static int
note_selected(void *context, uint64_t id, struct record record, struct fault *fault)
{
	(void)record;
	return ids_add(context, id, fault);
}

static int
is_seen(const struct pairing *pairing, uint64_t id, struct fault *fault)
{
	struct record record;
	int found = txn_record(pairing->search->txn, id, &record, fault);

	return found == 1 ? viewer_sees(pairing->search->txn, record, fault) : found;
}

/* A pair of which one is not seen tells of nobody (TW-44). */
static int
leave_unseen(struct pairing *pairing, struct fault *fault)
{
	struct duplicates *found = &pairing->found;
	size_t i, kept = 0;
	int seen = 1;

	if (pairing->search->command->viewer->all_contacts)
		return 0;
	for (i = 0; seen >= 0 && i < found->count; i++) {
		seen = is_seen(pairing, found->at[i].id, fault);
		if (seen == 1)
			seen = is_seen(pairing, found->at[i].other, fault);
		if (seen == 1)
			found->at[kept++] = found->at[i];
	}
	found->count = kept;
	return seen < 0 ? -1 : 0;
}

static int
find_pairs(struct pairing *pairing, struct fault *fault)
{
	struct search *search = pairing->search;
	bool every =
	    search->command->operand_count == 0 && search->options->since == NULL;

	if (!every && search_run(search, note_selected, &pairing->among, fault) == -1)
		return -1;
	ids_sort(&pairing->among);
	if (!every && pairing->among.count == 0)
		return 0;
	if (duplicates_find(&pairing->found, search->txn, search->command->kind,
		every ? NULL : &pairing->among, fault) == -1)
		return -1;
	return leave_unseen(pairing, fault);
}

/* Of an organization, which has no address, its domains stand there. */
static int
put_record(struct pairing *pairing, uint64_t id, enum cell name, enum cell email,
    struct fault *fault)
{
	const struct kind *kind = pairing->search->command->kind;
	struct txn *txn = pairing->search->txn;
	struct record record;
	int found = txn_record(txn, id, &record, fault);

	if (found != 1)
		return found;
	return entity_print(&pairing->cells[name], txn, kind, id, record,
		   kind_field(kind, VIEW("name"))->slot, fault) == -1
	    ? -1
	    : entity_print(&pairing->cells[email], txn, kind, id, record,
		  kind == &kind_contact ? CONTACT_EMAIL : ORGANIZATION_DOMAINS, fault);
}

static int
print_pair(struct pairing *pairing, const struct duplicate *pair, struct fault *fault)
{
	struct view cells[CELLS];
	size_t i;

	for (i = 0; i < CELLS; i++)
		buf_clear(&pairing->cells[i]);
	buf_number(&pairing->cells[CELL_ID], pair->id);
	buf_number(&pairing->cells[CELL_OTHER], pair->other);
	buf_number(&pairing->cells[CELL_SCORE], pair->score);
	likeness_print(&pairing->cells[CELL_WHY], pair->why);
	if (put_record(pairing, pair->id, CELL_NAME, CELL_EMAIL, fault) == -1 ||
	    put_record(pairing, pair->other, CELL_OTHER_NAME, CELL_OTHER_EMAIL, fault) ==
		-1)
		return -1;
	for (i = 0; i < CELLS; i++) {
		if (buf_check(&pairing->cells[i], fault) == -1)
			return -1;
		cells[i] = buf_as_view(&pairing->cells[i]);
	}
	return row_list_add(pairing->rows, cells, fault);
}

static int
print_pairs(struct pairing *pairing, struct fault *fault)
{
	struct search *search = pairing->search;
	const struct duplicates *found = &pairing->found;
	size_t i, most = found->count;
	int result = 0;

	if (search->options->has_limit && search->options->limit < most)
		most = (size_t)search->options->limit;
	search->found = found->count;
	for (i = 0; i < most && result == 0; i++) {
		result = print_pair(pairing, found->at + i, fault);
		/* Pairs lie all over the store. */
		if (i % 512 == 511)
			txn_let_go(search->txn);
	}
	return result == -1 ? -1 : 0;
}

/* What many share is said, so that nobody takes it for compared. */
static void
note_crowds(const struct pairing *pairing)
{
	static const char *const one[] = { "e-mail address", "phone number", "domain" };
	static const char *const more[] = { "e-mail addresses", "phone numbers",
		"domains" };
	const struct duplicates *found = &pairing->found;
	struct buf text = BUF_EMPTY;
	size_t i;

	if (found->most == 0 || pairing->search->options->shared.quiet)
		return;
	for (i = 0; i < sizeof(one) / sizeof(one[0]); i++)
		if (found->crowds[i] > 0)
			buf_printf(&text, "%s%llu %s", text.len > 0 ? ", " : "",
			    (unsigned long long)found->crowds[i],
			    found->crowds[i] == 1 ? one[i] : more[i]);
	command_note(pairing->search->command,
	    "not compared by what more than %d share: %s; the most, %llu, that of #%llu",
	    DUPLICATES_CROWD, buf_string(&text), (unsigned long long)found->most,
	    (unsigned long long)found->first);
	buf_release(&text);
}

int
search_duplicates(struct search *search, struct fault *fault)
{
	const struct find_options *options = search->options;
	struct pairing pairing = { .search = search };
	int result = -1;
	size_t i;

	if (!likeness_knows(search->command->kind))
		return fault_set(fault, FAULT_USAGE,
		    "--duplicates: of contacts and organizations, not of kind %s",
		    search->command->kind->name);
	if (row_list_open(&pairing.rows, search->command, &columns, options->columns,
		!options->no_header, fault) == -1 ||
	    search_begin(search, fault) == -1 || find_pairs(&pairing, fault) == -1 ||
	    print_pairs(&pairing, fault) == -1)
		goto done;
	search_end(search);
	note_crowds(&pairing);
	result = row_list_finish(pairing.rows, fault);
done:
	row_list_close(pairing.rows);
	duplicates_release(&pairing.found);
	ids_release(&pairing.among);
	for (i = 0; i < CELLS; i++)
		buf_release(&pairing.cells[i]);
	return result;
}
