/* SPDX-License-Identifier: MIT */
/* datagram.h - one datagram and its answer */
#ifndef DATAGRAM_H
#define DATAGRAM_H

#include <stdbool.h>

struct board;
struct service_conf;
struct sockd_handler;

/*
 * Receive a datagram, have the handler answer it, unless it is none that should be; count
 * and log.  Waits only if the listener does, and never longer than its SO_RCVTIMEO.  False
 * with errno if there was none.
 */
bool datagram_serve(int fd, const struct service_conf *, void *self, struct board *);

#endif
