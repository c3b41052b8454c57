/* SPDX-License-Identifier: MIT */
/* exchange.h - one exchange: connect, send, half-close, receive; never waits by itself */
#ifndef EXCHANGE_H
#define EXCHANGE_H

#include <stdbool.h>
#include <stddef.h>

#include "sockc/answer.h"
#include "sockc/tally.h"

struct plan;

enum exchange_state {
	EXCHANGE_WAITS,    /* for fd, see exchange_events; no fd: to connect again */
	EXCHANGE_ANSWERED, /* keep: this answer is complete and good, fd is open */
	EXCHANGE_ENDED     /* outcome says how; fd is closed */
};

enum exchange_step { STEP_CONNECT, STEP_SEND, STEP_RECEIVE, STEP_PRINT };

struct exchange { /* others read it, and change it by the calls below */
	struct plan        *plan;
	enum exchange_state state;
	int                 fd;
	size_t              address;   /* of the plan's, the one being tried */
	size_t              n_untried; /* addresses behind it */
	short               watched;   /* the caller's; 0 when fd is new */
	bool                is_connected;
	bool                is_sending; /* out is not all sent */
	bool                is_half_closed;
	bool                wants_input; /* more may come by exchange_feed */
	int                 send_error;  /* ended the sending, not the receiving */
	const char         *out;
	size_t              out_size;
	struct answer       answer;
	unsigned long long  started_us, ended_us; /* of this message */
	unsigned long long  deadline_ms, address_deadline_ms;
	enum outcome        outcome; /* of an ended one, with where and why */
	enum exchange_step  step;
	int                 error; /* errno; 0: see outcome */
};

/* Its time begins now.  It then waits, without fd, for the first exchange_connect. */
void exchange_begin(struct exchange *, struct plan *);

/*
 * Connect, and send what can be sent at once.  If it still waits without fd afterwards,
 * a UNIX server's backlog is full: call again a little later.
 */
void exchange_connect(struct exchange *);

/* The poll(2) events it waits for, and what to call with those that came. */
short exchange_events(const struct exchange *);
void  exchange_on_events(struct exchange *, short events);

/* When, by clock_ms, to call exchange_on_time.  Too early does no harm. */
unsigned long long exchange_deadline_ms(const struct exchange *);
void               exchange_on_time(struct exchange *, unsigned long long now_ms);

/*
 * Text, for one that is_connected and wants_input and not is_sending.  The bytes must
 * stay until is_sending is false again.  None: that was all, half-close.
 */
void exchange_feed(struct exchange *, const void *, size_t);

/* After EXCHANGE_ANSWERED: the next message, or no more and wait for the end. */
void exchange_repeat(struct exchange *);
void exchange_half_close(struct exchange *);

/* Close it, whatever its state. */
void exchange_stop(struct exchange *);

#endif
