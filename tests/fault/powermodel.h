/* SPDX-License-Identifier: ISC */
#ifndef FAULT_POWERMODEL_H
#define FAULT_POWERMODEL_H

/*
 * A disk behind a cache. Bytes and lengths of a file are on the disk once it was
 * synced; until then each sector of 512 bytes may be there or not. Names of a
 * directory are there once that was synced; until then a part of what was done
 * to names is there, from its beginning on, since file systems keep that order.
 */

#include <stdbool.h>

#include "powerlog.h"

struct disk;

/* without_sync: syncs of files are taken for nothing, as if they had not been
 * asked for; those of directories count. */
struct disk *disk_new(bool without_sync);
void disk_free(struct disk *disk);

/* Does what an event says. Its bytes have to live as long as the disk does. */
void disk_apply(struct disk *disk, const struct event *event);

/* What is on the disk if the power goes now, while `under_way` (NULL: nothing)
 * is being done, written out below the directory place. */
enum cut { CUT_NONE, CUT_ALL, CUT_RANDOM };
void disk_cut(
    struct disk *disk, const struct event *under_way, enum cut cut, const char *place);

/* The random numbers of CUT_RANDOM begin here. */
void disk_seed(uint64_t seed);

#endif
