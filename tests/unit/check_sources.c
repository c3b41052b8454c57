/* SPDX-License-Identifier: MIT */
/* check_sources.c - tests sources.c, and how scan.c puts files together */
#include "config/sources.h"

#include <sysexits.h>

#include "config/complaint.h"
#include "config/expanded.h"
#include "config/scan.h"
#include "config/setting.h"
#include "config/source.h"
#include "unit.h"

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

/* Each of the largest size: the ninth is too much, and none that was read is lost. */
START_TEST(limits_all_together)
{
	struct sources sources = { .n = 0 };
	char          *text = malloc(SOURCE_LARGEST + 1), name[8], why[256];
	int            status;

	memset(text, '#', SOURCE_LARGEST);
	text[SOURCE_LARGEST] = '\0';
	for (int i = 0; i < 9; i++) {
		snprintf(name, sizeof name, "%d", i);
		unit_write(name, text);
		if (i < 8)
			check_reads(&sources, unit_path(name), text);
	}
	ck_assert_ptr_null(
	    sources_read(&sources, unit_path("8"), &status, why, sizeof why));
	ck_assert_str_eq(why, "makes the files larger than 8388608 bytes together");
	ck_assert_int_eq(status, EX_CONFIG);
	check_reads(&sources, unit_path("0"), text);
	sources_finish(&sources);
	free(text);
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

	TEST(suite, limits_all_together);
	TEST(suite, reads_a_file_once);
	TABLE(suite, puts_files_together, texts);
	return unit_run(suite);
}
