/* SPDX-License-Identifier: MIT */
/* check_leave.c - tests leave.c: every wait ends when the worker must leave */
#include "worker/leave.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "common/clock.h"
#include "common/scoreboard.h"
#include "unit.h"

static struct slot   slot;
static struct orders orders;
static int           listener_fds[2], news_fds[2];

static int
open_listener(void)
{
	struct sockaddr_in in = { .sin_family = AF_INET,
		.sin_addr = { htonl(INADDR_LOOPBACK) } };
	int                fd = socket(AF_INET, SOCK_STREAM, 0);

	ck_assert_int_eq(bind(fd, (struct sockaddr *)&in, sizeof in), 0);
	ck_assert_int_eq(listen(fd, 5), 0);
	return fd;
}

static void
prepare(long long drain_ms)
{
	for (size_t i = 0; i < COUNT(listener_fds); i++)
		listener_fds[i] = open_listener();
	ck_assert_int_eq(pipe(news_fds), 0);
	fcntl(news_fds[0], F_SETFL, O_NONBLOCK);
	ck_assert_int_eq(leave_init(listener_fds, COUNT(listener_fds),
			     open("/dev/null", O_RDWR | O_CLOEXEC), &slot, &orders,
			     news_fds[1], drain_ms),
	    0);
}

/* A process that sends us the signal, after a time. */
static pid_t
signal_later(unsigned ms)
{
	pid_t parent = getpid(), pid = fork();

	if (pid == 0) {
		usleep(ms * 1000);
		_exit(kill(parent, SIGTERM));
	}
	return pid;
}

START_TEST(stays_until_it_is_asked)
{
	char byte;

	prepare(1000);
	ck_assert(!leave_asked());
	ck_assert_uint_eq(leave_deadline_ms(), CLOCK_NEVER_MS);
	ck_assert(!slot.leaving);
	ck_assert_int_eq(read(news_fds[0], &byte, 1), -1);
}
END_TEST

/* Whether accept begins before the signal or after it. */
START_TEST(ends_accept)
{
	pid_t       pid = 0;
	struct stat st;
	char        byte = 0;

	prepare(1000);
	if (_i == 0)
		raise(SIGTERM);
	else
		pid = signal_later(30);
	ck_assert_int_eq(accept(listener_fds[0], NULL, NULL), -1);
	ck_assert_int_eq(errno, _i == 0 ? ENOTSOCK : EINTR);
	ck_assert(leave_asked());
	ck_assert(slot.leaving);
	ck_assert_int_eq(read(news_fds[0], &byte, 1), 1);
	ck_assert_int_eq(byte, 'l');
	for (size_t i = 0; i < COUNT(listener_fds); i++) {
		ck_assert_int_eq(fstat(listener_fds[i], &st), 0);
		ck_assert(S_ISCHR(st.st_mode));
		ck_assert_int_eq(accept(listener_fds[i], NULL, NULL), -1);
	}
	if (pid != 0)
		waitpid(pid, NULL, 0);
}
END_TEST

static const struct {
	long long drain_ms;
	bool      never;
} drains[] = { { 0, true }, { 1, false }, { 30000, false } };

START_TEST(sets_the_deadline)
{
	unsigned long long before_ms;

	prepare(drains[_i].drain_ms);
	before_ms = clock_ms();
	raise(SIGTERM);
	if (drains[_i].never) {
		ck_assert_uint_eq(leave_deadline_ms(), CLOCK_NEVER_MS);
		return;
	}
	ck_assert_uint_ge(
	    leave_deadline_ms(), before_ms + (unsigned long long)drains[_i].drain_ms);
	ck_assert_uint_le(
	    leave_deadline_ms(), clock_ms() + (unsigned long long)drains[_i].drain_ms);
}
END_TEST

/* A wait that began between the test of leave_asked() and the signal ends all the same.
 */
START_TEST(interrupts_every_wait)
{
	unsigned long long began_ms = clock_ms();
	int                fds[2];
	char               byte;

	prepare(1000);
	ck_assert_int_eq(pipe(fds), 0);
	raise(SIGTERM);
	for (int i = 0; i < 3; i++) {
		ck_assert_int_eq(read(fds[0], &byte, 1), -1);
		ck_assert_int_eq(errno, EINTR);
	}
	ck_assert_uint_ge(clock_ms() - began_ms, 2 * LEAVE_POKE_MS);
}
END_TEST

START_TEST(is_told_once)
{
	char               bytes[8];
	unsigned long long deadline_ms;

	prepare(1000);
	errno = EXDEV;
	raise(SIGTERM);
	deadline_ms = leave_deadline_ms();
	usleep(5000);
	raise(SIGTERM);
	ck_assert_uint_eq(leave_deadline_ms(), deadline_ms);
	ck_assert_int_eq(read(news_fds[0], bytes, sizeof bytes), 1);
}
END_TEST

START_TEST(keeps_errno)
{
	prepare(1000);
	close(news_fds[1]);
	errno = EXDEV;
	raise(SIGTERM);
	ck_assert_int_eq(errno, EXDEV);
	ck_assert(leave_asked());
}
END_TEST

START_TEST(hears_the_lifeline)
{
	int fds[2];

	prepare(1000);
	ck_assert_int_eq(pipe(fds), 0);
	leave_if_cut(fds[0]);
	ck_assert(!leave_asked());
	close(fds[1]);
	leave_if_cut(fds[0]);
	ck_assert(leave_asked());
	leave_if_cut(fds[0]);
	ck_assert_int_eq(accept(listener_fds[1], NULL, NULL), -1);
}
END_TEST

START_TEST(ends_when_the_master_says)
{
	unsigned long long end_ms = clock_ms() + 1234;

	prepare(60 * 1000);
	atomic_store(&orders.end_ms, end_ms);
	raise(SIGTERM);
	ck_assert_uint_eq(leave_deadline_ms(), end_ms);
}
END_TEST

/* It accepts nothing more, but what it serves has no deadline; until it must leave. */
START_TEST(retires)
{
	char bytes[9];

	prepare(1234);
	ck_assert(!leave_is_due());
	raise(SIGUSR1);
	ck_assert(leave_is_due());
	ck_assert(!leave_asked());
	ck_assert(slot.leaving);
	ck_assert_uint_eq(leave_deadline_ms(), CLOCK_NEVER_MS);
	ck_assert_int_eq(accept(listener_fds[0], NULL, NULL), -1);
	ck_assert_int_eq(read(news_fds[0], bytes, sizeof bytes), 1);
	raise(SIGTERM);
	ck_assert(leave_asked());
	ck_assert(leave_deadline_ms() <= clock_ms() + 1234);
	raise(SIGUSR1);
	ck_assert(leave_asked());
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("leave");

	TEST(s, stays_until_it_is_asked);
	TESTS(s, ends_accept, 2);
	TABLE(s, sets_the_deadline, drains);
	TEST(s, interrupts_every_wait);
	TEST(s, is_told_once);
	TEST(s, keeps_errno);
	TEST(s, hears_the_lifeline);
	TEST(s, ends_when_the_master_says);
	TEST(s, retires);
	return unit_run(s);
}
