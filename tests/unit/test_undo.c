/* SPDX-License-Identifier: ISC */
/*
 * X-30 against a model: random runs create, change and remove contacts and
 * organizations that refer to each other, and take each other back, with and
 * without force. The model keeps what every revision left, and says by itself
 * what undoing has to give; the store must hold exactly that and be sound.
 */
#include "storing.h"

#include "model/change.h"
#include "model/check.h"
#include "model/settings.h"
#include "model/value.h"
#include "rules/undo.h"

enum { IDS = 160, REVS = 90, FIELDS = 5, LEN = 48 };

/* Of contacts, then of organizations; the last one is ext.crm. */
enum { PLAIN, CITY, OF, FORMER, EXT };
static const uint16_t slots[2][FIELDS] = {
	{ CONTACT_FIRST_NAME, CONTACT_CITY, CONTACT_ORGANIZATION,
	    CONTACT_FORMER_ORGANIZATIONS, 0 },
	{ ORGANIZATION_NAME, ORGANIZATION_CITY, ORGANIZATION_PRIMARY_CONTACT,
	    ORGANIZATION_DESCRIPTION, 0 },
};

struct thing {
	bool there;
	unsigned kind; /* 0 contact, 1 organization */
	char fields[FIELDS][LEN];
};

static struct thing states[REVS + 2][IDS + 1];
static bool undid[REVS + 2];
static unsigned last_rev, last_id;

static const struct kind *
kind_of(const struct thing *thing)
{
	return thing->kind == 0 ? &kind_contact : &kind_organization;
}

static bool
same(const struct thing *a, const struct thing *b)
{
	if (!a->there || !b->there)
		return a->there == b->there;
	for (size_t i = 0; i < FIELDS; i++)
		if (strcmp(a->fields[i], b->fields[i]) != 0)
			return false;
	return true;
}

static void
put_reference(char *out, unsigned id)
{
	snprintf(out, LEN, "\001%u", id);
}

/* An element of a list, or a whole value. */
static bool
has_element(const char *list, const char *element)
{
	size_t len = strlen(element), n;

	for (; *list != '\0'; list += n + (list[n] == ';')) {
		n = strcspn(list, ";");
		if (n == len && strncmp(list, element, n) == 0)
			return true;
	}
	return false;
}

/* Puts `new` once in the place of every `old` or `new`. */
static void
replace(char *list, const char *old, const char *new)
{
	char out[LEN] = "", element[LEN];
	const char *at = list;
	bool put = false, meant;
	size_t n;

	for (; *at != '\0'; at += n + (at[n] == ';')) {
		n = strcspn(at, ";");
		snprintf(element, sizeof(element), "%.*s", (int)n, at);
		meant = strcmp(element, old) == 0 || strcmp(element, new) == 0;
		if (meant && (put || new[0] == '\0'))
			continue;
		put |= meant;
		if (out[0] != '\0')
			strcat(out, ";");
		strcat(out, meant ? new : element);
	}
	strcpy(list, out);
}

/* What becomes of a reference to an id that is gone: organizations are called
 * by their id all along, and a primary contact is lost. */
static void
lose(struct thing *thing, unsigned id)
{
	char reference[LEN], text[LEN];

	put_reference(reference, id);
	snprintf(text, sizeof(text), "Org%u", id);
	if (thing->kind == 1) {
		if (strcmp(thing->fields[OF], reference) == 0)
			thing->fields[OF][0] = '\0';
		return;
	}
	if (has_element(thing->fields[OF], reference))
		replace(thing->fields[OF], reference, text);
	if (has_element(thing->fields[FORMER], reference))
		replace(thing->fields[FORMER], reference, text);
}

static bool
refers(const struct thing *thing, unsigned id)
{
	char reference[LEN];

	put_reference(reference, id);
	return thing->there &&
	    (has_element(thing->fields[OF], reference) ||
		(thing->kind == 0 && has_element(thing->fields[FORMER], reference)));
}

/* The model's undoing: 1 done, 0 refused. */
enum action { NOTHING, BACK, CHANGE, GO };

static unsigned
last_touch(unsigned id)
{
	unsigned rev = last_rev;

	while (rev > 0 && same(&states[rev][id], &states[rev - 1][id]))
		rev--;
	return rev;
}

/* What to do with a touched record, or -1 for a conflict; made is its form. */
static int
decide(unsigned rev, unsigned id, bool force, struct thing *made)
{
	const struct thing *before = &states[rev - 1][id], *after = &states[rev][id];
	const struct thing *now = &states[last_rev][id];
	unsigned last = last_touch(id);

	if (same(now, before))
		return NOTHING;
	*made = *before;
	if (last == rev || (same(now, after) && undid[last]))
		return !before->there ? GO : !now->there ? BACK : CHANGE;
	if (!force)
		return -1;
	if (!before->there)
		return GO;
	if (!now->there)
		return after->there ? NOTHING : BACK;
	if (!after->there)
		return NOTHING;
	*made = *now;
	for (size_t i = 0; i < FIELDS; i++)
		if (strcmp(before->fields[i], after->fields[i]) != 0)
			strcpy(made->fields[i], before->fields[i]);
	return same(made, now) ? NOTHING : CHANGE;
}

static bool
keys_conflict(const struct thing *made, const enum action *actions)
{
	const struct thing *now = states[last_rev];

	for (unsigned id = 1; id <= last_id; id++) {
		const char *key = made[id].fields[EXT];

		if ((actions[id] != BACK && actions[id] != CHANGE) || key[0] == '\0' ||
		    (now[id].there && strcmp(now[id].fields[EXT], key) == 0))
			continue;
		for (unsigned other = 1; other <= last_id; other++)
			if (other != id && now[other].there && made[other].there &&
			    made[other].kind == made[id].kind &&
			    strcmp(now[other].fields[EXT], key) == 0 &&
			    strcmp(made[other].fields[EXT], key) == 0)
				return true;
	}
	return false;
}

static bool
model_undo(unsigned rev, bool force, struct thing *made)
{
	enum action actions[IDS + 1] = { NOTHING };
	char reference[LEN], text[LEN];
	bool refused = false;

	memcpy(made, states[last_rev], sizeof(states[0]));
	for (unsigned id = 1; id <= last_id; id++) {
		struct thing form;
		int action;

		if (same(&states[rev][id], &states[rev - 1][id]))
			continue;
		action = decide(rev, id, force, &form);
		refused |= action < 0;
		if (action <= NOTHING)
			continue;
		actions[id] = (enum action)action;
		made[id] = form;
		if (action == GO)
			made[id].there = false;
	}
	refused |= keys_conflict(made, actions);
	for (unsigned id = 1; id <= last_id; id++)
		for (unsigned by = 1; by <= last_id; by++)
			if (refers(&made[by], id) && !made[id].there) {
				refused |= !force && actions[by] == NOTHING;
				lose(&made[by], id);
			}
	for (unsigned id = 1; id <= last_id; id++) {
		if (actions[id] != BACK || made[id].kind != 1)
			continue;
		put_reference(reference, id);
		snprintf(text, sizeof(text), "Org%u", id);
		for (unsigned by = 1; by <= last_id; by++)
			if (made[by].there && made[by].kind == 0) {
				if (has_element(made[by].fields[OF], text))
					strcpy(made[by].fields[OF], reference);
				if (has_element(made[by].fields[FORMER], text))
					replace(made[by].fields[FORMER], text, reference);
			}
	}
	return !refused;
}

static void
tell_finding(void *context, enum check_level level, const char *text)
{
	(void)context;
	if (level == CHECK_DAMAGE)
		print_error("check: %s\n", text);
}

static void
must_be_sound(void)
{
	struct txn *txn = storing_read();
	struct check_outcome outcome;
	struct fault fault;

	must(check_store(&outcome, txn, false, tell_finding, NULL, &fault), &fault);
	assert_int_equal(outcome.damages, 0);
	txn_end(txn);
}

static uint16_t
slot_of(struct txn *txn, const struct thing *thing, size_t field)
{
	struct fault fault;
	uint16_t slot = 0;

	if (field != EXT)
		return slots[thing->kind][field];
	must(txn_name_slot(txn, NAME_EXT, VIEW("crm"), txn_writes(txn), &slot, &fault),
	    &fault);
	return slot;
}

/* The store holds what the model does, field by field, and nothing else. */
static void
compare(const struct thing *made)
{
	struct txn *txn = storing_read();
	struct record record;
	struct fault fault;

	for (unsigned id = 1; id <= last_id; id++) {
		int found = txn_record(txn, id, &record, &fault);
		uint32_t position = 0;
		struct view value;
		uint16_t slot;
		size_t count = 0;

		must(found, &fault);
		if (found != made[id].there)
			fail_msg("#%u is %s", id, found ? "there" : "gone");
		if (found == 0)
			continue;
		assert_int_equal(record_kind(record), kind_of(&made[id])->number);
		for (size_t i = 0; i < FIELDS; i++) {
			slot = slot_of(txn, &made[id], i);
			value = slot == 0 && i == EXT ? view_make(NULL, 0)
						      : record_get(record, slot);
			count += value.len > 0;
			if (!view_is(value, made[id].fields[i]))
				fail_msg("#%u, slot %u: \"%.*s\" is not \"%s\"", id, slot,
				    (int)value.len, value.at, made[id].fields[i]);
		}
		while (record_next(record, &position, &slot, &value))
			count--;
		assert_int_equal(count, 0);
	}
	txn_end(txn);
	must_be_sound();
}

static struct record_form form;

static void
fill(struct txn *txn, const struct thing *thing)
{
	record_form_clear(&form);
	for (size_t i = 0; i < FIELDS; i++)
		if (thing->fields[i][0] != '\0')
			record_form_set(
			    &form, slot_of(txn, thing, i), view_of(thing->fields[i]));
}

/* A record of that kind that is there, or 0. */
static unsigned
pick(const struct thing *made, unsigned kind)
{
	unsigned start = (unsigned)storing_random(IDS), id;

	for (unsigned i = 0; i < IDS; i++) {
		id = (start + i) % IDS + 1;
		if (made[id].there && made[id].kind == kind)
			return id;
	}
	return 0;
}

static bool
key_taken(const struct thing *made, unsigned kind, const char *key)
{
	for (unsigned id = 1; id <= last_id; id++)
		if (made[id].there && made[id].kind == kind &&
		    strcmp(made[id].fields[EXT], key) == 0)
			return true;
	return false;
}

static void
change_field(const struct thing *made, struct thing *thing, size_t field)
{
	static const char *const words[] = { "", "Ann", "Berlin", "Bob", "Oslo", "Zoë" };
	char text[LEN] = "", more[LEN];
	unsigned id = pick(made, thing->kind == 0), other;

	switch (field) {
	case PLAIN: /* an organization keeps its name */
		if (thing->kind == 0)
			strcpy(thing->fields[PLAIN], words[storing_random(6)]);
		return;
	case OF:
		if (id != 0 && storing_random(4) > 0)
			put_reference(text, id);
		break;
	case FORMER:
		other = pick(made, 1);
		if (thing->kind == 0 && id != 0 && storing_random(4) > 0)
			put_reference(text, id);
		if (text[0] != '\0' && other != 0 && other != id) {
			put_reference(more, other);
			strcat(strcat(text, ";"), more);
		}
		if (thing->kind == 1)
			strcpy(text, words[storing_random(6)]);
		break;
	case EXT:
		snprintf(text, sizeof(text), "K%u", (unsigned)storing_random(30));
		if (key_taken(made, thing->kind, text) || storing_random(4) == 0)
			text[0] = '\0';
		break;
	default:
		strcpy(text, words[storing_random(6)]);
		break;
	}
	strcpy(thing->fields[field], text);
}

static bool
referred(const struct thing *made, unsigned id)
{
	for (unsigned by = 1; by <= last_id; by++)
		if (refers(&made[by], id))
			return true;
	return false;
}

/* One step of an ordinary run, in the model and in the store. */
static int
act(struct txn *txn, struct thing *made, struct fault *fault)
{
	unsigned kind = storing_random(3) == 0, id = pick(made, kind);
	struct thing thing = { .there = true, .kind = kind };
	struct record record;
	uint64_t new;
	bool changed;

	if (id == 0 || (storing_random(3) == 0 && last_id < IDS)) {
		if (last_id == IDS)
			return 0;
		if (kind == 1)
			snprintf(thing.fields[PLAIN], LEN, "Org%u", last_id + 1);
		for (size_t i = 0; i < FIELDS; i++)
			change_field(made, &thing, i);
		fill(txn, &thing);
		must(
		    change_create(txn, kind_of(&thing), &form, 0, CAUSE_ROW, &new, fault),
		    fault);
		made[++last_id] = thing;
		assert_int_equal(new, last_id);
		return 0;
	}
	if (storing_random(4) == 0) {
		if (referred(made, id))
			return 0;
		must(txn_record(txn, id, &record, fault), fault);
		made[id].there = false;
		return change_remove(
		    txn, kind_of(&made[id]), id, record, CAUSE_ROW, fault);
	}
	change_field(made, &made[id], storing_random(FIELDS));
	fill(txn, &made[id]);
	must(txn_record(txn, id, &record, fault), fault);
	return change_update(
	    txn, kind_of(&made[id]), id, record, &form, 0, CAUSE_ROW, &changed, fault);
}

static int
act_some(struct txn *txn, void *context, struct fault *fault)
{
	struct thing *made = context;
	unsigned steps = 1 + (unsigned)storing_random(6);

	for (unsigned i = 0; i < steps; i++)
		must(act(txn, made, fault), fault);
	return 0;
}

struct undoing {
	uint64_t rev;
	bool force;
	struct undo_counts counts;
	uint64_t rows, errors;
	uint64_t last_id;
	bool ordered;
};

static void
take_result(void *context, const struct undo_result *result)
{
	struct undoing *undoing = context;

	undoing->rows++;
	undoing->errors += result->action == UNDO_ERROR;
	undoing->ordered &= result->id > undoing->last_id;
	undoing->last_id = result->id;
	assert_int_equal(result->action == UNDO_ERROR, result->code[0] != '\0');
}

static int
undo_work(struct txn *txn, void *context, struct fault *fault)
{
	struct undoing *undoing = context;
	const struct undo_report report = {
		.context = undoing, .all = true, .result = take_result
	};

	undoing->rows = undoing->errors = undoing->last_id = 0;
	undoing->ordered = true;
	return undo_revision(
	    txn, undoing->rev, undoing->force, &report, &undoing->counts, fault);
}

/* The revision that undoing made, 0 for none; -1 when it was refused. */
static int64_t
undo(uint64_t rev, bool force, struct undo_counts *counts)
{
	struct undoing undoing = { .rev = rev, .force = force };
	struct run_outcome outcome;
	struct fault fault;
	uint64_t sum = 0;

	if (store_run(storing_store, storing_run_of(STORING_NOW, false), undo_work,
		&undoing, &outcome, &fault) != 0) {
		assert_int_equal(fault.kind, FAULT_CONFLICT);
		assert_true(undoing.errors > 0);
		return -1;
	}
	assert_int_equal(undoing.errors, 0);
	assert_true(undoing.ordered);
	for (size_t i = 0; i < UNDO_ACTIONS; i++)
		sum += undoing.counts.by_action[i];
	assert_int_equal(sum, undoing.rows);
	if (counts != NULL)
		*counts = undoing.counts;
	return (int64_t)outcome.rev;
}

static void
test_model(void **state)
{
	static struct thing made[IDS + 1];
	unsigned done = 0, refused = 0, forced = 0, rev, ids;
	bool force;
	int64_t got;

	(void)state;
	storing_seed();
	last_rev = last_id = 0;
	memset(states[0], 0, sizeof(states[0]));
	while (last_rev < REVS) {
		if (last_rev == 0 || storing_random(3) > 0) {
			memcpy(made, states[last_rev], sizeof(made));
			undid[last_rev + 1] = false;
			ids = last_id;
			if (storing_run(act_some, made) == 0) {
				last_id = ids;
				continue;
			}
		} else {
			/* Mostly young ones, which can be undone. */
			rev = last_rev -
			    (unsigned)storing_random(storing_random(2) == 0
				    ? last_rev
				    : (last_rev < 4 ? last_rev : 4));
			force = storing_random(2) == 0;
			undid[last_rev + 1] = true;
			got = undo(rev, force, NULL);
			if (!model_undo(rev, force, made)) {
				assert_int_equal(got, -1);
				refused++;
				compare(states[last_rev]);
				continue;
			}
			if (got < 0)
				fail_msg("undoing %u in %u is refused", rev, last_rev);
			done++;
			forced += force;
			compare(made);
			if (got == 0) {
				assert_memory_equal(made, states[last_rev], sizeof(made));
				continue;
			}
		}
		last_rev++;
		memcpy(states[last_rev], made, sizeof(made));
		compare(made);
	}
	print_message(
	    "# %u undone, %u of them forced, %u refused\n", done, forced, refused);
	assert_true(done > 5 && refused > 0);
}

/* Everything that records hold, with the revisions that they count as created
 * by. */
static void
dump(struct buf *out)
{
	struct txn *txn = storing_read();
	struct record_walk walk;
	struct record record;
	struct fault fault;
	uint64_t id;
	int found;

	buf_clear(out);
	must(record_walk_open(&walk, txn, 1, &fault), &fault);
	while ((found = record_walk_next(&walk, &id, &record, &fault)) == 1) {
		uint32_t position = 0;
		struct view value;
		uint16_t slot;

		buf_printf(out, "%llu %u %u\n", (unsigned long long)id,
		    record_kind(record), record_created(record));
		while (record_next(record, &position, &slot, &value))
			buf_printf(out, "%u=%.*s\n", slot, (int)value.len, value.at);
	}
	must(found, &fault);
	record_walk_close(&walk);
	txn_end(txn);
}

static void
must_equal(const struct buf *a, const struct buf *b)
{
	assert_int_equal(a->len, b->len);
	assert_memory_equal(a->at, b->at, a->len);
	must_be_sound();
}

/* So many that the index is made anew: contacts of the organization that stays,
 * which changes too, and of one of their own. */
struct many {
	unsigned count;
	const char *prefix;
};

static int
make_many(struct txn *txn, void *context, struct fault *fault)
{
	const struct many *many = context;
	char name[32], key[32], reference[LEN];
	struct record record;
	uint64_t own, id;
	uint16_t slot;
	bool changed;

	must(txn_name_slot(txn, NAME_EXT, VIEW("crm"), true, &slot, fault), fault);
	if (txn_record(txn, 1, &record, fault) == 1) {
		record_form_from(&form, record);
		record_form_set(&form, ORGANIZATION_CITY, view_of(many->prefix));
		must(change_update(txn, &kind_organization, 1, record, &form, 0,
			 CAUSE_ROW, &changed, fault),
		    fault);
	}
	record_form_clear(&form);
	record_form_set(&form, ORGANIZATION_NAME, view_of(many->prefix));
	must(change_create(txn, &kind_organization, &form, 0, CAUSE_ROW, &own, fault),
	    fault);
	put_reference(reference, (unsigned)own);
	for (unsigned i = 0; i < many->count; i++) {
		snprintf(name, sizeof(name), "%s %u", many->prefix, i % 7);
		snprintf(key, sizeof(key), "%s-%u", many->prefix, i);
		record_form_clear(&form);
		record_form_set(&form, CONTACT_LAST_NAME, view_of(name));
		record_form_set(&form, CONTACT_ORGANIZATION,
		    i % 2 == 0 ? VIEW("\0011") : view_of(reference));
		record_form_set(&form, slot, view_of(key));
		must(change_create(txn, &kind_contact, &form, i, CAUSE_ROW, &id, fault),
		    fault);
	}
	return 0;
}

static void
test_many(void **state)
{
	struct many first = { 300, "Acme" }, second = { 4000, "Globex" };
	struct buf before = BUF_EMPTY, after = BUF_EMPTY, now = BUF_EMPTY;
	struct undo_counts counts;
	int64_t rev;

	(void)state;
	storing_run(make_many, &first);
	dump(&before);
	rev = (int64_t)storing_run(make_many, &second);
	dump(&after);
	for (unsigned i = 0; i < 3; i++) {
		rev = undo((uint64_t)rev, false, &counts);
		assert_int_equal(counts.by_action[UNDO_DELETED], second.count + 1);
		assert_int_equal(counts.by_action[UNDO_UPDATED], 1);
		dump(&now);
		must_equal(&now, &before);
		rev = undo((uint64_t)rev, false, &counts);
		assert_int_equal(counts.by_action[UNDO_CREATED], second.count + 1);
		dump(&now);
		must_equal(&now, &after);
	}
	/* The first one again, since only undoing has touched it; then nothing
	 * is left to do. */
	assert_true(undo(2, false, NULL) > 0);
	dump(&now);
	must_equal(&now, &before);
	assert_int_equal(undo(2, false, &counts), 0);
	assert_int_equal(counts.by_action[UNDO_UNCHANGED], second.count + 2);
	buf_release(&before);
	buf_release(&after);
	buf_release(&now);
}

/* One change of one record; no fields: it goes. */
struct single {
	uint64_t id; /* 0: a new one */
	const struct kind *kind;
	uint16_t slot;
	const char *value;
};

static int
change_single(struct txn *txn, void *context, struct fault *fault)
{
	const struct single *single = context;
	struct record record;
	uint64_t id;
	bool changed;

	record_form_clear(&form);
	if (single->value != NULL)
		record_form_set(&form, single->slot, view_of(single->value));
	if (single->id == 0)
		return change_create(txn, single->kind, &form, 0, CAUSE_ROW, &id, fault);
	must(txn_record(txn, single->id, &record, fault), fault);
	return single->value == NULL
	    ? change_remove(txn, single->kind, single->id, record, CAUSE_ROW, fault)
	    : change_update(txn, single->kind, single->id, record, &form, 0, CAUSE_ROW,
		  &changed, fault);
}

static uint64_t
change(uint64_t id, const struct kind *kind, uint16_t slot, const char *value)
{
	struct single single = { id, kind, slot, value };

	return storing_run(change_single, &single);
}

static void
must_be_of(uint64_t id, const char *organization)
{
	struct txn *txn = storing_read();
	struct record record;
	struct fault fault;

	assert_int_equal(txn_record(txn, id, &record, &fault), 1);
	if (!view_is(record_get(record, CONTACT_ORGANIZATION), organization))
		fail_msg("#%u is not of %s", (unsigned)id, organization);
	txn_end(txn);
	must_be_sound();
}

/* What refers to a record that goes, waits for it, or comes back when it is
 * gone. */
static void
test_references(void **state)
{
	struct undo_counts counts;

	(void)state;
	change(0, &kind_organization, ORGANIZATION_NAME, "Org1");
	change(0, &kind_contact, CONTACT_CITY, "Oslo");
	change(2, &kind_contact, CONTACT_ORGANIZATION, "\0011");
	assert_int_equal(undo(1, false, NULL), -1);
	must_be_of(2, "\0011");
	assert_int_equal(undo(1, true, &counts), 4);
	assert_int_equal(counts.also, 1);
	must_be_of(2, "Org1");
	change(0, &kind_contact, CONTACT_ORGANIZATION, "ORG1");
	assert_int_equal(undo(4, false, &counts), 6);
	assert_int_equal(counts.also, 1);
	must_be_of(2, "\0011");
	must_be_of(3, "\0011");
	change(3, &kind_contact, 0, NULL);
	assert_int_equal(undo(6, false, NULL), -1); /* 3 is gone */
	assert_int_equal(undo(6, true, NULL), 8);
	must_be_of(2, "Org1");
	assert_int_equal(undo(7, false, NULL), 9);
	must_be_of(3, "Org1");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_model, storing_begin, storing_end),
		cmocka_unit_test_setup_teardown(test_many, storing_begin, storing_end),
		cmocka_unit_test_setup_teardown(
		    test_references, storing_begin, storing_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
