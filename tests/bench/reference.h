/* SPDX-License-Identifier: MIT */
/* reference.h - loops that do nothing but the work, for others to be measured against */
#ifndef REFERENCE_H
#define REFERENCE_H

#define REFERENCE_ANSWER "test server"

/* Serve a socket for ever, in each worker; what fails ends the worker. */
void blocking_serve(int listener); /* accept, recv, send, close */
void epoll_serve(int listener);    /* many connections, what comes is sent back */
void recvmmsg_serve(int fd);       /* an answer for each datagram */

void __attribute__((noreturn)) give_up(const char *what);

#endif
