/* SPDX-License-Identifier: MIT */
/* scoreboard.c - shared memory of one service: a slot per worker, written by it alone */
#include "common/scoreboard.h"

#include <string.h>
#include <sys/mman.h>

/* Only its worker writes to a slot, so no read-modify-write is needed. */
#define SET(field, value) atomic_store_explicit(&(field), (value), memory_order_relaxed)
#define GET(field)        atomic_load_explicit(&(field), memory_order_relaxed)

/* Who floods the hint with changes makes it wrong, no more. */
#define COUNTS_MOST 8

struct scoreboard *
scoreboard_create(void)
{
	void *p = mmap(NULL, sizeof(struct scoreboard), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	return p == MAP_FAILED ? NULL : p;
}

void
scoreboard_destroy(struct scoreboard *board)
{
	if (board != NULL)
		munmap(board, sizeof *board);
}

void
slot_clear(struct slot *slot)
{
	memset(slot, 0, sizeof *slot);
	SET(slot->state, SLOT_STARTING);
}

void
slot_free(struct slot *slot)
{
	SET(slot->state, SLOT_FREE);
}

bool
slot_is_accepting(const struct slot *slot)
{
	int state = GET(slot->state);

	return (state == SLOT_IDLE || state == SLOT_BUSY) && !GET(slot->leaving);
}

void
slot_set_state(struct slot *slot, enum slot_state state, unsigned long long now_ms)
{
	SET(slot->since_ms, now_ms);
	SET(slot->state, (int)state);
}

void
slot_set_connections(struct slot *slot, int n, unsigned long long now_ms)
{
	SET(slot->since_ms, now_ms);
	SET(slot->connections, n);
}

/* Nobody reckons with those who leave. */
static bool
is_counted(const struct slot *slot, const struct orders *o)
{
	return atomic_load(&o->low) > 0 && !GET(slot->worn) && !GET(slot->leaving);
}

/*
 * The order of the two steps, here and below, is such that a count between them, which
 * orders_watch() puts in place of idle, makes that too low and never too high.
 */
bool
slot_set_busy(struct slot *slot, struct orders *o)
{
	atomic_store(&slot->state, SLOT_BUSY);
	return is_counted(slot, o) && atomic_fetch_sub(&o->idle, 1) <= GET(o->low) &&
	    !GET(o->told) && !atomic_exchange(&o->told, 1);
}

void
slot_set_idle(struct slot *slot, struct orders *o)
{
	if (is_counted(slot, o))
		atomic_fetch_add(&o->idle, 1);
	atomic_store(&slot->state, SLOT_IDLE);
}

void
orders_watch(struct orders *o, int low, int (*count_idle)(void *), void *arg)
{
	int before;

	atomic_store(&o->told, 0);
	atomic_store(&o->low, low);
	for (int i = 0; low > 0 && i < COUNTS_MOST; i++) {
		before = atomic_load(&o->idle);
		if (atomic_compare_exchange_strong(&o->idle, &before, count_idle(arg)))
			return;
	}
	atomic_store(&o->idle, 0);
}

void
slot_count(struct slot *slot, unsigned long long in, unsigned long long out)
{
	SET(slot->served, GET(slot->served) + 1);
	SET(slot->in, GET(slot->in) + in);
	SET(slot->out, GET(slot->out) + out);
}

void
slot_count_dropped(struct slot *slot)
{
	SET(slot->dropped, GET(slot->dropped) + 1);
}

const char *
slot_state_name(int state)
{
	static const char *const names[] = { "?", "starting", "idle", "busy" };

	return state >= 0 && state < 4 ? names[state] : "?";
}
