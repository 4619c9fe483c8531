/* SPDX-License-Identifier: ISC */
/*
 * Templates of any bytes, as a file with its HTML alternative and as what is kept of
 * one: read, or refused with a sentence. What was read is kept so that it is read
 * again as the same, and its messages are of valid UTF-8 without controls, whatever
 * the values. The first byte chooses what the bytes are.
 */
#include "fuzz.h"

#include <stdlib.h>

#include "base/fold.h"
#include "rules/template_parts.h"

static void
must(bool good)
{
	if (!good)
		abort();
}

static void
look_at(const struct buf *text)
{
	must(utf8_valid(buf_as_view(text)) == text->len);
	for (size_t i = 0; i < text->len; i++)
		must((unsigned char)text->at[i] >= ' ' || text->at[i] == '\n' ||
		    text->at[i] == '\t');
}

static void
render(const struct template *t, const char *scenario)
{
	static const char hostile[] = "<b>\"'&\r\n\x1b\xc2\x85\xe2\x80\xa8{{link}}";
	struct view values[PLACES] = { [PLACE_NAME] = VIEW("Ann") };
	struct buf subject = BUF_EMPTY, text = BUF_EMPTY, html = BUF_EMPTY;
	struct fault fault;

	for (size_t i = PLACE_TITLE; i < PLACES; i++)
		values[i] = view_make(hostile, sizeof(hostile) - 1);
	if (template_render(t, scenario, values, &subject, &text, &html, &fault) == 0) {
		must(utf8_valid(buf_as_view(&subject)) == subject.len);
		look_at(&text);
		look_at(&html);
		must(text.len > 0 && text.at[text.len - 1] == '\n');
	}
	buf_release(&subject);
	buf_release(&text);
	buf_release(&html);
}

static void
look_again(const struct template *t)
{
	struct template *again;
	struct fault fault;

	must(template_parse(&again, template_text(t), &fault) == 0);
	must(view_equal(template_text(t), template_text(again)));
	for (size_t i = 0; i < TEMPLATE_SCENARIOS; i++)
		render(again, template_scenarios[i]);
	template_free(again);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct view text = { (const char *)bytes + 1, len - 1 };
	struct fault fault = { FAULT_NONE, "" };
	struct template *t = NULL;
	int result;

	if (len == 0)
		return 0;
	if (bytes[0] == 'k') {
		result = template_parse(&t, text, &fault);
	} else {
		t = template_new(&fault);
		must(t != NULL);
		result = template_take(t, TEMPLATE_DEFAULT, false, "fuzz", text, &fault);
		if (result == 0 && bytes[0] == 'h')
			result = template_take(
			    t, TEMPLATE_DEFAULT, true, "fuzz", text, &fault);
	}
	if (result == 0)
		look_again(t);
	else
		must(fault.text[0] != '\0');
	template_free(result == 0 || bytes[0] != 'k' ? t : NULL);
	return 0;
}
