/* SPDX-License-Identifier: ISC */
/*
 * Map files are small and there are a dozen of them, so all are read each
 * time: what a directory holds is what is known, and a new export format is a
 * new file.
 */
#include "rules/maps.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"

#define MAP_MAX	 (1024 * 1024)
#define MAPS_MAX 500

static const struct map_file *
find_file(const struct maps *maps, const char *name)
{
	const struct map_file *file;

	for (file = maps->files; file != NULL; file = file->next) {
		if (strcmp(file->name, name) == 0)
			break;
	}
	return file;
}

static int
load(struct maps *maps, const char *path, struct fault *fault)
{
	struct buf text = BUF_EMPTY;
	const struct map_file *other;
	struct map_file *file;
	struct view copy;
	char *kept;
	int result = -1;

	if (file_read(&text, path, MAP_MAX, "map", fault) == -1)
		goto done;
	/* The map borrows from its text and from its path. */
	copy = arena_copy(&maps->arena, buf_as_view(&text));
	kept = arena_take(&maps->arena, strlen(path) + 1);
	if ((copy.len > 0 && copy.at == NULL) || kept == NULL) {
		fault_memory(fault);
		goto done;
	}
	memcpy(kept, path, strlen(path) + 1);
	if (map_file_read(&file, &maps->arena, kept, copy, fault) == -1)
		goto done;
	other = find_file(maps, file->name);
	if (other != NULL) {
		fault_set(fault, FAULT_USAGE, "%s: map %s is %s already", path,
		    file->name, other->path);
		goto done;
	}
	file->next = maps->files;
	maps->files = file;
	result = 0;
done:
	buf_release(&text);
	return result;
}

static int
is_map(const struct dirent *entry)
{
	size_t len = strlen(entry->d_name);

	return len > 4 && entry->d_name[0] != '.' &&
	    strcmp(entry->d_name + len - 4, ".map") == 0;
}

static int
load_all(struct maps *maps, const char *directory, struct fault *fault)
{
	struct dirent **entries = NULL;
	struct buf path = BUF_EMPTY;
	int n = scandir(directory, &entries, is_map, alphasort), i, result = 0;

	if (n == -1)
		return fault_errno(fault, errno, "maps %s", directory);
	for (i = 0; i < n && result == 0; i++) {
		buf_clear(&path);
		buf_printf(&path, "%s/%s", directory, entries[i]->d_name);
		result = i == MAPS_MAX		   ? fault_set(fault, FAULT_USAGE,
							 "maps %s: more than %d", directory, MAPS_MAX)
		    : buf_check(&path, fault) != 0 ? -1
						   : load(maps, buf_string(&path), fault);
	}
	while (n > 0)
		free(entries[--n]);
	free(entries);
	buf_release(&path);
	return result;
}

/* The names that there are, for a message. */
static void
list_maps(const char *directory, struct buf *out)
{
	struct dirent **entries = NULL;
	int n = scandir(directory, &entries, is_map, alphasort), i;

	for (i = 0; i < n; i++) {
		buf_char(out, ' ');
		buf_put(out, entries[i]->d_name, strlen(entries[i]->d_name) - 4);
	}
	while (n > 0)
		free(entries[--n]);
	free(entries);
}

bool
map_is_name(struct view text)
{
	size_t i;

	for (i = 0; i < text.len; i++) {
		char c = text.at[i];

		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' ||
			c == '-' || c == '.'))
			return false;
	}
	return text.len > 0 && text.len <= 64 && text.at[0] != '.';
}

/* A name lies in the directory, what has a slash is a path; the system behind
 * a colon is taken off, but a path that exists as it stands is one. */
static int
load_one(struct maps *maps, const char *directory, const char *only, struct fault *fault)
{
	bool is_path = strchr(only, '/') != NULL;
	const char *colon = strrchr(only, ':');
	struct buf path = BUF_EMPTY, names = BUF_EMPTY;
	struct view name = view_of(only), system;
	int result = -1;

	if (colon != NULL && strchr(colon, '/') == NULL &&
	    !(is_path && access(only, F_OK) == 0)) {
		name = view_make(only, (size_t)(colon - only));
		system =
		    arena_copy(&maps->arena, view_make(colon + 1, strlen(colon + 1) + 1));
		if (system.at == NULL) {
			fault_memory(fault);
			goto done;
		}
		maps->system = system.at;
		system.len--;
		if (!map_is_name(system)) {
			fault_set(fault, FAULT_USAGE,
			    "--map %s: the system "
			    "is to be small letters, digits, _ - .",
			    only);
			goto done;
		}
	}
	if (!is_path)
		buf_printf(&path, "%s/", directory == NULL ? "." : directory);
	buf_view(&path, name);
	if (!is_path)
		buf_text(&path, ".map");
	if (!is_path &&
	    (directory == NULL || !map_is_name(name) ||
		access(buf_string(&path), F_OK) == -1)) {
		if (directory != NULL)
			list_maps(directory, &names);
		fault_set(fault, FAULT_USAGE,
		    "--map %s: no such map; there "
		    "are:%s (a file has a slash: ./%s)",
		    only, buf_string(&names), only);
		goto done;
	}
	result = load(maps, buf_string(&path), fault);
done:
	buf_release(&path);
	buf_release(&names);
	return result;
}

static unsigned
rank(const struct map_shape *shape)
{
	return shape->has_order ? shape->order : ~0u;
}

static int
compare_shapes(const void *a, const void *b)
{
	const struct map_shape *one = *(const struct map_shape *const *)a;
	const struct map_shape *other = *(const struct map_shape *const *)b;
	int c;

	if (rank(one) != rank(other))
		return rank(one) < rank(other) ? -1 : 1;
	c = strcmp(one->map->name, other->map->name);
	return c != 0 ? c : (one->line > other->line) - (one->line < other->line);
}

/* Events, which no other system writes. */
static bool
is_own_event(const struct kind *kind)
{
	return kind == &kind_status_event || kind == &kind_invitation_event;
}

/* The kinds, and behind them what is read and never a record. */
static const struct kind *
bare_kind(size_t index)
{
	const struct kind *kind = kind_at(index);

	return kind != NULL || index == 0 || kind_at(index - 1) == NULL
	    ? kind
	    : &kind_invitation_event;
}

/* A kind can be read by the names of its fields, without a map file: any one, or
 * events alone. */
static int
add_bare_shapes(struct maps *maps, bool any, struct fault *fault)
{
	struct map_file *bare = arena_take(&maps->arena, sizeof(*bare));
	const struct map_file *given = any ? find_file(maps, "generic") : maps->files;
	const struct map_shape *known;
	const struct kind *kind;
	struct map_shape *shape;
	size_t i;

	if (bare == NULL)
		return fault_memory(fault);
	*bare = (struct map_file){ maps->files, "generic", "(built in)", NULL };
	for (i = 0; (kind = bare_kind(i)) != NULL; i++) {
		known = given == NULL ? NULL : given->shapes;
		while (known != NULL && known->kind != kind)
			known = known->next;
		if (known != NULL || (!any && !is_own_event(kind)))
			continue;
		shape = arena_take(&maps->arena, sizeof(*shape));
		if (shape == NULL)
			return fault_memory(fault);
		*shape = (struct map_shape){ .next = bare->shapes,
			.map = bare,
			.kind = kind,
			.name = view_of(kind->name) };
		bare->shapes = shape;
	}
	maps->files = bare;
	return 0;
}

static int
sort_shapes(struct maps *maps, struct fault *fault)
{
	const struct map_file *file;
	const struct map_shape *shape;
	size_t n = 0;

	for (file = maps->files; file != NULL; file = file->next) {
		for (shape = file->shapes; shape != NULL; shape = shape->next)
			maps->count++;
	}
	maps->shapes =
	    arena_take(&maps->arena, (maps->count + 1) * sizeof(struct map_shape *));
	if (maps->shapes == NULL)
		return fault_memory(fault);
	for (file = maps->files; file != NULL; file = file->next) {
		for (shape = file->shapes; shape != NULL; shape = shape->next)
			maps->shapes[n++] = shape;
	}
	qsort(maps->shapes, n, sizeof(struct map_shape *), compare_shapes);
	return 0;
}

int
maps_load(
    struct maps **maps, const char *directory, const char *only, struct fault *fault)
{
	struct maps *made = calloc(1, sizeof(*made));
	bool generic;
	int result = 0;

	if (made == NULL)
		return fault_memory(fault);
	if (only != NULL && strcmp(only, "auto") == 0)
		only = NULL;
	made->only = only != NULL;
	if (only != NULL)
		result = load_one(made, directory, only, fault);
	else if (directory != NULL)
		result = load_all(made, directory, fault);
	generic = only == NULL || find_file(made, "generic") != NULL;
	if (result == 0 && !generic && made->system == NULL)
		made->system = made->files->name;
	if (result == 0)
		result = add_bare_shapes(made, generic, fault);
	if (result == 0)
		result = sort_shapes(made, fault);
	if (result == -1) {
		maps_free(made);
		return -1;
	}
	*maps = made;
	return 0;
}

void
maps_free(struct maps *maps)
{
	if (maps == NULL)
		return;
	arena_release(&maps->arena);
	free(maps);
}
