/* SPDX-License-Identifier: ISC */
/*
 * From the first records of a file to a plan: they are only looked at until it
 * is clear which of them is the header, since that decides about the encoding
 * of the rest.
 */
#include "rules/plan_parts.h"

#include <stdlib.h>

struct search {
	struct candidate candidates[READER_PEEK_MAX];
	size_t count;
	const char *fallback; /* encoding in force while looking */
};

static int
look(struct plan *plan, struct search *search, struct reader *reader, struct fault *fault)
{
	struct candidate *candidate;
	struct row row;
	int got = 1;

	for (search->count = 0; search->count < READER_PEEK_MAX; search->count++) {
		got = reader_peek(reader, search->count, &row, fault);
		if (got != 1)
			break;
		candidate = &search->candidates[search->count];
		candidate->line = row.line;
		candidate->code = row.code;
		candidate->message = row.message;
		if (header_read(&candidate->header, &plan->arena, row.cells,
			row.code == NULL ? row.count : 0, fault) == -1)
			return -1;
	}
	return got == -1 ? -1 : 0;
}

/* `--header LIST`: the names stand for the record that the file lacks. */
static int
put_names(
    struct plan *plan, struct search *search, const char *names, struct fault *fault)
{
	struct view rest = view_of(names), *cells;
	size_t n = 0, i;
	const char *comma;

	cells = arena_take(&plan->arena, (rest.len + 1) * sizeof(*cells));
	if (cells == NULL)
		return fault_memory(fault);
	do {
		comma = memchr(rest.at, ',', rest.len);
		i = comma == NULL ? rest.len : (size_t)(comma - rest.at);
		cells[n++] = view_until(rest, i);
		rest = view_from(rest, i + 1);
	} while (comma != NULL);
	if (search->count == READER_PEEK_MAX)
		search->count--;
	memmove(search->candidates + 1, search->candidates,
	    search->count * sizeof(*search->candidates));
	search->count++;
	search->candidates[0] = (struct candidate){ .line = 0 };
	return header_read(&search->candidates[0].header, &plan->arena, cells, n, fault);
}

static bool
is_undecoded(const struct search *search)
{
	size_t i;

	for (i = 0; i < search->count && i < DETECT_RECORDS; i++) {
		if (search->candidates[i].code != NULL &&
		    strcmp(search->candidates[i].code, "BAD_ENCODING") == 0)
			return true;
	}
	return false;
}

/* A header that is not UTF-8 is read once more in each encoding that a map
 * falls back to; the map found must be one that does. */
static int
look_again(struct verdict *verdict, struct plan *plan, struct search *search,
    struct reader *reader, const struct plan_options *options, struct fault *fault)
{
	struct fault first = *fault, ignored;
	const char *encoding;
	size_t s;

	for (s = 0; s < plan->maps->count; s++) {
		encoding = plan->maps->shapes[s]->encoding;
		if (encoding == NULL ||
		    (search->fallback != NULL && strcmp(encoding, search->fallback) == 0))
			continue;
		search->fallback = encoding;
		reader_set_fallback(reader, encoding);
		if (look(plan, search, reader, fault) == -1)
			return -1;
		if (detect_header(verdict, plan->maps, options, search->candidates,
			search->count, &ignored) == 0 &&
		    verdict->shape->encoding != NULL &&
		    strcmp(verdict->shape->encoding, encoding) == 0)
			return 0;
	}
	reader_set_fallback(reader, NULL);
	*fault = first;
	return -1;
}

static int
find_header(struct verdict *verdict, struct plan *plan, struct search *search,
    struct reader *reader, const struct plan_options *options, struct fault *fault)
{
	bool named = !options->header && options->names != NULL;
	size_t i;

	if (look(plan, search, reader, fault) == -1)
		return -1;
	if (search->count == 0 && !named)
		return fault_set(fault, FAULT_INPUT, "no record");
	/* Its columns are the reader's, whatever they may remind a map of. */
	if (plan->mail) {
		*verdict =
		    (struct verdict){ detect_generic(plan->maps, plan->kind), 0, false };
		return verdict->shape != NULL
		    ? 0
		    : fault_set(fault, FAULT_INPUT, "mail needs the generic map");
	}
	if (named && put_names(plan, search, options->names, fault) == -1)
		return -1;
	if (detect_header(verdict, plan->maps, options, search->candidates,
		named ? 1 : search->count, fault) == -1 &&
	    (named || fault->kind != FAULT_INPUT || !is_undecoded(search) ||
		look_again(verdict, plan, search, reader, options, fault) == -1))
		return -1;
	for (i = 0; i < verdict->record; i++) {
		if (search->candidates[i].code != NULL &&
		    strcmp(search->candidates[i].code, "TOO_LONG") == 0)
			return fault_set(fault, FAULT_INPUT, "line %llu: %s",
			    (unsigned long long)search->candidates[i].line,
			    search->candidates[i].message);
	}
	return 0;
}

/* The header outlives the records that it was found among. */
static int
keep_header(struct plan *plan, const struct header *found, struct fault *fault)
{
	size_t n = found->count, i;

	plan->names = arena_take(&plan->arena, (n + 1) * sizeof(*plan->names));
	plan->cells = arena_take(&plan->arena, (n + 1) * sizeof(*plan->cells));
	plan->states = arena_take(&plan->arena, n + 1);
	plan->column_targets =
	    arena_take(&plan->arena, (n + 1) * sizeof(struct target *));
	if (plan->names == NULL || plan->cells == NULL || plan->states == NULL ||
	    plan->column_targets == NULL)
		return fault_memory(fault);
	memset(plan->column_targets, 0, (n + 1) * sizeof(struct target *));
	for (i = 0; i < n; i++) {
		plan->names[i] = arena_copy(&plan->arena, found->names[i].raw);
		if (plan->names[i].len > 0 && plan->names[i].at == NULL)
			return fault_memory(fault);
		if (found->names[i].text.len == 0)
			plan->names[i] = VIEW("");
		else
			plan->named = i + 1;
	}
	plan->columns = n;
	return header_read(&plan->header, &plan->arena, plan->names, n, fault);
}

static int
take_verdict(struct plan *plan, const struct verdict *verdict,
    const struct plan_options *options, struct fault *fault)
{
	const struct map_shape *shape = verdict->shape;
	char *name;
	int known;

	plan->shape = shape;
	plan->ours = verdict->ours;
	plan->map = shape->map->name;
	plan->system = verdict->ours || !detect_has_system(plan->maps, shape) ? NULL
	    : plan->maps->system != NULL ? plan->maps->system
					 : plan->map;
	name = arena_take(&plan->arena, shape->name.len + 1);
	if (name == NULL)
		return fault_memory(fault);
	memcpy(name, shape->name.at, shape->name.len);
	name[shape->name.len] = '\0';
	plan->shape_name = name;
	known = plan->system == NULL
	    ? 0
	    : txn_name_slot(plan->txn, NAME_EXT, view_of(plan->system), false,
		  &plan->system_slot, fault);
	if (known < 0)
		return -1;
	plan->has_system_slot = known == 1;
	plan->values = options->values;
	if (plan->values.dates == DATE_ISO)
		plan->values.dates = shape->dates;
	plan->blank_clears = options->blank_clears;
	plan->store_sensitive = options->store_sensitive;
	return 0;
}

/* Rows come next; what stood before the header is passed over. */
static int
take_header(struct plan *plan, struct reader *reader, const struct plan_options *options,
    size_t record, struct fault *fault)
{
	struct row row;
	size_t i;

	if (!options->header && options->names != NULL)
		return 0;
	for (i = 0; i <= record; i++) {
		if (reader_next(reader, &row, fault) == -1)
			return -1;
	}
	if (plan->ours && reader_format(reader) == READER_TSV)
		reader_set_escapes(reader, true);
	if (plan->shape->encoding != NULL && !plan->ours)
		reader_set_fallback(reader, plan->shape->encoding);
	return 0;
}

static struct plan *
plan_new(struct maps *maps, struct txn *txn, const struct kind *kind)
{
	struct plan *plan = calloc(1, sizeof(*plan));

	if (plan == NULL)
		return NULL;
	plan->maps = maps;
	plan->txn = txn;
	plan->kind = kind;
	plan->id_column = plan->rev_column = plan->other_column = NO_COLUMN;
	plan->deleted_column = NO_COLUMN;
	plan->master_column = plan->archived_column = NO_COLUMN;
	plan->raw_column = NO_COLUMN;
	return plan;
}

int
plan_make(struct plan **plan, struct maps *maps, struct txn *txn, struct reader *reader,
    const struct plan_options *asked, struct fault *fault)
{
	struct plan *made = plan_new(maps, txn, asked->kind);
	struct search search = { .count = 0 };
	struct plan_options with_names = *asked;
	const struct plan_options *options = asked;
	struct verdict verdict;

	if (made == NULL)
		return fault_memory(fault);
	if (reader_format(reader) == READER_MAIL && mail_prepare(made, fault) == -1)
		goto failed;
	/* Lines of digits are ids, though nothing says so. */
	if (asked->takes != NULL && !asked->pairs && asked->names == NULL) {
		if (look(made, &search, reader, fault) == -1)
			goto failed;
		if (select_bare_ids(search.candidates, search.count)) {
			with_names.header = false;
			with_names.names = "id";
			options = &with_names;
		}
	}
	if (find_header(&verdict, made, &search, reader, options, fault) == -1)
		goto failed;
	if (options->key != NULL && strcmp(options->key, "id") == 0 && !verdict.ours) {
		fault_set(fault, FAULT_INPUT,
		    "--key id: the header has no "
		    "column id of this store");
		goto failed;
	}
	if (take_verdict(made, &verdict, options, fault) == -1 ||
	    keep_header(made, &search.candidates[verdict.record].header, fault) == -1 ||
	    take_header(made, reader, options, verdict.record, fault) == -1 ||
	    plan_bind(made, options, fault) == -1 ||
	    (made->shape->footers != NULL && !made->ours &&
		footer_new(&made->footer, made->shape, fault) == -1))
		goto failed;
	made->txn = NULL;
	*plan = made;
	return 0;
failed:
	plan_free(made);
	return -1;
}

void
plan_free(struct plan *plan)
{
	if (plan == NULL)
		return;
	footer_free(plan->footer);
	buf_release(&plan->explain);
	buf_release(&plan->notes);
	buf_release(&plan->sensitive);
	buf_release(&plan->kept);
	buf_release(&plan->scratch);
	buf_release(&plan->list);
	buf_release(&plan->generic);
	free(plan->targets);
	arena_release(&plan->arena);
	free(plan);
}

int
plan_push(struct plan *plan, const struct row *row, struct fault *fault)
{
	if (plan->footer != NULL)
		return footer_push(plan->footer, row, fault);
	plan->has_row = row != NULL;
	if (row != NULL)
		plan->row = *row;
	return 0;
}

int
plan_pull(
    struct plan *plan, struct arena *arena, struct draft *draft, struct fault *fault)
{
	if (plan->footer != NULL) {
		if (footer_pull(plan->footer, &plan->row) == 0)
			return 0;
	} else if (!plan->has_row) {
		return 0;
	}
	plan->has_row = false;
	return plan_draft(plan, &plan->row, arena, draft, fault) == -1 ? -1 : 1;
}

const char *
plan_map(const struct plan *plan)
{
	return plan->map;
}

const char *
plan_shape(const struct plan *plan)
{
	return plan->shape_name;
}

bool
plan_is_ours(const struct plan *plan)
{
	return plan->ours;
}

const char *
plan_system(const struct plan *plan)
{
	return plan->system != NULL ? plan->system : plan->map;
}

bool
plan_names_system(const struct plan *plan)
{
	return plan->system != NULL;
}

bool
plan_has_ids(const struct plan *plan, uint16_t slot)
{
	return !plan->ours &&
	    ((plan->has_system_slot && plan->system_slot == slot) ||
		target_find(plan, slot) != NULL);
}

bool
plan_reads(const struct plan *plan, uint16_t slot)
{
	const struct target *target = target_find(plan, slot);

	return target != NULL &&
	    (target->sources.count > 0 || target->gathered || target == plan->key);
}

size_t
plan_columns(const struct plan *plan, const struct view **names)
{
	*names = plan->names;
	return plan->columns;
}

size_t
plan_keys(const struct plan *plan, const uint16_t **slots)
{
	*slots = plan->keys;
	return plan->key_count;
}

void
plan_explain(const struct plan *plan, struct buf *out)
{
	if (plan->ours)
		buf_text(out, "format: this store's own columns\n");
	else
		buf_printf(out, "format: %s (map %s, shape %s)\n",
		    plan->shape->title != NULL ? plan->shape->title : plan->shape_name,
		    plan->map, plan->shape_name);
	buf_view(out, buf_as_view(&plan->explain));
}

void
plan_notes(const struct plan *plan, struct buf *out)
{
	buf_view(out, buf_as_view(&plan->notes));
}
