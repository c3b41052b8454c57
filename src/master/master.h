/* SPDX-License-Identifier: MIT */
/* master.h - the first process: owns settings, listeners, services; never reads a client's byte */
#ifndef MASTER_H
#define MASTER_H

#include <signal.h>
#include <stdbool.h>
#include <sys/types.h>

#include "master/logger.h"
#include "master/pidfile.h"
#include "master/reload.h"

struct config;
struct listener;
struct pollfd;
struct service;

/* What the master waits for beside clients. */
#define MASTER_POLLS 3

struct master {
	const char        *file;       /* the main settings file, good for every reload */
	bool               foreground; /* log to standard error */
	pid_t              pid;
	unsigned long long started_ms;
	struct config     *config;    /* of the current generation; NULL until it is up */
	struct service    *services;  /* of the current generation */
	struct service    *closing;   /* of others, while they serve who waits already */
	struct service    *leaving;   /* of others, until their last worker is gone */
	struct listener   *listeners; /* all of them */
	struct reload      reload;    /* the one under way */
	unsigned           n_reloads; /* successful or not */
	struct pollfd     *polls;     /* room for MASTER_POLLS and all listeners */
	struct logger      logger;
	unsigned long long logger_retry_at_ms;
	unsigned long long
		       logger_mend_at_ms; /* not before, once a worker has shut it down */
	struct pidfile pidfile;
	int            news_fds[2]; /* workers write: "look at the slots" */
	sigset_t       waiting;     /* the signal mask while we wait */
	bool           stopping;
	int            status; /* to exit with */
};

/*
 * Run until told to stop.  file must stay valid.  Returns the exit status; what was
 * wrong has been logged.
 */
int master_run(const char *file, struct config *, bool foreground);

/* Every worker of the service leaves; the service goes to the list of the leaving. */
void master_let_leave(struct master *, struct service *);

/* The same for all services of a list, which is empty then. */
void master_let_all_leave(struct master *, struct service **list);

#endif
