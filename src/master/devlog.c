/* SPDX-License-Identifier: MIT */
/* devlog.c - lines to the system's log as syslog(3) sends them, but none is lost unseen */
#include "master/devlog.h"

#include <errno.h>
#include <paths.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include "common/io.h"
#include "common/log.h"

/* Room for what stands in front of a line. */
#define HEAD 128

static int  fd = -1;
static bool is_stream; /* then a NUL ends each line */

/* Some systems' log is a stream; most are datagrams. */
static bool
open_log(void)
{
	static const struct timeval most = { 1, 0 };
	struct sockaddr_un          un = { .sun_family = AF_UNIX, .sun_path = _PATH_LOG };

	for (int i = 0; i < 2; i++) {
		is_stream = i == 1;
		fd = socket(
		    AF_UNIX, (is_stream ? SOCK_STREAM : SOCK_DGRAM) | SOCK_CLOEXEC, 0);
		if (fd == -1)
			return false;
		(void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &most, sizeof most);
		if (connect(fd, (const struct sockaddr *)&un, sizeof un) == 0)
			return true;
		io_close(&fd);
		if (errno != EPROTOTYPE)
			return false;
	}
	return false;
}

/* RFC 3164 as everybody's syslog(3) has it: no host, English months. */
static size_t
print(char *text, size_t size, int priority, const char *identity, pid_t pid,
    const char *line)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	time_t            now = time(NULL);
	struct tm         tm;
	int               n;

	localtime_r(&now, &tm);
	n = snprintf(text, size, "<%d>%.3s %2d %02d:%02d:%02d %s[%d]: %s", priority,
	    months + (ptrdiff_t)3 * tm.tm_mon, tm.tm_mday, tm.tm_hour, tm.tm_min,
	    tm.tm_sec, identity, (int)pid, line);
	return (size_t)n < size ? (size_t)n : size - 1;
}

bool
devlog_send(int priority, const char *identity, pid_t pid, const char *line)
{
	char    text[HEAD + LOG_LINE];
	size_t  size = print(text, sizeof text, priority, identity, pid, line);
	ssize_t n;

	for (int i = 0; i < 2; i++) {
		if (fd == -1 && !open_log())
			return false;
		do
			n = send(fd, text, size + is_stream, MSG_NOSIGNAL);
		while (n == -1 && errno == EINTR);
		if (n != -1)
			return true;
		if (errno == EAGAIN)
			return false;
		io_close(&fd); /* another reader may have taken its place */
	}
	return false;
}
