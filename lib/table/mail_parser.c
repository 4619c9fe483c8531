/* SPDX-License-Identifier: ISC */
/*
 * GMime reads what it can and passes over the rest, with a warning. An address
 * that was passed over would be lost without a word, and what is left of a
 * broken one is another address; so a field with a warning is not believed at
 * all.
 */
#include "table/mail_parser.h"

#include <gmime/gmime.h>

#include "base/fold.h"
#include "table/mail_library.h"

/* Groups are read by recursion, one in another for each colon. */
#define COLONS_MOST 1000

static struct {
	__typeof__(&g_mime_init) init;
	__typeof__(&g_mime_parser_options_new) options;
	__typeof__(&g_mime_parser_options_set_fallback_charsets) set_charsets;
	__typeof__(&g_mime_parser_options_set_warning_callback) set_warning;
	__typeof__(&internet_address_list_parse) parse;
	__typeof__(&internet_address_list_length) length;
	__typeof__(&internet_address_list_get_address) address;
	__typeof__(&internet_address_get_name) name;
	__typeof__(&internet_address_group_get_type) group_type;
	__typeof__(&internet_address_group_get_members) members;
	__typeof__(&internet_address_mailbox_get_addr) mailbox;
	__typeof__(&internet_address_mailbox_get_idn_addr) mailbox_ascii;
	__typeof__(&g_type_check_instance_is_a) is_a;
	__typeof__(&g_object_unref) unref;
} gmime;

static bool
load(void)
{
	const struct mail_symbol symbols[] = {
		{ "g_mime_init", &gmime.init },
		{ "g_mime_parser_options_new", &gmime.options },
		{ "g_mime_parser_options_set_fallback_charsets", &gmime.set_charsets },
		{ "g_mime_parser_options_set_warning_callback", &gmime.set_warning },
		{ "internet_address_list_parse", &gmime.parse },
		{ "internet_address_list_length", &gmime.length },
		{ "internet_address_list_get_address", &gmime.address },
		{ "internet_address_get_name", &gmime.name },
		{ "internet_address_group_get_type", &gmime.group_type },
		{ "internet_address_group_get_members", &gmime.members },
		{ "internet_address_mailbox_get_addr", &gmime.mailbox },
		{ "internet_address_mailbox_get_idn_addr", &gmime.mailbox_ascii },
		{ "g_type_check_instance_is_a", &gmime.is_a },
		{ "g_object_unref", &gmime.unref },
	};

	return mail_library_load(symbols, sizeof(symbols) / sizeof(symbols[0]));
}

static GMimeParserOptions *parser_options;
static bool broken; /* a part of the field was passed over */

static void
take_warning(gint64 offset, GMimeParserWarning warning, const gchar *item, void *data)
{
	(void)data;
	(void)offset;
	(void)item;
	broken |= warning == GMIME_WARN_INVALID_ADDRESS_LIST;
}

bool
mail_parser_begin(void)
{
	/* Whatever the locale says. */
	const char *charsets[] = { "utf-8", "iso-8859-1", NULL };

	if (!load())
		return false;
	gmime.init();
	parser_options = gmime.options();
	gmime.set_charsets(parser_options, charsets);
	gmime.set_warning(parser_options, take_warning, NULL);
	return true;
}

/* GMime shows A-labels as what they stand for; where any was typed, all are kept. */
static const char *
address_of(InternetAddress *address, bool a_labels)
{
	InternetAddressMailbox *mailbox = (InternetAddressMailbox *)address;
	const char *email = gmime.mailbox(mailbox);

	return email == NULL || !a_labels || utf8_is_ascii(view_of(email))
	    ? email
	    : gmime.mailbox_ascii(mailbox);
}

static void
put_text(struct buf *out, const char *text)
{
	buf_view(out, view_of(text));
	buf_char(out, '\0');
}

static void
put_all(struct buf *out, InternetAddressList *list, bool a_labels)
{
	int count = list == NULL ? 0 : gmime.length(list);

	for (int i = 0; i < count; i++) {
		InternetAddress *address = gmime.address(list, i);

		if (gmime.is_a((GTypeInstance *)address, gmime.group_type())) {
			put_all(out, gmime.members((InternetAddressGroup *)address),
			    a_labels);
		} else {
			put_text(out, gmime.name(address));
			put_text(out, address_of(address, a_labels));
		}
	}
}

bool
mail_parser_read(const char *value, struct buf *out)
{
	InternetAddressList *list;
	size_t colons = 0;

	for (const char *at = value; *at != '\0'; at++)
		colons += *at == ':';
	if (colons > COLONS_MOST)
		return false;
	broken = false;
	list = gmime.parse(parser_options, value);
	if (list == NULL)
		return false;
	put_all(out, list, strcasestr(value, "xn--") != NULL);
	gmime.unref(list);
	return !broken;
}

static bool
answer(const char *question, size_t len, struct buf *out)
{
	(void)len;
	return mail_parser_read(question, out);
}

const struct mail_work mail_parser_work = { mail_parser_begin, answer };
