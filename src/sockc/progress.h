/* SPDX-License-Identifier: MIT */
/* progress.h - one line on a terminal that says how far a load is */
#ifndef PROGRESS_H
#define PROGRESS_H

#include <stdbool.h>

struct tally;

struct progress {
	bool               is_on;
	bool               is_shown;
	unsigned long long started_ms, next_ms;
};

/* Shows nothing unless it is wanted and standard error is a terminal. */
void progress_init(struct progress *, bool is_wanted, unsigned long long now_ms);

/* Show it, if it was not shown just before.  count is 0 if there is no such limit. */
void progress_show(struct progress *, const struct tally *, unsigned long long count,
    unsigned long long now_ms);

/* Make room on the terminal for something else. */
void progress_erase(struct progress *);

#endif
