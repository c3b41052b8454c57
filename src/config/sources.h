/* SPDX-License-Identifier: MIT */
/* sources.h - the settings files of one load: read once each */
#ifndef SOURCES_H
#define SOURCES_H

#include <stddef.h>

/* All files of a load together are not larger. */
#define SOURCES_LARGEST (8u << 20)

/* All zero at the beginning. */
struct sources {
	struct {
		char *path, *bytes;
	} * list;
	size_t n;
	size_t size; /* of all bytes */
};

/*
 * The whole of a file, which the caller frees: as it was when it was read for the first
 * time, see source_read for the rest.
 */
char *sources_read(
    struct sources *, const char *path, int *status, char *why, size_t why_size);

void sources_finish(struct sources *);

#endif
