/* SPDX-License-Identifier: MIT */
/* visit.c - connections that one worker serves by turns, each in a task of its own */
#include "worker/visit.h"

#include <poll.h>
#include <stddef.h>
#include <sys/epoll.h>

#include "common/clock.h"
#include "common/scoreboard.h"
#include "config/settings.h"
#include "sockd.h"
#include "worker/admission.h"
#include "worker/board.h"
#include "worker/task.h"
#include "worker/worker.h"

/* Stacks are kept for the next connections, beside as many as are in use. */
#define STACKS_KEPT 16

/* A connection while it is served, on the stack of its task. */
struct visit {
	struct source  source, others; /* of its descriptor, and of others it waits for */
	struct visits *visits;
	struct task   *task;
	struct visit  *next, **link;
	struct visit  *next_ready;
	bool           lets_others; /* it is on that list, and nothing else wakes it */
	bool           is_hung_up;
	bool           may_go_on;  /* its descriptor, and not its time */
	struct timer   timer;      /* for end_ms, or earlier, as that moves mostly */
	unsigned long long end_ms; /* of its wait */
	uint32_t           events; /* that epoll tells of */
	struct sockd_conn  conn;
};

void
visits_init(struct visits *v, const struct worker_job *job, void *self,
    struct board *board, struct admission *admission, int epoll_fd)
{
	*v = (struct visits){ .job = job,
		.self = self,
		.board = board,
		.admission = admission,
		.epoll_fd = epoll_fd };
	v->ready_end = &v->ready;
}

void
visits_finish(struct visits *v)
{
	timers_finish(&v->timers);
	task_trim(0);
}

static void
resume(struct visits *visits, struct task *task, const struct address *peer)
{
	slot_work(visits->board->slot, peer);
	if (!task_resume(task))
		task_trim((size_t)visits->board->n + STACKS_KEPT);
}

static void
link_visit(struct visits *visits, struct visit *v)
{
	v->next = visits->all;
	v->link = &visits->all;
	if (v->next != NULL)
		v->next->link = &v->next;
	visits->all = v;
}

static void
unlink_visit(struct visit *v)
{
	*v->link = v->next;
	if (v->next != NULL)
		v->next->link = v->link;
}

/* In its task. */
static void
run(void *arg)
{
	struct visits             *visits = arg;
	const struct service_conf *service = visits->job->service;
	struct visit               v = { .source = { .kind = SOURCE_VISIT },
			      .others = { .kind = SOURCE_OTHERS },
			      .visits = visits,
			      .task = visits->task,
			      .conn = visits->conn };
	enum sockd_end             end;
	long                       mark = visits->mark;

	conn_init(&v.conn, service, visits->job->lifeline_fd, NULL);
	v.conn.kernel_waits = false; /* which others would share */
	v.conn.visit = &v;
	link_visit(visits, &v);
	end = service->handler->serve(visits->self, &v.conn);
	conn_finish(&v.conn, end, visits->board);
	if (v.conn.rest_ms > visits->rest_ms)
		visits->rest_ms = v.conn.rest_ms;
	admission_leave(visits->admission, mark);
	timers_unset(&visits->timers, &v.timer);
	unlink_visit(&v);
}

bool
visits_prepare(struct visits *visits)
{
	if (visits->task == NULL)
		visits->task = task_create(run, visits);
	return visits->task != NULL;
}

bool
visits_begin(struct visits *visits)
{
	if (!admission_enter(
		visits->admission, visits->conn.fd, &visits->conn.peer, &visits->mark))
		return false;
	board_begin(visits->board, clock_ms());
	resume(visits, visits->task, &visits->conn.peer);
	visits->task = NULL;
	return true;
}

/* As visit_wait(), for events that are watched already. */
static int
wait_until(struct visit *v, unsigned long long end_ms)
{
	if (end_ms < CLOCK_NEVER_MS && (v->timer.place == 0 || end_ms < v->timer.at_ms) &&
	    timers_set(&v->visits->timers, &v->timer, end_ms) != 0)
		return -1;
	v->end_ms = end_ms;
	v->may_go_on = false;
	task_wait();
	return v->may_go_on;
}

int
visit_wait(struct visit *v, int fd, short events, unsigned long long end_ms)
{
	struct epoll_event e = { .data.ptr = &v->source };
	uint32_t wanted = v->events | (events & POLLIN ? (uint32_t)EPOLLIN : 0) |
	    (events & POLLOUT ? (uint32_t)EPOLLOUT : 0);

	/* Only changes are told, so what was tried without success is not told again. */
	e.events = wanted | EPOLLRDHUP | (uint32_t)EPOLLET;
	if (wanted != v->events &&
	    epoll_ctl(v->visits->epoll_fd, v->events == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD,
		fd, &e) != 0)
		return -1;
	v->events = wanted;
	return wait_until(v, end_ms);
}

/* Of several that came together the first one has been acted upon. */
static void
forget_events(struct visits *visits, const struct source *source)
{
	for (int i = 0; i < visits->n_events; i++)
		if (visits->events[i].data.ptr == source)
			visits->events[i].data.ptr = NULL;
}

void
visit_forget(struct visit *v, int fd)
{
	if (v->events != 0)
		(void)epoll_ctl(v->visits->epoll_fd, EPOLL_CTL_DEL, fd, NULL);
	v->events = 0;
	forget_events(v->visits, &v->source);
}

/* Watched only while it waits. */
int
visit_wait_for(struct visit *v, const int *fds, int n, unsigned long long end_ms)
{
	int                epoll_fd = v->visits->epoll_fd, result = 0, n_watched = 0;
	struct epoll_event e = { .events = EPOLLIN | EPOLLONESHOT };

	e.data.ptr = &v->others;
	while (n_watched < n && result == 0) {
		result = epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fds[n_watched], &e);
		n_watched += result == 0;
	}
	if (result == 0)
		result = wait_until(v, end_ms);
	while (n_watched > 0)
		(void)epoll_ctl(epoll_fd, EPOLL_CTL_DEL, fds[--n_watched], NULL);
	forget_events(v->visits, &v->others);
	return result;
}

/* From now on nothing else wakes it. */
static void
make_ready(struct visit *v)
{
	v->lets_others = true;
	v->next_ready = NULL;
	*v->visits->ready_end = v;
	v->visits->ready_end = &v->next_ready;
}

void
visit_let_others(struct visit *v)
{
	make_ready(v);
	task_wait();
}

void
visit_wake(struct visit *v)
{
	if (v->lets_others)
		return;
	v->may_go_on = true;
	make_ready(v);
}

static void
wake(struct visit *v, bool may_go_on)
{
	if (v->lets_others)
		return;
	v->may_go_on = may_go_on;
	resume(v->visits, v->task, &v->conn.peer);
}

void
visits_go_on(struct source *source, unsigned events)
{
	struct visit *v =
	    (struct visit *)((char *)source - offsetof(struct visit, source));

	if ((events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0)
		v->is_hung_up = true;
	wake(v, true);
}

void
visits_go_on_with_others(struct source *others)
{
	wake((struct visit *)((char *)others - offsetof(struct visit, others)), true);
}

bool
visit_is_hung_up(const struct visit *v)
{
	return v->is_hung_up;
}

void
visits_end_waits(struct visits *visits, unsigned long long now_ms)
{
	struct timer *t;
	struct visit *v;

	while ((t = timers_first(&visits->timers)) != NULL && t->at_ms <= now_ms) {
		v = (struct visit *)((char *)t - offsetof(struct visit, timer));
		timers_unset(&visits->timers, t);
		if (v->end_ms <= now_ms)
			wake(v, false);
		else if (v->end_ms < CLOCK_NEVER_MS) /* into its own room */
			(void)timers_set(&visits->timers, t, v->end_ms);
	}
}

/* Who lets others again is behind them all. */
void
visits_resume_ready(struct visits *visits)
{
	struct visit *v = visits->ready, *next;

	visits->ready = NULL;
	visits->ready_end = &visits->ready;
	for (; v != NULL; v = next) {
		next = v->next_ready;
		v->lets_others = false;
		resume(visits, v->task, &v->conn.peer);
	}
}

void
visits_wake_all(struct visits *visits)
{
	struct visit *next;

	for (struct visit *v = visits->all; v != NULL; v = next) {
		next = v->next;
		wake(v, false);
	}
}

unsigned long long
visits_next_ms(const struct visits *visits, unsigned long long now_ms)
{
	const struct timer *t = timers_first(&visits->timers);

	if (visits->ready != NULL)
		return now_ms;
	return t != NULL ? t->at_ms : CLOCK_NEVER_MS;
}
