/* SPDX-License-Identifier: MIT */
/* stop.h - the end of all services: no new client, but none lost that is there already */
#ifndef STOP_H
#define STOP_H

struct master;

/*
 * Clients that wait to be accepted when we are told to stop are connected as they see
 * it.  So the workers of each service get a last call: they go on until they have
 * accepted that many, while the kernel lets next to nobody in any more.  It is part of
 * the time to drain.
 */
void stop_begin(struct master *);

/* Where the last call is over: close the listeners and tell the workers to leave. */
void stop_check(struct master *);

/* When to look whether it is, CLOCK_MONOTONIC. */
unsigned long long stop_look_again_ms(const struct master *);

/* No last call, no drain. */
void stop_at_once(struct master *);

#endif
