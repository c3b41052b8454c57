/* SPDX-License-Identifier: MIT */
/* check_io.c - tests io.c */
#include "common/io.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/time.h>
#include <sys/wait.h>

#include "unit.h"

static bool
is_open(int fd)
{
	return fcntl(fd, F_GETFD) != -1;
}

static bool
is_null(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISCHR(st.st_mode) && st.st_rdev == makedev(1, 3);
}

/* Run in a process of its own, that may close what it likes; its exit status. */
static int
status_of(int (*run)(int), int argument)
{
	pid_t pid = fork();
	int   status;

	ck_assert_int_ne(pid, -1);
	if (pid == 0)
		_exit(run(argument));
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert(WIFEXITED(status));
	return WEXITSTATUS(status);
}

/* Each bit of closed is one of the three. */
static int
open_standard(int closed)
{
	for (int fd = 0; fd < 3; fd++)
		if (closed & (1 << fd))
			close(fd);
	if (io_open_standard() != 0)
		return 1;
	for (int fd = 0; fd < 3; fd++)
		if (!is_open(fd) || ((closed & (1 << fd)) && !is_null(fd)))
			return 2 + fd;
	return 0;
}

START_TEST(opens_what_is_closed_of_the_standard_three)
{
	ck_assert_int_eq(status_of(open_standard, _i), 0);
}
END_TEST

START_TEST(leaves_nothing_else_open)
{
	int before = dup(0);

	close(before);
	ck_assert_int_eq(io_open_standard(), 0);
	ck_assert_int_eq(dup(0), before);
	close(before);
}
END_TEST

START_TEST(points_at_null)
{
	int fds[2], next;

	ck_assert_int_eq(io_pipe(fds, false), 0);
	next = dup(fds[0]);
	close(next);
	ck_assert_int_eq(io_null(fds[1]), 0);
	ck_assert(is_null(fds[1]));
	ck_assert(!is_open(next));
	io_close(&fds[1]);
	ck_assert_int_eq(io_null(fds[0]), 0);
	ck_assert(is_null(fds[0]));
	close(fds[0]);
}
END_TEST

START_TEST(points_the_first_free_number_at_null)
{
	int fd = dup(0);

	close(fd);
	ck_assert_int_eq(io_null(fd), 0);
	ck_assert(is_null(fd));
	close(fd);
	errno = 0;
	ck_assert_int_eq(io_null(-1), -1);
	ck_assert_int_eq(errno, EBADF);
	ck_assert(!is_open(fd));
}
END_TEST

/* Which descriptors from 3 to 19 to keep, in any order, and numbers that are none. */
static const struct {
	int    keep[6];
	size_t n;
} keeps[] = {
	{ { 0 }, 0 },
	{ { 3 }, 1 },
	{ { 19 }, 1 },
	{ { 10 }, 1 },
	{ { 19, 3, 10 }, 3 },
	{ { 5, 4, 3 }, 3 },
	{ { -1, 0, 1, 2, 7, 7 }, 6 },
	{ { 1000, 12 }, 2 },
};

static int
close_others(int row)
{
	int keep[6], null_fd = open("/dev/null", O_RDWR);

	for (int fd = 3; fd < 20; fd++)
		dup2(null_fd, fd);
	memcpy(keep, keeps[row].keep, sizeof keep);
	io_close_others(keep, keeps[row].n);
	for (int fd = 0; fd < 64; fd++) {
		bool kept = fd < 3;

		for (size_t i = 0; i < keeps[row].n; i++)
			kept = kept || (keeps[row].keep[i] == fd && fd < 20);
		if (is_open(fd) != kept)
			return fd + 1;
	}
	return 0;
}

START_TEST(closes_all_but_a_few)
{
	ck_assert_int_eq(status_of(close_others, _i), 0);
}
END_TEST

/* As of a kernel that does not have it. */
static int
close_others_without_close_range(int row)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_close_range, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { COUNT(code), code };

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0)
		return 100;
	if (close_range(3, 3, 0) != -1 || errno != ENOSYS)
		return 101;
	return close_others(row);
}

START_TEST(closes_all_but_some_on_an_old_kernel)
{
	ck_assert_int_eq(status_of(close_others_without_close_range, _i), 0);
}
END_TEST

START_TEST(makes_pipes)
{
	int fds[2];

	ck_assert_int_eq(io_pipe(fds, _i), 0);
	for (int i = 0; i < 2; i++) {
		ck_assert(fcntl(fds[i], F_GETFD) & FD_CLOEXEC);
		ck_assert_int_eq((fcntl(fds[i], F_GETFL) & O_NONBLOCK) != 0, _i);
		io_close(&fds[i]);
		ck_assert_int_eq(fds[i], -1);
		io_close(&fds[i]);
	}
}
END_TEST

static void
on_alarm(int signal_number)
{
	(void)signal_number;
}

/* More than a pipe holds, while signals interrupt the writes. */
START_TEST(writes_all)
{
	static char      bytes[1 << 20], got[1 << 20];
	struct sigaction action = { .sa_handler = on_alarm };
	struct itimerval often = { { 0, 5000 }, { 0, 5000 } };
	size_t           n = 0;
	int              fds[2], status;
	pid_t            pid;

	for (size_t i = 0; i < sizeof bytes; i++)
		bytes[i] = (char)(i % 251);
	ck_assert_int_eq(io_pipe(fds, false), 0);
	pid = fork();
	if (pid == 0) {
		close(fds[0]);
		sigaction(SIGALRM, &action, NULL);
		setitimer(ITIMER_REAL, &often, NULL);
		_exit(io_write(fds[1], bytes, sizeof bytes) == 0 ? 0 : 1);
	}
	close(fds[1]);
	usleep(30000); /* until signals have interrupted a full pipe */
	for (ssize_t taken = 1; taken > 0; n += (size_t)taken)
		taken =
		    read(fds[0], got + n, sizeof got - n < 1000 ? sizeof got - n : 1000);
	ck_assert_uint_eq(n, sizeof bytes);
	ck_assert_int_eq(memcmp(bytes, got, sizeof bytes), 0);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(status, 0);
	close(fds[0]);
}
END_TEST

START_TEST(says_why_it_cannot_write)
{
	int fds[2];

	ck_assert_int_eq(io_pipe(fds, true), 0);
	ck_assert_int_eq(io_write(fds[1], "", 0), 0);
	ck_assert_int_eq(io_write(fds[0], "x", 1), -1);
	ck_assert_int_eq(errno, EBADF);
	signal(SIGPIPE, SIG_IGN);
	close(fds[0]);
	ck_assert_int_eq(io_write(fds[1], "x", 1), -1);
	ck_assert_int_eq(errno, EPIPE);
	close(fds[1]);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("io");

	TESTS(s, opens_what_is_closed_of_the_standard_three, 8);
	TEST(s, leaves_nothing_else_open);
	TEST(s, points_at_null);
	TEST(s, points_the_first_free_number_at_null);
	TABLE(s, closes_all_but_a_few, keeps);
	TABLE(s, closes_all_but_some_on_an_old_kernel, keeps);
	TESTS(s, makes_pipes, 2);
	TEST(s, writes_all);
	TEST(s, says_why_it_cannot_write);
	return unit_run(s);
}
