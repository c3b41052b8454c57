/* SPDX-License-Identifier: MIT */
/* service.h - a service as it runs: its workers, listeners and lifeline */
#ifndef SERVICE_H
#define SERVICE_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "master/hang.h"
#include "master/pool.h"
#include "sockd.h"

struct listener;
struct scoreboard;
struct service_conf;
struct slot;

/* Workers end what they serve by themselves at drain; who does not is killed so much later. */
#define SERVICE_KILL_GRACE_MS 1000

/* A worker as the master knows it; its slot has the same index. */
struct process {
	pid_t              pid; /* 0: the slot is free */
	unsigned long long started_ms;
	bool               ready;
	bool               told;         /* to leave, or to retire */
	unsigned long long told_ms;      /* to retire */
	bool               accepts_none; /* any more, as it said */
	struct hang        hang;
	bool               worn; /* and a new one is to take its place */
};

/* What last_call.c counts by. */
struct last_call {
	unsigned long long accepted; /* when it began */
	unsigned long long waiting;  /* clients, then */
	unsigned long long end_ms;   /* when roll.c does not wait for it any more */
};

/*
 * Of one generation: a reload that changes more than the master's own use of a service
 * makes a new one beside it and lets the old one leave.
 */
struct service {
	struct service      *next;
	char                *name;
	struct service_conf *conf; /* the config's; NULL when it is closing or leaving */
	struct listener    **listeners;    /* the master's */
	int                 *listener_fds; /* theirs, in the same order, for workers */
	bool                *are_datagram;
	bool                *pass_waits_on;
	int                  n_listeners;
	struct process      *processes; /* SCOREBOARD_SLOTS */
	struct scoreboard   *board;
	struct census       *census;  /* shared with its other generations; or NULL */
	struct sockd_shared  shared;  /* the handler's */
	struct slot         *slots;   /* in it */
	int                  n_slots; /* none is used behind so many */
	int                  connections_most; /* that a worker serves at a time */
	int                  n_alive;
	int                  extra; /* by TTIN and TTOU */
	bool takes_listeners;       /* programs take the clients by themselves … */
	bool keeps_programs;        /* … one in each worker */
	bool is_replaced;           /* by the next generation, see roll.h … */
	bool replaces;              /* … whose workers are no more than … */
	int  most;                  /* … these */
	struct pool_growth growth;
	struct pool_calm   calm;
	bool               look; /* something has changed: is the pool as it should be? */
	bool               watched; /* nobody is free: the master waits for clients */
	bool               client_waits; /* that came meanwhile */
	unsigned long long look_at_ms;   /* or at this time */
	unsigned long long watch_at_ms;  /* workers tell nothing before */
	struct pool_full   full;
	unsigned long long hang_look_ms; /* when to look for workers that hang */
	long long          hang_ms;      /* when conf is NULL: timeouts.hang */
	long long          drain_ms;     /* and timeouts.drain */
	int                lifeline_fds[2];
	int                gate_fds[2];    /* -1 when it is open */
	unsigned           backoff_ms;     /* of the last young death */
	unsigned long long retry_at_ms;    /* no new worker before */
	unsigned long long quiet_until_ms; /* about what the machine does not let us */
	unsigned long long end_ms;  /* of draining, CLOCK_NEVER_MS until it is set … */
	bool               has_end; /* … which it is */
	bool               killed;  /* and whoever was left then has been */
	unsigned long long kill_at_ms; /* when leaving: whoever is left then */
	unsigned long long grace_ms;   /* how much longer than end_ms that is */
	struct last_call   last_call;
	unsigned long long served, in, out, dropped,
	    refused;               /* by workers that are gone */
	struct pool_second second; /* of too many deaths */
};

/*
 * NULL with errno.  Takes neither conf nor listeners over.  older is the same service of
 * the generation before, or NULL.
 */
struct service *service_create(
    struct service_conf *, struct listener **, int n, const struct service *older);
void service_destroy(struct service *); /* it has no workers any more */

/*
 * A part of these: the census, if limits need one, and what the handler wants its workers to
 * share.  A worker closes that of other services.
 */
int  service_open_memory(struct service *, const struct service_conf *,
     const struct service *older); /* -1 with errno */
void service_close_memory(struct service *);

/*
 * How many workers it may have, now and when it replaces no other; not for those that are
 * closing or leaving.
 */
void service_rule(const struct service *, struct pool_rule *);
void service_wanted(const struct service *, struct pool_rule *);
int  service_n_first(const struct service *); /* before any client comes */
int  service_n_ready(const struct service *);
int  service_n_proven(const struct service *);  /* ready, and not young any more */
int  service_n_staying(const struct service *); /* not told to leave */

/* What those do that stay and are not worn. */
void            service_count(const struct service *, struct pool_count *);
int             service_free_slot(const struct service *); /* -1: none */
struct process *service_find_process(struct service *, pid_t);

/* In a list, by its name; or NULL. */
struct service *service_find(struct service *, const char *name);

void service_set_n_slots(struct service *, int n);

/* From now on its workers accept; before, they only get ready. */
void service_open_gate(struct service *);

/* Listeners that a worker has shut down, as far as they can be mended; of NULL none. */
void service_mend(struct service *);

/*
 * Has a worker stopped to accept since the last time?  It may have been the only one that
 * was woken for a client: then let the others, or those of the next generation, look.
 */
bool service_note_leaving(struct service *);
void service_let_look_again(const struct service *);

/* Interrupt those of its workers that wait in the kernel and were not told to leave. */
void service_poke(const struct service *);

/* Look into the slots: who became ready, or has something to tell? */
void service_note_ready(struct service *);

/* How many clients wait to be accepted, or, where only TCP could tell: */
#define WAITING_UNKNOWN ULLONG_MAX
unsigned long long service_count_waiting(const struct service *);

/* Connections and datagrams, as the workers tell it. */
unsigned long long service_count_served(const struct service *);

/* That a worker says it serves, as far as that can be. */
int service_connections(const struct service *, int slot);

/* Does every worker that was told to leave say that it accepts nothing any more? */
bool service_has_stopped_accepting(const struct service *);

/* Its settings may go away; and its time to drain begins, too. */
void service_forget_settings(struct service *);
void service_set_end(struct service *, unsigned long long now_ms);

/* Tell the worker to leave when it serves nobody, or all of them for good. */
int  service_retire(struct service *, int slot); /* -1 with errno */
void service_leave(struct service *, unsigned long long now_ms);
void service_kill(struct service *);

/* The first of its listeners that is lost, or NULL. */
const struct listener *service_lost_listener(const struct service *);

/* Take what a dead worker had counted; its slot is free afterwards. */
void service_bury(struct service *, struct process *);

#endif
