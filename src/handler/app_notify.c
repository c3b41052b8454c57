/* SPDX-License-Identifier: MIT */
/* app_notify.c - what a program says of itself, by sd_notify(3)'s protocol */
#include "handler/app_notify.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* Longer messages are none of the protocol's. */
#define MESSAGE 4096

/* Read at a time: a program that floods us is heard, and not only it. */
#define MESSAGES_MOST 64

int
app_notify_open(char name[APP_NOTIFY_NAME])
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	socklen_t          size = sizeof un;
	int on = 1, fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	/* Bound to a family alone it gets a name, unix(7). */
	if (fd == -1 || setsockopt(fd, SOL_SOCKET, SO_PASSCRED, &on, sizeof on) != 0 ||
	    bind(fd, (const struct sockaddr *)&un, sizeof un.sun_family) != 0 ||
	    getsockname(fd, (struct sockaddr *)&un, &size) != 0) {
		if (fd != -1)
			close(fd);
		return -1;
	}
	size -= (socklen_t)offsetof(struct sockaddr_un, sun_path);
	snprintf(name, APP_NOTIFY_NAME, "@%.*s", (int)size - 1, un.sun_path + 1);
	return fd;
}

static void
keep_status(struct app_news *news, const char *text, size_t length)
{
	if (length >= sizeof news->status)
		length = sizeof news->status - 1;
	memcpy(news->status, text, length);
	news->status[length] = '\0';
	news->has_status = true;
}

static bool
is_word(const char *line, size_t length, const char *word)
{
	return length == strlen(word) && memcmp(line, word, length) == 0;
}

static void
parse_line(const char *line, size_t length, struct app_news *news)
{
	static const char status[] = "STATUS=";
	size_t            n = sizeof status - 1;

	if (is_word(line, length, "READY=1"))
		news->is_ready = true;
	else if (is_word(line, length, "WATCHDOG=1"))
		news->is_alive = true;
	else if (is_word(line, length, "WATCHDOG=trigger"))
		news->wants_abort = true;
	else if (is_word(line, length, "STOPPING=1"))
		news->is_stopping = true;
	else if (length >= n && memcmp(line, status, n) == 0)
		keep_status(news, line + n, length - n);
}

void
app_notify_parse(const char *message, size_t size, struct app_news *news)
{
	const char *end = message + size, *line_end;

	for (; message < end; message = line_end + 1) {
		line_end = memchr(message, '\n', (size_t)(end - message));
		if (line_end == NULL)
			line_end = end;
		parse_line(message, (size_t)(line_end - message), news);
	}
}

/*
 * Whoever has our session can join the program's group; but who has our user can do to it what
 * it likes anyway.
 */
static bool
is_of(const struct ucred *sender, pid_t program)
{
	return sender->pid == program ||
	    (sender->pid > 0 && sender->uid == geteuid() &&
		(getpgid(sender->pid) == program || getsid(sender->pid) == program));
}

/* The kernel says who has sent it. */
static struct ucred
sender_of(struct msghdr *m)
{
	struct cmsghdr *c = CMSG_FIRSTHDR(m);
	struct ucred    cred = { .pid = 0 };

	if (c != NULL && c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_CREDENTIALS)
		memcpy(&cred, CMSG_DATA(c), sizeof cred);
	return cred;
}

void
app_notify_read(int fd, pid_t program, struct app_news *news)
{
	/* No room for descriptors, which are closed then: who waits for that is answered. */
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(struct ucred))];
	char                          message[MESSAGE];

	for (int i = 0; i < MESSAGES_MOST; i++) {
		struct iovec  iov = { message, sizeof message };
		struct msghdr m = { .msg_iov = &iov,
			.msg_iovlen = 1,
			.msg_control = control,
			.msg_controllen = sizeof control };
		ssize_t       n = recvmsg(fd, &m, MSG_CMSG_CLOEXEC);
		struct ucred  sender;

		if (n == -1)
			return;
		sender = sender_of(&m);
		if (!is_of(&sender, program))
			news->has_stranger = true;
		else if (!(m.msg_flags & MSG_TRUNC))
			app_notify_parse(message, (size_t)n, news);
	}
}
