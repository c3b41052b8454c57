/* SPDX-License-Identifier: MIT */
/* datagram_about.c - what a handler may ask, say and wait for while it answers a datagram */
#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "common/clock.h"
#include "common/log.h"
#include "config/settings.h"
#include "sockd.h"
#include "worker/board.h"
#include "worker/datagram.h"
#include "worker/leave.h"

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
	if (d->raw)
		d->from_text[strcspn(d->from_text, ":")] = '\0';
	return d->from_text;
}

size_t
sockd_asker_address(const struct sockd_datagram *d, struct sockaddr_storage *address)
{
	*address = d->from.storage;
	return d->from.size;
}

/* The kernel has told it, where it was to be told from where to answer. */
static void
take_destination(const struct sockd_datagram *d, struct sockaddr_storage *address)
{
	struct msghdr m = { .msg_control = (void *)d->control,
		.msg_controllen = d->control_size };

	for (struct cmsghdr *c = CMSG_FIRSTHDR(&m); c != NULL; c = CMSG_NXTHDR(&m, c)) {
		const unsigned char *data = CMSG_DATA(c);

		if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO &&
		    address->ss_family == AF_INET)
			memcpy(&((struct sockaddr_in *)address)->sin_addr,
			    data + offsetof(struct in_pktinfo, ipi_spec_dst),
			    sizeof(struct in_addr));
		if (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_PKTINFO &&
		    address->ss_family == AF_INET6)
			memcpy(&((struct sockaddr_in6 *)address)->sin6_addr,
			    data + offsetof(struct in6_pktinfo, ipi6_addr),
			    sizeof(struct in6_addr));
	}
}

size_t
sockd_asked_address(const struct sockd_datagram *d, struct sockaddr_storage *address)
{
	socklen_t size = sizeof *address;

	memset(address, 0, sizeof *address);
	if (getsockname(d->fd, (struct sockaddr *)address, &size) != 0)
		return 0;
	take_destination(d, address);
	return size;
}

void
sockd_log_datagram(const struct sockd_datagram *d, int priority, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	log_about(d->service->name, priority, format, args);
	va_end(args);
}

void
sockd_note_datagram(struct sockd_datagram *d, const char *format, ...)
{
	size_t  used = strlen(d->note);
	va_list args;

	va_start(args, format);
	vsnprintf(d->note + used, sizeof d->note - used, format, args);
	va_end(args);
}

void
sockd_rest_datagram(struct sockd_datagram *d, long long ms)
{
	d->rest_ms = ms;
}

/* When to give up, and with which errno; who has been told may take what time it needs. */
static unsigned long long
end_of_patience(const struct sockd_datagram *d, bool is_shared, int *error)
{
	*error = ETIMEDOUT;
	if (d->failure == ECANCELED || (d->failure != 0 && !is_shared))
		return CLOCK_NEVER_MS;
	if (leave_deadline_ms() >= d->end_ms && !is_shared)
		return d->end_ms;
	*error = ECANCELED;
	return leave_deadline_ms();
}

static int
wait_for(struct sockd_datagram *d, const int *fds, int n, long long ms, bool is_shared)
{
	unsigned long long now_ms = clock_ms(), end_ms, until_ms = CLOCK_NEVER_MS;
	struct pollfd      p[SOCKD_WAIT_MOST + 1];
	int                result, error;

	if (ms >= 0)
		until_ms = now_ms + (unsigned long long)ms;
	for (;; now_ms = clock_ms()) {
		end_ms = end_of_patience(d, is_shared, &error);
		if (now_ms >= end_ms) {
			errno = d->failure = error;
			return -1;
		}
		for (int i = 0; i < n; i++)
			p[i] = (struct pollfd){ .fd = fds[i], .events = POLLIN };
		result = leave_poll(d->board->slot, d->lifeline_fd, p, n,
		    clock_poll_ms(now_ms, end_ms < until_ms ? end_ms : until_ms));
		if (result == -1)
			d->failure = errno;
		if (result != 0)
			return result;
		if (clock_ms() >= until_ms)
			return 0;
	}
}

int
sockd_wait_datagram(struct sockd_datagram *d, const int *fds, int n, long long ms)
{
	return wait_for(d, fds, n, ms, false);
}

int
sockd_wait_shared_datagram(struct sockd_datagram *d, const int *fds, int n, long long ms)
{
	return wait_for(d, fds, n, ms, true);
}
