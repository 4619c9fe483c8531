/* SPDX-License-Identifier: ISC */
#ifndef RULES_TEMPLATE_PARTS_H
#define RULES_TEMPLATE_PARTS_H

/* What template.c, template_file.c and template_read.c share; nothing else includes
 * this. All that is read lies in one arena. */

#include "base/arena.h"
#include "rules/template.h"

/* Literal text, and the placeholder behind it. */
struct template_piece {
	struct template_piece *next;
	struct view literal;
	enum placeholder place; /* PLACES: none, which is so in the last piece */
	struct view otherwise;	/* what stands there when the value is empty */
};

/* The files of a scenario; those of the last serve scenarios without their own. */
struct template_message {
	bool given, has_html;
	const char *path;		     /* of the text */
	struct view subject, from, reply_to; /* as written */
	struct template_piece *title, *text, *html;
};

#define TEMPLATE_SCENARIOS 5
#define TEMPLATE_DEFAULT   (TEMPLATE_SCENARIOS - 1)

struct template
{
	struct arena arena;
	struct buf kept;
	bool has[PLACES];
	struct template_message messages[TEMPLATE_SCENARIOS];
};

extern const char *const template_scenarios[TEMPLATE_SCENARIOS];

struct template *template_new(struct fault *fault);

/* Reads a file of a scenario, and adds it to what is kept; path is for messages. */
int template_take(struct template *t, size_t scenario, bool html, const char *path,
    struct view text, struct fault *fault) MUST_CHECK;

/* Once all files are taken: whether each scenario has a text. */
int template_settle(struct template *t, struct fault *fault) MUST_CHECK;

#endif
