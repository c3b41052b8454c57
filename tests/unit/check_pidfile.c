/* SPDX-License-Identifier: MIT */
/* check_pidfile.c - tests pidfile.c */
#include "master/pidfile.h"

#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <sysexits.h>

#include "unit.h"

static const char *
content(const char *path)
{
	static char text[64];
	FILE       *f = fopen(path, "r");
	size_t      n;

	ck_assert_ptr_nonnull(f);
	n = fread(text, 1, sizeof text - 1, f);
	text[n] = '\0';
	fclose(f);
	return text;
}

static const char *
number_of(pid_t pid)
{
	static char text[16];

	snprintf(text, sizeof text, "%d\n", (int)pid);
	return text;
}

/* Lock it as a sockd does, or as who may only read it can. */
static int
lock(const char *path, int mode, short type)
{
	struct flock whole = { .l_type = type, .l_whence = SEEK_SET };
	int          fd = open(path, mode);

	ck_assert_int_eq(fcntl(fd, F_OFD_SETLK, &whole), 0);
	return fd;
}

START_TEST(writes_its_number_and_removes_the_file)
{
	struct pidfile p = { .path = NULL };
	const char    *path = unit_path("pid");
	struct stat    st;

	ck_assert_int_eq(pidfile_open(&p, path), 0);
	ck_assert_str_eq(content(path), number_of(getpid()));
	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_uint_eq(st.st_mode & 07777, 0644);
	ck_assert_int_ne(access(unit_path("pid.new"), F_OK), 0);
	ck_assert(fcntl(p.fd, F_GETFD) & FD_CLOEXEC);
	pidfile_close(&p);
	ck_assert_ptr_null(p.path);
	ck_assert_int_ne(access(path, F_OK), 0);
	pidfile_close(&p);
}
END_TEST

/* What somebody left there, longer than a number. */
START_TEST(replaces_what_is_not_locked)
{
	struct pidfile p = { .path = NULL };
	const char    *path = unit_write("pid", "123456789012345\nand more\n");

	ck_assert_int_eq(pidfile_open(&p, path), 0);
	ck_assert_str_eq(content(path), number_of(getpid()));
	pidfile_close(&p);
}
END_TEST

START_TEST(refuses_a_locked_file)
{
	static const char *const owners[][2] = {
		{ "4711\n", "4711" },
		{ "4711", "4711" },
		{ "", "" },
		{ "123456789012345678", "123456789012345" },
		{ "12\x1b[31m\n", "12?[31m" },
	};
	struct pidfile p = { .path = NULL };
	const char    *path = unit_write("pid", owners[_i][0]);
	char           expected[256];
	int            fd = lock(path, O_RDWR, F_WRLCK);

	unit_catch_log();
	ck_assert_int_eq(pidfile_open(&p, path), EX_CANTCREAT);
	snprintf(expected, sizeof expected,
	    "3the pid file %s is locked by process %s: sockd runs "
	    "already; stop that one or set another pid_file",
	    path, owners[_i][1]);
	ck_assert_str_eq(unit_log(), expected);
	ck_assert_str_eq(content(path), owners[_i][0]);
	ck_assert_ptr_null(p.path);
	ck_assert_int_ne(access(unit_path("pid.new"), F_OK), 0);
	close(fd);
	ck_assert_int_eq(pidfile_open(&p, path), 0);
	pidfile_close(&p);
}
END_TEST

/* Anybody may have locked it for reading while no sockd ran. */
START_TEST(cares_for_no_reader)
{
	struct pidfile p = { .path = NULL }, second = { .path = NULL };
	const char    *path = unit_write("pid", "4711\n");
	int            fd = lock(path, O_RDONLY, F_RDLCK);

	ck_assert_int_eq(pidfile_open(&p, path), 0);
	ck_assert_str_eq(content(path), number_of(getpid()));
	unit_catch_log();
	ck_assert_int_eq(pidfile_open(&second, path), EX_CANTCREAT);
	pidfile_close(&p);
	close(fd);
}
END_TEST

/* What is another name of the file stays as it was. */
START_TEST(writes_into_no_other_file)
{
	struct pidfile p = { .path = NULL };
	const char *path = unit_path("pid"), *target = unit_write("target", "precious");

	ck_assert_int_eq(link(target, path), 0);
	ck_assert_int_eq(pidfile_open(&p, path), 0);
	ck_assert_str_eq(content(path), number_of(getpid()));
	ck_assert_str_eq(content(target), "precious");
	pidfile_close(&p);
}
END_TEST

/* Of one that ended just then. */
START_TEST(takes_over_a_draft)
{
	struct pidfile p = { .path = NULL };
	const char    *path = unit_path("pid");

	unit_write("pid.new", "123456789012345\n");
	ck_assert_int_eq(pidfile_open(&p, path), 0);
	ck_assert_str_eq(content(path), number_of(getpid()));
	pidfile_close(&p);
	ck_assert_int_ne(access(unit_path("pid.new"), F_OK), 0);
}
END_TEST

enum wrong_draft {
	SYMLINK,
	HARD_LINK,
	FIFO,
	DIRECTORY,
	IN_USE,
	ANOTHER_USERS,
	N_WRONG_DRAFTS
};

static void
make_wrong_draft(enum wrong_draft which)
{
	const char *target = unit_write("target", "precious");
	const char *draft = unit_path("pid.new");

	switch (which) {
	case SYMLINK:
		ck_assert_int_eq(symlink(target, draft), 0);
		break;
	case HARD_LINK:
		ck_assert_int_eq(link(target, draft), 0);
		break;
	case FIFO:
		ck_assert_int_eq(mkfifo(draft, 0600), 0);
		break;
	case DIRECTORY:
		ck_assert_int_eq(mkdir(draft, 0700), 0);
		break;
	case IN_USE:
		unit_write("pid.new", "precious");
		lock(draft, O_RDWR, F_WRLCK);
		break;
	default:
		unit_write("pid.new", "precious");
		if (chown(draft, 1, 1) != 0)
			lock(draft, O_RDWR, F_WRLCK); /* not as root: as IN_USE */
	}
}

START_TEST(takes_no_draft_but_its_own)
{
	struct pidfile p = { .path = NULL };
	const char    *path = unit_write("pid", "4711\n");

	make_wrong_draft((enum wrong_draft)_i);
	unit_catch_log();
	ck_assert_int_eq(pidfile_open(&p, path), EX_CANTCREAT);
	ck_assert_ptr_nonnull(strstr(unit_log(), "3cannot create the pid file "));
	ck_assert_str_eq(content(unit_path("target")), "precious");
	ck_assert_str_eq(content(path), "4711\n");
	ck_assert_ptr_null(p.path);
}
END_TEST

/* The process that holds the lock is gone, however it went. */
START_TEST(takes_over_from_the_dead)
{
	struct pidfile p = { .path = NULL };
	const char    *path = unit_path("pid");
	pid_t          pid = fork();

	if (pid == 0)
		_exit(pidfile_open(&p, path));
	ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
	ck_assert_str_eq(content(path), number_of(pid));
	ck_assert_int_eq(pidfile_open(&p, path), 0);
	ck_assert_str_eq(content(path), number_of(getpid()));
	pidfile_close(&p);
}
END_TEST

START_TEST(leaves_the_file_of_another)
{
	struct pidfile p = { .path = NULL };
	const char    *path = unit_path("pid");

	ck_assert_int_eq(pidfile_open(&p, path), 0);
	ck_assert_int_eq(rename(path, unit_path("moved")), 0);
	unit_write("pid", "4711\n");
	pidfile_close(&p);
	ck_assert_str_eq(content(path), "4711\n");
}
END_TEST

static const char *const wrongs[] = { "fifo", "link", "dangling", "dir", "none/pid",
	"device", "socket" };

/* Nothing but a regular file; what a link names stays as it was. */
START_TEST(takes_regular_files_only)
{
	struct pidfile p = { .path = NULL };
	const char    *path = unit_path(wrongs[_i]);
	char           expected[256];

	unit_write("target", "precious");
	ck_assert_int_eq(mkfifo(unit_path("fifo"), 0600), 0);
	ck_assert_int_eq(symlink(unit_path("target"), unit_path("link")), 0);
	ck_assert_int_eq(symlink(unit_path("new"), unit_path("dangling")), 0);
	ck_assert_int_eq(mkdir(unit_path("dir"), 0700), 0);
	ck_assert_int_eq(mknod(unit_path("socket"), S_IFSOCK | 0600, 0), 0);
	/* Its own, not the one that everybody needs; who may not make one has a socket. */
	if (mknod(unit_path("device"), S_IFCHR | 0600, makedev(1, 3)) != 0)
		ck_assert_int_eq(mknod(unit_path("device"), S_IFSOCK | 0600, 0), 0);
	unit_catch_log();
	ck_assert_int_eq(pidfile_open(&p, path), EX_CANTCREAT);
	snprintf(expected, sizeof expected, "3cannot create the pid file %s: ", path);
	ck_assert_int_eq(strncmp(unit_log(), expected, strlen(expected)), 0);
	ck_assert_ptr_null(p.path);
	ck_assert_str_eq(content(unit_path("target")), "precious");
	ck_assert_int_ne(access(unit_path("new"), F_OK), 0);
}
END_TEST

/* No byte fits: then all stays as it was. */
START_TEST(changes_nothing_on_a_full_disk)
{
	struct pidfile p = { .path = NULL };
	struct rlimit  before, none;
	const char    *path = _i == 0 ? unit_path("pid") : unit_write("pid", "4711\n");
	int            status;

	signal(SIGXFSZ, SIG_IGN);
	ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &before), 0);
	none = (struct rlimit){ 0, before.rlim_max };
	unit_catch_log();
	setrlimit(RLIMIT_FSIZE, &none);
	status = pidfile_open(&p, path);
	setrlimit(RLIMIT_FSIZE, &before);
	ck_assert_int_eq(status, EX_CANTCREAT);
	ck_assert_ptr_nonnull(strstr(unit_log(), "3cannot write the pid file "));
	if (_i == 0)
		ck_assert_int_ne(access(path, F_OK), 0);
	else
		ck_assert_str_eq(content(path), "4711\n");
	ck_assert_int_ne(access(unit_path("pid.new"), F_OK), 0);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("pidfile");

	TEST(s, writes_its_number_and_removes_the_file);
	TEST(s, replaces_what_is_not_locked);
	TESTS(s, refuses_a_locked_file, 5);
	TEST(s, cares_for_no_reader);
	TEST(s, writes_into_no_other_file);
	TEST(s, takes_over_a_draft);
	TESTS(s, takes_no_draft_but_its_own, N_WRONG_DRAFTS);
	TEST(s, takes_over_from_the_dead);
	TEST(s, leaves_the_file_of_another);
	TABLE(s, takes_regular_files_only, wrongs);
	TESTS(s, changes_nothing_on_a_full_disk, 2);
	return unit_run(s);
}
