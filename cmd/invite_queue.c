/* SPDX-License-Identifier: ISC */
/* contact-invite --campaign: an invitation for each contact that is chosen. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fold.h"
#include "invite.h"
#include "invite_preview.h"
#include "rules/invite.h"
#include "rules/letter_probe.h"
#include "rules/scenario.h"
#include "rules/template.h"

#define CAMPAIGN_NAME_MAX 255

/* HS-43: labels are added, and nothing else of a contact is changed here. */
static int
check_sets(const struct invite_options *options, struct fault *fault)
{
	size_t i;

	for (i = 0; i < options->sets.count; i++)
		if (strncmp(options->sets.at[i], "labels+=", 8) != 0 ||
		    options->sets.at[i][8] == '\0')
			return fault_set(fault, FAULT_USAGE,
			    "--set %.80s: labels+=LABEL is what can be set here, "
			    "contact-edit sets the rest",
			    options->sets.at[i]);
	return 0;
}

static int
check(const struct command *command, const struct invite_options *options,
    struct fault *fault)
{
	if (command->kind != &kind_contact)
		return fault_set(fault, FAULT_USAGE,
		    "--kind %s: only contacts are invited", command->kind->name);
	if (options->max != NULL || options->yes)
		return fault_set(fault, FAULT_USAGE,
		    "--max, --yes: are for sending, and nothing is sent yet");
	return check_sets(options, fault) != 0
	    ? -1
	    : intake_check_chosen(command, options->all, "contacts", fault);
}

/* What the template is called where campaigns are listed: the last part of its path. */
static struct view
shown(const char *path)
{
	struct view name = view_of(path);
	const char *slash;

	if (path == NULL)
		return VIEW("built-in");
	while (name.len > 1 && name.at[name.len - 1] == '/')
		name.len--;
	slash = memrchr(name.at, '/', name.len);
	return slash == NULL || name.len == 1
	    ? name
	    : view_from(name, (size_t)(slash + 1 - name.at));
}

static int
read_template(const struct command *command, const struct invite_options *options,
    struct template **template, struct fault *fault)
{
	char *share = command_share(command);
	int result;

	if (share == NULL && options->template == NULL)
		return fault_set(fault, FAULT_SYSTEM,
		    "the directory share/contact with the templates is not installed");
	result = template_read(template, options->template, share, fault);
	free(share);
	return result;
}

/* A name is known by what it says, and can be written down: in results, dumps and
 * messages. */
static int
read_name(struct buf *out, const char *text, struct fault *fault)
{
	struct view name = text_trim(view_of(text)), rest = name;
	const char *wrong = NULL;
	uint32_t scalar;
	size_t len;

	if (name.len == 0)
		wrong = "is empty";
	else if (name.len > CAMPAIGN_NAME_MAX)
		wrong = "a name has 255 bytes at most";
	else if (name.at[0] == '#')
		wrong = "a name does not begin with #, as numbers of records do";
	for (; wrong == NULL && rest.len > 0; rest = view_from(rest, len)) {
		len = utf8_decode(rest, &scalar);
		if (len == 0)
			wrong = "the name is not UTF-8";
		else if (!utf8_is_showable(scalar) &&
		    (scalar < 0x200b || scalar > 0x200f))
			wrong = "the name has a control character";
	}
	if (wrong != NULL)
		return fault_set(fault, FAULT_USAGE, "--campaign: %s", wrong);
	buf_view(out, name);
	buf_string(out);
	return buf_check(out, fault);
}

/* The name of a file may be any bytes. */
static void
put_safe(struct buf *out, struct view name)
{
	uint32_t scalar;
	size_t len;

	for (; name.len > 0; name = view_from(name, len)) {
		len = utf8_decode(name, &scalar);
		if (len > 0 && utf8_is_showable(scalar))
			buf_put(out, name.at, len);
		else
			buf_char(out, '?');
		len = len == 0 ? 1 : len;
	}
}

/* Where nothing but another template or name helps, nothing is stored. */
static int
try_template(struct template *template, struct view campaign, struct fault *fault)
{
	struct letter_flaw flaw;
	int bad = template_probe(template, campaign, &flaw, fault);
	const char *path;

	if (bad != 1)
		return bad;
	fault->kind = FAULT_USAGE;
	path = template_path(template, flaw.scenario);
	return flaw.place == PLACE_CAMPAIGN
	    ? fault_wrap(fault, "--campaign: template %s with this name", path)
	    : fault_wrap(fault, "template %s", path);
}

/* In a process of its own: memory that runs out in the library for mail would end this
 * one by a signal. The store is not open yet. */
static int
try_apart(struct template *template, struct view campaign, struct fault *fault)
{
	struct fault *told = mmap(NULL, sizeof(*told), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int status = 0, result = -1;
	pid_t pid;

	if (told == MAP_FAILED)
		return fault_memory(fault);
	pid = fork();
	if (pid == 0) {
		/* What the library would say is nobody's concern. */
		close(STDOUT_FILENO);
		close(STDERR_FILENO);
		_exit(
		    try_template(template, campaign, told) == 0 ? EXIT_OK : EXIT_REFUSED);
	}
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		continue;
	/* Who ends the one ends the other; nothing is stored yet. */
	if (pid > 0 && WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)
		(void)raise(SIGKILL);
	if (pid < 0)
		fault_errno(fault, errno, "the template cannot be tried");
	else if (WIFEXITED(status) && WEXITSTATUS(status) == EXIT_OK)
		result = 0;
	else if (WIFEXITED(status) && WEXITSTATUS(status) == EXIT_REFUSED)
		*fault = *told;
	else
		fault_memory(fault);
	munmap(told, sizeof(*told));
	return result;
}

static void
note_link(const struct command *command, const struct template *template)
{
	size_t i = 0, count = SCENARIOS_TOLD;

	while (i < count && template_asks(template, scenarios_told[i], PLACE_LINK))
		i++;
	if (i < count)
		command_note(command,
		    "template %s: no {{link}}, so there is no page to join on",
		    template_path(template, scenarios_told[i]));
}

void
invite_show(const struct command *command, struct view text)
{
	const char *end;
	size_t len;

	while (text.len > 0) {
		end = memchr(text.at, '\n', text.len);
		len = end == NULL ? text.len : (size_t)(end - text.at);
		command_note(command, "| %.*s", (int)len, text.at);
		text = view_from(text, len + (end != NULL));
	}
}

int
invite_queue(
    struct command *command, const struct invite_options *options, struct fault *fault)
{
	const struct intake_work work = { .all = options->all, .doing = "queueing" };
	struct buf name = BUF_EMPTY, file = BUF_EMPTY;
	struct campaign campaign = { .subdomains = options->subdomains,
		.allows_idn = options->allow_idn,
		.has_again_after = options->again_after != NULL };
	struct import_options import = { .kind = command->kind,
		.mode = IMPORT_UPDATE,
		.selects = true,
		.edits = true,
		.sets = options->sets.at,
		.set_count = options->sets.count,
		.campaign = &campaign,
		.has_max_errors = options->has_max_errors || options->atomic,
		.max_errors = options->atomic ? 0 : options->max_errors,
		.me = command->user };
	struct template *template = NULL;
	struct preview preview = PREVIEW_EMPTY;
	int result = -1;

	if (check(command, options, fault) != 0)
		return -1;
	if (options->again_after != NULL &&
	    !age_read(view_of(options->again_after), &campaign.again_after))
		return fault_set(fault, FAULT_USAGE,
		    "--again-after %.40s: is no age such as 90d or 6mo",
		    options->again_after);
	put_safe(&file, shown(options->template));
	if (buf_check(&file, fault) == 0 &&
	    read_name(&name, options->campaign, fault) == 0 &&
	    read_template(command, options, &template, fault) == 0 &&
	    try_apart(template, buf_as_view(&name), fault) == 0) {
		note_link(command, template);
		campaign.name = buf_string(&name);
		campaign.template = buf_as_view(&file);
		campaign.subject = template_subject(template, "default");
		campaign.sender = template_from(template, "default");
		campaign.text = template_text(template);
		if (command->shared->dry_run && command->shared->verbose)
			campaign.queued = preview_queued;
		campaign.context = &preview;
		result = intake_chosen(
		    command, &options->intake, work, NULL, &import, options, fault);
		if (campaign.queued != NULL && result >= 0 &&
		    preview_show(&preview, command, fault) != 0)
			result = -1;
	}
	preview_release(&preview);
	template_free(template);
	buf_release(&name);
	buf_release(&file);
	return result;
}
