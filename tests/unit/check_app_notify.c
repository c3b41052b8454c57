/* SPDX-License-Identifier: MIT */
/* check_app_notify.c - tests app_notify.c */
#include "handler/app_notify.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>

#include "unit.h"

static const struct {
	const char *message;
	bool        is_ready, is_alive, wants_abort, is_stopping;
	const char *status; /* NULL: nothing was said */
} messages[] = {
	{ "READY=1", true, false, false, false, NULL },
	{ "READY=1\n", true, false, false, false, NULL },
	{ "STATUS=a b\nREADY=1", true, false, false, false, "a b" },
	{ "STATUS=first\nSTATUS=last", false, false, false, false, "last" },
	{ "STATUS=", false, false, false, false, "" },
	{ "WATCHDOG=1", false, true, false, false, NULL },
	{ "WATCHDOG=trigger", false, false, true, false, NULL },
	{ "STOPPING=1\nWATCHDOG=1", false, true, false, true, NULL },
	/* what is nearly one of them */
	{ "", false, false, false, false, NULL },
	{ "\n\n", false, false, false, false, NULL },
	{ "READY=0", false, false, false, false, NULL },
	{ "READY=11", false, false, false, false, NULL },
	{ "READY=", false, false, false, false, NULL },
	{ "ready=1", false, false, false, false, NULL },
	{ " READY=1", false, false, false, false, NULL },
	{ "X_READY=1", false, false, false, false, NULL },
	{ "WATCHDOG=", false, false, false, false, NULL },
	{ "STATUS", false, false, false, false, NULL },
	{ "STAT", false, false, false, false, NULL },
	{ "MAINPID=1\nFDSTORE=1\nBARRIER=1\nREADY=1", true, false, false, false, NULL },
	{ "STATUS=\x1b[1m\xff", false, false, false, false, "\x1b[1m\xff" },
};

START_TEST(understands)
{
	struct app_news news = { .is_ready = false };
	const char     *m = messages[_i].message;

	app_notify_parse(m, strlen(m), &news);
	ck_assert_int_eq(news.is_ready, messages[_i].is_ready);
	ck_assert_int_eq(news.is_alive, messages[_i].is_alive);
	ck_assert_int_eq(news.wants_abort, messages[_i].wants_abort);
	ck_assert_int_eq(news.is_stopping, messages[_i].is_stopping);
	ck_assert_int_eq(news.has_status, messages[_i].status != NULL);
	if (messages[_i].status != NULL)
		ck_assert_str_eq(news.status, messages[_i].status);
}
END_TEST

START_TEST(cuts_a_status)
{
	struct app_news news = { .is_ready = false };
	char            m[600] = "STATUS=";

	memset(m + strlen(m), 'y', sizeof m - strlen(m));
	app_notify_parse(m, sizeof m, &news); /* it has no NUL */
	ck_assert_uint_eq(strlen(news.status), APP_STATUS - 1);
}
END_TEST

static void
say(const char *name, const char *text)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	int                fd = socket(AF_UNIX, SOCK_DGRAM, 0);

	memcpy(un.sun_path + 1, name + 1, strlen(name + 1));
	ck_assert_int_eq(sendto(fd, text, strlen(text), 0, (struct sockaddr *)&un,
			     (socklen_t)(sizeof un.sun_family + strlen(name))),
	    (ssize_t)strlen(text));
	close(fd);
}

/* A process that says this, in a group of its own if it is to be one; waited for later. */
static pid_t
sayer(const char *name, const char *text, bool of_its_own)
{
	pid_t pid = fork();

	if (pid != 0)
		return pid;
	if (of_its_own)
		setpgid(0, 0);
	say(name, text);
	_exit(0);
}

START_TEST(hears_only_the_program)
{
	char            name[APP_NOTIFY_NAME];
	int             fd = app_notify_open(name), status;
	struct app_news news = { .is_ready = false };
	pid_t           program, other;

	ck_assert_int_ne(fd, -1);
	ck_assert_int_eq(name[0], '@');
	program = sayer(name, "READY=1", true);
	ck_assert_int_eq(waitid(P_PID, (id_t)program, NULL, WEXITED | WNOWAIT), 0);
	other = sayer(name, "WATCHDOG=trigger\nSTATUS=other", true);
	ck_assert_int_eq(waitid(P_PID, (id_t)other, NULL, WEXITED | WNOWAIT), 0);
	say(name, "STOPPING=1"); /* by us */
	app_notify_read(fd, program, &news);
	ck_assert(news.is_ready);
	ck_assert(!news.wants_abort && !news.has_status && !news.is_stopping);
	ck_assert_int_eq(waitpid(program, &status, 0), program);
	ck_assert_int_eq(waitpid(other, &status, 0), other);
	close(fd);
}
END_TEST

static int
leave_group(void)
{
	return setpgid(0, 0);
}

static int (*const ways[])(void) = { leave_group, setsid };

START_TEST(hears_its_group_and_session)
{
	char            name[APP_NOTIFY_NAME];
	int             fd = app_notify_open(name);
	struct app_news news = { .is_ready = false };
	pid_t           program, one;

	program = fork();
	if (program == 0) {
		(void)ways[_i]();
		one = sayer(name, "WATCHDOG=1", false);
		waitid(P_PID, (id_t)one, NULL, WEXITED | WNOWAIT);
		pause();
	}
	for (int i = 0; i < 5000 && !news.is_alive; i++) {
		app_notify_read(fd, program, &news);
		usleep(1000);
	}
	ck_assert(news.is_alive);
	kill(program, SIGKILL);
	ck_assert_int_eq(waitpid(program, NULL, 0), program);
	close(fd);
}
END_TEST

/* Who has our session can join any group of it. */
START_TEST(hears_nobody_of_another_user)
{
	char            name[APP_NOTIFY_NAME];
	int             fd = app_notify_open(name);
	struct app_news news = { .is_ready = false };
	pid_t           program = fork(), stranger;

	if (program == 0) {
		setpgid(0, 0);
		pause();
	}
	setpgid(program, program);
	stranger = fork();
	if (stranger == 0) {
		ck_assert_int_eq(setpgid(0, program), 0);
		ck_assert_int_eq(setuid(65534), 0);
		say(name, "WATCHDOG=trigger");
		_exit(0);
	}
	ck_assert_int_eq(waitid(P_PID, (id_t)stranger, NULL, WEXITED | WNOWAIT), 0);
	app_notify_read(fd, program, &news);
	ck_assert(news.has_stranger && !news.wants_abort);
	ck_assert_int_eq(waitpid(stranger, NULL, 0), stranger);
	kill(program, SIGKILL);
	ck_assert_int_eq(waitpid(program, NULL, 0), program);
	close(fd);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("app_notify");

	TABLE(s, understands, messages);
	TEST(s, cuts_a_status);
	TEST(s, hears_only_the_program);
	TABLE(s, hears_its_group_and_session, ways);
	if (geteuid() == 0) /* or there is no other user */
		TEST(s, hears_nobody_of_another_user);
	return unit_run(s);
}
