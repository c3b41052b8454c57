/* SPDX-License-Identifier: MIT */
/* unit.h - what the programs of unit tests share: a short main, a directory, the log */
#ifndef UNIT_H
#define UNIT_H

#include <check.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/log.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* Add a test to a suite; one of a table runs once for each row, whose number is _i. */
#define TEST(suite, test)         TESTS(suite, test, 1)
#define TABLE(suite, test, table) TESTS(suite, test, (int)COUNT(table))
#define TESTS(suite, test, n)                               \
	do {                                                \
		TCase *unit_case = tcase_create(#test);     \
		tcase_set_timeout(unit_case, 60);           \
		tcase_add_loop_test(unit_case, test, 0, n); \
		suite_add_tcase(suite, unit_case);          \
	} while (0)

static char unit_base[] = "/tmp/unit.XXXXXX", unit_directory[64] __attribute__((unused));
static int  unit_log_fd __attribute__((unused)) = -1;

static inline int
unit_remove(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

/* Run them all, with a directory for their files; what main returns. */
static inline int
unit_run(Suite *suite)
{
	SRunner *runner = srunner_create(suite);
	int      failed;

	if (mkdtemp(unit_base) == NULL)
		return EXIT_FAILURE;
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	nftw(unit_base, unit_remove, 16, FTW_DEPTH | FTW_PHYS);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* A path in a directory of this test's own. */
static inline const char *
unit_path(const char *name)
{
	static char     paths[16][160];
	static unsigned next;
	char           *path = paths[next++ % 16];

	if (unit_directory[0] == '\0') {
		snprintf(unit_directory, sizeof unit_directory, "%s/XXXXXX", unit_base);
		ck_assert_ptr_nonnull(mkdtemp(unit_directory));
	}
	snprintf(path, sizeof paths[0], "%s/%s", unit_directory, name);
	return path;
}

/* Make a file of that name there, with this text; its path. */
static inline const char *
unit_write(const char *name, const char *text)
{
	const char *path = unit_path(name);
	FILE       *f = fopen(path, "w");

	ck_assert_ptr_nonnull(f);
	fputs(text, f);
	ck_assert_int_eq(fclose(f), 0);
	return path;
}

/* From now on keep the lines of the log for unit_log. */
static inline void
unit_catch_log(void)
{
	int fds[2];

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, fds), 0);
	log_set_level(LOG_DEBUG);
	log_set_socket(fds[1], NULL);
	unit_log_fd = fds[0];
}

/* The next line, priority's digit first but without its kind; "" if there is none. */
static inline const char *
unit_log(void)
{
	static char message[LOG_HEAD + LOG_LINE];
	ssize_t     n = recv(unit_log_fd, message, sizeof message - 1, MSG_DONTWAIT);

	if (n < LOG_HEAD)
		return "";
	message[n] = '\0';
	message[LOG_HEAD - 1] = message[0];
	return message + LOG_HEAD - 1;
}

#endif
