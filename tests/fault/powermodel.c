/* SPDX-License-Identifier: ISC */
/*
 * The disk keeps what is surely on it, and a list of events that may not be: one
 * for each file, one for names. A power cut takes the former and picks from the
 * latter. An event that is surely on the disk stays in a list while older ones
 * are before it, so that these do not come over it.
 */
#include "powermodel.h"

#include <sys/stat.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "world.h"

#define SECTOR 512
#define NAMES  64

/* Growing lists: the pointer, how many it holds. */
struct events {
	const struct event **at;
	size_t count;
};

struct object {
	uint64_t inode;
	bool is_directory;
	struct buf bytes; /* on the disk */
	struct events pending;
};

struct name {
	struct object *directory, *object;
	char text[NAMES];
};

/* What was done to names: `was` left one place, object got another. */
struct step {
	struct name from, to; /* an empty one has no directory */
	bool exchange;
};

struct disk {
	bool without_sync;
	struct object *root;
	struct object **objects;
	size_t object_count;
	struct name *names; /* on the disk */
	size_t name_count;
	struct name *current; /* as programs see them */
	size_t current_count;
	struct step *steps;
	size_t step_count;
};

static uint64_t state = 1;

void
disk_seed(uint64_t seed)
{
	state = seed * 2 + 1;
}

static uint64_t
draw(uint64_t below)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (state * 0x2545f4914f6cdd1d >> 33) % below;
}

/* Room for one more at the end of a list, which grows at powers of two. */
static void *
grown(void *list, size_t count, size_t size)
{
	if ((count & (count - 1)) == 0)
		list = realloc(list, (count == 0 ? 1 : 2 * count) * size);
	if (list == NULL)
		world_give_up("out of memory");
	return list;
}

struct disk *
disk_new(bool without_sync)
{
	struct disk *disk = calloc(1, sizeof(*disk));

	if (disk == NULL)
		world_give_up("out of memory");
	disk->without_sync = without_sync;
	return disk;
}

void
disk_free(struct disk *disk)
{
	for (size_t i = 0; i < disk->object_count; i++) {
		buf_release(&disk->objects[i]->bytes);
		free(disk->objects[i]->pending.at);
		free(disk->objects[i]);
	}
	free(disk->objects);
	free(disk->names);
	free(disk->current);
	free(disk->steps);
	free(disk);
}

/* The youngest object of that number: numbers are given again. */
static struct object *
object_of(const struct disk *disk, uint64_t inode)
{
	for (size_t i = disk->object_count; i > 0; i--)
		if (disk->objects[i - 1]->inode == inode)
			return disk->objects[i - 1];
	return NULL;
}

static struct object *
add_object(struct disk *disk, uint64_t inode, bool is_directory)
{
	struct object *object = calloc(1, sizeof(*object));

	disk->objects = grown(disk->objects, disk->object_count, sizeof(struct object *));
	if (object == NULL)
		world_give_up("out of memory");
	object->inode = inode;
	object->is_directory = is_directory;
	disk->objects[disk->object_count++] = object;
	return object;
}

static size_t
find_name(const struct name *names, size_t count, const struct object *directory,
    const char *text)
{
	size_t i = 0;

	while (i < count &&
	    (names[i].directory != directory || strcmp(names[i].text, text) != 0))
		i++;
	return i;
}

static void
drop_name(struct name *names, size_t *count, const struct name *name)
{
	size_t at = find_name(names, *count, name->directory, name->text);

	if (at < *count)
		names[at] = names[--*count];
}

static struct name *
set_name(struct name *names, size_t *count, const struct name *name)
{
	size_t at = find_name(names, *count, name->directory, name->text);

	if (at == *count)
		names = grown(names, (*count)++, sizeof(*names));
	names[at] = *name;
	return names;
}

/* A step carries its objects, so it can be done where another one that came
 * before it was not. */
static struct name *
take_step(struct name *names, size_t *count, const struct step *step)
{
	struct name back = step->from;

	if (step->exchange) {
		back.object = step->to.object;
		names = set_name(names, count, &back);
		back = step->to;
		back.object = step->from.object;
		return set_name(names, count, &back);
	}
	if (step->from.directory != NULL)
		drop_name(names, count, &step->from);
	if (step->to.directory != NULL)
		names = set_name(names, count, &step->to);
	return names;
}

static struct name
name_made(const struct disk *disk, uint64_t directory, const char *text, size_t len)
{
	struct name name = { .directory = object_of(disk, directory) };
	size_t at;

	if (len >= NAMES)
		world_give_up("a name of %zu bytes", len);
	memcpy(name.text, text, len);
	at = find_name(disk->current, disk->current_count, name.directory, name.text);
	name.object = at < disk->current_count ? disk->current[at].object : NULL;
	return name;
}

/* The step that an event is; false when it is none, or not below the root. */
static bool
step_of(struct disk *disk, const struct event *event, struct step *step)
{
	const char *text = (const char *)(event + 1);
	size_t len = strnlen(text, event->len);

	*step = (struct step){ .exchange = event->type == EVENT_EXCHANGE };
	if (object_of(disk, event->dir) == NULL)
		return false;
	switch (event->type) {
	case EVENT_MADE:
	case EVENT_MKDIR:
	case EVENT_LINK:
		step->to = name_made(disk, event->dir, text, len);
		step->to.object = object_of(disk, event->file);
		return step->to.object != NULL;
	case EVENT_UNLINK:
		step->from = name_made(disk, event->dir, text, len);
		return true;
	case EVENT_RENAME:
	case EVENT_EXCHANGE:
		step->from = name_made(disk, event->dir, text, len);
		step->to = name_made(
		    disk, event->other, text + len + 1, event->len - (uint32_t)len - 1);
		if (event->type == EVENT_RENAME)
			step->to.object = step->from.object;
		return step->to.directory != NULL && step->from.object != NULL;
	default:
		return false;
	}
}

static void
make_object(struct disk *disk, const struct event *event)
{
	if (event->type == EVENT_MADE || event->type == EVENT_MKDIR)
		add_object(disk, event->file, event->type == EVENT_MKDIR);
}

/* Puts bytes into a file's content; sectors are picked when they are random. */
static void
put_bytes(struct buf *bytes, const struct event *event, enum cut cut)
{
	const char *from = (const char *)(event + 1);
	size_t end = event->offset + event->len, len = bytes->len;

	if (end > len) {
		buf_reserve(bytes, end - len + 1);
		memset(bytes->at + len, 0, end - len);
		bytes->len = end;
	}
	for (size_t at = 0; at < event->len; at += SECTOR) {
		size_t n = event->len - at < SECTOR ? event->len - at : SECTOR;

		if (cut == CUT_RANDOM && draw(2) == 0)
			continue;
		memcpy(bytes->at + event->offset + at, from + at, n);
		if (event->offset + at + n > len)
			len = event->offset + at + n;
	}
	/* The new length is on the disk without the bytes, or is not. */
	if (cut == CUT_RANDOM && len < bytes->len && draw(2) == 0)
		bytes->len = len;
}

static void
put_event(struct buf *bytes, const struct event *event, enum cut cut)
{
	if (event->type != EVENT_CUT)
		put_bytes(bytes, event, cut);
	else if (cut == CUT_ALL || draw(2) == 0) {
		if (event->offset > bytes->len) {
			buf_reserve(bytes, event->offset - bytes->len + 1);
			memset(bytes->at + bytes->len, 0, event->offset - bytes->len);
		}
		bytes->len = event->offset;
	}
}

static void
sync_object(struct disk *disk, struct object *object)
{
	size_t kept = 0;

	if (!object->is_directory) {
		for (size_t i = 0; i < object->pending.count; i++)
			put_event(&object->bytes, object->pending.at[i], CUT_ALL);
		object->pending.count = 0;
		return;
	}
	for (size_t i = 0; i < disk->step_count; i++) {
		const struct step step = disk->steps[i];

		if (step.from.directory == object || step.to.directory == object)
			disk->names = take_step(disk->names, &disk->name_count, &step);
		else
			disk->steps[kept++] = step;
	}
	disk->step_count = kept;
}

static void
add_pending(struct object *object, const struct event *event)
{
	struct events *pending = &object->pending;

	pending->at = grown(pending->at, pending->count, sizeof(*pending->at));
	pending->at[pending->count++] = event;
}

static void
add_step(struct disk *disk, const struct step *step)
{
	disk->steps = grown(disk->steps, disk->step_count, sizeof(*disk->steps));
	disk->steps[disk->step_count++] = *step;
	disk->current = take_step(disk->current, &disk->current_count, step);
}

void
disk_apply(struct disk *disk, const struct event *event)
{
	struct object *object;
	struct step step;

	if (event->type == EVENT_ROOT) {
		if (disk->root == NULL)
			disk->root = add_object(disk, event->file, true);
		return;
	}
	if (object_of(disk, event->dir) != NULL)
		make_object(disk, event);
	if (step_of(disk, event, &step)) {
		add_step(disk, &step);
		return;
	}
	object = object_of(disk, event->file);
	if (object == NULL)
		return;
	if (event->type == EVENT_SYNC && (object->is_directory || !disk->without_sync))
		sync_object(disk, object);
	if (event->type == EVENT_WRITE || event->type == EVENT_DSYNC ||
	    event->type == EVENT_CUT)
		add_pending(object, event);
}

static bool
is_sure(const struct disk *disk, const struct event *event)
{
	return event->type == EVENT_DSYNC && !disk->without_sync;
}

/* What is on the disk of a file. */
static void
content(const struct disk *disk, const struct object *object,
    const struct event *under_way, enum cut cut, struct buf *out)
{
	buf_clear(out);
	buf_view(out, buf_as_view(&object->bytes));
	for (size_t i = 0; i < object->pending.count; i++) {
		const struct event *event = object->pending.at[i];

		if (is_sure(disk, event))
			put_event(out, event, CUT_ALL);
		else if (cut != CUT_NONE)
			put_event(out, event, cut);
	}
	if (under_way != NULL && cut != CUT_NONE &&
	    object_of(disk, under_way->file) == object &&
	    (under_way->type == EVENT_WRITE || under_way->type == EVENT_DSYNC ||
		under_way->type == EVENT_CUT))
		put_event(out, under_way, cut);
	if (out->failed)
		world_give_up("out of memory");
}

struct cutting {
	const struct disk *disk;
	const struct event *under_way;
	enum cut cut;
	const struct name *names;
	size_t name_count;
	struct buf bytes;
};

static void
write_directory(struct cutting *c, const struct object *directory, const char *path)
{
	char inner[1024];

	if (mkdir(path, 0700) != 0 && access(path, W_OK) != 0)
		world_give_up("%s is not made", path);
	for (size_t i = 0; i < c->name_count; i++) {
		const struct name *name = &c->names[i];

		if (name->directory != directory || name->object == NULL)
			continue;
		snprintf(inner, sizeof(inner), "%s/%s", path, name->text);
		if (name->object->is_directory) {
			write_directory(c, name->object, inner);
			continue;
		}
		content(c->disk, name->object, c->under_way, c->cut, &c->bytes);
		/* The next boot finds in it whatever the last one left. */
		if (c->cut == CUT_RANDOM && strcmp(name->text, "lock.mdb") == 0)
			for (size_t b = 0; b < c->bytes.len; b++)
				c->bytes.at[b] = (char)draw(256);
		world_write(inner, c->bytes.at, c->bytes.len);
	}
}

void
disk_cut(
    struct disk *disk, const struct event *under_way, enum cut cut, const char *place)
{
	struct cutting c = { disk, under_way, cut, NULL, 0, BUF_EMPTY };
	struct name *names = NULL;
	size_t count = 0, steps = disk->step_count;

	if (cut == CUT_NONE)
		steps = 0;
	else if (cut == CUT_RANDOM)
		steps = draw(steps + 1);
	for (size_t i = 0; i < disk->name_count; i++)
		names = set_name(names, &count, &disk->names[i]);
	for (size_t i = 0; i < steps; i++)
		names = take_step(names, &count, &disk->steps[i]);
	c.names = names;
	c.name_count = count;
	world_remove(place);
	if (disk->root != NULL)
		write_directory(&c, disk->root, place);
	free(names);
	buf_release(&c.bytes);
}
