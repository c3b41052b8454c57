/* SPDX-License-Identifier: MIT */
/* sockd.h - all that a handler sees of sockd */
#ifndef SOCKD_H
#define SOCKD_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define SOCKD_ABI 1 /* +1 when a struct below changes shape */

struct setting;        /* a row of options, see config/setting.h */
struct sockd_conn;     /* one connection; the worker makes, owns and closes it */
struct sockd_datagram; /* one datagram and where its answer goes */
struct sockd_keeper;   /* a worker whose program takes the clients by itself */

/*
 * What the workers of a service share, if its handler asks for it: memory, which is zero at first
 * and holds what another worker says; a file for record locks, which go with who is killed,
 * fcntl(2); and an eventfd that does not wait, 0 at first.
 */
struct sockd_shared {
	void  *memory;
	size_t size;
	int    lock_fd, event_fd;
};

/* How a connection was left; ends up in its log line. */
enum sockd_end { SOCKD_DONE, SOCKD_HANGUP, SOCKD_TIMEOUT, SOCKD_DRAINED, SOCKD_ERROR };

/* How many programs of a service take its clients by themselves: none, one, one a worker. */
enum sockd_keeps { SOCKD_KEEPS_NONE, SOCKD_KEEPS_ONE, SOCKD_KEEPS_EACH };

struct sockd_handler {
	unsigned              abi;          /* SOCKD_ABI */
	const char           *name;         /* handler = "name"; */
	const char           *help;         /* one sentence, for sockd.conf(5) */
	const struct setting *settings;     /* its options, or NULL */
	size_t                options_size; /* of the struct they fill */

	/* At load: can these options work?  No side effects.  -1 and why. */
	int (*check)(const void *options, char *why, size_t why_size);

	/*
	 * Worker, once, before it gives up its rights: open what needs them.  options
	 * live as long as the worker.  *self goes to the calls below.  -1 with errno.
	 */
	int (*open)(const void *options, void **self);

	/* Worker, per connection, locked up: talk, then return.  NULL: datagrams only. */
	enum sockd_end (*serve)(void *self, struct sockd_conn *);

	/* Worker, per datagram.  NULL: the service takes no udp:// or unixgram:// endpoint. */
	void (*answer)(void *self, struct sockd_datagram *);

	/* It may take its time for that: the worker must serve nobody else meanwhile. */
	bool answer_waits;

	/* Worker, once, before it exits. */
	void (*close)(void *self);

	/*
	 * The program that it starts, a path: at load it must be there, and one that the
	 * service's user may run; and the i-th word behind it, NULL at the end.  NULL: it
	 * starts none.
	 */
	const char *(*program)(const void *options, size_t i);

	/* How much memory the workers of a service share.  NULL, or 0: none. */
	size_t (*shared_size)(const void *options);

	/* Worker, once, after open: there it is, for as long as the worker lives.  As open. */
	int (*share)(void *self, const struct sockd_shared *);

	/* How much longer than a deadline the end of what it serves takes, ms.  NULL: 0. */
	long long (*grace_ms)(const void *options);

	/*
	 * With programs that take the clients by themselves there is a call of keep in place
	 * of those of serve and answer.  NULL: there are none.
	 */
	enum sockd_keeps (*keeps)(const void *options);

	/*
	 * How many of these there may be beyond those of the pool while new ones take the
	 * place of old ones.  NULL: each has a new one beside it.
	 */
	int (*surge)(const void *options);

	/*
	 * Worker, once, locked up: let such a program serve until the worker must leave.  The
	 * worker's exit status, not 0 if the program has ended by itself.
	 */
	int (*keep)(void *self, struct sockd_keeper *);
};

/*
 * The calls below keep the service's deadlines and count bytes.  -1 with errno:
 * ETIMEDOUT when the client was too slow, ECANCELED when the worker must leave,
 * or what recv(2) and send(2) say.  How a call failed ends up in the log line by itself.
 */
ssize_t sockd_read(struct sockd_conn *, void *, size_t);        /* 0: end of input */
int     sockd_write(struct sockd_conn *, const void *, size_t); /* all of it */
int     sockd_half_close(struct sockd_conn *); /* no more will be written */

/* Take what the client has sent by now, which nobody wants to know. */
void sockd_skip(struct sockd_conn *);

/*
 * Room for what is read, which all connections of the worker share: what is there stays only
 * until the next call that may wait.  sockd_write takes care of that itself: it may be given
 * what is there.
 */
void *sockd_scratch(struct sockd_conn *, size_t *size);

/*
 * Lend the connection to a program: its descriptor, on which calls wait for as long as it
 * takes.  From now on sockd_wait() keeps the deadlines, as far as the kernel says what goes
 * through it, which it does of TCP; and nothing else is called but that.
 */
int sockd_lend(struct sockd_conn *);

/*
 * Wait until one of n descriptors, at most SOCKD_WAIT_MOST, can be read: 1; or ms have passed:
 * 0; -1 is for ever.  -1 like the calls above.  Once one has failed this keeps no deadline but
 * ms.
 */
#define SOCKD_WAIT_MOST 4
int sockd_wait(struct sockd_conn *, const int *fds, int n, long long ms);

/* The same for what others wait for, too: the only deadline is that of a worker that must leave. */
int sockd_wait_shared(struct sockd_conn *, const int *fds, int n, long long ms);

/* Another connection of this worker, which is in one of these two, goes on with 1. */
void sockd_wake(struct sockd_conn *);

/* Stands at the end of the line that tells the end of the connection, such as " exit=0". */
void sockd_note(struct sockd_conn *, const char *, ...)
    __attribute__((format(printf, 2, 3)));

/* When this connection is over the worker takes no other for so long. */
void sockd_rest(struct sockd_conn *, long long ms);

/* "192.0.2.7:4711", "unix:uid=1000"; valid as long as the connection. */
const char *sockd_peer(struct sockd_conn *);
const char *sockd_service(const struct sockd_conn *);

/* One line "SERVICE: …"; priority as in syslog(3).  Quote what the client chose. */
void sockd_log(const struct sockd_conn *, int priority, const char *, ...)
    __attribute__((format(printf, 3, 4)));

/* What was asked; valid until answer() returns. */
const void *sockd_question(const struct sockd_datagram *, size_t *size);
const char *sockd_asker(struct sockd_datagram *);

/*
 * Send an answer to the asker, from the address that was asked.  The source of a
 * datagram can be forged, so an answer may have at most amplification bytes per byte of
 * the question (0: no limit).  -1 with errno, EMSGSIZE when it would have more.
 */
int  sockd_answer(struct sockd_datagram *, const void *, size_t, long long amplification);
void sockd_log_datagram(const struct sockd_datagram *, int priority, const char *, ...)
    __attribute__((format(printf, 3, 4)));

/*
 * For a datagram whose answer takes its time: as sockd_wait(), sockd_note() and so on.  The
 * service's idle and lifetime both begin when it comes.
 */
int sockd_wait_datagram(struct sockd_datagram *, const int *fds, int n, long long ms);
int sockd_wait_shared_datagram(struct sockd_datagram *, const int *, int n, long long ms);
void sockd_note_datagram(struct sockd_datagram *, const char *, ...)
    __attribute__((format(printf, 2, 3)));
void sockd_rest_datagram(struct sockd_datagram *, long long ms);

/* Where it came from, and which of our addresses was asked.  The size; 0: nobody knows. */
struct sockaddr_storage;
size_t sockd_asker_address(const struct sockd_datagram *, struct sockaddr_storage *);
size_t sockd_asked_address(const struct sockd_datagram *, struct sockaddr_storage *);

/* The listeners, for the program to inherit; and what one is called, as in LISTEN_FDNAMES. */
const int  *sockd_listeners(const struct sockd_keeper *, size_t *n);
const char *sockd_listener_name(const struct sockd_keeper *, size_t i);

/* Clients are served from now on.  The worker counts as starting before. */
void sockd_keeper_ready(struct sockd_keeper *);

/*
 * As sockd_wait(), with ECANCELED once, when the worker must leave: then what is served must
 * be over in sockd_keeper_left_ms(), -1 if that has no end.
 */
int       sockd_keeper_wait(struct sockd_keeper *, const int *fds, int n, long long ms);
long long sockd_keeper_left_ms(const struct sockd_keeper *);

/* One more that is served, or one less. */
void sockd_keeper_begin(struct sockd_keeper *);
void sockd_keeper_end(struct sockd_keeper *);

/* Nobody needs the worker now, or somebody does again: workers.min may be 0. */
void sockd_keeper_rest(struct sockd_keeper *, bool rests);
bool sockd_keeper_may_rest(const struct sockd_keeper *);

/* timeouts.hang, 0 if there is none. */
long long sockd_keeper_hang_ms(const struct sockd_keeper *);

/* What the program says of itself, for those who ask for the state. */
void sockd_keeper_status(struct sockd_keeper *, const char *text);

void sockd_keeper_log(const struct sockd_keeper *, int priority, const char *, ...)
    __attribute__((format(printf, 3, 4)));

#endif
