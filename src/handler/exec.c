/* SPDX-License-Identifier: MIT */
/* exec.c - a program for each connection, which is its standard input and output */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/io.h"
#include "common/lines.h"
#include "common/program.h"
#include "common/xalloc.h"
#include "config/setting.h"
#include "handler/exec_environ.h"
#include "handler/usage.h"
#include "sockd.h"

/* Who does not die of SIGKILL is sent it again. */
#define KILL_AGAIN_MS 1000

/* So many that fail within this time of their start, one after another, are too many. */
#define YOUNG_MS   50
#define YOUNG_MOST 10

/* Then the worker rests, longer each time. */
#define REST_FIRST_MS 10
#define REST_MOST_MS  1000

/* As it does when a program cannot be started at all. */
#define FAILED_REST_FIRST_MS 100
#define FAILED_REST_MOST_MS  10000

enum { ERROR_LOG, ERROR_CLIENT, ERROR_NULL };

static const struct choice error_choices[] = { { "log", ERROR_LOG },
	{ "client", ERROR_CLIENT }, { "null", ERROR_NULL }, { NULL, 0 } };

struct exec_options {
	struct strings command;
	int            stderr;
	struct strings env, environment;
	long long      kill_after;
};

static const struct setting exec_rows[] = {
	COMMAND(struct exec_options, command, APPLY_WORKERS,
	    "The program, by its absolute path, and its arguments; no shell looks at "
	    "them."),
	CHOICE(struct exec_options, stderr, error_choices, "log", APPLY_WORKERS,
	    "Where the program's standard error goes: to the log, line by line; to the\n"
	    "client; or nowhere."),
	STRINGS(struct exec_options, env, "ucspi", APPLY_WORKERS,
	    "By which variables the program is told of its connection:\n"
	    ".Ql ucspi ,\n.Ql inetd ,\n.Ql systemd ,\nor several of these; see below."),
	PAIRS(struct exec_options, environment, APPLY_WORKERS,
	    "Variables that the program has beside these."),
	TIME(struct exec_options, kill_after, "5s", 1, 60 * 60 * 1000, APPLY_WORKERS,
	    "When the program must end, it is sent\n.Dv SIGTERM ,\n"
	    "and so much later\n.Dv SIGKILL ,\nwith all of its process group."),
	ROWS_END,
};

struct exec {
	const struct exec_options *options;
	struct strings             common; /* of all environments */
	unsigned                   styles;
	char                     **argv;
	int                        null_fd;
	int                        n_young; /* failures in a row */
	long long                  rest_ms; /* the last one */
};

/* One program while it runs. */
struct job {
	struct program_run run;
	struct lines       error; /* what it says on standard error */
	unsigned long long began_ms;
};

/* Who says something there. */
struct talk {
	const struct sockd_conn *conn;
	pid_t                    pid;
};

static int
exec_check(const void *options, char *why, size_t why_size)
{
	const struct exec_options *o = options;
	const char *path = o->command.n > 0 ? o->command.list[0] : NULL, *bad;

	(void)exec_environ_styles(&o->env, &bad);
	if (path == NULL)
		snprintf(why, why_size,
		    "exec needs a \"command\": [ \"/usr/bin/prog\", \"arg\" ]");
	else if (path[0] != '/')
		snprintf(why, why_size,
		    "command: \"%s\": must be an absolute path; nothing is searched for",
		    path);
	else if (bad != NULL)
		snprintf(why, why_size,
		    "env: \"%s\": must be \"ucspi\", \"inetd\" or \"systemd\"", bad);
	else
		return 0;
	return -1;
}

static const char *
exec_program(const void *options, size_t i)
{
	const struct exec_options *o = options;

	return i < o->command.n ? o->command.list[i] : NULL;
}

static long long
exec_grace_ms(const void *options)
{
	const struct exec_options *o = options;

	return o->kill_after;
}

static int
exec_open(const void *options, void **self)
{
	const struct exec_options *o = options;
	struct exec               *x = xcalloc(1, sizeof *x);
	const char                *bad;

	x->options = o;
	x->styles = exec_environ_styles(&o->env, &bad);
	exec_environ_begin(&x->common, &o->environment);
	x->argv = xcalloc(o->command.n + 1, sizeof *x->argv);
	for (size_t i = 0; i < o->command.n; i++)
		x->argv[i] = o->command.list[i];
	x->null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	*self = x;
	return x->null_fd == -1 ? -1 : program_init();
}

static void
exec_close(void *self)
{
	struct exec *x = self;

	close(x->null_fd);
	strings_finish(&x->common);
	free(x->argv);
	free(x);
}

static long long
next_rest(long long ms, long long first, long long most)
{
	ms = ms < first ? first : 2 * ms;
	return ms < most ? ms : most;
}

static void
tell_line(const void *talk, const char *quoted)
{
	const struct talk *t = talk;

	sockd_log(t->conn, LOG_WARNING, "stderr pid=%d %s", (int)t->pid, quoted);
}

/* Its standard error, which *to_close is if it is nobody else's. */
static int
open_error(const struct exec *x, struct job *j, int fd, int *to_close)
{
	*to_close = -1;
	if (x->options->stderr == ERROR_CLIENT)
		return fd;
	if (x->options->stderr == ERROR_NULL)
		return x->null_fd;
	return *to_close = lines_open(&j->error);
}

static int
start(struct exec *x, struct job *j, int fd)
{
	struct exec_environ environment;
	struct program      program = { .argv = x->argv };
	int                 to_close, result = -1, saved_errno;

	if (exec_environ_make(&environment, &x->common, x->styles, fd) != 0)
		return -1;
	program.envp = environment.list;
	program.pid_text[0] = environment.pid;
	program.pid_size = environment.pid_size;
	program.fds[0] = program.fds[1] = program.fds[3] = fd;
	program.fds[2] = open_error(x, j, fd, &to_close);
	program.n_fds = x->styles & EXEC_SYSTEMD ? 4 : 3;
	if (program.fds[2] != -1)
		result = program_start(&program, &j->run);
	saved_errno = errno;
	exec_environ_finish(&environment);
	io_close(&to_close);
	if (result != 0)
		lines_close(&j->error);
	errno = saved_errno;
	return result;
}

/* Until it has ended, which it is made to when the connection's time is over. */
static void
supervise(
    const struct exec *x, struct job *j, struct sockd_conn *conn, struct program_end *end)
{
	static const struct timespec rest = { 0, 10000000 };
	unsigned long long           kill_at_ms = CLOCK_NEVER_MS, now_ms;
	long long                    ms = -1;
	const struct talk            talk = { conn, j->run.pid };
	int                          fds[2], result;
	bool                         told = false;

	do {
		fds[0] = j->run.pidfd;
		fds[1] = j->error.fd;
		result = sockd_wait(conn, fds, j->error.fd == -1 ? 1 : 2, ms);
		lines_read(&j->error, tell_line, &talk);
		now_ms = clock_ms();
		if (result == -1 && !told) {
			program_signal(&j->run, SIGTERM);
			kill_at_ms = now_ms + (unsigned long long)x->options->kill_after;
			told = true;
		} else if (now_ms >= kill_at_ms) {
			program_signal(&j->run, SIGKILL);
			kill_at_ms = now_ms + KILL_AGAIN_MS;
		} else if (result == -1) {
			nanosleep(&rest, NULL); /* the wait itself fails */
		}
		if (told)
			ms = (long long)(kill_at_ms - now_ms);
	} while (!program_has_ended(&j->run, end));
	lines_finish(&j->error, tell_line, &talk);
}

static bool
has_failed(const struct program_end *end)
{
	return !WIFEXITED(end->status) || WEXITSTATUS(end->status) != 0;
}

/* Failures that come one after another cost no more than so much. */
static void
note_end(struct exec *x, const struct job *j, struct sockd_conn *conn,
    const struct program_end *end)
{
	if (!has_failed(end) || clock_ms() >= j->began_ms + YOUNG_MS) {
		x->n_young = 0;
		x->rest_ms = 0;
		return;
	}
	if (++x->n_young < YOUNG_MOST)
		return;
	x->rest_ms = next_rest(x->rest_ms, REST_FIRST_MS, REST_MOST_MS);
	sockd_rest(conn, x->rest_ms);
	sockd_log(conn, LOG_WARNING,
	    "the program fails at once, %d times by now; taking the next client in %lld "
	    "ms",
	    x->n_young, x->rest_ms);
}

static void
tell_end(struct sockd_conn *conn, const struct program_end *end)
{
	char text[USAGE_TEXT];

	usage_print(end, text);
	sockd_note(conn, "%s", text);
}

static enum sockd_end
exec_serve(void *self, struct sockd_conn *conn)
{
	struct exec       *x = self;
	struct job         j = { .began_ms = clock_ms(), .error.fd = -1 };
	struct program_end end;

	if (start(x, &j, sockd_lend(conn)) != 0) {
		if (errno == ENOTCONN) /* nobody would know whom the program serves */
			return SOCKD_HANGUP;
		x->rest_ms =
		    next_rest(x->rest_ms, FAILED_REST_FIRST_MS, FAILED_REST_MOST_MS);
		sockd_log(
		    conn, LOG_ERR, "cannot run %s: %s", x->argv[0], strerror(errno));
		sockd_note(conn, " exit=none");
		sockd_rest(conn, x->rest_ms);
		return SOCKD_ERROR;
	}
	supervise(x, &j, conn, &end);
	note_end(x, &j, conn, &end);
	tell_end(conn, &end);
	return has_failed(&end) ? SOCKD_ERROR : SOCKD_DONE;
}

extern const struct sockd_handler exec_handler;
const struct sockd_handler        exec_handler = {
	       .abi = SOCKD_ABI,
	       .name = "exec",
	       .help =
		   "Run a program for each connection, which is its standard input and output.",
	       .settings = exec_rows,
	       .options_size = sizeof(struct exec_options),
	       .check = exec_check,
	       .open = exec_open,
	       .serve = exec_serve,
	       .close = exec_close,
	       .program = exec_program,
	       .grace_ms = exec_grace_ms,
};
