/* SPDX-License-Identifier: ISC */
/* SHA-256 is libmd's. The two pads are one block each, so the states behind them
 * can be kept and copied. */
#include "base/hmac.h"

static void
begin_pad(
    SHA2_CTX *state, const unsigned char key[SHA256_BLOCK_LENGTH], unsigned char pad)
{
	unsigned char block[SHA256_BLOCK_LENGTH];
	size_t i;

	for (i = 0; i < sizeof(block); i++)
		block[i] = key[i] ^ pad;
	SHA256Init(state);
	SHA256Update(state, block, sizeof(block));
}

void
hmac_begin(struct hmac *hmac, struct view key)
{
	unsigned char block[SHA256_BLOCK_LENGTH] = { 0 };
	SHA2_CTX state;

	if (key.len > sizeof(block)) {
		SHA256Init(&state);
		SHA256Update(&state, (const uint8_t *)key.at, key.len);
		SHA256Final(block, &state);
	} else if (key.len > 0) {
		memcpy(block, key.at, key.len);
	}
	begin_pad(&hmac->inner, block, 0x36);
	begin_pad(&hmac->outer, block, 0x5c);
}

void
hmac_digest(const struct hmac *hmac, struct view text, unsigned char digest[HMAC_BYTES])
{
	SHA2_CTX state = hmac->inner;

	SHA256Update(&state, (const uint8_t *)text.at, text.len);
	SHA256Final(digest, &state);
	state = hmac->outer;
	SHA256Update(&state, digest, HMAC_BYTES);
	SHA256Final(digest, &state);
}
