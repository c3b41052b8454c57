/* SPDX-License-Identifier: MIT */
/* conn.h - one connection: its waits, its deadlines, its end */
#ifndef CONN_H
#define CONN_H

#include <stdbool.h>

#include "common/address.h"
#include "sockd.h"

struct board;
struct service_conf;
struct visit;

/*
 * Listeners carry SO_RCVTIMEO and SO_SNDTIMEO of this span, and TCP connections inherit
 * them.  So the kernel itself ends a wait in recv or send, at no cost, and the worker
 * looks at its deadlines; without it each wait would be a poll and one call more.  It is
 * also how long a closing connection is read on at least, and how often an idle worker
 * looks at its lifeline.
 */
#define CONN_KERNEL_WAIT_MS 5000

/* So that the largest record that is served, or a great deal of bytes, fits. */
#define CONN_SCRATCH 65536

/* A connection may be slower than timeouts.min_rate for so long. */
#define CONN_SLOW_MS 10000

/* Room for what its handler says of its end. */
#define CONN_NOTE 96

/* Among many, a connection that never waits lets others go on after so many calls. */
#define CONN_CALLS_MOST 32

struct sockd_conn {
	struct visit *visit; /* NULL: the worker serves no other meanwhile */
	int           fd;
	bool          is_tcp; /* a read that brings less than it could has brought all */
	bool          is_dry; /* as the last one did */
	bool          kernel_waits; /* recv and send end by themselves */
	bool          at_end;       /* the peer has sent all it will */
	bool          half_closed;  /* and so have we */
	int           n_calls;      /* since it let others go on */
	int           failure;      /* errno of the first call that failed, or 0 */
	int           lifeline_fd;
	struct board *board; /* NULL: it says by itself what it does */
	const struct service_conf *service;
	unsigned long long         began_us, lifetime_end_ms;
	unsigned long long
	    slow_end_us;               /* when it was slower than min_rate for too long */
	unsigned long long in, out;    /* bytes */
	bool               is_lent;    /* a program talks to the client */
	bool               is_counted; /* and the kernel says what in and out are */
	unsigned long long moved_ms,
	    look_ms;                    /* when bytes went through, and when to look */
	long long      rest_ms;         /* to accept nothing when it is over */
	char           note[CONN_NOTE]; /* what its handler says of its end */
	struct address peer;
	char           peer_text[ADDRESS_TEXT]; /* "" until it is asked for */
};

/* fd, kernel_waits, is_tcp and peer are set by accept; the rest is set here. */
void conn_init(
    struct sockd_conn *, const struct service_conf *, int lifeline_fd, struct board *);

/*
 * Half-close and read on for a bounded time, as closing with unread input would reset
 * the connection and with it what the peer has not read yet; close, count, log.  The
 * worker is idle afterwards.
 */
void conn_finish(struct sockd_conn *, enum sockd_end, struct board *);

/*
 * When patience with it ends that is not over before idle_end_ms, and what errno that is:
 * ETIMEDOUT or ECANCELED.
 */
unsigned long long conn_end_ms(
    const struct sockd_conn *, unsigned long long idle_end_ms, int *error);

/* So many bytes have gone through. */
void conn_note_moved(struct sockd_conn *, size_t);

/* If it was lent: the program has ended. */
void conn_take_back(struct sockd_conn *);

/* Why it ended, in a word for the log. */
const char *conn_why(const struct sockd_conn *, enum sockd_end);

#endif
