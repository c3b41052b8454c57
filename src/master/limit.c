/* SPDX-License-Identifier: MIT */
/* limit.c - of lines that repeat, so many a second and then how many more there were */
#include "master/limit.h"

#include <stdio.h>
#include <string.h>

#include "common/clock.h"

#define SECOND_MS 1000

/* FNV-1a over the kind and what stands in front of ": ", the service's name. */
static unsigned long long
key_of(unsigned kind, const char *line)
{
	const char        *colon = strstr(line, ": ");
	unsigned long long key = 0xcbf29ce484222325ULL ^ kind;

	for (; colon != NULL && line < colon; line++)
		key = (key ^ (unsigned char)*line) * 0x100000001b3ULL;
	return key;
}

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
	key = key_of(kind, line);
	k = find(limit, key, now_ms);
	if (now_ms >= k->end_ms && k->n_left_out == 0) {
		k->key = key;
		k->end_ms = now_ms + SECOND_MS;
		k->n_passed = 0;
	}
	if (k->n_passed < LIMIT_LINES) {
		k->n_passed++;
		return true;
	}
	if (k->n_left_out++ == 0) {
		limit->n_due++;
		k->priority = priority;
		snprintf(k->sample, sizeof k->sample, "%s", line);
	}
	return false;
}

unsigned long long
limit_due_ms(const struct limit *limit)
{
	unsigned long long due_ms = CLOCK_NEVER_MS;

	for (int i = 0; i < LIMIT_KINDS && limit->n_due > 0; i++)
		if (limit->kinds[i].n_left_out > 0 && limit->kinds[i].end_ms < due_ms)
			due_ms = limit->kinds[i].end_ms;
	return due_ms;
}

bool
limit_count(struct limit *limit, unsigned long long now_ms, int *priority, char *line,
    size_t size)
{
	for (int i = 0; i < LIMIT_KINDS && limit->n_due > 0; i++) {
		struct limit_kind *k = &limit->kinds[i];

		if (k->n_left_out == 0 || now_ms < k->end_ms)
			continue;
		*priority = k->priority;
		snprintf(line, size, "%s ... and %llu like it were left out", k->sample,
		    k->n_left_out);
		k->n_left_out = k->end_ms = 0;
		limit->n_due--;
		return true;
	}
	return false;
}
