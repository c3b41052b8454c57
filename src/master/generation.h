/* SPDX-License-Identifier: MIT */
/* generation.h - the services of the next settings: which are kept, which are made anew */
#ifndef GENERATION_H
#define GENERATION_H

struct config;
struct master;
struct service;

/*
 * Open the listeners that the next settings need and that are not open yet, and start
 * all workers of the services that cannot go on as they are, in m->reload.services.
 * -1 after logging why, with the sysexits(3) code in m->reload.status.
 */
int generation_start(struct master *, struct config *next);

/*
 * The services of m->reload.config in its order, taken out of m->reload.services and,
 * where they are kept, of m->services, in which those remain that must leave.
 */
struct service *generation_take(struct master *);

/*
 * A program begins with a listener at which accept waits, which may be that of running workers
 * that wait in another way: then they are interrupted now and then, until it is clear whose it
 * is.
 */
void               generation_poke(struct master *);
unsigned long long generation_poke_again_ms(const struct master *);

/* The next one is given up: the listeners are as this one has them. */
void generation_stay(struct master *);

/* Mark the listeners that these services have, and no others, as used. */
void generation_mark_used(struct master *, const struct service *services);

/* Close the listeners that no service has: of m->services, m->closing, m->reload.services. */
void generation_close_unused(struct master *);

/* Close the inherited sockets that no endpoint of the first settings names. */
void generation_close_unwanted(const struct config *);

#endif
