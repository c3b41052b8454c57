/* SPDX-License-Identifier: MIT */
/* plan.h - what every exchange of a run does: with whom, what to say, what to expect */
#ifndef PLAN_H
#define PLAN_H

#include <stdbool.h>
#include <stddef.h>

struct address;
struct endpoint;

/* Owns nothing; the addresses are the endpoint's, at least one. */
struct plan {
	const struct endpoint *endpoint;
	const struct address  *addresses;
	size_t                 n_addresses;
	size_t                 first; /* to try first: the last that answered */
	const char            *text;  /* NULL: exchange_feed brings it */
	size_t                 text_size;
	const char            *expect; /* the one good answer; NULL: any */
	size_t                 expect_size;
	long long              wait_ms;   /* for a whole exchange; 0: for ever */
	int                    output_fd; /* answers go there; -1: nowhere */
	bool                   keep;      /* many messages over one connection */
};

/* Bytes without borders; else records or datagrams. */
bool plan_is_stream(const struct plan *);
bool plan_is_datagram(const struct plan *);

/* Can one side end and the other go on?  Not in SCTP, RFC 9260 9.2. */
bool plan_has_half_close(const struct plan *);

/* With keep, on a stream: the bytes that make one answer. */
size_t plan_answer_size(const struct plan *);

/*
 * A non-blocking socket on its way to this one of the addresses; *is_connected if it is
 * there already.  -1 with errno, EAGAIN if a UNIX server's backlog is full.
 */
int plan_connect(const struct plan *, size_t address, bool *is_connected);

#endif
