/* SPDX-License-Identifier: MIT */
/* plan.c - what every exchange of a run does: with whom, what to say, what to expect */
#include "sockc/plan.h"

#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/address.h"
#include "config/endpoint.h"

bool
plan_is_stream(const struct plan *p)
{
	return p->endpoint->transport->type == SOCK_STREAM;
}

bool
plan_is_datagram(const struct plan *p)
{
	return endpoint_is_datagram(p->endpoint);
}

bool
plan_has_half_close(const struct plan *p)
{
	return !plan_is_datagram(p) && p->endpoint->transport->protocol != IPPROTO_SCTP;
}

size_t
plan_answer_size(const struct plan *p)
{
	return p->expect != NULL ? p->expect_size : p->text_size;
}

/* A datagram is answered to its sender's name; this takes any, unix(7) autobind. */
static int
take_name(int fd, const struct transport *t)
{
	const struct sockaddr unnamed = { .sa_family = AF_UNIX };

	if (t->family != AF_UNIX || t->type != SOCK_DGRAM)
		return 0;
	return bind(fd, &unnamed, sizeof unnamed.sa_family);
}

int
plan_connect(const struct plan *p, size_t address, bool *is_connected)
{
	const struct transport *t = p->endpoint->transport;
	const struct address   *a = &p->addresses[address];
	int                     type = t->type | SOCK_NONBLOCK | SOCK_CLOEXEC;
	int                     fd = socket(a->storage.ss_family, type, t->protocol);
	int                     result, error;

	if (fd == -1)
		return -1;
	if (take_name(fd, t) != 0)
		goto fail_open;
	result = connect(fd, (const void *)&a->storage, a->size);
	if (result != 0 && errno != EINPROGRESS)
		goto fail_open;
	*is_connected = result == 0;
	return fd;
fail_open:
	error = errno;
	close(fd);
	errno = error;
	return -1;
}
