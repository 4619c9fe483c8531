/* SPDX-License-Identifier: ISC */
/*
 * Asks the tree about one record. Rejected contacts are not seen by a query
 * that does not speak of approval, unless their number was given (TW-19).
 */
#include "model/query_tree.h"

#include "base/fold.h"
#include "model/label.h"
#include "model/viewer.h"

/* The scalar that ends before at. */
static uint32_t
scalar_before(struct view text, size_t at)
{
	uint32_t scalar = 0;
	size_t lead = at;

	do
		lead--;
	while (lead > 0 && ((unsigned char)text.at[lead] & 0xc0) == 0x80);
	(void)utf8_decode(view_make(text.at + lead, at - lead), &scalar);
	return scalar;
}

/* Whether text[at] begins a word: at the edge, behind anything that is no
 * letter or digit, and anywhere among scripts that write without blanks. */
static bool
begins_word(struct view text, size_t at)
{
	unsigned char before, here;
	uint32_t scalar;

	if (at == 0)
		return true;
	before = (unsigned char)text.at[at - 1];
	here = (unsigned char)text.at[at];
	if (before < 0x80)
		return !(
		    (before >= '0' && before <= '9') || (before >= 'a' && before <= 'z'));
	/* Three bytes from U+3000 on: kana, ideographs, syllables. */
	if (here >= 0xe3 && here <= 0xef)
		return true;
	scalar = scalar_before(text, at);
	return (scalar >= 0xa0 && scalar <= 0xbf) ||
	    (scalar >= 0x2000 && scalar <= 0x206f) ||
	    (scalar >= 0x3000 && scalar <= 0x303f);
}

static bool
word_in(struct view word, struct view value, struct buf *folded)
{
	struct view text;
	const char *at;
	size_t from = 0;

	if (!fold_search_contains(value, word))
		return false;
	buf_clear(folded);
	fold_search(folded, value);
	text = buf_as_view(folded);
	while (text.len - from >= word.len &&
	    (at = memmem(text.at + from, text.len - from, word.at, word.len)) != NULL) {
		from = (size_t)(at - text.at);
		if (begins_word(text, from))
			return true;
		from++;
	}
	return false;
}

static int
word_in_element(struct query *query, struct view word, const struct field *field,
    struct view value, struct fault *fault)
{
	const struct kind *of;
	uint64_t id;

	if (field->type == TYPE_REFERENCE && reference_id(value, &id)) {
		of = kind_by_name(view_of(field->of));
		if (of != NULL && label_get(query->txn, of, id, &value, fault) == -1)
			return -1;
	}
	return word_in(word, value, &query->scratch.folded);
}

static int
word_in_field(struct query *query, struct view word, const struct field *field,
    uint64_t id, struct record record, struct fault *fault)
{
	struct term_scratch *scratch = &query->scratch;
	struct view value, element;
	int found = 0;

	if (entity_value(query->txn, field, field->slot, id, record, &scratch->computed,
		&value, fault) == -1)
		return -1;
	if (value.len == 0)
		return 0;
	if ((field->flags & FIELD_LIST) == 0)
		return word_in_element(query, word, field, value, fault);
	while (found == 0 && list_next(&value, &element, &scratch->element))
		found = word_in_element(query, word, field, element, fault);
	return found;
}

static int
word_holds(struct query *query, struct view word, uint64_t id, struct record record,
    struct fault *fault)
{
	const struct kind *kind = query->options.kind;
	size_t i;
	int found = 0;

	for (i = 0; found == 0 && i < kind->count; i++)
		if ((kind->fields[i].flags & FIELD_SEARCHED) != 0)
			found = word_in_field(
			    query, word, &kind->fields[i], id, record, fault);
	if (found == 0)
		found = buf_check(&query->scratch.folded, fault);
	return found;
}

/* Whether the node holds for a record of the query's kind: 1, 0, -1. */
static int
holds_for(struct query *query, const struct node *node, uint64_t id, struct record record,
    struct fault *fault)
{
	size_t i;
	int holds;

	switch (node->type) {
	case NODE_TERM:
		return term_matches(
		    node->term, query->txn, &query->scratch, id, record, fault);
	case NODE_WORD:
		return word_holds(query, node->word, id, record, fault);
	case NODE_RELATED:
		if (query_relate(query, node->related, fault) == -1)
			return -1;
		return ids_have(&node->related->owners, id);
	case NODE_NOT:
		holds = holds_for(query, node->children[0], id, record, fault);
		return holds == -1 ? -1 : !holds;
	case NODE_OR:
		for (i = 0, holds = 0; holds == 0 && i < node->count; i++)
			holds = holds_for(query, node->children[i], id, record, fault);
		return holds;
	case NODE_AND:
		break;
	}
	for (i = 0, holds = 1; holds == 1 && i < node->count; i++)
		holds = holds_for(query, node->children[i], id, record, fault);
	return holds;
}

int
query_matches(struct query *query, uint64_t id, struct record record, struct fault *fault)
{
	const struct kind *kind = query->options.kind;
	int holds;

	if (record_kind(record) != kind->number)
		return 0;
	if (kind == &kind_contact && !query->rejected_too && !query->options.rejected &&
	    view_is(record_get(record, CONTACT_APPROVAL), "Rejected") &&
	    !ids_have(&query->named, id))
		return 0;
	holds = holds_for(query, query->root, id, record, fault);
	if (holds == 1)
		holds = viewer_sees(query->txn, record, fault);
	return holds == 1 && kind == &kind_contact
	    ? audience_sees(
		  query->options.audience, query->options.me, query->txn, record, fault)
	    : holds;
}
