/* SPDX-License-Identifier: ISC */
#ifndef TABLE_TABLE_LIBRARY_H
#define TABLE_TABLE_LIBRARY_H

/* libsmartcols, loaded when a table is asked for and not before: most output
 * is none, and a lookup should not wait for it. */

#include <libsmartcols/libsmartcols.h>

#include "base/fault.h"

/* What is used of libsmartcols, each with the type that its header gives. */
struct table_library {
	void *library;
	__typeof__(&scols_new_table) new_table;
	__typeof__(&scols_unref_table) unref_table;
	__typeof__(&scols_table_new_column) new_column;
	__typeof__(&scols_table_new_line) new_line;
	__typeof__(&scols_line_set_data) set_data;
	__typeof__(&scols_line_get_cell) get_cell;
	__typeof__(&scols_cell_set_color) set_color;
	__typeof__(&scols_column_get_header) get_header;
	__typeof__(&scols_table_enable_colors) enable_colors;
	__typeof__(&scols_table_enable_noencoding) enable_noencoding;
	__typeof__(&scols_table_enable_noheadings) enable_noheadings;
	__typeof__(&scols_table_set_column_separator) set_separator;
	__typeof__(&scols_table_set_termforce) set_termforce;
	__typeof__(&scols_table_set_termwidth) set_termwidth;
	__typeof__(&scols_print_table_to_string) print;
};

int table_library_load(struct table_library *scols, struct fault *fault) MUST_CHECK;
/* Accepts one that is all zero. */
void table_library_release(struct table_library *scols);

#endif
