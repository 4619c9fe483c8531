/* SPDX-License-Identifier: ISC */
/*
 * Trees as they lie there. Damage that hides what stands behind it ends the walk
 * of one tree and not the check: a page that leads back to an earlier one would
 * have a walk go round for ever, so keys that do not ascend end it too.
 */
#include "model/check_internal.h"

static const char *const tree_names[TREES] = {
	[TREE_META] = "the numbers and settings of the store",
	[TREE_NAMES] = "the names of columns",
	[TREE_RECORDS] = "the records",
	[TREE_INDEX] = "the index",
	[TREE_LOG] = "the log",
	[TREE_IMAGES] = "the before-images",
};

int
check_walk_open(
    struct check_walk *walk, struct check *check, enum tree tree, struct fault *fault)
{
	*walk = (struct check_walk){ .check = check, .tree = tree };
	walk->again = check->walked[tree];
	check->walked[tree] = true;
	return engine_cursor_open(&walk->cursor, txn_engine(check->txn), tree, fault);
}

static int
end_early(struct check_walk *walk, const char *why)
{
	struct check *check = walk->check;

	check->broken[walk->tree] = true;
	if (!walk->again)
		check_found(check, CHECK_DAMAGE,
		    "%s cannot be read on behind entry %llu: %s", tree_names[walk->tree],
		    (unsigned long long)walk->count, why);
	return 0;
}

/* A page that stands for another may end a walk early in good order. */
static int
end_of_tree(struct check_walk *walk, struct fault *fault)
{
	struct check *check = walk->check;
	uint64_t entries, bytes;

	if (engine_size(txn_engine(check->txn), walk->tree, &entries, &bytes, fault) < 0)
		return -1;
	if (entries == walk->count)
		return 0;
	check->broken[walk->tree] = true;
	if (!walk->again)
		check_found(check, CHECK_DAMAGE, "%s: of %llu entries %llu can be read",
		    tree_names[walk->tree], (unsigned long long)entries,
		    (unsigned long long)walk->count);
	return 0;
}

int
check_walk_next(
    struct check_walk *walk, struct view *key, struct view *value, struct fault *fault)
{
	int found;

	*key = (struct view){ NULL, 0 };
	found = walk->count > 0 ? engine_next(walk->cursor, key, value, fault)
				: engine_first(walk->cursor, key, value, fault);
	if (found < 0)
		return check_goes_on(fault) ? end_early(walk, fault->text) : -1;
	if (found == 0)
		return end_of_tree(walk, fault);
	if (!engine_within(txn_engine(walk->check->txn), *key, *value))
		return end_early(walk, "the next one goes beyond its page");
	if (walk->count > 0 && view_compare(buf_as_view(&walk->last), *key) >= 0)
		return end_early(walk, "the next one is out of order");
	buf_clear(&walk->last);
	buf_view(&walk->last, *key);
	walk->count++;
	return buf_check(&walk->last, fault) < 0 ? -1 : 1;
}

void
check_walk_close(struct check_walk *walk)
{
	engine_cursor_close(walk->cursor);
	buf_release(&walk->last);
}

int
check_tree(struct check *check, enum tree tree,
    int (*each)(
	struct check *check, struct view key, struct view value, struct fault *fault),
    struct fault *fault)
{
	struct check_walk walk;
	struct view key, value;
	int found;

	if (check_walk_open(&walk, check, tree, fault) < 0)
		return -1;
	while ((found = check_walk_next(&walk, &key, &value, fault)) == 1)
		if (each(check, key, value, fault) < 0) {
			found = -1;
			break;
		}
	check_walk_close(&walk);
	return found;
}
