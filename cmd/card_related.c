/* SPDX-License-Identifier: ISC */
/*
 * Who refers to the record that is shown: a section for each field of another
 * kind by which that is done. A row of the table below says what the section is
 * called and what of the others is told; a field without a row has a section all
 * the same, behind these.
 */
#include <ctype.h>

#include "card_parts.h"

/* Of longer lists the newest are shown, or the first where there is no time. */
#define MOST 20

struct section {
	const struct kind *kind;
	const char *field;
	const char *heading; /* NULL: told elsewhere on the card */
	const char *told;    /* fields, as value_sum_up takes them */
};

static const struct section sections[] = {
	{ &kind_contact, "organization", "Contacts", "name,primary,title,email,phone" },
	{ &kind_contact, "former_organizations", "Former contacts",
	    "name,title,email,organization" },
	{ &kind_contact, "assigned_to", "Contacts assigned",
	    "name,title,email,organization" },
	{ &kind_organization, "assigned_to", "Organizations assigned", "name,city" },
	{ &kind_organization, "primary_contact", NULL, NULL },
	{ &kind_organization, "default_workspace", "Default workspace of", "name" },
	{ &kind_job, "organization", "Jobs", "title,contact,status,closed_on" },
	{ &kind_job, "contact", "Jobs", "title,organization,status,closed_on" },
	{ &kind_placement, "candidate", "Placements", "job,employment,ended_on,ended" },
	{ &kind_placement, "job", "Placements", "candidate,employment,ended_on,ended" },
	{ &kind_event, "organization", "Events", "title,type" },
	{ &kind_participation, "contact", "Events", "event,role" },
	{ &kind_participation, "event", "Participants", "contact,role" },
	{ &kind_note, "contact", "Notes, meetings and tasks",
	    "type,author,due_on,done,privacy,text" },
	{ &kind_note, "author", "Notes written", "contact,type,text" },
	{ &kind_user, "organization", "Users", "login,user_type,status" },
	{ &kind_user, "role", "Users", "login,user_type,status" },
	{ &kind_user, "contact", NULL, NULL },
	{ &kind_employee, "organization", "Employees",
	    "first_name+last_name,title,number" },
	{ &kind_employee, "contact", NULL, NULL },
	{ &kind_workspace, "organization", "Workspaces", "name" },
	/* They are about the jobs that are told of. */
	{ &kind_status_event, "contact", NULL, NULL },
};

/* CS-17: the primary contact of an organization is shown distinctly. */
static enum writer_colour
colour_of(const struct subject *from, uint64_t id)
{
	uint64_t primary;

	return from->kind == &kind_organization &&
		reference_id(
		    record_get(from->record, ORGANIZATION_PRIMARY_CONTACT), &primary) &&
		primary == id
	    ? COLOUR_GREEN
	    : COLOUR_NONE;
}

static int
put_row(struct card *card, const struct subject *from, const struct section *section,
    uint64_t id, struct buf *name, struct buf *told, struct fault *fault)
{
	struct subject subject;
	struct view when;
	int found = subject_turn(&subject, from, section->kind, id, fault);

	if (found != 1)
		return found;
	if (related_when(from->txn, section->kind, subject.record, &when, fault) != 0)
		return -1;
	buf_clear(name);
	buf_clear(told);
	value_moment(name, when);
	if (name->len == 0) {
		buf_char(name, '#');
		buf_number(name, id);
	}
	if (value_sum_up(told, &subject, section->told, fault) != 0 ||
	    buf_check(name, fault) != 0 || buf_check(told, fault) != 0)
		return -1;
	card_field(card, buf_as_view(name), buf_as_view(told), colour_of(from, id));
	return 0;
}

static int
put_rows(struct card *card, const struct subject *subject, const struct section *section,
    const struct related *related, struct fault *fault)
{
	bool dated = related_is_dated(section->kind);
	size_t from = dated && related->count > MOST ? related->count - MOST : 0, i;
	struct buf name = BUF_EMPTY, told = BUF_EMPTY;
	int result = 0;

	buf_printf(&told, "(%zu", related->count);
	if (related->count > MOST)
		buf_printf(&told, ", the %s %d", dated ? "newest" : "first", MOST);
	buf_char(&told, ')');
	card_heading(card, view_of(section->heading), buf_as_view(&told));
	for (i = from; result == 0 && i < related->count && i < from + MOST; i++)
		result = put_row(
		    card, subject, section, related->rows[i].id, &name, &told, fault);
	buf_release(&name);
	buf_release(&told);
	return result;
}

static int
put_section(struct card *card, const struct subject *subject,
    const struct section *section, const struct field *field, struct fault *fault)
{
	const struct related_search search = { section->kind, field, subject->kind,
		subject->id };
	struct related related = RELATED_EMPTY;
	int result = section->heading == NULL
	    ? 0
	    : related_find(&related, subject->txn, &search, fault);

	if (result == 0 && related.count > 0)
		result = put_rows(card, subject, section, &related, fault);
	related_release(&related);
	return result;
}

static bool
has_row(const struct kind *kind, const struct field *field)
{
	size_t i;

	for (i = 0; i < sizeof(sections) / sizeof(sections[0]); i++)
		if (sections[i].kind == kind &&
		    strcmp(sections[i].field, field->name) == 0)
			return true;
	return false;
}

/* "Invitations", and by which field where its name does not say it. */
static int
put_unknown(struct card *card, const struct subject *subject, const struct kind *kind,
    const struct field *field, struct fault *fault)
{
	struct buf heading = BUF_EMPTY, told = BUF_EMPTY;
	struct section section = { .kind = kind };
	const char *at = kind->columns;
	size_t n;
	int result;

	buf_printf(
	    &heading, "%c%ss", toupper((unsigned char)kind->name[0]), kind->name + 1);
	if (strcmp(field->name, subject->kind->name) != 0)
		buf_printf(&heading, ": %s", field->name);
	for (n = 0; n < heading.len; n++)
		if (heading.at[n] == '_')
			heading.at[n] = ' ';
	for (; *at != '\0'; at += n + (at[n] != '\0')) {
		n = strcspn(at, ",");
		if (view_is(view_make(at, n), "id") || view_is(view_make(at, n), "rev") ||
		    view_is(view_make(at, n), field->name))
			continue;
		if (told.len > 0)
			buf_char(&told, ',');
		buf_put(&told, at, n);
	}
	section.heading = buf_string(&heading);
	section.told = buf_string(&told);
	result = buf_check(&heading, fault) != 0 || buf_check(&told, fault) != 0
	    ? -1
	    : put_section(card, subject, &section, field, fault);
	buf_release(&heading);
	buf_release(&told);
	return result;
}

int
card_related(struct card *card, const struct subject *subject, struct fault *fault)
{
	const struct field *field;
	const struct kind *kind;
	size_t i, j;
	int result = 0;

	for (i = 0; result == 0 && i < sizeof(sections) / sizeof(sections[0]); i++) {
		field = kind_field(sections[i].kind, view_of(sections[i].field));
		if (field != NULL && related_field(field, subject->kind))
			result = put_section(card, subject, &sections[i], field, fault);
	}
	for (i = 0; result == 0 && (kind = kind_at(i)) != NULL; i++)
		for (j = 0; result == 0 && j < kind->count; j++)
			if (related_field(kind->fields + j, subject->kind) &&
			    !has_row(kind, kind->fields + j))
				result = put_unknown(
				    card, subject, kind, kind->fields + j, fault);
	return result;
}
