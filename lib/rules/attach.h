/* SPDX-License-Identifier: ISC */
#ifndef RULES_ATTACH_H
#define RULES_ATTACH_H

/*
 * What goes with a contact at a row's or an editor's wish: a note, links to events,
 * jobs, employees and users (HS-9, CS-22), and a user made from the template (CS-26
 * to CS-36). Checked before the contact is written, so that both come or neither.
 */

#include "rules/import_run.h"

/* Reads options.note, links, unlinks and creates_users. What does not exist is a
 * FAULT_USAGE, what several are a FAULT_CONFLICT. */
int attach_read(struct import *import, struct fault *fault) MUST_CHECK;
void attach_release(struct import *import);

/* Whether anything is to go with the contacts of this import. */
bool attach_wanted(const struct import *import);

/* Whether it can go with the contact that import->form will be; id is 0 for a new
 * one. Borrowed values of the form have to be copies. */
enum step attach_check(struct import *import, uint64_t id, struct fault *fault);

/* Does it, for the contact as it is stored; *changed becomes true when something
 * came of it. Names what changed in import->changed. */
enum step attach_take(
    struct import *import, uint64_t id, bool *changed, struct fault *fault);

/* new_user.c: the user of a contact, made from the template. */
enum step new_user_check(struct import *import, uint64_t id, struct fault *fault);
enum step new_user_take(
    struct import *import, uint64_t id, bool *made, struct fault *fault);
/* The user of a contact who joins by an invitation: the one that is there, else one
 * that is made, of the template if there is one, and as yet of no organization. */
enum step new_user_join(
    struct import *import, uint64_t id, uint64_t *user, struct fault *fault);

#endif
