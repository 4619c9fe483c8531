/* SPDX-License-Identifier: ISC */
#ifndef MODEL_ACCOUNT_H
#define MODEL_ACCOUNT_H

/* The user and the employee that a contact is, as their records say. */

#include "model/kind.h"

/* HS-14: the user whose `contact` names the contact, else the External user with
 * its address; *id 0 for none. */
int account_of(struct txn *txn, uint64_t contact, struct record record, uint64_t *id,
    struct record *user, struct fault *fault) MUST_CHECK;

/* CS-22: the employee whose `contact` names it; *id 0 for none. */
int account_employee(struct txn *txn, uint64_t contact, uint64_t *id,
    struct record *employee, struct fault *fault) MUST_CHECK;

/* The record of the kind, other than `but`, whose slot names the contact; *id 0 for
 * none. */
int account_linked(struct txn *txn, const struct kind *kind, uint16_t slot,
    uint64_t contact, uint64_t but, uint64_t *id, struct fault *fault) MUST_CHECK;

#endif
