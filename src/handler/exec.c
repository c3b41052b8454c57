/* SPDX-License-Identifier: MIT */
/* exec.c - a program for each connection, which is its standard input and output, or datagram */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/xalloc.h"
#include "handler/amplify.h"
#include "handler/exec.h"
#include "handler/exec_cache.h"

/* An answer is in memory. */
#define ANSWER_LARGEST (16LL << 20)

#define DAY_MS (24LL * 60 * 60 * 1000)

static const struct choice error_choices[] = { { "log", EXEC_ERROR_LOG },
	{ "client", EXEC_ERROR_CLIENT }, { "null", EXEC_ERROR_NULL }, { NULL, 0 } };

static const struct setting exec_rows[] = {
	COMMAND(struct exec_options, command, APPLY_WORKERS,
	    "The program, by its absolute path, and its arguments; no shell looks at "
	    "them."),
	BOOL(struct exec_options, wait, "false", APPLY_WORKERS,
	    "The program gets the listener itself, when a client is there, and there is\n"
	    "one at a time, as with the word wait in\n.Xr inetd 8 ."),
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
	SIZE(struct exec_options, answer_size, "64k", 1, ANSWER_LARGEST, APPLY_WORKERS,
	    "How large the answer to a datagram, or one that is kept, may be;\n"
	    "a program that writes more is ended, and that counts as a failure."),
	AMPLIFICATION(struct exec_options),
	TIME(struct exec_options, cache, "0", 0, DAY_MS, APPLY_WORKERS,
	    "For so long what a program has answered is what all others get, too;\n"
	    "0 is a program for each."),
	BOOL(struct exec_options, coalesce, "true", APPLY_WORKERS,
	    "Who comes while the program runs waits for its answer."),
	TIME(struct exec_options, stale, "0", 0, DAY_MS, APPLY_WORKERS,
	    "For how much longer the last good answer serves when the program fails."),
	STRING(struct exec_options, fallback, "", APPLY_WORKERS,
	    "What is answered after that; without it, nothing."),
	TIME(struct exec_options, run_timeout, "10s", 1, 60 * 60 * 1000, APPLY_WORKERS,
	    "How long the program may run for all."),
	ROWS_END,
};

static int
exec_check(const void *options, char *why, size_t why_size)
{
	const struct exec_options *o = options;
	const char                *bad;

	if (command_check(&o->command, "exec", why, why_size) != 0)
		return -1;
	(void)exec_environ_styles(&o->env, &bad);
	if (bad != NULL)
		snprintf(why, why_size,
		    "env: \"%s\": must be \"ucspi\", \"inetd\" or \"systemd\"", bad);
	else if (o->wait && o->stderr == EXEC_ERROR_CLIENT)
		snprintf(why, why_size,
		    "stderr: \"client\": with wait there is no one client; must be "
		    "\"log\" or \"null\"");
	else if (o->wait && o->cache > 0)
		snprintf(why, why_size,
		    "cache: with wait the program answers by itself, and nothing is "
		    "kept");
	else if (o->cache == 0 &&
	    (!o->coalesce || o->stale > 0 || o->fallback[0] != '\0'))
		snprintf(why, why_size,
		    "coalesce, stale and fallback need a time for which answers are "
		    "kept: cache = \"2s\"");
	else if (strlen(o->fallback) > (size_t)o->answer_size)
		snprintf(why, why_size, "fallback: is longer than answer_size");
	else
		return 0;
	return -1;
}

static const char *
exec_program(const void *options, size_t i)
{
	const struct exec_options *o = options;

	return command_word(&o->command, i);
}

static long long
exec_grace_ms(const void *options)
{
	const struct exec_options *o = options;

	return o->kill_after;
}

static enum sockd_keeps
exec_keeps(const void *options)
{
	const struct exec_options *o = options;

	return o->wait ? SOCKD_KEEPS_ONE : SOCKD_KEEPS_NONE;
}

static size_t
exec_shared_size(const void *options)
{
	const struct exec_options *o = options;

	return o->cache > 0 ? exec_store_size((size_t)o->answer_size) : 0;
}

static int
exec_share(void *self, const struct sockd_shared *shared)
{
	struct exec *x = self;

	x->cache = exec_cache_create(x->options, shared);
	return 0;
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
	*self = x;
	return command_open(&x->command, &o->command);
}

static void
exec_close(void *self)
{
	struct exec *x = self;

	exec_cache_destroy(x->cache);
	command_close(&x->command);
	strings_finish(&x->common);
	free(x);
}

static enum sockd_end
exec_serve(void *self, struct sockd_conn *conn)
{
	struct exec    *x = self;
	struct exec_job j = { .client = { .conn = conn }, .trouble = &x->trouble };

	if (x->cache != NULL)
		return exec_cache_serve(x, conn);
	j.in_fd = j.out_fd = sockd_lend(conn);
	j.has_conn = (x->styles & EXEC_SYSTEMD) != 0;
	if (exec_environ_make(&j.environment, &x->common, x->styles, j.in_fd) == 0)
		return exec_run(x, &j);
	if (errno == ENOTCONN) /* nobody would know whom the program serves */
		return SOCKD_HANGUP;
	exec_cannot_run(x, &j);
	return SOCKD_ERROR;
}

extern const struct sockd_handler exec_handler;
const struct sockd_handler        exec_handler = {
	       .abi = SOCKD_ABI,
	       .name = "exec",
	       .help =
		   "Run a program for each connection, which is its standard input and output,\n"
			  "or for each datagram.",
	       .settings = exec_rows,
	       .options_size = sizeof(struct exec_options),
	       .check = exec_check,
	       .open = exec_open,
	       .serve = exec_serve,
	       .answer = exec_answer,
	       .answer_waits = true,
	       .close = exec_close,
	       .program = exec_program,
	       .shared_size = exec_shared_size,
	       .share = exec_share,
	       .grace_ms = exec_grace_ms,
	       .keeps = exec_keeps,
	       .keep = exec_keep,
};
