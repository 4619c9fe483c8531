/* SPDX-License-Identifier: ISC */
/*
 * Any encoding in, UTF-8 out (design A3; formats of real exports): byte order
 * marks, named encodings, the fallback by row, and bytes that mean nothing.
 */
#include "reading.h"

#define NAMED(name)    { .encoding = name }, NULL, 0
#define FALLBACK(name) { .format = READER_AUTO }, name, 0

#define LE(c)  c "\0"
#define BE(c)  "\0" c
#define LE4(c) c "\0\0\0"
#define BE4(c) "\0\0\0" c

static const struct reading marks[] = {
	{ "the mark of UTF-8 is swallowed", TEXT("\xef\xbb\xbf\"a\",b\n1,2\n"),
	    "1 a|b\n2 1|2\n", PLAIN },
	{ "only once",
	    TEXT("\xef\xbb\xbf\xef\xbb\xbf"
		 "a\n"),
	    "1 \\u{feff}a\n", PLAIN },
	{ "a mark alone is nothing", TEXT("\xef\xbb\xbf"), "", PLAIN },
	{ "UTF-16LE",
	    TEXT("\xff\xfe" LE("a") LE(",") LE("b")
		    LE("\n") "\xe9\0" LE(",") "\x3d\xd8\x00\xde"),
	    "1 a|b\n2 \xc3\xa9|\xf0\x9f\x98\x80\n", PLAIN },
	{ "UTF-16BE",
	    TEXT("\xfe\xff" BE("a") BE(",") BE("b")
		    BE("\n") "\0\xe9" BE(",") "\xd8\x3d\xde\x00"),
	    "1 a|b\n2 \xc3\xa9|\xf0\x9f\x98\x80\n", PLAIN },
	{ "UTF-32LE, whose mark begins with that of UTF-16LE",
	    TEXT("\xff\xfe\0\0" LE4("a") LE4(",") LE4("b") LE4("\n") "\0\xf6\x01\0"),
	    "1 a|b\n2 \xf0\x9f\x98\x80\n", PLAIN },
	{ "UTF-32BE", TEXT("\0\0\xfe\xff" BE4("a") BE4(",") BE4("b")), "1 a|b\n", PLAIN },
	{ "the text is believed where the mark is wrong: UTF-16LE",
	    TEXT("\xfe\xff" LE("a") LE(",") LE("b") LE("\n") LE("1") LE(",") LE("2")),
	    "1 a|b\n2 1|2\n", PLAIN },
	{ "UTF-16BE", TEXT("\xff\xfe" BE("a") BE(",") BE("b")), "1 a|b\n", PLAIN },
	{ "UTF-32LE behind the short mark", TEXT("\xfe\xff" LE4("a") LE4(",") LE4("b")),
	    "1 a|b\n", PLAIN },
	{ "UTF-32BE behind the short mark", TEXT("\xfe\xff" BE4("a") BE4(",") BE4("b")),
	    "1 a|b\n", PLAIN },
	{ "a mark goes before a name", TEXT("\xef\xbb\xbf\xc3\xa9,b\n"), "1 \xc3\xa9|b\n",
	    NAMED("windows-1252") },
};

static const struct reading named[] = {
	{ "windows-1252", TEXT("a,b\n\xe9,\x80\n"), "1 a|b\n2 \xc3\xa9|\xe2\x82\xac\n",
	    NAMED("windows-1252") },
	{ "its open bytes are C1 controls, by the WHATWG rule",
	    TEXT("a\n\x81\x8d\x8f\x90\x9d\n"),
	    "1 a\n2 \\u{0081}\\u{008d}\\u{008f}\\u{0090}\\u{009d}\n", NAMED("CP1252") },
	{ "iso-8859-1 is the same", TEXT("a\n\x93x\x94\n"),
	    "1 a\n2 \xe2\x80\x9cx\xe2\x80\x9d\n", NAMED("ISO-8859-1") },
	{ "latin1 too", TEXT("a\n\xfc\n"), "1 a\n2 \xc3\xbc\n", NAMED("latin1") },
	{ "UTF-16LE without a mark", TEXT(LE("a") LE(",") LE("b")), "1 a|b\n",
	    NAMED("UTF-16LE") },
	{ "UTF-16 by where the NUL bytes stand", TEXT(LE("a") LE(",") LE("b")), "1 a|b\n",
	    NAMED("UTF-16") },
	{ "others by iconv", TEXT("a\n\xc8\n"), "1 a\n2 \xd0\x98\n",
	    NAMED("WINDOWS-1251") },
	{ "whatever lengths their characters have", TEXT("a,b\n\x93\xfa\x96\x7b,\xb1\n"),
	    "1 a|b\n2 \xe6\x97\xa5\xe6\x9c\xac|\xef\xbd\xb1\n", NAMED("SHIFT_JIS") },
	{ "bytes that mean nothing are an error of their row", TEXT("a,b\n1,\xa0\n2,3\n"),
	    "1 a|b\n2 !BAD_ENCODING 2 byte 0xa0 is not SHIFT_JIS\n3 2|3\n",
	    NAMED("SHIFT_JIS") },
	{ "so is half a character of UTF-16",
	    TEXT("\xff\xfe" LE("a") LE("\n") "\x00\xd8" LE("\n") LE("b")),
	    "1 a\n2 !BAD_ENCODING 1 bytes that are not UTF-16LE\n3 b\n", PLAIN },
	{ "and an odd byte at its end", TEXT("\xff\xfe" LE("a") LE("\n") LE("b") "\x80"),
	    "1 a\n2 !BAD_ENCODING 1 byte 0x80 is not UTF-16LE\n", PLAIN },
	{ "a name that nobody knows is told", TEXT("a\n"),
	    "fault: encoding 'klingon' is not known (iconv -l lists the names)\n",
	    NAMED("klingon") },
	{ "options of iconv are no names", TEXT("a\n"),
	    "fault: encoding 'ASCII//TRANSLIT' is not known (iconv -l lists the names)\n",
	    NAMED("ASCII//TRANSLIT") },
};

static const struct reading invalid[] = {
	{ "Latin-1 without a name is an error, with its place",
	    TEXT("a,b\n1,\"x\ny\xe9\"\n3,4\n"),
	    "1 a|b\n2 !BAD_ENCODING 2 byte 0xe9 on line 3 is not UTF-8\n4 3|4\n", PLAIN },
	{ "overlong, surrogate, cut and beyond",
	    TEXT("a\n\xc0\xaf\n\xed\xa0\x80\n\xe2\x82\n\xf4\x90\x80\x80\n\xf0\x9f\x98\x80"
		 "\n"),
	    "1 a\n2 !BAD_ENCODING 1 byte 0xc0 is not UTF-8\n3 !BAD_ENCODING 1 byte 0xed "
	    "is not UTF-8\n"
	    "4 !BAD_ENCODING 1 byte 0xe2 is not UTF-8\n5 !BAD_ENCODING 1 byte 0xf4 is "
	    "not UTF-8\n"
	    "6 \xf0\x9f\x98\x80\n",
	    PLAIN },
	{ "NUL and controls are errors, TAB, DEL and C1 are not",
	    TEXT("a,b\n1,x\0y\n\x1b[m,2\n\t,\x7f\xc2\x85\n"),
	    "1 a|b\n2 !BAD_CHARACTER 2 NUL byte 0x00\n3 !BAD_CHARACTER 1 control "
	    "character 0x1b\n"
	    "4 \\t|\\x7f\\u{0085}\n",
	    PLAIN },
	{ "the fallback is for rows that are not UTF-8 only",
	    TEXT("a,b\n\xc3\xa9,1\n\xe9\x81,2\n"),
	    "1 a|b\n2 \xc3\xa9|1\n3 \xc3\xa9\\u{0081}|2\n", FALLBACK("windows-1252") },
	{ "quotes are undone in it too", TEXT("a,b\n\"\xe9 \"\"x\"\"\",2\n"),
	    "1 a|b\n2 \xc3\xa9 \"x\"|2\n", FALLBACK("windows-1252") },
	{ "it does not excuse NUL", TEXT("a,b\n\xe9,\0\n"),
	    "1 a|b\n2 !BAD_ENCODING 1 byte 0xe9 is not UTF-8\n",
	    FALLBACK("windows-1252") },
	{ "a fallback that is not known is none", TEXT("a\n\xe9\n"),
	    "1 a\n2 !BAD_ENCODING 1 byte 0xe9 is not UTF-8\n", FALLBACK("klingon") },
};

static void
test_marks(void **state)
{
	(void)state;
	READING_CHECK(marks);
}

static void
test_named(void **state)
{
	(void)state;
	READING_CHECK(named);
}

static void
test_invalid(void **state)
{
	(void)state;
	READING_CHECK(invalid);
}

/* What --verbose tells, before and after a row needed the fallback. */
static void
test_describe(void **state)
{
	int fd = reading_file(VIEW("a;b\n\xe9;2\n\xc3\xa9;3\n\xe8;\xe9\n"));
	const char *encoding = NULL;
	struct reader_options options = { .format = READER_AUTO };
	struct reader *reader;
	struct fault fault;
	struct row row;

	(void)state;
	assert_int_equal(reader_open(&reader, fd, "test", &options, &fault), 0);
	reader_set_fallback(reader, "latin1");
	assert_int_equal(reader_next(reader, &row, &fault), 1);
	assert_string_equal(reader_describe(reader), "CSV, semicolon, UTF-8");
	assert_int_equal(reader_next(reader, &row, &fault), 1);
	assert_string_equal(
	    reader_describe(reader), "CSV, semicolon, UTF-8 and windows-1252");
	assert_int_equal(reader_format(reader), READER_CSV);
	/* A look ahead counts nothing. */
	assert_int_equal(reader_peek(reader, 1, &row, &fault), 1);
	assert_int_equal(reader_fallback_rows(reader, &encoding), 1);
	while (reader_next(reader, &row, &fault) == 1)
		continue;
	assert_int_equal(reader_fallback_rows(reader, &encoding), 2);
	assert_string_equal(encoding, "windows-1252");
	reader_close(reader);
	assert_int_equal(close(fd), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_marks),
		cmocka_unit_test(test_named),
		cmocka_unit_test(test_invalid),
		cmocka_unit_test(test_describe),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
