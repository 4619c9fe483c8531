/* SPDX-License-Identifier: ISC */
/*
 * Rules of judge.h. Where something is left behind it matters what failed: to
 * take away what was begun needs calls of its own, and memory; and a report that
 * ends in the middle is no damage, but a store that does is.
 */
#include "judge.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* How many lines of stderr the undisturbed command does not say. A summary of
 * numbers is no diagnostic. */
static unsigned
new_lines(struct point *point)
{
	const char *said = buf_string(&point->end.err), *line = said;
	unsigned count = 0;

	while (*line != '\0') {
		size_t len = strcspn(line, "\n");
		char *copy = strndup(line, len);

		if (copy == NULL)
			world_give_up("out of memory");
		count += strstr(buf_string(&point->expected->golden.err), copy) == NULL &&
		    strstr(copy, " rev=") == NULL &&
		    strstr(copy, ", nothing stored") == NULL;
		free(copy);
		line += len + (line[len] == '\n');
	}
	return count;
}

/* Taking away what was begun needs calls of its own, and memory. */
static bool
may_leave(const struct point *point, const char *path)
{
	switch (point->call) {
	case CALL_unlink:
	case CALL_unlinkat:
	case CALL_rmdir:
	case CALL_open:
	case CALL_openat:
		return true;
	case CALL_malloc:
	case CALL_calloc:
	case CALL_realloc:
		return path[0] == '.' || strstr(path, "/.") != NULL;
	default:
		return point->expected->kills;
	}
}

/* Whether a store of that content is there by any name: one that was put aside
 * may not have got its name yet when the process died. */
static bool
is_somewhere(const struct inventory *found, const struct thing *store)
{
	for (size_t i = 0; i < found->count; i++)
		if (thing_same(&found->things[i], store))
			return true;
	return false;
}

bool
judge_complete(const struct point *point)
{
	for (size_t i = 0; i < point->expected->after.count; i++) {
		const struct thing *thing = &point->expected->after.things[i];
		bool aside = point->expected->kills && thing->kind == THING_STORE &&
		    inventory_find(&point->expected->before, thing->path) == NULL &&
		    inventory_find(&point->expected->before, "store") != NULL;

		/* Reports of a run that was done twice tell of the second time. */
		if (point->expected->kills && thing->kind == THING_FILE)
			continue;
		if (!thing_same(inventory_find(&point->found, thing->path), thing) &&
		    !(aside && is_somewhere(&point->found, thing)))
			return false;
	}
	return true;
}

/* Whether the user was told where it lies. */
static bool
is_told(struct point *point, const char *path)
{
	const char *slash = strchr(path, '/');
	char *top = slash == NULL ? strdup(path) : strndup(path, (size_t)(slash - path));
	bool told;

	if (top == NULL)
		world_give_up("out of memory");
	told = top[0] == '.' && strstr(buf_string(&point->end.err), top) != NULL;
	free(top);
	return told;
}

static bool
is_new_store(const struct thing *thing, const struct thing *was)
{
	return was == NULL && thing->kind == THING_STORE &&
	    thing->state.is == STORE_SOUND && thing->state.rev == 0;
}

/* A thing that is neither as before nor as after. Files are reports, which may
 * end in the middle; a store that was just made may be empty. */
static void
judge_other(
    struct point *point, const struct thing *thing, bool was_there, bool will_be_there)
{
	if (!was_there && !will_be_there) {
		if (!may_leave(point, thing->path) && !is_told(point, thing->path))
			buf_printf(&point->why, "; left behind: %s", thing->path);
	} else if (thing->kind == THING_STORE && thing->state.is != STORE_SOUND)
		buf_printf(
		    &point->why, "; %s is damaged: %s", thing->path, thing->state.why);
	else if (thing->kind == THING_STORE || was_there)
		buf_printf(
		    &point->why, "; neither as before nor as after: %s", thing->path);
}

void
judge_things(struct point *point, bool *stored)
{
	*stored = false;
	for (size_t i = 0; i < point->found.count; i++) {
		const struct thing *thing = &point->found.things[i];
		const struct thing *was =
		    inventory_find(&point->expected->before, thing->path);
		const struct thing *is =
		    inventory_find(&point->expected->after, thing->path);

		if (thing_same(thing, was) || is_new_store(thing, was))
			continue;
		if (thing_same(thing, is))
			*stored = *stored || thing->kind == THING_STORE;
		else
			judge_other(point, thing, was != NULL, is != NULL);
	}
	for (size_t i = 0; i < point->expected->before.count; i++) {
		const char *path = point->expected->before.things[i].path;

		if (inventory_find(&point->found, path) == NULL &&
		    inventory_find(&point->expected->after, path) != NULL)
			buf_printf(&point->why, "; gone: %s", path);
	}
}

/* Whether stderr itself could not be written to. */
static bool
is_mute(const struct point *point)
{
	return point->expected->report->fd == STDERR_FILENO ||
	    (point->call == CALL_write && strstr(point->plan, ":on:") != NULL);
}

/* Whether the user was told that the store is another now. */
static bool
is_said(struct command_end *end)
{
	static const char *const words[] = { "stored as rev",
		" rev=", "the store is restored" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strstr(buf_string(&end->err), words[i]) != NULL)
			return true;
	return false;
}

void
judge_failure(struct point *point)
{
	struct command_end *end = &point->end;
	bool stored;
	unsigned lines;

	judge_things(point, &stored);
	if (end->hung) {
		buf_printf(&point->why, "; took more than %u s", point->expected->limit);
		return;
	}
	if (end->signal != 0) {
		buf_printf(&point->why, "; signal %d", end->signal);
		return;
	}
	if (end->status == point->expected->golden.status) {
		if (!judge_complete(point))
			buf_printf(
			    &point->why, "; status %d, but not stored", end->status);
		if (!view_equal(buf_as_view(&end->out),
			buf_as_view(&point->expected->golden.out)))
			buf_printf(
			    &point->why, "; status %d, but another output", end->status);
		return;
	}
	if (end->status != 5 && end->status != 6 && end->status != 75)
		buf_printf(&point->why, "; status %d", end->status);
	if (stored && !is_said(end) && !is_mute(point))
		buf_text(&point->why, "; stored, but not said so");
	lines = new_lines(point);
	if (lines != 1 && !is_mute(point))
		buf_printf(&point->why, "; %u lines say why", lines);
}
