/* SPDX-License-Identifier: MIT */
/* scan.h - what libconfig would wrap, swallow, wait for or die of, found before it reads */
#ifndef SCAN_H
#define SCAN_H

struct complaints;

/*
 * Look through the text of a settings file and the files that it names by @include,
 * relative to directory: numbers that do not fit, NUL in strings, comments and strings
 * without an end, nesting without one, includes that are no files.  Complains of all.
 * -1 if libconfig must not read the text.
 */
int scan_text(
    const char *file, const char *text, const char *directory, struct complaints *);

/* The line of a text that is a settings file of Dante's SOCKS server, or 0. */
int scan_dante(const char *text);

#endif
