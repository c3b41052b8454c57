/* SPDX-License-Identifier: MIT */
/* exec_environ.c - what a program is told of its connection by its environment */
#include "handler/exec_environ.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "common/address.h"
#include "common/xalloc.h"

#define SEARCH_PATH "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

/* Variables of one connection, and room for them: a UNIX socket's path is the longest. */
#define VARIABLES 16
#define TEXT      1024
#define PID_TEXT  16

static const struct choice words[] = { { "ucspi", EXEC_UCSPI }, { "inetd", EXEC_INETD },
	{ "systemd", EXEC_SYSTEMD }, { NULL, 0 } };

static unsigned
style_of(const struct choice *c, const char *word)
{
	while (c->word != NULL && strcmp(c->word, word) != 0)
		c++;
	return (unsigned)c->value;
}

unsigned
exec_environ_words(
    const struct choice *choices, const struct strings *list, const char **bad)
{
	unsigned styles = 0, style;

	*bad = NULL;
	for (size_t i = 0; i < list->n; i++) {
		style = style_of(choices, list->list[i]);
		if (style == 0 && *bad == NULL)
			*bad = list->list[i];
		styles |= style;
	}
	return styles;
}

unsigned
exec_environ_styles(const struct strings *list, const char **bad)
{
	return exec_environ_words(words, list, bad);
}

void
exec_environ_set(struct strings *list, const char *variable)
{
	size_t length = strcspn(variable, "=") + 1;

	for (size_t i = 0; i < list->n; i++)
		if (strncmp(list->list[i], variable, length) == 0) {
			free(list->list[i]);
			list->list[i] = xstrdup(variable);
			return;
		}
	strings_add(list, variable);
}

void
exec_environ_begin(struct strings *common, const struct strings *settings)
{
	static const char *const ours[] = { "LANG", "LC_ALL", "LC_CTYPE", "TZ" };

	exec_environ_set(common, "PATH=" SEARCH_PATH);
	for (size_t i = 0; i < sizeof ours / sizeof *ours; i++)
		if (getenv(ours[i]) != NULL) {
			char *variable = xasprintf("%s=%s", ours[i], getenv(ours[i]));

			exec_environ_set(common, variable);
			free(variable);
		}
	for (size_t i = 0; i < settings->n; i++)
		exec_environ_set(common, settings->list[i]);
}

/* While it is being made. */
struct making {
	struct exec_environ *e;
	size_t               n, used;
};

static void __attribute__((format(printf, 2, 3)))
add(struct making *m, const char *format, ...)
{
	char   *place = m->e->text + m->used;
	va_list args;
	int     length;

	va_start(args, format);
	length = vsnprintf(place, TEXT - m->used, format, args);
	va_end(args);
	if (length < 0 || (size_t)length >= TEXT - m->used)
		return; /* cannot be, or is left out rather than cut */
	m->e->list[m->n++] = place;
	m->used += (size_t)length + 1;
}

/* The address without its port; false if it has none of that kind. */
static bool
print_host(const struct address *a, char text[INET6_ADDRSTRLEN])
{
	const struct sockaddr_in6 *in6 = (const void *)&a->storage;
	const struct sockaddr_in  *in = (const void *)&a->storage;

	if (a->storage.ss_family == AF_INET)
		return inet_ntop(AF_INET, &in->sin_addr, text, INET6_ADDRSTRLEN) != NULL;
	if (a->storage.ss_family != AF_INET6)
		return false;
	if (IN6_IS_ADDR_V4MAPPED(&in6->sin6_addr))
		return inet_ntop(AF_INET, &in6->sin6_addr.s6_addr[12], text,
			   INET6_ADDRSTRLEN) != NULL;
	return inet_ntop(AF_INET6, &in6->sin6_addr, text, INET6_ADDRSTRLEN) != NULL;
}

/* With the names that UCSPI makes of those of protocols. */
static void
add_internet(struct making *m, unsigned styles, const char *proto,
    const struct address *local, const struct address *remote)
{
	char here[INET6_ADDRSTRLEN], there[INET6_ADDRSTRLEN];

	if (!print_host(local, here) || !print_host(remote, there))
		return;
	if (styles & EXEC_UCSPI) {
		add(m, "PROTO=%s", proto);
		add(m, "%sLOCALIP=%s", proto, here);
		add(m, "%sLOCALPORT=%u", proto, address_port(local));
		add(m, "%sREMOTEIP=%s", proto, there);
		add(m, "%sREMOTEPORT=%u", proto, address_port(remote));
	}
	if (styles & EXEC_INETD)
		add(m, "REMOTE_HOST=%s", there);
	if (styles & EXEC_SYSTEMD) {
		add(m, "REMOTE_ADDR=%s", there);
		add(m, "REMOTE_PORT=%u", address_port(remote));
	}
}

static void
add_unix(struct making *m, unsigned styles, const struct address *local)
{
	const struct sockaddr_un *un = (const void *)&local->storage;
	int                       length;

	if (!(styles & EXEC_UCSPI) || local->storage.ss_family != AF_UNIX)
		return;
	add(m, "PROTO=IPC");
	length = (int)(local->size - offsetof(struct sockaddr_un, sun_path));
	if (length > 0 && un->sun_path[0] != '\0')
		add(m, "IPCLOCALPATH=%.*s", length, un->sun_path);
}

/* Who sends a datagram is not told. */
static void
add_user(struct making *m, unsigned styles, const struct address *local, int fd)
{
	struct ucred cred;
	socklen_t    size = sizeof cred;

	if (!(styles & EXEC_UCSPI) || local->storage.ss_family != AF_UNIX)
		return;
	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &cred, &size) == 0) {
		add(m, "IPCREMOTEEUID=%u", cred.uid);
		add(m, "IPCREMOTEEGID=%u", cred.gid);
	}
}

/* The pid is known only when the program is about to begin. */
static void
add_listen(struct making *m)
{
	char *place = m->e->text + m->used;

	add(m, "LISTEN_PID=%*d", PID_TEXT - 1, 0);
	m->e->pid = place + strlen("LISTEN_PID=");
	m->e->pid_size = PID_TEXT;
	add(m, "LISTEN_FDS=1");
	add(m, "LISTEN_FDNAMES=connection");
}

static struct making
begin(struct exec_environ *e, const struct strings *common)
{
	struct making m = { .e = e };

	*e = (struct exec_environ){ .text = xcalloc(1, TEXT) };
	e->list = xcalloc(common->n + VARIABLES + 1, sizeof *e->list);
	for (; m.n < common->n; m.n++)
		e->list[m.n] = common->list[m.n];
	return m;
}

int
exec_environ_make(
    struct exec_environ *e, const struct strings *common, unsigned styles, int fd)
{
	struct address local = { .size = sizeof local.storage },
		       remote = { .size = sizeof remote.storage };
	struct making m = begin(e, common);

	if (getsockname(fd, (struct sockaddr *)&local.storage, &local.size) != 0 ||
	    getpeername(fd, (struct sockaddr *)&remote.storage, &remote.size) != 0) {
		exec_environ_finish(e);
		return -1;
	}
	add_internet(&m, styles, "TCP", &local, &remote);
	add_unix(&m, styles, &local);
	add_user(&m, styles, &local, fd);
	if (styles & EXEC_SYSTEMD)
		add_listen(&m);
	return 0;
}

void
exec_environ_make_bare(struct exec_environ *e, const struct strings *common)
{
	(void)begin(e, common);
}

void
exec_environ_make_datagram(struct exec_environ *e, const struct strings *common,
    unsigned styles, const struct address *local, const struct address *remote)
{
	struct making m = begin(e, common);

	add_internet(&m, styles, "UDP", local, remote);
	add_unix(&m, styles, local);
}

void
exec_environ_finish(struct exec_environ *e)
{
	free(e->list);
	free(e->text);
}
