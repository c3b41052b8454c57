/* SPDX-License-Identifier: MIT */
/* client.c - a client: asks, checks the answer, and tells how it went; load.c has many */
#include "client.h"

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "dial.h"

#define BYTES_64 "64 bytes of a message that goes there and comes back the same.\r\n"

/* "silent" is for servers that speak without being asked. */
const struct kind client_kinds[] = {
	{ "exchange", SOCK_STREAM, "test client", "test server", false },
	{ "silent", SOCK_STREAM, "", "test server", false },
	{ "echo", SOCK_STREAM, BYTES_64, BYTES_64, true },
	{ "datagram", SOCK_DGRAM, "test client", "test server", true },
	{ 0 },
};

void
client_init(struct client *c, const struct kind *kind, in_port_t port, unsigned n)
{
	*c = (struct client){ .kind = kind, .port = port, .n = n, .fd = -1 };
}

void
client_stop(struct client *c)
{
	if (c->fd != -1)
		close(c->fd);
	c->fd = -1;
	c->began_ns = 0;
}

static enum progress
failed(struct client *c, const char *what)
{
	int error = errno;

	client_stop(c);
	c->failure = what;
	errno = error;
	return PROGRESS_FAILED;
}

enum progress
client_begin(struct client *c, int epoll_fd, uint64_t now_ns)
{
	struct epoll_event event = { .events = EPOLLIN, .data.ptr = c };
	size_t             size = strlen(c->kind->question);
	bool               is_new = c->fd == -1;

	c->began_ns = now_ns;
	c->got = 0;
	if (is_new) {
		c->fd = dial(c->kind->type, c->n, c->port);
		if (c->fd == -1)
			return failed(c, "connect");
	}
	if (size > 0 &&
	    send(c->fd, c->kind->question, size, MSG_NOSIGNAL) != (ssize_t)size)
		return failed(c, "send");
	/* After the question, so that the server has it when it looks at the connection. */
	if (is_new && epoll_ctl(epoll_fd, EPOLL_CTL_ADD, c->fd, &event) != 0)
		return failed(c, "epoll_ctl");
	return PROGRESS_WAITS;
}

/* The answer came, or less, or more. */
static enum progress
judge(struct client *c, size_t wanted)
{
	if (c->got != wanted || memcmp(c->bytes, c->kind->answer, wanted) != 0) {
		errno = EPROTO;
		return failed(c, "another answer");
	}
	if (c->kind->keeps)
		c->began_ns = 0;
	else
		client_stop(c);
	return PROGRESS_DONE;
}

enum progress
client_go_on(struct client *c)
{
	size_t  wanted = strlen(c->kind->answer);
	ssize_t n;

	for (;;) {
		/* One byte more than is wanted would be told from the answer. */
		n = recv(
		    c->fd, c->bytes + c->got, sizeof c->bytes - c->got, MSG_DONTWAIT);
		if (n == -1 && (errno == EAGAIN || errno == EINTR))
			return PROGRESS_WAITS;
		if (n == -1)
			return failed(c, "recv");
		c->got += (size_t)n;
		if (n == 0 || c->got > wanted || (c->kind->keeps && c->got == wanted))
			return judge(c, wanted);
	}
}
