/* SPDX-License-Identifier: MIT */
/* sockopt.h - the options of listeners that settings ask for */
#ifndef SOCKOPT_H
#define SOCKOPT_H

#include <stdbool.h>

struct listen_conf;

/* All return 0, or -1 with errno and the name of the option that failed in *failed. */

/* Before bind: those that decide about the address, and the buffers. */
int sockopt_set_address(
    int fd, int family, bool v6only, const struct listen_conf *, const char **failed);

/*
 * After bind, and again when a reload has changed them: those that accepted connections
 * inherit, and the backlog, which makes the socket listen.
 */
int sockopt_set_traffic(
    int fd, int family, const struct listen_conf *, const char **failed);

/* Do calls wait no longer than CONN_KERNEL_WAIT_MS, or for ever? */
int sockopt_set_waits(int fd, bool bounded, const char **failed);

/*
 * What workers need of a socket that another program opened, and nothing more: of
 * datagrams, where they were sent to and how far they may go on.
 */
int sockopt_set_inherited(int fd, int family, bool is_datagram, const char **failed);

#endif
