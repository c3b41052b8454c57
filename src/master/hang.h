/* SPDX-License-Identifier: MIT */
/* hang.h - workers that neither wait nor come to an end */
#ifndef HANG_H
#define HANG_H

#include <stdbool.h>

struct master;

/* An aborted worker may leave a core, and that takes its time; then it is killed. */
#define HANG_KILL_MS 2000

/* What was seen of a worker's turn, see scoreboard.h; of a new worker all is 0. */
struct hang {
	unsigned           turn;
	unsigned long long since_ms;   /* it is the same; 0: not looked at yet */
	unsigned long long aborted_ms; /* 0: no */
	bool               killed;     /* as it outlived that */
};

enum hang_verdict { HANG_NO, HANG_ABORT, HANG_KILL };

/*
 * It is now at this turn, and may be at the same one for most_ms.  After a time when nobody
 * looked, late, what was seen before counts for nothing: they may all have been stopped.
 */
enum hang_verdict hang_note(struct hang *, unsigned turn, unsigned long long now_ms,
    unsigned long long most_ms, bool late);

/* Look at all workers if it is time; end those that hang. */
void hang_check(struct master *);

/* When to look again, CLOCK_MONOTONIC; CLOCK_NEVER_MS. */
unsigned long long hang_look_again_ms(const struct master *);

#endif
