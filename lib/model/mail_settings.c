/* SPDX-License-Identifier: ISC */
/*
 * Sending asks before it begins, and the check of a store tells: both by one table, so
 * that who has mended what the check tells of can send.
 */
#include "model/mail_settings.h"

#include <sys/stat.h>
#include <unistd.h>

static const struct {
	enum mail_lack lack;
	const char *settings[2]; /* one of them has to be set */
} needs[] = {
	{ MAIL_LACKS_SENDER, { "mail_sender", NULL } },
	{ MAIL_LACKS_LINK, { "mail_link", NULL } },
	{ MAIL_LACKS_UNSUBSCRIBE,
	    { "mail_unsubscribe_link", "mail_unsubscribe_address" } },
	{ MAIL_LACKS_SENDMAIL, { "sendmail", NULL } },
	{ MAIL_LACKS_POSTAL_ADDRESS, { "mail_postal_address", NULL } },
};

#define NEEDS (sizeof(needs) / sizeof(needs[0]))

/* The program has a default, so whether there is one is asked of the system. */
static int
serves(struct txn *txn, const char *name, bool *does, struct fault *fault)
{
	struct buf value = BUF_EMPTY;
	struct stat status;
	int result = setting_get(&value, txn, name, fault);

	*does = value.len > 0;
	if (result == 0 && view_is(view_of(name), "sendmail")) {
		*does = stat(buf_string(&value), &status) == 0 &&
		    S_ISREG(status.st_mode) && access(buf_string(&value), X_OK) == 0;
		result = buf_check(&value, fault);
	}
	buf_release(&value);
	return result;
}

int
mail_settings_missing(
    struct txn *txn, bool has_sender, unsigned *lacks, struct fault *fault)
{
	bool does;
	size_t i, k;

	*lacks = 0;
	for (i = 0; i < NEEDS; i++) {
		does = has_sender && needs[i].lack == MAIL_LACKS_SENDER;
		for (k = 0; k < 2 && !does && needs[i].settings[k] != NULL; k++)
			if (serves(txn, needs[i].settings[k], &does, fault) != 0)
				return -1;
		if (!does)
			*lacks |= (unsigned)needs[i].lack;
	}
	return 0;
}

/* The names of what is missing, but for the program, and how many they are. */
static size_t
print_names(struct buf *out, unsigned lacks)
{
	size_t count = 0, i;

	for (i = 0; i < NEEDS; i++) {
		if ((lacks & (unsigned)needs[i].lack) == 0 ||
		    needs[i].lack == MAIL_LACKS_SENDMAIL)
			continue;
		buf_text(out, count++ == 0 ? "" : ", ");
		buf_text(out, needs[i].settings[0]);
		if (needs[i].settings[1] != NULL)
			buf_printf(out, " (or %s)", needs[i].settings[1]);
	}
	return count;
}

static int
print_program(struct buf *out, struct txn *txn, struct fault *fault)
{
	buf_text(out, "sendmail: ");
	if (setting_get(out, txn, "sendmail", fault) != 0)
		return -1;
	buf_text(out, " is no program that can be run");
	return 0;
}

int
mail_lack_print(
    struct buf *out, struct txn *txn, enum mail_lack lack, struct fault *fault)
{
	if (lack == MAIL_LACKS_SENDMAIL) {
		if (print_program(out, txn, fault) != 0)
			return -1;
	} else {
		print_names(out, lack);
		buf_text(out, " is not set");
	}
	buf_text(out,
	    lack == MAIL_LACKS_POSTAL_ADDRESS
		? ": messages do not say where they come from"
		: ": no invitation can be sent");
	return buf_check(out, fault);
}

int
mail_lacks_fault(struct txn *txn, unsigned lacks, struct fault *fault)
{
	struct buf text = BUF_EMPTY;
	size_t names = print_names(&text, lacks);

	if (names > 0)
		buf_printf(&text, " %s not set (contact-store set NAME=VALUE)",
		    names == 1 ? "is" : "are");
	if ((lacks & MAIL_LACKS_SENDMAIL) != 0) {
		buf_text(&text, names > 0 ? "; " : "");
		if (print_program(&text, txn, fault) != 0)
			goto done;
	}
	if (buf_check(&text, fault) == 0)
		fault_set(fault, names > 0 ? FAULT_CONFLICT : FAULT_SYSTEM, "%s",
		    buf_string(&text));
done:
	buf_release(&text);
	return -1;
}
