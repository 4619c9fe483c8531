/* SPDX-License-Identifier: ISC */
/*
 * The group stays the saved one of the process, so that it can be taken up again.
 * Only the one that the kernel asks when a file is opened changes (setfsgid), which
 * each thread has for itself: what another thread opens meanwhile is opened with the
 * rights of the user. A program that is executed keeps none of it.
 */
#include "base/privilege.h"

#include <errno.h>
#include <sys/fsuid.h>
#include <unistd.h>

static gid_t group;
static bool held;
static _Thread_local unsigned depth;

int
privilege_init(bool meant, struct fault *fault)
{
	if (geteuid() != getuid())
		return fault_set(fault, FAULT_PERMISSION,
		    "installed setuid, which these programs are not made for");
	group = getegid();
	held = group != getgid();
	if (!held)
		return 0;
	if (!meant)
		return fault_set(fault, FAULT_PERMISSION,
		    "installed setgid, but built without --enable-setgid");
	if (setegid(getgid()) != 0)
		return fault_errno(
		    fault, errno, "cannot put the right of the group aside");
	return 0;
}

bool
privilege_held(void)
{
	return held;
}

void
privilege_begin(void)
{
	int error = errno;

	/* A failure leaves the user's rights: then the store does not open. */
	if (held && depth++ == 0)
		setfsgid(group);
	errno = error;
}

void
privilege_finish(void)
{
	int error = errno;

	if (held && --depth == 0)
		setfsgid(getegid());
	errno = error;
}
