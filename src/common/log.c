/* SPDX-License-Identifier: MIT */
/* log.c - one line an event, to standard error or to the logger process */
#include "common/log.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/log_skip.h"
#include "common/quote.h"

static int                level = LOG_INFO;
static int                socket_fd = -1;
static bool               echo;
static bool               is_one_service;
static struct log_counts *counts;

static void
send_message(const char *message)
{
	ssize_t n;

	do
		n = send(
		    socket_fd, message, strlen(message), MSG_DONTWAIT | MSG_NOSIGNAL);
	while (n == -1 && errno == EINTR);
	if (n == -1 && counts != NULL)
		atomic_fetch_add(&counts->lost, 1);
}

static void
print_line(const char *line)
{
	char text[LOG_LINE + sizeof SOCKD ": \n"];
	int  n = snprintf(text, sizeof text, SOCKD ": %s\n", line);

	(void)!write(STDERR_FILENO, text, (size_t)n);
}

/* FNV-1a of the format: equal for what is said in the same place, about whomever. */
static unsigned
kind_of(int priority, const char *format)
{
	unsigned kind = 0x811c9dc5;

	/* Notices and lines a connection were asked for, one by one. */
	if (priority == LOG_NOTICE || priority == LOG_INFO)
		return 0;
	for (; *format != '\0'; format++)
		kind = (kind ^ (unsigned char)*format) * 0x01000193;
	return kind | 1;
}

/* Is it not to be made?  Then that is all there is to it. */
static bool
is_needless(int priority, unsigned kind)
{
	return !log_wants(priority) ||
	    (is_one_service && kind != 0 && log_skip(kind, clock_ms()));
}

static void __attribute__((format(printf, 3, 0)))
put(int priority, unsigned kind, const char *format, va_list args)
{
	char  message[LOG_HEAD + LOG_LINE];
	char *line = message + LOG_HEAD;
	int   saved_errno = errno;

	if (is_needless(priority, kind))
		return;
	snprintf(message, sizeof message, "%d%08x", priority, kind);
	errno = saved_errno; /* for %m */
	if (vsnprintf(line, LOG_LINE, format, args) >= LOG_LINE)
		memcpy(line + LOG_LINE - sizeof "...", "...", sizeof "...");
	quote_plain(line);
	if (socket_fd != -1)
		send_message(message);
	if (is_one_service && kind != 0 && counts != NULL)
		log_skip_note(counts, kind, line, clock_ms());
	if (socket_fd == -1 || (echo && priority <= LOG_WARNING))
		print_line(line);
	errno = saved_errno;
}

static void __attribute__((format(printf, 3, 4)))
put_line(int priority, unsigned kind, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	put(priority, kind, format, args);
	va_end(args);
}

void
log_about(const char *who, int priority, const char *format, va_list args)
{
	char     text[LOG_LINE];
	unsigned kind = kind_of(priority, format);

	if (is_needless(priority, kind))
		return;
	vsnprintf(text, sizeof text, format, args);
	put_line(priority, kind, "%s: %s", who, text);
}

void
log_listed_error(const char *line)
{
	put_line(LOG_ERR, 0, "%s", line);
}

#define LOG_FUNCTION(name, priority)                                    \
	void name(const char *format, ...)                              \
	{                                                               \
		va_list args;                                           \
                                                                        \
		va_start(args, format);                                 \
		put(priority, kind_of(priority, format), format, args); \
		va_end(args);                                           \
	}

LOG_FUNCTION(log_error, LOG_ERR)
LOG_FUNCTION(log_warning, LOG_WARNING)
LOG_FUNCTION(log_notice, LOG_NOTICE)
LOG_FUNCTION(log_info, LOG_INFO)
LOG_FUNCTION(log_debug, LOG_DEBUG)

void
log_set_level(int priority)
{
	level = priority;
}

bool
log_wants(int priority)
{
	return priority <= level;
}

void
log_set_socket(int fd, struct log_counts *shared)
{
	socket_fd = fd;
	counts = shared;
}

void
log_set_one_service(void)
{
	log_skip_forget();
	is_one_service = true;
}

int
log_socket(void)
{
	return socket_fd;
}

void
log_set_echo(bool on)
{
	echo = on;
}
