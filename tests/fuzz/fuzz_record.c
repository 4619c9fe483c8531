/* SPDX-License-Identifier: ISC */
/*
 * Records of any bytes: what is called sound can be read in every field without
 * leaving its bytes, and encodes to a record that holds the same. To reach more
 * than the checksum, the bytes also say what a form holds.
 */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "store/record.h"

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
		must(value.len == 0 || (value.at >= begin && value.at + value.len <= end));
		must(view_equal(record_get(record, slot), value));
	}
	(void)record_kind(record);
	(void)cause_name(record_cause(record));
}

static void
round_trip(const struct record_form *form)
{
	struct record_head head = { 1, 2, 3, 4, CAUSE_ROW };
	size_t size = record_size(form);
	unsigned char *bytes = malloc(size);
	struct record record = { bytes, size };

	if (bytes == NULL)
		return;
	record_encode(form, &head, bytes);
	must(record_sound(record));
	must(record_same(record, form));
	read_whole(record);
	/* One bit changed anywhere is noticed. */
	bytes[size / 2] ^= 1;
	must(!record_sound(record));
	free(bytes);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	static struct record_form form;
	struct record record = { bytes, len };
	size_t at = 0;

	if (record_sound(record))
		read_whole(record);
	record_form_clear(&form);
	while (at + 3 <= len) {
		uint16_t slot = (uint16_t)(bytes[at] | (bytes[at + 1] & 1) << 8);
		size_t room = len - at - 3, size = bytes[at + 2];

		if (size > room)
			size = room;
		record_form_set(&form, slot,
		    (struct view){ (const char *)bytes + at + 3, size });
		at += 3 + size;
	}
	round_trip(&form);
	return 0;
}
