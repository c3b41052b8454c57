/* SPDX-License-Identifier: MIT */
/* memory.h - settings files that are in memory alone: in the place of config/source.c */
#ifndef MEMORY_H
#define MEMORY_H

/* The name of the main file, whose text memory_main is. */
#define MEMORY_MAIN "/m/sockd.conf"

/* And files that begin with this have the same text. */
#define MEMORY_UNIT "/m/unit"

extern const char *memory_main;

/* The text of a file that is there, or NULL. */
const char *memory_find(const char *path);

#endif
