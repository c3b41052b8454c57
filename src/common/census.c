/* SPDX-License-Identifier: MIT */
/* census.c - who is there, and who has come how often: shared by the workers of a service */
#include "common/census.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "common/hash.h"

/* No process has a higher number, see proc(5), so that there is room for a source beside it. */
#define OWNER_BITS 22
#define OWNER_MASK ((1ULL << OWNER_BITS) - 1)

/* Time is counted in these: a million in a second is as even as two in an hour. */
#define TICKS_PER_US 16
#define TICKS_MASK   ((1ULL << 56) - 1)

/* A source, and when the last one came of those that come evenly; see may_come(). */
struct entry {
	_Atomic uint64_t source, due;
};

/* What they share.  The numbers that lead through it are not in there, as no worker is trusted. */
struct shared {
	_Atomic uint64_t due; /* of all together */
	struct entry     entries[CENSUS_ENTRIES];
	_Atomic uint64_t cells[];
};

struct census {
	struct shared  *shared;
	size_t          size; /* of that */
	size_t          n_cells, window;
	struct hash_key key;
	int             users;
};

/* A window may begin at every cell: what would be behind the end are cells more. */
static size_t
window_for(size_t most)
{
	size_t window = most < CENSUS_WINDOW_MOST / 2 ? 2 * most : CENSUS_WINDOW_MOST;

	return window < CENSUS_WINDOW ? CENSUS_WINDOW : window;
}

static size_t
cells_for(size_t connections)
{
	size_t n = CENSUS_WINDOW;

	while (n < CENSUS_CELLS_MOST && n / 4 < connections)
		n *= 2;
	return n;
}

struct census *
census_create(size_t connections, size_t most)
{
	struct census *c = calloc(1, sizeof *c);

	if (c == NULL)
		return NULL;
	c->users = 1;
	c->n_cells = cells_for(connections);
	c->window = window_for(most);
	c->size =
	    sizeof *c->shared + (c->n_cells + c->window) * sizeof c->shared->cells[0];
	c->shared = mmap(NULL, c->size, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (c->shared == MAP_FAILED) {
		free(c);
		return NULL;
	}
	if (hash_make_key(&c->key) != 0) {
		census_destroy(c);
		return NULL;
	}
	return c;
}

struct census *
census_share(struct census *c)
{
	c->users++;
	return c;
}

void
census_destroy(struct census *c)
{
	if (c == NULL || --c->users > 0)
		return;
	munmap(c->shared, c->size);
	free(c);
}

bool
census_fits(const struct census *c, size_t connections, size_t most)
{
	return c->n_cells == cells_for(connections) && c->window == window_for(most);
}

uint64_t
census_source(const struct census *c, const void *bytes, size_t size)
{
	return hash(&c->key, bytes, size);
}

/* The source's cells; its low bits say where, the rest marks them. */
static _Atomic uint64_t *
window_of(struct census *c, uint64_t source)
{
	return c->shared->cells + (source & (c->n_cells - 1));
}

static uint64_t
mark_of(uint64_t source, pid_t owner)
{
	return (source & ~OWNER_MASK) | ((uint64_t)owner & OWNER_MASK);
}

/* Marked first and counted then: those that come together may all be too many, but none too few. */
size_t
census_enter(struct census *c, uint64_t source, pid_t owner, long *cell)
{
	_Atomic uint64_t *cells = window_of(c, source);
	uint64_t          mark = mark_of(source, owner), seen;
	size_t            n = 0;

	*cell = -1;
	for (size_t i = 0; i < c->window && *cell == -1; i++) {
		seen = 0;
		if (atomic_load_explicit(&cells[i], memory_order_relaxed) == 0 &&
		    atomic_compare_exchange_strong(&cells[i], &seen, mark))
			*cell = cells - c->shared->cells + (long)i;
	}
	for (size_t i = 0; i < c->window; i++) {
		seen = atomic_load_explicit(&cells[i], memory_order_relaxed);
		n += seen != 0 && (seen & ~OWNER_MASK) == (mark & ~OWNER_MASK);
	}
	return n + (*cell == -1);
}

/* Nobody else's, whatever is in there. */
void
census_leave(struct census *c, long cell, pid_t owner)
{
	uint64_t seen;

	if (cell < 0 || (size_t)cell >= c->n_cells + c->window)
		return;
	seen = atomic_load(&c->shared->cells[cell]);
	if ((seen & OWNER_MASK) == (uint64_t)owner)
		atomic_compare_exchange_strong(&c->shared->cells[cell], &seen, 0);
}

void
census_bury(struct census *c, pid_t owner)
{
	for (size_t i = 0; i < c->n_cells + c->window; i++)
		census_leave(c, (long)i, owner);
}

size_t
census_count(const struct census *c)
{
	size_t n = 0;

	for (size_t i = 0; i < c->n_cells + c->window; i++)
		n += atomic_load(&c->shared->cells[i]) != 0;
	return n;
}

/*
 * The generic cell rate algorithm (ITU-T I.371): each one that comes moves what is due by a
 * step; who is a whole span ahead of now comes too early.  A time that cannot be, as it was
 * left from long ago or by who lies, is as good as none.
 */
static bool
may_come(_Atomic uint64_t *due, const struct pace *pace, unsigned long long now_us,
    unsigned long long *wait_us)
{
	uint64_t now = now_us * TICKS_PER_US & TICKS_MASK;
	uint64_t span = pace->per_us * TICKS_PER_US, step = span / pace->n;
	uint64_t seen = atomic_load(due), ahead;

	do {
		ahead = (seen - now) & TICKS_MASK;
		if (ahead > span)
			ahead = 0;
		if (ahead + step > span) {
			*wait_us = (ahead + step - span) / TICKS_PER_US + 1;
			return false;
		}
	} while (
	    !atomic_compare_exchange_weak(due, &seen, (now + ahead + step) & TICKS_MASK));
	*wait_us = 0;
	return true;
}

/* How far ahead of now it is; who is not at all can be forgotten first. */
static uint64_t
ahead_of(const struct entry *e, uint64_t now)
{
	uint64_t ahead = (atomic_load(&e->due) - now) & TICKS_MASK;

	return ahead > TICKS_MASK / 2 ? 0 : ahead;
}

/* The source's entry, or another one's that is forgotten. */
static struct entry *
entry_of(struct census *c, uint64_t source, uint64_t now)
{
	struct entry *way = c->shared->entries +
	    (source >> OWNER_BITS) % (CENSUS_ENTRIES / CENSUS_WAYS) * CENSUS_WAYS;
	struct entry *best;
	uint64_t      seen;

	if (source == 0) /* is nobody's */
		source = 1;
	do {
		best = way;
		for (int i = 0; i < CENSUS_WAYS; i++)
			if (atomic_load(&way[i].source) == source)
				return &way[i];
		for (int i = 1; i < CENSUS_WAYS; i++)
			if (ahead_of(&way[i], now) < ahead_of(best, now))
				best = &way[i];
		seen = atomic_load(&best->source);
		/* In this order nobody is left with another's debt. */
		atomic_store(&best->due, now);
	} while (!atomic_compare_exchange_strong(&best->source, &seen, source));
	return best;
}

bool
census_come(
    struct census *c, uint64_t source, const struct pace *pace, unsigned long long now_us)
{
	unsigned long long wait_us;

	return may_come(&entry_of(c, source, now_us * TICKS_PER_US & TICKS_MASK)->due,
	    pace, now_us, &wait_us);
}

unsigned long long
census_take(struct census *c, const struct pace *pace, unsigned long long now_us)
{
	unsigned long long wait_us;

	(void)may_come(&c->shared->due, pace, now_us, &wait_us);
	return wait_us;
}

void
census_give_back(struct census *c, const struct pace *pace)
{
	uint64_t step = pace->per_us * TICKS_PER_US / pace->n;
	uint64_t seen = atomic_load(&c->shared->due);

	while (!atomic_compare_exchange_weak(
	    &c->shared->due, &seen, (seen - step) & TICKS_MASK))
		;
}
