/* SPDX-License-Identifier: MIT */
/* queue.c - has anybody been taken from a listener's queue? */
#include "common/queue.h"

#include <poll.h>
#include <string.h>
#include <sys/epoll.h>

#include "common/io.h"

void
queue_open(struct queue *q, int listener_fd)
{
	struct epoll_event e = { .events = EPOLLIN | EPOLLET };

	memset(q, 0, sizeof *q);
	q->listener_fd = listener_fd;
	q->blind_most = QUEUE_BLIND_MOST;
	if (io_socket_option(listener_fd, SO_ACCEPTCONN) == 0)
		q->blind_most =
		    io_socket_option(listener_fd, SO_RCVBUF) / QUEUE_BLIND_BYTES;
	q->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (q->epoll_fd != -1 &&
	    epoll_ctl(q->epoll_fd, EPOLL_CTL_ADD, listener_fd, &e) != 0)
		io_close(&q->epoll_fd);
}

void
queue_close(struct queue *q)
{
	io_close(&q->epoll_fd);
}

/* Somebody has come since the last time: who waits already makes no edge. */
static bool
has_arrival(const struct queue *q)
{
	struct epoll_event e;

	return q->epoll_fd != -1 && epoll_wait(q->epoll_fd, &e, 1, 0) != 0;
}

static void
peek(int fd, struct queue_head *h)
{
	struct iovec  iov = { h->bytes, sizeof h->bytes };
	struct msghdr m = { .msg_name = &h->peer,
		.msg_namelen = sizeof h->peer,
		.msg_iov = &iov,
		.msg_iovlen = 1 };
	ssize_t       n = recvmsg(fd, &m, MSG_PEEK | MSG_DONTWAIT | MSG_TRUNC);

	h->is_known = n >= 0;
	h->n = n > 0 ? (unsigned)n : 0;
}

static void
look(int fd, struct queue_head *h)
{
	memset(h, 0, sizeof *h);
	if (io_socket_option(fd, SO_ACCEPTCONN) != 1)
		peek(fd, h);
	else
		h->is_known = h->is_count = io_count_waiting(fd, &h->n);
}

/* False if one was taken for sure. */
static bool
may_be_same(const struct queue_head *a, const struct queue_head *b)
{
	return !a->is_known || !b->is_known ||
	    (a->n == b->n && memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0 &&
		memcmp(&a->peer, &b->peer, sizeof a->peer) == 0);
}

static bool
is_waited_at(const struct queue *q)
{
	struct pollfd p = { .fd = q->listener_fd, .events = POLLIN };

	return poll(&p, 1, 0) == 1;
}

void
queue_begin(struct queue *q)
{
	(void)has_arrival(q);
	look(q->listener_fd, &q->before);
}

bool
queue_is_left(struct queue *q)
{
	struct queue_head now;

	look(q->listener_fd, &now);
	if (!is_waited_at(q) || has_arrival(q) || !may_be_same(&now, &q->before)) {
		q->n_blind = 0;
		return false;
	}
	/* As many connections as before, and none has come. */
	if (q->epoll_fd != -1 && now.is_count && q->before.is_count)
		return true;
	return ++q->n_blind > q->blind_most;
}
