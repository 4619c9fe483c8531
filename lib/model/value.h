/* SPDX-License-Identifier: ISC */
#ifndef MODEL_VALUE_H
#define MODEL_VALUE_H

/*
 * Values as they are typed, stored and printed. A stored value is its
 * canonical text, but for references, which are REFERENCE_MARK and the id in
 * decimal digits, or the text given where that resolved to nothing. A list is
 * its elements joined by `;`, with `\;` and `\\` inside an element. No call
 * here touches the store, so that values can be read while another thread
 * holds the transaction.
 */

#include "base/clock.h"
#include "model/kind.h"

#define REFERENCE_MARK '\001'

/* Values of picklists and declared attributes, loaded once per run. */
struct vocabulary;

struct value_rules {
	const struct vocabulary *vocabulary;
	enum date_order dates;
	int zone_minutes;
	int64_t now;
};

/* Why a value cannot be taken: a code of contact-rules(7) and a sentence. */
struct problem {
	const char *code; /* BAD_VALUE, BAD_STATUS, BAD_EMAIL ... */
	char text[300];
};

/*
 * Reads one cell, trimmed before, for a field and appends its canonical form
 * to *out: flags "true"/"false", dates YYYY-MM-DD, times RFC 3339 UTC, closed
 * picklists as they are spelled in the list (TR-6), e-mails as typed,
 * references as typed. A list keeps its order and drops repeated elements.
 * #N/A and the other error values of spreadsheets are BAD_VALUE. Returns
 * false with *problem set; *out is then as before. name is for attr columns:
 * the attribute's name, whose declaration is looked up.
 */
bool value_read(struct buf *out, const struct field *field, struct view name,
    struct view text, const struct value_rules *rules, struct problem *problem);

/* Elements that a list may have on input (TOO_LONG beyond): each is compared
 * with those before. */
#define LIST_MOST 2048

/* Bytes of a stored record's values: the 4 MiB of a row, and what rules and
 * --set add to it. */
#define VALUES_MOST ((4096 + 64) * 1024u)

/* Goes over the elements of a list: *list is advanced, *element is borrowed
 * from *list or from scratch, unescaped. False at the end. */
bool list_next(struct view *list, struct view *element, struct buf *scratch);
/* Appends an element, escaped, and the separator if *out is not empty from
 * `start` on. */
void list_add(struct buf *out, size_t start, struct view element);

/* Whether a stored reference element is resolved, and to which id. */
bool reference_id(struct view element, uint64_t *id);
void reference_put(struct buf *out, uint64_t id);

/* The key of an e-mail address (X-11): domain to A-label and lower case,
 * trailing dot off, local part folded and without quotation marks that it does not
 * need. Appends; false when it is none. */
bool email_key(struct buf *out, struct view email);
/* Whether text has the form of an address; *why says what is wrong, such as
 * `no domain after "@"`. At most 254 bytes (RFC 5321). */
bool email_sound(struct view text, const char **why);
/* Whether it is an address that any mail system takes as it stands: sound, in ASCII,
 * and not to be taken for an option. */
bool email_plain(struct view text);
/* HS-54: A-label, lower case, no trailing dot. */
bool domain_key(struct buf *out, struct view domain);

/* The digits of a phone number, for `phone=`; letters and "ext"/"x22" parts
 * are left out. */
void phone_digits(struct buf *out, struct view phone);

/* "Last, First M", "First M Last" (last word, with particles such as "de la",
 * "van der" kept with it, suffixes Jr. Sr. II III IV PhD MD to suffix, Mr. Dr.
 * and the like to salutation). One word alone is a last name. The views borrow
 * from name. */
struct name_parts {
	struct view first, middle, last, suffix, salutation;
};
void name_split(struct view name, struct name_parts *parts);
/* First, middle, last, suffix joined by blanks. */
void name_join(struct buf *out, const struct name_parts *parts);

/* The text under which a value is indexed: search-folded; e-mails by their
 * key, identity-folded where they have none; phones by their digits; exact
 * fields as they stand. Of one element of a list. */
void value_index_text(struct buf *out, const struct field *field, struct view element);

/* Vocabulary: the built-in values and those of kinds picklist and attribute.
 * txn may be NULL: built-in values only. */
int vocabulary_load(
    struct vocabulary **vocabulary, struct txn *txn, struct fault *fault) MUST_CHECK;
void vocabulary_free(struct vocabulary *vocabulary);

struct picklist_value {
	struct view value;
	struct view meaning;
	bool built_in, hidden, open, hiring_manager, no_mail;
};
/* The index-th value of a picklist, hidden ones too; false after the last. */
bool vocabulary_value(const struct vocabulary *vocabulary, const char *picklist,
    size_t index, struct picklist_value *value);
/* Finds a value as TR-6 reads it (case, `_` and `-` for a blank, N/A). */
bool vocabulary_find(const struct vocabulary *vocabulary, const char *picklist,
    struct view text, struct picklist_value *value);

/* Appends the name of the attribute that keeps a column of that header: lower
 * case, each run of other characters as `_`, cut to 64 bytes between
 * characters. */
void attribute_name(struct buf *out, struct view text);

/* A declared attribute: its type; one-of values are a `;` list. */
struct attribute_rule {
	enum value_type type;
	struct view values;
	bool no_mail;
};
bool vocabulary_attribute(
    const struct vocabulary *vocabulary, struct view name, struct attribute_rule *rule);

#endif
