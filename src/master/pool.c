/* SPDX-License-Identifier: MIT */
/* pool.c - how many workers a service should have; spawn.c makes them */
#include "master/pool.h"

int
pool_missing(int want, int alive)
{
	return want - alive;
}

int
pool_want(int configured, int extra, int most)
{
	long long want = (long long)configured + extra;

	return want < 1 ? 1 : want > most ? most : (int)want;
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
