/* SPDX-License-Identifier: ISC */
/*
 * A sweep looks at the same few stores thousands of times. The bytes of data.mdb
 * say all that a store holds, so the answer for bytes that were seen before is
 * kept, and only new ones are opened and checked.
 */
#include "inventory.h"

#include <sys/stat.h>

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#define KEPT 256

static void
look_up(struct store_state *state, uint64_t digest, const char *store)
{
	static struct {
		uint64_t digest;
		struct store_state state;
	} kept[KEPT];
	size_t at = digest % KEPT;

	if (kept[at].digest != digest || kept[at].state.is != STORE_SOUND) {
		world_state(&kept[at].state, store, false);
		kept[at].digest = digest;
	}
	*state = kept[at].state;
}

static struct thing *
add(struct inventory *inventory, const char *path, enum thing_kind kind)
{
	struct thing *things = realloc(
	    inventory->things, (inventory->count + 1) * sizeof(*inventory->things));
	struct thing *thing;

	if (things == NULL)
		world_give_up("out of memory");
	inventory->things = things;
	thing = &things[inventory->count++];
	*thing = (struct thing){ .kind = kind, .path = strdup(path) };
	return thing;
}

static uint64_t
digest_file(const char *path)
{
	struct buf bytes = BUF_EMPTY;
	uint64_t digest = 0;

	if (world_read(&bytes, path))
		digest = XXH3_64bits(bytes.at, bytes.len);
	buf_release(&bytes);
	return digest;
}

static bool
of_every_store(const char *name)
{
	static const char *const names[] = { "data.mdb", "lock.mdb", "writer.lock",
		"sender.lock", "alone.lock" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return false;
}

/* Adds a directory; whether it is a store. */
static bool
add_directory(struct inventory *inventory, struct buf *path, size_t skip)
{
	size_t len = path->len;
	uint64_t digest;
	bool store;

	buf_text(path, "/data.mdb");
	store = access(buf_string(path), F_OK) == 0;
	digest = store ? digest_file(path->at) : 0;
	path->len = len;
	buf_string(path);
	if (store)
		look_up(&add(inventory, path->at + skip, THING_STORE)->state, digest,
		    path->at);
	else
		add(inventory, path->at + skip, THING_DIRECTORY);
	return store;
}

/* Adds what lies in the directory full, where skip is the length of "place/". */
static void
walk(struct inventory *inventory, const char *full, size_t skip, bool store)
{
	struct buf inner = BUF_EMPTY;
	struct dirent *entry;
	DIR *dir = opendir(full);
	struct stat st;

	while (dir != NULL && (entry = readdir(dir)) != NULL) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0 ||
		    (store && of_every_store(entry->d_name)))
			continue;
		buf_clear(&inner);
		buf_printf(&inner, "%s/%s", full, entry->d_name);
		if (lstat(buf_string(&inner), &st) != 0)
			world_give_up("%s: %s", buf_string(&inner), strerror(errno));
		if (!S_ISDIR(st.st_mode)) {
			add(inventory, inner.at + skip, THING_FILE)->digest =
			    digest_file(inner.at);
			continue;
		}
		walk(inventory, inner.at, skip, add_directory(inventory, &inner, skip));
	}
	if (dir != NULL)
		closedir(dir);
	buf_release(&inner);
}

void
inventory_take(struct inventory *inventory, const char *place)
{
	*inventory = (struct inventory){ NULL, 0 };
	walk(inventory, place, strlen(place) + 1, false);
}

void
inventory_release(struct inventory *inventory)
{
	for (size_t i = 0; i < inventory->count; i++)
		free(inventory->things[i].path);
	free(inventory->things);
	*inventory = (struct inventory){ NULL, 0 };
}

const struct thing *
inventory_find(const struct inventory *inventory, const char *path)
{
	for (size_t i = 0; i < inventory->count; i++)
		if (strcmp(inventory->things[i].path, path) == 0)
			return &inventory->things[i];
	return NULL;
}

bool
thing_same(const struct thing *a, const struct thing *b)
{
	if (a == NULL || b == NULL || a->kind != b->kind)
		return false;
	switch (a->kind) {
	case THING_STORE:
		return a->state.is == STORE_SOUND && b->state.is == STORE_SOUND &&
		    a->state.digest == b->state.digest;
	case THING_FILE:
		return a->digest == b->digest;
	default:
		return true;
	}
}
