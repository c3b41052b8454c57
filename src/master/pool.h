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

/* Between min and max, with spare idle ones; of fixed size where min is max. */
struct pool_rule {
	int  min, max, spare;
	bool together; /* all or none: none of them knows how busy the others are */
};

/* The workers that are to stay, by what they do. */
struct pool_count {
	int  starting, idle, busy;
	bool client_waits; /* as far as anybody has looked */
};

/*
 * How many workers are missing (> 0), or could be spared (< 0).  Those that start will be
 * idle soon, so they count as that.
 */
int pool_missing(const struct pool_rule *, const struct pool_count *);

/* The rule with min and max as TTIN and TTOU have changed them, within 1 and most. */
void pool_resize(struct pool_rule *, int extra, int most);

/* No more than so many. */
void pool_bound(struct pool_rule *, int most);

/* A pool that lacks workers again this soon after it grew, grows by twice as many. */
#define POOL_GROW_MS   1000
#define POOL_GROW_MOST 32

/* All zero at the beginning. */
struct pool_growth {
	unsigned long long until_ms;
	int                step; /* 0: not growing */
};

/* How many to start now of the missing, or beyond them, room being left for so many. */
int pool_grow(
    struct pool_growth *, int missing, int starting, int room, unsigned long long now_ms);

/*
 * A pool shrinks by a quarter of those, rounded up, that it could spare for all of this
 * time, and then by a quarter each POOL_LOOK_MS, which is how often one looks.
 */
#define POOL_CALM_MS 5000
#define POOL_LOOK_MS 1000

/* All zero at the beginning. */
struct pool_calm {
	unsigned long long end_ms; /* 0: not calm */
	int                least;  /* that could be spared since */
};

/* How many shall leave now, when so many could be spared (0: none). */
int pool_shrink(struct pool_calm *, int spared, unsigned long long now_ms);

/*
 * A pool of which all are busy is full if clients wait, and the last of them for longer than
 * POOL_FULL_MS if nothing gets better: then somebody should know, once in a while.
 */
#define POOL_FULL_MS       1000
#define POOL_FULL_QUIET_MS 60000

/* All zero at the beginning. */
struct pool_full {
	unsigned long long since_ms; /* 0: it was not full */
	unsigned long long served;   /* then */
	unsigned long long quiet_until_ms;
};

/* So many wait (0: it is not full) and so many have been served up to now; is it time to tell? */
bool pool_tells_full(struct pool_full *, unsigned long long waiting,
    unsigned long long served, unsigned long long now_ms);

/*
 * How many of a pool may be replaced by new ones at once, as they are worn; there is a
 * slot for so many more than WORKERS_MOST.
 */
#define POOL_WORN_MOST 24
int pool_worn_most(int staying);

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
