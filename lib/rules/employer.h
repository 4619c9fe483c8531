/* SPDX-License-Identifier: ISC */
#ifndef RULES_EMPLOYER_H
#define RULES_EMPLOYER_H

/*
 * What contacts and their organizations owe each other: organizations are
 * found by name or made (CS-15), the first contact becomes the primary one
 * (CS-16, CS-21), an organization's assignee is inherited (CS-38, CS-42).
 */

#include "base/arena.h"
#include "model/change.h"
#include "model/entity.h"

struct import;
struct draft;

/* Organizations by the name or id that rows give, and what rules ask of them:
 * whether there is a primary contact, the assignee, whether it is the
 * organization of the inactive. */
struct employer {
	uint64_t hash;
	struct view name; /* as rows spell it */
	uint64_t id;
	struct view assignee; /* as stored */
	bool primary, inactive;
};

struct employers {
	struct employer *places;
	size_t count, cap;
	struct arena names;
	struct employer *last; /* that was found, for the same row */
};

void employers_release(struct employers *employers);

/* What a row says of the organization of its contact, job and so on: a name, an
 * id as SYSTEM:ID, or both. */
struct employer_given {
	struct view name, by_id;
	struct view domain; /* of draft.h, where nothing else is said; name is it, too */
	bool typed;	    /* by_id was typed where a name may stand, too */
	bool kept;	    /* the contact's record keeps the same text already */
};
void employer_of_draft(
    struct import *import, const struct draft *draft, struct employer_given *given);

/*
 * The organization that is given: *id, or 0 when nobody bears the id or has the
 * name (with known_organizations that is an error, but where the text is kept). Somebody of this name who
 * bears another id of the system is somebody else; who bears none is
 * given this one. A domain means who bears it, else who is called so; 0 where
 * several bear it, who are in import->others. An enum step of import_run.h.
 */
int employer_find(struct import *import, const struct employer_given *given, uint64_t *id,
    struct fault *fault);
/* The system of an id that stays text is known from then on, so that the text
 * reads as an id when it comes back. */
int employer_know_system(struct import *import, const struct employer_given *given,
    struct fault *fault) MUST_CHECK;
/* Has the memory fetched that employer_find of a later row will ask. */
void employer_ahead(struct import *import, const struct draft *draft);
/* Makes an organization. With `primary` the contact that is created right
 * behind becomes its primary contact (CS-16). */
int employer_make(struct import *import, const struct employer_given *given, bool primary,
    uint64_t *id, struct fault *fault) MUST_CHECK;

/* The organization was known by its name alone; now its id is known, too. */
int employer_learn_id(struct import *import, uint64_t id, const struct draft *draft,
    struct fault *fault) MUST_CHECK;

/* The stored assignee of an organization; empty if none. */
int employer_assignee(struct import *import, uint64_t id, struct view *assignee,
    struct fault *fault) MUST_CHECK;

/* Contact joins organization: becomes its primary contact if there is none. */
int employer_joined(struct import *import, uint64_t organization, uint64_t contact,
    struct fault *fault) MUST_CHECK;
/* Contact leaves: is no longer its primary contact. */
int employer_left(struct import *import, uint64_t organization, uint64_t contact,
    struct fault *fault) MUST_CHECK;
/* Whether it is the organization of those who are out of use, also when it has been
 * renamed. */
bool employer_is_inactive(struct import *import, struct record organization);
/* At the end: organizations that came after their contacts, or were renamed to what these
 * said, get the first of them as primary contact. */
int employers_settle(struct import *import, struct fault *fault) MUST_CHECK;
/* The record of an organization changed: forget what is known. */
void employer_changed(struct import *import);

#endif
