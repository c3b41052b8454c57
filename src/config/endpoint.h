/* SPDX-License-Identifier: MIT */
/* endpoint.h - an address to listen on or connect to, written as a URL */
#ifndef ENDPOINT_H
#define ENDPOINT_H

#include <stdbool.h>
#include <stddef.h>

struct address;

struct endpoint;

/* What a scheme means to socket(2), and how the rest of its URL is written. */
struct transport {
	const char *scheme; /* "tcp" */
	const char *name;   /* "TCP", that a kernel may lack */
	int         family; /* AF_UNSPEC: IPv4 or IPv6, as the host says */
	int         type;   /* SOCK_STREAM, …; 0: the socket is there already */
	int         protocol;
	const char *form; /* "HOST:PORT", behind "//"; NULL: parse takes these too */
	int (*parse)(const char *rest, struct endpoint *, char *why, size_t why_size);
};

struct endpoint {
	char                   *text; /* as it was written */
	const struct transport *transport;
	char                   *host;   /* name, address or "*"; NULL but for IP */
	char                   *path;   /* of AF_UNIX; "@name" is an abstract one */
	char                   *name;   /* INTERFACE of packet:, NAME of fd: */
	unsigned                number; /* CID of vsock:, TYPE of tipc: */
	unsigned                port;   /* 0: any; INSTANCE of tipc:, PROTOCOL of raw: */
};

/*
 * Understand tcp://HOST:PORT, unix:///PATH, unix:@NAME and all the others of
 * sockd.conf(5).  An IPv6 address stands in [ ].  0, or -1 and one line of why with
 * *endpoint untouched.  The caller gives it to endpoint_finish.
 */
int  endpoint_parse(const char *text, struct endpoint *, char *why, size_t why_size);
void endpoint_finish(struct endpoint *);

/* Does it carry datagrams rather than connections?  Of an inherited one nobody knows. */
bool endpoint_is_datagram(const struct endpoint *);
bool endpoint_is_path(const struct endpoint *); /* a socket in the file system */
bool endpoint_is_inet(const struct endpoint *);
bool endpoint_is_tcp(const struct endpoint *);       /* has the options of tcp(7) */
bool endpoint_is_inherited(const struct endpoint *); /* fd: */

/* Shall the kernel choose the port? */
bool endpoint_wants_any_port(const struct endpoint *);

/* For socket(2), with the transport's family and type. */
int endpoint_protocol(const struct endpoint *);

/* Do both make sockets that differ only by their address? */
bool endpoint_same_kind(const struct endpoint *, const struct endpoint *);

/* Can a client connect to it?  0, or -1 and one line of why.  In endpoint_resolve.c. */
int endpoint_check_peer(const struct endpoint *, char *why, size_t why_size);

/*
 * Every address that the endpoint stands for, in an array that the caller frees; their
 * number, or -1 and one line of why.  Waits for DNS when the host is a name.  In
 * endpoint_resolve.c.
 */
int endpoint_resolve(
    const struct endpoint *, struct address **, char *why, size_t why_size);

#endif
