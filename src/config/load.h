/* SPDX-License-Identifier: MIT */
/* load.h - settings files to a checked struct config */
#ifndef LOAD_H
#define LOAD_H

struct complaints;
struct config;

/*
 * Read the main settings file and what it includes, and check everything that can be
 * checked without opening a socket or asking DNS.  NULL when there are complaints, which
 * are all there then, sorted.  The caller destroys the config.
 */
struct config *config_load(const char *file, struct complaints *);

/*
 * Find the addresses of every endpoint; waits for DNS.  -1 when there are complaints.
 */
int config_resolve(struct config *, struct complaints *);

#endif
