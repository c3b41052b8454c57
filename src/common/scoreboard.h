/* SPDX-License-Identifier: MIT */
/* scoreboard.h - shared memory of one service: a slot per worker, written by it alone */
#ifndef SCOREBOARD_H
#define SCOREBOARD_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

/* Slots a service has; also the most workers it can have. */
#define SCOREBOARD_SLOTS 1024

/* An address of the Internet, or the family of another one. */
#define SLOT_PEER_WORDS 4

/* What a program says of itself, with its NUL, in words. */
#define SLOT_STATUS_WORDS 8
#define SLOT_STATUS_TEXT  (SLOT_STATUS_WORDS * sizeof(unsigned long long))

/* A worker that has room for one more connection is idle as far as its pool is concerned. */
enum slot_state { SLOT_FREE, SLOT_STARTING, SLOT_IDLE, SLOT_BUSY };

/*
 * A cache line or two of its own, so that workers do not slow each other.  The master
 * takes every value for what it is, a claim: it copies once and trusts no range.  Workers
 * of one service can write to each other's slots and to the orders: a lie there shortens
 * or lengthens what they serve, within the deadlines that the master keeps for itself.
 */
struct slot {
	_Atomic int state;       /* enum slot_state */
	_Atomic int connections; /* that it serves now */
	_Atomic int leaving;     /* will accept nothing any more */
	_Atomic int worn;        /* has served so much that it wants to be replaced */
	_Atomic unsigned long long served;  /* connections and datagrams finished */
	_Atomic unsigned long long in, out; /* bytes */
	_Atomic unsigned long long
	    dropped; /* clients gone before accept, datagrams refused */
	_Atomic unsigned long long refused;  /* clients and datagrams, by admission */
	_Atomic unsigned long long since_ms; /* of the state, CLOCK_MONOTONIC */
	_Atomic int      claims; /* connections, and one that it is about to take */
	_Atomic unsigned turn;   /* odd while it works, even while it waits */
	_Atomic unsigned long long peer[SLOT_PEER_WORDS]; /* whom it works for */
} __attribute__((aligned(128)));

/*
 * What all of them and the master share.  A worker that becomes busy writes a byte to the
 * news if fewer than low are idle by then, and nobody has since the master looked last.
 * The master counts by the slots; idle only tells when to, and is too low at worst.
 */
struct orders {
	_Atomic unsigned long long
		    end_ms; /* when those must be gone who leave; 0: unset */
	_Atomic int low;    /* 0: nothing to tell, and idle is not kept */
	_Atomic int idle;
	_Atomic int n_slots; /* the master's: none is used behind so many */
	_Atomic int told;    /* that idle is below low */
	_Atomic unsigned long long
	    quiet_until_ms; /* about clients that wait by a limit of the service */
} __attribute__((aligned(128)));

/* What the program of a worker says of itself; few have one, so it is not in the slot. */
struct slot_status {
	_Atomic unsigned long long words[SLOT_STATUS_WORDS];
};

struct scoreboard {
	struct slot        slots[SCOREBOARD_SLOTS];
	struct orders      orders;
	struct slot_status statuses[SCOREBOARD_SLOTS];
};

struct address;

struct scoreboard *scoreboard_create(void); /* NULL with errno */
void               scoreboard_destroy(struct scoreboard *);

/* For a new worker, which works until it says that it waits; and when it is gone. */
void slot_clear(struct slot *);
void slot_free(struct slot *);

/* Does its worker serve, and will it go on? */
bool slot_is_accepting(const struct slot *);

/* What the worker tells about itself. */
void slot_set_state(struct slot *, enum slot_state, unsigned long long now_ms);

void slot_set_connections(struct slot *, int n, unsigned long long now_ms);

/* The state of one that serves by turns; is it time to write news? */
bool slot_set_busy(struct slot *, struct orders *);
void slot_set_idle(struct slot *, struct orders *);
void slot_count(struct slot *, unsigned long long in, unsigned long long out);
void slot_count_dropped(struct slot *);
void slot_count_refused(struct slot *);

/* What it claims of what its service may have together; of all slots. */
void slot_set_claims(struct slot *, int n);

/* How many slots to look at, whatever a worker has written there; what they add up to. */
int       orders_n_slots(const struct orders *);
long long slots_count_claims(const struct slot *, const struct orders *);
long long slots_count_connections(const struct slot *, const struct orders *);

/*
 * The worker works from now on, for this peer if it is not NULL, and each time that is a
 * sign of life; or it waits, for clients or for its client.
 */
void slot_work(struct slot *, const struct address *peer);
void slot_wait(struct slot *);

/* Cut to what there is room for; text has room for SLOT_STATUS_TEXT bytes, any bytes. */
void slot_set_status(struct slot_status *, const char *text);
void slot_get_status(const struct slot_status *, char *text);

unsigned slot_turn(const struct slot *);
bool     slot_turn_is_work(unsigned turn);

/* Whom it worked for last; false if for nobody, or it is changing. */
bool slot_get_peer(const struct slot *, struct address *);

/*
 * The master's: from now on tell when fewer than low are idle.  How many are is counted by
 * its function, again if a worker changed meanwhile.
 */
void orders_watch(struct orders *, int low, int (*count_idle)(void *), void *);

/* "starting", "idle", "busy", or "?" for what a worker cannot be. */
const char *slot_state_name(int state);

#endif
