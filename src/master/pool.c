/* SPDX-License-Identifier: MIT */
/* pool.c - how many workers a service should have; spawn.c makes them */
#include "master/pool.h"

static int
clamp(long long n, int least, int most)
{
	return n < least ? least : n > most ? most : (int)n;
}

int
pool_missing(const struct pool_rule *rule, const struct pool_count *count)
{
	int spare = rule->spare == 0 && count->client_waits ? 1 : rule->spare;
	int staying = count->starting + count->idle + count->busy;

	if (rule->together)
		return (count->busy + spare + count->starting > 0 ? rule->max : 0) -
		    staying;
	return clamp((long long)count->busy + spare, rule->min, rule->max) - staying;
}

void
pool_resize(struct pool_rule *rule, int extra, int most)
{
	rule->min = clamp((long long)rule->min + extra, 1, most);
	rule->max = clamp((long long)rule->max + extra, 1, most);
}

void
pool_bound(struct pool_rule *rule, int most)
{
	rule->min = clamp(rule->min, 0, most);
	rule->max = clamp(rule->max, 0, most);
}

int
pool_grow(
    struct pool_growth *g, int missing, int starting, int room, unsigned long long now_ms)
{
	int n = missing, twice = 2 * g->step;

	if (twice > POOL_GROW_MOST)
		twice = POOL_GROW_MOST;
	/* Only when what was started last is taken, too. */
	if (now_ms < g->until_ms && starting == 0 && n < twice)
		n = twice;
	if (n > room)
		n = room;
	if (starting == 0)
		g->step = n;
	g->until_ms = now_ms + POOL_GROW_MS;
	return n;
}

int
pool_shrink(struct pool_calm *c, int spared, unsigned long long now_ms)
{
	int n;

	if (spared <= 0) {
		c->end_ms = 0;
		return 0;
	}
	if (c->end_ms == 0) {
		c->end_ms = now_ms + POOL_CALM_MS;
		c->least = spared;
	}
	if (spared < c->least)
		c->least = spared;
	if (now_ms < c->end_ms)
		return 0;
	n = (c->least + 3) / 4;
	c->end_ms = now_ms + POOL_LOOK_MS;
	c->least = spared - n;
	return n;
}

bool
pool_tells_full(struct pool_full *f, unsigned long long waiting,
    unsigned long long served, unsigned long long now_ms)
{
	unsigned long long span_ms = now_ms - f->since_ms, n = served - f->served;

	if (waiting == 0 || now_ms < f->quiet_until_ms) {
		f->since_ms = 0;
		return false;
	}
	if (f->since_ms == 0) {
		f->since_ms = now_ms;
		f->served = served;
		return false;
	}
	if (span_ms < POOL_FULL_MS)
		return false;
	f->since_ms = now_ms;
	f->served = served;
	/* As fast as they were served since, who waits last waits for so long. */
	if (n * POOL_FULL_MS >= waiting * span_ms)
		return false;
	f->quiet_until_ms = now_ms + POOL_FULL_QUIET_MS;
	return true;
}

int
pool_worn_most(int staying)
{
	return clamp(staying / 4, 1, POOL_WORN_MOST);
}

bool
pool_died_young(const struct pool_death *death)
{
	return !death->was_ready || (death->served == 0 && death->age_ms < POOL_YOUNG_MS);
}

bool
pool_dies_fast(struct pool_second *second, int want, unsigned long long now_ms)
{
	if (now_ms >= second->end_ms)
		*second = (struct pool_second){ .end_ms = now_ms + 1000 };
	return ++second->n_deaths > POOL_DEATHS_MOST + want;
}

unsigned
pool_backoff_ms(unsigned before_ms, unsigned chance)
{
	unsigned next = before_ms == 0 ? POOL_BACKOFF_FIRST_MS : before_ms * 2;

	if (before_ms >= POOL_BACKOFF_MOST_MS / 2)
		next = POOL_BACKOFF_MOST_MS;
	return next - chance % (next / 4 + 1);
}
