/* SPDX-License-Identifier: MIT */
/* app_life.h - the life of a program that takes its clients by itself */
#ifndef APP_LIFE_H
#define APP_LIFE_H

#include "config/setting.h"

struct sockd_keeper;

/* Who is not ready by then never will be. */
#define APP_READY_WITHIN_MS 30000

/* Who does not die of SIGKILL is sent it again. */
#define APP_KILL_AGAIN_MS 1000

enum { APP_OUTPUT_LOG, APP_OUTPUT_NULL };

struct app_options {
	struct strings command;
	int            stderr;
	struct strings env, environment;
	long long      ready;
	int            stop_signal;
	long long      surge;
	long long      idle_stop;
};

struct app {
	const struct app_options *options;
	unsigned                  styles;
	char                    **argv;
	int                       null_fd;
};

/* Start the program and see it through; as a handler's keep. */
int app_live(const struct app *, struct sockd_keeper *);

#endif
