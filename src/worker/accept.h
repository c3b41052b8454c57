/* SPDX-License-Identifier: MIT */
/* accept.h - get the next client, from one listener or from several */
#ifndef ACCEPT_H
#define ACCEPT_H

struct sockd_conn;
struct worker_job;

/* How long to leave the queue alone when there is nothing left to take a client with. */
#define ACCEPT_REST_MS 100

/* What accept_wait found at a listener. */
enum arrival { ARRIVED_NONE, ARRIVED_CONNECTION, ARRIVED_DATAGRAM };

/*
 * Wait until a listener may have something; its index goes to *listener, which tells
 * where to look first too.  A worker with one listener does not wait here but in
 * accept itself, where the kernel wakes one worker for one client.
 */
enum arrival accept_wait(const struct worker_job *, int *listener);

/*
 * Accept a connection: sets fd, peer, is_tcp and kernel_waits of *conn.  -1 with errno when
 * there is none after all: another worker was quicker, the client is gone, or we must
 * leave; accept_failed() or accept_judge() know what to do then.
 */
int accept_client(const struct worker_job *, int listener, struct sockd_conn *);

/*
 * What to do when accept or a receive there, begun at that time, failed with errno: go on,
 * rest, or end the process.
 */
void accept_failed(const struct worker_job *, int listener, unsigned long long began_ms);

/* The same for who must not rest here: a client, none, or none for ACCEPT_REST_MS. */
enum accept_result { ACCEPT_GOT, ACCEPT_NOTHING, ACCEPT_REST };
enum accept_result accept_try(
    const struct worker_job *, int listener, struct sockd_conn *);
enum accept_result accept_judge(const struct worker_job *, int listener);

/* A client, or a datagram, was there: who is gone from now on is counted anew. */
void accept_succeeded(void);

#endif
