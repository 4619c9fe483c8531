/* SPDX-License-Identifier: ISC */
/*
 * Dumps of any bytes, into a store that is in memory only as far as the system
 * keeps its file there. What is refused changes nothing and says a line; what
 * is loaded is dumped, and that loaded again gives the same bytes, in a store
 * that check is content with.
 */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "model/check.h"
#include "model/dump.h"
#include "model/load.h"
#include "store/index.h"

static char place[64];
static struct store *store;

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static void
remove_store(void)
{
	static const char *const names[] = { "data.mdb", "lock.mdb", "writer.lock" };
	char path[96];

	store_close(store);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", place, names[i]);
		unlink(path);
	}
	rmdir(place);
}

static void
open_store(void)
{
	struct store_options options = { .path = place, .write = true, .wait = 5 };
	struct fault fault;

	strcpy(place, "/dev/shm/contact-fuzz-XXXXXX");
	if (mkdtemp(place) == NULL) {
		strcpy(place, "/tmp/contact-fuzz-XXXXXX");
		must(mkdtemp(place) != NULL);
	}
	must(store_open(&store, &options, &fault) == 0);
	atexit(remove_store);
}

static int
take(void *context, struct buf *piece, struct fault *fault)
{
	buf_view(context, buf_as_view(piece));
	buf_clear(piece);
	return buf_check(context, fault);
}

static void
count_damage(void *context, enum check_level level, const char *text)
{
	(void)context;
	if (level == CHECK_DAMAGE) {
		fprintf(stderr, "%s\n", text);
		abort();
	}
}

struct loading {
	struct load *load;
	struct buf dump;
	bool loaded;
};

/* Run dry, so that the store is empty for the next one. */
static int
work(struct txn *txn, void *context, struct fault *fault)
{
	static const struct load_report silent = { .context = NULL };
	struct loading *loading = context;
	struct check_outcome outcome;

	if (load_all(loading->load, txn, &silent, fault) != 0)
		return -1;
	loading->loaded = true;
	must(index_flush(txn, fault) == 0);
	must(check_store(&outcome, txn, false, count_damage, NULL, fault) == 0);
	buf_clear(&loading->dump);
	return dump_write(txn, take, &loading->dump, fault);
}

/* Whether the bytes are a dump; *dump is then what the store writes. */
static bool
load(struct view bytes, struct buf *dump)
{
	struct run run = { 1791187200, 1791187200, "fuzz", "fuzz", "", true, NULL, NULL };
	struct loading loading = { .dump = BUF_EMPTY };
	struct fault fault = { FAULT_NONE, "" };
	struct run_outcome outcome;
	int fd = memfd_create("dump", MFD_CLOEXEC);

	must(fd >= 0 && write(fd, bytes.at, bytes.len) == (ssize_t)bytes.len);
	if (load_open(&loading.load, fd, "dump", bytes.len, &fault) == 0 &&
	    store_run(store, &run, work, &loading, &outcome, &fault) != 0)
		must(!loading.loaded);
	must(loading.loaded ||
	    (fault.kind == FAULT_INPUT && strncmp(fault.text, "dump:", 5) == 0));
	load_close(loading.load);
	close(fd);
	*dump = loading.dump;
	return loading.loaded;
}

/* The checksum is waived, so that what lies behind it is reached. */
static void
load_edited(const uint8_t *bytes, size_t len)
{
	struct buf edited = BUF_EMPTY, dump = BUF_EMPTY, again = BUF_EMPTY;

	buf_text(&edited, DUMP_FORMAT "\t" DUMP_NUMBER "\n");
	buf_put(&edited, bytes, len);
	buf_text(&edited, "\nchecksum\tnone\n");
	if (load(buf_as_view(&edited), &dump)) {
		must(load(buf_as_view(&dump), &again));
		must(view_equal(buf_as_view(&dump), buf_as_view(&again)));
	}
	buf_release(&edited);
	buf_release(&dump);
	buf_release(&again);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct buf dump;

	if (store == NULL)
		open_store();
	load(view_make((const char *)bytes, len), &dump);
	buf_release(&dump);
	load_edited(bytes, len);
	return 0;
}
