/* SPDX-License-Identifier: ISC */
#ifndef MODEL_SETTINGS_H
#define MODEL_SETTINGS_H

/*
 * Settings of a store. Each is one row of a table: name, default, what it
 * means, how a value is checked.
 */

#include "model/value.h"

struct setting {
	const char *name;
	const char *value;   /* the default; "" for none */
	const char *meaning; /* one line for the manual and for `get` */
};

/* The index-th setting, NULL after the last. */
const struct setting *setting_at(size_t index);
const struct setting *setting_by_name(struct view name);
/* The picklist that its values are of, or NULL. */
const char *setting_picklist(size_t index);

/* Appends the value in force. */
int setting_get(
    struct buf *out, struct txn *txn, const char *name, struct fault *fault) MUST_CHECK;
/* Checks and stores; an unknown name or a bad value is a FAULT_USAGE, one that does not
 * go with what is stored a FAULT_CONFLICT. An empty value takes the setting back to its
 * default. *changed tells. */
int setting_set(struct txn *txn, struct view name, struct view value, bool *changed,
    struct fault *fault) MUST_CHECK;

/* Whether the value in force could be set: 0; 1 when not, *fault says why; -1. One that
 * was loaded, or stored by an earlier version, may be such. */
int setting_check(struct txn *txn, const char *name, struct fault *fault) MUST_CHECK;

/* "timezone" as minutes east of UTC ("+02:00", "UTC"). */
int setting_timezone(struct txn *txn, int *minutes, struct fault *fault) MUST_CHECK;

#endif
