/* SPDX-License-Identifier: ISC */
/*
 * The second reading. A dump is sorted by kind, and records go fastest into a
 * store, and lie closest in it, in order of id. So each part of the file is
 * read by a window of its own, and the record with the lowest id is taken from
 * whichever has it.
 */
#include "model/load_parts.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/fold.h"
#include "model/settings.h"

/* Records between two reports of progress. */
#define STEP 4096

struct feed {
	struct lines lines;
	struct view line; /* the next one */
	uint64_t id;	  /* of its record; UINT64_MAX for other lines */
	bool there;
};

int
load_refuse(
    const struct load *load, uint64_t line, struct fault *fault, const char *format, ...)
{
	char sentence[600];
	va_list ap;

	va_start(ap, format);
	vsnprintf(sentence, sizeof(sentence), format, ap);
	va_end(ap);
	return fault_set(fault, FAULT_INPUT, "%s:%llu: %s", load->name,
	    (unsigned long long)line, sentence);
}

struct view
load_quoted(struct view text)
{
	text = view_until(text, 60);
	return view_until(text, utf8_valid(text));
}

size_t
load_columns(struct view line, struct view *columns, size_t most)
{
	size_t count = 0;
	const char *tab;

	do {
		tab = memchr(line.at, '\t', line.len);
		columns[count] =
		    tab == NULL ? line : view_until(line, (size_t)(tab - line.at));
		line = tab == NULL
		    ? line
		    : view_make(tab + 1, line.len - (size_t)(tab + 1 - line.at));
		count++;
	} while (tab != NULL && count < most);
	return count;
}

static size_t
setting_count(void)
{
	size_t count = 0;

	while (setting_at(count) != NULL)
		count++;
	return count;
}

int
load_open(struct load **out, int fd, const char *name, uint64_t size, struct fault *fault)
{
	struct load *load = calloc(1, sizeof(*load));

	*out = load;
	if (load == NULL)
		return fault_memory(fault);
	load->fd = fd;
	load->name = name;
	load->size = (off_t)size;
	load->given = calloc(setting_count() + 1, sizeof(*load->given));
	load->parts = calloc(RECORD_FIXED + RECORD_EXTRAS, sizeof(*load->parts));
	if (load->given == NULL || load->parts == NULL)
		return fault_memory(fault);
	return load_scan(load, fault);
}

void
load_close(struct load *load)
{
	if (load == NULL)
		return;
	for (size_t i = 0; load->given != NULL && i < setting_count(); i++)
		buf_release(&load->given[i].value);
	free(load->given);
	free(load->parts);
	ids_release(&load->externals);
	buf_release(&load->prefix);
	buf_release(&load->values);
	buf_release(&load->scratch);
	buf_release(&load->element);
	free(load);
}

uint64_t
load_records(const struct load *load)
{
	return load->records;
}

uint64_t
load_settings(const struct load *load)
{
	return load->settings;
}

static int
check_empty(struct txn *txn, struct fault *fault)
{
	struct record_walk walk;
	struct record record;
	uint64_t id;
	int found;

	if (record_walk_open(&walk, txn, 0, fault) != 0)
		return -1;
	found = record_walk_next(&walk, &id, &record, fault);
	record_walk_close(&walk);
	if (found == 1)
		found = fault_set(fault, FAULT_CONFLICT,
		    "the store has records, and a dump is loaded into an empty store: "
		    "name another with -s");
	return found;
}

/* label, attr.NAME, header. */
static int
take_label(struct load *load, uint64_t line, struct view columns[3], struct fault *fault)
{
	enum name_class class;
	uint16_t slot;
	unsigned char *bits, bit;
	int found = load_extra(load, line, columns[1], &class, &slot, fault);

	if (found == 0)
		return load_refuse(load, line, fault,
		    "\"%.*s\" is neither ext.NAME nor attr.NAME", QUOTED(columns[1]));
	if (found < 0)
		return -1;
	bits = &load->labelled[slot / 8];
	bit = (unsigned char)(1u << slot % 8);
	if ((*bits & bit) != 0)
		return load_refuse(
		    load, line, fault, "a second label of %.*s", QUOTED(columns[1]));
	*bits |= bit;
	buf_clear(&load->scratch);
	if (!dump_unescape(&load->scratch, columns[2]) || load->scratch.len == 0)
		return load_refuse(
		    load, line, fault, "\"%.*s\" is no label", QUOTED(columns[2]));
	if (buf_check(&load->scratch, fault) != 0)
		return -1;
	return txn_name_relabel(load->txn, slot, buf_as_view(&load->scratch), fault);
}

/* set, NAME, VALUE: done at the end, when the picklists are there. */
static int
take_setting(
    struct load *load, uint64_t line, struct view columns[3], struct fault *fault)
{
	struct given *given;
	size_t i = 0;

	while (setting_at(i) != NULL && !view_is(columns[1], setting_at(i)->name))
		i++;
	if (setting_at(i) == NULL)
		return load_refuse(load, line, fault, "no setting is named \"%.*s\"",
		    QUOTED(columns[1]));
	given = &load->given[i];
	if (given->line != 0)
		return load_refuse(load, line, fault, "a second value of the setting %s",
		    setting_at(i)->name);
	given->line = line;
	if (!dump_unescape(&given->value, columns[2]) || given->value.len == 0)
		return load_refuse(load, line, fault, "\"%.*s\" is no value of %s",
		    QUOTED(columns[2]), setting_at(i)->name);
	return buf_check(&given->value, fault);
}

static int
take_other(
    struct load *load, const struct lines *lines, struct view line, struct fault *fault)
{
	struct view columns[4];
	size_t count = load_columns(line, columns, 4);

	load->done += line.len + 1;
	if (count != 3)
		return load_refuse(load, lines->number, fault,
		    "a line of \"%.*s\" has 3 columns, not %zu", QUOTED(columns[0]),
		    count);
	return view_is(columns[0], "label")
	    ? take_label(load, lines->number, columns, fault)
	    : take_setting(load, lines->number, columns, fault);
}

/* Looks at the next line of a part of the file. */
static int
feed_look(struct load *load, struct feed *feed, struct fault *fault)
{
	const struct kind *kind;
	struct view first;
	int found = lines_next(&feed->lines, &feed->line, fault);

	feed->there = found == 1;
	if (found != 1)
		return found;
	feed->id = UINT64_MAX;
	found = load_head(load, feed->lines.number, feed->line, &kind, &feed->id, fault);
	if (found != 0)
		return found < 0 ? -1 : 0;
	load_columns(feed->line, &first, 1);
	return view_is(first, "label") || view_is(first, "set")
	    ? 0
	    : load_refuse(load, feed->lines.number, fault,
		  "\"%.*s\" is no kind of record", QUOTED(first));
}

static struct feed *
first_of(struct feed *feeds, size_t count)
{
	struct feed *first = NULL;

	for (size_t i = 0; i < count; i++)
		if (feeds[i].there && (first == NULL || feeds[i].id < first->id))
			first = &feeds[i];
	return first;
}

static int
take_all(struct load *load, struct feed *feeds, struct fault *fault)
{
	const struct load_report *report = load->report;
	struct feed *feed;

	for (size_t i = 0; i < load->section_count; i++)
		if (feed_look(load, &feeds[i], fault) != 0)
			return -1;
	while ((feed = first_of(feeds, load->section_count)) != NULL) {
		if ((feed->id == UINT64_MAX
			    ? take_other(load, &feed->lines, feed->line, fault)
			    : load_record(load, &feed->lines, feed->line, fault)) != 0 ||
		    feed_look(load, feed, fault) != 0)
			return -1;
		if (report->progress != NULL && load->records % STEP == 0)
			report->progress(report->context, load->done,
			    (uint64_t)load->size, load->records);
	}
	return 0;
}

static int
take_file(struct load *load, struct fault *fault)
{
	struct feed *feeds = calloc(load->section_count + 1, sizeof(*feeds));
	int result;

	if (feeds == NULL)
		return fault_memory(fault);
	for (size_t i = 0; i < load->section_count; i++)
		lines_begin(&feeds[i].lines, load->fd, load->name, load->sections[i].from,
		    load->sections[i].end, load->sections[i].before);
	result = take_all(load, feeds, fault);
	for (size_t i = 0; i < load->section_count; i++)
		lines_release(&feeds[i].lines);
	free(feeds);
	return result;
}

/* What a store without records may still know from records that it had. */
static int
forget_labels(struct load *load, struct fault *fault)
{
	enum name_class class;
	struct view name, label;
	int found = 1;

	for (uint16_t slot = RECORD_FIXED; found == 1; slot++) {
		found = txn_slot_name(load->txn, slot, &class, &name, &label, fault);
		if (found == 1 && label.len > 0 &&
		    txn_name_relabel(load->txn, slot, VIEW(""), fault) != 0)
			return -1;
	}
	return found;
}

/* An edited value is read as one that a user sets; one of a whole dump is what
 * a store had. */
static int
settle(struct load *load, size_t i, struct fault *fault)
{
	const struct setting *setting = setting_at(i);
	const struct given *given = &load->given[i];
	struct view wanted = buf_as_view(&given->value), current;
	bool changed;
	int found;

	if (given->line != 0 && load->edited) {
		if (setting_set(
			load->txn, view_of(setting->name), wanted, &changed, fault) == 0)
			return 0;
		if (fault->kind == FAULT_USAGE || fault->kind == FAULT_CONFLICT) {
			fault->kind = FAULT_INPUT;
			fault_wrap(fault, "%s:%llu", load->name,
			    (unsigned long long)given->line);
		}
		return -1;
	}
	found = txn_setting(load->txn, setting->name, &current, fault);
	if (found < 0)
		return -1;
	if (view_equal(found == 1 ? current : VIEW(""), wanted))
		return 0;
	return txn_set(load->txn, setting->name, wanted, fault);
}

static int
settle_all(struct load *load, struct fault *fault)
{
	for (size_t i = 0; setting_at(i) != NULL; i++) {
		load->settings += load->given[i].line != 0;
		if (settle(load, i, fault) != 0)
			return -1;
	}
	return 0;
}

int
load_all(struct load *load, struct txn *txn, const struct load_report *report,
    struct fault *fault)
{
	load->txn = txn;
	load->report = report;
	load->records = load->settings = load->done = load->last_id = 0;
	load->externals.count = 0;
	memset(load->labelled, 0, sizeof(load->labelled));
	memset(load->names, 0, sizeof(load->names));
	for (size_t i = 0; i < setting_count(); i++) {
		load->given[i].line = 0;
		buf_clear(&load->given[i].value);
	}
	if (check_empty(txn, fault) != 0 || forget_labels(load, fault) != 0 ||
	    take_file(load, fault) != 0 || load_proof(load, fault) != 0)
		return -1;
	return settle_all(load, fault);
}
