/* SPDX-License-Identifier: MIT */
/* epoll.c - many connections by turns: what comes is sent back */
#include <errno.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "reference.h"

#define EVENTS_MOST 64

static void
watch(int epoll_fd, int fd)
{
	struct epoll_event event = { .events = EPOLLIN, .data.fd = fd };

	if (epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &event) != 0)
		give_up("epoll_ctl");
}

/* What does not fit in the socket is lost, which clients that wait for it never see. */
static void
echo(int fd)
{
	static char bytes[16384];
	ssize_t     n = recv(fd, bytes, sizeof bytes, MSG_DONTWAIT);

	if (n > 0)
		(void)!send(fd, bytes, (size_t)n, MSG_DONTWAIT | MSG_NOSIGNAL);
	else if (n == 0 || errno != EAGAIN)
		close(fd);
}

void
epoll_serve(int listener)
{
	struct epoll_event events[EVENTS_MOST];
	int                epoll_fd = epoll_create1(EPOLL_CLOEXEC);

	if (epoll_fd == -1)
		give_up("epoll_create1");
	watch(epoll_fd, listener);
	for (;;) {
		int n = epoll_wait(epoll_fd, events, EVENTS_MOST, -1);

		for (int i = 0; i < n; i++) {
			int fd = events[i].data.fd;

			if (fd != listener) {
				echo(fd);
				continue;
			}
			fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
			if (fd != -1)
				watch(epoll_fd, fd);
		}
	}
}
