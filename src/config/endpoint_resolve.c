/* SPDX-License-Identifier: MIT */
/* endpoint_resolve.c - from an endpoint to the addresses that it stands for */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/tipc.h>
#include <linux/vm_sockets.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "common/address.h"
#include "common/inherited.h"
#include "common/xalloc.h"
#include "config/endpoint.h"

static void
put_address(struct address *a, const void *bytes, size_t size)
{
	memset(a, 0, sizeof *a);
	memcpy(&a->storage, bytes, size);
	a->size = (socklen_t)size;
}

static void
unix_address(const char *path, struct address *a)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	size_t             length = strlen(path);

	memcpy(un.sun_path, path, length);
	if (path[0] == '@')
		un.sun_path[0] = '\0'; /* an abstract name, unix(7): its length counts */
	else
		length++;
	put_address(a, &un, sizeof un);
	a->size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length);
}

/* "*" is one dual-stack IPv6 socket, unless the scheme says IPv4. */
static void
any_address(const struct endpoint *e, struct address *a)
{
	struct sockaddr_in  in = { .sin_family = AF_INET };
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6 };

	in.sin_port = in6.sin6_port = htons((in_port_t)e->port);
	if (e->transport->family == AF_INET)
		put_address(a, &in, sizeof in);
	else
		put_address(a, &in6, sizeof in6);
}

static bool
is_listed(const struct address *list, int n, const struct address *a)
{
	for (int i = 0; i < n; i++)
		if (address_same(&list[i], a))
			return true;
	return false;
}

static int
host_addresses(const struct endpoint *e, struct address **list, char *why, size_t size)
{
	struct addrinfo  hints = { .ai_family = e->transport->family,
		 .ai_socktype = e->transport->type,
		 .ai_flags = AI_NUMERICSERV };
	struct addrinfo *found, *ai;
	struct address   a;
	char             port[8];
	int              error, n = 0;

	snprintf(port, sizeof port, "%u", e->port);
	error = getaddrinfo(e->host, port, &hints, &found);
	if (error != 0) {
		snprintf(why, size,
		    "%s does not resolve: %s; correct the name or give an "
		    "address",
		    e->host, gai_strerror(error));
		return -1;
	}
	*list = NULL;
	for (ai = found; ai != NULL; ai = ai->ai_next) {
		put_address(&a, ai->ai_addr, ai->ai_addrlen);
		if (is_listed(*list, n, &a))
			continue;
		*list = xrealloc(*list, (size_t)n + 1, sizeof **list);
		(*list)[n++] = a;
	}
	freeaddrinfo(found);
	return n;
}

static void
vsock_address(const struct endpoint *e, struct address *a)
{
	struct sockaddr_vm vm = { .svm_family = AF_VSOCK };

	vm.svm_cid = e->number;
	vm.svm_port = e->port != 0 ? e->port : VMADDR_PORT_ANY;
	put_address(a, &vm, sizeof vm);
}

/* From anywhere in the cluster; of several servers a client gets the nearest. */
static void
tipc_address(const struct endpoint *e, struct address *a)
{
	struct sockaddr_tipc tipc = { .family = AF_TIPC };

	tipc.addrtype = TIPC_ADDR_NAME;
	tipc.scope = TIPC_CLUSTER_SCOPE;
	tipc.addr.name.name.type = e->number;
	tipc.addr.name.name.instance = e->port;
	put_address(a, &tipc, sizeof tipc);
}

/* Frames of every protocol. */
static int
packet_address(const struct endpoint *e, struct address *a, char *why, size_t size)
{
	struct sockaddr_ll ll = { .sll_family = AF_PACKET };
	unsigned           number = if_nametoindex(e->name);

	if (number == 0) {
		snprintf(why, size, "%s: %s; see ip link for the interfaces there are",
		    e->name, strerror(errno));
		return -1;
	}
	ll.sll_protocol = htons(ETH_P_ALL);
	ll.sll_ifindex = (int)number;
	put_address(a, &ll, sizeof ll);
	return 1;
}

/* What is wrong with the name is what there is instead. */
static int
refuse_name(const struct endpoint *e, char *why, size_t size)
{
	size_t                  n, length;
	const struct inherited *list = inherited_list(&n);
	const char             *between = "; there are";

	snprintf(
	    why, size, "no socket named \"%s\" was handed over by LISTEN_FDS", e->name);
	for (size_t i = 0; i < n; i++) {
		if (list[i].fd == -1)
			continue;
		length = strlen(why);
		snprintf(why + length, size - length, "%s \"%s\"", between, list[i].name);
		between = ",";
	}
	return -1;
}

static int
inherited_addresses(
    const struct endpoint *e, struct address **list, char *why, size_t size)
{
	size_t                  n;
	const struct inherited *i = inherited_list(&n), *end = i + n;
	struct address         *all = NULL;
	int                     found = 0;

	for (; i < end; i++) {
		if (i->fd == -1 || strcmp(i->name, e->name) != 0)
			continue;
		if (i->fault != NULL) {
			snprintf(why, size, "descriptor %d %s", i->fd, i->fault);
			free(all);
			return -1;
		}
		all = xrealloc(all, (size_t)found + 1, sizeof *all);
		inherited_put(i, &all[found++]);
	}
	if (found == 0)
		return refuse_name(e, why, size);
	*list = all;
	return found;
}

static int
one_address(const struct endpoint *e, struct address *a, char *why, size_t size)
{
	switch (e->transport->family) {
	case AF_UNIX:
		unix_address(e->path, a);
		return 1;
	case AF_VSOCK:
		vsock_address(e, a);
		return 1;
	case AF_TIPC:
		tipc_address(e, a);
		return 1;
	case AF_PACKET:
		return packet_address(e, a, why, size);
	default:
		any_address(e, a); /* of raw: too, where the port is the protocol */
		return 1;
	}
}

int
endpoint_resolve(
    const struct endpoint *e, struct address **list, char *why, size_t why_size)
{
	struct address a;

	if (e->host != NULL && strcmp(e->host, "*") != 0)
		return host_addresses(e, list, why, why_size);
	if (endpoint_is_inherited(e))
		return inherited_addresses(e, list, why, why_size);
	if (one_address(e, &a, why, why_size) < 0)
		return -1;
	*list = xcalloc(1, sizeof **list);
	**list = a;
	return 1;
}

int
endpoint_check_peer(const struct endpoint *e, char *why, size_t why_size)
{
	if (endpoint_is_inherited(e) || e->transport->type == SOCK_RAW)
		snprintf(why, why_size, "%s: is for servers; nobody can connect to it",
		    e->transport->scheme);
	else if ((e->host != NULL && strcmp(e->host, "*") == 0) ||
	    (e->transport->family == AF_VSOCK && e->number == VMADDR_CID_ANY))
		snprintf(why, why_size, "* is for servers; name the host to connect to");
	else if (endpoint_wants_any_port(e))
		snprintf(why, why_size, "port 0 is for servers; give the real one");
	else
		return 0;
	return -1;
}
