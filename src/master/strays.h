/* SPDX-License-Identifier: MIT */
/* strays.h - what programs of a worker leave behind when it dies before it could end them */
#ifndef STRAYS_H
#define STRAYS_H

#include <sys/types.h>

struct master;

/*
 * From now on whoever loses its parent among our offspring is ours; but not if we are process 1
 * or have children already, whose offspring is none of our business.
 */
void strays_init(void);

/* When a child has ended: end those that are ours and no process of sockd.  How many. */
int strays_end(const struct master *);

/* When all workers are gone: what killed ones have left comes to us by and by. */
void strays_finish(const struct master *);

/* A process that ends by itself, which nobody else remembers; until it has ended. */
void strays_spare(pid_t);
void strays_note_end(pid_t);

#endif
