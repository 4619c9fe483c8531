/* SPDX-License-Identifier: ISC */
/*
 * `share`: gives the store to a group of users, or takes it back; `init --group`
 * does so with a store that it has just made.
 */
#include "cli/process.h"
#include "look_after.h"
#include "store/sharing.h"

#include <limits.h>

static int
set_sharing(
    const struct command *command, const struct sharing *want, struct fault *fault)
{
	const uint64_t wait = command->shared->wait;
	const struct store_options options = { .path = command->store_path,
		.wait = wait < UINT_MAX ? (unsigned)wait : UINT_MAX };
	int changed = sharing_set(&options, want, fault);

	if (changed < 0)
		return -1;
	if (want->shared)
		command_note(command, "%s is shared with the group %s%s",
		    command->store_path, want->name, changed == 0 ? " already" : "");
	else
		command_note(command, "%s is private%s", command->store_path,
		    changed == 0 ? " already" : "");
	return EXIT_OK;
}

int
share_run(struct command *command, const struct look_after *options, struct fault *fault)
{
	struct sharing want = { .shared = !options->none };

	if (options->none == (command->operand_count > 1))
		return fault_set(
		    fault, FAULT_USAGE, "share takes the name of a group, or --none");
	if (!options->none) {
		want.name = command->operands[1];
		if (process_group(want.name, &want.group, fault) < 0)
			return -1;
	}
	return set_sharing(command, &want, fault);
}

/* Of a store that was there already nothing is changed by the way. */
static int
compare(const struct command *command, const struct store *store,
    const struct sharing *want, struct fault *fault)
{
	struct sharing is = sharing_of(store);

	if (!want->shared || (is.shared && is.group == want->group))
		return 0;
	return fault_set(fault, FAULT_CONFLICT,
	    "%s is a store already, which is not shared with the group %s: "
	    "'contact-store share %s' shares it",
	    command->store_path, want->name, want->name);
}

int
init_run(struct command *command, const struct look_after *options, struct fault *fault)
{
	struct sharing want = { .shared = options->group != NULL,
		.name = options->group };
	struct store *store = NULL;
	struct fault absent;
	bool made;
	int rc = 0;

	if (want.shared && process_group(want.name, &want.group, fault) < 0)
		return -1;
	if (command_open_store(&store, command, false, 0, &absent) < 0 &&
	    command_open_store(&store, command, true, 0, fault) < 0)
		return -1;
	made = store_created(store);
	if (!made)
		rc = compare(command, store, &want, fault);
	store_close(store);
	if (rc < 0)
		return -1;
	command_note(command, made ? "%s is a new store" : "%s is a store already",
	    command->store_path);
	return want.shared && made ? set_sharing(command, &want, fault) : EXIT_OK;
}
