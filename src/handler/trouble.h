/* SPDX-License-Identifier: MIT */
/* trouble.h - programs that fail one after another cost no more than so much */
#ifndef TROUBLE_H
#define TROUBLE_H

#include <stdbool.h>

/* All zero at the beginning. */
struct trouble {
	int       n_young; /* that failed at once, one after another */
	long long rest_ms; /* the last rest for that … */
	unsigned long long
	    until_ms; /* … and its end: those that fail in it make it no longer */
};

/*
 * A program that began then has ended; how long to rest before the next one, ms, mostly 0.
 * Times are of CLOCK_MONOTONIC.
 */
long long trouble_note_end(struct trouble *, bool failed, unsigned long long began_ms,
    unsigned long long now_ms);

/* One could not even be started. */
long long trouble_note_none(struct trouble *, unsigned long long now_ms);

#endif
