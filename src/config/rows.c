/* SPDX-License-Identifier: MIT */
/* rows.c - the settings that there are */
#include <syslog.h>

#include "config/settings.h"
#include "config/workers.h"

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

static const struct choice ends[] = {
	{ "close", REFUSE_CLOSE },
	{ "reset", REFUSE_RESET },
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
	SIZE(struct service_conf, timeouts.min_rate, "0", 0, 1 << 30, APPLY_WORKERS,
	    "The fewest bytes a second, those that come and those that go together,\n"
	    "that a connection must have moved after ten seconds and from then on;\n"
	    "0 is no limit."),
	AUTO_TIME(struct service_conf, timeouts.hang, "auto", 0, 365 * DAY_MS, APPLY_LIVE,
	    "How long a worker may neither wait nor begin with something else,\n"
	    "also while it starts and when it must leave,\n"
	    "until it is ended as one that hangs; 0 is for ever, and\n.Ql auto\nis 30s."),
	RULES(struct service_conf, allow, "", APPLY_WORKERS,
	    "Who may come, and nobody else; without it, everybody may."),
	RULES(struct service_conf, deny, "", APPLY_WORKERS, "Who may not come."),
	NUMBER(struct service_conf, limits.connections, "0", 0, 1 << 24, APPLY_WORKERS,
	    "The most connections at a time; more wait until there is room."),
	RATE(struct service_conf, limits.rate, "0", 1000000, APPLY_WORKERS,
	    "How often clients are taken, such as\n.Ql 100/s ;\nmore wait."),
	NUMBER(struct service_conf, limits.per_source, "0", 0, 32768, APPLY_WORKERS,
	    "The most connections at a time from one source; more are refused."),
	RATE(struct service_conf, limits.rate_per_source, "0", 1000000, APPLY_WORKERS,
	    "How often a source may come, such as\n.Ql 10/s ;\nmore are refused."),
	NUMBER(struct service_conf, limits.prefix4, "32", 1, 32, APPLY_WORKERS,
	    "How many bits of an IPv4 address make a source."),
	NUMBER(struct service_conf, limits.prefix6, "64", 1, 128, APPLY_WORKERS,
	    "How many bits of an IPv6 address make a source."),
	BOOL(struct service_conf, limits.dry_run, "false", APPLY_WORKERS,
	    "Refuse nobody and let nobody wait, but log who would be."),
	CHOICE(struct service_conf, refuse.how, ends, "close", APPLY_WORKERS,
	    "How the connection of who is refused ends."),
	STRING(struct service_conf, refuse.text, "", APPLY_WORKERS,
	    "What is sent before that."),
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
