/* SPDX-License-Identifier: MIT */
/* listener.c - socket, bind, listen; accept is the workers', in worker/accept.c */
#include "master/listener.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sysexits.h>
#include <unistd.h>

#include "common/inherited.h"
#include "common/io.h"
#include "common/log.h"
#include "common/xalloc.h"
#include "config/settings.h"
#include "master/listener_path.h"
#include "master/sockopt.h"

static bool
is_any(const struct endpoint *at)
{
	return at->host != NULL && strcmp(at->host, "*") == 0 &&
	    at->transport->family == AF_UNSPEC;
}

bool
listener_wants_v6only(const struct listen_conf *conf, const struct address *address)
{
	if (address->storage.ss_family != AF_INET6)
		return false;
	return conf->v6only == TRISTATE_AUTO ? !is_any(&conf->at) :
					       conf->v6only == TRISTATE_YES;
}

static int
bind_address(struct listener *l, const struct listen_conf *conf)
{
	if (l->path != NULL)
		return listener_path_bind(l, conf);
	return bind(l->fd, (const struct sockaddr *)&l->address.storage, l->address.size);
}

static int
status_of(int error)
{
	switch (error) {
	case EADDRINUSE:
		return EX_UNAVAILABLE;
	case EACCES:
	case EPERM:
		return EX_NOPERM;
	case EEXIST:
	case ENOENT:
	case ENOTDIR:
	case EROFS:
		return EX_CANTCREAT;
	default:
		return EX_OSERR;
	}
}

/* One of our own that is in the way of the address, or NULL. */
static const struct listener *
find_rival(const struct listener *others, const struct listener *l)
{
	unsigned port = address_port(&l->address);

	for (; others != NULL; others = others->next)
		if ((port != 0 && others->type == l->type &&
			address_port(&others->bound) == port) ||
		    (l->path != NULL && others->path != NULL && !others->lost &&
			strcmp(l->path, others->path) == 0))
			break;
	return others;
}

static const char *
remedy(const struct listener *l, const struct listen_conf *conf,
    const struct listener *others, int error)
{
	switch (error) {
	case EADDRINUSE:
		if (find_rival(others, l) != NULL)
			return "; sockd itself has it, by another endpoint: make it one "
			       "endpoint, or "
			       "restart sockd to change from one to the other";
		return l->path != NULL ?
		    "; another process serves it: stop that or use another path" :
		    "; another process has it: stop that (see ss -lnp) or use another "
		    "port";
	case EACCES:
	case EPERM:
		return l->path != NULL ?
		    "; use a directory that we may write to" :
		    l->type == SOCK_RAW ?
		    "; start as root or give CAP_NET_RAW" :
		    conf->at.port < 1024 && conf->at.port > 0 ?
		    "; start as root, give CAP_NET_BIND_SERVICE or use a port from 1024" :
		    "; start as root";
	case EADDRNOTAVAIL:
		return "; no interface has this address: correct it or set freebind = "
		       "true";
	case EAFNOSUPPORT:
	case EPROTONOSUPPORT:
	case ESOCKTNOSUPPORT:
		return "; load its module or, under systemd, see "
		       "RestrictAddressFamilies=";
	case ENOPROTOOPT:
		return "; it is switched off, as by sysctl net.mptcp.enabled";
	case EEXIST:
		return "; what is there is not a socket: remove it or use another path";
	case ENOENT:
		return "; make the directory first";
	case EMFILE:
		return "; allow more descriptors (LimitNOFILE, ulimit -n)";
	case ENODEV:
		return "; there is no such network interface";
	default:
		return "";
	}
}

static int
find_bound(struct listener *l)
{
	l->bound.size = sizeof l->bound.storage;
	return getsockname(l->fd, (struct sockaddr *)&l->bound.storage, &l->bound.size);
}

/* -1 with errno; what the kernel lacks goes to *failed. */
static int
open_socket(const struct listener *l, const struct transport *t, const char **failed)
{
	static char lack[64];
	int         fd =
	    socket(l->address.storage.ss_family, l->type | SOCK_CLOEXEC, l->protocol);

	*failed = "";
	if (fd == -1 &&
	    (errno == EAFNOSUPPORT || errno == EPROTONOSUPPORT ||
		errno == ESOCKTNOSUPPORT || errno == ENOPROTOOPT)) {
		snprintf(lack, sizeof lack, "this kernel has no %s", t->name);
		*failed = lack;
	}
	return fd;
}

/* Another program opened it, and keeps it open when we are gone: a copy is ours. */
static int
take_over(struct listener *l, const struct listen_conf *conf, const char **failed)
{
	const struct inherited *i = inherited_find(&l->address);

	*failed = "LISTEN_FDS";
	if (i == NULL || strcmp(i->name, conf->at.name) != 0) {
		errno = ENOENT;
		return -1;
	}
	l->is_datagram = i->is_datagram;
	l->fd = fcntl(i->fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	if (l->fd == -1 || find_bound(l) != 0)
		return -1;
	if (sockopt_set_inherited(
		l->fd, l->bound.storage.ss_family, l->is_datagram, failed) != 0)
		return -1;
	return sockopt_set_waits(l->fd, true, failed);
}

/* Each step in turn; what failed goes to *failed, "" for the address. -1 with errno. */
static int
open_steps(struct listener *l, const struct listen_conf *conf, const char **failed)
{
	if (endpoint_is_inherited(&conf->at))
		return take_over(l, conf, failed);
	l->fd = open_socket(l, conf->at.transport, failed);
	if (l->fd == -1 ||
	    sockopt_set_address(
		l->fd, l->address.storage.ss_family, l->v6only, conf, failed) != 0)
		return -1;
	*failed = "";
	if (bind_address(l, conf) != 0)
		return -1;
	if (l->path != NULL && listener_path_set_options(l, conf, failed) != 0)
		return -1;
	/* Between bind and listen two sockets can have a port; listen then tells. */
	if (sockopt_set_traffic(l->fd, l->address.storage.ss_family, conf, failed) != 0) {
		if (errno == EADDRINUSE)
			*failed = "";
		return -1;
	}
	if (sockopt_set_waits(l->fd, true, failed) != 0)
		return -1;
	*failed = "";
	return find_bound(l);
}

/* A kernel without IPv6: then "*" is every IPv4 address. */
static bool
fall_back_to_ipv4(struct listener *l, const struct listen_conf *conf)
{
	struct sockaddr_in in = { .sin_family = AF_INET,
		.sin_port = htons((in_port_t)conf->at.port) };

	if (!is_any(&conf->at) || l->address.storage.ss_family != AF_INET6)
		return false;
	memset(&l->address, 0, sizeof l->address);
	memcpy(&l->address.storage, &in, sizeof in);
	l->address.size = sizeof in;
	return true;
}

struct listener *
listener_open(const char *service, const struct listen_conf *conf,
    const struct address *address, const struct listener *others, int *status)
{
	struct listener *l = xcalloc(1, sizeof *l);
	const char      *failed;
	char             text[ADDRESS_TEXT];
	int              result;

	l->fd = -1;
	l->service = xstrdup(service);
	l->address = *address;
	l->v6only = listener_wants_v6only(conf, address);
	l->type = conf->at.transport->type;
	l->protocol = endpoint_protocol(&conf->at);
	l->is_datagram = endpoint_is_datagram(&conf->at);
	if (endpoint_is_path(&conf->at))
		l->path = xstrdup(conf->at.path);
	result = open_steps(l, conf, &failed);
	if (result != 0 && l->fd == -1 && errno == EAFNOSUPPORT &&
	    fall_back_to_ipv4(l, conf)) {
		result = open_steps(l, conf, &failed);
		l->address = *address;
	}
	if (result == 0) {
		address_print(&l->bound, text, sizeof text);
		log_notice("%s: listening on %s as %s", service, conf->at.text, text);
		return l;
	}
	*status = status_of(errno);
	log_error("%s: cannot listen on %s: %s%s%m%s", service, conf->at.text, failed,
	    failed[0] != '\0' ? ": " : "", remedy(l, conf, others, errno));
	listener_close(l);
	return NULL;
}

void
listener_close(struct listener *l)
{
	if (l->fd != -1)
		close(l->fd);
	listener_path_remove(l);
	free(l->path);
	free(l->service);
	free(l);
}

struct listener *
listener_find(struct listener *l, const char *service, const struct endpoint *at,
    const struct address *address)
{
	bool any_port = endpoint_wants_any_port(at);

	for (; l != NULL; l = l->next)
		if (l->type == at->transport->type &&
		    l->protocol == endpoint_protocol(at) && !l->lost &&
		    address_same(&l->address, address) &&
		    (!any_port || (!l->used && strcmp(l->service, service) == 0)))
			break;
	return l;
}

void
listener_set_options(
    struct listener *l, const char *service, const struct listen_conf *conf)
{
	const char *failed;

	if (endpoint_is_inherited(&conf->at))
		return;
	if ((l->path != NULL && listener_path_set_options(l, conf, &failed) != 0) ||
	    sockopt_set_traffic(l->fd, l->address.storage.ss_family, conf, &failed) !=
		0 ||
	    sockopt_set_waits(l->fd, !l->given, &failed) != 0)
		log_warning("%s: cannot set %s of %s: %m; it stays as it was", service,
		    failed, conf->at.text);
}

bool
listener_is_waited_at(const struct listener *l)
{
	struct pollfd p = { .fd = l->fd, .events = POLLIN };

	return poll(&p, 1, 0) == 1 && !io_is_shut(l->fd);
}

void
listener_mend(struct listener *l, const char *service, const struct listen_conf *conf)
{
	if (!io_is_shut(l->fd))
		return;
	/* A port of the kernel's choice is lost then; others are bound still. */
	(void)bind(l->fd, (const struct sockaddr *)&l->bound.storage, l->bound.size);
	if (!l->is_datagram)
		(void)listen(l->fd, (int)conf->backlog);
	listener_set_options(l, service, conf);
	log_error("%s: a worker has shut down the listener on %s for all; %s", service,
	    conf->at.text,
	    !io_is_shut(l->fd)  ? "it listens again" :
		l->path != NULL ? "reload sockd to open it again" :
				  "restart sockd to open it again");
}

void
listener_note_lost(struct listener *l)
{
	for (; l != NULL; l = l->next) {
		if (l->path == NULL)
			continue;
		if (io_is_shut(l->fd))
			listener_path_remove(l);
		l->lost = !listener_path_is_ours(l);
	}
}

static void
set_blocking(const struct listener *l, bool blocking)
{
	int flags = fcntl(l->fd, F_GETFL);

	if (flags != -1)
		fcntl(
		    l->fd, F_SETFL, blocking ? flags & ~O_NONBLOCK : flags | O_NONBLOCK);
}

void
listener_take(struct listener *l, bool may_wait)
{
	const char *failed;

	set_blocking(l, may_wait);
	if (l->given)
		(void)sockopt_set_waits(l->fd, true, &failed);
	l->given = false;
}

void
listener_give(struct listener *l)
{
	const char *failed;

	if (l->given)
		return;
	set_blocking(l, true);
	(void)sockopt_set_waits(l->fd, false, &failed);
	l->given = true;
}

bool
listener_is_datagram(const struct listener *l)
{
	return l->is_datagram;
}

bool
listener_is_inherited(const struct listener *l)
{
	return l->type == 0;
}

bool
listener_passes_waits_on(const struct listener *l)
{
	int       protocol;
	socklen_t size = sizeof protocol;

	return getsockopt(l->fd, SOL_SOCKET, SO_PROTOCOL, &protocol, &size) == 0 &&
	    protocol == IPPROTO_TCP;
}
