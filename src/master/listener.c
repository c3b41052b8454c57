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
#include <sys/stat.h>
#include <sys/un.h>
#include <sysexits.h>
#include <unistd.h>

#include "common/log.h"
#include "common/xalloc.h"
#include "config/settings.h"
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

/* Who can write to the directory must not lead us to another file than the socket. */
static int
open_path(const struct listener *l)
{
	struct stat st;
	int         fd = open(l->path, O_PATH | O_NOFOLLOW | O_CLOEXEC);

	if (fd == -1)
		return -1;
	if (fstat(fd, &st) == 0 && S_ISSOCK(st.st_mode) && st.st_dev == l->dev &&
	    st.st_ino == l->ino)
		return fd;
	close(fd);
	errno = ESTALE;
	return -1;
}

/* The path's owner and permissions; it was made with no more than these. */
static int
set_path_options(
    const struct listener *l, const struct listen_conf *conf, const char **failed)
{
	char  name[32];
	uid_t uid;
	gid_t gid;
	int   fd, result;

	if (l->path == NULL)
		return 0;
	*failed = "owner and mode";
	fd = open_path(l);
	if (fd == -1)
		return -1;
	snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
	uid = conf->ownership.uid != (uid_t)-1 ? conf->ownership.uid : geteuid();
	gid = conf->ownership.gid != (gid_t)-1 ? conf->ownership.gid : getegid();
	result = fchownat(fd, "", uid, gid, AT_EMPTY_PATH);
	if (result == 0)
		result = chmod(name, (mode_t)conf->mode);
	close(fd);
	return result;
}

/*
 * A socket path that nobody serves any more is in the way: remove it.  -1 with errno if
 * it is not a socket, or somebody serves it (EADDRINUSE).
 */
static int
remove_stale(const struct listener *l)
{
	struct stat st;
	int         fd, result;

	if (lstat(l->path, &st) != 0)
		return errno == ENOENT ? 0 : -1;
	if (!S_ISSOCK(st.st_mode)) {
		errno = EEXIST;
		return -1;
	}
	fd = socket(AF_UNIX, l->type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd == -1)
		return -1;
	result =
	    connect(fd, (const struct sockaddr *)&l->address.storage, l->address.size);
	if (result == 0)
		errno = EADDRINUSE;
	close(fd);
	if (result != 0 && errno == ECONNREFUSED)
		return unlink(l->path);
	if (errno == EPROTOTYPE || errno == EAGAIN)
		errno = EADDRINUSE;
	return -1;
}

static int
bind_path(struct listener *l, const struct listen_conf *conf)
{
	struct stat st;
	mode_t      old_mask;
	int         result;

	if (remove_stale(l) != 0)
		return -1;
	old_mask = umask(0777 & ~(mode_t)conf->mode);
	result =
	    bind(l->fd, (const struct sockaddr *)&l->address.storage, l->address.size);
	umask(old_mask);
	if (result != 0 || lstat(l->path, &st) != 0)
		return -1;
	l->dev = st.st_dev;
	l->ino = st.st_ino;
	return 0;
}

static int
bind_address(struct listener *l, const struct listen_conf *conf)
{
	if (l->path != NULL)
		return bind_path(l, conf);
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
		    (l->path != NULL && others->path != NULL &&
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
		    conf->at.port < 1024 && conf->at.port > 0 ?
		    "; start as root, give CAP_NET_BIND_SERVICE or use a port from 1024" :
		    "; start as root";
	case EADDRNOTAVAIL:
		return "; no interface has this address: correct it or set freebind = "
		       "true";
	case EAFNOSUPPORT:
		return "; this kernel does not have the protocol";
	case EEXIST:
		return "; what is there is not a socket: remove it or use another path";
	case ENOENT:
		return "; make the directory first";
	case ENODEV:
		return "; there is no such network interface";
	default:
		return "";
	}
}

/* Each step in turn; what failed goes to *failed, "" for the address. -1 with errno. */
static int
open_steps(struct listener *l, const struct listen_conf *conf, const char **failed)
{
	*failed = "";
	l->fd = socket(l->address.storage.ss_family, l->type | SOCK_CLOEXEC,
	    conf->at.transport->protocol);
	if (l->fd == -1 ||
	    sockopt_set_address(
		l->fd, l->address.storage.ss_family, l->v6only, conf, failed) != 0)
		return -1;
	*failed = "";
	if (bind_address(l, conf) != 0)
		return -1;
	if (set_path_options(l, conf, failed) != 0)
		return -1;
	/* Between bind and listen two sockets can have a port; listen then tells. */
	if (sockopt_set_traffic(l->fd, l->address.storage.ss_family, conf, failed) != 0) {
		if (errno == EADDRINUSE)
			*failed = "";
		return -1;
	}
	*failed = "";
	l->bound.size = sizeof l->bound.storage;
	return getsockname(l->fd, (struct sockaddr *)&l->bound.storage, &l->bound.size);
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
	struct stat st;

	if (l->fd != -1)
		close(l->fd);
	if (l->path != NULL && l->ino != 0 && lstat(l->path, &st) == 0 &&
	    st.st_dev == l->dev && st.st_ino == l->ino)
		unlink(l->path);
	free(l->path);
	free(l->service);
	free(l);
}

struct listener *
listener_find(struct listener *l, const char *service, const struct endpoint *at,
    const struct address *address)
{
	bool any_port = endpoint_is_inet(at) && at->port == 0;

	for (; l != NULL; l = l->next)
		if (l->type == at->transport->type &&
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

	if (set_path_options(l, conf, &failed) != 0 ||
	    sockopt_set_traffic(l->fd, l->address.storage.ss_family, conf, &failed) != 0)
		log_warning("%s: cannot set %s of %s: %m; it stays as it was", service,
		    failed, conf->at.text);
}

static bool
is_shut(const struct listener *l)
{
	struct pollfd p = { .fd = l->fd, .events = POLLRDHUP };

	return poll(&p, 1, 0) == 1 && (p.revents & (POLLRDHUP | POLLHUP)) != 0;
}

void
listener_mend(struct listener *l, const char *service, const struct listen_conf *conf)
{
	if (!is_shut(l))
		return;
	/* A port of the kernel's choice is lost then; others are bound still. */
	(void)bind(l->fd, (const struct sockaddr *)&l->bound.storage, l->bound.size);
	listener_set_options(l, service, conf);
	log_error("%s: a worker has shut down the listener on %s for all; %s", service,
	    conf->at.text,
	    is_shut(l) ? "restart sockd to open it again" : "it listens again");
}

void
listener_set_blocking(struct listener *l, bool blocking)
{
	int flags = fcntl(l->fd, F_GETFL);

	if (flags != -1)
		fcntl(
		    l->fd, F_SETFL, blocking ? flags & ~O_NONBLOCK : flags | O_NONBLOCK);
}

bool
listener_is_datagram(const struct listener *l)
{
	return l->type == SOCK_DGRAM;
}
