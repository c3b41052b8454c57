/* SPDX-License-Identifier: MIT */
/* sockopt.c - the options of listeners that settings ask for; listener.c opens them */
#include "master/sockopt.h"

#include <linux/if_packet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "config/settings.h"
#include "worker/conn.h"

/* An option of a socket and the value that it shall have. */
struct option {
	const char *name; /* of the setting */
	int         level, option;
	long long   value;
	bool        wanted;
};

/*
 * Only where it makes a difference: some need rights even to say what is so already, and
 * some that are off are unknown to the protocol.
 */
static int
set_option(int fd, int level, int option, int value)
{
	int       now = 0;
	socklen_t size = sizeof now;

	(void)getsockopt(fd, level, option, &now, &size);
	if (now == value)
		return 0;
	return setsockopt(fd, level, option, &value, sizeof value);
}

/* Those wanted; the name of the first that fails goes to *failed. -1 with errno. */
static int
set_options(int fd, const struct option *options, size_t n, const char **failed)
{
	for (size_t i = 0; i < n; i++) {
		*failed = options[i].name;
		if (options[i].wanted &&
		    set_option(fd, options[i].level, options[i].option,
			(int)options[i].value) != 0)
			return -1;
	}
	return 0;
}

/* The kernel doubles what it is told; connections inherit it. */
static int
set_buffers(int fd, const struct listen_conf *conf, const char **failed)
{
	const struct option options[] = {
		{ "receive_buffer", SOL_SOCKET, SO_RCVBUF, conf->receive_buffer,
		    conf->receive_buffer != -1 },
		{ "send_buffer", SOL_SOCKET, SO_SNDBUF, conf->send_buffer,
		    conf->send_buffer != -1 },
	};

	return set_options(fd, options, sizeof options / sizeof *options, failed);
}

/* An answer shall come from the address that was asked, and not go round for ever. */
static int
set_destination(int fd, int family, const char **failed)
{
	bool                v4 = family == AF_INET, v6 = family == AF_INET6;
	const struct option options[] = {
		{ "IP_PKTINFO", IPPROTO_IP, IP_PKTINFO, 1, v4 },
		{ "IPV6_RECVPKTINFO", IPPROTO_IPV6, IPV6_RECVPKTINFO, 1, v6 },
		{ "IP_RECVTTL", IPPROTO_IP, IP_RECVTTL, 1, v4 || v6 },
		{ "IPV6_RECVHOPLIMIT", IPPROTO_IPV6, IPV6_RECVHOPLIMIT, 1, v6 },
	};

	return set_options(fd, options, sizeof options / sizeof *options, failed);
}

int
sockopt_set_waits(int fd, bool bounded, const char **failed)
{
	const struct timeval wait = { bounded ? CONN_KERNEL_WAIT_MS / 1000 : 0, 0 };

	*failed = "SO_RCVTIMEO";
	if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait) != 0)
		return -1;
	return setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof wait);
}

/* Before bind: what decides about the address itself. */
int
sockopt_set_address(
    int fd, int family, bool v6only, const struct listen_conf *conf, const char **failed)
{
	bool v6 = family == AF_INET6, datagram = endpoint_is_datagram(&conf->at);
	const struct option options[] = {
		{ "SO_REUSEADDR", SOL_SOCKET, SO_REUSEADDR, 1, !datagram },
		{ "v6only", IPPROTO_IPV6, IPV6_V6ONLY, v6only, v6 },
		{ "reuseport", SOL_SOCKET, SO_REUSEPORT, 1, conf->reuseport },
		{ "freebind", IPPROTO_IP, IP_FREEBIND, 1, conf->freebind },
	};

	if (set_buffers(fd, conf, failed) != 0)
		return -1;
	*failed = "PACKET_IGNORE_OUTGOING";
	if (family == AF_PACKET)
		return set_option(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, 1);
	if (!endpoint_is_inet(&conf->at))
		return 0;
	if (set_options(fd, options, sizeof options / sizeof *options, failed) != 0)
		return -1;
	if (datagram && set_destination(fd, family, failed) != 0)
		return -1;
	*failed = "device";
	if (conf->device[0] == '\0')
		return 0;
	return setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, conf->device,
	    (socklen_t)strlen(conf->device) + 1);
}

/* At any time; accepted connections inherit them. */
int
sockopt_set_traffic(
    int fd, int family, const struct listen_conf *conf, const char **failed)
{
	bool                tcp = endpoint_is_tcp(&conf->at);
	bool                inet = endpoint_is_inet(&conf->at);
	bool                v6 = family == AF_INET6;
	long long           tos = conf->tos != -1 ? conf->tos : 0;
	const struct option options[] = {
		{ "defer_accept", IPPROTO_TCP, TCP_DEFER_ACCEPT,
		    (conf->defer_accept + 999) / 1000, tcp },
		{ "fastopen", IPPROTO_TCP, TCP_FASTOPEN, conf->fastopen, tcp },
		{ "keepalive", SOL_SOCKET, SO_KEEPALIVE, conf->keepalive, tcp },
		{ "nodelay", IPPROTO_TCP, TCP_NODELAY, conf->nodelay, tcp },
		{ "mark", SOL_SOCKET, SO_MARK, conf->mark, inet },
		{ "tos", IPPROTO_IP, IP_TOS, tos, inet },
		{ "tos", IPPROTO_IPV6, IPV6_TCLASS, tos, v6 },
	};

	if (set_options(fd, options, sizeof options / sizeof *options, failed) != 0)
		return -1;
	*failed = "backlog";
	return endpoint_is_datagram(&conf->at) ? 0 : listen(fd, (int)conf->backlog);
}

int
sockopt_set_inherited(int fd, int family, bool is_datagram, const char **failed)
{
	*failed = "";
	return is_datagram ? set_destination(fd, family, failed) : 0;
}
