/* SPDX-License-Identifier: ISC */
/*
 * The functions keep the types that the library's header gives them; only
 * their addresses come from dlsym.
 */
#include "table/table_library.h"

#include <dlfcn.h>
#include <string.h>

int
table_library_load(struct table_library *scols, struct fault *fault)
{
	struct {
		const char *name;
		void *function;
	} symbols[] = {
		{ "scols_new_table", &scols->new_table },
		{ "scols_unref_table", &scols->unref_table },
		{ "scols_table_new_column", &scols->new_column },
		{ "scols_table_new_line", &scols->new_line },
		{ "scols_line_set_data", &scols->set_data },
		{ "scols_line_get_cell", &scols->get_cell },
		{ "scols_cell_set_color", &scols->set_color },
		{ "scols_column_get_header", &scols->get_header },
		{ "scols_table_enable_colors", &scols->enable_colors },
		{ "scols_table_enable_noencoding", &scols->enable_noencoding },
		{ "scols_table_enable_noheadings", &scols->enable_noheadings },
		{ "scols_table_set_column_separator", &scols->set_separator },
		{ "scols_table_set_termforce", &scols->set_termforce },
		{ "scols_table_set_termwidth", &scols->set_termwidth },
		{ "scols_print_table_to_string", &scols->print },
	};

	scols->library = dlopen("libsmartcols.so.1", RTLD_NOW | RTLD_LOCAL);
	for (size_t i = 0;
	     scols->library != NULL && i < sizeof(symbols) / sizeof(symbols[0]); i++) {
		void *symbol = dlsym(scols->library, symbols[i].name);

		/* POSIX: an object pointer from dlsym holds a function's address. */
		memcpy(symbols[i].function, &symbol, sizeof(symbol));
		if (symbol == NULL) {
			dlclose(scols->library);
			scols->library = NULL;
		}
	}
	if (scols->library == NULL)
		return fault_set(fault, FAULT_SYSTEM,
		    "a table needs libsmartcols.so.1"
		    " (Debian: apt install libsmartcols1), or choose -o csv");
	return 0;
}

void
table_library_release(struct table_library *scols)
{
	if (scols->library != NULL)
		dlclose(scols->library);
	scols->library = NULL;
}
