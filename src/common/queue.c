/* SPDX-License-Identifier: MIT */
/* queue.c - has anybody been taken from a listener's queue? */
#include "common/queue.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
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

	return epoll_wait(q->epoll_fd, &e, 1, 0) != 0;
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

/* For TCP the kernel tells how many, see tcpi_unacked of a listener in net/ipv4/tcp.c. */
static void
look(int fd, struct queue_head *h)
{
	struct tcp_info info;
	socklen_t       size = sizeof info;

	memset(h, 0, sizeof *h);
	if (io_socket_option(fd, SO_ACCEPTCONN) != 1) {
		peek(fd, h);
	} else if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size) == 0) {
		h->is_known = true;
		h->n = info.tcpi_unacked;
	}
}

static bool
is_waited_at(const struct queue *q)
{
	struct pollfd p = { .fd = q->listener_fd, .events = POLLIN };

	return poll(&p, 1, 0) == 1;
}

static bool
is_same(const struct queue_head *a, const struct queue_head *b)
{
	return a->n == b->n && memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0 &&
	    memcmp(&a->peer, &b->peer, sizeof a->peer) == 0;
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

	if (!is_waited_at(q) || has_arrival(q)) {
		q->n_blind = 0;
		return false;
	}
	look(q->listener_fd, &now);
	if (now.is_known && q->before.is_known)
		return is_same(&now, &q->before);
	return ++q->n_blind > QUEUE_BLIND_MOST;
}

bool
queue_is_shut(const struct queue *q)
{
	struct pollfd p = { .fd = q->listener_fd, .events = POLLRDHUP };

	return poll(&p, 1, 0) == 1 && (p.revents & (POLLRDHUP | POLLHUP)) != 0;
}
