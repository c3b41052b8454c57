/* SPDX-License-Identifier: MIT */
/* crew.c - the clients of one process, by turns; client.c has what one does */
#include "crew.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>

#include "client.h"

/* An answer that takes longer is none. */
#define PATIENCE_NS 2000000000u

/* How often to look for those. */
#define SWEEP_MS 100

/* How late an exchange may begin whose time has come, or that was refused before. */
#define LATE_MS 1

#define EVENTS_MOST 64

struct crew {
	struct tally  *tally;
	struct client *clients, **idle; /* a stack */
	unsigned       n_clients, n_idle;
	int            epoll_fd;
	uint64_t       end_ns, next_ns, interval_ns, sweep_ns;
};

uint64_t
now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static void
settle(struct crew *crew, struct client *c, uint64_t began_ns, enum progress progress)
{
	struct tally *t = crew->tally;

	if (progress == PROGRESS_WAITS)
		return;
	if (progress == PROGRESS_FAILED && t->failed++ == 0)
		snprintf(t->why, sizeof t->why, "%s: %s", c->failure, strerror(errno));
	t->last_ns = now_ns();
	if (progress == PROGRESS_DONE)
		histogram_count(&t->times, t->last_ns - began_ns);
	crew->idle[crew->n_idle++] = c;
}

static void
begin_due(struct crew *crew)
{
	/* Only those of now: one that is refused at once comes back at the end. */
	for (unsigned n = crew->n_idle; n > 0; n--) {
		uint64_t       now = now_ns();
		struct client *c;

		if (now >= crew->end_ns || now < crew->next_ns)
			return;
		crew->next_ns += crew->interval_ns;
		c = crew->idle[--crew->n_idle];
		settle(crew, c, now, client_begin(c, crew->epoll_fd, now));
	}
}

static void
go_on(struct crew *crew)
{
	struct epoll_event events[EVENTS_MOST];
	int                n = epoll_wait(
			   crew->epoll_fd, events, EVENTS_MOST, crew->n_idle > 0 ? LATE_MS : SWEEP_MS);

	for (int i = 0; i < n; i++) {
		struct client *c = events[i].data.ptr;
		uint64_t       began_ns = c->began_ns;

		/* Who has not asked hears nothing but that the server hangs up. */
		if (began_ns == 0)
			client_stop(c);
		else
			settle(crew, c, began_ns, client_go_on(c));
	}
}

static void
sweep(struct crew *crew, uint64_t now)
{
	for (unsigned i = 0; i < crew->n_clients; i++) {
		struct client *c = &crew->clients[i];

		if (c->began_ns == 0 || now - c->began_ns < PATIENCE_NS)
			continue;
		client_stop(c);
		c->failure = "no answer";
		errno = ETIMEDOUT;
		settle(crew, c, now, PROGRESS_FAILED);
	}
	crew->sweep_ns = now + SWEEP_MS * 1000000u;
}

static int
crew_init(struct crew *crew, const struct plan *plan, unsigned number)
{
	unsigned n = (plan->clients - number + plan->crews - 1) / plan->crews;

	crew->clients = calloc(n, sizeof *crew->clients);
	crew->idle = calloc(n, sizeof *crew->idle);
	crew->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (crew->clients == NULL || crew->idle == NULL || crew->epoll_fd == -1)
		return -1;
	crew->n_clients = crew->n_idle = n;
	for (unsigned i = 0; i < n; i++) {
		crew->idle[i] = &crew->clients[i];
		client_init(
		    crew->idle[i], plan->kind, plan->port, number + i * plan->crews);
	}
	if (plan->a_second > 0)
		crew->interval_ns = (uint64_t)(1e9 * plan->crews / plan->a_second);
	crew->end_ns = now_ns() + (uint64_t)(plan->seconds * 1e9);
	return 0;
}

int
crew_run(const struct plan *plan, unsigned number, struct tally *tally)
{
	struct crew crew = { .tally = tally };

	if (crew_init(&crew, plan, number) != 0)
		return -1;
	crew.next_ns = now_ns();
	while (now_ns() < crew.end_ns || crew.n_idle < crew.n_clients) {
		begin_due(&crew);
		go_on(&crew);
		if (now_ns() >= crew.sweep_ns)
			sweep(&crew, now_ns());
	}
	return 0;
}
