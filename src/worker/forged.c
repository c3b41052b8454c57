/* SPDX-License-Identifier: MIT */
/* forged.c - datagrams that somebody else may have sent than they say */
#include "worker/forged.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

#include "common/address.h"

/* Hosts are hardly farther apart than 30 routers; so many an answer always may pass. */
#define TTL_MOST 48

/* What each answer of a loop loses, besides the routers' part. */
#define TTL_STEP 4

/* NFS is the one old service above the privileged ports. */
#define PORT_NFS 2049

static bool
is_host(struct in_addr address)
{
	unsigned long a = ntohl(address.s_addr);

	return (a >> 24) != 0 &&
	    (a >> 28) < 0xe; /* neither "this" nor multicast nor more */
}

static bool
is_host6(const struct in6_addr *address)
{
	struct in_addr inner;

	memcpy(&inner, address->s6_addr + 12, sizeof inner);
	if (IN6_IS_ADDR_V4MAPPED(address))
		return is_host(inner);
	return !IN6_IS_ADDR_UNSPECIFIED(address) && !IN6_IS_ADDR_MULTICAST(address) &&
	    !IN6_IS_ADDR_V4COMPAT(address);
}

bool
forged_is_source(const struct address *from, bool has_port)
{
	const void                *p = &from->storage;
	const struct sockaddr_in  *in = p;
	const struct sockaddr_in6 *in6 = p;
	unsigned                   port = address_port(from);

	switch (from->storage.ss_family) {
	case AF_INET:
		if (!is_host(in->sin_addr))
			return true;
		break;
	case AF_INET6:
		if (!is_host6(&in6->sin6_addr))
			return true;
		break;
	default:
		return false; /* a UNIX socket's name is the kernel's word */
	}
	return has_port && (port < IPPORT_RESERVED || port == PORT_NFS);
}

int
forged_answer_ttl(int received)
{
	if (received > TTL_MOST)
		return TTL_MOST;
	return received > TTL_STEP ? received - TTL_STEP : 0;
}
