/* SPDX-License-Identifier: MIT */
/* last_call.c - a service whose listeners go away: no new client, but none lost that waits */
#include "master/last_call.h"

#include <stddef.h>
#include <sys/socket.h>

#include "common/clock.h"
#include "common/scoreboard.h"
#include "config/settings.h"
#include "master/generation.h"
#include "master/listener.h"
#include "master/master.h"
#include "master/roll.h"
#include "master/service.h"
#include "master/spawn.h"

/* How often to look into the queues. */
#define LOOK_MS 20

/* As the workers tell it: whoever lies makes the last call longer or shorter, no more. */
static unsigned long long
count_accepted(const struct service *s)
{
	unsigned long long n = service_count_served(s);

	for (int i = 0; i < s->n_slots; i++)
		if (s->processes[i].pid != 0)
			n += (unsigned)service_connections(s, i);
	return n;
}

static bool
has_datagrams(const struct service *s)
{
	for (int i = 0; i < s->n_listeners; i++)
		if (s->are_datagram[i])
			return true;
	return false;
}

/* Who waits at the others is no worry of ours: the next generation accepts there. */
static void
keep_unused_listeners(struct service *s)
{
	int n = 0;

	for (int i = 0; i < s->n_listeners; i++) {
		if (s->listeners[i]->used)
			continue;
		s->listeners[n] = s->listeners[i];
		s->listener_fds[n] = s->listener_fds[i];
		s->are_datagram[n++] = s->are_datagram[i];
	}
	s->n_listeners = n;
}

/* With a backlog of 0 a queue takes one at most, and who does not get in, waits. */
static void
let_nobody_in(const struct service *s)
{
	for (int i = 0; i < s->n_listeners; i++)
		if (!s->are_datagram[i] && !listener_is_inherited(s->listeners[i]))
			(void)listen(s->listeners[i]->fd, 0);
}

void
last_call_shut_door(struct service *s)
{
	keep_unused_listeners(s);
	let_nobody_in(s);
}

void
last_call_shut_doors(struct master *m)
{
	generation_mark_used(m, m->services);
	for (struct service *s = m->closing; s != NULL; s = s->next)
		last_call_shut_door(s);
}

void
last_call_give(struct master *m, struct service *s)
{
	last_call_shut_door(s);
	s->last_call.waiting = service_count_waiting(s);
	if (s->last_call.waiting > 0 && s->n_alive == 0)
		(void)spawn_worker(m, s); /* a pool may be empty until somebody comes */
	/* Each worker may have one that it has accepted and not told yet. */
	if (s->last_call.waiting > 0 && s->last_call.waiting < WAITING_UNKNOWN)
		s->last_call.waiting += (unsigned long long)s->n_alive;
	/* Datagrams count as accepted too: then only an empty queue is an end. */
	if (s->last_call.waiting > 0 && has_datagrams(s))
		s->last_call.waiting = WAITING_UNKNOWN;
	s->last_call.accepted = count_accepted(s);
	service_set_end(s, clock_ms());
	s->next = m->closing;
	m->closing = s;
}

static bool
is_over(const struct service *s)
{
	unsigned long long accepted = count_accepted(s);

	/* A worker that died while it served takes its client out of the count. */
	if (accepted < s->last_call.accepted)
		accepted = s->last_call.accepted;
	return s->n_alive == 0 || clock_ms() >= s->end_ms ||
	    service_count_waiting(s) == 0 ||
	    accepted - s->last_call.accepted >= s->last_call.waiting;
}

void
last_call_check(struct master *m)
{
	struct service **where = &m->closing, *s;

	while ((s = *where) != NULL) {
		if (s->is_replaced ? roll_go_on(m, s) : !is_over(s)) {
			where = &s->next;
			continue;
		}
		*where = s->next;
		master_let_leave(m, s);
		generation_close_unused(m);
	}
}

unsigned long long
last_call_look_again_ms(const struct master *m)
{
	unsigned long long at =
	    m->closing != NULL ? clock_ms() + LOOK_MS : CLOCK_NEVER_MS;

	for (const struct service *s = m->closing; s != NULL; s = s->next)
		if (s->end_ms < at)
			at = s->end_ms;
	return at;
}
