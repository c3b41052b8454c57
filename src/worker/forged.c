/* SPDX-License-Identifier: MIT */
/* forged.c - datagrams that somebody else may have sent than they say */
#include "worker/forged.h"

#include <netinet/in.h>

#include "common/address.h"
#include "common/network.h"

/* Hosts are hardly farther apart than 30 routers; so many an answer always may pass. */
#define TTL_MOST 48

/* What each answer of a loop loses, besides the routers' part. */
#define TTL_STEP 4

/* NFS is the one old service above the privileged ports. */
#define PORT_NFS 2049

/* Who asks, or cannot: the first that fits counts. */
static const struct {
	const char *network;
	bool        is_host;
} sources[] = {
	{ "0.0.0.0/8", false },   /* "this" */
	{ "224.0.0.0/3", false }, /* multicast and more */
	{ "::1", true },
	{ "::/96", false },    /* nobody yet, and what was to become of IPv4 */
	{ "ff00::/8", false }, /* multicast */
};

static bool
is_host(const struct address *from)
{
	static struct network networks[sizeof sources / sizeof *sources];
	char                  why[64];

	for (size_t i = 0; i < sizeof sources / sizeof *sources; i++) {
		if (networks[i].family == 0)
			(void)network_parse(
			    sources[i].network, &networks[i], why, sizeof why);
		if (network_has(&networks[i], from))
			return sources[i].is_host;
	}
	return true;
}

bool
forged_is_source(const struct address *from, bool has_port)
{
	unsigned port = address_port(from);

	if (from->storage.ss_family != AF_INET && from->storage.ss_family != AF_INET6)
		return false; /* a UNIX socket's name is the kernel's word */
	return (has_port && (port < IPPORT_RESERVED || port == PORT_NFS)) ||
	    !is_host(from);
}

int
forged_answer_ttl(int received)
{
	if (received > TTL_MOST)
		return TTL_MOST;
	return received > TTL_STEP ? received - TTL_STEP : 0;
}
