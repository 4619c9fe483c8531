/* SPDX-License-Identifier: ISC */
#ifndef STORE_IMAGE_H
#define STORE_IMAGE_H

/*
 * The tree of images: the versions that later runs replaced, under id and the
 * revision that replaced them. Internal to lib/store.
 */

#include "store/txn.h"

struct image_key image_key(uint64_t id, uint64_t rev);
struct view image_key_view(const struct image_key *key);
/* Of a key that was found: false when it is none. A setting's has id 0 and its
 * name behind. */
bool image_key_read(struct view key, uint64_t *id, uint64_t *rev);
/* Says that a key is none. -1. */
int image_key_damaged(struct fault *fault);

/* A cursor on the images that lasts as long as the transaction; NULL is a
 * fault. */
struct engine_cursor *image_cursor(struct txn *txn, struct fault *fault);

/* The first image from (*id, *rev) on, which become its own, and the one behind
 * it. 1, 0, -1; one of a record is sound. */
int image_seek(struct engine_cursor *cursor, uint64_t *id, uint64_t *rev,
    struct record *image, struct fault *fault) MUST_CHECK;
int image_next(struct engine_cursor *cursor, uint64_t *id, uint64_t *rev,
    struct record *image, struct fault *fault) MUST_CHECK;

/* What a setting was until the first run after revision rev that changed it,
 * empty for none: 1, 0 when no run did, -1. */
int image_of_setting(struct txn *txn, uint64_t rev, struct view name, struct view *value,
    struct fault *fault) MUST_CHECK;

#endif
