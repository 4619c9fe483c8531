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
#include "base/fold.h"

/* A shorter number is an extension or a joke. */
#define PHONE_LEAST 7

bool
likeness_knows(const struct kind *kind)
{
	return kind == &kind_contact || kind == &kind_organization;
}

/* The next of texts with NULs behind them. */
static bool
next_text(const struct buf *texts, size_t *at, struct view *text)
{
	const char *end;

	if (*at >= texts->len)
		return false;
	end = memchr(texts->at + *at, '\0', texts->len - *at);
	*text = view_make(texts->at + *at, (size_t)(end - (texts->at + *at)));
	*at += text->len + 1;
	return true;
}

static bool
has_text(const struct buf *texts, struct view wanted)
{
	struct view text;
	size_t at = 0;

	while (next_text(texts, &at, &text))
		if (view_equal(text, wanted))
			return true;
	return false;
}

/* Ends the text that begins at start, or takes it back when it says nothing new. */
static void
end_text(struct buf *texts, size_t start, size_t least)
{
	struct buf before = { texts->at, start, start, false };

	if (texts->failed)
		return;
	if (texts->len - start < least ||
	    has_text(&before, view_make(texts->at + start, texts->len - start)))
		texts->len = start;
	else
		buf_char(texts, '\0');
}

static void
add_email(struct profile *profile, struct view email)
{
	size_t start = profile->emails.len;

	if (email.len > 0 && !email_key(&profile->emails, email))
		fold_identity(&profile->emails, email);
	end_text(&profile->emails, start, 1);
}

/* Digits as most write them at home: without zeros in front, and without the 1
 * of North America. */
static void
add_phone(struct profile *profile, struct view phone)
{
	struct buf *out = &profile->phones, *digits = &profile->scratch;
	size_t start = out->len;
	struct view number;

	if (phone.len == 0)
		return;
	buf_clear(digits);
	phone_digits(digits, phone);
	number = buf_as_view(digits);
	while (number.len > 0 && number.at[0] == '0')
		number = view_from(number, 1);
	if (number.len == 11 && number.at[0] == '1')
		number = view_from(number, 1);
	buf_view(out, number);
	end_text(out, start, PHONE_LEAST);
}

static void
add_domain(struct profile *profile, struct view domain)
{
	size_t start = profile->domains.len;

	if (domain.len > 0 && !domain_key(&profile->domains, domain))
		profile->domains.len = start;
	end_text(&profile->domains, start, 1);
}

/* The host of an address of the web, without www. */
static void
add_website(struct profile *profile, struct view website)
{
	size_t end = 0;

	for (; end + 2 < website.len; end++)
		if (memcmp(website.at + end, "://", 3) == 0) {
			website = view_from(website, end + 3);
			break;
		}
	for (end = 0; end < website.len && strchr("/:?#", website.at[end]) == NULL; end++)
		;
	website = view_until(website, end);
	if (view_begins(website, VIEW("www.")) || view_begins(website, VIEW("WWW.")))
		website = view_from(website, 4);
	add_domain(profile, website);
}

static bool
is_legal_form(struct view word)
{
	static const char *const forms[] = { "inc", "incorporated", "corp", "corporation",
		"co", "company", "ltd", "limited", "llc", "llp", "lp", "plc", "gmbh",
		"mbh", "ag", "kg", "kgaa", "ohg", "ug", "sa", "sas", "sarl", "srl", "spa",
		"bv", "nv", "ab", "as", "aps", "oy", "oyj", "pty", "pte", "sl" };
	size_t i;

	for (i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
		if (view_is(word, forms[i]))
			return true;
	return false;
}

/* Blanks in place of commas and brackets, and no full stops, so that "S.A." is
 * one word. */
static void
plain_words(struct buf *text)
{
	size_t i, kept = 0;

	for (i = 0; i < text->len; i++) {
		if (text->at[i] == '.' || text->at[i] == '\'')
			continue;
		text->at[kept++] =
		    strchr(",()\"/", text->at[i]) != NULL ? ' ' : text->at[i];
	}
	text->len = kept;
}

static struct view
last_word(struct view text)
{
	size_t at = text.len;

	while (at > 0 && text.at[at - 1] != ' ')
		at--;
	return view_from(text, at);
}

/* "The Acme Co., Ltd." is "acme". */
static void
add_company(struct profile *profile, struct view name)
{
	size_t start = profile->names.len;
	struct view text, word;

	buf_clear(&profile->scratch);
	fold_search(&profile->scratch, name);
	plain_words(&profile->scratch);
	text = text_trim(buf_as_view(&profile->scratch));
	if (view_begins(text, VIEW("the ")))
		text = view_from(text, 4);
	for (word = last_word(text); word.len < text.len && is_legal_form(word);
	     word = last_word(text))
		text = text_trim(view_until(text, text.len - word.len));
	buf_view(&profile->names, text);
	end_text(&profile->names, start, 1);
}

static void
read_company(struct profile *profile, struct record record)
{
	struct view list, element;

	add_company(profile, record_get(record, ORGANIZATION_NAME));
	list = record_get(record, ORGANIZATION_FORMER_NAMES);
	while (list_next(&list, &element, &profile->element))
		add_company(profile, element);
	list = record_get(record, ORGANIZATION_DOMAINS);
	while (list_next(&list, &element, &profile->element))
		add_domain(profile, element);
	add_website(profile, record_get(record, ORGANIZATION_WEBSITE));
	add_phone(profile, record_get(record, ORGANIZATION_PHONE));
}

/* First and last name in the order of their letters: they are mixed up more
 * often than two people have each other's. */
static void
read_name(struct profile *profile, struct record record)
{
	struct view first, last;
	size_t start = profile->names.len;

	fold_search(&profile->first, record_get(record, CONTACT_FIRST_NAME));
	fold_search(&profile->middle, record_get(record, CONTACT_MIDDLE_NAME));
	fold_search(&profile->last, record_get(record, CONTACT_LAST_NAME));
	fold_search(&profile->suffix, record_get(record, CONTACT_SUFFIX));
	first = buf_as_view(&profile->first);
	last = buf_as_view(&profile->last);
	if (view_compare(first, last) > 0) {
		last = first;
		first = buf_as_view(&profile->last);
	}
	buf_view(&profile->names, first);
	if (first.len > 0 && last.len > 0)
		buf_char(&profile->names, ' ');
	buf_view(&profile->names, last);
	end_text(&profile->names, start, 1);
}

static void
read_person(struct profile *profile, struct record record)
{
	struct view list, element;
	uint64_t id;

	read_name(profile, record);
	add_email(profile, record_get(record, CONTACT_EMAIL));
	list = record_get(record, CONTACT_OTHER_EMAILS);
	while (list_next(&list, &element, &profile->element))
		add_email(profile, element);
	add_phone(profile, record_get(record, CONTACT_PHONE));
	add_phone(profile, record_get(record, CONTACT_MOBILE));
	add_phone(profile, record_get(record, CONTACT_HOME_PHONE));
	element = record_get(record, CONTACT_ORGANIZATION);
	if (reference_id(element, &id))
		buf_view(&profile->organization, element);
	else
		fold_search(&profile->organization, element);
}

static struct buf *
part(struct profile *profile, size_t i)
{
	struct buf *const parts[] = { &profile->emails, &profile->phones,
		&profile->domains, &profile->names, &profile->first, &profile->middle,
		&profile->last, &profile->suffix, &profile->organization,
		&profile->scratch, &profile->element };

	return i < sizeof(parts) / sizeof(parts[0]) ? parts[i] : NULL;
}

int
profile_read(struct profile *profile, const struct kind *kind, struct record record,
    struct fault *fault)
{
	struct buf *buf;
	size_t i;

	for (i = 0; (buf = part(profile, i)) != NULL; i++)
		buf_clear(buf);
	profile->record = record;
	if (kind == &kind_organization)
		read_company(profile, record);
	else
		read_person(profile, record);
	for (i = 0; (buf = part(profile, i)) != NULL; i++)
		if (buf_check(buf, fault) != 0)
			return -1;
	return 0;
}

void
profile_release(struct profile *profile)
{
	struct buf *buf;
	size_t i;

	for (i = 0; (buf = part(profile, i)) != NULL; i++)
		buf_release(buf);
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

	while (result == 0 && next_text(texts, &at, &text)) {
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

	while (next_text(a, &at, &text))
		if (has_text(b, text))
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

/* X-16: whether some system has other ids for the one than for the other. */
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
