/* SPDX-License-Identifier: ISC */
/*
 * GMime cuts the message into parts and undoes their encodings; what the parts
 * say is read by our own code. Multiparts are walked, since gateways and lists wrap
 * a report into others. A message within a message is never walked: the one that
 * was returned may be, or pretend to be, a report itself.
 */
#include "table/bounce_parser.h"

#include <gmime/gmime.h>

#include "base/fold.h"
#include "table/bounce_fields.h"
#include "table/bounce_text.h"
#include "table/mail_header.h"
#include "table/mail_library.h"
#include "table/mail_parser.h"

/* What an answer may have, and what is looked at. */
#define ANSWER_MOST    ((size_t)128 * 1024)
#define TEXT_MOST      ((size_t)64 * 1024)
#define DEPTH_MOST     8
#define PARTS_MOST     100
#define ADDRESSES_MOST 50

static struct {
	__typeof__(&g_mime_stream_mem_new) stream;
	__typeof__(&g_mime_stream_mem_new_with_buffer) stream_of;
	__typeof__(&g_mime_stream_mem_get_byte_array) bytes;
	__typeof__(&g_mime_parser_new_with_stream) parser;
	__typeof__(&g_mime_parser_construct_message) construct;
	__typeof__(&g_mime_message_get_mime_part) part;
	__typeof__(&g_mime_object_get_header_list) headers;
	__typeof__(&g_mime_header_list_get_count) header_count;
	__typeof__(&g_mime_header_list_get_header_at) header_at;
	__typeof__(&g_mime_header_get_name) header_name;
	__typeof__(&g_mime_header_get_raw_value) header_value;
	__typeof__(&g_mime_object_get_content_type) content_type;
	__typeof__(&g_mime_content_type_is_type) is_type;
	__typeof__(&g_mime_content_type_get_parameter) parameter;
	__typeof__(&g_mime_multipart_get_type) multipart_type;
	__typeof__(&g_mime_multipart_get_count) count;
	__typeof__(&g_mime_multipart_get_part) part_at;
	__typeof__(&g_mime_message_part_get_type) message_part_type;
	__typeof__(&g_mime_message_part_get_message) message_of;
	__typeof__(&g_mime_part_get_type) leaf_type;
	__typeof__(&g_mime_part_get_content) content;
	__typeof__(&g_mime_data_wrapper_write_to_stream) write;
	__typeof__(&g_type_check_instance_is_a) is_a;
	__typeof__(&g_object_unref) unref;
} gmime;

static bool
load(void)
{
	const struct mail_symbol symbols[] = {
		{ "g_mime_stream_mem_new", &gmime.stream },
		{ "g_mime_stream_mem_new_with_buffer", &gmime.stream_of },
		{ "g_mime_stream_mem_get_byte_array", &gmime.bytes },
		{ "g_mime_parser_new_with_stream", &gmime.parser },
		{ "g_mime_parser_construct_message", &gmime.construct },
		{ "g_mime_message_get_mime_part", &gmime.part },
		{ "g_mime_object_get_header_list", &gmime.headers },
		{ "g_mime_header_list_get_count", &gmime.header_count },
		{ "g_mime_header_list_get_header_at", &gmime.header_at },
		{ "g_mime_header_get_name", &gmime.header_name },
		{ "g_mime_header_get_raw_value", &gmime.header_value },
		{ "g_mime_object_get_content_type", &gmime.content_type },
		{ "g_mime_content_type_is_type", &gmime.is_type },
		{ "g_mime_content_type_get_parameter", &gmime.parameter },
		{ "g_mime_multipart_get_type", &gmime.multipart_type },
		{ "g_mime_multipart_get_count", &gmime.count },
		{ "g_mime_multipart_get_part", &gmime.part_at },
		{ "g_mime_message_part_get_type", &gmime.message_part_type },
		{ "g_mime_message_part_get_message", &gmime.message_of },
		{ "g_mime_part_get_type", &gmime.leaf_type },
		{ "g_mime_part_get_content", &gmime.content },
		{ "g_mime_data_wrapper_write_to_stream", &gmime.write },
		{ "g_type_check_instance_is_a", &gmime.is_a },
		{ "g_object_unref", &gmime.unref },
	};

	return mail_library_load(symbols, sizeof(symbols) / sizeof(symbols[0]));
}

/* What is known of the message so far. */
struct walk {
	struct buf *out, text;
	size_t parts;
	bool status, feedback;
};

void
bounce_fact(struct buf *out, enum bounce_fact fact, struct view text)
{
	size_t end;
	bool blank = false;

	if (out->len > ANSWER_MOST)
		return;
	text = text_trim_wide(text);
	buf_char(out, (char)fact);
	end = out->len + BOUNCE_FACT_MAX;
	for (size_t i = 0; i < text.len && out->len < end && !out->failed; i++) {
		unsigned char c = (unsigned char)text.at[i];

		if (c <= ' ' || c == 0x7f) {
			blank = true;
			continue;
		}
		if (blank)
			buf_char(out, ' ');
		blank = false;
		if (out->len < end)
			buf_char(out, (char)c);
	}
	buf_char(out, '\0');
}

/* The addresses in a field's value; one that cannot be read is taken as it is. */
static void
put_addresses(struct buf *out, const char *value)
{
	struct buf line = BUF_EMPTY, list = BUF_EMPTY;
	const char *at;
	size_t from = 0;

	for (at = value; *at != '\0' && line.len < BOUNCE_FACT_MAX * 20; at++)
		buf_char(&line, (unsigned char)*at < ' ' ? ' ' : *at);
	if (!mail_parser_read(buf_string(&line), &list)) {
		bounce_fact(out, BOUNCE_SENT_TO, buf_as_view(&line));
		buf_clear(&list);
	}
	for (size_t i = 0; from < list.len && !list.failed && i < ADDRESSES_MOST; i++) {
		from += strlen(list.at + from) + 1; /* the name */
		bounce_fact(out, BOUNCE_SENT_TO, view_of(list.at + from));
		from += strlen(list.at + from) + 1;
	}
	buf_release(&line);
	buf_release(&list);
}

static bool
is_one_of(const char *name, const char *const names[])
{
	for (; *names != NULL; names++)
		if (mail_header_is(view_of(name), *names))
			return true;
	return false;
}

/* Whether a field says that a program answers (RFC 3834, and what vacation
 * programs had before it). */
static bool
is_automatic(const char *name, struct view value)
{
	static const char *const always[] = { "X-Autoreply", "X-Autorespond",
		"X-Autoresponder", "X-Vacation", "X-Auto-Reply", NULL };
	static const char *const bulk[] = { "auto_reply", "bulk", "junk", "list" };

	if (mail_header_is(view_of(name), "Auto-Submitted"))
		return !view_begins(value, VIEW("no"));
	if (mail_header_is(view_of(name), "Precedence"))
		for (size_t i = 0; i < sizeof(bulk) / sizeof(bulk[0]); i++)
			if (mail_header_is(value, bulk[i]))
				return true;
	return is_one_of(name, always);
}

static void
put_header(struct buf *out, GMimeObject *object)
{
	static const char *const addressed[] = { "To", "Delivered-To", "X-Original-To",
		"Envelope-To", NULL };
	GMimeHeaderList *list = gmime.headers(object);
	int count = list == NULL ? 0 : gmime.header_count(list);

	for (int i = 0; i < count; i++) {
		GMimeHeader *header = gmime.header_at(list, i);
		const char *name = gmime.header_name(header);
		const char *value = gmime.header_value(header);

		if (name == NULL || value == NULL)
			continue;
		if (is_one_of(name, addressed))
			put_addresses(out, value);
		else if (mail_header_is(view_of(name), "Message-ID"))
			bounce_fact(out, BOUNCE_ID, view_of(value));
		else if (is_automatic(name, text_trim_wide(view_of(value))))
			bounce_fact(out, BOUNCE_AUTOMATIC, view_of(name));
	}
}

/* The fields of a returned message's header that count. */
static void
put_returned(struct walk *walk, GMimeObject *object)
{
	GMimeHeaderList *list = object == NULL ? NULL : gmime.headers(object);
	int count = list == NULL ? 0 : gmime.header_count(list);

	for (int i = 0; i < count; i++) {
		GMimeHeader *header = gmime.header_at(list, i);
		const char *name = gmime.header_name(header);
		const char *value = gmime.header_value(header);

		if (name == NULL || value == NULL)
			continue;
		if (mail_header_is(view_of(name), "Message-ID"))
			bounce_fact(walk->out, BOUNCE_RETURNED_ID, view_of(value));
		/* A complaint is sent to whom its provider knows. */
		else if (walk->feedback && mail_header_is(view_of(name), "Return-Path"))
			put_addresses(walk->out, value);
	}
}

/* The bytes of a part, without its encoding. */
static bool
decode(GMimeObject *object, struct buf *text)
{
	GMimeDataWrapper *content = gmime.content((GMimePart *)object);
	GMimeStream *stream = gmime.stream();
	GByteArray *bytes;

	buf_clear(text);
	if (content != NULL && gmime.write(content, stream) >= 0) {
		bytes = gmime.bytes((GMimeStreamMem *)stream);
		buf_put(text, bytes->data, bytes->len);
	}
	gmime.unref(stream);
	return text->len > 0 && !text->failed;
}

static void
take_leaf(struct walk *walk, GMimeObject *object)
{
	GMimeContentType *type = gmime.content_type(object);
	struct buf text = BUF_EMPTY;

	if (gmime.is_type(type, "message", "delivery-status") ||
	    gmime.is_type(type, "message", "global-delivery-status")) {
		if (!walk->status && decode(object, &text))
			bounce_fields_status(buf_as_view(&text), walk->out);
		walk->status = true;
	} else if (gmime.is_type(type, "message", "feedback-report")) {
		if (!walk->feedback && decode(object, &text))
			bounce_fields_feedback(buf_as_view(&text), walk->out);
		walk->feedback = true;
	} else if (gmime.is_type(type, "text", "rfc822-headers") ||
	    gmime.is_type(type, "message", "global-headers")) {
		if (decode(object, &text))
			bounce_fields_returned(buf_as_view(&text), walk->out);
	} else if (walk->text.len == 0 && gmime.is_type(type, "text", "plain") &&
	    decode(object, &text)) {
		buf_view(&walk->text, view_until(buf_as_view(&text), TEXT_MOST));
	}
	buf_release(&text);
}

static void
take(struct walk *walk, GMimeObject *object, int depth)
{
	GTypeInstance *instance = (GTypeInstance *)object;
	GMimeMultipart *multipart = (GMimeMultipart *)object;

	if (object == NULL || depth > DEPTH_MOST || ++walk->parts > PARTS_MOST)
		return;
	if (gmime.is_a(instance, gmime.message_part_type())) {
		put_returned(
		    walk, (GMimeObject *)gmime.message_of((GMimeMessagePart *)object));
	} else if (gmime.is_a(instance, gmime.multipart_type())) {
		int count = gmime.count(multipart);

		for (int i = 0; i < count && walk->parts <= PARTS_MOST; i++)
			take(walk, gmime.part_at(multipart, i), depth + 1);
	} else if (gmime.is_a(instance, gmime.leaf_type())) {
		take_leaf(walk, object);
	}
}

static bool
begin(void)
{
	return mail_parser_begin() && load();
}

static bool
answer(const char *question, size_t len, struct buf *out)
{
	GMimeStream *stream = gmime.stream_of(question, len);
	GMimeParser *parser = gmime.parser(stream);
	GMimeMessage *message = gmime.construct(parser, NULL);
	struct walk walk = { .out = out };

	if (message != NULL) {
		put_header(out, (GMimeObject *)message);
		take(&walk, gmime.part(message), 0);
		if (!walk.status && !walk.feedback)
			bounce_text_read(buf_as_view(&walk.text), out);
		gmime.unref(message);
	}
	buf_release(&walk.text);
	gmime.unref(parser);
	gmime.unref(stream);
	return message != NULL;
}

const struct mail_work bounce_parser_work = { begin, answer };
