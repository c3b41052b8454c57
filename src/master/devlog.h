/* SPDX-License-Identifier: MIT */
/* devlog.h - lines to the system's log as syslog(3) sends them, but none is lost unseen */
#ifndef DEVLOG_H
#define DEVLOG_H

#include <stdbool.h>
#include <sys/types.h>

/*
 * Send one line to /dev/log as from this process, waiting up to a second while its
 * reader is slow or stopped.  False if it was not taken: try again.
 */
bool devlog_send(int priority, const char *identity, pid_t, const char *line);

#endif
