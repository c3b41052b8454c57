/* SPDX-License-Identifier: MIT */
/* established.h - how many connections a listener has, whoever serves them */
#ifndef ESTABLISHED_H
#define ESTABLISHED_H

#include <stddef.h>

/*
 * Those of n listeners, as sock_diag(7) tells it: of TCP those that wait to be accepted too, of
 * AF_UNIX only those that have been.  Sockets of datagrams have none.  -1 if nobody can tell.
 */
long established_count(const int *listener_fds, size_t n);

#endif
