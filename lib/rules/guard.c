/* SPDX-License-Identifier: ISC */
/* A limit in per cent is of the records that the action looks at, so that it
 * means the same in a store of any size. */
#include "rules/guard.h"

#include <string.h>

#define USUAL_MOST    25
#define USUAL_PERCENT 5

int
guard_read(struct guard *guard, const char *max, bool yes, struct fault *fault)
{
	const char *at = max;

	*guard = (struct guard){ .lifted = yes, .given = max != NULL };
	if (max == NULL)
		return 0;
	for (; *at >= '0' && *at <= '9' && at - max < 15; at++)
		guard->most = guard->most * 10 + (uint64_t)(*at - '0');
	guard->percent = strcmp(at, "%") == 0;
	if (at == max || (*at != '\0' && !guard->percent) ||
	    (guard->percent && guard->most > 100))
		return fault_set(fault, FAULT_USAGE,
		    "--max \"%s\": neither a number of records nor a percentage", max);
	return 0;
}

static uint64_t
share(uint64_t percent, uint64_t of)
{
	return of / 100 * percent + of % 100 * percent / 100;
}

int
guard_check(const struct guard *guard, const char *verb, const char *noun, uint64_t count,
    uint64_t of, struct fault *fault)
{
	uint64_t most = USUAL_MOST;

	if (guard->lifted)
		return 0;
	if (guard->given)
		most = guard->percent ? share(guard->most, of) : guard->most;
	else if (share(USUAL_PERCENT, of) > most)
		most = share(USUAL_PERCENT, of);
	if (count <= most)
		return 0;
	return fault_set(fault, FAULT_CONFLICT,
	    "this would %s %llu of %llu %s, and %llu is the limit: nothing was stored "
	    "(--max N or N%% sets another limit%s)",
	    verb, (unsigned long long)count, (unsigned long long)of, noun,
	    (unsigned long long)most, guard->firm ? "" : ", --yes lifts it");
}
