/* SPDX-License-Identifier: MIT */
/* exec.h - what the parts of the handler exec have in common */
#ifndef EXEC_H
#define EXEC_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "common/lines.h"
#include "common/program.h"
#include "config/setting.h"
#include "handler/command.h"
#include "handler/exec_environ.h"
#include "handler/exec_store.h"
#include "handler/trouble.h"
#include "sockd.h"

enum { EXEC_ERROR_LOG, EXEC_ERROR_CLIENT, EXEC_ERROR_NULL };

struct exec_options {
	struct strings command;
	bool           wait;
	int            stderr; /* EXEC_ERROR_ */
	struct strings env, environment;
	long long      kill_after, answer_size, amplification;
	long long      cache, stale, run_timeout;
	bool           coalesce;
	char          *fallback;
};

struct exec {
	const struct exec_options *options;
	struct strings             common; /* of all environments */
	unsigned                   styles;
	struct command             command;
	struct trouble             trouble;
	struct exec_cache         *cache; /* NULL: there is none */
};

/* Whom a program runs for: the other one is NULL. */
struct exec_client {
	struct sockd_conn     *conn;
	struct sockd_datagram *datagram;
};

/* The calls of sockd.h for either of them. */
int exec_client_wait(const struct exec_client *, const int *fds, int n, long long ms);
int exec_client_wait_shared(const struct exec_client *, const int *, int n, long long ms);
void exec_client_wake(const struct exec_client *);
void exec_client_log(const struct exec_client *, int priority, const char *, ...)
    __attribute__((format(printf, 3, 4)));
void exec_client_note(const struct exec_client *, const char *, ...)
    __attribute__((format(printf, 2, 3)));
void exec_client_rest(const struct exec_client *, long long ms);

/* A program from its start to its end.  The first fields say what to start. */
struct exec_job {
	struct exec_client  client;
	struct exec_environ environment; /* made; finished when it is started */
	int                 in_fd;
	int                 out_fd;   /* -1: what it writes is kept as its answer */
	bool                has_conn; /* which is descriptor 3, too */
	struct trouble     *trouble;  /* of those like it */
	long long
	    limit_ms; /* 0: as long as its client has patience; else it is for all */

	struct program_run run;
	unsigned long long began_ms;
	pid_t              pid;   /* for the log, when it is gone */
	struct lines       error; /* what it says on standard error */
	int                answer_fd;
	char              *answer; /* the caller's to free */
	size_t             size;
	bool               is_too_large;
	enum sockd_end     end;
	struct program_end program_end;
	int                errno_of_start; /* of one that could not be run */
};

/*
 * Run a program to its end, which it is made to find when the client's patience is over or its
 * answer is too large.  SOCKD_DONE only if it did well.  The client's line in the log tells how it
 * ended; who has failed at once too often makes the worker rest, but for a run for all.
 */
enum sockd_end exec_run(const struct exec *, struct exec_job *);

/* What to say and do if it comes to nothing already before that, with errno. */
void exec_cannot_run(const struct exec *, struct exec_job *);

/* Why it did not do well, in words. */
void exec_print_failure(
    const struct exec *, const struct exec_job *, char *text, size_t size);

/* What a program has written goes to who asks, if that is something. */
void exec_send(
    const struct exec *, struct sockd_datagram *, const char *answer, size_t size);

/* The handler's answer to a datagram. */
void exec_answer(void *self, struct sockd_datagram *);

/* The handler's keep, where the program gets the listener itself. */
int exec_keep(void *self, struct sockd_keeper *);

#endif
