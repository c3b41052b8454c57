/* SPDX-License-Identifier: MIT */
/* conn_about.c - what a handler may ask and say about its connection */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/socket.h>

#include "common/log.h"
#include "config/settings.h"
#include "sockd.h"
#include "worker/conn.h"

const char *
sockd_peer(struct sockd_conn *conn)
{
	struct ucred cred;
	socklen_t    size = sizeof cred;

	if (conn->peer_text[0] != '\0')
		return conn->peer_text;
	if (conn->peer.storage.ss_family == AF_UNIX &&
	    getsockopt(conn->fd, SOL_SOCKET, SO_PEERCRED, &cred, &size) == 0)
		snprintf(
		    conn->peer_text, sizeof conn->peer_text, "unix:uid=%u", cred.uid);
	else
		address_print(&conn->peer, conn->peer_text, sizeof conn->peer_text);
	return conn->peer_text;
}

const char *
sockd_service(const struct sockd_conn *conn)
{
	return conn->service->name;
}

void
sockd_log(const struct sockd_conn *conn, int priority, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	log_about(conn->service->name, priority, format, args);
	va_end(args);
}

const char *
conn_why(const struct sockd_conn *conn, enum sockd_end end)
{
	static const char *const names[] = { "done", "hangup", "timeout", "drained",
		"error" };

	switch (conn->failure) {
	case ETIMEDOUT:
		return names[SOCKD_TIMEOUT];
	case ECANCELED:
		return names[SOCKD_DRAINED];
	case ECONNRESET:
	case EPIPE:
		if (end != SOCKD_DONE)
			return names[SOCKD_HANGUP];
		break;
	default:
		break;
	}
	return end <= SOCKD_ERROR ? names[end] : names[SOCKD_ERROR];
}
