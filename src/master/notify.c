/* SPDX-License-Identifier: MIT */
/* notify.c - tell the service manager how we are, sd_notify(3)'s protocol */
#include "master/notify.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static struct sockaddr_un address;
static socklen_t          address_size;

void
notify_init(void)
{
	const char *path = getenv("NOTIFY_SOCKET");
	size_t      length = path != NULL ? strlen(path) : 0;

	if (length > 1 && length < sizeof address.sun_path &&
	    strchr("/@", path[0]) != NULL) {
		address.sun_family = AF_UNIX;
		memcpy(address.sun_path, path, length);
		if (path[0] == '@')
			address.sun_path[0] = '\0';
		address_size =
		    (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length);
	}
	unsetenv("NOTIFY_SOCKET");
}

bool
notify_wanted(void)
{
	return address_size != 0;
}

void
notify_send(const char *format, ...)
{
	va_list args;
	char    text[512];
	int     fd, n;

	if (!notify_wanted())
		return;
	va_start(args, format);
	n = vsnprintf(text, sizeof text, format, args);
	va_end(args);
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd == -1)
		return;
	(void)sendto(fd, text, (size_t)n < sizeof text ? (size_t)n : sizeof text - 1,
	    MSG_NOSIGNAL, (const struct sockaddr *)&address, address_size);
	close(fd);
}
