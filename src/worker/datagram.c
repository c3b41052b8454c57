/* SPDX-License-Identifier: MIT */
/* datagram.c - one datagram and its answer */
#include "worker/datagram.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/address.h"
#include "common/clock.h"
#include "common/io.h"
#include "common/log.h"
#include "common/scoreboard.h"
#include "config/settings.h"
#include "sockd.h"
#include "worker/admission.h"
#include "worker/board.h"
#include "worker/forged.h"

/* No UDP datagram is longer; longer ones of AF_UNIX are dropped. */
#define DATAGRAM_LARGEST 65536

/* Of packet:, which only listens to what an interface takes in. */
static bool
is_frame(const struct sockd_datagram *d)
{
	return d->from.storage.ss_family == AF_PACKET;
}

int
sockd_answer(
    struct sockd_datagram *d, const void *bytes, size_t size, long long amplification)
{
	struct iovec  iov = { (void *)bytes, size };
	struct msghdr m = { .msg_name = &d->from.storage,
		.msg_namelen = d->from.size,
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = d->control,
		.msg_controllen = d->control_size };

	if (amplification > 0 && size > d->size * (size_t)amplification) {
		errno = EMSGSIZE;
		return -1;
	}
	if (d->from.size <= sizeof(sa_family_t)) { /* a UNIX socket without a name */
		errno = EDESTADDRREQ;
		return -1;
	}
	if (is_frame(d)) { /* each answer would be one more frame, for ever */
		errno = EOPNOTSUPP;
		return -1;
	}
	if (sendmsg(d->fd, &m, MSG_DONTWAIT | MSG_NOSIGNAL) == -1)
		return -1;
	d->out += size;
	return 0;
}

static void
add_control(struct sockd_datagram *d, int level, int type, const void *data, size_t size)
{
	void           *p = d->control + d->control_size;
	struct cmsghdr *c = p;

	c->cmsg_level = level;
	c->cmsg_type = type;
	c->cmsg_len = CMSG_LEN(size);
	memcpy(CMSG_DATA(c), data, size);
	d->control_size += CMSG_SPACE(size);
}

/* The answer shall come from the address that was asked. */
static void
keep_destination(struct sockd_datagram *d, struct cmsghdr *c)
{
	struct in_pktinfo info;

	memcpy(&info, CMSG_DATA(c), sizeof info);
	d->to_many = info.ipi_addr.s_addr != info.ipi_spec_dst.s_addr;
	info.ipi_ifindex = 0; /* the routes choose */
	add_control(d, IPPROTO_IP, IP_PKTINFO, &info, sizeof info);
}

/* IPv4 inside IPv6 has no word for a network's own broadcast address. */
static bool
is_many6(const struct in6_addr *a)
{
	in_addr_t inner;

	if (!IN6_IS_ADDR_V4MAPPED(a))
		return IN6_IS_ADDR_MULTICAST(a);
	memcpy(&inner, a->s6_addr + 12, sizeof inner);
	return IN_MULTICAST(ntohl(inner)) || inner == INADDR_BROADCAST;
}

static void
keep_destination6(struct sockd_datagram *d, struct cmsghdr *c)
{
	struct in6_pktinfo info;

	memcpy(&info, CMSG_DATA(c), sizeof info);
	d->to_many = is_many6(&info.ipi6_addr);
	if (!IN6_IS_ADDR_LINKLOCAL(&info.ipi6_addr))
		info.ipi6_ifindex = 0;
	if (!d->to_many)
		add_control(d, IPPROTO_IPV6, IPV6_PKTINFO, &info, sizeof info);
}

static void
keep_ttl(struct sockd_datagram *d, struct cmsghdr *c, int answer_type)
{
	int ttl;

	memcpy(&ttl, CMSG_DATA(c), sizeof ttl);
	d->ttl = forged_answer_ttl(ttl);
	add_control(d, c->cmsg_level, answer_type, &d->ttl, sizeof d->ttl);
}

/* Descriptors that a UNIX socket's peer sends along are not wanted. */
static void
close_rights(const struct cmsghdr *c)
{
	size_t n = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
	int    fd;

	for (size_t i = 0; i < n; i++) {
		memcpy(&fd, CMSG_DATA(c) + i * sizeof fd, sizeof fd);
		close(fd);
	}
}

static bool
is_control(const struct cmsghdr *c, int level, int type)
{
	return c->cmsg_level == level && c->cmsg_type == type;
}

static void
keep_control(struct sockd_datagram *d, struct msghdr *m)
{
	d->control_size = 0;
	d->to_many = false;
	d->ttl = -1;
	for (struct cmsghdr *c = CMSG_FIRSTHDR(m); c != NULL; c = CMSG_NXTHDR(m, c)) {
		if (is_control(c, IPPROTO_IP, IP_PKTINFO))
			keep_destination(d, c);
		else if (is_control(c, IPPROTO_IPV6, IPV6_PKTINFO))
			keep_destination6(d, c);
		else if (is_control(c, IPPROTO_IP, IP_TTL))
			keep_ttl(d, c, IP_TTL);
		else if (is_control(c, IPPROTO_IPV6, IPV6_HOPLIMIT))
			keep_ttl(d, c, IPV6_HOPLIMIT);
		else if (is_control(c, SOL_SOCKET, SCM_RIGHTS))
			close_rights(c);
	}
}

/* Of raw:, where only these have no port; who forges 0 in UDP costs a call. */
static bool
is_raw(const struct sockd_datagram *d)
{
	int       type;
	socklen_t size = sizeof type;

	return d->from.storage.ss_family == AF_INET && address_port(&d->from) == 0 &&
	    getsockopt(d->fd, SOL_SOCKET, SO_TYPE, &type, &size) == 0 && type == SOCK_RAW;
}

/* As the kernel adds it to what is sent, the IP header is not the handler's, raw(7). */
static void
skip_header(struct sockd_datagram *d)
{
	size_t length = d->size > 0 ? (size_t)(d->bytes[0] & 0xf) * 4 : 0;

	if (length > d->size)
		length = d->size;
	d->bytes += length;
	d->size -= length;
}

/* Why a datagram is not for the handler, or NULL. */
static const char *
refusal(const struct sockd_datagram *d, int flags)
{
	if (flags & MSG_TRUNC)
		return "it is too long";
	if (d->to_many)
		return "it was sent to many";
	if (forged_is_source(&d->from, !d->raw))
		return "nobody asks from there";
	if (d->ttl == 0)
		return "it goes round in a loop";
	return NULL;
}

/* Only a UNIX socket's empty datagram may look like the end of a socket that was shut down. */
static bool
is_end(const struct sockd_datagram *d, const struct msghdr *m)
{
	return d->size == 0 && m->msg_namelen == 0 && io_is_shut(d->fd);
}

static bool
receive(struct sockd_datagram *d, char *bytes)
{
	_Alignas(struct cmsghdr) char control[DATAGRAM_CONTROL];
	struct iovec                  iov = { bytes, DATAGRAM_LARGEST };
	struct msghdr                 m = { .msg_name = &d->from.storage,
				.msg_namelen = sizeof d->from.storage,
				.msg_iov = &iov,
				.msg_iovlen = 1,
				.msg_control = control,
				.msg_controllen = sizeof control };
	/* Not MSG_CMSG_CLOEXEC, which packet sockets refuse; rights are closed below. */
	ssize_t n = recvmsg(d->fd, &m, 0);

	if (n == -1)
		return false;
	d->from.size = m.msg_namelen;
	if (m.msg_namelen == 0) /* only UNIX sockets come without a name */
		d->from.storage.ss_family = AF_UNIX;
	d->bytes = bytes;
	d->size = (size_t)n;
	if (is_end(d, &m)) {
		errno = EINVAL; /* as accept says of a listener */
		return false;
	}
	d->out = 0;
	d->from_text[0] = '\0';
	d->raw = is_raw(d);
	if (d->raw)
		skip_header(d);
	keep_control(d, &m);
	d->refusal = refusal(d, m.msg_flags);
	return true;
}

/* Its patience with who serves it begins. */
static void
begin(struct sockd_datagram *d, unsigned long long now_ms)
{
	const struct timeouts *t = &d->service->timeouts;

	d->end_ms = clock_deadline_ms(now_ms, t->idle);
	if (clock_deadline_ms(now_ms, t->lifetime) < d->end_ms)
		d->end_ms = clock_deadline_ms(now_ms, t->lifetime);
}

bool
datagram_serve(
    int fd, int lifeline_fd, void *self, struct admission *admission, long long *rest_ms)
{
	const struct service_conf *service = admission->service;
	struct board              *board = admission->board;
	static char                bytes[DATAGRAM_LARGEST];
	struct sockd_datagram      d = {
		     .fd = fd, .lifeline_fd = lifeline_fd, .service = service, .board = board
	};
	unsigned long long us;

	*rest_ms = 0;
	if (!receive(&d, bytes))
		return false;
	if (d.refusal != NULL) {
		sockd_log_datagram(&d, LOG_DEBUG, "dropped peer=%s in=%zu: %s",
		    sockd_asker(&d), d.size, d.refusal);
		slot_count_dropped(board->slot);
		/* What is not answered is no matter of the service's limits. */
		admission_give_back(admission);
		return true;
	}
	if (!admission_hear(admission, &d.from)) {
		admission_give_back(admission);
		return true;
	}
	us = clock_us();
	begin(&d, us / 1000);
	board_begin(board, us / 1000);
	slot_work(board->slot, &d.from);
	service->handler->answer(self, &d);
	board_end(board, d.size, d.out);
	*rest_ms = d.rest_ms;
	us = clock_us() - us;
	/* A line about a frame that goes out over its interface brings the next frame. */
	if (service->log_connections)
		sockd_log_datagram(&d, is_frame(&d) ? LOG_DEBUG : LOG_INFO,
		    "answered peer=%s in=%zu out=%llu ms=%llu.%llu%s", sockd_asker(&d),
		    d.size, d.out, us / 1000, us / 100 % 10, d.note);
	return true;
}
