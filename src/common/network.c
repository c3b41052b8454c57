/* SPDX-License-Identifier: MIT */
/* network.c - networks of addresses: parse, print, and whether an address is in one */
#include "common/network.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include "common/address.h"

/* Of ::ffff:0:0/96, which IPv4 inside IPv6 begins with (RFC 4291, 2.5.5.2). */
#define MAPPED_BITS 96

static unsigned
family_bits(int family)
{
	return family == AF_INET ? 32 : 128;
}

/* Are these the same up to so many bits? */
static bool
same_prefix(const unsigned char *a, const unsigned char *b, unsigned bits)
{
	unsigned char rest = (unsigned char)(0xff00 >> bits % 8);

	return memcmp(a, b, bits / 8) == 0 &&
	    (bits % 8 == 0 || ((a[bits / 8] ^ b[bits / 8]) & rest) == 0);
}

/* Clear the bits behind the prefix. */
static void
mask(struct network *n)
{
	unsigned at = n->bits / 8;

	if (n->bits % 8 != 0)
		n->base[at++] &= (unsigned char)(0xff00 >> n->bits % 8);
	memset(n->base + at, 0, sizeof n->base - at);
}

/* Digits alone, at most three and not beginning with 0; -1 if not. */
static int
parse_bits(const char *text, unsigned *bits)
{
	unsigned n = 0;
	size_t   length = strlen(text);

	if (length == 0 || length > 3 || (text[0] == '0' && length > 1))
		return -1;
	for (; *text != '\0'; text++) {
		if (!isdigit((unsigned char)*text))
			return -1;
		n = n * 10 + (unsigned)(*text - '0');
	}
	*bits = n;
	return 0;
}

static void
normalize(struct network *n)
{
	struct in6_addr in6;

	memcpy(&in6, n->base, sizeof in6);
	if (n->family != AF_INET6 || n->bits < MAPPED_BITS || !IN6_IS_ADDR_V4MAPPED(&in6))
		return;
	n->family = AF_INET;
	n->bits -= MAPPED_BITS;
	memmove(n->base, n->base + 12, 4);
	memset(n->base + 4, 0, 12);
}

/* What is wrong, or NULL. */
static const char *
parse(const char *text, struct network *n)
{
	char   host[INET6_ADDRSTRLEN];
	size_t length = strcspn(text, "/");

	if (strchr(text, '%') != NULL)
		return "must have no zone (%)";
	if (length >= sizeof host)
		return "must be an address, or one with /BITS behind";
	memcpy(host, text, length);
	host[length] = '\0';
	n->family = strchr(host, ':') != NULL ? AF_INET6 : AF_INET;
	if (inet_pton(n->family, host, n->base) != 1)
		return "must be an address, or one with /BITS behind";
	n->bits = family_bits(n->family);
	if (text[length] == '/' &&
	    (parse_bits(text + length + 1, &n->bits) != 0 ||
		n->bits > family_bits(n->family)))
		return n->family == AF_INET ? "behind / must be 0 to 32" :
					      "behind / must be 0 to 128";
	return NULL;
}

int
network_parse(const char *text, struct network *network, char *why, size_t why_size)
{
	struct network n = { .family = AF_INET }, masked;
	const char    *wrong = parse(text, &n);
	char           meant[NETWORK_TEXT];

	if (wrong != NULL) {
		snprintf(why, why_size, "%s", wrong);
		return -1;
	}
	normalize(&n);
	masked = n;
	mask(&masked);
	if (memcmp(n.base, masked.base, sizeof n.base) != 0) {
		network_print(&masked, meant, sizeof meant);
		snprintf(
		    why, why_size, "has bits set behind the prefix; is it %s?", meant);
		return -1;
	}
	*network = n;
	return 0;
}

void
network_print(const struct network *n, char *text, size_t size)
{
	char host[INET6_ADDRSTRLEN] = "?";

	inet_ntop(n->family, n->base, host, sizeof host);
	if (n->bits == family_bits(n->family))
		snprintf(text, size, "%s", host);
	else
		snprintf(text, size, "%s/%u", host, n->bits);
}

/* Its bytes, and which family they are of; NULL if that has no networks. */
static const unsigned char *
host_of(const struct address *a, int *family)
{
	const void                *p = &a->storage;
	const struct sockaddr_in  *in = p;
	const struct sockaddr_in6 *in6 = p;

	*family = a->storage.ss_family;
	if (*family == AF_INET)
		return (const unsigned char *)&in->sin_addr;
	if (*family != AF_INET6)
		return NULL;
	if (!IN6_IS_ADDR_V4MAPPED(&in6->sin6_addr))
		return in6->sin6_addr.s6_addr;
	*family = AF_INET;
	return in6->sin6_addr.s6_addr + 12;
}

bool
network_has(const struct network *n, const struct address *a)
{
	int                  family;
	const unsigned char *host = host_of(a, &family);

	return host != NULL && family == n->family && same_prefix(n->base, host, n->bits);
}

int
network_of(const struct address *a, unsigned bits, struct network *n)
{
	int                  family;
	const unsigned char *host = host_of(a, &family);

	if (host == NULL)
		return -1;
	memset(n, 0, sizeof *n);
	n->family = family;
	n->bits = bits < family_bits(family) ? bits : family_bits(family);
	memcpy(n->base, host, family_bits(family) / 8);
	mask(n);
	return 0;
}
