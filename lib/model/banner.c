/* SPDX-License-Identifier: ISC */
/* One row for each type: the two settings that it has. */
#include "model/banner.h"

static const struct {
	const char *type, *text, *colour;
} rows[BANNERS] = {
	{ "Client", "banner_client", "banner_client_color" },
	{ "Candidate", "banner_candidate", "banner_candidate_color" },
	{ "C&C", "banner_both", "banner_both_color" },
	{ "None", "banner_none", "banner_none_color" },
};

int
banners_load(struct banners *banners, struct txn *txn, struct fault *fault)
{
	struct banner *banner;
	size_t i;

	for (i = 0; i < BANNERS; i++) {
		banner = banners->at + i;
		*banner = (struct banner){ rows[i].type, BUF_EMPTY, BUF_EMPTY };
	}
	for (i = 0; i < BANNERS; i++) {
		banner = banners->at + i;
		if (setting_get(&banner->text, txn, rows[i].text, fault) != 0 ||
		    setting_get(&banner->colour, txn, rows[i].colour, fault) != 0)
			return -1;
	}
	return 0;
}

void
banners_release(struct banners *banners)
{
	size_t i;

	for (i = 0; i < BANNERS; i++) {
		buf_release(&banners->at[i].text);
		buf_release(&banners->at[i].colour);
	}
}

const struct banner *
banner_of(const struct banners *banners, struct view type)
{
	size_t i;

	for (i = 0; i < BANNERS; i++)
		if (banners->at[i].type != NULL && view_is(type, banners->at[i].type))
			return banners->at + i;
	return NULL;
}
