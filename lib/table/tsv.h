/* SPDX-License-Identifier: ISC */
#ifndef TABLE_TSV_H
#define TABLE_TSV_H

/* The escapes of our TSV, which a dump's lines have too. */

/* What a letter behind a backslash stands for; NUL: it is no escape. */
static inline char
tsv_unescaped(char letter)
{
	switch (letter) {
	case 't':
		return '\t';
	case 'n':
		return '\n';
	case 'r':
		return '\r';
	case '\\':
		return '\\';
	default:
		return '\0';
	}
}

#endif
