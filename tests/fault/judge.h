/* SPDX-License-Identifier: ISC */
#ifndef FAULT_JUDGE_H
#define FAULT_JUDGE_H

/*
 * What came of a command one of whose calls failed, or which died: compared with
 * what was there before it, and with what it does when nothing fails. It is as
 * before or as after; success means that all was done; what went wrong is said
 * in one line, with a status of contact(7).
 */

#include "failing.h"
#include "inventory.h"

struct expectation {
	struct inventory before, after;
	struct command_end golden;
	bool kills;
	unsigned limit;		       /* seconds that the command may take */
	struct failing_report *report; /* of the run that is judged */
};

struct point {
	struct expectation *expected;
	char plan[80]; /* as FAILING has it */
	enum failing_call call;
	struct command_end end;
	struct inventory found;
	struct buf why; /* what is wrong with it; empty: nothing */
};

/* All is there and as it must be after the command. */
bool judge_complete(const struct point *point);
/* Each thing is as before or as after; *stored tells whether any store is as
 * after only. */
void judge_things(struct point *point, bool *stored);
/* All of it, for a command that ended in any way. */
void judge_failure(struct point *point);

#endif
