/* SPDX-License-Identifier: MIT */
/* datagram.h - one datagram and its answer */
#ifndef DATAGRAM_H
#define DATAGRAM_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>

#include "common/address.h"
#include "sockd.h"

struct admission;
struct board;
struct service_conf;

/* What the kernel tells of a datagram and takes back with the answer: ip(7), ipv6(7). */
#define DATAGRAM_CONTROL \
	(CMSG_SPACE(sizeof(struct in6_pktinfo)) + CMSG_SPACE(sizeof(int)))

/* Room for what its handler says of its end. */
#define DATAGRAM_NOTE 96

struct sockd_datagram {
	int                        fd, lifeline_fd;
	const struct service_conf *service;
	struct board              *board;
	struct address             from;
	char                       from_text[ADDRESS_TEXT]; /* "" until it is asked for */
	const char                *refusal; /* why it is not for the handler, or NULL */
	const char                *bytes;
	size_t                     size;
	unsigned long long         out;
	bool                       raw;     /* no protocol with ports carried it */
	bool                       to_many; /* it came by broadcast or multicast */
	int                        ttl;     /* of the answer; -1: the kernel's */
	unsigned long long         end_ms;  /* of waits for what answers it */
	int                        failure; /* errno of the first one that failed, or 0 */
	long long                  rest_ms; /* to take nothing when it is answered */
	char                       note[DATAGRAM_NOTE]; /* what its handler says of it */
	_Alignas(struct cmsghdr) char control[DATAGRAM_CONTROL]; /* of the answer */
	size_t control_size;
};

/*
 * Receive a datagram, have the handler answer it, unless it is none that should be or is
 * not admitted; count and log.  Waits for one only if the listener does, and never longer than
 * its SO_RCVTIMEO.  How long to rest when that is done goes to *rest_ms.  False with errno if
 * there was none.
 */
bool datagram_serve(
    int fd, int lifeline_fd, void *self, struct admission *, long long *rest_ms);

#endif
