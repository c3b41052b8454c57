/* SPDX-License-Identifier: MIT */
/* sources.h - the settings files of one load: read once, and then as often as it is needed */
#ifndef SOURCES_H
#define SOURCES_H

#include <stdbool.h>
#include <stddef.h>

#include "config/setting.h"

/* All files of a load together are not larger. */
#define SOURCES_LARGEST (8u << 20)

/* All zero at the beginning. */
struct sources {
	struct {
		char *path, *bytes;
	} * list;
	size_t         n;
	struct strings found;  /* by patterns */
	size_t         size;   /* of all bytes */
	bool           sealed; /* nothing is read any more */
};

/*
 * The whole of a file, which the caller frees: from the disk at first, see source_read
 * for the rest.  Of sealed sources only what they have.
 */
char *sources_read(
    struct sources *, const char *path, int *status, char *why, size_t why_size);

/* Add the files that match; sealed sources give all that they found at the first call. */
void sources_glob(struct sources *, const char *pattern, struct strings *);

/* Send them through a pipe, and take them, sealed, out of what came; -1 if it is not them. */
void sources_send(const struct sources *, int fd);
int  sources_take(struct sources *, const char **bytes, size_t *left);

void sources_finish(struct sources *);

#endif
