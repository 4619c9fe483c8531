/* SPDX-License-Identifier: ISC */
/*
 * Folding, UTF-8, dates and periods over any bytes. Folding twice must give what
 * folding once gives, or an index entry would not be found again; a date that was
 * read must be read again from what it prints as.
 */
#include "fuzz.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/fold.h"

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static void
fold_twice(void (*fold)(struct buf *out, struct view text), struct view text)
{
	struct buf once = BUF_EMPTY, twice = BUF_EMPTY;

	fold(&once, text);
	fold(&twice, buf_as_view(&once));
	must(once.failed || twice.failed ||
	    view_equal(buf_as_view(&once), buf_as_view(&twice)));
	buf_release(&once);
	buf_release(&twice);
}

static void
dates(struct view text)
{
	int64_t time, again, from, until;
	bool has_time, again_has;

	for (int order = DATE_ISO; order <= DATE_MDY; order++) {
		struct buf printed = BUF_EMPTY;

		if (!date_read(text, (enum date_order)order, 90, &time, &has_time))
			continue;
		time_print(&printed, time);
		must(printed.failed ||
		    (date_read(buf_as_view(&printed), DATE_ISO, 0, &again, &again_has) &&
			again == time));
		buf_release(&printed);
	}
	if (period_read(text, 1790000000, 0, &from, &until))
		must(from < until);
	if (age_read(text, &time))
		must(time >= 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct view text = { (const char *)bytes, len };
	size_t valid = utf8_valid(text);
	struct view trimmed = text_trim((struct view){ text.at, valid });

	must(valid <= len);
	must(trimmed.len <= valid);
	fold_twice(fold_search, (struct view){ text.at, valid });
	fold_twice(fold_identity, (struct view){ text.at, valid });
	must(fold_search_equal(text, text));
	dates(text);
	return 0;
}
