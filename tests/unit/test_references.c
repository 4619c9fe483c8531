/* SPDX-License-Identifier: ISC */
/*
 * References that wait as text. A case is a bearer with a text in one field,
 * then a run that creates a target: what the field holds after it. Everything
 * else of the bearer stays.
 */
#include "storing.h"

#include "model/change.h"
#include "model/check.h"
#include "model/references.h"
#include "model/value.h"

/* Organization 1 is there from the beginning, the bearer is record 2, the
 * target 3; a reference to record N is shown as >N. */
enum { OTHER = 1, BEARER, TARGET };

static const struct settling {
	const char *sentence;
	const struct kind *bearer;
	uint16_t slot;
	const char *waits;
	const struct kind *target;
	const char *fields[3]; /* of the target: FIELD=VALUE */
	const char *becomes;
} cases[] = {
	{ "a name", &kind_contact, CONTACT_ORGANIZATION, "Acme Inc.", &kind_organization,
	    { "name=Acme Inc." }, ">3" },
	{ "a name as search sees it", &kind_contact, CONTACT_ORGANIZATION, "ÁCME inc.",
	    &kind_organization, { "name=Acme  INC." }, ">3" },
	{ "another name", &kind_contact, CONTACT_ORGANIZATION, "Acme", &kind_organization,
	    { "name=Acme Ltd." }, "Acme" },
	{ "a name of more than eight bytes that begins alike", &kind_contact,
	    CONTACT_ORGANIZATION, "Springfield Mills", &kind_organization,
	    { "name=Springfield Mill" }, "Springfield Mills" },
	{ "a record of another kind", &kind_contact, CONTACT_ORGANIZATION, "Acme",
	    &kind_contact, { "name=Acme" }, "Acme" },
	{ "an external id", &kind_contact, CONTACT_ORGANIZATION, "crm:A-1",
	    &kind_organization, { "name=Acme", "ext.crm=A-1" }, ">3" },
	{ "one of several external ids", &kind_contact, CONTACT_ORGANIZATION, "crm:A-1",
	    &kind_organization, { "name=Acme", "ext.crm=A-7;A-1" }, ">3" },
	{ "the id of another system", &kind_contact, CONTACT_ORGANIZATION, "crm:A-1",
	    &kind_organization, { "name=Acme", "ext.erp=A-1" }, "crm:A-1" },
	{ "ids differ in case", &kind_contact, CONTACT_ORGANIZATION, "crm:a-1",
	    &kind_organization, { "name=Acme", "ext.crm=A-1" }, "crm:a-1" },
	{ "a contact by e-mail", &kind_organization, ORGANIZATION_PRIMARY_CONTACT,
	    "ann@acme.example", &kind_contact, { "email=Ann@Acme.example" }, ">3" },
	{ "an element of a list", &kind_contact, CONTACT_FORMER_ORGANIZATIONS,
	    "Bolt;>1;Acme;Zeta", &kind_organization, { "name=acme" }, "Bolt;>1;>3;Zeta" },
	{ "elements that mean the same", &kind_contact, CONTACT_FORMER_ORGANIZATIONS,
	    "Acme;>1;ACME;crm:A-1", &kind_organization, { "name=Acme", "ext.crm=A-1" },
	    ">3;>1" },
	{ "an element with a separator in it", &kind_contact,
	    CONTACT_FORMER_ORGANIZATIONS, "Acme\\; Sons;b\\\\c", &kind_organization,
	    { "name=Acme; Sons" }, ">3;b\\\\c" },
	{ "a reference that is none any more", &kind_contact, CONTACT_ORGANIZATION, ">1",
	    &kind_organization, { "name=Old" }, ">1" },
};

static void
read_marks(struct buf *out, const char *text)
{
	for (; *text != '\0'; text++)
		buf_char(out, *text == '>' ? REFERENCE_MARK : *text);
}

static uint64_t
make(struct txn *txn, const struct kind *kind, const char *const *fields, size_t count,
    struct fault *fault)
{
	static struct record_form form;
	uint64_t id;

	record_form_clear(&form);
	for (size_t i = 0; i < count && fields[i] != NULL; i++) {
		size_t len = strcspn(fields[i], "=");
		struct view name = view_make(fields[i], len);
		const struct field *field = kind_field(kind, name);
		uint16_t slot = field == NULL ? 0 : field->slot;

		if (field == NULL)
			assert_int_equal(txn_name_slot(txn, NAME_EXT, view_from(name, 4),
					     true, &slot, fault),
			    1);
		record_form_set(&form, slot, view_of(fields[i] + len + 1));
	}
	must(change_create(txn, kind, &form, 4, CAUSE_ROW, &id, fault), fault);
	return id;
}

static uint64_t
make_bearer(struct txn *txn, const struct settling *test, struct fault *fault)
{
	static struct record_form form;
	struct buf waits = BUF_EMPTY;
	uint64_t id;

	read_marks(&waits, test->waits);
	record_form_clear(&form);
	record_form_set(&form, test->slot, buf_as_view(&waits));
	record_form_set(&form,
	    test->bearer == &kind_contact ? CONTACT_DESCRIPTION
					  : ORGANIZATION_DESCRIPTION,
	    VIEW("Acme Inc. stays here"));
	must(change_create(txn, test->bearer, &form, 5, CAUSE_ROW, &id, fault), fault);
	buf_release(&waits);
	return id;
}

static int
begin_case(struct txn *txn, void *context, struct fault *fault)
{
	static const char *const other[] = { "name=Old" };

	assert_int_equal(make(txn, &kind_organization, other, 1, fault), OTHER);
	assert_int_equal(make_bearer(txn, context, fault), BEARER);
	return 0;
}

struct settled {
	const struct settling *test;
	uint64_t also;
};

static int
create_target(struct txn *txn, void *context, struct fault *fault)
{
	struct settled *settled = context;

	settled->also = 0;
	assert_int_equal(
	    make(txn, settled->test->target, settled->test->fields, 3, fault), TARGET);
	return references_settle(txn, &settled->also, fault);
}

/* The bearer is what it was but for the field. */
static void
compare_bearer(struct txn *txn, const struct settling *test, bool changed)
{
	struct buf becomes = BUF_EMPTY;
	struct record record;
	struct fault fault;
	uint32_t position = 0;
	struct view value;
	uint16_t slot;
	int count = 0;

	read_marks(&becomes, test->becomes);
	assert_int_equal(txn_record(txn, BEARER, &record, &fault), 1);
	value = record_get(record, test->slot);
	if (!view_equal(value, buf_as_view(&becomes)))
		fail_msg("%s: it is %.*s", test->sentence, (int)value.len, value.at);
	while (record_next(record, &position, &slot, &value))
		count++;
	assert_int_equal(count, 2);
	assert_true(view_is(record_get(record,
				test->bearer == &kind_contact ? CONTACT_DESCRIPTION
							      : ORGANIZATION_DESCRIPTION),
	    "Acme Inc. stays here"));
	assert_int_equal(record_cause(record), changed ? CAUSE_REFERENCE : CAUSE_ROW);
	assert_int_equal(record_rev(record), changed ? 2 : 1);
	assert_int_equal(record_created(record), 1);
	buf_release(&becomes);
}

static void
ignore(void *context, enum check_level level, const char *text)
{
	(void)context;
	if (level == CHECK_DAMAGE)
		print_error("check: %s\n", text);
}

static void
check_all(struct txn *txn)
{
	struct check_outcome outcome;
	struct fault fault;

	must(check_store(&outcome, txn, false, ignore, NULL, &fault), &fault);
	assert_int_equal(outcome.damages, 0);
}

static void
a_text_that_waits_is_resolved(void **state)
{
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct settled settled = { &cases[i], 0 };
		bool changed = strcmp(cases[i].waits, cases[i].becomes) != 0;
		struct txn *txn;

		print_message("# %s\n", cases[i].sentence);
		assert_int_equal(storing_begin(state), 0);
		storing_run(begin_case, (void *)(uintptr_t)&cases[i]);
		storing_run(create_target, &settled);
		txn = storing_read();
		compare_bearer(txn, &cases[i], changed);
		assert_int_equal(settled.also, changed);
		check_all(txn);
		txn_end(txn);
		assert_int_equal(storing_end(state), 0);
	}
}

/* Bearers before the target, beside it and behind it in one run. */
static int
create_all(struct txn *txn, void *context, struct fault *fault)
{
	uint64_t *also = context;

	*also = 0;
	make_bearer(txn, &cases[0], fault);
	make(txn, &kind_organization, cases[0].fields, 3, fault);
	make_bearer(txn, &cases[0], fault);
	return references_settle(txn, also, fault);
}

static int
create_bearers(struct txn *txn, void *context, struct fault *fault)
{
	for (int i = 0; i < 300; i++)
		make_bearer(txn, context, fault);
	return 0;
}

static void
all_bearers_are_resolved(void **state)
{
	struct record record;
	struct record_walk walk;
	struct fault fault;
	struct txn *txn;
	uint64_t also, id, target, bearers = 0;

	(void)state;
	storing_run(create_bearers, (void *)(uintptr_t)&cases[0]);
	storing_run(create_all, &also);
	/* Those that the run created are not counted beside. */
	assert_int_equal(also, 300);
	txn = storing_read();
	must(record_walk_open(&walk, txn, 1, &fault), &fault);
	while (record_walk_next(&walk, &id, &record, &fault) == 1) {
		if (record_kind(record) != kind_contact.number)
			continue;
		bearers++;
		assert_true(
		    reference_id(record_get(record, CONTACT_ORGANIZATION), &target));
		assert_int_equal(target, 302);
	}
	record_walk_close(&walk);
	assert_int_equal(bearers, 302);
	check_all(txn);
	txn_end(txn);
}

static int
settle_only(struct txn *txn, void *context, struct fault *fault)
{
	return references_settle(txn, context, fault);
}

static void
a_run_that_creates_nothing_resolves_nothing(void **state)
{
	uint64_t also = 0;

	(void)state;
	storing_run(begin_case, (void *)(uintptr_t)&cases[0]);
	assert_int_equal(storing_run(settle_only, &also), 0);
	assert_int_equal(also, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_text_that_waits_is_resolved),
		cmocka_unit_test_setup_teardown(
		    all_bearers_are_resolved, storing_begin, storing_end),
		cmocka_unit_test_setup_teardown(
		    a_run_that_creates_nothing_resolves_nothing, storing_begin,
		    storing_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
