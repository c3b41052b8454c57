/* SPDX-License-Identifier: MIT */
/* check.h - do the settings fit together? */
#ifndef CONFIG_CHECK_H
#define CONFIG_CHECK_H

struct complaints;
struct config;
struct listen_conf;
struct service_conf;

/*
 * Look for what is missing or contradicts, and look up users and groups.  Works on a
 * config with complaints too, to find the rest of them.
 */
void config_check(struct config *, struct complaints *);

/* A part of it: allow, deny and refuse. */
void config_check_admission(const struct service_conf *, struct complaints *);

/* Can the handler serve the inherited sockets that the endpoint was resolved to? */
void config_check_inherited(
    const struct service_conf *, const struct listen_conf *, struct complaints *);

#endif
