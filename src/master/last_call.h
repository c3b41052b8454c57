/* SPDX-License-Identifier: MIT */
/* last_call.h - a service whose listeners go away: no new client, but none lost that waits */
#ifndef LAST_CALL_H
#define LAST_CALL_H

struct master;
struct service;

/*
 * Clients that wait to be accepted are connected as they see it.  So when sockd stops, or
 * a reload takes an endpoint away, the workers of the service go on until they have
 * accepted that many, while the kernel lets next to nobody in any more.  It is part of
 * the time to drain.
 *
 * Move the service, which is in no list, to m->closing.  It keeps only those of its
 * listeners that are not marked as used.
 */
void last_call_give(struct master *, struct service *);

/*
 * Keep only those listeners, and let nobody in any more; and the same for all in m->closing,
 * whose listeners others may have had meanwhile.
 */
void last_call_shut_door(struct service *);
void last_call_shut_doors(struct master *);

/* Where the last call is over: close the listeners and tell the workers to leave. */
void last_call_check(struct master *);

/* When to look whether it is, CLOCK_MONOTONIC. */
unsigned long long last_call_look_again_ms(const struct master *);

#endif
