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
#define NOW  48

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
static void
print_time(char text[NOW])
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	time_t            now = time(NULL);
	struct tm         tm;

	localtime_r(&now, &tm);
	snprintf(text, NOW, "%.3s %2d %02d:%02d:%02d", months + (ptrdiff_t)3 * tm.tm_mon,
	    tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec);
}

/* A line as two parts, the first of which is printed into head. */
static void
prepare(struct msghdr *m, struct iovec part[2], char head[HEAD], const char *now,
    const char *identity, const struct devlog_line *line)
{
	snprintf(
	    head, HEAD, "<%d>%s %s[%d]: ", line->priority, now, identity, (int)line->pid);
	part[0].iov_base = head;
	part[0].iov_len = strlen(head);
	part[1].iov_base = line->text;
	part[1].iov_len = strlen(line->text) + is_stream;
	m->msg_iov = part;
	m->msg_iovlen = 2;
}

/*
 * How many were taken; -1 with errno if none was.  Of a stream, too, each is taken as a whole
 * or not: twice such a line fits into the smallest buffer that there is.
 */
static int
send_messages(struct mmsghdr *messages, size_t n)
{
	int taken;

	do
		taken = sendmmsg(fd, messages, (unsigned)n, MSG_NOSIGNAL);
	while (taken == -1 && errno == EINTR);
	return taken;
}

size_t
devlog_send(const char *identity, const struct devlog_line *lines, size_t n)
{
	struct mmsghdr messages[DEVLOG_LINES] = { 0 };
	struct iovec   parts[DEVLOG_LINES][2];
	char           heads[DEVLOG_LINES][HEAD], now[NOW];
	int            taken;

	n = n < DEVLOG_LINES ? n : DEVLOG_LINES;
	print_time(now);
	for (int i = 0; i < 2; i++) {
		if (fd == -1 && !open_log())
			return 0;
		for (size_t k = 0; k < n; k++)
			prepare(&messages[k].msg_hdr, parts[k], heads[k], now, identity,
			    &lines[k]);
		taken = send_messages(messages, n);
		if (taken != -1)
			return (size_t)taken;
		if (errno == EAGAIN)
			return 0;
		io_close(&fd); /* another reader may have taken its place */
	}
	return 0;
}
