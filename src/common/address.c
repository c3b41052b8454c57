/* SPDX-License-Identifier: MIT */
/* address.c - socket addresses: print and compare */
#include "common/address.h"

#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <linux/tipc.h>
#include <linux/vm_sockets.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/un.h>

static void
print_in(const struct in_addr *host, in_port_t port, char *text, size_t size)
{
	char name[INET_ADDRSTRLEN] = "?";

	inet_ntop(AF_INET, host, name, sizeof name);
	snprintf(text, size, "%s:%u", name, ntohs(port));
}

static void
print_in6(const struct sockaddr_in6 *in6, char *text, size_t size)
{
	char           name[INET6_ADDRSTRLEN] = "?";
	struct in_addr host;

	if (IN6_IS_ADDR_V4MAPPED(&in6->sin6_addr)) {
		memcpy(&host, in6->sin6_addr.s6_addr + 12, sizeof host);
		print_in(&host, in6->sin6_port, text, size);
		return;
	}
	inet_ntop(AF_INET6, &in6->sin6_addr, name, sizeof name);
	snprintf(text, size, "[%s]:%u", name, ntohs(in6->sin6_port));
}

/* A peer chooses its name: what could pass for more than a name becomes \xHH. */
static void
print_name(const char *name, size_t length, char *text, size_t size)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789/._-+@:";

	for (size_t i = 0; i < length && size > sizeof "\\xHH"; i++) {
		int n = snprintf(text, size,
		    name[i] != '\0' && strchr(plain, name[i]) != NULL ? "%c" : "\\x%02x",
		    (unsigned char)name[i]);

		text += n;
		size -= (size_t)n;
	}
}

static void
print_un(const struct sockaddr_un *un, socklen_t size, char *text, size_t text_size)
{
	size_t length = size > offsetof(struct sockaddr_un, sun_path) ?
	    size - offsetof(struct sockaddr_un, sun_path) :
	    0;
	bool   abstract = length > 0 && un->sun_path[0] == '\0';
	int    n;

	if (length > sizeof un->sun_path)
		length = sizeof un->sun_path;
	if (!abstract)
		length = strnlen(un->sun_path, length);
	n = snprintf(
	    text, text_size, "unix%s%s", length > 0 ? ":" : "", abstract ? "@" : "");
	print_name(
	    un->sun_path + abstract, length - abstract, text + n, text_size - (size_t)n);
}

static void
print_vm(const struct sockaddr_vm *vm, char *text, size_t size)
{
	if (vm->svm_cid == VMADDR_CID_ANY)
		snprintf(text, size, "vsock:*:%u", vm->svm_port);
	else
		snprintf(text, size, "vsock:%u:%u", vm->svm_cid, vm->svm_port);
}

/* A service has a name, a single socket only a number, on a node. */
static void
print_tipc(const struct sockaddr_tipc *tipc, char *text, size_t size)
{
	if (tipc->addrtype == TIPC_ADDR_ID)
		snprintf(text, size, "tipc:%x/%u", tipc->addr.id.node, tipc->addr.id.ref);
	else
		snprintf(text, size, "tipc:%u:%u", tipc->addr.name.name.type,
		    tipc->addr.name.name.instance);
}

static void
print_ll(const struct sockaddr_ll *ll, char *text, size_t size)
{
	int n = snprintf(text, size, "packet");

	for (size_t i = 0; i < ll->sll_halen && i < sizeof ll->sll_addr; i++)
		if ((size_t)n < size)
			n += snprintf(
			    text + n, size - (size_t)n, ":%02x", ll->sll_addr[i]);
}

void
address_print(const struct address *a, char *text, size_t size)
{
	const void               *p = &a->storage;
	const struct sockaddr_in *in = p;

	switch (a->storage.ss_family) {
	case AF_INET:
		print_in(&in->sin_addr, in->sin_port, text, size);
		break;
	case AF_INET6:
		print_in6(p, text, size);
		break;
	case AF_UNIX:
		print_un(p, a->size, text, size);
		break;
	case AF_VSOCK:
		print_vm(p, text, size);
		break;
	case AF_TIPC:
		print_tipc(p, text, size);
		break;
	case AF_PACKET:
		print_ll(p, text, size);
		break;
	default:
		snprintf(text, size, "family %d", a->storage.ss_family);
	}
}

bool
address_same(const struct address *a, const struct address *b)
{
	return a->size == b->size && memcmp(&a->storage, &b->storage, a->size) == 0;
}

unsigned
address_port(const struct address *a)
{
	const void                *p = &a->storage;
	const struct sockaddr_in  *in = p;
	const struct sockaddr_in6 *in6 = p;

	switch (a->storage.ss_family) {
	case AF_INET:
		return ntohs(in->sin_port);
	case AF_INET6:
		return ntohs(in6->sin6_port);
	default:
		return 0;
	}
}
