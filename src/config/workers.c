/* SPDX-License-Identifier: MIT */
/* workers.c - how many workers a service may have, "auto" worked out */
#include "config/workers.h"

#include <sched.h>

#include "config/settings.h"

/* One per CPU and at least 2. */
static int
workers_by_cpus(void)
{
	static int n;
	cpu_set_t  cpus;

	if (n == 0)
		n = sched_getaffinity(0, sizeof cpus, &cpus) == 0 ? CPU_COUNT(&cpus) : 1;
	return n < 2 ? 2 : n > WORKERS_MOST ? WORKERS_MOST : n;
}

enum sockd_keeps
workers_keep(const struct service_conf *service)
{
	const struct sockd_handler *h = service->handler;

	return h != NULL && h->keeps != NULL ? h->keeps(service->options) :
					       SOCKD_KEEPS_NONE;
}

bool
workers_stop_together(const struct service_conf *service)
{
	return workers_keep(service) == SOCKD_KEEPS_EACH && workers_min(service) == 0;
}

/* Those that there are by default. */
static int
workers_auto(const struct service_conf *service)
{
	return workers_keep(service) == SOCKD_KEEPS_ONE ? 1 : workers_by_cpus();
}

int
workers_min(const struct service_conf *service)
{
	int n;

	if (service->workers.min != -1)
		return (int)service->workers.min;
	n = workers_auto(service);
	return service->workers.max != -1 && service->workers.max < n ?
	    (int)service->workers.max :
	    n;
}

int
workers_max(const struct service_conf *service)
{
	int min = workers_min(service);

	if (service->workers.max != -1)
		return (int)service->workers.max;
	return min > 0 ? min : workers_auto(service);
}

int
workers_spare(const struct service_conf *service)
{
	if (service->workers.spare != -1)
		return (int)service->workers.spare;
	return workers_min(service) > 0;
}

/* What sockd's own handlers do between two waits takes no such time. */
long long
workers_hang_ms(const struct service_conf *service)
{
	return service->timeouts.hang == -1 ? 30000 : service->timeouts.hang;
}

unsigned long long
workers_grace_ms(const struct service_conf *service)
{
	const struct sockd_handler *h = service->handler;

	if (h == NULL || h->grace_ms == NULL)
		return 0;
	return (unsigned long long)h->grace_ms(service->options);
}

long long
workers_descriptors(const struct service_conf *service)
{
	const struct sockd_handler *h = service->handler;
	long long                   each = h != NULL && h->program != NULL ? 3 : 1;
	long long n = each * service->workers.connections + WORKERS_OTHER_DESCRIPTORS;

	for (const struct listen_conf *l = service->listens; l != NULL; l = l->next)
		n += l->n_addresses > 0 ? l->n_addresses : 1;
	return n;
}
