/* SPDX-License-Identifier: ISC */
#ifndef TABLE_MAIL_LIBRARY_H
#define TABLE_MAIL_LIBRARY_H

/*
 * GMime, loaded when mail is read and not before, since it brings GLib with it.
 * Memory that runs out in it ends the process: by a signal, or as the handler has it.
 * What GLib has to say otherwise is passed over. A loaded library is not left again.
 */

#include <stdbool.h>
#include <stddef.h>

/* A function by its name, and the pointer that gets its address. */
struct mail_symbol {
	const char *name;
	void *function;
};

/* False when there is no GMime, or it has not all of them. GLib's are found as
 * well, since it depends on them. */
bool mail_library_load(const struct mail_symbol *symbols, size_t count);

/* What to do when memory runs out for GMime, instead of ending by a signal: the
 * handler must not return, and can rely on nothing but write and _exit. */
void mail_memory_handler(void (*handler)(void));

#endif
