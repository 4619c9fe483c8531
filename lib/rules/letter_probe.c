/* SPDX-License-Identifier: ISC */
/*
 * A message is made as it will be, so nothing here knows what can stand in one. A
 * value of a contact may be empty or not; what cannot be made either way never can. To
 * tell whose fault it is, one value after the other is replaced by one that is sound.
 */
#include "rules/letter_probe.h"

#include "rules/scenario.h"

struct probe {
	const struct letters *letters;
	const struct letters_campaign *campaign;
	struct letter letter;
	struct letter_desk desk;
};

/* Values that are the same in all messages of a campaign, and who has them. */
static const struct {
	enum placeholder place;
	const char *setting;
} constants[] = {
	{ PLACE_CAMPAIGN, "the name" },
	{ PLACE_INSTITUTION, "mail_institution" },
	{ PLACE_POSTAL_ADDRESS, "mail_postal_address" },
	{ PLACE_SENDER_NAME, "mail_sender" },
};

static int
try(struct probe *probe, const char *scenario, struct view value,
    enum placeholder without, struct fault *fault)
{
	struct letter *letter = &probe->letter;

	if (letter_sample(
		letter, probe->letters, probe->campaign, scenario, value, fault) != 0)
		return -1;
	if (without != PLACES)
		letter->head.pieces[without] = letter->head.pieces[PLACE_NAME];
	return letter_compose(letter, probe->letters, &probe->desk, fault);
}

/* The setting that a header is made of, as far as the template does not say it. */
static const char *
source_of(const struct probe *probe, const char *scenario, struct view why)
{
	const struct letters *letters = probe->letters;
	const struct template *t = probe->campaign->template;

	if (view_begins(why, VIEW("From:")) && template_from(t, scenario).len == 0)
		return "mail_sender";
	if (view_begins(why, VIEW("Reply-To:")) &&
	    template_reply_to(t, scenario).len == 0)
		return "mail_reply_to";
	if (view_begins(why, VIEW("List-Id:")))
		return "mail_list_id";
	if (view_begins(why, VIEW("List-Unsubscribe")))
		return letters->unsubscribe_link.len > 0 ? "mail_unsubscribe_link"
							 : "mail_unsubscribe_address";
	return "the template";
}

static int
find_source(struct probe *probe, const char *scenario, struct letter_flaw *flaw,
    struct fault *why)
{
	struct fault ignored;
	int result;

	*flaw = (struct letter_flaw){ scenario,
		source_of(probe, scenario, view_of(why->text)), PLACES };
	for (size_t i = 0; i < sizeof(constants) / sizeof(constants[0]); i++) {
		result = try(probe, scenario, VIEW("x"), constants[i].place, &ignored);
		if (result == 0) {
			flaw->place = constants[i].place;
			if (flaw->place != PLACE_SENDER_NAME ||
			    template_from(probe->campaign->template, scenario).len == 0)
				flaw->source = constants[i].setting;
			break;
		}
		if (result < 0) {
			*why = ignored;
			return -1;
		}
	}
	return 1;
}

static int
probe_scenario(struct probe *probe, const char *scenario, struct letter_flaw *flaw,
    struct fault *fault)
{
	struct fault other;
	int result = try(probe, scenario, VIEW("x"), PLACES, fault);

	if (result != 1)
		return result;
	result = try(probe, scenario, VIEW(""), PLACES, &other);
	if (result < 0)
		*fault = other;
	return result == 1 ? find_source(probe, scenario, flaw, fault) : result;
}

int
letters_probe(const struct letters *letters, const struct letters_campaign *campaign,
    struct letter_flaw *flaw, struct fault *fault)
{
	struct probe probe = { .letters = letters, .campaign = campaign };
	int result = 0;

	for (size_t i = 0; result == 0 && i < SCENARIOS_TOLD; i++)
		if (template_path(campaign->template, scenarios_told[i]) != NULL)
			result = probe_scenario(&probe, scenarios_told[i], flaw, fault);
	letter_release(&probe.letter);
	letter_desk_release(&probe.desk);
	return result;
}

int
template_probe(
    struct template *t, struct view name, struct letter_flaw *flaw, struct fault *fault)
{
	struct letters letters = { .count = 0 };
	struct letters_campaign campaign = { .template = t };
	int result;

	buf_view(&campaign.name, name);
	buf_text(&letters.sender, "Office <office@example.org>");
	buf_text(&letters.link, "https://example.org/{{token}}");
	buf_text(&letters.unsubscribe_address, "unsubscribe@example.org");
	result = buf_check(&campaign.name, fault) != 0 ||
		buf_check(&letters.sender, fault) != 0 ||
		buf_check(&letters.link, fault) != 0 ||
		buf_check(&letters.unsubscribe_address, fault) != 0
	    ? -1
	    : letters_probe(&letters, &campaign, flaw, fault);
	buf_release(&campaign.name);
	letters_release(&letters);
	return result;
}
