/* SPDX-License-Identifier: MIT */
/* datagram.c - one datagram and its answer */
#include "worker/datagram.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "common/address.h"
#include "common/clock.h"
#include "common/log.h"
#include "common/scoreboard.h"
#include "config/settings.h"
#include "sockd.h"

/* No UDP datagram is longer; longer ones of AF_UNIX are dropped. */
#define DATAGRAM_LARGEST 65536

struct sockd_datagram {
	int                        fd;
	const struct service_conf *service;
	struct address             from;
	char                       from_text[ADDRESS_TEXT]; /* "" until it is asked for */
	const char                *bytes;
	size_t                     size;
	unsigned long long         out;
	/* The address that was asked, as the kernel tells it and takes it back, ip(7). */
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(struct in6_pktinfo))];
	size_t control_size;
};

const void *
sockd_question(const struct sockd_datagram *d, size_t *size)
{
	*size = d->size;
	return d->bytes;
}

const char *
sockd_asker(struct sockd_datagram *d)
{
	if (d->from_text[0] == '\0')
		address_print(&d->from, d->from_text, sizeof d->from_text);
	return d->from_text;
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
	if (sendmsg(d->fd, &m, MSG_DONTWAIT | MSG_NOSIGNAL) == -1)
		return -1;
	d->out += size;
	return 0;
}

void
sockd_log_datagram(const struct sockd_datagram *d, int priority, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	log_about(d->service->name, priority, format, args);
	va_end(args);
}

/* Turn what the kernel told about the destination into where the answer comes from. */
static void
keep_destination(struct sockd_datagram *d, const struct msghdr *m)
{
	struct cmsghdr    *c = CMSG_FIRSTHDR(m);
	struct in_pktinfo  info;
	struct in6_pktinfo info6;

	d->control_size = 0;
	if (c == NULL)
		return;
	if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO) {
		memcpy(&info, CMSG_DATA(c), sizeof info);
		info.ipi_ifindex = 0; /* the routes choose */
		memcpy(CMSG_DATA(c), &info, sizeof info);
		d->control_size = CMSG_SPACE(sizeof info);
	} else if (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_PKTINFO) {
		memcpy(&info6, CMSG_DATA(c), sizeof info6);
		if (IN6_IS_ADDR_MULTICAST(&info6.ipi6_addr))
			return;
		if (!IN6_IS_ADDR_LINKLOCAL(&info6.ipi6_addr))
			info6.ipi6_ifindex = 0;
		memcpy(CMSG_DATA(c), &info6, sizeof info6);
		d->control_size = CMSG_SPACE(sizeof info6);
	}
}

static bool
receive(struct sockd_datagram *d, char *bytes)
{
	struct iovec  iov = { bytes, DATAGRAM_LARGEST };
	struct msghdr m = { .msg_name = &d->from.storage,
		.msg_namelen = sizeof d->from.storage,
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = d->control,
		.msg_controllen = sizeof d->control };
	ssize_t       n = recvmsg(d->fd, &m, MSG_CMSG_CLOEXEC);

	if (n == -1)
		return false;
	d->from.size = m.msg_namelen;
	if (m.msg_namelen == 0) /* only UNIX sockets come without a name */
		d->from.storage.ss_family = AF_UNIX;
	d->bytes = bytes;
	d->size = (size_t)n;
	d->out = 0;
	d->from_text[0] = '\0';
	keep_destination(d, &m);
	if (m.msg_flags & MSG_TRUNC)
		sockd_log_datagram(d, LOG_DEBUG, "dropped peer=%s: more than %d bytes",
		    sockd_asker(d), DATAGRAM_LARGEST);
	errno = EMSGSIZE;
	return (m.msg_flags & MSG_TRUNC) == 0;
}

bool
datagram_serve(int fd, const struct service_conf *service, void *self, struct slot *slot)
{
	static char           bytes[DATAGRAM_LARGEST];
	struct sockd_datagram d = { .fd = fd, .service = service };
	unsigned long long    us;

	if (!receive(&d, bytes))
		return false;
	us = clock_us();
	slot_set_state(slot, SLOT_BUSY, us / 1000);
	service->handler->answer(self, &d);
	slot_count(slot, d.size, d.out);
	us = clock_us() - us;
	if (service->log_connections)
		sockd_log_datagram(&d, LOG_INFO,
		    "answered peer=%s in=%zu out=%llu ms=%llu.%llu", sockd_asker(&d),
		    d.size, d.out, us / 1000, us / 100 % 10);
	return true;
}
