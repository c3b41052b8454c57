/* SPDX-License-Identifier: MIT */
/* service_count.c - what the workers of a service do, and how many clients wait for them */
#include <string.h>

#include "common/clock.h"
#include "common/io.h"
#include "common/scoreboard.h"
#include "master/listener.h"
#include "master/service.h"

void
service_count(const struct service *s, struct pool_count *count)
{
	memset(count, 0, sizeof *count);
	for (int i = 0; i < s->n_slots; i++) {
		const struct process *p = &s->processes[i];

		if (p->pid == 0 || p->told || p->worn)
			continue;
		if (!p->ready)
			count->starting++;
		else if (atomic_load(&s->slots[i].state) == SLOT_BUSY)
			count->busy++;
		else
			count->idle++;
	}
}

int
service_n_ready(const struct service *s)
{
	int n = 0;

	for (int i = 0; i < s->n_slots; i++)
		n += s->processes[i].pid != 0 && s->processes[i].ready;
	return n;
}

int
service_n_proven(const struct service *s)
{
	unsigned long long now_ms = clock_ms();
	int                n = 0;

	for (int i = 0; i < s->n_slots; i++)
		n += s->processes[i].pid != 0 && s->processes[i].ready &&
		    !s->processes[i].told &&
		    now_ms >= s->processes[i].started_ms + POOL_YOUNG_MS;
	return n;
}

int
service_n_staying(const struct service *s)
{
	int n = 0;

	for (int i = 0; i < s->n_slots; i++)
		n += s->processes[i].pid != 0 && !s->processes[i].told;
	return n;
}

unsigned long long
service_count_waiting(const struct service *s)
{
	unsigned long long n = 0;
	unsigned           here;

	for (int i = 0; i < s->n_listeners; i++) {
		if (s->are_datagram[i] || !listener_is_waited_at(s->listeners[i]))
			continue;
		if (!io_count_waiting(s->listeners[i]->fd, &here))
			return WAITING_UNKNOWN;
		n += here;
	}
	return n;
}

unsigned long long
service_count_served(const struct service *s)
{
	unsigned long long n = s->served;

	for (int i = 0; i < s->n_slots; i++)
		if (s->processes[i].pid != 0)
			n += atomic_load(&s->slots[i].served);
	return n;
}

int
service_connections(const struct service *s, int slot)
{
	int n = atomic_load(&s->slots[slot].connections);

	return n < 0 ? 0 : n > s->connections_most ? s->connections_most : n;
}
