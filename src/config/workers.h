/* SPDX-License-Identifier: MIT */
/* workers.h - how many workers a service may have, "auto" worked out */
#ifndef WORKERS_H
#define WORKERS_H

#include <stdbool.h>

#include "sockd.h"

struct service_conf;

/* Below SCOREBOARD_SLOTS: others may still be leaving. */
#define WORKERS_MOST 1000

/* Two mappings for the stack of each, of the 65,530 that a process may have. */
#define WORKERS_CONNECTIONS_MOST 16384

/* A worker's descriptors beside its connections and listeners. */
#define WORKERS_OTHER_DESCRIPTORS 32

/* How much longer than a deadline the end of what they serve may take. */
unsigned long long workers_grace_ms(const struct service_conf *);

/* How many descriptors a worker needs that serves as many connections as it may. */
long long workers_descriptors(const struct service_conf *);

/* How long they may hang, ms; 0: for ever. */
long long workers_hang_ms(const struct service_conf *);

/* How many of them keep a program that takes its clients by itself. */
enum sockd_keeps workers_keep(const struct service_conf *);

/* Do all start when a client comes, and leave when the service is not needed any more? */
bool workers_stop_together(const struct service_conf *);

int workers_min(const struct service_conf *);
int workers_max(const struct service_conf *); /* as the settings have it: min at least */
int workers_spare(const struct service_conf *); /* idle ones */

#endif
