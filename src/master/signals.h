/* SPDX-License-Identifier: MIT */
/* signals.h - what signals have asked the master to do */
#ifndef SIGNALS_H
#define SIGNALS_H

#include <signal.h>

/* Set by handlers, which do nothing else; cleared by the loop before it acts. */
extern volatile sig_atomic_t want_reload; /* HUP */
extern volatile sig_atomic_t want_drain;  /* TERM, QUIT: how many */
extern volatile sig_atomic_t want_stop;   /* INT */
extern volatile sig_atomic_t want_reap;   /* CHLD */
extern volatile sig_atomic_t want_state;  /* USR1 */
extern volatile sig_atomic_t want_more;   /* TTIN: how many */
extern volatile sig_atomic_t want_fewer;  /* TTOU: how many */

/*
 * Catch them, ignore the rest that would end us, and block them all: they get in only
 * where the loop waits, with the mask in *waiting.
 */
void signals_init(sigset_t *waiting);

#endif
