/* SPDX-License-Identifier: ISC */
/*
 * Records of any bytes: what is called sound can be read in every field without
 * leaving its bytes, and encodes to a record that holds the same. The checksum
 * is made to hold, so that what lies behind it is reached; the bytes also say
 * what a form holds.
 */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "store/record.h"

static struct record_form form;

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static void
read_whole(struct record record)
{
	const char *begin = (const char *)record.at, *end = begin + record.len;
	uint32_t position = 0;
	struct view value;
	uint16_t slot;

	while (record_next(record, &position, &slot, &value)) {
		must(
		    value.len == 0 || (value.at >= begin && value.at + value.len <= end));
		must(view_equal(record_get(record, slot), value));
	}
	for (unsigned i = 0; i < 2 * RECORD_FIXED; i++) {
		value = record_get(record, (uint16_t)i);
		must(
		    value.len == 0 || (value.at >= begin && value.at + value.len <= end));
	}
	(void)record_kind(record);
	(void)cause_name(record_cause(record));
}

static void
round_trip(void)
{
	struct record_head head = { 1, 2, 3, 4, CAUSE_ROW };
	size_t size = record_size(&form);
	unsigned char *bytes = malloc(size);
	struct record record = { bytes, size };

	if (bytes == NULL)
		return;
	record_encode(&form, &head, bytes);
	must(record_sound(record));
	must(record_same(record, &form));
	read_whole(record);
	/* One bit changed anywhere is noticed. */
	bytes[size / 2] ^= 1;
	must(!record_sound(record));
	free(bytes);
}

/* In memory of its own length, so that a sanitizer sees a byte read too far. */
static void
read_any(const uint8_t *bytes, size_t len)
{
	unsigned char *copy = malloc(len == 0 ? 1 : len);
	struct record record = { copy, len };
	uint32_t sum;

	if (copy == NULL)
		return;
	if (len > 0)
		memcpy(copy, bytes, len);
	if (len >= 4) {
		sum = (uint32_t)XXH3_64bits(copy + 4, len - 4);
		memcpy(copy, &sum, sizeof(sum));
	}
	if (record_sound(record)) {
		read_whole(record);
		record_form_from(&form, record);
		must(record_same(record, &form));
		round_trip();
	}
	free(copy);
}

static void
read_as_form(const uint8_t *bytes, size_t len)
{
	size_t at = 0;

	record_form_clear(&form);
	while (at + 3 <= len) {
		uint16_t slot = (uint16_t)(bytes[at] | (bytes[at + 1] & 1) << 8);
		size_t room = len - at - 3, size = bytes[at + 2];

		if (size > room)
			size = room;
		record_form_set(
		    &form, slot, (struct view){ (const char *)bytes + at + 3, size });
		at += 3 + size;
	}
	round_trip();
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct record record = { bytes, len };

	if (record_sound(record))
		read_whole(record);
	read_any(bytes, len);
	read_as_form(bytes, len);
	return 0;
}
