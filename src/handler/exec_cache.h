/* SPDX-License-Identifier: MIT */
/* exec_cache.h - one program for all who ask within a time */
#ifndef EXEC_CACHE_H
#define EXEC_CACHE_H

#include "sockd.h"

struct exec;
struct exec_cache;
struct exec_options;

/* Of a worker; what it shares with the others stays theirs. */
struct exec_cache *exec_cache_create(
    const struct exec_options *, const struct sockd_shared *);
void exec_cache_destroy(struct exec_cache *);

enum sockd_end exec_cache_serve(struct exec *, struct sockd_conn *);
void           exec_cache_answer(struct exec *, struct sockd_datagram *);

#endif
