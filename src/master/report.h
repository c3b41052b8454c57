/* SPDX-License-Identifier: MIT */
/* report.h - the state of every service and worker, as log lines */
#ifndef REPORT_H
#define REPORT_H

struct master;

void report_state(const struct master *);

/* The same in a few words, for the service manager. */
void report_status(const struct master *);

#endif
