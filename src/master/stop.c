/* SPDX-License-Identifier: MIT */
/* stop.c - the end of all services: no new client, but none lost that is there already */
#include "master/stop.h"

#include <limits.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stddef.h>
#include <sys/socket.h>

#include "common/clock.h"
#include "common/log.h"
#include "common/scoreboard.h"
#include "config/settings.h"
#include "master/generation.h"
#include "master/listener.h"
#include "master/master.h"
#include "master/notify.h"
#include "master/reload.h"
#include "master/service.h"

/* Of other sockets it does not tell: then there is one as long as poll says so. */
#define WAITING_UNKNOWN ULLONG_MAX

/* How often to look into the queues. */
#define LOOK_MS 20

static bool
is_waited_at(const struct listener *l)
{
	struct pollfd p = { .fd = l->fd, .events = POLLIN };

	return !listener_is_datagram(l) && poll(&p, 1, 0) == 1;
}

/* For TCP the kernel tells how many, see tcpi_unacked of a listener in net/ipv4/tcp.c. */
static unsigned long long
count_waiting(const struct service *s)
{
	struct tcp_info    info;
	socklen_t          size = sizeof info;
	unsigned long long n = 0;

	for (int i = 0; i < s->n_listeners; i++) {
		if (!is_waited_at(s->listeners[i]))
			continue;
		if (getsockopt(
			s->listeners[i]->fd, IPPROTO_TCP, TCP_INFO, &info, &size) != 0)
			return WAITING_UNKNOWN;
		n += info.tcpi_unacked;
	}
	return n;
}

/* As the workers tell it: whoever lies makes the last call longer or shorter, no more. */
static unsigned long long
count_accepted(const struct service *s)
{
	unsigned long long n = s->served;

	for (int i = 0; i < SCOREBOARD_SLOTS; i++)
		if (s->processes[i].pid != 0)
			n += atomic_load(&s->slots[i].served) +
			    (atomic_load(&s->slots[i].state) == SLOT_BUSY);
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

static void
begin(struct master *m, const char *how)
{
	if (m->config == NULL)
		log_error("not started: sockd was told to stop");
	reload_abort(m, "sockd was told to stop");
	m->stopping = true;
	notify_send("STOPPING=1\nSTATUS=stopping");
	log_notice("stopping: %s", how);
}

static void
give_last_call(struct service *s)
{
	s->last_call.waiting = count_waiting(s);
	/* Datagrams count as accepted too: then only an empty queue is an end. */
	if (s->last_call.waiting > 0 && has_datagrams(s))
		s->last_call.waiting = WAITING_UNKNOWN;
	s->last_call.accepted = count_accepted(s);
	service_set_end(s, clock_deadline_ms(clock_ms(), s->conf->timeouts.drain));
	/* With a backlog of 0 a queue takes one at most, and who does not get in, waits. */
	for (int i = 0; i < s->n_listeners; i++)
		if (!s->are_datagram[i])
			(void)listen(s->listeners[i]->fd, 0);
}

void
stop_begin(struct master *m)
{
	if (m->stopping)
		return;
	begin(m, "workers finish what they serve");
	for (struct service *s = m->services; s != NULL; s = s->next)
		give_last_call(s);
}

static bool
is_last_call_over(const struct service *s)
{
	unsigned long long accepted = count_accepted(s);

	/* A worker that died while it served takes its client out of the count. */
	if (accepted < s->last_call.accepted)
		accepted = s->last_call.accepted;
	return s->n_alive == 0 || clock_ms() >= s->end_ms || count_waiting(s) == 0 ||
	    accepted - s->last_call.accepted >= s->last_call.waiting;
}

void
stop_check(struct master *m)
{
	struct service **where = &m->services, *s;

	if (!m->stopping)
		return;
	while ((s = *where) != NULL) {
		if (!is_last_call_over(s)) {
			where = &s->next;
			continue;
		}
		*where = s->next;
		master_let_leave(m, s);
		generation_close_unused(m);
	}
}

unsigned long long
stop_look_again_ms(const struct master *m)
{
	unsigned long long at = clock_ms() + LOOK_MS;

	for (const struct service *s = m->services; s != NULL; s = s->next)
		if (s->end_ms < at)
			at = s->end_ms;
	return at;
}

void
stop_at_once(struct master *m)
{
	if (!m->stopping)
		begin(m, "at once");
	master_let_all_leave(m, &m->services);
	generation_close_unused(m);
	for (struct service *s = m->leaving; s != NULL; s = s->next)
		service_kill(s);
}
