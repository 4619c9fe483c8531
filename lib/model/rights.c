/* SPDX-License-Identifier: ISC */
/*
 * Everything is asked of the store at the moment: a user, the role that it refers
 * to, the list in that role. What cannot be read or is not there gives nothing.
 */
#include "model/rights.h"

#include "base/privilege.h"

#include <stdio.h>

#include "model/entity.h"

static const char *const entities[RIGHT_ENTITIES] = { "crm", "mail", "users", "store" };
static const char *const levels[LEVELS] = { "none", "view", "edit", "admin" };

/* The text in front of the sign and that behind it, each one of a table. */
static bool
read_one(struct right *right, struct view element)
{
	const char *sign = memchr(element.at, '=', element.len);
	struct view entity, level;
	size_t e = 0, l = 0;

	if (sign == NULL)
		return false;
	entity = view_until(element, (size_t)(sign - element.at));
	level = view_from(element, entity.len + 1);
	while (e < RIGHT_ENTITIES && !view_is(entity, entities[e]))
		e++;
	while (l < LEVELS && !view_is(level, levels[l]))
		l++;
	*right = (struct right){ (enum right_entity)e, (enum right_level)l };
	return e < RIGHT_ENTITIES && l < LEVELS;
}

bool
rights_read(struct rights *rights, struct view list, const char **entity)
{
	bool given[RIGHT_ENTITIES] = { false }, good = true;
	struct buf scratch = BUF_EMPTY;
	struct view element;
	struct right right;

	*rights = (struct rights){ .of = { LEVEL_NONE } };
	*entity = NULL;
	while (good && list_next(&list, &element, &scratch)) {
		good = element.len > 0 && read_one(&right, element);
		if (good && given[right.entity] &&
		    rights->of[right.entity] != right.level) {
			*entity = entities[right.entity];
			good = false;
		}
		if (good) {
			given[right.entity] = true;
			rights->of[right.entity] = right.level;
		}
	}
	if (!good || scratch.failed)
		*rights = (struct rights){ .of = { LEVEL_NONE } };
	buf_release(&scratch);
	return good;
}

bool
rights_allow(const struct rights *rights, struct right need)
{
	if (rights->of[RIGHT_CRM] < LEVEL_VIEW)
		return false;
	return rights->of[need.entity] >= need.level ||
	    rights->of[RIGHT_CRM] == LEVEL_ADMIN;
}

int
rights_rule(struct txn *txn, struct fault *fault)
{
	struct view value;
	int found;

	/* Whom the files keep out has nothing but his role, whatever the setting. */
	if (privilege_held())
		return 1;
	found = txn_setting(txn, "access", &value, fault);
	return found == 1 ? view_is(value, "roles") : found;
}

int
rights_user(struct txn *txn, struct view login, uint64_t *id, struct record *user,
    struct fault *fault)
{
	const struct field *field = kind_slot(&kind_user, USER_LOGIN);
	struct ids ids = { NULL, 0, 0 };
	int found;

	*id = 0;
	found = entity_find_key(txn, &kind_user, USER_LOGIN, field, login, &ids, fault);
	if (found == 0 && ids.count == 1) {
		*id = ids.at[0];
		found = txn_record(txn, *id, user, fault);
	}
	ids_release(&ids);
	return found;
}

static int
shut_out(struct fault *fault)
{
	return fault_set(fault, FAULT_PERMISSION, "You do not have access to this site.");
}

static bool
has_access(struct record user)
{
	return !view_is(record_get(user, USER_ACCESS), "false");
}

int
rights_check_login(struct txn *txn, struct view login, struct fault *fault)
{
	struct record user;
	uint64_t id;
	int found = rights_user(txn, login, &id, &user, fault);

	if (found < 0)
		return -1;
	return found == 1 && has_access(user) ? 0 : shut_out(fault);
}

/* The sentence is about a right that is missing; why is what there is instead. */
static int
refuse(struct fault *fault, struct view login, struct right need, const char *why,
    struct view name)
{
	return fault_set(fault, FAULT_PERMISSION,
	    "%.*s lacks the right %s=%s in this store: %s%.*s",
	    (int)view_until(login, 80).len, login.at, entities[need.entity],
	    levels[need.level], why, (int)view_until(name, 80).len,
	    name.len > 0 ? name.at : "");
}

static int
refuse_rights(struct fault *fault, struct view login, struct right need,
    const struct rights *rights, struct view role)
{
	char why[80];

	if (rights->of[RIGHT_CRM] < LEVEL_VIEW)
		need = (struct right){ RIGHT_CRM, LEVEL_VIEW };
	snprintf(why, sizeof(why), "%s=%s is that of the role ", entities[need.entity],
	    levels[rights->of[need.entity]]);
	return refuse(fault, login, need, why, role);
}

/* What the role of a user gives, and its name as far as there is one. */
static int
read_role(struct txn *txn, struct record user, struct rights *rights, struct view *name,
    struct fault *fault)
{
	struct record role;
	const char *entity;
	uint64_t id;
	int found;

	*name = record_get(user, USER_ROLE);
	if (!reference_id(*name, &id))
		return 0;
	*name = view_make(NULL, 0);
	found = txn_record(txn, id, &role, fault);
	if (found != 1 || record_kind(role) != kind_role.number)
		return found < 0 ? -1 : 0;
	*name = record_get(role, ROLE_NAME);
	(void)rights_read(rights, record_get(role, ROLE_RIGHTS), &entity);
	return 1;
}

int
rights_check(struct txn *txn, struct view login, struct right need, struct rights *rights,
    struct fault *fault)
{
	const struct view none = { NULL, 0 };
	struct record user;
	struct view role;
	uint64_t id;
	int found = rights_user(txn, login, &id, &user, fault);

	*rights = (struct rights){ .of = { LEVEL_NONE } };
	if (found < 0)
		return -1;
	if (found == 0)
		return refuse(fault, login, need, "no user has this login", none);
	if (!has_access(user))
		return shut_out(fault);
	/* HS-17: whatever the role says. */
	if (view_is(record_get(user, USER_TYPE), "External"))
		return refuse(fault, login, need, "External users see no contact", none);
	found = read_role(txn, user, rights, &role, fault);
	if (found < 0)
		return -1;
	if (found == 0)
		return refuse(fault, login, need,
		    role.len == 0 ? "the user has no role" : "there is no role ", role);
	return rights_allow(rights, need)
	    ? 0
	    : refuse_rights(fault, login, need, rights, role);
}
