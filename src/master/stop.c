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
count_waiting(const struct listener *l)
{
	struct tcp_info    info;
	socklen_t          size = sizeof info;
	unsigned long long n = 0;

	for (; l != NULL; l = l->next) {
		if (!is_waited_at(l))
			continue;
		if (getsockopt(l->fd, IPPROTO_TCP, TCP_INFO, &info, &size) != 0)
			return WAITING_UNKNOWN;
		n += info.tcpi_unacked;
	}
	return n;
}

/* As the workers tell it: whoever lies makes the last call longer or shorter, no more. */
static unsigned long long
count_accepted(const struct service *s)
{
	unsigned long long n = 0;

	for (; s != NULL; s = s->next) {
		n += s->served;
		for (int i = 0; i < SCOREBOARD_SLOTS; i++)
			if (s->processes[i].pid != 0)
				n += atomic_load(&s->slots[i].served) +
				    (atomic_load(&s->slots[i].state) == SLOT_BUSY);
	}
	return n;
}

static unsigned long long
longest_drain_ms(const struct service *s)
{
	long long longest = 0;

	for (; s != NULL; s = s->next) {
		if (s->conf->timeouts.drain == 0)
			return CLOCK_NEVER_MS;
		if (s->conf->timeouts.drain > longest)
			longest = s->conf->timeouts.drain;
	}
	return clock_deadline_ms(clock_ms(), longest > 0 ? longest : 1);
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

void
stop_begin(struct master *m)
{
	if (m->stopping)
		return;
	begin(m, "workers finish what they serve");
	m->last_call.waiting = count_waiting(m->listeners);
	m->last_call.accepted = count_accepted(m->services);
	m->last_call.until_ms = longest_drain_ms(m->services);
	/* With a backlog of 0 a queue takes one at most, and who does not get in, waits. */
	for (const struct listener *l = m->listeners; l != NULL; l = l->next)
		if (!listener_is_datagram(l))
			(void)listen(l->fd, 0);
}

/* Everybody leaves; no listener is left open. */
static void
end_last_call(struct master *m)
{
	struct service  *s;
	struct listener *l;

	while ((s = m->services) != NULL) {
		m->services = s->next;
		master_let_leave(m, s);
		/* The last call was part of the time to drain. */
		if (m->last_call.until_ms < CLOCK_NEVER_MS &&
		    s->kill_at_ms > m->last_call.until_ms + SERVICE_KILL_GRACE_MS)
			s->kill_at_ms = m->last_call.until_ms + SERVICE_KILL_GRACE_MS;
	}
	while ((l = m->listeners) != NULL) {
		m->listeners = l->next;
		listener_close(l);
	}
}

void
stop_check(struct master *m)
{
	const struct last_call *call = &m->last_call;

	if (!m->stopping || m->services == NULL)
		return;
	if (clock_ms() >= call->until_ms || count_waiting(m->listeners) == 0 ||
	    count_accepted(m->services) - call->accepted >= call->waiting)
		end_last_call(m);
}

unsigned long long
stop_look_again_ms(const struct master *m)
{
	unsigned long long soon_ms = clock_ms() + LOOK_MS;

	return soon_ms < m->last_call.until_ms ? soon_ms : m->last_call.until_ms;
}

void
stop_at_once(struct master *m)
{
	if (!m->stopping)
		begin(m, "at once");
	end_last_call(m);
	for (struct service *s = m->leaving; s != NULL; s = s->next)
		service_kill(s);
}
