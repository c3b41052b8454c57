/* SPDX-License-Identifier: MIT */
/* stop.h - the end of all services */
#ifndef STOP_H
#define STOP_H

struct master;

/* Nobody is accepted any more but who waits already; workers drain, then sockd ends. */
void stop_begin(struct master *);

/* No last call, no drain. */
void stop_at_once(struct master *);

#endif
