/* SPDX-License-Identifier: ISC */
/*
 * E5, E7, S3: sendmail(8) is a shell script here, which does what a case wants. It
 * runs as `sendmail -i -f SENDER -- RECIPIENT`.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "rules/sendmail.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static char place[] = "/tmp/contact-sendmail.XXXXXX";
static char program[64], output[64];

static void
write_program(const char *body)
{
	FILE *file = fopen(program, "w");

	assert_non_null(file);
	fprintf(file, "#!/bin/sh\ncd %s\n%s\n", place, body);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(chmod(program, 0700), 0);
}

/* The content of the file `output` in the place. */
static void
read_output(struct buf *text)
{
	FILE *file = fopen(output, "r");
	int c;

	assert_non_null(file);
	buf_clear(text);
	while ((c = getc(file)) != EOF)
		buf_char(text, (char)c);
	fclose(file);
}

static struct sendmail_result
run(const char *body, struct view message, unsigned patience)
{
	const struct sendmail_job job = { .path = program,
		.sender = "bounce+1@example.org",
		.recipient = "ann@example.com",
		.message = message,
		.patience = patience };
	struct sendmail_result result;
	struct fault fault = { .text = "" };

	write_program(body);
	if (sendmail_run(&result, &job, &fault) != 0)
		fail_msg("%s: %s", body, fault.text);
	return result;
}

static void
each_exit_status_means_what_sysexits_h_says(void **state)
{
	static const int temporary[] = { 69, 71, 74, 75 };
	static const int permanent[] = { 64, 65, 67, 68, 77, 78 };
	enum sendmail_outcome want;
	struct sendmail_result result;
	char body[40], reason[40];
	size_t i;

	(void)state;
	for (int status = 0; status < 256; status++) {
		want = status == 0 ? SENDMAIL_SENT : SENDMAIL_UNKNOWN;
		for (i = 0; i < COUNT(temporary); i++)
			if (temporary[i] == status)
				want = SENDMAIL_TEMPORARY;
		for (i = 0; i < COUNT(permanent); i++)
			if (permanent[i] == status)
				want = SENDMAIL_PERMANENT;
		if (sendmail_status(status) != want)
			fail_msg("status %d: %d, not %d", status,
			    (int)sendmail_status(status), (int)want);
		if (status > 0 && status < 62)
			continue;
		snprintf(body, sizeof(body), "exit %d", status);
		reason[0] = '\0';
		if (status != 0)
			snprintf(reason, sizeof(reason), "status %d", status);
		result = run(body, VIEW("x\n"), 60);
		assert_int_equal(result.outcome, want);
		assert_string_equal(result.reason, reason);
	}
}

static void
a_signal_or_no_end_leaves_it_unknown(void **state)
{
	struct sendmail_result result;
	int64_t began = clock_milliseconds();

	(void)state;
	result = run("kill -KILL $$", VIEW("x\n"), 60);
	assert_int_equal(result.outcome, SENDMAIL_UNKNOWN);
	assert_string_equal(result.reason, "signal");
	result = run("exec sleep 60", VIEW("x\n"), 1);
	assert_int_equal(result.outcome, SENDMAIL_UNKNOWN);
	assert_string_equal(result.reason, "timeout");
	/* A process that stays behind is not waited for. */
	result = run("sleep 30 & exit 0", VIEW("x\n"), 60);
	assert_int_equal(result.outcome, SENDMAIL_SENT);
	/* Nor are streams that it has closed the end of it. */
	result = run("exec >&- 2>&-; sleep 0.2; exit 75", VIEW("x\n"), 60);
	assert_int_equal(result.outcome, SENDMAIL_TEMPORARY);
	assert_true(clock_milliseconds() - began < 10000);
}

static void
one_that_ends_when_it_is_asked_to_is_believed(void **state)
{
	struct sendmail_result result;

	(void)state;
	result = run("trap 'exit 75' TERM; while :; do sleep 0.1; done", VIEW("x\n"), 1);
	assert_int_equal(result.outcome, SENDMAIL_TEMPORARY);
	assert_string_equal(result.reason, "status 75");
}

static void
one_that_does_not_want_to_end_is_killed(void **state)
{
	struct sendmail_result result;

	(void)state;
	result = run("trap '' TERM; while :; do sleep 0.1; done", VIEW("x\n"), 1);
	assert_int_equal(result.outcome, SENDMAIL_UNKNOWN);
	assert_string_equal(result.reason, "timeout");
}

static void
the_last_line_of_what_it_says_is_kept(void **state)
{
	static const struct {
		const char *body, *said;
	} cases[] = {
		{ "exit 75", "" },
		{ "echo first; echo second >&2; exit 75", "second" },
		{ "printf 'no end'; exit 75", "no end" },
		{ "printf 'a\\033[31mb\\tc\\n'; exit 75", "a [31mb c" },
		{ "yes | head -c 1000000; echo; echo last; exit 75", "last" },
	};
	struct sendmail_result result;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		result = run(cases[i].body, VIEW("x\n"), 60);
		assert_int_equal(result.outcome, SENDMAIL_TEMPORARY);
		assert_string_equal(result.said, cases[i].said);
	}
	result = run("head -c 1000000 /dev/zero | tr '\\0' x; exit 75", VIEW("x\n"), 60);
	assert_int_equal(strlen(result.said), sizeof(result.said) - 1);
}

static void
it_gets_the_whole_message_or_need_not_read_it(void **state)
{
	struct buf message = BUF_EMPTY, got = BUF_EMPTY;
	struct sendmail_result result;

	(void)state;
	for (int i = 0; i < 100000; i++)
		buf_printf(&message, "line %d\n", i);
	result = run("cat >output", buf_as_view(&message), 60);
	assert_int_equal(result.outcome, SENDMAIL_SENT);
	read_output(&got);
	assert_true(view_equal(buf_as_view(&got), buf_as_view(&message)));
	/* Nothing that it does to its input changes what it is. */
	result = run("echo more 2>output >>/proc/self/fd/0 && exit 75; cat >output",
	    buf_as_view(&message), 60);
	assert_int_equal(result.outcome, SENDMAIL_SENT);
	read_output(&got);
	assert_true(view_equal(buf_as_view(&got), buf_as_view(&message)));
	assert_int_equal(run("exit 0", buf_as_view(&message), 60).outcome, SENDMAIL_SENT);
	assert_int_equal(
	    run("exec <&-; exit 0", buf_as_view(&message), 60).outcome, SENDMAIL_SENT);
	buf_release(&message);
	buf_release(&got);
}

static void
s3_it_has_three_streams_three_variables_and_fixed_arguments(void **state)
{
	struct buf got = BUF_EMPTY;
	int stray = dup(STDERR_FILENO);

	(void)state;
	assert_true(stray > 2);
	setenv("SECRET", "secret", 1);
	setenv("TZ", "Europe/Paris", 1);
	/* The shell itself adds PWD and keeps what it was called with. */
	run("{ tr '\\0' '\\n' </proc/$$/environ | sort; tr '\\0' ' ' </proc/$$/cmdline;"
	    "echo; ls /proc/$$/fd | tr '\\n' ' '; echo;"
	    "} >output",
	    VIEW("x\n"), 60);
	read_output(&got);
	assert_non_null(strstr(buf_string(&got), "LANG=C.UTF-8\nPATH=/"));
	assert_non_null(strstr(got.at, "\nTZ=Europe/Paris\n"));
	assert_null(strstr(got.at, "SECRET"));
	assert_non_null(
	    strstr(got.at, " -i -f bounce+1@example.org -- ann@example.com "));
	/* From 10 on are those that the shell keeps for itself. */
	for (const char *fd = strstr(got.at, "\n0 ") + 1; *fd != '\n';
	     fd += strcspn(fd, " \n") + (fd[strcspn(fd, " \n")] == ' '))
		if (strchr("012", fd[0]) == NULL || (fd[0] == '2' && fd[1] != ' '))
			fail_msg("%s", got.at);
	unsetenv("SECRET");
	unsetenv("TZ");
	close(stray);
	buf_release(&got);
}

static void
what_cannot_be_run_was_not_sent(void **state)
{
	const struct sendmail_job job = { .path = program,
		.sender = "bounce@example.org",
		.recipient = "ann@example.com",
		.message = VIEW("x\n"),
		.patience = 60 };
	struct sendmail_job bad;
	struct sendmail_result result;
	struct fault fault;

	(void)state;
	write_program("exit 0");
	assert_int_equal(sendmail_check(program, &fault), 0);
	chmod(program, 0600);
	assert_int_equal(sendmail_check(place, &fault), -1);
	assert_int_equal(sendmail_check("sendmail", &fault), -1);
	assert_int_equal(fault.kind, FAULT_SYSTEM);
	assert_non_null(strstr(fault.text, "\"sendmail\" is no path"));
	unlink(program);
	assert_int_equal(sendmail_check(program, &fault), -1);
	assert_int_equal(sendmail_run(&result, &job, &fault), -1);
	assert_non_null(strstr(fault.text, "No such file or directory"));
	bad = job;
	bad.recipient = "-bp";
	assert_int_equal(sendmail_run(&result, &bad, &fault), -1);
	bad = job;
	bad.sender = "";
	assert_int_equal(sendmail_run(&result, &bad, &fault), -1);
}

/* A parent that asked not to be told of children would not learn how they end. */
static void
it_does_not_matter_what_was_ignored(void **state)
{
	(void)state;
	signal(SIGCHLD, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	assert_int_equal(run("exit 67", VIEW("x\n"), 60).outcome, SENDMAIL_PERMANENT);
	assert_int_equal(
	    run("yes | head -n 1 >output; kill -PIPE $$", VIEW("x\n"), 60).outcome,
	    SENDMAIL_UNKNOWN);
}

static int
make_place(void **state)
{
	(void)state;
	if (mkdtemp(place) == NULL)
		return -1;
	snprintf(program, sizeof(program), "%s/sendmail", place);
	snprintf(output, sizeof(output), "%s/output", place);
	return 0;
}

static int
remove_place(void **state)
{
	(void)state;
	unlink(program);
	unlink(output);
	return rmdir(place);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_exit_status_means_what_sysexits_h_says),
		cmocka_unit_test(a_signal_or_no_end_leaves_it_unknown),
		cmocka_unit_test(one_that_ends_when_it_is_asked_to_is_believed),
		cmocka_unit_test(one_that_does_not_want_to_end_is_killed),
		cmocka_unit_test(the_last_line_of_what_it_says_is_kept),
		cmocka_unit_test(it_gets_the_whole_message_or_need_not_read_it),
		cmocka_unit_test(
		    s3_it_has_three_streams_three_variables_and_fixed_arguments),
		cmocka_unit_test(what_cannot_be_run_was_not_sent),
		cmocka_unit_test(it_does_not_matter_what_was_ignored),
	};

	return cmocka_run_group_tests(tests, make_place, remove_place);
}
