/* SPDX-License-Identifier: MIT */
/* spawn.h - start workers and take note of those that died */
#ifndef SPAWN_H
#define SPAWN_H

#include <sys/types.h>

struct master;
struct service;

/* Start a worker in a free slot.  -1 with errno. */
int spawn_worker(struct master *, struct service *);

/*
 * A worker of the service has ended with this status of waitpid(2): log it, count it,
 * and set when the next may start.
 */
void spawn_note_death(struct service *, pid_t, int wait_status);

#endif
