/* SPDX-License-Identifier: ISC */
/*
 * Reports of delivery (RFC 3464): what each message of tests/fuzz/corpus/bounce is
 * understood as, written in the way of its mailer (E10). `@` is said where the
 * address of the corpus is among those that the message was sent to.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "table/bounce.h"
#include "table/bounce_parser.h"
#include "table/bounce_status.h"

#define VERP "bounce+42.abcdefghij234567@example.org"

static const char *const sorts[] = { "other", "unreadable", "reply", "report",
	"complaint" };
static const char *const outcomes[] = { "delivered", "delayed", "failed" };

static bool
went_to(const struct bounce *bounce, const char *address)
{
	for (size_t i = 0; i < bounce->sent_to_count; i++)
		if (view_is(bounce->sent_to[i], address))
			return true;
	return false;
}

static void
print(struct buf *out, const struct bounce *bounce)
{
	buf_printf(out, "%s%s", sorts[bounce->sort], went_to(bounce, VERP) ? " @" : "");
	for (size_t i = 0; i < bounce->recipient_count; i++) {
		const struct bounce_recipient *recipient = &bounce->recipients[i];

		buf_printf(out, ", %s %u.%u.%u ", outcomes[recipient->outcome],
		    recipient->status.class, recipient->status.subject,
		    recipient->status.detail);
		buf_view(out, recipient->final);
	}
	buf_char(out, '\n');
}

/* All messages of an open file, or the fault. */
static const char *
read_all(struct buf *out, int fd, size_t read_size)
{
	struct reader_options options = { .read_size = read_size };
	struct bounce_reader *reader = NULL;
	struct window window = { .at = NULL };
	struct bounce bounce;
	struct fault fault;
	int got = -1;

	if (window_open(&window, fd, "test", &options, &fault) == 0 &&
	    bounce_open(&reader, &window, &fault) == 0)
		while ((got = bounce_next(reader, &bounce, &fault)) > 0)
			print(out, &bounce);
	if (got < 0)
		buf_printf(out, "fault: %s\n", fault.text);
	bounce_close(reader);
	window_close(&window);
	return buf_string(out);
}

static const struct {
	const char *name, *expected;
} corpus[] = {
	{ "amazon-ses-5.1.1", "report @, failed 5.1.1 ann@acme.example\n" },
	{ "amazon-ses-suppressed", "report @, failed 5.1.1 ann@acme.example\n" },
	{ "by-hand", "other @\n" },
	{ "challenge", "reply @\n" },
	{ "complaint", "complaint @\n" },
	{ "complaint-not-spam", "other @\n" },
	{ "complaint-return-path", "complaint @\n" },
	{ "complaint-to-abuse", "complaint @\n" },
	{ "cut-short", "report @, failed 5.1.1 ann@acme.example\n" },
	{ "domino-base64", "report @, failed 5.1.1 ann@acme.example\n" },
	{ "eight-bit", "report @, failed 5.1.1 ann@acme.example\n" },
	{ "exchange-2003", "report @, failed 5.1.1 ann@acme.example\n" },
	{ "exchange-5.2.2", "report @, failed 5.2.2 ann@acme.example\n" },
	{ "exim-5.1.1", "report @, failed 5.1.1 ann@acme.example\n" },
	{ "exim-text-5.1.1", "report @, failed 5.1.1 ann@acme.example\n" },
	{ "exim-text-delayed", "report @, delayed 4.7.1 ann@acme.example\n" },
	{ "exim-text-unrouteable", "report @, failed 5.0.0 ann@acme.example\n" },
	{ "forged-header-in-body", "other\n" },
	{ "forged-mac", "report, failed 5.1.1 ann@acme.example\n" },
	{ "forged-no-verp", "report, failed 5.1.1 ann@acme.example\n" },
	{ "other-domain", "report, failed 5.1.1 ann@acme.example\n" },
	{ "forged-short-mac", "report, failed 5.1.1 ann@acme.example\n" },
	{ "gmail-5.1.1", "report @, failed 5.1.1 ann@acme.example\n" },
	{ "gmail-delayed", "report @, delayed 4.4.1 ann@acme.example\n" },
	{ "mbox-of-three",
	    "report @, failed 5.1.1 ann@acme.example\nother @\nreport, failed 5.1.1 "
	    "ann@acme.example\n" },
	{ "microsoft365-5.1.10", "report @, failed 5.1.10 ann@acme.example\n" },
	{ "microsoft365-5.7.1", "report @, failed 5.7.1 ann@acme.example\n" },
	{ "nested-in-footer", "report @, failed 5.1.1 ann@acme.example\n" },
	{ "nested-returned-report", "report @, delivered 2.0.0 ann@acme.example\n" },
	{ "no-status", "report @, failed 5.0.0 ann@acme.example\n" },
	{ "opensmtpd-5.1.1", "report @, failed 5.1.1 ann@acme.example\n" },
	{ "opensmtpd-no-such-domain", "report @, failed 5.1.2 ann@acme.example\n" },
	{ "outlook-automatic-reply", "reply @\n" },
	{ "postfix-5.1.1", "report @, failed 5.1.1 ann@acme.example\n" },
	{ "postfix-delayed", "report @, delayed 4.4.1 ann@acme.example\n" },
	{ "postfix-expired", "report @, failed 4.4.1 ann@acme.example\n" },
	{ "postfix-relayed", "report @, delivered 2.0.0 ann@acme.example\n" },
	{ "postfix-smtputf8",
	    "report @, failed 5.1.1 j\xc3\xb6rg@b\xc3\xbc"
	    "cher.example\n" },
	{ "qmail-5.1.1", "report @, failed 5.1.1 ann@acme.example\n" },
	{ "qmail-expired", "report @, failed 4.4.1 ann@acme.example\n" },
	{ "qmail-remote", "report @, failed 5.7.1 ann@acme.example\n" },
	{ "read-receipt", "other @\n" },
	{ "sendmail-5.1.1", "report @, failed 5.1.1 ann@acme.example\n" },
	{ "sendmail-delayed", "report @, delayed 4.2.0 ann@acme.example\n" },
	{ "sendmail-folded", "report @, failed 5.1.1 ann@acme.example\n" },
	{ "several-recipients",
	    "report @, delivered 2.0.0 list@acme.example, delayed 4.2.2 "
	    "bob@acme.example, failed 5.2.1 ann@acme.example\n" },
	{ "upper-case", "report, failed 5.1.1 ann@acme.example\n" },
	{ "vacation", "reply @\n" },
	{ "without-empty-line",
	    "report @, failed 5.1.1 ann@acme.example, delivered 2.0.0 "
	    "bob@acme.example\n" },
};

static void
e10_each_message_is_understood(void **state)
{
	const char *source = getenv("CONTACT_SOURCE");
	char path[1000];

	(void)state;
	for (size_t i = 0; i < sizeof(corpus) / sizeof(corpus[0]); i++) {
		struct buf out = BUF_EMPTY, pieces = BUF_EMPTY;
		int fd;

		snprintf(path, sizeof(path), "%s/tests/fuzz/corpus/bounce/%s",
		    source == NULL ? "." : source, corpus[i].name);
		fd = open(path, O_RDONLY | O_CLOEXEC);
		if (fd < 0)
			print_error("%s is missing\n", path);
		assert_true(fd >= 0);
		if (strcmp(read_all(&out, fd, 0), corpus[i].expected) != 0)
			print_error("%s: %s", corpus[i].name, buf_string(&out));
		assert_string_equal(buf_string(&out), corpus[i].expected);
		assert_string_equal(read_all(&pieces, fd, 7), corpus[i].expected);
		buf_release(&out);
		buf_release(&pieces);
		assert_int_equal(close(fd), 0);
	}
}

/* What is not in the corpus, as it is about size or the end of a process: what is
 * read of the text, which is empty afterwards. */
static const char *
read_text(struct buf *out, struct buf *text)
{
	int fd = memfd_create("test", MFD_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(pwrite(fd, text->at, text->len, 0), text->len);
	buf_clear(text);
	(void)read_all(out, fd, 0);
	assert_int_equal(close(fd), 0);
	return buf_string(out);
}

static void
check_text(struct buf *text, const char *expected)
{
	struct buf out = BUF_EMPTY;

	assert_string_equal(read_text(&out, text), expected);
	buf_release(&out);
}

#define FIRST  "From a Mon Oct  5 12:00:00 2026\nTo: " VERP "\n"
#define SECOND "\n\nFrom a Mon Oct  5 12:00:00 2026\nTo: " VERP "\n\n"

static void
repeat(struct buf *text, const char *what, int times)
{
	while (times-- > 0)
		buf_text(text, what);
}

static void
hostile_mail_is_survived(void **state)
{
	struct buf text = BUF_EMPTY, out = BUF_EMPTY;

	(void)state;
	buf_text(&text, FIRST "Cc: ");
	repeat(&text, "a:", 400000);
	buf_text(&text, SECOND);
	check_text(&text, "unreadable\nother @\n");
	for (int i = 0; i < 20000; i++)
		buf_printf(&text,
		    "%sContent-Type: multipart/mixed; boundary=b%d\n\n--b%d\n",
		    i == 0 ? FIRST : "", i, i);
	buf_text(&text, SECOND);
	check_text(&text, "other @\nother @\n");
	buf_text(&text, FIRST);
	repeat(&text, "To: a@b.example, c@d.example\n", 30000);
	buf_text(&text, SECOND);
	check_text(&text, "other @\nother @\n");
	buf_text(&text,
	    FIRST "Content-Type: multipart/report; boundary=b\n\n--b\n"
		  "Content-Type: message/delivery-status\n\n");
	repeat(&text, "Final-Recipient: x\n\n\n", 30000);
	buf_text(&text, SECOND);
	(void)read_text(&out, &text);
	assert_true(out.len > 10000 && out.len < 500000);
	buf_release(&out);
	buf_release(&text);
}

static void
the_first_mib_of_a_message_counts(void **state)
{
	static const char head[] = FIRST "Content-Type: multipart/report; boundary=b\n\n";
	static const char part[] = "--b\nContent-Type: message/delivery-status\n\n"
				   "Final-Recipient: x; a@b\nAction: failed\n"
				   "Status: 5.1.1\n\n";
	struct buf text = BUF_EMPTY;

	(void)state;
	buf_text(&text, head);
	buf_text(&text, part);
	repeat(&text, "--b\nlong text of a returned message\n", 100000);
	buf_text(&text, SECOND);
	check_text(&text, "report @, failed 5.1.1 a@b\nother @\n");
	buf_text(&text, head);
	repeat(&text, "long text in front of it\n", 50000);
	buf_text(&text, part);
	buf_text(&text, SECOND);
	check_text(&text, "other @\nother @\n");
	buf_release(&text);
}

static void
what_is_no_mail_is_refused(void **state)
{
	struct buf text = BUF_EMPTY;

	(void)state;
	buf_text(&text, "\n\n");
	check_text(&text, "fault: no message in it\n");
	buf_text(&text, "name,email\n");
	check_text(&text,
	    "fault: no mail: line 1 is neither a header field nor the From line of an "
	    "mbox\n");
	buf_release(&text);
}

static const struct {
	const char *text;
	unsigned parsed[3], found[3];
} statuses[] = {
	{ "5.1.1", { 5, 1, 1 }, { 0, 0, 0 } },
	{ "4.4.7 (expired)", { 4, 4, 7 }, { 0, 0, 0 } },
	{ "3.1.1", { 0, 0, 0 }, { 0, 0, 0 } },
	{ "5.1", { 0, 0, 0 }, { 0, 0, 0 } },
	{ "5.1.1.1", { 0, 0, 0 }, { 0, 0, 0 } },
	{ "5.1.1111", { 0, 0, 0 }, { 0, 0, 0 } },
	{ "550.1.1", { 0, 0, 0 }, { 0, 0, 0 } },
	{ "smtp; 550 5.1.1 x", { 0, 0, 0 }, { 5, 1, 1 } },
	{ "smtp;550-5.1.10 x", { 0, 0, 0 }, { 5, 1, 10 } },
	{ "smtp; 550 4.1.1 x", { 0, 0, 0 }, { 5, 0, 0 } },
	{ "smtp; 452 x", { 0, 0, 0 }, { 4, 0, 0 } },
	{ "no mailbox. (#5.1.1)", { 0, 0, 0 }, { 5, 1, 1 } },
	{ "host 5.1.1.4 said no", { 0, 0, 0 }, { 0, 0, 0 } },
	{ "host [192.0.2.5] 5.1.1", { 0, 0, 0 }, { 0, 0, 0 } },
	{ "port 2550 5.1.1", { 0, 0, 0 }, { 0, 0, 0 } },
	{ "delivered (#2.4.1)", { 0, 0, 0 }, { 0, 0, 0 } },
	{ "#", { 0, 0, 0 }, { 0, 0, 0 } },
	{ "550", { 0, 0, 0 }, { 5, 0, 0 } },
	{ "", { 0, 0, 0 }, { 0, 0, 0 } },
};

static void
codes_are_told_from_what_looks_like_them(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++) {
		struct bounce_status parsed =
		    bounce_status_parse(view_of(statuses[i].text));
		struct bounce_status found =
		    bounce_status_find(view_of(statuses[i].text));

		assert_memory_equal(&parsed, statuses[i].parsed, sizeof(parsed));
		assert_memory_equal(&found, statuses[i].found, sizeof(found));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(e10_each_message_is_understood),
		cmocka_unit_test(hostile_mail_is_survived),
		cmocka_unit_test(the_first_mib_of_a_message_counts),
		cmocka_unit_test(what_is_no_mail_is_refused),
		cmocka_unit_test(codes_are_told_from_what_looks_like_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
