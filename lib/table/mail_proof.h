/* SPDX-License-Identifier: ISC */
#ifndef TABLE_MAIL_PROOF_H
#define TABLE_MAIL_PROOF_H

/* A finished message, read again. */

#include "table/mail_output.h"

#define MAIL_BOUNDARY "=_contact"

/* The header fields that the message must have, in their order, and its parts. */
#define MAIL_FIELDS_MAX 13
struct mail_form {
	const char *fields[MAIL_FIELDS_MAX];
	size_t count;
	bool parts;
	struct view name, address, subject; /* what To and Subject must mean */
};

/* 0 when the text has exactly these header fields, one recipient, these parts and
 * no line that is too long; else 1 with FAULT_INPUT: it must not be sent. */
int mail_proof(
    struct view text, const struct mail_form *form, struct fault *fault) MUST_CHECK;

#endif
