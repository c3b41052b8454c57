/* SPDX-License-Identifier: MIT */
/* dial.h - the clients' sockets, to a server on this machine */
#ifndef DIAL_H
#define DIAL_H

#include <netinet/in.h>

/*
 * A connected socket to a port of 127.0.0.1, or -1 with errno.  connect() waits, since it
 * is the kernel that answers it, not the server; all else is for the caller to wait for.
 * type is SOCK_STREAM or SOCK_DGRAM.  The client has the nth of some addresses of its own,
 * 127.0.0.2 and on: so there are ports for all, though the server's side keeps the
 * addresses and ports of a connection for a minute (TIME_WAIT).
 */
int dial(int type, unsigned n, in_port_t port);

#endif
