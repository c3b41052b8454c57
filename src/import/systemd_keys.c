/* SPDX-License-Identifier: MIT */
/* systemd_keys.c - the keys of [Service] beside the program, and what becomes of them */
#include <stdlib.h>
#include <string.h>

#include "common/xalloc.h"
#include "import/draft.h"
#include "import/systemd.h"
#include "import/word.h"

#define NO_UNIT \
	"sockd keeps a service in no unit of its own; sockd.service has one for all"
#define NO_COMMAND "sockd runs nothing beside; let the program be a script that does it"
#define NO_SANDBOX "sockd has no such fence for a service; sockd.service has one for all"
#define NO_RULE    "sockd starts a program that ended by rules of its own"
#define NO_NAMES   "a line of the log has sockd's name and the service's"

static void
take_setting(struct pair *p, const struct unit_line *line, const char *setting)
{
	struct place place = unit_place(line);
	char        *value = unit_expand(p->draft, &p->service, line, line->value);

	draft_set(p->draft, &place, setting, value);
	free(value);
}

static void
take_umask(struct pair *p, const struct unit_line *line, const char *setting)
{
	struct place place = unit_place(line);
	char        *mask = word_umask(line->value);

	draft_set(p->draft, &place, setting, mask);
	free(mask);
}

/* "-" in front lets it be missing, and "~" is the user's home. */
static void
take_directory(struct pair *p, const struct unit_line *line, const char *setting)
{
	struct place place = unit_place(line);
	char        *value = unit_expand(p->draft, &p->service, line, line->value);

	if (value[0] == '-')
		draft_lose(p->draft, &place, "the directory must be there");
	if (value[value[0] == '-'] != '/')
		draft_lose(p->draft, &place, "must be an absolute path");
	else
		draft_set(p->draft, &place, setting, value + (value[0] == '-'));
	free(value);
}

static void
take_time(struct pair *p, const struct unit_line *line, const char *setting)
{
	struct place place = unit_place(line);
	char        *value = unit_time(p->draft, line, line->value);

	if (value != NULL)
		draft_set(p->draft, &place, setting, value);
	free(value);
}

/* Of a connection; an app's workers have none. */
static void
take_lifetime(struct pair *p, const struct unit_line *line, const char *setting)
{
	if (p->accepts)
		take_time(p, line, setting);
	else
		pair_lose(p, line, "sockd ends no program for its age");
}

static void
take_watchdog(struct pair *p, const struct unit_line *line, const char *setting)
{
	if (p->is_app)
		take_time(p, line, setting);
	else
		pair_lose(
		    p, line, "only the program of an app can tell that it is alive");
}

/* "SOFT:HARD", of which sockd sets both to one. */
static void
take_limit(struct pair *p, const struct unit_line *line, const char *setting)
{
	struct place place = unit_place(line);
	char        *soft = xstrndup(line->value, strcspn(line->value, ":"));
	const char  *hard = strchr(line->value, ':');
	bool         is_number = strcmp(setting, "rlimits.nofile") == 0 ||
	    strcmp(setting, "rlimits.nproc") == 0;
	char *value = is_number ? xstrdup(soft) : unit_size(p->draft, line, soft);

	if (hard != NULL && strcmp(hard + 1, soft) != 0)
		draft_lose(p->draft, &place, "one value is for both; it is the first");
	if (value != NULL && strcmp(value, "infinity") == 0)
		draft_lose(
		    p->draft, &place, "sockd's own limit is kept; raise LimitX there");
	else if (value != NULL)
		draft_set(p->draft, &place, setting, value);
	free(value);
	free(soft);
}

static void
take_cpu(struct pair *p, const struct unit_line *line, const char *setting)
{
	struct place place = unit_place(line);
	char        *value = unit_time(p->draft, line, line->value);
	char        *seconds =
            value != NULL ? xasprintf("%lld", strtoll(value, NULL, 10) / 1000) : NULL;

	if (value != NULL && strcmp(value, "0") == 0)
		draft_lose(
		    p->draft, &place, "sockd's own limit is kept; raise LimitCPU there");
	else if (value != NULL)
		draft_set(p->draft, &place, setting, seconds);
	free(seconds);
	free(value);
}

/* Of an app, one of those that it may have. */
static void
take_signal(struct pair *p, const struct unit_line *line, const char *argument)
{
	static const char *const signals[] = { "TERM", "INT", "QUIT", "HUP", "USR1",
		"USR2", "WINCH", "KILL" };
	const char              *name = line->value;

	(void)argument;
	if (strncmp(name, "SIG", 3) == 0)
		name += 3;
	for (size_t i = 0; p->is_app && i < sizeof signals / sizeof *signals; i++)
		if (strcmp(name, signals[i]) == 0) {
			draft_option_string(p->draft, "stop_signal", name);
			return;
		}
	if (strcmp(name, "TERM") != 0)
		pair_lose(p, line, "a program is ended by SIGTERM");
}

static void
take_kill_mode(struct pair *p, const struct unit_line *line, const char *argument)
{
	(void)argument;
	if (!p->accepts && !p->is_app)
		return; /* with wait they go on */
	if (strcmp(line->value, "control-group") != 0 &&
	    strcmp(line->value, "mixed") != 0)
		pair_lose(p, line, "what a program has started ends with it");
}

static void
take_privileges(struct pair *p, const struct unit_line *line, const char *argument)
{
	bool is;

	(void)argument;
	if (unit_bool(p->draft, line, &is) == 0 && !is)
		pair_lose(p, line, "a program cannot gain rights");
}

static void
take_type(struct pair *p, const struct unit_line *line, const char *argument)
{
	(void)argument;
	if (strcmp(line->value, "dbus") == 0)
		pair_lose(
		    p, line, "sockd is on no bus; the program counts as ready at once");
	else if (strcmp(line->value, "forking") == 0 && p->accepts)
		pair_lose(p, line, "what a program has started ends with it");
	else if (strcmp(line->value, "oneshot") == 0 && p->is_app)
		pair_lose(p, line, "a program that ends is started again");
}

/* Those that an exec has are a connection; an app has none of them. */
static void
take_stream(struct pair *p, const struct unit_line *line, const char *argument)
{
	bool        is_output = strcmp(line->key, "StandardOutput") == 0;
	const char *is = line->value;

	(void)argument;
	if (strcmp(is, "socket") == 0 && p->is_app)
		pair_lose(p, line, "of several sockets none is the standard input");
	if (strcmp(is, "socket") == 0 || (is_output && strcmp(is, "inherit") == 0))
		return;
	if (is_output && !p->is_app)
		pair_lose(p, line, "the standard output is the client");
	else if (!is_output && strcmp(is, "null") != 0)
		pair_lose(p, line,
		    p->is_app ? "the standard input is empty" :
				"the standard input is the client");
}

static void
take_error(struct pair *p, const struct unit_line *line, const char *argument)
{
	static const char *const same[] = { "inherit", "null", "socket", "journal",
		"syslog", "journal+console", "syslog+console" };

	(void)argument;
	for (size_t i = 0; i < sizeof same / sizeof *same; i++)
		if (strcmp(line->value, same[i]) == 0)
			return;
	pair_lose(p, line, "it is logged, line by line");
}

/* The first one is what serves. */
static void
take_program(struct pair *p, const struct unit_line *line, const char *argument)
{
	(void)argument;
	if (line != unit_find(&p->service, "Service", "ExecStart"))
		pair_lose(
		    p, line, "one program serves; let it be a script that runs all");
}

static const struct unit_key keys[] = {
	{ "Type", take_type, NULL },
	{ "ExecStart", take_program, NULL },
	{ "User", NULL, NULL },
	{ "Group", NULL, NULL },
	{ "DynamicUser", NULL, NULL },
	{ "Environment", NULL, NULL },
	{ "StandardInput", take_stream, NULL },
	{ "StandardOutput", take_stream, NULL },
	{ "StandardError", take_error, NULL },
	{ "WorkingDirectory", take_directory, "directory" },
	{ "RootDirectory", take_directory, "chroot" },
	{ "UMask", take_umask, "umask" },
	{ "Nice", take_setting, "nice" },
	{ "LimitNOFILE", take_limit, "rlimits.nofile" },
	{ "LimitNPROC", take_limit, "rlimits.nproc" },
	{ "LimitAS", take_limit, "rlimits.as" },
	{ "LimitDATA", take_limit, "rlimits.data" },
	{ "LimitFSIZE", take_limit, "rlimits.fsize" },
	{ "LimitSTACK", take_limit, "rlimits.stack" },
	{ "LimitCORE", take_limit, "rlimits.core" },
	{ "LimitMEMLOCK", take_limit, "rlimits.memlock" },
	{ "LimitCPU", take_cpu, "rlimits.cpu" },
	{ "TimeoutStopSec", take_time, "timeouts.drain" },
	{ "TimeoutSec", take_time, "timeouts.drain" },
	{ "RuntimeMaxSec", take_lifetime, "timeouts.lifetime" },
	{ "WatchdogSec", take_watchdog, "timeouts.hang" },
	{ "KillSignal", take_signal, NULL },
	{ "KillMode", take_kill_mode, NULL },
	{ "NoNewPrivileges", take_privileges, NULL },
	{ "Restart", NULL, NULL },
	{ "RestartSec", NULL, NULL },
	{ "Sockets", NULL, NULL },
	{ "NotifyAccess", NULL, NULL },
	{ "NonBlocking", pair_lose_if_yes, "the program must see to that" },
	{ "TimeoutStartSec", pair_lose,
	    "timeouts.hang ends a worker that does not get ready" },
	{ "EnvironmentFile", pair_lose,
	    "write what is in it into the handler's environment" },
	{ "PassEnvironment", pair_lose,
	    "write the values into the handler's environment" },
	{ "UnsetEnvironment", pair_lose, "a program has PATH and the language of sockd" },
	{ "SupplementaryGroups", pair_lose,
	    "a program has the groups of its user; add it there" },
	{ "PIDFile", pair_lose, "sockd knows its workers" },
	{ "BusName", pair_lose, "sockd is on no bus" },
	{ "GuessMainPID", NULL, NULL },
	{ NULL, NULL, NULL },
};

/* Whole families, by how their names begin. */
static void
take_other(struct pair *p, const struct unit_line *line)
{
	static const struct {
		const char *begin, *why;
	} families[] = { { "Exec", NO_COMMAND }, { "Protect", NO_SANDBOX },
		{ "Private", NO_SANDBOX }, { "Restrict", NO_SANDBOX },
		{ "SystemCall", NO_SANDBOX }, { "Capability", NO_SANDBOX },
		{ "AmbientCap", NO_SANDBOX }, { "ReadOnly", NO_SANDBOX },
		{ "ReadWrite", NO_SANDBOX }, { "Inaccessible", NO_SANDBOX },
		{ "MemoryDeny", NO_SANDBOX }, { "LockPersonality", NO_SANDBOX },
		{ "Device", NO_SANDBOX }, { "IPAddress", "use allow and deny" },
		{ "Memory", NO_UNIT }, { "CPU", NO_UNIT }, { "IO", NO_UNIT },
		{ "Tasks", NO_UNIT }, { "Slice", NO_UNIT }, { "Delegate", NO_UNIT },
		{ "Restart", NO_RULE }, { "Success", NO_RULE }, { "Remain", NO_RULE },
		{ "StartLimit", NO_RULE }, { "Syslog", NO_NAMES }, { "Log", NO_NAMES },
		{ "StateDir", "make it beforehand, tmpfiles.d(5)" },
		{ "RuntimeDir", "make it beforehand, tmpfiles.d(5)" },
		{ "CacheDir", "make it beforehand, tmpfiles.d(5)" },
		{ "LogsDir", "make it beforehand, tmpfiles.d(5)" },
		{ "Configuration", "make it beforehand, tmpfiles.d(5)" } };
	const char *why = "sockd has no such setting";

	for (size_t i = sizeof families / sizeof *families; i-- > 0;)
		if (strncmp(line->key, families[i].begin, strlen(families[i].begin)) == 0)
			why = families[i].why;
	pair_lose(p, line, why);
}

void
service_take(struct pair *p)
{
	const struct unit_line *input =
	    unit_find(&p->service, "Service", "StandardInput");
	struct place place = { p->draft->origin, "StandardInput is missing" };
	const char  *output = unit_value(&p->service, "Service", "StandardOutput", "");

	if (input != NULL)
		place = unit_place(input);
	if (p->accepts && !p->has_input && strcmp(output, "socket") != 0)
		draft_lose(p->draft, &place,
		    "the connection is standard input and output, too, beside descriptor "
		    "3; "
		    "what the program prints goes to the client");
	pair_take(p, &p->service, "Service", keys, take_other);
}
