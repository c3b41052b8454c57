/* SPDX-License-Identifier: MIT */
/* timers.c - which of many deadlines is next: a heap */
#include "worker/timers.h"

#include <stdlib.h>
#include <string.h>

/* Places are numbered from 1: the two below k are 2k and 2k + 1. */
static struct timer **
at(const struct timers *t, size_t place)
{
	return &t->heap[place - 1];
}

static void
put(struct timers *t, struct timer *timer, size_t place)
{
	*at(t, place) = timer;
	timer->place = place;
}

/* An earlier deadline moves up. */
static void
rise(struct timers *t, struct timer *timer, size_t place)
{
	while (place > 1 && (*at(t, place / 2))->at_ms > timer->at_ms) {
		put(t, *at(t, place / 2), place);
		place /= 2;
	}
	put(t, timer, place);
}

/* A later one moves down. */
static void
sink(struct timers *t, struct timer *timer, size_t place)
{
	size_t below;

	while ((below = 2 * place) <= t->n) {
		if (below < t->n && (*at(t, below + 1))->at_ms < (*at(t, below))->at_ms)
			below++;
		if ((*at(t, below))->at_ms >= timer->at_ms)
			break;
		put(t, *at(t, below), place);
		place = below;
	}
	put(t, timer, place);
}

static int
make_room(struct timers *t)
{
	size_t         room = t->room == 0 ? 64 : 2 * t->room;
	struct timer **heap;

	if (t->n < t->room)
		return 0;
	heap = reallocarray(t->heap, room, sizeof(struct timer *));
	if (heap == NULL)
		return -1;
	t->heap = heap;
	t->room = room;
	return 0;
}

int
timers_set(struct timers *t, struct timer *timer, unsigned long long at_ms)
{
	if (timer->place == 0) {
		if (make_room(t) != 0)
			return -1;
		timer->at_ms = at_ms;
		rise(t, timer, ++t->n);
	} else if (at_ms < timer->at_ms) {
		timer->at_ms = at_ms;
		rise(t, timer, timer->place);
	} else {
		timer->at_ms = at_ms;
		sink(t, timer, timer->place);
	}
	return 0;
}

void
timers_unset(struct timers *t, struct timer *timer)
{
	struct timer *last;

	if (timer->place == 0)
		return;
	last = *at(t, t->n--);
	if (last != timer) {
		if (last->at_ms < timer->at_ms)
			rise(t, last, timer->place);
		else
			sink(t, last, timer->place);
	}
	timer->place = 0;
}

struct timer *
timers_first(const struct timers *t)
{
	return t->n > 0 ? *at(t, 1) : NULL;
}

void
timers_finish(struct timers *t)
{
	free(t->heap);
	memset(t, 0, sizeof *t);
}
