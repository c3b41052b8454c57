/* SPDX-License-Identifier: MIT */
/* address.h - socket addresses: print and compare */
#ifndef ADDRESS_H
#define ADDRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>

/* Room for any printed address: a UNIX path is the longest. */
#define ADDRESS_TEXT 128

struct address {
	struct sockaddr_storage storage;
	socklen_t               size;
};

/*
 * "192.0.2.7:4711", "[2001:db8::7]:4711", "unix:/run/x", "unix:@name", "unix" when
 * it has no name; odd bytes of a name are \xHH, and a long one is cut.  An IPv4 address
 * inside IPv6 (::ffff:…) prints as IPv4.  "vsock:2:4711", "tipc:TYPE:INSTANCE" of a
 * service, "tipc:NODE/SOCKET" of one socket, "packet:02:00:00:00:00:01" of an interface.
 */
void address_print(const struct address *, char *text, size_t size);

bool address_same(const struct address *, const struct address *);

/* 0 if the family has no ports. */
unsigned address_port(const struct address *);

#endif
