/* SPDX-License-Identifier: ISC */
#ifndef FAULT_FAILING_H
#define FAULT_FAILING_H

/*
 * What failing.so and those who arm it agree upon. It is armed by two variables:
 *
 *     FAILING=CALL:N:HOW[:ERROR]   the N-th call of CALL since the start fails
 *     FAILING_REPORT=FILE          a struct failing_report, kept up to date
 *
 * CALL is a name below, or `change`: any call that changes a file. HOW is
 * `once`; `on`, this call and all later ones; `short`, half of the bytes only;
 * `before` and `after`: the process is killed there. ERROR is a name as EIO.
 */

#include <stdint.h>

/* Each call: its name, and whether it changes files whenever it is made.
 * Opening changes them with O_CREAT or O_TRUNC. */
#define FAILING_CALLS(X)      \
	X(malloc, 0)          \
	X(calloc, 0)          \
	X(realloc, 0)         \
	X(posix_memalign, 0)  \
	X(open, 0)            \
	X(openat, 0)          \
	X(fopen, 0)           \
	X(tmpfile, 0)         \
	X(memfd_create, 0)    \
	X(mkostemp, 1)        \
	X(read, 0)            \
	X(pread, 0)           \
	X(write, 1)           \
	X(pwrite, 1)          \
	X(writev, 1)          \
	X(pwritev, 1)         \
	X(copy_file_range, 1) \
	X(fsync, 1)           \
	X(fdatasync, 1)       \
	X(msync, 0)           \
	X(ftruncate, 1)       \
	X(fallocate, 1)       \
	X(mmap, 0)            \
	X(rename, 1)          \
	X(renameat, 1)        \
	X(renameat2, 1)       \
	X(link, 1)            \
	X(linkat, 1)          \
	X(unlink, 1)          \
	X(unlinkat, 1)        \
	X(rmdir, 1)           \
	X(mkdir, 1)           \
	X(mkdirat, 1)         \
	X(mkdtemp, 1)         \
	X(fchmod, 1)          \
	X(close, 0)           \
	X(fclose, 1)          \
	X(fflush, 1)          \
	X(fstat, 0)           \
	X(flock, 0)           \
	X(fcntl, 0)           \
	X(dup2, 0)            \
	X(fork, 0)            \
	X(execve, 0)          \
	X(getrandom, 0)       \
	X(pthread_create, 0)

#define FAILING_NUMBER(name, changes) CALL_##name,
enum failing_call { FAILING_CALLS(FAILING_NUMBER) CALL_change, FAILING_COUNT };
#undef FAILING_NUMBER

#define FAILING_NAME(name, changes) #name,
#define FAILING_NAMES                                \
	{                                            \
		FAILING_CALLS(FAILING_NAME) "change" \
	}

struct failing_report {
	uint64_t calls[FAILING_COUNT];
	uint64_t hits; /* calls that were made to fail */
	int64_t fd;    /* that of the first of them, else -1 */
};

#endif
