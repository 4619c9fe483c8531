/* SPDX-License-Identifier: ISC */
/*
 * become ID[-ID] FIELD=VALUE...: makes a record of $CONTACT_STORE, or all of such ids,
 * what rules alone make it, such as an invitation that was sent, so that what follows
 * from that is tested without what leads to it. Hidden fields can be named; values are
 * stored as given.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "model/change.h"
#include "model/value.h"

static uint64_t first, last;
static char **assignments;

static int
become(struct txn *txn, uint64_t id, struct fault *fault)
{
	const struct field *field;
	const struct kind *kind;
	struct record_form form;
	struct record record;
	struct view name;
	size_t i, k;
	bool changed;
	int found = txn_record(txn, id, &record, fault);

	if (found != 1)
		return found < 0 ? -1 : fault_set(fault, FAULT_USAGE, "no such record");
	kind = kind_by_number(record_kind(record));
	record_form_from(&form, record);
	for (i = 0; assignments[i] != NULL; i++) {
		name = view_until(view_of(assignments[i]), strcspn(assignments[i], "="));
		for (k = 0; (field = kind_each(kind, k)) != NULL; k++)
			if (view_is(name, field->name))
				break;
		if (field == NULL || assignments[i][name.len] != '=')
			return fault_set(fault, FAULT_USAGE, "%s?", assignments[i]);
		record_form_set(
		    &form, field->slot, view_of(assignments[i] + name.len + 1));
	}
	return change_update(
	    txn, kind, id, record, &form, 0, CAUSE_INVITATION, &changed, fault);
}

static int
become_all(struct txn *txn, void *context, struct fault *fault)
{
	(void)context;
	for (uint64_t id = first; id <= last; id++)
		if (become(txn, id, fault) != 0)
			return -1;
	return 0;
}

int
main(int argc, char **argv)
{
	const char *now = getenv("CONTACT_NOW");
	struct store_options options = {
		.path = getenv("CONTACT_STORE"), .write = true, .wait = 30
	};
	struct run run = { .who = "rules", .program = "contact-invite", .options = "" };
	struct run_outcome outcome;
	struct store *store;
	struct fault fault;
	bool has_time;
	char *end;

	if (argc < 3 || options.path == NULL || now == NULL ||
	    !date_read(view_of(now), DATE_ISO, 0, &run.now, &has_time))
		return 2;
	first = last = strtoull(argv[1], &end, 10);
	if (*end == '-')
		last = strtoull(end + 1, &end, 10);
	if (*end != '\0')
		return 2;
	assignments = argv + 2;
	if (store_open(&store, &options, &fault) != 0 ||
	    store_run(store, &run, become_all, NULL, &outcome, &fault) != 0) {
		fprintf(stderr, "become: %s\n", fault.text);
		return 1;
	}
	store_close(store);
	return 0;
}
