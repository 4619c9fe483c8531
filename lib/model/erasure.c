/* SPDX-License-Identifier: ISC */
/*
 * Kind erasure. A store has one salt; there may be two where a backup of it went
 * on as a store and was then restored, so all are tried.
 */
#include "model/erasure.h"

#include <stdlib.h>

#include "base/array.h"
#include "base/hmac.h"
#include "base/random.h"
#include "model/change.h"
#include "model/derived.h"
#include "model/entity.h"

static const struct field fields[] = { SYSTEM_FIRST,
	{ "hash", ERASURE_HASH, TYPE_TEXT,
	    FIELD_INDEXED | FIELD_KEY | FIELD_EXACT | FIELD_RULES, NULL, "9c1185a5...",
	    NULL },
	{ "salt", ERASURE_SALT, TYPE_TEXT, FIELD_INDEXED | FIELD_EXACT | FIELD_RULES,
	    NULL, "4b2f10c7...", NULL },
	{ "of", ERASURE_OF, TYPE_TEXT, FIELD_INDEXED | FIELD_RULES, NULL, "contact.email",
	    NULL },
	{ "record", ERASURE_RECORD, TYPE_NUMBER, FIELD_INDEXED | FIELD_RULES, NULL,
	    "1042", NULL },
	SYSTEM_LAST };

const struct kind kind_erasure = { "erasure", 30, fields,
	sizeof(fields) / sizeof(fields[0]), NULL, "hash", "id,rev,of,record,created_at",
	NULL, 0 };

#define SALT_BYTES 16

struct salt {
	char text[2 * SALT_BYTES + 1];
	struct hmac hmac;
};

struct erasures {
	struct txn *txn;
	struct salt *salts;
	size_t count, cap;
	struct buf text, digest;
	struct ids ids;
};

static void
erasures_free(void *at)
{
	struct erasures *erasures = at;

	free(erasures->salts);
	buf_release(&erasures->text);
	buf_release(&erasures->digest);
	ids_release(&erasures->ids);
	free(erasures);
}

static void
put_hex(char *to, const unsigned char *bytes, size_t len)
{
	static const char digits[] = "0123456789abcdef";
	size_t i;

	for (i = 0; i < len; i++) {
		*to++ = digits[bytes[i] >> 4];
		*to++ = digits[bytes[i] & 15];
	}
	*to = '\0';
}

static int
add_salt(struct erasures *erasures, struct view text, struct fault *fault)
{
	struct salt *salt = array_room(
	    erasures->salts, erasures->count, &erasures->cap, sizeof(*salt), fault);

	if (salt == NULL)
		return -1;
	erasures->salts = salt;
	salt += erasures->count++;
	memset(salt->text, 0, sizeof(salt->text));
	if (text.len > 0)
		memcpy(salt->text, text.at,
		    text.len < sizeof(salt->text) ? text.len : sizeof(salt->text) - 1);
	hmac_begin(&salt->hmac, text);
	return 0;
}

static bool
is_known(const struct erasures *erasures, struct view text)
{
	size_t i;

	for (i = 0; i < erasures->count; i++)
		if (view_is(text, erasures->salts[i].text))
			return true;
	return false;
}

/* Takes from the ids those that have the salt of the first. */
static int
take_salt(struct erasures *erasures, struct ids *left, struct fault *fault)
{
	struct txn *txn = erasures->txn;
	struct record record;
	struct view salt;
	size_t i, kept = 0;
	int found = txn_record(txn, left->at[0], &record, fault);

	if (found < 0)
		return -1;
	salt = found == 1 && record_kind(record) == kind_erasure.number
	    ? record_get(record, ERASURE_SALT)
	    : view_make(NULL, 0);
	if (salt.len > 0 && !is_known(erasures, salt) &&
	    add_salt(erasures, salt, fault) != 0)
		return -1;
	erasures->ids.count = 0;
	if (salt.len > 0 &&
	    index_find(txn, index_text_key(kind_erasure.number, ERASURE_SALT, salt),
		&erasures->ids, fault) != 0)
		return -1;
	/* Both ascend. */
	for (i = 1, found = 0; i < left->count; i++) {
		while ((size_t)found < erasures->ids.count &&
		    erasures->ids.at[found] < left->at[i])
			found++;
		if ((size_t)found == erasures->ids.count ||
		    erasures->ids.at[found] != left->at[i])
			left->at[kept++] = left->at[i];
	}
	left->count = kept;
	return 0;
}

static int
read_salts(struct erasures *erasures, struct fault *fault)
{
	struct ids left = { NULL, 0, 0 };
	int result = index_find_prefix(erasures->txn, kind_erasure.number, ERASURE_SALT,
	    view_make(NULL, 0), &left, fault);

	ids_sort(&left);
	while (result == 0 && left.count > 0)
		result = take_salt(erasures, &left, fault);
	ids_release(&left);
	return result;
}

int
erasures_of(struct erasures **out, struct txn *txn, struct fault *fault)
{
	struct txn_kept *kept = txn_kept(txn, KEEP_ERASURES);
	struct erasures *erasures = kept->at;

	*out = erasures;
	if (erasures != NULL)
		return 0;
	*out = erasures = calloc(1, sizeof(*erasures));
	if (erasures == NULL)
		return fault_memory(fault);
	erasures->txn = txn;
	if (read_salts(erasures, fault) != 0) {
		erasures_free(erasures);
		return -1;
	}
	*kept = (struct txn_kept){ erasures, erasures_free };
	return 0;
}

bool
erasures_none(const struct erasures *erasures)
{
	return erasures->count == 0;
}

/* The hash of kind, what and the value's one form. */
static int
make_hash(struct erasures *erasures, const struct salt *salt, const struct kind *kind,
    struct view what, struct view value, struct view *hash, struct fault *fault)
{
	unsigned char digest[HMAC_BYTES];
	struct buf *text = &erasures->text;
	size_t start;

	buf_clear(text);
	buf_text(text, kind->name);
	buf_char(text, '.');
	buf_view(text, what);
	buf_char(text, '\0');
	start = text->len;
	if (!view_is(what, "email") || !email_key(text, value)) {
		text->len = start;
		buf_view(text, value);
	}
	buf_clear(&erasures->digest);
	if (buf_check(text, fault) != 0 ||
	    (!buf_reserve(&erasures->digest, 2 * sizeof(digest) + 1) &&
		fault_memory(fault) != 0))
		return -1;
	hmac_digest(&salt->hmac, buf_as_view(text), digest);
	put_hex(erasures->digest.at, digest, sizeof(digest));
	*hash = view_make(erasures->digest.at, 2 * sizeof(digest));
	return 0;
}

static int
find_hash(struct erasures *erasures, struct view hash, uint64_t *id, struct fault *fault)
{
	struct record record;
	size_t i;
	int found;

	erasures->ids.count = 0;
	if (index_find(erasures->txn,
		index_text_key(kind_erasure.number, ERASURE_HASH, hash), &erasures->ids,
		fault) != 0)
		return -1;
	for (i = 0; i < erasures->ids.count; i++) {
		found = txn_record(erasures->txn, erasures->ids.at[i], &record, fault);
		if (found < 0)
			return -1;
		if (found == 0 || record_kind(record) != kind_erasure.number ||
		    !view_equal(record_get(record, ERASURE_HASH), hash))
			continue;
		*id = erasures->ids.at[i];
		return 1;
	}
	return 0;
}

int
erasures_find(struct erasures *erasures, const struct kind *kind, struct view what,
    struct view value, uint64_t *id, struct fault *fault)
{
	struct view hash;
	size_t i;
	int found = 0;

	for (i = 0; found == 0 && i < erasures->count; i++) {
		found = make_hash(
		    erasures, erasures->salts + i, kind, what, value, &hash, fault);
		if (found == 0)
			found = find_hash(erasures, hash, id, fault);
	}
	return found;
}

static int
make_salt(struct erasures *erasures, struct fault *fault)
{
	unsigned char bytes[SALT_BYTES];
	char text[2 * SALT_BYTES + 1];

	if (random_fill(bytes, sizeof(bytes), fault) != 0)
		return -1;
	put_hex(text, bytes, sizeof(bytes));
	return add_salt(erasures, view_of(text), fault);
}

int
erasures_add(struct erasures *erasures, const struct kind *kind, struct view what,
    struct view value, uint64_t id, uint64_t *hash, struct fault *fault)
{
	struct record_form *form;
	struct buf of = BUF_EMPTY, number = BUF_EMPTY;
	struct view text;
	int found = erasures_find(erasures, kind, what, value, hash, fault);

	if (found != 0)
		return found < 0 ? -1 : 0;
	if (erasures->count == 0 && make_salt(erasures, fault) != 0)
		return -1;
	form = malloc(sizeof(*form));
	buf_printf(&of, "%s.%.*s", kind->name, (int)what.len, what.at);
	buf_number(&number, id);
	if (form == NULL)
		found = fault_memory(fault);
	else if (buf_check(&of, fault) != 0 || buf_check(&number, fault) != 0 ||
	    make_hash(erasures, erasures->salts, kind, what, value, &text, fault) != 0)
		found = -1;
	if (found == 0) {
		record_form_clear(form);
		record_form_set(form, ERASURE_HASH, text);
		record_form_set(form, ERASURE_SALT, view_of(erasures->salts[0].text));
		record_form_set(form, ERASURE_OF, buf_as_view(&of));
		record_form_set(form, ERASURE_RECORD, buf_as_view(&number));
		found = change_create(
		    erasures->txn, &kind_erasure, form, 0, CAUSE_ROW, hash, fault);
	}
	buf_release(&of);
	buf_release(&number);
	free(form);
	return found < 0 ? -1 : 1;
}

static int
each_element(struct view what, struct view list,
    int (*each)(void *context, struct view what, struct view value, struct fault *fault),
    void *context, struct fault *fault)
{
	struct buf scratch = BUF_EMPTY;
	struct view element;
	int result = 0;

	while (result == 0 && list_next(&list, &element, &scratch))
		result = each(context, what, element, fault);
	if (result == 0)
		result = buf_check(&scratch, fault);
	buf_release(&scratch);
	return result;
}

int
erasure_keys(struct txn *txn, struct record record,
    int (*each)(void *context, struct view what, struct view value, struct fault *fault),
    void *context, struct fault *fault)
{
	const struct kind *kind = kind_by_number(record_kind(record));
	uint32_t position = 0;
	enum name_class class;
	struct buf what = BUF_EMPTY;
	struct view name, value;
	uint16_t slot;
	int result = 0, found;

	while (result == 0 && record_next(record, &position, &slot, &value)) {
		if (slot < RECORD_FIXED) {
			const struct field *field =
			    kind == NULL ? NULL : kind_slot(kind, slot);

			if (field == NULL || field->type != TYPE_EMAIL)
				continue;
			result = (field->flags & FIELD_LIST) != 0
			    ? each_element(VIEW("email"), value, each, context, fault)
			    : each(context, VIEW("email"), value, fault);
			continue;
		}
		found = txn_slot_name(txn, slot, &class, &name, NULL, fault);
		if (found != 1 || class != NAME_EXT) {
			result = found < 0 ? -1 : 0;
			continue;
		}
		buf_clear(&what);
		buf_text(&what, "ext.");
		buf_view(&what, name);
		result = buf_check(&what, fault);
		if (result == 0)
			result =
			    each_element(buf_as_view(&what), value, each, context, fault);
	}
	buf_release(&what);
	return result;
}

/* A key that a record may have. */
struct bearing {
	struct view what, value;
	struct buf key, other;
	bool found;
};

static int
compare_key(void *context, struct view what, struct view value, struct fault *fault)
{
	struct bearing *bearing = context;

	if (bearing->found || !view_equal(what, bearing->what))
		return 0;
	bearing->found = view_equal(value, bearing->value);
	if (!view_is(what, "email"))
		return 0;
	buf_clear(&bearing->key);
	buf_clear(&bearing->other);
	bearing->found |= email_key(&bearing->key, bearing->value) &&
	    email_key(&bearing->other, value) &&
	    view_equal(buf_as_view(&bearing->key), buf_as_view(&bearing->other));
	return buf_check(&bearing->key, fault) != 0 ? -1
						    : buf_check(&bearing->other, fault);
}

int
erasure_has(struct txn *txn, struct record record, struct view what, struct view value,
    struct fault *fault)
{
	struct bearing bearing = { what, value, BUF_EMPTY, BUF_EMPTY, false };
	int result = erasure_keys(txn, record, compare_key, &bearing, fault);

	buf_release(&bearing.key);
	buf_release(&bearing.other);
	return result != 0 ? -1 : bearing.found;
}

/* Of a record without a name, all that it says. */
static void
put_values(struct buf *out, struct record record)
{
	uint32_t position = 0;
	struct view value;
	uint16_t slot;

	while (record_next(record, &position, &slot, &value)) {
		buf_printf(out, " %u=", slot);
		buf_view(out, value);
	}
}

int
erasure_record(struct buf *out, struct txn *txn, uint64_t id, struct record record,
    struct fault *fault)
{
	const struct kind *kind = kind_by_number(record_kind(record));
	const struct field *label;
	int64_t time = 0;
	const char *who;
	size_t start;

	if (txn_revision(txn, record_created(record), &time, &who, fault) < 0)
		return -1;
	buf_number(out, id);
	buf_char(out, ' ');
	time_print(out, time);
	buf_char(out, ' ');
	start = out->len;
	label = kind == NULL || kind->label == NULL
	    ? NULL
	    : kind_field(kind, view_of(kind->label));
	if (label != NULL &&
	    entity_print(out, txn, kind, id, record, label->slot, fault) != 0)
		return -1;
	if (out->len == start)
		put_values(out, record);
	return buf_check(out, fault);
}
