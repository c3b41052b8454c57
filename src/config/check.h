/* SPDX-License-Identifier: MIT */
/* check.h - do the settings fit together? */
#ifndef CHECK_H
#define CHECK_H

struct complaints;
struct config;

/*
 * Look for what is missing or contradicts, and look up users and groups.  Works on a
 * config with complaints too, to find the rest of them.
 */
void config_check(struct config *, struct complaints *);

#endif
