/* SPDX-License-Identifier: MIT */
/* check.c - do the settings fit together? load.c has checked each by itself */
#include "config/check.h"

#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "config/complaint.h"
#include "config/settings.h"
#include "sockd.h"

/* Where a row's value stands, or where the rest of its group does. */
static const struct origin *
origin_of(const struct setting *rows, const char *name, const struct origin *origins,
    const struct origin *group)
{
	const struct origin *origin = &origins[setting_find(rows, name) - rows];

	return origin->file != NULL ? origin : group;
}

/* Options that only some sockets have: a wrong one would be ignored in silence. */
static void
check_options(const struct service_conf *service, const struct listen_conf *listen,
    struct complaints *complaints)
{
	static const struct { const char *name; bool path, tcp, inet; } needs[] = {
		{ "mode", true, false, false }, { "owner", true, false, false },
		{ "group", true, false, false }, { "defer_accept", false, true, false },
		{ "fastopen", false, true, false }, { "nodelay", false, true, false },
		{ "keepalive", false, true, false }, { "v6only", false, false, true },
		{ "reuseport", false, false, true }, { "device", false, false, true },
		{ "freebind", false, false, true }, { "mark", false, false, true },
		{ "tos", false, false, true },
	};
	struct listen_conf *defaults = listen_conf_create();
	bool	inet = endpoint_is_inet(&listen->at);
	bool	tcp = inet && !endpoint_is_datagram(&listen->at);

	for (size_t i = 0; i < sizeof needs / sizeof *needs; i++) {
		const struct setting *row = setting_find(listen_rows, needs[i].name);
		const struct origin *origin = &listen->origins[row - listen_rows];

		if (setting_same(row, listen, defaults) || (!needs[i].path && !needs[i].tcp && inet) ||
		    (needs[i].path && endpoint_is_path(&listen->at)) || (needs[i].tcp && tcp))
			continue;
		complain(complaints, EX_CONFIG, origin, "services.%s.listen.%s: is for %s, not for "
		    "\"%s\"", service->name, needs[i].name, needs[i].path ? "socket paths" :
		    needs[i].tcp ? "tcp endpoints" : "tcp and udp endpoints", listen->at.text);
	}
	listen_conf_destroy(defaults);
}

static void
check_ownership(const struct service_conf *service, struct listen_conf *listen,
    struct complaints *complaints)
{
	struct identity group = { .given = false };
	char	why[256];

	/* Apart, as a path's owner may well have a number only. */
	if (listen->group[0] != '\0' && identity_find("", listen->group, &group, why,
	    sizeof why) != 0)
		complain(complaints, EX_CONFIG, origin_of(listen_rows, "group", listen->origins,
		    &listen->origins[0]), "services.%s.listen.group: %s", service->name, why);
	if (listen->owner[0] != '\0' && identity_find(listen->owner,
	    listen->group[0] != '\0' ? listen->group : "0", &listen->ownership, why,
	    sizeof why) != 0)
		complain(complaints, EX_CONFIG, origin_of(listen_rows, "owner", listen->origins,
		    &listen->origins[0]), "services.%s.listen.owner: %s", service->name, why);
	if (listen->owner[0] == '\0')
		listen->ownership.uid = (uid_t)-1;
	listen->ownership.gid = listen->group[0] != '\0' ? group.gid : (gid_t)-1;
	listen->ownership.given = listen->owner[0] != '\0' || listen->group[0] != '\0';
	identity_finish(&group);
}

/* The same endpoint twice would be a riddle of who gets the client. */
static const struct service_conf *
find_twin(const struct config *config, const struct listen_conf *listen,
    const struct origin **origin)
{
	for (const struct service_conf *s = config->services; s != NULL; s = s->next) {
		for (const struct listen_conf *l = s->listens; l != NULL; l = l->next) {
			if (l == listen)
				return NULL;
			if (strcmp(l->at.text, listen->at.text) != 0 ||
			    (l->at.port == 0 && l->at.path == NULL))
				continue;
			*origin = &l->origins[0];
			return s;
		}
	}
	return NULL;
}

static void
check_listen(const struct config *config, const struct service_conf *service,
    struct listen_conf *listen, struct complaints *complaints)
{
	const struct sockd_handler *h = service->handler;
	const struct origin *twin_origin;
	const struct service_conf *twin = find_twin(config, listen, &twin_origin);

	if (twin != NULL)
		complain(complaints, EX_CONFIG, &listen->origins[0],
		    "services.%s.listen: \"%s\" is taken already, by services.%s in %s:%d",
		    service->name, listen->at.text, twin->name, twin_origin->file,
		    twin_origin->line);
	if (h != NULL && endpoint_is_datagram(&listen->at) && h->answer == NULL)
		complain(complaints, EX_CONFIG, &listen->origins[0],
		    "services.%s.listen: \"%s\": the handler %s serves no datagrams",
		    service->name, listen->at.text, h->name);
	if (h != NULL && !endpoint_is_datagram(&listen->at) && h->serve == NULL)
		complain(complaints, EX_CONFIG, &listen->origins[0],
		    "services.%s.listen: \"%s\": the handler %s serves datagrams only",
		    service->name, listen->at.text, h->name);
	check_options(service, listen, complaints);
	check_ownership(service, listen, complaints);
}

static void
check_identity(const struct config *config, struct service_conf *service,
    struct complaints *complaints)
{
	bool	own = service->user[0] != '\0' || service->group[0] != '\0';
	const char *user = service->user[0] != '\0' ? service->user : config->user;
	const char *group = own ? service->group : config->group;
	char	why[256];

	/* The global identity is for those who start as root and want to be it no longer. */
	if (!own && geteuid() != 0)
		return;
	if (identity_find(user, group, &service->identity, why, sizeof why) == 0)
		return;
	if (own)
		complain(complaints, EX_CONFIG, origin_of(service_rows,
		    service->user[0] != '\0' ? "user" : "group", service->origins,
		    &service->origin), "services.%s: %s", service->name, why);
}

static void
check_service(const struct config *config, struct service_conf *service,
    struct complaints *complaints)
{
	const struct sockd_handler *h = service->handler;
	char	why[256];

	if (service->listens == NULL && service->listen_origin.file == NULL)
		complain(complaints, EX_CONFIG, &service->origin,
		    "services.%s: \"listen\" is missing: the endpoint, such as "
		    "\"tcp://127.0.0.1:9999\"", service->name);
	if (h == NULL && service->handler_origin.file == NULL)
		complain(complaints, EX_CONFIG, &service->origin,
		    "services.%s: \"handler\" is missing: what serves a connection, such as "
		    "\"echo\"", service->name);
	if (h != NULL && h->check != NULL && h->check(service->options, why, sizeof why) != 0)
		complain(complaints, EX_CONFIG, &service->handler_origin,
		    "services.%s.handler: %s", service->name, why);
	for (struct listen_conf *l = service->listens; l != NULL; l = l->next)
		check_listen(config, service, l, complaints);
	check_identity(config, service, complaints);
}

void
config_check(struct config *config, struct complaints *complaints)
{
	const struct origin whole = { config->files.list[0], 0 };
	char	why[256];

	if (config->services == NULL && complaints->n == 0)
		complain(complaints, EX_CONFIG, &whole, "there is no service in it");
	if (geteuid() == 0 && identity_find(config->user, config->group, &config->identity,
	    why, sizeof why) != 0)
		complain(complaints, EX_CONFIG, origin_of(config_rows, "user", config->origins,
		    &whole), "user: %s", why);
	for (struct service_conf *s = config->services; s != NULL; s = s->next)
		check_service(config, s, complaints);
}
