/* SPDX-License-Identifier: ISC */
#ifndef MODEL_MAIL_TEXT_H
#define MODEL_MAIL_TEXT_H

/*
 * What settings of mail may say, so that every message can be made of them. Messages
 * are checked by the programs that make them (mail_output.h); here is what can be told
 * without a library for mail, and no more is let through than is fit there.
 */

#include "base/buf.h"

/* Bytes of a name, an address on lines, and a link. */
#define MAIL_TEXT_NAME	  255
#define MAIL_TEXT_ADDRESS 1000
#define MAIL_TEXT_LINK	  500

/* Whether the text has so many bytes at most, is UTF-8, and has no controls, nothing
 * that turns the direction about and no encoded word; with `lines`, line feeds. */
bool mail_text_sound(struct view text, size_t most, bool lines);

/* ann@example.org, Ann Lee <ann@example.org> or "Lee, Ann" <ann@example.org>. */
bool mail_text_mailbox(struct view text);

/* RFC 2919: name.domain, <name.domain> or Name <name.domain>. */
bool mail_text_list_id(struct view text);

#endif
