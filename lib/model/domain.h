/* SPDX-License-Identifier: ISC */
#ifndef MODEL_DOMAIN_H
#define MODEL_DOMAIN_H

/*
 * What the domain of an address says of the organization that its bearer is
 * with: domains that belong to anybody, and who bears the others. A domain here
 * is in the form in which domains are compared (HS-54). libpsl is opened only
 * when a public suffix is asked for, so that a lookup does not load it.
 */

#include "model/value.h"
#include "store/ids.h"

/* HS-54: appends the domain of an address, what stands behind its last "@", as
 * an A-label in lower case without trailing dot; false when it has none, and
 * *out is then as before. */
bool domain_of_email(struct buf *out, struct view email);

/* HS-55: whether anybody gets an address there: the built-in list, and the
 * domains of the setting generic_domains, a `;` list. */
bool domain_is_generic(struct view domain, struct view more);

/* HS-54: whether it is a suffix of the public suffix list, below which anybody
 * registers names, such as co.uk. A fault when there is no libpsl. */
int domain_is_public(struct view domain, bool *is_public, struct fault *fault) MUST_CHECK;

/* Appends what somebody registered of the domain, "acme.co.uk" of
 * "mail.acme.co.uk"; nothing of a public suffix. */
int domain_registrable(
    struct buf *out, struct view domain, struct fault *fault) MUST_CHECK;

/* Appends the organizations that have it among their domains, ascending. */
int domain_bearers(
    struct txn *txn, struct view domain, struct ids *ids, struct fault *fault) MUST_CHECK;

/* Appends the setting generic_domains as it is kept, from a list with `;`, commas
 * or blanks between; false when an element is no domain. */
bool domain_list_read(struct buf *out, struct view text);

#endif
