/* SPDX-License-Identifier: MIT */
/* app_idle.h - for how long nobody has needed a program that takes its clients by itself */
#ifndef APP_IDLE_H
#define APP_IDLE_H

#include <stddef.h>

struct app_idle {
	const int *listener_fds;
	size_t     n;
	int        fd; /* can be read when a client has come since the last look */
	unsigned long long needed_ms; /* last */
	unsigned long long look_ms;   /* when to look again */
	long long          every_ms;
};

/* It costs the listeners no more than one event every so many ms. -1 with errno. */
int app_idle_begin(
    struct app_idle *, const int *listener_fds, size_t n, long long every_ms);
void app_idle_finish(struct app_idle *);

/* Look if it is time to, or a client has come; then needed_ms says when it was needed last. */
void app_idle_look(struct app_idle *, unsigned long long now_ms);

#endif
