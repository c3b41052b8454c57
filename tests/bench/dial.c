/* SPDX-License-Identifier: MIT */
/* dial.c - the clients' sockets, to a server on this machine */
#include "dial.h"

#include <arpa/inet.h>
#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#define SOURCES 250

static int
connect_from(int fd, unsigned n, in_port_t port)
{
	struct sockaddr_in from = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK + 1 + n % SOURCES) };
	struct sockaddr_in to = { .sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int                yes = 1;

	/* Let connect choose the port: it knows which are free for this server. */
	if (setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &yes, sizeof yes) != 0)
		return -1;
	if (bind(fd, (struct sockaddr *)&from, sizeof from) != 0)
		return -1;
	return connect(fd, (struct sockaddr *)&to, sizeof to);
}

int
dial(int type, unsigned n, in_port_t port)
{
	int fd = socket(AF_INET, type | SOCK_CLOEXEC, 0), error;

	if (fd == -1)
		return -1;
	if (connect_from(fd, n, port) != 0) {
		error = errno;
		close(fd);
		errno = error;
		return -1;
	}
	return fd;
}
