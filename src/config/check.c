/* SPDX-License-Identifier: MIT */
/* check.c - do the settings fit together? load.c has checked each by itself */
#include "config/check.h"

#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sysexits.h>
#include <unistd.h>

#include "common/address.h"
#include "common/inherited.h"
#include "config/complaint.h"
#include "config/check_program.h"
#include "config/settings.h"
#include "config/workers.h"
#include "sockd.h"

/* Options that only some sockets have: a wrong one would be ignored in silence. */
static void
check_options(const struct service_conf *service, const struct listen_conf *listen,
    struct complaints *complaints)
{
	enum { PATHS, TCP, HOSTS, INET, INET6, STREAMS, OPENED };
	static const char *const what[] = { "socket paths", "tcp and mptcp endpoints",
		"endpoints with a host", "IP endpoints", "IPv6 addresses", "connections",
		"sockets that sockd opens itself" };
	static const struct {
		const char *name;
		int         for_what;
	} needs[] = {
		{ "mode", PATHS },
		{ "owner", PATHS },
		{ "group", PATHS },
		{ "defer_accept", TCP },
		{ "fastopen", TCP },
		{ "nodelay", TCP },
		{ "keepalive", TCP },
		{ "v6only", INET6 },
		{ "reuseport", HOSTS },
		{ "device", INET },
		{ "freebind", HOSTS },
		{ "mark", INET },
		{ "tos", INET },
		{ "backlog", STREAMS },
		{ "receive_buffer", OPENED },
		{ "send_buffer", OPENED },
	};
	struct listen_conf *defaults = listen_conf_create();
	bool                inet = endpoint_is_inet(&listen->at);
	bool                opened = !endpoint_is_inherited(&listen->at);
	const bool          is[] = { [PATHS] = endpoint_is_path(&listen->at),
			 [TCP] = endpoint_is_tcp(&listen->at),
			 [HOSTS] = listen->at.host != NULL,
			 [INET] = inet,
			 [INET6] = inet && listen->at.transport->family != AF_INET,
			 [STREAMS] = opened && !endpoint_is_datagram(&listen->at),
			 [OPENED] = opened };

	for (size_t i = 0; i < sizeof needs / sizeof *needs; i++) {
		const struct setting *row = setting_find(listen_rows, needs[i].name);
		const struct origin  *origin = &listen->origins[row - listen_rows];

		if (!setting_same(row, listen, defaults) && !is[needs[i].for_what])
			complain(complaints, EX_CONFIG, origin,
			    "services.%s.listen.%s: is for %s, not for \"%s\"",
			    service->name, needs[i].name,
			    what[opened ? needs[i].for_what : OPENED], listen->at.text);
	}
	listen_conf_destroy(defaults);
}

static void
check_ownership(const struct service_conf *service, struct listen_conf *listen,
    struct complaints *complaints)
{
	struct identity      owner = { .uid = (uid_t)-1 }, group = { .gid = (gid_t)-1 };
	const struct origin *at = &listen->origins[0];
	const char          *bad;
	char                 why[256];

	/* Apart, and an owner with any group, as a number alone is enough for a file. */
	if (listen->group[0] != '\0' &&
	    identity_find("", listen->group, &group, &bad, why, sizeof why) != 0)
		complain(complaints, EX_CONFIG,
		    setting_origin(listen_rows, "group", listen->origins, at),
		    "services.%s.listen.group: %s", service->name, why);
	if (listen->owner[0] != '\0' &&
	    identity_find(listen->owner, "0", &owner, &bad, why, sizeof why) != 0)
		complain(complaints, EX_CONFIG,
		    setting_origin(listen_rows, "owner", listen->origins, at),
		    "services.%s.listen.owner: %s", service->name, why);
	listen->ownership.given = listen->owner[0] != '\0' || listen->group[0] != '\0';
	listen->ownership.uid = owner.uid;
	listen->ownership.gid = group.gid;
	identity_finish(&owner);
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
			    endpoint_wants_any_port(&l->at))
				continue;
			*origin = &l->origins[0];
			return s;
		}
	}
	return NULL;
}

static void
check_handler(const struct service_conf *service, const struct listen_conf *listen,
    bool is_datagram, struct complaints *complaints)
{
	const struct sockd_handler *h = service->handler;

	if (h != NULL && is_datagram && h->answer_waits &&
	    service->workers.connections > 1)
		complain(complaints, EX_CONFIG, &listen->origins[0],
		    "services.%s.listen: \"%s\": the handler %s answers one datagram at "
		    "a "
		    "time; set workers.connections = 1 and more workers, or make it two "
		    "services",
		    service->name, listen->at.text, h->name);
	if (h == NULL || workers_keep(service) != SOCKD_KEEPS_NONE ||
	    (is_datagram ? h->answer != NULL : h->serve != NULL))
		return;
	complain(complaints, EX_CONFIG, &listen->origins[0],
	    "services.%s.listen: \"%s\": the handler %s serves %s", service->name,
	    listen->at.text, h->name, is_datagram ? "no datagrams" : "datagrams only");
}

void
config_check_inherited(const struct service_conf *service,
    const struct listen_conf *listen, struct complaints *complaints)
{
	for (int i = 0; i < listen->n_addresses; i++)
		check_handler(service, listen,
		    inherited_find(&listen->addresses[i])->is_datagram, complaints);
}

static void
check_listen(const struct config *config, const struct service_conf *service,
    struct listen_conf *listen, struct complaints *complaints)
{
	const struct origin       *twin_origin;
	const struct service_conf *twin = find_twin(config, listen, &twin_origin);

	if (twin != NULL)
		complain(complaints, EX_CONFIG, &listen->origins[0],
		    "services.%s.listen: \"%s\" is taken already, by services.%s in "
		    "%s:%d",
		    service->name, listen->at.text, twin->name, twin_origin->file,
		    twin_origin->line);
	if (!endpoint_is_inherited(&listen->at))
		check_handler(
		    service, listen, endpoint_is_datagram(&listen->at), complaints);
	check_options(service, listen, complaints);
	check_ownership(service, listen, complaints);
}

static void
check_identity(const struct config *config, struct service_conf *service,
    struct complaints *complaints)
{
	bool        own = service->user[0] != '\0' || service->group[0] != '\0';
	const char *user = service->user[0] != '\0' ? service->user : config->user;
	const char *group = own ? service->group : config->group;
	const char *bad;
	char        why[256];

	/* The global identity is for those who start as root and want to be it no longer. */
	if (!own && geteuid() != 0)
		return;
	if (identity_find(user, group, &service->identity, &bad, why, sizeof why) == 0)
		return;
	/* What is wrong with the global one is told once, in check_globals. */
	if (own && (strcmp(bad, "group") == 0 || service->user[0] != '\0'))
		complain(complaints, EX_CONFIG,
		    setting_origin(service_rows, bad, service->origins, &service->origin),
		    "services.%s.%s: %s", service->name, bad, why);
}

/* A worker raises its limit as far as it may, see sandbox.c. */
static void
check_descriptors(const struct service_conf *service, struct complaints *complaints)
{
	long long     needs = workers_descriptors(service);
	bool          is_set = service->rlimits.nofile != -1;
	struct rlimit limit;

	if (service->workers.connections == 1 || getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return;
	if (is_set)
		limit.rlim_max = (rlim_t)service->rlimits.nofile;
	if (limit.rlim_max == RLIM_INFINITY || needs <= (long long)limit.rlim_max)
		return;
	complain(complaints, EX_CONFIG,
	    setting_origin(
		service_rows, "workers.connections", service->origins, &service->origin),
	    "services.%s.workers.connections: %lld: needs %lld descriptors, and %s "
	    "allows "
	    "%lld",
	    service->name, service->workers.connections, needs,
	    is_set ? "rlimits.nofile" :
		     "the limit of this process (ulimit -Hn, LimitNOFILE)",
	    (long long)limit.rlim_max);
}

/* Three numbers that must fit together. */
static void
check_workers(const struct service_conf *service, struct complaints *complaints)
{
	int min = workers_min(service), max = workers_max(service);
	int spare = workers_spare(service);

	if (max < min)
		complain(complaints, EX_CONFIG,
		    setting_origin(
			service_rows, "workers.max", service->origins, &service->origin),
		    "services.%s.workers.max: %d: must be at least workers.min, which is "
		    "%d",
		    service->name, max, min);
	check_descriptors(service, complaints);
	if (spare > max)
		complain(complaints, EX_CONFIG,
		    setting_origin(service_rows, "workers.spare", service->origins,
			&service->origin),
		    "services.%s.workers.spare: %d: must be at most workers.max, which "
		    "is %d",
		    service->name, spare, max);
}

static void
check_service(const struct config *config, struct service_conf *service,
    struct complaints *complaints)
{
	const struct sockd_handler *h = service->handler;
	char                        why[256];

	if (service->listens == NULL && service->listen_origin.file == NULL)
		complain(complaints, EX_CONFIG, &service->origin,
		    "services.%s: \"listen\" is missing: the endpoint, such as "
		    "\"tcp://127.0.0.1:9999\"",
		    service->name);
	if (h == NULL && service->handler_origin.file == NULL)
		complain(complaints, EX_CONFIG, &service->origin,
		    "services.%s: \"handler\" is missing: what serves a connection, such "
		    "as "
		    "\"echo\"",
		    service->name);
	if (service->directory[0] == '\0')
		complain(complaints, EX_CONFIG,
		    setting_origin(
			service_rows, "directory", service->origins, &service->origin),
		    "services.%s.directory: must not be empty", service->name);
	if (h != NULL && h->check != NULL && !service->bad_options &&
	    h->check(service->options, why, sizeof why) != 0) {
		complain(complaints, EX_CONFIG, &service->handler_origin,
		    "services.%s.handler: %s", service->name, why);
		h = NULL;
	}
	for (struct listen_conf *l = service->listens; l != NULL; l = l->next)
		check_listen(config, service, l, complaints);
	check_identity(config, service, complaints);
	if (h != NULL && !service->bad_options)
		config_check_program(service, complaints);
	check_workers(service, complaints);
	config_check_admission(service, complaints);
}

/* It stands in every line, in front of "[PID]:". */
static bool
is_good_identity(const char *identity)
{
	size_t length = strlen(identity);

	for (size_t i = 0; i < length; i++)
		if ((unsigned char)identity[i] < ' ' || identity[i] == 0x7f)
			return false;
	return length >= 1 && length <= 48;
}

static void
check_globals(
    struct config *config, const struct origin *whole, struct complaints *complaints)
{
	const char *bad = "user";
	char        why[256];

	if (!is_good_identity(config->log.identity))
		complain(complaints, EX_CONFIG,
		    setting_origin(config_rows, "log.identity", config->origins, whole),
		    "log.identity: must be 1 to 48 printable characters");
	if (geteuid() != 0)
		return;
	if (config->user[0] == '\0')
		snprintf(why, sizeof why,
		    "must not be empty; \"root\" if the workers shall be that");
	else if (identity_find(config->user, config->group, &config->identity, &bad, why,
		     sizeof why) == 0)
		return;
	complain(complaints, EX_CONFIG,
	    setting_origin(config_rows, bad, config->origins, whole), "%s: %s", bad, why);
}

void
config_check(struct config *config, struct complaints *complaints)
{
	const struct origin whole = { config->files.list[0], 0 };

	if (config->services == NULL && complaints->n == 0)
		complain(complaints, EX_CONFIG, &whole, "there is no service in it");
	check_globals(config, &whole, complaints);
	for (struct service_conf *s = config->services; s != NULL; s = s->next)
		check_service(config, s, complaints);
}
