/* SPDX-License-Identifier: ISC */
/*
 * Create User (CS-26 to CS-36): what it has of the contact, what of the template
 * user, what it has always. The template is looked up for each, and only copied, so
 * a later change of it changes nobody.
 */
#include "model/account.h"
#include "model/settings.h"
#include "rules/attach.h"
#include "rules/beside.h"

#define TEMPLATE_SETTING "app-i-contact-templateuser"

/* CS-27: exactly these. */
static const uint16_t of_template[] = { USER_DEPARTMENT_ID, USER_COMPANY, USER_TIME_ZONE,
	USER_FORCE_PASSWORD_CHANGE, USER_ADD_PROJECTS, USER_CAN_TRACK_TIME,
	USER_SEND_CORE_EMAIL, USER_DEFAULT_WORKSPACE };
/* CS-26. */
static const struct {
	uint16_t slot, of;
} of_contact[] = { { USER_LOGIN, CONTACT_EMAIL }, { USER_EMAIL, CONTACT_EMAIL },
	{ USER_FIRST_NAME, CONTACT_FIRST_NAME }, { USER_LAST_NAME, CONTACT_LAST_NAME },
	{ USER_PHONE, CONTACT_PHONE } };

#define CELLS_MOST 32

/* CS-29, CS-30. Who joins by an invitation needs no template: *id is 0 then. */
static enum step
find_template(struct import *import, bool needed, uint64_t *id, struct fault *fault)
{
	struct buf name = BUF_EMPTY;
	struct ids ids = { NULL, 0, 0 };
	enum step step = STEP_FAULT;

	if (setting_get(&name, import->txn, TEMPLATE_SETTING, fault) != 0 ||
	    (name.len > 0 &&
		entity_resolve(
		    import->txn, &kind_user, buf_as_view(&name), &ids, fault) != 0))
		goto done;
	step = STEP_GO;
	*id = ids.count == 1 ? ids.at[0] : 0;
	if (*id != 0 || (name.len == 0 && !needed))
		goto done;
	if (name.len == 0)
		step = import_stop(import, STEP_ERROR, "NO_TEMPLATE_USER",
		    "the setting " TEMPLATE_SETTING " names no user to make others from "
		    "(contact-store set " TEMPLATE_SETTING "=LOGIN)");
	else
		step = import_stop(import, STEP_ERROR, "NO_TEMPLATE_USER",
		    "the setting " TEMPLATE_SETTING " is \"%.80s\", and there is no such "
		    "user",
		    buf_string(&name));
done:
	buf_release(&name);
	ids_release(&ids);
	return step;
}

/* CS-31, CS-32. */
static enum step
check_workspace(struct import *import, struct fault *fault)
{
	struct record organization;
	uint64_t id, workspace;

	if (!reference_id(record_form_get(&import->form, CONTACT_ORGANIZATION), &id))
		return import_stop(import, STEP_ERROR, "NO_DEFAULT_WORKSPACE",
		    "organization: a user needs one that has a default workspace");
	if (import_record(import, id, &organization, fault) != 0)
		return STEP_FAULT;
	return reference_id(
		   record_get(organization, ORGANIZATION_DEFAULT_WORKSPACE), &workspace)
	    ? STEP_GO
	    : import_stop(import, STEP_ERROR, "NO_DEFAULT_WORKSPACE",
		  "organization: #%llu has no default workspace (contact-edit -k "
		  "organization --set default_workspace=NAME %llu)",
		  (unsigned long long)id, (unsigned long long)id);
}

/* The user that a contact has; *id 0 for none. */
static int
find_user(struct import *import, uint64_t contact, uint64_t *id, struct fault *fault)
{
	struct record record, user;

	*id = 0;
	return contact == 0 ? 0
	    : import_record(import, contact, &record, fault) != 0
	    ? -1
	    : account_of(import->txn, contact, record, id, &user, fault);
}

enum step
new_user_check(struct import *import, uint64_t id, struct fault *fault)
{
	struct view email = record_form_get(&import->form, CONTACT_EMAIL);
	const struct field *login = kind_slot(&kind_user, USER_LOGIN);
	uint64_t user, template;
	enum step step;

	if (find_user(import, id, &user, fault) != 0)
		return STEP_FAULT;
	/* A file that comes again finds them there. */
	if (user != 0)
		return !import->options.edits
		    ? STEP_GO
		    : import_stop(import, STEP_ERROR, "ALREADY_USER",
			  "#%llu has the user #%llu", (unsigned long long)id,
			  (unsigned long long)user);
	if (email.len == 0)
		return import_stop(
		    import, STEP_ERROR, "REQUIRED", "email: a user needs one");
	step = find_template(import, true, &template, fault);
	if (step == STEP_GO)
		step = check_workspace(import, fault);
	if (step != STEP_GO)
		return step;
	import->others.count = 0;
	if (entity_find_key(import->txn, &kind_user, USER_LOGIN, login, email,
		&import->others, fault) != 0)
		return STEP_FAULT;
	return import->others.count == 0
	    ? STEP_GO
	    : import_stop(import, STEP_ERROR, "LOGIN_IN_USE",
		  "the login \"%.*s\" is that of #%llu",
		  (int)(email.len < 80 ? email.len : 80), email.at,
		  (unsigned long long)import->others.at[0]);
}

static void
add_cell(struct draft *draft, uint16_t slot, struct view value)
{
	if (value.len > 0)
		draft->cells[draft->count++] =
		    (struct cell){ .slot = slot, .value = value };
}

/* A reference as it is read again. */
static struct view
as_typed(struct import *import, struct view value)
{
	struct buf text = BUF_EMPTY;
	struct view copy = value;
	uint64_t id;

	if (reference_id(value, &id)) {
		buf_printf(&text, "#%llu", (unsigned long long)id);
		copy = arena_copy(&import->arena, buf_as_view(&text));
	}
	buf_release(&text);
	return copy;
}

/* What it has of the template. */
static int
fill_template(
    struct import *import, struct draft *draft, uint64_t template, struct fault *fault)
{
	struct record user;
	size_t i;

	if (template == 0)
		return 0;
	if (import_record(import, template, &user, fault) != 0)
		return -1;
	for (i = 0; i < sizeof(of_template) / sizeof(of_template[0]); i++)
		add_cell(draft, of_template[i],
		    as_typed(import,
			arena_copy(&import->arena, record_get(user, of_template[i]))));
	return 0;
}

/* organization is a reference, or empty. */
static int
fill(struct import *import, struct draft *draft, uint64_t id, uint64_t template,
    struct view organization, struct fault *fault)
{
	struct record contact;
	struct buf link = BUF_EMPTY;
	size_t i;

	if (import_record(import, id, &contact, fault) != 0)
		return -1;
	buf_printf(&link, "#%llu", (unsigned long long)id);
	for (i = 0; i < sizeof(of_contact) / sizeof(of_contact[0]); i++)
		add_cell(draft, of_contact[i].slot,
		    arena_copy(&import->arena, record_get(contact, of_contact[i].of)));
	if (fill_template(import, draft, template, fault) != 0) {
		buf_release(&link);
		return -1;
	}
	add_cell(draft, USER_ORGANIZATION, as_typed(import, organization));
	add_cell(draft, USER_CONTACT, arena_copy(&import->arena, buf_as_view(&link)));
	/* CS-28. */
	add_cell(draft, USER_TYPE, VIEW("External"));
	add_cell(draft, USER_DEFAULT_TO_NEXT, VIEW("true"));
	draft_sort(draft);
	buf_release(&link);
	return 0;
}

/* Makes the user; *user is its id. */
static enum step
make(struct import *import, uint64_t id, uint64_t template, struct view organization,
    uint64_t *user, struct fault *fault)
{
	const struct beside_way way = { .kind = &kind_user, .mode = IMPORT_CREATE };
	struct cell cells[CELLS_MOST];
	struct draft draft = { .cells = cells };
	struct beside beside;
	enum step step;

	if (fill(import, &draft, id, template, organization, fault) != 0 ||
	    beside_take(import, &way, &draft, &beside, fault) != 0)
		return STEP_FAULT;
	*user = beside.action == ACTION_CREATED ? beside.id : 0;
	/* The login is a key of users, so who has it was met. */
	step = *user != 0 ? STEP_GO
	    : strcmp(beside.code, "EXISTS") == 0
	    ? import_stop(import, STEP_ERROR, "LOGIN_IN_USE",
		  "email: the address is the login of user #%llu",
		  (unsigned long long)beside.id)
	    : beside_stop(import, &beside);
	beside_release(&beside);
	return step;
}

enum step
new_user_take(struct import *import, uint64_t id, bool *made, struct fault *fault)
{
	struct record contact;
	uint64_t user, template;
	enum step step;

	*made = false;
	if (find_user(import, id, &user, fault) != 0)
		return STEP_FAULT;
	if (user != 0)
		return STEP_GO;
	step = find_template(import, true, &template, fault);
	if (step != STEP_GO)
		return step;
	if (import_record(import, id, &contact, fault) != 0)
		return STEP_FAULT;
	step = make(import, id, template,
	    arena_copy(&import->arena, record_get(contact, CONTACT_ORGANIZATION)), &user,
	    fault);
	*made = step == STEP_GO;
	return step;
}

enum step
new_user_join(struct import *import, uint64_t id, uint64_t *user, struct fault *fault)
{
	struct record contact;
	uint64_t template;
	enum step step;

	if (find_user(import, id, user, fault) != 0)
		return STEP_FAULT;
	if (*user != 0)
		return STEP_GO;
	if (import_record(import, id, &contact, fault) != 0)
		return STEP_FAULT;
	if (record_get(contact, CONTACT_EMAIL).len == 0)
		return import_stop(import, STEP_ERROR, "REQUIRED",
		    "email: the contact has no e-mail address, which would be the login");
	step = find_template(import, false, &template, fault);
	return step == STEP_GO ? make(import, id, template, VIEW(""), user, fault) : step;
}
