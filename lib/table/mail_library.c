/* SPDX-License-Identifier: ISC */
/*
 * Pointers keep the types that the library's headers give to its functions; only
 * their addresses come from here.
 */
#include "table/mail_library.h"

#include <dlfcn.h>
#include <string.h>

bool
mail_library_load(const struct mail_symbol *symbols, size_t count)
{
	void *library = dlopen("libgmime-3.0.so.0", RTLD_NOW | RTLD_LOCAL);

	for (size_t i = 0; library != NULL && i < count; i++) {
		void *symbol = dlsym(library, symbols[i].name);

		if (symbol == NULL)
			return false;
		/* POSIX: an object pointer from dlsym holds a function's address. */
		memcpy(symbols[i].function, &symbol, sizeof(symbol));
	}
	return library != NULL;
}
