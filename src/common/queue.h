/* SPDX-License-Identifier: MIT */
/* queue.h - has anybody been taken from a listener's queue? */
#ifndef QUEUE_H
#define QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>

/* So much of a datagram, and who has sent it, tells it from others. */
#define QUEUE_HEAD 64

/* What changes when somebody is taken, where that is known. */
struct queue_head {
	bool                    is_known, is_count;
	unsigned                n; /* connections; or of the first datagram: */
	struct sockaddr_storage peer;
	char                    bytes[QUEUE_HEAD];
};

struct queue {
	int               listener_fd, epoll_fd; /* -1: who comes is not known */
	struct queue_head before;
	int               n_blind, blind_most;
};

/*
 * Where the kernel does not tell how many wait, and of datagrams, which may be alike, so often in
 * a row somebody may be there before it counts as left: more than a queue holds, or than have
 * room in so many bytes of it.
 */
#define QUEUE_BLIND_MOST  5000
#define QUEUE_BLIND_BYTES 256

void queue_open(struct queue *, int listener_fd);
void queue_close(struct queue *);

/* From now on somebody may be taken. */
void queue_begin(struct queue *);

/*
 * Since then nobody was taken, though somebody was there and is; false as well if that is not
 * for sure.
 */
bool queue_is_left(struct queue *);

#endif
