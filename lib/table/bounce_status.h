/* SPDX-License-Identifier: ISC */
#ifndef TABLE_BOUNCE_STATUS_H
#define TABLE_BOUNCE_STATUS_H

/* Enhanced status codes (RFC 3463) in what mailers write. */

#include "table/bounce.h"

/* The code that a text begins with, "5.1.1 (unknown)"; all 0 when there is none. */
struct bounce_status bounce_status_parse(struct view text);

/*
 * The code of a failure that a diagnostic tells, "smtp; 550 5.1.1 <ann@acme...": one
 * behind a reply code of SMTP of the same class, or behind '#'; else the reply
 * code's class as 5.0.0; all 0 when there is neither.
 */
struct bounce_status bounce_status_find(struct view text);

#endif
