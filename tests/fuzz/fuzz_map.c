/* SPDX-License-Identifier: ISC */
/* Map files of any bytes: read, or refused with a sentence. */
#include "fuzz.h"

#include <stdlib.h>

#include "rules/map_file.h"

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct arena arena = ARENA_EMPTY;
	struct map_file *map = NULL;
	struct fault fault = { FAULT_NONE, "" };
	struct view text = { (const char *)bytes, len };

	if (map_file_read(&map, &arena, "fuzz", text, &fault) < 0) {
		if (fault.text[0] == '\0')
			abort();
	} else {
		for (const struct map_shape *shape = map->shapes; shape != NULL;
		     shape = shape->next) {
			const struct map_shape *from = shape;
			const struct map_column *column = NULL;

			while ((column = map_column_next(&from, column)) != NULL)
				if (column->normal.len > 20 * len)
					abort();
		}
	}
	arena_release(&arena);
	return 0;
}
