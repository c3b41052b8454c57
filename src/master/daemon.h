/* SPDX-License-Identifier: MIT */
/* daemon.h - leave the terminal, with an exit status that is true */
#ifndef DAEMON_H
#define DAEMON_H

/*
 * Returns in a child that is the leader of a session of its own; the process that calls
 * waits for daemon_ready and exits with its status, or EX_OSERR if the child just died.
 * -1 with errno.
 */
int daemon_start(void);

/*
 * Let the waiting process exit with this status.  With 0, standard input, output and
 * error become /dev/null.  Nothing if daemon_start was not called.
 */
void daemon_ready(int status);

#endif
