/* SPDX-License-Identifier: MIT */
/* limit.c - of lines that repeat, so many a second and then how many more there were */
#include "master/limit.h"

#include <stdio.h>
#include <string.h>

#include "common/clock.h"

#define SECOND_MS 1000

/* Its place, a free one, or the one that is shared by those who found none. */
static struct limit_kind *
find(struct limit *limit, unsigned long long key, unsigned long long now_ms)
{
	struct limit_kind *place = &limit->kinds[0];

	for (int i = 1; i < LIMIT_KINDS; i++) {
		struct limit_kind *k = &limit->kinds[i];

		if (k->end_ms != 0 && k->key == key)
			return k;
		if (k->end_ms == 0 || (now_ms >= k->end_ms && k->n_left_out == 0))
			place = k;
	}
	return place;
}

bool
limit_passes(struct limit *limit, unsigned kind, int priority, const char *line,
    unsigned long long now_ms)
{
	unsigned long long key;
	struct limit_kind *k;

	if (kind == 0)
		return true;
	key = log_key(kind, line);
	k = find(limit, key, now_ms);
	if (now_ms >= k->end_ms && k->n_left_out == 0) {
		limit->n_used += k->end_ms == 0;
		k->key = key;
		k->end_ms = now_ms + SECOND_MS;
		k->n_passed = 0;
	}
	if (k->n_passed == 0 || (k->n_passed >= LOG_LINES && k->n_left_out == 0)) {
		k->priority = priority;
		snprintf(k->sample, sizeof k->sample, "%s", line);
	}
	if (k->n_passed < LOG_LINES) {
		k->n_passed++;
		return true;
	}
	k->n_left_out++;
	return false;
}

/*
 * Others skip lines up to a second after one that passed: so who has left out nothing here
 * is looked at again then.
 */
static unsigned long long
due_ms_of(const struct limit_kind *k)
{
	return k->n_left_out > 0 ? k->end_ms : k->end_ms + SECOND_MS;
}

unsigned long long
limit_due_ms(const struct limit *limit)
{
	unsigned long long due_ms = CLOCK_NEVER_MS;

	for (int i = 0; i < LIMIT_KINDS && limit->n_used > 0; i++)
		if (limit->kinds[i].end_ms != 0 && due_ms_of(&limit->kinds[i]) < due_ms)
			due_ms = due_ms_of(&limit->kinds[i]);
	return due_ms;
}

bool
limit_count(struct limit *limit, unsigned long long now_ms, int *priority, char *line,
    size_t size)
{
	for (int i = 0; i < LIMIT_KINDS && limit->n_used > 0; i++) {
		struct limit_kind *k = &limit->kinds[i];
		unsigned long long n;

		if (k->end_ms == 0 || now_ms < due_ms_of(k))
			continue;
		n = k->n_left_out;
		if (limit->counts != NULL)
			n += log_skip_take(limit->counts, k->key);
		k->n_left_out = k->end_ms = 0;
		limit->n_used--;
		if (n == 0)
			continue;
		*priority = k->priority;
		snprintf(
		    line, size, "%s ... and %llu like it were left out", k->sample, n);
		return true;
	}
	return false;
}
