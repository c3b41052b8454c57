/* SPDX-License-Identifier: MIT */
/* keep.c - a worker whose program takes the clients by itself */
#include "worker/keep.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sysexits.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/log.h"
#include "common/program.h"
#include "common/scoreboard.h"
#include "config/settings.h"
#include "config/workers.h"
#include "sockd.h"
#include "worker/board.h"
#include "worker/leave.h"
#include "worker/worker.h"

struct sockd_keeper {
	const struct worker_job *job;
	struct board            *board;
	void (*on_ready)(void *arg);
	void              *arg;
	int                wake_fd, child_fd; /* a signal; the end of a child */
	bool               is_told;           /* that the worker must leave */
	bool               rests;
	unsigned long long end_ms; /* when it is told */
};

const int *
sockd_listeners(const struct sockd_keeper *k, size_t *n)
{
	*n = (size_t)k->job->n_listeners;
	return k->job->listener_fds;
}

/* Addresses of one endpoint have one name. */
const char *
sockd_listener_name(const struct sockd_keeper *k, size_t i)
{
	const struct service_conf *service = k->job->service;
	const struct listen_conf  *l = service->listens;

	while (l != NULL && i >= (size_t)l->n_addresses) {
		i -= (size_t)l->n_addresses;
		l = l->next;
	}
	return l != NULL && endpoint_is_inherited(&l->at) ? l->at.name : service->name;
}

void
sockd_keeper_ready(struct sockd_keeper *k)
{
	k->on_ready(k->arg);
}

/* By a signal, or the master is gone. */
static bool
is_due(struct sockd_keeper *k)
{
	uint64_t n;

	(void)!read(k->wake_fd, &n, sizeof n);
	leave_if_cut(k->job->lifeline_fd);
	if (k->is_told || !leave_is_due())
		return false;
	k->is_told = true;
	/* Who retires has no deadline of the master's. */
	k->end_ms = leave_deadline_ms();
	if (!leave_asked())
		k->end_ms =
		    clock_deadline_ms(clock_ms(), k->job->service->timeouts.drain);
	return true;
}

/* A program may start others and leave them to us for as long as it lives. */
static void
look_after_orphans(const struct sockd_keeper *k)
{
	struct signalfd_siginfo info;

	while (read(k->child_fd, &info, sizeof info) == sizeof info)
		;
	program_reap_orphans();
}

static int
wait_once(struct sockd_keeper *k, struct pollfd *p, int n, int ms)
{
	int result;

	p[n] = (struct pollfd){ .fd = k->wake_fd, .events = POLLIN };
	/* When it is cut that stays so: then it would be no wait. */
	p[n + 1] =
	    (struct pollfd){ .fd = k->is_told ? -1 : k->job->lifeline_fd, .events = 0 };
	p[n + 2] = (struct pollfd){ .fd = k->child_fd, .events = POLLIN };
	slot_wait(k->board->slot);
	result = poll(p, (nfds_t)n + 3, ms);
	slot_work(k->board->slot, NULL);
	if (result == -1)
		return errno == EINTR ? 0 : -1;
	if (p[n + 2].revents != 0)
		look_after_orphans(k);
	return result;
}

int
sockd_keeper_wait(struct sockd_keeper *k, const int *fds, int n, long long ms)
{
	struct pollfd      p[SOCKD_WAIT_MOST + 3];
	unsigned long long now_ms = clock_ms(), until_ms = CLOCK_NEVER_MS;

	if (ms >= 0)
		until_ms = now_ms + (unsigned long long)ms;
	for (;; now_ms = clock_ms()) {
		for (int i = 0; i < n; i++)
			p[i] = (struct pollfd){ .fd = fds[i], .events = POLLIN };
		if (is_due(k)) {
			errno = ECANCELED;
			return -1;
		}
		if (wait_once(k, p, n, clock_poll_ms(now_ms, until_ms)) == -1)
			return -1;
		for (int i = 0; i < n; i++)
			if (p[i].revents != 0)
				return 1;
		/* Who had retired may have a deadline now. */
		if (clock_ms() >= until_ms || (k->is_told && p[n].revents != 0))
			return 0;
	}
}

long long
sockd_keeper_left_ms(const struct sockd_keeper *k)
{
	unsigned long long now_ms = clock_ms(), end_ms = leave_deadline_ms();

	if (k->end_ms < end_ms)
		end_ms = k->end_ms;
	if (!k->is_told || end_ms == CLOCK_NEVER_MS)
		return -1;
	return end_ms > now_ms ? (long long)(end_ms - now_ms) : 0;
}

void
sockd_keeper_begin(struct sockd_keeper *k)
{
	board_begin(k->board, clock_ms());
}

void
sockd_keeper_end(struct sockd_keeper *k)
{
	board_end(k->board, 0, 0);
}

void
sockd_keeper_rest(struct sockd_keeper *k, bool rests)
{
	if (k->rests != rests)
		board_needed(k->board, !rests);
	k->rests = rests;
}

bool
sockd_keeper_may_rest(const struct sockd_keeper *k)
{
	return workers_min(k->job->service) == 0;
}

long long
sockd_keeper_hang_ms(const struct sockd_keeper *k)
{
	long long ms = k->job->service->timeouts.hang;

	return ms > 0 ? ms : 0;
}

void
sockd_keeper_status(struct sockd_keeper *k, const char *text)
{
	slot_set_status(k->job->status, text);
}

void
sockd_keeper_log(const struct sockd_keeper *k, int priority, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	log_about(k->job->service->name, priority, format, args);
	va_end(args);
}

int
keep_run(const struct worker_job *job, void *self, struct board *board,
    void (*on_ready)(void *arg), void *arg)
{
	struct sockd_keeper k = { .job = job,
		.board = board,
		.on_ready = on_ready,
		.arg = arg,
		.wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK),
		.child_fd = -1 };
	sigset_t            child;

	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	if (sigprocmask(SIG_BLOCK, &child, NULL) == 0)
		k.child_fd = signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK);
	if (k.wake_fd == -1 || k.child_fd == -1) {
		log_error("%s: cannot wait for its program: %m", job->service->name);
		return EX_OSERR;
	}
	leave_by_waking(k.wake_fd);
	return job->service->handler->keep(self, &k);
}
