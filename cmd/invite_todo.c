/* SPDX-License-Identifier: ISC */
#include "invite.h"
#define TODO(name)                                                                  \
	int name(struct command *command, const struct invite_options *options,     \
	    struct fault *fault)                                                    \
	{                                                                           \
		(void)command;                                                      \
		(void)options;                                                      \
		return fault_set(fault, FAULT_INTERNAL, #name " is not built yet"); \
	}
TODO(invite_events)
TODO(invite_unsubscribe)
TODO(invite_decide)
