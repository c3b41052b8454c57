/* SPDX-License-Identifier: MIT */
/* accept.c - get the next client, from one listener or from several */
#include "worker/accept.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sysexits.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/io.h"
#include "common/log.h"
#include "common/scoreboard.h"
#include "config/settings.h"
#include "worker/admission.h"
#include "worker/conn.h"
#include "worker/leave.h"
#include "worker/linger.h"
#include "worker/worker.h"

/* While nobody comes, how often to look after those whose peer has not closed. */
#define LINGER_LOOK_MS 1000

/* How long to say nothing more about that. */
#define ACCEPT_QUIET_MS 1000

/* So many clients in a row are not gone by chance: then it is no matter of theirs. */
#define ACCEPT_GONE_MOST 100

/* Since the last one that was there. */
static int n_gone;

static enum arrival
arrival_at(const struct worker_job *job, int listener)
{
	return job->are_datagram[listener] ? ARRIVED_DATAGRAM : ARRIVED_CONNECTION;
}

static enum arrival
poll_listeners(const struct worker_job *job, int *listener)
{
	struct pollfd p[WORKER_LISTENERS_MOST + 1];
	int           n = job->n_listeners;

	for (int i = 0; i < n; i++)
		p[i] = (struct pollfd){ .fd = job->listener_fds[i], .events = POLLIN };
	p[n] = (struct pollfd){ .fd = job->lifeline_fd };
	if (poll(p, (nfds_t)n + 1, linger_any() ? LINGER_LOOK_MS : -1) == -1) {
		if (errno == EINTR)
			return ARRIVED_NONE;
		log_error("%s: cannot wait for %d listeners: %m; see rlimits.nofile",
		    job->service->name, n);
		exit(EX_OSERR);
	}
	if (p[n].revents != 0)
		leave_if_cut(job->lifeline_fd);
	/* Begin behind the last one, so that a busy listener does not starve the others. */
	for (int i = 1; i <= n; i++) {
		int candidate = (*listener + i) % n;

		if (p[candidate].revents != 0) {
			*listener = candidate;
			return arrival_at(job, candidate);
		}
	}
	return ARRIVED_NONE;
}

enum arrival
accept_wait(const struct worker_job *job, int *listener)
{
	if (job->n_listeners > 1 || admission_lets_wait(job->service))
		return poll_listeners(job, listener);
	*listener = 0;
	return arrival_at(job, 0);
}

/* The client stays queued, so that trying again at once would be a spin. */
static enum accept_result
tell_shortage(const struct worker_job *job)
{
	static unsigned long long quiet_until_ms;

	if (clock_ms() >= quiet_until_ms) {
		quiet_until_ms = clock_ms() + ACCEPT_QUIET_MS;
		log_warning(
		    "%s: cannot accept: %m; clients wait, trying again every %d ms",
		    job->service->name, ACCEPT_REST_MS);
	}
	return ACCEPT_REST;
}

/*
 * Nothing was there.  If accept came back only now, it was the listener's SO_RCVTIMEO;
 * if at once, somebody made the listener non-blocking, and poll must do the waiting.
 */
static void
nothing_there(const struct worker_job *job, unsigned long long began_ms)
{
	int listener = 0;

	if (job->n_listeners == 1 && clock_ms() - began_ms < CONN_KERNEL_WAIT_MS / 2)
		(void)poll_listeners(job, &listener);
	else
		leave_if_cut(job->lifeline_fd);
}

/* The next client may be there; but what does not end, such as a filter's no, is no spin. */
static enum accept_result
client_gone(const struct worker_job *job)
{
	slot_count_dropped(job->slot);
	return n_gone++ >= ACCEPT_GONE_MOST ? tell_shortage(job) : ACCEPT_NOTHING;
}

/* A listener that does not wait says the same whether nobody is there or it was shut down. */
static void
look_at(int listener_fd)
{
	errno = io_is_shut(listener_fd) ? EINVAL : EAGAIN;
}

enum accept_result
accept_judge(const struct worker_job *job, int listener)
{
	if (leave_is_due())
		return ACCEPT_NOTHING;
	if (errno == EAGAIN)
		look_at(job->listener_fds[listener]);
	switch (errno) {
	case EINTR:
	case EAGAIN:
		return ACCEPT_NOTHING;
	case EMFILE:
	case ENFILE:
	case ENOBUFS:
	case ENOMEM:
		return tell_shortage(job);
	case EBADF:
	case EINVAL:
	case ENOTSOCK:
		log_error("%s: the listener is broken: %m", job->service->name);
		exit(EX_OSERR);
	case EPERM:
		log_warning("%s: cannot accept a client: %m; a firewall or a filter of "
			    "system calls forbids it",
		    job->service->name);
		return client_gone(job);
	default:
		/* What accept(2) says of clients and networks that are gone. */
		return client_gone(job);
	}
}

void
accept_failed(const struct worker_job *job, int listener, unsigned long long began_ms)
{
	bool nothing = errno == EAGAIN && !leave_is_due();

	if (accept_judge(job, listener) == ACCEPT_REST)
		leave_wait(job->lifeline_fd, ACCEPT_REST_MS);
	else if (nothing)
		nothing_there(job, began_ms);
}

void
accept_succeeded(void)
{
	n_gone = 0;
}

int
accept_client(const struct worker_job *job, int listener, struct sockd_conn *conn)
{
	conn->peer.size = sizeof conn->peer.storage;
	conn->fd = accept4(job->listener_fds[listener],
	    (struct sockaddr *)&conn->peer.storage, &conn->peer.size, SOCK_CLOEXEC);
	if (conn->fd == -1)
		return -1;
	accept_succeeded();
	conn->is_tcp = conn->kernel_waits = job->pass_waits_on[listener];
	return 0;
}

enum accept_result
accept_try(const struct worker_job *job, int listener, struct sockd_conn *conn)
{
	return accept_client(job, listener, conn) == 0 ? ACCEPT_GOT :
							 accept_judge(job, listener);
}
