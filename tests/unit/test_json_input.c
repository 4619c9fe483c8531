/* SPDX-License-Identifier: ISC */
/*
 * JSON in: the same rows whether an object takes a line or several, and what
 * becomes of text that is none.
 */
#include "reading.h"

static const struct reading objects[] = {
	{ "the first row has all names in order of appearance",
	    TEXT("{\"a\":\"1\",\"b\":\"2\"}\n{\"c\":\"3\",\"a\":\"4\"}\n"),
	    "1 a|b|c\n1 1|2|\n2 4||3\n", PLAIN },
	{ "numbers keep their digits, words their spelling, null is empty",
	    TEXT("{\"a\":18446744073709551615,\"b\":1.10,\"c\":-0.5E+3,\"d\":true,\"e\":"
		 "false,"
		 "\"f\":null}\n"),
	    "1 a|b|c|d|e|f\n1 18446744073709551615|1.10|-0.5E+3|true|false|\n", PLAIN },
	{ "escapes are decoded",
	    TEXT("{\"\\u0061\":\"\\\"\\\\\\/\\n\\r\\t\\u00e9\\ud83d\\ude00\"}"),
	    "1 a\n1 \"\\/\\n\\r\\t\xc3\xa9\xf0\x9f\x98\x80\n", PLAIN },
	{ "an array is one cell",
	    TEXT("{\"a\":[\"x\",\"y;z\",\"\\\\\",1,true],\"b\":[],\"c\":[\"\"]}"),
	    "1 a|b|c\n1 x;y\\;z;\\\\;1;true||\n", PLAIN },
	{ "an array that holds more is kept as its text",
	    TEXT("{\"a\":[1, [2] , {\"b\":3}],\"c\":4}"),
	    "1 a|c\n1 [1, [2] , {\"b\":3}]|4\n", PLAIN },
	{ "the members of an object inside are named by their path",
	    TEXT("{\"a\":{\"b\":1,\"c\":{\"d\":2}},\"e\":3}"), "1 a.b|a.c.d|e\n1 1|2|3\n",
	    PLAIN },
	{ "an object may take several lines, and its row is where it begins",
	    TEXT("{\n  \"a\": 1,\n  \"b\": 2\n}\n\n{ \"a\": 3 }\n"),
	    "1 a|b\n1 1|2\n6 3|\n", PLAIN },
	{ "objects may stand in an array",
	    TEXT("[\n {\"a\":1},\n {\"a\":2}, {\"a\":3}\n]\n"), "2 a\n2 1\n3 2\n3 3\n",
	    PLAIN },
	{ "an empty object is a row", TEXT("{\"a\":1}\n{}\n"), "1 a\n1 1\n2 \n", PLAIN },
	{ "UTF-16 is JSON too", TEXT("\xff\xfe{\0\"\0a\0\"\0:\0\x31\0}\0\n\0"),
	    "1 a\n1 1\n", PLAIN },
};

static const struct reading mistakes[] = {
	{ "a line that is no object is an error by itself",
	    TEXT("{\"a\":1}\nhello\n[1]\n{\"a\":2}\n"),
	    "1 a\n1 1\n2 !BAD_JSON 0 this is no JSON object\n3 !BAD_JSON 0 this is no "
	    "JSON object\n"
	    "4 2\n",
	    PLAIN },
	{ "an element that is no object takes nothing with it",
	    TEXT("[{\"a\":1}, 3, {\"a\":2}, \"x\\u0001\",[4,{}],null , "
		 "-0.5e1\n,{\"a\":3}]\n"),
	    "1 a\n1 1\n1 !BAD_JSON 0 this is no JSON object\n1 2\n"
	    "1 !BAD_JSON 0 this is no JSON object\n1 !BAD_JSON 0 this is no JSON object\n"
	    "1 !BAD_JSON 0 this is no JSON object\n1 !BAD_JSON 0 this is no JSON object\n"
	    "2 3\n",
	    PLAIN },
	{ "nor does one of several lines, and the array may still be cut off",
	    TEXT("[{\"a\":1},[\n2\n],\n{\"a\":2}\n"),
	    "1 a\n1 1\n1 !BAD_JSON 0 this is no JSON object\n4 2\n"
	    "5 !BAD_JSON 0 the array is not closed\n",
	    PLAIN },
	{ "a line that merely begins like a value is one error",
	    TEXT("{\"a\":1}\n12 Main Street\ntrue {\"a\":2}\n{\"a\":3}\n7"),
	    "1 a\n1 1\n2 !BAD_JSON 0 this is no JSON object\n"
	    "3 !BAD_JSON 0 this is no JSON object\n4 3\n"
	    "5 !BAD_JSON 0 this is no JSON object\n",
	    PLAIN },
	{ "an object cut off at a line end does not take the next with it",
	    TEXT("{\"a\":1,\n{\"a\":2}\n"),
	    "1 a\n1 !BAD_JSON 0 a name in quotes is missing (line 2)\n2 2\n", PLAIN },
	{ "a mistake in an object of several lines takes all of it",
	    TEXT("{\n\"a\":1,\n\"b\":x\n}\n{\"a\":2}\n"),
	    "1 a\n1 !BAD_JSON 0 this is no JSON value (line 3)\n5 2\n", PLAIN },
	{ "a text cut off is told", TEXT("{\"a\":1}\n{\"a\":"),
	    "1 a\n1 1\n2 !BAD_JSON 0 the text ends within a value\n", PLAIN },
	{ "so is an array that is not closed", TEXT("[{\"a\":1},\n"),
	    "1 a\n1 1\n2 !BAD_JSON 0 the array is not closed\n", PLAIN },
	{ "strings end on their line", TEXT("{\"a\":\"x\n{\"a\":2}\n"),
	    "1 a\n1 !BAD_JSON 0 a string ends without its closing quote\n2 2\n", PLAIN },
	{ "no escape but JSON's",
	    TEXT("{\"a\":\"\\x\"}\n{\"a\":\"\\u12g4\"}\n{\"a\":\"\\ud800\"}\n"
		 "{\"a\":\"\\udc00\"}\n{\"a\":2}\n"),
	    "1 a\n1 !BAD_JSON 0 this escape is none of JSON's\n"
	    "2 !BAD_JSON 0 four hexadecimal digits must follow \\u\n"
	    "3 !BAD_JSON 0 a \\u escape is half a character\n"
	    "4 !BAD_JSON 0 a \\u escape is half a character\n5 2\n",
	    PLAIN },
	{ "numbers as JSON has them",
	    TEXT("{\"a\":007}\n{\"a\":.5}\n{\"a\":1.}\n{\"a\":+1}\n"
		 "{\"a\":1e}\n{\"a\":-}\n{\"a\":0}\n"),
	    "1 a\n1 !BAD_JSON 0 a number begins with 0 (text needs quotes)\n"
	    "2 !BAD_JSON 0 this is no JSON value\n3 !BAD_JSON 0 a digit is missing\n"
	    "4 !BAD_JSON 0 this is no JSON value\n5 !BAD_JSON 0 a digit is missing\n"
	    "6 !BAD_JSON 0 a digit is missing\n7 0\n",
	    PLAIN },
	{ "a name stands once",
	    TEXT("{\"a\":1,\"a\":2}\n{\"a\":{\"b\":1},\"a.b\":2}\n{\"a\":3}\n"),
	    "1 a|a.b\n1 !BAD_JSON 0 a name stands twice in the object\n"
	    "2 !BAD_JSON 0 a name stands twice in the object\n3 3|\n",
	    PLAIN },
	{ "commas and colons stand where they must",
	    TEXT("{\"a\" 1}\n{\"a\":1 \"b\":2}\n{\"a\":1,}\n"
		 "{\"a\":[1 2]}\n{\"a\":[1,]}\n{\"a\":4}\n"),
	    "1 a\n1 !BAD_JSON 0 a colon is missing\n2 !BAD_JSON 0 a comma or } is "
	    "missing\n"
	    "3 !BAD_JSON 0 a name in quotes is missing\n4 !BAD_JSON 0 a comma or ] is "
	    "missing\n"
	    "5 !BAD_JSON 0 this is no JSON value\n6 4\n",
	    PLAIN },
	{ "control characters are refused, also written as escapes",
	    TEXT("{\"a\":\"\\u0000\"}\n{\"a\":\"\\b\"}\n{\"a\":\"x\x01\"}\n{\"a\":2}\n"),
	    "1 a\n1 !BAD_CHARACTER 0 a control character is escaped in a string\n"
	    "2 !BAD_CHARACTER 0 a control character is escaped in a string\n"
	    "3 !BAD_JSON 0 a string ends without its closing quote\n4 2\n",
	    PLAIN },
	{ "what is not UTF-8 is refused", TEXT("{\"a\":\"\xff\"}\n{\"a\":2}\n"),
	    "1 a\n1 !BAD_ENCODING 0 byte 0xff is not UTF-8\n2 2\n", PLAIN },
	{ "unless there is a fallback", TEXT("{\"a\":\"\xe9\"}\n{\"a\":2}\n"),
	    "1 a\n1 \xc3\xa9\n2 2\n", { .format = READER_AUTO }, "windows-1252", 0 },
	{ "nothing is nothing", TEXT(" \n \n"), "", { .format = READER_JSON }, NULL, 0 },
};

static void
test_objects(void **state)
{
	(void)state;
	READING_CHECK(objects);
}

static void
test_mistakes(void **state)
{
	(void)state;
	READING_CHECK(mistakes);
}

/* Depth and number of names are limited, and say so. */
static void
test_limits(void **state)
{
	struct reading reading = { .options = { 0 } };
	struct buf text = BUF_EMPTY, out = BUF_EMPTY;

	(void)state;
	buf_text(&text, "{\"a\":1}\n{\"a\":");
	for (int i = 0; i < 100000; i++)
		buf_char(&text, '[');
	buf_text(&text, "\n{\"a\":2}\n");
	reading.input = buf_as_view(&text);
	assert_string_equal(reading_rows(&out, &reading, 0, false),
	    "1 a\n1 1\n2 !BAD_JSON 0 values are nested too deeply\n3 2\n");
	buf_clear(&text);
	buf_clear(&out);
	for (int i = 0; i < READER_COLUMNS_MAX + 1; i++)
		buf_printf(&text, "{\"n%d\":1}\n", i);
	reading.input = buf_as_view(&text);
	assert_int_equal(
	    strncmp(reading_rows(&out, &reading, 0, false),
		"1 !TOO_LONG 0 objects have more than 2048 different names", 57),
	    0);
	buf_release(&text);
	buf_release(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_objects),
		cmocka_unit_test(test_mistakes),
		cmocka_unit_test(test_limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
