/* SPDX-License-Identifier: ISC */
/*
 * The layout is told in record.h. A value is found by counting the bits below
 * its slot: that many ends lie before its own, so reading one field is a
 * popcount and two loads, however many fields there are.
 */
#include "store/record.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

/* In the byte of the cause. */
#define RECORD_WIDE 0x80u

static uint16_t
load16(const unsigned char *at)
{
	uint16_t n;

	memcpy(&n, at, sizeof(n));
	return n;
}

static uint32_t
load32(const unsigned char *at)
{
	uint32_t n;

	memcpy(&n, at, sizeof(n));
	return n;
}

static uint64_t
load64(const unsigned char *at)
{
	uint64_t n;

	memcpy(&n, at, sizeof(n));
	return n;
}

static void
store16(unsigned char *at, uint16_t n)
{
	memcpy(at, &n, sizeof(n));
}

static void
store32(unsigned char *at, uint32_t n)
{
	memcpy(at, &n, sizeof(n));
}

static void
store64(unsigned char *at, uint64_t n)
{
	memcpy(at, &n, sizeof(n));
}

static uint32_t
checksum(const unsigned char *at, size_t len)
{
	return (uint32_t)XXH3_64bits(at + 4, len - 4);
}

/* Written out, since a compiler that may not assume the instruction calls a
 * function for it, at every field of every record. */
static inline unsigned
count_fixed(uint64_t present)
{
#ifdef __POPCNT__
	return (unsigned)__builtin_popcountll(present);
#else
	present -= present >> 1 & UINT64_C(0x5555555555555555);
	present = (present & UINT64_C(0x3333333333333333)) +
	    (present >> 2 & UINT64_C(0x3333333333333333));
	present = (present + (present >> 4)) & UINT64_C(0x0f0f0f0f0f0f0f0f);
	return (unsigned)(present * UINT64_C(0x0101010101010101) >> 56);
#endif
}

/* Everything that is needed to find a value. */
struct layout {
	uint64_t present;
	unsigned fixed, extras;
	bool wide;
	const unsigned char *ends, *slots, *values;
};

static inline void
layout_of(struct layout *layout, struct record record)
{
	unsigned width;

	layout->present = load64(record.at + 20);
	layout->fixed = count_fixed(layout->present);
	layout->extras = load16(record.at + 18);
	layout->wide = (record.at[17] & RECORD_WIDE) != 0;
	width = layout->wide ? 4 : 2;
	layout->ends = record.at + RECORD_HEAD;
	layout->slots = layout->ends + width * (layout->fixed + layout->extras);
	layout->values = layout->slots + 2 * layout->extras;
}

static inline uint32_t
layout_end(const struct layout *layout, unsigned rank)
{
	return layout->wide ? load32(layout->ends + 4 * rank)
			    : load16(layout->ends + 2 * rank);
}

static inline struct view
layout_value(const struct layout *layout, unsigned rank)
{
	uint32_t begin = rank == 0 ? 0 : layout_end(layout, rank - 1);

	return (struct view){ (const char *)layout->values + begin,
		layout_end(layout, rank) - begin };
}

const char *
cause_name(enum cause cause)
{
	static const char *const names[CAUSES] = { "row", "organization", "reference",
		"job", "placement", "archive", "undo", "reconcile", "merge",
		"invitation" };

	return (unsigned)cause < CAUSES ? names[cause] : "";
}

bool
record_sound(struct record record)
{
	struct layout layout;
	uint32_t end, last = 0;
	uint16_t slot, before = 0;
	unsigned i;

	if (record.len < RECORD_HEAD ||
	    load32(record.at) != checksum(record.at, record.len))
		return false;
	/* A checksum that holds by chance must not lead a reader astray. */
	layout_of(&layout, record);
	if (layout.extras > RECORD_EXTRAS ||
	    (size_t)(layout.values - record.at) > record.len)
		return false;
	for (i = 0; i < layout.fixed + layout.extras; i++) {
		end = layout_end(&layout, i);
		if (end < last)
			return false;
		last = end;
	}
	for (i = 0; i < layout.extras; i++) {
		slot = load16(layout.slots + 2 * i);
		if (slot < RECORD_FIXED || (i > 0 && slot <= before))
			return false;
		before = slot;
	}
	return (size_t)(layout.values - record.at) + last == record.len;
}

uint8_t
record_kind(struct record record)
{
	return record.at[16];
}

uint32_t
record_created(struct record record)
{
	return load32(record.at + 4);
}

uint32_t
record_rev(struct record record)
{
	return load32(record.at + 8);
}

uint32_t
record_line(struct record record)
{
	return load32(record.at + 12);
}

enum cause
record_cause(struct record record)
{
	return (enum cause)(record.at[17] & ~RECORD_WIDE);
}

struct view
record_get(struct record record, uint16_t slot)
{
	struct layout layout;
	unsigned i;

	layout_of(&layout, record);
	if (slot < RECORD_FIXED) {
		if ((layout.present >> slot & 1) == 0)
			return (struct view){ NULL, 0 };
		return layout_value(
		    &layout, count_fixed(layout.present & ((UINT64_C(1) << slot) - 1)));
	}
	for (i = 0; i < layout.extras; i++)
		if (load16(layout.slots + 2 * i) == slot)
			return layout_value(&layout, layout.fixed + i);
	return (struct view){ NULL, 0 };
}

bool
record_next(struct record record, uint32_t *position, uint16_t *slot, struct view *value)
{
	struct layout layout;
	uint64_t rest;
	unsigned from;

	/* The position is the slot to go on from, then 64 + index of extra. */
	layout_of(&layout, record);
	if (*position < RECORD_FIXED) {
		rest = layout.present >> *position;
		if (rest != 0) {
			from = *position + (unsigned)__builtin_ctzll(rest);
			*slot = (uint16_t)from;
			*value = record_get(record, *slot);
			*position = from + 1;
			return true;
		}
		*position = RECORD_FIXED;
	}
	from = *position - RECORD_FIXED;
	if (from >= layout.extras)
		return false;
	*slot = load16(layout.slots + 2 * from);
	*value = layout_value(&layout, layout.fixed + from);
	(*position)++;
	return true;
}

void
record_form_clear(struct record_form *form)
{
	form->present = 0;
	form->extra_count = 0;
	form->full = false;
}

void
record_form_from(struct record_form *form, struct record record)
{
	struct layout layout;
	uint64_t rest;
	unsigned i, rank = 0;

	record_form_clear(form);
	layout_of(&layout, record);
	form->present = layout.present;
	for (rest = layout.present; rest != 0; rest &= rest - 1)
		form->fixed[__builtin_ctzll(rest)] = layout_value(&layout, rank++);
	form->extra_count = layout.extras;
	for (i = 0; i < layout.extras; i++) {
		form->extras[i].slot = load16(layout.slots + 2 * i);
		form->extras[i].value = layout_value(&layout, rank++);
	}
}

static void
form_set_extra(struct record_form *form, uint16_t slot, struct view value)
{
	struct record_extra *extras = form->extras;
	unsigned i = form->extra_count;

	while (i > 0 && extras[i - 1].slot > slot)
		i--;
	if (i > 0 && extras[i - 1].slot == slot) {
		if (value.len > 0) {
			extras[i - 1].value = value;
			return;
		}
		memmove(extras + i - 1, extras + i,
		    (form->extra_count - i) * sizeof(*extras));
		form->extra_count--;
	} else if (value.len > 0) {
		if (form->extra_count == RECORD_EXTRAS) {
			form->full = true;
			return;
		}
		memmove(extras + i + 1, extras + i,
		    (form->extra_count - i) * sizeof(*extras));
		extras[i] = (struct record_extra){ slot, value };
		form->extra_count++;
	}
}

void
record_form_set(struct record_form *form, uint16_t slot, struct view value)
{
	if (slot >= RECORD_FIXED) {
		form_set_extra(form, slot, value);
	} else if (value.len > 0) {
		form->present |= UINT64_C(1) << slot;
		form->fixed[slot] = value;
	} else {
		form->present &= ~(UINT64_C(1) << slot);
	}
}

struct view
record_form_get(const struct record_form *form, uint16_t slot)
{
	unsigned i;

	if (slot < RECORD_FIXED)
		return (form->present >> slot & 1) != 0 ? form->fixed[slot]
							: (struct view){ NULL, 0 };
	for (i = 0; i < form->extra_count; i++)
		if (form->extras[i].slot == slot)
			return form->extras[i].value;
	return (struct view){ NULL, 0 };
}

static size_t
form_bytes(const struct record_form *form)
{
	uint64_t rest;
	size_t len = 0;
	unsigned i;

	for (rest = form->present; rest != 0; rest &= rest - 1)
		len += form->fixed[__builtin_ctzll(rest)].len;
	for (i = 0; i < form->extra_count; i++)
		len += form->extras[i].value.len;
	return len;
}

size_t
record_size(const struct record_form *form)
{
	size_t bytes = form_bytes(form);
	size_t count = count_fixed(form->present) + form->extra_count;

	return RECORD_HEAD + count * (bytes > UINT16_MAX ? 4 : 2) +
	    form->extra_count * 2u + bytes;
}

void
record_encode(const struct record_form *form, const struct record_head *head, void *bytes)
{
	unsigned char *at = bytes, *ends, *slots, *values;
	size_t len = form_bytes(form);
	unsigned count = count_fixed(form->present) + form->extra_count;
	bool wide = len > UINT16_MAX;
	uint32_t end = 0;
	uint64_t rest;
	struct view value;
	unsigned i;

	store32(at + 4, head->created);
	store32(at + 8, head->rev);
	store32(at + 12, head->line);
	at[16] = head->kind;
	at[17] = (unsigned char)((unsigned)head->cause | (wide ? RECORD_WIDE : 0));
	store16(at + 18, (uint16_t)form->extra_count);
	store64(at + 20, form->present);
	ends = at + RECORD_HEAD;
	slots = ends + (wide ? 4 : 2) * count;
	values = slots + 2 * form->extra_count;
	rest = form->present;
	for (i = 0; i < count; i++) {
		if (rest != 0) {
			value = form->fixed[__builtin_ctzll(rest)];
			rest &= rest - 1;
		} else {
			value = form->extras[i - (count - form->extra_count)].value;
		}
		memcpy(values + end, value.at, value.len);
		end += (uint32_t)value.len;
		if (wide)
			store32(ends + 4 * i, end);
		else
			store16(ends + 2 * i, (uint16_t)end);
	}
	for (i = 0; i < form->extra_count; i++)
		store16(slots + 2 * i, form->extras[i].slot);
	len = (size_t)(values - at) + end;
	store32(at, checksum(at, len));
}

bool
record_same(struct record record, const struct record_form *form)
{
	struct layout layout;
	uint64_t rest;
	unsigned i, rank = 0;

	layout_of(&layout, record);
	if (layout.present != form->present || layout.extras != form->extra_count)
		return false;
	for (rest = layout.present; rest != 0; rest &= rest - 1)
		if (!view_equal(layout_value(&layout, rank++),
			form->fixed[__builtin_ctzll(rest)]))
			return false;
	for (i = 0; i < layout.extras; i++)
		if (load16(layout.slots + 2 * i) != form->extras[i].slot ||
		    !view_equal(layout_value(&layout, rank++), form->extras[i].value))
			return false;
	return true;
}
