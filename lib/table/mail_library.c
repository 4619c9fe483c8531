/* SPDX-License-Identifier: ISC */
/*
 * Pointers keep the types that the library's headers give to its functions; only
 * their addresses come from here.
 *
 * Where memory runs out GLib tells so, which needs memory and a lock that it may hold
 * already: it would wait for itself for ever. So it allocates without locks, and is told
 * whom to tell before any library that builds on it begins.
 */
#include "table/mail_library.h"

#include <dlfcn.h>
#include <glib.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

static void (*run_out)(void);

void
mail_memory_handler(void (*handler)(void))
{
	run_out = handler;
}

/* So GLib ends the process where it cannot tell first. */
static void
take_signal(int number)
{
	(void)number;
	run_out();
}

static void
take_message(const gchar *domain, GLogLevelFlags level, const gchar *text, gpointer data)
{
	(void)domain;
	(void)text;
	(void)data;
	if ((level & G_LOG_LEVEL_ERROR) != 0 && run_out != NULL)
		run_out();
}

static bool
find(void *library, const struct mail_symbol *symbols, size_t count)
{
	for (size_t i = 0; library != NULL && i < count; i++) {
		void *symbol = dlsym(library, symbols[i].name);

		if (symbol == NULL)
			return false;
		/* POSIX: an object pointer from dlsym holds a function's address. */
		memcpy(symbols[i].function, &symbol, sizeof(symbol));
	}
	return library != NULL;
}

static bool
load_glib(void)
{
	__typeof__(&g_log_set_default_handler) set_handler;
	__typeof__(&g_log) log;
	const struct mail_symbol symbols[] = {
		{ "g_log_set_default_handler", &set_handler },
		{ "g_log", &log },
	};

	if (setenv("G_SLICE", "always-malloc", 1) != 0)
		return false;
	if (run_out != NULL) {
		signal(SIGTRAP, take_signal);
		signal(SIGABRT, take_signal);
	}
	if (!find(dlopen("libglib-2.0.so.0", RTLD_NOW | RTLD_LOCAL), symbols,
		sizeof(symbols) / sizeof(symbols[0])))
		return false;
	set_handler(take_message, NULL);
	/* What it needs memory for to say anything, it has from now on. */
	log(NULL, G_LOG_LEVEL_DEBUG, "%s", "");
	return true;
}

bool
mail_library_load(const struct mail_symbol *symbols, size_t count)
{
	return load_glib() &&
	    find(dlopen("libgmime-3.0.so.0", RTLD_NOW | RTLD_LOCAL), symbols, count);
}
