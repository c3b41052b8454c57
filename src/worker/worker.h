/* SPDX-License-Identifier: MIT */
/* worker.h - a process of one service: accepts and serves until it must leave */
#ifndef WORKER_H
#define WORKER_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct orders;
struct service_conf;
struct slot;
struct sockd_shared;

/* A service has no more; each of its workers polls them all. */
#define WORKER_LISTENERS_MOST 256

/* What the master hands to a worker; all of it outlives the worker. */
struct worker_job {
	const struct service_conf *service;
	const int                 *listener_fds;
	const bool                *are_datagram;  /* for each of these */
	const bool                *pass_waits_on; /* its timeouts, to connections */
	int                        n_listeners;
	int                        lifeline_fd; /* read end */
	int                 gate_fd; /* accept nothing before its end of file; or -1 */
	int                 news_fd; /* write end: "look at the slots" */
	struct slot        *slot;
	struct slot_status *status;
	const struct slot  *slots; /* of all its service's workers */
	struct orders      *orders;
	struct census      *census; /* NULL: no limit needs it */
	const struct sockd_shared
	     *shared; /* the handler's; memory is NULL if it wants none */
	pid_t master;
	bool  is_daemon; /* nobody reads standard error for long */
};

/*
 * Be the worker, in a process just forked with every signal blocked.  Does not return:
 * the exit status is 0 if the worker left as asked, or a sysexits(3) code.
 */
void worker_run(const struct worker_job *) __attribute__((noreturn));

#endif
