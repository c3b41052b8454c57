/* SPDX-License-Identifier: MIT */
/* check_source.c - tests source.c */
#include "config/source.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sysexits.h>

#include "config/kind.h"
#include "config/setting.h"
#include "unit.h"

START_TEST(reads_all)
{
	int  status;
	char why[256],
	    *text = source_read(unit_write("f", "a = 1;\n"), &status, why, sizeof why);

	ck_assert_str_eq(text, "a = 1;\n");
	free(text);
	text = source_read(unit_write("empty", ""), &status, why, sizeof why);
	ck_assert_str_eq(text, "");
	free(text);
}
END_TEST

static void
check_refused(const char *path, int expected_status, const char *expected_why)
{
	int  status = 0;
	char why[256] = "";

	ck_assert_ptr_null(source_read(path, &status, why, sizeof why));
	ck_assert_str_eq(why, expected_why);
	ck_assert_int_eq(status, expected_status);
}

START_TEST(refuses_what_is_no_file)
{
	check_refused(
	    unit_path("none"), EX_NOINPUT, "cannot open it: No such file or directory");
	check_refused("/tmp", EX_NOINPUT, "cannot open it: Is a directory");
	check_refused("/dev/null", EX_NOINPUT, "cannot open it: Not a regular file");
	ck_assert_int_eq(mkfifo(unit_path("fifo"), 0600), 0);
	check_refused(
	    unit_path("fifo"), EX_NOINPUT, "cannot open it: Not a regular file");
	check_refused("/proc/self/mem", EX_NOINPUT, "cannot read it: Input/output error");
}
END_TEST

START_TEST(refuses_what_it_may_not_read)
{
	const char *path = unit_write("secret", "x");

	chmod(path, 0);
	if (geteuid() != 0) /* root may */
		check_refused(path, EX_NOINPUT, "cannot open it: Permission denied");
}
END_TEST

START_TEST(refuses_nul_bytes)
{
	const char *path = unit_path("nul");
	FILE       *f = fopen(path, "w");

	fwrite("a\0b", 1, 3, f);
	fclose(f);
	check_refused(path, EX_CONFIG, "is no text: it has a NUL byte");
}
END_TEST

/* A byte less than the limit, the limit, and a byte more. */
START_TEST(knows_the_limit)
{
	const char *path = unit_path("large");
	size_t      n = (size_t)(SOURCE_LARGEST - 1 + _i);
	FILE       *f = fopen(path, "w");
	char        why[256], *text;
	int         status;

	for (size_t i = 0; i < n; i++)
		fputc('#', f);
	fclose(f);
	if (n > SOURCE_LARGEST) {
		check_refused(path, EX_CONFIG, "is larger than 1048576 bytes");
		return;
	}
	text = source_read(path, &status, why, sizeof why);
	ck_assert_uint_eq(strlen(text), n);
	free(text);
}
END_TEST

START_TEST(finds_the_directory)
{
	char *directory, here[PATH_MAX];

	directory = source_directory(unit_write("f", ""));
	ck_assert_str_eq(directory, unit_directory);
	free(directory);
	ck_assert_int_eq(symlink(unit_directory, unit_path("link")), 0);
	directory = source_directory(unit_path("link/f"));
	ck_assert_str_eq(directory, unit_directory);
	free(directory);
	directory = source_directory("/f");
	ck_assert_str_eq(directory, "/");
	free(directory);
	ck_assert_ptr_null(source_directory("/nonexistent/f"));
	directory = source_directory("f");
	ck_assert_str_eq(directory, getcwd(here, sizeof here));
	free(directory);
}
END_TEST

START_TEST(globs_in_order)
{
	static const char *const names[] = { "b.conf", "a.conf", "10.conf", "9.conf",
		".h.conf", "c.con" };
	struct strings           paths = { NULL, 0 };

	for (size_t i = 0; i < COUNT(names); i++)
		unit_write(names[i], "");
	source_glob(unit_path("*.conf"), &paths);
	ck_assert_uint_eq(paths.n, 4);
	ck_assert_str_eq(paths.list[0], unit_path("10.conf"));
	ck_assert_str_eq(paths.list[1], unit_path("9.conf"));
	ck_assert_str_eq(paths.list[2], unit_path("a.conf"));
	ck_assert_str_eq(paths.list[3], unit_path("b.conf"));
	source_glob(unit_path("none*"), &paths);
	ck_assert_uint_eq(paths.n, 4);
	source_glob(unit_path("c.con"), &paths);
	ck_assert_uint_eq(paths.n, 5);
	kind_strings.finish(&paths);
}
END_TEST

/* No match is no mistake, but not to know whether there is one. */
START_TEST(tells_that_it_cannot_search)
{
	struct strings paths = { NULL, 0 };
	struct rlimit  before, none;
	const char    *pattern;

	unit_write("a.conf", "");
	pattern = unit_path("*.conf");
	ck_assert_int_eq(source_glob(unit_path("nowhere/*.conf"), &paths), 0);
	ck_assert_int_eq(source_glob(unit_path("a.conf/*.conf"), &paths), 0);
	ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &before), 0);
	none = (struct rlimit){ 0, before.rlim_max };
	setrlimit(RLIMIT_NOFILE, &none);
	ck_assert_int_eq(source_glob(pattern, &paths), -1);
	ck_assert_int_eq(errno, EMFILE);
	setrlimit(RLIMIT_NOFILE, &before);
	ck_assert_uint_eq(paths.n, 0);
	ck_assert_int_eq(source_glob(pattern, &paths), 0);
	ck_assert_uint_eq(paths.n, 1);
	strings_finish(&paths);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("source");

	TEST(s, reads_all);
	TEST(s, refuses_what_is_no_file);
	TEST(s, refuses_what_it_may_not_read);
	TEST(s, refuses_nul_bytes);
	TESTS(s, knows_the_limit, 3);
	TEST(s, finds_the_directory);
	TEST(s, globs_in_order);
	TEST(s, tells_that_it_cannot_search);
	return unit_run(s);
}
