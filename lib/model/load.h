/* SPDX-License-Identifier: ISC */
#ifndef MODEL_LOAD_H
#define MODEL_LOAD_H

/*
 * Reads a dump (contact-dump(5), model/dump.h) into a store without records.
 * What is wrong with it is a FAULT_INPUT that names file and line.
 */

#include "store/store.h"

struct load;

/*
 * Reads the whole file once: header, bytes, the order of its parts, checksum.
 * fd is a file that can be read by offset (table/spool.h); it and name, which
 * is for messages, are borrowed. size is what it has.
 */
int load_open(struct load **load, int fd, const char *name, uint64_t size,
    struct fault *fault) MUST_CHECK;

/* Told of the work as it goes on; each may be NULL. */
struct load_report {
	void *context;
	void (*record)(void *context, uint64_t line, uint64_t id);
	void (*progress)(void *context, uint64_t done, uint64_t size, uint64_t records);
};

/*
 * The work of a run, which may be called again from the start. A store that
 * has a record is a FAULT_CONFLICT. Settings become those of the dump, those
 * that it does not name get their defaults.
 */
int load_all(struct load *load, struct txn *txn, const struct load_report *report,
    struct fault *fault) MUST_CHECK;

/* How many records and settings the last load_all stored. */
uint64_t load_records(const struct load *load);
uint64_t load_settings(const struct load *load);

void load_close(struct load *load);

#endif
