/* SPDX-License-Identifier: ISC */
#ifndef TABLE_DECODER_H
#define TABLE_DECODER_H

/*
 * Turns text of one encoding into UTF-8, piece by piece. Bytes that have no
 * meaning in the encoding become DECODER_MARK and the byte itself (or
 * DECODER_MARK twice where no single byte is to blame): never valid UTF-8, so
 * that the check of the record finds them and the record alone is in error.
 */

#include <iconv.h>

#include "base/view.h"
#include "base/fault.h"

#define DECODER_MARK '\xff'
/* The room in the output that one step needs. */
#define DECODER_STEP 16

enum decoder_kind {
	DECODER_NONE, /* UTF-8: nothing to do */
	DECODER_1252, /* windows-1252 as the WHATWG encoding standard has it */
	DECODER_UTF16LE,
	DECODER_UTF16BE,
	DECODER_UTF32LE,
	DECODER_UTF32BE,
	DECODER_UTF16, /* by BOM, or by where the NUL bytes stand */
	DECODER_UTF32,
	DECODER_ICONV,
};

struct decoder {
	enum decoder_kind kind;
	iconv_t iconv;
	char name[40];
};

#define DECODER_EMPTY ((struct decoder){ DECODER_NONE, (iconv_t)-1, "UTF-8" })

/* Finds the encoding by any of its usual names; latin1 is windows-1252. An
 * unknown name is a usage fault that names it. */
int decoder_open(
    struct decoder *decoder, const char *name, struct fault *fault) MUST_CHECK;

/* Sets a kind other than DECODER_ICONV, and its name. */
void decoder_choose(struct decoder *decoder, enum decoder_kind kind);

/*
 * Converts from *in on, of which it takes off what it used, and returns how
 * many bytes it wrote to out. It stops when the input is used up but for a
 * character that is not yet complete, or when less than DECODER_STEP bytes are
 * left of room. With last set nothing follows, and nothing is left over.
 */
size_t decoder_run(
    struct decoder *decoder, struct view *in, bool last, char *out, size_t room);

void decoder_close(struct decoder *decoder);

#endif
