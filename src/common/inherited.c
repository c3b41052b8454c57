/* SPDX-License-Identifier: MIT */
/* inherited.c - sockets that a service manager hands over, by sd_listen_fds(3)'s protocol */
#include "common/inherited.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/address.h"
#include "common/io.h"
#include "common/xalloc.h"

/* Where they begin, and what one is called if nobody says, sd_listen_fds_with_names(3). */
#define FIRST_FD     3
#define NAME_UNKNOWN "unknown"

static struct inherited *list;
static size_t            n_list;

/* -1 unless text is digits alone. */
static long
number_of(const char *text)
{
	char *end;
	long  n = strtol(text, &end, 10);

	return text[0] >= '0' && text[0] <= '9' && *end == '\0' && n < INT_MAX ? n : -1;
}

static const char *
fault_of(int fd)
{
	switch (io_socket_option(fd, SO_DOMAIN)) {
	case -1:
		return "is no socket";
	case AF_INET:
	case AF_INET6:
	case AF_UNIX:
	case AF_VSOCK:
	case AF_TIPC:
		break;
	default:
		return "is a socket of a family that cannot be served";
	}
	switch (io_socket_option(fd, SO_TYPE)) {
	case SOCK_DGRAM:
		return NULL;
	case SOCK_STREAM:
	case SOCK_SEQPACKET:
		return io_socket_option(fd, SO_ACCEPTCONN) == 1 ?
		    NULL :
		    "does not listen; in a socket unit set Accept=no";
	default:
		return "is a socket of a type that cannot be served";
	}
}

/* Its name is the next of names; -1 if the descriptor is not open. */
static int
take(int fd, const char **names)
{
	struct inherited *i;
	size_t            length = strcspn(*names, ":");

	list = xrealloc(list, n_list + 1, sizeof *list);
	i = &list[n_list++];
	*i = (struct inherited){ .fd = fd,
		.name = xstrndup(*names, length),
		.is_datagram = io_socket_option(fd, SO_TYPE) == SOCK_DGRAM,
		.fault = fault_of(fd) };
	*names += length;
	if (**names == ':')
		++*names;
	return fcntl(fd, F_SETFD, FD_CLOEXEC);
}

static size_t
count_names(const char *names)
{
	size_t n = 1;

	for (; *names != '\0'; names++)
		n += *names == ':';
	return n;
}

static int
take_all(const char *count, const char *names, char *why, size_t why_size)
{
	long n = number_of(count);

	if (n == -1) {
		snprintf(why, why_size,
		    "LISTEN_FDS=%.40s: must be a number of descriptors", count);
		return -1;
	}
	if (names != NULL && n > 0 && count_names(names) != (size_t)n) {
		snprintf(why, why_size,
		    "LISTEN_FDS=%ld, but in LISTEN_FDNAMES names: %zu", n,
		    count_names(names));
		return -1;
	}
	for (int fd = FIRST_FD; fd < FIRST_FD + n; fd++) {
		const char *name = NAME_UNKNOWN;

		if (take(fd, names != NULL ? &names : &name) != 0) {
			snprintf(why, why_size, "LISTEN_FDS=%ld: descriptor %d: %s", n,
			    fd, strerror(errno));
			return -1;
		}
	}
	return 0;
}

int
inherited_init(char *why, size_t why_size)
{
	const char *pid = getenv("LISTEN_PID"), *count = getenv("LISTEN_FDS");
	int         result = 0;

	if (pid != NULL && count != NULL && number_of(pid) == getpid())
		result = take_all(count, getenv("LISTEN_FDNAMES"), why, why_size);
	unsetenv("LISTEN_PID");
	unsetenv("LISTEN_FDS");
	unsetenv("LISTEN_FDNAMES");
	return result;
}

struct inherited *
inherited_list(size_t *n)
{
	*n = n_list;
	return list;
}

void
inherited_put(const struct inherited *i, struct address *a)
{
	memset(a, 0, sizeof *a);
	a->storage.ss_family = AF_UNSPEC;
	memcpy((char *)&a->storage + sizeof a->storage.ss_family, &i->fd, sizeof i->fd);
	a->size = sizeof a->storage.ss_family + sizeof i->fd;
}

const struct inherited *
inherited_find(const struct address *a)
{
	struct address one;

	for (size_t i = 0; i < n_list; i++) {
		inherited_put(&list[i], &one);
		if (list[i].fd != -1 && address_same(&one, a))
			return &list[i];
	}
	return NULL;
}
