/* SPDX-License-Identifier: MIT */
/* quote.h - bytes that somebody else chose, made fit for one line of a log */
#ifndef QUOTE_H
#define QUOTE_H

#include <stddef.h>

/* Room for what quote() makes of a message; longer ones are cut. */
#define QUOTE_TEXT 256

/*
 * Write n bytes as text between double quotes: printable UTF-8 as it is, '"' and
 * '\\' behind a backslash, tab, newline and return as \t \n \r, every other byte
 * as \xHH.  What does not fit in size is cut, and "..." stands behind the closing
 * quote.  size is at least 16; the result ends in NUL.  Returns its length.
 */
size_t quote(char *out, size_t size, const void *bytes, size_t n);

/* Make a line of text safe in place: control and non-UTF-8 bytes become '?'. */
void quote_plain(char *line);

#endif
