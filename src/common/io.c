/* SPDX-License-Identifier: MIT */
/* io.c - small things about descriptors */
#include "common/io.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int
io_open_standard(void)
{
	int fd;

	do {
		fd = open("/dev/null", O_RDWR);
		if (fd == -1)
			return -1;
	} while (fd <= STDERR_FILENO);
	return close(fd);
}

int
io_nonblock(int fd)
{
	int flags = fcntl(fd, F_GETFL);

	return flags == -1 ? -1 : fcntl(fd, F_SETFL, flags | O_NONBLOCK);
}

int
io_null(int fd)
{
	int null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	int result;

	if (null_fd == -1)
		return -1;
	result = io_replace(fd, null_fd);
	if (null_fd != fd)
		close(null_fd);
	return result;
}

int
io_replace(int fd, int by)
{
	int result;

	do
		result = dup2(by, fd);
	while (result == -1 && (errno == EBUSY || errno == EINTR));
	return result == -1 ? -1 : 0;
}

static int
compare_fds(const void *a, const void *b)
{
	const int *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* For a kernel, or a sandbox, without close_range. -1 with errno. */
static int
close_each(unsigned from, unsigned to)
{
	DIR           *d = opendir("/proc/self/fd");
	struct dirent *e;

	if (d == NULL)
		return -1;
	while ((e = readdir(d)) != NULL) {
		unsigned fd = (unsigned)strtoul(e->d_name, NULL, 10);

		if (fd >= from && fd <= to && fd != (unsigned)dirfd(d))
			close((int)fd);
	}
	return closedir(d);
}

static int
close_all(unsigned from, unsigned to)
{
	return close_range(from, to, 0) == 0 ? 0 : close_each(from, to);
}

int
io_close_others(int *keep, size_t n)
{
	unsigned from = STDERR_FILENO + 1;

	if (n > 1)
		qsort(keep, n, sizeof *keep, compare_fds);
	for (size_t i = 0; i < n; i++) {
		if (keep[i] < (int)from)
			continue; /* -1, and what is kept anyway */
		if (keep[i] > (int)from && close_all(from, (unsigned)keep[i] - 1) != 0)
			return -1;
		from = (unsigned)keep[i] + 1;
	}
	return close_all(from, UINT_MAX);
}

int
io_pipe(int fds[2], bool nonblocking)
{
	return pipe2(fds, O_CLOEXEC | (nonblocking ? O_NONBLOCK : 0));
}

int
io_pipe_to_us(int *read_fd)
{
	int fds[2];

	if (io_pipe(fds, false) != 0)
		return -1;
	if (io_nonblock(fds[0]) != 0) {
		io_close(&fds[0]);
		io_close(&fds[1]);
		return -1;
	}
	*read_fd = fds[0];
	return fds[1];
}

int
io_socket_option(int fd, int name)
{
	int       value = -1;
	socklen_t size = sizeof value;

	(void)getsockopt(fd, SOL_SOCKET, name, &value, &size);
	return value;
}

bool
io_is_shut(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLRDHUP };

	return poll(&p, 1, 0) == 1 && (p.revents & (POLLRDHUP | POLLHUP)) != 0;
}

/* See tcpi_unacked of a listener in net/ipv4/tcp.c. */
bool
io_count_waiting(int listener_fd, unsigned *n)
{
	struct tcp_info info;
	socklen_t       size = sizeof info;

	if (getsockopt(listener_fd, IPPROTO_TCP, TCP_INFO, &info, &size) != 0)
		return false;
	*n = info.tcpi_unacked;
	return true;
}

bool
io_has_proc(void)
{
	char    text[16], self[16];
	ssize_t n = readlink("/proc/self", text, sizeof text);

	return n == snprintf(self, sizeof self, "%d", (int)getpid()) &&
	    memcmp(text, self, (size_t)n) == 0;
}

void
io_close(int *fd)
{
	if (*fd != -1)
		close(*fd);
	*fd = -1;
}

int
io_write(int fd, const void *bytes, size_t n)
{
	const char *p = bytes;
	ssize_t     done;

	while (n > 0) {
		done = write(fd, p, n);
		if (done == -1 && errno == EINTR)
			continue;
		if (done == -1)
			return -1;
		p += done;
		n -= (size_t)done;
	}
	return 0;
}
