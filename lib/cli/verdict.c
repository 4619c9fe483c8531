/* SPDX-License-Identifier: ISC */
/*
 * Checking reads everything in one transaction, so what it finds waits in
 * memory until that has ended: stderr may be a pipe that nobody reads.
 */
#include "cli/verdict.h"

#include "model/check.h"

/* Findings are sentences, each ended by NUL. */
static void
keep_finding(void *context, enum check_level level, const char *text)
{
	struct buf *findings = context;

	buf_printf(findings, "%s: %s", level == CHECK_DAMAGE ? "damage" : "note", text);
	buf_char(findings, '\0');
}

static void
tell_findings(const struct command *command, struct view findings,
    const struct check_outcome *outcome)
{
	uint64_t more = outcome->damages > CHECK_TOLD ? outcome->damages - CHECK_TOLD : 0;

	while (findings.len > 0) {
		if (view_begins(findings, VIEW("damage")))
			command_warn(command, "%s", findings.at);
		else
			command_note(command, "%s", findings.at);
		findings = view_from(findings, strlen(findings.at) + 1);
	}
	if (more > 0)
		command_warn(command, "damage: and %llu more", (unsigned long long)more);
	if (outcome->unresolved > CHECK_TOLD)
		command_note(command,
		    "note: and %llu more references that "
		    "are kept as text",
		    (unsigned long long)(outcome->unresolved - CHECK_TOLD));
}

static void
print_count(struct buf *out, uint64_t count, const char *one, const char *several)
{
	buf_number(out, count);
	buf_char(out, ' ');
	buf_text(out, count == 1 ? one : several);
}

static int
print_verdict(const struct check_outcome *outcome, struct fault *fault)
{
	struct buf line = BUF_EMPTY;
	int rc;

	buf_text(&line, "check: ");
	print_count(&line, outcome->records, "record", "records");
	buf_text(&line, ", ");
	print_count(&line, outcome->entries, "index entry", "index entries");
	buf_text(&line, ", ");
	print_count(
	    &line, outcome->unresolved, "unresolved reference", "unresolved references");
	if (outcome->damages == 0)
		buf_text(&line, ": sound");
	else {
		buf_text(&line, ": damaged, ");
		print_count(&line, outcome->damages, "finding", "findings");
	}
	buf_char(&line, '\n');
	rc = command_print(&line, fault);
	buf_release(&line);
	return rc;
}

int
verdict_run(struct command *command, struct fault *fault)
{
	struct check_outcome outcome = { 0 };
	struct buf findings = BUF_EMPTY;
	struct store *store = NULL;
	struct txn *txn = NULL;
	int rc = -1;

	if (command_open_store(&store, command, false, 0, fault) == 0 &&
	    txn_begin(&txn, store, fault) == 0)
		rc = check_store(&outcome, txn, keep_finding, &findings, fault);
	txn_end(txn);
	store_close(store);
	tell_findings(command, buf_as_view(&findings), &outcome);
	if (rc == 0)
		rc = buf_check(&findings, fault);
	if (rc == 0 && !command->shared->quiet)
		rc = print_verdict(&outcome, fault);
	buf_release(&findings);
	return rc == 0 && outcome.damages > 0 ? EXIT_FAILED : rc;
}
