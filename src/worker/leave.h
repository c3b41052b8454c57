/* SPDX-License-Identifier: MIT */
/* leave.h - how a worker hears that it must leave, without a race and without a poll */
#ifndef LEAVE_H
#define LEAVE_H

#include <stdbool.h>

struct orders;
struct pollfd;
struct slot;

/*
 * From now on SIGTERM, which the master sends and the kernel does when the master is
 * gone, makes the worker leave: /dev/null takes the place of every listener, so that an
 * accept that waits, or begins later, returns; the slot says so and the master is told.
 * After that a signal comes every LEAVE_POKE_MS, so that no other wait misses it.
 * SIGUSR1 makes it leave too, but only when it has served what it serves, without a
 * deadline: it retires.
 * null_fd is open on /dev/null; listener_fds must stay valid.  -1 with errno.
 */
#define LEAVE_POKE_MS 100
int leave_init(const int *listener_fds, int n, int null_fd, struct slot *,
    const struct orders *, int news_fd, long long drain_ms);

/*
 * For a worker that waits for many things: from now on the signals, SIGALRM too, only
 * write to this eventfd, and it is for who waits for that to take the listeners away.
 */
void leave_by_waking(int wake_fd);
void leave_stop_accepting(void);

bool leave_asked(void);  /* with a deadline */
bool leave_is_due(void); /* accept nothing any more: asked, or retired */

/* When what is being served must end; CLOCK_NEVER_MS while nobody asked. */
unsigned long long leave_deadline_ms(void);

/* Wait for so long; not if the worker must leave, and no longer if it must then. */
void leave_wait(int lifeline_fd, int ms);

/*
 * Wait for the n descriptors of p, which has room for one more, and say on the slot that this
 * is no work.  1 if one of them is ready, 0 after ms or if it is to be tried again, as the
 * worker may have to leave; -1 with errno.
 */
int leave_poll(struct slot *, int lifeline_fd, struct pollfd *p, int n, int ms);

/* Has the lifeline been closed?  Then leave, as if the signal had come. */
void leave_if_cut(int lifeline_fd);

#endif
