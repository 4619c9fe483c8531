/* SPDX-License-Identifier: ISC */
#ifndef BASE_PRIVILEGE_H
#define BASE_PRIVILEGE_H

/*
 * Programs may be installed setgid, so that they open the files of one store and
 * their users do not. The right of that group is put aside when a program starts
 * and is taken up, by the thread that opens or renames files of the store, for as
 * long as this takes; everything else is done with the rights of the user alone.
 * Where a program has no such right, nothing here does anything.
 */

#include <stdbool.h>

#include "base/fault.h"

/* Puts the right of the group aside. FAULT_PERMISSION for a program that is
 * installed setuid, or setgid though it was not built for that (`meant`). */
int privilege_init(bool meant, struct fault *fault) MUST_CHECK;

/* Whether there is a right of a group that the user has not. */
bool privilege_held(void);

/* From here on until privilege_finish the thread may open what the group may;
 * pairs may stand within pairs. errno is as before. */
void privilege_begin(void);
void privilege_finish(void);

#endif
