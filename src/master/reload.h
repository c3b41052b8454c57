/* SPDX-License-Identifier: MIT */
/* reload.h - from one generation to the next; the start is a reload from nothing */
#ifndef RELOAD_H
#define RELOAD_H

#include <stdbool.h>

#include "master/logger.h"
#include "master/trial.h"

struct config;
struct master;
struct service;

enum reload_phase {
	RELOAD_NONE,
	RELOAD_LOADING,  /* a trial is under way */
	RELOAD_STARTING, /* new workers are on their way, nothing else has changed */
	RELOAD_SETTLING, /* they serve; old ones have been told to leave */
};

struct reload {
	enum reload_phase  phase;
	struct trial       trial;         /* while loading */
	struct config     *config;        /* the next one, while starting */
	struct service    *services;      /* made for it; the others are kept */
	unsigned long long give_up_at_ms; /* on this phase */
	unsigned long long poke_at_ms;    /* see generation_poke */
	bool               replaces_all;  /* workers and logger */
	bool               failed;        /* a worker died before it was ready … */
	int                status;        /* … with this sysexits(3) code */
	bool               has_old_logger;
	struct logger      old_logger; /* when all workers are new */
	char              *summary;    /* for the log */
};

/* Load the settings again and begin; all errors are logged. */
void reload_begin(struct master *);

/* Begin with a config that is loaded; takes it over. */
void reload_begin_with(struct master *, struct config *);

/*
 * Begin with the settings in force, as workers can break what they share: all of them
 * and the logger are replaced.
 */
void reload_replace_all(struct master *, const char *why);

/* Go on if what the phase waits for has happened. */
void reload_check(struct master *);

/* When to look again, CLOCK_MONOTONIC, though no news comes. */
unsigned long long reload_look_again_ms(const struct master *);

/* Leave everything as it was, and say why. */
void reload_abort(struct master *, const char *why);

#endif
