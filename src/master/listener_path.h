/* SPDX-License-Identifier: MIT */
/* listener_path.h - a listener's socket in the file system, where others may meddle */
#ifndef LISTENER_PATH_H
#define LISTENER_PATH_H

#include <stdbool.h>

struct listen_conf;
struct listener;

/*
 * Bind to the path, with no more permissions than the settings give.  A socket there that
 * nobody serves is replaced.  -1 with errno, EADDRINUSE if somebody does, EEXIST if it is
 * no socket.
 */
int listener_path_bind(struct listener *, const struct listen_conf *);

/* Owner, group and permissions of our socket, of no other file.  As in sockopt.h. */
int listener_path_set_options(
    const struct listener *, const struct listen_conf *, const char **failed);

/* Is our socket still there? */
bool listener_path_is_ours(const struct listener *);

/* Remove our socket, no other file; a listener without a path has none. */
void listener_path_remove(const struct listener *);

#endif
