/* SPDX-License-Identifier: ISC */
/*
 * damaging DIRECTORY FLIPS LENGTHS SWAPS: D9, damage is noticed.
 *
 * DIRECTORY/store is a sound store. Again and again one thing is done to its file:
 * a byte of a page in use is changed, the file is cut off, two pages change their
 * places. Then `contact-store check` and `contact-find` look at it, and must end
 * by themselves with a status that says what it was. A file that is cut off is
 * refused; a record, an index entry, a before-image, a row of the log or a name
 * that has changed is found by check. Exits 1 when one is not.
 *
 * With LAX in the environment what check does not notice is told and counted, and
 * so are the damages at which LMDB itself makes a fault that a handler catches.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "children.h"
#include "pages.h"

/* Seconds of processor time, which no command on a few hundred records needs. */
#define HANG 10

static unsigned char *sound;
static struct pages pages;
static int file;
static unsigned long done, noticed, stopped, unnoticed, missed;
static bool lax;

static void
put_back(void)
{
	if (pwrite(file, sound, pages.len, 0) != (ssize_t)pages.len ||
	    ftruncate(file, (off_t)pages.len) != 0)
		driver_failed("data.mdb: %s", strerror(errno));
}

static void
write_at(size_t at, const void *bytes, size_t len)
{
	if (pwrite(file, bytes, len, (off_t)at) != (ssize_t)len)
		driver_failed("data.mdb: %s", strerror(errno));
}

static void
broken(const char *promise, const char *what, const struct child *child)
{
	fprintf(stderr, "damaging: %s: %s, status %x\nstdout: %.300s\nstderr: %.300s\n",
	    promise, what, (unsigned)child->status, child->out, child->err);
	exit(1);
}

/* Any of these is an end that a command has chosen itself. */
static bool
controlled(const struct child *child, bool refused)
{
	int status = child_exit(child);

	if (status == 5)
		return child->err[0] != '\0';
	/* contact-find says by 1 that it found nothing. */
	return !refused && (status == 0 || status == 1);
}

static void
find(const char *what, bool refused, const char *const argv[])
{
	static struct child child;

	child_run(&child, argv);
	if (!controlled(&child, refused))
		broken(refused ? "a cut file was not refused" : "no controlled end", what,
		    &child);
}

/* What check and find make of the file as it is now; whether it was noticed. */
static bool
look(const char *what, bool refused)
{
	static const char *const check[] = { "contact-store", "-q", "check", NULL };
	static const char *const all[] = { "contact-find", "-c", "id,email,updated_at",
		NULL };
	static const char *const some[] = { "contact-find", "-c", "id,organization",
		"organization.name=Company 3", "or", "email=p7*", NULL };
	static struct child child;

	done++;
	child_run(&child, check);
	if (!controlled(&child, refused))
		broken(refused ? "a cut file was not refused" : "no controlled end", what,
		    &child);
	find(what, refused, some);
	find(what, refused, all);
	if (strstr(child.err, "stopped by a fault") != NULL) {
		stopped++;
		if (lax)
			fprintf(stderr, "damaging: check was stopped: %s\n", what);
	}
	return child_exit(&child) != 0;
}

static const struct stretch *
stretch_at(size_t at, bool *in_key)
{
	for (size_t i = 0; i < pages.stretch_count; i++) {
		const struct stretch *stretch = &pages.stretches[i];

		*in_key =
		    at >= stretch->key_at && at < stretch->key_at + stretch->key_len;
		if (*in_key || (at >= stretch->at && at < stretch->at + stretch->len))
			return stretch;
	}
	return NULL;
}

/* Every byte of what is stored is under a checksum or compared with another, but
 * for LMDB's own, a few settings, which are kept as images too, and the revision
 * in the key of an image. */
static bool
guarded(const struct stretch *stretch, bool in_key)
{
	if (stretch == NULL || stretch->tree[0] == '(' ||
	    strcmp(stretch->tree, "meta") == 0)
		return false;
	return strcmp(stretch->tree, "images") != 0 ||
	    (!in_key && stretch->key_len == 16);
}

static void
judge(const struct stretch *stretch, bool in_key, bool seen, const char *what)
{
	noticed += seen;
	if (seen)
		return;
	unnoticed++;
	if (!guarded(stretch, in_key))
		return;
	missed++;
	fprintf(stderr, "damaging: not noticed: %s, %s of %s\n", what,
	    in_key ? "key" : "value", stretch->tree);
	if (!lax)
		exit(1);
}

static void
flip(size_t at)
{
	unsigned char byte = sound[at] ^ (unsigned char)(1 + random_below(255));
	const struct stretch *stretch;
	char what[100];
	bool in_key;

	snprintf(
	    what, sizeof(what), "byte %zu was %02x and is %02x", at, sound[at], byte);
	stretch = stretch_at(at, &in_key);
	write_at(at, &byte, 1);
	judge(stretch, in_key, look(what, false), what);
	write_at(at, &sound[at], 1);
}

/* Half of them anywhere in pages that are in use, half within records. */
static void
flip_bytes(unsigned long flips)
{
	for (unsigned long i = 0; i < flips; i++) {
		const struct stretch *stretch;
		const struct page *page;

		if (i % 2 == 0) {
			page = &pages.pages[random_below(pages.count)];
			flip(page->number * pages.size + random_below(pages.size));
			continue;
		}
		do
			stretch = &pages.stretches[random_below(pages.stretch_count)];
		while (strcmp(stretch->tree, "records") != 0);
		flip(stretch->at + random_below(stretch->len));
	}
}

/* Behind the last page that is in use there may be free ones. */
static size_t
used_length(void)
{
	uint64_t last = 0;

	for (size_t i = 0; i < pages.count; i++)
		if (pages.pages[i].number > last)
			last = pages.pages[i].number;
	return (last + 1) * pages.size;
}

static void
cut_off(unsigned long lengths)
{
	size_t whole = used_length();

	for (unsigned long i = 0; i < lengths; i++) {
		size_t len = i == 0 ? 0 : random_below(whole);
		char what[100];

		if (i % 4 == 1)
			len -= len % pages.size;
		snprintf(what, sizeof(what), "cut to %zu of %zu bytes", len, whole);
		if (ftruncate(file, (off_t)len) != 0)
			driver_failed("data.mdb: %s", strerror(errno));
		noticed += look(what, true);
		put_back();
	}
}

static void
swap_pages(unsigned long swaps)
{
	for (unsigned long i = 0; i < swaps; i++) {
		const struct page *a = &pages.pages[random_below(pages.count)];
		const struct page *b = &pages.pages[random_below(pages.count)];
		char what[100];

		if (a->number == b->number || a->use == PAGE_META || b->use == PAGE_META)
			continue;
		snprintf(what, sizeof(what), "pages %llu of %s and %llu of %s swapped",
		    (unsigned long long)a->number, a->tree, (unsigned long long)b->number,
		    b->tree);
		write_at(
		    a->number * pages.size, sound + b->number * pages.size, pages.size);
		write_at(
		    b->number * pages.size, sound + a->number * pages.size, pages.size);
		if (look(what, false)) {
			noticed++;
		} else if (a->tree[0] != '(' || b->tree[0] != '(') {
			fprintf(stderr, "damaging: not noticed: %s\n", what);
			missed++;
			if (!lax)
				exit(1);
		}
		put_back();
	}
}

static void
read_store(const char *directory)
{
	char place[600];
	struct stat st;

	snprintf(place, sizeof(place), "%s/store", directory);
	setenv("CONTACT_STORE", place, 1);
	snprintf(place, sizeof(place), "%s/store/data.mdb", directory);
	file = open(place, O_RDWR | O_CLOEXEC);
	if (file < 0 || fstat(file, &st) != 0)
		driver_failed("%s: %s", place, strerror(errno));
	sound = malloc((size_t)st.st_size);
	if (sound == NULL || pread(file, sound, (size_t)st.st_size, 0) != st.st_size)
		driver_failed("%s: cannot be read", place);
	pages_read(&pages, sound, (size_t)st.st_size);
}

static void
report(const char *what, unsigned long *from)
{
	printf("%s: %lu, noticed by check: %lu, of which %lu ended by a signal's "
	       "handler; not noticed: %lu, of what is stored %lu\n",
	    what, done - *from, noticed, stopped, unnoticed, missed);
	*from = done;
	noticed = stopped = unnoticed = missed = 0;
}

int
main(int argc, char **argv)
{
	struct rlimit limit = { HANG, HANG };
	unsigned long from = 0;

	if (argc != 5)
		driver_failed("usage: damaging DIRECTORY FLIPS LENGTHS SWAPS");
	lax = getenv("LAX") != NULL;
	setrlimit(RLIMIT_CPU, &limit);
	random_begin();
	read_store(argv[1]);
	printf("%zu pages in use, %zu entries\n", pages.count, pages.stretch_count);
	flip_bytes(strtoul(argv[2], NULL, 10));
	report("bytes changed", &from);
	cut_off(strtoul(argv[3], NULL, 10));
	report("files cut off", &from);
	swap_pages(strtoul(argv[4], NULL, 10));
	report("pages swapped", &from);
	put_back();
	if (look("put back", false))
		driver_failed("the sound store is found damaged");
	pages_release(&pages);
	free(sound);
	return 0;
}
