/* SPDX-License-Identifier: MIT */
/* runnable.h - may the workers of a service run that program? */
#ifndef RUNNABLE_H
#define RUNNABLE_H

#include <stdbool.h>
#include <stddef.h>

struct service_conf;

/*
 * Look at the program as the service's workers will see it: in their root, by their user.  If
 * it cannot be run, why.
 */
bool runnable(const struct service_conf *, const char *path, char *why, size_t size);

#endif
