/* SPDX-License-Identifier: ISC */
/* Messages as they are composed (reliability E6, E9): how values stand in a header,
 * and which never do. tests/cmd/mail-output.bats has them read by another parser. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "table/mail_output.h"
#include "table/mail_proof.h"

static struct mail_message
plain(void)
{
	return (struct mail_message){
		.id = "7.1@careers.example",
		.date = 1791201600,
		.from = VIEW("Office <o@careers.example>"),
		.to_email = VIEW("ann@acme.example"),
		.subject = VIEW("Hello"),
		.text = VIEW("Dear Ann,\n\nh\xc3\xa9llo\n"),
	};
}

/* What the message is, or why it is refused. */
static const char *
composed(const struct mail_message *message)
{
	static struct buf out;
	struct fault fault;
	int result;

	buf_clear(&out);
	buf_text(&out, "|");
	result = mail_compose(&out, message, &fault);
	if (result == 0)
		return buf_string(&out) + 1;
	assert_int_equal(result, 1);
	assert_int_equal(fault.kind, FAULT_INPUT);
	assert_int_equal(out.len, 1);
	buf_text(&out, fault.text);
	return buf_string(&out) + 1;
}

/* The lines of a field, or why the message is refused. */
static const char *
field_of(const struct mail_message *message, const char *field)
{
	static char lines[4000];
	const char *text = composed(message), *at, *end;

	snprintf(lines, sizeof(lines), "\n%s: ", field);
	at = strstr(text, lines);
	if (at == NULL)
		return text;
	for (end = at + 1; (end = strchr(end, '\n')) != NULL && end[1] == ' '; end++)
		;
	assert_non_null(end);
	snprintf(lines, sizeof(lines), "%.*s", (int)(end - at - 1), at + 1);
	return lines;
}

static void
test_whole(void **state)
{
	struct mail_message message = plain();

	(void)state;
	assert_string_equal(composed(&message),
	    "Date: Mon, 05 Oct 2026 12:00:00 +0000\n"
	    "Message-ID: <7.1@careers.example>\n"
	    "From: Office <o@careers.example>\n"
	    "To: ann@acme.example\n"
	    "Subject: Hello\n"
	    "Auto-Submitted: auto-generated\n"
	    "MIME-Version: 1.0\n"
	    "Content-Type: text/plain; charset=utf-8\n"
	    "Content-Transfer-Encoding: quoted-printable\n\n"
	    "Dear Ann,\n\nh=C3=A9llo\n");
	message.html = VIEW("<p>Hi");
	message.reply_to = VIEW("b@careers.example");
	message.to_name = VIEW("Ann Lee");
	message.list_id = VIEW("i.careers.example");
	message.list_unsubscribe = VIEW("<https://x.example/u>,<mailto:u@x.example>");
	message.one_click = true;
	assert_string_equal(composed(&message),
	    "Date: Mon, 05 Oct 2026 12:00:00 +0000\n"
	    "Message-ID: <7.1@careers.example>\n"
	    "From: Office <o@careers.example>\n"
	    "Reply-To: b@careers.example\n"
	    "To: Ann Lee <ann@acme.example>\n"
	    "Subject: Hello\n"
	    "Auto-Submitted: auto-generated\n"
	    "List-Id: <i.careers.example>\n"
	    "List-Unsubscribe: <https://x.example/u>,\n <mailto:u@x.example>\n"
	    "List-Unsubscribe-Post: List-Unsubscribe=One-Click\n"
	    "MIME-Version: 1.0\n"
	    "Content-Type: multipart/alternative; boundary=\"=_contact\"\n\n"
	    "--=_contact\n"
	    "Content-Type: text/plain; charset=utf-8\n"
	    "Content-Transfer-Encoding: quoted-printable\n\n"
	    "Dear Ann,\n\nh=C3=A9llo\n\n"
	    "--=_contact\n"
	    "Content-Type: text/html; charset=utf-8\n"
	    "Content-Transfer-Encoding: quoted-printable\n\n"
	    "<p>Hi\n\n"
	    "--=_contact--\n");
}

#define TEN	  "0123456789"
#define FIFTY	  TEN TEN TEN TEN TEN
#define TWO_FIFTY FIFTY FIFTY FIFTY FIFTY FIFTY

static void
test_names(void **state)
{
	static const struct {
		const char *name, *to;
	} names[] = {
		{ "Ann Lee", "To: Ann Lee <ann@acme.example>" },
		{ "Dr. Ann", "To: \"Dr. Ann\" <ann@acme.example>" },
		{ "Lee, Ann", "To: \"Lee, Ann\" <ann@acme.example>" },
		{ "a\"b\\c", "To: \"a\\\"b\\\\c\" <ann@acme.example>" },
		{ "x@y.example>", "To: \"x@y.example>\" <ann@acme.example>" },
		{ "Zo\xc3\xab", "To: =?UTF-8?Q?Zo=C3=AB?= <ann@acme.example>" },
		{ " Ann\t", "To: Ann <ann@acme.example>" },
		{ "Ann  Lee", "To: =?UTF-8?Q?Ann__Lee?= <ann@acme.example>" },
		{ "=?UTF-8?Q?hello?=",
		    "To: =?UTF-8?Q?=3D=3FUTF=2D8=3FQ=3Fhello=3F=3D?= "
		    "<ann@acme.example>" },
		{ FIFTY " x yyy", "To: " FIFTY " x yyy\n <ann@acme.example>" },
		{ TWO_FIFTY "\xc3\xab\xc3\xab",
		    "To: =?UTF-8?Q?" FIFTY TEN "?=\n =?UTF-8?Q?" FIFTY TEN "012?=\n "
		    "=?UTF-8?Q?3456789" FIFTY "012345?=\n "
		    "=?UTF-8?Q?6789" FIFTY "012345678?=\n "
		    "=?UTF-8?Q?9=C3=AB=C3=AB?= <ann@acme.example>" },
		{ TWO_FIFTY "\xc3\xab\xc3\xab\xc3\xab", "To: ann@acme.example" },
		{ "a\xe2\x80\xaez", "To: ann@acme.example" },
		{ "a\nBcc: x@y.example", "name of To: character U+000A at byte 2" },
		{ "a\r", "name of To: character U+000D at byte 2" },
		{ "\xc2\x85", "name of To: character U+0085 at byte 1" },
		{ "ab\xe2\x80\xa8", "name of To: character U+2028 at byte 3" },
		{ "a\xff", "name of To: not UTF-8" },
		{ "=?UTF-8?Q?a=0Ab?=",
		    "name of To: an encoded word that stands for a control "
		    "character" },
		{ "=?utf-8?b?DQo=?=",
		    "name of To: an encoded word that stands for a control "
		    "character" },
	};
	struct mail_message message = plain();
	const char *to;

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		message.to_name = view_of(names[i].name);
		to = field_of(&message, "To");
		if (strcmp(to, names[i].to) != 0)
			fail_msg("%s: %s", names[i].name, to);
	}
	message.to_name = view_make("a\0b", 3);
	assert_string_equal(composed(&message), "name of To: character U+0000 at byte 2");
}

static void
test_addresses(void **state)
{
	static const struct {
		const char *email, *to;
	} emails[] = {
		{ "o'neil+x%0A@a-b.Example", "To: o'neil+x%0A@a-b.Example" },
		{ "ann@b\xc3\xbc"
		  "cher.example",
		    "To: ann@xn--bcher-kva.example" },
		{ "ann@XN--bcher-kva.example", "To: ann@XN--bcher-kva.example" },
		{ "\"a b,c\"@x.example", "To: \"a b,c\"@x.example" },
		{ "", "To: no address" },
		{ "-oQ/tmp@x.example",
		    "To: begins with \"-\": address -oQ/tmp@x.example" },
		{ "--", "To: begins with \"-\": address --" },
		{ "|prog", "To: no \"@\": address |prog" },
		{ "zo\xc3\xab@x.example",
		    "To: characters beyond ASCII before \"@\": address "
		    "zo\xc3\xab@x.example" },
		{ "a@x.example,b@x.example",
		    "To: not one address: address a@x.example,b@x.example" },
		{ "a@x.example b@x.example",
		    "To: not one address: address a@x.example b@x.example" },
		{ "Ann <a@x.example>", "To: not one address: address Ann <a@x.example>" },
		{ "a@x", "To: not one address: address a@x" },
		{ "a@x..example", "To: not one address: address a@x..example" },
		{ "a@-x.example", "To: not one address: address a@-x.example" },
		{ "a@x.1", "To: not one address: address a@x.1" },
		{ "a@[10.0.0.1]", "To: not one address: address a@[10.0.0.1]" },
		{ "a..b@x.example", "To: not one address: address a..b@x.example" },
		{ "@x.example", "To: not one address: address @x.example" },
		{ "\"\"@x.example", "To: not one address: address \"\"@x.example" },
		{ "\"a\\\"@x.example", "To: not one address: address \"a\\\"@x.example" },
		{ "a:b;@x.example", "To: not one address: address a:b;@x.example" },
		{ "a@x.example\nBcc: b@x.example", "To: character U+000A at byte 12" },
	};
	struct mail_message message = plain();
	const char *to;

	(void)state;
	for (size_t i = 0; i < sizeof(emails) / sizeof(emails[0]); i++) {
		message.to_email = view_of(emails[i].email);
		to = field_of(&message, "To");
		if (strcmp(to, emails[i].to) != 0)
			fail_msg("%s: %s", emails[i].email, to);
	}
}

static void
test_subjects(void **state)
{
	static const struct {
		const char *subject, *field;
	} subjects[] = {
		{ FIFTY " x " FIFTY " y", "Subject: " FIFTY " x\n " FIFTY " y" },
		{ "a  b", "Subject: =?UTF-8?Q?a__b?=" },
		{ FIFTY FIFTY,
		    "Subject: =?UTF-8?Q?" FIFTY
		    "01234?=\n =?UTF-8?Q?56789" TEN TEN TEN TEN "?=" },
		{ "\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d",
		    "Subject: =?UTF-8?Q?=D7=A9=D7=9C=D7=95=D7=9D?=" },
		{ "a\r\n b", "Subject: character U+000D at byte 2" },
		{ "a\xe2\x80\xaez", "Subject: character U+202E at byte 2" },
		{ "", "Subject: empty" },
		{ TWO_FIFTY TWO_FIFTY TWO_FIFTY TWO_FIFTY "x",
		    "Subject: longer than 1000 bytes" },
	};
	struct mail_message message = plain();
	const char *field;

	(void)state;
	for (size_t i = 0; i < sizeof(subjects) / sizeof(subjects[0]); i++) {
		message.subject = view_of(subjects[i].subject);
		field = field_of(&message, "Subject");
		if (strcmp(field, subjects[i].field) != 0)
			fail_msg("%s: %s", subjects[i].subject, field);
	}
}

static void
test_senders(void **state)
{
	static const struct {
		const char *from, *field, *address;
	} senders[] = {
		{ "\"Office, The\" <o@b\xc3\xbc"
		  "cher.example>",
		    "From: \"Office, The\" <o@xn--bcher-kva.example>",
		    "o@xn--bcher-kva.example" },
		{ "=?UTF-8?Q?B=C3=BCro?= <o@x.example>",
		    "From: =?UTF-8?Q?B=C3=BCro?= <o@x.example>", "o@x.example" },
		{ "B\xc3\xbcro <o@x.example>",
		    "From: =?UTF-8?Q?B=C3=BCro?= <o@x.example>", "o@x.example" },
		{ "", "From: not one address", NULL },
		{ "Office", "From: no \"@\": address Office", NULL },
		{ "a@x.example, b@x.example", "From: not one address", NULL },
		{ "Team: a@x.example;", "From: a group of addresses", NULL },
		{ "a <-f@x.example>", "From: begins with \"-\": address -f@x.example",
		    NULL },
		{ "a\nb <o@x.example>", "From: character U+000A at byte 2", NULL },
	};
	struct mail_message message = plain();
	struct buf address = BUF_EMPTY;
	struct fault fault;
	const char *field;

	(void)state;
	for (size_t i = 0; i < sizeof(senders) / sizeof(senders[0]); i++) {
		message.from = view_of(senders[i].from);
		field = field_of(&message, "From");
		if (strcmp(field, senders[i].field) != 0)
			fail_msg("%s: %s", senders[i].from, field);
		buf_clear(&address);
		if (senders[i].address == NULL) {
			assert_int_equal(
			    mail_mailbox_address(&address, message.from, &fault), 1);
			assert_string_equal(fault.text, senders[i].field);
			continue;
		}
		assert_int_equal(mail_mailbox_address(&address, message.from, &fault), 0);
		assert_string_equal(buf_string(&address), senders[i].address);
	}
	buf_release(&address);
}

static void
test_others(void **state)
{
	struct mail_message message = plain();

	(void)state;
	message.id = "a@b@c";
	assert_string_equal(composed(&message), "Message-ID: not of the form id@domain");
	message.id = "a b@c";
	assert_string_equal(composed(&message), "Message-ID: not of the form id@domain");
	message = plain();
	message.list_unsubscribe = VIEW("<mailto:u@x.example>");
	message.one_click = true;
	assert_string_equal(composed(&message),
	    "List-Unsubscribe-Post: List-Unsubscribe has no https: link");
	message.one_click = false;
	assert_string_equal(field_of(&message, "List-Unsubscribe"),
	    "List-Unsubscribe: <mailto:u@x.example>");
	message.list_unsubscribe = VIEW("https://x.example");
	assert_string_equal(composed(&message),
	    "List-Unsubscribe: not of the form <https://...>, <mailto:...>");
	message.list_unsubscribe = VIEW(" ");
	assert_string_equal(composed(&message), "List-Unsubscribe: empty");
	message.list_unsubscribe = VIEW("<javascript:x>");
	assert_string_equal(
	    composed(&message), "List-Unsubscribe: neither https: nor mailto:");
	message = plain();
	message.list_id = VIEW("B\xc3\xbcro <i.x.example>");
	assert_string_equal(field_of(&message, "List-Id"),
	    "List-Id: =?UTF-8?Q?B=C3=BCro?= <i.x.example>");
	message.list_id = VIEW("a <b");
	assert_string_equal(
	    composed(&message), "List-Id: not of the form Name <name.domain>");
	message = plain();
	message.text = VIEW("a\rb");
	assert_string_equal(composed(&message), "text: a control character");
	message.text = VIEW("");
	assert_string_equal(composed(&message), "text: empty");
	message = plain();
	message.html = VIEW("\xc2\x9b");
	assert_string_equal(composed(&message), "HTML: a control character");
	message.html = VIEW("\xff");
	assert_string_equal(composed(&message), "HTML: not UTF-8");
}

/* Lines of the body are short, and none begins a message of an mbox, or ends the
 * parts. */
static void
test_body(void **state)
{
	struct mail_message message = plain();
	const char *body;

	(void)state;
	message.text = VIEW("From a\nFrom From b " FIFTY FIFTY "\n--=_contact--\n. \n"
			    ">From c");
	body = strstr(composed(&message), "\n\n");
	assert_non_null(body);
	assert_string_equal(body + 2,
	    "=46rom =\na\n=46rom =\n=46rom =\nb " FIFTY TEN "012=\n3456789" TEN TEN TEN
	    "\n--=3D_contact--\n.=20\n>From c\n");
}

/* What was composed otherwise than it should be is found when it is read again. */
static void
test_proof(void **state)
{
	static const struct {
		const char *text, *wrong; /* NULL: it is as it should be */
	} texts[] = {
		{ "To: a@x.example\nSubject: s\n\nx\n", NULL },
		{ "To: a@x.example\nSubject: s\n\n", NULL },
		{ "To: a@x.example\n\nSubject: s\n\nx\n", "a header line" },
		{ "To: a@x.example\nBcc: b@x.example\nSubject: s\n\nx\n", "Subject" },
		{ "To: a@x.example\nSubject: s\nBcc: b@x.example\n\nx\n",
		    "a header more" },
		{ "To: a@x.example, b@x.example\nSubject: s\n\nx\n", "To" },
		{ "To: a@x.example,\n b@x.example\nSubject: s\n\nx\n", "To" },
		{ "To: b <a@x.example>\nSubject: s\n\nx\n", "To" },
		{ "To: a@x.example\nSubject: =?UTF-8?Q?t?=\n\nx\n", "Subject" },
		{ "To: a@x.example\nSubject: s\r\n\nx\n", "a header line" },
		{ "To: a@x.example\nSubject: s\n\nx", "its parts" },
		{ "To: a@x.example\nSubject: s\n\n--=_contact\n", "its parts" },
		{ "To: a@x.example\nSubject: s\n\n\xc3\xab\n", "its parts" },
		{ "To: a@x.example\nSubject: s\n\n" TWO_FIFTY TWO_FIFTY TWO_FIFTY
			TWO_FIFTY "\n",
		    "its parts" },
		{ "To: a@x.example\nSubject: s\n", "a header more" },
	};
	const struct mail_form form = { .fields = { "To", "Subject" },
		.count = 2,
		.address = VIEW("a@x.example"),
		.subject = VIEW("s") };
	struct mail_message message = plain();
	struct fault fault;
	char said[200];
	int result;

	(void)state;
	composed(&message);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		result = mail_proof(view_of(texts[i].text), &form, &fault);
		snprintf(said, sizeof(said), "%s would not be read as it was written",
		    texts[i].wrong == NULL ? "" : texts[i].wrong);
		if (result != (texts[i].wrong != NULL) ||
		    (result == 1 && strcmp(fault.text, said) != 0))
			fail_msg(
			    "%s: %s", texts[i].text, result == 0 ? "taken" : fault.text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whole),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_addresses),
		cmocka_unit_test(test_subjects),
		cmocka_unit_test(test_senders),
		cmocka_unit_test(test_others),
		cmocka_unit_test(test_body),
		cmocka_unit_test(test_proof),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
