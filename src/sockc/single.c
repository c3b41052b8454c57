/* SPDX-License-Identifier: MIT */
/* single.c - one exchange, with standard input on the way if the plan has no text */
#include "sockc/single.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/clock.h"
#include "sockc/exchange.h"
#include "sockc/verdict.h"

/* A server that is there but busy empties its backlog in about this time. */
#define CONNECT_AGAIN_MS 2

static char input[65536];

static bool
is_hungry(const struct exchange *e)
{
	return e->state == EXCHANGE_WAITS && e->is_connected && e->wants_input &&
	    !e->is_sending;
}

static int
timeout_ms(const struct exchange *e)
{
	int ms = clock_poll_ms(clock_ms(), exchange_deadline_ms(e));

	if (e->fd == -1 && (ms == -1 || ms > CONNECT_AGAIN_MS))
		return CONNECT_AGAIN_MS;
	return ms;
}

/* -1 with errno. */
static int
feed(struct exchange *e)
{
	ssize_t n = read(STDIN_FILENO, input, sizeof input);

	if (n == -1)
		return errno == EINTR || errno == EAGAIN ? 0 : -1;
	exchange_feed(e, input, (size_t)n);
	return 0;
}

/* Wait for the server, standard input or the deadline.  -1 with errno: of the input. */
static int
step(struct exchange *e)
{
	struct pollfd fds[2] = {
		{ .fd = e->fd, .events = exchange_events(e) },
		{ .fd = is_hungry(e) ? STDIN_FILENO : -1, .events = POLLIN },
	};

	poll(fds, 2, timeout_ms(e));
	if (fds[0].revents != 0)
		exchange_on_events(e, fds[0].revents);
	if (fds[1].revents != 0 && is_hungry(e) && feed(e) != 0)
		return -1;
	exchange_on_time(e, clock_ms());
	exchange_connect(e);
	return 0;
}

int
single_run(struct plan *plan, char *why, size_t why_size)
{
	struct exchange e;

	exchange_begin(&e, plan);
	exchange_connect(&e);
	while (e.state == EXCHANGE_WAITS) {
		if (step(&e) != 0) {
			snprintf(why, why_size, "standard input: %s", strerror(errno));
			exchange_stop(&e);
			return -1;
		}
	}
	if (e.outcome != OUTCOME_OK)
		verdict_explain(&e, why, why_size);
	return e.outcome == OUTCOME_OK ? 0 : -1;
}
