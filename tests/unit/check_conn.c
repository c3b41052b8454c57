/* SPDX-License-Identifier: MIT */
/* check_conn.c - tests conn.c: a connection with this test as its peer */
#include "worker/conn.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/time.h>
#include <sys/wait.h>

#include "common/clock.h"
#include "common/scoreboard.h"
#include "config/settings.h"
#include "unit.h"
#include "worker/board.h"
#include "worker/leave.h"

/* No test waits so long, and no slow machine makes a short wait so long. */
#define LONG_MS 20000

static struct service_conf *service;
static struct sockd_conn    conn;
static struct slot          slot;
static struct orders        orders;
static struct board         board = { &slot, &slot, &orders, -1, 0, 1, 1 };
static int                  peer_fd, lifeline_fds[2];

static void
begin(void)
{
	conn_init(&conn, service, lifeline_fds[0], &board);
}

static void
prepare(void)
{
	service = service_conf_create("test");
	service->timeouts.idle = LONG_MS;
	ck_assert_int_eq(pipe(lifeline_fds), 0);
	unit_catch_log();
}

/* A pair of UNIX sockets: every wait is a poll. */
static void
connect_unix(int type)
{
	int fds[2];

	prepare();
	ck_assert_int_eq(socketpair(AF_UNIX, type, 0, fds), 0);
	conn.fd = fds[0];
	conn.kernel_waits = false;
	conn.peer.storage.ss_family = AF_UNIX;
	conn.peer.size = sizeof(sa_family_t);
	peer_fd = fds[1];
	begin();
}

/* TCP over loopback; the kernel ends waits after wait_ms, or, with 0, every one is a
 * poll. */
static void
connect_tcp(int wait_ms)
{
	struct sockaddr_in in = { .sin_family = AF_INET,
		.sin_addr = { htonl(INADDR_LOOPBACK) } };
	struct timeval     tv = { wait_ms / 1000, wait_ms % 1000 * 1000 };
	socklen_t          size = sizeof in;
	int                fd = socket(AF_INET, SOCK_STREAM, 0);

	prepare();
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&in, sizeof in), 0);
	ck_assert_int_eq(listen(fd, 1), 0);
	ck_assert_int_eq(getsockname(fd, (struct sockaddr *)&in, &size), 0);
	peer_fd = socket(AF_INET, SOCK_STREAM, 0);
	ck_assert_int_eq(connect(peer_fd, (struct sockaddr *)&in, sizeof in), 0);
	conn.peer.size = sizeof conn.peer.storage;
	conn.fd = accept(fd, (struct sockaddr *)&conn.peer.storage, &conn.peer.size);
	ck_assert_int_ne(conn.fd, -1);
	close(fd);
	conn.kernel_waits = wait_ms != 0;
	setsockopt(conn.fd, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof tv);
	setsockopt(conn.fd, SOL_SOCKET, SO_SNDTIMEO, &tv, sizeof tv);
	begin();
}

/* Each of these must not make a difference. */
static void
connect_any(int how)
{
	if (how == 0)
		connect_unix(SOCK_STREAM);
	else
		connect_tcp(how == 1 ? 0 : 50);
}

#define WAYS 3

/* End as a handler that did what it should; the line of the log. */
static const char *
finish(enum sockd_end end)
{
	static char line[LOG_LINE];

	close(peer_fd);
	conn_finish(&conn, end, &board);
	strcpy(line, unit_log());
	close(lifeline_fds[0]);
	close(lifeline_fds[1]);
	service_conf_destroy(service);
	return line;
}

static void
check_took(unsigned long long began_ms, unsigned long long least_ms)
{
	ck_assert_uint_ge(clock_ms() - began_ms, least_ms);
	ck_assert_uint_lt(clock_ms() - began_ms, LONG_MS);
}

START_TEST(reads_and_writes)
{
	char bytes[16] = "";

	connect_any(_i);
	ck_assert_int_eq(write(peer_fd, "hello", 5), 5);
	ck_assert_int_eq(sockd_read(&conn, bytes, 3), 3);
	ck_assert_int_eq(sockd_read(&conn, bytes + 3, 10), 2);
	ck_assert_str_eq(bytes, "hello");
	ck_assert_int_eq(sockd_write(&conn, "goodbye", 7), 0);
	ck_assert_int_eq(sockd_write(&conn, "", 0), 0);
	ck_assert_int_eq(read(peer_fd, bytes, sizeof bytes), 7);
	ck_assert_int_eq(shutdown(peer_fd, SHUT_WR), 0);
	ck_assert(!conn.at_end);
	ck_assert_int_eq(sockd_read(&conn, bytes, sizeof bytes), 0);
	ck_assert(conn.at_end);
	ck_assert_int_eq(conn.failure, 0);
	ck_assert_ptr_nonnull(strstr(finish(SOCKD_DONE), " in=5 out=7 "));
	ck_assert_uint_eq(slot.served, 1);
	ck_assert_uint_eq(slot.in, 5);
	ck_assert_uint_eq(slot.out, 7);
}
END_TEST

/* Nothing comes: idle, or the lifetime if that is shorter. */
START_TEST(ends_a_wait_to_read)
{
	unsigned long long began_ms = clock_ms();
	char               byte;

	connect_any(_i % WAYS);
	if (_i < WAYS) {
		service->timeouts.idle = 20;
	} else {
		service->timeouts.lifetime = 20;
		begin();
	}
	ck_assert_int_eq(sockd_read(&conn, &byte, 1), -1);
	ck_assert_int_eq(errno, ETIMEDOUT);
	ck_assert_int_eq(conn.failure, ETIMEDOUT);
	check_took(began_ms, 20);
	ck_assert_ptr_nonnull(strstr(finish(SOCKD_ERROR), "why=timeout"));
}
END_TEST

/* Nothing is taken. */
START_TEST(ends_a_wait_to_write)
{
	static char        bytes[1 << 24];
	unsigned long long began_ms = clock_ms();

	connect_any(_i % WAYS);
	if (_i < WAYS) {
		service->timeouts.idle = 20;
	} else {
		service->timeouts.lifetime = 20;
		begin();
	}
	ck_assert_int_eq(sockd_write(&conn, bytes, sizeof bytes), -1);
	ck_assert_int_eq(errno, ETIMEDOUT);
	ck_assert_uint_gt(conn.out, 0);
	ck_assert_uint_lt(conn.out, sizeof bytes);
	check_took(began_ms, 20);
	ck_assert_ptr_nonnull(strstr(finish(SOCKD_ERROR), "why=timeout"));
}
END_TEST

/* Whoever sends or takes a little every now and then is not idle, but has a lifetime. */
START_TEST(ends_a_busy_life)
{
	unsigned long long began_ms = clock_ms();
	char               byte = 'x';
	int                n = 0;
	pid_t              pid;

	connect_any(_i);
	service->timeouts.lifetime = 50;
	begin();
	pid = fork();
	if (pid == 0) {
		close(conn.fd);
		while (write(peer_fd, &byte, 1) == 1)
			usleep(5000);
		_exit(0);
	}
	while (sockd_read(&conn, &byte, 1) == 1)
		n++;
	ck_assert_int_eq(errno, ETIMEDOUT);
	ck_assert_int_gt(n, 1);
	check_took(began_ms, 50);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	finish(SOCKD_ERROR);
}
END_TEST

/* A peer that takes all, so slowly that it lasts longer than idle. */
START_TEST(is_patient_with_the_slow)
{
	static char        bytes[1 << 24];
	unsigned long long began_ms = clock_ms();
	int                status, size = 1 << 19;
	pid_t              pid;

	connect_any(_i);
	setsockopt(conn.fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
	setsockopt(peer_fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
	service->timeouts.idle = 300;
	pid = fork();
	if (pid == 0) {
		ssize_t n = 0;

		close(conn.fd);
		for (int i = 0; i < 33; i++) {
			usleep(10000);
			n += recv(peer_fd, bytes, 400000, MSG_WAITALL);
		}
		while (n < (ssize_t)sizeof bytes)
			n += recv(peer_fd, bytes, sizeof bytes, 0);
		_exit(n == sizeof bytes ? 0 : 1);
	}
	ck_assert_int_eq(sockd_write(&conn, bytes, sizeof bytes), 0);
	ck_assert_uint_eq(conn.out, sizeof bytes);
	check_took(began_ms, 301);
	waitpid(pid, &status, 0);
	ck_assert_int_eq(status, 0);
	finish(SOCKD_DONE);
}
END_TEST

static void
on_alarm(int signal_number)
{
	(void)signal_number;
}

/* Signals interrupt every wait, and change nothing. */
START_TEST(goes_on_after_signals)
{
	struct sigaction   action = { .sa_handler = on_alarm };
	struct itimerval   often = { { 0, 2000 }, { 0, 2000 } };
	unsigned long long began_ms = clock_ms();
	char               byte;

	connect_any(_i);
	service->timeouts.idle = 50;
	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &often, NULL);
	ck_assert_int_eq(sockd_read(&conn, &byte, 1), -1);
	ck_assert_int_eq(errno, ETIMEDOUT);
	check_took(began_ms, 50);
	finish(SOCKD_ERROR);
}
END_TEST

/* The kernel ended waits by itself, more than once, before something came. */
START_TEST(waits_on_after_the_kernel)
{
	char  byte = 0;
	pid_t pid;

	connect_tcp(10);
	service->timeouts.idle = 0;
	pid = fork();
	if (pid == 0) {
		usleep(30000);
		_exit(write(peer_fd, "x", 1) == 1 ? 0 : 1);
	}
	ck_assert_int_eq(sockd_read(&conn, &byte, 1), 1);
	ck_assert_int_eq(byte, 'x');
	waitpid(pid, NULL, 0);
	finish(SOCKD_DONE);
}
END_TEST

START_TEST(half_closes)
{
	char byte;

	connect_any(_i);
	ck_assert_int_eq(sockd_half_close(&conn), 0);
	ck_assert_int_eq(read(peer_fd, &byte, 1), 0);
	ck_assert_int_eq(write(peer_fd, "x", 1), 1);
	ck_assert_int_eq(sockd_read(&conn, &byte, 1), 1);
	ck_assert_int_eq(sockd_half_close(&conn), 0);
	ck_assert_int_eq(sockd_write(&conn, "y", 1), -1);
	ck_assert_int_eq(errno, EPIPE);
	finish(SOCKD_DONE);
}
END_TEST

/* The peer hangs up: by a close, or with a reset as something was not read. */
START_TEST(survives_hangups)
{
	static char bytes[1 << 20];

	connect_any(_i);
	ck_assert_int_eq(sockd_write(&conn, "x", 1), 0);
	close(peer_fd);
	peer_fd = dup(0);
	while (sockd_write(&conn, bytes, sizeof bytes) == 0)
		;
	ck_assert(errno == EPIPE || errno == ECONNRESET);
	ck_assert_ptr_nonnull(strstr(finish(SOCKD_ERROR), "why=hangup"));
}
END_TEST

/* What the handler said, what failed, and what that makes in the log. */
static const struct {
	enum sockd_end end;
	int            failure;
	const char    *why;
} ends[] = {
	{ SOCKD_DONE, 0, "done" },
	{ SOCKD_HANGUP, 0, "hangup" },
	{ SOCKD_TIMEOUT, 0, "timeout" },
	{ SOCKD_DRAINED, 0, "drained" },
	{ SOCKD_ERROR, 0, "error" },
	{ (enum sockd_end)77, 0, "error" },
	{ SOCKD_ERROR, ETIMEDOUT, "timeout" },
	{ SOCKD_DONE, ETIMEDOUT, "timeout" },
	{ SOCKD_ERROR, ECANCELED, "drained" },
	{ SOCKD_ERROR, ECONNRESET, "hangup" },
	{ SOCKD_ERROR, EPIPE, "hangup" },
	{ SOCKD_DONE, EPIPE, "done" },
	{ SOCKD_ERROR, EIO, "error" },
};

START_TEST(logs_how_it_ended)
{
	char               expected[128], peer[64];
	unsigned long long ms, tenths;

	connect_tcp(0);
	conn.failure = ends[_i].failure;
	address_print(&conn.peer, peer, sizeof peer);
	shutdown(peer_fd, SHUT_WR);
	strcpy(expected, finish(ends[_i].end));
	ck_assert_int_eq(
	    sscanf(strstr(expected, "ms="), "ms=%llu.%llu why=", &ms, &tenths), 2);
	ck_assert_uint_lt(tenths, 10);
	ck_assert_str_eq(strstr(expected, "why=") + 4, ends[_i].why);
	*strstr(expected, " ms=") = '\0';
	ck_assert_ptr_eq(strstr(expected, "6test: closed peer="), expected);
	ck_assert_ptr_nonnull(strstr(expected, peer));
	ck_assert_ptr_nonnull(strstr(expected, " in=0 out=0"));
}
END_TEST

START_TEST(can_be_silent)
{
	connect_unix(SOCK_STREAM);
	if (_i == 0)
		service->log_connections = false;
	else
		log_set_level(LOG_NOTICE);
	ck_assert_str_eq(finish(SOCKD_DONE), "");
	ck_assert_uint_eq(slot.served, 1);
}
END_TEST

START_TEST(names_the_peer)
{
	char expected[64];

	connect_any(_i);
	if (_i == 0)
		snprintf(expected, sizeof expected, "unix:uid=%u", (unsigned)getuid());
	else
		address_print(&conn.peer, expected, sizeof expected);
	ck_assert_str_eq(sockd_peer(&conn), expected);
	ck_assert_ptr_eq(sockd_peer(&conn), sockd_peer(&conn));
	ck_assert_str_eq(sockd_service(&conn), "test");
	sockd_log(&conn, LOG_WARNING, "%s %d", "x\n", 7);
	ck_assert_str_eq(unit_log(), "4test: x? 7");
	log_set_level(LOG_INFO);
	sockd_log(&conn, LOG_DEBUG, "x");
	ck_assert_str_eq(unit_log(), "");
	finish(SOCKD_DONE);
}
END_TEST

/* The peer has sent what we never read: closing at once would reset, and lose our reply.
 */
START_TEST(loses_no_reply)
{
	static char bytes[100000];
	int         status;
	pid_t       pid;

	connect_tcp(_i == 0 ? 0 : 5000);
	pid = fork();
	if (pid == 0) {
		close(conn.fd);
		if (send(peer_fd, bytes, sizeof bytes, MSG_NOSIGNAL) != sizeof bytes)
			_exit(1);
		usleep(20000);
		if (recv(peer_fd, bytes, 5, MSG_WAITALL) != 5 ||
		    memcmp(bytes, "reply", 5) != 0)
			_exit(2);
		_exit(recv(peer_fd, bytes, 1, 0) == 0 ? 0 : 3);
	}
	close(peer_fd);
	peer_fd = dup(0);
	ck_assert_int_eq(sockd_read(&conn, bytes, 1), 1);
	ck_assert_int_eq(sockd_write(&conn, "reply", 5), 0);
	finish(SOCKD_DONE);
	waitpid(pid, &status, 0);
	ck_assert_int_eq(WEXITSTATUS(status), 0);
}
END_TEST

/* A peer that never closes does not keep us for ever. */
START_TEST(does_not_linger_for_ever)
{
	unsigned long long began_ms = clock_ms();
	int                keep_fd;

	connect_tcp(50);
	keep_fd = dup(peer_fd);
	ck_assert_int_eq(sockd_write(&conn, "reply", 5), 0);
	ck_assert_ptr_nonnull(strstr(finish(SOCKD_DONE), "why=done"));
	check_took(began_ms, 40);
	close(keep_fd);
}
END_TEST

static void
prepare_to_leave(long long drain_ms)
{
	static int news_fds[2];

	ck_assert_int_eq(pipe(news_fds), 0);
	ck_assert_int_eq(leave_init(NULL, 0, open("/dev/null", O_RDWR), &slot, &orders,
			     news_fds[1], drain_ms),
	    0);
}

/* The master is gone, or sends its signal: what is served may go on until drain. */
START_TEST(drains)
{
	unsigned long long began_ms = clock_ms();
	pid_t              pid = 0, parent = getpid();
	char               byte;

	connect_any(_i % WAYS);
	prepare_to_leave(40);
	if (_i < WAYS) {
		close(lifeline_fds[1]);
		lifeline_fds[1] = dup(0);
		if (conn.kernel_waits)
			raise(SIGTERM); /* the kernel's wait cannot see the lifeline */
	} else {
		pid = fork();
		if (pid == 0) {
			usleep(10000);
			_exit(kill(parent, SIGTERM));
		}
	}
	ck_assert_int_eq(sockd_read(&conn, &byte, 1), -1);
	ck_assert_int_eq(errno, ECANCELED);
	check_took(began_ms, 40);
	ck_assert_ptr_nonnull(strstr(finish(SOCKD_ERROR), "why=drained"));
	if (pid != 0)
		waitpid(pid, NULL, 0);
}
END_TEST

START_TEST(may_finish_while_it_drains)
{
	char  byte;
	pid_t pid;

	connect_any(_i);
	prepare_to_leave(LONG_MS);
	raise(SIGTERM);
	pid = fork();
	if (pid == 0) {
		usleep(10000);
		_exit(write(peer_fd, "x", 1) == 1 ? 0 : 1);
	}
	ck_assert_int_eq(sockd_read(&conn, &byte, 1), 1);
	ck_assert_int_eq(sockd_write(&conn, "y", 1), 0);
	ck_assert_int_eq(read(peer_fd, &byte, 1), 1);
	ck_assert_int_eq(byte, 'y');
	waitpid(pid, NULL, 0);
	ck_assert_ptr_nonnull(strstr(finish(SOCKD_DONE), "why=done"));
}
END_TEST

START_TEST(keeps_the_bounds_of_messages)
{
	char bytes[16];

	connect_unix(SOCK_SEQPACKET);
	ck_assert_int_eq(write(peer_fd, "one", 3), 3);
	ck_assert_int_eq(write(peer_fd, "three", 5), 5);
	ck_assert_int_eq(sockd_read(&conn, bytes, sizeof bytes), 3);
	ck_assert_int_eq(sockd_read(&conn, bytes, sizeof bytes), 5);
	ck_assert_int_eq(sockd_write(&conn, "x", 1), 0);
	ck_assert_int_eq(read(peer_fd, bytes, sizeof bytes), 1);
	finish(SOCKD_DONE);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("conn");

	TESTS(s, reads_and_writes, WAYS);
	TESTS(s, ends_a_wait_to_read, 2 * WAYS);
	TESTS(s, ends_a_wait_to_write, 2 * WAYS);
	TESTS(s, ends_a_busy_life, WAYS);
	TESTS(s, is_patient_with_the_slow, 2);
	TESTS(s, goes_on_after_signals, WAYS);
	TEST(s, waits_on_after_the_kernel);
	TESTS(s, half_closes, WAYS);
	TESTS(s, survives_hangups, WAYS);
	TABLE(s, logs_how_it_ended, ends);
	TESTS(s, can_be_silent, 2);
	TESTS(s, names_the_peer, WAYS);
	TESTS(s, loses_no_reply, 2);
	TEST(s, does_not_linger_for_ever);
	TESTS(s, drains, 2 * WAYS);
	TESTS(s, may_finish_while_it_drains, WAYS);
	TEST(s, keeps_the_bounds_of_messages);
	return unit_run(s);
}
