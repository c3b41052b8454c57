/* SPDX-License-Identifier: MIT */
/* trouble.c - programs that fail one after another cost no more than so much */
#include "handler/trouble.h"

/* So many that fail within this time of their start, one after another, are too many. */
#define YOUNG_MS   50
#define YOUNG_MOST 10

/* Then it is time to rest, longer each time. */
#define REST_FIRST_MS 10
#define REST_MOST_MS  1000

/* As when a program cannot be started at all. */
#define NONE_REST_FIRST_MS 100
#define NONE_REST_MOST_MS  10000

static long long
rest(struct trouble *t, long long first, long long most, unsigned long long now_ms)
{
	if (now_ms < t->until_ms)
		return (long long)(t->until_ms - now_ms);
	t->rest_ms = t->rest_ms < first ? first : 2 * t->rest_ms;
	if (t->rest_ms > most)
		t->rest_ms = most;
	t->until_ms = now_ms + (unsigned long long)t->rest_ms;
	return t->rest_ms;
}

long long
trouble_note_end(struct trouble *t, bool failed, unsigned long long began_ms,
    unsigned long long now_ms)
{
	if (!failed || now_ms - began_ms >= YOUNG_MS) {
		*t = (struct trouble){ .n_young = 0 };
		return 0;
	}
	if (++t->n_young < YOUNG_MOST)
		return 0;
	return rest(t, REST_FIRST_MS, REST_MOST_MS, now_ms);
}

long long
trouble_note_none(struct trouble *t, unsigned long long now_ms)
{
	return rest(t, NONE_REST_FIRST_MS, NONE_REST_MOST_MS, now_ms);
}
