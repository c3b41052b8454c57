/* SPDX-License-Identifier: MIT */
/* endpoint.c - an address to listen on or connect to, written as a URL */
#include "config/endpoint.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "common/address.h"
#include "common/xalloc.h"

/* The byte that ends a path, or begins an abstract name, takes one of sun_path's. */
#define PATH_LONGEST (sizeof(((struct sockaddr_un *)0)->sun_path) - 1)

static const struct transport transports[] = {
	{ "tcp", AF_UNSPEC, SOCK_STREAM, IPPROTO_TCP },
	{ "tcp4", AF_INET, SOCK_STREAM, IPPROTO_TCP },
	{ "tcp6", AF_INET6, SOCK_STREAM, IPPROTO_TCP },
	{ "udp", AF_UNSPEC, SOCK_DGRAM, IPPROTO_UDP },
	{ "udp4", AF_INET, SOCK_DGRAM, IPPROTO_UDP },
	{ "udp6", AF_INET6, SOCK_DGRAM, IPPROTO_UDP },
	{ "unix", AF_UNIX, SOCK_STREAM, 0 },
	{ "seqpacket", AF_UNIX, SOCK_SEQPACKET, 0 },
	{ "unixgram", AF_UNIX, SOCK_DGRAM, 0 },
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
	int n = snprintf(why, size, "must begin with one of");

	for (size_t i = 0; i < sizeof transports / sizeof *transports; i++)
		if (n > 0 && (size_t)n < size)
			n += snprintf(
			    why + n, size - (size_t)n, " %s:", transports[i].scheme);
}

/* -1 unless text is digits alone, in 0-65535. */
static int
port_parse(const char *text, unsigned *port)
{
	unsigned n = 0;

	if (*text == '\0' || strlen(text) > 5)
		return -1;
	for (; *text != '\0'; text++) {
		if (!isdigit((unsigned char)*text))
			return -1;
		n = n * 10 + (unsigned)(*text - '0');
	}
	if (n > 65535)
		return -1;
	*port = n;
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
	if (port_parse(colon + 1, &e->port) != 0) {
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

int
endpoint_parse(const char *text, struct endpoint *endpoint, char *why, size_t why_size)
{
	struct endpoint e = { .text = NULL };
	size_t          length = strcspn(text, ":");
	int             result;

	e.transport = transport_find(text, length);
	if (e.transport == NULL || text[length] == '\0') {
		list_transports(why, why_size);
		return -1;
	}
	text += length + 1;
	if (e.transport->family == AF_UNIX)
		result = unix_parse(text, &e, why, why_size);
	else if (strncmp(text, "//", 2) == 0)
		result = inet_parse(text + 2, &e, why, why_size);
	else {
		snprintf(why, why_size, "must be %s://HOST:PORT", e.transport->scheme);
		result = -1;
	}
	if (result != 0)
		return -1;
	e.text = xstrdup(text - length - 1);
	*endpoint = e;
	return 0;
}

void
endpoint_finish(struct endpoint *e)
{
	free(e->text);
	free(e->host);
	free(e->path);
	memset(e, 0, sizeof *e);
}

bool
endpoint_is_datagram(const struct endpoint *e)
{
	return e->transport->type == SOCK_DGRAM;
}

bool
endpoint_is_path(const struct endpoint *e)
{
	return e->path != NULL && e->path[0] == '/';
}

bool
endpoint_is_inet(const struct endpoint *e)
{
	return e->transport->family != AF_UNIX;
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
	memset(a, 0, sizeof *a);
	memcpy(&a->storage, &un, sizeof un);
	a->size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length);
}

/* "*" is one dual-stack IPv6 socket, unless the scheme says IPv4. */
static void
any_address(const struct endpoint *e, struct address *a)
{
	struct sockaddr_in  in = { .sin_family = AF_INET };
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6 };

	in.sin_port = in6.sin6_port = htons((in_port_t)e->port);
	memset(a, 0, sizeof *a);
	if (e->transport->family == AF_INET) {
		memcpy(&a->storage, &in, sizeof in);
		a->size = sizeof in;
	} else {
		memcpy(&a->storage, &in6, sizeof in6);
		a->size = sizeof in6;
	}
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
		memset(&a, 0, sizeof a);
		memcpy(&a.storage, ai->ai_addr, ai->ai_addrlen);
		a.size = ai->ai_addrlen;
		if (is_listed(*list, n, &a))
			continue;
		*list = xrealloc(*list, (size_t)n + 1, sizeof **list);
		(*list)[n++] = a;
	}
	freeaddrinfo(found);
	return n;
}

int
endpoint_resolve(
    const struct endpoint *e, struct address **list, char *why, size_t why_size)
{
	if (e->host != NULL && strcmp(e->host, "*") != 0)
		return host_addresses(e, list, why, why_size);
	*list = xcalloc(1, sizeof **list);
	if (e->path != NULL)
		unix_address(e->path, *list);
	else
		any_address(e, *list);
	return 1;
}
