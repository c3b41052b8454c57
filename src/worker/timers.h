/* SPDX-License-Identifier: MIT */
/* timers.h - which of many deadlines is next: a heap */
#ifndef TIMERS_H
#define TIMERS_H

#include <stddef.h>

/* In what it is for; all zero at the beginning. */
struct timer {
	unsigned long long at_ms;
	size_t             place; /* in the heap, from 1; 0: it is not set */
};

/* All zero at the beginning.  The timers are the caller's. */
struct timers {
	struct timer **heap;
	size_t         n, room;
};

/* O(log n); set again, a timer gets a new deadline.  -1 with errno if there is no room. */
int  timers_set(struct timers *, struct timer *, unsigned long long at_ms);
void timers_unset(struct timers *, struct timer *); /* if it is set */

/* The one with the earliest deadline, or NULL. */
struct timer *timers_first(const struct timers *);
void          timers_finish(struct timers *);

#endif
