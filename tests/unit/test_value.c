/* SPDX-License-Identifier: ISC */
/*
 * Cells as they are read into each type of field: the form that is stored, or
 * the code and the sentence of what is wrong.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "model/number.h"
#include "model/value.h"

static const struct field text_field = { .name = "title", .type = TYPE_TEXT };
static const struct field email_field = { .name = "email", .type = TYPE_EMAIL };
static const struct field emails_field = {
	.name = "other_emails", .type = TYPE_EMAIL, .flags = FIELD_LIST
};
static const struct field domains_field = {
	.name = "domains", .type = TYPE_DOMAIN, .flags = FIELD_LIST
};
static const struct field phone_field = { .name = "phone", .type = TYPE_PHONE };
static const struct field flag_field = { .name = "do_not_email", .type = TYPE_FLAG };
static const struct field date_field = { .name = "opened_on", .type = TYPE_DATE };
static const struct field time_field = { .name = "at", .type = TYPE_TIME };
static const struct field number_field = { .name = "count", .type = TYPE_NUMBER };
static const struct field labels_field = {
	.name = "labels", .type = TYPE_TEXT, .flags = FIELD_LIST
};
static const struct field reference_field = {
	.name = "organization", .type = TYPE_REFERENCE, .of = "organization"
};
static const struct field client_field = {
	.name = "client_status", .type = TYPE_PICKLIST, .of = "client_status"
};
static const struct field candidate_field = {
	.name = "candidate_status", .type = TYPE_PICKLIST, .of = "candidate_status"
};
static const struct field visibility_field = {
	.name = "visibility", .type = TYPE_PICKLIST, .of = "visibility"
};
static const struct field source_field = {
	.name = "source", .type = TYPE_PICKLIST, .flags = FIELD_OPEN, .of = "source"
};
static const struct field login_field = {
	.name = "login", .type = TYPE_TEXT, .flags = FIELD_EXACT
};

struct reading {
	const struct field *field;
	const char *text;
	const char *value;
};

static void
reads(const struct reading *readings, size_t count, const struct value_rules *rules)
{
	struct buf out = BUF_EMPTY;
	struct problem problem;

	for (size_t i = 0; i < count; i++) {
		const struct reading *reading = &readings[i];

		buf_clear(&out);
		buf_text(&out, "=");
		if (!value_read(&out, reading->field, VIEW("name"),
			view_of(reading->text), rules, &problem))
			fail_msg("%s \"%s\": %s", reading->field->name, reading->text,
			    problem.text);
		assert_string_equal(buf_string(&out) + 1, reading->value);
	}
	buf_release(&out);
}

#define READS(readings, rules) \
	reads(readings, sizeof(readings) / sizeof((readings)[0]), rules)

static void
values_are_stored_in_one_form(void **state)
{
	static const struct value_rules rules = { .dates = DATE_ISO,
		.zone_minutes = 120 };
	static const struct reading cases[] = {
		{ &text_field, "Head of \"A, B\"\nand C", "Head of \"A, B\"\nand C" },
		{ &text_field, "=1+1", "=1+1" },
		{ &text_field, "#1 in sales", "#1 in sales" },
		{ &text_field, "", "" },
		{ &email_field, "Ann@Example.COM", "Ann@Example.COM" },
		{ &email_field, "mailto:ann@example.com", "ann@example.com" },
		{ &email_field, "<ann@example.com>", "ann@example.com" },
		{ &email_field, "ann@example.com. ,;", "ann@example.com" },
		{ &email_field, "ann@müller.example", "ann@müller.example" },
		{ &emails_field, "a@x.example; b@x.example;;a@x.example",
		    "a@x.example;b@x.example" },
		{ &domains_field, "Acme.Example; bücher.example.",
		    "acme.example;xn--bcher-kva.example" },
		{ &phone_field, "(555) 010-0123 x22", "(555) 010-0123 x22" },
		{ &phone_field, "E5", "E5" },
		{ &number_field, "+007.50", "7.5" },
		{ &number_field, "-0.0", "0" },
		{ &number_field, ".5", "0.5" },
		{ &number_field, "-12", "-12" },
		{ &number_field, "123456789012345678901234567890.1",
		    "123456789012345678901234567890.1" },
		{ &date_field, "2024-03-12", "2024-03-12" },
		{ &date_field, "2023-05-29 00:00:00", "2023-05-29" },
		/* A zone never moves a date to its neighbour. */
		{ &date_field, "2024-03-12T00:30:00+05:00", "2024-03-12" },
		{ &date_field, "20240312T233000-05:00", "2024-03-12" },
		{ &date_field, "12 Mar 2024", "2024-03-12" },
		{ &time_field, "2024-03-12T10:00:00Z", "2024-03-12T10:00:00Z" },
		{ &time_field, "2024-03-12 10:00", "2024-03-12T08:00:00Z" },
		{ &time_field, "2024-03-12", "2024-03-11T22:00:00Z" },
		{ &labels_field, " vip ;a\\;b;; vip;C:\\x", "vip;a\\;b;C:\\\\x" },
		{ &reference_field, "Acme, Inc.", "Acme, Inc." },
		{ &reference_field, "#12", "#12" },
		{ &source_field, "Career Fair", "Career Fair" },
		{ &login_field, "Ann", "Ann" },
		{ &field_ext, "003Ab", "003Ab" },
		/* An undeclared attribute takes anything. */
		{ &field_attr, "03/04/2024", "03/04/2024" },
		{ &field_attr, "#N/A", "#N/A" },
		{ &field_attr, "a;b", "a;b" },
	};

	(void)state;
	READS(cases, &rules);
}

/* design A3 */
static void
flags_read_many_words(void **state)
{
	static const char *const words[2][9] = {
		{ "0", "false", "FALSE", "no", "No", "n", "off", "f", "F" },
		{ "1", "true", "True", "yes", "YES", "y", "on", "t", "T" },
	};
	static const struct value_rules rules = { .dates = DATE_ISO };

	(void)state;
	for (int flag = 0; flag < 2; flag++)
		for (size_t i = 0; i < 9; i++)
			READS(((const struct reading[]){ { &flag_field, words[flag][i],
				  flag ? "true" : "false" } }),
			    &rules);
}

/* HS-2 */
static void
line_ends_at_the_edges_are_part_of_text_only(void **state)
{
	static const struct value_rules rules = { .dates = DATE_ISO };
	static const struct reading cases[] = {
		{ &text_field, "\nMet at the fair\r\n", "\nMet at the fair\r\n" },
		{ &labels_field, "vip\n; board", "vip\n;board" },
		{ &labels_field, "vip;\n", "vip" },
		{ &email_field,
		    "\xef\xbb\xbf"
		    "ann@example.org\r\n",
		    "ann@example.org" },
		{ &emails_field, "a@example.org;\nb@example.org\n",
		    "a@example.org;b@example.org" },
		{ &domains_field, "acme.example\n", "acme.example" },
		{ &phone_field, "555 0100\n", "555 0100" },
		{ &flag_field, "yes\r", "true" },
		{ &date_field, "\n2024-04-03", "2024-04-03" },
		{ &time_field, "2024-04-03T10:00:00Z\n", "2024-04-03T10:00:00Z" },
		{ &number_field, "12\n", "12" },
		{ &reference_field, "Acme\n", "Acme" },
		{ &client_field, "Active\n", "Active" },
		{ &source_field, "Fair\n", "Fair" },
	};

	(void)state;
	READS(cases, &rules);
}

/* TR-4, TR-5, TR-6 */
static void
statuses_are_read_loosely_and_printed_canonically(void **state)
{
	static const struct value_rules rules = { .dates = DATE_ISO };
	static const struct reading cases[] = {
		{ &client_field, "Active", "Active" },
		{ &client_field, "PAST", "Past" },
		{ &client_field, "not_applicable", "Not Applicable" },
		{ &client_field, "Not-Applicable", "Not Applicable" },
		{ &client_field, "n/a", "Not Applicable" },
		{ &client_field, "prospect", "Prospect" },
		{ &candidate_field, "N/A", "Not Applicable" },
		{ &candidate_field, "consult hot", "Consult Hot" },
		{ &candidate_field, "CONSULT_WARM", "Consult Warm" },
		{ &candidate_field, "dnu", "DNU" },
		{ &candidate_field, "perm-active", "Perm Active" },
		{ &candidate_field, "Perm Passive", "Perm Passive" },
		{ &candidate_field, "assigned", "Assigned" },
		{ &candidate_field, "placed", "Placed" },
		{ &visibility_field, "only myself", "Only Myself" },
	};

	(void)state;
	READS(cases, &rules);
}

static void
dates_follow_the_declared_order(void **state)
{
	static const struct reading dmy[] = {
		{ &date_field, "03/04/2024", "2024-04-03" },
		{ &date_field, "09-06-2026 16:14", "2026-06-09" },
		{ &time_field, "3.4.24 16:14", "2024-04-03T16:14:00Z" },
	}, mdy[] = {
		{ &date_field, "03/04/2024", "2024-03-04" },
		{ &date_field, "4/10/18, 5:12 PM", "2018-04-10" },
		{ &time_field, "4/10/18, 5:12 PM", "2018-04-10T17:12:00Z" },
	};

	(void)state;
	READS(dmy, &((const struct value_rules){ .dates = DATE_DMY }));
	READS(mdy, &((const struct value_rules){ .dates = DATE_MDY }));
}

static void
each_bad_value_has_its_sentence(void **state)
{
	static const struct value_rules rules = { .dates = DATE_ISO };
	static const struct {
		const struct field *field;
		const char *text, *code, *sentence;
	} cases[] = {
		{ &text_field, "#N/A", "BAD_VALUE", "\"#N/A\" is a spreadsheet's error" },
		{ &text_field, "\n#N/A\n", "BAD_VALUE",
		    "\" #N/A \" is a spreadsheet's error" },
		{ &email_field, "#REF!", "BAD_VALUE",
		    "\"#REF!\" is a spreadsheet's error" },
		{ &labels_field, "#NAME?", "BAD_VALUE",
		    "\"#NAME?\" is a spreadsheet's error" },
		{ &field_ext, "#DIV/0!", "BAD_VALUE",
		    "\"#DIV/0!\" is a spreadsheet's error" },
		{ &email_field, "ann@", "BAD_EMAIL", "no domain after \"@\"" },
		{ &email_field, "a@x.example / b@x.example", "BAD_EMAIL",
		    "several addresses in one cell" },
		{ &email_field, "Ann <ann@example.com>", "BAD_EMAIL",
		    "blank in address" },
		{ &email_field, "ann@\xe2\x98\x83\xef\xb8\x8f-.example", "BAD_EMAIL",
		    "hyphen at the edge of a domain" },
		{ &emails_field, "a@x.example; none", "BAD_EMAIL", "no \"@\"" },
		{ &domains_field, "http://acme.example/", "BAD_VALUE",
		    "\"http://acme.example/\": character that no domain has" },
		{ &phone_field, "5.93999E+11", "BAD_VALUE",
		    "\"5.93999E+11\" is "
		    "a phone that lost its digits in a spreadsheet" },
		{ &phone_field, "1e9", "BAD_VALUE",
		    "\"1e9\" is a phone that "
		    "lost its digits in a spreadsheet" },
		{ &flag_field, "maybe", "BAD_VALUE",
		    "\"maybe\" is neither true nor false" },
		{ &number_field, "1,000", "BAD_VALUE",
		    "\"1,000\" is no decimal number such as -12.5" },
		{ &number_field, "-", "BAD_VALUE",
		    "\"-\" is no decimal number such as -12.5" },
		{ &date_field, "03/04/2024", "BAD_VALUE",
		    "\"03/04/2024\" may "
		    "begin with the day or with the month: say --dates dmy or "
		    "--dates mdy" },
		{ &time_field, "soon", "BAD_VALUE", "\"soon\" is no date" },
		{ &date_field, "line\nbreak", "BAD_VALUE", "\"line break\" is no date" },
		{ &reference_field, "\00112", "BAD_CHARACTER", "control character 0x01" },
		{ &client_field, "Former", "BAD_STATUS",
		    "\"Former\" is none of "
		    "Active, Not Applicable, Past, Prospect" },
		{ &candidate_field, "Hot", "BAD_STATUS",
		    "\"Hot\" is none of "
		    "Assigned, Consult Hot, Consult Warm, DNU, Not Applicable, "
		    "Perm Active, Perm Passive, Placed, Prospect" },
		{ &visibility_field, "me", "BAD_VALUE",
		    "\"me\" is none of "
		    "Everyone, Myself and All Career Advisors, Only Myself" },
	};
	struct buf out = BUF_EMPTY;
	struct problem problem;

	(void)state;
	buf_text(&out, "before");
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		if (value_read(&out, cases[i].field, VIEW(""), view_of(cases[i].text),
			&rules, &problem))
			fail_msg("case %zu was taken", i);
		assert_string_equal(problem.code, cases[i].code);
		assert_string_equal(problem.text, cases[i].sentence);
		assert_string_equal(buf_string(&out), "before");
	}
	buf_release(&out);
}

static void
long_cells_are_quoted_in_part(void **state)
{
	static const struct value_rules rules = { .dates = DATE_ISO };
	struct buf out = BUF_EMPTY, text = BUF_EMPTY;
	struct problem problem;

	(void)state;
	buf_text(&text, "x");
	for (int i = 0; i < 5000; i++)
		buf_text(&text, "ü");
	assert_false(value_read(
	    &out, &date_field, VIEW(""), buf_as_view(&text), &rules, &problem));
	/* Sixty bytes would end inside a character. */
	assert_int_equal(strlen(problem.text), 1 + 59 + strlen("\" is no date"));
	buf_release(&out);
	buf_release(&text);
}

static void
a_second_reading_changes_nothing(void **state)
{
	static const struct value_rules rules = { .dates = DATE_ISO,
		.zone_minutes = -300 };
	static const struct reading cases[] = {
		{ &time_field, "2024-03-12 10:00", NULL },
		{ &date_field, "12 Mar 2024", NULL },
		{ &labels_field, "a\\;b;C:\\x;\\", NULL },
		{ &domains_field, "BÜCHER.example;a.example", NULL },
		{ &number_field, "-007.10", NULL },
		{ &flag_field, "Y", NULL },
		{ &candidate_field, "consult_hot", NULL },
		{ &email_field, "<Ann@Example.com.>", NULL },
	};
	struct buf once = BUF_EMPTY, twice = BUF_EMPTY;
	struct problem problem;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		buf_clear(&once);
		buf_clear(&twice);
		assert_true(value_read(&once, cases[i].field, VIEW(""),
		    view_of(cases[i].text), &rules, &problem));
		assert_true(value_read(&twice, cases[i].field, VIEW(""),
		    buf_as_view(&once), &rules, &problem));
		assert_string_equal(buf_string(&once), buf_string(&twice));
	}
	buf_release(&once);
	buf_release(&twice);
}

static void
index_text_is_what_is_compared(void **state)
{
	static const struct reading cases[] = {
		{ &text_field, " Müller  GMBH", "muller gmbh" },
		{ &email_field, "Ann@MÜLLER.example", "ann@xn--mller-kva.example" },
		{ &email_field, "No Address", "no address" },
		{ &phone_field, "+1 (555) 010-0123", "15550100123" },
		{ &phone_field, "None", "none" },
		{ &login_field, "Ann ", "Ann " },
		{ &candidate_field, "Consult Hot", "consult hot" },
	};
	struct buf out = BUF_EMPTY;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		buf_clear(&out);
		value_index_text(&out, cases[i].field, view_of(cases[i].text));
		assert_string_equal(buf_string(&out), cases[i].value);
	}
	buf_release(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_are_stored_in_one_form),
		cmocka_unit_test(flags_read_many_words),
		cmocka_unit_test(line_ends_at_the_edges_are_part_of_text_only),
		cmocka_unit_test(statuses_are_read_loosely_and_printed_canonically),
		cmocka_unit_test(dates_follow_the_declared_order),
		cmocka_unit_test(each_bad_value_has_its_sentence),
		cmocka_unit_test(long_cells_are_quoted_in_part),
		cmocka_unit_test(a_second_reading_changes_nothing),
		cmocka_unit_test(index_text_is_what_is_compared),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
