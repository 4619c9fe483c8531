/* SPDX-License-Identifier: ISC */
/*
 * The table of fields of a run. `id` is there because a bare number in a query
 * asks for it; it is the revision too.
 */
#include "model/log_record.h"

#include "base/clock.h"
#include "model/derived.h"

enum log_slot {
	LOG_WHEN,
	LOG_WHO,
	LOG_PROGRAM,
	LOG_OPTIONS,
	LOG_CREATED,
	LOG_UPDATED,
	LOG_DELETED,
	LOG_UNDOES,
	LOG_SLOTS
};

static const struct field fields[] = { SYSTEM_FIRST,
	{ "when", LOG_WHEN, TYPE_TIME, 0, NULL, "2026-10-05T08:30:00Z", NULL },
	{ "who", LOG_WHO, TYPE_TEXT, FIELD_SEARCHED, NULL, "ann", NULL },
	{ "program", LOG_PROGRAM, TYPE_TEXT, FIELD_SEARCHED, NULL, "contact-add", NULL },
	{ "options", LOG_OPTIONS, TYPE_TEXT, FIELD_SEARCHED, NULL, "map source", NULL },
	{ "created", LOG_CREATED, TYPE_NUMBER, 0, NULL, "940", NULL },
	{ "updated", LOG_UPDATED, TYPE_NUMBER, 0, NULL, "31", NULL },
	{ "deleted", LOG_DELETED, TYPE_NUMBER, 0, NULL, "0", NULL },
	{ "undoes", LOG_UNDOES, TYPE_NUMBER, 0, NULL, "811", NULL } };

const struct kind kind_log = { "log", UINT8_MAX, fields,
	sizeof(fields) / sizeof(fields[0]), NULL, NULL,
	"rev,when,who,program,options,created,updated,deleted,undoes", NULL, 0 };

int
log_record(struct buf *bytes, const struct log_row *row, struct record *record,
    struct fault *fault)
{
	const struct record_head head = { kind_log.number, (uint32_t)row->rev,
		(uint32_t)row->rev, 0, CAUSE_ROW };
	struct buf texts[LOG_SLOTS] = { BUF_EMPTY };
	struct record_form form;
	size_t size;
	int result = 0;

	time_print(&texts[LOG_WHEN], row->now);
	buf_view(&texts[LOG_WHO], row->who);
	buf_view(&texts[LOG_PROGRAM], row->program);
	buf_view(&texts[LOG_OPTIONS], row->options);
	buf_number(&texts[LOG_CREATED], row->created);
	buf_number(&texts[LOG_UPDATED], row->updated);
	buf_number(&texts[LOG_DELETED], row->deleted);
	if (row->undoes > 0)
		buf_number(&texts[LOG_UNDOES], row->undoes);
	record_form_clear(&form);
	for (uint16_t slot = 0; slot < LOG_SLOTS && result == 0; slot++) {
		result = buf_check(&texts[slot], fault);
		record_form_set(&form, slot, buf_as_view(&texts[slot]));
	}
	size = record_size(&form);
	buf_clear(bytes);
	if (result == 0 && !buf_reserve(bytes, size))
		result = fault_memory(fault);
	if (result == 0) {
		record_encode(&form, &head, bytes->at);
		bytes->len = size;
		*record = (struct record){ (const unsigned char *)bytes->at, size };
	}
	for (size_t i = 0; i < LOG_SLOTS; i++)
		buf_release(&texts[i]);
	return result;
}
