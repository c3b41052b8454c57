/* SPDX-License-Identifier: MIT */
/* settings.c - the rows of every setting, and the structs that they fill */
#include "config/settings.h"

#include <stdlib.h>
#include <string.h>
#include <syslog.h>

#include "common/address.h"
#include "common/xalloc.h"
#include "config/workers.h"
#include "sockd.h"

#define DAY_MS (24LL * 60 * 60 * 1000)
#define GIB    (1LL << 30)
#define TIB    (1LL << 40)

static const struct choice facilities[] = {
	{ "auth", LOG_AUTH },
	{ "authpriv", LOG_AUTHPRIV },
	{ "cron", LOG_CRON },
	{ "daemon", LOG_DAEMON },
	{ "ftp", LOG_FTP },
	{ "lpr", LOG_LPR },
	{ "mail", LOG_MAIL },
	{ "news", LOG_NEWS },
	{ "syslog", LOG_SYSLOG },
	{ "user", LOG_USER },
	{ "uucp", LOG_UUCP },
	{ "local0", LOG_LOCAL0 },
	{ "local1", LOG_LOCAL1 },
	{ "local2", LOG_LOCAL2 },
	{ "local3", LOG_LOCAL3 },
	{ "local4", LOG_LOCAL4 },
	{ "local5", LOG_LOCAL5 },
	{ "local6", LOG_LOCAL6 },
	{ "local7", LOG_LOCAL7 },
	{ NULL, 0 },
};

static const struct choice levels[] = {
	{ "error", LOG_ERR },
	{ "warning", LOG_WARNING },
	{ "notice", LOG_NOTICE },
	{ "info", LOG_INFO },
	{ "debug", LOG_DEBUG },
	{ NULL, 0 },
};

static const struct choice tristates[] = {
	{ "auto", TRISTATE_AUTO },
	{ "true", TRISTATE_YES },
	{ "false", TRISTATE_NO },
	{ NULL, 0 },
};

/*
 * To add a setting: a field in settings.h, a row here, dev/manual, a test.
 * The help is mdoc, a sentence or two.
 */
const struct setting config_rows[] = {
	STRING(struct config, user, "nobody", APPLY_WORKERS,
	    "The user that workers run as when\n.Nm sockd\nis started as root."),
	STRING(struct config, group, "", APPLY_WORKERS,
	    "The group that workers run as; without it, the user's own."),
	PATH(struct config, pid_file, "/run/" SOCKD ".pid", APPLY_RESTART,
	    "Where the master writes its process number, and which it keeps locked.\n"
	    "In the foreground it is written only if this is set."),
	STRINGS(struct config, include, "", APPLY_LIVE,
	    "Patterns, as in\n.Xr glob 7 ,\nof more files with services, read in the "
	    "order of\n"
	    "their names."),
	CHOICE(struct config, log.facility, facilities, "daemon", APPLY_WORKERS,
	    "The facility of every line in\n.Xr syslog 3 ."),
	CHOICE(struct config, log.level, levels, "info", APPLY_WORKERS,
	    "Lines less urgent than this are not logged."),
	STRING(struct config, log.identity, SOCKD, APPLY_WORKERS,
	    "The name in front of every line in\n.Xr syslog 3 ."),
	ROWS_END,
};

const struct setting service_rows[] = {
	AUTO_NUMBER(struct service_conf, workers.min, "auto", 0, WORKERS_MOST, APPLY_LIVE,
	    "The fewest workers that the pool has;\n.Ql auto\nis one per CPU and at "
	    "least 2.\nWith 0 the first is started when a client comes,\nand the last "
	    "one leaves when none has come for some seconds."),
	AUTO_NUMBER(struct service_conf, workers.max, "auto", 1, WORKERS_MOST, APPLY_LIVE,
	    "The most workers that the pool has;\n.Ql auto\nis as many as the fewest, "
	    "so that the pool is of fixed size, and as\n.Ic workers.min\nhas it by "
	    "default where that is 0."),
	AUTO_NUMBER(struct service_conf, workers.spare, "auto", 0, WORKERS_MOST,
	    APPLY_LIVE,
	    "How many workers shall be idle in a pool that can grow,\nready for the "
	    "next clients;\n.Ql auto\nis 1, or 0 where\n.Ic workers.min\nis 0."),
	NUMBER(struct service_conf, workers.connections, "1", 1, WORKERS_CONNECTIONS_MOST,
	    APPLY_WORKERS,
	    "How many connections a worker serves at a time, by turns.\n"
	    "With 1 it costs the least and a handler may take its time; with more,\n"
	    "thousands of connections that are mostly idle need few processes."),
	NUMBER(struct service_conf, workers.recycle, "0", 0, 1 << 30, APPLY_WORKERS,
	    "After about so many connections and datagrams a worker is replaced by a "
	    "new one,\nagainst leaks; 0 is never."),
	TIME(struct service_conf, timeouts.idle, "60s", 0, 365 * DAY_MS, APPLY_WORKERS,
	    "The longest wait for the client to send or to take something."),
	TIME(struct service_conf, timeouts.lifetime, "0", 0, 365 * DAY_MS, APPLY_WORKERS,
	    "The longest life of a connection, however busy it is."),
	TIME(struct service_conf, timeouts.drain, "30s", 0, 365 * DAY_MS, APPLY_WORKERS,
	    "How long a worker that must leave may go on with what it serves."),
	STRING(struct service_conf, user, "", APPLY_WORKERS,
	    "The user that this service's workers run as, instead of the global one."),
	STRING(struct service_conf, group, "", APPLY_WORKERS,
	    "The group that this service's workers run as, instead of the user's own."),
	PATH(struct service_conf, directory, "/", APPLY_WORKERS,
	    "The working directory, below\n.Ic chroot\nif that is set."),
	PATH(struct service_conf, chroot, "", APPLY_WORKERS,
	    "The directory that is the root of the file system for the workers."),
	MODE(struct service_conf, umask, "022", 0777, APPLY_WORKERS,
	    "The permissions that files made by the workers do not get."),
	NUMBER(struct service_conf, nice, "0", -20, 19, APPLY_WORKERS,
	    "What is added to the workers' niceness, see\n.Xr nice 2 ."),
	AUTO_NUMBER(struct service_conf, rlimits.nofile, "auto", 16, 1 << 30,
	    APPLY_WORKERS,
	    "Most open descriptors of a worker.\nIn this group\n.Ql auto\n"
	    "is what sockd was started with, see\n.Xr setrlimit 2 ."),
	AUTO_NUMBER(struct service_conf, rlimits.nproc, "auto", 1, 1 << 30, APPLY_WORKERS,
	    "Most processes of the workers' user."),
	AUTO_SIZE(struct service_conf, rlimits.as, "auto", 1 << 20, TIB, APPLY_WORKERS,
	    "Most address space of a worker."),
	AUTO_SIZE(struct service_conf, rlimits.data, "auto", 1 << 20, TIB, APPLY_WORKERS,
	    "Most data of a worker."),
	AUTO_SIZE(struct service_conf, rlimits.fsize, "auto", 0, TIB, APPLY_WORKERS,
	    "Largest file that a worker may write."),
	AUTO_SIZE(struct service_conf, rlimits.stack, "auto", 1 << 16, GIB, APPLY_WORKERS,
	    "Largest stack of a worker."),
	AUTO_SIZE(struct service_conf, rlimits.core, "auto", 0, TIB, APPLY_WORKERS,
	    "Largest core file of a worker."),
	AUTO_SIZE(struct service_conf, rlimits.memlock, "auto", 0, TIB, APPLY_WORKERS,
	    "Most memory that a worker may lock."),
	AUTO_NUMBER(struct service_conf, rlimits.cpu, "auto", 1, 1 << 30, APPLY_WORKERS,
	    "Most seconds of CPU time of a worker."),
	BOOL(struct service_conf, log_connections, "true", APPLY_WORKERS,
	    "Log a line, at level info, for every finished connection."),
	ROWS_END,
};

const struct setting listen_rows[] = {
	ENDPOINT(struct listen_conf, at, APPLY_LISTEN, "The endpoint."),
	NUMBER(struct listen_conf, backlog, "511", 1, 65535, APPLY_LISTEN,
	    "How many connections may wait to be accepted, see\n.Xr listen 2 ."),
	CHOICE(struct listen_conf, v6only, tristates, "auto", APPLY_RESTART,
	    "Whether an IPv6 socket leaves IPv4 alone;\n.Ql auto\nis true but for the "
	    "host\n"
	    ".Ql * ."),
	BOOL(struct listen_conf, reuseport, "false", APPLY_RESTART,
	    "Let other programs' sockets share the address\n.Pq Dv SO_REUSEPORT ."),
	TIME(struct listen_conf, defer_accept, "0", 0, 300 * 1000, APPLY_LISTEN,
	    "Accept a connection only when it has brought data or this time is over\n"
	    ".Pq Dv TCP_DEFER_ACCEPT ,\nfor handlers that read first."),
	NUMBER(struct listen_conf, fastopen, "0", 0, 65535, APPLY_LISTEN,
	    "How many connections may bring data before they are complete\n"
	    ".Pq Dv TCP_FASTOPEN ;\n0 is none."),
	BOOL(struct listen_conf, keepalive, "false", APPLY_LISTEN,
	    "Find out when an idle peer is gone\n.Pq Dv SO_KEEPALIVE ."),
	BOOL(struct listen_conf, nodelay, "false", APPLY_LISTEN,
	    "Send small writes at once\n.Pq Dv TCP_NODELAY ."),
	STRING(struct listen_conf, device, "", APPLY_RESTART,
	    "Take only what comes in through this network interface\n"
	    ".Pq Dv SO_BINDTODEVICE ."),
	BOOL(struct listen_conf, freebind, "false", APPLY_RESTART,
	    "Listen even on an address that the machine does not have yet\n"
	    ".Pq Dv IP_FREEBIND ."),
	NUMBER(struct listen_conf, mark, "0", 0, 2147483647, APPLY_LISTEN,
	    "The firewall's mark on outgoing packets\n.Pq Dv SO_MARK ."),
	AUTO_NUMBER(struct listen_conf, tos, "auto", 0, 255, APPLY_LISTEN,
	    "The type of service on outgoing packets\n.Pq Dv IP_TOS , IPV6_TCLASS ;\n"
	    ".Ql auto\nis the kernel's."),
	AUTO_SIZE(struct listen_conf, receive_buffer, "auto", 1024, GIB, APPLY_RESTART,
	    "The kernel's buffer for what comes in\n.Pq Dv SO_RCVBUF ."),
	AUTO_SIZE(struct listen_conf, send_buffer, "auto", 1024, GIB, APPLY_RESTART,
	    "The kernel's buffer for what goes out\n.Pq Dv SO_SNDBUF ."),
	MODE(struct listen_conf, mode, "666", 0777, APPLY_LISTEN,
	    "The permissions of a socket path: who can write can connect."),
	STRING(struct listen_conf, owner, "", APPLY_LISTEN,
	    "The user that owns a socket path; without it, the one that started sockd."),
	STRING(struct listen_conf, group, "", APPLY_LISTEN,
	    "The group that owns a socket path."),
	ROWS_END,
};

struct listen_conf *
listen_conf_create(void)
{
	struct listen_conf *listen = xcalloc(1, sizeof *listen);

	listen->origins = xcalloc(setting_number(listen_rows), sizeof *listen->origins);
	setting_preset(listen_rows, listen);
	return listen;
}

void
listen_conf_destroy(struct listen_conf *listen)
{
	if (listen == NULL)
		return;
	setting_finish(listen_rows, listen);
	identity_finish(&listen->ownership);
	free(listen->addresses);
	free(listen->origins);
	free(listen);
}

struct service_conf *
service_conf_create(const char *name)
{
	struct service_conf *service = xcalloc(1, sizeof *service);

	service->name = xstrdup(name);
	service->origins =
	    xcalloc(setting_number(service_rows), sizeof *service->origins);
	setting_preset(service_rows, service);
	return service;
}

void
service_conf_create_options(struct service_conf *service)
{
	const struct sockd_handler *h = service->handler;

	if (h->settings == NULL)
		return;
	service->options = xcalloc(1, h->options_size);
	service->option_origins =
	    xcalloc(setting_number(h->settings), sizeof *service->option_origins);
	setting_preset(h->settings, service->options);
}

void
service_conf_destroy(struct service_conf *service)
{
	struct listen_conf *listen;

	if (service == NULL)
		return;
	while ((listen = service->listens) != NULL) {
		service->listens = listen->next;
		listen_conf_destroy(listen);
	}
	if (service->options != NULL)
		setting_finish(service->handler->settings, service->options);
	setting_finish(service_rows, service);
	identity_finish(&service->identity);
	free(service->options);
	free(service->option_origins);
	free(service->origins);
	free(service->name);
	free(service);
}

struct service_conf *
service_conf_find(const struct config *config, const char *name)
{
	struct service_conf *service = config->services;

	while (service != NULL && strcmp(service->name, name) != 0)
		service = service->next;
	return service;
}

static enum apply
more(enum apply a, enum apply b)
{
	return a > b ? a : b;
}

/* Name servers may give their answers in any order. */
bool
listen_conf_same_addresses(const struct listen_conf *a, const struct listen_conf *b)
{
	int found = 0;

	for (int i = 0; i < a->n_addresses; i++)
		for (int j = 0; j < b->n_addresses; j++)
			found += address_same(&a->addresses[i], &b->addresses[j]);
	return a->n_addresses == b->n_addresses && found == a->n_addresses;
}

static enum apply
listens_diff(const struct listen_conf *a, const struct listen_conf *b)
{
	enum apply most = APPLY_NOTHING;

	for (; a != NULL && b != NULL; a = a->next, b = b->next) {
		if (!listen_conf_same_addresses(a, b) || !setting_same(listen_rows, a, b))
			most = more(most, APPLY_LISTEN);
		most = more(most, setting_diff(listen_rows, a, b));
	}
	return a != b ? more(most, APPLY_LISTEN) : most;
}

enum apply
service_conf_diff(const struct service_conf *a, const struct service_conf *b)
{
	enum apply most = setting_diff(service_rows, a, b);

	if (a->handler != b->handler)
		most = more(most, APPLY_WORKERS);
	else if (a->options != NULL)
		most = more(
		    most, setting_diff(a->handler->settings, a->options, b->options));
	if (!identity_same(&a->identity, &b->identity))
		most = more(most, APPLY_WORKERS);
	return more(most, listens_diff(a->listens, b->listens));
}

void
service_conf_print_changes(
    const struct service_conf *a, const struct service_conf *b, FILE *f)
{
	const char *between = "";

	if (setting_print_changes(service_rows, "", a, b, f) > 0)
		between = ", ";
	if (a->handler != b->handler) {
		fprintf(
		    f, "%shandler %s -> %s", between, a->handler->name, b->handler->name);
		between = ", ";
	} else if (a->options != NULL &&
	    setting_diff(a->handler->settings, a->options, b->options) != APPLY_NOTHING) {
		fputs(between, f);
		setting_print_changes(
		    a->handler->settings, "handler.", a->options, b->options, f);
		between = ", ";
	}
	if (listens_diff(a->listens, b->listens) != APPLY_NOTHING) {
		fprintf(f, "%slisten changed", between);
		between = ", ";
	}
	if (!identity_same(&a->identity, &b->identity))
		fprintf(f, "%sidentity changed", between);
}

struct config *
settings_create(void)
{
	struct config *config = xcalloc(1, sizeof *config);

	config->origins = xcalloc(setting_number(config_rows), sizeof *config->origins);
	setting_preset(config_rows, config);
	return config;
}

void
settings_destroy(struct config *config)
{
	struct service_conf *service;

	if (config == NULL)
		return;
	while ((service = config->services) != NULL) {
		config->services = service->next;
		service_conf_destroy(service);
	}
	setting_finish(config_rows, config);
	identity_finish(&config->identity);
	strings_finish(&config->files);
	free(config->directory);
	free(config->origins);
	free(config);
}
