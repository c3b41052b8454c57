/* SPDX-License-Identifier: MIT */
/* xinetd_table.c - the attributes of xinetd.conf, and what becomes of them */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "common/xalloc.h"
#include "config/near.h"
#include "import/draft.h"
#include "import/import.h"
#include "import/word.h"
#include "import/xinetd.h"

#define WAITS_WHY "the program takes the clients, so that sockd does not see who comes"

static const char *
first_of(const struct attribute *a)
{
	return a->values.n > 0 ? a->values.list[0] : "";
}

static bool
is_digits(const char *text)
{
	return text[0] != '\0' && text[strspn(text, "0123456789")] == '\0';
}

/* A number, or the word for none. */
static void
take_number(struct xservice *s, const struct attribute *a, const struct place *place,
    const char *setting, const char *none)
{
	const char *value = first_of(a);

	if (none != NULL && strcasecmp(value, none) == 0)
		return;
	if (a->values.n != 1 || !is_digits(value + (value[0] == '-')))
		draft_wrong(s->draft, &a->at, "\"%s\" must be a number%s%s", a->name,
		    none != NULL ? " or " : "", none != NULL ? none : "");
	else
		draft_set(s->draft, place, setting, value);
}

/* One program at a time has no other limits. */
static void
take_instances(struct xservice *s, const struct attribute *a, const struct place *place)
{
	if (!s->waits && !s->is_internal)
		take_number(s, a, place, "limits.connections", "UNLIMITED");
}

static void
take_per_source(struct xservice *s, const struct attribute *a, const struct place *place)
{
	if (!s->waits)
		take_number(s, a, place, "limits.per_source", "UNLIMITED");
	else if (strcasecmp(first_of(a), "UNLIMITED") != 0)
		draft_lose(s->draft, place, WAITS_WHY);
}

/* "cps = RATE SECONDS": more clients wait, and nothing is switched off for these. */
static void
take_cps(struct xservice *s, const struct attribute *a, const struct place *place)
{
	char *rate = xasprintf("%s/s", first_of(a));

	if (a->values.n != 2 || !is_digits(first_of(a)) || !is_digits(a->values.list[1]))
		draft_wrong(s->draft, &a->at, "\"cps\" must be two numbers");
	else if (s->waits)
		draft_lose(s->draft, place, WAITS_WHY);
	else
		draft_set(s->draft, place, "limits.rate", rate);
	free(rate);
}

static void
take_nice(struct xservice *s, const struct attribute *a, const struct place *place)
{
	take_number(s, a, place, "nice", NULL);
}

static void
take_umask(struct xservice *s, const struct attribute *a, const struct place *place)
{
	char *mask = word_umask(first_of(a));

	draft_set(s->draft, place, "umask", mask);
	free(mask);
}

static void
take_groups(struct xservice *s, const struct attribute *a, const struct place *place)
{
	if (strcasecmp(first_of(a), "no") == 0)
		draft_lose(s->draft, place,
		    "a program has all groups of its user; make it another user");
	else if (strcasecmp(first_of(a), "yes") != 0)
		draft_lose(s->draft, place, "a program has all groups of its user");
}

/* "8M" and its like, as they are for sizes here. */
static void
take_limit(struct xservice *s, const struct attribute *a, const struct place *place)
{
	static const char *const names[][2] = { { "rlimit_as", "rlimits.as" },
		{ "rlimit_data", "rlimits.data" }, { "rlimit_stack", "rlimits.stack" },
		{ "rlimit_cpu", "rlimits.cpu" }, { "rlimit_files", "rlimits.nofile" } };
	char                    *value = xstrdup(first_of(a));

	for (char *c = value; *c != '\0'; c++)
		*c = (char)tolower((unsigned char)*c);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		if (strcmp(names[i][0], a->name) != 0)
			continue;
		if (strcmp(value, "unlimited") == 0)
			draft_lose(s->draft, place,
			    "sockd's own limit is kept; raise that of sockd itself");
		else
			draft_set(s->draft, place, names[i][1], value);
	}
	free(value);
}

static void
take_env(struct xservice *s, const struct attribute *a, const struct place *place)
{
	if (!s->is_internal)
		draft_environment(s->draft, place, &a->values);
}

static bool
has_variable(const struct attribute *env, const char *name)
{
	size_t length = strlen(name);

	for (size_t i = 0; env != NULL && i < env->values.n; i++)
		if (strncmp(env->values.list[i], name, length) == 0 &&
		    env->values.list[i][length] == '=')
			return true;
	return false;
}

/* A program has these as sockd has them, and no others. */
static void
take_passenv(struct xservice *s, const struct attribute *a, const struct place *place)
{
	static const char *const passed[] = { "PATH", "LANG", "LC_ALL", "LC_CTYPE",
		"TZ" };

	for (size_t i = 0; !s->is_internal && i < a->values.n; i++) {
		bool found =
		    has_variable(attribute_find(s->attributes, "env"), a->values.list[i]);

		for (size_t j = 0; j < sizeof passed / sizeof *passed; j++)
			found = found || strcmp(passed[j], a->values.list[i]) == 0;
		if (!found)
			draft_lose(s->draft, place,
			    "%.60s is not passed on; write its value into the handler's "
			    "environment",
			    a->values.list[i]);
	}
}

static void
take_flags(struct xservice *s, const struct attribute *a, const struct place *place)
{
	static const struct {
		const char *name, *why;
	} flags[] = { { "REUSE", NULL }, { "NORETRY", NULL }, { "NOLIBWRAP", NULL },
		{ "NAMEINARGS", NULL }, { "IPv4", NULL }, { "IPv6", NULL },
		{ "NODELAY", NULL }, { "KEEPALIVE", NULL }, { "DISABLE", NULL },
		{ "INTERCEPT",
		    "nothing stands between client and program; use a firewall" },
		{ "IDONLY", "sockd does not ask who the user is (RFC 1413)" },
		{ "LABELED", "sockd does not set SELinux contexts" } };
	const size_t n = sizeof flags / sizeof *flags;

	for (size_t i = 0; i < a->values.n; i++) {
		size_t at = 0;

		while (at < n && strcasecmp(flags[at].name, a->values.list[i]) != 0)
			at++;
		if (at == n)
			draft_wrong(s->draft, &a->at, "unknown flag \"%.60s\"",
			    a->values.list[i]);
		else if (flags[at].why != NULL)
			draft_lose(
			    s->draft, place, "%s: %s", flags[at].name, flags[at].why);
	}
	if (attribute_has(a, "NODELAY"))
		draft_listen_set(s->draft, place, "nodelay", "true", endpoint_is_tcp);
	if (attribute_has(a, "KEEPALIVE"))
		draft_listen_set(s->draft, place, "keepalive", "true", endpoint_is_tcp);
}

static void
take_type(struct xservice *s, const struct attribute *a, const struct place *place)
{
	(void)place;
	for (size_t i = 0; i < a->values.n; i++)
		if (strcasecmp(a->values.list[i], "INTERNAL") != 0 &&
		    strcasecmp(a->values.list[i], "UNLISTED") != 0)
			draft_wrong(s->draft, &a->at,
			    "type must be RPC, INTERNAL, TCPMUX, TCPMUXPLUS or UNLISTED, "
			    "not \"%.60s\"",
			    a->values.list[i]);
}

/* Both lists at once, when the first of them comes. */
static void
take_access(struct xservice *s, const struct attribute *a, const struct place *place)
{
	const struct attribute *only = attribute_find(s->attributes, "only_from");
	const struct attribute *no = attribute_find(s->attributes, "no_access");

	if (s->waits && (a == only || a->values.n > 0))
		draft_lose(s->draft, place, WAITS_WHY "; use a firewall");
	else if (!s->waits && (a == only || only == NULL))
		xinetd_admit(s->draft, only, no);
}

static bool
is_facility(const char *word)
{
	const struct choice *c = setting_find(config_rows, "log.facility")->choices;

	while (c->word != NULL && strcmp(c->word, word) != 0)
		c++;
	return c->word != NULL;
}

/* The facility is that of all services, and a level that of all lines of xinetd. */
static void
take_log_type(struct xservice *s, const struct attribute *a, const struct place *place)
{
	struct strings *globals = &s->draft->import->globals;
	const char     *facility = a->values.n > 1 ? a->values.list[1] : "";

	if (a->is_inherited)
		return;
	if (!s->is_defaults || strcasecmp(first_of(a), "SYSLOG") != 0) {
		draft_lose(s->draft, place,
		    "there is one log, syslog's; the syslog daemon can make files of it");
		return;
	}
	if (!is_facility(facility))
		draft_wrong(
		    s->draft, &a->at, "\"%.60s\" is no facility of syslog", facility);
	else if (strcmp(facility, "daemon") != 0 && globals->n == 0)
		strings_own(globals, xasprintf("log: { facility = \"%s\"; };", facility));
	if (a->values.n > 2 && strcasecmp(a->values.list[2], "info") != 0)
		draft_lose(s->draft, place, "the level of a line is how urgent it is");
}

/* Of all that xinetd logs sockd logs everything but this. */
static void
take_log_on(struct xservice *s, const struct attribute *a, const struct place *place)
{
	if (attribute_has(a, "USERID") && !a->is_inherited)
		draft_lose(
		    s->draft, place, "sockd does not ask who the user is (RFC 1413)");
}

static void
take_mdns(struct xservice *s, const struct attribute *a, const struct place *place)
{
	if (strcasecmp(first_of(a), "yes") == 0)
		draft_lose(s->draft, place, "sockd announces nothing; use avahi");
}

#define BANNER "sockd sends no text in front; let the program do it"

static const struct xattribute attributes[] = {
	{ "id", false, false, NULL, NULL },
	{ "type", false, false, take_type, NULL },
	{ "flags", false, false, take_flags, NULL },
	{ "disable", false, false, NULL, NULL },
	{ "socket_type", false, false, NULL, NULL },
	{ "protocol", false, false, NULL, NULL },
	{ "wait", false, false, NULL, NULL },
	{ "user", false, false, NULL, NULL },
	{ "group", false, false, NULL, NULL },
	{ "instances", false, true, take_instances, NULL },
	{ "nice", false, false, take_nice, NULL },
	{ "server", false, false, NULL, NULL },
	{ "server_args", false, false, NULL, NULL },
	{ "only_from", true, true, take_access, NULL },
	{ "no_access", true, true, take_access, NULL },
	{ "access_times", false, true, NULL,
	    "sockd does not look at the clock; let cron exchange the settings and "
	    "reload" },
	{ "log_type", false, true, take_log_type, NULL },
	{ "log_on_success", true, true, take_log_on, NULL },
	{ "log_on_failure", true, true, take_log_on, NULL },
	{ "rpc_version", false, false, NULL, NULL },
	{ "rpc_number", false, false, NULL, NULL },
	{ "env", true, false, take_env, NULL },
	{ "passenv", true, true, take_passenv, NULL },
	{ "port", false, false, NULL, NULL },
	{ "redirect", false, false, NULL, NULL },
	{ "bind", false, true, NULL, NULL },
	{ "interface", false, true, NULL, NULL },
	{ "banner", false, true, NULL, BANNER },
	{ "banner_success", false, true, NULL, BANNER },
	{ "banner_fail", false, true, NULL,
	    "no file is sent; write its text as refuse: { text = \"...\"; }" },
	{ "per_source", false, true, take_per_source, NULL },
	{ "cps", false, true, take_cps, NULL },
	{ "max_load", false, true, NULL,
	    "sockd does not look at the load; limits.connections and nice keep it down" },
	{ "groups", false, true, take_groups, NULL },
	{ "mdns", false, true, take_mdns, NULL },
	{ "umask", false, true, take_umask, NULL },
	{ "enabled", true, true, NULL, NULL },
	{ "disabled", true, true, NULL, NULL },
	{ "rlimit_as", false, true, take_limit, NULL },
	{ "rlimit_files", false, true, take_limit, NULL },
	{ "rlimit_cpu", false, true, take_limit, NULL },
	{ "rlimit_data", false, true, take_limit, NULL },
	{ "rlimit_rss", false, true, NULL, "Linux has no such limit" },
	{ "rlimit_stack", false, true, take_limit, NULL },
	{ "deny_time", false, true, NULL, "there are no sensors" },
	{ "libwrap", false, false, NULL,
	    "/etc/hosts.allow and hosts.deny are not read; use allow and deny" },
	{ "v6only", false, true, NULL, NULL },
};

const struct xattribute *
xattribute_find(const char *name)
{
	for (size_t i = 0; i < sizeof attributes / sizeof *attributes; i++)
		if (strcmp(attributes[i].name, name) == 0)
			return &attributes[i];
	return NULL;
}

const char *
xattribute_near(const char *name)
{
	const char *near = NULL;
	int         best = -1;

	for (size_t i = 0; i < sizeof attributes / sizeof *attributes; i++)
		if (near_better(name, attributes[i].name, &best))
			near = attributes[i].name;
	return near;
}
