/* SPDX-License-Identifier: MIT */
/* endpoint.c - an address to listen on or connect to, written as a URL */
#include "config/endpoint.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <limits.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <linux/vm_sockets.h>

#include "common/xalloc.h"

/* The byte that ends a path, or begins an abstract name, takes one of sun_path's. */
#define PATH_LONGEST (sizeof(((struct sockaddr_un *)0)->sun_path) - 1)

/* The reserved types end here, linux/tipc.h. */
#define TIPC_TYPE_LEAST 64

static void __attribute__((format(printf, 3, 4)))
append(char *text, size_t size, const char *format, ...)
{
	size_t  n = strlen(text);
	va_list args;

	va_start(args, format);
	vsnprintf(text + n, size - n, format, args);
	va_end(args);
}

/* -1 unless these are digits alone, no more than most has, of a number up to it. */
static int
number_parse(const char *text, size_t length, unsigned most, unsigned *number)
{
	unsigned long long n = 0;

	if (length == 0 || length > (size_t)snprintf(NULL, 0, "%u", most))
		return -1;
	for (size_t i = 0; i < length; i++) {
		if (!isdigit((unsigned char)text[i]))
			return -1;
		n = n * 10 + (unsigned long long)(text[i] - '0');
	}
	if (n > most)
		return -1;
	*number = (unsigned)n;
	return 0;
}

/* With a zone behind it or not, as in fe80::1%eth0 (RFC 4007). */
static bool
is_ipv6(const char *host)
{
	struct in6_addr address;
	char           *plain = xstrndup(host, strcspn(host, "%"));
	bool            result = inet_pton(AF_INET6, plain, &address) == 1;

	free(plain);
	return result;
}

/* What looks like an address must be one, and of the family that the scheme says. */
static int
host_parse(const char *text, size_t length, struct endpoint *e, char *why, size_t size)
{
	static const char in_names[] =
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "0123456789._-";
	int             family = e->transport->family;
	char           *host = xstrndup(text, length);
	struct in6_addr address;
	const char     *wrong = NULL;

	if (strchr(host, ':') != NULL) {
		if (!is_ipv6(host))
			wrong = "host looks like an IPv6 address and is none";
		else if (family == AF_INET)
			wrong = "is for IPv4, and this is an IPv6 address";
	} else if (inet_pton(AF_INET, host, &address) == 1) {
		if (family == AF_INET6)
			wrong = "is for IPv6, and this is an IPv4 address";
	} else if (strspn(host, "0123456789.") == length) {
		wrong = "host looks like an IPv4 address and is none";
	} else if (strcmp(host, "*") != 0 && strspn(host, in_names) != length) {
		wrong =
		    "host must be *, an address, or a name of letters, digits, - and .";
	}
	if (wrong == NULL) {
		e->host = host;
		return 0;
	}
	snprintf(why, size, "%s", wrong);
	free(host);
	return -1;
}

/* "HOST:PORT" or "[HOST]:PORT". */
static int
inet_parse(const char *text, struct endpoint *e, char *why, size_t size)
{
	const char *host = text, *colon = strrchr(text, ':'),
		   *bracket = strrchr(text, ']');
	size_t length = colon != NULL ? (size_t)(colon - host) : 0;

	if (colon == NULL || (bracket != NULL && colon < bracket)) {
		snprintf(why, size, "must end in :PORT");
		return -1;
	}
	if (length >= 2 && host[0] == '[' && host[length - 1] == ']') {
		host++;
		length -= 2;
	} else if (memchr(host, ':', length) != NULL) {
		snprintf(why, size,
		    "an IPv6 address must stand in [ ], as in tcp://[::1]:9999");
		return -1;
	}
	if (length == 0) {
		snprintf(why, size, "has no host; * is every address");
		return -1;
	}
	if (memchr(host, '/', length) != NULL || strpbrk(colon, "/ ") != NULL) {
		snprintf(why, size, "must be SCHEME://HOST:PORT and nothing more");
		return -1;
	}
	if (number_parse(colon + 1, strlen(colon + 1), 65535, &e->port) != 0) {
		snprintf(why, size, "port must be 1-65535");
		return -1;
	}
	return host_parse(host, length, e, why, size);
}

/* "///PATH" or "@NAME". */
static int
unix_parse(const char *text, struct endpoint *e, char *why, size_t size)
{
	const char *path = strncmp(text, "//", 2) == 0 ? text + 2 : text;

	if (path[0] != (text == path ? '@' : '/')) {
		snprintf(why, size, "must be %s:///PATH or %s:@NAME",
		    e->transport->scheme, e->transport->scheme);
		return -1;
	}
	if (path[1] == '\0') {
		snprintf(why, size, "has no name behind %c", path[0]);
		return -1;
	}
	if (strlen(path) > PATH_LONGEST) {
		snprintf(why, size,
		    "path has %zu bytes, the kernel takes %zu; use a shorter one",
		    strlen(path), PATH_LONGEST);
		return -1;
	}
	e->path = xstrdup(path);
	return 0;
}

/* "A:B", two numbers of 32 bits. */
static int
pair_parse(const char *text, struct endpoint *e)
{
	size_t length = strcspn(text, ":");

	if (text[length] == '\0' ||
	    number_parse(text, length, UINT_MAX, &e->number) != 0 ||
	    number_parse(
		text + length + 1, strlen(text + length + 1), UINT_MAX, &e->port) != 0)
		return -1;
	return 0;
}

/* "CID:PORT", where "*" is every CID that the machine has. */
static int
vsock_parse(const char *text, struct endpoint *e, char *why, size_t size)
{
	char *copy = NULL;
	int   result;

	if (strncmp(text, "*:", 2) == 0)
		text = copy = xasprintf("%u%s", VMADDR_CID_ANY, text + 1);
	result = pair_parse(text, e);
	free(copy);
	if (result == 0 && e->port != VMADDR_PORT_ANY)
		return 0;
	snprintf(why, size,
	    "must be vsock://CID:PORT, two numbers; * is every CID, port 0 any port");
	return -1;
}

/* "TYPE:INSTANCE", a service's name; the types below are TIPC's own. */
static int
tipc_parse(const char *text, struct endpoint *e, char *why, size_t size)
{
	if (pair_parse(text, e) == 0 && e->number >= TIPC_TYPE_LEAST)
		return 0;
	snprintf(why, size, "must be tipc://TYPE:INSTANCE, two numbers, TYPE from %d",
	    TIPC_TYPE_LEAST);
	return -1;
}

/* As systemd.socket(5) has them in FileDescriptorName=. */
static int
fd_parse(const char *text, struct endpoint *e, char *why, size_t size)
{
	size_t length = strlen(text);
	bool   bad = length == 0 || length > 255;

	for (size_t i = 0; i < length; i++)
		bad = bad || text[i] < ' ' || text[i] == 0x7f || text[i] == ':';
	if (bad) {
		snprintf(why, size,
		    "must be fd://NAME, with 1 to 255 printable characters but :");
		return -1;
	}
	e->name = xstrdup(text);
	return 0;
}

/* 0 is none, and from 255 nothing can be received, raw(7). */
static int
raw_parse(const char *text, struct endpoint *e, char *why, size_t size)
{
	static const struct {
		const char *name;
		unsigned    number;
	} names[] = {
		{ "icmp", IPPROTO_ICMP },
		{ "igmp", IPPROTO_IGMP },
		{ "tcp", IPPROTO_TCP },
		{ "udp", IPPROTO_UDP },
		{ "gre", IPPROTO_GRE },
		{ "esp", IPPROTO_ESP },
		{ "ah", IPPROTO_AH },
		{ "sctp", IPPROTO_SCTP },
		{ "udplite", IPPROTO_UDPLITE },
	};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		if (strcmp(names[i].name, text) == 0) {
			e->port = names[i].number;
			return 0;
		}
	}
	if (number_parse(text, strlen(text), IPPROTO_RAW - 1, &e->port) == 0 &&
	    e->port > 0)
		return 0;
	snprintf(why, size, "protocol must be 1-254 or one of");
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		append(why, size, " %s", names[i].name);
	return -1;
}

/* As the kernel's dev_valid_name() has them. */
static int
packet_parse(const char *text, struct endpoint *e, char *why, size_t size)
{
	if (text[0] == '\0' || strlen(text) >= IFNAMSIZ || strcmp(text, ".") == 0 ||
	    strcmp(text, "..") == 0 || text[strcspn(text, "/: \t\n\v\f\r")] != '\0') {
		snprintf(why, size,
		    "must be packet://INTERFACE, a name of 1 to %d characters",
		    IFNAMSIZ - 1);
		return -1;
	}
	e->name = xstrdup(text);
	return 0;
}

#define IP   "HOST:PORT", inet_parse
#define UNIX NULL, unix_parse

static const struct transport transports[] = {
	{ "tcp", "TCP", AF_UNSPEC, SOCK_STREAM, IPPROTO_TCP, IP },
	{ "tcp4", "IPv4", AF_INET, SOCK_STREAM, IPPROTO_TCP, IP },
	{ "tcp6", "IPv6", AF_INET6, SOCK_STREAM, IPPROTO_TCP, IP },
	{ "udp", "UDP", AF_UNSPEC, SOCK_DGRAM, IPPROTO_UDP, IP },
	{ "udp4", "IPv4", AF_INET, SOCK_DGRAM, IPPROTO_UDP, IP },
	{ "udp6", "IPv6", AF_INET6, SOCK_DGRAM, IPPROTO_UDP, IP },
	{ "mptcp", "MPTCP", AF_UNSPEC, SOCK_STREAM, IPPROTO_MPTCP, IP },
	{ "sctp", "SCTP", AF_UNSPEC, SOCK_STREAM, IPPROTO_SCTP, IP },
	{ "udplite", "UDP-Lite", AF_UNSPEC, SOCK_DGRAM, IPPROTO_UDPLITE, IP },
	{ "unix", "UNIX sockets", AF_UNIX, SOCK_STREAM, 0, UNIX },
	{ "seqpacket", "UNIX sockets", AF_UNIX, SOCK_SEQPACKET, 0, UNIX },
	{ "unixgram", "UNIX sockets", AF_UNIX, SOCK_DGRAM, 0, UNIX },
	{ "vsock", "vsock", AF_VSOCK, SOCK_STREAM, 0, "CID:PORT", vsock_parse },
	{ "tipc", "TIPC", AF_TIPC, SOCK_STREAM, 0, "TYPE:INSTANCE", tipc_parse },
	{ "raw", "raw sockets", AF_INET, SOCK_RAW, 0, "PROTOCOL", raw_parse },
	/* No protocol, so that nothing comes in before bind, packet(7). */
	{ "packet", "packet sockets", AF_PACKET, SOCK_RAW, 0, "INTERFACE", packet_parse },
	{ "fd", "", AF_UNSPEC, 0, 0, "NAME", fd_parse },
};

static const struct transport *
transport_find(const char *scheme, size_t length)
{
	for (size_t i = 0; i < sizeof transports / sizeof *transports; i++)
		if (strlen(transports[i].scheme) == length &&
		    strncmp(transports[i].scheme, scheme, length) == 0)
			return &transports[i];
	return NULL;
}

static void
list_transports(char *why, size_t size)
{
	snprintf(why, size, "must begin with one of");
	for (size_t i = 0; i < sizeof transports / sizeof *transports; i++)
		append(why, size, " %s:", transports[i].scheme);
}

int
endpoint_parse(const char *text, struct endpoint *endpoint, char *why, size_t why_size)
{
	size_t                  length = strcspn(text, ":");
	const struct transport *t = transport_find(text, length);
	const char             *rest = text + length + 1;
	struct endpoint         e = { .transport = t };

	if (t == NULL || text[length] == '\0') {
		list_transports(why, why_size);
		return -1;
	}
	if (t->form != NULL && strncmp(rest, "//", 2) != 0) {
		snprintf(why, why_size, "must be %s://%s", t->scheme, t->form);
		return -1;
	}
	if (t->parse(t->form != NULL ? rest + 2 : rest, &e, why, why_size) != 0)
		return -1;
	e.text = xstrdup(text);
	*endpoint = e;
	return 0;
}

void
endpoint_finish(struct endpoint *e)
{
	free(e->text);
	free(e->host);
	free(e->path);
	free(e->name);
	memset(e, 0, sizeof *e);
}

bool
endpoint_is_datagram(const struct endpoint *e)
{
	return e->transport->type == SOCK_DGRAM || e->transport->type == SOCK_RAW;
}

bool
endpoint_is_path(const struct endpoint *e)
{
	return e->path != NULL && e->path[0] == '/';
}

bool
endpoint_is_inet(const struct endpoint *e)
{
	return e->host != NULL || e->transport->family == AF_INET;
}

bool
endpoint_is_tcp(const struct endpoint *e)
{
	return e->transport->protocol == IPPROTO_TCP ||
	    e->transport->protocol == IPPROTO_MPTCP;
}

bool
endpoint_is_inherited(const struct endpoint *e)
{
	return e->transport->type == 0;
}

bool
endpoint_wants_any_port(const struct endpoint *e)
{
	return e->port == 0 && (e->host != NULL || e->transport->family == AF_VSOCK);
}

int
endpoint_protocol(const struct endpoint *e)
{
	bool raw = e->transport->family == AF_INET && e->transport->type == SOCK_RAW;

	return raw ? (int)e->port : e->transport->protocol;
}

bool
endpoint_same_kind(const struct endpoint *a, const struct endpoint *b)
{
	return a->transport->type == b->transport->type &&
	    endpoint_protocol(a) == endpoint_protocol(b);
}
