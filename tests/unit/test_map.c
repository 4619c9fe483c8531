/* SPDX-License-Identifier: ISC */
/* Map files, and how headers and ids are compared. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include <unistd.h>

#include "rules/header.h"
#include "rules/maps.h"
#include "model/salesforce_id.h"
#include "rules/sensitive.h"

static const struct {
	const char *sentence, *text, *fault; /* NULL: it is a map */
} maps[] = {
	{ "comments, blank lines and blanks at the edges are nothing",
	    "# a\n\n  map x \r\n shape y\nkind contact\n\tE-mail -> email\n", NULL },
	{ "a header may be quoted, and a rule in part",
	    "map x\nshape y\nkind contact\n\"A -> B\" -> email multi:\" ::: \"\n", NULL },
	{ "a map has a name", "shape y\nkind contact\n",
	    "m: no name: the first line is `map NAME`" },
	{ "only one", "map x\nmap y\n", "m:2: a second name of the map" },
	{ "a map has a shape", "map x\n", "m: no shape" },
	{ "a shape has a kind", "map x\nshape y\nall email\n",
	    "m: line 2: shape y has no kind" },
	{ "a kind exists", "map x\nshape y\nkind persons\n",
	    "m:3: persons: no such kind" },
	{ "a field exists, else the nearest is named",
	    "map x\nshape y\nkind contact\nA -> emial\n",
	    "m: line 4: emial: kind contact has no such field; did you mean email?" },
	{ "no derived field", "map x\nshape y\nkind contact\nA -> type\n",
	    "m: line 4: type is derived: no map can fill it" },
	{ "a header stands once, however it is written",
	    "map x\nshape y\nkind contact\nE-mail -> email\nEMAIL -> email\n",
	    "m: line 5: header EMAIL stands in line 4 already" },
	{ "a column stands in a shape", "map x\nA -> email\n",
	    "m:2: a column before the first shape" },
	{ "a column has a field", "map x\nshape y\nkind contact\nA -> \n",
	    "m:4: A: no such directive (a column is HEADER -> FIELD)" },
	{ "a rule exists", "map x\nshape y\nkind contact\nA -> email upper\n",
	    "m:4: upper: no such rule" },
	{ "by-id needs a reference", "map x\nshape y\nkind contact\nA -> email by-id\n",
	    "m: line 4: by-id: email is no reference" },
	{ "key needs a field that rows are matched by",
	    "map x\nshape y\nkind contact\nA -> title key\n",
	    "m: line 4: key: records are not matched by title" },
	{ "a quote ends", "map x\nshape y\nkind contact\nall \"a\n",
	    "m:4: a quote is not closed" },
	{ "words are as many as a directive takes", "map x y\n",
	    "m:1: y: one word too many" },
	{ "and not fewer", "map\n", "m:1: a word is missing" },
	{ "like names a shape above", "map x\nshape y\nkind contact\nlike y\n",
	    "m:4: like y: no such shape above" },
	{ "of the same kind",
	    "map x\nshape y\nkind contact\nshape z\nkind organization\nlike y\n",
	    "m: line 4: shape z is like one of another kind" },
	{ "a condition has headers", "map x\nshape y\nkind contact\nall\n",
	    "m:4: a header is missing" },
	{ "an unknown directive", "map x\ncolumns a\n",
	    "m:2: columns: no such directive (a column is HEADER -> FIELD)" },
	{ "bytes are UTF-8", "map x\xff\n", "m: byte 6 is not UTF-8" },
	{ "action needs a field that is a flag",
	    "map x\nshape y\nkind placement\nA -> employment action\n",
	    "m: line 4: action: employment is no flag" },
	{ "an attribute is none", "map x\nshape y\nkind job\nA -> attr.b action\n",
	    "m: line 4: action: attr.b is no flag" },
	{ "a flag is", "map x\nshape y\nkind placement\nA -> ended action\n", NULL },
	{ "words stand for values",
	    "map x\nshape y\nkind job\nvalue status \"Taking names\" Open\n"
	    "value status a Open\nvalue title a B\nvalue attr.c a B\n"
	    "shape z\nkind job\nlike y\nvalue status A Closed\n",
	    NULL },
	{ "value stands in a shape", "map x\nvalue status a Open\n",
	    "m:2: value: stands before the first shape" },
	{ "it has three words", "map x\nshape y\nkind job\nvalue status a\n",
	    "m:4: a word is missing" },
	{ "and no more", "map x\nshape y\nkind job\nvalue status On Hold Open\n",
	    "m:4: Open: one word too many" },
	{ "its field exists", "map x\nshape y\nkind job\nvalue stauts a Open\n",
	    "m: line 4: stauts: kind job has no such field; did you mean status?" },
	{ "a word is one", "map x\nshape y\nkind job\nvalue status \" _-\" Open\n",
	    "m:4: value: \" _-\" has nothing to compare" },
	{ "it stands once, however it is written",
	    "map x\nshape y\nkind job\nvalue status on-call Open\n"
	    "value status On_Call Closed\n",
	    "m: line 5: value: status On_Call stands in line 4 already" },
	{ "ids have no words", "map x\nshape y\nkind job\nvalue ext.SYSTEM a b\n",
	    "m: line 4: value: ext.SYSTEM is an id, which is taken as it is" },
	{ "nor lists", "map x\nshape y\nkind contact\nvalue labels a b\n",
	    "m: line 4: value: labels is a list, which is taken as it is" },
	{ "nor addresses", "map x\nshape y\nkind contact\nvalue email a b\n",
	    "m: line 4: value: email is an address, which is taken as it is" },
	{ "an order is a number", "map x\nshape y\norder first\n",
	    "m:3: first: not a number up to 100000" },
};

static void
test_maps(void **state)
{
	struct arena arena = ARENA_EMPTY;
	struct map_file *map;
	struct fault fault;
	const char *said;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(maps) / sizeof(maps[0]); i++) {
		said =
		    map_file_read(&map, &arena, "m", view_of(maps[i].text), &fault) == 0
		    ? NULL
		    : fault.text;
		if ((said == NULL) != (maps[i].fault == NULL) ||
		    (said != NULL && strcmp(said, maps[i].fault) != 0))
			fail_msg(
			    "%s: %s", maps[i].sentence, said == NULL ? "taken" : said);
		if (said != NULL)
			assert_int_equal(fault.kind, FAULT_USAGE);
	}
	arena_release(&arena);
}

/* A new export is one file in the directory, and nothing else. */
static void
test_directory(void **state)
{
	static char path[] = "/tmp/contact-maps-XXXXXX";
	static const char text[] = "map mine\nshape s\nkind contact\norder 1\n"
				   "all code\nCode -> ext.SYSTEM key\n";
	char name[64], again[64];
	struct maps *loaded;
	struct fault fault;
	FILE *file;

	(void)state;
	assert_non_null(mkdtemp(path));
	snprintf(name, sizeof(name), "%s/mine.map", path);
	snprintf(again, sizeof(again), "%s/other.map", path);
	file = fopen(name, "w");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
	assert_int_equal(maps_load(&loaded, path, NULL, &fault), 0);
	assert_string_equal(loaded->shapes[0]->map->name, "mine");
	maps_free(loaded);

	assert_int_equal(maps_load(&loaded, path, "mine:emea", &fault), 0);
	assert_string_equal(loaded->system, "emea");
	maps_free(loaded);
	assert_int_equal(maps_load(&loaded, NULL, name, &fault), 0);
	assert_string_equal(loaded->system, "mine");
	maps_free(loaded);
	assert_int_equal(maps_load(&loaded, path, "mine:a/b", &fault), -1);

	assert_int_equal(link(name, again), 0);
	assert_int_equal(maps_load(&loaded, path, NULL, &fault), -1);
	assert_non_null(strstr(fault.text, "map mine is"));
	unlink(name);
	unlink(again);
	rmdir(path);
	assert_int_equal(maps_load(&loaded, path, NULL, &fault), -1);
}

static void
test_normal(void **state)
{
	static const struct {
		const char *header, *normal;
		unsigned number;
	} rows[] = {
		{ "MailingPostalCode", "mailingpostalcode", 0 },
		{ "E-mail 1 - Value", "emailnvalue", 1 },
		{ "E-mail 12 - Value", "emailnvalue", 12 },
		{ "E-mail N - Value", "emailnvalue", 0 },
		{ "email2", "email2", 0 },
		{ "email_address", "emailaddress", 0 },
		{ "EMAIL.ADDRESS", "emailaddress", 0 },
		{ "\xef\xbb\xbf Record\xc2\xa0ID\xe3\x80\x80", "recordid", 0 },
		{ "T\xc3\xa9l\xc3\xa9phone", "telephone", 0 },
		{ "\xef\xbc\xa1\xef\xbc\xa2", "ab", 0 },
		{ "---", "", 0 },
	};
	struct buf buf = BUF_EMPTY;
	unsigned number;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		buf_clear(&buf);
		header_normal(&buf, view_of(rows[i].header), &number);
		assert_string_equal(buf_string(&buf), rows[i].normal);
		assert_int_equal(number, rows[i].number);
	}
	buf_release(&buf);
}

static void
test_attribute(void **state)
{
	static const struct {
		const char *header, *name;
	} rows[] = {
		{ "Shoe Size", "shoe_size" },
		{ "hed__Code__c", "hed_code_c" },
		{ "Salary (EUR)", "salary_eur_" },
		{ "\xc3\x84lter", "\xc3\xa4lter" },
		{ "012345678901234567890123456789012345678901234567890123456789012345678"
		  "9",
		    "0123456789012345678901234567890123456789012345678901234567890123" },
		{ "012345678901234567890123456789012345678901234567890123456789012\xc3"
		  "\xa9",
		    "012345678901234567890123456789012345678901234567890123456789012" },
	};
	struct buf buf = BUF_EMPTY;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		buf_clear(&buf);
		attribute_name(&buf, view_of(rows[i].header));
		assert_string_equal(buf_string(&buf), rows[i].name);
	}
	buf_release(&buf);
}

/* CS-4: 15 and 18 characters meet, case counts, a wrong suffix shows. */
static void
test_salesforce_id(void **state)
{
	static const struct {
		const char *text, *id;
		enum salesforce_id expected;
	} rows[] = {
		{ "003dN00000NrnwcQAB", "003dN00000NrnwcQAB", SALESFORCE_GOOD },
		{ "003dN00000Nrnwc", "003dN00000NrnwcQAB", SALESFORCE_GOOD },
		{ "0038a000037J0GG", "0038a000037J0GGAA0", SALESFORCE_GOOD },
		{ "003DN00000NRNWCQAB", NULL, SALESFORCE_WRONG },
		{ "003dN00000Nrnwcqab", NULL, SALESFORCE_WRONG },
		{ "000000000000000", NULL, SALESFORCE_NULL },
		{ "000000000000000AAA", NULL, SALESFORCE_NULL },
		{ "000000000000000AAB", NULL, SALESFORCE_WRONG },
		{ "1", NULL, SALESFORCE_NONE },
		{ "003dN00000Nrnw-", NULL, SALESFORCE_NONE },
		{ "", NULL, SALESFORCE_NONE },
	};
	char id[SALESFORCE_ID];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(
		    salesforce_id_read(view_of(rows[i].text), id), rows[i].expected);
		if (rows[i].id != NULL)
			assert_memory_equal(id, rows[i].id, sizeof(id));
	}
}

/* CS-6: by name, and not more than that. */
static void
test_sensitive(void **state)
{
	static const char *const dropped[] = { "SSN", "EmployeeSSN", "ssn4",
		"employeessn", "SOC.SEC.NUM", "hed__Social_Security_Number__c",
		"Birthdate", "Date of Birth", "DOB", "Passport No", "Transit",
		"Account Number", "AccountNum", "Routing", "BankAccount", "IBAN",
		"GenderIdentity", "ETHNIC.CODE", "Race", "Religion", "Citizenship",
		"Disability", "Veteran Status" };
	static const char *const kept[] = { "businessName", "Adobe ID", "Trace",
		"Grace Period", "Account Name", "Associated Section", "Email",
		"Librarian", "" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(dropped) / sizeof(dropped[0]); i++)
		if (!sensitive_header(view_of(dropped[i])))
			fail_msg("%s is sensitive", dropped[i]);
	for (i = 0; i < sizeof(kept) / sizeof(kept[0]); i++)
		if (sensitive_header(view_of(kept[i])))
			fail_msg("%s is not sensitive", kept[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_maps),
		cmocka_unit_test(test_directory),
		cmocka_unit_test(test_normal),
		cmocka_unit_test(test_attribute),
		cmocka_unit_test(test_salesforce_id),
		cmocka_unit_test(test_sensitive),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
