/* SPDX-License-Identifier: ISC */
/*
 * The encoding is settled from the first bytes, before anything is read.
 * UTF-8 then goes straight into the caller's memory; the rest passes through
 * a buffer of raw bytes that keeps characters cut by the end of a read.
 */
#include "table/source.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define RAW_SIZE  ((size_t)64 * 1024)
#define HEAD_SIZE 1026

static ssize_t
read_at(int fd, char *out, size_t room, off_t offset)
{
	ssize_t n;

	do
		n = pread(fd, out, room, offset);
	while (n < 0 && errno == EINTR);
	return n;
}

/* Which unit the text is made of, by where ASCII leaves its NUL bytes; kind
 * when they do not tell. Some programs write FE FF before any UTF-16 and
 * UTF-32, so the mark alone proves nothing but that it is one of them. */
static enum decoder_kind
kind_by_nul(const unsigned char *text, size_t len, enum decoder_kind kind)
{
	size_t le32 = 0, be32 = 0, le16 = 0, be16 = 0;

	for (size_t i = 0; i + 4 <= len; i += 4) {
		bool zero[4];

		for (size_t k = 0; k < 4; k++)
			zero[k] = text[i + k] == 0;
		le32 += !zero[0] && zero[1] && zero[2] && zero[3];
		be32 += zero[0] && zero[1] && zero[2] && !zero[3];
		le16 += !zero[0] && zero[1];
		le16 += !zero[2] && zero[3];
		be16 += zero[0] && !zero[1];
		be16 += zero[2] && !zero[3];
	}
	if (len >= 2 && len < 4) {
		le16 += text[0] != 0 && text[1] == 0;
		be16 += text[0] == 0 && text[1] != 0;
	}
	if (le32 > len / 8 || be32 > len / 8)
		return le32 > be32 ? DECODER_UTF32LE : DECODER_UTF32BE;
	if (le16 == be16)
		return kind;
	return le16 > be16 ? DECODER_UTF16LE : DECODER_UTF16BE;
}

/* The encoding and length of the byte order mark; 0 when there is none. */
static size_t
find_mark(const unsigned char *head, size_t len, enum decoder_kind *kind)
{
	if (len >= 3 && head[0] == 0xef && head[1] == 0xbb && head[2] == 0xbf) {
		*kind = DECODER_NONE;
		return 3;
	}
	/* The mark of UTF-32LE begins with that of UTF-16LE. */
	if (len >= 4 && head[0] == 0xff && head[1] == 0xfe && head[2] == 0 &&
	    head[3] == 0) {
		*kind = DECODER_UTF32LE;
		return 4;
	}
	if (len >= 4 && head[0] == 0 && head[1] == 0 && head[2] == 0xfe &&
	    head[3] == 0xff) {
		*kind = DECODER_UTF32BE;
		return 4;
	}
	if (len >= 2 && head[0] == 0xff && head[1] == 0xfe) {
		*kind = kind_by_nul(head + 2, len - 2, DECODER_UTF16LE);
		return 2;
	}
	if (len >= 2 && head[0] == 0xfe && head[1] == 0xff) {
		*kind = kind_by_nul(head + 2, len - 2, DECODER_UTF16BE);
		return 2;
	}
	return 0;
}

static int
settle_encoding(struct source *source, const char *encoding, struct fault *fault)
{
	unsigned char head[HEAD_SIZE];
	enum decoder_kind kind = DECODER_NONE;
	ssize_t n = read_at(source->fd, (char *)head, sizeof(head), source->start);
	size_t mark;

	if (n < 0)
		return fault_errno(fault, errno, "%s", source->name);
	if (encoding != NULL && decoder_open(&source->decoder, encoding, fault) < 0)
		return -1;
	mark = find_mark(head, (size_t)n, &kind);
	if (mark > 0) {
		decoder_close(&source->decoder);
		decoder_choose(&source->decoder, kind);
		source->start += (off_t)mark;
	} else if (source->decoder.kind == DECODER_UTF16) {
		kind = kind_by_nul(head, (size_t)n, DECODER_UTF16BE);
		decoder_choose(&source->decoder, kind);
	} else if (source->decoder.kind == DECODER_UTF32) {
		kind = kind_by_nul(head, (size_t)n, DECODER_UTF32BE);
		decoder_choose(
		    &source->decoder, kind == DECODER_UTF32LE ? kind : DECODER_UTF32BE);
	}
	return 0;
}

int
source_open(struct source *source, int fd, const char *name, const char *encoding,
    struct fault *fault)
{
	struct stat st;

	*source = (struct source){ .fd = fd, .name = name, .decoder = DECODER_EMPTY };
	source->start = lseek(fd, 0, SEEK_CUR);
	if (source->start < 0 || fstat(fd, &st) < 0)
		return fault_errno(fault, errno, "%s", name);
	if (S_ISDIR(st.st_mode))
		return fault_set(fault, FAULT_INPUT, "%s: is a directory", name);
	source->size =
	    st.st_size > source->start ? (uint64_t)(st.st_size - source->start) : 0;
	if (settle_encoding(source, encoding, fault) < 0)
		return -1;
	if (source->decoder.kind != DECODER_NONE &&
	    (source->raw = malloc(RAW_SIZE)) == NULL)
		return fault_memory(fault);
	source_rewind(source);
	return 0;
}

void
source_rewind(struct source *source)
{
	source->offset = source->start;
	source->raw_begin = source->raw_end = 0;
	source->raw_eof = false;
	if (source->decoder.kind == DECODER_ICONV)
		(void)iconv(source->decoder.iconv, NULL, NULL, NULL, NULL);
}

static int
fill_raw(struct source *source, struct fault *fault)
{
	size_t left = source->raw_end - source->raw_begin;
	ssize_t n;

	memmove(source->raw, source->raw + source->raw_begin, left);
	source->raw_begin = 0;
	source->raw_end = left;
	n = read_at(source->fd, source->raw + left, RAW_SIZE - left, source->offset);
	if (n < 0)
		return fault_errno(fault, errno, "%s", source->name);
	source->raw_end += (size_t)n;
	source->offset += n;
	source->raw_eof = n == 0;
	return 0;
}

int
source_read(
    struct source *source, char *out, size_t room, size_t *len, struct fault *fault)
{
	ssize_t n;

	*len = 0;
	if (source->decoder.kind == DECODER_NONE) {
		n = read_at(source->fd, out, room, source->offset);
		if (n < 0)
			return fault_errno(fault, errno, "%s", source->name);
		source->offset += n;
		*len = (size_t)n;
		return 0;
	}
	for (;;) {
		struct view in = { source->raw + source->raw_begin,
			source->raw_end - source->raw_begin };

		*len = decoder_run(&source->decoder, &in, source->raw_eof, out, room);
		source->raw_begin = source->raw_end - in.len;
		if (*len > 0 || source->raw_eof)
			return 0;
		if (fill_raw(source, fault) < 0)
			return -1;
	}
}

void
source_close(struct source *source)
{
	decoder_close(&source->decoder);
	free(source->raw);
	source->raw = NULL;
}
