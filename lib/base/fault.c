/* SPDX-License-Identifier: ISC */
/*
 * Faults are built in fixed storage, so that running out of memory can be
 * reported like anything else. A sentence too long is cut, never overrun.
 */
#include "fault.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

int
fault_set(struct fault *fault, enum fault_kind kind, const char *format, ...)
{
	va_list ap;

	fault->kind = kind;
	va_start(ap, format);
	vsnprintf(fault->text, sizeof(fault->text), format, ap);
	va_end(ap);
	return -1;
}

static void
set_errno(struct fault *fault, int error, const char *format, va_list ap)
{
	size_t len;

	fault->kind = FAULT_SYSTEM;
	vsnprintf(fault->text, sizeof(fault->text), format, ap);
	len = strlen(fault->text);
	snprintf(fault->text + len, sizeof(fault->text) - len, ": %s", strerror(error));
}

int
fault_errno(struct fault *fault, int error, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	set_errno(fault, error, format, ap);
	va_end(ap);
	return -1;
}

/* Whether the error is about the name that was given, not about the system. */
static bool
is_about_name(int error)
{
	static const int errors[] = { ENOENT, ENOTDIR, EISDIR, EACCES, EPERM, ELOOP,
		ENAMETOOLONG, ENXIO };

	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++)
		if (errors[i] == error)
			return true;
	return false;
}

int
fault_open(struct fault *fault, enum fault_kind kind, int error, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	set_errno(fault, error, format, ap);
	va_end(ap);
	if (is_about_name(error))
		fault->kind = kind;
	return -1;
}

int
fault_wrap(struct fault *fault, const char *format, ...)
{
	char inner[sizeof(fault->text)];
	va_list ap;
	size_t len;

	memcpy(inner, fault->text, sizeof(inner));
	va_start(ap, format);
	vsnprintf(fault->text, sizeof(fault->text), format, ap);
	va_end(ap);
	len = strlen(fault->text);
	snprintf(fault->text + len, sizeof(fault->text) - len, ": %s", inner);
	return -1;
}

int
fault_memory(struct fault *fault)
{
	return fault_set(fault, FAULT_SYSTEM, "out of memory");
}
