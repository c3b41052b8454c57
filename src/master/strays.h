/* SPDX-License-Identifier: MIT */
/* strays.h - what programs of a worker leave behind when it dies before it could end them */
#ifndef STRAYS_H
#define STRAYS_H

struct master;

/*
 * From now on whoever loses its parent among our offspring is ours; but not if we are process 1
 * or have children already, whose offspring is none of our business.
 */
void strays_init(void);

/* When a child has ended: end those that are ours and no process of sockd. */
void strays_end(const struct master *);

#endif
