/* SPDX-License-Identifier: ISC */
/*
 * ASCII domains are put into lower case by hand. The rest goes through
 * libidn2 by the non-transitional rules, which keep ß and ς apart from ss and
 * σ as registries do today.
 */
#include "model/idna.h"

#include <dlfcn.h>
#include <idn2.h>
#include <pthread.h>

#include "base/fold.h"
#include "model/value.h"

/* The longest name in its text form (RFC 1035 section 2.3.4). */
#define DOMAIN_MAX 253
#define LABEL_MAX  63

static struct {
	int (*to_ascii)(const char *input, char **output, int flags);
	void (*release)(void *output);
} libidn2;

static void
open_libidn2(void)
{
	void *library = dlopen("libidn2.so.0", RTLD_NOW | RTLD_LOCAL);
	void *to_ascii, *release;

	if (library == NULL)
		return;
	to_ascii = dlsym(library, "idn2_to_ascii_8z");
	release = dlsym(library, "idn2_free");
	if (to_ascii == NULL || release == NULL)
		return;
	/* ISO C has no conversion between the two sorts of pointer. */
	memcpy(&libidn2.to_ascii, &to_ascii, sizeof(to_ascii));
	memcpy(&libidn2.release, &release, sizeof(release));
}

static const char *
wide_ascii(struct buf *out, struct view domain)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	char input[4 * DOMAIN_MAX + 1], *output = NULL;
	const char *wrong;

	if (pthread_once(&once, open_libidn2) != 0 || libidn2.to_ascii == NULL)
		return "domain beyond ASCII, which needs libidn2";
	if (domain.len >= sizeof(input))
		return "domain longer than 253 bytes";
	memcpy(input, domain.at, domain.len);
	input[domain.len] = '\0';
	if (strlen(input) != domain.len ||
	    libidn2.to_ascii(input, &output, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL) !=
		IDN2_OK)
		return "no international domain name";
	/* The mapping can yield dots and blanks of its own. */
	wrong = idna_sound(view_of(output));
	if (wrong == NULL)
		buf_text(out, output);
	libidn2.release(output);
	return wrong;
}

static bool
is_label_byte(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') || c == '-' || c >= 0x80;
}

static const char *
label_sound(struct view label)
{
	if (label.len == 0)
		return "two dots in a row";
	if (label.len > LABEL_MAX)
		return "part of the domain longer than 63 bytes";
	if (label.at[0] == '-' || label.at[label.len - 1] == '-')
		return "hyphen at the edge of a domain";
	for (size_t at = 0; at < label.len; at++)
		if (!is_label_byte((unsigned char)label.at[at]))
			return "character that no domain has";
	return NULL;
}

static bool
is_number(struct view label)
{
	for (size_t at = 0; at < label.len; at++)
		if (label.at[at] < '0' || label.at[at] > '9')
			return false;
	return true;
}

const char *
idna_sound(struct view domain)
{
	struct view label;
	const char *dot, *wrong;

	if (domain.len > 0 && domain.at[domain.len - 1] == '.')
		domain.len--;
	if (domain.len == 0)
		return "no domain";
	if (domain.len > DOMAIN_MAX)
		return "domain longer than 253 bytes";
	if (domain.at[0] == '.')
		return "domain that begins with a dot";
	if (memchr(domain.at, '.', domain.len) == NULL)
		return "no dot in the domain";
	do {
		dot = memchr(domain.at, '.', domain.len);
		label =
		    dot == NULL ? domain : view_until(domain, (size_t)(dot - domain.at));
		if ((wrong = label_sound(label)) != NULL)
			return wrong;
		domain = view_from(domain, label.len + 1);
	} while (dot != NULL && domain.len > 0);
	return is_number(label) ? "domain that ends in a number" : NULL;
}

const char *
idna_ascii(struct buf *out, struct view domain)
{
	const char *wrong = idna_sound(domain);

	if (wrong != NULL)
		return wrong;
	if (domain.at[domain.len - 1] == '.')
		domain.len--;
	if (!utf8_is_ascii(domain))
		return wide_ascii(out, domain);
	if (!buf_reserve(out, domain.len))
		return NULL;
	for (size_t at = 0; at < domain.len; at++) {
		char c = domain.at[at];

		out->at[out->len++] = (char)(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
	}
	return NULL;
}

bool
domain_key(struct buf *out, struct view domain)
{
	return idna_ascii(out, text_trim_wide(domain)) == NULL;
}
