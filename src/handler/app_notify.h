/* SPDX-License-Identifier: MIT */
/* app_notify.h - what a program says of itself, by sd_notify(3)'s protocol */
#ifndef APP_NOTIFY_H
#define APP_NOTIFY_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* The longest status that is kept, with its NUL. */
#define APP_STATUS 64

/* The name of a socket, as NOTIFY_SOCKET has it. */
#define APP_NOTIFY_NAME 32

/* What was said since the last time; the status also before. */
struct app_news {
	bool is_ready;     /* READY=1 */
	bool is_alive;     /* WATCHDOG=1 */
	bool wants_abort;  /* WATCHDOG=trigger */
	bool is_stopping;  /* STOPPING=1 */
	bool has_stranger; /* who is not of the program, or was and is gone */
	bool has_status;
	char status[APP_STATUS];
};

/* A socket with an abstract name of the kernel's choice; -1 with errno. */
int app_notify_open(char name[APP_NOTIFY_NAME]);

/*
 * Read what is there.  Only what the program and those of its group, or session, that are of our user say counts: anybody
 * can send to such a name.
 */
void app_notify_read(int fd, pid_t program, struct app_news *);

/* One message of several lines, which may be any bytes. */
void app_notify_parse(const char *message, size_t size, struct app_news *);

#endif
