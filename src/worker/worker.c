/* SPDX-License-Identifier: MIT */
/* worker.c - a process of one service: accepts and serves until it must leave */
#include "worker/worker.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/io.h"
#include "common/log.h"
#include "common/proctitle.h"
#include "common/scoreboard.h"
#include "config/settings.h"
#include "config/workers.h"
#include "sockd.h"
#include "worker/accept.h"
#include "worker/admission.h"
#include "worker/board.h"
#include "worker/conn.h"
#include "worker/datagram.h"
#include "worker/keep.h"
#include "worker/leave.h"
#include "worker/linger.h"
#include "worker/many.h"
#include "worker/sandbox.h"

/* How often to look at least whether to leave, where a worker takes nobody, ms. */
#define LOOK_AGAIN_MS 1000

struct worker {
	struct board                board;
	struct admission            admission;
	const struct worker_job    *job;
	const struct sockd_handler *handler;
	void                       *self;     /* the handler's */
	int                         listener; /* the last one that had something */
	int                         null_fd;  /* /dev/null may be out of reach later */
};

/*
 * The master's signals are not ours; ^C on its terminal is not for us either.  SIGTERM and
 * SIGUSR1 wait until leave.c has use for them.
 */
static void
signals_init(void)
{
	static const int ignored[] = { SIGHUP, SIGINT, SIGQUIT, SIGPIPE, SIGUSR2, SIGTTIN,
		SIGTTOU, SIGTSTP };
	sigset_t         abort;

	for (size_t i = 0; i < sizeof ignored / sizeof *ignored; i++)
		signal(ignored[i], SIG_IGN);
	signal(SIGCHLD, SIG_DFL);
	signal(SIGWINCH, SIG_DFL);
	/* Who hangs before it is ready is ended like others. */
	sigemptyset(&abort);
	sigaddset(&abort, SIGABRT);
	sigprocmask(SIG_UNBLOCK, &abort, NULL);
}

static bool
serves_many(const struct worker_job *job)
{
	return job->service->workers.connections > 1;
}

/* What others need, above all the write ends of lifelines, must not live on in us. */
static void
close_others(const struct worker_job *job)
{
	int *keep = calloc((size_t)job->n_listeners + 6, sizeof *keep), n = 0;

	if (keep == NULL)
		exit(EX_OSERR);
	for (int i = 0; i < job->n_listeners; i++)
		keep[n++] = job->listener_fds[i];
	keep[n++] = job->lifeline_fd;
	keep[n++] = job->gate_fd;
	keep[n++] = job->news_fd;
	keep[n++] = log_socket();
	keep[n++] = job->shared->lock_fd;
	keep[n++] = job->shared->event_fd;
	if (io_close_others(keep, (size_t)n) != 0) {
		log_error(
		    "%s: cannot close what belongs to others: %m", job->service->name);
		exit(EX_OSERR);
	}
	free(keep);
}

static int
status_of(int error)
{
	return error == EPERM || error == EACCES ? EX_NOPERM : EX_OSERR;
}

static void
open_handler(struct worker *w)
{
	const struct service_conf *service = w->job->service;

	if ((w->handler->open == NULL ||
		w->handler->open(service->options, &w->self) == 0) &&
	    (w->job->shared->memory == NULL ||
		w->handler->share(w->self, w->job->shared) == 0))
		return;
	log_error("%s: cannot open the handler %s: %m", service->name, w->handler->name);
	exit(status_of(errno));
}

/* Be who the service says, or be no more. */
static void
enter_sandbox(const struct worker_job *job)
{
	const char *step, *object;

	if (sandbox_enter(job->service, job->master, &step, &object) == 0)
		return;
	log_error("%s: cannot %s%s%s: %m; no worker without it", job->service->name, step,
	    object[0] != '\0' ? " " : "", object);
	exit(status_of(errno));
}

static void
worker_init(struct worker *w, const struct worker_job *job)
{
	sigset_t none;

	w->job = job;
	w->handler = job->service->handler;
	w->self = NULL;
	w->listener = 0;
	board_init(&w->board, job->slot, job->slots, job->orders, job->news_fd,
	    (int)job->service->workers.connections, job->service->workers.recycle);
	signals_init();
	log_set_one_service();
	close_others(job);
	proctitle_set("worker %s", job->service->name);
	w->null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (w->null_fd == -1 ||
	    leave_init(job->listener_fds, job->n_listeners, w->null_fd, job->slot,
		job->orders, job->news_fd, job->service->timeouts.drain) != 0) {
		log_error("%s: cannot prepare to leave: %m", job->service->name);
		exit(EX_OSERR);
	}
	admission_init(&w->admission, job->service, job->census, &w->board);
	open_handler(w);
	enter_sandbox(job);
	/* Until here a master that is gone could not tell us; now the lifeline does. */
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	leave_if_cut(job->lifeline_fd);
}

static void
tell_ready(struct worker *w)
{
	if (workers_stop_together(w->job->service))
		board_needed(&w->board, true);
	else
		board_ready(&w->board);
	log_set_echo(false);
	for (int fd = STDIN_FILENO;
	     fd <= (w->job->is_daemon ? STDERR_FILENO : STDIN_FILENO); fd++)
		(void)io_replace(fd, w->null_fd);
}

/* Until all are ready the old workers serve alone: they may have to go on. */
static void
wait_at_gate(const struct worker_job *job)
{
	struct pollfd p = { .fd = job->gate_fd };

	if (job->gate_fd == -1)
		return;
	while (!leave_is_due() && poll(&p, 1, -1) == -1 && errno == EINTR)
		;
	close(job->gate_fd);
	leave_if_cut(job->lifeline_fd);
}

/* Take nobody for so long. */
static void
rest(const struct worker *w, long long ms)
{
	unsigned long long now_ms = clock_ms(), end_ms = now_ms + (unsigned long long)ms;

	for (; now_ms < end_ms && !leave_is_due(); now_ms = clock_ms())
		leave_wait(w->job->lifeline_fd,
		    end_ms - now_ms < LOOK_AGAIN_MS ? (int)(end_ms - now_ms) :
						      LOOK_AGAIN_MS);
}

/* The service has reached a limit of its own, and clients are to wait; false if not. */
static bool
lets_wait(struct worker *w)
{
	unsigned long long ms;

	ms = admission_take(&w->admission, w->job->listener_fds[w->listener],
	    w->job->are_datagram[w->listener]);
	if (ms == 0)
		return false;
	/* It may be another limit by then. */
	rest(w, ms < LOOK_AGAIN_MS ? (long long)ms : LOOK_AGAIN_MS);
	return true;
}

static void
serve_connection(struct worker *w)
{
	struct sockd_conn  conn;
	enum sockd_end     end;
	long               mark;
	int                saved_errno;
	unsigned long long began_ms = clock_ms();

	if (accept_client(w->job, w->listener, &conn) != 0) {
		/* Another worker was quicker, or we rest: not with what is not ours. */
		saved_errno = errno;
		linger_look(LINGER_MOST, began_ms);
		admission_give_back(&w->admission);
		errno = saved_errno;
		accept_failed(w->job, w->listener, began_ms);
		return;
	}
	if (!admission_enter(&w->admission, conn.fd, &conn.peer, &mark)) {
		admission_give_back(&w->admission);
		return;
	}
	slot_work(w->board.slot, &conn.peer);
	conn_init(&conn, w->job->service, w->job->lifeline_fd, &w->board);
	board_begin(&w->board, conn.began_us / 1000);
	end = w->handler->serve(w->self, &conn);
	conn_finish(&conn, end, &w->board);
	admission_leave(&w->admission, mark);
	linger_look(linger_is_crowded() ? 2 : 1, clock_ms());
	slot_wait(w->board.slot);
	if (conn.rest_ms > 0)
		rest(w, conn.rest_ms);
}

static void
serve_datagram(struct worker *w)
{
	unsigned long long began_ms = clock_ms();
	long long          rest_ms;

	if (datagram_serve(w->job->listener_fds[w->listener], w->job->lifeline_fd,
		w->self, &w->admission, &rest_ms)) {
		accept_succeeded();
		slot_wait(w->board.slot);
		if (rest_ms > 0)
			rest(w, rest_ms);
	} else {
		admission_give_back(&w->admission);
		accept_failed(w->job, w->listener, began_ms);
	}
}

static void
serve_next(struct worker *w)
{
	enum arrival what = accept_wait(w->job, &w->listener);

	if (what == ARRIVED_NONE)
		linger_look(LINGER_MOST, clock_ms());
	if (what != ARRIVED_NONE && lets_wait(w))
		return;
	switch (what) {
	case ARRIVED_CONNECTION:
		serve_connection(w);
		break;
	case ARRIVED_DATAGRAM:
		serve_datagram(w);
		break;
	case ARRIVED_NONE:
		break;
	}
}

/* A program that takes clients is ready when it does: it cannot wait at the gate. */
static void
on_program_ready(void *worker)
{
	struct worker *w = worker;

	tell_ready(w);
	if (workers_keep(w->job->service) == SOCKD_KEEPS_ONE)
		wait_at_gate(w->job);
}

static void
serve_all(struct worker *w)
{
	tell_ready(w);
	wait_at_gate(w->job);
	if (serves_many(w->job))
		many_run(w->job, w->self, &w->board, &w->admission);
	while (!leave_is_due())
		serve_next(w);
	linger_finish(leave_deadline_ms());
}

void
worker_run(const struct worker_job *job)
{
	struct worker w;
	int           status = 0;

	worker_init(&w, job);
	if (workers_keep(job->service) != SOCKD_KEEPS_NONE)
		status = keep_run(job, w.self, &w.board, on_program_ready, &w);
	else
		serve_all(&w);
	slot_work(w.board.slot, NULL);
	if (w.handler->close != NULL)
		w.handler->close(w.self);
	exit(status);
}
