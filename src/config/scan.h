/* SPDX-License-Identifier: MIT */
/* scan.h - what libconfig would wrap, swallow, wait for or die of, found before it reads */
#ifndef SCAN_H
#define SCAN_H

#include <stddef.h>

struct complaints;
struct expanded;
struct sources;
struct strings;

struct scan_input {
	const char        *file;      /* the name of the text */
	const char        *directory; /* that @include starts from */
	struct sources    *sources;   /* where includes are read */
	struct strings    *files;     /* keeps the names of those */
	struct complaints *complaints;
};

/*
 * Look through the text of a settings file and the files that it names by @include:
 * numbers that do not fit, NUL in strings, comments and strings without an end, nesting
 * without one, includes that are no files.  Complains of all.  What libconfig may read,
 * free of @include, is in *out, all zero before and for expanded_finish after; -1 if it
 * must not read it.
 */
int scan_text(const struct scan_input *, const char *text, struct expanded *out);

/* The line of a text that is a settings file of Dante's SOCKS server, or 0. */
int scan_dante(const char *text);

#endif
