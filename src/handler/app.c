/* SPDX-License-Identifier: MIT */
/* app.c - a program that takes its clients by itself, one in each worker */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/program.h"
#include "common/xalloc.h"
#include "config/setting.h"
#include "handler/app_environ.h"
#include "handler/app_life.h"
#include "sockd.h"

static const struct choice output_choices[] = { { "log", APP_OUTPUT_LOG },
	{ "null", APP_OUTPUT_NULL }, { NULL, 0 } };

static const struct choice stop_choices[] = { { "TERM", SIGTERM }, { "INT", SIGINT },
	{ "QUIT", SIGQUIT }, { "HUP", SIGHUP }, { "USR1", SIGUSR1 }, { "USR2", SIGUSR2 },
	{ "WINCH", SIGWINCH }, { "KILL", SIGKILL }, { NULL, 0 } };

static const struct setting app_rows[] = {
	COMMAND(struct app_options, command, APPLY_WORKERS,
	    "The program, by its absolute path, and its arguments; no shell looks at "
	    "them."),
	CHOICE(struct app_options, stderr, output_choices, "log", APPLY_WORKERS,
	    "Where goes what the program prints, on standard output and standard error:\n"
	    "to the log, line by line; or nowhere."),
	STRINGS(struct app_options, env, "systemd", APPLY_WORKERS,
	    "By which variables the program is told of the listeners:\n"
	    ".Ql systemd ,\n.Ql einhorn ,\n.Ql server_starter ,\nor several of these; "
	    "see "
	    "below."),
	PAIRS(struct app_options, environment, APPLY_WORKERS,
	    "Variables that the program has beside these."),
	READY(struct app_options, ready, "start", APP_READY_WITHIN_MS, APPLY_WORKERS,
	    "When the program counts as ready:\n.Ql start ,\nat once;\n"
	    ".Ql notify ,\nwhen it says so by\n.Xr sd_notify 3 ;\n"
	    "or, such as\n.Ql \"after 2s\" ,\nif it is alive by then."),
	CHOICE(struct app_options, stop_signal, stop_choices, "TERM", APPLY_WORKERS,
	    "The signal that makes the program finish what it serves and end."),
	NUMBER(struct app_options, surge, "1", 1, 1000, APPLY_LIVE,
	    "How many programs there may be beyond those of the pool\n"
	    "while new ones take the place of old ones."),
	TIME(struct app_options, idle_stop, "60s", 1000, 365LL * 24 * 60 * 60 * 1000,
	    APPLY_WORKERS,
	    "Where\n.Ic workers.min\nis 0: for how long nobody must come, and no "
	    "connection be open,\nuntil the programs are stopped."),
	ROWS_END,
};

static int
app_check(const void *options, char *why, size_t why_size)
{
	const struct app_options *o = options;
	const char               *bad;

	if (command_check(&o->command, "app", why, why_size) != 0)
		return -1;
	(void)app_environ_styles(&o->env, &bad);
	if (bad != NULL)
		snprintf(why, why_size,
		    "env: \"%s\": must be \"systemd\", \"einhorn\" or \"server_starter\"",
		    bad);
	else
		return 0;
	return -1;
}

static const char *
app_program(const void *options, size_t i)
{
	const struct app_options *o = options;

	return command_word(&o->command, i);
}

static enum sockd_keeps
app_keeps(const void *options)
{
	(void)options;
	return SOCKD_KEEPS_EACH;
}

static int
app_surge(const void *options)
{
	const struct app_options *o = options;

	return (int)o->surge;
}

static long long
app_grace_ms(const void *options)
{
	(void)options;
	return PROGRAM_KILL_AGAIN_MS;
}

static int
app_open(const void *options, void **self)
{
	const struct app_options *o = options;
	struct app               *a = xcalloc(1, sizeof *a);
	const char               *bad;

	a->options = o;
	a->styles = app_environ_styles(&o->env, &bad);
	*self = a;
	return command_open(&a->command, &o->command);
}

static void
app_close(void *self)
{
	struct app *a = self;

	command_close(&a->command);
	free(a);
}

static int
app_keep(void *self, struct sockd_keeper *keeper)
{
	return app_live(self, keeper);
}

extern const struct sockd_handler app_handler;
const struct sockd_handler        app_handler = {
	       .abi = SOCKD_ABI,
	       .name = "app",
	       .help = "Run a program in each worker, which takes its clients by itself.",
	       .settings = app_rows,
	       .options_size = sizeof(struct app_options),
	       .check = app_check,
	       .open = app_open,
	       .close = app_close,
	       .program = app_program,
	       .grace_ms = app_grace_ms,
	       .keeps = app_keeps,
	       .surge = app_surge,
	       .keep = app_keep,
};
