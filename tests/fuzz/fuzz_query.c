/* SPDX-License-Identifier: ISC */
/*
 * Queries of any bytes, an operand a line, over a small store: refused with a
 * sentence, or answered alike by the index and by asking every record. The
 * first line is read as a list of columns besides.
 */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "model/change.h"
#include "model/columns.h"

enum { MOST_OPERANDS = 4096 };

static struct store *store;
static struct txn *txn;
static char place[] = "/tmp/contact-fuzz-XXXXXX";

static void
need(bool good, const char *what)
{
	if (good)
		return;
	fprintf(stderr, "fuzz_query: %s\n", what);
	abort();
}

/* Attributes of every type, so that their values are read and compared. */
static int
declare(struct txn *run, struct record_form *form, struct fault *fault)
{
	static const char *const attributes[][3] = { { "x", "number", "" },
		{ "born", "date", "" }, { "vip", "flag", "" },
		{ "size", "one-of", "S;M;L" } };
	uint64_t id;

	for (size_t i = 0; i < sizeof(attributes) / sizeof(attributes[0]); i++) {
		record_form_clear(form);
		for (uint16_t slot = 0; slot < 3; slot++)
			record_form_set(form, slot, view_of(attributes[i][slot]));
		if (change_create(run, &kind_attribute, form, 0, CAUSE_ROW, &id, fault) ==
		    -1)
			return -1;
	}
	return 0;
}

static int
create(struct txn *run, void *context, struct fault *fault)
{
	static const char *const names[] = { "Ann", "José", "Müller", "李", "" };
	struct record_form *form = malloc(sizeof(*form));
	struct buf organization = BUF_EMPTY;
	uint16_t ext, attr, born, size;
	uint64_t id;
	int result = 0;

	(void)context;
	if (form == NULL ||
	    txn_name_slot(run, NAME_EXT, VIEW("crm"), true, &ext, fault) == -1 ||
	    txn_name_slot(run, NAME_ATTR, VIEW("x"), true, &attr, fault) == -1 ||
	    txn_name_slot(run, NAME_ATTR, VIEW("born"), true, &born, fault) == -1 ||
	    txn_name_slot(run, NAME_ATTR, VIEW("size"), true, &size, fault) == -1 ||
	    declare(run, form, fault) == -1)
		return -1;
	record_form_clear(form);
	record_form_set(form, ORGANIZATION_NAME, VIEW("Acme Inc."));
	record_form_set(form, ORGANIZATION_DOMAINS, VIEW("acme.example"));
	record_form_set(form, ORGANIZATION_CITY, VIEW("Köln"));
	result = change_create(run, &kind_organization, form, 0, CAUSE_ROW, &id, fault);
	reference_put(&organization, id);
	for (unsigned i = 0; i < 24 && result == 0; i++) {
		char email[40], text[16];

		record_form_clear(form);
		snprintf(email, sizeof(email), "p%u@acme.example", i / 2);
		snprintf(text, sizeof(text), "%u.%u", i, i % 3);
		record_form_set(form, CONTACT_FIRST_NAME, view_of(names[i % 5]));
		record_form_set(form, CONTACT_LAST_NAME, VIEW("Lee"));
		record_form_set(form, CONTACT_EMAIL, view_of(email));
		record_form_set(form, CONTACT_PHONE, VIEW("+1 555 0100"));
		record_form_set(
		    form, CONTACT_LABELS, i % 2 ? VIEW("vip;a\\;b") : VIEW(""));
		record_form_set(
		    form, CONTACT_CLIENT_STATUS, i % 3 ? VIEW("Active") : VIEW("Past"));
		record_form_set(form, CONTACT_ASSIGNED_TO, VIEW("ann"));
		record_form_set(
		    form, CONTACT_APPROVAL, i % 7 ? VIEW("Approved") : VIEW("Rejected"));
		record_form_set(form, CONTACT_ORGANIZATION,
		    i % 4 ? buf_as_view(&organization) : VIEW("Kept as text"));
		record_form_set(form, CONTACT_ARCHIVED_AT,
		    i % 5 ? VIEW("") : VIEW("2026-09-30T23:30:00Z"));
		record_form_set(form, ext, view_of(text));
		record_form_set(form, attr, view_of(text));
		record_form_set(form, born, i % 4 ? VIEW("1990-02-28") : VIEW(""));
		record_form_set(form, size, i % 2 ? VIEW("M") : VIEW("L"));
		result =
		    change_create(run, &kind_contact, form, 0, CAUSE_ROW, &id, fault);
	}
	buf_release(&organization);
	free(form);
	return result;
}

/* The store's files are unlinked at once; nothing is left behind. */
static void
open_store(void)
{
	static const char *const files[] = { "data.mdb", "lock.mdb", "writer.lock" };
	struct store_options options = { .path = place, .write = true, .wait = 1 };
	struct run run = { 1791201600, 1791201600, "ann", "fuzz", "", false, NULL, NULL };
	struct run_outcome outcome;
	struct fault fault = { FAULT_NONE, "" };
	char path[64];

	need(mkdtemp(place) != NULL, "no directory");
	need(store_open(&store, &options, &fault) == 0, fault.text);
	need(store_run(store, &run, create, NULL, &outcome, &fault) == 0, fault.text);
	for (size_t i = 0; i < 3; i++) {
		snprintf(path, sizeof(path), "%s/%s", place, files[i]);
		unlink(path);
	}
	rmdir(place);
}

static int
take(void *context, uint64_t id, struct record record, struct fault *fault)
{
	(void)record;
	return ids_add(context, id, fault);
}

/* What is found is what matches. */
static void
compare(struct query *query)
{
	struct ids found = { NULL, 0, 0 };
	struct fault fault = { FAULT_NONE, "" };
	struct record_walk walk;
	struct record record;
	size_t at = 0;
	uint64_t id;
	int matches;

	need(query_run(query, take, &found, &fault) == 0, fault.text);
	need(record_walk_open(&walk, txn, 0, &fault) == 0, fault.text);
	while (record_walk_next(&walk, &id, &record, &fault) == 1) {
		matches = query_matches(query, id, record, &fault);
		need(matches >= 0, fault.text);
		if (matches == 1)
			need(at < found.count && found.at[at++] == id,
			    "a match was not found");
	}
	need(at == found.count, "what was found does not match");
	record_walk_close(&walk);
	ids_release(&found);
}

/* Every record can be printed in every column that was read. */
static void
print(const struct columns *columns)
{
	struct buf out = BUF_EMPTY;
	struct fault fault = { FAULT_NONE, "" };
	struct record_walk walk;
	struct record record;
	enum value_type type;
	uint64_t id;

	need(record_walk_open(&walk, txn, 0, &fault) == 0, fault.text);
	while (record_walk_next(&walk, &id, &record, &fault) == 1 && id < 12)
		for (size_t i = 0; i < columns->count; i++) {
			struct column *column = columns->at[i];

			buf_clear(&out);
			need(column_type(column, &type, &fault) == 0, fault.text);
			if (record_kind(record) == kind_contact.number)
				need(column_print(column, id, record, &out, &fault) == 0,
				    fault.text);
		}
	record_walk_close(&walk);
	buf_release(&out);
}

static size_t
split(char *text, size_t len, const char **operands)
{
	size_t count = 0, start = 0;

	text[len] = '\n';
	for (size_t i = 0; i <= len && count < MOST_OPERANDS; i++) {
		if (text[i] == '\0')
			text[i] = ' ';
		if (text[i] != '\n')
			continue;
		text[i] = '\0';
		operands[count++] = text + start;
		start = i + 1;
	}
	return count;
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	static const char *operands[MOST_OPERANDS];
	struct query_options options = { .kind = &kind_contact,
		.me = "ann",
		.now = 1791201600,
		.search = true,
		.optional = true };
	struct columns columns = { NULL, NULL, 0 };
	struct fault fault = { FAULT_NONE, "" };
	struct query *query;
	char *text;
	size_t count;

	if (store == NULL)
		open_store();
	if (len > 65536 || (text = malloc(len + 1)) == NULL)
		return 0;
	if (len > 0)
		memcpy(text, bytes, len);
	if (len > 0 && text[0] == 'o')
		options.kind = &kind_organization;
	count = split(text, len, operands);
	/* Ended each time, since what was lent to it is given back then. */
	need(txn_begin(&txn, store, &fault) == 0, fault.text);
	if (query_parse(&query, txn, operands, count, &options, &fault) == 0) {
		compare(query);
		query_free(query);
	} else {
		need(fault.kind == FAULT_USAGE && fault.text[0] != '\0', fault.text);
	}
	if (columns_parse(&columns, txn, options.kind, view_of(text), true, &fault) ==
	    0) {
		if (options.kind == &kind_contact && columns.count < 20)
			print(&columns);
		columns_release(&columns);
	}
	txn_end(txn);
	free(text);
	return 0;
}
