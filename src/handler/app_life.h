/* SPDX-License-Identifier: MIT */
/* app_life.h - the life of a program that takes its clients by itself */
#ifndef APP_LIFE_H
#define APP_LIFE_H

#include "config/setting.h"
#include "handler/command.h"

struct sockd_keeper;

/* Who is not ready by then never will be. */
#define APP_READY_WITHIN_MS 25000

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
	struct command            command;
};

/* Start the program and see it through; as a handler's keep. */
int app_live(const struct app *, struct sockd_keeper *);

#endif
