/* SPDX-License-Identifier: MIT */
/* network.h - networks of addresses: parse, print, and whether an address is in one */
#ifndef NETWORK_H
#define NETWORK_H

#include <stdbool.h>
#include <stddef.h>

struct address;

/* Room for any printed network. */
#define NETWORK_TEXT 64

struct network {
	int           family;   /* AF_INET or AF_INET6 */
	unsigned      bits;     /* of the prefix, 0-32 or 0-128 */
	unsigned char base[16]; /* in network order; all bits behind the prefix are 0 */
};

/*
 * Understand ADDRESS or ADDRESS/BITS, as in "10.0.0.0/8", "::1", "2001:db8::/32" (RFC
 * 4632, RFC 4291).  An address alone is a network of one.  Refused is what could be meant
 * otherwise: bits behind the prefix, numbers that begin with 0, zones.  IPv4 inside IPv6
 * (::ffff:…) is IPv4.  0, or -1 and one line of why with *network untouched.
 */
int network_parse(const char *text, struct network *, char *why, size_t why_size);

/* As network_parse reads it. */
void network_print(const struct network *, char *text, size_t size);

/*
 * Is this address in the network?  Ports do not count, IPv4 inside IPv6 is IPv4, and other
 * families are in none: ::/0 is all of IPv6 and no IPv4.
 */
bool network_has(const struct network *, const struct address *);

/*
 * The network of so many bits, at most those of its family, that the address is in; IPv4
 * inside IPv6 is IPv4.  -1 for other families.
 */
int network_of(const struct address *, unsigned bits, struct network *);

#endif
