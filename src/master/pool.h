/* SPDX-License-Identifier: MIT */
/* pool.h - how many workers a service should have; spawn.c makes them */
#ifndef POOL_H
#define POOL_H

#include <stdbool.h>

/* How a worker died, as far as the pool's rule cares. */
struct pool_death {
	bool was_ready;
	unsigned long long
	    served; /* with what it was just serving: a client must not throttle us */
	unsigned long long age_ms;
};

/* A worker that served nothing and was younger than this when it died, died young. */
#define POOL_YOUNG_MS 1000

#define POOL_BACKOFF_FIRST_MS 100
#define POOL_BACKOFF_MOST_MS  60000

/* So many may die in a second beside one for each that is wanted. */
#define POOL_DEATHS_MOST 100

/* All zero at the beginning. */
struct pool_second {
	unsigned long long end_ms;
	int                n_deaths;
};

/* How many workers are missing (> 0) or too many (< 0). */
int pool_missing(int want, int alive);

/* Want, as TTIN and TTOU have changed it, within 1 and most. */
int pool_want(int configured, int extra, int most);

/* Young deaths make the next worker wait: whatever killed it will kill that one too. */
bool pool_died_young(const struct pool_death *);

/*
 * One more death: are there too many in this second for more workers before its end?  A
 * worker that is not ours any more may say that it served.
 */
bool pool_dies_fast(struct pool_second *, int want, unsigned long long now_ms);

/*
 * The wait after a young death, when the wait before was before_ms (0: none): doubles, up to
 * POOL_BACKOFF_MOST_MS, less up to a quarter by chance (any number), so that services
 * that fail together do not try again together.
 */
unsigned pool_backoff_ms(unsigned before_ms, unsigned chance);

#endif
