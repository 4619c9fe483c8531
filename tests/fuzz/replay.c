/* SPDX-License-Identifier: ISC */
/*
 * The ordinary test run of a fuzz harness: every file of its corpus, then
 * changed copies of each, so that a build without libFuzzer still looks beyond
 * the corpus. Speaks TAP. SEED chooses the changes, RUNS how many there are.
 *
 *     fuzz_reader      reads the files of tests/fuzz/corpus/reader
 */
#include "fuzz.h"

#include <dirent.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LONGEST = 64 * 1024 };

static uint64_t state;

static uint64_t
next(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

static uint64_t
number_from(const char *name, uint64_t otherwise)
{
	const char *text = getenv(name);
	uint64_t number = text == NULL ? 0 : strtoull(text, NULL, 10);

	return number == 0 ? otherwise : number;
}

/* Bytes that mean something to one of the parsers, more often than others. */
static uint8_t
telling_byte(void)
{
	static const char telling[] =
	    "\"\",,;\t\n\r\\{}[]:=\xef\xbb\xbf\xff\xfe\xc3\x80 09aZ";
	uint64_t chosen = next();

	if (chosen % 4 == 0)
		return (uint8_t)(chosen >> 8);
	return (uint8_t)telling[(chosen >> 8) % sizeof(telling)];
}

/* Overwrites, removes, inserts or repeats a few bytes; returns the length. */
static size_t
change(uint8_t *bytes, size_t len)
{
	for (uint64_t edits = next() % 6 + 1; edits > 0; edits--) {
		size_t at = len == 0 ? 0 : (size_t)(next() % len);
		size_t span = (size_t)(next() % 16) + 1;

		switch (next() % 4) {
		case 0:
			if (len > 0)
				bytes[at] = telling_byte();
			break;
		case 1:
			if (span > len - at)
				span = len - at;
			memmove(bytes + at, bytes + at + span, len - at - span);
			len -= span;
			break;
		case 2:
			if (len == LONGEST)
				break;
			memmove(bytes + at + 1, bytes + at, len - at);
			bytes[at] = telling_byte();
			len++;
			break;
		default:
			if (span > len - at || len + span > LONGEST)
				break;
			memmove(bytes + at + span, bytes + at, len - at);
			len += span;
		}
	}
	return len;
}

/* Gives exactly len bytes on the heap, so that a read beyond them is found. */
static void
feed(const uint8_t *bytes, size_t len)
{
	uint8_t *exact = malloc(len == 0 ? 1 : len);

	if (exact == NULL)
		exit(1);
	memcpy(exact, bytes, len);
	LLVMFuzzerTestOneInput(exact, len);
	free(exact);
}

static bool
replay(const char *directory, const char *name, uint64_t runs)
{
	static uint8_t whole[LONGEST], changed[LONGEST];
	char path[2048 + 512];
	size_t len;
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	file = fopen(path, "re");
	if (file == NULL)
		return false;
	len = fread(whole, 1, sizeof(whole), file);
	fclose(file);
	feed(whole, len);
	for (uint64_t run = 0; run < runs; run++) {
		memcpy(changed, whole, len);
		feed(changed, change(changed, len));
	}
	return true;
}

/* The corpus lies in the source tree under the harness's name. */
static void
corpus_directory(char *path, size_t size, const char *program)
{
	const char *source = getenv("CONTACT_SOURCE");
	const char *name = strstr(program, "fuzz_");

	for (const char *at = name; at != NULL; at = strstr(at + 1, "fuzz_"))
		name = at;
	snprintf(path, size, "%s/tests/fuzz/corpus/%s", source == NULL ? "." : source,
	    name == NULL ? "" : name + strlen("fuzz_"));
}

int
main(int argc, char **argv)
{
	uint64_t seed = number_from("SEED", 20261005), runs = number_from("RUNS", 200);
	char directory[2048];
	struct dirent *entry;
	unsigned cases = 0, failed = 0;
	DIR *corpus;

	if (argc > 1)
		snprintf(directory, sizeof(directory), "%s", argv[1]);
	else
		corpus_directory(directory, sizeof(directory), argv[0]);
	corpus = opendir(directory);
	printf("# SEED=%" PRIu64 " RUNS=%" PRIu64 "\n", seed, runs);
	while (corpus != NULL && (entry = readdir(corpus)) != NULL) {
		bool read;

		if (entry->d_name[0] == '.')
			continue;
		/* Told before, so that a crash has its place in the log. */
		printf("# %s\n", entry->d_name);
		fflush(stdout);
		state = seed;
		read = replay(directory, entry->d_name, runs);
		failed += !read;
		printf("%sok %u %s and %" PRIu64 " changed copies\n", read ? "" : "not ",
		    ++cases, entry->d_name, runs);
	}
	if (corpus != NULL)
		closedir(corpus);
	if (cases == 0)
		printf("not ok %u %s has no files\n", ++cases, directory);
	printf("1..%u\n", cases);
	return failed > 0;
}
