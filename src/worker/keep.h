/* SPDX-License-Identifier: MIT */
/* keep.h - a worker whose program takes the clients by itself */
#ifndef KEEP_H
#define KEEP_H

struct board;
struct worker_job;

/*
 * Let the handler keep its program until the worker must leave; on_ready is called once, when
 * the program is.  The worker's exit status.
 */
int keep_run(const struct worker_job *, void *self, struct board *,
    void (*on_ready)(void *arg), void        *arg);

#endif
