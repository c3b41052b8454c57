/* SPDX-License-Identifier: MIT */
/* established.h - how many connections a listener has, whoever serves them */
#ifndef ESTABLISHED_H
#define ESTABLISHED_H

#include <stddef.h>

/*
 * Those of n listeners, accepted or waiting for that, as sock_diag(7) tells it of TCP and
 * AF_UNIX.  Sockets of datagrams have none.  -1 if nobody can tell.
 */
long established_count(const int *listener_fds, size_t n);

#endif
