/* SPDX-License-Identifier: ISC */
#ifndef RULES_MAP_RULE_H
#define RULES_MAP_RULE_H

/* Column lines of a map: `HEADER -> FIELD RULE...`. */

#include "rules/map_file.h"

/* Reads what stands on both sides of the arrow; *column is in the arena. The
 * field is not looked up yet. Faults have no place. */
int map_rule_read(struct map_column **column, struct arena *arena, struct view header,
    struct view field, struct fault *fault) MUST_CHECK;

/* Whether a column of that kind may have the field and the rules. */
int map_rule_check(const struct map_column *column, const struct kind *kind,
    struct fault *fault) MUST_CHECK;

/* The normal form of a header, in the arena. */
int map_rule_normal(struct view *normal, struct arena *arena, struct view header,
    struct fault *fault) MUST_CHECK;

/* The field of the kind that a map may fill, or &field_attr, &field_ext; NULL
 * with a fault for what it may not. */
const struct field *map_rule_field(
    const struct kind *kind, struct view name, struct fault *fault);

#endif
