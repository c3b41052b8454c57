/* SPDX-License-Identifier: MIT */
/* load.c - many exchanges, some at once: how many succeed, and how fast */
#include "sockc/load.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/xalloc.h"
#include "sockc/exchange.h"
#include "sockc/plan.h"
#include "sockc/progress.h"
#include "sockc/verdict.h"

/* How late a deadline or a signal may be noticed; rarer looks cost less. */
#define SWEEP_MS 20

/* A server that is there but busy empties its backlog in about this time. */
#define CONNECT_AGAIN_MS 2

/* Standard streams, epoll, and what libraries may have open. */
#define OTHER_FDS 16

#define EVENTS_AT_ONCE 256

struct load {
	struct plan              *plan;
	const struct load_limits *limits;
	struct load_result       *result;
	struct progress           progress;
	struct exchange          *exchanges; /* as many as the concurrency */
	struct exchange         **queue;     /* ring, to connect; begun if not ENDED */
	size_t                    queue_head, n_queued;
	bool                      is_blocked; /* the backlog is full, the queue waits */
	size_t                    n_running;  /* queued or under way */
	unsigned long long        n_begun;
	unsigned long long        now_ms, end_ms, next_sweep_ms;
	int                       epoll_fd;
};

static volatile sig_atomic_t want_stop;

static void
on_stop(int signal_number)
{
	want_stop = signal_number;
}

static void
catch_stop(void)
{
	/* The second one ends it the hard way. */
	struct sigaction action = { .sa_handler = on_stop,
		.sa_flags = (int)SA_RESETHAND };

	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
}

/* May one more exchange begin?  Then it must. */
static bool
take_turn(struct load *l)
{
	if (want_stop != 0 || l->now_ms >= l->end_ms)
		return false;
	if (l->limits->count != 0 && l->n_begun >= l->limits->count)
		return false;
	l->n_begun++;
	return true;
}

static struct exchange **
queue_at(struct load *l, size_t i)
{
	return &l->queue[(l->queue_head + i) % l->limits->concurrency];
}

static void
queue_push(struct load *l, struct exchange *e)
{
	*queue_at(l, l->n_queued++) = e;
}

static void
queue_pop(struct load *l)
{
	l->queue_head = (l->queue_head + 1) % l->limits->concurrency;
	l->n_queued--;
}

/* How long they wait for the backlog is part of their latency. */
static void
queue_begin(struct load *l)
{
	for (size_t i = 0; i < l->n_queued; i++) {
		struct exchange *e = *queue_at(l, i);

		if (e->state == EXCHANGE_ENDED)
			exchange_begin(e, l->plan);
	}
}

static void
count(struct load *l, const struct exchange *e, enum outcome outcome)
{
	struct tally *t = &l->result->tally;
	char          why[VERDICT_TEXT];

	tally_count(t, outcome, e->ended_us - e->started_us);
	if (outcome == OUTCOME_OK || tally_failed(t) != 1)
		return;
	verdict_explain(e, why, sizeof why);
	progress_erase(&l->progress);
	fprintf(stderr, SOCKC ": %s\n", why);
}

static void
watch(struct load *l, struct exchange *e)
{
	short              events = exchange_events(e);
	struct epoll_event event = { .events = (uint32_t)events, .data.ptr = e };
	int                operation = e->watched == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD;

	if (events == e->watched)
		return;
	/* Can fail for want of memory alone; then the deadline ends the exchange. */
	epoll_ctl(l->epoll_fd, operation, e->fd, &event);
	e->watched = events;
}

/* After each call that may have moved an exchange on. */
static void
settle(struct load *l, struct exchange *e)
{
	while (e->state == EXCHANGE_ANSWERED) {
		if (take_turn(l)) {
			count(l, e, OUTCOME_OK);
			exchange_repeat(e);
		} else {
			exchange_half_close(e);
		}
	}
	if (e->state == EXCHANGE_WAITS) {
		watch(l, e);
		return;
	}
	count(l, e, e->outcome);
	if (take_turn(l))
		queue_push(l, e);
	else
		l->n_running--;
}

static void
connect_queued(struct load *l)
{
	l->is_blocked = false;
	/* Only those of now: one that is refused at once comes back at the end. */
	for (size_t n = l->n_queued; n > 0; n--) {
		struct exchange *e = *queue_at(l, 0);

		if (e->state == EXCHANGE_ENDED)
			exchange_begin(e, l->plan);
		else
			exchange_on_time(e, l->now_ms);
		exchange_connect(e);
		if (e->state == EXCHANGE_WAITS && e->fd == -1) {
			l->is_blocked = true;
			queue_begin(l);
			return;
		}
		queue_pop(l);
		settle(l, e);
	}
}

static void
sweep(struct load *l)
{
	for (size_t i = 0; i < l->limits->concurrency; i++) {
		struct exchange *e = &l->exchanges[i];

		/* The queue's own are looked at when their turn comes. */
		if (e->state != EXCHANGE_WAITS || e->fd == -1)
			continue;
		exchange_on_time(e, l->now_ms);
		settle(l, e);
	}
	l->next_sweep_ms = l->now_ms + SWEEP_MS;
	progress_show(&l->progress, &l->result->tally, l->limits->count, l->now_ms);
}

static int
timeout_ms(const struct load *l)
{
	if (l->n_queued == 0)
		return SWEEP_MS;
	return l->is_blocked ? CONNECT_AGAIN_MS : 0;
}

static void
wait_for_news(struct load *l)
{
	struct epoll_event events[EVENTS_AT_ONCE];
	int n = epoll_wait(l->epoll_fd, events, EVENTS_AT_ONCE, timeout_ms(l));

	l->now_ms = clock_ms();
	for (int i = 0; i < n; i++) {
		exchange_on_events(events[i].data.ptr, (short)events[i].events);
		settle(l, events[i].data.ptr);
	}
	if (l->now_ms >= l->next_sweep_ms)
		sweep(l);
}

static void
load_init(struct load *l)
{
	size_t n = l->limits->concurrency;

	l->exchanges = xcalloc(n, sizeof *l->exchanges);
	l->queue = xcalloc(n, sizeof(struct exchange *));
	l->now_ms = clock_ms();
	l->end_ms = clock_deadline_ms(l->now_ms, l->limits->time_ms);
	l->next_sweep_ms = l->now_ms + SWEEP_MS;
	for (size_t i = 0; i < n; i++) {
		l->exchanges[i].fd = -1;
		l->exchanges[i].state = EXCHANGE_ENDED;
		if (!take_turn(l))
			continue;
		queue_push(l, &l->exchanges[i]);
		l->n_running++;
	}
}

static void
load_finish(struct load *l)
{
	for (size_t i = 0; i < l->limits->concurrency; i++)
		exchange_stop(&l->exchanges[i]);
	free(l->queue);
	free(l->exchanges);
	close(l->epoll_fd);
}

/* -1 and why if this process may not have so many descriptors. */
static int
raise_limit(unsigned concurrency, char *why, size_t why_size)
{
	rlim_t        need = (rlim_t)concurrency + OTHER_FDS;
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || need <= limit.rlim_cur)
		return 0;
	limit.rlim_cur = limit.rlim_max;
	if (need <= limit.rlim_max && setrlimit(RLIMIT_NOFILE, &limit) == 0)
		return 0;
	snprintf(why, why_size,
	    "%u at once need %llu open files, the limit is %llu; "
	    "see ulimit -n",
	    concurrency, (unsigned long long)need, (unsigned long long)limit.rlim_max);
	return -1;
}

int
load_run(struct plan *plan, const struct load_limits *limits, bool show_progress,
    struct load_result *result, char *why, size_t why_size)
{
	struct load        l = { .plan = plan, .limits = limits, .result = result };
	unsigned long long started_us;

	if (raise_limit(limits->concurrency, why, why_size) != 0)
		return -1;
	l.epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (l.epoll_fd == -1) {
		snprintf(why, why_size, "epoll: %s", strerror(errno));
		return -1;
	}
	memset(result, 0, sizeof *result);
	catch_stop();
	started_us = clock_us();
	load_init(&l);
	progress_init(&l.progress, show_progress, l.now_ms);
	while (l.n_running > 0 && want_stop == 0) {
		connect_queued(&l);
		wait_for_news(&l);
	}
	progress_erase(&l.progress);
	result->elapsed_us = clock_us() - started_us;
	result->signal = want_stop;
	load_finish(&l);
	return 0;
}
