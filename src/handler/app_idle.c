/* SPDX-License-Identifier: MIT */
/* app_idle.c - for how long nobody has needed a program that takes its clients by itself */
#include "handler/app_idle.h"

#include <stdint.h>
#include <sys/epoll.h>

#include "common/clock.h"
#include "common/established.h"
#include "common/io.h"

/* Told once, and only of clients that come from now on or wait already. */
static int
watch(const struct app_idle *idle, int how)
{
	struct epoll_event e = { .events = EPOLLIN | EPOLLET | EPOLLONESHOT };

	for (size_t i = 0; i < idle->n; i++)
		if (epoll_ctl(idle->fd, how, idle->listener_fds[i], &e) != 0)
			return -1;
	return 0;
}

int
app_idle_begin(
    struct app_idle *idle, const int *listener_fds, size_t n, long long every_ms)
{
	unsigned long long now_ms = clock_ms();

	*idle = (struct app_idle){ .listener_fds = listener_fds,
		.n = n,
		.fd = epoll_create1(EPOLL_CLOEXEC),
		.needed_ms = now_ms,
		.look_ms = now_ms + (unsigned long long)every_ms,
		.every_ms = every_ms };
	if (idle->fd != -1 && watch(idle, EPOLL_CTL_ADD) == 0)
		return 0;
	app_idle_finish(idle);
	return -1;
}

void
app_idle_finish(struct app_idle *idle)
{
	io_close(&idle->fd);
}

void
app_idle_look(struct app_idle *idle, unsigned long long now_ms)
{
	struct epoll_event e;

	while (epoll_wait(idle->fd, &e, 1, 0) == 1)
		idle->needed_ms = now_ms;
	if (now_ms < idle->look_ms)
		return;
	idle->look_ms = now_ms + (unsigned long long)idle->every_ms;
	/* Who cannot know does not take a program away from its clients. */
	if (established_count(idle->listener_fds, idle->n) != 0)
		idle->needed_ms = now_ms;
	(void)watch(idle, EPOLL_CTL_MOD);
}
