/* SPDX-License-Identifier: ISC */
#ifndef RULES_LETTER_PROBE_H
#define RULES_LETTER_PROBE_H

/*
 * Whether messages can be made of a template and of settings, asked before one is: what
 * is wrong with all of them is told once, and fails none.
 */

#include "rules/letter.h"

struct letter_flaw {
	const char *scenario;
	const char *source; /* the setting, or "the template", that has to be mended */
	enum placeholder place; /* whose value it is; PLACES: none's */
};

/* Makes a message to a contact without names, for each scenario: 0; 1 when there is one
 * of which none can be made, *fault (FAULT_INPUT) says why; -1. */
int letters_probe(const struct letters *letters, const struct letters_campaign *campaign,
    struct letter_flaw *flaw, struct fault *fault) MUST_CHECK;

/* The same for a template before it is queued under the name, whatever the settings of
 * the store are: they can be mended before it is sent. */
int template_probe(struct template *t, struct view name, struct letter_flaw *flaw,
    struct fault *fault) MUST_CHECK;

#endif
