/* SPDX-License-Identifier: MIT */
/* datagram.h - one datagram and its answer */
#ifndef DATAGRAM_H
#define DATAGRAM_H

#include <stdbool.h>

struct admission;

/*
 * Receive a datagram, have the handler answer it, unless it is none that should be or is
 * not admitted; count and log.  Waits only if the listener does, and never longer than its SO_RCVTIMEO.  False
 * with errno if there was none.
 */
bool datagram_serve(int fd, void *self, struct admission *);

#endif
