/* SPDX-License-Identifier: ISC */
/*
 * The card of a contact: who it is, how it stands with us in marks, what is held
 * of it, and at the bottom the account (TW-2), which is another record and never
 * follows from this one.
 */
#include "card_parts.h"

#include "base/fold.h"
#include "model/account.h"
#include "model/banner.h"

/* What stands elsewhere on the card than in the row of its table. */
#define ELSEWHERE                                                                        \
	"first_name,middle_name,last_name,suffix,name,title,department,"                 \
	"organization,former_organizations,primary,client_status,candidate_status,type," \
	"hiring_manager,"                                                                \
	"approval,visibility,do_not_email,do_not_call,email_status,archived_at,"         \
	"mailable,user,user_status,employee"

static bool
has(const struct subject *subject, uint16_t slot, const char *value)
{
	return view_is(record_get(subject->record, slot), value);
}

static int
print(
    struct buf *out, const struct subject *subject, const char *name, struct fault *fault)
{
	const struct field *field = kind_field(subject->kind, view_of(name));

	buf_clear(out);
	if (value_tell(out, subject, field, field->slot, fault) != 0)
		return -1;
	return buf_check(out, fault);
}

static int
put_title(struct card *card, const struct subject *subject, struct fault *fault)
{
	struct buf text = BUF_EMPTY, note = BUF_EMPTY;
	int result = print(&text, subject, "name", fault);

	buf_text(&note, "contact ");
	buf_number(&note, subject->id);
	if (result == 0 && text.len == 0)
		result = print(&text, subject, "email", fault);
	if (result == 0)
		card_title(card, text.len > 0 ? buf_as_view(&text) : VIEW("(no name)"),
		    buf_as_view(&note));
	buf_clear(&text);
	if (result == 0)
		result = value_sum_up(&text, subject, "title,department", fault);
	if (result == 0 && text.len > 0)
		card_text(card, buf_as_view(&text));
	if (result == 0)
		result = buf_check(&note, fault) + buf_check(&text, fault);
	buf_release(&text);
	buf_release(&note);
	return result == 0 ? 0 : -1;
}

/* TR-50: the text and the colour that settings give the type, then what it
 * follows from. */
static int
mark_statuses(struct card *card, const struct subject *subject, struct fault *fault)
{
	struct banners banners;
	const struct banner *banner;
	struct buf text = BUF_EMPTY;
	int result = banners_load(&banners, subject->txn, fault);

	if (result == 0)
		result = print(&text, subject, "type", fault);
	banner = result == 0 ? banner_of(&banners, buf_as_view(&text)) : NULL;
	if (banner != NULL && banner->text.len > 0)
		card_mark(card, buf_as_view(&banner->text),
		    writer_colour_by_name(buf_as_view(&banner->colour)));
	buf_clear(&text);
	buf_text(&text, "client ");
	buf_view(&text, record_get(subject->record, CONTACT_CLIENT_STATUS));
	if (text.len > strlen("client "))
		card_mark(card, buf_as_view(&text), COLOUR_NONE);
	buf_clear(&text);
	buf_text(&text, "candidate ");
	buf_view(&text, record_get(subject->record, CONTACT_CANDIDATE_STATUS));
	if (text.len > strlen("candidate "))
		card_mark(card, buf_as_view(&text), COLOUR_NONE);
	banners_release(&banners);
	if (result == 0)
		result = print(&text, subject, "hiring_manager", fault);
	if (result == 0 && view_is(buf_as_view(&text), "yes"))
		card_mark(card, VIEW("hiring manager"), COLOUR_NONE);
	card_marks_end(card);
	buf_release(&text);
	return result;
}

/* TW-5, TW-9: who is inactive is in the organization of that name. */
static int
is_inactive(const struct subject *subject, bool *inactive, struct fault *fault)
{
	struct buf name = BUF_EMPTY, organization = BUF_EMPTY;
	int result = setting_get(&name, subject->txn, "inactive_organization", fault) != 0
	    ? -1
	    : print(&organization, subject, "organization", fault);

	*inactive = result == 0 && name.len > 0 &&
	    !has(subject, CONTACT_ARCHIVED_AT, "") &&
	    fold_search_equal(buf_as_view(&name), buf_as_view(&organization));
	buf_release(&name);
	buf_release(&organization);
	return result;
}

/* Out of use, and since when. */
static int
mark_archived(struct card *card, const struct subject *subject, struct fault *fault)
{
	struct view since = record_get(subject->record, CONTACT_ARCHIVED_AT);
	bool rejected = has(subject, CONTACT_APPROVAL, "Rejected"), inactive;
	struct buf text = BUF_EMPTY;
	int result = is_inactive(subject, &inactive, fault);

	if (result != 0)
		return -1;
	if (rejected)
		buf_text(&text, inactive ? "REJECTED, INACTIVE" : "REJECTED");
	else if (inactive)
		buf_text(&text, "INACTIVE");
	else if (since.len > 0)
		buf_text(&text, "ARCHIVED");
	if (text.len > 0 && since.len > 0) {
		buf_text(&text, " since ");
		value_moment(&text, since);
	}
	if (text.len > 0)
		card_mark(
		    card, buf_as_view(&text), rejected ? COLOUR_RED : COLOUR_YELLOW);
	if (has(subject, CONTACT_APPROVAL, "Pending"))
		card_mark(card, VIEW("approval pending"), COLOUR_YELLOW);
	result = buf_check(&text, fault);
	buf_release(&text);
	return result;
}

/* What keeps messages and calls away. */
static int
mark_wishes(struct card *card, const struct subject *subject, struct fault *fault)
{
	struct view status = record_get(subject->record, CONTACT_EMAIL_STATUS);
	bool no_email = has(subject, CONTACT_DO_NOT_EMAIL, "true"), plain;
	struct buf text = BUF_EMPTY;
	int result;

	if (no_email)
		card_mark(card, VIEW("do not email"), COLOUR_RED);
	if (has(subject, CONTACT_DO_NOT_CALL, "true"))
		card_mark(card, VIEW("do not call"), COLOUR_RED);
	plain = status.len == 0 || view_is(status, "Ok");
	if (!plain) {
		buf_text(&text, "e-mail ");
		buf_view(&text, status);
		card_mark(card, buf_as_view(&text), COLOUR_RED);
	}
	result = print(&text, subject, "mailable", fault);
	if (result == 0 && !no_email && plain && view_is(buf_as_view(&text), "no") &&
	    record_get(subject->record, CONTACT_EMAIL).len > 0)
		card_mark(card, VIEW("not mailable"), COLOUR_YELLOW);
	buf_release(&text);
	return result;
}

static int
put_marks(struct card *card, const struct subject *subject, struct fault *fault)
{
	struct view visibility = record_get(subject->record, CONTACT_VISIBILITY);
	struct buf text = BUF_EMPTY;

	if (mark_statuses(card, subject, fault) != 0 ||
	    mark_archived(card, subject, fault) != 0 ||
	    mark_wishes(card, subject, fault) != 0)
		return -1;
	if (visibility.len > 0 && !view_is(visibility, "Everyone")) {
		buf_text(&text, "visible to: ");
		buf_view(&text, visibility);
		card_mark(card, buf_as_view(&text), COLOUR_NONE);
	}
	card_marks_end(card);
	buf_release(&text);
	return 0;
}

/* TW-10: whoever is inactive was with these before, and is tagged so. */
static int
put_former(struct card *card, const struct subject *subject, struct fault *fault)
{
	struct buf names = BUF_EMPTY;
	bool inactive;
	int result = print(&names, subject, "former_organizations", fault);

	if (result == 0 && names.len > 0)
		result = is_inactive(subject, &inactive, fault);
	if (result == 0 && names.len > 0) {
		if (inactive)
			buf_text(&names, " (Inactive)");
		result = buf_check(&names, fault);
		card_field(card, VIEW("formerly"), buf_as_view(&names), COLOUR_NONE);
	}
	buf_release(&names);
	return result;
}

/* CS-17: the primary contact of its organization is shown distinctly. */
static int
put_organization(struct card *card, const struct subject *subject, struct fault *fault)
{
	struct buf name = BUF_EMPTY, primary = BUF_EMPTY;
	bool is_primary = false;
	int result = print(&name, subject, "organization", fault);

	if (result == 0)
		result = print(&primary, subject, "primary", fault);
	if (result == 0 && view_is(buf_as_view(&primary), "yes")) {
		is_primary = true;
		buf_text(&name, " (primary contact)");
		result = buf_check(&name, fault);
	}
	if (result == 0 && name.len > 0)
		card_field(card, VIEW("organization"), buf_as_view(&name),
		    is_primary ? COLOUR_GREEN : COLOUR_NONE);
	buf_release(&name);
	buf_release(&primary);
	return result;
}

/* CS-22 */
static int
put_employee(struct card *card, const struct subject *subject, struct fault *fault)
{
	struct subject employee;
	struct record record;
	uint64_t id;

	if (account_employee(subject->txn, subject->id, &id, &record, fault) != 0)
		return -1;
	if (id == 0)
		return 0;
	if (subject_turn(&employee, subject, &kind_employee, id, fault) < 0)
		return -1;
	card_heading(card, VIEW("Employee"), VIEW(""));
	return card_fields(card, &employee, "contact", false, fault);
}

/* TW-2, HS-14 */
static int
put_account(struct card *card, const struct subject *subject, struct fault *fault)
{
	struct subject user;
	struct record record;
	uint64_t id;

	if (account_of(subject->txn, subject->id, subject->record, &id, &record, fault) !=
	    0)
		return -1;
	card_heading(card, VIEW("Account"), VIEW(""));
	if (id == 0) {
		card_text(card, VIEW("  no account"));
		return 0;
	}
	if (subject_turn(&user, subject, &kind_user, id, fault) < 0)
		return -1;
	if (card_fields(card, &user, "login,user_type,role", true, fault) != 0)
		return -1;
	/* TW-27: access that nobody turned off is on. */
	card_field(card, VIEW("access"),
	    has(&user, USER_ACCESS, "false") ? VIEW("no") : VIEW("yes"), COLOUR_NONE);
	if (card_fields(card, &user, "status,organization", true, fault) != 0)
		return -1;
	if (record_get(record, USER_CONTACT).len == 0)
		card_field(
		    card, VIEW("found by"), VIEW("its e-mail address"), COLOUR_NONE);
	return 0;
}

int
card_contact(struct card *card, const struct subject *subject, struct fault *fault)
{
	if (put_title(card, subject, fault) != 0 || put_marks(card, subject, fault) != 0)
		return -1;
	card_text(card, VIEW(""));
	if (put_organization(card, subject, fault) != 0 ||
	    put_former(card, subject, fault) != 0 ||
	    card_fields(card, subject, ELSEWHERE, false, fault) != 0 ||
	    card_related(card, subject, fault) != 0 ||
	    put_employee(card, subject, fault) != 0 ||
	    card_extras(card, subject, fault) != 0 ||
	    card_origin(card, subject, fault) != 0)
		return -1;
	return put_account(card, subject, fault);
}
