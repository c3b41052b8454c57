/* SPDX-License-Identifier: MIT */
/* scoreboard.h - shared memory of one service: a slot per worker, written by it alone */
#ifndef SCOREBOARD_H
#define SCOREBOARD_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

/* Slots a service has; also the most workers it can have. */
#define SCOREBOARD_SLOTS 1024

/* One slot more is the master's: since_ms is when those must be gone who leave, 0 if unset. */
#define SCOREBOARD_ORDERS SCOREBOARD_SLOTS

enum slot_state { SLOT_STARTING, SLOT_IDLE, SLOT_BUSY };

/*
 * A cache line or two of its own, so that workers do not slow each other.  The master
 * takes every value for what it is, a claim: it copies once and trusts no range.  Workers
 * of one service can write to each other's slots and to the orders: a lie there shortens
 * or lengthens what they serve, within the deadlines that the master keeps for itself.
 */
struct slot {
	_Atomic int                state;   /* enum slot_state */
	_Atomic bool               leaving; /* will accept nothing any more */
	_Atomic unsigned long long served;  /* connections and datagrams finished */
	_Atomic unsigned long long in, out; /* bytes */
	_Atomic unsigned long long
	    dropped; /* clients gone before accept, datagrams refused */
	_Atomic unsigned long long since_ms; /* of the state, CLOCK_MONOTONIC */
} __attribute__((aligned(128)));

struct slot *scoreboard_create(void); /* NULL with errno */
void         scoreboard_destroy(struct slot *);
void         slot_clear(struct slot *);

/* What the worker tells about itself. */
void slot_set_state(struct slot *, enum slot_state, unsigned long long now_ms);
void slot_count(struct slot *, unsigned long long in, unsigned long long out);
void slot_count_dropped(struct slot *);

/* "starting", "idle", "busy", or "?" for what cannot be. */
const char *slot_state_name(int state);

#endif
