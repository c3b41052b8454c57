/* SPDX-License-Identifier: MIT */
/* conn.c - one connection: its waits, its deadlines, its end; accept.c makes it */
#include "worker/conn.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/log.h"
#include "common/scoreboard.h"
#include "config/settings.h"
#include "worker/board.h"
#include "worker/leave.h"
#include "worker/linger.h"
#include "worker/visit.h"

static char scratch[CONN_SCRATCH];

void *
sockd_scratch(struct sockd_conn *conn, size_t *size)
{
	(void)conn;
	*size = sizeof scratch;
	return scratch;
}

void
conn_init(struct sockd_conn *conn, const struct service_conf *service, int lifeline_fd,
    struct board *board)
{
	conn->service = service;
	conn->lifeline_fd = lifeline_fd;
	conn->began_us = clock_us();
	conn->lifetime_end_ms =
	    clock_deadline_ms(conn->began_us / 1000, service->timeouts.lifetime);
	if (service->timeouts.min_rate >
	    0) /* what a send has moved must be told at once */
		conn->kernel_waits = false;
	conn->slow_end_us = conn->began_us + CONN_SLOW_MS * 1000ULL;
	conn->board = board;
	conn->visit = NULL;
	conn->at_end = conn->half_closed = conn->is_dry = false;
	conn->failure = conn->n_calls = 0;
	conn->in = conn->out = 0;
	conn->is_lent = false;
	conn->rest_ms = 0;
	conn->note[0] = conn->peer_text[0] = '\0';
}

unsigned long long
conn_end_ms(const struct sockd_conn *conn, unsigned long long idle_end_ms, int *error)
{
	unsigned long long end_ms = idle_end_ms;

	*error = ETIMEDOUT;
	if (conn->lifetime_end_ms < end_ms)
		end_ms = conn->lifetime_end_ms;
	if (conn->service->timeouts.min_rate > 0 && conn->slow_end_us / 1000 < end_ms)
		end_ms = conn->slow_end_us / 1000;
	if (leave_deadline_ms() < end_ms) {
		end_ms = leave_deadline_ms();
		*error = ECANCELED;
	}
	return end_ms;
}

/* Should it let others go on?  They may use the scratch. */
static bool
has_had_its_turn(struct sockd_conn *conn)
{
	return conn->visit != NULL && ++conn->n_calls > CONN_CALLS_MOST;
}

static void
let_others(struct sockd_conn *conn)
{
	conn->n_calls = 0;
	visit_let_others(conn->visit);
}

/*
 * Before each recv and send: is there patience left at all?  And may the call wait by
 * itself?  Only if the kernel ends it before patience does.
 */
static int
wait_flag(struct sockd_conn *conn, unsigned long long idle_end_ms, int *flag)
{
	int                error;
	unsigned long long end_ms = conn_end_ms(conn, idle_end_ms, &error);
	unsigned long long now_ms = clock_ms();

	if (now_ms >= end_ms) {
		errno = conn->failure = error;
		return -1;
	}
	*flag = MSG_DONTWAIT;
	if (conn->kernel_waits && !leave_asked() &&
	    now_ms + CONN_KERNEL_WAIT_MS <= end_ms)
		*flag = 0;
	return 0;
}

/* The one place that waits for a client, but for the kernel's own waits. */
static int
conn_wait(const struct sockd_conn *conn, short events, unsigned long long idle_end_ms)
{
	struct pollfd p[2] = { { .fd = conn->fd, .events = events } };
	int           result, error;

	for (;;) {
		unsigned long long end_ms = conn_end_ms(conn, idle_end_ms, &error);
		unsigned long long now_ms = clock_ms();

		if (now_ms >= end_ms) {
			errno = error;
			return -1;
		}
		result = conn->visit != NULL ?
		    visit_wait(conn->visit, conn->fd, events, end_ms) :
		    leave_poll(conn->board->slot, conn->lifeline_fd, p, 1,
			clock_poll_ms(now_ms, end_ms));
		if (result != 0)
			return result == 1 ? 0 : -1;
	}
}

/* With flag 0 the kernel waits. */
static ssize_t
do_recv(struct sockd_conn *conn, void *buf, size_t size, int flag)
{
	ssize_t n;

	if (flag != 0)
		return recv(conn->fd, buf, size, flag);
	slot_wait(conn->board->slot);
	n = recv(conn->fd, buf, size, 0);
	slot_work(conn->board->slot, NULL);
	return n;
}

static ssize_t
do_send(struct sockd_conn *conn, const void *buf, size_t size, int flag)
{
	ssize_t n;

	if (flag != 0)
		return send(conn->fd, buf, size, flag | MSG_NOSIGNAL);
	slot_wait(conn->board->slot);
	n = send(conn->fd, buf, size, MSG_NOSIGNAL);
	slot_work(conn->board->slot, NULL);
	return n;
}

/* A recv or send failed: 0 to try again, or -1 with errno. */
static int
retry(struct sockd_conn *conn, short events, int flag, unsigned long long idle_end_ms)
{
	/* If it was the kernel that waited, wait_flag() knows how to go on. */
	if (errno == EINTR || (errno == EAGAIN && flag == 0))
		return 0;
	if (errno == EAGAIN && conn_wait(conn, events, idle_end_ms) == 0)
		return 0;
	conn->failure = errno;
	return -1;
}

/* Who moves bytes lives, also if it never has to wait for them. */
static void
note_life(const struct sockd_conn *conn)
{
	if (conn->board != NULL)
		slot_work(conn->board->slot, NULL);
}

/* Each byte is worth some time; but none is saved up for more than CONN_SLOW_MS. */
void
conn_note_moved(struct sockd_conn *conn, size_t n)
{
	long long          rate = conn->service->timeouts.min_rate;
	unsigned long long most_us;

	if (n > 0)
		note_life(conn);
	if (rate == 0)
		return;
	most_us = clock_us() + CONN_SLOW_MS * 1000ULL;
	conn->slow_end_us += n * 1000000ULL / (unsigned long long)rate;
	if (conn->slow_end_us > most_us)
		conn->slow_end_us = most_us;
}

ssize_t
sockd_read(struct sockd_conn *conn, void *buf, size_t size)
{
	unsigned long long idle_end_ms =
	    clock_deadline_ms(clock_ms(), conn->service->timeouts.idle);
	ssize_t n;
	int     flag;

	if (has_had_its_turn(conn))
		let_others(conn);
	if (conn->is_dry && conn->visit != NULL && !visit_is_hung_up(conn->visit) &&
	    conn_wait(conn, POLLIN, idle_end_ms) != 0) {
		conn->failure = errno;
		return -1;
	}
	do {
		if (wait_flag(conn, idle_end_ms, &flag) != 0)
			return -1;
		n = do_recv(conn, buf, size, flag);
		if (n >= 0) {
			conn->in += (unsigned long long)n;
			conn_note_moved(conn, (size_t)n);
			conn->at_end = n == 0 && size > 0;
			conn->is_dry = conn->is_tcp && n > 0 && (size_t)n < size;
			return n;
		}
	} while (retry(conn, POLLIN, flag, idle_end_ms) == 0);
	return -1;
}

/* So little that nobody can keep us here. */
#define SKIPS_MOST 16

void
sockd_skip(struct sockd_conn *conn)
{
	ssize_t n = sizeof scratch;

	for (int i = 0; i < SKIPS_MOST && n == (ssize_t)sizeof scratch; i++) {
		n = recv(conn->fd, scratch, sizeof scratch, MSG_DONTWAIT);
		if (n > 0)
			conn->in += (unsigned long long)n;
	}
	conn->at_end = n == 0;
	conn->is_dry = conn->is_tcp && n < (ssize_t)sizeof scratch;
}

/* What cannot be sent at once is kept, as others may use the scratch meanwhile. */
static int
keep(struct sockd_conn *conn, const char **p, size_t size, char **kept)
{
	if (conn->visit == NULL || *kept != NULL || *p < scratch ||
	    *p >= scratch + sizeof scratch)
		return 0;
	*kept = malloc(size);
	if (*kept == NULL) {
		conn->failure = errno;
		return -1;
	}
	memcpy(*kept, *p, size);
	*p = *kept;
	return 0;
}

static int
write_all(struct sockd_conn *conn, const char *p, size_t size, char **kept)
{
	unsigned long long idle_end_ms =
	    clock_deadline_ms(clock_ms(), conn->service->timeouts.idle);
	ssize_t n;
	int     flag;

	while (size > 0) {
		if (has_had_its_turn(conn)) {
			if (keep(conn, &p, size, kept) != 0)
				return -1;
			let_others(conn);
		}
		if (wait_flag(conn, idle_end_ms, &flag) != 0)
			return -1;
		n = do_send(conn, p, size, flag);
		if (n < 0) {
			if (errno == EAGAIN) {
				if (keep(conn, &p, size, kept) != 0)
					return -1;
				errno = EAGAIN;
			}
			if (retry(conn, POLLOUT, flag, idle_end_ms) != 0)
				return -1;
			continue;
		}
		conn->out += (unsigned long long)n;
		conn_note_moved(conn, (size_t)n);
		p += n;
		size -= (size_t)n;
		/* Who takes something is not idle; lifetime ends who takes little for ever. */
		if (size > 0)
			idle_end_ms =
			    clock_deadline_ms(clock_ms(), conn->service->timeouts.idle);
	}
	return 0;
}

int
sockd_write(struct sockd_conn *conn, const void *buf, size_t size)
{
	char *kept = NULL;
	int   result = write_all(conn, buf, size, &kept), saved_errno = errno;

	free(kept);
	errno = saved_errno;
	return result;
}

int
sockd_half_close(struct sockd_conn *conn)
{
	if (conn->half_closed)
		return 0;
	conn->half_closed = true;
	return shutdown(conn->fd, SHUT_WR);
}

/* Read on until the peer closes too, so that what we sent is not lost to a reset. */
static void
linger(struct sockd_conn *conn, unsigned long long end_ms)
{
	unsigned long long now_ms = clock_ms();
	int                flag;
	ssize_t            n;

	do {
		if (has_had_its_turn(conn))
			let_others(conn);
		/* The first wait may be the kernel's, as long as all of them may take. */
		flag = MSG_DONTWAIT;
		if (conn->kernel_waits && !leave_asked() &&
		    now_ms + CONN_KERNEL_WAIT_MS <= end_ms)
			flag = 0;
		n = do_recv(conn, scratch, sizeof scratch, flag);
		if (n > 0)
			note_life(conn);
		if (n == -1 && errno == EAGAIN && flag != 0)
			n = conn_wait(conn, POLLIN, end_ms) == 0 ? 1 : -1;
		else if (n == -1 && errno == EINTR)
			n = 1;
		now_ms = clock_ms();
	} while (n > 0 && now_ms < end_ms);
}

/* The same while others are served, if nothing is there to be read. */
static bool
linger_aside(const struct sockd_conn *conn, unsigned long long end_ms)
{
	return conn->is_dry && conn->visit == NULL && !leave_asked() &&
	    linger_keep(conn->fd, end_ms);
}

static void
close_conn(struct sockd_conn *conn)
{
	long long idle = conn->service->timeouts.idle, most = CONN_KERNEL_WAIT_MS;
	unsigned long long end_ms;

	if (idle > 0 && idle < most)
		most = idle;
	if (!conn->at_end && conn->failure == 0 &&
	    (sockd_half_close(conn) == 0 || errno == ENOTCONN)) {
		end_ms = clock_ms() + (unsigned long long)most;
		if (linger_aside(conn, end_ms))
			return;
		linger(conn, end_ms);
	}
	if (conn->is_lent && conn->visit != NULL)
		visit_forget(conn->visit, conn->fd);
	close(conn->fd);
}

void
conn_finish(struct sockd_conn *conn, enum sockd_end end, struct board *board)
{
	unsigned long long us;
	char               bytes[64] = "in=? out=?";

	if (conn->service->log_connections && log_wants(LOG_INFO))
		sockd_peer(conn);
	conn_take_back(conn);
	close_conn(conn);
	board_end(board, conn->in, conn->out);
	if (!conn->service->log_connections || !log_wants(LOG_INFO))
		return;
	us = clock_us() - conn->began_us;
	if (!conn->is_lent || conn->is_counted)
		snprintf(bytes, sizeof bytes, "in=%llu out=%llu", conn->in, conn->out);
	log_info("%s: closed peer=%s %s ms=%llu.%llu why=%s%s", conn->service->name,
	    conn->peer_text, bytes, us / 1000, us / 100 % 10, conn_why(conn, end),
	    conn->note);
}
