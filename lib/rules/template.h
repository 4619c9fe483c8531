/* SPDX-License-Identifier: ISC */
#ifndef RULES_TEMPLATE_H
#define RULES_TEMPLATE_H

/*
 * The texts of invitations (HS-63, contact-template(5)): one for all scenarios,
 * or one for each. A template is read once, and refused then if anything about it
 * is wrong; rendering puts values between its pieces and cannot go wrong.
 */

#include "base/buf.h"

enum placeholder {
	PLACE_FIRST_NAME, /* empty: the name */
	PLACE_LAST_NAME,
	PLACE_NAME,
	PLACE_SALUTATION,
	PLACE_TITLE,
	PLACE_EMAIL,
	PLACE_ORGANIZATION,
	PLACE_CAMPAIGN,
	PLACE_LINK,
	PLACE_UNSUBSCRIBE,
	PLACE_SENDER_NAME, /* empty: the institution */
	PLACE_INSTITUTION,
	PLACE_POSTAL_ADDRESS, /* the only one that may have several lines */
	PLACE_ASSIGNED_TO,
	PLACES
};

/* A file is no longer than this, and neither is its HTML alternative. */
#define TEMPLATE_FILE_MAX (64 * 1024)

struct template;

/*
 * Reads a template: the file at path, or the directory there with a file
 * SCENARIO.txt for each scenario and default.txt for the others; with NULL those of
 * the directory "templates" in `share`, which command_share knows. The HTML
 * alternative of x.txt is x.html, that of another name has .html behind it.
 * FAULT_USAGE, with file and line, when it cannot be read or breaks the format.
 */
int template_read(struct template **t, const char *path, const char *share,
    struct fault *fault) MUST_CHECK;

/* The same from a text that template_text gave, which is copied. FAULT_INPUT when it
 * is none. */
int template_parse(struct template **t, struct view kept, struct fault *fault) MUST_CHECK;
void template_free(struct template *t);

/* The whole template in one text, for template_parse. */
struct view template_text(const struct template *t);

/* Whether any of its texts has the placeholder. */
bool template_has(const struct template *t, enum placeholder place);
/* As it is written between the braces: "first_name". */
const char *placeholder_name(enum placeholder place);

/* What it says for a scenario, such as "join_auto", as written: the subject with its
 * placeholders. Empty where it says nothing, or has no text for the scenario. */
struct view template_subject(const struct template *t, const char *scenario);
struct view template_from(const struct template *t, const char *scenario);
struct view template_reply_to(const struct template *t, const char *scenario);
/* The file that serves the scenario, NULL when none does; and whether its text or its
 * HTML alternative has the placeholder. */
const char *template_path(const struct template *t, const char *scenario);
bool template_asks(
    const struct template *t, const char *scenario, enum placeholder place);

/*
 * Puts subject, text and HTML alternative for a scenario in place of what the bufs
 * held; *html is empty where there is none. Text ends with a line end. Values are
 * UTF-8. Their controls and line ends become blanks in text and HTML; the subject
 * has them as they are, since a header must refuse them (mail_compose). -1 when
 * memory runs out, or FAULT_INPUT when the template has no text for the scenario.
 */
int template_render(const struct template *t, const char *scenario,
    const struct view values[PLACES], struct buf *subject, struct buf *text,
    struct buf *html, struct fault *fault) MUST_CHECK;

#endif
