/* SPDX-License-Identifier: ISC */
#ifndef FAULT_POWERLOG_H
#define FAULT_POWERLOG_H

/*
 * The log that powerlog.so writes and powercut reads: what programs did to
 * files and directories of one file system, in order, as far as a power cut
 * could undo it. POWERLOG names the file, POWERLOG_ROOT a directory of that file
 * system. Files and directories go by their
 * inode numbers; a number begins anew when it is made again.
 */

#include <stdint.h>

enum event_type {
	EVENT_ROOT,   /* file: the directory within which all happens */
	EVENT_MADE,   /* file, a regular one, was made in dir by the name */
	EVENT_MKDIR,  /* file, a directory */
	EVENT_LINK,   /* file got the name in dir */
	EVENT_UNLINK, /* the name in dir went, of a file or a directory */
	EVENT_RENAME, /* from dir, name, to other, second name (a NUL between) */
	EVENT_EXCHANGE,
	EVENT_WRITE, /* bytes at offset */
	EVENT_DSYNC, /* the same, on the disk when the call returned */
	EVENT_CUT,   /* file has the length offset */
	EVENT_SYNC,  /* file, or a directory's names, are on the disk */
	EVENT_ACK,   /* a command ended well; bytes: struct acked_store, each */
	EVENTS
};

struct event {
	uint32_t type, len; /* len bytes follow */
	uint64_t file, dir, other, offset;
};

#endif
