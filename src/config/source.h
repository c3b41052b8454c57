/* SPDX-License-Identifier: MIT */
/* source.h - the bytes of a settings file, read once */
#ifndef SOURCE_H
#define SOURCE_H

#include <stddef.h>

struct strings;

/* No file of settings is longer. */
#define SOURCE_LARGEST (1 << 20)

/*
 * Open a regular file to read, without waiting as a FIFO would make us.  -1 with errno:
 * EISDIR and ENODEV are those of what is none.
 */
int source_open(const char *path);

/*
 * The whole of a regular file as a string, which the caller frees; NULL and why, with
 * *status the sysexits(3) code, when it cannot be read or cannot be settings.
 */
char *source_read(const char *path, int *status, char *why, size_t why_size);

/* The directory that path is in, absolute, which the caller frees; NULL with errno. */
char *source_directory(const char *path);

/* Add the files that match the pattern, sorted by name; none is no mistake. -1 with errno. */
int source_glob(const char *pattern, struct strings *);

#endif
