/* SPDX-License-Identifier: MIT */
/* admission.h - who is served, before the handler sees a byte */
#ifndef ADMISSION_H
#define ADMISSION_H

#include <stdbool.h>

struct address;
struct admission;
struct board;
struct census;
struct service_conf;

/* How often to look again whether the service has room, where nothing tells. */
#define ADMISSION_REST_MS 50

/* Has the service limits of its own, over which clients wait in the queue? */
bool admission_lets_wait(const struct service_conf *);

/*
 * For a worker; census may be NULL if no limit of the service needs one.  Ends the process
 * without memory.
 */
void admission_init(
    struct admission *, const struct service_conf *, struct census *, struct board *);

/*
 * Before a client or a datagram is taken from a listener: 0 if it may be, or for how long to
 * leave the queue alone, ms, as the service's own limits say, if it has any.  If none was
 * there then after all, admission_give_back().
 */
unsigned long long admission_take(struct admission *, int listener_fd, bool is_datagram);
void               admission_give_back(struct admission *);

/*
 * May this one be served, which came as fd?  If so it is marked, for admission_leave() after
 * its end.  If not, that is logged and counted, it got its answer, and fd is closed.
 */
bool admission_enter(struct admission *, int fd, const struct address *peer, long *mark);
void admission_leave(struct admission *, long mark);

/* The same for a datagram; fd stays. */
bool admission_hear(struct admission *, const struct address *peer);

/* What a worker knows of it. */
struct admission {
	const struct service_conf *service;
	struct census             *census;
	struct board              *board;
	struct rules_index        *rules; /* NULL: there are none */
	int                        pid;
	bool                       has_token; /* of limits.rate, not used yet */
};

#endif
