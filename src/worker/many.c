/* SPDX-License-Identifier: MIT */
/* many.c - a worker that serves many connections at a time: its loop */
#include "worker/many.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sysexits.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/log.h"
#include "common/scoreboard.h"
#include "config/settings.h"
#include "worker/accept.h"
#include "worker/admission.h"
#include "worker/balance.h"
#include "worker/board.h"
#include "worker/datagram.h"
#include "worker/leave.h"
#include "worker/visit.h"
#include "worker/worker.h"

/* Taken from the kernel at a time; and from a listener, before others are looked after. */
#define EVENTS_MOST 64
#define TAKE_MOST   16

/* A worker that has more than others leaves clients to them for so long, doubling. */
#define ABOVE_FIRST_MS 10
#define ABOVE_MOST_MS  160

struct many {
	const struct worker_job *job;
	struct board            *board;
	struct visits            visits;
	struct source            listeners[WORKER_LISTENERS_MOST], lifeline, wake;
	int                      epoll_fd, wake_fd;
	bool                     listening;
	bool                     is_over;      /* and it never will again */
	bool                     told_all;     /* who wait, that the worker must leave */
	unsigned long long       listen_at_ms; /* not before */
	unsigned long long above_until_ms; /* nor before, while it has more than others */
	int      limited_n; /* connections it had when a limit let clients wait */
	unsigned above_ms;  /* its last wait as it had more than others */
};

static void __attribute__((noreturn)) give_up(const struct many *m, const char *what)
{
	log_error("%s: cannot %s: %m", m->job->service->name, what);
	exit(EX_OSERR);
}

static int
watch(const struct many *m, int how, int fd, uint32_t events, struct source *source)
{
	struct epoll_event e = { .events = events, .data.ptr = source };

	return epoll_ctl(m->epoll_fd, how, fd, &e);
}

/*
 * Of the workers that wait for it only one is woken for a client.  So whoever was woken
 * must take one or find nobody there, also when it stops to listen: else a client waits
 * until the next one comes.
 */
static void
set_listening(struct many *m, bool listening)
{
	if (m->listening == listening)
		return;
	m->listening = listening;
	for (int i = 0; i < m->job->n_listeners; i++)
		if (watch(m, listening ? EPOLL_CTL_ADD : EPOLL_CTL_DEL,
			m->job->listener_fds[i], EPOLLIN | EPOLLEXCLUSIVE,
			&m->listeners[i]) != 0)
			give_up(m, "watch its listeners");
}

static void
rest(struct many *m, unsigned long long ms)
{
	m->listen_at_ms = clock_ms() + ms;
	m->limited_n = 0; /* it is for another reason now */
	set_listening(m, false);
}

/* The service has reached a limit of its own, and clients are to wait; false if not. */
static bool
lets_wait(struct many *m, int listener)
{
	unsigned long long ms = admission_take(m->visits.admission,
	    m->job->listener_fds[listener], m->job->are_datagram[listener]);

	if (ms == 0)
		return false;
	rest(m, ms);
	m->limited_n = m->board->n;
	return true;
}

/* One more, if a client is there; false if that was all for now. */
static bool
take_connection(struct many *m, int listener)
{
	enum accept_result result;

	if (lets_wait(m, listener))
		return false;
	if (visits_prepare(&m->visits))
		result = accept_try(m->job, listener, &m->visits.conn);
	else
		result = accept_judge(m->job, listener);
	if (result == ACCEPT_REST)
		rest(m, ACCEPT_REST_MS);
	if (result != ACCEPT_GOT || !visits_begin(&m->visits))
		admission_give_back(m->visits.admission);
	return result == ACCEPT_GOT;
}

static bool
take_datagram(struct many *m, int listener)
{
	long long rest_ms;

	if (lets_wait(m, listener))
		return false;
	if (datagram_serve(m->job->listener_fds[listener], m->job->lifeline_fd,
		m->visits.self, m->visits.admission, &rest_ms)) {
		accept_succeeded();
		if (rest_ms > m->visits.rest_ms)
			m->visits.rest_ms = rest_ms;
		return true;
	}
	admission_give_back(m->visits.admission);
	if (accept_judge(m->job, listener) == ACCEPT_REST)
		rest(m, ACCEPT_REST_MS);
	return false;
}

/* There are workers that have clearly fewer, and they are to have the next ones. */
static bool
is_above(const struct many *m)
{
	return balance_is_above(m->job->slots, m->job->orders, m->job->slot, m->board->n);
}

static bool
has_room(const struct many *m)
{
	return m->board->n < m->board->most;
}

static void
take(struct many *m, int listener)
{
	bool is_datagram = m->job->are_datagram[listener], more = true;

	for (int i = 0; i < TAKE_MOST && more && has_room(m) && m->visits.rest_ms == 0;
	     i++) {
		more = is_datagram ? take_datagram(m, listener) :
				     take_connection(m, listener);
		if (more && !is_datagram && is_above(m))
			break;
	}
}

static void
take_all(struct many *m)
{
	for (int i = 0; i < m->job->n_listeners; i++) {
		if (m->listeners[i].arrived && has_room(m))
			take(m, i);
		m->listeners[i].arrived = false;
	}
}

/* True if at one of them a client waits. */
static bool
look_at_listeners(struct many *m)
{
	struct pollfd p[WORKER_LISTENERS_MOST];
	nfds_t        n = (nfds_t)m->job->n_listeners;
	bool          any = false;

	for (nfds_t i = 0; i < n; i++)
		p[i] = (struct pollfd){ .fd = m->job->listener_fds[i], .events = POLLIN };
	if (poll(p, n, 0) <= 0)
		return false;
	for (nfds_t i = 0; i < n; i++) {
		m->listeners[i].arrived = p[i].revents != 0;
		any |= m->listeners[i].arrived;
	}
	return any;
}

/*
 * Wait for clients, or leave them to others?  Who has more than others, and finds that a
 * client waits all the same, takes it.
 */
static void
decide_to_listen(struct many *m, unsigned long long now_ms)
{
	if (m->is_over || !has_room(m)) {
		set_listening(m, false);
		return;
	}
	if (m->board->n < m->limited_n) /* one of them made room */
		m->listen_at_ms = 0;
	if (now_ms < m->listen_at_ms)
		return;
	m->limited_n = 0;
	if (!is_above(m)) {
		m->above_ms = 0;
		m->above_until_ms = 0;
		set_listening(m, true);
		return;
	}
	if (now_ms < m->above_until_ms)
		return;
	set_listening(m, false);
	if (look_at_listeners(m))
		take_all(m);
	m->above_ms = m->above_ms == 0 ? ABOVE_FIRST_MS : 2 * m->above_ms;
	if (m->above_ms > ABOVE_MOST_MS)
		m->above_ms = ABOVE_MOST_MS;
	m->above_until_ms = now_ms + m->above_ms;
}

/* No client any more; and who is served hears by when that must be over. */
static void
leave(struct many *m)
{
	if (!m->is_over) {
		set_listening(m, false);
		if (look_at_listeners(m))
			take_all(m);
		m->is_over = true;
		leave_stop_accepting();
	}
	if (leave_asked() && !m->told_all) {
		m->told_all = true;
		visits_wake_all(&m->visits);
	}
}

/* By a signal: the worker must leave; or another one died and may have left a client. */
static void
woken(struct many *m)
{
	uint64_t n;

	(void)!read(m->wake_fd, &n, sizeof n);
	if (m->listening)
		(void)look_at_listeners(m);
}

static void
act_on(struct many *m, struct source *source, unsigned events)
{
	switch (source->kind) {
	case SOURCE_LISTENER:
		source->arrived = true;
		break;
	case SOURCE_LIFELINE:
		leave_if_cut(m->job->lifeline_fd);
		break;
	case SOURCE_WAKE:
		woken(m);
		break;
	case SOURCE_VISIT:
		visits_go_on(source, events);
		break;
	case SOURCE_OTHERS:
		visits_go_on_with_others(source);
		break;
	}
}

static int
wait_ms(const struct many *m, unsigned long long now_ms)
{
	unsigned long long at_ms = visits_next_ms(&m->visits, now_ms);

	if (!m->listening && !m->is_over && has_room(m)) {
		unsigned long long next_ms = m->listen_at_ms > m->above_until_ms ?
		    m->listen_at_ms :
		    m->above_until_ms;

		if (next_ms < at_ms)
			at_ms = next_ms;
	}
	return clock_poll_ms(now_ms, at_ms);
}

static void
look_after_all(struct many *m)
{
	struct epoll_event events[EVENTS_MOST];
	int                n;

	slot_wait(m->board->slot);
	n = epoll_wait(m->epoll_fd, events, EVENTS_MOST, wait_ms(m, clock_ms()));
	slot_work(m->board->slot, NULL);
	if (n == -1 && errno != EINTR)
		give_up(m, "wait for its sockets");
	m->visits.events = events;
	m->visits.n_events = n;
	for (int i = 0; i < n; i++)
		if (events[i].data.ptr != NULL)
			act_on(m, events[i].data.ptr, events[i].events);
	m->visits.n_events = 0;
	visits_end_waits(&m->visits, clock_ms());
	if (leave_is_due())
		leave(m);
	if (m->visits.rest_ms > 0)
		rest(m, (unsigned long long)m->visits.rest_ms);
	m->visits.rest_ms = 0;
	take_all(m);
	visits_resume_ready(&m->visits);
	decide_to_listen(m, clock_ms());
}

void
many_run(const struct worker_job *job, void *self, struct board *board,
    struct admission *admission)
{
	static struct many m;

	m.job = job;
	m.board = board;
	m.lifeline.kind = SOURCE_LIFELINE;
	m.wake.kind = SOURCE_WAKE;
	m.epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	m.wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (m.epoll_fd == -1 || m.wake_fd == -1 ||
	    watch(&m, EPOLL_CTL_ADD, m.wake_fd, EPOLLIN, &m.wake) != 0 ||
	    watch(&m, EPOLL_CTL_ADD, job->lifeline_fd, EPOLLET, &m.lifeline) != 0)
		give_up(&m, "wait for its sockets");
	visits_init(&m.visits, job, self, board, admission, m.epoll_fd);
	leave_by_waking(m.wake_fd);
	if (leave_is_due()) /* by a signal that came before */
		leave(&m);
	decide_to_listen(&m, clock_ms());
	while (!m.is_over || board->n > 0)
		look_after_all(&m);
	visits_finish(&m.visits);
}
