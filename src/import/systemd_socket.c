/* SPDX-License-Identifier: MIT */
/* systemd_socket.c - the section [Socket] of systemd.socket(5) to endpoints and their options */
#include <stdlib.h>
#include <string.h>

#include "common/xalloc.h"
#include "import/draft.h"
#include "import/systemd.h"

#define MOST_BACKLOG 65535

/* The URL of an IP endpoint, which the caller frees; *only if it must leave IPv4 alone. */
static char *
inet_url(struct pair *p, const char *scheme, const char *value, bool *only)
{
	const char *v6 = unit_value(&p->socket, "Socket", "BindIPv6Only", "default");
	bool        plain = strcmp(scheme, "tcp") == 0 || strcmp(scheme, "udp") == 0;

	if (strncmp(value, "[::]:", 5) == 0)
		value += 5;
	if (value[strspn(value, "0123456789")] == '\0') {
		*only = strcmp(v6, "ipv6-only") == 0;
		return xasprintf("%s%s://*:%s", scheme, *only && plain ? "6" : "", value);
	}
	return xasprintf("%s%s://%s", scheme,
	    !plain              ? "" :
		value[0] == '[' ? "6" :
				  "4",
	    value);
}

/* Of a key that begins with Listen; the caller frees it. */
static char *
url_of(struct pair *p, const struct unit_line *line, const char *value, bool *only)
{
	bool        datagram = strcmp(line->key, "ListenDatagram") == 0;
	const char *local = datagram                         ? "unixgram" :
	    strcmp(line->key, "ListenSequentialPacket") == 0 ? "seqpacket" :
							       "unix";
	const char *protocol = unit_value(&p->socket, "Socket", "SocketProtocol", "");

	if (value[0] == '/' || value[0] == '@')
		return xasprintf("%s:%s%s", local, value[0] == '/' ? "//" : "", value);
	if (strncmp(value, "vsock:", 6) == 0)
		return xasprintf("vsock://%s%s", value[6] == ':' ? "*" : "", value + 6);
	if (protocol[0] == '\0')
		protocol = datagram ? "udp" : "tcp";
	return inet_url(p, protocol, value, only);
}

static void
add_listen(struct pair *p, const struct unit_line *line)
{
	struct place place = unit_place(line);
	char        *value = unit_expand(p->draft, &p->socket, line, line->value), *url;
	struct listen_conf *listen;
	bool                only = false;

	url = url_of(p, line, value, &only);
	listen = draft_listen(p->draft, &place, url);
	if (listen != NULL && only)
		draft_listen_set(p->draft, &place, "v6only", "true", draft_fits_ipv6);
	free(url);
	free(value);
}

int
socket_listen(struct pair *p)
{
	for (size_t i = 0; i < p->socket.n; i++) {
		const struct unit_line *line = &p->socket.lines[i];

		if (strcmp(line->section, "Socket") == 0 &&
		    (strcmp(line->key, "ListenStream") == 0 ||
			strcmp(line->key, "ListenDatagram") == 0 ||
			strcmp(line->key, "ListenSequentialPacket") == 0))
			add_listen(p, line);
	}
	return p->draft->conf->listens != NULL ? 0 : -1;
}

/* Those endpoints that an option of sockd is for. */
static void
set_option(
    struct pair *p, const struct unit_line *line, const char *option, const char *value)
{
	static const struct {
		const char *option;
		bool (*fits)(const struct endpoint *);
	} fits[] = { { "backlog", draft_fits_stream }, { "keepalive", endpoint_is_tcp },
		{ "nodelay", endpoint_is_tcp }, { "defer_accept", endpoint_is_tcp },
		{ "reuseport", draft_fits_host }, { "freebind", draft_fits_host },
		{ "device", endpoint_is_inet }, { "mark", endpoint_is_inet },
		{ "tos", endpoint_is_inet }, { "mode", endpoint_is_path },
		{ "owner", endpoint_is_path }, { "group", endpoint_is_path },
		{ "receive_buffer", draft_fits_all }, { "send_buffer", draft_fits_all } };
	struct place place = unit_place(line);

	for (size_t i = 0; i < sizeof fits / sizeof *fits; i++)
		if (strcmp(fits[i].option, option) == 0)
			draft_listen_set(p->draft, &place, option, value, fits[i].fits);
}

static void
take_option(struct pair *p, const struct unit_line *line, const char *option)
{
	char *value = unit_expand(p->draft, &p->socket, line, line->value);

	set_option(p, line, option, value);
	free(value);
}

static void
take_bool(struct pair *p, const struct unit_line *line, const char *option)
{
	bool is;

	if (unit_bool(p->draft, line, &is) == 0 && is)
		set_option(p, line, option, "true");
}

static void
take_time(struct pair *p, const struct unit_line *line, const char *option)
{
	char *value = unit_time(p->draft, line, line->value);

	if (value != NULL)
		set_option(p, line, option, value);
	free(value);
}

static void
take_size(struct pair *p, const struct unit_line *line, const char *option)
{
	char *value = unit_size(p->draft, line, line->value);

	if (value != NULL)
		set_option(p, line, option, value);
	free(value);
}

/* False, and told. */
static bool
is_number(struct pair *p, const struct unit_line *line)
{
	const char *value = line->value;
	bool        is = value[0] != '\0' && value[strspn(value, "0123456789")] == '\0';

	if (!is)
		draft_wrong(p->draft, &line->at, "%s: must be a number", line->key);
	return is;
}

/* More than there can be is as many as there can be. */
static void
take_backlog(struct pair *p, const struct unit_line *line, const char *option)
{
	unsigned long long n = strtoull(line->value, NULL, 10);

	if (!is_number(p, line))
		return;
	set_option(p, line, option, n > MOST_BACKLOG ? "65535" : line->value);
}

static void
take_tos(struct pair *p, const struct unit_line *line, const char *option)
{
	static const char *const names[][2] = { { "low-delay", "16" },
		{ "throughput", "8" }, { "reliability", "4" }, { "low-cost", "2" } };
	const char              *value = line->value;

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(names[i][0], value) == 0)
			value = names[i][1];
	set_option(p, line, option, value);
}

/* They mean nothing where the program accepts. */
static void
take_limit(struct pair *p, const struct unit_line *line, const char *setting)
{
	struct place place = unit_place(line);

	if (is_number(p, line) && p->accepts)
		draft_set(p->draft, &place, setting, line->value);
}

/* "BURST in INTERVAL" as a rate; more wait, where systemd gives the socket up. */
static void
take_trigger(struct pair *p, const struct unit_line *line, const char *argument)
{
	static const char *const burst = "TriggerLimitBurst",
				 *interval = "TriggerLimitIntervalSec";
	struct place            place = unit_place(line);
	const struct unit_line *other = unit_find(&p->socket, "Socket", interval);
	double                  ms, n;
	char                   *time, *rate;

	(void)argument;
	if (strcmp(line->key, burst) == 0 && (!is_number(p, line) || other != NULL))
		return; /* both at once, by the other one */
	time =
	    other != NULL ? unit_time(p->draft, other, other->value) : xstrdup("2000ms");
	ms = time != NULL ? strtod(time, NULL) : 0;
	n = strtod(
	    unit_value(&p->socket, "Socket", burst, p->accepts ? "200" : "20"), NULL);
	rate =
	    xasprintf("%.0f/%s", n * (n >= ms / 1000 ? 1000 : 60000) / (ms > 0 ? ms : 1),
		n >= ms / 1000 ? "s" : "min");
	if (time != NULL && !p->accepts)
		draft_lose(p->draft, &place,
		    "a program that ends is started again after a pause that grows");
	else if (n > 0 && ms > 0)
		draft_set(p->draft, &place, "limits.rate", rate);
	free(rate);
	free(time);
}

/* It is the name of the only or the first one, in what the program is told. */
static void
take_name(struct pair *p, const struct unit_line *line, const char *argument)
{
	(void)argument;
	if (!p->accepts)
		pair_lose(p, line, "LISTEN_FDNAMES has names that sockd gives");
}

static void
take_removal(struct pair *p, const struct unit_line *line, const char *argument)
{
	bool is;

	(void)argument;
	if (unit_bool(p->draft, line, &is) == 0 && !is && p->draft->conf->listens != NULL)
		draft_note(p->draft, &line->at,
		    "%s: sockd removes the socket paths that it made", line->text);
}

static const struct unit_key keys[] = {
	{ "ListenStream", NULL, NULL },
	{ "ListenDatagram", NULL, NULL },
	{ "ListenSequentialPacket", NULL, NULL },
	{ "ListenFIFO", pair_lose, "sockd serves sockets, no FIFOs" },
	{ "ListenSpecial", pair_lose, "sockd serves sockets, no devices" },
	{ "ListenNetlink", pair_lose, "sockd has no netlink sockets" },
	{ "ListenMessageQueue", pair_lose, "sockd serves sockets, no message queues" },
	{ "ListenUSBFunction", pair_lose, "sockd serves sockets, no USB" },
	{ "SocketProtocol", NULL, NULL },
	{ "BindIPv6Only", NULL, NULL },
	{ "Backlog", take_backlog, "backlog" },
	{ "BindToDevice", take_option, "device" },
	{ "SocketUser", take_option, "owner" },
	{ "SocketGroup", take_option, "group" },
	{ "SocketMode", take_option, "mode" },
	{ "DirectoryMode", pair_lose, "sockd makes no directories; tmpfiles.d(5) does" },
	{ "Accept", NULL, NULL },
	{ "Writable", pair_lose_if_yes, "sockd serves sockets, no devices" },
	{ "FlushPending", pair_lose_if_yes, "who waits is served" },
	{ "MaxConnections", take_limit, "limits.connections" },
	{ "MaxConnectionsPerSource", take_limit, "limits.per_source" },
	{ "KeepAlive", take_bool, "keepalive" },
	{ "KeepAliveTimeSec", pair_lose, "see tcp_keepalive_time in tcp(7)" },
	{ "KeepAliveIntervalSec", pair_lose, "see tcp_keepalive_intvl in tcp(7)" },
	{ "KeepAliveProbes", pair_lose, "see tcp_keepalive_probes in tcp(7)" },
	{ "NoDelay", take_bool, "nodelay" },
	{ "DeferAcceptSec", take_time, "defer_accept" },
	{ "ReceiveBuffer", take_size, "receive_buffer" },
	{ "SendBuffer", take_size, "send_buffer" },
	{ "IPTOS", take_tos, "tos" },
	{ "Mark", take_option, "mark" },
	{ "ReusePort", take_bool, "reuseport" },
	{ "FreeBind", take_bool, "freebind" },
	{ "Transparent", pair_lose_if_yes, "sockd has no such option" },
	{ "Broadcast", pair_lose_if_yes, "sockd has no such option" },
	{ "PassCredentials", pair_lose_if_yes, "let the program set SO_PASSCRED" },
	{ "PassSecurity", pair_lose_if_yes, "let the program set SO_PASSSEC" },
	{ "PassPacketInfo", pair_lose_if_yes, "let the program set IP_PKTINFO" },
	{ "TriggerLimitIntervalSec", take_trigger, NULL },
	{ "TriggerLimitBurst", take_trigger, NULL },
	{ "TimeoutSec", NULL, NULL },
	{ "Service", NULL, NULL },
	{ "RemoveOnStop", take_removal, NULL },
	{ "FileDescriptorName", take_name, NULL },
	{ "ExecStartPre", pair_lose,
	    "sockd runs nothing beside; put it into sockd.service" },
	{ "ExecStartPost", pair_lose,
	    "sockd runs nothing beside; put it into sockd.service" },
	{ "ExecStopPre", pair_lose,
	    "sockd runs nothing beside; put it into sockd.service" },
	{ "ExecStopPost", pair_lose,
	    "sockd runs nothing beside; put it into sockd.service" },
	{ NULL, NULL, NULL },
};

static void
take_other(struct pair *p, const struct unit_line *line)
{
	pair_lose(p, line,
	    strncmp(line->key, "IPAddress", 9) == 0 ?
		"use allow and deny; until then everybody may come" :
		"sockd has no such option of sockets");
}

void
socket_take(struct pair *p)
{
	struct place place = { p->draft->origin, "MaxConnections" };

	pair_take(p, &p->socket, "Socket", keys, take_other);
	if (p->accepts && unit_find(&p->socket, "Socket", "MaxConnections") == NULL)
		draft_set(p->draft, &place, "limits.connections", "64");
}
