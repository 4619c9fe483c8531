/* SPDX-License-Identifier: ISC */
/*
 * against what was seen: random runs create, change, remove and
 * bring back records, and after each of them everything that can be asked is
 * written down. Later the store as of each revision has to say the same, by
 * scans and through indexes; the rows of history have to lead from each state
 * to the next one; and what changed since has to be found.
 */
#include "storing.h"

#include "model/change.h"
#include "model/columns.h"
#include "model/past.h"
#include "model/record_history.h"
#include "model/settings.h"
#include "store/changes.h"
#include "store/history.h"
#include "store/log.h"

/* So many records that the index of the past has to note entries. */
enum { RUNS = 60, FIRST = 500, IDS = 580 };

static unsigned run_count;

/* What there was after each revision. */
static struct {
	struct buf text;
	int64_t when;
} seen[RUNS + 1];

static const struct kind *const kinds[] = { &kind_contact, &kind_organization };

/* Queries that an index serves, those that need a scan, and those that look
 * through references and at times. */
static const struct {
	const struct kind *kind;
	const char *operands[4];
} queries[] = {
	{ &kind_contact, { "organization=Acme" } },
	{ &kind_contact, { "organization=Acme*" } },
	{ &kind_contact, { "email=ann@example.com" } },
	{ &kind_contact, { "labels=vip" } },
	{ &kind_contact, { "labels=vip", "or", "ext.crm=C-1" } },
	{ &kind_contact, { "name=ann*" } },
	{ &kind_contact, { "ext.crm=C-2" } },
	{ &kind_contact, { "client_status=Active" } },
	{ &kind_contact, { "organization.city=Berlin" } },
	{ &kind_contact, { "primary=true" } },
	{ &kind_contact, { "city=Berlin" } },
	{ &kind_contact, { "not", "labels=campus" } },
	{ &kind_contact, { "ann" } },
	{ &kind_contact, { "created_at=2026-10-05" } },
	{ &kind_contact, { "updated_at=-6h.." } },
	{ &kind_contact, { "updated_at=..2026-10-05T20:00:00" } },
	{ &kind_contact, { "rev=10..20" } },
	{ &kind_contact, { "17" } },
	{ &kind_organization, { "contact.city=Berlin" } },
	{ &kind_organization, { "name=bolt" } },
	{ &kind_organization, { "not", "contact=*" } },
	{ &kind_organization, { "primary_contact=*" } },
};

/* References are to ids 1 to 6, which are organizations at first. */
static const struct {
	const struct kind *kind;
	uint16_t slot;
	const char *values[8];
} fields[] = {
	{ &kind_contact, CONTACT_FIRST_NAME, { "", "Ann", "Bob", "Zoë" } },
	{ &kind_contact, CONTACT_LAST_NAME, { "", "Lee", "Núñez" } },
	{ &kind_contact, CONTACT_EMAIL,
	    { "", "ann@example.com", "Ann@Example.com", "bob@example.org" } },
	{ &kind_contact, CONTACT_LABELS, { "", "vip", "vip;campus", "campus" } },
	{ &kind_contact, CONTACT_ORGANIZATION,
	    { "", "\0011", "\0012", "\0013", "\0015", "Acme" } },
	{ &kind_contact, CONTACT_CLIENT_STATUS, { "", "Active", "Prospect" } },
	{ &kind_contact, CONTACT_CITY, { "", "Berlin", "Zürich" } },
	{ &kind_contact, CONTACT_APPROVAL, { "", "", "", "Rejected" } },
	{ &kind_organization, ORGANIZATION_NAME,
	    { "Acme", "Acme Labs", "Bolt", "Zeta" } },
	{ &kind_organization, ORGANIZATION_CITY, { "", "Berlin", "Köln" } },
	{ &kind_organization, ORGANIZATION_PRIMARY_CONTACT,
	    { "", "\0017", "\0018", "\00110" } },
};

static void
fill_form(struct record_form *form, const struct kind *kind, uint16_t ext, uint16_t attr)
{
	static const char *const exts[] = { "", "C-1", "C-2", "C-1;C-2" };

	for (size_t i = 0; i < COUNT(fields); i++) {
		size_t n = 0;

		while (n < 8 && fields[i].values[n] != NULL)
			n++;
		if (fields[i].kind == kind && storing_random(2) == 0)
			record_form_set(form, fields[i].slot,
			    view_of(fields[i].values[storing_random(n)]));
	}
	if (storing_random(3) == 0)
		record_form_set(form, ext, view_of(exts[storing_random(COUNT(exts))]));
	if (storing_random(3) == 0)
		record_form_set(form, attr, view_of(storing_random(2) == 0 ? "" : "XL"));
}

/* Under its old id, as it was before it was removed. */
static void
bring_back(struct txn *txn, uint64_t id, struct fault *fault)
{
	static struct record_form form;
	struct record version, last = { NULL, 0 };
	struct buf kept = BUF_EMPTY;
	struct version_walk walk;
	uint64_t until;
	int found;

	must(version_walk_open(&walk, txn, id, fault), fault);
	while ((found = version_walk_next(&walk, &version, &until, fault)) == 1)
		last = version;
	must(found, fault);
	version_walk_close(&walk);
	if (last.at == NULL)
		return;
	buf_put(&kept, last.at, last.len);
	last.at = (const unsigned char *)kept.at;
	record_form_from(&form, last);
	must(change_restore(txn, kind_by_number(record_kind(last)), id,
		 record_created(last), &form, CAUSE_UNDO, fault),
	    fault);
	txn_undoes(txn, 1);
	buf_release(&kept);
}

static void
change_one(struct txn *txn, uint64_t id, uint16_t ext, uint16_t attr, bool may_return,
    struct fault *fault)
{
	static struct record_form form;
	const struct kind *kind;
	struct record record;
	bool changed;
	int found = txn_record(txn, id, &record, fault);

	must(found, fault);
	if (found == 0) {
		if (may_return && storing_random(8) == 0)
			bring_back(txn, id, fault);
		return;
	}
	kind = kind_by_number(record_kind(record));
	if (storing_random(6) == 0) {
		must(change_remove(txn, kind, id, record, CAUSE_ROW, fault), fault);
		return;
	}
	record_form_from(&form, record);
	fill_form(&form, kind, ext, attr);
	must(change_update(txn, kind, id, record, &form, (uint32_t)id, CAUSE_ORGANIZATION,
		 &changed, fault),
	    fault);
}

struct doing {
	unsigned run;
	uint64_t seed;
};

static int
change_at_random(struct txn *txn, void *context, struct fault *fault)
{
	static const char *const zones[] = { "UTC", "+02:00", "-05:00" };
	static struct record_form form;
	struct doing *doing = context;
	unsigned steps;
	const struct kind *kind;
	uint16_t ext, attr;
	uint64_t id, next;
	bool changed;

	storing_state = doing->seed;
	must(txn_name_slot(txn, NAME_EXT, VIEW("crm"), true, &ext, fault), fault);
	must(txn_name_slot(txn, NAME_ATTR, VIEW("shirt"), true, &attr, fault), fault);
	steps = doing->run == 1 ? FIRST : 1 + (unsigned)storing_random(20);
	for (; steps > 0; steps--) {
		next = txn_next_id(txn);
		if (doing->run == 1 || (storing_random(3) == 0 && next < IDS)) {
			kind = next <= 6 || storing_random(5) == 0 ? &kind_organization
								   : &kind_contact;
			record_form_clear(&form);
			fill_form(&form, kind, ext, attr);
			must(
			    change_create(txn, kind, &form, steps, CAUSE_ROW, &id, fault),
			    fault);
		} else {
			/* The same few again and again. */
			id = 1 + storing_random(storing_random(2) == 0 ? 12 : next);
			/* What comes back under its id hides changes from the log, so
			 * later runs bring back nothing. */
			change_one(txn, id, ext, attr, doing->run < RUNS / 3, fault);
		}
	}
	if (storing_random(10) == 0)
		must(setting_set(txn, VIEW("timezone"), view_of(zones[storing_random(3)]),
			 &changed, fault),
		    fault);
	return 0;
}

struct writing {
	struct buf *out;
	const struct columns *columns;
};

static int
print_record(void *context, uint64_t id, struct record record, struct fault *fault)
{
	struct writing *writing = context;

	for (size_t i = 0; i < writing->columns->count; i++) {
		must(column_print(
			 writing->columns->at[i], id, record, writing->out, fault),
		    fault);
		buf_char(writing->out, '|');
	}
	buf_char(writing->out, '\n');
	return 0;
}

static int
print_id(void *context, uint64_t id, struct record record, struct fault *fault)
{
	(void)record;
	(void)fault;
	buf_printf(context, " %llu", (unsigned long long)id);
	return 0;
}

/* Everything that can be asked, as text. */
static void
write_down(struct buf *out, struct txn *txn)
{
	struct query_options options = {
		.me = "ann", .now = txn_now(txn), .search = true, .optional = true
	};
	struct columns columns = { NULL, NULL, 0 };
	struct writing writing = { out, &columns };
	struct query *query;
	struct fault fault;

	for (size_t i = 0; i < COUNT(kinds); i++) {
		options.kind = kinds[i];
		must(columns_all(&columns, txn, kinds[i], &fault), &fault);
		for (size_t j = 0; j < columns.count; j++)
			buf_printf(out, "%.*s|", (int)column_name(columns.at[j]).len,
			    column_name(columns.at[j]).at);
		buf_char(out, '\n');
		must(query_parse(&query, txn, NULL, 0, &options, &fault), &fault);
		must(query_run(query, print_record, &writing, &fault), &fault);
		query_free(query);
		columns_release(&columns);
	}
	for (size_t i = 0; i < COUNT(queries); i++) {
		size_t n = 0;

		while (n < 4 && queries[i].operands[n] != NULL)
			n++;
		options.kind = queries[i].kind;
		buf_printf(out, "%zu:", i);
		must(query_parse(&query, txn, queries[i].operands, n, &options, &fault),
		    &fault);
		must(query_run(query, print_id, out, &fault), &fault);
		query_free(query);
		buf_char(out, '\n');
	}
	must(setting_get(out, txn, "timezone", &fault), &fault);
	buf_printf(out, "\nrev %llu\n", (unsigned long long)txn_rev(txn));
	buf_string(out);
}

/* Makes the runs; seen[rev] is what could be asked after each. */
static void
make_history(void)
{
	struct doing doing = { .run = 1 };
	struct run_outcome outcome;
	struct fault fault;
	struct txn *txn;
	uint64_t last = 0;
	int64_t now = STORING_NOW;

	storing_seed();
	run_count = getenv("CONTACT_TESTS") != NULL ? RUNS / 2 : RUNS;
	while (last < run_count) {
		doing.seed = storing_state;
		now += 3600;
		must(store_run(storing_store, storing_run_of(now, false),
			 change_at_random, &doing, &outcome, &fault),
		    &fault);
		doing.run++;
		if (outcome.rev == 0)
			continue;
		assert_int_equal(outcome.rev, ++last);
		txn = storing_read();
		write_down(&seen[last].text, txn);
		seen[last].when = now;
		txn_end(txn);
	}
}

static void
forget_history(void)
{
	for (size_t i = 0; i <= RUNS; i++)
		buf_release(&seen[i].text);
}

static struct txn *
read_past(uint64_t rev, bool deleted)
{
	struct past past = { rev, deleted };
	struct fault fault;
	struct txn *txn;

	must(past_begin(&txn, storing_store, &past, &fault), &fault);
	return txn;
}

/* */
static void
test_past_says_what_was_said_then(void **state)
{
	struct buf text = BUF_EMPTY;
	unsigned same = 0;

	(void)state;
	make_history();
	for (uint64_t rev = 1; rev <= run_count; rev++) {
		struct txn *txn = read_past(rev, false);

		buf_clear(&text);
		write_down(&text, txn);
		txn_end(txn);
		if (strcmp(text.at, seen[rev].text.at) != 0)
			fail_msg("as of %llu:\n%s\nthen:\n%s", (unsigned long long)rev,
			    text.at, seen[rev].text.at);
		same += rev > 1 && strcmp(text.at, seen[rev - 1].text.at) == 0;
	}
	/* Answers of another revision would have been noticed. */
	assert_int_equal(same, 0);
	buf_release(&text);
	forget_history();
}

/* What the rows of history so far say of one record. */
struct replay {
	struct {
		char name[40];
		struct buf value;
	} fields[80];
	size_t count;
	uint64_t rev; /* of the last row */
	uint64_t until;
	size_t rows;
};

static struct buf *
replay_field(struct replay *replay, struct view name)
{
	for (size_t i = 0; i < replay->count; i++)
		if (view_is(name, replay->fields[i].name))
			return &replay->fields[i].value;
	assert_true(replay->count < COUNT(replay->fields));
	assert_true(name.len < sizeof(replay->fields[0].name));
	memcpy(replay->fields[replay->count].name, name.at, name.len);
	return &replay->fields[replay->count++].value;
}

static void
replay_release(struct replay *replay)
{
	for (size_t i = 0; i < replay->count; i++)
		buf_release(&replay->fields[i].value);
}

/* Each row begins where the one before it ended, and tells something. */
static int
replay_row(void *context, const struct history_row *row, struct fault *fault)
{
	struct replay *replay = context;
	struct buf *value = replay_field(replay, row->field);

	(void)fault;
	assert_true(row->rev >= replay->rev);
	assert_true(row->rev <= replay->until);
	assert_true(row->when == seen[row->rev].when);
	assert_true(view_is(row->who, "tester"));
	assert_true(view_is(row->program, "test"));
	if (!view_equal(buf_as_view(value), row->from))
		fail_msg("record %llu, revision %llu, %.*s: from %.*s, but it was %.*s",
		    (unsigned long long)row->id, (unsigned long long)row->rev,
		    (int)row->field.len, row->field.at, (int)row->from.len, row->from.at,
		    (int)value->len, value->at);
	assert_false(view_equal(row->from, row->to));
	buf_clear(value);
	buf_view(value, row->to);
	replay->rev = row->rev;
	replay->rows++;
	return 0;
}

/* The kind that an id has at any time, or NULL. */
static const struct kind *
kind_of(struct txn *txn, uint64_t id)
{
	struct record record;
	struct fault fault;
	int found = txn_record(txn, id, &record, &fault);

	must(found, &fault);
	return found == 0 ? NULL : kind_by_number(record_kind(record));
}

/* Whether all fields print in txn as the rows say. Those that speak of other
 * records are called as those are called in the transaction `shown`. */
static void
compare_replay(struct replay *replay, struct txn *txn, struct txn *shown,
    const struct kind *kind, uint64_t id)
{
	struct buf printed = BUF_EMPTY;
	struct record record;
	struct fault fault;
	int found = txn_record(txn, id, &record, &fault);

	must(found, &fault);
	for (size_t i = 0; i < kind->count; i++) {
		const struct field *field = &kind->fields[i];
		const struct buf *told;

		if ((field->flags & (FIELD_SYSTEM | FIELD_ELSEWHERE)) != 0)
			continue;
		buf_clear(&printed);
		if (found == 1)
			must(entity_print(
				 &printed, shown, kind, id, record, field->slot, &fault),
			    &fault);
		told = replay_field(replay, view_of(field->name));
		if (!view_equal(buf_as_view(&printed), buf_as_view(told)))
			fail_msg("record %llu as of %llu, %s: %.*s, its history: %.*s",
			    (unsigned long long)id, (unsigned long long)txn_rev(txn),
			    field->name, (int)printed.len, printed.at, (int)told->len,
			    told->at);
	}
	buf_release(&printed);
}

/* */
static void
test_history_leads_from_state_to_state(void **state)
{
	struct txn *present, *shown;
	struct fault fault;
	size_t rows = 0;

	(void)state;
	make_history();
	present = storing_read();
	shown = read_past(run_count, true);
	for (uint64_t rev = 1; rev <= run_count; rev++) {
		struct txn *past = read_past(rev, false);

		for (uint64_t id = 1; id < txn_next_id(present); id++) {
			const struct kind *kind = kind_of(shown, id);
			struct history_span span = { 0, rev };
			struct replay replay = { .until = rev };

			if (kind == NULL)
				continue;
			must(record_history_each(present, shown, kind, id, &span,
				 replay_row, &replay, &fault),
			    &fault);
			compare_replay(&replay, past, shown, kind, id);
			rows += replay.rows;
			replay_release(&replay);
		}
		txn_end(past);
	}
	assert_true(rows > 1000);
	txn_end(shown);
	txn_end(present);
	forget_history();
}

static int
count_row(void *context, const struct history_row *row, struct fault *fault)
{
	(void)row;
	(void)fault;
	++*(size_t *)context;
	return 0;
}

static bool
has_id(const struct ids *ids, uint64_t id)
{
	for (size_t i = 0; i < ids->count; i++)
		if (ids->at[i] == id)
			return true;
	return false;
}

/* The log says how many records a run changed or removed; looking for them ends
 * when as many images were met. */
static void
compare_counts(struct txn *txn, uint64_t rev)
{
	struct image_walk walk;
	struct log_row row;
	struct record image;
	struct fault fault;
	uint64_t id, images = 0;
	int found;

	assert_int_equal(log_row(txn, rev, &row, &fault), 1);
	must(image_walk_open(&walk, txn, rev, &fault), &fault);
	while ((found = image_walk_next(&walk, &id, &image, &fault)) == 1)
		images++;
	must(found, &fault);
	image_walk_close(&walk);
	assert_int_equal(row.updated + row.deleted, images);
}

/* Whoever has rows since then is among those that are said to have changed; the
 * rows before and after a revision together are all rows. */
static void
test_changes_since_are_found(void **state)
{
	struct txn *present, *shown;
	struct fault fault;
	unsigned found = 0;

	(void)state;
	make_history();
	present = storing_read();
	shown = read_past(run_count, true);
	for (uint64_t since = 0; since <= run_count; since++) {
		struct history_span all = { 0, run_count }, before = { 0, since },
				    after = { since, run_count };
		struct ids ids = { NULL, 0, 0 };
		size_t touched = 0;
		int told = changes_since(present, since, 1000, &ids, &fault);

		must(told, &fault);
		found += told == 1;
		if (since > 0)
			compare_counts(present, since);
		for (uint64_t id = 1; id < txn_next_id(present); id++) {
			const struct kind *kind = kind_of(shown, id);
			size_t n = 0, m = 0, total = 0;

			if (kind == NULL)
				continue;
			must(record_history_each(present, shown, kind, id, &all,
				 count_row, &total, &fault),
			    &fault);
			must(record_history_each(present, shown, kind, id, &before,
				 count_row, &m, &fault),
			    &fault);
			must(record_history_each(
				 present, shown, kind, id, &after, count_row, &n, &fault),
			    &fault);
			assert_int_equal(m + n, total);
			touched += n > 0;
			if (told == 1 && n > 0 && !has_id(&ids, id))
				fail_msg("record %llu has changed since %llu",
				    (unsigned long long)id, (unsigned long long)since);
		}
		/* Fewer than there are cannot be told. */
		if (told == 1 && touched > 1) {
			ids.count = 0;
			assert_int_equal(
			    changes_since(present, since, touched / 2, &ids, &fault), 0);
		}
		ids_release(&ids);
	}
	/* But for runs after one that brought something back. */
	assert_true(found > run_count / 4);
	txn_end(shown);
	txn_end(present);
	forget_history();
}

static int
prune(struct txn *txn, void *context, struct fault *fault)
{
	struct pruned pruned = { 0, 0 };

	return history_prune(txn, *(const uint64_t *)context, &pruned, fault);
}

/* from the horizon on the past is what it was, and history begins. */
static void
test_horizon_takes_nothing_behind_it(void **state)
{
	uint64_t horizon, rev;
	struct buf text = BUF_EMPTY;
	struct fault fault;
	struct past past;
	struct txn *txn;

	(void)state;
	make_history();
	horizon = run_count / 2;
	assert_int_equal(storing_run(prune, &horizon), run_count + 1);
	for (rev = 0; rev < horizon; rev++) {
		past = (struct past){ rev, false };
		assert_int_equal(txn_begin_past(&txn, storing_store, &past, &fault), -1);
		assert_int_equal(fault.kind, FAULT_USAGE);
	}
	for (; rev <= run_count; rev++) {
		txn = read_past(rev, false);
		buf_clear(&text);
		write_down(&text, txn);
		txn_end(txn);
		assert_string_equal(text.at, seen[rev].text.at);
	}
	buf_release(&text);
	forget_history();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    test_past_says_what_was_said_then, storing_begin, storing_end),
		cmocka_unit_test_setup_teardown(
		    test_history_leads_from_state_to_state, storing_begin, storing_end),
		cmocka_unit_test_setup_teardown(
		    test_changes_since_are_found, storing_begin, storing_end),
		cmocka_unit_test_setup_teardown(
		    test_horizon_takes_nothing_behind_it, storing_begin, storing_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
