/* SPDX-License-Identifier: ISC */
/*
 * What of a record is compared, in the form in which it is compared. Texts of one
 * sort lie behind each other, each once.
 */
#include "rules/likeness.h"

#include "base/fold.h"
#include "model/value.h"

/* A shorter number is an extension or a joke. */
#define PHONE_LEAST 7

bool
profile_next(const struct buf *texts, size_t *at, struct view *text)
{
	const char *end;

	if (*at >= texts->len)
		return false;
	end = memchr(texts->at + *at, '\0', texts->len - *at);
	*text = view_make(texts->at + *at, (size_t)(end - (texts->at + *at)));
	*at += text->len + 1;
	return true;
}

bool
profile_has(const struct buf *texts, struct view wanted)
{
	struct view text;
	size_t at = 0;

	while (profile_next(texts, &at, &text))
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
	    profile_has(&before, view_make(texts->at + start, texts->len - start)))
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
