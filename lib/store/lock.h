/* SPDX-License-Identifier: ISC */
#ifndef STORE_LOCK_H
#define STORE_LOCK_H

/*
 * Who has a store open and who writes it. Everybody holds a lock on the
 * directory together with others; whoever replaces files in it, or the
 * directory, holds it alone. One at a time writes. Waiting is bounded.
 * Internal to lib/store.
 */

#include "store/directory.h"

struct lock_wait {
	unsigned seconds;
	int64_t until; /* on the clock that never steps */
	long pause;    /* milliseconds until the next try */
};
struct lock_wait lock_wait_begin(unsigned seconds);

/* Locks the opened directory together with others, or alone. FAULT_BUSY when
 * the time is over. */
int lock_shared(struct directory *directory, const char *path, struct lock_wait *wait,
    struct fault *fault) MUST_CHECK;
int lock_alone(struct directory *directory, const char *path, struct lock_wait *wait,
    struct fault *fault) MUST_CHECK;
/* Ends lock_alone; the lock on the directory goes with its descriptor. */
void lock_release(struct directory *directory);

/* Waits up to so many seconds for the lock of writers; FAULT_BUSY names the
 * process that holds it. */
int lock_writer(struct directory *directory, const char *path, unsigned seconds,
    struct fault *fault) MUST_CHECK;
void lock_writer_end(struct directory *directory);

/* The same for who sends mail, which is never waited for. */
int lock_sender(
    struct directory *directory, const char *path, struct fault *fault) MUST_CHECK;
void lock_sender_end(struct directory *directory);

#endif
