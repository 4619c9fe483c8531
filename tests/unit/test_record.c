/* SPDX-License-Identifier: ISC */
/*
 * Records are on the disk of every user, so their bytes are compared with
 * bytes written down here. Beyond that: what a form holds is what the record
 * holds, and no damage is taken for a record.
 */
#include "storing.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "store/record.h"

static struct record_form form, copy;

static struct record
encode(const struct record_form *from, const struct record_head *head)
{
	size_t len = record_size(from);
	unsigned char *bytes = malloc(len);

	assert_non_null(bytes);
	record_encode(from, head, bytes);
	return (struct record){ bytes, len };
}

static void
discard(struct record record)
{
	free((void *)(uintptr_t)record.at);
}

static void
set_checksum(unsigned char *bytes, size_t len)
{
	uint32_t sum = (uint32_t)XXH3_64bits(bytes + 4, len - 4);

	memcpy(bytes, &sum, 4);
}

/* Slots 1, 63, 64 and 300. */
static const struct record_head known_head = { 7, 2, 258, 70000, CAUSE_REFERENCE };
static const unsigned char known[] = { 0xcb, 0x8f, 0xe9, 0x79, /* checksum */
	2, 0, 0, 0, 2, 1, 0, 0,				       /* created, rev */
	0x70, 0x11, 1, 0,				       /* line */
	7, 2, 2, 0,					       /* kind, cause, extras */
	2, 0, 0, 0, 0, 0, 0, 0x80,			       /* fixed slots */
	3, 0, 4, 0, 7, 0, 11, 0,			       /* ends */
	64, 0, 44, 1,					       /* slots of extras */
	'A', 'n', 'n', 'x', 'C', '-', '1', 'b', 'l', 'u', 'e' };

static void
known_form(void)
{
	record_form_clear(&form);
	record_form_set(&form, 300, VIEW("blue"));
	record_form_set(&form, 63, VIEW("x"));
	record_form_set(&form, 1, VIEW("Ann"));
	record_form_set(&form, 64, VIEW("C-1"));
}

static void
the_format_is_as_it_was(void **state)
{
	struct record record, disk = { known, sizeof(known) };

	(void)state;
	known_form();
	record = encode(&form, &known_head);
	assert_int_equal(record.len, sizeof(known));
	assert_memory_equal(record.at, known, sizeof(known));
	assert_true(record_sound(disk));
	assert_int_equal(record_kind(disk), 7);
	assert_int_equal(record_created(disk), 2);
	assert_int_equal(record_rev(disk), 258);
	assert_int_equal(record_line(disk), 70000);
	assert_int_equal(record_cause(disk), CAUSE_REFERENCE);
	assert_true(view_is(record_get(disk, 1), "Ann"));
	assert_true(view_is(record_get(disk, 63), "x"));
	assert_true(view_is(record_get(disk, 64), "C-1"));
	assert_true(view_is(record_get(disk, 300), "blue"));
	assert_int_equal(record_get(disk, 0).len, 0);
	assert_int_equal(record_get(disk, 65).len, 0);
	assert_int_equal(record_get(disk, 65535).len, 0);
	discard(record);
}

static void
causes_keep_their_numbers_and_names(void **state)
{
	static const char *const names[] = { "row", "organization", "reference", "job",
		"placement", "archive", "undo", "reconcile", "merge", "invitation" };

	(void)state;
	assert_int_equal(COUNT(names), CAUSES);
	for (unsigned i = 0; i < COUNT(names); i++)
		assert_string_equal(cause_name((enum cause)i), names[i]);
	assert_string_equal(cause_name((enum cause)99), "");
}

/* Offsets take 16 bits up to 65,535 bytes of values and 32 beyond. */
static void
long_values_come_back(void **state)
{
	static const size_t lengths[] = { 1, 65529, 65530, 65531, 65536, 131072,
		1024 * 1024 };
	static const struct record_head head = { 1, 1, 1, 0, CAUSE_ROW };
	char *bytes = malloc(1024 * 1024);
	struct record record;

	(void)state;
	assert_non_null(bytes);
	for (size_t i = 0; i < 1024 * 1024; i++)
		bytes[i] = (char)('a' + i % 23);
	for (size_t i = 0; i < COUNT(lengths); i++) {
		size_t all = lengths[i] + 6;

		record_form_clear(&form);
		record_form_set(&form, 0, VIEW("Ann"));
		record_form_set(&form, 5, view_make(bytes, lengths[i]));
		record_form_set(&form, 70, VIEW("Lee"));
		record = encode(&form, &head);
		assert_int_equal(
		    record.len, RECORD_HEAD + 2 + all + 3 * (all > 65535 ? 4u : 2u));
		assert_int_equal(record.at[17] & 0x80, all > 65535 ? 0x80 : 0);
		assert_true(record_sound(record));
		assert_int_equal(record_cause(record), CAUSE_ROW);
		assert_true(view_is(record_get(record, 0), "Ann"));
		assert_true(
		    view_equal(record_get(record, 5), view_make(bytes, lengths[i])));
		assert_true(view_is(record_get(record, 70), "Lee"));
		assert_true(record_same(record, &form));
		discard(record);
	}
	free(bytes);
}

/* What was set last is there, by slot, in ascending order; taken out is gone. */
struct model {
	struct view fixed[RECORD_FIXED];
	struct view extra[3000];
};

static void
compare(const struct model *model, struct record record)
{
	uint32_t position = 0;
	uint16_t slot, next = 0;
	struct view value;

	while (record_next(record, &position, &slot, &value)) {
		for (; next < slot; next++)
			assert_int_equal(
			    (next < RECORD_FIXED ? model->fixed[next]
						 : model->extra[next - RECORD_FIXED])
				.len,
			    0);
		assert_true(view_equal(value,
		    slot < RECORD_FIXED ? model->fixed[slot]
					: model->extra[slot - RECORD_FIXED]));
		assert_true(view_equal(record_get(record, slot), value));
		next = (uint16_t)(slot + 1);
	}
	for (; next < RECORD_FIXED + 3000; next++)
		assert_int_equal((next < RECORD_FIXED ? model->fixed[next]
						      : model->extra[next - RECORD_FIXED])
				     .len,
		    0);
}

static void
forms_come_back(void **state)
{
	static const char letters[] =
	    "the quick brown fox jumps over the lazy "
	    "dog and then sleeps in the sun until the evening comes";
	static struct model model;
	struct record_head head = { 3, 4, 5, 6, CAUSE_JOB };
	struct record record, again;

	(void)state;
	storing_seed();
	for (int round = 0; round < 400; round++) {
		uint64_t sets = storing_random(round % 10 == 0 ? 3500 : 120);
		uint16_t wide = round % 3 == 0 ? 3000 : 20;

		memset(&model, 0, sizeof(model));
		record_form_clear(&form);
		while (sets-- > 0) {
			uint16_t slot = (uint16_t)storing_random(storing_random(2) == 0
				? RECORD_FIXED
				: (uint64_t)RECORD_FIXED + wide);
			struct view value = { letters + storing_random(40),
				storing_random(4) == 0 ? 0 : storing_random(50) };

			record_form_set(&form, slot, value);
			*(slot < RECORD_FIXED ? &model.fixed[slot]
					      : &model.extra[slot - RECORD_FIXED]) =
			    value;
			assert_true(view_equal(record_form_get(&form, slot), value));
		}
		assert_false(form.full);
		record = encode(&form, &head);
		assert_true(record_sound(record));
		compare(&model, record);
		assert_true(record_same(record, &form));
		record_form_from(&copy, record);
		assert_true(record_same(record, &copy));
		again = encode(&copy, &head);
		assert_int_equal(again.len, record.len);
		assert_memory_equal(again.at, record.at, record.len);
		discard(record);
		discard(again);
	}
}

static void
any_difference_is_not_the_same(void **state)
{
	static const struct {
		uint16_t slot;
		const char *value;
	} changes[] = { { 1, "Anna" }, { 1, "Ane" }, { 1, "" }, { 2, "Lee" }, { 63, "y" },
		{ 64, "C-2" }, { 64, "" }, { 65, "C-1" }, { 300, "" }, { 300, "blues" },
		{ 301, "blue" } };
	struct record record = { known, sizeof(known) };

	(void)state;
	for (size_t i = 0; i < COUNT(changes); i++) {
		known_form();
		assert_true(record_same(record, &form));
		record_form_set(&form, changes[i].slot, view_of(changes[i].value));
		assert_false(record_same(record, &form));
	}
	/* The same bytes under another slot. */
	known_form();
	record_form_set(&form, 1, view_of(""));
	record_form_set(&form, 2, VIEW("Ann"));
	assert_false(record_same(record, &form));
}

static void
more_extras_than_fit_are_told(void **state)
{
	(void)state;
	record_form_clear(&form);
	for (uint16_t i = 0; i < RECORD_EXTRAS; i++)
		record_form_set(&form, (uint16_t)(5000 - i), VIEW("x"));
	assert_false(form.full);
	record_form_set(&form, 4000, VIEW("y"));
	assert_false(form.full);
	record_form_set(&form, 100, (struct view){ NULL, 0 });
	assert_false(form.full);
	record_form_set(&form, 100, VIEW("x"));
	assert_true(form.full);
	assert_int_equal(form.extra_count, RECORD_EXTRAS);
	record_form_clear(&form);
	assert_false(form.full);
}

static void
no_damage_is_sound(void **state)
{
	unsigned char bytes[sizeof(known)], *part;
	struct record record = { bytes, sizeof(bytes) };

	(void)state;
	for (size_t bit = 0; bit < 8 * sizeof(known); bit++) {
		memcpy(bytes, known, sizeof(known));
		bytes[bit / 8] ^= (unsigned char)(1u << bit % 8);
		assert_false(record_sound(record));
	}
	/* On the heap, so that a sanitizer sees a byte read too far. */
	for (size_t len = 0; len < sizeof(known); len++) {
		part = malloc(len + 1);
		assert_non_null(part);
		memcpy(part, known, len);
		part = realloc(part, len == 0 ? 1 : len);
		assert_false(record_sound((struct record){ part, len }));
		if (len >= RECORD_HEAD) {
			set_checksum(part, len);
			assert_false(record_sound((struct record){ part, len }));
		}
		free(part);
	}
}

/* Bytes whose checksum holds and which are no record all the same. */
static void
impossible_layouts_are_not_sound(void **state)
{
	static const struct {
		const char *sentence;
		size_t at;
		unsigned char byte;
	} cases[] = {
		{ "one extra too many", 18, 3 },
		{ "one extra too few", 18, 1 },
		{ "extras without end", 19, 0xff },
		{ "one fixed slot too many", 20, 3 },
		{ "one fixed slot too few", 20, 0 },
		{ "every fixed slot", 21, 0xff },
		{ "ends of 32 bits", 17, 0x82 },
		{ "an end before the one in front", 28, 5 },
		{ "the last end beyond the record", 34, 12 },
		{ "the last end inside the record", 34, 10 },
		{ "an extra with a fixed slot", 36, 63 },
		{ "extras in descending order", 39, 0 },
	};
	unsigned char bytes[sizeof(known)];

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		memcpy(bytes, known, sizeof(known));
		bytes[cases[i].at] = cases[i].byte;
		set_checksum(bytes, sizeof(bytes));
		if (record_sound((struct record){ bytes, sizeof(bytes) }))
			fail_msg("%s is taken for a record", cases[i].sentence);
	}
}

/* A form has room for RECORD_EXTRAS and no more. */
static void
a_record_with_too_many_extras_is_not_sound(void **state)
{
	static unsigned char bytes[RECORD_HEAD + 4 * (RECORD_EXTRAS + 1)];

	(void)state;
	for (unsigned extras = RECORD_EXTRAS; extras <= RECORD_EXTRAS + 1; extras++) {
		size_t len = RECORD_HEAD + 4 * extras;
		uint16_t count = (uint16_t)extras;

		memset(bytes, 0, sizeof(bytes));
		memcpy(bytes + 18, &count, 2);
		for (unsigned i = 0; i < extras; i++) {
			uint16_t slot = (uint16_t)(RECORD_FIXED + i);

			memcpy(bytes + RECORD_HEAD + 2 * extras + 2 * i, &slot, 2);
		}
		set_checksum(bytes, len);
		assert_int_equal(
		    record_sound((struct record){ bytes, len }), extras == RECORD_EXTRAS);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_format_is_as_it_was),
		cmocka_unit_test(causes_keep_their_numbers_and_names),
		cmocka_unit_test(long_values_come_back),
		cmocka_unit_test(forms_come_back),
		cmocka_unit_test(any_difference_is_not_the_same),
		cmocka_unit_test(more_extras_than_fit_are_told),
		cmocka_unit_test(no_damage_is_sound),
		cmocka_unit_test(impossible_layouts_are_not_sound),
		cmocka_unit_test(a_record_with_too_many_extras_is_not_sound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
