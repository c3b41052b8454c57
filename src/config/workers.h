/* SPDX-License-Identifier: MIT */
/* workers.h - how many workers a service may have, "auto" worked out */
#ifndef WORKERS_H
#define WORKERS_H

struct service_conf;

/* Below SCOREBOARD_SLOTS: others may still be leaving. */
#define WORKERS_MOST 1000

int workers_min(const struct service_conf *);
int workers_max(const struct service_conf *); /* as the settings have it: min at least */
int workers_spare(const struct service_conf *); /* idle ones */

#endif
