/* SPDX-License-Identifier: MIT */
/* exec_wait.c - a program that gets the listener itself, one at a time, when a client is there */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <syslog.h>

#include "common/clock.h"
#include "common/io.h"
#include "common/lines.h"
#include "common/program.h"
#include "common/queue.h"
#include "handler/app_environ.h"
#include "handler/exec.h"
#include "handler/trouble.h"
#include "handler/usage.h"
#include "sockd.h"

/* How often to look whether all are gone. */
#define LOOK_MS 100

struct wait_run {
	struct exec         *exec;
	struct sockd_keeper *keeper;
	struct queue        *queue;
	struct program_run   run;
	pid_t                pid; /* for the log, when it is gone */
	struct lines         error;
	unsigned long long   began_ms;
	unsigned long long   end_ms; /* when to tell it to end, and then to kill it */
	bool                 is_told;
	bool                 must_leave;
};

static void
tell_line(const void *run, const char *quoted)
{
	const struct wait_run *r = run;

	sockd_keeper_log(r->keeper, LOG_WARNING, "stderr pid=%d %s", (int)r->pid, quoted);
}

static int
start_with(struct wait_run *r, const struct app_environ *e, int listener_fd, int error_fd)
{
	bool           is_systemd = (r->exec->styles & EXEC_SYSTEMD) != 0;
	struct program p = { .argv = r->exec->command.argv,
		.envp = e->list,
		.fds = { listener_fd, listener_fd, error_fd, listener_fd },
		.n_fds = is_systemd ? 4 : 3,
		.pid_text = { e->pid[0] },
		.pid_size = e->pid_size };

	return program_start(&p, &r->run);
}

static int
start(struct wait_run *r, int listener_fd)
{
	const struct exec_options *o = r->exec->options;
	struct app_environ         e;
	int error_fd = r->exec->command.null_fd, to_close = -1, result = -1, saved_errno;

	if (o->stderr == EXEC_ERROR_LOG)
		error_fd = to_close = lines_open(&r->error);
	app_environ_make(&e, &o->environment,
	    r->exec->styles & EXEC_SYSTEMD ? APP_SYSTEMD : 0, r->keeper, NULL, 0);
	if (error_fd != -1)
		result = start_with(r, &e, listener_fd, error_fd);
	saved_errno = errno;
	app_environ_finish(&e);
	io_close(&to_close);
	if (result != 0)
		lines_close(&r->error);
	errno = saved_errno;
	return result;
}

/* Its time is that of the worker: what it serves may end by then. */
static void
act_on_time(struct wait_run *r)
{
	unsigned long long now_ms = clock_ms();
	long long          left_ms = sockd_keeper_left_ms(r->keeper);

	if (!r->is_told && left_ms >= 0)
		r->end_ms = now_ms + (unsigned long long)left_ms;
	if (now_ms < r->end_ms)
		return;
	program_signal(&r->run, r->is_told ? SIGKILL : SIGTERM);
	r->end_ms = now_ms +
	    (r->is_told ? PROGRAM_KILL_AGAIN_MS :
			  (unsigned long long)r->exec->options->kill_after);
	r->is_told = true;
}

static void
see_through(struct wait_run *r, struct program_end *end)
{
	do {
		int fds[] = { r->run.pidfd, r->error.fd };

		if (sockd_keeper_wait(r->keeper, fds, r->error.fd == -1 ? 1 : 2,
			clock_poll_ms(clock_ms(), r->end_ms)) == -1)
			r->must_leave = true;
		lines_read(&r->error, tell_line, r);
		act_on_time(r);
	} while (!program_has_left(&r->run, end));
	lines_finish(&r->error, tell_line, r);
}

/* How long to rest: who ends at once and leaves its client there would run for ever. */
static long long
note_end(struct wait_run *r, const struct program_end *end)
{
	bool               failed = program_has_failed(end);
	char               text[USAGE_TEXT];
	unsigned long long now_ms = clock_ms();
	long long          rest_ms;

	usage_print(end, text);
	sockd_keeper_log(r->keeper, failed ? LOG_WARNING : LOG_INFO,
	    "program pid=%d ended%s ms=%llu", (int)r->pid, text, now_ms - r->began_ms);
	rest_ms = trouble_note_end(
	    &r->exec->trouble, failed || queue_is_left(r->queue), r->began_ms, now_ms);
	if (rest_ms > 0)
		sockd_keeper_log(r->keeper, LOG_WARNING,
		    "the program ends at once, and fails or leaves its client, %d times "
		    "by now; the next one in %lld ms",
		    r->exec->trouble.n_young, rest_ms);
	return rest_ms;
}

/* One program, from its start to its end; how long to rest then, -1 if the worker must leave. */
static long long
run(struct exec *x, struct sockd_keeper *keeper, struct queue *queue)
{
	struct wait_run    r = { .exec = x,
		   .keeper = keeper,
		   .queue = queue,
		   .error.fd = -1,
		   .began_ms = clock_ms(),
		   .end_ms = CLOCK_NEVER_MS };
	struct program_end end;
	long long          rest_ms;

	sockd_keeper_begin(keeper);
	queue_begin(queue);
	if (start(&r, queue->listener_fd) == 0) {
		r.pid = r.run.pid;
		see_through(&r, &end);
		rest_ms = note_end(&r, &end);
	} else {
		rest_ms = trouble_note_none(&x->trouble, clock_ms());
		sockd_keeper_log(keeper, LOG_ERR,
		    "cannot run %s: %s; trying again in %lld ms", x->command.argv[0],
		    strerror(errno), rest_ms);
	}
	sockd_keeper_end(keeper);
	return r.must_leave ? -1 : rest_ms;
}

/* Until the worker must leave, or nobody can come any more: then the master mends that. */
static int
run_all(struct exec *x, struct sockd_keeper *keeper, struct queue *queue)
{
	long long rest_ms = 0;

	while (rest_ms >= 0 && sockd_keeper_wait(keeper, NULL, 0, rest_ms) != -1 &&
	    sockd_keeper_wait(keeper, &queue->listener_fd, 1, -1) != -1) {
		rest_ms = run(x, keeper, queue);
		if (io_is_shut(queue->listener_fd)) {
			sockd_keeper_log(
			    keeper, LOG_ERR, "the program has shut down its listener");
			return EX_OSERR;
		}
	}
	return 0;
}

/* Programs may leave others behind, as tftpd does for each transfer, which end in their time. */
static void
see_off_orphans(struct sockd_keeper *keeper)
{
	long long left_ms;

	while (program_has_children()) {
		left_ms = sockd_keeper_left_ms(keeper);
		if (left_ms == 0 ||
		    sockd_keeper_wait(keeper, NULL, 0,
			left_ms > 0 && left_ms < LOOK_MS ? left_ms : LOOK_MS) == -1)
			break;
	}
	program_end_orphans();
}

int
exec_keep(void *self, struct sockd_keeper *keeper)
{
	size_t       n;
	const int   *fds = sockd_listeners(keeper, &n);
	struct queue queue;
	int          status;

	if (n != 1) {
		sockd_keeper_log(keeper, LOG_ERR,
		    "with wait the program gets one listener, and here are %zu; make it "
		    "services of one address each",
		    n);
		return EX_CONFIG;
	}
	queue_open(&queue, fds[0]);
	sockd_keeper_ready(keeper);
	status = run_all(self, keeper, &queue);
	if (status == 0)
		see_off_orphans(keeper);
	queue_close(&queue);
	return status;
}
