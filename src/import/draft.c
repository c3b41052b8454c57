/* SPDX-License-Identifier: MIT */
/* draft.c - a service that is being translated; draft_print.c prints it */
#include "import/draft.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sysexits.h>

#include "common/quote.h"
#include "common/xalloc.h"
#include "config/kind.h"
#include "import/import.h"

/* As config/load.c has them, and what libconfig takes for a name. */
#define NAME_LONGEST 64
#define NAME_ROOM    (NAME_LONGEST - 10) /* for what makes it unique */

/* A reader needs no more of what a file says. */
#define WHAT_MOST 120

bool
draft_is_taken(const struct import *import, const char *name)
{
	for (const struct draft *d = import->drafts; d != NULL; d = d->next)
		if (!d->is_out && strcmp(d->conf->name, name) == 0)
			return true;
	return false;
}

/* A name that libconfig and sockd take; the caller frees it. */
static char *
good_name(const char *wished)
{
	bool  first = isalpha((unsigned char)wished[0]) != 0, is_word;
	char *name;

	is_word = strcasecmp(wished, "true") == 0 || strcasecmp(wished, "false") == 0;
	name =
	    xasprintf("%s%.*s", first && !is_word ? "" : "service-", NAME_ROOM, wished);
	for (char *c = name; *c != '\0'; c++)
		if (!isalnum((unsigned char)*c) && *c != '-' && *c != '_')
			*c = '_';
	return name;
}

/* In front of the others it would be of its file, behind it is in order. */
static void
append(struct import *import, struct draft *draft)
{
	struct draft **last = &import->drafts;

	while (*last != NULL)
		last = &(*last)->next;
	*last = draft;
}

struct draft *
draft_add(struct import *import, const struct origin *origin, const char *name)
{
	struct draft *draft = xcalloc(1, sizeof *draft);
	char         *good = good_name(name), *unique = xstrdup(good);

	for (unsigned i = 2; draft_is_taken(import, unique); i++) {
		free(unique);
		unique = xasprintf("%s-%u", good, i);
	}
	draft->import = import;
	draft->origin = *origin;
	draft->conf = service_conf_create(unique);
	if (name[0] != '\0' && strcmp(unique, name) != 0)
		draft->wished = xstrdup(name);
	append(import, draft);
	import->n_drafts++;
	free(good);
	free(unique);
	return draft;
}

static void __attribute__((format(printf, 3, 0)))
remark(struct draft *draft, const struct origin *origin, const char *format, va_list args)
{
	char text[1024];

	vsnprintf(text, sizeof text, format, args);
	strings_own(&draft->remarks,
	    origin->line > 0 ? xasprintf("%s:%d: %s", origin->file, origin->line, text) :
			       xasprintf("%s: %s", origin->file, text));
}

void
draft_note(struct draft *draft, const struct origin *origin, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	remark(draft, origin, format, args);
	va_end(args);
}

static void __attribute__((format(printf, 3, 0)))
lose(struct draft *draft, const struct place *place, const char *format, va_list args)
{
	char text[1024];

	vsnprintf(text, sizeof text, format, args);
	draft_note(draft, &place->at, "%.*s%s: %s: %s", WHAT_MOST, place->what,
	    strlen(place->what) > WHAT_MOST ? "..." : "",
	    draft->is_out ? "left out" : "not translated", text);
	draft->import->n_lost++;
}

void
draft_lose(struct draft *draft, const struct place *place, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	lose(draft, place, format, args);
	va_end(args);
}

void
draft_leave_out(struct draft *draft, const struct place *place, const char *format, ...)
{
	va_list args;

	draft->is_out = true;
	va_start(args, format);
	lose(draft, place, format, args);
	va_end(args);
}

/* More than one line may need what is wrong. */
static bool
is_told(
    const struct complaints *complaints, const struct origin *origin, const char *text)
{
	for (size_t i = 0; i < complaints->n; i++)
		if (complaints->list[i].line == origin->line &&
		    strcmp(complaints->list[i].file, origin->file) == 0 &&
		    strcmp(complaints->list[i].text, text) == 0)
			return true;
	return false;
}

void
draft_wrong(struct draft *draft, const struct origin *origin, const char *format, ...)
{
	va_list args;
	char    text[1024];

	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	if (is_told(&draft->import->wrong, origin, text))
		return;
	complain(&draft->import->wrong, EX_CONFIG, origin, "%s", text);
	draft_note(draft, origin, "wrong: %s", text);
}

/* How a settings file would have it. */
static enum literal
literal_of(const struct setting *row, const char *value)
{
	bool is_word = strcmp(value, "true") == 0 || strcmp(value, "false") == 0;

	if ((row->kind->literals & LITERAL_BOOL) != 0 && is_word)
		return LITERAL_BOOL;
	return row->kind->literals & LITERAL_NUMBER ? LITERAL_NUMBER : LITERAL_STRING;
}

/* Into a struct of these rows, whose origins tell what was set. */
static void
set(struct draft *draft, const struct setting *rows, void *conf, struct origin *origins,
    const struct place *place, const char *name, const char *value)
{
	const struct setting *row = setting_find(rows, name);
	char                  why[512];

	if (setting_parse(
		row, conf, literal_of(row, value), value, "/", why, sizeof why) != 0) {
		draft_lose(draft, place, "%s = %s", name, why);
		return;
	}
	setting_note_origin(row, conf, &origins[row - rows], &place->at);
	origins[row - rows] = place->at;
}

void
draft_set(struct draft *draft, const struct place *place, const char *setting,
    const char *value)
{
	set(draft, service_rows, draft->conf, draft->conf->origins, place, setting,
	    value);
}

/* sockd would not have the same endpoint twice. */
static const struct draft *
find_twin(const struct import *import, const struct endpoint *at)
{
	for (const struct draft *d = import->drafts; d != NULL; d = d->next)
		for (const struct listen_conf *l = d->conf->listens;
		     !d->is_out && l != NULL; l = l->next)
			if (strcmp(l->at.text, at->text) == 0 &&
			    !endpoint_wants_any_port(at))
				return d;
	return NULL;
}

struct listen_conf *
draft_listen(struct draft *draft, const struct place *place, const char *url)
{
	struct listen_conf *listen, **last = &draft->conf->listens;
	struct endpoint     at;
	const struct draft *twin;
	char                why[512];

	if (endpoint_parse(url, &at, why, sizeof why) != 0) {
		draft_lose(draft, place, "as endpoint \"%.*s\": %s", WHAT_MOST, url, why);
		return NULL;
	}
	twin = find_twin(draft->import, &at);
	if (twin != NULL) {
		draft_lose(draft, place, "%s is taken by %s, %s:%d", url,
		    twin->conf->name, twin->origin.file, twin->origin.line);
		endpoint_finish(&at);
		return NULL;
	}
	listen = listen_conf_create();
	listen->at = at;
	listen->origins[0] = place->at;
	while (*last != NULL)
		last = &(*last)->next;
	*last = listen;
	return listen;
}

void
draft_listen_set(struct draft *draft, const struct place *place, const char *setting,
    const char *value, bool (*fits)(const struct endpoint *))
{
	for (struct listen_conf *l = draft->conf->listens; l != NULL; l = l->next)
		if (fits(&l->at))
			set(draft, listen_rows, l, l->origins, place, setting, value);
}

bool
draft_fits_stream(const struct endpoint *e)
{
	return !endpoint_is_datagram(e);
}

bool
draft_fits_host(const struct endpoint *e)
{
	return e->host != NULL;
}

bool
draft_fits_ipv6(const struct endpoint *e)
{
	return e->host != NULL && e->transport->family != AF_INET;
}

bool
draft_fits_all(const struct endpoint *e)
{
	(void)e;
	return true;
}

static bool
is_datagram(const struct draft *draft)
{
	const struct listen_conf *listen = draft->conf->listens;

	return listen != NULL && endpoint_is_datagram(&listen->at);
}

static void
tell_amplification(struct draft *draft, const struct place *place)
{
	if (is_datagram(draft))
		draft_lose(draft, place,
		    "a datagram is answered with no more bytes than it has, since its "
		    "sender can be forged; amplification = 0 in the handler answers all");
}

bool
draft_builtin(struct draft *draft, const struct place *place, const char *name)
{
	static const char *const names[] = { "echo", "discard", "chargen", "daytime",
		"time" };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(name, names[i]) == 0)
			draft->handler = names[i];
	if (draft->handler == NULL)
		return false;
	if (strcmp(name, "echo") != 0 && strcmp(name, "discard") != 0)
		tell_amplification(draft, place);
	draft->has_pool = true;
	if (!is_datagram(draft))
		draft_set(draft, place, "timeouts.idle", "0");
	return true;
}

void
draft_exec(struct draft *draft, const struct place *place, const struct strings *command)
{
	draft->handler = "exec";
	draft_option_list(draft, "command", command);
	draft->has_pool = true;
	draft_set(draft, place, "timeouts.idle", "0");
	tell_amplification(draft, place);
}

void
draft_exec_wait(
    struct draft *draft, const struct place *place, const struct strings *command)
{
	(void)place;
	draft->handler = "exec";
	draft_option_list(draft, "command", command);
	draft_option(draft, "wait", "true");
}

void
draft_user(
    struct draft *draft, const struct place *place, const char *user, const char *group)
{
	bool is_number = user[0] != '\0' && user[strspn(user, "0123456789")] == '\0';

	if (user[0] != '\0')
		draft_set(draft, place, "user", user);
	if (group != NULL && group[0] != '\0')
		draft_set(draft, place, "group", group);
	else if (is_number) {
		draft_set(draft, place, "group", user);
		draft_note(draft, &place->at,
		    "%.*s: a user without a name needs a group; it is of the same number "
		    "here",
		    WHAT_MOST, place->what);
	}
}

void
draft_destroy(struct draft *draft)
{
	if (draft == NULL)
		return;
	service_conf_destroy(draft->conf);
	strings_finish(&draft->remarks);
	strings_finish(&draft->options);
	free(draft->port);
	free(draft->wished);
	free(draft);
}
