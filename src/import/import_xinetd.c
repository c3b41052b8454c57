/* SPDX-License-Identifier: MIT */
/* import_xinetd.c - entries of xinetd.conf to services; xinetd_table.c has their attributes */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "common/xalloc.h"
#include "import/draft.h"
#include "import/import.h"
#include "import/word.h"
#include "import/xinetd.h"

static const char *
value_of(const struct xservice *s, const char *name, const char *otherwise)
{
	const struct attribute *a = attribute_find(s->attributes, name);

	return a != NULL && a->values.n > 0 ? a->values.list[0] : otherwise;
}

/* The place of an attribute, or of the entry that does not have it. */
static struct place
place_of(const struct xservice *s, const char *name)
{
	const struct attribute *a = attribute_find(s->attributes, name);

	if (a == NULL)
		return (struct place){ s->draft->origin, name };
	return (struct place){ a->at, a->text };
}

/* The transport as URLs and as /etc/services have it; NULL if there is none, and told. */
static const char *
scheme_of(struct xservice *s)
{
	static const char *const schemes[][3] = { { "tcp", "tcp4", "tcp6" },
		{ "udp", "udp4", "udp6" } };
	const char              *type = value_of(s, "socket_type", "");
	const char              *protocol = value_of(s, "protocol", "");
	const struct attribute  *flags = attribute_find(s->attributes, "flags");
	struct place             place;
	int                      family = 0;

	s->is_datagram = strcmp(type, "dgram") == 0;
	if (strcmp(type, "raw") == 0 || strcmp(type, "seqpacket") == 0) {
		place = place_of(s, "socket_type");
		draft_leave_out(
		    s->draft, &place, "sockd has no such sockets for programs");
		return NULL;
	}
	if (!s->is_datagram && strcmp(type, "stream") != 0) {
		draft_wrong(s->draft, &s->draft->origin,
		    type[0] == '\0' ?
			"socket_type is missing: stream, dgram, raw or seqpacket" :
			"socket_type must be stream, dgram, raw or seqpacket");
		return NULL;
	}
	if (protocol[0] != '\0' && strcmp(protocol, schemes[s->is_datagram][0]) != 0) {
		draft_wrong(s->draft, &s->draft->origin,
		    "protocol = %.60s: must be %s for socket_type = %s", protocol,
		    schemes[s->is_datagram][0], type);
		return NULL;
	}
	if (attribute_has(flags, "IPv4"))
		family = 1;
	else if (strcasecmp(value_of(s, "v6only", "no"), "yes") == 0)
		family = 2;
	return schemes[s->is_datagram][family];
}

/* -1 if there is none. */
static int
set_endpoint(struct xservice *s, const struct entry *entry)
{
	const char  *scheme = scheme_of(s), *port = value_of(s, "port", entry->name);
	const char  *host = value_of(s, "bind", value_of(s, "interface", "*"));
	unsigned     number;
	struct place place;
	char        *url;

	if (scheme == NULL)
		return -1;
	number = word_port(s->draft->import, port, s->is_datagram ? "udp" : "tcp");
	if (number == 0) {
		draft_wrong(s->draft, &entry->origin,
		    "\"%.60s\": must be a name that /etc/services has for %s, or "
		    "\"port\" "
		    "must say the number, 1-65535",
		    port, s->is_datagram ? "udp" : "tcp");
		return -1;
	}
	place = place_of(s,
	    attribute_find(s->attributes, "bind") != NULL          ? "bind" :
		attribute_find(s->attributes, "interface") != NULL ? "interface" :
								     "port");
	url = word_url(scheme, host, number);
	if (draft_listen(s->draft, &place, url) != NULL && strchr(scheme, '6') != NULL)
		draft_listen_set(s->draft, &place, "v6only", "true", draft_fits_ipv6);
	if (!isdigit((unsigned char)port[0]))
		s->draft->port = xasprintf("the port of \"%.60s\"", port);
	free(url);
	return s->draft->conf->listens != NULL ? 0 : -1;
}

/* The path, and the name too if flags say so; tcpd gives way to what it would run. */
static void
take_command(struct xservice *s, struct strings *command)
{
	const struct attribute *arguments = attribute_find(s->attributes, "server_args");
	const char             *path = value_of(s, "server", "");
	struct place            place = place_of(s, "server_args");
	size_t                  i = 0, n = arguments != NULL ? arguments->values.n : 0;

	strings_add(command, path);
	if (n > 0 &&
	    attribute_has(attribute_find(s->attributes, "flags"), "NAMEINARGS")) {
		const char *name = arguments->values.list[i++];

		if (strcmp(word_base(path), "tcpd") == 0) {
			strings_finish(command);
			strings_own(command,
			    name[0] == '/' ? xstrdup(name) :
					     xasprintf("/usr/sbin/%s", name));
			draft_lose(s->draft, &place,
			    "/etc/hosts.allow and hosts.deny are not read; use allow and "
			    "deny");
		} else {
			struct place called = { place.at, name };

			word_check_name(s->draft, &called, path);
		}
	}
	for (; i < n; i++) {
		strings_add(command, arguments->values.list[i]);
		if (strcmp(arguments->values.list[i], "%A") == 0)
			draft_lose(s->draft, &place,
			    "%%A is nothing special; the variable REMOTE_HOST has the "
			    "client's address");
	}
}

static void
set_program(struct xservice *s)
{
	struct strings command = { NULL, 0 };
	struct place   place = place_of(s, "server");

	take_command(s, &command);
	if (s->waits) {
		draft_exec_wait(s->draft, &place, &command);
	} else {
		draft_exec(s->draft, &place, &command);
		draft_option(s->draft, "stderr", "\"client\"");
		draft_option(s->draft, "env", "[ \"inetd\" ]");
	}
	draft_user(s->draft, &place, value_of(s, "user", ""), value_of(s, "group", NULL));
	strings_finish(&command);
}

/* -1 if there is none. */
static int
set_handler(struct xservice *s, const struct entry *entry)
{
	const char  *wait = value_of(s, "wait", ""), *path = value_of(s, "server", "");
	struct place place = place_of(s, "type");
	int          result = 0;

	s->waits = strcasecmp(wait, "yes") == 0 && !s->is_internal;
	if (!s->waits && strcasecmp(wait, "no") != 0 && !s->is_internal) {
		draft_wrong(s->draft, &entry->origin, "wait must be given: yes or no");
		result = -1;
	} else if (s->is_internal && !draft_builtin(s->draft, &place, entry->name)) {
		draft_leave_out(s->draft, &place,
		    "sockd has no handler for \"%.60s\"; run a program", entry->name);
	} else if (!s->is_internal && path[0] != '/') {
		draft_wrong(s->draft, &entry->origin,
		    path[0] == '\0' ?
			"server is missing: the absolute path of the program" :
			"server must be an absolute path");
		result = -1;
	} else if (!s->is_internal && value_of(s, "user", NULL) == NULL) {
		draft_wrong(s->draft, &entry->origin, "user is missing");
		result = -1;
	} else if (!s->is_internal) {
		set_program(s);
	}
	return result;
}

/* What makes a service none, in words, or NULL. */
static const char *
reason_to_leave_out(const struct xservice *s, const char **attribute)
{
	static const struct {
		const char *attribute, *value, *why;
	} reasons[] = {
		{ "type", "RPC",
		    "sockd does not tell rpcbind of services; start the program by "
		    "itself" },
		{ "type", "TCPMUX", "there is no tcpmux; give it a port" },
		{ "type", "TCPMUXPLUS", "there is no tcpmux; give it a port" },
		{ "flags", "SENSOR", "there are no sensors" },
		{ "redirect", NULL,
		    "sockd does not connect clients to other servers; run a "
		    "program such as socat" },
	};

	for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++) {
		const struct attribute *a =
		    attribute_find(s->attributes, reasons[i].attribute);

		*attribute = reasons[i].attribute;
		if (a != NULL &&
		    (reasons[i].value == NULL || attribute_has(a, reasons[i].value)))
			return reasons[i].why;
	}
	return NULL;
}

/* Switched off by the entry itself, or by the lists of the defaults? */
static bool
is_disabled(const struct xservice *s, const struct entry *entry)
{
	const char       *id = value_of(s, "id", entry->name);
	struct attribute *enabled = attribute_find(s->attributes, "enabled");

	return strcasecmp(value_of(s, "disable", "no"), "yes") == 0 ||
	    attribute_has(attribute_find(s->attributes, "flags"), "DISABLE") ||
	    attribute_has(attribute_find(s->attributes, "disabled"), id) ||
	    (enabled != NULL && !attribute_has(enabled, id));
}

/* Those of the defaults alone that mean a loss were told of there. */
static void
take_attributes(struct xservice *s)
{
	for (const struct attribute *a = s->attributes; a != NULL; a = a->next) {
		const struct xattribute *known = xattribute_find(a->name);
		struct place             place = { a->at, a->text };

		if (known->take != NULL)
			known->take(s, a, &place);
		else if (known->why != NULL && !a->is_inherited)
			draft_lose(s->draft, &place, "%s", known->why);
	}
}

static void
translate(struct import *import, const struct entry *entry, struct attribute *defaults)
{
	struct xservice s = { .draft = NULL };
	const char     *attribute, *why, *id = entry->name;
	struct place    place;

	for (const struct attribute *a = entry->attributes; a != NULL; a = a->next)
		if (strcmp(a->name, "id") == 0 && a->values.n > 0)
			id = a->values.list[0];
	s.draft = draft_add(import, &entry->origin, id);
	s.attributes = attributes_merge(s.draft, entry, defaults);
	s.is_internal = attribute_has(attribute_find(s.attributes, "type"), "INTERNAL");
	why = reason_to_leave_out(&s, &attribute);
	if (is_disabled(&s, entry)) {
		s.draft->is_out = true;
		draft_note(s.draft, &entry->origin, "%.60s: is disabled, left out", id);
	} else if (why != NULL) {
		place = place_of(&s, attribute);
		draft_leave_out(s.draft, &place, "%s", why);
	} else if (set_endpoint(&s, entry) != 0 || set_handler(&s, entry) != 0) {
		s.draft->is_out = true;
	} else if (!s.draft->is_out) {
		take_attributes(&s);
	}
	attributes_destroy(s.attributes);
}

/* What the defaults lose, and what they say of all services. */
static struct attribute *
take_defaults(struct import *import, const struct entry *entry)
{
	struct xservice s = { draft_add(import, &entry->origin, ""), NULL,
		.is_defaults = true };

	s.draft->is_out = true;
	s.attributes = attributes_merge(s.draft, entry, NULL);
	for (const struct attribute *a = s.attributes; a != NULL; a = a->next) {
		struct place place = { a->at, a->text };

		if (strcmp(a->name, "log_type") == 0 ||
		    strncmp(a->name, "log_on_", 7) == 0)
			xattribute_find(a->name)->take(&s, a, &place);
		else if (xattribute_find(a->name)->why != NULL)
			draft_lose(s.draft, &place, "%s", xattribute_find(a->name)->why);
	}
	return s.attributes;
}

static void
translate_all(struct import *import, struct xinetd *xinetd)
{
	struct attribute *defaults = NULL;

	import->of_xinetd = import->of_xinetd || xinetd->entries != NULL;
	if (xinetd->defaults != NULL)
		defaults = take_defaults(import, xinetd->defaults);
	for (const struct entry *e = xinetd->entries; e != NULL; e = e->next)
		if (e->name[0] != '\0' && !e->is_broken)
			translate(import, e, defaults);
	attributes_destroy(defaults);
	entries_destroy(xinetd->defaults);
	entries_destroy(xinetd->entries);
}

void
import_xinetd(struct import *import, const char *file, const char *text)
{
	struct xinetd xinetd = { NULL, NULL };

	xinetd_parse(import, &xinetd, file, text);
	translate_all(import, &xinetd);
}

void
import_xinetd_directory(struct import *import, const char *path)
{
	struct xinetd xinetd = { NULL, NULL };
	struct origin whole = { strings_keep(&import->files, path), 0 };

	xinetd_parse_directory(import, &xinetd, &whole, path);
	translate_all(import, &xinetd);
}
