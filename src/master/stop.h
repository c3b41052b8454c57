/* SPDX-License-Identifier: MIT */
/* stop.h - the end of all services: no new client, but none lost that is there already */
#ifndef STOP_H
#define STOP_H

struct master;

/*
 * Clients that wait to be accepted when we are told to stop are connected as they see
 * it, so the workers go on until they have accepted that many, while the kernel lets
 * next to nobody in any more.
 */
struct last_call {
	unsigned long long until_ms;
	unsigned long long accepted; /* when it began */
	unsigned long long waiting;  /* clients, then */
};

/* Give the last call. */
void stop_begin(struct master *);

/* If it is over: close the listeners and tell the workers to leave. */
void stop_check(struct master *);

/* When to look whether it is, CLOCK_MONOTONIC. */
unsigned long long stop_look_again_ms(const struct master *);

/* No last call, no drain. */
void stop_at_once(struct master *);

#endif
