/* SPDX-License-Identifier: ISC */
/*
 * Reports of delivery: any bytes come to an end, facts are within their limits, and
 * what is handed out is UTF-8 without controls. The message is read in this
 * process first, so that a mistake is found where it is, then as programs do.
 */
#include "fuzz.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/fold.h"
#include "table/bounce.h"
#include "table/bounce_parser.h"

static int file = -1;

static void
must(bool good)
{
	if (!good)
		abort();
}

static bool
holds(const uint8_t *bytes, size_t len)
{
	if (file < 0)
		file = memfd_create("fuzz", MFD_CLOEXEC);
	return file >= 0 && pwrite(file, bytes, len, 0) == (ssize_t)len &&
	    ftruncate(file, (off_t)len) == 0;
}

/* Each fact ends in NUL, and is not longer than it may be. */
static void
read_facts(const uint8_t *bytes, size_t len)
{
	static bool begun;
	struct buf question = BUF_EMPTY, facts = BUF_EMPTY;
	size_t text;

	if (!begun && !(begun = bounce_parser_work.begin()))
		return;
	buf_put(&question, bytes, len);
	(void)bounce_parser_work.answer(buf_string(&question), len, &facts);
	for (size_t at = 0; at < facts.len; at += text + 2) {
		text = strnlen(facts.at + at + 1, facts.len - at - 1);
		must(at + text + 1 < facts.len);
		must(text <= BOUNCE_FACT_MAX);
	}
	buf_release(&question);
	buf_release(&facts);
}

static void
look_at(struct view text)
{
	must(text.len <= BOUNCE_FACT_MAX);
	must(utf8_valid(text) == text.len);
	for (size_t i = 0; i < text.len; i++)
		must((unsigned char)text.at[i] >= ' ');
}

static void
look_at_all(const struct bounce *bounce)
{
	must(bounce->line > 0 && bounce->sort != BOUNCE_UNREADABLE);
	must(bounce->sort != BOUNCE_REPORT || bounce->recipient_count > 0);
	look_at(bounce->id);
	look_at(bounce->returned_id);
	for (size_t i = 0; i < bounce->sent_to_count; i++)
		look_at(bounce->sent_to[i]);
	for (size_t i = 0; i < bounce->recipient_count; i++) {
		const struct bounce_recipient *recipient = &bounce->recipients[i];

		look_at(recipient->final);
		look_at(recipient->original);
		look_at(recipient->diagnostic);
		must(recipient->status.class ==
			(recipient->outcome == BOUNCE_DELIVERED ? 2 : 4) ||
		    (recipient->outcome == BOUNCE_FAILED &&
			recipient->status.class == 5));
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct reader_options options = { .format = READER_MAIL };
	struct window window = { .at = NULL };
	struct bounce_reader *reader = NULL;
	struct bounce bounce;
	struct fault fault;

	read_facts(bytes, len);
	if (!holds(bytes, len))
		return 0;
	if (window_open(&window, file, "fuzz", &options, &fault) == 0 &&
	    bounce_open(&reader, &window, &fault) == 0)
		while (bounce_next(reader, &bounce, &fault) == 1)
			look_at_all(&bounce);
	bounce_close(reader);
	window_close(&window);
	return 0;
}
