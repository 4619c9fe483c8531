/* SPDX-License-Identifier: ISC */
#ifndef RULES_LIKENESS_H
#define RULES_LIKENESS_H

/*
 * How alike two contacts, or two organizations, are. A profile is what of
 * a record is compared: addresses by their keys, names without case, accents and
 * the order of first and last name, phones by digits, companies without their
 * legal form.
 */

#include "model/kind.h"

/* What two records have in common; the last says what speaks against it. */
enum likeness_why {
	LIKE_EMAIL = 1,
	LIKE_NAME = 2,
	LIKE_ORGANIZATION = 4,
	LIKE_DOMAIN = 8,
	LIKE_PHONE = 16,
	UNLIKE_IDS = 32 /* a system has two ids for them */
};

struct profile {
	struct record record;
	/* Each text has a NUL behind it; of names all but the last. */
	struct buf emails, phones, domains, names;
	struct buf first, middle, last, suffix, organization;
	struct buf scratch, element;
};

/* Whether records of the kind can be alike. */
bool likeness_knows(const struct kind *kind);

/* profile.c: makes the profile of a record, which is borrowed. A profile that is all 0 is
 * empty, and is used again for its memory. */
int profile_read(struct profile *profile, const struct kind *kind, struct record record,
    struct fault *fault) MUST_CHECK;
void profile_release(struct profile *profile);
/* The next of such texts, from *at on; whether one of them is this. */
bool profile_next(const struct buf *texts, size_t *at, struct view *text);
bool profile_has(const struct buf *texts, struct view text);

/* What records that are alike may share. Many may bear one of the first three
 * and be different all the same; the others hold a name besides. */
enum likeness_sign {
	SIGN_EMAIL,
	SIGN_PHONE,
	SIGN_DOMAIN,
	SIGN_NAME,
	SIGN_NAME_EMAIL,
	SIGN_NAME_PHONE,
	SIGN_NAME_ORGANIZATION
};

/* Calls each for every sign of the record, as a hash that is the same for all
 * that bear it. */
int likeness_each(const struct profile *profile, const struct kind *kind,
    int (*each)(
	void *context, enum likeness_sign sign, uint64_t hash, struct fault *fault),
    void *context, struct fault *fault) MUST_CHECK;

/* From 0 to 100; *why has the bits of enum likeness_why. */
int likeness_score(struct txn *txn, const struct profile *a, const struct profile *b,
    unsigned *score, unsigned *why, struct fault *fault) MUST_CHECK;

/* Appends the words for the bits, as contact-find prints them. */
void likeness_print(struct buf *out, unsigned why);

#endif
