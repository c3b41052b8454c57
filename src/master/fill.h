/* SPDX-License-Identifier: MIT */
/* fill.h - a pool gets the workers that pool.c says it should have */
#ifndef FILL_H
#define FILL_H

struct master;

/* Start, retire and replace workers where something has changed, or it is time to look. */
void fill_pools(struct master *);

/* Pools of fixed size get so many workers more (by > 0), or fewer, as TTIN and TTOU ask. */
void fill_resize(struct master *, int by);

#endif
