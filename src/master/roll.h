/* SPDX-License-Identifier: MIT */
/* roll.h - programs of the next generation take the place of the older ones, a few at a time */
#ifndef ROLL_H
#define ROLL_H

#include <stdbool.h>

struct master;
struct service;

/*
 * Programs that take their clients by themselves may be large and slow to start.  So not all
 * start at once: a reload begins with as many as the handler's surge has it, and when they are
 * ready the next generation is the current one.  Then an old program is told to leave for each
 * new one that is ready and has lived for POOL_YOUNG_MS, and the next starts when one is gone:
 * there are never more than those of the pool and surge.
 */

/* Before the first workers of a service start: how many may these be? */
void roll_prepare(const struct master *, struct service *);

/* Is that how this service, one of the old, gives way to one of these? */
bool roll_is_due(const struct service *old, struct service *next);

/* Move the service, which is in no list, to m->closing. */
void roll_begin(struct master *, struct service *old);

/* Of one that is_replaced: what can be done now; false when it is to leave for good. */
bool roll_go_on(struct master *, struct service *old);

#endif
