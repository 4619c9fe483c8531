/* SPDX-License-Identifier: ISC */
#ifndef BASE_RANDOM_H
#define BASE_RANDOM_H

/* Bytes that nobody can guess, from the kernel. libbsd's arc4random ends a process
 * that has no memory for it, without a word. */

#include <stddef.h>

#include "base/fault.h"

int random_fill(void *at, size_t len, struct fault *fault) MUST_CHECK;

#endif
