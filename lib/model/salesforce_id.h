/* SPDX-License-Identifier: ISC */
#ifndef MODEL_SALESFORCE_ID_H
#define MODEL_SALESFORCE_ID_H

/*
 * Record ids of Salesforce: 15 characters in which case matters, or 18, the
 * last three of which say the case of the others, so that a tool that folds
 * case does no harm (CS-4).
 */

#include "base/view.h"

#define SALESFORCE_ID 18

enum salesforce_id {
	SALESFORCE_NONE,  /* not of that form: neither 15 nor 18 letters or digits */
	SALESFORCE_NULL,  /* the null id, all zeros */
	SALESFORCE_GOOD,  /* id has the 18 characters */
	SALESFORCE_WRONG, /* 18 characters whose suffix does not fit */
};

enum salesforce_id salesforce_id_read(struct view text, char id[SALESFORCE_ID]);

/* An id as a person types it: in the system "salesforce" one of 15 characters
 * becomes *text of 18 in form; whatever else it is stays as it is. */
void salesforce_id_complete(
    struct view system, struct view *text, char form[SALESFORCE_ID]);

#endif
