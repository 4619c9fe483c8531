/* SPDX-License-Identifier: ISC */
/*
 * Messages from rows, for tests/cmd/mail-output.bats.
 *
 *     composing TEMPLATE <rows
 *     composing TEMPLATE COUNT
 *
 * A row is NAME TAB EMAIL TAB ORGANIZATION, each in hexadecimal, so that nothing
 * that a value has can be taken for anything else. For each it prints "0 LENGTH" and
 * the message, or "1 REASON". With COUNT it composes so many and prints what time
 * of the processor one takes.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "rules/template.h"
#include "table/mail_library.h"
#include "table/mail_output.h"

struct work {
	struct template *t;
	struct buf subject, text, html, out;
};

static int
compose(struct work *work, struct view name, struct view email, struct view organization,
    struct fault *fault)
{
	const struct view values[PLACES] = {
		[PLACE_NAME] = name,
		[PLACE_EMAIL] = email,
		[PLACE_ORGANIZATION] = organization,
		[PLACE_CAMPAIGN] = VIEW("Autumn fair"),
		[PLACE_LINK] = VIEW("https://join.example/j/abcdefghijklmnopqrstuvwxyz"),
		[PLACE_UNSUBSCRIBE] =
		    VIEW("https://join.example/u/abcdefghijklmnopqrstuvwxyz"),
		[PLACE_INSTITUTION] = VIEW("University of Example"),
		[PLACE_POSTAL_ADDRESS] = VIEW("1 Main Street, Exampleton"),
	};
	struct mail_message message = {
		.id = "12345.678@careers.example",
		.date = 1791201600,
		.from = VIEW("Career Office <careers@careers.example>"),
		.to_name = name,
		.to_email = email,
		.list_id = VIEW("Invitations <invitations.careers.example>"),
		.list_unsubscribe =
		    VIEW("<https://join.example/u/abcdefghijklmnopqrstuvwxyz>, "
			 "<mailto:unsubscribe+abcdefghijklmnopqrstuvwxyz@join.example>"),
		.one_click = true,
	};

	if (template_render(work->t, "join_auto", values, &work->subject, &work->text,
		&work->html, fault) == -1)
		return -1;
	message.subject = buf_as_view(&work->subject);
	message.text = buf_as_view(&work->text);
	message.html = buf_as_view(&work->html);
	buf_clear(&work->out);
	return mail_compose(&work->out, &message, fault);
}

/* The value of a hexadecimal digit; -1 for anything else. */
static int
digit_of(int c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Reads a value and the character behind it, which is returned. */
static int
read_value(struct buf *value)
{
	int high, c;

	buf_clear(value);
	while ((high = digit_of(c = getchar())) >= 0)
		buf_char(value, (char)(high << 4 | digit_of(getchar())));
	return c;
}

static int
compose_rows(struct work *work)
{
	struct buf values[3] = { BUF_EMPTY, BUF_EMPTY, BUF_EMPTY };
	struct fault fault;
	int result = 0;

	while (result != -1 && read_value(&values[0]) == '\t') {
		read_value(&values[1]);
		read_value(&values[2]);
		result = compose(work, buf_as_view(&values[0]), buf_as_view(&values[1]),
		    buf_as_view(&values[2]), &fault);
		if (result == 0) {
			printf("0 %zu\n", work->out.len);
			fwrite(work->out.at, 1, work->out.len, stdout);
		} else {
			printf("%d %s\n", result, fault.text);
		}
	}
	for (size_t i = 0; i < 3; i++)
		buf_release(&values[i]);
	return result == -1;
}

static int
compose_many(struct work *work, unsigned long count)
{
	struct rusage usage, before = { 0 };
	struct fault fault;

	for (unsigned long i = 0; i < count; i++) {
		if (i == count / 10)
			getrusage(RUSAGE_SELF, &before);
		if (compose(work, VIEW("Zo\xc3\xab M\xc3\xbcller"),
			VIEW("zoe.mueller@acme.example"), VIEW("Acme & S\xc3\xb6hne"),
			&fault) != 0) {
			fprintf(stderr, "composing: %s\n", fault.text);
			return 1;
		}
	}
	getrusage(RUSAGE_SELF, &usage);
	printf("%.1f microseconds each, %zu bytes, grown by %ld KiB\n",
	    (double)(usage.ru_utime.tv_sec * 1000000 + usage.ru_utime.tv_usec) /
		(double)count,
	    work->out.len, usage.ru_maxrss - before.ru_maxrss);
	return 0;
}

static void
end(void)
{
	static const char text[] = "composing: out of memory\n";

	_exit(write(2, text, sizeof(text) - 1) == -1 ? 1 : 5);
}

int
main(int argc, char **argv)
{
	struct work work = { NULL, BUF_EMPTY, BUF_EMPTY, BUF_EMPTY, BUF_EMPTY };
	struct fault fault;
	int status;

	mail_memory_handler(end);
	if (argc < 2 || template_read(&work.t, argv[1], NULL, &fault) == -1) {
		fprintf(stderr, "composing: %s\n", argc < 2 ? "no template" : fault.text);
		return 2;
	}
	status = argc > 2 ? compose_many(&work, strtoul(argv[2], NULL, 10))
			  : compose_rows(&work);
	template_free(work.t);
	buf_release(&work.subject);
	buf_release(&work.text);
	buf_release(&work.html);
	buf_release(&work.out);
	return status;
}
