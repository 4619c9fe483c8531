/* SPDX-License-Identifier: ISC */
/*
 * The encodings that exports are known to come in are decoded here: iconv
 * refuses the five bytes that windows-1252 leaves open, and is of no help with
 * a byte order mark that lies. Everything else goes through iconv.
 */
#include "table/decoder.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>

/* 0x80 to 0x9f; where windows-1252 has no character, the C1 control of the
 * same number (WHATWG Encoding Standard, index windows-1252). */
static const uint16_t upper_1252[32] = {
	0x20ac,
	0x0081,
	0x201a,
	0x0192,
	0x201e,
	0x2026,
	0x2020,
	0x2021,
	0x02c6,
	0x2030,
	0x0160,
	0x2039,
	0x0152,
	0x008d,
	0x017d,
	0x008f,
	0x0090,
	0x2018,
	0x2019,
	0x201c,
	0x201d,
	0x2022,
	0x2013,
	0x2014,
	0x02dc,
	0x2122,
	0x0161,
	0x203a,
	0x0153,
	0x009d,
	0x017e,
	0x0178,
};

static const struct {
	const char *name; /* lower case, letters and digits only */
	enum decoder_kind kind;
} names[] = {
	{ "utf8", DECODER_NONE },
	{ "windows1252", DECODER_1252 },
	{ "cp1252", DECODER_1252 },
	{ "iso88591", DECODER_1252 },
	{ "latin1", DECODER_1252 },
	{ "l1", DECODER_1252 },
	{ "utf16", DECODER_UTF16 },
	{ "utf16le", DECODER_UTF16LE },
	{ "utf16be", DECODER_UTF16BE },
	{ "utf32", DECODER_UTF32 },
	{ "utf32le", DECODER_UTF32LE },
	{ "utf32be", DECODER_UTF32BE },
};

static const char *const labels[] = {
	[DECODER_NONE] = "UTF-8",
	[DECODER_1252] = "windows-1252",
	[DECODER_UTF16LE] = "UTF-16LE",
	[DECODER_UTF16BE] = "UTF-16BE",
	[DECODER_UTF32LE] = "UTF-32LE",
	[DECODER_UTF32BE] = "UTF-32BE",
	[DECODER_UTF16] = "UTF-16",
	[DECODER_UTF32] = "UTF-32",
};

void
decoder_choose(struct decoder *decoder, enum decoder_kind kind)
{
	decoder->kind = kind;
	snprintf(decoder->name, sizeof(decoder->name), "%s", labels[kind]);
}

static void
plain_name(const char *name, char *plain, size_t size)
{
	size_t len = 0;

	for (; *name != '\0' && len + 1 < size; name++) {
		if (*name >= 'A' && *name <= 'Z')
			plain[len++] = (char)(*name - 'A' + 'a');
		else if ((*name >= 'a' && *name <= 'z') || (*name >= '0' && *name <= '9'))
			plain[len++] = *name;
	}
	plain[len] = '\0';
}

int
decoder_open(struct decoder *decoder, const char *name, struct fault *fault)
{
	char plain[40];

	*decoder = DECODER_EMPTY;
	plain_name(name, plain, sizeof(plain));
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(plain, names[i].name) == 0) {
			decoder_choose(decoder, names[i].kind);
			return 0;
		}
	/* A slash would pass options to iconv, an empty name the locale. */
	if (plain[0] != '\0' && strchr(name, '/') == NULL)
		decoder->iconv = iconv_open("UTF-8", name);
	if (decoder->iconv == (iconv_t)-1)
		return fault_set(fault, FAULT_USAGE,
		    "encoding '%s' is not known (iconv -l lists the names)", name);
	decoder->kind = DECODER_ICONV;
	snprintf(decoder->name, sizeof(decoder->name), "%s", name);
	return 0;
}

void
decoder_close(struct decoder *decoder)
{
	if (decoder->iconv != (iconv_t)-1)
		iconv_close(decoder->iconv);
	*decoder = DECODER_EMPTY;
}

static char *
put_scalar(char *out, uint32_t scalar)
{
	if (scalar < 0x80) {
		*out++ = (char)scalar;
	} else if (scalar < 0x800) {
		*out++ = (char)(0xc0 | scalar >> 6);
		*out++ = (char)(0x80 | (scalar & 0x3f));
	} else if (scalar < 0x10000) {
		*out++ = (char)(0xe0 | scalar >> 12);
		*out++ = (char)(0x80 | (scalar >> 6 & 0x3f));
		*out++ = (char)(0x80 | (scalar & 0x3f));
	} else {
		*out++ = (char)(0xf0 | scalar >> 18);
		*out++ = (char)(0x80 | (scalar >> 12 & 0x3f));
		*out++ = (char)(0x80 | (scalar >> 6 & 0x3f));
		*out++ = (char)(0x80 | (scalar & 0x3f));
	}
	return out;
}

static char *
put_mark(char *out, unsigned char byte)
{
	*out++ = DECODER_MARK;
	*out++ = byte >= 0x80 ? (char)byte : DECODER_MARK;
	return out;
}

static size_t
run_1252(struct view *in, char *out, size_t room)
{
	const unsigned char *at = (const unsigned char *)in->at;
	const unsigned char *end = at + in->len;
	char *start = out, *limit = out + room - DECODER_STEP;

	for (; at < end && out <= limit; at++) {
		if (*at < 0x80)
			*out++ = (char)*at;
		else
			out = put_scalar(out, *at < 0xa0 ? upper_1252[*at - 0x80] : *at);
	}
	*in = view_make((const char *)at, (size_t)(end - at));
	return (size_t)(out - start);
}

static uint32_t
unit(const unsigned char *at, size_t size, bool big)
{
	uint32_t value = 0;

	for (size_t i = 0; i < size; i++)
		value = value << 8 | at[big ? i : size - 1 - i];
	return value;
}

/* UTF-16 and UTF-32: units of size bytes, of which a surrogate needs two. */
static size_t
run_units(struct view *in, size_t size, bool big, bool last, char *out, size_t room)
{
	const unsigned char *at = (const unsigned char *)in->at;
	const unsigned char *end = at + in->len;
	char *start = out, *limit = out + room - DECODER_STEP;

	while ((size_t)(end - at) >= size && out <= limit) {
		uint32_t value = unit(at, size, big);

		if (size == 2 && value >= 0xd800 && value < 0xdc00) {
			uint32_t low;

			if (end - at < 4 && !last)
				break;
			low = end - at < 4 ? 0 : unit(at + 2, 2, big);
			if (low >= 0xdc00 && low < 0xe000) {
				value =
				    0x10000 + ((value - 0xd800) << 10) + (low - 0xdc00);
				at += 2;
			}
		}
		if (value > 0x10ffff || (value >= 0xd800 && value < 0xe000))
			out = put_mark(out, 0);
		else
			out = put_scalar(out, value);
		at += size;
	}
	if (last && at < end && (size_t)(end - at) < size && out <= limit) {
		out = put_mark(out, *at);
		at = end;
	}
	*in = view_make((const char *)at, (size_t)(end - at));
	return (size_t)(out - start);
}

static size_t
run_iconv(struct decoder *decoder, struct view *in, bool last, char *out, size_t room)
{
	char *at = (char *)(uintptr_t)in->at, *start = out;
	char *limit = out + room - DECODER_STEP;
	size_t left = in->len;

	while (left > 0 && out <= limit) {
		size_t space = (size_t)(limit + DECODER_STEP / 2 - out);

		if (iconv(decoder->iconv, &at, &left, &out, &space) != (size_t)-1)
			continue;
		if (errno == E2BIG || (errno == EINVAL && !last))
			break;
		out = put_mark(out, (unsigned char)*at);
		at++;
		left--;
	}
	if (last && left == 0 && out <= limit) {
		size_t space = DECODER_STEP;

		/* Some encodings hold a character back until they see the end. */
		(void)iconv(decoder->iconv, NULL, NULL, &out, &space);
	}
	*in = view_make(at, left);
	return (size_t)(out - start);
}

size_t
decoder_run(struct decoder *decoder, struct view *in, bool last, char *out, size_t room)
{
	size_t n = 0;

	if (room < DECODER_STEP)
		return 0;
	switch (decoder->kind) {
	case DECODER_1252:
		return run_1252(in, out, room);
	case DECODER_UTF16LE:
		return run_units(in, 2, false, last, out, room);
	case DECODER_UTF16:
	case DECODER_UTF16BE:
		return run_units(in, 2, true, last, out, room);
	case DECODER_UTF32LE:
		return run_units(in, 4, false, last, out, room);
	case DECODER_UTF32:
	case DECODER_UTF32BE:
		return run_units(in, 4, true, last, out, room);
	case DECODER_ICONV:
		return run_iconv(decoder, in, last, out, room);
	case DECODER_NONE:
		n = in->len < room ? in->len : room;
		memcpy(out, in->at, n);
		*in = view_from(*in, n);
		break;
	}
	return n;
}
