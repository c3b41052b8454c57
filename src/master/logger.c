/* SPDX-License-Identifier: MIT */
/* logger.c - the one process that waits for the system's log, so that no other ever waits for it */
#include "master/logger.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sysexits.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/io.h"
#include "common/log.h"
#include "common/proctitle.h"
#include "common/quote.h"
#include "config/settings.h"
#include "master/devlog.h"
#include "master/limit.h"
#include "master/strays.h"
#include "worker/rights.h"

/* What the socket holds while syslog is slow: some thousand lines, or some hundred if we are not root. */
#define LOGGER_BUFFER (1024 * 1024)

/* How often to tell that lines were lost. */
#define LOSSES_MS 1000

/* How often to try a system's log that is away, and how long at the very end. */
#define RETRY_MS     100
#define LAST_WAIT_MS 1000

/*
 * Of lines that come fast many are taken at once: after some that came together others
 * are left to gather for so long.  The socket holds what comes meanwhile.
 */
#define GATHER_MS 2

/* Lines as they came. */
struct batch {
	struct mmsghdr messages[DEVLOG_LINES];
	struct iovec   parts[DEVLOG_LINES];
	char           texts[DEVLOG_LINES][LOG_HEAD + LOG_LINE];
	_Alignas(
	    struct cmsghdr) char control[DEVLOG_LINES][CMSG_SPACE(sizeof(struct ucred))];
};

/* Wait for one and take those that are there. How many; at the end they have no sender. */
static int
receive(int fd, struct batch *b)
{
	int n;

	for (int i = 0; i < DEVLOG_LINES; i++) {
		memset(b->texts[i], 0, LOG_HEAD + 1);
		b->parts[i].iov_base = b->texts[i];
		b->parts[i].iov_len = sizeof b->texts[i] - 1;
		b->messages[i].msg_hdr.msg_iov = &b->parts[i];
		b->messages[i].msg_hdr.msg_iovlen = 1;
		b->messages[i].msg_hdr.msg_control = b->control[i];
		b->messages[i].msg_hdr.msg_controllen = sizeof b->control[i];
	}
	do
		n = recvmmsg(fd, b->messages, DEVLOG_LINES,
		    MSG_CMSG_CLOEXEC | MSG_WAITFORONE, NULL);
	while (n == -1 && errno == EINTR);
	return n;
}

/* The sender's pid, which the kernel says, not the sender; -1 if there is no sender. */
static pid_t
sender_of(const struct msghdr *m)
{
	const struct cmsghdr *c = CMSG_FIRSTHDR(m);
	struct ucred          cred;

	if (c == NULL || c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_CREDENTIALS)
		return -1;
	memcpy(&cred, CMSG_DATA(c), sizeof cred);
	return cred.pid;
}

/* Has everybody hung up, so that nobody waits for us but to end? */
static bool
is_last(const struct logger *logger)
{
	return io_is_shut(logger->read_fd);
}

/*
 * Lines wait here for a system's log that is slow or away, and behind them in the socket,
 * until that is full; but when sockd ends, only for a moment.
 */
static void
write_syslog(const struct logger *logger, const struct devlog_line *lines, size_t n)
{
	static const struct timespec rest = { 0, RETRY_MS * 1000000L };
	static unsigned long long    give_up_ms = CLOCK_NEVER_MS;
	size_t                       taken;

	while (n > 0) {
		taken = devlog_send(logger->identity, lines, n);
		lines += taken;
		n -= taken;
		if (taken > 0)
			continue;
		if (give_up_ms == CLOCK_NEVER_MS && is_last(logger))
			give_up_ms = clock_ms() + LAST_WAIT_MS;
		if (clock_ms() >= give_up_ms)
			return;
		nanosleep(&rest, NULL);
	}
}

static void
write_stderr(const char *text)
{
	char line[LOG_LINE + 16];
	int  n = snprintf(line, sizeof line, SOCKD ": %s\n", text);

	(void)io_write(STDERR_FILENO, line, (size_t)n);
}

static void
write_lines(const struct logger *logger, const struct devlog_line *lines, size_t n)
{
	if (!logger->to_stderr)
		write_syslog(logger, lines, n);
	else
		for (size_t i = 0; i < n; i++)
			write_stderr(lines[i].text);
}

/* A line of our own. */
static void
write_line(const struct logger *logger, int priority, char *text)
{
	struct devlog_line line = { priority | logger->facility, getpid(), text };

	write_lines(logger, &line, 1);
}

/* What a worker that was taken over sends is a kind of its own. */
static unsigned
kind_of(const char *message)
{
	char kind[LOG_HEAD] = "";

	memcpy(kind, message + 1, sizeof kind - 1);
	return strspn(kind, "0123456789abcdef") == sizeof kind - 1 ?
	    (unsigned)strtoul(kind, NULL, 16) :
	    1;
}

/*
 * Workers may be anybody's by now: whatever they send becomes one printable line.  False
 * if it is one of too many.
 */
static bool
read_message(const struct logger *logger, struct limit *limit, char *message,
    struct devlog_line *line)
{
	int priority = message[0] >= '0' + LOG_ERR && message[0] <= '0' + LOG_DEBUG ?
	    message[0] - '0' :
	    LOG_NOTICE;

	line->priority = priority | logger->facility;
	line->text = message + LOG_HEAD;
	quote_plain(line->text);
	return limit_passes(limit, kind_of(message), priority, line->text, clock_ms());
}

/* How many there were; -1 at the end. */
static int
forward(const struct logger *logger, struct limit *limit, struct batch *b)
{
	struct devlog_line lines[DEVLOG_LINES];
	int                n_lines = 0, n = receive(logger->read_fd, b);
	bool               is_end = n <= 0;

	for (int i = 0; i < n && !is_end; i++) {
		const struct mmsghdr *m = &b->messages[i];

		lines[n_lines].pid = sender_of(&m->msg_hdr);
		is_end = lines[n_lines].pid == -1;
		if (is_end || m->msg_len == 0)
			continue;
		b->texts[i][m->msg_len] = '\0';
		n_lines += read_message(logger, limit, b->texts[i], &lines[n_lines]);
	}
	write_lines(logger, lines, (size_t)n_lines);
	return is_end ? -1 : n;
}

static void
tell_counts(const struct logger *logger, struct limit *limit, unsigned long long now_ms)
{
	char line[LOG_LINE];
	int  priority;

	while (limit_count(limit, now_ms, &priority, line, sizeof line)) {
		quote_plain(line); /* it may be cut within a character */
		write_line(logger, priority, line);
	}
}

/* How many lines others could not send, once a second. */
static void
tell_losses(const struct logger *logger, unsigned long long *due_ms)
{
	char               text[64];
	unsigned long long n;

	if (atomic_load(&logger->counts->lost) == 0 || clock_ms() < *due_ms)
		return;
	*due_ms = clock_ms() + LOSSES_MS;
	n = atomic_exchange(&logger->counts->lost, 0);
	snprintf(text, sizeof text, "%llu line%s lost: the log was too slow", n,
	    n == 1 ? " was" : "s were");
	write_line(logger, LOG_WARNING, text);
}

/* It needs no rights but to write to /dev/log, which is everybody's. */
static void
drop_rights(const struct logger *logger)
{
	const struct identity i = { .given = geteuid() == 0 && logger->uid != (uid_t)-1,
		.uid = logger->uid,
		.gid = logger->gid };

	if (rights_take_groups(&i) == 0 && rights_take_user(&i) == 0)
		return;
	log_error("the logger cannot give up its rights: %m; no log without it");
	exit(EX_NOPERM);
}

/* For the next message, but not beyond the time when a count may be due. */
static bool
wait_for_message(
    const struct logger *logger, const struct limit *limit, unsigned long long losses_ms)
{
	struct pollfd      p = { .fd = logger->read_fd, .events = POLLIN };
	unsigned long long now_ms = clock_ms(), due_ms = limit_due_ms(limit);

	/* While lines are lost there are others in the socket; later none may come. */
	if (losses_ms > now_ms && losses_ms < due_ms)
		due_ms = losses_ms;
	return due_ms == CLOCK_NEVER_MS ||
	    poll(&p, 1, clock_poll_ms(now_ms, due_ms)) == 1;
}

static void
serve(const struct logger *logger)
{
	static const struct timespec gather = { 0, GATHER_MS * 1000000L };
	static struct limit          limit;
	static struct batch          batch;
	unsigned long long           losses_ms = 0;
	int                          n = 0;

	limit.counts = logger->counts;
	while (n >= 0) {
		tell_counts(logger, &limit, clock_ms());
		tell_losses(logger, &losses_ms);
		if (!wait_for_message(logger, &limit, losses_ms))
			continue;
		n = forward(logger, &limit, &batch);
		if (n > 1 && n < DEVLOG_LINES)
			nanosleep(&gather, NULL);
	}
	losses_ms = 0;
	tell_counts(logger, &limit, CLOCK_NEVER_MS);
	tell_losses(logger, &losses_ms);
}

static void __attribute__((noreturn)) logger_run(const struct logger *logger)
{
	static const int ignored[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGPIPE, SIGUSR1,
		SIGUSR2, SIGTTIN, SIGTTOU, SIGTSTP };
	int              keep[] = { logger->read_fd };
	sigset_t         none;

	/* Who asks sockd to stop does not ask us: the others have last words to say. */
	for (size_t i = 0; i < sizeof ignored / sizeof *ignored; i++)
		signal(ignored[i], SIG_IGN);
	signal(SIGCHLD, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (io_close_others(keep, 1) != 0)
		exit(EX_OSERR);
	log_set_socket(-1, NULL);
	drop_rights(logger);
	proctitle_set("logger");
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO - logger->to_stderr; fd++)
		if (io_null(fd) != 0)
			exit(EX_OSERR); /* whoever reads there waits for our end */
	serve(logger);
	exit(0);
}

int
logger_start(struct logger *logger)
{
	pid_t pid = fork();

	if (pid == 0)
		logger_run(logger);
	if (pid == -1)
		return -1;
	logger->pid = pid;
	return 0;
}

int
logger_open(struct logger *logger, const struct config *config, bool to_stderr)
{
	static const int on = 1, size = LOGGER_BUFFER;
	int              fds[2];

	logger->counts = mmap(NULL, sizeof *logger->counts, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (logger->counts == MAP_FAILED)
		return -1;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds) != 0) {
		munmap(logger->counts, sizeof *logger->counts);
		return -1;
	}
	if (setsockopt(fds[1], SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof size) != 0)
		(void)setsockopt(fds[1], SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
	logger->pid = 0;
	logger->read_fd = fds[0];
	logger->write_fd = fds[1];
	logger->to_stderr = to_stderr;
	logger->facility = config->log.facility;
	snprintf(logger->identity, sizeof logger->identity, "%s", config->log.identity);
	logger->uid = config->identity.given ? config->identity.uid : (uid_t)-1;
	logger->gid = config->identity.gid;
	if (setsockopt(fds[0], SOL_SOCKET, SO_PASSCRED, &on, sizeof on) == 0 &&
	    logger_start(logger) == 0)
		return 0;
	logger_close(logger);
	return -1;
}

void
logger_close(struct logger *logger)
{
	if (logger->write_fd == -1)
		return;
	if (logger->pid != 0)
		strays_spare(logger->pid);
	io_close(&logger->read_fd);
	io_close(&logger->write_fd);
	munmap(logger->counts, sizeof *logger->counts);
}
