/* SPDX-License-Identifier: ISC */
/*
 * One row per setting: its default, what it means, and how a value of it is
 * read. Only what differs from the default lies in the store, in the form in
 * which it prints.
 */
#include "model/settings.h"

#include <bsd/stdlib.h>

#include "base/fold.h"
#include "model/domain.h"
#include "model/inactive.h"
#include "model/mail_text.h"
#include "model/token.h"
#include "model/vocabulary.h"
#include "table/writer.h"

/* Appends the canonical form of value; false when it cannot be taken, and
 * *wanted then says what can. */
struct check {
	bool (*read)(struct buf *out, struct view value,
	    const struct vocabulary *vocabulary, const char *of);
	const char *of;
	const char *wanted;
};

static bool
read_offset(struct view text, int *minutes)
{
	int sign = text.len > 0 && text.at[0] == '-' ? -1 : 1;
	int digits[4];
	size_t count = 0;

	if (fold_search_equal(text, VIEW("utc")) || fold_search_equal(text, VIEW("z"))) {
		*minutes = 0;
		return true;
	}
	if (text.len == 0 || (text.at[0] != '+' && text.at[0] != '-'))
		return false;
	for (size_t at = 1; at < text.len; at++) {
		if (text.at[at] == ':' && at == 3 && text.len == 6)
			continue;
		if (text.at[at] < '0' || text.at[at] > '9' || count == 4)
			return false;
		digits[count++] = text.at[at] - '0';
	}
	if (count == 2)
		digits[2] = digits[3] = 0;
	else if (count != 4)
		return false;
	*minutes =
	    sign * ((digits[0] * 10 + digits[1]) * 60 + digits[2] * 10 + digits[3]);
	/* The zones of the world reach from -12:00 to +14:00. */
	return digits[2] <= 5 && *minutes >= -12 * 60 && *minutes <= 14 * 60;
}

static bool
read_zone(struct buf *out, struct view value, const struct vocabulary *vocabulary,
    const char *of)
{
	int minutes, size;

	(void)vocabulary;
	(void)of;
	if (!read_offset(value, &minutes))
		return false;
	size = minutes < 0 ? -minutes : minutes;
	if (minutes == 0)
		buf_text(out, "UTC");
	else
		buf_printf(
		    out, "%c%02d:%02d", minutes < 0 ? '-' : '+', size / 60, size % 60);
	return true;
}

static bool
read_choice(struct buf *out, struct view value, const struct vocabulary *vocabulary,
    const char *of)
{
	struct picklist_value found;

	if (!vocabulary_find(vocabulary, of, value, &found))
		return false;
	buf_view(out, found.value);
	return true;
}

/* One of the words in `of`, which have a blank between them. */
static bool
read_word(struct buf *out, struct view value, const struct vocabulary *vocabulary,
    const char *of)
{
	struct view word;

	(void)vocabulary;
	for (size_t len; *of != '\0'; of += len + (of[len] == ' ')) {
		len = strcspn(of, " ");
		word = view_make(of, len);
		if (!fold_search_equal(value, word))
			continue;
		buf_view(out, word);
		return true;
	}
	return false;
}

static bool
is_line(struct view value)
{
	for (size_t at = 0; at < value.len; at++)
		if ((unsigned char)value.at[at] < ' ')
			return false;
	return utf8_valid(value) == value.len;
}

static bool
read_text(struct buf *out, struct view value, const struct vocabulary *vocabulary,
    const char *of)
{
	(void)vocabulary;
	(void)of;
	if (!is_line(value))
		return false;
	buf_view(out, value);
	return true;
}

/* What the name of an organization may be in a file, too. */
static bool
read_name(struct buf *out, struct view value, const struct vocabulary *vocabulary,
    const char *of)
{
	const struct value_rules rules = { .vocabulary = vocabulary };
	struct problem ignored;

	(void)of;
	return is_line(value) &&
	    value_read(out, kind_slot(&kind_organization, ORGANIZATION_NAME), VIEW(""),
		value, &rules, &ignored);
}

/* A number from 0 to what `of` says. */
static bool
read_number(struct buf *out, struct view value, const struct vocabulary *vocabulary,
    const char *of)
{
	char digits[16] = "";
	const char *error;
	long long number;

	(void)vocabulary;
	if (value.len >= sizeof(digits))
		return false;
	memcpy(digits, value.at, value.len);
	number = strtonum(digits, 0, strtonum(of, 0, INT64_MAX, &error), &error);
	if (error == NULL)
		buf_printf(out, "%lld", number);
	return error == NULL;
}

/* A number with up to three digits behind its point, from 0 to a million. */
static bool
read_rate(struct buf *out, struct view value, const struct vocabulary *vocabulary,
    const char *of)
{
	const char *point = value.len == 0 ? NULL : memchr(value.at, '.', value.len);
	struct view whole = value, part = VIEW("");
	size_t start = out->len;

	if (point != NULL) {
		whole = view_until(value, (size_t)(point - value.at));
		part = view_from(value, whole.len + 1);
		if (part.len == 0 || part.len > 3)
			return false;
	}
	for (size_t i = 0; i < part.len; i++)
		if (part.at[i] < '0' || part.at[i] > '9')
			return false;
	while (part.len > 0 && part.at[part.len - 1] == '0')
		part.len--;
	if (!read_number(out, whole, vocabulary, of))
		return false;
	if (part.len == 0)
		return true;
	if (view_is(view_from(buf_as_view(out), start), of))
		return false;
	buf_printf(out, ".%.*s", (int)part.len, part.at);
	return true;
}

static bool
read_path(struct buf *out, struct view value, const struct vocabulary *vocabulary,
    const char *of)
{
	return value.at[0] == '/' && read_text(out, value, vocabulary, of);
}

/* It begins as one of the words in `of` does, and has a place for the token, and
 * nothing else that could be one. */
static bool
read_link(struct buf *out, struct view value, const struct vocabulary *vocabulary,
    const char *of)
{
	static const char place[] = "{{token}}";
	const char *at = memmem(value.at, value.len, place, sizeof(place) - 1);
	char other[TOKEN_LENGTH + 1];
	bool begins = false;
	size_t i;

	for (size_t len; !begins && *of != '\0'; of += len + (of[len] == ' ')) {
		len = strcspn(of, " ");
		begins = value.len > len && memcmp(value.at, of, len) == 0;
	}
	for (i = 0; begins && i < value.len; i++)
		begins = value.at[i] > ' ' && value.at[i] < 127 &&
		    strchr("<>\"\\", value.at[i]) == NULL;
	(void)vocabulary;
	buf_view(out, value);
	return begins && at != NULL && !token_find(value, other) &&
	    mail_text_sound(value, MAIL_TEXT_LINK, false);
}

static bool
read_address(struct buf *out, struct view value, const struct vocabulary *vocabulary,
    const char *of)
{
	return email_plain(value) && read_text(out, value, vocabulary, of);
}

static bool
read_mailbox(struct buf *out, struct view value, const struct vocabulary *vocabulary,
    const char *of)
{
	(void)vocabulary;
	(void)of;
	buf_view(out, value);
	return mail_text_mailbox(value);
}

static bool
read_list_id(struct buf *out, struct view value, const struct vocabulary *vocabulary,
    const char *of)
{
	(void)vocabulary;
	(void)of;
	buf_view(out, value);
	return mail_text_list_id(value);
}

static bool
read_mail_name(struct buf *out, struct view value, const struct vocabulary *vocabulary,
    const char *of)
{
	(void)vocabulary;
	(void)of;
	buf_view(out, value);
	return mail_text_sound(value, MAIL_TEXT_NAME, false);
}

/* CR LF is taken for the end of a line too. */
static bool
read_mail_lines(struct buf *out, struct view value, const struct vocabulary *vocabulary,
    const char *of)
{
	size_t start = out->len;

	(void)vocabulary;
	(void)of;
	for (size_t i = 0; i < value.len; i++)
		if (value.at[i] != '\r' || i + 1 == value.len || value.at[i + 1] != '\n')
			buf_char(out, value.at[i]);
	return mail_text_sound(
	    view_from(buf_as_view(out), start), MAIL_TEXT_ADDRESS, true);
}

static bool
read_domains(struct buf *out, struct view value, const struct vocabulary *vocabulary,
    const char *of)
{
	(void)vocabulary;
	(void)of;
	return domain_list_read(out, value);
}

static bool
read_colour(struct buf *out, struct view value, const struct vocabulary *vocabulary,
    const char *of)
{
	struct buf folded = BUF_EMPTY;
	bool known;

	(void)vocabulary;
	(void)of;
	fold_search(&folded, value);
	known = view_is(buf_as_view(&folded), "plain") ||
	    writer_colour_by_name(buf_as_view(&folded)) != COLOUR_NONE;
	if (known)
		buf_view(out, buf_as_view(&folded));
	buf_release(&folded);
	return known;
}

/* What names in messages are, for mail_text_sound. */
#define MAIL_NAME "a name of at most 255 bytes without controls and =?...?="

#define BANNER(name, text, colour, type)                                               \
	{ { "banner_" name, text, "what a table shows for the type " type },           \
		{ read_text, NULL, "a text on one line" } },                           \
	{                                                                              \
		{ "banner_" name "_color", colour, "its colour, for the type " type }, \
		{                                                                      \
			read_colour, NULL,                                             \
			    "plain, bold, red, green, yellow, blue, magenta or cyan"   \
		}                                                                      \
	}

static const struct {
	struct setting setting;
	struct check check;
} settings[] = {
	{ { "access", "files",
	      "who may do what: the files' permissions (files), or the users' roles too "
	      "(roles)" },
	    { read_word, "files roles", "files or roles" } },
	{ { "app-i-contact-templateuser", "",
	      "user whom --create-user copies, by login" },
	    { read_text, NULL, "a login" } },
	BANNER("both", "C&C", "cyan", "C&C"),
	BANNER("candidate", "Candidate", "blue", "Candidate"),
	BANNER("client", "Client", "green", "Client"),
	BANNER("none", "None", "plain", "None"),
	{ { "candidate_status_default", "Prospect",
	      "candidate_status of a new contact whose row has none" },
	    { read_choice, "candidate_status", "a value of candidate_status" } },
	{ { "candidate_status_when_assignment_ended", "Consult Hot",
	      "candidate_status of a contact whose assignment was ended" },
	    { read_choice, "candidate_status", "a value of candidate_status" } },
	{ { "client_status_default", "Not Applicable",
	      "client_status of a new contact whose row has none" },
	    { read_choice, "client_status", "a value of client_status" } },
	{ { "generic_domains", "",
	      "more domains whose addresses tell nothing of an organization" },
	    { read_domains, NULL, "a list of domains" } },
	{ { "inactive_organization", "Inactive",
	      "name of the organization that inactive contacts are moved to" },
	    { read_name, NULL,
		"a name on one line, other than an error of a spreadsheet" } },
	{ { "mail_bounce_address", "",
	      "address that mail which cannot be delivered comes back to" },
	    { read_address, NULL, "an address such as bounce@example.org" } },
	{ { "mail_domain_interval", "2",
	      "seconds between two messages to addresses of one domain" },
	    { read_number, "86400", "a number of seconds from 0 to 86400" } },
	{ { "mail_institution", "", "the institution's name, for messages" },
	    { read_mail_name, NULL, MAIL_NAME } },
	{ { "mail_link", "", "address of the page an invitation leads to" },
	    { read_link, "http:// https://",
		"a web address with {{token}} in it, and no other word like one, of at "
		"most 500 bytes, such as "
		"https://example.org/join/{{token}}" } },
	{ { "mail_list_id", "", "List-Id of messages" },
	    { read_list_id, NULL,
		"an identifier such as fairs.example.org, or Fairs <fairs.example.org> "
		"with " MAIL_NAME } },
	{ { "mail_per_day", "2000",
	      "messages that are sent in a day at most, 0 for any" },
	    { read_number, "1000000000", "a number from 0 to 1000000000" } },
	{ { "mail_per_run", "500", "messages that one --send sends at most, 0 for any" },
	    { read_number, "1000000000", "a number from 0 to 1000000000" } },
	{ { "mail_postal_address", "", "the institution's postal address, for messages" },
	    { read_mail_lines, NULL,
		"an address, on several lines or one, of at most 1000 bytes without "
		"other controls and =?...?=" } },
	{ { "mail_rate", "1", "messages that are sent in a second at most, 0 for any" },
	    { read_rate, "1000000",
		"a number from 0 to 1000000, such as 5, 0.5 or 0.125" } },
	{ { "mail_reply_to", "", "address that answers go to" },
	    { read_address, NULL, "an address such as careers@example.org" } },
	{ { "mail_sender", "", "whom invitations are from" },
	    { read_mailbox, NULL,
		"one mailbox such as Career Office <careers@example.org>, with " MAIL_NAME
		", between quotes where it has , ; : or @" } },
	{ { "mail_token_days", "90",
	      "days after which nobody joins by an invitation, 0 for never" },
	    { read_number, "36500", "a number of days from 0 to 36500" } },
	{ { "mail_unsubscribe_address", "",
	      "address that takes mail of those who want no more" },
	    { read_address, NULL, "an address such as unsubscribe@example.org" } },
	{ { "mail_unsubscribe_link", "",
	      "address of the page for those who want no more mail" },
	    { read_link, "https://",
		"a web address with {{token}} in it, and no other word like one, of at "
		"most 500 bytes, such as "
		"https://example.org/leave/{{token}}" } },
	{ { "members", "open",
	      "assigned_to takes any name (open) or members only (strict)" },
	    { read_word, "open strict", "open or strict" } },
	{ { "sendmail", "/usr/sbin/sendmail", "program that takes messages" },
	    { read_path, NULL, "a path that begins with /" } },
	{ { "timezone", "UTC", "zone of times that are given without one" },
	    { read_zone, NULL, "UTC or an offset such as +02:00" } },
};

#define SETTINGS (sizeof(settings) / sizeof(settings[0]))

static size_t
find(struct view name)
{
	size_t i = 0;

	while (i < SETTINGS && !view_is(name, settings[i].setting.name))
		i++;
	return i;
}

const struct setting *
setting_at(size_t index)
{
	return index < SETTINGS ? &settings[index].setting : NULL;
}

const char *
setting_picklist(size_t index)
{
	return index < SETTINGS ? settings[index].check.of : NULL;
}

const struct setting *
setting_by_name(struct view name)
{
	return setting_at(find(name));
}

static int
unknown(struct view name, struct fault *fault)
{
	return fault_set(fault, FAULT_USAGE, "no setting is named \"%.*s\"",
	    (int)view_until(name, 100).len, name.at);
}

int
setting_get(struct buf *out, struct txn *txn, const char *name, struct fault *fault)
{
	const struct setting *setting = setting_by_name(view_of(name));
	struct view value;
	int found;

	if (setting == NULL)
		return unknown(view_of(name), fault);
	found = txn_setting(txn, setting->name, &value, fault);
	if (found == -1)
		return -1;
	buf_view(out, found == 1 ? value : view_of(setting->value));
	return buf_check(out, fault);
}

/* Appends the canonical form of value for the index-th setting. */
static int
check_value(struct buf *out, struct txn *txn, size_t index, struct view value,
    struct fault *fault)
{
	const struct check *check = &settings[index].check;
	const struct vocabulary *vocabulary;

	if (vocabulary_of(&vocabulary, txn, fault) == -1)
		return -1;
	if (check->read(out, value, vocabulary, check->of))
		return buf_check(out, fault);
	return fault_set(fault, FAULT_USAGE, "%s: \"%.*s\" is not %s",
	    settings[index].setting.name, (int)view_until(value, 100).len, value.at,
	    check->wanted);
}

int
setting_set(struct txn *txn, struct view name, struct view value, bool *changed,
    struct fault *fault)
{
	struct buf wanted = BUF_EMPTY, current = BUF_EMPTY;
	size_t index = find(name);
	const char *standard;
	int result = -1;

	*changed = false;
	if (index == SETTINGS)
		return unknown(name, fault);
	standard = settings[index].setting.value;
	value = text_trim(value);
	if (value.len == 0)
		buf_text(&wanted, standard);
	else if (check_value(&wanted, txn, index, value, fault) == -1)
		goto done;
	if (setting_get(&current, txn, settings[index].setting.name, fault) == -1 ||
	    buf_check(&wanted, fault) == -1)
		goto done;
	result = 0;
	if (view_equal(buf_as_view(&wanted), buf_as_view(&current)))
		goto done;
	if (view_is(name, "inactive_organization"))
		result = inactive_check(txn, buf_as_view(&wanted), fault);
	if (result != 0)
		goto done;
	*changed = true;
	result = txn_set(txn, settings[index].setting.name,
	    view_is(buf_as_view(&wanted), standard) ? view_make(NULL, 0)
						    : buf_as_view(&wanted),
	    fault);
done:
	buf_release(&wanted);
	buf_release(&current);
	return result;
}

int
setting_check(struct txn *txn, const char *name, struct fault *fault)
{
	struct buf value = BUF_EMPTY, read = BUF_EMPTY;
	size_t index = find(view_of(name));
	int result = setting_get(&value, txn, name, fault);

	if (result == 0 && value.len > 0) {
		result = check_value(&read, txn, index, buf_as_view(&value), fault);
		if (result != 0 && fault->kind == FAULT_USAGE)
			result = 1;
	}
	buf_release(&value);
	buf_release(&read);
	return result;
}

int
setting_timezone(struct txn *txn, int *minutes, struct fault *fault)
{
	struct buf value = BUF_EMPTY;
	int result = setting_get(&value, txn, "timezone", fault);

	if (result == 0 && !read_offset(buf_as_view(&value), minutes))
		result = fault_set(
		    fault, FAULT_STORE, "the store's setting timezone is no offset");
	buf_release(&value);
	return result;
}
