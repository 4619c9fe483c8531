/* SPDX-License-Identifier: ISC */
#ifndef UNIT_DRAFTS_H
#define UNIT_DRAFTS_H

/*
 * Reads a text through reader and plan, in a dry run of an empty store, and
 * prints the drafts, one a line: `2 first_name=Ann email=ann@example.org`. A
 * cell that is empty is left out. Between name and `=` stand `~` for a part
 * split off the name, `@` for a reference by id, `!` for one that is only
 * compared, `-` for one to clear. A draft that is not to be applied begins
 * `2 !CODE` or, when it is skipped, `2 -CODE`.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include <sys/mman.h>
#include <unistd.h>

#include "rules/map.h"
#include "table/writer.h"

enum drafts_show { SHOW_CELLS, SHOW_NOTES, SHOW_MESSAGES, SHOW_BLANKS };

struct drafts_case {
	const char *sentence; /* what the case shows, and the rule it proves */
	struct view input;
	const char *expected; /* the drafts, or "fault: ..." */
	const char *shape;    /* expected MAP/SHAPE, or NULL */
	const char *map;      /* NULL: auto */
	const char *kind;     /* NULL: contact */
	const char *key, *names, *encoding;
	bool sensitive, blank_clears;
	enum drafts_show show;
};

#define TEXT(literal)                           \
	{                                       \
		"" literal, sizeof(literal) - 1 \
	}

/* Where the maps are: beside the tests, whatever directory they run in. */
static inline const char *
drafts_maps(void)
{
	const char *source = getenv("CONTACT_SOURCE");
	static char path[4096];

	if (source == NULL)
		source = getenv("srcdir");
	snprintf(path, sizeof(path), "%s/share/maps", source == NULL ? "." : source);
	return path;
}

static inline void
drafts_cell(
    struct buf *out, struct txn *txn, const struct kind *kind, const struct cell *cell)
{
	const struct field *field;
	enum name_class class;
	struct view name, label;
	struct fault fault;

	assert_int_equal(kind_field_of_slot(txn, kind, cell->slot, &field, &fault), 0);
	if (cell->slot >= RECORD_FIXED && cell->slot < FIELD_VIRTUAL) {
		assert_int_equal(
		    txn_slot_name(txn, cell->slot, &class, &name, &label, &fault), 1);
		buf_text(out, class == NAME_EXT ? " ext." : " attr.");
		buf_view(out, name);
	} else {
		buf_printf(out, " %s", field->name);
	}
	if ((cell->flags & CELL_SPLIT) != 0)
		buf_char(out, '~');
	if ((cell->flags & CELL_BY_ID) != 0)
		buf_char(out, '@');
	if ((cell->flags & CELL_READ_ONLY) != 0)
		buf_char(out, '!');
	if ((cell->flags & CELL_CLEAR) != 0)
		buf_char(out, '-');
	buf_char(out, '=');
	show_text(out, cell->value);
}

static inline void
drafts_print(struct buf *out, struct txn *txn, const struct drafts_case *test,
    const struct kind *kind, const struct draft *draft)
{
	size_t i;

	buf_printf(out, "%llu", (unsigned long long)draft->line);
	if (draft->code != NULL)
		buf_printf(out, " %c%s", draft->skipped ? '-' : '!', draft->code);
	if (draft->code != NULL && test->show == SHOW_MESSAGES)
		buf_printf(out, " %u %s", draft->column, draft->message);
	if (draft->has_id)
		buf_printf(out, " id:%llu", (unsigned long long)draft->id);
	if (draft->has_rev)
		buf_printf(out, " rev:%llu", (unsigned long long)draft->rev);
	if (draft->master.len > 0)
		buf_printf(out, " master:%.*s", (int)draft->master.len, draft->master.at);
	if (draft->archived)
		buf_text(out, " archived");
	for (i = 0; i < draft->count; i++) {
		if (i > 0)
			assert_true(draft->cells[i - 1].slot < draft->cells[i].slot);
		if (test->show == SHOW_BLANKS ||
		    (draft->cells[i].flags & CELL_BLANK) == 0)
			drafts_cell(out, txn, kind, &draft->cells[i]);
	}
	for (i = 0; i < draft->by_id_count; i++) {
		buf_text(out, " beside");
		drafts_cell(out, txn, kind, &draft->by_id[i]);
	}
	buf_char(out, '\n');
}

static inline void
drafts_rows(struct buf *out, struct txn *txn, const struct drafts_case *test,
    struct plan *plan, struct reader *reader, const struct kind *kind)
{
	struct arena arena = ARENA_EMPTY;
	struct draft draft;
	struct fault fault;
	struct row row;
	int got = 1;

	while (got == 1) {
		got = reader_next(reader, &row, &fault);
		assert_int_not_equal(got, -1);
		assert_int_equal(plan_push(plan, got == 1 ? &row : NULL, &fault), 0);
		while (plan_pull(plan, &arena, &draft, &fault) == 1)
			drafts_print(out, txn, test, kind, &draft);
	}
	arena_release(&arena);
}

struct drafts_run {
	const struct drafts_case *test;
	struct buf out, shape;
};

static inline int
drafts_work(struct txn *txn, void *context, struct fault *fault)
{
	struct drafts_run *run = context;
	const struct drafts_case *test = run->test;
	struct reader_options reading = { .encoding = test->encoding };
	struct plan_options options = { .map = test->map == NULL ? "auto" : test->map,
		.key = test->key,
		.names = test->names,
		.header = test->names == NULL,
		.store_sensitive = test->sensitive,
		.blank_clears = test->blank_clears };
	struct vocabulary *vocabulary = NULL;
	struct reader *reader = NULL;
	struct plan *plan = NULL;
	struct maps *maps = NULL;
	int fd = memfd_create("test", MFD_CLOEXEC);

	buf_clear(&run->out);
	options.kind = kind_by_name(view_of(test->kind == NULL ? "contact" : test->kind));
	assert_non_null(options.kind);
	assert_int_equal(write(fd, test->input.at, test->input.len), test->input.len);
	assert_int_equal(vocabulary_load(&vocabulary, txn, fault), 0);
	options.values.vocabulary = vocabulary;
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	if (maps_load(&maps, drafts_maps(), test->map, fault) == -1 ||
	    reader_open(&reader, fd, "test", &reading, fault) == -1 ||
	    plan_make(&plan, maps, txn, reader, &options, fault) == -1) {
		buf_printf(&run->out, "fault: %s\n", fault->text);
	} else {
		buf_printf(&run->shape, "%s/%s", plan_map(plan), plan_shape(plan));
		drafts_rows(&run->out, txn, test, plan, reader, options.kind);
		if (test->show == SHOW_NOTES) {
			buf_clear(&run->out);
			plan_notes(plan, &run->out);
		}
	}
	plan_free(plan);
	if (reader != NULL)
		reader_close(reader);
	maps_free(maps);
	vocabulary_free(vocabulary);
	close(fd);
	return 0;
}

/* Whether the case came out as expected; says what it found if not. */
static inline bool
drafts_check(struct store *store, const struct drafts_case *test)
{
	struct run dry = { .now = 1767225600,
		.real = 1767225600,
		.who = "tester",
		.program = "test",
		.options = "",
		.dry = true };
	struct drafts_run run = { test, BUF_EMPTY, BUF_EMPTY };
	struct run_outcome outcome;
	struct fault fault;
	bool good;

	if (store_run(store, &dry, drafts_work, &run, &outcome, &fault) == -1)
		fail_msg("%s: %s", test->sentence, fault.text);
	good = strcmp(buf_string(&run.out), test->expected) == 0 &&
	    (test->shape == NULL || strcmp(buf_string(&run.shape), test->shape) == 0);
	if (!good)
		print_error("%s\nis, as %s:\n%sshould be, as %s:\n%s\n", test->sentence,
		    buf_string(&run.shape), buf_string(&run.out),
		    test->shape == NULL ? "anything" : test->shape, test->expected);
	buf_release(&run.out);
	buf_release(&run.shape);
	return good;
}

static inline void
drafts_check_all(struct store *store, const struct drafts_case *tests, size_t count)
{
	size_t i, failed = 0;

	for (i = 0; i < count; i++)
		failed += !drafts_check(store, &tests[i]);
	assert_int_equal(failed, 0);
}

static inline int
drafts_open(void **state)
{
	static char path[] = "/tmp/contact-test-XXXXXX";
	struct store_options options = { .path = path, .write = true };
	struct store *store;
	struct fault fault;

	if (mkdtemp(path) == NULL || store_open(&store, &options, &fault) == -1)
		return -1;
	*state = store;
	return 0;
}

static inline int
drafts_close(void **state)
{
	struct store *store = *state;
	static const char *const files[] = { "data.mdb", "lock.mdb", "writer.lock" };
	struct buf path = BUF_EMPTY;
	size_t i;

	for (i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		buf_clear(&path);
		buf_printf(&path, "%s/%s", store_path(store), files[i]);
		unlink(buf_string(&path));
	}
	rmdir(store_path(store));
	buf_release(&path);
	store_close(store);
	return 0;
}

#endif
