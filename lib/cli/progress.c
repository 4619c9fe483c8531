/* SPDX-License-Identifier: ISC */
/*
 * The bar is redrawn in place with a carriage return; stderr is written
 * without buffering and what cannot be written is let go.
 */
#include "cli/progress.h"

#include <unistd.h>

#include "base/clock.h"

enum { SHOW_AFTER = 500, SHOW_EVERY = 100, BAR_WIDTH = 24 };

static void
put(struct buf *line)
{
	ssize_t n = line->failed ? 0 : write(STDERR_FILENO, line->at, line->len);

	(void)n;
	buf_release(line);
}

void
progress_begin(struct progress *progress, const struct command *command, const char *what)
{
	*progress =
	    (struct progress){ .on = !command->shared->quiet && isatty(STDERR_FILENO),
		    .what = what };
	progress->began = clock_milliseconds();
}

double
progress_seconds(const struct progress *progress)
{
	return (double)(clock_milliseconds() - progress->began) / 1000;
}

void
progress_step(struct progress *progress, uint64_t done, uint64_t total, uint64_t rows)
{
	struct buf line = BUF_EMPTY;
	int64_t now;
	unsigned filled;

	if (!progress->on)
		return;
	now = clock_milliseconds();
	if (now - progress->began < SHOW_AFTER ||
	    (progress->shown && now - progress->last < SHOW_EVERY))
		return;
	buf_printf(&line, "\r%s ", progress->what);
	if (total > 0) {
		double part = (double)(done < total ? done : total) / (double)total;

		filled = (unsigned)(part * BAR_WIDTH);
		buf_char(&line, '[');
		for (unsigned i = 0; i < BAR_WIDTH; i++)
			buf_char(&line, i < filled ? '#' : '.');
		buf_printf(&line, "] %3u%% ", (unsigned)(part * 100));
	}
	buf_number(&line, rows);
	buf_text(&line, "\033[K");
	put(&line);
	progress->shown = true;
	progress->last = now;
}

void
progress_finish(struct progress *progress)
{
	struct buf line = BUF_EMPTY;

	if (!progress->shown)
		return;
	buf_text(&line, "\r\033[K");
	put(&line);
	progress->shown = false;
}
