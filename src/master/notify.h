/* SPDX-License-Identifier: MIT */
/* notify.h - tell the service manager how we are, sd_notify(3)'s protocol */
#ifndef NOTIFY_H
#define NOTIFY_H

#include <stdbool.h>

/* Take NOTIFY_SOCKET out of the environment; nobody below shall speak for us. */
void notify_init(void);
bool notify_wanted(void);

/* Assignments such as "READY=1", one a line.  Nothing without a socket; never waits. */
void notify_send(const char *, ...) __attribute__((format(printf, 1, 2)));

#endif
