/* SPDX-License-Identifier: ISC */
/*
 * Finding images. The versions of a record stand together, oldest first;
 * former values of settings stand under id 0 with the name behind the key.
 */
#include "store/image.h"

#include <endian.h>

struct image_key
image_key(uint64_t id, uint64_t rev)
{
	return (struct image_key){ htobe64(id), htobe64(rev) };
}

struct view
image_key_view(const struct image_key *key)
{
	return view_make((const char *)key, sizeof(*key));
}

bool
image_key_read(struct view key, uint64_t *id, uint64_t *rev)
{
	struct image_key at;

	if (key.len < sizeof(at))
		return false;
	memcpy(&at, key.at, sizeof(at));
	*id = be64toh(at.id);
	*rev = be64toh(at.rev);
	return *id == 0 || key.len == sizeof(at);
}

int
image_key_damaged(struct fault *fault)
{
	return fault_set(fault, FAULT_STORE,
	    "the key of a before-image is damaged: run contact-store check, "
	    "restore a backup");
}

/* The image that was found, sound or a fault. */
static int
take_image(struct view key, struct view value, uint64_t *id, uint64_t *rev,
    struct record *image, struct fault *fault)
{
	if (!image_key_read(key, id, rev))
		return image_key_damaged(fault);
	*image = (struct record){ (const unsigned char *)value.at, value.len };
	if (*id != 0 && !record_sound(*image))
		return fault_set(fault, FAULT_STORE,
		    "the before-image of record %llu, revision %llu is damaged: run "
		    "contact-store check, restore a backup",
		    (unsigned long long)*id, (unsigned long long)*rev);
	return 1;
}

int
image_seek(struct engine_cursor *cursor, uint64_t *id, uint64_t *rev,
    struct record *image, struct fault *fault)
{
	struct image_key from = image_key(*id, *rev);
	struct view key = image_key_view(&from), value;
	int found = engine_seek(cursor, &key, &value, fault);

	return found == 1 ? take_image(key, value, id, rev, image, fault) : found;
}

int
image_next(struct engine_cursor *cursor, uint64_t *id, uint64_t *rev,
    struct record *image, struct fault *fault)
{
	struct view key = { NULL, 0 }, value;
	int found = engine_next(cursor, &key, &value, fault);

	return found == 1 ? take_image(key, value, id, rev, image, fault) : found;
}

struct engine_cursor *
image_cursor(struct txn *txn, struct fault *fault)
{
	if (txn->imager == NULL &&
	    engine_cursor_open(&txn->imager, txn->engine, TREE_IMAGES, fault) != 0)
		return NULL;
	return txn->imager;
}

int
image_of_setting(struct txn *txn, uint64_t rev, struct view name, struct view *value,
    struct fault *fault)
{
	struct engine_cursor *cursor = image_cursor(txn, fault);
	struct image_key from = image_key(0, rev + 1);
	struct view key = image_key_view(&from);
	uint64_t id, at;
	int found;

	if (cursor == NULL)
		return -1;
	found = engine_seek(cursor, &key, value, fault);
	while (found == 1 && image_key_read(key, &id, &at) && id == 0) {
		if (view_equal(view_from(key, sizeof(from)), name))
			return 1;
		found = engine_next(cursor, &key, value, fault);
	}
	return found < 0 ? -1 : 0;
}
