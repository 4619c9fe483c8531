/* SPDX-License-Identifier: ISC */
#ifndef MODEL_BANNER_H
#define MODEL_BANNER_H

/*
 * The banner that a person sees for the type of a contact (TR-50): its text and
 * its colour, which are settings. Only tables have banners; other output has the
 * type itself.
 */

#include "model/settings.h"

#define BANNERS 4

struct banners {
	struct banner {
		const char *type;
		struct buf text;
		struct buf colour; /* "green"; "plain" for none */
	} at[BANNERS];
};

int banners_load(
    struct banners *banners, struct txn *txn, struct fault *fault) MUST_CHECK;
void banners_release(struct banners *banners);
/* The banner of a type, or NULL. */
const struct banner *banner_of(const struct banners *banners, struct view type);

#endif
