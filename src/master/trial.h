/* SPDX-License-Identifier: MIT */
/* trial.h - load settings in a process of its own first, which may hang or die of them */
#ifndef TRIAL_H
#define TRIAL_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct config;

struct trial {
	pid_t  pid;
	int    fd; /* what it found out comes here; -1: there is no trial */
	char  *bytes;
	size_t size;
};

/*
 * Start the process.  It ends by itself, in a bounded time, and what it waits for,
 * such as DNS, nobody else waits for.  -1 with errno.
 */
int trial_start(struct trial *, const char *file);

/* Take what has come, without waiting; true if that was all. */
bool trial_read(struct trial *);

/*
 * What came of it: the config, loaded here too and with the addresses that the trial
 * found, or NULL after logging every error, whose number is then in *n_errors.
 */
struct config *trial_finish(struct trial *, const char *file, size_t *n_errors);

/* Give up. */
void trial_cancel(struct trial *);

#endif
