/* SPDX-License-Identifier: ISC */
#ifndef CMD_CARD_PARTS_H
#define CMD_CARD_PARTS_H

/* What the parts of contact-find --card share: the record that is shown, and the
 * card or the JSON that it is shown on. */

#include "find.h"

#include "cli/sink.h"
#include "model/related.h"
#include "table/card.h"
#include "table/json_nest.h"

struct subject {
	struct txn *txn;
	const struct kind *kind;
	uint64_t id;
	struct record record;
};

/* card_value.c: values as people read them: references by name with the id
 * behind, lists with commas, times without their seconds, and nothing for what is
 * as it is when nobody says it. */
int value_tell(struct buf *out, const struct subject *subject, const struct field *field,
    uint16_t slot, struct fault *fault) MUST_CHECK;
/* What a record is called: its name, its title and what it is of, else #ID. */
int value_call(struct buf *out, struct txn *txn, const struct kind *kind, uint64_t id,
    struct fault *fault) MUST_CHECK;
/* Fields in one line: names with `,` between, or `+` where no comma is put. What
 * is empty is left out. A field `text` is put
 * on lines of its own, behind all others. */
int value_sum_up(struct buf *out, const struct subject *subject, const char *fields,
    struct fault *fault) MUST_CHECK;
/* A time, which prints, with minutes and a blank. */
void value_moment(struct buf *out, struct view time);
/* Makes the subject another record of the transaction: 1, 0 if it is gone, or
 * not for whoever looks (viewer.h), -1. */
int subject_turn(struct subject *subject, const struct subject *from,
    const struct kind *kind, uint64_t id, struct fault *fault) MUST_CHECK;

/* card_record.c: what every kind has. Fields in the order of their table, without
 * those that a list of names has, or, with `only`, no others. */
int card_fields(struct card *card, const struct subject *subject, const char *names,
    bool only, struct fault *fault) MUST_CHECK;
/* External ids and attributes; then who made it, and who changed it last. */
int card_extras(
    struct card *card, const struct subject *subject, struct fault *fault) MUST_CHECK;
int card_origin(
    struct card *card, const struct subject *subject, struct fault *fault) MUST_CHECK;
/* The whole card of a record that is no contact. */
int card_record(
    struct card *card, const struct subject *subject, struct fault *fault) MUST_CHECK;

/* card_related.c: a section for each way in which others refer to it. */
int card_related(
    struct card *card, const struct subject *subject, struct fault *fault) MUST_CHECK;

/* card_contact.c: the whole card of a contact. */
int card_contact(
    struct card *card, const struct subject *subject, struct fault *fault) MUST_CHECK;

/* card_json.c: all that is held of a record, in one object and line. It is handed
 * on piece by piece. withheld counts what is not told because it is somebody
 * else's. */
struct card_json;
int card_json_open(struct card_json **json, struct search *search, struct sink *sink,
    struct fault *fault) MUST_CHECK;
/* 0; 1 when nobody reads any more; -1. */
int card_json_add(struct card_json *json, const struct subject *subject,
    struct fault *fault) MUST_CHECK;
uint64_t card_json_withheld(const struct card_json *json);
void card_json_close(struct card_json *json);

#endif
