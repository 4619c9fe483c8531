/* SPDX-License-Identifier: ISC */
/* The vectors of RFC 4231 that are not cut. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/hmac.h"

struct vector {
	unsigned char key;
	size_t key_len; /* so many of this byte; 0: the text below */
	const char *key_text, *text;
	unsigned char byte;
	size_t len; /* likewise */
	const char *digest;
};

static const struct vector vectors[] = {
	{ 0x0b, 20, NULL, "Hi There", 0, 0,
	    "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7" },
	{ 0, 0, "Jefe", "what do ya want for nothing?", 0, 0,
	    "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843" },
	{ 0xaa, 20, NULL, NULL, 0xdd, 50,
	    "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe" },
	{ 0xaa, 131, NULL, "Test Using Larger Than Block-Size Key - Hash Key First", 0, 0,
	    "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54" },
};

static void
test_vectors(void **state)
{
	char key[200], text[200], hex[2 * HMAC_BYTES + 1];
	unsigned char digest[HMAC_BYTES];
	const struct vector *vector;
	struct hmac hmac;
	size_t i, j;

	(void)state;
	for (i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		vector = vectors + i;
		memset(key, vector->key, sizeof(key));
		memset(text, vector->byte, sizeof(text));
		hmac_begin(&hmac,
		    vector->key_text != NULL ? view_of(vector->key_text)
					     : view_make(key, vector->key_len));
		hmac_digest(&hmac,
		    vector->text != NULL ? view_of(vector->text)
					 : view_make(text, vector->len),
		    digest);
		for (j = 0; j < sizeof(digest); j++)
			snprintf(hex + 2 * j, 3, "%02x", digest[j]);
		assert_string_equal(hex, vector->digest);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_vectors) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
