/* SPDX-License-Identifier: ISC */
/*
 * Checking reads everything in one transaction, so what it finds waits in
 * memory, or with -v in a file, until that has ended: stderr may be a pipe that
 * nobody reads.
 */
#include "cli/verdict.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "model/check.h"

/* Room for what is told without -v, a few notes on settings too; with it there may be a
 * million notes. */
#define FINDINGS_ROOM ((2 * CHECK_TOLD + 8) * 600)

/* Findings are sentences, each ended by NUL. What cannot be written is seen by
 * ferror at the end. */
static void
keep_finding(void *context, enum check_level level, const char *text)
{
	FILE *findings = context;

	fprintf(findings, "%s: %s", level == CHECK_DAMAGE ? "damage" : "note", text);
	fputc('\0', findings);
}

static int
tell_findings(const struct command *command, FILE *findings, struct fault *fault)
{
	char *text = NULL;
	size_t room = 0;
	int rc = 0;

	if (fflush(findings) != 0 || ferror(findings) != 0)
		return fault_errno(fault, errno, "keeping what was found");
	rewind(findings);
	while (getdelim(&text, &room, '\0', findings) > 0) {
		if (view_begins(view_of(text), VIEW("damage")))
			command_warn(command, "%s", text);
		else
			command_note(command, "%s", text);
	}
	if (ferror(findings) != 0)
		rc = fault_errno(fault, errno, "reading what was found");
	free(text);
	return rc;
}

static void
tell_others(const struct command *command, const struct check_outcome *outcome)
{
	if (outcome->damages > CHECK_TOLD)
		command_warn(command, "damage: and %llu more",
		    (unsigned long long)(outcome->damages - CHECK_TOLD));
	if (outcome->unresolved > CHECK_TOLD && !command->shared->verbose)
		command_note(command,
		    "note: and %llu more references that are kept as text (-v lists "
		    "them)",
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
	bool all = command->shared->verbose;
	FILE *findings = all ? tmpfile() : fmemopen(NULL, FINDINGS_ROOM, "w+");
	struct store *store = NULL;
	struct txn *txn = NULL;
	struct fault second;
	int rc = -1;

	if (findings == NULL)
		return fault_errno(fault, errno, "keeping what is found");
	if (command_open_store(&store, command, false, 0, fault) == 0 &&
	    txn_begin(&txn, store, fault) == 0)
		rc = check_store(&outcome, txn, all, keep_finding, findings, fault);
	txn_end(txn);
	store_close(store);
	/* What was found before a failure is told all the same. */
	if (tell_findings(command, findings, rc == 0 ? fault : &second) == -1)
		rc = -1;
	tell_others(command, &outcome);
	if (rc == 0 && !command->shared->quiet)
		rc = print_verdict(&outcome, fault);
	fclose(findings);
	return rc == 0 && outcome.damages > 0 ? EXIT_FAILED : rc;
}
