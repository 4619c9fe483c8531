/* SPDX-License-Identifier: ISC */
#ifndef TABLE_MAIL_GMIME_H
#define TABLE_MAIL_GMIME_H

/* What composing takes of GMime and GLib, loaded with the first message
 * (mail_value_init): a program that composes none has none of their memory. */

#include <gmime/gmime.h>

struct mail_gmime {
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
	__typeof__(&g_log_set_default_handler) set_log;
	__typeof__(&g_log) log;
};
extern struct mail_gmime mail_gmime;

#endif
