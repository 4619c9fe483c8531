/* SPDX-License-Identifier: ISC */
/*
 * Settings that a run set: few, and seldom, so each is looked at with all that
 * became of it.
 */
#include <stdlib.h>

#include "rules/undo_parts.h"
#include "store/history.h"

/* What later runs did to a setting: the value that the first of them found,
 * which is what the run left, and the last of them. */
struct setters {
	struct undo *undo;
	struct view name, left;
	uint64_t rev, last;
};

static int
take_setter(
    void *context, struct view name, struct view value, bool since, struct fault *fault)
{
	struct setters *setters = context;

	(void)since;
	if (!view_equal(name, setters->name))
		return 0;
	if (setters->last == 0) {
		setters->left = arena_copy(&setters->undo->arena, value);
		if (value.len > 0 && setters->left.at == NULL)
			return fault_memory(fault);
	}
	setters->last = setters->rev;
	return 0;
}

/* Whether a setting that was set again is in conflict. Settings are few, and so
 * are their changes. */
static int
check_setters(struct undo *undo, struct undo_setting *setting, struct fault *fault)
{
	struct setters setters = { .undo = undo, .name = setting->name };
	int undoing;

	for (setters.rev = undo->rev + 1; setters.rev < txn_rev(undo->txn); setters.rev++)
		if (settings_before(
			undo->txn, setters.rev, take_setter, &setters, fault) != 0)
			return -1;
	undoing = undo_by_undoing(undo, setters.last, fault);
	if (undoing < 0 || (undoing == 1 && view_equal(setting->now, setters.left)))
		return undoing < 0 ? -1 : 0;
	setting->action = UNDO_ERROR;
	setting->problem = PROBLEM_CHANGED;
	setting->other = setters.last;
	return 0;
}

static int
plan_setting(
    void *context, struct view name, struct view value, bool since, struct fault *fault)
{
	struct undo *undo = context;
	struct undo_setting *settings, *setting;
	struct buf text = BUF_EMPTY;
	struct view now = { NULL, 0 };
	int found = -1;

	settings = realloc(undo->settings, (undo->setting_count + 1) * sizeof(*settings));
	if (settings == NULL)
		return fault_memory(fault);
	undo->settings = settings;
	setting = settings + undo->setting_count++;
	buf_view(&text, name);
	if (buf_check(&text, fault) == 0)
		found = txn_setting(undo->txn, buf_string(&text), &now, fault);
	if (found == 0)
		now.len = 0;
	*setting = (struct undo_setting){ .name = arena_copy(&undo->arena, name),
		.value = arena_copy(&undo->arena, value),
		.now = arena_copy(&undo->arena, now),
		.action = UNDO_UPDATED };
	buf_release(&text);
	if (found < 0 || setting->name.at == NULL)
		return found < 0 ? -1 : fault_memory(fault);
	if (view_equal(setting->now, setting->value)) {
		setting->action = UNDO_UNCHANGED;
		return 0;
	}
	return since && !undo->force ? check_setters(undo, setting, fault) : 0;
}

int
undo_plan_settings(struct undo *undo, struct fault *fault)
{
	return settings_before(undo->txn, undo->rev, plan_setting, undo, fault);
}

int
undo_write_settings(struct undo *undo, struct fault *fault)
{
	const struct undo_setting *setting;
	struct buf name = BUF_EMPTY;
	size_t i;
	int result = 0;

	for (i = 0; result == 0 && i < undo->setting_count; i++) {
		setting = &undo->settings[i];
		if (setting->action != UNDO_UPDATED)
			continue;
		buf_clear(&name);
		buf_view(&name, setting->name);
		result = buf_check(&name, fault) != 0
		    ? -1
		    : txn_set(undo->txn, buf_string(&name), setting->value, fault);
		if (result == 0 && undo->report->difference != NULL)
			undo->report->difference(undo->report->context, 0, setting->name,
			    &(struct difference){ .field = VIEW("value"),
				.from = setting->now,
				.to = setting->value },
			    cause_name(CAUSE_UNDO));
	}
	buf_release(&name);
	return result;
}
