/* SPDX-License-Identifier: MIT */
/* service_memory.c - what the workers of a service share beside the scoreboard */
#include <errno.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <unistd.h>

#include "common/census.h"
#include "common/io.h"
#include "config/settings.h"
#include "config/workers.h"
#include "master/service.h"
#include "sockd.h"

/* A pool that grows by a signal or a reload shall be counted, too. */
#define WORKERS_COUNTED 64

/* Those that the older generation still serves count on, if the table is of the same size. */
static int
open_census(
    struct service *s, const struct service_conf *conf, const struct service *older)
{
	const struct limits *l = &conf->limits;
	size_t               most = (size_t)l->per_source, connections;
	int                  n_workers = workers_max(conf);

	if (l->per_source == 0 && l->rate_per_source.n == 0 && l->rate.n == 0)
		return 0;
	connections = most > 0 ?
	    (size_t)(n_workers > WORKERS_COUNTED ? n_workers : WORKERS_COUNTED) *
		(size_t)conf->workers.connections :
	    0;
	if (older != NULL && older->census != NULL &&
	    census_fits(older->census, connections, most))
		s->census = census_share(older->census);
	else
		s->census = census_create(connections, most);
	return s->census != NULL ? 0 : -1;
}

/*
 * For the handler.  The file is for locks alone and has no content, so that no worker can take the
 * memory away from others, nor a limit of the size of files matters.
 */
static int
open_shared(struct sockd_shared *shared, const struct service_conf *conf)
{
	const struct sockd_handler *h = conf->handler;

	if (h == NULL || h->shared_size == NULL)
		return 0;
	shared->size = h->shared_size(conf->options);
	if (shared->size == 0)
		return 0;
	shared->memory = mmap(NULL, shared->size, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared->memory == MAP_FAILED) {
		shared->memory = NULL;
		return -1;
	}
	shared->lock_fd = memfd_create("lock", MFD_CLOEXEC);
	shared->event_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	return shared->lock_fd == -1 || shared->event_fd == -1 ? -1 : 0;
}

int
service_open_memory(
    struct service *s, const struct service_conf *conf, const struct service *older)
{
	int saved_errno;

	s->shared = (struct sockd_shared){ .lock_fd = -1, .event_fd = -1 };
	if (open_census(s, conf, older) == 0 && open_shared(&s->shared, conf) == 0)
		return 0;
	saved_errno = errno;
	service_close_memory(s);
	errno = saved_errno;
	return -1;
}

void
service_close_memory(struct service *s)
{
	census_destroy(s->census);
	if (s->shared.memory != NULL)
		munmap(s->shared.memory, s->shared.size);
	io_close(&s->shared.lock_fd);
	io_close(&s->shared.event_fd);
}
