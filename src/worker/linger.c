/* SPDX-License-Identifier: MIT */
/* linger.c - half-closed connections whose peer has not closed yet, while others are served */
#include "worker/linger.h"

#include <errno.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/clock.h"

/* What else a worker may have open. */
#define OTHER_DESCRIPTORS 24

/* Those that are over for the time being come behind the others. */
static struct lingering {
	int                fd;
	unsigned long long end_ms;
} ring[LINGER_MOST];
static int first, n_lingering, most = -1;

static int
find_most(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur < OTHER_DESCRIPTORS)
		return 0;
	limit.rlim_cur -= OTHER_DESCRIPTORS;
	return limit.rlim_cur < LINGER_MOST ? (int)limit.rlim_cur : LINGER_MOST;
}

static void
add(struct lingering l)
{
	ring[(first + n_lingering++) % LINGER_MOST] = l;
}

bool
linger_keep(int fd, unsigned long long end_ms)
{
	if (most == -1)
		most = find_most();
	if (n_lingering >= most)
		return false;
	add((struct lingering){ fd, end_ms });
	return true;
}

/* Has the peer closed?  What it still sends is thrown away. */
static bool
is_over(const struct lingering *l, unsigned long long now_ms)
{
	char    rest[4096];
	ssize_t n = recv(l->fd, rest, sizeof rest, MSG_DONTWAIT);

	if (n == 0 || (n == -1 && errno != EAGAIN && errno != EINTR))
		return true;
	return now_ms >= l->end_ms;
}

void
linger_look(int n, unsigned long long now_ms)
{
	struct lingering l;

	if (n > n_lingering)
		n = n_lingering;
	for (; n > 0; n--) {
		l = ring[first];
		first = (first + 1) % LINGER_MOST;
		n_lingering--;
		if (is_over(&l, now_ms))
			close(l.fd);
		else
			add(l);
	}
}

bool
linger_any(void)
{
	return n_lingering > 0;
}

bool
linger_is_crowded(void)
{
	return n_lingering > LINGER_MOST / 2;
}

void
linger_finish(unsigned long long end_ms)
{
	struct pollfd      p[LINGER_MOST];
	unsigned long long now_ms = clock_ms(), until_ms;

	linger_look(n_lingering, now_ms);
	while (n_lingering > 0 && now_ms < end_ms) {
		until_ms = end_ms;
		for (int i = 0; i < n_lingering; i++) {
			const struct lingering *l = &ring[(first + i) % LINGER_MOST];

			p[i] = (struct pollfd){ .fd = l->fd, .events = POLLIN };
			if (l->end_ms < until_ms)
				until_ms = l->end_ms;
		}
		(void)poll(p, (nfds_t)n_lingering, clock_poll_ms(now_ms, until_ms));
		now_ms = clock_ms();
		linger_look(n_lingering, now_ms);
	}
}
