/* SPDX-License-Identifier: MIT */
/* listener.h - bound sockets, kept over reloads by their address */
#ifndef LISTENER_H
#define LISTENER_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "common/address.h"

struct endpoint;
struct listen_conf;

struct listener {
	struct listener *next;
	struct address   address; /* that was asked for: with the type, its name */
	int              type;    /* SOCK_STREAM, …; 0 of an inherited one, … */
	int              protocol;
	bool             is_datagram; /* … which may be this */
	bool             v6only;
	int              fd;
	struct address   bound; /* the port that it got, if 0 was asked for */
	char            *path;  /* of its socket in the file system, or NULL … */
	dev_t            dev;   /* … and which one we made */
	ino_t            ino;
	char            *service; /* that it was opened for */
	bool             used;    /* by the next generation, while that is made */
	bool             lost;    /* no client can reach it: it shall be opened anew */
	bool             given;   /* to programs, whose calls wait for ever */
};

/*
 * Open a socket for this address of the endpoint, listening; NULL after logging a line
 * that names the service, with *status the sysexits(3) code.  others are those that are
 * open already, to tell if one of them is in the way.
 */
struct listener *listener_open(const char *service, const struct listen_conf *,
    const struct address *, const struct listener *others, int *status);

/* Closes it and removes its path if that is still ours. */
void listener_close(struct listener *);

/*
 * One of this type that was asked for this address; where any port will do, one of the
 * same service that is not used yet.
 */
struct listener *listener_find(struct listener *list, const char *service,
    const struct endpoint *, const struct address *);

/* Shall a socket of this address leave IPv4 alone? */
bool listener_wants_v6only(const struct listen_conf *, const struct address *);

/* Apply the options that an open socket can still change; logs what fails. */
void listener_set_options(
    struct listener *, const char *service, const struct listen_conf *);

/*
 * Workers share the socket, so one that was taken over can shut it down for all.  Then
 * TCP listens again; of other sockets the log says what helps.
 */
void listener_mend(struct listener *, const char *service, const struct listen_conf *);

/*
 * Which of the list are lost, as somebody removed or replaced their path?  The path of
 * one that was shut down is removed: so a new socket can take it.
 */
void listener_note_lost(struct listener *list);

/* Does a client or a datagram wait there? */
bool listener_is_waited_at(const struct listener *);

/* It is for workers, whose accept may wait, but not for ever; only where they have no other. */
void listener_take(struct listener *, bool may_wait);

/*
 * It is for programs: as one that they had opened, until they change that themselves, which all
 * of them share.
 */
void listener_give(struct listener *);

bool listener_is_datagram(const struct listener *);

/* Does another program hold it too, and go on with it when we are gone? */
bool listener_is_inherited(const struct listener *);

/* Do its connections inherit the timeouts of its waits?  Only those of TCP do. */
bool listener_passes_waits_on(const struct listener *);

#endif
