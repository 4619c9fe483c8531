/* SPDX-License-Identifier: ISC */
/*
 * Texts are hashed with 64 bits, so however many records are erased, a record
 * that speaks of none of them costs a few lookups: two texts that meet would take
 * a text from a reference that leads nowhere.
 */
#include "rules/erase_traces.h"

#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/fold.h"
#include "model/entity.h"
#include "model/erasure.h"
#include "rules/person.h"

static int
text_hash(struct traces *traces, const struct kind *kind, struct view text,
    uint64_t *hash, struct fault *fault)
{
	buf_clear(&traces->key);
	fold_search(&traces->key, text);
	*hash = XXH3_64bits_withSeed(traces->key.at, traces->key.len, kind->number);
	return buf_check(&traces->key, fault);
}

/* False when the text is no address. */
static bool
address_hash(struct traces *traces, struct view text, uint64_t *hash)
{
	buf_clear(&traces->key);
	if (!email_key(&traces->key, text))
		return false;
	*hash = XXH3_64bits(traces->key.at, traces->key.len);
	return true;
}

static int
add_word(struct buf *words, struct view text, struct fault *fault)
{
	buf_put(words, &text.len, sizeof(text.len));
	buf_view(words, text);
	return buf_check(words, fault);
}

struct adding {
	struct traces *traces;
	const struct kind *kind;
};

/* A text that a reference may have kept instead of the record. */
static int
add_text(const struct adding *adding, struct view text, struct fault *fault)
{
	uint64_t hash;

	if (text.len == 0)
		return 0;
	if (text_hash(adding->traces, adding->kind, text, &hash, fault) != 0 ||
	    ids_add(&adding->traces->texts, hash, fault) != 0)
		return -1;
	/* A number or a word alone says nobody. */
	return memchr(text.at, ' ', text.len) == NULL &&
		memchr(text.at, '@', text.len) == NULL &&
		memchr(text.at, ':', text.len) == NULL
	    ? 0
	    : add_word(&adding->traces->words, text, fault);
}

/* "ext.crm" and A1: crm:A1. */
static void
put_external(struct buf *out, struct view what, char between, struct view value)
{
	buf_view(out, view_from(what, 4));
	buf_char(out, between);
	buf_view(out, value);
}

static int
add_key(void *context, struct view what, struct view value, struct fault *fault)
{
	const struct adding *adding = context;
	struct buf text = BUF_EMPTY;
	uint64_t hash;
	int result;

	if (view_is(what, "email")) {
		if (address_hash(adding->traces, value, &hash) &&
		    ids_add(&adding->traces->addresses, hash, fault) != 0)
			return -1;
		return add_text(adding, value, fault);
	}
	/* In a query ext.crm=A1, too. */
	put_external(&text, what, ':', value);
	result = buf_check(&text, fault);
	if (result == 0)
		result = add_text(adding, buf_as_view(&text), fault);
	buf_clear(&text);
	buf_view(&text, what);
	buf_char(&text, '=');
	buf_view(&text, value);
	if (result == 0)
		result = buf_check(&text, fault);
	if (result == 0)
		result = add_word(&adding->traces->words, buf_as_view(&text), fault);
	buf_release(&text);
	return result == 0
	    ? traces_add_named(adding->traces, view_from(what, 4), value, fault)
	    : -1;
}

int
traces_add_address(struct traces *traces, struct view address, struct fault *fault)
{
	uint64_t hash;

	return address_hash(traces, address, &hash)
	    ? ids_add(&traces->addresses, hash, fault)
	    : buf_check(&traces->key, fault);
}

int
traces_add(struct traces *traces, struct txn *txn, uint64_t id, struct record record,
    struct fault *fault)
{
	struct adding adding = { traces, kind_by_number(record_kind(record)) };
	const struct field *label;
	struct buf text = BUF_EMPTY;
	int result;

	if (adding.kind == NULL)
		return 0;
	label = adding.kind->label == NULL
	    ? NULL
	    : kind_field(adding.kind, view_of(adding.kind->label));
	buf_char(&text, '#');
	buf_number(&text, id);
	result = buf_check(&text, fault);
	if (result == 0)
		result = add_text(&adding, buf_as_view(&text), fault);
	buf_clear(&text);
	if (result == 0 && label != NULL)
		result =
		    entity_print(&text, txn, adding.kind, id, record, label->slot, fault);
	if (result == 0)
		result = add_text(&adding, buf_as_view(&text), fault);
	if (result == 0 && adding.kind == &kind_contact &&
	    record_get(record, CONTACT_LAST_NAME).len > 0)
		result = add_word(
		    &traces->surnames, record_get(record, CONTACT_LAST_NAME), fault);
	if (result == 0)
		result = erasure_keys(txn, record, add_key, &adding, fault);
	if (result == 0)
		result = ids_add(&traces->kinds, adding.kind->number, fault);
	buf_release(&text);
	return result;
}

void
traces_settle(struct traces *traces)
{
	ids_sort(&traces->texts);
	ids_sort(&traces->addresses);
	ids_sort(&traces->kinds);
	ids_sort(&traces->named);
}

int
traces_key(struct traces *traces, const struct kind *kind, struct view what,
    struct view value, struct fault *fault)
{
	struct buf text = BUF_EMPTY;
	uint64_t hash;
	int result;

	if (!ids_have(&traces->kinds, kind->number))
		return 0;
	if (view_is(what, "email")) {
		result = address_hash(traces, value, &hash) &&
		    ids_have(&traces->addresses, hash);
		return buf_check(&traces->key, fault) != 0 ? -1 : result;
	}
	put_external(&text, what, ':', value);
	result = buf_check(&text, fault);
	if (result == 0)
		result = text_hash(traces, kind, buf_as_view(&text), &hash, fault);
	buf_release(&text);
	return result != 0 ? -1 : ids_have(&traces->texts, hash);
}

/* Whether a text in a reference to `of` means somebody who was erased, and
 * nobody who is there. */
static int
means(struct traces *traces, struct txn *txn, const struct kind *of, struct view text,
    struct fault *fault)
{
	struct ids others = { NULL, 0, 0 };
	uint64_t hash, id;
	int result;

	if (text.len == 0 || reference_id(text, &id))
		return 0;
	if (text_hash(traces, of, text, &hash, fault) != 0)
		return -1;
	if (!ids_have(&traces->texts, hash))
		return 0;
	result = entity_resolve(txn, of, text, &others, fault);
	if (result == 0)
		result = others.count == 0;
	ids_release(&others);
	return result;
}

/* Puts the value without the elements that mean somebody into the arena: 1, 0
 * when there is none, -1. */
static int
without(struct traces *traces, struct txn *txn, const struct field *field,
    struct view *value, struct arena *arena, struct fault *fault)
{
	const struct kind *of = kind_by_name(view_of(field->of));
	struct buf kept = BUF_EMPTY, scratch = BUF_EMPTY;
	struct view list = *value, element;
	int found = 0, any = 0;

	if (of == NULL || !ids_have(&traces->kinds, of->number))
		return 0;
	if ((field->flags & FIELD_LIST) == 0) {
		any = means(traces, txn, of, *value, fault);
		if (any == 1)
			*value = view_make(NULL, 0);
		return any;
	}
	while (found >= 0 && list_next(&list, &element, &scratch)) {
		found = means(traces, txn, of, element, fault);
		any |= found == 1;
		if (found == 0)
			list_add(&kept, 0, element);
	}
	if (found >= 0 && buf_check(&kept, fault) != 0)
		found = -1;
	if (found >= 0 && any) {
		*value = arena_copy(arena, buf_as_view(&kept));
		if (kept.len > 0 && value->at == NULL)
			found = fault_memory(fault);
	}
	buf_release(&kept);
	buf_release(&scratch);
	return found < 0 ? -1 : any;
}

/* Whether the field holds words that somebody searched by. */
static bool
holds_words(const struct kind *kind, const struct field *field)
{
	return strcmp(kind->name, "query") == 0 && strcmp(field->name, "text") == 0;
}

/* Whether a contact that the record is about stays and has the address itself. */
static int
is_borne(struct txn *txn, const struct kind *kind, struct record record,
    struct view address, struct fault *fault)
{
	struct record contact;
	uint64_t id;
	size_t i;
	int found = 0;

	for (i = 0; found == 0 && i < kind->count; i++) {
		if (kind->fields[i].slot >= RECORD_FIXED ||
		    kind->fields[i].type != TYPE_REFERENCE ||
		    strcmp(kind->fields[i].of, kind_contact.name) != 0 ||
		    !reference_id(record_get(record, kind->fields[i].slot), &id))
			continue;
		found = txn_record(txn, id, &contact, fault);
		if (found == 1)
			found = record_kind(contact) == kind_contact.number
			    ? person_has_address(contact, address, fault)
			    : 0;
	}
	return found;
}

/* A field that says whom something went to is emptied as a whole. */
static int
without_trace(struct traces *traces, struct txn *txn, struct record record,
    const struct field *field, struct view *value, struct fault *fault)
{
	uint64_t hash;
	int found;

	if (field->type != TYPE_EMAIL) {
		found = traces_mentioned(traces, *value, fault);
	} else if (!address_hash(traces, *value, &hash) ||
	    !ids_have(&traces->addresses, hash)) {
		return buf_check(&traces->key, fault);
	} else {
		found = is_borne(
		    txn, kind_by_number(record_kind(record)), record, *value, fault);
		found = found < 0 ? -1 : found == 0;
	}
	if (found == 1)
		*value = view_make(NULL, 0);
	return found;
}

/* Makes *value what the field says without them: 1, 0 when it says nothing of them,
 * -1. */
static int
without_them(struct traces *traces, struct txn *txn, const struct kind *kind,
    const struct field *field, struct record record, struct view *value,
    struct arena *arena, struct fault *fault)
{
	if (value->len == 0)
		return 0;
	if ((field->flags & FIELD_TRACE) != 0)
		return without_trace(traces, txn, record, field, value, fault);
	if (kind_hides(kind, field->slot))
		return 0;
	if (field->type == TYPE_REFERENCE)
		return without(traces, txn, field, value, arena, fault);
	return holds_words(kind, field)
	    ? traces_without_words(traces, value, arena, fault)
	    : 0;
}

int
traces_scrub(struct traces *traces, struct txn *txn, struct record record,
    struct record_form *form, struct arena *arena, struct fault *fault)
{
	const struct kind *kind = kind_by_number(record_kind(record));
	const struct field *field;
	struct view value;
	size_t i;
	int found, any = 0;

	for (i = 0; kind != NULL && (field = kind_each(kind, i)) != NULL; i++) {
		if (field->slot >= RECORD_FIXED)
			continue;
		value = record_get(record, field->slot);
		found =
		    without_them(traces, txn, kind, field, record, &value, arena, fault);
		if (found < 0)
			return -1;
		if (found == 0)
			continue;
		if (!any)
			record_form_from(form, record);
		record_form_set(form, field->slot, value);
		any = 1;
	}
	return any;
}

/* Whether a byte may be part of an address that stands in a text. */
static bool
is_part(unsigned char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
	    (c >= 'A' && c <= 'Z') || c >= 0x80 ||
	    (c != '\0' && strchr(".!#$%&'*+-/=?^_`{|}~", c) != NULL);
}

int
traces_mentioned(struct traces *traces, struct view text, struct fault *fault)
{
	const char *at = text.at, *end = text.at + text.len, *from, *to;
	uint64_t hash;

	if (traces->addresses.count == 0)
		return 0;
	while (at < end && (at = memchr(at, '@', (size_t)(end - at))) != NULL) {
		for (from = at; from > text.at && is_part((unsigned char)from[-1]);
		     from--)
			;
		for (to = at + 1; to < end && is_part((unsigned char)*to); to++)
			;
		while (to > at + 1 && strchr(".'!?", to[-1]) != NULL)
			to--;
		/* "email=ann@x.org" and "'ann@x.org'" have it too. */
		for (; from < at; from++) {
			if (address_hash(
				traces, view_make(from, (size_t)(to - from)), &hash) &&
			    ids_have(&traces->addresses, hash))
				return 1;
			while (from < at && strchr("='/`{|", *from) == NULL)
				from++;
		}
		at++;
	}
	return buf_check(&traces->key, fault);
}

void
traces_release(struct traces *traces)
{
	ids_release(&traces->texts);
	ids_release(&traces->addresses);
	ids_release(&traces->kinds);
	ids_release(&traces->named);
	buf_release(&traces->words);
	buf_release(&traces->surnames);
	buf_release(&traces->key);
}
