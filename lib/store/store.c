/* SPDX-License-Identifier: ISC */
/*
 * Opening a store, and transactions: a run is one writer lock, one write
 * transaction, one revision.
 */
#include "store/store.h"

#include <sys/stat.h>

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/privilege.h"
#include "store/directory.h"
#include "store/guard.h"
#include "store/history.h"
#include "store/index.h"
#include "store/lock.h"
#include "store/log.h"
#include "store/sharing.h"
#include "store/txn.h"

#define FORMAT "contact-store 2"

struct store {
	struct directory directory;
	struct engine *engine;
	char *path;
	char *scratch; /* the directory of a store that goes at the end */
	unsigned wait;
	uint64_t remains;
	const struct viewer *viewer;
};

static int
make_store(const char *path, struct fault *fault)
{
	struct engine *engine;
	struct engine_txn *txn;
	int result;

	if (engine_open(&engine, path, ENGINE_CREATE, 0, fault) != 0)
		return -1;
	result = engine_begin(&txn, engine, true, fault);
	if (result == 0) {
		result = engine_put(txn, TREE_META, VIEW("format"), VIEW(FORMAT), fault);
		if (result == 0)
			result = engine_commit(txn, fault);
		else
			engine_abort(txn);
	}
	engine_close(engine);
	return result;
}

static int
read_remains(struct store *store, struct engine_txn *txn, struct fault *fault)
{
	struct view value;
	int found = engine_get(txn, TREE_META, VIEW(REMAINS), &value, fault);

	if (found == 1 && value.len == sizeof(store->remains))
		memcpy(&store->remains, value.at, sizeof(store->remains));
	return found < 0 ? -1 : 0;
}

static int
check_format(struct store *store, struct fault *fault)
{
	struct engine_txn *txn;
	struct view format;
	int found;

	if (engine_begin(&txn, store->engine, false, fault) != 0)
		return -1;
	found = engine_get(txn, TREE_META, VIEW("format"), &format, fault);
	if (found == 0)
		found = fault_set(fault, FAULT_STORE,
		    "%s: data.mdb is not a contact store", store->path);
	else if (found == 1 && !view_is(format, FORMAT))
		found = fault_set(fault, FAULT_STORE,
		    view_begins(format, VIEW("contact-store "))
			? "%s: the store has the format \"%.*s\", this program reads "
			  "\"" FORMAT "\": use the version that wrote it"
			: "%s: data.mdb is not a contact store (%.*s)",
		    store->path, (int)(format.len < 60 ? format.len : 60), format.at);
	if (found == 1 && read_remains(store, txn, fault) != 0)
		found = -1;
	engine_abort(txn);
	return found == 1 ? 0 : -1;
}

/* A dry run leaves no store where there was none. */
static int
make_scratch(struct store *store, const char *path, struct fault *fault)
{
	const char *parent = getenv("TMPDIR");
	struct buf name = BUF_EMPTY;
	struct stat st;
	int result = 0;

	if (lstat(path, &st) == 0 || errno != ENOENT)
		return 0;
	buf_printf(&name, "%s/contact-dry.XXXXXX",
	    parent == NULL || parent[0] == '\0' ? "/tmp" : parent);
	if (buf_string(&name)[0] == '\0')
		result = fault_memory(fault);
	else if (mkdtemp(name.at) == NULL)
		result = fault_errno(fault, errno, "%s", name.at);
	else if ((store->scratch = strdup(name.at)) == NULL)
		result = fault_memory(fault);
	buf_release(&name);
	return result;
}

static void
remove_scratch(struct store *store)
{
	static const char *const names[] = { "data.mdb", "lock.mdb", "writer.lock" };
	int fd = open(store->scratch, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	size_t i;

	for (i = 0; fd >= 0 && i < sizeof(names) / sizeof(names[0]); i++)
		unlinkat(fd, names[i], 0);
	if (fd >= 0)
		close(fd);
	rmdir(store->scratch);
	free(store->scratch);
}

static int
open_files(struct store *store, const char *path, const struct store_options *options,
    struct fault *fault)
{
	const struct directory_options opening = { .path = path,
		.create = options->write,
		.alone = options->alone,
		.wait = options->wait,
		.make = make_store };
	struct guard guard;
	int rc;

	if (directory_open(&store->directory, &opening, fault) != 0)
		return -1;
	guard_begin(&guard, &store->directory, path);
	rc = engine_open(&store->engine, path,
	    options->write ? ENGINE_WRITE : ENGINE_READ, options->room, fault);
	return guard_finish(&guard, fault) != 0 || rc != 0 ? -1 : 0;
}

int
store_open(struct store **out, const struct store_options *options, struct fault *fault)
{
	struct store *store = calloc(1, sizeof(*store));
	const char *path;
	int rc;

	*out = NULL;
	if (store == NULL)
		return fault_memory(fault);
	store->directory = DIRECTORY_CLOSED;
	store->wait = options->wait;
	store->path = strdup(options->path);
	if (store->path == NULL) {
		fault_memory(fault);
		goto fail;
	}
	if (options->dry && options->write &&
	    make_scratch(store, options->path, fault) != 0)
		goto fail;
	path = store->scratch != NULL ? store->scratch : options->path;
	if (!options->foreign)
		privilege_begin();
	rc = open_files(store, path, options, fault);
	if (!options->foreign)
		privilege_finish();
	if (rc != 0 || check_format(store, fault) != 0)
		goto fail;
	*out = store;
	return 0;
fail:
	store_close(store);
	return -1;
}

bool
store_created(const struct store *store)
{
	return store->directory.created;
}

void
store_close(struct store *store)
{
	if (store == NULL)
		return;
	engine_close(store->engine);
	privilege_begin();
	directory_close(&store->directory);
	privilege_finish();
	if (store->scratch != NULL)
		remove_scratch(store);
	free(store->path);
	free(store);
}

const struct directory *
store_directory(const struct store *store)
{
	return &store->directory;
}

void
store_stop(struct store *store)
{
	engine_close(store->engine);
	store->engine = NULL;
}

const char *
store_path(const struct store *store)
{
	return store->path;
}

bool
store_owned(const struct store *store)
{
	return store->directory.permissions.owner == geteuid();
}

void
store_view_as(struct store *store, const struct viewer *viewer)
{
	store->viewer = viewer;
}

const struct viewer *
store_viewer(const struct store *store)
{
	return store->viewer;
}

struct sharing
sharing_of(const struct store *store)
{
	const struct permissions *permissions = &store->directory.permissions;

	return (struct sharing){ permissions->shared, permissions->group, NULL };
}

const char *
store_notice(const struct store *store)
{
	return store->directory.notice;
}

uint64_t
store_remains(const struct store *store)
{
	return store->remains;
}

int
remains_mark(struct txn *txn, struct fault *fault)
{
	return engine_put(txn->engine, TREE_META, VIEW(REMAINS),
	    view_make((const char *)&txn->rev, sizeof(txn->rev)), fault);
}

static int
begin(struct txn **out, struct store *store, bool write, struct fault *fault)
{
	struct txn *txn = calloc(1, sizeof(*txn));
	struct view value;
	int found;

	*out = NULL;
	if (txn == NULL)
		return fault_memory(fault);
	txn->store = store;
	txn->writes = write;
	txn->revision = UINT64_MAX;
	if (engine_begin(&txn->engine, store->engine, write, fault) != 0) {
		free(txn);
		return -1;
	}
	if (log_last(txn, &txn->rev, &txn->now, fault) != 0)
		goto fail;
	found = engine_get(txn->engine, TREE_META, VIEW("next_id"), &value, fault);
	if (found < 0)
		goto fail;
	txn->next_id = 1;
	if (found == 1 && value.len == 8)
		memcpy(&txn->next_id, value.at, 8);
	txn->first_id = txn->next_id;
	*out = txn;
	return 0;
fail:
	fault_wrap(fault, "%s", store->path);
	txn_end(txn);
	return -1;
}

int
txn_begin(struct txn **txn, struct store *store, struct fault *fault)
{
	return begin(txn, store, false, fault);
}

int
txn_begin_past(
    struct txn **out, struct store *store, const struct past *past, struct fault *fault)
{
	struct txn *txn;
	const char *who;

	*out = NULL;
	if (begin(&txn, store, false, fault) != 0)
		return -1;
	if (history_reaches(txn, past->rev, fault) != 0)
		goto fail;
	/* What is there now needs no putting together. */
	txn->past = past->rev != txn->rev || past->deleted;
	txn->deleted = past->deleted;
	txn->latest = past->rev == txn->rev;
	txn->rev = past->rev;
	txn->now = INT64_MIN;
	if (past->rev > 0 && txn_revision(txn, past->rev, &txn->now, &who, fault) < 0)
		goto fail;
	*out = txn;
	return 0;
fail:
	txn_end(txn);
	return -1;
}

void
txn_let_go(struct txn *txn)
{
	engine_let_go(txn->engine);
}

int
txn_twin(struct txn **out, const struct txn *txn, struct fault *fault)
{
	struct txn *twin;
	int found;

	*out = NULL;
	if (txn->writes)
		return 0;
	twin = calloc(1, sizeof(*twin));
	if (twin == NULL)
		return fault_memory(fault);
	found = engine_twin(&twin->engine, txn->engine, fault);
	if (found != 1) {
		free(twin);
		return found;
	}
	twin->store = txn->store;
	twin->past = txn->past;
	twin->deleted = txn->deleted;
	twin->latest = txn->latest;
	twin->entries = txn->entries;
	twin->rev = txn->rev;
	twin->now = txn->now;
	twin->revision = UINT64_MAX;
	twin->next_id = txn->next_id;
	twin->first_id = txn->first_id;
	*out = twin;
	return 1;
}

static void
release_kept(struct txn *txn)
{
	int i;

	for (i = 0; i < KEEPS; i++) {
		if (txn->kept[i].at != NULL)
			txn->kept[i].release(txn->kept[i].at);
		txn->kept[i].at = NULL;
	}
	engine_cursor_close(txn->finder);
	engine_cursor_close(txn->imager);
	txn->finder = txn->imager = NULL;
	past_release(txn);
	buf_release(&txn->image);
	buf_release(&txn->encoded);
	buf_release(&txn->user);
	free(txn->classes);
	txn->classes = NULL;
	txn->class_count = 0;
}

void
txn_end(struct txn *txn)
{
	if (txn == NULL)
		return;
	release_kept(txn);
	engine_abort(txn->engine);
	free(txn);
}

static int
commit(struct txn *txn, const struct run *run, struct fault *fault)
{
	struct engine_txn *engine = txn->engine;

	if (index_flush(txn, fault) != 0 || log_put(txn, run, fault) != 0) {
		txn_end(txn);
		return -1;
	}
	release_kept(txn);
	free(txn);
	return engine_commit(engine, fault);
}

/* Once: 0, or -1. */
static int
attempt(struct store *store, const struct run *run,
    int (*work)(struct txn *txn, void *context, struct fault *fault), void *context,
    struct run_outcome *outcome, struct fault *fault)
{
	struct txn *txn;
	uint64_t last;

	if (begin(&txn, store, true, fault) != 0)
		return -1;
	last = txn->rev++;
	if (txn->rev > UINT32_MAX) {
		txn_end(txn);
		return fault_set(
		    fault, FAULT_STORE, "%s: no revision number is left", store->path);
	}
	if (txn->now < run->now)
		txn->now = run->now;
	txn->who = run->who;
	*outcome = (struct run_outcome){ 0, last };
	if ((run->permit != NULL && run->permit(txn, run->context, fault) != 0) ||
	    work(txn, context, fault) != 0 ||
	    (buf_ran_out() && fault_memory(fault) != 0)) {
		txn_end(txn);
		return -1;
	}
	if (txn->changes == 0 || run->dry) {
		txn_end(txn);
		return 0;
	}
	*outcome = (struct run_outcome){ txn->rev, txn->rev };
	return commit(txn, run, fault);
}

int
store_run(struct store *store, const struct run *run,
    int (*work)(struct txn *txn, void *context, struct fault *fault), void *context,
    struct run_outcome *outcome, struct fault *fault)
{
	int result, tries;

	*outcome = (struct run_outcome){ 0, 0 };
	privilege_begin();
	result = lock_writer(&store->directory, store->path, store->wait, fault);
	privilege_finish();
	if (result != 0)
		return -1;
	for (tries = 0;; tries++) {
		result = attempt(store, run, work, context, outcome, fault);
		if (result == 0 || tries == 30 || !engine_again(store->engine))
			break;
		if (engine_grow(store->engine, fault) != 0)
			break;
	}
	if (result != 0) {
		*outcome = (struct run_outcome){ 0, outcome->last };
		engine_trim(store->engine);
	}
	lock_writer_end(&store->directory);
	return result;
}

int
store_lock_sender(struct store *store, struct fault *fault)
{
	int result;

	privilege_begin();
	result = lock_sender(&store->directory, store->path, fault);
	privilege_finish();
	return result;
}

uint64_t
txn_rev(const struct txn *txn)
{
	return txn->rev;
}

int64_t
txn_now(const struct txn *txn)
{
	return txn->now;
}

const char *
txn_who(const struct txn *txn)
{
	return txn->who == NULL ? "" : txn->who;
}

bool
txn_writes(const struct txn *txn)
{
	return txn->writes;
}

bool
txn_changed(const struct txn *txn)
{
	return txn->changes > 0;
}

struct store *
txn_store(const struct txn *txn)
{
	return txn->store;
}

struct engine_txn *
txn_engine(struct txn *txn)
{
	return txn->engine;
}

struct txn_kept *
txn_kept(struct txn *txn, enum txn_keep keep)
{
	return &txn->kept[keep];
}

uint64_t
txn_next_id(const struct txn *txn)
{
	return txn->next_id;
}

uint64_t
txn_first_id(const struct txn *txn)
{
	return txn->first_id;
}
