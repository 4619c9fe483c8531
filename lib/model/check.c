/* SPDX-License-Identifier: ISC */
/*
 * Records are read with a cursor of our own, since the reading that all else
 * uses stops at the first that is damaged. While one cursor walks, each record
 * is also looked up by its id: so the upper pages of the tree are proved too.
 */
#include "model/check.h"

#include <endian.h>
#include <stdio.h>

#include "model/check_internal.h"
#include "model/value.h"

void
check_found(struct check *check, enum check_level level, const char *format, ...)
{
	char sentence[512];
	va_list ap;

	if (level == CHECK_DAMAGE)
		check->outcome->damages++;
	if (check->told[level]++ >= CHECK_TOLD &&
	    !(level == CHECK_NOTE && check->all_notes))
		return;
	va_start(ap, format);
	vsnprintf(sentence, sizeof(sentence), format, ap);
	va_end(ap);
	check->found(check->context, level, sentence);
}

bool
check_is_unreadable(const struct check *check, uint64_t id)
{
	size_t low = 0, high = check->unreadable.count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (check->unreadable.at[middle] < id)
			low = middle + 1;
		else
			high = middle;
	}
	return low < check->unreadable.count && check->unreadable.at[low] == id;
}

int
check_walk_open(struct check_walk *walk, struct check *check, struct fault *fault)
{
	*walk = (struct check_walk){ NULL, false };
	return engine_cursor_open(
	    &walk->cursor, txn_engine(check->txn), TREE_RECORDS, fault);
}

int
check_walk_next(
    struct check_walk *walk, uint64_t *id, struct record *record, struct fault *fault)
{
	struct view key = { NULL, 0 }, value;
	uint64_t bytes;
	int found = walk->began ? engine_next(walk->cursor, &key, &value, fault)
				: engine_first(walk->cursor, &key, &value, fault);

	walk->began = true;
	if (found <= 0)
		return found;
	*id = 0;
	if (key.len == sizeof(bytes)) {
		memcpy(&bytes, key.at, sizeof(bytes));
		*id = be64toh(bytes);
	}
	*record = (struct record){ (const unsigned char *)value.at, value.len };
	return 1;
}

void
check_walk_close(struct check_walk *walk)
{
	engine_cursor_close(walk->cursor);
}

static int
look_up(struct check *check, uint64_t id, struct record *record, struct fault *fault)
{
	uint64_t key = htobe64(id);
	struct view value;
	int found = engine_get(txn_engine(check->txn), TREE_RECORDS,
	    view_make((char *)&key, sizeof(key)), &value, fault);

	if (found == 1)
		*record = (struct record){ (const unsigned char *)value.at, value.len };
	return found;
}

/* A resolved element: its record is there and of the field's kind. Most
 * records refer to the same few others, so the last answer is kept. */
static int
check_target(struct check *check, uint64_t id, const struct field *field, uint64_t target,
    struct fault *fault)
{
	const struct kind *of = kind_by_name(view_of(field->of));
	struct record record;
	int found;

	if (target != check->last_id) {
		found = look_up(check, target, &record, fault);
		if (found < 0)
			return -1;
		check->last_id = target;
		check->last_kind =
		    found == 1 && record.len >= RECORD_HEAD ? record_kind(record) : 0;
	}
	if (check->last_kind == 0)
		check_found(check, CHECK_DAMAGE,
		    "record %llu: %s refers to record %llu, which is not there",
		    (unsigned long long)id, field->name, (unsigned long long)target);
	else if (of == NULL || of->number != check->last_kind)
		check_found(check, CHECK_DAMAGE,
		    "record %llu: %s refers to record %llu, which is no %s",
		    (unsigned long long)id, field->name, (unsigned long long)target,
		    field->of);
	return 0;
}

static int
check_element(struct check *check, uint64_t id, const struct field *field,
    struct view element, struct fault *fault)
{
	uint64_t target;

	if (reference_id(element, &target))
		return check_target(check, id, field, target, fault);
	check->outcome->unresolved++;
	check_found(check, CHECK_NOTE,
	    "record %llu: %s \"%.*s\" is not known, it is kept as text",
	    (unsigned long long)id, field->name,
	    (int)(element.len < 120 ? element.len : 120), element.at);
	return 0;
}

static int
check_value(struct check *check, uint64_t id, const struct field *field,
    struct view value, struct fault *fault)
{
	struct buf scratch = BUF_EMPTY;
	struct view element;
	int rc = 0;

	if (field->type != TYPE_REFERENCE)
		return 0;
	if ((field->flags & FIELD_LIST) == 0)
		return check_element(check, id, field, value, fault);
	while (rc == 0 && list_next(&value, &element, &scratch))
		rc = check_element(check, id, field, element, fault);
	buf_release(&scratch);
	return rc;
}

static int
check_values(struct check *check, uint64_t id, const struct kind *kind,
    struct record record, struct fault *fault)
{
	const struct field *field;
	uint32_t position = 0;
	struct view value;
	uint16_t slot;

	while (record_next(record, &position, &slot, &value)) {
		/* What reviving gives back is no column. */
		if (kind == &kind_contact && slot == CONTACT_REVIVAL)
			continue;
		field = NULL;
		if (kind_field_of_slot(check->txn, kind, slot, &field, fault) < 0)
			return -1;
		if (field == NULL)
			check_found(check, CHECK_DAMAGE,
			    "record %llu: "
			    "a value stands in slot %u, which no column has",
			    (unsigned long long)id, slot);
		else if (check_value(check, id, field, value, fault) < 0)
			return -1;
	}
	return 0;
}

/* What can be told of a sound record from its head alone. */
static void
check_head(struct check *check, uint64_t id, struct record record)
{
	uint64_t created = record_created(record), rev = record_rev(record);

	if (id == 0 || id >= check->next_id)
		check_found(check, CHECK_DAMAGE,
		    "record %llu: its id is not below the next one, %llu",
		    (unsigned long long)id, (unsigned long long)check->next_id);
	if (created == 0 || created > rev || rev > check->rev)
		check_found(check, CHECK_DAMAGE,
		    "record %llu: its revisions are %llu and %llu, the store's "
		    "last one is %llu",
		    (unsigned long long)id, (unsigned long long)created,
		    (unsigned long long)rev, (unsigned long long)check->rev);
}

static int
check_record(struct check *check, uint64_t id, struct record record, struct fault *fault)
{
	struct record again = { NULL, 0 };
	const struct kind *kind;
	int found = look_up(check, id, &again, fault);

	if (found < 0)
		return -1;
	if (again.len != record.len || memcmp(again.at, record.at, record.len) != 0)
		check_found(check, CHECK_DAMAGE,
		    "record %llu: a search by its id does not find it",
		    (unsigned long long)id);
	if (!record_sound(record)) {
		check_found(check, CHECK_DAMAGE, "record %llu: its checksum is wrong",
		    (unsigned long long)id);
		return ids_add(&check->unreadable, id, fault);
	}
	check_head(check, id, record);
	kind = kind_by_number(record_kind(record));
	if (kind == NULL) {
		check_found(check, CHECK_DAMAGE, "record %llu: its kind %u is not known",
		    (unsigned long long)id, record_kind(record));
		return ids_add(&check->unreadable, id, fault);
	}
	return check_values(check, id, kind, record, fault);
}

static int
check_records(struct check *check, struct fault *fault)
{
	struct record record;
	struct check_walk walk;
	uint64_t id, before = 0;
	int found;

	if (check_walk_open(&walk, check, fault) < 0)
		return -1;
	while ((found = check_walk_next(&walk, &id, &record, fault)) == 1) {
		check->outcome->records++;
		if (id <= before)
			check_found(check, CHECK_DAMAGE,
			    "record %llu: stands behind record %llu",
			    (unsigned long long)id, (unsigned long long)before);
		else
			before = id;
		if (check_record(check, id, record, fault) < 0) {
			found = -1;
			break;
		}
	}
	check_walk_close(&walk);
	ids_sort(&check->unreadable);
	return found;
}

/* Calls each for every row of a tree. */
static int
walk_tree(struct check *check, enum tree tree,
    int (*each)(
	struct check *check, struct view key, struct view value, struct fault *fault),
    struct fault *fault)
{
	struct engine_cursor *cursor;
	struct view key = { NULL, 0 }, value;
	int found;

	if (engine_cursor_open(&cursor, txn_engine(check->txn), tree, fault) < 0)
		return -1;
	found = engine_first(cursor, &key, &value, fault);
	while (found == 1) {
		if (each(check, key, value, fault) < 0) {
			found = -1;
			break;
		}
		found = engine_next(cursor, &key, &value, fault);
	}
	engine_cursor_close(cursor);
	return found;
}

/* A before-image is the record as it was until the revision of its key. */
static int
check_image(struct check *check, struct view key, struct view value, struct fault *fault)
{
	struct record record = { (const unsigned char *)value.at, value.len };
	uint64_t part[2] = { 0, 0 };

	(void)fault;
	check->outcome->images++;
	if (key.len >= sizeof(part)) {
		memcpy(part, key.at, sizeof(part));
		part[0] = be64toh(part[0]);
		part[1] = be64toh(part[1]);
	}
	/* Under id 0, with a name behind: a setting as it was. */
	if (part[0] == 0 && key.len > sizeof(part) && part[1] > 0 &&
	    part[1] <= check->rev)
		return 0;
	if (part[0] == 0 || key.len != sizeof(part) || part[0] >= check->next_id ||
	    part[1] == 0 || part[1] > check->rev)
		check_found(check, CHECK_DAMAGE,
		    "a before-image has the impossible key %llu, %llu",
		    (unsigned long long)part[0], (unsigned long long)part[1]);
	else if (!record_sound(record))
		check_found(check, CHECK_DAMAGE,
		    "record %llu: the checksum "
		    "of its before-image of revision %llu is wrong",
		    (unsigned long long)part[0], (unsigned long long)part[1]);
	else if (record_rev(record) >= part[1])
		check_found(check, CHECK_DAMAGE,
		    "record %llu: its "
		    "before-image of revision %llu is not older than that",
		    (unsigned long long)part[0], (unsigned long long)part[1]);
	return 0;
}

/* Times never go back from one revision to the next. */
static int
check_revision(
    struct check *check, struct view key, struct view value, struct fault *fault)
{
	uint64_t rev = 0;
	int64_t at, before;
	const char *who;

	(void)value;
	check->outcome->revisions++;
	if (key.len == sizeof(rev)) {
		memcpy(&rev, key.at, sizeof(rev));
		rev = be64toh(rev);
	}
	if (rev == 0 || txn_revision(check->txn, rev, &at, &who, fault) != 1) {
		check_found(check, CHECK_DAMAGE,
		    "revision %llu: its row in the log is damaged",
		    (unsigned long long)rev);
		return 0;
	}
	if (rev > 1 && txn_revision(check->txn, rev - 1, &before, &who, fault) == 1 &&
	    before > at)
		check_found(check, CHECK_DAMAGE,
		    "revision %llu: is older than the one before it",
		    (unsigned long long)rev);
	return 0;
}

/* Each name has two rows, which lead to each other. */
static int
check_name(struct check *check, struct view key, struct view value, struct fault *fault)
{
	enum name_class class;
	struct view name, label;
	uint16_t slot = 0, there = 0;
	bool by_slot = key.len == 3 && key.at[0] == '#';
	int found;

	if (by_slot)
		slot =
		    (uint16_t)((unsigned char)key.at[1] << 8 | (unsigned char)key.at[2]);
	else if (value.len == sizeof(slot))
		memcpy(&slot, value.at, sizeof(slot));
	found = slot < RECORD_FIXED
	    ? 0
	    : txn_slot_name(check->txn, slot, &class, &name, &label, fault);
	if (found == 1 && by_slot)
		found = txn_name_slot(check->txn, class, name, false, &there, fault);
	else if (found == 1 && key.len > 0 && key.at[0] == (char)class &&
	    view_equal(view_from(key, 1), name))
		there = slot;
	if (found != 1 || there != slot)
		check_found(check, CHECK_DAMAGE,
		    "the names of columns: slot %u leads to no name, or not "
		    "back",
		    slot);
	return 0;
}

int
check_store(struct check_outcome *outcome, struct txn *txn, bool all_notes,
    void (*found)(void *context, enum check_level level, const char *text), void *context,
    struct fault *fault)
{
	struct check check = { .txn = txn,
		.outcome = outcome,
		.found = found,
		.context = context,
		.all_notes = all_notes,
		.rev = txn_rev(txn),
		.next_id = txn_next_id(txn) };
	int rc = -1;

	*outcome = (struct check_outcome){ 0 };
	if (check_records(&check, fault) == 0 && check_index(&check, fault) == 0 &&
	    walk_tree(&check, TREE_IMAGES, check_image, fault) == 0 &&
	    walk_tree(&check, TREE_LOG, check_revision, fault) == 0 &&
	    walk_tree(&check, TREE_NAMES, check_name, fault) == 0)
		rc = 0;
	ids_release(&check.unreadable);
	return rc;
}
