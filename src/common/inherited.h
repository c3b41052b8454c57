/* SPDX-License-Identifier: MIT */
/* inherited.h - sockets that a service manager hands over, by sd_listen_fds(3)'s protocol */
#ifndef INHERITED_H
#define INHERITED_H

#include <stdbool.h>
#include <stddef.h>

struct address;

struct inherited {
	int         fd; /* -1: closed, nobody wanted it */
	char       *name;
	bool        is_datagram;
	const char *fault; /* why nobody can serve it, "is no socket"; or NULL */
};

/*
 * Take what LISTEN_FDS, LISTEN_PID and LISTEN_FDNAMES say; nobody below us sees them
 * again.  0, also when they are not there or mean another process; -1 and one line of why
 * when they contradict themselves.
 */
int inherited_init(char *why, size_t why_size);

/* All that there are, open until somebody closes them, in every process forked from us. */
struct inherited *inherited_list(size_t *n);

/* In a struct address stands which one is meant; NULL if it is none of them. */
void                    inherited_put(const struct inherited *, struct address *);
const struct inherited *inherited_find(const struct address *);

#endif
