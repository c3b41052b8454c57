/* SPDX-License-Identifier: MIT */
/* check_program.c - tests program.c */
#include "common/program.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>

#include "unit.h"

static struct program_run run;
static struct program_end end;
static char              *no_environment[] = { NULL };

/* Start a script with these descriptors and the ends of a pipe behind 0 and 1; its output. */
static int
start(const char *path, const char *script, const int *fds, int n)
{
	static char    path_text[256], script_text[1024], option[] = "-c";
	char *const    argv[] = { path_text, option, script_text, NULL };
	struct program program = { .argv = argv, .envp = no_environment, .n_fds = n };

	snprintf(path_text, sizeof path_text, "%s", path);
	snprintf(script_text, sizeof script_text, "%s", script);
	memcpy(program.fds, fds, (size_t)n * sizeof *fds);
	return program_start(&program, &run);
}

static const char *
output_of(const char *script)
{
	static char text[4096];
	int         null = open("/dev/null", O_RDWR | O_CLOEXEC), pipe_fds[2], fds[4];
	ssize_t     n, size = 0;

	ck_assert_int_eq(pipe2(pipe_fds, O_CLOEXEC), 0);
	fds[0] = null;
	fds[1] = fds[3] = pipe_fds[1];
	fds[2] = null;
	ck_assert_int_eq(start("/bin/sh", script, fds, 4), 0);
	close(pipe_fds[1]);
	while ((n = read(pipe_fds[0], text + size, sizeof text - 1 - (size_t)size)) > 0)
		size += n;
	text[size] = '\0';
	close(pipe_fds[0]);
	close(null);
	return text;
}

static void
wait_for_end(void)
{
	struct pollfd p = { .fd = run.pidfd, .events = POLLIN };

	ck_assert_int_eq(poll(&p, 1, 10000), 1);
	ck_assert(program_has_ended(&run, &end));
	ck_assert_int_eq(run.pid, 0);
	ck_assert_int_eq(run.pidfd, -1);
}

/* Whatever numbers the descriptors had: 3 is what another one becomes. */
START_TEST(gives_the_descriptors)
{
	ck_assert_int_eq(program_init(), 0);
	for (int i = 0; i < 3; i++) {
		ck_assert_str_eq(output_of("echo one; echo two >&3"), "one\ntwo\n");
		wait_for_end();
		ck_assert_int_eq(end.status, 0);
		ck_assert_int_ne(dup(0), -1); /* others the next time */
	}
	ck_assert_str_eq(output_of("cd /proc/self/fd && echo *"),
	    "0 1 2 3 4\n"); /* 4 is the directory */
	wait_for_end();
}
END_TEST

START_TEST(has_a_clean_start)
{
	sigset_t all;

	signal(SIGPIPE, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, NULL);
	ck_assert_int_eq(program_init(), 0);
	ck_assert_ptr_nonnull(
	    strstr(output_of("cat /proc/self/status"), "SigBlk:\t0000000000000000"));
	wait_for_end();
	ck_assert_str_eq(output_of("kill -PIPE $$; echo lives"), "");
	wait_for_end();
	ck_assert(WIFSIGNALED(end.status));
	ck_assert_int_eq(WTERMSIG(end.status), SIGPIPE);
	ck_assert_str_eq(
	    output_of("[ $(cut -d ' ' -f 5 /proc/self/stat) = $$ ] && echo leads"),
	    "leads\n");
	wait_for_end();
}
END_TEST

static const struct {
	const char *path;
	int         error;
} failures[] = {
	{ "/nonexistent", ENOENT },
	{ "/etc/passwd", EACCES },
	{ "/etc", EACCES },
	{ "/etc/passwd/x", ENOTDIR },
};

START_TEST(tells_why_it_cannot_start)
{
	int fds[] = { dup(0) };

	ck_assert_int_eq(program_init(), 0);
	errno = 0;
	ck_assert_int_eq(start(failures[_i].path, "", fds, 1), -1);
	ck_assert_int_eq(errno, failures[_i].error);
	ck_assert_int_eq(run.pid, 0);
	ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1);
	ck_assert_int_eq(errno, ECHILD);
}
END_TEST

START_TEST(ends_all_of_them)
{
	ck_assert_int_eq(program_init(), 0);
	output_of(
	    "sleep 100 >/dev/null 3>&1 & setsid sleep 100 >/dev/null 3>&1 & exit 3");
	wait_for_end();
	ck_assert_int_eq(WEXITSTATUS(end.status), 3);
	ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1);
	ck_assert_int_eq(errno, ECHILD);
}
END_TEST

/* Of the leader of a session, which has a terminal or none. */
static int
look_for_terminal_of(bool with_terminal)
{
	int   pty = -1, session, terminal;
	pid_t own = setsid();

	if (with_terminal) {
		pty = posix_openpt(O_RDWR | O_NOCTTY);
		if (grantpt(pty) != 0 || unlockpt(pty) != 0 ||
		    open(ptsname(pty), O_RDWR) == -1)
			return 2;
	}
	if (program_init() != 0 ||
	    sscanf(output_of("cut -d ' ' -f 6,7 /proc/self/stat"), "%d %d", &session,
		&terminal) != 2)
		return 3;
	wait_for_end();
	return terminal == 0 && (session == own) == !with_terminal ? 0 : 4;
}

START_TEST(never_has_a_terminal)
{
	pid_t pid = fork();
	int   status;

	if (pid == 0)
		_exit(look_for_terminal_of(_i));
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(status, 0);
}
END_TEST

START_TEST(signals_the_group)
{
	ck_assert_int_eq(program_init(), 0);
	output_of("exec >&- 3>&-; trap 'exit 7' TERM; sleep 100 & wait");
	ck_assert(!program_has_ended(&run, &end));
	for (int i = 0; i < 100 && !program_has_ended(&run, &end); i++) {
		program_signal(&run, SIGTERM);
		usleep(10000);
	}
	ck_assert_int_eq(run.pid, 0);
	ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("program");

	TEST(suite, gives_the_descriptors);
	TEST(suite, has_a_clean_start);
	TABLE(suite, tells_why_it_cannot_start, failures);
	TEST(suite, ends_all_of_them);
	TESTS(suite, never_has_a_terminal, 2);
	TEST(suite, signals_the_group);
	return unit_run(suite);
}
