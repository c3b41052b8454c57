/* SPDX-License-Identifier: MIT */
/* visit.h - connections that one worker serves by turns, each in a task of its own */
#ifndef VISIT_H
#define VISIT_H

#include <stdbool.h>

#include "worker/conn.h"
#include "worker/timers.h"

struct admission;
struct board;
struct epoll_event;
struct task;
struct visit;
struct worker_job;

/*
 * What an epoll event points at.  It is told once when a visit may go on; of the others
 * as long as it holds.
 */
struct source {
	enum {
		SOURCE_LISTENER,
		SOURCE_LIFELINE,
		SOURCE_WAKE,
		SOURCE_VISIT,
		SOURCE_OTHERS
	} kind;
	bool arrived; /* a client, at this listener */
};

struct visits {
	const struct worker_job *job;
	void                    *self; /* the handler's */
	struct board            *board;
	struct admission        *admission;
	int                      epoll_fd;
	struct epoll_event      *events; /* those that are being acted upon */
	int                      n_events;
	long long      rest_ms; /* one that is over wants no other to come for so long */
	struct visit  *all;
	struct visit  *ready; /* those that let others go first, in their order */
	struct visit **ready_end;
	struct timers  timers;
	/* The next one's: made beforehand, as a client that was accepted cannot wait. */
	struct task      *task;
	struct sockd_conn conn;
	long              mark; /* of admission */
};

void visits_init(struct visits *, const struct worker_job *, void *self, struct board *,
    struct admission *, int epoll_fd);
void visits_finish(struct visits *);

/* Get ready for one; false with errno. */
bool visits_prepare(struct visits *);

/*
 * Begin one, with what accept has put into conn; it has been served or waits then.  False
 * if it was refused.
 */
bool visits_begin(struct visits *);

/* The event of a visit, and of what else it waits for. */
void visits_go_on(struct source *, unsigned events);
void visits_go_on_with_others(struct source *);

/* Go on with those whose time has come; with those that let others go first; with all. */
void visits_end_waits(struct visits *, unsigned long long now_ms);
void visits_resume_ready(struct visits *);
void visits_wake_all(struct visits *);

/* When the next of these wants to go on, CLOCK_MONOTONIC; CLOCK_NEVER_MS. */
unsigned long long visits_next_ms(const struct visits *, unsigned long long now_ms);

/*
 * In the task of a connection, which waits while others are served: 1 if its descriptor may
 * be ready for the events (POLLIN, POLLOUT), 0 if that time has come or the worker must
 * leave, -1 with errno.
 */
int visit_wait(struct visit *, int fd, short events, unsigned long long end_ms);

/* The same for other descriptors, at most SOCKD_WAIT_MOST, which can be read then. */
int visit_wait_for(struct visit *, const int *fds, int n, unsigned long long end_ms);

/* By another one: the wait of this one ends, with 1. */
void visit_wake(struct visit *);

/* Its descriptor is about to be closed, but somebody else may have the socket, too. */
void visit_forget(struct visit *, int fd);

/* Has its peer closed, as far as it was told?  Then no more events need come. */
bool visit_is_hung_up(const struct visit *);

/* The others that can go on do so before it does. */
void visit_let_others(struct visit *);

#endif
