/* SPDX-License-Identifier: MIT */
/* devlog.h - lines to the system's log as syslog(3) sends them, but none is lost unseen */
#ifndef DEVLOG_H
#define DEVLOG_H

#include <stddef.h>
#include <sys/types.h>

/* So many lines are sent at once. */
#define DEVLOG_LINES 64

struct devlog_line {
	int   priority; /* with its facility */
	pid_t pid;      /* whose line it is */
	char *text;     /* the sender's; only read */
};

/*
 * Send n lines to /dev/log, waiting up to a second for each while its reader is slow or
 * stopped.  How many were taken, of DEVLOG_LINES at most: try again with the others.
 */
size_t devlog_send(const char *identity, const struct devlog_line *, size_t n);

#endif
