/* SPDX-License-Identifier: MIT */
/* app_environ.h - what a program is told of the listeners that it inherits */
#ifndef APP_ENVIRON_H
#define APP_ENVIRON_H

#include <stddef.h>

#include "config/setting.h"

struct sockd_keeper;

/* Whose names the variables have. */
enum { APP_SYSTEMD = 1, APP_EINHORN = 2, APP_SERVER_STARTER = 4 };

/* The first listener, as all of these have it. */
#define APP_FIRST_FD 3

/* APP_ of the words, or'ed; the first word that is none in *bad. */
unsigned app_environ_styles(const struct strings *list, const char **bad);

struct app_environ {
	struct strings variables; /* without the NULL at the end */
	char         **list;      /* with it */
	char          *pid[2];    /* where the program's pid is to be printed, or NULL */
	size_t         pid_size;
};

/*
 * The environment of a program: what all have, what the settings add, the listeners, the
 * socket to notify us, if there is one, and how often that must happen (0: never).
 */
void app_environ_make(struct app_environ *, const struct strings *settings,
    unsigned styles, const struct sockd_keeper *, const char *notify_name,
    long long watchdog_ms);
void app_environ_finish(struct app_environ *);

#endif
