/* SPDX-License-Identifier: ISC */
/* Templates of invitations (HS-63): what is refused when they are read, and what
 * comes out of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include <sys/stat.h>
#include <unistd.h>

#include "rules/template.h"

static char place[] = "/tmp/contact-template-XXXXXX";

/* The path of a file there; good for one use at a time. */
static const char *
at(const char *name)
{
	static char path[256];

	snprintf(path, sizeof(path), "%s%s%s", place, name[0] == '\0' ? "" : "/", name);
	return path;
}

static void
put(const char *name, const char *text)
{
	FILE *file = fopen(at(name), "w");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static void
take_away(const char *const *names)
{
	for (; *names != NULL; names++)
		unlink(at(*names));
}

static int
make_place(void **state)
{
	(void)state;
	return mkdtemp(place) == NULL ? -1 : 0;
}

static int
remove_place(void **state)
{
	(void)state;
	return rmdir(place);
}

static const struct {
	const char *sentence, *text, *fault; /* NULL: it is a template */
} files[] = {
	{ "a subject, a blank line and a text", "Subject: x\n\ny", NULL },
	{ "header names in any case, and all there are",
	    "SUBJECT: x\nfrom: A <a@x.example>\nReply-To : b@x.example\n\ny", NULL },
	{ "CRLF and a BOM", "\xef\xbb\xbfSubject: x\r\n\r\ny\r\n", NULL },
	{ "blanks within the braces, and a text for want of a value",
	    "Subject: x\n\n{{ first_name }}{{title|none, {or} so}}", NULL },
	{ "braces that close nothing", "Subject: x\n\na }} { b", NULL },
	{ "no subject", "From: a@x.example\n\ny", "@: no Subject" },
	{ "no header at all", "\ny", "@: no Subject" },
	{ "an empty file", "", "@: no Subject" },
	{ "text where the header should be", "Dear Ann,\n\ny",
	    "@:1: no header line, such as Subject: and a text; a blank line ends the "
	    "header" },
	{ "a header of two lines", "Subject: x\n y\n\nz",
	    "@:2: no header line, such as Subject: and a text; a blank line ends the "
	    "header" },
	{ "a header that templates do not have", "Subject: x\nBcc: a@x.example\n\ny",
	    "@:2: Bcc: a template has Subject, From and Reply-To alone" },
	{ "a header twice", "Subject: x\nsubject: y\n\nz",
	    "@:2: Subject: stands there already" },
	{ "a header that says nothing", "Subject:\t \n\ny",
	    "@:1: Subject: says nothing" },
	{ "a sender with a placeholder", "Subject: x\nFrom: {{email}}\n\ny",
	    "@:2: From: cannot have placeholders" },
	{ "no text", "Subject: x\n\n \n", "@: no text" },
	{ "no blank line", "Subject: x\n", "@: no text" },
	{ "an unknown placeholder", "Subject: x\n\nDear\n{{frist_name}}\n",
	    "@:4: {{frist_name}}: no such placeholder; contact-template(5) has them "
	    "all" },
	{ "an unknown placeholder in the subject", "Subject: {{Name}}\n\ny",
	    "@:1: {{Name}}: no such placeholder; contact-template(5) has them all" },
	{ "no placeholder", "Subject: x\n\n{{}}",
	    "@:3: {{}}: no such placeholder; contact-template(5) has them all" },
	{ "braces that are not closed", "Subject: x\n\n{{name\n}}",
	    "@:3: {{ without }} in the same line" },
	{ "or only after others", "Subject: x\n\n{{name {{name}}",
	    "@:3: {{ without }} in the same line" },
	{ "bytes that are not UTF-8", "Subject: x\n\ny\xff", "@:3: not UTF-8" },
	{ "a control", "Subject: x\n\n\x1b", "@:3: control character U+001B" },
	{ "CR alone", "Subject: x\ry\n\nz", "@:1: control character U+000D" },
	{ "a C1 control", "Subject: \xc2\x85\n\nz", "@:1: control character U+0085" },
	{ "a line separator", "Subject: \xe2\x80\xa8\n\nz",
	    "@:1: control character U+2028" },
};

static void
test_files(void **state)
{
	struct template *t;
	struct fault fault;
	const char *said;
	char wanted[400];

	(void)state;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		put("t", files[i].text);
		said = NULL;
		if (template_read(&t, at("t"), NULL, &fault) == -1)
			said = fault.text;
		else
			template_free(t);
		if (files[i].fault != NULL)
			snprintf(
			    wanted, sizeof(wanted), "%s%s", at("t"), files[i].fault + 1);
		if ((said == NULL) != (files[i].fault == NULL) ||
		    (said != NULL && strcmp(said, wanted) != 0))
			fail_msg(
			    "%s: %s", files[i].sentence, said == NULL ? "taken" : said);
		if (said != NULL)
			assert_int_equal(fault.kind, FAULT_USAGE);
	}
	unlink(at("t"));
}

static void
test_length(void **state)
{
	static char text[TEMPLATE_FILE_MAX + 2] = "Subject: x\n\n";
	struct template *t;
	struct fault fault;
	size_t len = strlen(text);

	(void)state;
	memset(text + len, 'y', TEMPLATE_FILE_MAX - len);
	put("t", text);
	assert_int_equal(template_read(&t, at("t"), NULL, &fault), 0);
	template_free(t);
	text[TEMPLATE_FILE_MAX] = 'y';
	put("t", text);
	assert_int_equal(template_read(&t, at("t"), NULL, &fault), -1);
	assert_non_null(strstr(fault.text, "/t: longer than 64 KiB"));
	unlink(at("t"));
}

static void
test_missing(void **state)
{
	static const char *const all[] = { "new_company.txt", "join_auto.txt",
		"join_auto.html", "join_distributed.txt", "default.txt", NULL };
	struct template *t;
	struct fault fault;

	(void)state;
	assert_int_equal(template_read(&t, "/nowhere/t", NULL, &fault), -1);
	assert_string_equal(fault.text, "template /nowhere/t: No such file or directory");
	assert_int_equal(fault.kind, FAULT_USAGE);
	assert_int_equal(template_read(&t, NULL, NULL, &fault), -1);
	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(template_read(&t, at(""), NULL, &fault), -1);
		assert_non_null(strstr(fault.text,
		    i == 0	? "no text for new_company: new_company.txt or "
				  "default.txt is needed"
			: i < 2 ? "no text for join_auto:"
			: i < 3 ? "join_auto.html is the alternative of a "
				  "join_auto.txt, which is not there"
				: "no text for join_distributed:"));
		if (i == 2)
			put("join_auto.txt", "Subject: x\n\ny");
		else
			put(all[i == 1 ? 2 : i], "Subject: x\n\ny");
	}
	put("default.txt", "Subject: d\n\ny");
	assert_int_equal(template_read(&t, at(""), NULL, &fault), 0);
	assert_true(view_is(template_subject(t, "join_auto"), "x"));
	assert_true(view_is(template_subject(t, "join_request"), "d"));
	assert_int_equal(template_subject(t, "existing_user").len, 0);
	template_free(t);
	take_away(all);
}

/* Renders what the files t.txt and t.html say, by itself and from what is kept. */
static void
renders(
    const struct view *values, const char *subject, const char *text, const char *html)
{
	struct buf got[3] = { BUF_EMPTY, BUF_EMPTY, BUF_EMPTY };
	struct template *t, *again;
	struct fault fault;

	assert_int_equal(template_read(&t, at("t.txt"), NULL, &fault), 0);
	assert_int_equal(template_parse(&again, template_text(t), &fault), 0);
	assert_true(view_equal(template_text(t), template_text(again)));
	template_free(t);
	for (int i = 0; i < 2; i++) { /* what the bufs held is replaced */
		assert_int_equal(template_render(again, "join_auto", values, &got[0],
				     &got[1], &got[2], &fault),
		    0);
		assert_string_equal(buf_string(&got[0]), subject);
		assert_string_equal(buf_string(&got[1]), text);
		assert_string_equal(buf_string(&got[2]), html);
	}
	assert_int_equal(template_render(again, "existing_user", values, &got[0], &got[1],
			     &got[2], &fault),
	    -1);
	assert_int_equal(fault.kind, FAULT_INPUT);
	template_free(again);
	for (int i = 0; i < 3; i++)
		buf_release(&got[i]);
}

static void
test_render(void **state)
{
	const struct view ann[PLACES] = {
		[PLACE_FIRST_NAME] = VIEW("Zo\xc3\xab"),
		[PLACE_NAME] = VIEW("Zo\xc3\xab <Lee>"),
		[PLACE_ORGANIZATION] =
		    VIEW("\"A\" & B's\r\nBcc: x\x1b\xc2\x85\xe2\x80\xa8"),
		[PLACE_LINK] = VIEW("https://x.example/?a=1&b"),
		[PLACE_INSTITUTION] = VIEW("U"),
		[PLACE_POSTAL_ADDRESS] = VIEW("1 <Main>\nTown"),
	};
	const struct view nobody[PLACES] = { [PLACE_NAME] = VIEW("Lee") };
	static const char *const all[] = { "t.txt", "t.html", NULL };

	(void)state;
	put("t.txt",
	    "Subject: {{name}} at {{organization|you}}\n\nDear {{first_name|colleague}} "
	    "at {{organization|you}},\n{{sender_name}}\n{{link}}\n{{postal_address}}");
	put("t.html",
	    "<a title=\"{{organization|<i>you</i>}}\" href=\"{{link}}\">{{name}}</a>"
	    "{{postal_address}}");
	renders(ann, "Zo\xc3\xab <Lee> at \"A\" & B's\r\nBcc: x\x1b\xc2\x85\xe2\x80\xa8",
	    "Dear Zo\xc3\xab at \"A\" & B's  Bcc: x   ,\nU\n"
	    "https://x.example/?a=1&b\n1 <Main>\nTown\n",
	    "<a title=\"&quot;A&quot; &amp; B&#39;s  Bcc: x   \" "
	    "href=\"https://x.example/?a=1&amp;b\">Zo\xc3\xab &lt;Lee&gt;</a>"
	    "1 &lt;Main&gt;<br>\nTown\n");
	renders(nobody, "Lee at you", "Dear Lee at you,\n",
	    "<a title=\"<i>you</i>\" href=\"\">Lee</a>\n");
	take_away(all);
}

static void
test_kept(void **state)
{
	static const char *const texts[] = { "x",
		"default.txt 9\nSubject: ", "default.txt 14\nSubject: x\n\n{{",
		"default.txt\n", "\n", "other.txt 0\n",
		"default.txt 12\nSubject: x\n\ndefault.html 1\nx",
		"default.txt 13\nSubject: x\n\nydefault.txt 13\nSubject: x\n\ny", "" };
	struct template *t;
	struct fault fault;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		if (template_parse(&t, view_of(texts[i]), &fault) != -1)
			fail_msg("taken: %s", texts[i]);
		assert_int_equal(fault.kind, FAULT_INPUT);
	}
}

/* What is shipped can be read, says what an invitation must say, and in HTML loads
 * nothing from anywhere. */
static void
test_shipped(void **state)
{
	static const char *const scenarios[] = { "new_company", "join_auto",
		"join_distributed", "join_request" };
	static const char *const never[] = { "<img", "<script", "src=", "url(", "@import",
		"<link", "http:", "https:" };
	const char *source = getenv("CONTACT_SOURCE");
	struct buf bufs[3] = { BUF_EMPTY, BUF_EMPTY, BUF_EMPTY };
	struct template *t;
	struct fault fault;
	char share[512];

	(void)state;
	snprintf(share, sizeof(share), "%s/share", source == NULL ? "." : source);
	if (template_read(&t, NULL, share, &fault) == -1)
		fail_msg("%s", fault.text);
	assert_true(template_has(t, PLACE_LINK));
	assert_true(template_has(t, PLACE_UNSUBSCRIBE));
	assert_true(template_has(t, PLACE_POSTAL_ADDRESS));
	assert_false(template_has(t, PLACE_TITLE));
	for (size_t i = 0; i < 4; i++) {
		struct view values[PLACES];

		for (int k = 0; k < PLACES; k++)
			values[k] = view_of(placeholder_name((enum placeholder)k));
		assert_int_equal(template_render(t, scenarios[i], values, &bufs[0],
				     &bufs[1], &bufs[2], &fault),
		    0);
		for (int k = 1; k < 3; k++) {
			const char *text = buf_string(&bufs[k]);

			assert_non_null(strstr(text, "link"));
			assert_non_null(strstr(text, "unsubscribe"));
			assert_non_null(strstr(text, "postal_address"));
			assert_non_null(strstr(text, "sender_name"));
			assert_null(strstr(text, "{{"));
			for (size_t n = 0; n < sizeof(never) / sizeof(never[0]); n++)
				assert_null(strstr(text, never[n]));
		}
	}
	template_free(t);
	for (int i = 0; i < 3; i++)
		buf_release(&bufs[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_length),
		cmocka_unit_test(test_missing),
		cmocka_unit_test(test_render),
		cmocka_unit_test(test_kept),
		cmocka_unit_test(test_shipped),
	};

	return cmocka_run_group_tests(tests, make_place, remove_place);
}
