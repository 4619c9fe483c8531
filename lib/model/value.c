/* SPDX-License-Identifier: ISC */
/*
 * One reader per type of value. Most cells are text and are copied as they
 * stand; the rest is brought into the one form in which it is stored, printed
 * and compared. A problem is a sentence that quotes the cell.
 */
#include "model/value.h"

#include "model/salesforce_id.h"

#include <stdio.h>

#include "base/fold.h"
#include "model/idna.h"
#include "model/number.h"

/* Sets *problem. The sentence is one line, cut between characters. */
static bool refuse(struct problem *problem, const char *code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static bool
refuse(struct problem *problem, const char *code, const char *format, ...)
{
	va_list ap;
	size_t len;

	problem->code = code;
	va_start(ap, format);
	vsnprintf(problem->text, sizeof(problem->text), format, ap);
	va_end(ap);
	len = strlen(problem->text);
	problem->text[utf8_valid(view_make(problem->text, len))] = '\0';
	for (char *at = problem->text; *at != '\0'; at++)
		if ((unsigned char)*at < ' ')
			*at = ' ';
	return false;
}

/* The arguments of "%.*s" for a cell: its beginning, whole characters. */
static struct view
quoted(struct view text)
{
	text = view_until(text, 60);
	return view_until(text, utf8_valid(text));
}

#define QUOTED(text) (int)quoted(text).len, quoted(text).at

static bool
refuse_value(struct problem *problem, struct view text, const char *what)
{
	return refuse(problem, "BAD_VALUE", "\"%.*s\" %s", QUOTED(text), what);
}

/* What spreadsheets write where a formula failed. */
static bool
is_error_token(struct view text)
{
	static const char *const tokens[] = { "#N/A", "#REF!", "#VALUE!", "#NAME?",
		"#DIV/0!", "#NUM!", "#NULL!" };

	if (text.len < 4 || text.at[0] != '#')
		return false;
	for (size_t i = 0; i < sizeof(tokens) / sizeof(tokens[0]); i++)
		if (view_is(text, tokens[i]))
			return true;
	return false;
}

static bool
read_flag(struct buf *out, struct view text, struct problem *problem)
{
	static const char *const words[2][6] = {
		{ "0", "false", "no", "n", "off", "f" },
		{ "1", "true", "yes", "y", "on", "t" },
	};

	if (view_is(text, "true") || view_is(text, "false")) {
		buf_view(out, text);
		return true;
	}
	for (int flag = 0; flag < 2; flag++) {
		for (size_t i = 0; i < 6; i++) {
			if (fold_search_equal(text, view_of(words[flag][i]))) {
				buf_text(out, flag != 0 ? "true" : "false");
				return true;
			}
		}
	}
	return refuse_value(problem, text, "is neither true nor false");
}

/* Says why text is no date: perhaps only its order is not known. */
static bool
refuse_date(struct view text, const struct value_rules *rules, struct problem *problem)
{
	int64_t time;
	bool has_time;

	if (rules->dates == DATE_ISO &&
	    (date_read(text, DATE_DMY, 0, &time, &has_time) ||
		date_read(text, DATE_MDY, 0, &time, &has_time)))
		return refuse_value(problem, text,
		    "may begin with the day or "
		    "with the month: say --dates dmy or --dates mdy");
	return refuse_value(problem, text, "is no date");
}

static bool
read_date(struct buf *out, struct view text, const struct value_rules *rules,
    struct problem *problem)
{
	int64_t time;

	if (!date_read_day(text, rules->dates, &time))
		return refuse_date(text, rules, problem);
	date_print(out, time);
	return true;
}

static bool
read_time(struct buf *out, struct view text, const struct value_rules *rules,
    struct problem *problem)
{
	int64_t time;
	bool has_time;

	if (!date_read(text, rules->dates, rules->zone_minutes, &time, &has_time))
		return refuse_date(text, rules, problem);
	if (!has_time)
		time -= 60 * (int64_t)rules->zone_minutes;
	time_print(out, time);
	return true;
}

static bool
read_number(struct buf *out, struct view text, struct problem *problem)
{
	return number_read(out, text) ||
	    refuse_value(problem, text, "is no decimal number such as -12.5");
}

static bool
is_status(const char *picklist)
{
	return strcmp(picklist, "client_status") == 0 ||
	    strcmp(picklist, "candidate_status") == 0 ||
	    strcmp(picklist, "job.status") == 0;
}

/* TR-6: the sentence names the values that are not hidden. */
static bool
refuse_choice(const struct value_rules *rules, const char *picklist, struct view text,
    struct problem *problem)
{
	struct picklist_value value;
	char names[190] = "";
	size_t len = 0;
	int n;

	for (size_t i = 0; vocabulary_value(rules->vocabulary, picklist, i, &value);
	     i++) {
		if (value.hidden)
			continue;
		n = snprintf(names + len, sizeof(names) - len, "%s%.*s",
		    len == 0 ? "" : ", ", (int)value.value.len, value.value.at);
		if (n < 0 || (size_t)n >= sizeof(names) - len) {
			snprintf(names + len, sizeof(names) - len, "...");
			break;
		}
		len += (size_t)n;
	}
	return refuse(problem, is_status(picklist) ? "BAD_STATUS" : "BAD_VALUE",
	    "\"%.*s\" is none of %s", QUOTED(text), names);
}

static bool
read_choice(struct buf *out, const struct field *field, struct view text,
    const struct value_rules *rules, struct problem *problem)
{
	struct picklist_value value;

	if ((field->flags & FIELD_OPEN) != 0) {
		buf_view(out, text);
		return true;
	}
	if (!vocabulary_find(rules->vocabulary, field->of, text, &value))
		return refuse_choice(rules, field->of, text, problem);
	buf_view(out, value.value);
	return true;
}

static struct view
without_dirt(struct view text)
{
	text = text_trim_wide(text);
	while (text.len > 0 && strchr(".,; ", text.at[text.len - 1]) != NULL)
		text = text_trim_wide(view_until(text, text.len - 1));
	return text;
}

/* Takes off what mail programs and hurry leave around an address. */
static struct view
bare_email(struct view text)
{
	const struct view scheme = VIEW("mailto:");

	text = without_dirt(text);
	if (text.len > scheme.len && (text.at[0] | 0x20) == 'm' &&
	    fold_search_equal(view_until(text, scheme.len), scheme))
		text = text_trim_wide(view_from(text, scheme.len));
	if (text.len > 2 && text.at[0] == '<' && text.at[text.len - 1] == '>')
		text = without_dirt(view_make(text.at + 1, text.len - 2));
	return text;
}

static bool
read_email(struct buf *out, struct view text, struct problem *problem)
{
	struct view bare = bare_email(text);
	struct buf key = BUF_EMPTY;
	const char *why, *at;

	if (!email_sound(bare, &why))
		return refuse(problem, "BAD_EMAIL", "%s", why);
	/* An address without a key could never be found again. */
	at = memrchr(bare.at, '@', bare.len);
	if (!utf8_is_ascii(bare)) {
		why = idna_ascii(&key, view_from(bare, (size_t)(at - bare.at) + 1));
		buf_release(&key);
		if (why != NULL)
			return refuse(problem, "BAD_EMAIL", "%s", why);
	}
	buf_view(out, bare);
	return true;
}

static bool
read_domain(struct buf *out, struct view text, struct problem *problem)
{
	const char *why = idna_ascii(out, text);

	return why == NULL ||
	    refuse(problem, "BAD_VALUE", "\"%.*s\": %s", QUOTED(text), why);
}

static bool
read_phone(struct buf *out, struct view text, struct problem *problem)
{
	if (number_is_scientific(text))
		return refuse_value(
		    problem, text, "is a phone that lost its digits in a spreadsheet");
	buf_view(out, text);
	return true;
}

static bool
read_element(struct buf *out, const struct field *field, struct view text,
    const struct value_rules *rules, struct problem *problem)
{
	/* HS-2: only text has line ends of its own at its edges. */
	if (field->type != TYPE_TEXT)
		text = text_trim_wide(text);
	switch (field->type) {
	case TYPE_EMAIL:
		return read_email(out, text, problem);
	case TYPE_DOMAIN:
		return read_domain(out, text, problem);
	case TYPE_PHONE:
		return read_phone(out, text, problem);
	case TYPE_FLAG:
		return read_flag(out, text, problem);
	case TYPE_DATE:
		return read_date(out, text, rules, problem);
	case TYPE_TIME:
		return read_time(out, text, rules, problem);
	case TYPE_NUMBER:
		return read_number(out, text, problem);
	case TYPE_PICKLIST:
		return read_choice(out, field, text, rules, problem);
	case TYPE_REFERENCE:
		/* The mark is ours alone. */
		if (text.len > 0 && text.at[0] == REFERENCE_MARK)
			return refuse(problem, "BAD_CHARACTER", "control character 0x01");
		break;
	case TYPE_TEXT:
	case TYPE_ID:
	case TYPES:
		break;
	}
	buf_view(out, text);
	return true;
}

/* Whether the list from start on has the element. */
static bool
list_has(const struct buf *out, size_t start, struct view element, struct buf *scratch)
{
	struct view list = view_from(buf_as_view(out), start), other;

	while (list_next(&list, &other, scratch))
		if (view_equal(other, element))
			return true;
	return false;
}

static bool
read_list(struct buf *out, const struct field *field, struct view text,
    const struct value_rules *rules, struct problem *problem)
{
	struct buf unescaped = BUF_EMPTY, element = BUF_EMPTY, scratch = BUF_EMPTY;
	size_t start = out->len, count = 0;
	struct view given;
	bool sound = true;

	/* One element that needs no escape is the whole list. */
	if (memchr(text.at, ';', text.len) == NULL &&
	    memchr(text.at, '\\', text.len) == NULL)
		return read_element(out, field, text, rules, problem);
	while (sound && list_next(&text, &given, &unescaped)) {
		given = text_trim(given);
		if (text_trim_wide(given).len == 0)
			continue;
		buf_clear(&element);
		if (++count > LIST_MOST) {
			problem->code = "TOO_LONG";
			snprintf(problem->text, sizeof(problem->text),
			    "a list of more than %d elements", LIST_MOST);
			sound = false;
			break;
		}
		sound = read_element(&element, field, given, rules, problem);
		if (sound && !list_has(out, start, buf_as_view(&element), &scratch))
			list_add(out, start, buf_as_view(&element));
	}
	if (unescaped.failed || element.failed || scratch.failed)
		out->failed = true;
	if (!sound && !out->failed)
		out->len = start;
	buf_release(&unescaped);
	buf_release(&element);
	buf_release(&scratch);
	return sound;
}

/* TW-14: a declared attribute is read by its type; another is plain text and
 * never in error. */
static bool
read_attribute(struct buf *out, struct view name, struct view text,
    const struct value_rules *rules, struct problem *problem)
{
	struct attribute_rule rule;
	struct field field = field_attr;
	struct buf scratch = BUF_EMPTY;
	struct view values, value;
	bool found = false;

	if (!vocabulary_attribute(rules->vocabulary, name, &rule)) {
		buf_view(out, text);
		return true;
	}
	if (is_error_token(text_trim_wide(text)))
		return refuse_value(problem, text, "is a spreadsheet's error");
	field.type = rule.type;
	if (rule.type != TYPE_PICKLIST)
		return read_element(out, &field, text, rules, problem);
	for (values = rule.values; !found && list_next(&values, &value, &scratch);)
		if ((found = fold_search_equal(value, text)))
			buf_view(out, value);
	if (scratch.failed)
		out->failed = true;
	buf_release(&scratch);
	return found ||
	    refuse(problem, "BAD_VALUE", "\"%.*s\" is none of %.*s", QUOTED(text),
		(int)view_until(rule.values, 140).len, rule.values.at);
}

bool
value_read(struct buf *out, const struct field *field, struct view name, struct view text,
    const struct value_rules *rules, struct problem *problem)
{
	char form[SALESFORCE_ID];

	if (text.len == 0)
		return true;
	if (field == &field_ext)
		salesforce_id_complete(name, &text, form);
	if (field == &field_attr)
		return read_attribute(out, name, text, rules, problem);
	if ((unsigned char)text.at[0] <= '#' && is_error_token(text_trim_wide(text)))
		return refuse_value(problem, text, "is a spreadsheet's error");
	if ((field->flags & FIELD_LIST) != 0)
		return read_list(out, field, text, rules, problem);
	return read_element(out, field, text, rules, problem);
}

void
value_index_text(struct buf *out, const struct field *field, struct view element)
{
	size_t start = out->len;

	if ((field->flags & FIELD_EXACT) != 0) {
		buf_view(out, element);
		return;
	}
	if (field->type == TYPE_EMAIL) {
		if (!email_key(out, element))
			fold_identity(out, element);
		return;
	}
	if (field->type == TYPE_PHONE) {
		phone_digits(out, element);
		if (out->len > start)
			return;
	}
	fold_search(out, element);
}
