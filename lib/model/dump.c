/* SPDX-License-Identifier: ISC */
/*
 * Records are walked in order of id, once for each kind that there is, between
 * its first and its last id: so nothing is kept in memory but the names of
 * columns, whose slots say nothing, as they depend on what came first.
 */
#include "model/dump.h"

#include <stdlib.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "model/settings.h"

/* Output is handed on in pieces of this size. */
#define PIECE (256 * 1024)

/* A column ext.NAME or attr.NAME, by its slot. */
struct extra {
	struct view name, label; /* of the store, without "ext." */
	struct buf text;	 /* as it stands in a line */
	enum name_class class;
	uint32_t rank; /* in order of class and name */
	bool used;
};

struct ranked {
	uint32_t rank;
	struct view value;
};

struct dump {
	struct txn *txn;
	int (*take)(void *context, struct buf *piece, struct fault *fault);
	void *context;
	struct buf out, prefix;
	XXH3_state_t *sum;
	uint64_t lines;
	bool unread; /* take has said so */
	struct extra *extras;
	const struct extra **by_rank;
	size_t extra_count;
	struct {
		uint64_t first, last;
	} ids[256]; /* by number of kind */
	const struct field *fields[RECORD_FIXED];
	size_t field_count;
	struct ranked ranked[RECORD_EXTRAS];
};

static int
hand_on(struct dump *dump, struct fault *fault)
{
	int taken;

	if (buf_check(&dump->out, fault) != 0)
		return -1;
	XXH3_128bits_update(dump->sum, dump->out.at, dump->out.len);
	taken = dump->take(dump->context, &dump->out, fault);
	dump->unread = taken == 1;
	return taken < 0 ? -1 : 0;
}

static int
end_line(struct dump *dump, struct fault *fault)
{
	buf_char(&dump->out, '\n');
	dump->lines++;
	return dump->out.len < PIECE ? 0 : hand_on(dump, fault);
}

static int
put_value(struct dump *dump, struct view field, struct view value, struct fault *fault)
{
	struct buf *out = &dump->out;

	buf_view(out, buf_as_view(&dump->prefix));
	buf_char(out, '\t');
	buf_view(out, field);
	buf_char(out, '\t');
	dump_escape(out, value);
	return end_line(dump, fault);
}

static int
compare_names(const void *a, const void *b)
{
	const struct extra *x = *(const struct extra *const *)a;
	const struct extra *y = *(const struct extra *const *)b;

	if (x->class != y->class)
		return x->class == NAME_EXT ? -1 : 1;
	return view_compare(x->name, y->name);
}

/* Slots are given without gaps, so the first that has no name is the end. */
static int
read_names(struct dump *dump, struct fault *fault)
{
	size_t cap = 0;
	struct extra *extra, *grown;
	int found = 1;

	for (uint16_t slot = RECORD_FIXED; found == 1; slot++) {
		if (dump->extra_count == cap) {
			cap = cap == 0 ? 64 : cap * 2;
			grown = realloc(dump->extras, cap * sizeof(*grown));
			if (grown == NULL)
				return fault_memory(fault);
			dump->extras = grown;
		}
		extra = &dump->extras[dump->extra_count];
		*extra = (struct extra){ .text = BUF_EMPTY };
		found = txn_slot_name(
		    dump->txn, slot, &extra->class, &extra->name, &extra->label, fault);
		if (found != 1)
			break;
		dump->extra_count++;
		buf_text(&extra->text, extra->class == NAME_EXT ? "ext." : "attr.");
		dump_escape(&extra->text, extra->name);
		if (buf_check(&extra->text, fault) != 0)
			return -1;
	}
	return found;
}

static int
rank_names(struct dump *dump, struct fault *fault)
{
	dump->by_rank = calloc(dump->extra_count + 1, sizeof(*dump->by_rank));
	if (dump->by_rank == NULL)
		return fault_memory(fault);
	for (size_t i = 0; i < dump->extra_count; i++)
		dump->by_rank[i] = &dump->extras[i];
	qsort(dump->by_rank, dump->extra_count, sizeof(*dump->by_rank), compare_names);
	for (size_t i = 0; i < dump->extra_count; i++)
		dump->extras[dump->by_rank[i] - dump->extras].rank = (uint32_t)i;
	return 0;
}

static int
compare_ranks(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;

	return (x->rank > y->rank) - (x->rank < y->rank);
}

static int
unnamed(uint64_t id, unsigned slot, struct fault *fault)
{
	return fault_set(fault, FAULT_STORE,
	    "record %llu: a value stands in slot %u, "
	    "which no column has: run contact-store check, restore a backup",
	    (unsigned long long)id, slot);
}

static int
put_extras(struct dump *dump, uint64_t id, struct record record, uint32_t position,
    struct fault *fault)
{
	struct view value;
	size_t count = 0;
	uint16_t slot;

	while (record_next(record, &position, &slot, &value)) {
		size_t at = (size_t)slot - RECORD_FIXED;

		if (at >= dump->extra_count || count == RECORD_EXTRAS)
			return unnamed(id, slot, fault);
		dump->extras[at].used = true;
		dump->ranked[count++] = (struct ranked){ dump->extras[at].rank, value };
	}
	if (count > 1)
		qsort(dump->ranked, count, sizeof(dump->ranked[0]), compare_ranks);
	for (size_t i = 0; i < count; i++)
		if (put_value(dump,
			buf_as_view(&dump->by_rank[dump->ranked[i].rank]->text),
			dump->ranked[i].value, fault) != 0)
			return -1;
	return 0;
}

static int
put_record(struct dump *dump, const struct kind *kind, uint64_t id, struct record record,
    struct fault *fault)
{
	struct view values[RECORD_FIXED], value;
	uint64_t present = 0, bit;
	uint32_t position = 0, next = 0;
	uint16_t slot = 0;

	buf_clear(&dump->prefix);
	buf_text(&dump->prefix, kind->name);
	buf_char(&dump->prefix, '\t');
	buf_number(&dump->prefix, id);
	if (!record_next(record, &next, &slot, &value)) {
		buf_view(&dump->out, buf_as_view(&dump->prefix));
		return end_line(dump, fault);
	}
	next = 0;
	while (record_next(record, &next, &slot, &value) && slot < RECORD_FIXED) {
		present |= UINT64_C(1) << slot;
		values[slot] = value;
		position = next;
	}
	for (size_t i = 0; i < dump->field_count; i++) {
		slot = dump->fields[i]->slot;
		bit = UINT64_C(1) << slot;
		if ((present & bit) != 0 &&
		    put_value(
			dump, view_of(dump->fields[i]->name), values[slot], fault) != 0)
			return -1;
		present &= ~bit;
	}
	if (present != 0)
		return unnamed(id, (unsigned)__builtin_ctzll(present), fault);
	return put_extras(dump, id, record, position, fault);
}

/* Notes which kinds there are, and between which ids. */
static int
find_kinds(struct dump *dump, struct fault *fault)
{
	struct record_walk walk;
	struct record record;
	uint8_t number;
	uint64_t id;
	int found;

	if (record_walk_open(&walk, dump->txn, 0, fault) != 0)
		return -1;
	while ((found = record_walk_next(&walk, &id, &record, fault)) == 1) {
		number = record_kind(record);
		if (dump->ids[number].first == 0 && kind_by_number(number) == NULL) {
			found = fault_set(fault, FAULT_STORE,
			    "record %llu: "
			    "its kind %u is not known: run contact-store check",
			    (unsigned long long)id, number);
			break;
		}
		if (dump->ids[number].first == 0)
			dump->ids[number].first = id;
		dump->ids[number].last = id;
	}
	record_walk_close(&walk);
	return found;
}

static int
put_kind(struct dump *dump, const struct kind *kind, struct fault *fault)
{
	struct record_walk walk;
	struct record record;
	uint64_t id = 0, last = dump->ids[kind->number].last;
	int found = 1;

	if (last == 0 || dump->unread)
		return 0;
	dump->field_count = dump_fields(kind, dump->fields);
	if (record_walk_open(&walk, dump->txn, dump->ids[kind->number].first, fault) != 0)
		return -1;
	while (id < last && !dump->unread && found == 1) {
		found = record_walk_next(&walk, &id, &record, fault);
		if (found == 1 && record_kind(record) == kind->number &&
		    put_record(dump, kind, id, record, fault) != 0)
			found = -1;
	}
	record_walk_close(&walk);
	return found < 0 ? -1 : 0;
}

static int
put_labels(struct dump *dump, struct fault *fault)
{
	for (size_t i = 0; i < dump->extra_count; i++) {
		const struct extra *extra = dump->by_rank[i];

		if (!extra->used || extra->label.len == 0)
			continue;
		buf_text(&dump->out, "label\t");
		buf_view(&dump->out, buf_as_view(&extra->text));
		buf_char(&dump->out, '\t');
		dump_escape(&dump->out, extra->label);
		if (end_line(dump, fault) != 0)
			return -1;
	}
	return 0;
}

static int
put_setting(void *context, struct view name, struct view value, struct fault *fault)
{
	struct dump *dump = context;

	if (setting_by_name(name) == NULL)
		return 0;
	buf_text(&dump->out, "set\t");
	buf_view(&dump->out, name);
	buf_char(&dump->out, '\t');
	dump_escape(&dump->out, value);
	return end_line(dump, fault);
}

/* Over all bytes before it. The digits are those that xxh128sum prints. */
static int
put_checksum(struct dump *dump, struct fault *fault)
{
	XXH128_canonical_t canonical;
	uint64_t lines = dump->lines;

	if (hand_on(dump, fault) != 0)
		return -1;
	XXH128_canonicalFromHash(&canonical, XXH3_128bits_digest(dump->sum));
	buf_text(&dump->out, "checksum\t");
	buf_number(&dump->out, lines);
	buf_char(&dump->out, '\t');
	for (size_t i = 0; i < sizeof(canonical.digest); i++)
		buf_printf(&dump->out, "%02x", canonical.digest[i]);
	buf_char(&dump->out, '\n');
	return hand_on(dump, fault);
}

static int
put_all(struct dump *dump, struct fault *fault)
{
	const struct kind *kind;

	if (read_names(dump, fault) != 0 || rank_names(dump, fault) != 0 ||
	    find_kinds(dump, fault) != 0)
		return -1;
	buf_text(&dump->out, DUMP_FORMAT "\t" DUMP_NUMBER);
	if (end_line(dump, fault) != 0)
		return -1;
	for (size_t i = 0; (kind = kind_at(i)) != NULL; i++)
		if (put_kind(dump, kind, fault) != 0)
			return -1;
	if (dump->unread)
		return 0;
	if (put_labels(dump, fault) != 0 ||
	    txn_settings(dump->txn, put_setting, dump, fault) != 0)
		return -1;
	return put_checksum(dump, fault);
}

int
dump_write(struct txn *txn,
    int (*take)(void *context, struct buf *piece, struct fault *fault), void *context,
    struct fault *fault)
{
	struct dump *dump = calloc(1, sizeof(*dump));
	int result = -1;

	if (dump == NULL)
		return fault_memory(fault);
	dump->txn = txn;
	dump->take = take;
	dump->context = context;
	dump->sum = XXH3_createState();
	if (dump->sum == NULL) {
		fault_memory(fault);
	} else {
		XXH3_128bits_reset(dump->sum);
		result = put_all(dump, fault);
	}
	XXH3_freeState(dump->sum);
	for (size_t i = 0; i < dump->extra_count; i++)
		buf_release(&dump->extras[i].text);
	free(dump->extras);
	free(dump->by_rank);
	buf_release(&dump->out);
	buf_release(&dump->prefix);
	free(dump);
	return result;
}
