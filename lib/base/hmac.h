/* SPDX-License-Identifier: ISC */
#ifndef BASE_HMAC_H
#define BASE_HMAC_H

/*
 * HMAC with SHA-256 (RFC 2104), for many short texts under one key: what the key
 * alone contributes is worked out once.
 */

#include <sys/types.h>

#include <sha2.h>

#include "base/view.h"

#define HMAC_BYTES SHA256_DIGEST_LENGTH

struct hmac {
	SHA2_CTX inner, outer;
};

void hmac_begin(struct hmac *hmac, struct view key);
void hmac_digest(
    const struct hmac *hmac, struct view text, unsigned char digest[HMAC_BYTES]);

#endif
