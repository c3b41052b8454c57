/* SPDX-License-Identifier: MIT */
/* scoreboard.c - shared memory of one service: a slot per worker, written by it alone */
#include "common/scoreboard.h"

#include <string.h>
#include <sys/mman.h>

/* Only its worker writes to a slot, so no read-modify-write is needed. */
#define SET(field, value) atomic_store_explicit(&(field), (value), memory_order_relaxed)
#define GET(field)        atomic_load_explicit(&(field), memory_order_relaxed)

struct slot *
scoreboard_create(void)
{
	void *p = mmap(NULL, (SCOREBOARD_SLOTS + 1) * sizeof(struct slot),
	    PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	return p == MAP_FAILED ? NULL : p;
}

void
scoreboard_destroy(struct slot *slots)
{
	if (slots != NULL)
		munmap(slots, (SCOREBOARD_SLOTS + 1) * sizeof *slots);
}

void
slot_clear(struct slot *slot)
{
	memset(slot, 0, sizeof *slot);
}

void
slot_set_state(struct slot *slot, enum slot_state state, unsigned long long now_ms)
{
	SET(slot->since_ms, now_ms);
	SET(slot->state, (int)state);
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
	static const char *const names[] = { "starting", "idle", "busy" };

	return state >= 0 && state < 3 ? names[state] : "?";
}
