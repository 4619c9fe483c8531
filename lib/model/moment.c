/* SPDX-License-Identifier: ISC */
/*
 * A time means the runs that were not later. Times of runs never go back, so
 * it is found among the revisions by halving.
 */
#include "model/moment.h"

#include "model/settings.h"
#include "store/log.h"

struct wanted {
	struct txn *txn;
	const char *option, *text;
	int64_t now;
};

static bool
is_revision(const char *text)
{
	return text[0] != '\0' && text[strspn(text, "0123456789")] == '\0';
}

static int
read_revision(const struct wanted *wanted, uint64_t *rev, struct fault *fault)
{
	unsigned long long last = txn_rev(wanted->txn);

	/* Of an id that is too large for one, *rev says nothing. */
	if (entity_read_id(view_of(wanted->text), rev) && *rev <= last)
		return 0;
	return fault_set(fault, FAULT_USAGE,
	    "%s: revision %.40s: the store's last one is %llu (digits alone are a "
	    "revision)",
	    wanted->option, wanted->text, last);
}

static int
read_period(
    const struct wanted *wanted, int64_t *from, int64_t *until, struct fault *fault)
{
	int zone;

	if (setting_timezone(wanted->txn, &zone, fault) == -1)
		return -1;
	if (period_read(view_of(wanted->text), wanted->now, zone, from, until))
		return 0;
	return fault_set(fault, FAULT_USAGE,
	    "%s: \"%.60s\" is no revision and no time: write 812, 2026-10-05, "
	    "2026-10-05T08:30:00Z, today or -30d",
	    wanted->option, wanted->text);
}

/* A fault when what was before the horizon is asked for. */
static int
check_horizon(const struct wanted *wanted, uint64_t rev, struct fault *fault)
{
	uint64_t horizon;
	struct buf time = BUF_EMPTY;
	const char *who;
	int64_t at;
	int result = 0;

	if (log_horizon(wanted->txn, &horizon, fault) == -1)
		return -1;
	if (rev >= horizon)
		return 0;
	result = txn_revision(wanted->txn, horizon, &at, &who, fault);
	if (result == 1)
		time_print(&time, at);
	if (result != -1)
		result = fault_set(fault, FAULT_USAGE,
		    "%s: %.60s: what was before revision %llu%s%s has been pruned",
		    wanted->option, wanted->text, (unsigned long long)horizon,
		    time.len > 0 ? " of " : "", buf_string(&time));
	buf_release(&time);
	return result;
}

int
moment_at(struct txn *txn, const char *option, const char *text, int64_t now,
    uint64_t *rev, int64_t *when, struct fault *fault)
{
	const struct wanted wanted = { txn, option, text, now };
	int64_t from, until;
	const char *who;

	*when = now;
	if (is_revision(text)) {
		if (read_revision(&wanted, rev, fault) == -1 ||
		    check_horizon(&wanted, *rev, fault) == -1)
			return -1;
		return txn_revision(txn, *rev, when, &who, fault) == -1 ? -1 : 0;
	}
	if (read_period(&wanted, &from, &until, fault) == -1 ||
	    txn_revision_at(txn, until, rev, fault) == -1)
		return -1;
	--*rev;
	if (until <= now)
		*when = until - 1;
	return check_horizon(&wanted, *rev, fault);
}

int
moment_since(struct txn *txn, const char *option, const char *text, int64_t now,
    uint64_t *rev, struct fault *fault)
{
	const struct wanted wanted = { txn, option, text, now };
	int64_t from, until;

	if (is_revision(text))
		return read_revision(&wanted, rev, fault) == -1
		    ? -1
		    : check_horizon(&wanted, *rev, fault);
	if (read_period(&wanted, &from, &until, fault) == -1 ||
	    txn_revision_at(txn, from, rev, fault) == -1)
		return -1;
	--*rev;
	return 0;
}
