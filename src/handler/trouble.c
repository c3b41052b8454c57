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
next_rest(long long ms, long long first, long long most)
{
	ms = ms < first ? first : 2 * ms;
	return ms < most ? ms : most;
}

long long
trouble_note_end(struct trouble *t, bool failed, unsigned long long lived_ms)
{
	if (!failed || lived_ms >= YOUNG_MS) {
		*t = (struct trouble){ .n_young = 0 };
		return 0;
	}
	if (++t->n_young < YOUNG_MOST)
		return 0;
	return t->rest_ms = next_rest(t->rest_ms, REST_FIRST_MS, REST_MOST_MS);
}

long long
trouble_note_none(struct trouble *t)
{
	return t->rest_ms = next_rest(t->rest_ms, NONE_REST_FIRST_MS, NONE_REST_MOST_MS);
}
