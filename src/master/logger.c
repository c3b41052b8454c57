/* SPDX-License-Identifier: MIT */
/* logger.c - the one process that calls syslog(3), so that no other ever waits for it */
#include "master/logger.h"

#include <errno.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sysexits.h>
#include <syslog.h>
#include <unistd.h>

#include "common/io.h"
#include "common/log.h"
#include "common/proctitle.h"
#include "common/quote.h"
#include "config/settings.h"

/* What the socket holds while syslog is slow: some hundred lines. */
#define LOGGER_BUFFER (256 * 1024)

/*
 * The sender's pid comes from the kernel, not from the sender.  The line's length, or -1
 * at the end: that has no sender, which an empty line has.
 */
static ssize_t
receive(int fd, char *line, size_t size, pid_t *pid)
{
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(struct ucred))];
	struct iovec                  iov = { line, size - 1 };
	struct msghdr                 m = { .msg_iov = &iov,
				.msg_iovlen = 1,
				.msg_control = control,
				.msg_controllen = sizeof control };
	struct cmsghdr               *c;
	struct ucred                  cred;
	ssize_t                       n;

	do
		n = recvmsg(fd, &m, MSG_CMSG_CLOEXEC);
	while (n == -1 && errno == EINTR);
	c = CMSG_FIRSTHDR(&m);
	if (n < 0 || c == NULL || c->cmsg_level != SOL_SOCKET ||
	    c->cmsg_type != SCM_CREDENTIALS)
		return -1;
	line[n] = '\0';
	memcpy(&cred, CMSG_DATA(c), sizeof cred);
	*pid = cred.pid;
	return n;
}

static void
write_syslog(const struct logger *logger, int priority, pid_t pid, const char *text)
{
	static char  identity[sizeof logger->identity + 16];
	static pid_t identity_pid = -1;

	/* As LOG_PID would, but with the pid of who speaks. */
	if (pid != identity_pid) {
		snprintf(identity, sizeof identity, "%s[%d]", logger->identity, (int)pid);
		openlog(identity, LOG_NDELAY, logger->facility);
		identity_pid = pid;
	}
	syslog(priority, "%s", text);
}

static void
write_stderr(const char *text)
{
	char line[LOG_LINE + 16];
	int  n = snprintf(line, sizeof line, "sockd: %s\n", text);

	(void)io_write(STDERR_FILENO, line, (size_t)n);
}

static void
write_line(const struct logger *logger, int priority, pid_t pid, const char *text)
{
	if (logger->to_stderr)
		write_stderr(text);
	else
		write_syslog(logger, priority, pid, text);
}

/* Workers may be anybody's by now: whatever they send becomes one printable line. */
static void
forward(const struct logger *logger, char *line, pid_t pid)
{
	int priority = line[0] >= '0' + LOG_ERR && line[0] <= '0' + LOG_DEBUG ?
	    line[0] - '0' :
	    LOG_NOTICE;

	quote_plain(line + 1);
	write_line(logger, priority, pid, line + 1);
}

/* While lines are lost there are others in the socket: so this comes to be called. */
static void
tell_losses(const struct logger *logger)
{
	char               text[64];
	unsigned long long n = atomic_exchange(logger->lost, 0);

	if (n == 0)
		return;
	snprintf(text, sizeof text, "%llu line%s lost: the log was too slow", n,
	    n == 1 ? " was" : "s were");
	write_line(logger, LOG_WARNING, getpid(), text);
}

/* It needs no rights but to write to /dev/log, which is everybody's. */
static int
drop_rights(const struct logger *logger)
{
	if (geteuid() != 0 || logger->uid == (uid_t)-1)
		return 0;
	if (setgroups(0, NULL) != 0 ||
	    setresgid(logger->gid, logger->gid, logger->gid) != 0)
		return -1;
	return setresuid(logger->uid, logger->uid, logger->uid);
}

static void __attribute__((noreturn)) logger_run(const struct logger *logger)
{
	static const int ignored[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGPIPE, SIGUSR1,
		SIGUSR2, SIGTTIN, SIGTTOU, SIGTSTP };
	char             line[1 + LOG_LINE];
	int              keep[] = { logger->read_fd };
	ssize_t          n;
	pid_t            pid;
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
	proctitle_set("logger");
	if (logger->to_stderr) {
		(void)io_null(STDIN_FILENO);
		(void)io_null(STDOUT_FILENO);
	} else {
		openlog(logger->identity, LOG_NDELAY, logger->facility);
		for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
			(void)io_null(fd);
	}
	if (drop_rights(logger) != 0)
		exit(EX_OSERR);
	while ((n = receive(logger->read_fd, line, sizeof line, &pid)) >= 0) {
		if (n > 0)
			forward(logger, line, pid);
		tell_losses(logger);
	}
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

	logger->lost = mmap(NULL, sizeof *logger->lost, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (logger->lost == MAP_FAILED)
		return -1;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds) != 0) {
		munmap(logger->lost, sizeof *logger->lost);
		return -1;
	}
	setsockopt(fds[0], SOL_SOCKET, SO_PASSCRED, &on, sizeof on);
	setsockopt(fds[1], SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
	logger->pid = 0;
	logger->read_fd = fds[0];
	logger->write_fd = fds[1];
	logger->to_stderr = to_stderr;
	logger->facility = config->log.facility;
	snprintf(logger->identity, sizeof logger->identity, "%s", config->log.identity);
	logger->uid = config->identity.given ? config->identity.uid : (uid_t)-1;
	logger->gid = config->identity.gid;
	if (logger_start(logger) == 0)
		return 0;
	logger_close(logger);
	return -1;
}

void
logger_close(struct logger *logger)
{
	if (logger->write_fd == -1)
		return;
	io_close(&logger->read_fd);
	io_close(&logger->write_fd);
	munmap(logger->lost, sizeof *logger->lost);
}
