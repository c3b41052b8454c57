/* SPDX-License-Identifier: MIT */
/* io.h - small things about descriptors */
#ifndef IO_H
#define IO_H

#include <stdbool.h>
#include <stddef.h>

/* Descriptors 0, 1 and 2 are open afterwards, on /dev/null where they were not. */
int io_open_standard(void);

/* No call on the descriptor waits any more. -1 with errno. */
int io_nonblock(int fd);

/* Point fd at /dev/null. -1 with errno. */
int io_null(int fd);

/* Make fd another name of what by is. -1 with errno. */
int io_replace(int fd, int by);

/* Close every descriptor from 3 up but the n in keep, which is sorted in place. -1 with errno. */
int io_close_others(int *keep, size_t n);

/* A pipe whose ends are close-on-exec and, if asked, do not block. -1 with errno. */
int io_pipe(int fds[2], bool nonblocking);

/* A pipe of which we read without waiting: the end to write, or -1 with errno. */
int io_pipe_to_us(int *read_fd);

/* One of SOL_SOCKET that is an int; -1 if there is none. */
int io_socket_option(int fd, int name);

/* Has the socket been shut down, by us or its peer, so that nothing comes any more? */
bool io_is_shut(int fd);

/* How many wait to be accepted, where the kernel tells that, which it does of TCP; else false. */
bool io_count_waiting(int listener_fd, unsigned *n);

/*
 * Is /proc there, and ours?  In a namespace of pids it may be that of another one, whose
 * numbers mean other processes here.
 */
bool io_has_proc(void);

/* Close *fd unless it is -1, and make it -1. */
void io_close(int *fd);

/* Write all n bytes. -1 with errno. */
int io_write(int fd, const void *, size_t n);

#endif
