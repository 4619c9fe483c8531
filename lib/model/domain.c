/* SPDX-License-Identifier: ISC */
/*
 * The list of generic domains is short: it has the providers that most private
 * people are with. Those that have the same name in many countries are
 * families, a first label before one or two labels of a country.
 */
#include "model/domain.h"

#include <dlfcn.h>
#include <libpsl.h>
#include <pthread.h>

#include "base/fold.h"
#include "model/entity.h"
#include "model/idna.h"

static const char *const generic[] = { "126.com", "139.com", "163.com", "aim.com",
	"aliyun.com", "aol.com", "att.net", "bellsouth.net", "bigpond.com", "bk.ru",
	"bluewin.ch", "bol.com.br", "btinternet.com", "charter.net", "comcast.net",
	"cox.net", "daum.net", "duck.com", "earthlink.net", "email.com", "fastmail.com",
	"fastmail.fm", "foxmail.com", "free.fr", "freenet.de", "gmail.com",
	"googlemail.com", "hanmail.net", "hey.com", "hushmail.com", "icloud.com",
	"inbox.lv", "inbox.ru", "interia.pl", "juno.com", "laposte.net", "libero.it",
	"list.ru", "mac.com", "mail.com", "mail.ru", "mailbox.org", "me.com", "msn.com",
	"naver.com", "neuf.fr", "o2.pl", "onet.pl", "optonline.net", "orange.fr", "pm.me",
	"posteo.de", "proton.me", "protonmail.ch", "protonmail.com", "qq.com",
	"rambler.ru", "rediffmail.com", "rocketmail.com", "sbcglobal.net", "seznam.cz",
	"sfr.fr", "shaw.ca", "sina.com", "sky.com", "sohu.com", "t-online.de",
	"telia.com", "tiscali.it", "tuta.com", "tuta.io", "tutanota.com", "ukr.net",
	"uol.com.br", "verizon.net", "virgilio.it", "virginmedia.com", "vk.com",
	"wanadoo.fr", "web.de", "wp.pl", "ya.ru", "yeah.net", "ymail.com", "zoho.com" };

static const char *const families[] = { "gmx", "hotmail", "live", "outlook", "yahoo",
	"yandex" };

static struct {
	const psl_ctx_t *list;
	__typeof__(&psl_is_public_suffix) is_public_suffix;
	__typeof__(&psl_registrable_domain) registrable;
} libpsl;

static void
open_libpsl(void)
{
	void *library = dlopen("libpsl.so.5", RTLD_NOW | RTLD_LOCAL);
	__typeof__(&psl_latest) latest;
	void *open, *ask, *registrable;

	if (library == NULL)
		return;
	open = dlsym(library, "psl_latest");
	ask = dlsym(library, "psl_is_public_suffix");
	registrable = dlsym(library, "psl_registrable_domain");
	if (open == NULL || ask == NULL || registrable == NULL)
		return;
	/* ISO C has no conversion between the two sorts of pointer. */
	memcpy(&latest, &open, sizeof(open));
	memcpy(&libpsl.is_public_suffix, &ask, sizeof(ask));
	memcpy(&libpsl.registrable, &registrable, sizeof(registrable));
	/* The list of the system, or what the library was built with. */
	libpsl.list = latest(NULL);
}

bool
domain_of_email(struct buf *out, struct view email)
{
	const char *at;

	email = text_trim_wide(email);
	at = email.len == 0 ? NULL : memrchr(email.at, '@', email.len);
	return at != NULL &&
	    domain_key(out, view_from(email, (size_t)(at + 1 - email.at)));
}

/* "de", "co.uk", "com.au": what a family has behind its name. */
static bool
is_country(struct view behind)
{
	static const char *const seconds[] = { "ac", "co", "com", "ne", "net", "org" };
	const char *dot = memchr(behind.at, '.', behind.len);
	struct view first;

	if (dot == NULL)
		return true;
	first = view_until(behind, (size_t)(dot - behind.at));
	if (memchr(dot + 1, '.', behind.len - first.len - 1) != NULL)
		return false;
	for (size_t i = 0; i < sizeof(seconds) / sizeof(seconds[0]); i++)
		if (view_is(first, seconds[i]))
			return true;
	return false;
}

static bool
is_of_family(struct view domain)
{
	const char *dot = domain.len == 0 ? NULL : memchr(domain.at, '.', domain.len);
	struct view first;

	if (dot == NULL)
		return false;
	first = view_until(domain, (size_t)(dot - domain.at));
	for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++)
		if (view_is(first, families[i]))
			return is_country(view_from(domain, first.len + 1));
	return false;
}

bool
domain_is_generic(struct view domain, struct view more)
{
	struct buf scratch = BUF_EMPTY;
	struct view element;
	bool found = is_of_family(domain);

	for (size_t i = 0; !found && i < sizeof(generic) / sizeof(generic[0]); i++)
		found = view_is(domain, generic[i]);
	while (!found && list_next(&more, &element, &scratch))
		found = view_equal(domain, element);
	buf_release(&scratch);
	return found;
}

static int
need_libpsl(struct fault *fault)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	return pthread_once(&once, open_libpsl) == 0 && libpsl.list != NULL
	    ? 0
	    : fault_set(fault, FAULT_SYSTEM,
		  "whether a domain is a public suffix is told by libpsl.so.5"
		  " (Debian: apt install libpsl5)");
}

int
domain_registrable(struct buf *out, struct view domain, struct fault *fault)
{
	struct buf name = BUF_EMPTY;
	const char *found = NULL;
	int result = need_libpsl(fault);

	buf_view(&name, domain);
	if (result == 0)
		result = buf_check(&name, fault);
	if (result == 0)
		found = libpsl.registrable(libpsl.list, buf_string(&name));
	if (found != NULL)
		buf_text(out, found);
	buf_release(&name);
	return result == 0 ? buf_check(out, fault) : -1;
}

int
domain_is_public(struct view domain, bool *is_public, struct fault *fault)
{
	struct buf name = BUF_EMPTY;
	int result = need_libpsl(fault);

	buf_view(&name, domain);
	if (result == 0)
		result = buf_check(&name, fault);
	if (result == 0)
		*is_public = libpsl.is_public_suffix(libpsl.list, buf_string(&name)) != 0;
	buf_release(&name);
	return result;
}

int
domain_bearers(struct txn *txn, struct view domain, struct ids *ids, struct fault *fault)
{
	return entity_find_text(txn, &kind_organization, ORGANIZATION_DOMAINS,
	    kind_slot(&kind_organization, ORGANIZATION_DOMAINS), domain, ids, fault);
}

static bool
is_between(char c)
{
	return c == ';' || c == ',' || c == ' ' || c == '\t';
}

bool
domain_list_read(struct buf *out, struct view text)
{
	struct buf domain = BUF_EMPTY;
	size_t start = out->len, at = 0, end;
	bool sound = true;

	while (sound && at < text.len) {
		for (end = at; end < text.len && !is_between(text.at[end]);)
			end++;
		buf_clear(&domain);
		if (end > at) {
			sound = domain_key(&domain, view_make(text.at + at, end - at));
			if (sound)
				list_add(out, start, buf_as_view(&domain));
		}
		at = end + 1;
	}
	out->failed |= domain.failed;
	if (!sound && !out->failed)
		out->len = start;
	buf_release(&domain);
	return sound;
}
