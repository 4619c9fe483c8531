/* SPDX-License-Identifier: ISC */
/*
 * Records by id, beside a plain table of what each id holds and of what it
 * held when a run changed it first: that is its before-image of this run.
 */
#include "storing.h"

#include <endian.h>

enum { IDS = 700, KIND = 3 };

static struct model {
	char *text[IDS]; /* what it holds; NULL: not there */
	struct image {
		uint64_t id, rev;
		char *text;
	} images[20000];
	size_t image_count;
	uint64_t created_by[IDS], changed_by[IDS];
	uint64_t next_id;
} * model;

static int
model_begin(void **state)
{
	model = calloc(1, sizeof(*model));
	if (model == NULL)
		return -1;
	model->next_id = 1;
	return storing_begin(state);
}

static int
model_end(void **state)
{
	for (size_t i = 0; i < IDS; i++)
		free(model->text[i]);
	for (size_t i = 0; i < model->image_count; i++)
		free(model->images[i].text);
	free(model);
	return storing_end(state);
}

/* Mostly short, now and then more than a page or than 64 KiB. */
static char *
random_text(void)
{
	size_t len = 1 +
	    storing_random(storing_random(20) == 0 ? 9000
		    : storing_random(100) == 0	   ? 100000
						   : 60);
	char *text = malloc(len + 1);

	assert_non_null(text);
	memset(text, (int)('a' + storing_random(26)), len);
	text[len] = '\0';
	return text;
}

static void
compare_record(struct record record, uint64_t id)
{
	assert_true(view_is(record_get(record, 2), model->text[id]));
	assert_true(view_is(record_get(record, 70), "extra"));
	assert_int_equal(record_kind(record), KIND);
	assert_int_equal(record_created(record), model->created_by[id]);
	assert_int_equal(record_rev(record), model->changed_by[id]);
	assert_int_equal(record_line(record), id);
}

static void
compare_walk(struct txn *txn, uint64_t from)
{
	struct record_walk walk;
	struct record record;
	struct fault fault;
	uint64_t id, next = from;
	int found;

	must(record_walk_open(&walk, txn, from, &fault), &fault);
	while ((found = record_walk_next(&walk, &id, &record, &fault)) == 1) {
		for (; next < id; next++)
			assert_null(model->text[next]);
		compare_record(record, id);
		next = id + 1;
	}
	must(found, &fault);
	for (; next < IDS; next++)
		assert_null(model->text[next]);
	record_walk_close(&walk);
}

static struct record
find(struct txn *txn, uint64_t id)
{
	struct record record = { NULL, 0 };
	struct fault fault;
	int found = txn_record(txn, id, &record, &fault);

	must(found, &fault);
	assert_int_equal(found, model->text[id] != NULL);
	if (found == 1)
		compare_record(record, id);
	return record;
}

static struct record_form *
form_of(const char *text)
{
	static struct record_form form;

	record_form_clear(&form);
	record_form_set(&form, 2, view_of(text));
	record_form_set(&form, 70, VIEW("extra"));
	return &form;
}

static void
compare_written(struct txn *txn, const char *text)
{
	assert_true(record_sound(txn_written(txn)));
	assert_true(view_is(record_get(txn_written(txn), 2), text));
}

static void
create(struct txn *txn, struct fault *fault)
{
	char *text = random_text();
	uint64_t id;

	must(txn_create(txn, KIND, form_of(text), (uint32_t)model->next_id, CAUSE_ROW,
		 &id, fault),
	    fault);
	assert_int_equal(id, model->next_id);
	compare_written(txn, text);
	model->text[id] = text;
	model->created_by[id] = model->changed_by[id] = txn_rev(txn);
	model->next_id++;
}

/* The first time in a run, what was there becomes the before-image. */
static void
take_image(struct txn *txn, uint64_t id)
{
	if (model->changed_by[id] == txn_rev(txn)) {
		free(model->text[id]);
		return;
	}
	assert_true(model->image_count < COUNT(model->images));
	model->images[model->image_count++] =
	    (struct image){ id, txn_rev(txn), model->text[id] };
}

static void
change(struct txn *txn, uint64_t id, bool remove, struct fault *fault)
{
	struct record old = find(txn, id);
	char *text = remove ? NULL : random_text();

	if (remove) {
		must(txn_remove(txn, id, old, fault), fault);
	} else {
		must(txn_replace(
			 txn, id, old, form_of(text), (uint32_t)id, CAUSE_ROW, fault),
		    fault);
		compare_written(txn, text);
	}
	take_image(txn, id);
	model->text[id] = text;
	model->changed_by[id] = txn_rev(txn);
}

static int
change_at_random(struct txn *txn, void *context, struct fault *fault)
{
	unsigned steps = *(unsigned *)context;

	assert_int_equal(txn_first_id(txn), model->next_id);
	while (steps-- > 0) {
		/* The last record is where appending and removing meet. */
		uint64_t id = storing_random(3) == 0 ? model->next_id - 1
						     : 1 + storing_random(model->next_id);

		find(txn, id);
		if (storing_random(3) == 0 && model->next_id + 1 < IDS)
			create(txn, fault);
		else if (model->text[id] != NULL)
			change(txn, id, storing_random(3) == 0, fault);
		find(txn, id);
		find(txn, model->next_id - 1);
	}
	compare_walk(txn, 1);
	assert_int_equal(txn_next_id(txn), model->next_id);
	return txn_set(txn, "steps", VIEW("done"), fault);
}

static int
remove_all(struct txn *txn, void *context, struct fault *fault)
{
	(void)context;
	for (uint64_t id = 1; id < model->next_id; id++)
		if (model->text[id] != NULL)
			change(txn, id, true, fault);
	compare_walk(txn, 1);
	return txn_set(txn, "all", VIEW("gone"), fault);
}

static const struct image *
image_of(uint64_t id, uint64_t rev)
{
	for (size_t i = 0; i < model->image_count; i++)
		if (model->images[i].id == id && model->images[i].rev == rev)
			return &model->images[i];
	return NULL;
}

static void
compare_images(struct txn *txn)
{
	struct engine_cursor *cursor;
	struct view key = { NULL, 0 }, value;
	struct fault fault;
	size_t count = 0;
	int found;

	must(engine_cursor_open(&cursor, txn_engine(txn), TREE_IMAGES, &fault), &fault);
	for (found = engine_first(cursor, &key, &value, &fault); found == 1;
	     found = engine_next(cursor, &key, &value, &fault)) {
		struct record record = { (const unsigned char *)value.at, value.len };
		const struct image *image;
		uint64_t part[2];

		/* Longer ones are of settings. */
		if (key.len > sizeof(part))
			continue;
		assert_int_equal(key.len, sizeof(part));
		memcpy(part, key.at, sizeof(part));
		image = image_of(be64toh(part[0]), be64toh(part[1]));
		assert_non_null(image);
		assert_true(record_sound(record));
		assert_true(record_rev(record) < image->rev);
		assert_true(view_is(record_get(record, 2), image->text));
		count++;
	}
	engine_cursor_close(cursor);
	assert_int_equal(count, model->image_count);
}

static void
compare_all(void)
{
	struct txn *txn = storing_read();

	compare_walk(txn, 1);
	compare_walk(txn, model->next_id / 2);
	compare_walk(txn, model->next_id);
	for (uint64_t id = 0; id < model->next_id + 2 && id < IDS; id++)
		find(txn, id);
	compare_images(txn);
	txn_end(txn);
}

static void
records_and_images_are_kept(void **state)
{
	unsigned steps;

	(void)state;
	storing_seed();
	for (int runs = 0; runs < 30; runs++) {
		steps = (unsigned)(runs % 2 == 0 ? 1 + storing_random(8)
						 : storing_random(500));
		storing_run(change_at_random, &steps);
		compare_all();
		/* An empty tree in the middle, and ids go on. */
		if (runs == 7) {
			storing_run(remove_all, NULL);
			compare_all();
		}
	}
}

static int
change_while_walking(struct txn *txn, void *context, struct fault *fault)
{
	struct record_walk walk;
	struct record record;
	uint64_t id, seen = 0;
	int found;

	(void)context;
	must(record_walk_open(&walk, txn, 1, fault), fault);
	while ((found = record_walk_next(&walk, &id, &record, fault)) == 1) {
		assert_true(id > seen);
		/* None that was there is passed over. */
		while (++seen < id)
			assert_null(model->text[seen]);
		change(txn, id, false, fault);
	}
	must(found, fault);
	record_walk_close(&walk);
	while (++seen < model->next_id)
		assert_null(model->text[seen]);
	return 0;
}

static void
a_walk_goes_on_while_records_change(void **state)
{
	unsigned steps = 400;

	(void)state;
	storing_seed();
	storing_run(change_at_random, &steps);
	storing_run(change_while_walking, NULL);
	storing_run(change_while_walking, NULL);
	compare_all();
}

static int
create_full(struct txn *txn, void *context, struct fault *fault)
{
	struct record_form *form = form_of("x");
	uint64_t id;

	(void)context;
	for (uint16_t i = 0; i < RECORD_EXTRAS + 1; i++)
		record_form_set(form, (uint16_t)(100 + i), VIEW("y"));
	return txn_create(txn, KIND, form, 0, CAUSE_ROW, &id, fault);
}

static void
a_record_with_too_many_extras_is_refused(void **state)
{
	struct run_outcome outcome;
	struct fault fault;

	(void)state;
	assert_int_equal(store_run(storing_store, storing_run_of(STORING_NOW, false),
			     create_full, NULL, &outcome, &fault),
	    -1);
	assert_int_equal(fault.kind, FAULT_INPUT);
	assert_string_equal(fault.text, "a record has more than 2048 attributes");
}

static int
damage_one(struct txn *txn, void *context, struct fault *fault)
{
	uint64_t key = htobe64(1);
	struct buf copy = BUF_EMPTY;
	struct record record = find(txn, 1);

	(void)context;
	buf_put(&copy, record.at, record.len);
	copy.at[copy.len - 1] ^= 4;
	must(engine_put(txn_engine(txn), TREE_RECORDS, view_make((char *)&key, 8),
		 buf_as_view(&copy), fault),
	    fault);
	buf_release(&copy);
	return txn_set(txn, "damage", VIEW("done"), fault);
}

static int
create_one(struct txn *txn, void *context, struct fault *fault)
{
	(void)context;
	create(txn, fault);
	return 0;
}

static void
a_damaged_record_is_told(void **state)
{
	struct record_walk walk;
	struct record record;
	struct fault fault;
	struct txn *txn;
	uint64_t id;

	(void)state;
	storing_run(create_one, NULL);
	storing_run(damage_one, NULL);
	txn = storing_read();
	assert_int_equal(txn_record(txn, 1, &record, &fault), -1);
	assert_int_equal(fault.kind, FAULT_STORE);
	assert_string_equal(fault.text,
	    "record 1 is damaged: run "
	    "contact-store check, restore a backup");
	must(record_walk_open(&walk, txn, 1, &fault), &fault);
	assert_int_equal(record_walk_next(&walk, &id, &record, &fault), -1);
	assert_int_equal(fault.kind, FAULT_STORE);
	record_walk_close(&walk);
	txn_end(txn);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    records_and_images_are_kept, model_begin, model_end),
		cmocka_unit_test_setup_teardown(
		    a_walk_goes_on_while_records_change, model_begin, model_end),
		cmocka_unit_test_setup_teardown(
		    a_record_with_too_many_extras_is_refused, model_begin, model_end),
		cmocka_unit_test_setup_teardown(
		    a_damaged_record_is_told, model_begin, model_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
