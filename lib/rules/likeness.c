/* SPDX-License-Identifier: ISC */
/*
 * The scores are those of contact-find(1). One sign decides the first figure,
 * each further one adds a little, so that of two pairs the one that has more in
 * common stands first.
 */
#include "rules/likeness.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "model/value.h"

bool
likeness_knows(const struct kind *kind)
{
	return kind == &kind_contact || kind == &kind_organization;
}

struct signs {
	int (*each)(
	    void *context, enum likeness_sign sign, uint64_t hash, struct fault *fault);
	void *context;
};

static uint64_t
hash_of(struct view text, uint64_t seed)
{
	return XXH3_64bits_withSeed(text.at == NULL ? "" : text.at, text.len, seed);
}

/* A sign for each text; with a name, one of both together besides. */
static int
tell_texts(const struct signs *signs, const struct buf *texts, enum likeness_sign alone,
    uint64_t name, enum likeness_sign named, struct fault *fault)
{
	struct view text;
	size_t at = 0;
	int result = 0;

	while (result == 0 && profile_next(texts, &at, &text)) {
		result = signs->each(signs->context, alone, hash_of(text, alone), fault);
		if (result == 0 && name != 0)
			result = signs->each(
			    signs->context, named, hash_of(text, name + named), fault);
	}
	return result;
}

int
likeness_each(const struct profile *profile, const struct kind *kind,
    int (*each)(
	void *context, enum likeness_sign sign, uint64_t hash, struct fault *fault),
    void *context, struct fault *fault)
{
	const struct signs signs = { each, context };
	const struct view organization = buf_as_view(&profile->organization);
	uint64_t name;

	if (kind == &kind_organization)
		return tell_texts(&signs, &profile->names, SIGN_NAME, 0, SIGN_NAME,
			   fault) != 0 ||
			tell_texts(&signs, &profile->domains, SIGN_DOMAIN, 0, SIGN_DOMAIN,
			    fault) != 0
		    ? -1
		    : tell_texts(
			  &signs, &profile->phones, SIGN_PHONE, 0, SIGN_PHONE, fault);
	name = profile->names.len == 0 ? 0 : hash_of(buf_as_view(&profile->names), 0) | 1;
	if (tell_texts(&signs, &profile->emails, SIGN_EMAIL, name, SIGN_NAME_EMAIL,
		fault) != 0 ||
	    tell_texts(
		&signs, &profile->phones, SIGN_PHONE, name, SIGN_NAME_PHONE, fault) != 0)
		return -1;
	return name == 0 || organization.len == 0
	    ? 0
	    : each(context, SIGN_NAME_ORGANIZATION,
		  hash_of(organization, name + SIGN_NAME_ORGANIZATION), fault);
}

static bool
share(const struct buf *a, const struct buf *b)
{
	struct view text;
	size_t at = 0;

	while (profile_next(a, &at, &text))
		if (profile_has(b, text))
			return true;
	return false;
}

static bool
same(const struct buf *a, const struct buf *b)
{
	return a->len > 0 && view_equal(buf_as_view(a), buf_as_view(b));
}

/* One of them says nothing, or both begin alike: "B." is "Benjamin". */
static bool
go_together(const struct buf *a, const struct buf *b, size_t letters)
{
	return a->len == 0 || b->len == 0 ||
	    view_equal(
		view_until(buf_as_view(a), letters), view_until(buf_as_view(b), letters));
}

/* Of people: what their names say. */
enum naming { NAMES_DIFFER, NAMES_PARTLY, NAMES_AGREE };

static enum naming
compare_names(const struct profile *a, const struct profile *b)
{
	if (a->names.len == 0 || b->names.len == 0)
		return NAMES_PARTLY;
	if (share(&a->names, &b->names))
		return go_together(&a->middle, &b->middle, 1) &&
			go_together(&a->suffix, &b->suffix, 2)
		    ? NAMES_AGREE
		    : NAMES_PARTLY;
	return same(&a->first, &b->first) || same(&a->last, &b->last) ? NAMES_PARTLY
								      : NAMES_DIFFER;
}

static unsigned
score_people(const struct profile *a, const struct profile *b, unsigned *why)
{
	enum naming naming = compare_names(a, b);
	bool email = share(&a->emails, &b->emails), phone = share(&a->phones, &b->phones);
	bool organization = same(&a->organization, &b->organization);

	*why = (email ? LIKE_EMAIL : 0U) | (naming == NAMES_AGREE ? LIKE_NAME : 0U) |
	    (organization ? LIKE_ORGANIZATION : 0U) | (phone ? LIKE_PHONE : 0U);
	if (email)
		return (naming == NAMES_AGREE		? 94U
			       : naming == NAMES_PARTLY ? 85U
							: 60U) +
		    (phone ? 3U : 0U) + (organization ? 3U : 0U);
	if (phone)
		return (naming == NAMES_AGREE		? 90U
			       : naming == NAMES_PARTLY ? 60U
							: 40U) +
		    (organization ? 3U : 0U);
	return organization && naming == NAMES_AGREE ? 80
	    : organization && naming == NAMES_PARTLY ? 50
						     : 0;
}

static unsigned
score_companies(const struct profile *a, const struct profile *b, unsigned *why)
{
	bool name = share(&a->names, &b->names), phone = share(&a->phones, &b->phones);
	bool domain = share(&a->domains, &b->domains);

	*why = (name ? LIKE_NAME : 0U) | (domain ? LIKE_DOMAIN : 0U) |
	    (phone ? LIKE_PHONE : 0U);
	return (name && domain	? 97U
		       : name	? 85U
		       : domain ? 70U
		       : phone	? 40U
				: 0U) +
	    (phone && (name || domain) ? 3U : 0U);
}

static bool
lists_meet(struct view a, struct view b, struct buf *x, struct buf *y)
{
	struct view one, other, rest;

	while (list_next(&a, &one, x)) {
		rest = b;
		while (list_next(&rest, &other, y))
			if (view_equal(one, other))
				return true;
	}
	return false;
}

/* whether some system has other ids for the one than for the other. */
static int
ids_differ(struct txn *txn, const struct profile *a, const struct profile *b,
    struct fault *fault)
{
	struct buf x = BUF_EMPTY, y = BUF_EMPTY;
	uint32_t position = RECORD_FIXED;
	enum name_class class;
	struct view ids, others;
	uint16_t slot;
	int found = 0;
	bool differ = false;

	while (!differ && found >= 0 && record_next(a->record, &position, &slot, &ids)) {
		others = record_get(b->record, slot);
		if (slot < RECORD_FIXED || others.len == 0)
			continue;
		found = txn_slot_class(txn, slot, &class, fault);
		differ =
		    found == 1 && class == NAME_EXT && !lists_meet(ids, others, &x, &y);
	}
	if (found >= 0 && (buf_check(&x, fault) != 0 || buf_check(&y, fault) != 0))
		found = -1;
	buf_release(&x);
	buf_release(&y);
	return found < 0 ? -1 : differ;
}

int
likeness_score(struct txn *txn, const struct profile *a, const struct profile *b,
    unsigned *score, unsigned *why, struct fault *fault)
{
	int differ = ids_differ(txn, a, b, fault);

	*score = record_kind(a->record) == kind_organization.number
	    ? score_companies(a, b, why)
	    : score_people(a, b, why);
	if (differ == 1) {
		*why |= UNLIKE_IDS;
		*score -= *score < 15 ? *score : 15;
	}
	return differ < 0 ? -1 : 0;
}

void
likeness_print(struct buf *out, unsigned why)
{
	static const char *const words[] = { "email", "name", "organization", "domain",
		"phone", "ids-differ" };
	size_t i;
	bool first = true;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if ((why >> i & 1) == 0)
			continue;
		if (!first)
			buf_char(out, ' ');
		buf_text(out, words[i]);
		first = false;
	}
}
