/* SPDX-License-Identifier: ISC */
#ifndef MODEL_RIGHTS_H
#define MODEL_RIGHTS_H

/*
 * Who may do what (CS-8, CS-9): a user's role has a list of `entity=level`, which
 * counts in a store whose setting `access` is `roles`.
 */

#include "model/kind.h"

enum right_entity { RIGHT_CRM, RIGHT_MAIL, RIGHT_USERS, RIGHT_STORE, RIGHT_ENTITIES };
enum right_level { LEVEL_NONE, LEVEL_VIEW, LEVEL_EDIT, LEVEL_ADMIN, LEVELS };

struct right {
	enum right_entity entity;
	enum right_level level;
};

/* What a role gives: the level on each entity. */
struct rights {
	enum right_level of[RIGHT_ENTITIES];
};

/* Reads a stored list. False when it holds what is no right, or two levels of one
 * entity, of which *entity then is the name (NULL: the former); *rights are none. */
bool rights_read(struct rights *rights, struct view list, const char **entity);

/* Whether the rights are enough: a level includes those below it, and who
 * administers the CRM administers the rest of the store. Nobody without a view on
 * the CRM may do anything (CS-8). */
bool rights_allow(const struct rights *rights, struct right need);

/* Whether the store asks for rights at all: 1, 0, -1. */
int rights_rule(struct txn *txn, struct fault *fault) MUST_CHECK;

/* The record of the one user with this login: 1, 0 (none, or more than one), -1. */
int rights_user(struct txn *txn, struct view login, uint64_t *id, struct record *user,
    struct fault *fault) MUST_CHECK;

/* TW-28: whether that user may log in at all; FAULT_PERMISSION with the sentence
 * of TW-29 when not, or when there is no such user. */
int rights_check_login(
    struct txn *txn, struct view login, struct fault *fault) MUST_CHECK;

/* Whether the user with this login may do what needs the right; FAULT_PERMISSION
 * says what is missing. *rights are those that he has. */
int rights_check(struct txn *txn, struct view login, struct right need,
    struct rights *rights, struct fault *fault) MUST_CHECK;

#endif
