/* SPDX-License-Identifier: ISC */
/*
 * Each of three blocks of five characters has one check letter, whose bits
 * tell which of the five are capitals.
 */
#include "model/salesforce_id.h"

#define SHORT_ID 15

static bool
is_alphanumeric(struct view text)
{
	size_t i;

	for (i = 0; i < text.len; i++) {
		char c = text.at[i];

		if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
			(c >= 'A' && c <= 'Z')))
			return false;
	}
	return true;
}

enum salesforce_id
salesforce_id_read(struct view text, char id[SALESFORCE_ID])
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";
	unsigned block, k, bits;
	bool zeros = true;
	char c;

	if ((text.len != SHORT_ID && text.len != SALESFORCE_ID) || !is_alphanumeric(text))
		return SALESFORCE_NONE;
	memcpy(id, text.at, SHORT_ID);
	for (block = 0; block < 3; block++) {
		bits = 0;
		for (k = 0; k < 5; k++) {
			c = id[block * 5 + k];
			zeros = zeros && c == '0';
			if (c >= 'A' && c <= 'Z')
				bits |= 1u << k;
		}
		id[SHORT_ID + block] = letters[bits];
	}
	if (text.len == SALESFORCE_ID && memcmp(id, text.at, SALESFORCE_ID) != 0)
		return SALESFORCE_WRONG;
	return zeros ? SALESFORCE_NULL : SALESFORCE_GOOD;
}

void
salesforce_id_complete(struct view system, struct view *text, char form[SALESFORCE_ID])
{
	if (view_is(system, "salesforce") && text->len == SHORT_ID &&
	    salesforce_id_read(*text, form) == SALESFORCE_GOOD)
		*text = view_make(form, SALESFORCE_ID);
}
