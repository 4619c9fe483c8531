/* SPDX-License-Identifier: ISC */
/*
 * Dump and load (D8): content alone decides the bytes, and what is no dump is
 * refused with its line. Stores full of hostile values are in
 * test_dump_random.c.
 */
#include "dumping.h"

#include "model/value.h"

static void
edited(struct buf *out, const char *lines)
{
	buf_clear(out);
	buf_printf(out, "contact-dump\t1\n%schecksum\tnone\n", lines);
}

/* Any order of lines, any order of first use, even a loaded-before store. */
static void
content_alone_decides(void **state)
{
	static const char *const orders[] = {
		"contact\t2\tattr.b\t1\ncontact\t2\tattr.a\t2\ncontact\t2\tlast_"
		"name\tLee\n"
		"organization\t1\tname\tAcme\nlabel\tattr.b\tB\nset\tmembers\tstrict\n"
		"set\ttimezone\t+02:00\n",
		"set\ttimezone\t+02:00\nlabel\tattr.b\tB\norganization\t1\tname\tAcme\n"
		"set\tmembers\tstrict\ncontact\t2\tlast_name\tLee\ncontact\t2\tattr."
		"a\t2\n"
		"contact\t2\tattr.b\t1\n",
	};
	struct buf text = BUF_EMPTY, first = BUF_EMPTY, second = BUF_EMPTY;
	struct fault fault = { FAULT_NONE, "" };

	(void)state;
	edited(&text, orders[0]);
	must(load(buf_as_view(&text), &fault), &fault);
	dump(&first);
	assert_non_null(strstr(buf_string(&first),
	    "contact\t2\tlast_name\tLee\ncontact\t2\tattr.a\t2\ncontact\t2\tattr.b\t1\n"
	    "organization\t1\tname\tAcme\nlabel\tattr.b\tB\nset\tmembers\tstrict\n"
	    "set\ttimezone\t+02:00\nchecksum\t8\t"));
	fresh_store();
	edited(&text, orders[1]);
	must(load(buf_as_view(&text), &fault), &fault);
	dump(&second);
	same_dump(&first, &second);
	buf_release(&text);
	buf_release(&first);
	buf_release(&second);
}

static int
remove_all(struct txn *txn, void *context, struct fault *fault)
{
	struct record record;

	(void)context;
	for (uint64_t id = 1; id < txn_next_id(txn); id++)
		if (txn_record(txn, id, &record, fault) == 1)
			must(change_remove(txn, kind_by_number(record_kind(record)), id,
				 record, CAUSE_ROW, fault),
			    fault);
	return 0;
}

/* What was there before is not mixed in: neither settings nor labels. */
static void
an_emptied_store_becomes_the_dump(void **state)
{
	struct buf text = BUF_EMPTY, first = BUF_EMPTY, second = BUF_EMPTY;
	struct fault fault = { FAULT_NONE, "" };

	(void)state;
	edited(&text, "contact\t4\tattr.a\t2\nlabel\tattr.a\tA\n");
	must(load(buf_as_view(&text), &fault), &fault);
	dump(&first);
	fresh_store();
	edited(&text,
	    "contact\t2\tattr.a\t2\nlabel\tattr.a\tOld\nset\tmembers\tstrict\n"
	    "contact\t3\tattr.b\t2\nlabel\tattr.b\tOld\n");
	must(load(buf_as_view(&text), &fault), &fault);
	/* With a record in it nothing is loaded. */
	assert_int_equal(load(buf_as_view(&first), &fault), -1);
	assert_int_equal(fault.kind, FAULT_CONFLICT);
	storing_run(remove_all, NULL);
	must(load(buf_as_view(&first), &fault), &fault);
	dump(&second);
	same_dump(&first, &second);
	check();
	buf_release(&text);
	buf_release(&first);
	buf_release(&second);
}

/* Edited dumps that are refused, with the line and a part of the sentence. */
static const struct {
	const char *lines, *message;
} refused[] = {
	{ "contact\t1\n\n", "dump:3: the line is empty" },
	{ "kontakt\t1\tname\tx\n", "dump:2: \"kontakt\" is no kind" },
	{ "contact\t0\tname\tx\n", "dump:2: \"0\" is no id" },
	{ "contact\t01\tname\tx\n", "dump:2: \"01\" is no id" },
	{ "contact\t-1\tname\tx\n", "dump:2: \"-1\" is no id" },
	{ "contact\t99999999999999999999\tname\tx\n", "is no id" },
	{ "contact\t281474976710656\tname\tx\n",
	    "dump:2: the id 281474976710656 is above 281474976710655" },
	{ "contact\t9999999999999999999\tname\tx\n", "is above 281474976710655" },
	{ "contact\n", "dump:2: \"\" is no id" },
	{ "contact\t1\tnickname\tx\n", "dump:2: contact has no field \"nickname\"" },
	{ "contact\t1\tcty\tx\n", "(is it city?)" },
	/* What the store itself would not have taken. */
	{ "picklist\t1\tname\tsource\npicklist\t1\tvalue\tWeb\n"
	  "picklist\t2\tname\tsource\npicklist\t2\tvalue\tWEB\n",
	    "dump:4: picklist 2 has the same name+value as record 1" },
	{ "picklist\t1\tname\tsource\n", "dump:2: picklist 1 has no value" },
	{ "picklist\t1\tname\tcolour\npicklist\t1\tvalue\tx\n",
	    "dump:2: name: there is no picklist \"colour\"" },
	{ "picklist\t1\tname\tcontact_type\npicklist\t1\tvalue\tx\n",
	    "dump:2: name: there is no picklist \"contact_type\"" },
	{ "attribute\t1\tname\tshirt\nattribute\t22\tname\tShirt\n",
	    "dump:3: attribute 22 has the same name as record 1" },
	{ "attribute\t1\ttype\tflag\n", "dump:2: attribute 1 has no name" },
	{ "suppression\t1\taddress\ta@b.example\n"
	  "suppression\t2\taddress\tA@B.example\n",
	    "dump:3: suppression 2 has the same address as record 1" },
	{ "suppression\t12\taddress\ta@b.example\nsuppression\t1\treason\tx\n",
	    "dump:3: suppression 1 has no address" },
	{ "organization\t1\tcity\tx\n", "dump:2: organization 1 has no name" },
	{ "attribute\t1\tname\tage\nattribute\t1\ttype\tnumber\n"
	  "contact\t2\tattr.age\told\n",
	    "dump:4: attr.age: \"old\"" },
	{ "attribute\t1\tname\tshirt\nattribute\t1\ttype\tone-of\n"
	  "attribute\t1\tvalues\tS;M\ncontact\t2\tattr.shirt\tXL\n",
	    "dump:5: attr.shirt: \"XL\"" },
	{ "contact\t1\tcity\t x\n", "dump:2: city: is written \"x\"" },
	{ "contact\t1\tcity\t \n", "dump:2: city: has nothing but blanks" },
	{ "contact\t1\tlabels\ta;b;a\n", "dump:2: labels: is written \"a;b\"" },
	{ "contact\t1\tlabels\ta; b\n", "dump:2: labels: is written \"a;b\"" },
	{ "contact\t1\torganization\tAcme\norganization\t2\tname\tAcme\n",
	    "dump:2: organization: \"Acme\" is record 2, and that is written \\#2" },
	{ "contact\t1\ttype\tClient\n", "dump:2: type is computed" },
	{ "contact\t1\tid\t1\n", "dump:2: id is computed" },
	{ "contact\t1\tname\n", "dump:2: a line of a record has 4 columns" },
	{ "contact\t1\tname\tx\ty\n", "dump:2: a line of a record has 4 columns" },
	{ "contact\t1\tname\t\n", "dump:2: name has no value" },
	{ "contact\t1\tname\ta\\x\n", "dump:2: name: a backslash before" },
	{ "contact\t1\tname\ta\\\n", "dump:2: name: a backslash before" },
	{ "contact\t1\tcity\t\\#2\n", "dump:2: city: \\# stands for a reference" },
	{ "contact\t1\tcity\ta\ncontact\t1\tcity\tb\n", "dump:3: a second value" },
	{ "contact\t1\tattr.x\ta\ncontact\t1\tattr.x\tb\n", "dump:3: a second value" },
	{ "contact\t1\ncontact\t1\tcity\tb\n", "dump:2: a line without a field" },
	{ "contact\t1\tcity\ta\ncontact\t2\tcity\tb\ncontact\t1\tstate\tc\n",
	    "dump:4: record 1 comes a second time" },
	{ "contact\t1\tcity\ta\norganization\t1\tcity\tb\n", "comes a second time" },
	{ "contact\t1\tdo_not_email\tyes\n",
	    "do_not_email: \"yes\" is written \"true\"" },
	{ "contact\t1\tdo_not_email\tmaybe\n", "dump:2: do_not_email: \"maybe\"" },
	{ "contact\t1\tarchived_at\t2026-09-30\n", "dump:2: archived_at:" },
	{ "contact\t1\temail\tann\n", "dump:2: email: no \"@\"" },
	{ "contact\t1\temail\t<ann@example.org>\n", "is written \"ann@example.org\"" },
	{ "contact\t1\tother_emails\ta@b.example;;c@b.example\n", "other_emails" },
	{ "contact\t1\tlabels\ta\\\\x\n", "dump:2: labels: the list is written" },
	{ "organization\t1\tdomains\tAcme.Example\n", "is written \"acme.example\"" },
	{ "contact\t1\torganization\t\\#2\n",
	    "dump:2: organization: there is no record 2" },
	{ "contact\t1\torganization\t\\#3\ncontact\t3\tcity\tx\n",
	    "dump:2: organization: record 3 is no organization" },
	{ "contact\t1\torganization\t\\#\n", "dump:2: organization: \\# without an id" },
	{ "contact\t1\torganization\t\\#012\n", "\\# without an id" },
	{ "contact\t1\torganization\tx\\#1\n", "\\# without an id" },
	{ "contact\t1\tassigned_to\t\\#1\n", "assigned_to: record 1 is no user" },
	{ "contact\t1\tformer_organizations\tAcme;\\#9\n", "there is no record 9" },
	{ "contact\t1\tclient_status\tActve\n",
	    "dump:2: client_status: \"Actve\" is none" },
	{ "contact\t1\tclient_status\tactive\n", "client_status: is written \"Active\"" },
	{ "contact\t1\text.crm\tA\ncontact\t2\text.crm\tB;A\n",
	    "dump:3: ext.crm: \"A\" is borne twice, by record 1 too" },
	{ "contact\t1\text.crm\tA;A\n", "dump:2: ext.crm: is written \"A\"" },
	{ "contact\t1\tattr.Shirt\tx\n",
	    "no name of an attribute; it would be attr.shirt" },
	{ "contact\t1\tattr.\tx\n", "dump:2: \"attr.\" is no name" },
	{ "label\tcity\tCity\n", "dump:2: \"city\" is neither ext.NAME nor attr.NAME" },
	{ "label\tattr.x\n", "dump:2: a line of \"label\" has 3 columns" },
	{ "label\tattr.x\tX\nlabel\tattr.x\tY\n", "dump:3: a second label" },
	{ "label\tattr.x\t\n", "dump:2: \"\" is no label" },
	{ "set\tcolour\tred\n", "dump:2: no setting is named \"colour\"" },
	{ "set\tmembers\tstrict\nset\tmembers\topen\n", "dump:3: a second value" },
	{ "set\ttimezone\tMars\n", "dump:2: timezone: \"Mars\" is not" },
	{ "contact\t1\tcity\ta\rb\n", "dump:2: byte 17 is the control character 0x0d" },
	{ "contact\t1\tcity\ta\001b\n", "the control character 0x01" },
	{ "contact\t1\tcity\ta\xff\n", "dump:2: byte 17 is not UTF-8" },
	{ "contact\t1\tcity\t\xc0\x80\n", "is not UTF-8" },
	{ "checksum\tnone\n", "dump:3: lines follow behind the checksum" },
};

static void
what_is_wrong_is_refused_with_its_line(void **state)
{
	struct buf text = BUF_EMPTY, out = BUF_EMPTY;
	struct fault fault;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(refused); i++) {
		fault = (struct fault){ FAULT_NONE, "" };
		edited(&text, refused[i].lines);
		if (load(buf_as_view(&text), &fault) == 0)
			fail_msg("loaded: %s", refused[i].lines);
		assert_int_equal(fault.kind, FAULT_INPUT);
		if (strstr(fault.text, refused[i].message) == NULL)
			fail_msg(
			    "\"%s\" instead of \"%s\"", fault.text, refused[i].message);
		assert_memory_equal(fault.text, "dump:", 5);
	}
	dump(&out);
	assert_string_equal(buf_string(&out),
	    "contact-dump\t1\nchecksum\t1\taf1b265f110249faee8c0509130785f5\n");
	buf_release(&text);
	buf_release(&out);
}

static int
remove_picklist(struct txn *txn, void *context, struct fault *fault)
{
	struct record record;

	(void)context;
	must(txn_record(txn, 2, &record, fault), fault);
	return change_remove(txn, &kind_picklist, 2, record, CAUSE_ROW, fault);
}

/* A value that its picklist lost: what a store holds it can be given back,
 * while an edit is looked at. */
static void
an_untouched_dump_is_believed(void **state)
{
	struct buf text = BUF_EMPTY, whole = BUF_EMPTY, again = BUF_EMPTY;
	struct fault fault = { FAULT_NONE, "" };

	(void)state;
	edited(&text,
	    "contact\t1\tclient_status\tKey Account\npicklist\t2\tname\tclient_status\n"
	    "picklist\t2\tvalue\tKey Account\n");
	must(load(buf_as_view(&text), &fault), &fault);
	storing_run(remove_picklist, NULL);
	dump(&whole);
	assert_null(strstr(buf_string(&whole), "picklist"));
	fresh_store();
	edited(&text, "contact\t1\tclient_status\tKey Account\n");
	assert_int_equal(load(buf_as_view(&text), &fault), -1);
	assert_non_null(strstr(fault.text, "dump:2: client_status: \"Key Account\""));
	must(load(buf_as_view(&whole), &fault), &fault);
	dump(&again);
	same_dump(&whole, &again);
	buf_release(&text);
	buf_release(&whole);
	buf_release(&again);
}

/* Names of organizations may repeat, and text that two records could be meant
 * by stays text. */
static void
what_a_store_may_hold_is_taken(void **state)
{
	struct buf text = BUF_EMPTY, out = BUF_EMPTY;
	struct fault fault = { FAULT_NONE, "" };

	(void)state;
	edited(&text,
	    "contact\t1\torganization\tAcme\ncontact\t1\tlabels\ta;b\n"
	    "contact\t1\tattr.shirt\tM\ncontact\t1\text.crm\tA\n"
	    "organization\t2\tname\tAcme\norganization\t3\tname\tAcme\n"
	    "picklist\t4\tname\tsource\npicklist\t4\tvalue\tWeb\n"
	    "picklist\t5\tname\tsource\npicklist\t5\tvalue\tFair\n"
	    "attribute\t6\tname\tshirt\nattribute\t6\ttype\tone-of\n"
	    "attribute\t6\tvalues\tS;M\nsuppression\t7\taddress\ta@b.example\n");
	must(load(buf_as_view(&text), &fault), &fault);
	dump(&out);
	assert_non_null(strstr(buf_string(&out), "attr.shirt\tM\n"));
	check();
	buf_release(&text);
	buf_release(&out);
}

/* Every byte that is changed, and every place where it is cut. */
static void
damage_is_noticed_wherever_it_is(void **state)
{
	struct buf text = BUF_EMPTY, whole = BUF_EMPTY;
	struct fault fault;
	size_t at, loaded = 0;

	(void)state;
	edited(&text,
	    "contact\t2\tfirst_name\tAnn\ncontact\t2\torganization\t\\#1\n"
	    "organization\t1\tname\tAcme\nset\tmembers\tstrict\n");
	must(load(buf_as_view(&text), &fault), &fault);
	dump(&whole);
	fresh_store();
	for (at = 0; at < whole.len; at++) {
		assert_int_equal(load(view_until(buf_as_view(&whole), at), &fault), -1);
		assert_int_equal(fault.kind, FAULT_INPUT);
		buf_clear(&text);
		buf_view(&text, buf_as_view(&whole));
		text.at[at] = (char)(text.at[at] ^ 1);
		loaded += load(buf_as_view(&text), &fault) == 0;
	}
	assert_int_equal(loaded, 0);
	/* The teeth: the same without the change is loaded. */
	must(load(buf_as_view(&whole), &fault), &fault);
	buf_release(&text);
	buf_release(&whole);
}

static void
what_is_no_dump_is_told_so(void **state)
{
	static const struct {
		const char *text, *message;
	} others[] = { { "", "dump:1: this is no dump: it is empty" },
		{ "id,rev,name\n1,1,Ann\n", "dump:1: this is no dump" },
		{ "contact-dump\t2\nchecksum\tnone\n",
		    "dump:1: the dump has the format 2" },
		{ "contact-dump\t1\n", "dump:1: the dump is cut: its last line" },
		{ "contact-dump\t1\nchecksum\tnone", "dump:2: the dump is cut" },
		{ "contact-dump\t1\nchecksum\t1\tabc\n", "the checksum does not fit" } };
	struct fault fault;

	(void)state;
	for (size_t i = 0; i < COUNT(others); i++) {
		assert_int_equal(load(view_of(others[i].text), &fault), -1);
		assert_int_equal(fault.kind, FAULT_INPUT);
		if (strstr(fault.text, others[i].message) == NULL)
			fail_msg(
			    "\"%s\" instead of \"%s\"", fault.text, others[i].message);
	}
	assert_int_equal(
	    load(view_make("contact-dump\t1\na\0b\nchecksum\tnone\n", 33), &fault), -1);
	assert_non_null(
	    strstr(fault.text, "dump:2: byte 2 is the control character 0x00"));
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, storing_begin, storing_end)

int
main(void)
{
	const struct CMUnitTest tests[] = { CASE(content_alone_decides),
		CASE(an_emptied_store_becomes_the_dump),
		CASE(what_is_wrong_is_refused_with_its_line),
		CASE(what_a_store_may_hold_is_taken), CASE(an_untouched_dump_is_believed),
		CASE(damage_is_noticed_wherever_it_is),
		CASE(what_is_no_dump_is_told_so) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
