/* SPDX-License-Identifier: MIT */
/* inetd_socket.c - the first fields of an entry of inetd.conf to endpoints */
#include "import/inetd.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "common/xalloc.h"
#include "import/import.h"
#include "import/word.h"

/* What a protocol's name says beside the kind of socket. */
struct protocol {
	const char *name, *scheme, *v6only;
};

static const struct protocol protocols[] = {
	{ "tcp", "tcp", NULL },
	{ "tcp4", "tcp4", NULL },
	{ "tcp6", "tcp6", "true" },
	{ "tcp6only", "tcp6", "true" },
	{ "tcp46", "tcp", NULL },
	{ "udp", "udp", NULL },
	{ "udp4", "udp4", NULL },
	{ "udp6", "udp6", "true" },
	{ "udp6only", "udp6", "true" },
	{ "udp46", "udp", NULL },
	{ "unix", "unix", NULL },
};

static const struct protocol *
protocol_find(const char *name, size_t length)
{
	for (size_t i = 0; i < sizeof protocols / sizeof *protocols; i++)
		if (strlen(protocols[i].name) == length &&
		    strncmp(protocols[i].name, name, length) == 0)
			return &protocols[i];
	return NULL;
}

struct place
inetd_place(const struct inetd *inetd, int field)
{
	return (struct place){ inetd->origin, inetd->words.list[field] };
}

/* ",rcvbuf=16k,sndbuf=16k" behind a protocol. */
static void
set_buffers(struct inetd *inetd, struct draft *draft)
{
	struct place   place = inetd_place(inetd, PROTOCOL);
	struct strings options = { NULL, 0 };

	if (word_split(&options, strchrnul(place.what, ','), ",") != NULL)
		draft_wrong(draft, &place.at, "%s", word_too_many);
	for (size_t i = 0; i < options.n; i++) {
		const char *option = options.list[i];

		if (strncmp(option, "rcvbuf=", 7) == 0)
			draft_listen_set(
			    draft, &place, "receive_buffer", option + 7, draft_fits_all);
		else if (strncmp(option, "sndbuf=", 7) == 0)
			draft_listen_set(
			    draft, &place, "send_buffer", option + 7, draft_fits_all);
		else
			draft_lose(draft, &place, "there is no \"%.40s\"", option);
	}
	strings_finish(&options);
}

/* An endpoint for each host. */
static void
listen_on(struct inetd *inetd, struct draft *draft, const struct protocol *protocol,
    const char *hosts, unsigned port)
{
	struct place   place = inetd_place(inetd, SERVICE);
	struct strings list = { NULL, 0 };

	if (word_split(&list, hosts, ",") != NULL)
		draft_wrong(draft, &place.at, "%s", word_too_many);
	for (size_t i = 0; i < list.n; i++) {
		char *url = word_url(protocol->scheme, list.list[i], port);

		draft_listen(draft, &place, url);
		free(url);
	}
	if (protocol->v6only != NULL)
		draft_listen_set(
		    draft, &place, "v6only", protocol->v6only, draft_fits_ipv6);
	strings_finish(&list);
}

/* "[HOST:]SERVICE". */
static void
listen_inet(struct inetd *inetd, struct draft *draft, const struct protocol *protocol)
{
	const char *field = inetd->words.list[SERVICE], *colon = strrchr(field, ':');
	const char *service = colon != NULL ? colon + 1 : field;
	char       *hosts = colon != NULL ? xstrndup(field, (size_t)(colon - field)) :
					    xstrdup(inetd->host);
	char transport[4] = { protocol->name[0], protocol->name[1], protocol->name[2] };
	unsigned port = word_port(inetd->import, service, transport);

	if (port > 0) {
		listen_on(inetd, draft, protocol, hosts, port);
		if (!isdigit((unsigned char)service[0]))
			draft->port = xasprintf("the port of \"%.60s\"", service);
	} else {
		draft_wrong(draft, &inetd->origin,
		    "\"%.60s\": must be a port, 1-65535, or a name that /etc/services "
		    "has "
		    "for %s",
		    service, transport);
	}
	free(hosts);
}

static void
listen_unix(struct inetd *inetd, struct draft *draft)
{
	struct place place = inetd_place(inetd, SERVICE);
	const char  *type = inetd->words.list[TYPE];
	char        *url = xasprintf("%s://%s",
            strcmp(type, "dgram") == 0         ? "unixgram" :
		       strcmp(type, "seqpacket") == 0 ? "seqpacket" :
							"unix",
		   place.what);

	draft_listen(draft, &place, url);
	free(url);
}

/* May a socket of this type have this protocol? */
static bool
is_pair(const char *type, const struct protocol *protocol)
{
	if (strcmp(type, "seqpacket") == 0)
		return strcmp(protocol->name, "unix") == 0;
	return strcmp(protocol->name, "unix") == 0 ||
	    (strcmp(type, "dgram") == 0) == (protocol->name[0] == 'u');
}

int
inetd_listen(struct inetd *inetd, struct draft *draft)
{
	const char *type = inetd->words.list[TYPE], *name = inetd->words.list[PROTOCOL];
	const struct protocol *protocol = protocol_find(name, strcspn(name, ","));
	struct place           place = inetd_place(inetd, PROTOCOL);

	if (strncmp(name, "rpc/", 4) == 0) {
		draft_leave_out(draft, &place,
		    "sockd does not tell rpcbind of services; start the program by "
		    "itself");
		return -1;
	}
	if (strcmp(type, "raw") == 0 || strcmp(type, "rdm") == 0) {
		place = inetd_place(inetd, TYPE);
		draft_leave_out(draft, &place, "sockd has no such sockets for programs");
		return -1;
	}
	if (strcmp(type, "stream") != 0 && strcmp(type, "dgram") != 0 &&
	    strcmp(type, "seqpacket") != 0) {
		draft_wrong(draft, &inetd->origin,
		    "\"%.60s\": the type of socket must be stream, dgram, seqpacket, raw "
		    "or rdm",
		    type);
		return -1;
	}
	if (protocol == NULL || !is_pair(type, protocol)) {
		draft_wrong(draft, &inetd->origin,
		    "\"%.60s\": the protocol of a %s socket must be %s", name, type,
		    strcmp(type, "stream") == 0    ? "tcp, tcp4, tcp6, tcp46 or unix" :
			strcmp(type, "dgram") == 0 ? "udp, udp4, udp6, udp46 or unix" :
						     "unix");
		return -1;
	}
	if (strcmp(protocol->name, "unix") == 0)
		listen_unix(inetd, draft);
	else
		listen_inet(inetd, draft, protocol);
	if (draft->conf->listens == NULL)
		return -1;
	set_buffers(inetd, draft);
	return 0;
}
