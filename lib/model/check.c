/* SPDX-License-Identifier: ISC */
/*
 * Records are read with a cursor of our own, since the reading that all else
 * uses stops at the first that is damaged. While one cursor walks, each record
 * is also looked up by its id: so the upper pages of the tree are proved too.
 */
#include "model/check.h"

#include <endian.h>
#include <stdio.h>

#include "base/fold.h"
#include "model/check_internal.h"
#include "model/mail_settings.h"
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

bool
check_goes_on(const struct fault *fault)
{
	return fault->kind == FAULT_STORE;
}

int
check_records_open(struct check_walk *walk, struct check *check, struct fault *fault)
{
	return check_walk_open(walk, check, TREE_RECORDS, fault);
}

int
check_records_next(
    struct check_walk *walk, uint64_t *id, struct record *record, struct fault *fault)
{
	struct view key, value;
	uint64_t bytes;
	int found;

	while ((found = check_walk_next(walk, &key, &value, fault)) == 1 &&
	    key.len != sizeof(bytes))
		if (!walk->again)
			check_found(walk->check, CHECK_DAMAGE,
			    "a record has a key of %zu bytes, which is no id", key.len);
	if (found <= 0)
		return found;
	memcpy(&bytes, key.at, sizeof(bytes));
	*id = be64toh(bytes);
	*record = (struct record){ (const unsigned char *)value.at, value.len };
	return 1;
}

/* What cannot be searched for damage is as good as not there. */
int
check_look_up(
    struct check *check, uint64_t id, struct record *record, struct fault *fault)
{
	uint64_t key = htobe64(id);
	struct view value;
	int found = engine_get(txn_engine(check->txn), TREE_RECORDS,
	    view_make((char *)&key, sizeof(key)), &value, fault);

	if (found == 1)
		*record = (struct record){ (const unsigned char *)value.at, value.len };
	return found < 0 && check_goes_on(fault) ? 0 : found;
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
		found = check_look_up(check, target, &record, fault);
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

	if (utf8_valid(value) != value.len)
		check_found(check, CHECK_DAMAGE,
		    "record %llu: %s is not UTF-8, so that a dump cannot be loaded",
		    (unsigned long long)id, field->name);
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
		field = NULL;
		/* A damaged name is told of with the other names. */
		if (kind_field_of_slot(check->txn, kind, slot, &field, fault) < 0) {
			if (check_goes_on(fault))
				continue;
			return -1;
		}
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
	int found = check_look_up(check, id, &again, fault);

	if (found < 0)
		return -1;
	if (again.len != record.len ||
	    (again.at != record.at && memcmp(again.at, record.at, record.len) != 0))
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
	if (kind == &kind_campaign) {
		check->has_campaign = true;
		if (record_get(record, CAMPAIGN_SENDER).len == 0)
			check->has_no_sender = true;
	}
	return check_values(check, id, kind, record, fault);
}

static int
check_records(struct check *check, struct fault *fault)
{
	struct record record;
	struct check_walk walk;
	uint64_t id;
	int found;

	if (check_records_open(&walk, check, fault) < 0)
		return -1;
	while ((found = check_records_next(&walk, &id, &record, fault)) == 1) {
		check->outcome->records++;
		if (check_record(check, id, record, fault) < 0) {
			found = -1;
			break;
		}
	}
	check_walk_close(&walk);
	ids_sort(&check->unreadable);
	return found;
}

/* What the mail settings lack, which is told however many references were. */
static int
check_mail(struct check *check, struct fault *fault)
{
	struct buf text = BUF_EMPTY;
	unsigned lacks = 0;
	int rc;

	if (!check->has_campaign)
		return 0;
	rc = mail_settings_missing(check->txn, !check->has_no_sender, &lacks, fault);
	for (unsigned lack = 1; rc == 0 && lack <= lacks; lack <<= 1) {
		if ((lacks & lack) == 0)
			continue;
		buf_clear(&text);
		rc = mail_lack_print(&text, check->txn, (enum mail_lack)lack, fault);
		if (rc == 0)
			check->found(check->context, CHECK_NOTE, buf_string(&text));
	}
	buf_release(&text);
	for (size_t i = 0; rc == 0 && setting_at(i) != NULL; i++) {
		if (strncmp(setting_at(i)->name, "mail_", 5) != 0)
			continue;
		rc = setting_check(check->txn, setting_at(i)->name, fault);
		if (rc == 1)
			check->found(check->context, CHECK_NOTE, fault->text);
		rc = rc == 1 ? 0 : rc;
	}
	/* Damage of a setting was told of with the rest. */
	return rc == 0 || check_goes_on(fault) ? 0 : -1;
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
	    check_rest(&check, fault) == 0 && check_mail(&check, fault) == 0)
		rc = 0;
	ids_release(&check.unreadable);
	return rc;
}
