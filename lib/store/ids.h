/* SPDX-License-Identifier: ISC */
#ifndef STORE_IDS_H
#define STORE_IDS_H

/* A list of ids that grows; { NULL, 0, 0 } is empty. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"

struct ids {
	uint64_t *at;
	size_t count, cap;
};

int ids_add(struct ids *ids, uint64_t id, struct fault *fault) MUST_CHECK;
void ids_sort(struct ids *ids); /* ascending, each once */
/* Whether it is among them, which are sorted. */
bool ids_have(const struct ids *ids, uint64_t id);
void ids_release(struct ids *ids);

#endif
