/* SPDX-License-Identifier: MIT */
/* summary.h - what a reload changes, in a line */
#ifndef SUMMARY_H
#define SUMMARY_H

#include <stdbool.h>

struct config;
struct service;

/*
 * "+smtp -finger ~echo (workers 8 -> 16), 3 unchanged", which the caller frees.  now is
 * NULL at the start.  Of services that run also if their listener is lost.
 */
char *summary_create(
    const struct config *now, const struct config *next, const struct service *running);

/* Do the two differ in what every worker and the logger must know? */
bool summary_replaces_all(const struct config *now, const struct config *next);

#endif
