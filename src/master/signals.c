/* SPDX-License-Identifier: MIT */
/* signals.c - what signals have asked the master to do; master.c does it */
#include "master/signals.h"

#include <stddef.h>

volatile sig_atomic_t want_reload, want_drain, want_stop, want_reap, want_state,
    want_more, want_fewer;

static void
on_signal(int signal_number, siginfo_t *info, void *context)
{
	(void)context;
	switch (signal_number) {
	case SIGHUP:
		/* From the kernel it is a terminal that was closed, and no wish to reload. */
		if (info->si_code == SI_KERNEL)
			want_drain = 1;
		else
			want_reload = 1;
		break;
	case SIGTERM:
	case SIGQUIT:
		want_drain++;
		break;
	case SIGINT:
		want_stop = 1;
		break;
	case SIGCHLD:
		want_reap = 1;
		break;
	case SIGUSR1:
		want_state = 1;
		break;
	case SIGTTIN:
		want_more++;
		break;
	case SIGTTOU:
		want_fewer++;
		break;
	default:
		break;
	}
}

void
signals_init(sigset_t *waiting)
{
	static const int caught[] = { SIGHUP, SIGTERM, SIGQUIT, SIGINT, SIGCHLD, SIGUSR1,
		SIGTTIN, SIGTTOU };
	static const int ignored[] = { SIGPIPE, SIGUSR2, SIGWINCH, SIGTSTP, SIGALRM };
	struct sigaction action = { .sa_sigaction = on_signal, .sa_flags = SA_SIGINFO };
	sigset_t         all;

	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	sigfillset(&action.sa_mask);
	for (size_t i = 0; i < sizeof ignored / sizeof *ignored; i++)
		signal(ignored[i], SIG_IGN);
	/* Signals that mean nothing to us never get in, so none of them can end us. */
	sigfillset(waiting);
	for (size_t i = 0; i < sizeof caught / sizeof *caught; i++) {
		sigaction(caught[i], &action, NULL);
		sigdelset(waiting, caught[i]);
	}
}
