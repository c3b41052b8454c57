/* SPDX-License-Identifier: MIT */
/* trial.h - load settings in a process of its own, which may hang or die of them */
#ifndef TRIAL_H
#define TRIAL_H

#include <stdbool.h>
#include <sys/types.h>

#include "common/wire.h"
#include "config/strings.h"

struct config;

struct trial {
	pid_t       pid;
	int         fd; /* what it found out comes here; -1: there is no trial */
	struct wire answer;
};

/* What is wrong with the settings. */
struct trial_errors {
	struct strings lines;
	int            status; /* sysexits(3) code of the first */
};

/*
 * Start the process.  It ends by itself, in a bounded time, and what it waits for, such
 * as DNS if it shall resolve the endpoints, nobody else waits for.  -1 with errno.
 */
int trial_start(struct trial *, const char *file, bool resolve);

/* Take what has come, without waiting; true if that was all. */
bool trial_read(struct trial *);

/*
 * What came of it: the config, or NULL and the errors, of which there is one at least;
 * the caller finishes errors->lines.
 */
struct config *trial_finish(struct trial *, const char *file, struct trial_errors *);

/* All of this at once, for those who have nothing else to do meanwhile. */
struct config *trial_load(const char *file, bool resolve, struct trial_errors *);

/* Give up. */
void trial_cancel(struct trial *);

#endif
