/* SPDX-License-Identifier: ISC */
#ifndef CLI_SINK_H
#define CLI_SINK_H

/*
 * Where output goes. A caller in a read transaction must never wait for a
 * slow reader of a pipe, so a sink takes bytes without blocking: it writes to
 * regular files at once; for anything else a thread writes while the caller
 * goes on, with up to 64 MiB in memory and the rest in an unlinked file. Small
 * output is written at finish, without a thread. EPIPE ends quietly.
 */

#include "base/buf.h"

struct sink;

/* fd is borrowed. name for messages ("standard output"). */
int sink_open(
    struct sink **sink, int fd, const char *name, struct fault *fault) MUST_CHECK;
/* Takes what is in *buf and empties it. Call it when buf has about 256 KiB,
 * and before finish. 0; 1 when nobody reads any more (EPIPE), so that the
 * caller may stop; -1. */
int sink_write(struct sink *sink, struct buf *buf, struct fault *fault) MUST_CHECK;
/* Waits until all is written; -1 when that failed. */
int sink_finish(struct sink *sink, struct fault *fault) MUST_CHECK;
void sink_close(struct sink *sink);

#endif
