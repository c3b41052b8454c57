/* SPDX-License-Identifier: MIT */
/* leave.c - how a worker hears that it must leave, without a race and without a poll */
#include "worker/leave.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/time.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/scoreboard.h"

/* The handler must find what it needs: the one process has one set of these. */
static const int                  *fds;
static int                         n_fds, null_fd = -1, news_fd = -1, wake_fd = -1;
static struct slot                *slot;
static const struct orders        *orders;
static long long                   drain_ms;
static volatile sig_atomic_t       asked, retired;
static volatile unsigned long long deadline_ms = CLOCK_NEVER_MS;

/*
 * Only calls of signal-safety(7).  A flag alone would be missed by an accept that begins
 * between its test and the wait; a listener that is none any more cannot be.
 */
void
leave_stop_accepting(void)
{
	for (int i = 0; i < n_fds; i++)
		dup2(null_fd, fds[i]);
	atomic_store(&slot->leaving, 1);
	(void)!write(news_fd, "l", 1);
}

static void
wake(void)
{
	static const uint64_t one = 1;

	(void)!write(wake_fd, &one, sizeof one);
}

static void
stop(void)
{
	if (wake_fd == -1)
		leave_stop_accepting();
	else
		wake();
}

static void
on_retire(int signal_number)
{
	int saved_errno = errno;

	(void)signal_number;
	retired = 1;
	if (!asked)
		stop();
	errno = saved_errno;
}

static void
on_leave(int signal_number)
{
	static const struct itimerval poke = { { 0, LEAVE_POKE_MS * 1000 },
		{ 0, LEAVE_POKE_MS * 1000 } };
	int                           saved_errno = errno;

	(void)signal_number;
	if (asked)
		return;
	deadline_ms = atomic_load(&orders->end_ms);
	if (deadline_ms == 0) /* the master is gone, or means us alone */
		deadline_ms = clock_deadline_ms(clock_ms(), drain_ms);
	asked = 1;
	stop();
	setitimer(ITIMER_REAL, &poke, NULL);
	errno = saved_errno;
}

static void
on_poke(int signal_number)
{
	int saved_errno = errno;

	(void)signal_number;
	if (wake_fd != -1 && !asked)
		wake();
	errno = saved_errno;
}

static int
catch_signal(int signal_number, void (*handler)(int))
{
	struct sigaction action = { .sa_handler = handler }; /* no SA_RESTART: EINTR */

	sigfillset(&action.sa_mask);
	return sigaction(signal_number, &action, NULL);
}

int
leave_init(const int *listener_fds, int n, int null, struct slot *my_slot,
    const struct orders *masters_orders, int fd, long long drain)
{
	fds = listener_fds;
	n_fds = n;
	null_fd = null;
	slot = my_slot;
	orders = masters_orders;
	news_fd = fd;
	drain_ms = drain;
	if (catch_signal(SIGALRM, on_poke) != 0 || catch_signal(SIGUSR1, on_retire) != 0)
		return -1;
	return catch_signal(SIGTERM, on_leave);
}

void
leave_by_waking(int fd)
{
	wake_fd = fd;
}

bool
leave_asked(void)
{
	return asked != 0;
}

bool
leave_is_due(void)
{
	return asked != 0 || retired != 0;
}

unsigned long long
leave_deadline_ms(void)
{
	return asked ? deadline_ms : CLOCK_NEVER_MS;
}

void
leave_if_cut(int lifeline_fd)
{
	struct pollfd p = { .fd = lifeline_fd };

	if (!asked && poll(&p, 1, 0) == 1)
		raise(SIGTERM);
}

void
leave_wait(int lifeline_fd, int ms)
{
	struct pollfd p = { .fd = lifeline_fd };

	if (!leave_is_due() && poll(&p, 1, ms) == 1)
		leave_if_cut(lifeline_fd);
}

int
leave_poll(struct slot *waiting, int lifeline_fd, struct pollfd *p, int n, int ms)
{
	bool was_asked = leave_asked();
	int  result;

	p[n] = (struct pollfd){ .fd = lifeline_fd };
	slot_wait(waiting);
	result = poll(p, (nfds_t)(was_asked ? n : n + 1), ms);
	slot_work(waiting, NULL);
	if (result <= 0)
		return result == -1 && errno != EINTR ? -1 : 0;
	if (!was_asked && p[n].revents != 0)
		leave_if_cut(lifeline_fd);
	for (int i = 0; i < n; i++)
		if (p[i].revents != 0)
			return 1;
	return 0;
}
