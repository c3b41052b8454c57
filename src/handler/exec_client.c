/* SPDX-License-Identifier: MIT */
/* exec_client.c - a program's client: a connection, or a datagram */
#include <stdarg.h>
#include <stdio.h>

#include "handler/exec.h"
#include "sockd.h"

/* Room for what is said of a client at a time. */
#define SAID 1024

int
exec_client_wait(const struct exec_client *c, const int *fds, int n, long long ms)
{
	return c->conn != NULL ? sockd_wait(c->conn, fds, n, ms) :
				 sockd_wait_datagram(c->datagram, fds, n, ms);
}

int
exec_client_wait_shared(const struct exec_client *c, const int *fds, int n, long long ms)
{
	return c->conn != NULL ? sockd_wait_shared(c->conn, fds, n, ms) :
				 sockd_wait_shared_datagram(c->datagram, fds, n, ms);
}

void
exec_client_wake(const struct exec_client *c)
{
	if (c->conn != NULL)
		sockd_wake(c->conn);
}

void
exec_client_log(const struct exec_client *c, int priority, const char *format, ...)
{
	char    said[SAID];
	va_list args;

	va_start(args, format);
	vsnprintf(said, sizeof said, format, args);
	va_end(args);
	if (c->conn != NULL)
		sockd_log(c->conn, priority, "%s", said);
	else
		sockd_log_datagram(c->datagram, priority, "%s", said);
}

void
exec_client_note(const struct exec_client *c, const char *format, ...)
{
	char    said[SAID];
	va_list args;

	va_start(args, format);
	vsnprintf(said, sizeof said, format, args);
	va_end(args);
	if (c->conn != NULL)
		sockd_note(c->conn, "%s", said);
	else
		sockd_note_datagram(c->datagram, "%s", said);
}

void
exec_client_rest(const struct exec_client *c, long long ms)
{
	if (c->conn != NULL)
		sockd_rest(c->conn, ms);
	else
		sockd_rest_datagram(c->datagram, ms);
}
