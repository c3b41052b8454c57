/* SPDX-License-Identifier: MIT */
/* check_sources.c - tests sources.c, and how scan.c puts files together */
#include "config/sources.h"

#include <fcntl.h>
#include <sysexits.h>

#include "config/complaint.h"
#include "config/scan.h"
#include "unit.h"

/* What was sent, as it would come out of the pipe. */
static size_t
sent(const struct sources *sources, char *bytes, size_t size)
{
	int     fds[2];
	ssize_t n;

	ck_assert_int_eq(pipe(fds), 0);
	sources_send(sources, fds[1]);
	close(fds[1]);
	n = read(fds[0], bytes, size);
	close(fds[0]);
	ck_assert_int_ge(n, 0);
	return (size_t)n;
}

static void
check_reads(struct sources *sources, const char *path, const char *wanted)
{
	char why[256], *bytes;
	int  status;

	bytes = sources_read(sources, path, &status, why, sizeof why);
	if (wanted == NULL)
		ck_assert_ptr_null(bytes);
	else
		ck_assert_str_eq(bytes, wanted);
	free(bytes);
}

START_TEST(reads_a_file_once)
{
	struct sources sources = { .n = 0 };

	unit_write("a", "first");
	check_reads(&sources, unit_path("a"), "first");
	unit_write("a", "second");
	check_reads(&sources, unit_path("a"), "first");
	check_reads(&sources, unit_path("none"), NULL);
	sources_finish(&sources);
}
END_TEST

START_TEST(is_the_same_behind_a_pipe)
{
	struct sources sources = { .n = 0 }, taken = { .n = 0 };
	struct strings paths = { .n = 0 }, again = { .n = 0 };
	char           bytes[4096];
	const char    *at = bytes;
	size_t         left;

	unit_write("a.conf", "one");
	unit_write("b.conf", "");
	check_reads(&sources, unit_path("a.conf"), "one");
	check_reads(&sources, unit_path("b.conf"), "");
	sources_glob(&sources, unit_path("*.conf"), &paths);
	ck_assert_uint_eq(paths.n, 2);
	left = sent(&sources, bytes, sizeof bytes);
	unit_write("a.conf", "changed");
	unit_write("c.conf", "new");

	ck_assert_int_eq(sources_take(&taken, &at, &left), 0);
	ck_assert_uint_eq(left, 0);
	check_reads(&taken, unit_path("a.conf"), "one");
	check_reads(&taken, unit_path("b.conf"), "");
	check_reads(&taken, unit_path("c.conf"), NULL);
	sources_glob(&taken, unit_path("*.conf"), &again);
	ck_assert_uint_eq(again.n, 2);
	ck_assert_str_eq(again.list[1], paths.list[1]);
	sources_glob(&taken, "another", &again);
	ck_assert_uint_eq(again.n, 2);
	strings_finish(&paths);
	strings_finish(&again);
	sources_finish(&sources);
	sources_finish(&taken);
}
END_TEST

START_TEST(refuses_what_is_cut)
{
	struct sources sources = { .n = 0 }, taken;
	struct strings paths = { .n = 0 };
	char           bytes[4096];
	size_t         size, left;

	unit_write("a.conf", "one");
	check_reads(&sources, unit_path("a.conf"), "one");
	sources_glob(&sources, unit_path("*.conf"), &paths);
	size = sent(&sources, bytes, sizeof bytes);
	for (size_t n = 0; n < size; n++) {
		const char *at = bytes;

		memset(&taken, 0, sizeof taken);
		left = n;
		ck_assert_int_eq(sources_take(&taken, &at, &left), -1);
		sources_finish(&taken);
	}
	strings_finish(&paths);
	sources_finish(&sources);
}
END_TEST

static const struct {
	const char *main, *a, *b, *wanted;
	int         origins[6]; /* 100 for file a, 200 for b, and the line; 0 ends */
} texts[] = {
	{ "", "", "", "", { 1 } },
	{ "x", "", "", "x\n", { 1 } },
	{ "x\ny\n", "", "", "x\ny\n", { 1, 2, 3 } },
	{ "@include \"a\"\nz", "x\ny\n", "", "\nx\ny\n\n\nz\n",
	    { 1, 101, 102, 1, 1, 2 } },
	{ "@include \"a\" # z", "x", "", "\nx\n # z\n", { 1, 101, 1 } },
	{ "v\n\t@include\t\"a\"\n", "@include \"b\"", "x", "v\n\t\n\nx\n\n\n",
	    { 1, 2, 101, 201, 2, 2 } },
	{ "a @include \"a\"", "x", "", "a @include \"a\"\n", { 1 } },
	{ "# @include \"a\"", "x", "", "# @include \"a\"\n", { 1 } },
	{ "\"\n@include \\\"a\\\"\n\"", "x", "", "\"\n@include \\\"a\\\"\n\"\n",
	    { 1, 2, 3 } },
};

START_TEST(puts_files_together)
{
	struct complaints complaints = { .n = 0 };
	struct sources    sources = { .n = 0 };
	struct strings    files = { .n = 0 };
	struct expanded   text = { .n_lines = 0 };
	struct scan_input input = { "main", unit_directory, &sources, &files,
		&complaints };

	unit_write("a", texts[_i].a);
	unit_write("b", texts[_i].b);
	ck_assert_int_eq(scan_text(&input, texts[_i].main, &text), 0);
	ck_assert_str_eq(text.bytes, texts[_i].wanted);
	for (int line = 1; line <= 6 && texts[_i].origins[line - 1] != 0; line++) {
		struct origin origin = expanded_origin(&text, line);
		int           file = strcmp(origin.file, "main") == 0     ? 0 :
			      origin.file[strlen(origin.file) - 1] == 'a' ? 100 :
									    200;

		ck_assert_int_eq(file + origin.line, texts[_i].origins[line - 1]);
	}
	expanded_finish(&text);
	sources_finish(&sources);
	strings_finish(&files);
	complaints_finish(&complaints);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("sources");

	TEST(suite, reads_a_file_once);
	TEST(suite, is_the_same_behind_a_pipe);
	TEST(suite, refuses_what_is_cut);
	TABLE(suite, puts_files_together, texts);
	return unit_run(suite);
}
