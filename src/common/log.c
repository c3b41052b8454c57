/* SPDX-License-Identifier: MIT */
/* log.c - one line an event, to standard error or to the logger process */
#include "common/log.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/quote.h"

static int                         level = LOG_INFO;
static int                         socket_fd = -1;
static bool                        echo;
static _Atomic unsigned long long *lost;

/* message is the priority's digit and the line. */
static void
send_line(const char *message)
{
	ssize_t n;

	do
		n = send(
		    socket_fd, message, strlen(message), MSG_DONTWAIT | MSG_NOSIGNAL);
	while (n == -1 && errno == EINTR);
	if (n == -1 && lost != NULL)
		atomic_fetch_add(lost, 1);
}

static void
print_line(const char *line)
{
	char text[LOG_LINE + sizeof "sockd: \n"];
	int  n = snprintf(text, sizeof text, "sockd: %s\n", line);

	(void)!write(STDERR_FILENO, text, (size_t)n);
}

void
log_at(int priority, const char *format, va_list args)
{
	char message[1 + LOG_LINE];
	int  saved_errno = errno;

	if (!log_wants(priority))
		return;
	message[0] = (char)('0' + priority);
	errno = saved_errno; /* for %m */
	vsnprintf(message + 1, sizeof message - 1, format, args);
	quote_plain(message + 1);
	if (socket_fd != -1)
		send_line(message);
	if (socket_fd == -1 || (echo && priority <= LOG_WARNING))
		print_line(message + 1);
	errno = saved_errno;
}

void
log_about(const char *who, int priority, const char *format, va_list args)
{
	char text[LOG_LINE];

	if (!log_wants(priority))
		return;
	vsnprintf(text, sizeof text, format, args);
	log_line(priority, "%s: %s", who, text);
}

void
log_line(int priority, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	log_at(priority, format, args);
	va_end(args);
}

#define LOG_FUNCTION(name, priority)            \
	void name(const char *format, ...)      \
	{                                       \
		va_list args;                   \
                                                \
		va_start(args, format);         \
		log_at(priority, format, args); \
		va_end(args);                   \
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
log_set_socket(int fd, _Atomic unsigned long long *counter)
{
	socket_fd = fd;
	lost = counter;
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
