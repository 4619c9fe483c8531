/* SPDX-License-Identifier: ISC */
/*
 * Faults are built in fixed storage, so that running out of memory can be
 * reported like anything else. A sentence too long is cut, never overrun.
 */
#include "fault.h"

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

int
fault_errno(struct fault *fault, int error, const char *format, ...)
{
	va_list ap;
	size_t len;

	fault->kind = FAULT_SYSTEM;
	va_start(ap, format);
	vsnprintf(fault->text, sizeof(fault->text), format, ap);
	va_end(ap);
	len = strlen(fault->text);
	snprintf(fault->text + len, sizeof(fault->text) - len, ": %s", strerror(error));
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
