/* SPDX-License-Identifier: ISC */
/*
 * A template from its files: those of a directory have names that are known, so no
 * directory is listed, and what else lies there does not matter.
 */
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "rules/template_parts.h"

static int
take_file(
    struct template *t, size_t scenario, bool html, const char *path, struct fault *fault)
{
	struct buf text = BUF_EMPTY;
	int result = file_read(&text, path, TEMPLATE_FILE_MAX, "template", fault);

	if (result == 0)
		result =
		    template_take(t, scenario, html, path, buf_as_view(&text), fault);
	buf_release(&text);
	return result;
}

/* Where it may be missing. Any other reason not to open it is told by opening. */
static bool
is_there(const char *path)
{
	return access(path, F_OK) == 0 || errno != ENOENT;
}

static int
take_directory(struct template *t, const char *directory, struct fault *fault)
{
	struct buf path = BUF_EMPTY;
	int result = 0;

	for (size_t i = 0; i < 2 * TEMPLATE_SCENARIOS && result == 0; i++) {
		buf_clear(&path);
		buf_printf(&path, "%s/%s.%s", directory, template_scenarios[i / 2],
		    i % 2 == 0 ? "txt" : "html");
		result = buf_check(&path, fault);
		if (result == 0 && is_there(buf_string(&path)))
			result =
			    take_file(t, i / 2, i % 2 == 1, buf_string(&path), fault);
	}
	if (result == 0 && template_settle(t, fault) == -1)
		result = fault_wrap(fault, "template %s", directory);
	buf_release(&path);
	return result;
}

/* The name of the HTML alternative: x.html of x.txt, and of anything else. */
static void
name_html(struct buf *out, const char *path)
{
	size_t len = strlen(path);

	if (len > 4 && strcmp(path + len - 4, ".txt") == 0)
		len -= 4;
	buf_put(out, path, len);
	buf_text(out, ".html");
}

static int
take_one(struct template *t, const char *path, struct fault *fault)
{
	struct buf html = BUF_EMPTY;
	int result = take_file(t, TEMPLATE_DEFAULT, false, path, fault);

	name_html(&html, path);
	if (result == 0)
		result = buf_check(&html, fault);
	if (result == 0 && is_there(buf_string(&html)))
		result = take_file(t, TEMPLATE_DEFAULT, true, buf_string(&html), fault);
	if (result == 0)
		result = template_settle(t, fault);
	buf_release(&html);
	return result;
}

static int
take_given(struct template *t, const char *path, const char *share, struct fault *fault)
{
	struct buf directory = BUF_EMPTY;
	struct stat status;
	int result;

	if (path == NULL && share == NULL)
		return fault_set(fault, FAULT_SYSTEM,
		    "the templates that come with the programs are not there");
	if (path == NULL) {
		buf_printf(&directory, "%s/templates", share);
		path = buf_string(&directory);
	}
	if (buf_check(&directory, fault) == -1)
		result = -1;
	else if (stat(path, &status) == -1)
		result = fault_open(fault, FAULT_USAGE, errno, "template %s", path);
	else if (S_ISDIR(status.st_mode))
		result = take_directory(t, path, fault);
	else
		result = take_one(t, path, fault);
	buf_release(&directory);
	return result;
}

int
template_read(
    struct template **t, const char *path, const char *share, struct fault *fault)
{
	struct template *made = template_new(fault);

	if (made == NULL)
		return -1;
	if (take_given(made, path, share, fault) == -1) {
		template_free(made);
		return -1;
	}
	*t = made;
	return 0;
}
