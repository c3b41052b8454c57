/* SPDX-License-Identifier: MIT */
/* established.c - how many connections a listener has, whoever serves them */
#include "common/established.h"

#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "common/address.h"
#include "common/io.h"

/* Of <netinet/tcp.h>, which does not go together with the kernel's headers. */
enum { ESTABLISHED = 1, SYN_RECV = 3, FIN_WAIT1 = 4, FIN_WAIT2 = 5, CLOSE_WAIT = 8 };

#define ANSWER 32768

/* The kernel answers at once or not at all. */
#define ANSWER_S 2

static bool
is_same_host(const struct address *local, const struct inet_diag_sockid *id)
{
	const struct sockaddr_in6 *in6 = (const void *)&local->storage;
	const struct sockaddr_in  *in = (const void *)&local->storage;

	if (local->storage.ss_family == AF_INET)
		return in->sin_addr.s_addr == htonl(INADDR_ANY) ||
		    memcmp(&in->sin_addr, id->idiag_src, sizeof in->sin_addr) == 0;
	return IN6_IS_ADDR_UNSPECIFIED(&in6->sin6_addr) ||
	    memcmp(&in6->sin6_addr, id->idiag_src, sizeof in6->sin6_addr) == 0;
}

/* What its program has closed is the kernel's alone. */
static bool
is_inet_of(const struct nlmsghdr *h, const struct address *local)
{
	const struct inet_diag_msg *m = NLMSG_DATA(h);

	return h->nlmsg_len >= NLMSG_LENGTH(sizeof *m) &&
	    ntohs(m->id.idiag_sport) == address_port(local) &&
	    is_same_host(local, &m->id) &&
	    (m->idiag_inode != 0 || m->idiag_state == ESTABLISHED ||
		m->idiag_state == SYN_RECV);
}

/* Accepted sockets have the name of their listener. */
static bool
is_unix_of(const struct nlmsghdr *h, const struct address *local)
{
	const struct unix_diag_msg *m = NLMSG_DATA(h);
	const struct sockaddr_un   *un = (const void *)&local->storage;
	size_t                      length = local->size - sizeof un->sun_family, n;
	const struct rtattr        *a = (const void *)(m + 1);
	unsigned left = (unsigned)h->nlmsg_len - (unsigned)NLMSG_LENGTH(sizeof *m);

	if (h->nlmsg_len < NLMSG_LENGTH(sizeof *m))
		return false;
	for (; RTA_OK(a, left); a = RTA_NEXT(a, left)) {
		if (a->rta_type != UNIX_DIAG_NAME)
			continue;
		n = RTA_PAYLOAD(a);
		/* With or without the NUL behind a path. */
		return (n == length || n + 1 == length) &&
		    memcmp(RTA_DATA(a), un->sun_path, n) == 0;
	}
	return false;
}

/* Those in one answer of the kernel, which may be the last. -1: it is none. */
static long
count_answer(const char *bytes, size_t size, const struct address *local, bool *done)
{
	const struct nlmsghdr *h = (const void *)bytes;
	long                   n = 0;

	for (; NLMSG_OK(h, size); h = NLMSG_NEXT(h, size)) {
		if (h->nlmsg_type == NLMSG_ERROR)
			return -1;
		if (h->nlmsg_type == NLMSG_DONE) {
			*done = true;
			break;
		}
		n += local->storage.ss_family == AF_UNIX ? is_unix_of(h, local) :
							   is_inet_of(h, local);
	}
	return n;
}

static int
ask(int fd, int family)
{
	static const struct timeval wait = { ANSWER_S, 0 };
	struct {
		struct nlmsghdr head;
		union {
			struct inet_diag_req_v2 inet;
			struct unix_diag_req    un;
		};
	} q = { .head = { .nlmsg_type = SOCK_DIAG_BY_FAMILY,
		    .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP } };

	if (family == AF_UNIX) {
		q.head.nlmsg_len = NLMSG_LENGTH(sizeof q.un);
		q.un = (struct unix_diag_req){ .sdiag_family = AF_UNIX,
			.udiag_states = 1U << ESTABLISHED,
			.udiag_show = UDIAG_SHOW_NAME };
	} else {
		q.head.nlmsg_len = NLMSG_LENGTH(sizeof q.inet);
		q.inet = (struct inet_diag_req_v2){ .sdiag_family = (unsigned char)family,
			.sdiag_protocol = IPPROTO_TCP,
			.idiag_states = 1U << ESTABLISHED | 1U << SYN_RECV |
			    1U << FIN_WAIT1 | 1U << FIN_WAIT2 | 1U << CLOSE_WAIT };
	}
	if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait) != 0)
		return -1;
	return send(fd, &q, q.head.nlmsg_len, 0) == -1 ? -1 : 0;
}

/* Of one family: an IPv6 socket can have connections of IPv4, which are in its own. */
static long
count(const struct address *local)
{
	static _Alignas(struct nlmsghdr) char answer[ANSWER];
	int     fd = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
	long    n = -1, more = 0;
	bool    done = false;
	ssize_t size;

	if (fd == -1)
		return -1;
	if (ask(fd, local->storage.ss_family) == 0) {
		n = 0;
		while (!done && more >= 0) {
			size = recv(fd, answer, sizeof answer, 0);
			more = size > 0 ?
			    count_answer(answer, (size_t)size, local, &done) :
			    -1;
			n = more >= 0 ? n + more : -1;
		}
	}
	close(fd);
	return n;
}

static bool
can_tell(int fd, const struct address *local)
{
	int protocol = io_socket_option(fd, SO_PROTOCOL);

	switch (local->storage.ss_family) {
	case AF_UNIX:
		return true;
	case AF_INET:
	case AF_INET6:
		return protocol == IPPROTO_TCP || protocol == IPPROTO_MPTCP;
	default:
		return false;
	}
}

long
established_count(const int *listener_fds, size_t n)
{
	long all = 0, one;

	for (size_t i = 0; i < n; i++) {
		struct address local = { .size = sizeof local.storage };

		if (io_socket_option(listener_fds[i], SO_ACCEPTCONN) == 0)
			continue;
		if (getsockname(listener_fds[i], (struct sockaddr *)&local.storage,
			&local.size) != 0 ||
		    !can_tell(listener_fds[i], &local))
			return -1;
		one = count(&local);
		if (one == -1)
			return -1;
		all += one;
	}
	return all;
}
