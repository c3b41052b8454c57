/* SPDX-License-Identifier: MIT */
/* endpoint.h - an address to listen on or connect to, written as a URL */
#ifndef ENDPOINT_H
#define ENDPOINT_H

#include <stdbool.h>
#include <stddef.h>

struct address;

/* What a scheme means to socket(2). */
struct transport {
	const char *scheme; /* "tcp" */
	int         family; /* AF_UNSPEC: IPv4 or IPv6, as the host says */
	int         type;   /* SOCK_STREAM, … */
	int         protocol;
};

struct endpoint {
	char                   *text; /* as it was written */
	const struct transport *transport;
	char                   *host; /* name, address or "*"; NULL for AF_UNIX */
	char                   *path; /* of AF_UNIX; "@name" is an abstract one */
	unsigned                port; /* 0: any, and for AF_UNIX */
};

/*
 * Understand tcp://HOST:PORT (tcp4, tcp6, udp, udp4, udp6), unix:///PATH, unix:@NAME
 * (seqpacket, unixgram).  An IPv6 address stands in [ ].  0, or -1 and one line of why
 * with *endpoint untouched.  The caller gives it to endpoint_finish.
 */
int  endpoint_parse(const char *text, struct endpoint *, char *why, size_t why_size);
void endpoint_finish(struct endpoint *);

/* Does it carry datagrams rather than connections? */
bool endpoint_is_datagram(const struct endpoint *);
bool endpoint_is_path(const struct endpoint *); /* a socket in the file system */
bool endpoint_is_inet(const struct endpoint *);

/*
 * Every address that the endpoint stands for, in an array that the caller frees; their
 * number, or -1 and one line of why.  Waits for DNS when the host is a name.
 */
int endpoint_resolve(
    const struct endpoint *, struct address **, char *why, size_t why_size);

#endif
