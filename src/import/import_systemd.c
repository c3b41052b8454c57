/* SPDX-License-Identifier: MIT */
/* import_systemd.c - a .socket and its .service as one service */
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "common/xalloc.h"
#include "import/draft.h"
#include "import/import.h"
#include "import/systemd.h"
#include "import/word.h"

/* Those keys that may stand there more than once, all of which count. */
static const char *const lists[] = { "ListenStream", "ListenDatagram",
	"ListenSequentialPacket", "ListenFIFO", "ListenSpecial", "ListenNetlink",
	"ListenMessageQueue", "ListenUSBFunction", "ExecStart", "ExecStartPre",
	"ExecStartPost", "ExecStop", "ExecStopPre", "ExecStopPost", "ExecReload",
	"Environment", "EnvironmentFile", "PassEnvironment", "UnsetEnvironment",
	"Documentation", "After", "Before", "Wants", "Requires", "BindsTo", "Requisite",
	"PartOf", "Conflicts", "Symlinks", "SupplementaryGroups", "ReadWritePaths",
	"ReadOnlyPaths", "InaccessiblePaths", "BindPaths", "BindReadOnlyPaths",
	"SystemCallFilter", "CapabilityBoundingSet", "AmbientCapabilities", "DeviceAllow",
	"IPAddressAllow", "IPAddressDeny", "RestrictAddressFamilies", NULL };

void
pair_lose(struct pair *p, const struct unit_line *line, const char *why)
{
	struct place place = unit_place(line);

	draft_lose(p->draft, &place, "%s", why);
}

void
pair_lose_if_yes(struct pair *p, const struct unit_line *line, const char *why)
{
	bool is;

	if (unit_bool(p->draft, line, &is) == 0 && is)
		pair_lose(p, line, why);
}

void
pair_take(struct pair *p, const struct unit *unit, const char *section,
    const struct unit_key *keys, void (*other)(struct pair *, const struct unit_line *))
{
	for (size_t i = 0; i < unit->n; i++) {
		const struct unit_line *line = &unit->lines[i];
		const struct unit_key  *key = keys;

		if (strcmp(line->section, section) != 0 ||
		    strncmp(line->key, "X-", 2) == 0)
			continue;
		while (key->key != NULL && strcmp(key->key, line->key) != 0)
			key++;
		if (key->key == NULL)
			other(p, line);
		else if (key->take != NULL)
			key->take(p, line, key->argument);
	}
}

static void
take_description(struct pair *p, const struct unit_line *line, const char *argument)
{
	(void)argument;
	draft_note(p->draft, &line->at, "%.200s", line->value);
}

/* Targets are there when sockd is; of other units sockd's own unit must know. */
static void
take_order(struct pair *p, const struct unit_line *line, const char *argument)
{
	struct strings units = { NULL, 0 };
	bool           all = unit_split(&units, line->value) == NULL;

	for (size_t i = 0; i < units.n; i++) {
		const char *dot = strrchr(units.list[i], '.');

		all = all && dot != NULL &&
		    (strcmp(dot, ".target") == 0 || strcmp(dot, ".socket") == 0);
	}
	strings_finish(&units);
	if (!all)
		pair_lose(p, line, argument);
}

static const struct unit_key unit_keys[] = {
	{ "Description", take_description, NULL },
	{ "Documentation", NULL, NULL },
	{ "After", take_order, "let sockd.service have it" },
	{ "Before", take_order, "let sockd.service have it" },
	{ "Wants", take_order, "let sockd.service have it" },
	{ "Requires", take_order, "let sockd.service have it" },
	{ "Requisite", take_order, "let sockd.service have it" },
	{ "BindsTo", take_order, "let sockd.service have it" },
	{ "PartOf", take_order, "let sockd.service have it" },
	{ "Conflicts", take_order, "let sockd.service have it" },
	{ "DefaultDependencies", NULL, NULL },
	{ "CollectMode", NULL, NULL },
	{ "IgnoreOnIsolate", NULL, NULL },
	{ "StopWhenUnneeded", NULL, NULL },
	{ "RefuseManualStart", NULL, NULL },
	{ "RefuseManualStop", NULL, NULL },
	{ "SourcePath", NULL, NULL },
	{ NULL, NULL, NULL },
};

static void
take_other(struct pair *p, const struct unit_line *line)
{
	pair_lose(p, line,
	    strncmp(line->key, "Condition", 9) == 0 ||
		    strncmp(line->key, "Assert", 6) == 0 ?
		"sockd asks for no conditions; leave the service out where it shall not "
		"be" :
		strncmp(line->key, "StartLimit", 10) == 0 ?
		"sockd starts a program that ended by rules of its own" :
		"sockd has no such setting; let sockd.service have it");
}

/* A section that there is not would be passed over in silence. */
static void
check_sections(struct pair *p, const struct unit *unit, const char *own)
{
	const char *last = "";

	for (size_t i = 0; i < unit->n; i++) {
		const struct unit_line *line = &unit->lines[i];
		const char             *section = line->section;

		if (strcmp(section, "Unit") != 0 && strcmp(section, "Install") != 0 &&
		    strcmp(section, own) != 0 && strncmp(section, "X-", 2) != 0 &&
		    strcmp(section, last) != 0)
			draft_wrong(p->draft, &line->at,
			    "[%.60s]: the sections are [Unit], [%s] and [Install]",
			    section, own);
		last = section;
	}
}

/* "NAME@INSTANCE.service" may be in the file "NAME@.service"; the caller frees it. */
static char *
template_of(const char *name)
{
	const char *at = strchr(name, '@');

	return at == NULL ? xstrdup(name) :
			    xasprintf("%.*s@.service", (int)(at - name), name);
}

/* Among those that were given, or beside the socket; the caller frees it. NULL: nowhere. */
static char *
find_file(
    const char *socket, const char *name, const struct strings *services, bool *used)
{
	char *path;

	for (size_t i = 0; i < services->n; i++)
		if (strcmp(word_base(services->list[i]), name) == 0) {
			used[i] = true;
			return xstrdup(services->list[i]);
		}
	path = xasprintf("%.*s%s", (int)(word_base(socket) - socket), socket, name);
	if (access(path, F_OK) == 0)
		return path;
	free(path);
	return NULL;
}

/* What the socket starts, by its name; the caller frees it. */
static char *
service_name(const struct pair *p)
{
	const char *named = unit_value(&p->socket, "Socket", "Service", NULL);
	size_t      length = strlen(p->socket.name) - strlen(".socket");
	bool        is_template = strchr(p->socket.name, '@') != NULL;

	if (named != NULL)
		return xstrdup(named);
	return xasprintf("%.*s%s.service", (int)length, p->socket.name,
	    p->accepts && !is_template ? "@" : "");
}

/* -1, and told. */
static int
read_service(struct pair *p, const char *path, const struct strings *services, bool *used)
{
	char *name = service_name(p), *template = template_of(name);
	char *file = find_file(path, name, services, used);
	int   result = -1;

	if (file == NULL)
		file = find_file(path, template, services, used);
	if (file == NULL) {
		complain(&p->draft->import->wrong, EX_NOINPUT, &p->draft->origin,
		    "its %.200s is neither beside it nor among the files", name);
		draft_note(p->draft, &p->draft->origin,
		    "wrong: its %.200s is neither beside it nor among the files", name);
	} else if (unit_read(p->draft, file, lists, &p->service) == 0) {
		free(p->service.name);
		p->service.name = xstrdup(word_base(name));
		result = 0;
	}
	free(file);
	free(template);
	free(name);
	return result;
}

/* There is none that sockd could serve. */
static void
refuse_sockets(struct pair *p)
{
	for (size_t i = 0; i < p->socket.n; i++) {
		struct place place = unit_place(&p->socket.lines[i]);

		if (strncmp(place.what, "Listen", 6) != 0)
			continue;
		draft_leave_out(p->draft, &place,
		    "sockd serves streams, datagrams and sequential packets");
		return;
	}
	draft_wrong(p->draft, &p->draft->origin,
	    "ListenStream, ListenDatagram or ListenSequentialPacket is missing in "
	    "[Socket]");
}

/* -1 if no service comes of it. */
static int
translate(struct pair *p, const char *path, const struct strings *services, bool *used)
{
	const struct unit_line   *accept = unit_find(&p->socket, "Socket", "Accept");
	const struct listen_conf *listen;
	struct place              place = { p->draft->origin, p->socket.name };
	size_t                    length = strlen(p->socket.name);
	int                       n_lost = p->draft->import->n_lost;

	if (length > 8 && strcmp(p->socket.name + length - 8, "@.socket") == 0) {
		draft_leave_out(p->draft, &place,
		    "is a template; make it a file NAME@INSTANCE.socket");
		return -1;
	}
	if (accept != NULL && unit_bool(p->draft, accept, &p->accepts) != 0)
		return -1;
	if (socket_listen(p) != 0) {
		if (p->draft->import->n_lost == n_lost) /* or it was told why */
			refuse_sockets(p);
		return -1;
	}
	listen = p->draft->conf->listens;
	if (p->accepts && endpoint_is_datagram(&listen->at))
		pair_lose(p, accept, "each datagram is served by a program of its own");
	if (read_service(p, path, services, used) != 0)
		return -1;
	p->has_input = strcmp(unit_value(&p->service, "Service", "StandardInput", "null"),
			   "socket") == 0;
	p->is_app = !p->accepts && !(p->has_input && listen->next == NULL);
	return service_run(p);
}

void
import_systemd(
    struct import *import, const char *path, const struct strings *services, bool *used)
{
	struct origin whole = { strings_keep(&import->files, path), 0 };
	const char   *base = word_base(path);
	char         *name = xstrndup(base, strlen(base) - strlen(".socket"));
	struct pair   p = { .draft = draft_add(import, &whole, name) };

	if (unit_read(p.draft, path, lists, &p.socket) != 0 ||
	    translate(&p, path, services, used) != 0) {
		p.draft->is_out = true;
	} else {
		pair_take(&p, &p.socket, "Unit", unit_keys, take_other);
		socket_take(&p);
		pair_take(&p, &p.service, "Unit", unit_keys, take_other);
		service_take(&p);
		check_sections(&p, &p.service, "Service");
	}
	check_sections(&p, &p.socket, "Socket");
	unit_finish(&p.socket);
	unit_finish(&p.service);
	free(name);
}
