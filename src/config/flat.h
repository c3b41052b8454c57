/* SPDX-License-Identifier: MIT */
/* flat.h - a checked config as bytes, for the pipe between who loads it and who uses it */
#ifndef FLAT_H
#define FLAT_H

struct config;
struct wire;

void flat_put(const struct config *, struct wire *);

/*
 * A config made of what flat_put has put there; the caller destroys it.  NULL if it is
 * not that: whoever wrote it may have been led astray by the settings that it read.
 */
struct config *flat_take(struct wire *);

#endif
