/* SPDX-License-Identifier: ISC */
/*
 * vCards in: what telephones, mail programs and address books write becomes the same
 * cells, and what is wrong with a card is wrong with it alone.
 */
#include "reading.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define CARD(text)   TEXT("BEGIN:VCARD\r\n" text "END:VCARD\r\n")

/* Prints "line column=cell|..." for a card's cells that are not empty. */
static void
read_cards(struct buf *out, struct view input, size_t read_size)
{
	const struct reader_options options = { .format = READER_VCARD,
		.read_size = read_size };
	struct reader *reader;
	struct fault fault;
	struct row row;
	struct view names[64];
	int fd = reading_file(input);

	assert_int_equal(reader_open(&reader, fd, "test", &options, &fault), 0);
	assert_int_equal(reader_next(reader, &row, &fault), 1);
	assert_in_range(row.count, 1, COUNT(names));
	memcpy(names, row.cells, row.count * sizeof(names[0]));
	while (reader_next(reader, &row, &fault) == 1) {
		buf_printf(out, "%llu", (unsigned long long)row.line);
		if (row.code != NULL)
			buf_printf(out, " !%s %s", row.code, row.message);
		for (size_t i = 0; i < row.count; i++)
			if (row.cells[i].len > 0) {
				buf_printf(out, " %.*s=", (int)names[i].len, names[i].at);
				show_text(out, row.cells[i]);
			}
		buf_char(out, '\n');
	}
	reader_close(reader);
	assert_int_equal(close(fd), 0);
}

static const struct {
	const char *sentence;
	struct view input;
	const char *expected;
} cards[] = {
	{ "4.0",
	    CARD("VERSION:4.0\r\nFN:Ann Lee\r\nN:Lee;Ann;B.,C.;Ms.;Jr.\r\n"
		 "EMAIL;PREF=1:ann@x.example\r\nTEL;TYPE=\"work,voice\";VALUE=uri:tel:"
		 "+1-555;ext=22\r\nTEL;TYPE=cell:1\r\nTEL;TYPE=home,fax:2\r\n"
		 "ADR:Box 1;;1 Main\\nUnit 4;Ulm;;89073;DE\r\nORG:Acme\\, Inc.;HR;EU\r\n"
		 "NOTE:a\\;b\\\\n\r\nCATEGORIES:vip,a\\,b\\;c\r\n"),
	    "1 first_name=Ann middle_name=B. C. last_name=Lee salutation=Ms. suffix=Jr. "
	    "name=Ann Lee email=ann@x.example phone=+1-555 phone_ext=22 mobile=1 fax=2 "
	    "department=HR, EU organization=Acme, Inc. street=Box 1\\n1 Main\\nUnit 4 "
	    "city=Ulm postal_code=89073 country=DE description=a;b\\n "
	    "labels=vip;a,b\\;c\n" },
	{ "2.1: quoted-printable over lines, in a charset of its own",
	    CARD(
		"VERSION:2.1\r\nN;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:M=FCl=\r\n"
		"ler;J=F6rg\r\nNOTE;QUOTED-PRINTABLE:a=0D=0Ab=3Dc\r\nTEL;CELL;VOICE:"
		"1\r\n"),
	    "1 first_name=J\xc3\xb6rg last_name=M\xc3\xbcller mobile=1 "
	    "description=a\\r\\nb=c\n" },
	{ "3.0: groups, folds within a character's reach, lower case",
	    CARD("version:3.0\r\nitem1.email;type=INTERNET:a@x.ex\r\n ample\r\n"
		 "item1.X-ABLabel:_$!<Work>!$_\r\nfn:Zo\xc3\xab\r\n\t Z\r\n"),
	    "1 name=Zo\xc3\xab Z email=a@x.example\n" },
	{ "the preferred address is the first one, the others are not lost",
	    CARD("EMAIL:a@x.example\nEMAIL;TYPE=PREF:b@x.example\nEMAIL:c@x.example\n"
		 "TEL:1\nTEL:2\nTEL:3\n"),
	    "1 email=b@x.example other_emails=a@x.example;c@x.example phone=1 "
	    "attr.other_phones=2;3\n" },
	{ "a picture is passed over, of any encoding",
	    CARD("PHOTO;ENCODING=b:AAA\n BBB\n CCC\nFN:Ann\n"), "1 name=Ann\n" },
	{ "what stands in for a name is none",
	    CARD("FN:a@x.example\nEMAIL:a@x.example\n"), "1 email=a@x.example\n" },
	{ "a card that is not of a person", CARD("KIND:group\nFN:All\n"),
	    "1 !BAD_VCARD the card is not of a person\n" },
	{ "cards that do not end",
	    TEXT("x\nBEGIN:VCARD\nFN:a\nBEGIN:VCARD\nFN:b\nEND:VCARD\nBEGIN:VCARD\nFN:c"),
	    "2 !BAD_VCARD the card does not end\n4 name=b\n"
	    "7 !BAD_VCARD the card does not end\n" },
	{ "bytes that are nothing", CARD("FN:\xff\nNOTE:x\n"),
	    "1 !BAD_ENCODING FN: bytes that are not UTF-8\n" },
	{ "control characters, in what is read only",
	    CARD("X-A:\x01\nFN:ok\nNOTE:\x01\n"),
	    "1 !BAD_CHARACTER NOTE: control character\n" },
	{ "no card", TEXT("nothing\n"), "" },
};

static void
test_cards(void **state)
{
	struct buf out = BUF_EMPTY;

	(void)state;
	for (size_t i = 0; i < COUNT(cards); i++)
		for (size_t size = 0; size < 20; size += 7) {
			buf_clear(&out);
			read_cards(&out, cards[i].input, size);
			if (strcmp(buf_string(&out), cards[i].expected) != 0)
				print_error("%s\n", cards[i].sentence);
			assert_string_equal(buf_string(&out), cards[i].expected);
		}
	buf_release(&out);
}

/* A value of more than 1 MiB is told, and a picture of more is not. */
static void
test_limits(void **state)
{
	struct buf text = BUF_EMPTY, out = BUF_EMPTY;

	(void)state;
	for (int note = 0; note < 2; note++) {
		buf_clear(&text);
		buf_clear(&out);
		buf_printf(&text, "BEGIN:VCARD\nFN:Ann\n%s:", note ? "NOTE" : "PHOTO");
		while (text.len < 3 * 1024 * 1024)
			buf_text(&text, "0123456789\n ");
		buf_text(&text, "\nEND:VCARD\n");
		read_cards(&out, buf_as_view(&text), 0);
		assert_string_equal(buf_string(&out),
		    note ? "1 !TOO_LONG NOTE: longer than 1 MiB\n" : "1 name=Ann\n");
	}
	buf_clear(&text);
	buf_clear(&out);
	buf_text(&text, "BEGIN:VCARD\n");
	while (text.len < 6 * 1024 * 1024)
		buf_text(&text, "EMAIL:somebody.with.a.long.name@x.example\n");
	read_cards(&out, buf_as_view(&text), 0);
	assert_string_equal(
	    buf_string(&out), "1 !TOO_LONG the card is longer than 4 MiB\n");
	buf_release(&text);
	buf_release(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cards),
		cmocka_unit_test(test_limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
