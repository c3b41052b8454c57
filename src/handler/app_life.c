/* SPDX-License-Identifier: MIT */
/* app_life.c - the life of a program that takes its clients by itself */
#include "handler/app_life.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sysexits.h>
#include <syslog.h>

#include "common/clock.h"
#include "common/io.h"
#include "common/lines.h"
#include "common/program.h"
#include "common/quote.h"
#include "handler/app_environ.h"
#include "handler/app_idle.h"
#include "handler/app_notify.h"
#include "handler/usage.h"
#include "sockd.h"

/* From SIGABRT to SIGKILL. */
#define KILL_AFTER_MS 2000

/* How often to look, in the time after which it is not needed any more. */
#define IDLE_LOOKS 4

/* A program while it runs. */
struct life {
	const struct app    *app;
	struct sockd_keeper *keeper;
	struct program_run   run;
	pid_t                pid; /* for the log, when it is gone */
	struct lines         output;
	struct app_idle      idle; /* fd -1: nobody wants to know */
	int                  notify_fd;
	unsigned long long   began_ms;
	unsigned long long   ready_ms; /* when to do something about that; or never */
	unsigned long long   alive_ms; /* when it must have said that it is */
	unsigned long long   kill_ms;  /* when to kill it */
	bool                 is_ready, is_stopping, is_killed;
};

static void
tell_line(const void *life, const char *quoted)
{
	const struct life *l = life;

	sockd_keeper_log(l->keeper, LOG_INFO, "output pid=%d %s", (int)l->pid, quoted);
}

/* Its standard output and error, which *to_close is if it is ours alone. */
static int
open_output(struct life *l, int *to_close)
{
	*to_close = -1;
	if (l->app->options->stderr == APP_OUTPUT_NULL)
		return l->app->command.null_fd;
	return *to_close = lines_open(&l->output);
}

static int
start_with(struct life *l, const struct app_environ *e, int output_fd)
{
	size_t         n;
	const int     *fds = sockd_listeners(l->keeper, &n);
	struct program p = { .argv = l->app->command.argv,
		.envp = e->list,
		.fds = { l->app->command.null_fd, output_fd, output_fd },
		.n_fds = APP_FIRST_FD + (int)n,
		.pid_text = { e->pid[0], e->pid[1] },
		.pid_size = e->pid_size };

	for (size_t i = 0; i < n; i++)
		p.fds[(size_t)APP_FIRST_FD + i] = fds[i];
	return program_start(&p, &l->run);
}

static int
start(struct life *l)
{
	const struct app_options *o = l->app->options;
	struct app_environ        e;
	char                      name[APP_NOTIFY_NAME];
	int                       output_fd, to_close = -1, result = -1, saved_errno;

	l->notify_fd = app_notify_open(name);
	if (l->notify_fd == -1)
		return -1;
	app_environ_make(&e, &o->environment, l->app->styles, l->keeper, name,
	    sockd_keeper_hang_ms(l->keeper));
	output_fd = open_output(l, &to_close);
	if (output_fd != -1)
		result = start_with(l, &e, output_fd);
	saved_errno = errno;
	app_environ_finish(&e);
	io_close(&to_close);
	errno = saved_errno;
	return result;
}

static void
note_alive(struct life *l, unsigned long long now_ms)
{
	l->alive_ms = clock_deadline_ms(now_ms, sockd_keeper_hang_ms(l->keeper));
}

static void
note_ready(struct life *l, unsigned long long now_ms)
{
	if (l->is_ready || l->is_stopping)
		return;
	l->is_ready = true;
	l->ready_ms = CLOCK_NEVER_MS;
	l->idle.needed_ms = now_ms;
	note_alive(l, now_ms);
	sockd_keeper_ready(l->keeper);
	sockd_keeper_log(l->keeper, LOG_DEBUG, "ready pid=%d ms=%llu", (int)l->pid,
	    now_ms - l->began_ms);
}

/* SIGABRT, so that there is a core where that is wanted, and then SIGKILL. */
static void
abort_it(struct life *l, unsigned long long now_ms)
{
	program_signal(&l->run, SIGABRT);
	l->ready_ms = l->alive_ms = CLOCK_NEVER_MS;
	if (l->kill_ms > now_ms + KILL_AFTER_MS)
		l->kill_ms = now_ms + KILL_AFTER_MS;
}

static void
stop(struct life *l, unsigned long long now_ms)
{
	long long left_ms = sockd_keeper_left_ms(l->keeper);

	if (!l->is_stopping)
		program_tell(&l->run, l->app->options->stop_signal);
	l->is_stopping = true;
	l->ready_ms = l->alive_ms = CLOCK_NEVER_MS;
	if (left_ms >= 0 && !l->is_killed &&
	    now_ms + (unsigned long long)left_ms < l->kill_ms)
		l->kill_ms = now_ms + (unsigned long long)left_ms;
}

static void
read_news(struct life *l, unsigned long long now_ms)
{
	struct app_news news = { .is_ready = false };
	char            quoted[QUOTE_TEXT];

	app_notify_read(l->notify_fd, l->run.pid, &news);
	if (news.has_stranger)
		sockd_keeper_log(l->keeper, LOG_DEBUG,
		    "a message to NOTIFY_SOCKET does not count: its sender is not of "
		    "program "
		    "pid=%d, or did not stay until it was read",
		    (int)l->pid);
	if (news.has_status) {
		sockd_keeper_status(l->keeper, news.status);
		quote(quoted, sizeof quoted, news.status, strlen(news.status));
		sockd_keeper_log(
		    l->keeper, LOG_DEBUG, "status pid=%d %s", (int)l->pid, quoted);
	}
	if (news.is_ready && l->app->options->ready == READY_NOTIFY)
		note_ready(l, now_ms);
	if (news.is_alive && l->is_ready && !l->is_stopping)
		note_alive(l, now_ms);
	if (news.wants_abort) {
		sockd_keeper_log(l->keeper, LOG_ERR,
		    "program pid=%d says that it hangs; aborting it", (int)l->pid);
		abort_it(l, now_ms);
	}
}

/* Who is not ready yet is needed. */
static bool
watches_idle(const struct life *l)
{
	return l->idle.fd != -1 && l->is_ready;
}

static void
act_on_times(struct life *l, unsigned long long now_ms)
{
	if (now_ms >= l->ready_ms && l->app->options->ready == READY_NOTIFY) {
		sockd_keeper_log(l->keeper, LOG_ERR,
		    "program pid=%d is not ready after %d s, ending it: with ready = "
		    "\"notify\" it must say READY=1 to NOTIFY_SOCKET",
		    (int)l->pid, APP_READY_WITHIN_MS / 1000);
		abort_it(l, now_ms);
	} else if (now_ms >= l->ready_ms) {
		note_ready(l, now_ms);
	}
	if (now_ms >= l->alive_ms) {
		sockd_keeper_log(l->keeper, LOG_ERR,
		    "program pid=%d hangs: no WATCHDOG=1 for %lld ms, aborting it; see "
		    "timeouts.hang",
		    (int)l->pid, sockd_keeper_hang_ms(l->keeper));
		abort_it(l, now_ms);
	}
	if (now_ms >= l->kill_ms) {
		program_signal(&l->run, SIGKILL);
		l->is_killed = true;
		l->kill_ms = now_ms + PROGRAM_KILL_AGAIN_MS;
	}
	if (watches_idle(l)) {
		app_idle_look(&l->idle, now_ms);
		sockd_keeper_rest(l->keeper,
		    now_ms >= l->idle.needed_ms +
			    (unsigned long long)l->app->options->idle_stop);
	}
}

static long long
wait_ms(const struct life *l)
{
	const unsigned long long times[] = { l->ready_ms, l->alive_ms, l->kill_ms,
		watches_idle(l) ? l->idle.look_ms : CLOCK_NEVER_MS };
	unsigned long long       at_ms = CLOCK_NEVER_MS;

	for (size_t i = 0; i < sizeof times / sizeof *times; i++)
		if (times[i] < at_ms)
			at_ms = times[i];
	return clock_poll_ms(clock_ms(), at_ms);
}

/* Until it has ended, which it is made to when the worker must leave. */
static void
see_through(struct life *l, struct program_end *end)
{
	int                fds[SOCKD_WAIT_MOST], n;
	unsigned long long now_ms;

	do {
		n = 0;
		fds[n++] = l->run.pidfd;
		fds[n++] = l->notify_fd;
		if (l->output.fd != -1)
			fds[n++] = l->output.fd;
		if (watches_idle(l))
			fds[n++] = l->idle.fd;
		n = sockd_keeper_wait(l->keeper, fds, n, wait_ms(l));
		now_ms = clock_ms();
		if (n == -1 || l->is_stopping)
			stop(l, now_ms);
		lines_read(&l->output, tell_line, l);
		read_news(l, now_ms);
		act_on_times(l, now_ms);
	} while (!program_has_ended(&l->run, end));
	lines_finish(&l->output, tell_line, l);
}

static void
begin(struct life *l)
{
	const struct app_options *o = l->app->options;
	size_t                    n;
	const int                *fds = sockd_listeners(l->keeper, &n);

	l->pid = l->run.pid;
	l->began_ms = clock_ms();
	l->alive_ms = l->kill_ms = CLOCK_NEVER_MS;
	l->ready_ms = l->began_ms +
	    (o->ready == READY_NOTIFY ? APP_READY_WITHIN_MS :
					(unsigned long long)o->ready);
	if (sockd_keeper_may_rest(l->keeper))
		(void)app_idle_begin(&l->idle, fds, n, o->idle_stop / IDLE_LOOKS);
	if (o->ready == READY_START)
		note_ready(l, l->began_ms);
}

static void
tell_end(const struct life *l, const struct program_end *end)
{
	char text[USAGE_TEXT];

	usage_print(end, text);
	sockd_keeper_log(l->keeper, l->is_stopping ? LOG_INFO : LOG_WARNING,
	    "program pid=%d %s%s ms=%llu", (int)l->pid,
	    l->is_stopping ? "ended" : "ended by itself", text, clock_ms() - l->began_ms);
}

int
app_live(const struct app *app, struct sockd_keeper *keeper)
{
	struct life        l = { .app = app,
		       .keeper = keeper,
		       .output.fd = -1,
		       .idle.fd = -1,
		       .notify_fd = -1 };
	struct program_end end;
	int                status = EX_OSERR;

	if (sockd_keeper_wait(keeper, NULL, 0, 0) == -1)
		return 0;
	if (start(&l) == 0) {
		begin(&l);
		see_through(&l, &end);
		tell_end(&l, &end);
		status = l.is_stopping ? 0 : EX_SOFTWARE;
	} else {
		sockd_keeper_log(keeper, LOG_ERR, "cannot run %s: %s",
		    app->command.argv[0], strerror(errno));
	}
	lines_close(&l.output);
	app_idle_finish(&l.idle);
	io_close(&l.notify_fd);
	return status;
}
