/* SPDX-License-Identifier: MIT */
/* client.h - a client: asks, checks the answer, and tells how it went; load.c has many */
#ifndef CLIENT_H
#define CLIENT_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CLIENT_ANSWER 64 /* bytes of the longest answer */

/* What is asked and must be answered. */
struct kind {
	const char *name;
	int         type; /* SOCK_STREAM or SOCK_DGRAM */
	const char *question, *answer;
	bool keeps; /* the connection, and asks again on it; else the server ends it */
};

struct client {
	const struct kind *kind;
	in_port_t          port;
	unsigned           n; /* tells it from others */
	int                fd;
	uint64_t           began_ns; /* the exchange under way, or 0 */
	size_t             got;
	char               bytes[CLIENT_ANSWER + 1];
	const char        *failure; /* what, and errno why */
};

enum progress { PROGRESS_WAITS, PROGRESS_DONE, PROGRESS_FAILED };

/* All kinds; the last has no name. */
extern const struct kind client_kinds[];

void client_init(struct client *, const struct kind *, in_port_t port, unsigned n);

/* Connect if need be, and ask.  A new socket is added to epoll_fd, with the client as data. */
enum progress client_begin(struct client *, int epoll_fd, uint64_t now_ns);

/* Something came: take it, and close the socket if that was all of the connection. */
enum progress client_go_on(struct client *);

/* Give up what is under way. */
void client_stop(struct client *);

#endif
