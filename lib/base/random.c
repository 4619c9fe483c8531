/* SPDX-License-Identifier: ISC */
#include "base/random.h"

#include <errno.h>
#include <sys/random.h>

int
random_fill(void *at, size_t len, struct fault *fault)
{
	size_t done = 0;
	ssize_t n;

	while (done < len) {
		n = getrandom((char *)at + done, len - done, 0);
		if (n < 0 && errno != EINTR)
			return fault_errno(fault, errno, "random bytes");
		done += n < 0 ? 0 : (size_t)n;
	}
	return 0;
}
