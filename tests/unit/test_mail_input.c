/* SPDX-License-Identifier: ISC */
/*
 * Mail in: each address of a header field is a row, whatever the message looks
 * like, and what cannot be read is a row in error by itself (CS-43).
 */
#include "reading.h"

#define MAIL	 { .format = READER_MAIL }, NULL, 0
#define DETECT	 { .may_be_mail = true }, NULL, 0
#define OF(list) { .format = READER_MAIL, .fields = list }, NULL, 0
#define HEAD	 "1 name|email\n"

static const struct reading messages[] = {
	{ "From is a row, with the line of its field",
	    TEXT("Subject: x\r\nFrom: Ann Lee <ann@acme.example>\r\n\r\nFrom: no\r\n"),
	    HEAD "2 Ann Lee|ann@acme.example\n", MAIL },
	{ "names are quoted, commented, folded, encoded, or not there",
	    TEXT("From: \"Lee, Ann\"\n\t<a@x.example>,\n b@x.example (Bob\n Ray), "
		 "=?ISO-8859-1?Q?Andr=E9?= =?UTF-8?B?IERvZQ==?= "
		 "<c@x.example>,d@x.example\n"),
	    HEAD "1 Lee, Ann|a@x.example\n1 Bob Ray|b@x.example\n"
		 "1 Andr\xc3\xa9 Doe|c@x.example\n1 |d@x.example\n",
	    MAIL },
	{ "an address is no name, nor are apostrophes a part of one",
	    TEXT("From: \"a@x.example\" <a@x.example>, 'Bob Ray' <b@x.example>\n"),
	    HEAD "1 |a@x.example\n1 Bob Ray|b@x.example\n", MAIL },
	{ "members of groups are rows, and a group without any names nobody",
	    TEXT("From: b@x.example\nTo: Team: Ann <a@x.example>, c@x.example;, "
		 "d@x.example\n"
		 "Cc: undisclosed-recipients:;\n\n"),
	    HEAD "2 Ann|a@x.example\n2 |c@x.example\n2 |d@x.example\n3 |\n",
	    OF("to, CC") },
	{ "addresses beyond ASCII stay as they were typed",
	    TEXT("From: Andr\xc3\xa9 <andr\xc3\xa9@b\xc3\xbc"
		 "cher.example>\nFrom: x@xn--bcher-kva.example\n"),
	    HEAD "1 Andr\xc3\xa9|andr\xc3\xa9@b\xc3\xbc"
		 "cher.example\n2 |x@xn--bcher-kva.example\n",
	    MAIL },
	{ "lines that are no header field are passed over",
	    TEXT("X: y\nno field\n: neither\n>From x\nFROM : a@x.example\nfrom b\n"),
	    HEAD "5 |a@x.example\n", MAIL },
	{ "a message that does not have the field names nobody",
	    TEXT("From: a@x.example\n\nTo: b@x.example\n"), HEAD "1 |\n", OF("To") },
};

static const struct reading mboxes[] = {
	{ "an mbox has several, and lines count in the file",
	    TEXT("From a Mon Oct  5 12:00:00 2026\nFrom: a@x.example\n\nHi\n\n"
		 "From b Mon Oct  5 12:00:01 2026\nDate: x\nFrom: b@x.example\n"),
	    HEAD "2 |a@x.example\n8 |b@x.example\n", MAIL },
	{ "a sentence that begins with From ends no message",
	    TEXT("From a Mon Oct  5 12:00:00 2026\nFrom: a@x.example\n\n\nFrom here on\n"
		 "x\nFrom b Mon Oct  5 12:00:01 2026\nFrom: b@x.example\n\n"
		 ">From c Mon Oct  5 12:00:01 2026\nFrom: c@x.example\n"),
	    HEAD "2 |a@x.example\n", MAIL },
	{ "nor does such a line in a message alone",
	    TEXT("From: a@x.example\n\nFrom b Mon Oct  5 12:00:01 2026\n"
		 "From: b@x.example\n"),
	    HEAD "1 |a@x.example\n", MAIL },
	{ "a message without From is one row in error, the others are read",
	    TEXT("From a Mon Oct  5 12:00:00 2026\nTo: a@x.example\n\n\n"
		 "From b Mon Oct  5 12:00:01 2026\n\n"
		 "From c Mon Oct  5 12:00:01 2026\nFrom: c@x.example\n"),
	    HEAD "1 !NO_ADDRESS 0 the message has no From|\n"
		 "5 !NO_ADDRESS 0 the message has no From|\n8 |c@x.example\n",
	    MAIL },
};

static const struct reading mistakes[] = {
	{ "what is only read in part is not read at all",
	    TEXT("From: a@b.example@x.example\nFrom: Ann Lee, b@x.example\n"
		 "From: Ann a@x.example\nFrom: <>\nFrom: \"Ann\" <>\nFrom:\n"),
	    HEAD
	    "1 !NO_ADDRESS 0 From: \"a@b.example@x.example\" cannot be read as "
	    "addresses|\n"
	    "2 !NO_ADDRESS 0 From: \"Ann Lee, b@x.example\" cannot be read as "
	    "addresses|\n"
	    "3 !NO_ADDRESS 0 From: \"Ann a@x.example\" cannot be read as addresses|\n"
	    "4 !NO_ADDRESS 0 From: \"<>\" cannot be read as addresses|\n"
	    "5 !NO_ADDRESS 0 From: \"\"Ann\" <>\" cannot be read as addresses|\n"
	    "6 !NO_ADDRESS 0 From: names nobody|\n",
	    MAIL },
	{ "controls are told, also those that were encoded",
	    TEXT("From: a\0b@x.example\nFrom: \x1b[2J <b@x.example>\n"
		 "From: =?UTF-8?Q?a=1Bb?= <c@x.example>\nFrom: d@x.example\n"),
	    HEAD "1 !BAD_CHARACTER 0 From: NUL byte 0x00|\n"
		 "2 !BAD_CHARACTER 0 From: control character 0x1b|\n"
		 "3 !BAD_CHARACTER 0 control character in a name or an "
		 "addressa\\x1bb|c@x.example\n4 |d@x.example\n",
	    MAIL },
	{ "an encoded line end is a blank",
	    TEXT("From: =?UTF-8?Q?a=0ABcc=3A_x?= <b@x.example>\n"),
	    HEAD "1 a Bcc: x|b@x.example\n", MAIL },
	{ "bytes that are not UTF-8 are told, and --encoding says what they are",
	    TEXT("From: Andr\xe9 <a@x.example>\n"),
	    HEAD "1 !BAD_ENCODING 0 From: bytes that are not UTF-8|\n", MAIL },
	{ "which reads them", TEXT("From: Andr\xe9 <a@x.example>\n"),
	    HEAD "1 Andr\xc3\xa9|a@x.example\n",
	    { .format = READER_MAIL, .encoding = "latin1" }, NULL, 0 },
	{ "a table is no mail", TEXT("name,email\nAnn,a@x.example\n"),
	    "fault: no mail: line 1 is neither a header field nor the From line of an "
	    "mbox\n",
	    MAIL },
	{ "nothing is no mail", TEXT("\n\n"), "fault: no message in it\n", MAIL },
};

static const struct reading detections[] = {
	{ "a header with an address in From is mail",
	    TEXT("Received: by x\n\tfor y\nFrom: \n Ann <a@x.example>\nTo: b\n\nx,y\n"),
	    HEAD "3 Ann|a@x.example\n", DETECT },
	{ "so is an mbox",
	    TEXT("From a Mon Oct  5 12:00:00 2026\nFrom: a@x.example\n\nx\n"),
	    HEAD "2 |a@x.example\n", DETECT },
	{ "lines above a table are not", TEXT("From: 2026-01-01\nTo: 2026-12-31\n\na\n"),
	    "1 From: 2026-01-01\n2 To: 2026-12-31\n4 a\n", DETECT },
	{ "nor is a line of its own", TEXT("From: a@x.example\n"),
	    "1 From: a@x.example\n", DETECT },
	{ "nor a table that begins so", TEXT("From: a@x.example,To\nDate: x\nx,y\n"),
	    "1 From: a@x.example|To\n2 Date: x\n3 x|y\n", DETECT },
	{ "nor a vCard where nobody asked", TEXT("BEGIN:VCARD\nFN:a\nEND:VCARD\n"),
	    "1 BEGIN:VCARD\n2 FN:a\n3 END:VCARD\n", PLAIN },
	{ "nor mail where nobody asked", TEXT("From: a@x.example\nTo: b\n\n"),
	    "1 From: a@x.example\n2 To: b\n", PLAIN },
};

static void
a_message_gives_a_row_for_each_address(void **state)
{
	(void)state;
	READING_CHECK(messages);
}

static void
an_mbox_is_many_messages(void **state)
{
	(void)state;
	READING_CHECK(mboxes);
}

static void
what_is_wrong_is_told_of_its_row(void **state)
{
	(void)state;
	READING_CHECK(mistakes);
}

static void
mail_is_told_from_tables(void **state)
{
	(void)state;
	READING_CHECK(detections);
}

/* I4: a field has 1 MiB, groups in groups are no way to the end of the stack, and
 * a body of one long line is passed over. */
static void
hostile_lengths_are_bounded(void **state)
{
	static const struct {
		const char *front, *unit;
		size_t times;
		const char *behind, *expected;
	} cases[] = {
		{ "From: ", "x", 1100000, "\nFrom: b@x.example\n",
		    HEAD "1 !TOO_LONG 0 From: longer than 1 MiB|\n2 |b@x.example\n" },
		{ "From: ", "a:", 500000, "\nFrom: b@x.example\n",
		    HEAD
		    "1 !NO_ADDRESS 0 From: "
		    "\"a:a:a:a:a:a:a:a:a:a:a:a:a:a:a:a:a:a:a:a:a:a:a:a:a:a:a:a:a:a:..."
		    "\" cannot be read as addresses|\n2 |b@x.example\n" },
		{ "From: ", "(", 900000, "\nFrom: b@x.example\n",
		    HEAD
		    "1 !NO_ADDRESS 0 From: "
		    "\"((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((..."
		    "\" cannot be read as addresses|\n2 |b@x.example\n" },
		{ "From: b@x.example\n\n", "x", 3000000, "", HEAD "1 |b@x.example\n" },
		{ "X: ", "x", 3000000, "\nFrom: b@x.example\n", HEAD "2 |b@x.example\n" },
		{ "From: a:", "a:", 998, "b@x.example\n", HEAD "1 |b@x.example\n" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct buf text = BUF_EMPTY, out = BUF_EMPTY;
		struct reading reading = { .options = { .format = READER_MAIL } };

		buf_text(&text, cases[i].front);
		for (size_t k = 0; k < cases[i].times; k++)
			buf_text(&text, cases[i].unit);
		buf_text(&text, cases[i].behind);
		reading.input = buf_as_view(&text);
		assert_string_equal(
		    reading_rows(&out, &reading, 0, false), cases[i].expected);
		buf_release(&text);
		buf_release(&out);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_message_gives_a_row_for_each_address),
		cmocka_unit_test(an_mbox_is_many_messages),
		cmocka_unit_test(what_is_wrong_is_told_of_its_row),
		cmocka_unit_test(mail_is_told_from_tables),
		cmocka_unit_test(hostile_lengths_are_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
