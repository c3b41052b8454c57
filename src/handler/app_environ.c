/* SPDX-License-Identifier: MIT */
/* app_environ.c - what a program is told of the listeners that it inherits */
#include "handler/app_environ.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/address.h"
#include "common/xalloc.h"
#include "handler/exec_environ.h"
#include "sockd.h"

/* Room for a pid, which is known only when the program is about to begin. */
#define PID_TEXT 16

static const struct choice words[] = { { "systemd", APP_SYSTEMD },
	{ "einhorn", APP_EINHORN }, { "server_starter", APP_SERVER_STARTER },
	{ NULL, 0 } };

unsigned
app_environ_styles(const struct strings *list, const char **bad)
{
	return exec_environ_words(words, list, bad);
}

static void __attribute__((format(printf, 2, 3)))
add(struct app_environ *e, const char *format, ...)
{
	char   *variable = NULL;
	va_list args;

	va_start(args, format);
	if (vasprintf(&variable, format, args) == -1)
		variable = NULL;
	va_end(args);
	if (variable != NULL)
		exec_environ_set(&e->variables, variable);
	free(variable);
}

/* The numbers and names of all, with something between them. */
static char *
join(const struct sockd_keeper *k, size_t                            n,
    void (*print)(const struct sockd_keeper *, size_t, FILE *), char between)
{
	char  *text = NULL;
	size_t size;
	FILE  *f = open_memstream(&text, &size);

	if (f == NULL)
		return xstrdup("");
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			fputc(between, f);
		print(k, i, f);
	}
	fclose(f);
	return text != NULL ? text : xstrdup("");
}

static void
print_name(const struct sockd_keeper *k, size_t i, FILE *f)
{
	fputs(sockd_listener_name(k, i), f);
}

/* "127.0.0.1:9999=3", "/run/socket=4". */
static void
print_port(const struct sockd_keeper *k, size_t i, FILE *f)
{
	struct address a = { .size = sizeof a.storage };
	size_t         n;
	const int     *fds = sockd_listeners(k, &n);
	char           text[ADDRESS_TEXT] = "?";
	bool           is_unix;

	if (getsockname(fds[i], (struct sockaddr *)&a.storage, &a.size) == 0)
		address_print(&a, text, sizeof text);
	is_unix = strncmp(text, "unix:", 5) == 0;
	fprintf(f, "%s=%zu", text + (is_unix ? 5 : 0), APP_FIRST_FD + i);
}

static void
add_systemd(struct app_environ *e, const struct sockd_keeper *k, size_t n)
{
	char *names = join(k, n, print_name, ':');

	add(e, "LISTEN_FDS=%zu", n);
	add(e, "LISTEN_FDNAMES=%s", names);
	add(e, "LISTEN_PID=%*d", PID_TEXT - 1, 0);
	free(names);
}

/* The library asks whether its parent is who it says. */
static void
add_einhorn(struct app_environ *e, size_t n)
{
	add(e, "EINHORN_FD_COUNT=%zu", n);
	for (size_t i = 0; i < n; i++)
		add(e, "EINHORN_FD_%zu=%zu", i, APP_FIRST_FD + i);
	add(e, "EINHORN_MASTER_PID=%d", (int)getpid());
}

static void
add_server_starter(struct app_environ *e, const struct sockd_keeper *k, size_t n)
{
	char *ports = join(k, n, print_port, ';');

	add(e, "SERVER_STARTER_PORT=%s", ports);
	free(ports);
}

/* The place behind NAME=, or NULL. */
static char *
value_of(const struct app_environ *e, const char *name)
{
	size_t length = strlen(name);

	for (size_t i = 0; i < e->variables.n; i++)
		if (strncmp(e->variables.list[i], name, length) == 0)
			return e->variables.list[i] + length;
	return NULL;
}

void
app_environ_make(struct app_environ *e, const struct strings *settings, unsigned styles,
    const struct sockd_keeper *k, const char *notify_name, long long watchdog_ms)
{
	size_t n;

	(void)sockd_listeners(k, &n);
	*e = (struct app_environ){ .pid_size = PID_TEXT };
	exec_environ_begin(&e->variables, settings);
	if (styles & APP_SYSTEMD)
		add_systemd(e, k, n);
	if (styles & APP_EINHORN)
		add_einhorn(e, n);
	if (styles & APP_SERVER_STARTER)
		add_server_starter(e, k, n);
	if (notify_name != NULL)
		add(e, "NOTIFY_SOCKET=%s", notify_name);
	if (watchdog_ms > 0) {
		add(e, "WATCHDOG_USEC=%lld", watchdog_ms * 1000);
		add(e, "WATCHDOG_PID=%*d", PID_TEXT - 1, 0);
	}
	if (styles & APP_SYSTEMD)
		e->pid[0] = value_of(e, "LISTEN_PID=");
	if (watchdog_ms > 0)
		e->pid[1] = value_of(e, "WATCHDOG_PID=");
	e->list = xcalloc(e->variables.n + 1, sizeof *e->list);
	for (size_t i = 0; i < e->variables.n; i++)
		e->list[i] = e->variables.list[i];
}

void
app_environ_finish(struct app_environ *e)
{
	strings_finish(&e->variables);
	free(e->list);
}
