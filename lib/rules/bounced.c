/* SPDX-License-Identifier: ISC */
/*
 * An invitation keeps of each report from which something follows its status and a
 * hash, so that the same one twice, and an old one that is read again when the address
 * has been let in since, change nothing. How often an address was refused is how many of its invitations
 * came back: several reports about one message count once.
 */
#include "rules/bounced.h"

#include <sha2.h>

#include "base/clock.h"
#include "rules/invitation_sent.h"
#include "rules/no_mail.h"

/* Reports that an invitation keeps, the last ones. */
#define REPORTS_MOST 20
#define REPORT_HASH  16 /* hexadecimal digits of it */

enum bounced_sort
bounced_sort(unsigned class, unsigned subject, unsigned detail)
{
	if (class != 5)
		return BOUNCED_DELAYED;
	return subject == 1 &&
		(detail == 1 || detail == 2 || detail == 3 || detail == 6 || detail == 10)
	    ? BOUNCED_FOR_GOOD
	    : BOUNCED_REFUSED;
}

/* "5.1.1 0123456789abcdef" */
static void
put_report(struct buf *out, const struct bounced *bounced)
{
	char hash[SHA256_DIGEST_STRING_LENGTH];

	SHA256Data((const uint8_t *)bounced->report.at, bounced->report.len, hash);
	buf_view(out, view_until(bounced->status, 16));
	buf_text(out, bounced->sort == BOUNCED_COMPLAINT ? "complaint " : " ");
	buf_put(out, hash, REPORT_HASH);
}

bool
bounced_keep(struct buf *reports, struct view kept, struct view report)
{
	struct buf scratch = BUF_EMPTY;
	struct view rest = kept, element;
	size_t count = 0;
	bool has = false;

	for (; list_next(&rest, &element, &scratch); count++)
		has = has || view_equal(element, report);
	while (list_next(&kept, &element, &scratch))
		if (has || count < REPORTS_MOST || view_is(element, BOUNCED_EVENT))
			list_add(reports, 0, element);
		else
			count--;
	if (!has)
		list_add(reports, 0, report);
	if (scratch.failed)
		reports->failed = true;
	buf_release(&scratch);
	return !has;
}

/* What the report says of the invitation itself. A message that came back had been
 * sent, whatever was known of it. */
static int
fill(struct import *import, struct record record, const struct bounced *bounced,
    struct view reports, struct view at, struct fault *fault)
{
	struct record_form *form = &import->form;

	record_form_from(form, record);
	record_form_set(form, INVITATION_BOUNCES, reports);
	if (invitation_settle_sent(import->txn, record, form, at, fault) != 0)
		return -1;
	if ((bounced->sort == BOUNCED_REFUSED || bounced->sort == BOUNCED_FOR_GOOD) &&
	    record_get(record, INVITATION_BOUNCED_AT).len == 0)
		record_form_set(form, INVITATION_BOUNCED_AT, at);
	return 0;
}

/* Notes the report, unless it was before; *is_new tells. Of a delay nothing follows, so
 * it needs not be known again. */
static int
note(struct import *import, uint64_t id, struct record record,
    const struct bounced *bounced, bool *is_new, bool *changed, struct fault *fault)
{
	struct buf report = BUF_EMPTY, reports = BUF_EMPTY, at = BUF_EMPTY;
	struct view kept = record_get(record, INVITATION_BOUNCES);
	int result = 0;

	*changed = false;
	put_report(&report, bounced);
	if (bounced->sort == BOUNCED_DELAYED) {
		buf_view(&reports, kept);
		*is_new = true;
	} else {
		*is_new = bounced_keep(&reports, kept, buf_as_view(&report));
	}
	if (*is_new) {
		time_print(&at, bounced->at);
		if (fill(import, record, bounced, buf_as_view(&reports), buf_as_view(&at),
			fault) != 0 ||
		    buf_check(&report, fault) != 0 || buf_check(&reports, fault) != 0 ||
		    buf_check(&at, fault) != 0 ||
		    import_name_changes(import, &kind_invitation, &record, fault) != 0 ||
		    change_update(import->txn, &kind_invitation, id, record,
			&import->form, (uint32_t)import->line, CAUSE_INVITATION, changed,
			fault) != 0)
			result = -1;
	}
	buf_release(&report);
	buf_release(&reports);
	buf_release(&at);
	return result;
}

/* How many invitations to the address came back; -1. */
static int
count_bounced(struct import *import, struct view email, struct fault *fault)
{
	struct ids ids = { NULL, 0, 0 };
	struct record record;
	int count = 0, found = 0;

	if (email.len > 0 &&
	    entity_find_key(import->txn, &kind_invitation, INVITATION_EMAIL,
		kind_slot(&kind_invitation, INVITATION_EMAIL), email, &ids, fault) < 0)
		count = -1;
	for (size_t i = 0; i < ids.count && found >= 0 && count >= 0; i++) {
		found = txn_record(import->txn, ids.at[i], &record, fault);
		count += found == 1 && record_get(record, INVITATION_BOUNCED_AT).len > 0;
	}
	ids_release(&ids);
	return found < 0 ? -1 : count;
}

/* What the row is told with; whether no more is sent. */
static bool
judge(struct import *import, const struct bounced *bounced, int times)
{
	struct view status =
	    bounced->status.len > 0 ? view_until(bounced->status, 16) : VIEW("no status");
	int len = (int)status.len;

	buf_clear(&import->message);
	switch (bounced->sort) {
	case BOUNCED_DELAYED:
		import->code = "DELAYED";
		buf_printf(&import->message, "%.*s: may pass, nothing follows from it",
		    len, status.at);
		return false;
	case BOUNCED_COMPLAINT:
		import->code = "COMPLAINED";
		buf_text(&import->message,
		    "the message was called spam: the address is suppressed");
		return true;
	case BOUNCED_REFUSED:
		if (times < BOUNCED_MOST) {
			import->code = "REFUSED";
			buf_printf(&import->message,
			    "%.*s: %d of %d times, then the address is suppressed", len,
			    status.at, times, BOUNCED_MOST);
			return false;
		}
		/* fallthrough */
	case BOUNCED_FOR_GOOD:
		import->code = "BOUNCED";
		buf_printf(
		    &import->message, "%.*s: the address is suppressed", len, status.at);
	}
	return true;
}

enum step
bounced_take(struct import *import, uint64_t invitation, const struct bounced *bounced,
    bool *changed, struct fault *fault)
{
	struct record record;
	struct view email;
	struct buf at = BUF_EMPTY;
	uint64_t contact = 0;
	bool stops, is_new, ignored = false;
	int times = 0;
	enum step step;

	if (import_record(import, invitation, &record, fault) != 0)
		return STEP_FAULT;
	(void)reference_id(record_get(record, INVITATION_CONTACT), &contact);
	email = arena_copy(&import->arena, record_get(record, INVITATION_EMAIL));
	if (note(import, invitation, record, bounced, &is_new, changed, fault) != 0)
		return STEP_FAULT;
	if (!is_new) {
		import->code = "REPEATED";
		return STEP_GO;
	}
	if (bounced->sort == BOUNCED_REFUSED &&
	    (times = count_bounced(import, email, fault)) < 0)
		return STEP_FAULT;
	stops = judge(import, bounced, times);
	if (buf_check(&import->message, fault) != 0)
		return STEP_FAULT;
	time_print(&at, bounced->at);
	step = buf_check(&at, fault) != 0 ? STEP_FAULT
	    : stops			  ? no_mail_take(import,
				bounced->sort == BOUNCED_COMPLAINT ? NO_MAIL_COMPLAINED
										   : NO_MAIL_BOUNCED,
						email, contact, buf_as_view(&at), &ignored, fault)
					  : STEP_GO;
	buf_release(&at);
	return step;
}
