/* SPDX-License-Identifier: MIT */
/* many.h - a worker that serves many connections at a time: its loop */
#ifndef MANY_H
#define MANY_H

struct admission;
struct board;
struct worker_job;

/* Accept and serve until the worker is to leave and has served whom it serves. */
void many_run(const struct worker_job *, void *self, struct board *, struct admission *);

#endif
