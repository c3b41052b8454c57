/* SPDX-License-Identifier: MIT */
/* exchange.c - one exchange: connect, send, half-close, receive; never waits by itself */
#include "sockc/exchange.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <sys/socket.h>

#include "common/clock.h"
#include "common/io.h"
#include "config/endpoint.h"
#include "sockc/plan.h"
#include "sockc/verdict.h"

/* Holds any datagram: UDP ends at 64 KiB, UNIX at net.core.wmem_default, 208 KiB. */
#define BUFFER_SIZE (256 * 1024)

/* Then others get their turn: one that never ends must not starve them. */
#define RECEIVES_AT_ONCE 16

static char buffer[BUFFER_SIZE];

static void
end(struct exchange *e, enum outcome outcome, enum exchange_step step, int error)
{
	io_close(&e->fd);
	e->state = EXCHANGE_ENDED;
	e->outcome = outcome;
	e->step = step;
	e->error = error;
	if (e->ended_us == 0)
		e->ended_us = clock_us();
	if (outcome == OUTCOME_OK)
		e->plan->first = e->address;
}

static void
fail(struct exchange *e, enum exchange_step step, int error)
{
	end(e, verdict_of_error(error), step, error);
}

static void
start_message(struct exchange *e)
{
	const struct plan *p = e->plan;

	e->state = EXCHANGE_WAITS;
	e->out = p->text;
	e->out_size = p->text_size;
	e->is_sending = p->text != NULL && (p->text_size > 0 || plan_is_datagram(p));
	e->wants_input = p->text == NULL;
	e->send_error = 0;
	e->ended_us = 0;
	answer_clear(&e->answer);
}

static void
start_clock(struct exchange *e)
{
	e->started_us = clock_us();
	e->deadline_ms = clock_deadline_ms(e->started_us / 1000, e->plan->wait_ms);
}

/* A silent address must leave time for those behind it. */
static void
share_time(struct exchange *e, unsigned long long now_ms)
{
	e->address_deadline_ms = e->deadline_ms;
	if (e->deadline_ms < CLOCK_NEVER_MS && e->deadline_ms > now_ms)
		e->address_deadline_ms =
		    now_ms + (e->deadline_ms - now_ms) / (e->n_untried + 1);
}

void
exchange_begin(struct exchange *e, struct plan *p)
{
	e->plan = p;
	e->fd = -1;
	e->watched = 0;
	e->address = p->first;
	e->n_untried = p->n_addresses - 1;
	e->is_connected = false;
	e->is_half_closed = false;
	start_message(e);
	start_clock(e);
	share_time(e, e->started_us / 1000);
}

/* Leaves it without fd, for the next address, if there is one. */
static void
address_failed(struct exchange *e, enum exchange_step step, int error)
{
	if (e->n_untried == 0) {
		fail(e, step, error);
		return;
	}
	io_close(&e->fd);
	e->watched = 0;
	e->n_untried--;
	e->address = (e->address + 1) % e->plan->n_addresses;
	e->is_connected = false;
	start_message(e);
	share_time(e, clock_ms());
}

static bool
has_fd(const struct exchange *e)
{
	return e->state == EXCHANGE_WAITS && e->fd != -1;
}

static void
half_close(struct exchange *e)
{
	/* Fails only when the connection is lost, which recv() tells better. */
	shutdown(e->fd, SHUT_WR);
	e->is_half_closed = true;
}

static void
on_send_error(struct exchange *e, int error)
{
	bool is_lost = error == ECONNRESET || error == EPIPE;

	if (error == EAGAIN || error == EINTR)
		return;
	if (plan_is_datagram(e->plan))
		address_failed(e, STEP_SEND, error);
	else if (!is_lost && !e->is_connected)
		address_failed(e, STEP_CONNECT, error);
	else if (!is_lost)
		fail(e, STEP_SEND, error);
	else {
		/* What the server said before it closed can still be received. */
		e->is_connected = true;
		e->is_sending = e->wants_input = false;
		e->send_error = error;
	}
}

/*
 * Does not wait to hear that the connection is there: on one machine it already is, and
 * that saves a wait.  Without text it must, since shutdown() would end the attempt.
 */
static void
send_on(struct exchange *e)
{
	ssize_t n;

	while (e->is_sending) {
		n = send(e->fd, e->out, e->out_size, MSG_NOSIGNAL);
		if (n == -1) {
			on_send_error(e, errno);
			return;
		}
		e->is_connected = true;
		e->out += n;
		e->out_size -= (size_t)n;
		e->is_sending = e->out_size > 0;
	}
	if (e->is_connected && !e->wants_input && !e->plan->keep &&
	    plan_has_half_close(e->plan))
		half_close(e);
}

void
exchange_connect(struct exchange *e)
{
	while (e->state == EXCHANGE_WAITS && e->fd == -1) {
		e->fd = plan_connect(e->plan, e->address, &e->is_connected);
		if (e->fd != -1)
			send_on(e);
		else if (errno == EAGAIN && !endpoint_is_inet(e->plan->endpoint))
			return;
		else
			address_failed(e, STEP_CONNECT, errno);
	}
}

static void
judge(struct exchange *e)
{
	if (!verdict_is_good(e)) {
		end(e, OUTCOME_SHORT, STEP_RECEIVE, 0);
	} else if (e->plan->keep && !e->is_half_closed) {
		e->state = EXCHANGE_ANSWERED;
		e->ended_us = clock_us();
	} else {
		end(e, OUTCOME_OK, STEP_RECEIVE, 0);
	}
}

static void
on_end(struct exchange *e)
{
	/* send() took the reset's error away, so this only looks like a clean end. */
	if (e->send_error == ECONNRESET)
		fail(e, STEP_SEND, ECONNRESET);
	else if (e->plan->keep && !e->is_half_closed)
		end(e, OUTCOME_SHORT, STEP_RECEIVE, 0);
	else
		judge(e);
}

static void
on_bytes(struct exchange *e, size_t n)
{
	const struct plan *p = e->plan;

	if (n > BUFFER_SIZE) {
		fail(e, STEP_RECEIVE, EMSGSIZE);
	} else if (p->output_fd != -1 && io_write(p->output_fd, buffer, n) != 0) {
		end(e, OUTCOME_OTHER, STEP_PRINT, errno);
	} else {
		answer_add(&e->answer, buffer, n, p->expect, p->expect_size);
		if (verdict_is_complete(e))
			judge(e);
	}
}

static void
on_receive_error(struct exchange *e, int error)
{
	if (error == EAGAIN || error == EINTR)
		return;
	/* With datagrams only now does one hear that nobody is there. */
	if (plan_is_datagram(e->plan) && error == ECONNREFUSED)
		address_failed(e, STEP_RECEIVE, error);
	else
		fail(e, STEP_RECEIVE, error);
}

static void
receive_on(struct exchange *e)
{
	bool    is_stream = plan_is_stream(e->plan);
	size_t  size = BUFFER_SIZE;
	ssize_t n;

	for (int i = 0; i < RECEIVES_AT_ONCE && e->state == EXCHANGE_WAITS; i++) {
		/* What follows this answer belongs to the next. */
		if (is_stream && e->plan->keep && !e->is_half_closed)
			size = plan_answer_size(e->plan) - (size_t)e->answer.n_bytes;
		/* MSG_TRUNC: a datagram's true size; but it discards a stream's bytes. */
		n = recv(e->fd, buffer, size < BUFFER_SIZE ? size : BUFFER_SIZE,
		    is_stream ? 0 : MSG_TRUNC);
		if (n == -1) {
			on_receive_error(e, errno);
			return;
		}
		if (n == 0 && !plan_is_datagram(e->plan))
			on_end(e);
		else
			on_bytes(e, (size_t)n);
	}
}

short
exchange_events(const struct exchange *e)
{
	if (!e->is_connected)
		return POLLOUT;
	return e->is_sending ? POLLIN | POLLOUT : POLLIN;
}

static void
check_connected(struct exchange *e)
{
	int       error = 0;
	socklen_t size = sizeof error;

	getsockopt(e->fd, SOL_SOCKET, SO_ERROR, &error, &size);
	if (error != 0)
		on_send_error(e, error);
	else
		e->is_connected = true;
}

void
exchange_on_events(struct exchange *e, short events)
{
	/* Receive first: a failing send() would hide how the server ended. */
	if (!e->is_connected)
		check_connected(e);
	else if ((events & ~POLLOUT) != 0)
		receive_on(e);
	if ((events & POLLOUT) != 0 && has_fd(e))
		send_on(e);
	exchange_connect(e);
}

unsigned long long
exchange_deadline_ms(const struct exchange *e)
{
	return e->is_connected ? e->deadline_ms : e->address_deadline_ms;
}

void
exchange_on_time(struct exchange *e, unsigned long long now_ms)
{
	if (e->state != EXCHANGE_WAITS || now_ms < exchange_deadline_ms(e))
		return;
	if (!e->is_connected && e->n_untried > 0) {
		address_failed(e, STEP_CONNECT, ETIMEDOUT);
		exchange_connect(e);
	} else if (!e->is_connected) {
		end(e, OUTCOME_TIMEOUT, STEP_CONNECT, 0);
	} else {
		end(e, OUTCOME_TIMEOUT,
		    e->is_sending || e->wants_input ? STEP_SEND : STEP_RECEIVE, 0);
	}
}

void
exchange_feed(struct exchange *e, const void *bytes, size_t n)
{
	assert(e->is_connected && e->wants_input && !e->is_sending);
	e->out = bytes;
	e->out_size = n;
	e->is_sending = n > 0;
	e->wants_input = n > 0;
	send_on(e);
}

void
exchange_repeat(struct exchange *e)
{
	start_message(e);
	start_clock(e);
	send_on(e);
}

void
exchange_half_close(struct exchange *e)
{
	e->state = EXCHANGE_WAITS;
	if (plan_is_datagram(e->plan))
		end(e, OUTCOME_OK, STEP_RECEIVE, 0);
	else
		half_close(e);
}

void
exchange_stop(struct exchange *e)
{
	io_close(&e->fd);
	e->state = EXCHANGE_ENDED;
}
