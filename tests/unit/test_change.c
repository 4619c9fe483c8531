/* SPDX-License-Identifier: ISC */
/*
 * Records change together with their index entries: whatever is created,
 * changed and removed, the index holds what the records that are left have to
 * have, each entry once, and check is content.
 */
#include "storing.h"

#include "model/change.h"
#include "model/check.h"
#include "model/value.h"

enum { IDS = 400 };

struct entry {
	struct index_key key;
	uint64_t id;
};

struct entries {
	struct entry *at;
	size_t count, cap;
	uint64_t id; /* of the record that is asked */
};

static void
entries_add(struct entries *entries, struct index_key key, uint64_t id)
{
	if (entries->count == entries->cap) {
		entries->cap = entries->cap * 2 + 64;
		entries->at = realloc(entries->at, entries->cap * sizeof(*entries->at));
		assert_non_null(entries->at);
	}
	memset(&entries->at[entries->count], 0, sizeof(*entries->at));
	entries->at[entries->count].key = key;
	entries->at[entries->count++].id = id;
}

static int
take_walked(void *context, struct index_key key, uint64_t id, struct fault *fault)
{
	(void)fault;
	entries_add(context, key, id);
	return 0;
}

static int
take_yielded(void *context, struct index_key key, bool searchable, struct fault *fault)
{
	struct entries *entries = context;

	(void)fault;
	(void)searchable;
	entries_add(entries, key, entries->id);
	return 0;
}

static int
compare_entries(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	int c = memcmp(x->key.bytes, y->key.bytes, INDEX_KEY);

	return c != 0 ? c : (x->id > y->id) - (x->id < y->id);
}

static void
tell_finding(void *context, enum check_level level, const char *text)
{
	(void)context;
	if (level == CHECK_DAMAGE)
		print_error("check: %s\n", text);
}

/* The index and what the records yield, side by side. */
static size_t
compare_index(void)
{
	struct txn *txn = storing_read();
	struct entries walked = { 0 }, yielded = { 0 };
	struct check_outcome outcome;
	struct record_walk walk;
	struct record record;
	struct fault fault;
	size_t count;
	int found;

	must(index_walk(txn, take_walked, &walked, &fault), &fault);
	must(record_walk_open(&walk, txn, 1, &fault), &fault);
	while ((found = record_walk_next(&walk, &yielded.id, &record, &fault)) == 1)
		must(change_entries(txn, kind_by_number(record_kind(record)), yielded.id,
			 record, take_yielded, &yielded, &fault),
		    &fault);
	must(found, &fault);
	record_walk_close(&walk);
	qsort(yielded.at, yielded.count, sizeof(*yielded.at), compare_entries);
	assert_int_equal(walked.count, yielded.count);
	for (size_t i = 0; i < walked.count; i++) {
		assert_int_equal(compare_entries(&walked.at[i], &yielded.at[i]), 0);
		assert_true(
		    i == 0 || compare_entries(&walked.at[i - 1], &walked.at[i]) < 0);
	}
	must(check_store(&outcome, txn, false, tell_finding, NULL, &fault), &fault);
	assert_int_equal(outcome.damages, 0);
	assert_int_equal(outcome.entries, walked.count);
	count = walked.count;
	free(walked.at);
	free(yielded.at);
	txn_end(txn);
	return count;
}

/* Values that meet under folding, lists that repeat, references resolved and
 * not. */
static const struct {
	uint16_t slot;
	const char *values[7];
} fields[] = {
	{ CONTACT_FIRST_NAME, { "", "Ann", "ANN", "Ánn", "Bob", "Zoë" } },
	{ CONTACT_LAST_NAME, { "", "Lee", "lee", "Núñez", "Li" } },
	{ CONTACT_NAME, { "", "", "", "Ann Lee", "Cher" } },
	{ CONTACT_EMAIL,
	    { "", "ann@example.com", "Ann@Example.com", "bob@example.org",
		"no address" } },
	{ CONTACT_OTHER_EMAILS,
	    { "", "a@example.com;b@example.com",
		"a@example.com;A@EXAMPLE.com;a@example.com", "ann@example.com" } },
	{ CONTACT_LABELS,
	    { "", "vip", "vip;VIP;Vip", "vip;campus\\;fair",
		"campus;fair;vip;ärzte;arzte", "\xcc\x81" } },
	{ CONTACT_ORGANIZATION, { "", "\0011", "\0012", "Acme", "ACME", "crm:A-1" } },
	{ CONTACT_FORMER_ORGANIZATIONS,
	    { "", "\0011;\0012", "\0012;\0012", "Acme;\0011" } },
	{ CONTACT_SOURCE, { "", "Website", "Import: crm" } },
	{ CONTACT_CLIENT_STATUS, { "", "Active", "Prospect" } },
	{ CONTACT_CITY, { "", "Berlin", "Zürich" } },
};

struct run_state {
	uint16_t ext, attr;
};

static void
fill_form(struct record_form *form, const struct run_state *now)
{
	/* An external id has one bearer, so each is a new one. */
	static unsigned serial;
	static char ext[64];
	uint64_t shape = storing_random(4);

	serial++;
	ext[0] = '\0';
	if (shape == 1)
		snprintf(ext, sizeof(ext), "C-%u", serial);
	else if (shape == 2)
		snprintf(ext, sizeof(ext), "C-%u;D-%u", serial, serial);
	else if (shape == 3)
		snprintf(ext, sizeof(ext), "C-%u;C-%u;c-%u", serial, serial, serial);
	for (size_t i = 0; i < COUNT(fields); i++) {
		size_t n = 0;

		while (n < 7 && fields[i].values[n] != NULL)
			n++;
		if (storing_random(2) == 0)
			record_form_set(form, fields[i].slot,
			    view_of(fields[i].values[storing_random(n)]));
	}
	if (storing_random(2) == 0)
		record_form_set(form, now->ext, view_of(ext));
	if (storing_random(2) == 0)
		record_form_set(form, now->attr, VIEW("XL"));
}

static int
make_organizations(struct txn *txn, void *context, struct fault *fault)
{
	static struct record_form form;
	uint64_t id;

	(void)context;
	for (int i = 0; i < 2; i++) {
		record_form_clear(&form);
		record_form_set(
		    &form, ORGANIZATION_NAME, view_of(i == 0 ? "Bolt" : "Zeta"));
		must(change_create(
			 txn, &kind_organization, &form, 0, CAUSE_ROW, &id, fault),
		    fault);
	}
	return 0;
}

static void
change_one(struct txn *txn, uint64_t id, const struct run_state *now, struct fault *fault)
{
	static struct record_form form;
	struct record record;
	int found = txn_record(txn, id, &record, fault);
	bool changed, differs;

	must(found, fault);
	if (found == 0)
		return;
	if (storing_random(4) == 0) {
		must(change_remove(txn, &kind_contact, id, record, CAUSE_ROW, fault),
		    fault);
		return;
	}
	record_form_from(&form, record);
	fill_form(&form, now);
	differs = !record_same(record, &form);
	must(change_update(
		 txn, &kind_contact, id, record, &form, 9, CAUSE_ROW, &changed, fault),
	    fault);
	assert_int_equal(changed, differs);
	assert_int_equal(txn_record(txn, id, &record, fault), 1);
	if (changed) {
		assert_int_equal(record.len, txn_written(txn).len);
		assert_memory_equal(record.at, txn_written(txn).at, record.len);
	}
}

static int
change_at_random(struct txn *txn, void *context, struct fault *fault)
{
	static struct record_form form;
	unsigned steps = *(unsigned *)context;
	struct run_state now;
	uint64_t id;

	must(txn_name_slot(txn, NAME_EXT, VIEW("crm"), true, &now.ext, fault), fault);
	must(txn_name_slot(txn, NAME_ATTR, VIEW("shirt"), true, &now.attr, fault), fault);
	while (steps-- > 0) {
		if (storing_random(3) == 0 && txn_next_id(txn) < IDS) {
			record_form_clear(&form);
			fill_form(&form, &now);
			must(change_create(
				 txn, &kind_contact, &form, 8, CAUSE_ROW, &id, fault),
			    fault);
		} else if (txn_next_id(txn) > 3) {
			/* Again and again the same few, forth and back. */
			id = 3 + storing_random(txn_next_id(txn) - 3);
			for (uint64_t n = storing_random(4); n > 0; n--)
				change_one(txn, id, &now, fault);
		}
	}
	return txn_set(txn, "steps", VIEW("done"), fault);
}

static void
the_index_follows_the_records(void **state)
{
	unsigned steps;

	(void)state;
	storing_seed();
	storing_run(make_organizations, NULL);
	for (int runs = 0; runs < 25; runs++) {
		steps = (unsigned)storing_random(runs % 3 == 0 ? 400 : 12);
		storing_run(change_at_random, &steps);
		compare_index();
	}
}

/* How many entries one contact has with these fields. */
static const struct {
	const char *sentence;
	uint16_t slot;
	const char *value;
	size_t entries;
} singles[] = {
	{ "a field that is not indexed", CONTACT_CITY, "Berlin", 0 },
	{ "an indexed one", CONTACT_SOURCE, "Website", 1 },
	{ "a list has one for each element", CONTACT_LABELS, "a;b;c", 3 },
	{ "an element that repeats counts once", CONTACT_LABELS, "vip;b;VIP;vip", 2 },
	{ "an escaped separator parts nothing", CONTACT_LABELS, "a\\;b", 1 },
	{ "what folds to nothing has none", CONTACT_LABELS, "\xcc\x81", 0 },
	{ "a reference", CONTACT_ORGANIZATION, "\0011", 1 },
	{ "a reference that is text", CONTACT_ORGANIZATION, "Acme", 1 },
	{ "a list of references", CONTACT_FORMER_ORGANIZATIONS, "\0011;\0012;\0011;Acme",
	    3 },
};

struct single {
	size_t at;
	uint64_t id;
};

static int
make_single(struct txn *txn, void *context, struct fault *fault)
{
	static struct record_form form;
	struct single *single = context;

	record_form_clear(&form);
	record_form_set(
	    &form, singles[single->at].slot, view_of(singles[single->at].value));
	return change_create(txn, &kind_contact, &form, 0, CAUSE_ROW, &single->id, fault);
}

static int
remove_single(struct txn *txn, void *context, struct fault *fault)
{
	struct single *single = context;
	struct record record;

	assert_int_equal(txn_record(txn, single->id, &record, fault), 1);
	return change_remove(txn, &kind_contact, single->id, record, CAUSE_ROW, fault);
}

static void
each_element_is_entered_once(void **state)
{
	size_t before;

	(void)state;
	storing_run(make_organizations, NULL);
	before = compare_index();
	for (size_t i = 0; i < COUNT(singles); i++) {
		struct single single = { i, 0 };

		print_message("# %s\n", singles[i].sentence);
		storing_run(make_single, &single);
		assert_int_equal(compare_index(), before + singles[i].entries);
		storing_run(remove_single, &single);
		assert_int_equal(compare_index(), before);
	}
}

static int
set_the_same(struct txn *txn, void *context, struct fault *fault)
{
	static struct record_form form;
	struct record record;
	bool changed = true;

	(void)context;
	assert_int_equal(txn_record(txn, 1, &record, fault), 1);
	record_form_from(&form, record);
	record_form_set(&form, ORGANIZATION_NAME, VIEW("Bolt"));
	record_form_set(&form, ORGANIZATION_CITY, VIEW(""));
	must(change_update(txn, &kind_organization, 1, record, &form, 5, CAUSE_ROW,
		 &changed, fault),
	    fault);
	assert_false(changed);
	assert_false(txn_changed(txn));
	return 0;
}

static void
what_is_the_same_is_not_written(void **state)
{
	(void)state;
	assert_int_equal(storing_run(make_organizations, NULL), 1);
	assert_int_equal(storing_run(set_the_same, NULL), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    the_index_follows_the_records, storing_begin, storing_end),
		cmocka_unit_test_setup_teardown(
		    each_element_is_entered_once, storing_begin, storing_end),
		cmocka_unit_test_setup_teardown(
		    what_is_the_same_is_not_written, storing_begin, storing_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
