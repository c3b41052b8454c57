/* SPDX-License-Identifier: MIT */
/* lines.h - what a program prints into a pipe, a line at a time */
#ifndef LINES_H
#define LINES_H

#include <stddef.h>

/* Longer ones come in pieces. */
#define LINES_LONGEST 200

struct lines {
	int    fd; /* the end to read, which does not block; -1: there is none any more */
	char   line[LINES_LONGEST];
	size_t length;
};

/* Make the pipe; the end to write, which the program is to have, or -1 with errno. */
int  lines_open(struct lines *);
void lines_close(struct lines *);

/* Give on what is there, each line as quoted text; at the end of file it is closed. */
void lines_read(struct lines *, void (*on_line)(const void *arg, const char *quoted),
    const void *arg);

/* The rest, as far as it is there, an unfinished line too; it is closed. */
void lines_finish(struct lines *, void (*on_line)(const void *arg, const char *quoted),
    const void *arg);

#endif
