/* SPDX-License-Identifier: ISC */
#include "table/mail_gmime.h"

#include <gmime/gmime.h>

#include "base/fold.h"
#include "table/mail_library.h"
#include "table/mail_output.h"

static struct {
	__typeof__(&g_mime_init) init;
	__typeof__(&g_mime_parser_options_new) options_new;
	__typeof__(&g_mime_parser_options_set_fallback_charsets) set_charsets;
	__typeof__(&g_mime_parser_options_set_warning_callback) set_warning;
	__typeof__(&g_mime_utils_header_decode_text) decode_text;
	__typeof__(&g_mime_utils_header_format_date) format_date;
	__typeof__(&g_mime_encoding_init_encode) init_encode;
	__typeof__(&g_mime_encoding_outlen) outlen;
	__typeof__(&g_mime_encoding_flush) flush;
	__typeof__(&internet_address_list_parse) parse;
	__typeof__(&internet_address_list_length) length;
	__typeof__(&internet_address_list_get_address) address;
	__typeof__(&internet_address_get_name) name;
	__typeof__(&internet_address_mailbox_new) mailbox_new;
	__typeof__(&internet_address_mailbox_get_type) mailbox_type;
	__typeof__(&internet_address_mailbox_get_idn_addr) mailbox_ascii;
	__typeof__(&g_type_check_instance_is_a) is_a;
	__typeof__(&g_object_unref) unref;
	/* A macro has its name. */
	void (*release)(gpointer memory);
	__typeof__(&g_date_time_new_from_unix_utc) date_new;
	__typeof__(&g_date_time_unref) date_unref;
} gmime;

/* Started once, and whether it passed over a part of what it read. */
static GMimeParserOptions *parser_options;
static bool broken;

static bool
load(void)
{
	const struct mail_symbol symbols[] = {
		{ "g_mime_init", &gmime.init },
		{ "g_mime_parser_options_new", &gmime.options_new },
		{ "g_mime_parser_options_set_fallback_charsets", &gmime.set_charsets },
		{ "g_mime_parser_options_set_warning_callback", &gmime.set_warning },
		{ "g_mime_utils_header_decode_text", &gmime.decode_text },
		{ "g_mime_utils_header_format_date", &gmime.format_date },
		{ "g_mime_encoding_init_encode", &gmime.init_encode },
		{ "g_mime_encoding_outlen", &gmime.outlen },
		{ "g_mime_encoding_flush", &gmime.flush },
		{ "internet_address_list_parse", &gmime.parse },
		{ "internet_address_list_length", &gmime.length },
		{ "internet_address_list_get_address", &gmime.address },
		{ "internet_address_get_name", &gmime.name },
		{ "internet_address_mailbox_new", &gmime.mailbox_new },
		{ "internet_address_mailbox_get_type", &gmime.mailbox_type },
		{ "internet_address_mailbox_get_idn_addr", &gmime.mailbox_ascii },
		{ "g_type_check_instance_is_a", &gmime.is_a },
		{ "g_object_unref", &gmime.unref },
		{ "g_free", &gmime.release },
		{ "g_date_time_new_from_unix_utc", &gmime.date_new },
		{ "g_date_time_unref", &gmime.date_unref },
	};

	return mail_library_load(symbols, sizeof(symbols) / sizeof(symbols[0]));
}

static void
take_warning(gint64 offset, GMimeParserWarning warning, const gchar *item, void *data)
{
	(void)offset;
	(void)item;
	(void)data;
	broken |= warning == GMIME_WARN_INVALID_ADDRESS_LIST;
}

int
mail_gmime_begin(struct fault *fault)
{
	/* Whatever the locale says. */
	const char *charsets[] = { "utf-8", "iso-8859-1", NULL };

	if (parser_options != NULL)
		return 0;
	if (!load())
		return fault_set(fault, FAULT_SYSTEM,
		    "composing mail needs libgmime-3.0.so.0"
		    " (Debian: apt install libgmime-3.0-0)");
	gmime.init();
	parser_options = gmime.options_new();
	gmime.set_charsets(parser_options, charsets);
	gmime.set_warning(parser_options, take_warning, NULL);
	return 0;
}

void
mail_gmime_decode(struct buf *out, const char *text)
{
	char *decoded = gmime.decode_text(parser_options, text);

	buf_view(out, view_of(decoded));
	gmime.release(decoded);
}

static const char *
take_one(struct buf *name, struct buf *address, InternetAddressList *list)
{
	InternetAddress *one;

	if (list == NULL || broken || gmime.length(list) != 1)
		return "not one address";
	one = gmime.address(list, 0);
	if (!gmime.is_a((GTypeInstance *)one, gmime.mailbox_type()))
		return "a group of addresses";
	buf_view(name, view_of(gmime.name(one)));
	buf_view(address, view_of(gmime.mailbox_ascii((InternetAddressMailbox *)one)));
	return NULL;
}

const char *
mail_gmime_one(struct buf *name, struct buf *address, const char *text)
{
	InternetAddressList *list;
	const char *wrong;

	broken = false;
	list = gmime.parse(parser_options, text);
	wrong = take_one(name, address, list);
	if (list != NULL)
		gmime.unref(list);
	return wrong;
}

void
mail_gmime_ascii(struct buf *out, struct view email)
{
	struct buf text = BUF_EMPTY;
	InternetAddress *mailbox;
	const char *ascii;

	if (utf8_is_ascii(email)) {
		buf_view(out, email);
		return;
	}
	buf_view(&text, email);
	mailbox = gmime.mailbox_new(NULL, buf_string(&text));
	ascii = gmime.mailbox_ascii((InternetAddressMailbox *)mailbox);
	buf_view(out, ascii == NULL ? email : view_of(ascii));
	gmime.unref(mailbox);
	out->failed |= text.failed;
	buf_release(&text);
}

void
mail_gmime_quote(struct buf *out, struct view text)
{
	GMimeEncoding state;

	gmime.init_encode(&state, GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE);
	if (buf_reserve(out, gmime.outlen(&state, text.len) + 8))
		out->len += gmime.flush(&state, text.at, text.len, out->at + out->len);
}

void
mail_gmime_date(struct buf *out, int64_t time)
{
	GDateTime *date = gmime.date_new(time);
	char *text = date == NULL ? NULL : gmime.format_date(date);

	buf_printf(out, "Date: %s\n", text == NULL ? "" : text);
	gmime.release(text);
	if (date != NULL)
		gmime.date_unref(date);
}
