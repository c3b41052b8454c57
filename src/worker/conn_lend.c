/* SPDX-License-Identifier: MIT */
/* conn_lend.c - a connection that a program serves: what goes through it only the kernel sees */
#include <errno.h>
#include <linux/sockios.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "common/clock.h"
#include "config/settings.h"
#include "sockd.h"
#include "worker/board.h"
#include "worker/conn.h"
#include "worker/leave.h"
#include "worker/visit.h"

/* How often in timeouts.idle to look whether anything has gone through. */
#define LOOKS 4

/* Of <netinet/tcp.h>, whose struct tcp_info ends too early. */
enum { CLOSED_BY_PEER = 8, LAST_ACK = 9, CLOSING = 11, TIME_WAIT = 6 };

/* Without a timeout, for timeouts.min_rate. */
#define LOOK_MS 1000

int
sockd_lend(struct sockd_conn *conn)
{
	static const struct timeval never = { 0, 0 };
	unsigned long long          now_ms = clock_ms();

	/* Which it has from its listener, of whatever use that is to the worker. */
	(void)setsockopt(conn->fd, SOL_SOCKET, SO_RCVTIMEO, &never, sizeof never);
	(void)setsockopt(conn->fd, SOL_SOCKET, SO_SNDTIMEO, &never, sizeof never);
	conn->kernel_waits = false;
	conn->is_lent = true;
	conn->moved_ms = conn->look_ms = now_ms;
	return conn->fd;
}

/* False if this is no TCP, of which the kernel keeps no count. */
static bool
get_info(const struct sockd_conn *conn, struct tcp_info *info)
{
	socklen_t size = sizeof *info;

	return conn->is_tcp &&
	    getsockopt(conn->fd, IPPROTO_TCP, TCP_INFO, info, &size) == 0 &&
	    size >= offsetof(struct tcp_info, tcpi_bytes_retrans) +
		sizeof info->tcpi_bytes_retrans;
}

/* The end of input counts as a byte, for the kernel. */
static bool
has_ended(const struct tcp_info *info)
{
	switch (info->tcpi_state) {
	case CLOSED_BY_PEER:
	case LAST_ACK:
	case CLOSING:
	case TIME_WAIT:
		return true;
	default:
		return false;
	}
}

/* What has gone through since the last time. */
static size_t
note_bytes(struct sockd_conn *conn, const struct tcp_info *info)
{
	unsigned long long in = info->tcpi_bytes_received - has_ended(info);
	unsigned long long out = info->tcpi_bytes_sent - info->tcpi_bytes_retrans;
	size_t             moved = 0;

	/* The kernel may have looked for the end just before it came, and counted just after. */
	if (in < conn->in && !has_ended(info))
		in = conn->in;
	if (out < conn->out)
		out = conn->out;
	if (in > conn->in)
		moved = (size_t)(in - conn->in);
	moved += (size_t)(out - conn->out);
	conn->in = in;
	conn->out = out;
	return moved;
}

static void
look(struct sockd_conn *conn, unsigned long long now_ms)
{
	long long       idle_ms = conn->service->timeouts.idle;
	struct tcp_info info;
	size_t          moved;

	if (!get_info(conn, &info)) {
		conn->is_counted = false;
		conn->moved_ms = now_ms; /* for all that we know */
		conn->slow_end_us = CLOCK_NEVER_MS;
	} else {
		conn->is_counted = true;
		moved = note_bytes(conn, &info);
		if (moved > 0)
			conn->moved_ms = now_ms;
		conn_note_moved(conn, moved);
	}
	conn->look_ms = CLOCK_NEVER_MS;
	if (conn->service->timeouts.min_rate > 0)
		conn->look_ms = now_ms + LOOK_MS;
	if (idle_ms > 0 &&
	    now_ms + (unsigned long long)idle_ms / LOOKS + 1 < conn->look_ms)
		conn->look_ms = now_ms + (unsigned long long)idle_ms / LOOKS + 1;
}

void
conn_take_back(struct sockd_conn *conn)
{
	struct tcp_info info;
	int             unread = 1;

	if (!conn->is_lent)
		return;
	conn->is_counted = get_info(conn, &info);
	/* Closing is not enough for the client, if somebody else still has it open. */
	(void)sockd_half_close(conn);
	if (!conn->is_counted)
		return;
	(void)note_bytes(conn, &info);
	conn->out += info.tcpi_notsent_bytes;
	conn->is_dry = ioctl(conn->fd, SIOCINQ, &unread) == 0 && unread == 0;
	conn->at_end = conn->is_dry && has_ended(&info);
}

static unsigned long long
lent_end_ms(const struct sockd_conn *conn, int *error)
{
	unsigned long long idle_end_ms = CLOCK_NEVER_MS;

	if (conn->is_lent)
		idle_end_ms =
		    clock_deadline_ms(conn->moved_ms, conn->service->timeouts.idle);
	return conn_end_ms(conn, idle_end_ms, error);
}

/* When to give up, or before that to look again; it is not given up without a last look. */
static unsigned long long
next_ms(struct sockd_conn *conn, unsigned long long now_ms, unsigned long long until_ms,
    int *error)
{
	unsigned long long end_ms;

	*error = 0;
	if (conn->failure != 0)
		return until_ms;
	end_ms = lent_end_ms(conn, error);
	if (conn->is_lent && (now_ms >= conn->look_ms || now_ms >= end_ms)) {
		look(conn, now_ms);
		end_ms = lent_end_ms(conn, error);
	}
	if (now_ms < end_ms)
		*error = 0;
	if (conn->is_lent && conn->look_ms < end_ms)
		end_ms = conn->look_ms;
	return end_ms < until_ms ? end_ms : until_ms;
}

/* The same for who waits for others, too: their time does not end with that of the client. */
static unsigned long long
next_shared_ms(const struct sockd_conn *conn, unsigned long long now_ms,
    unsigned long long until_ms, int *error)
{
	unsigned long long end_ms = leave_deadline_ms();

	*error = 0;
	if (conn->failure == ECANCELED)
		return until_ms;
	if (now_ms >= end_ms)
		*error = ECANCELED;
	return end_ms < until_ms ? end_ms : until_ms;
}

static int
wait_alone(const struct sockd_conn *conn, const int *fds, int n, int ms)
{
	struct pollfd p[SOCKD_WAIT_MOST + 1];

	for (int i = 0; i < n; i++)
		p[i] = (struct pollfd){ .fd = fds[i], .events = POLLIN };
	return leave_poll(conn->board->slot, conn->lifeline_fd, p, n, ms);
}

static int
wait_for(struct sockd_conn *conn, const int *fds, int n, long long ms, bool is_shared)
{
	unsigned long long now_ms = clock_ms(), at_ms, until_ms = CLOCK_NEVER_MS;
	int                result, error;

	if (ms >= 0)
		until_ms = now_ms + (unsigned long long)ms;
	for (;; now_ms = clock_ms()) {
		at_ms = is_shared ? next_shared_ms(conn, now_ms, until_ms, &error) :
				    next_ms(conn, now_ms, until_ms, &error);
		if (error != 0) {
			errno = conn->failure = error;
			return -1;
		}
		result = conn->visit != NULL ?
		    visit_wait_for(conn->visit, fds, n, at_ms) :
		    wait_alone(conn, fds, n, clock_poll_ms(now_ms, at_ms));
		if (result == -1)
			conn->failure = errno;
		if (result != 0)
			return result;
		if (clock_ms() >= until_ms)
			return 0;
	}
}

int
sockd_wait(struct sockd_conn *conn, const int *fds, int n, long long ms)
{
	return wait_for(conn, fds, n, ms, false);
}

int
sockd_wait_shared(struct sockd_conn *conn, const int *fds, int n, long long ms)
{
	return wait_for(conn, fds, n, ms, true);
}

void
sockd_wake(struct sockd_conn *conn)
{
	if (conn->visit != NULL)
		visit_wake(conn->visit);
}

void
sockd_note(struct sockd_conn *conn, const char *format, ...)
{
	size_t  used = strlen(conn->note);
	va_list args;

	va_start(args, format);
	vsnprintf(conn->note + used, sizeof conn->note - used, format, args);
	va_end(args);
}

void
sockd_rest(struct sockd_conn *conn, long long ms)
{
	conn->rest_ms = ms;
}
