/* SPDX-License-Identifier: ISC */
/*
 * The files of --results, --errors and --diff (design A6): what they hold,
 * when they are touched, and what is refused. Each case has a directory of its
 * own.
 */
#include <sys/stat.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include <fcntl.h>
#include <unistd.h>

#include "cli/results.h"

static char place[] = "/tmp/contact-results.XXXXXX";

static const struct program program = { .name = "contact-trial" };

struct trial {
	struct shared_options shared;
	struct command command;
	const char *operands[2];
	struct results *results;
	struct fault fault;
};

static char store_name[] = "store";

static void
begin(struct trial *trial)
{
	trial->command = (struct command){ .program = &program,
		.shared = &trial->shared,
		.operands = trial->operands,
		.store_path = store_name,
		.width = 80 };
	trial->operands[0] = "people.csv";
	trial->command.operand_count = 1;
	assert_int_equal(
	    results_open(&trial->results, &trial->command, &trial->fault), 0);
}

static void
end(struct trial *trial)
{
	assert_int_equal(results_finish(trial->results, 1, &trial->fault), 0);
	results_close(trial->results);
}

static void
refused(struct trial *trial, enum fault_kind kind, const char *text)
{
	trial->command = (struct command){ .program = &program,
		.shared = &trial->shared,
		.operands = trial->operands,
		.store_path = store_name };
	trial->command.operand_count = trial->operands[0] != NULL;
	assert_int_equal(
	    results_open(&trial->results, &trial->command, &trial->fault), -1);
	assert_int_equal(trial->fault.kind, kind);
	assert_string_equal(trial->fault.text, text);
	results_close(trial->results);
}

static void
file_is(const char *path, const char *expected)
{
	char found[4096];
	FILE *file = fopen(path, "r");
	size_t n;

	assert_non_null(file);
	n = fread(found, 1, sizeof(found) - 1, file);
	found[n] = '\0';
	fclose(file);
	assert_string_equal(found, expected);
}

static void
put_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static void
add(struct trial *trial, uint64_t line, const char *action, uint64_t id,
    const char *message)
{
	results_add(trial->results,
	    &(struct result_row){ .file = VIEW("people.csv"),
		.line = line,
		.action = action,
		.id = id,
		.key = VIEW("ann@example.com"),
		.code = message == NULL ? NULL : "BAD_VALUE",
		.message = view_of(message),
		.changed = VIEW("title city") });
}

static void
results_have_a_row_each(void **state)
{
	struct trial trial = { .shared.results = "r.csv" };

	(void)state;
	begin(&trial);
	assert_true(results_wanted(trial.results));
	assert_false(errors_wanted(trial.results));
	assert_false(diff_wanted(trial.results));
	add(&trial, 2, "updated", 17, NULL);
	add(&trial, 3, "error", 0, "a \"b\", c");
	end(&trial);
	file_is("r.csv",
	    "line,action,id,key,code,message,changed\n"
	    "2,updated,17,ann@example.com,,,title city\n"
	    "3,error,,ann@example.com,BAD_VALUE,\"a \"\"b\"\", c\","
	    "title city\n");
}

static void
several_files_have_a_column(void **state)
{
	struct trial trial = { .shared.results = "r.csv" };

	(void)state;
	begin(&trial);
	results_several_files(trial.results);
	add(&trial, 2, "created", 1, NULL);
	end(&trial);
	file_is("r.csv",
	    "file,line,action,id,key,code,message,changed\n"
	    "people.csv,2,created,1,ann@example.com,,,title city\n");
}

static void
a_run_without_rows_writes_headers(void **state)
{
	struct trial trial = {
		.shared = { .results = "r.csv", .errors = "e.csv", .diff = "d.csv" }
	};

	(void)state;
	begin(&trial);
	end(&trial);
	file_is("r.csv", "line,action,id,key,code,message,changed\n");
	file_is("e.csv", "_line,_code,_error,_raw\n");
	file_is("d.csv", "line,id,name,field,from,to,cause,job\n");
}

static void
a_run_that_is_done_again_starts_anew(void **state)
{
	struct trial trial = {
		.shared = { .results = "r.csv", .errors = "e.csv", .diff = "d.csv" }
	};
	const struct view names[] = { VIEW("a") }, other[] = { VIEW("b") };

	(void)state;
	begin(&trial);
	for (int i = 0; i < 2; i++) {
		results_restart(trial.results);
		add(&trial, 2, "created", 1, NULL);
		diff_add(trial.results, 2, 1, VIEW("Ann"), VIEW("city"), VIEW(""),
		    VIEW("Basel"), "row", VIEW(""));
		errors_header(trial.results, i == 0 ? other : names, 1);
		errors_add(trial.results, names, 1, 1, 3, "C", "m", VIEW(""));
	}
	end(&trial);
	file_is("r.csv",
	    "line,action,id,key,code,message,changed\n"
	    "2,created,1,ann@example.com,,,title city\n");
	file_is("e.csv", "a,_line,_code,_error,_raw\na,3,C,m,\n");
	file_is("d.csv",
	    "line,id,name,field,from,to,cause,job\n"
	    "2,1,Ann,city,,Basel,row,\n");
}

static void
rows_in_error_keep_their_header(void **state)
{
	struct trial trial = { .shared.errors = "e.csv" };
	const struct view names[] = { VIEW("Name, full"), VIEW("E-Mail"), VIEW("_line"),
		VIEW("_raw") };
	const struct view row[] = { VIEW("Ann\nLee"), VIEW("x@"), VIEW("9"),
		VIEW("old") };
	const struct view wide[] = { VIEW("a"), VIEW("b,c"), VIEW("d"), VIEW("e"),
		VIEW("f") };

	(void)state;
	begin(&trial);
	errors_header(trial.results, names, 4);
	errors_add(trial.results, row, 4, 4, 2, "BAD_EMAIL",
	    "E-Mail: no domain after \"@\"", VIEW(""));
	errors_add(trial.results, row, 1, 4, 4, "BAD_VALUE", "short", VIEW(""));
	errors_add(trial.results, NULL, 0, 4, 5, "BAD_ENCODING", "bytes",
	    VIEW("M\xfcller,\xff"));
	errors_add(trial.results, wide, 5, 4, 6, "RAGGED", "wide", VIEW(""));
	end(&trial);
	file_is("e.csv",
	    "\"Name, full\",E-Mail,_line,_code,_error,_raw\n"
	    "\"Ann\nLee\",x@,2,BAD_EMAIL,\"E-Mail: no domain after "
	    "\"\"@\"\"\",\n"
	    "\"Ann\nLee\",,4,BAD_VALUE,short,\n"
	    ",,5,BAD_ENCODING,bytes,\"M\\xFCller,\\xFF\"\n"
	    ",,6,RAGGED,wide,\"a,\"\"b,c\"\",d,e,f\"\n");
}

static void
files_with_other_headers_share_a_union(void **state)
{
	struct trial trial = { .shared.errors = "e.csv" };
	const struct view one[] = { VIEW("name"), VIEW("phone"), VIEW("phone") };
	const struct view two[] = { VIEW("city"), VIEW("phone"), VIEW("name") };
	const struct view row[] = { VIEW("1"), VIEW("2"), VIEW("3") };

	(void)state;
	begin(&trial);
	errors_header(trial.results, one, 3);
	errors_add(trial.results, row, 3, 3, 2, "C", "m", VIEW(""));
	errors_header(trial.results, two, 3);
	errors_add(trial.results, row, 3, 3, 3, "C", "m", VIEW(""));
	end(&trial);
	file_is("e.csv",
	    "name,phone,phone,city,_line,_code,_error,_raw\n"
	    "1,2,3,,2,C,m,\n"
	    "3,2,,1,3,C,m,\n");
}

static void
results_follow_the_output_format(void **state)
{
	struct trial trial = {
		.shared = { .results = "r.tsv", .diff = "d.tsv", .output = "tsv" }
	};

	(void)state;
	begin(&trial);
	add(&trial, 2, "error", 0, "a\tb");
	diff_add(trial.results, 2, 1, VIEW("Ann"), VIEW("street"), VIEW("1\n2"), VIEW(""),
	    "row", VIEW(""));
	end(&trial);
	file_is("r.tsv",
	    "line\taction\tid\tkey\tcode\tmessage\tchanged\n"
	    "2\terror\t\tann@example.com\tBAD_VALUE\ta\\tb\ttitle city\n");
	file_is("d.tsv",
	    "line\tid\tname\tfield\tfrom\tto\tcause\tjob\n"
	    "2\t1\tAnn\tstreet\t1\\n2\t\trow\t\n");
}

static void
more_rows_than_memory_holds_come_out_in_order(void **state)
{
	struct trial trial = { .shared = { .results = "r.csv", .errors = "e.csv" } };
	const struct view names[] = { VIEW("a"), VIEW("b") };
	struct buf expected = BUF_EMPTY;
	char line[256];
	FILE *file;
	uint64_t n = 0;

	(void)state;
	begin(&trial);
	errors_header(trial.results, names, 2);
	for (uint64_t i = 2; i < 90000; i++) {
		add(&trial, i, "created", i, NULL);
		errors_add(trial.results, names, 2, 2, i, "C", "m",
		    VIEW("some raw bytes that make the row longer"));
	}
	end(&trial);
	file = fopen("r.csv", "r");
	assert_non_null(file);
	for (n = 1; fgets(line, sizeof(line), file) != NULL; n++) {
		buf_clear(&expected);
		buf_printf(&expected, "%llu,created,%llu,", (unsigned long long)n,
		    (unsigned long long)n);
		if (n > 1)
			assert_memory_equal(line, expected.at, expected.len);
	}
	fclose(file);
	assert_int_equal(n, 90000);
	file = fopen("e.csv", "r");
	assert_non_null(file);
	for (n = 1; fgets(line, sizeof(line), file) != NULL; n++) {
		buf_clear(&expected);
		buf_printf(&expected, "a,b,%llu,C,m,", (unsigned long long)n);
		if (n > 1)
			assert_memory_equal(line, expected.at, expected.len);
	}
	fclose(file);
	assert_int_equal(n, 90000);
	buf_release(&expected);
}

static void
a_file_is_emptied_only_at_the_end(void **state)
{
	struct trial trial = { .shared.results = "r.csv" };

	(void)state;
	put_file("r.csv", "of the last run\n");
	begin(&trial);
	add(&trial, 2, "created", 1, NULL);
	file_is("r.csv", "of the last run\n");
	results_close(trial.results);
	file_is("r.csv", "of the last run\n");
}

/* S1: whatever the umask, nobody else can read them. */
static void
files_are_private(void **state)
{
	struct trial trial = { .shared.results = "private.csv" };
	struct stat st;
	mode_t old = umask(0);

	(void)state;
	begin(&trial);
	end(&trial);
	umask(old);
	assert_int_equal(stat("private.csv", &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
}

static void
a_path_that_cannot_be_written_is_refused_in_time(void **state)
{
	struct trial trial = { .shared.results = "absent/r.csv" };
	struct trial empty = { .shared.diff = "" };

	(void)state;
	refused(&trial, FAULT_SYSTEM,
	    "--results: cannot write absent/r.csv: "
	    "No such file or directory");
	refused(&empty, FAULT_USAGE, "--diff: FILE is empty");
}

static void
input_and_store_are_never_overwritten(void **state)
{
	struct trial input = { .shared.errors = "./people.csv",
		.operands = { "people.csv" } };
	struct trial store = { .shared.errors = "store/data.mdb" };

	(void)state;
	put_file("people.csv", "name\nAnn\n");
	refused(&input, FAULT_USAGE, "--errors: ./people.csv is also read by this run");
	file_is("people.csv", "name\nAnn\n");
	assert_int_equal(mkdir("store", 0700), 0);
	refused(&store, FAULT_USAGE,
	    "--errors: store/data.mdb lies in the "
	    "store");
	assert_int_equal(access("store/data.mdb", F_OK), -1);
}

static void
two_that_write_one_file_contradict(void **state)
{
	struct trial same = { .shared = { .results = "x.csv", .diff = "./x.csv" } };
	struct trial standard = { .shared = { .results = "-", .errors = "-" } };

	(void)state;
	refused(&same, FAULT_USAGE,
	    "--results and --diff contradict each "
	    "other: both would write x.csv");
	refused(&standard, FAULT_USAGE,
	    "--results and --errors contradict "
	    "each other: both would write standard output");
}

static void
what_dry_run_implies_gives_way(void **state)
{
	struct trial trial = {
		.shared = { .results = "-", .diff = "-", .results_implied = true }
	};

	(void)state;
	begin(&trial);
	assert_false(results_wanted(trial.results));
	assert_true(diff_wanted(trial.results));
	results_close(trial.results);
}

static void
a_full_disk_says_what_was_stored(void **state)
{
	struct trial trial = { .shared.results = "/dev/full" };

	(void)state;
	if (access("/dev/full", W_OK) != 0)
		skip();
	begin(&trial);
	add(&trial, 2, "created", 1, NULL);
	assert_int_equal(results_finish(trial.results, 812, &trial.fault), -1);
	assert_int_equal(trial.fault.kind, FAULT_SYSTEM);
	assert_string_equal(trial.fault.text,
	    "stored as rev 812, results not "
	    "written: cannot write /dev/full: No space left on device");
	results_close(trial.results);
}

static void
a_run_that_stored_nothing_says_so(void **state)
{
	struct trial trial = { .shared.diff = "/dev/full" };

	(void)state;
	if (access("/dev/full", W_OK) != 0)
		skip();
	begin(&trial);
	assert_int_equal(results_finish(trial.results, 0, &trial.fault), -1);
	assert_string_equal(trial.fault.text,
	    "results not written: "
	    "cannot write /dev/full: No space left on device");
	results_close(trial.results);
}

static int
enter_place(void **state)
{
	(void)state;
	return mkdtemp(place) == NULL ? -1 : chdir(place);
}

static int
leave_place(void **state)
{
	static const char *const files[] = { "r.csv", "e.csv", "d.csv", "r.tsv", "d.tsv",
		"x.csv", "people.csv", "private.csv" };

	(void)state;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		unlink(files[i]);
	return rmdir("store") != 0 || chdir("/") != 0 || rmdir(place) != 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(results_have_a_row_each),
		cmocka_unit_test(several_files_have_a_column),
		cmocka_unit_test(a_run_without_rows_writes_headers),
		cmocka_unit_test(a_run_that_is_done_again_starts_anew),
		cmocka_unit_test(rows_in_error_keep_their_header),
		cmocka_unit_test(files_with_other_headers_share_a_union),
		cmocka_unit_test(results_follow_the_output_format),
		cmocka_unit_test(more_rows_than_memory_holds_come_out_in_order),
		cmocka_unit_test(a_file_is_emptied_only_at_the_end),
		cmocka_unit_test(files_are_private),
		cmocka_unit_test(a_path_that_cannot_be_written_is_refused_in_time),
		cmocka_unit_test(input_and_store_are_never_overwritten),
		cmocka_unit_test(two_that_write_one_file_contradict),
		cmocka_unit_test(what_dry_run_implies_gives_way),
		cmocka_unit_test(a_full_disk_says_what_was_stored),
		cmocka_unit_test(a_run_that_stored_nothing_says_so),
	};

	return cmocka_run_group_tests(tests, enter_place, leave_place);
}
