/* SPDX-License-Identifier: ISC */
/*
 * All messages have one of two shapes, so the shape is written by hand around values
 * that are encoded; GMime's objects for messages and parts take several times as
 * long. The boundary between parts can be the same for all: "=_" is in no text that
 * is quoted-printable (RFC 2045 section 6.7).
 */
#include "table/mail_output.h"

#include "base/fold.h"
#include "table/mail_gmime.h"
#include "table/mail_proof.h"
#include "table/mail_value.h"

#define ID_MAX 250

struct composing {
	struct buf *out;
	const struct mail_message *message;
	struct buf from_name, from, reply_name, reply, to;
	struct view to_name;
};

static int
refuse(struct fault *fault, const char *field, const char *why)
{
	fault_set(fault, FAULT_INPUT, "%s: %s", field, why);
	return 1;
}

/* Printable ASCII, none of the others. */
static bool
is_plain(struct view text, const char *others)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.at[i] <= ' ' || text.at[i] > '~' ||
		    strchr(others, text.at[i]) != NULL)
			return false;
	return text.len > 0;
}

static int
check_id(const char *id, struct fault *fault)
{
	struct view text = view_of(id);
	const char *at = text.len == 0 ? NULL : memchr(text.at, '@', text.len);

	if (text.len > ID_MAX || !is_plain(text, "<>()[],;:\\\"") || at == NULL ||
	    at == text.at || at[1] == '\0' || strchr(at + 1, '@') != NULL)
		return refuse(fault, "Message-ID", "not of the form id@domain");
	return 0;
}

/* What GMime may not see, and what would be shown as something else. */
static int
check_text(const char *what, struct view text, struct fault *fault)
{
	uint32_t scalar;
	size_t len;

	for (; text.len > 0; text = view_from(text, len)) {
		len = utf8_ascii_length(text);
		for (size_t i = 0; i < len; i++)
			if (((unsigned char)text.at[i] < ' ' && text.at[i] != '\n' &&
				text.at[i] != '\t') ||
			    text.at[i] == 0x7f)
				return refuse(fault, what, "a control character");
		if (len > 0)
			continue;
		len = utf8_decode(text, &scalar);
		if (len == 0)
			return refuse(fault, what, "not UTF-8");
		if (scalar <= 0x9f)
			return refuse(fault, what, "a control character");
	}
	return 0;
}

/* Takes a URI off the list: printable ASCII between < and >. False when there is
 * none; at the end *uri is empty. */
static bool
take_uri(struct view *list, struct view *uri)
{
	const char *end;

	*list = text_trim(*list);
	*uri = (struct view){ NULL, 0 };
	if (list->len == 0)
		return true;
	end = memchr(list->at, '>', list->len);
	if (list->at[0] != '<' || end == NULL)
		return false;
	*uri = view_until(*list, (size_t)(end - list->at) + 1);
	*list = text_trim(view_from(*list, uri->len));
	if (list->len > 0 && (list->at[0] != ',' || list->len == 1))
		return false;
	*list = view_from(*list, 1);
	return is_plain(view_make(uri->at + 1, uri->len - 2), "<\\\"");
}

static int
check_unsubscribe(const struct mail_message *message, struct fault *fault)
{
	struct view list = message->list_unsubscribe, uri;
	bool https = false, any = list.len == 0;

	do {
		if (!take_uri(&list, &uri))
			return refuse(fault, "List-Unsubscribe",
			    "not of the form <https://...>, <mailto:...>");
		https |= view_begins(uri, VIEW("<https://"));
		any |= uri.len > 0;
		if (uri.len > 900)
			return refuse(fault, "List-Unsubscribe", "too long");
		if (uri.len > 0 && !view_begins(uri, VIEW("<https://")) &&
		    !view_begins(uri, VIEW("<http://")) &&
		    !view_begins(uri, VIEW("<mailto:")))
			return refuse(
			    fault, "List-Unsubscribe", "neither https: nor mailto:");
	} while (uri.len > 0);
	if (!any)
		return refuse(fault, "List-Unsubscribe", "empty");
	if (message->one_click && !https)
		return refuse(fault, "List-Unsubscribe-Post",
		    "List-Unsubscribe has no https: link");
	return 0;
}

/* RFC 2919: a name, which may be missing, and an identifier between < and >. */
static int
check_list_id(struct view id, struct view *name, struct fault *fault)
{
	const char *begin = id.len == 0 ? NULL : memrchr(id.at, '<', id.len);
	int result = mail_value_check("List-Id", id, fault);

	*name = (struct view){ NULL, 0 };
	if (result != 0 || id.len == 0)
		return result;
	if (begin != NULL) {
		*name = text_trim(view_until(id, (size_t)(begin - id.at)));
		id = view_from(id, (size_t)(begin - id.at) + 1);
		if (id.len == 0 || id.at[--id.len] != '>')
			id.len = 0;
	}
	if (id.len > 255 || name->len > MAIL_NAME_MAX || !is_plain(id, "<>@()[],;:\\\""))
		return refuse(fault, "List-Id", "not of the form Name <name.domain>");
	return 0;
}

/* The name, unless it cannot be shown. */
static struct view
shown_name(struct view name)
{
	name = text_trim(name);
	if (name.len > MAIL_NAME_MAX || mail_value_turns(name))
		return VIEW("");
	return name;
}

static int
check_to(struct composing *c, struct fault *fault)
{
	int result;

	c->to_name = shown_name(c->message->to_name);
	result = mail_value_check("name of To", c->to_name, fault);
	return result != 0 ? result
			   : mail_address_put(&c->to, c->message->to_email, fault);
}

static int
check_all(struct composing *c, struct fault *fault)
{
	const struct mail_message *message = c->message;
	struct view name;
	int result = check_id(message->id, fault);

	if (result == 0)
		result = mail_value_mailbox(
		    &c->from_name, &c->from, "From", message->from, fault);
	if (result == 0 && message->reply_to.len > 0)
		result = mail_value_mailbox(
		    &c->reply_name, &c->reply, "Reply-To", message->reply_to, fault);
	if (result == 0)
		result = check_to(c, fault);
	if (result == 0)
		result = mail_value_check("Subject", message->subject, fault);
	if (result == 0 && text_trim(message->subject).len == 0)
		result = refuse(fault, "Subject", "empty");
	if (result == 0 && message->subject.len > MAIL_SUBJECT_MAX)
		result = refuse(fault, "Subject", "longer than 1000 bytes");
	if (result == 0)
		result = check_list_id(message->list_id, &name, fault);
	if (result == 0)
		result = check_unsubscribe(message, fault);
	if (result == 0 && message->text.len == 0)
		result = refuse(fault, "text", "empty");
	if (result == 0)
		result = check_text("text", message->text, fault);
	return result != 0 ? result : check_text("HTML", message->html, fault);
}

/* Lines that begin with "From " would begin a message in an mbox (RFC 4155). The
 * soft line break keeps the line within its length. */
static void
hide_from(struct buf *out, size_t start)
{
	struct view rest = view_from(buf_as_view(out), start);
	struct buf body = BUF_EMPTY;
	const char *lf;
	size_t len;

	if (!view_begins(rest, VIEW("From ")) &&
	    memmem(rest.at, rest.len, "\nFrom ", 6) == NULL)
		return;
	while (rest.len > 0) {
		if (view_begins(rest, VIEW("From "))) {
			buf_text(&body, "=46rom =\n");
			rest = view_from(rest, 5);
			continue;
		}
		lf = memchr(rest.at, '\n', rest.len);
		len = lf == NULL ? rest.len : (size_t)(lf - rest.at) + 1;
		buf_view(&body, view_until(rest, len));
		rest = view_from(rest, len);
	}
	out->len = start;
	out->failed |= body.failed;
	buf_view(out, buf_as_view(&body));
	buf_release(&body);
}

/* Appends the bytes as quoted-printable, ending with a line end. */
static void
put_body(struct buf *out, struct view text)
{
	size_t start = out->len;

	mail_gmime_quote(out, text);
	if (out->len == start || out->at[out->len - 1] != '\n')
		buf_char(out, '\n');
	hide_from(out, start);
}

static void
put_part(struct buf *out, const char *subtype, struct view text)
{
	buf_printf(out,
	    "Content-Type: text/%s; charset=utf-8\n"
	    "Content-Transfer-Encoding: quoted-printable\n\n",
	    subtype);
	put_body(out, text);
}

static void
put_content(struct buf *out, const struct mail_message *message)
{
	buf_text(out, "MIME-Version: 1.0\n");
	if (message->html.len == 0) {
		put_part(out, "plain", message->text);
		return;
	}
	buf_text(out,
	    "Content-Type: multipart/alternative; boundary=\"" MAIL_BOUNDARY
	    "\"\n\n--" MAIL_BOUNDARY "\n");
	put_part(out, "plain", message->text);
	buf_text(out, "\n--" MAIL_BOUNDARY "\n");
	put_part(out, "html", message->html);
	buf_text(out, "\n--" MAIL_BOUNDARY "--\n");
}

static void
put_field(struct buf *out, const char *field, const char *before, struct view value,
    const char *after)
{
	buf_printf(out, "%s: %s%.*s%s\n", field, before, (int)value.len, value.at, after);
}

static void
put_list_id(struct buf *out, struct view id)
{
	const char *begin = memrchr(id.at, '<', id.len);

	if (begin == NULL)
		put_field(out, "List-Id", "<", id, ">");
	else
		mail_value_put_mailbox(out, "List-Id",
		    text_trim(view_until(id, (size_t)(begin - id.at))),
		    view_make(begin + 1, (size_t)(id.at + id.len - begin) - 2));
}

static void
put_unsubscribe(struct buf *out, struct view list)
{
	struct view uri;

	buf_text(out, "List-Unsubscribe:");
	for (bool first = true; take_uri(&list, &uri) && uri.len > 0; first = false) {
		buf_text(out, first ? " " : ",\n ");
		buf_view(out, uri);
	}
	buf_char(out, '\n');
}

static void
put_all(struct composing *c)
{
	const struct mail_message *message = c->message;
	struct buf *out = c->out;

	mail_gmime_date(out, message->date);
	put_field(out, "Message-ID", "<", view_of(message->id), ">");
	mail_value_put_mailbox(
	    out, "From", buf_as_view(&c->from_name), buf_as_view(&c->from));
	if (message->reply_to.len > 0)
		mail_value_put_mailbox(
		    out, "Reply-To", buf_as_view(&c->reply_name), buf_as_view(&c->reply));
	mail_value_put_mailbox(out, "To", c->to_name, buf_as_view(&c->to));
	mail_value_put_text(out, "Subject", message->subject);
	put_field(out, "Auto-Submitted", "auto-generated", VIEW(""), "");
	if (message->list_id.len > 0)
		put_list_id(out, message->list_id);
	if (message->list_unsubscribe.len > 0)
		put_unsubscribe(out, message->list_unsubscribe);
	if (message->one_click)
		put_field(out, "List-Unsubscribe-Post", "List-Unsubscribe=One-Click",
		    VIEW(""), "");
	put_content(out, message);
}

/* What the message must look like, whoever writes it. */
static struct mail_form
form_of(const struct composing *c)
{
	const struct mail_message *message = c->message;
	bool parts = message->html.len > 0;
	const struct {
		const char *field;
		bool there;
	} fields[] = {
		{ "Date", true },
		{ "Message-ID", true },
		{ "From", true },
		{ "Reply-To", message->reply_to.len > 0 },
		{ "To", true },
		{ "Subject", true },
		{ "Auto-Submitted", true },
		{ "List-Id", message->list_id.len > 0 },
		{ "List-Unsubscribe", message->list_unsubscribe.len > 0 },
		{ "List-Unsubscribe-Post", message->one_click },
		{ "MIME-Version", true },
		{ "Content-Type", true },
		{ "Content-Transfer-Encoding", !parts },
	};
	struct mail_form form = { .parts = parts,
		.name = c->to_name,
		.address = buf_as_view(&c->to),
		.subject = message->subject };

	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		if (fields[i].there)
			form.fields[form.count++] = fields[i].field;
	return form;
}

static int
compose(struct composing *c, struct fault *fault)
{
	size_t start = c->out->len;
	int result = check_all(c, fault);
	struct mail_form form;

	if (result != 0)
		return result;
	put_all(c);
	form = form_of(c);
	result = buf_check(c->out, fault);
	if (result == 0)
		result = mail_proof(view_from(buf_as_view(c->out), start), &form, fault);
	if (result != 0)
		c->out->len = start;
	return result;
}

int
mail_compose(struct buf *out, const struct mail_message *message, struct fault *fault)
{
	struct composing c = { .out = out, .message = message };
	int result;

	if (mail_gmime_begin(fault) != 0)
		return -1;
	result = compose(&c, fault);
	buf_release(&c.from_name);
	buf_release(&c.from);
	buf_release(&c.reply_name);
	buf_release(&c.reply);
	buf_release(&c.to);
	return result;
}

int
mail_mailbox_address(struct buf *out, struct view mailbox, struct fault *fault)
{
	struct buf name = BUF_EMPTY;
	int result;

	if (mail_gmime_begin(fault) != 0)
		return -1;
	result = mail_value_mailbox(&name, out, "From", mailbox, fault);
	buf_release(&name);
	return result;
}
