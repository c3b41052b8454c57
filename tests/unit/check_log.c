/* SPDX-License-Identifier: MIT */
/* check_log.c - tests log.c */
#include "common/log.h"

#include <errno.h>
#include <fcntl.h>

#include "common/log_skip.h"
#include "unit.h"

static const struct {
	void (*log)(const char *, ...);
	int priority;
} levels[] = {
	{ log_error, LOG_ERR },
	{ log_warning, LOG_WARNING },
	{ log_notice, LOG_NOTICE },
	{ log_info, LOG_INFO },
	{ log_debug, LOG_DEBUG },
};

START_TEST(sends_the_priority_and_the_line)
{
	char expected[32];

	unit_catch_log();
	levels[_i].log("%s=%d", "x", 7);
	snprintf(expected, sizeof expected, "%dx=7", levels[_i].priority);
	ck_assert_str_eq(unit_log(), expected);
	ck_assert_str_eq(unit_log(), "");
}
END_TEST

START_TEST(drops_what_is_less_urgent)
{
	unit_catch_log();
	log_set_level(levels[_i].priority);
	for (size_t i = 0; i < COUNT(levels); i++) {
		bool wanted = levels[i].priority <= levels[_i].priority;

		ck_assert(log_wants(levels[i].priority) == wanted);
		levels[i].log("x");
		ck_assert_int_eq(unit_log()[0] != '\0', wanted);
	}
}
END_TEST

START_TEST(wants_info_but_not_debug_at_first)
{
	ck_assert(log_wants(LOG_INFO));
	ck_assert(!log_wants(LOG_DEBUG));
	ck_assert_int_eq(log_socket(), -1);
}
END_TEST

START_TEST(is_one_safe_line)
{
	unit_catch_log();
	log_info("a\nb\x1b[1m %s", "\xc2\x9b \xc3\xa9");
	ck_assert_str_eq(unit_log(), "6a?b?[1m ?? \xc3\xa9");
}
END_TEST

START_TEST(cuts_long_lines)
{
	char text[2 * LOG_LINE];

	memset(text, 'x', sizeof text);
	text[sizeof text - 1] = '\0';
	unit_catch_log();
	log_info("%s", text);
	ck_assert_uint_eq(strlen(unit_log()), LOG_LINE);
	/* not in the middle of a character */
	log_info("%.*s\xe2\x82\xac and more", LOG_LINE - 6, text);
	ck_assert_str_eq(unit_log() + LOG_LINE - 6, "x??...");
}
END_TEST

START_TEST(knows_and_keeps_errno)
{
	unit_catch_log();
	errno = ENOENT;
	log_info("%m");
	ck_assert_int_eq(errno, ENOENT);
	ck_assert_str_eq(unit_log(), "6No such file or directory");
	close(unit_log_fd);
	errno = EXDEV;
	log_info("to nobody");
	ck_assert_int_eq(errno, EXDEV);
}
END_TEST

START_TEST(counts_what_was_lost)
{
	struct log_counts counts = { 0 };
	unsigned          taken = 0;

	unit_catch_log();
	log_set_socket(log_socket(), &counts);
	for (int i = 0; i < 5000; i++)
		log_info("line %d", i);
	while (unit_log()[0] != '\0')
		taken++;
	ck_assert_uint_gt(taken, 1);
	ck_assert_uint_gt(counts.lost, 1);
	ck_assert_uint_eq(taken + counts.lost, 5000);
	log_info("all is well");
	ck_assert_str_eq(unit_log(), "6all is well");
	ck_assert_uint_eq(taken + counts.lost, 5000);
}
END_TEST

/* With standard error in a file, log and give back what is there. */
static const char *
on_stderr(bool socket, bool echo)
{
	static char text[8192];
	int         saved = dup(STDERR_FILENO);
	int         fd = open(unit_path("stderr"), O_RDWR | O_CREAT | O_TRUNC, 0600);
	ssize_t     n;

	if (socket)
		unit_catch_log();
	log_set_level(LOG_INFO);
	log_set_echo(echo);
	dup2(fd, STDERR_FILENO);
	log_error("bad %d", 1);
	log_warning("odd\n");
	log_notice("%2000s", "long");
	log_debug("nothing");
	dup2(saved, STDERR_FILENO);
	close(saved);
	n = pread(fd, text, sizeof text - 1, 0);
	close(fd);
	text[n] = '\0';
	return text;
}

START_TEST(prints_without_a_socket)
{
	const char *text = on_stderr(false, _i);
	const char *first = SOCKD ": bad 1\n" SOCKD ": odd?\n" SOCKD ":  ";

	ck_assert_int_eq(strncmp(text, first, strlen(first)), 0);
	ck_assert_uint_eq(strlen(text),
	    strlen(SOCKD ": bad 1\n" SOCKD ": odd?\n" SOCKD ": \n") + LOG_LINE - 1);
	ck_assert_int_eq(text[strlen(text) - 1], '\n');
}
END_TEST

START_TEST(echoes_what_is_urgent)
{
	ck_assert_str_eq(on_stderr(true, true), SOCKD ": bad 1\n" SOCKD ": odd?\n");
	ck_assert_str_eq(unit_log(), "3bad 1");
	ck_assert_str_eq(on_stderr(true, false), "");
	ck_assert_str_eq(unit_log(), "3bad 1");
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("log");

	TABLE(s, sends_the_priority_and_the_line, levels);
	TABLE(s, drops_what_is_less_urgent, levels);
	TEST(s, wants_info_but_not_debug_at_first);
	TEST(s, is_one_safe_line);
	TEST(s, cuts_long_lines);
	TEST(s, knows_and_keeps_errno);
	TEST(s, counts_what_was_lost);
	TESTS(s, prints_without_a_socket, 2);
	TEST(s, echoes_what_is_urgent);
	return unit_run(s);
}
