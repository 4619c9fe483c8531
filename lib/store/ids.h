/* SPDX-License-Identifier: ISC */
#ifndef STORE_IDS_H
#define STORE_IDS_H

/* A list of ids that grows; { NULL, 0, 0 } is empty. */

#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"

struct ids {
	uint64_t *at;
	size_t count, cap;
};

int ids_add(struct ids *ids, uint64_t id, struct fault *fault) MUST_CHECK;
void ids_sort(struct ids *ids); /* ascending, each once */
void ids_release(struct ids *ids);

#endif
