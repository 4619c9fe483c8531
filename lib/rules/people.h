/* SPDX-License-Identifier: ISC */
#ifndef RULES_PEOPLE_H
#define RULES_PEOPLE_H

/*
 * People in rows of events, participations and jobs (HS-29): contact.FIELD, or email,
 * first_name and last_name by themselves, say who it is; of a participation also name,
 * organization, phone and title. The contact is found, or
 * made with the source that the row speaks of, and the row names it from then on.
 */

#include "rules/import_run.h"

/* Cells about the person have the slot of the contact's field above this. */
#define PEOPLE_SLOT 0xf000u

/* The field of a contact that a column or an operand of that name is about, and its
 * slot in a draft; NULL where the kind has no people or the name is not of one. */
const struct field *people_field(
    const struct kind *kind, struct view name, uint16_t *slot);

/* Takes the cells about a person out of the draft and puts the contact in; *person is
 * that contact, 0 where there is none. */
enum step people_take(
    struct import *import, struct draft *draft, uint64_t *person, struct fault *fault);

/* The person of a row about an event takes part in it. */
enum step people_join(
    struct import *import, uint64_t event, uint64_t person, struct fault *fault);

/*
 * CS-23: an employee who is linked to nobody is linked to the contact of his address,
 * which is made of him where there is none. id is the employee's, 0 for a new one.
 */
enum step people_of_employee(
    struct import *import, struct draft *draft, uint64_t id, struct fault *fault);

#endif
