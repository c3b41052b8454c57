/* SPDX-License-Identifier: MIT */
/* load.h - many exchanges, some at once: how many succeed, and how fast */
#ifndef LOAD_H
#define LOAD_H

#include <stdbool.h>
#include <stddef.h>

#include "sockc/tally.h"

struct plan;

struct load_limits {
	unsigned long long count;       /* exchanges; 0: no limit */
	long long          time_ms;     /* begin none after it; 0: no limit */
	unsigned           concurrency; /* at least 1 */
};

struct load_result {
	struct tally       tally;
	unsigned long long elapsed_us;
	int                signal; /* SIGINT or SIGTERM ended it; or 0 */
};

/*
 * Go on until a limit is reached or a signal comes.  The plan has its text.  Tells the
 * first failure on standard error at once.  -1 and one line of why if it cannot begin.
 */
int load_run(struct plan *, const struct load_limits *, bool show_progress,
    struct load_result *, char *why, size_t why_size);

#endif
