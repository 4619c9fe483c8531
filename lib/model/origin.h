/* SPDX-License-Identifier: ISC */
#ifndef MODEL_ORIGIN_H
#define MODEL_ORIGIN_H

/*
 * Why one field of a record became what it is (TR-49). A version has one cause
 * of its last change, but in one run a job may set the client status of a
 * contact and a placement its candidate status; then the placement is written
 * last.
 */

#include "model/kind.h"

struct origin {
	enum cause cause;
	struct view job; /* id of the job for whose sake, digits; or empty */
};

/* Of the field in `slot` in a version that differs there from the one before;
 * the job is borrowed from the version. */
struct origin origin_of(const struct kind *kind, struct record version, uint16_t slot);

/* Why a status of a contact became what it is, the one that changed last; *known
 * is false when that was pruned away. Not in a transaction of the past. */
int origin_of_status(struct txn *txn, uint64_t id, enum cause *cause, bool *known,
    struct fault *fault) MUST_CHECK;

#endif
