/* SPDX-License-Identifier: ISC */
#ifndef FAULT_WAYS_H
#define FAULT_WAYS_H

/*
 * In which ways each call fails: HOW and ERROR of failing.h. What is interrupted
 * is so once: for good it would be no interruption.
 */

#include "failing.h"

#define WAYS 6

struct ways {
	enum failing_call call;
	const char *ways[WAYS]; /* NULL behind the last one */
};

static const struct ways ways[] = {
	{ CALL_malloc, { "once:ENOMEM", "on:ENOMEM" } },
	{ CALL_calloc, { "once:ENOMEM", "on:ENOMEM" } },
	{ CALL_realloc, { "once:ENOMEM", "on:ENOMEM" } },
	{ CALL_posix_memalign, { "once:ENOMEM" } },
	{ CALL_open, { "once:EMFILE", "on:ENOSPC", "once:EIO", "once:EINTR" } },
	{ CALL_openat, { "once:EMFILE", "on:ENOSPC", "once:EIO", "once:EINTR" } },
	{ CALL_fopen, { "once:EMFILE", "on:ENOMEM" } },
	{ CALL_tmpfile, { "once:EMFILE", "on:ENOSPC" } },
	{ CALL_memfd_create, { "once:EMFILE", "on:ENOMEM" } },
	{ CALL_mkostemp, { "once:EMFILE", "on:ENOSPC" } },
	{ CALL_read, { "once:EIO", "on:EIO", "once:EINTR", "short" } },
	{ CALL_pread, { "once:EIO", "on:EIO", "once:EINTR", "short" } },
	{ CALL_write, { "once:ENOSPC", "on:ENOSPC", "once:EIO", "once:EINTR", "short" } },
	{ CALL_pwrite,
	    { "once:ENOSPC", "on:ENOSPC", "once:EIO", "once:EINTR", "short" } },
	{ CALL_writev,
	    { "once:ENOSPC", "on:ENOSPC", "once:EIO", "once:EINTR", "short" } },
	{ CALL_pwritev,
	    { "once:ENOSPC", "on:ENOSPC", "once:EIO", "once:EINTR", "short" } },
	{ CALL_copy_file_range, { "once:ENOSPC", "on:EIO", "once:EINTR", "short" } },
	{ CALL_fsync, { "once:EIO", "on:EIO", "once:ENOSPC" } },
	{ CALL_fdatasync, { "once:EIO", "on:EIO", "once:ENOSPC" } },
	{ CALL_msync, { "once:EIO", "on:EIO" } },
	{ CALL_ftruncate, { "once:ENOSPC", "on:EIO", "once:EINTR" } },
	{ CALL_fallocate, { "once:ENOSPC", "on:ENOSPC" } },
	{ CALL_mmap, { "once:ENOMEM", "on:ENOMEM" } },
	{ CALL_rename, { "once:ENOSPC", "on:EIO" } },
	{ CALL_renameat, { "once:ENOSPC", "on:EIO" } },
	{ CALL_renameat2, { "once:ENOSPC", "on:EIO" } },
	{ CALL_link, { "once:ENOSPC", "on:EIO" } },
	{ CALL_linkat, { "once:ENOSPC", "on:EIO" } },
	{ CALL_unlink, { "once:EIO", "on:EIO" } },
	{ CALL_unlinkat, { "once:EIO", "on:EIO" } },
	{ CALL_rmdir, { "once:EIO", "on:EIO" } },
	{ CALL_mkdir, { "once:ENOSPC", "on:EIO" } },
	{ CALL_mkdirat, { "once:ENOSPC", "on:EIO" } },
	{ CALL_mkdtemp, { "once:ENOSPC", "on:EIO" } },
	{ CALL_fchmod, { "once:EIO", "on:EIO" } },
	{ CALL_close, { "once:EIO", "on:EIO", "once:EINTR", "once:ENOSPC" } },
	{ CALL_fclose, { "once:EIO", "once:ENOSPC" } },
	{ CALL_fflush, { "once:EIO", "once:ENOSPC" } },
	{ CALL_fstat, { "once:EIO", "on:EIO" } },
	{ CALL_flock, { "once:EIO", "on:ENOLCK", "once:EINTR" } },
	{ CALL_fcntl, { "once:EIO", "on:ENOLCK", "once:EINTR" } },
	{ CALL_dup2, { "once:EMFILE" } },
	{ CALL_fork, { "once:EAGAIN", "on:ENOMEM" } },
	{ CALL_execve, { "once:ENOMEM" } },
	{ CALL_getrandom, { "once:EINTR", "on:EIO" } },
	{ CALL_pthread_create, { "once:EAGAIN", "on:EAGAIN" } },
};

#endif
