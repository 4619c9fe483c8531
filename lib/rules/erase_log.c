/* SPDX-License-Identifier: ISC */
/*
 * The log says by its login who ran what, and so who made which record. Of a user
 * who is erased it says #ID instead: that it was somebody, and the same one all
 * along, but not who.
 */
#include "rules/erase_parts.h"

#include <stdio.h>

#include "model/entity.h"
#include "store/history.h"

int
erasing_note_login(struct erasing *erasing, struct record version, struct fault *fault)
{
	struct view login = record_get(version, USER_LOGIN);

	if (erasing->kind != &kind_user || login.len == 0)
		return 0;
	buf_put(&erasing->logins, &erasing->id, sizeof(erasing->id));
	buf_put(&erasing->logins, &login.len, sizeof(login.len));
	buf_view(&erasing->logins, login);
	return buf_check(&erasing->logins, fault);
}

/* Rows of the log that say a login, and what they are to say. */
struct rows {
	struct view login;
	char text[24];
	uint64_t count;
};

static int
name_row(void *context, struct view who, struct view *with, struct fault *fault)
{
	struct rows *rows = context;

	(void)fault;
	if (!view_equal(who, rows->login))
		return 0;
	*with = view_of(rows->text);
	rows->count++;
	return 1;
}

static int
tell(struct erasing *erasing, uint64_t id, const struct rows *rows, struct fault *fault)
{
	char text[80];

	if (rows->count > 0) {
		snprintf(text, sizeof(text), "from %llu rows of the log, which say %s",
		    (unsigned long long)rows->count, rows->text);
		if (erasing_tell(erasing, "erased", &kind_user, id, text, "", fault) != 0)
			return -1;
	}
	return view_is(rows->login, txn_who(erasing->txn))
	    ? erasing_tell(erasing, "left", &kind_user, id,
		  "its login is in the log's row of this run, which it is the user of",
		  "contact-store log", fault)
	    : 0;
}

static int
take_login(struct erasing *erasing, uint64_t id, struct view login, struct fault *fault)
{
	struct rows rows = { .login = login };
	struct ids others = { NULL, 0, 0 };
	int result = entity_find_key(erasing->txn, &kind_user, USER_LOGIN,
	    kind_slot(&kind_user, USER_LOGIN), login, &others, fault);
	size_t count = others.count;

	ids_release(&others);
	if (result != 0)
		return -1;
	/* They would no longer have made what they made. */
	if (count > 0)
		return erasing_tell(erasing, "left", &kind_user, id,
		    "its login, which another user has, is in the log",
		    "contact-store log", fault);
	snprintf(rows.text, sizeof(rows.text), "#%llu", (unsigned long long)id);
	return log_rename(erasing->txn, name_row, &rows, fault) != 0
	    ? -1
	    : tell(erasing, id, &rows, fault);
}

int
erasing_settle_log(struct erasing *erasing, struct fault *fault)
{
	struct view rest = buf_as_view(&erasing->logins), login, before = { NULL, 0 };
	uint64_t id;
	size_t len;
	int result = 0;

	while (result == 0 && rest.len > 0) {
		memcpy(&id, rest.at, sizeof(id));
		memcpy(&len, rest.at + sizeof(id), sizeof(len));
		login = view_make(rest.at + sizeof(id) + sizeof(len), len);
		rest = view_from(rest, sizeof(id) + sizeof(len) + len);
		/* Most versions of a user have the login of the one before. */
		if (!view_equal(login, before))
			result = take_login(erasing, id, login, fault);
		before = login;
	}
	return result;
}
