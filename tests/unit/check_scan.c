/* SPDX-License-Identifier: MIT */
/* check_scan.c - tests scan.c */
#include "config/scan.h"

#include <stdbool.h>

#include "config/complaint.h"
#include "config/expanded.h"
#include "config/setting.h"
#include "config/sources.h"
#include "config/strings.h"
#include "unit.h"

/* Scan; every complaint "LINE: TEXT", a line each. */
static const char *
told(const char *text, bool *must_not)
{
	static char       lines[4096];
	struct complaints complaints = { .n = 0 };
	struct sources    sources = { .n = 0 };
	struct strings    files = { .n = 0 };
	struct expanded   expanded = { .n_lines = 0 };
	struct scan_input input = { "f", unit_directory, &sources, &files, &complaints };

	unit_path("");
	*must_not = scan_text(&input, text, &expanded) != 0;
	expanded_finish(&expanded);
	sources_finish(&sources);
	strings_finish(&files);
	lines[0] = '\0';
	for (size_t i = 0; i < complaints.n; i++) {
		char *line = complaint_text(&complaints.list[i]);

		strcat(strcat(lines, line), "\n");
		free(line);
	}
	complaints_finish(&complaints);
	return lines;
}

static const char *const goods[] = {
	"",
	"\n",
	"a = 1;",
	"a = 2147483647; b = -2147483648; c = +5; d = 0;",
	"a = 0x7fffffff; b = 0X0; c = 0x00ff;",
	"a = 9223372036854775807L; b = 5000000000LL;",
	"a = 1.5; b = .5; c = 1e99; d = -4294967299.0; e = 007.5;",
	"a = 99999999999e5; b = 99999999999.e-5; c = +.5E+99999999999; d = .;",
	"*a = 1; **99999999999 = 2;",
	"a = - 5; b = +; c = 5e; d = 5.e; e = 0xg; f = 0xL;",
	"a99999999999 = 1; a-99999999999 = 1; a_99999999999: 1",
	"a = \"99999999999\"; b = \"\\\"99999999999\"; c = \"\\\\\";",
	"# 99999999999 \" /*\n// 99999999999 \" /*\n",
	"/* 99999999999 \" # // \n @include \"none\" */ a = 1;",
	"/**/ /***/ /* * / */",
	"a = \"/*\"; b = \"//\"; c = \"#\"; d = \"@include\";",
	"a = \"\\\\x00\"; b = \"\\x01\";",
	"a = \"two\nlines\"; b = \"\\\n\";",
	"((((((((((((((((((((((((((((((((", /* 32 */
	"()()[]{}()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()",
	"a = \"((((((((((((((((((((((((((((((((((((((((((\";",
	"# ((((((((((((((((((((((((((((((((((((((((((",
};

START_TEST(lets_pass)
{
	bool must_not;

	ck_assert_str_eq(told(goods[_i], &must_not), "");
	ck_assert(!must_not);
}
END_TEST

#define TOO_LARGE ": is too large for a number; none is larger than 2147483647\n"

static const struct {
	const char *text, *told;
	bool        must_not;
} bads[] = {
	{ "a = 2147483648;", "f:1: 2147483648" TOO_LARGE, false },
	{ "a = -2147483649;", "f:1: -2147483649" TOO_LARGE, false },
	{ "\na = +4294967297;", "f:2: +4294967297" TOO_LARGE, false },
	{ "a = 0x80000000;", "f:1: 0x80000000" TOO_LARGE, false },
	{ "a = 0xFFFFFFFFFFFFFFFFF;", "f:1: 0xFFFFFFFFFFFFFFFFF" TOO_LARGE, false },
	{ "a = 9223372036854775808L;", "f:1: 9223372036854775808L" TOO_LARGE, false },
	{ "a = 99999999999999999999999999999999999999999999999999;",
	    "f:1: 9999999999999999999999999999999999999999" TOO_LARGE, false },
	{ "a = [ 1,\n99999999999,\n88888888888 ]",
	    "f:2: 99999999999" TOO_LARGE "f:3: 88888888888" TOO_LARGE, false },
	{ "a = 022;", "f:1: 022: a number does not begin with 0\n", false },
	{ "a = -007;", "f:1: -007: a number does not begin with 0\n", false },
	{ "a = 4294967298e;", "f:1: 4294967298" TOO_LARGE, false },
	{ "a = 4294967298handler = 1;", "f:1: 4294967298" TOO_LARGE, false },
	{ "a = 4294967298user_L = 1;", "f:1: 4294967298" TOO_LARGE, false },
	{ "a = 4294967298e+;", "f:1: 4294967298" TOO_LARGE, false },
	{ "a = [ 1-4294967298 ];", "f:1: -4294967298" TOO_LARGE, false },
	{ "a = .5-4294967298;", "f:1: -4294967298" TOO_LARGE, false },
	{ "a = 0x5g4294967298; b = 0x100000001user = 1;", "f:1: 0x100000001" TOO_LARGE,
	    false },
	{ "a = 0xg; b = 00x5;", "f:1: 00: a number does not begin with 0\n", false },
	{ "a = 9223372036854775808LLLL;", "f:1: 9223372036854775808LL" TOO_LARGE, false },
	{ "a = 00;", "f:1: 00: a number does not begin with 0\n", false },
	{ "\n\n/* x\n\n", "f:3: this comment never ends: */ is missing\n", true },
	{ "/*/", "f:1: this comment never ends: */ is missing\n", true },
	{ "/*", "f:1: this comment never ends: */ is missing\n", true },
	{ "a = \"x\ny", "f:1: this string never ends: \" is missing\n", true },
	{ "a = \"x\\\"", "f:1: this string never ends: \" is missing\n", true },
	{ "a = \"x\\", "f:1: this string never ends: \" is missing\n", true },
	{ "\"", "f:1: this string never ends: \" is missing\n", true },
	{ "a = \"x\n\\x00\";", "f:2: \\x00: a string cannot have a NUL byte\n", false },
	{ "a = \"\\X00\";", "f:1: \\X00: a string cannot have a NUL byte\n", false },
	{ "\n(((((((((((((((((((((((((((((((((",
	    "f:2: settings are nested more than 32 deep here\n", true },
	{ "[{([{([{([{([{([{([{([{([{([{([{([{(",
	    "f:1: settings are nested more than 32 deep here\n", true },
	{ "\xef\xbb\xbf"
	  "a = 1;",
	    "f:1: begins with a byte order mark: save it without one\n", true },
	{ "@include", "f:1: @include must be followed by the name of a file in \" \"\n",
	    true },
	{ "\n@include x",
	    "f:2: @include must be followed by the name of a file in \" \"\n", true },
	{ "@include \"x\n\"",
	    "f:1: @include must be followed by the name of a file in \" \"\n", true },
	{ "@include \"x",
	    "f:1: @include must be followed by the name of a file in \" \"\n", true },
	{ "@include \"a\" x", "f:1: nothing may follow @include on its line\n", true },
	{ "@include \"a\" /", "f:1: nothing may follow @include on its line\n", true },
	{ "@include \"a\\\"b\"", "f:1: nothing may follow @include on its line\n", true },
	{ "a = 022; b = 99999999999; c = \"\\x00",
	    "f:1: 022: a number does not begin with 0\n"
	    "f:1: 99999999999" TOO_LARGE "f:1: \\x00: a string cannot have a NUL byte\n"
	    "f:1: this string never ends: \" is missing\n",
	    true },
};

START_TEST(finds)
{
	bool must_not;

	ck_assert_str_eq(told(bads[_i].text, &must_not), bads[_i].told);
	ck_assert(must_not == bads[_i].must_not);
}
END_TEST

START_TEST(looks_into_includes)
{
	char expected[512];
	bool must_not;

	unit_write("good", "a = 1;");
	ck_assert_str_eq(told("@include \"good\"\n@include \"good\"", &must_not), "");
	ck_assert(!must_not);

	unit_write("bad", "\na = 99999999999;");
	snprintf(expected, sizeof expected,
	    "%s:2: 99999999999" TOO_LARGE "f:2: 022: a number does not begin with 0\n",
	    unit_path("bad"));
	ck_assert_str_eq(told("@include \"bad\"\na = 022;", &must_not), expected);
	ck_assert(!must_not);

	snprintf(expected, sizeof expected,
	    "f:2: @include of %s: cannot open it: Is a directory\n"
	    "f:3: @include of %s: cannot open it: No such file or directory\n",
	    unit_path("."), unit_path("none"));
	ck_assert_str_eq(
	    told("\n@include \".\"\n@include \"none\"", &must_not), expected);
	ck_assert(must_not);

	unit_write("empty", "");
	ck_assert_str_eq(told("@include \"empty\" # c\n@include \"empty\" // c\n"
			      "@include \"empty\"\t\r\n",
			     &must_not),
	    "");
	ck_assert(!must_not);

	unit_write("open", "((((((((((((((((((((((((((((((");
	ck_assert_str_eq(told("(( @include \"open\"", &must_not), "");
	ck_assert_str_eq(told("@include \"open\"\n(((", &must_not),
	    "f:2: settings are nested more than 32 deep here\n");
}
END_TEST

START_TEST(ends_endless_includes)
{
	char expected[512];
	bool must_not;

	unit_write("a", "\n@include \"b\"");
	unit_write("b", "@include \"a\"");
	snprintf(expected, sizeof expected,
	    "%s:1: files that include each other: more than 10 deep\n", unit_path("b"));
	ck_assert_str_eq(told("@include \"a\"", &must_not), expected);
	ck_assert(must_not);
}
END_TEST

/* Files that include many, twice and so on: told once, and soon. */
START_TEST(ends_what_is_too_much)
{
	char  expected[512];
	bool  must_not;
	FILE *f = fopen(unit_path("hundred"), "w");

	for (int i = 0; i < 100; i++)
		fputs("@include \"empty\"\n", f);
	fclose(f);
	unit_write("empty", "");
	unit_write("two", "@include \"hundred\"\n@include \"hundred\"\n");
	unit_write("ten",
	    "@include \"two\"\n@include \"two\"\n@include \"two\"\n"
	    "@include \"two\"\n@include \"two\"\n@include \"two\"\n");
	snprintf(expected, sizeof expected, "%s:85: there are more than 1000 @include\n",
	    unit_path("hundred"));
	ck_assert_str_eq(told("@include \"ten\"\n@include \"ten\"", &must_not), expected);
	ck_assert(must_not);

	f = fopen(unit_path("large"), "w");
	for (int i = 0; i < 1 << 20; i++)
		fputc('#', f);
	fclose(f);
	unit_write(
	    "three", "@include \"large\"\n@include \"large\"\n@include \"large\"\n");
	snprintf(expected, sizeof expected,
	    "%s:1: the files are larger together than settings can be\n",
	    unit_path("three"));
	ck_assert_str_eq(
	    told("@include \"three\"\n@include \"three\"\n@include \"three\"", &must_not),
	    expected);
	ck_assert(must_not);
}
END_TEST

/* Whatever line libconfig names is one of some file. */
START_TEST(has_an_origin_for_any_line)
{
	struct complaints complaints = { .n = 0 };
	struct expanded   e = { .n_lines = 0 };
	struct scan_input input = { "f", "/", NULL, NULL, &complaints };
	const int lines[][2] = { { -1, 1 }, { 0, 1 }, { 1, 1 }, { 2, 2 }, { 3, 3 },
		{ 99, 3 } };

	ck_assert_int_eq(scan_text(&input, "a\nb\n", &e), 0);
	for (size_t i = 0; i < COUNT(lines); i++)
		ck_assert_int_eq(expanded_origin(&e, lines[i][0]).line, lines[i][1]);
	expanded_finish(&e);
}
END_TEST

static const struct {
	const char *text, *given;
} strings[] = {
	{ "a = [ \"x\" # x\n, \"y\"\n\n ];\n", "a = [ \"x\", # x\n \"y\"]\n\n ;\n" },
	{ "a = ( \"x\" /* , */ ) // \"z\"\n", "a = ( \"x\") /* , */  // \"z\"\n" },
	{ "a = \"x\"\n;", "a = \"x\"\n;\n" },
	{ "a = [ \"x\",\"y\"];", "a = [ \"x\",\"y\"];\n" },
	{ "a = [ \"x\"\n\"y\"\n];", "a = [ \"x\"\n\"y\"]\n;\n" },
	{ "a = \"x\" /* , ", NULL },
	{ "a = [ \"x\" ", "a = [ \"x\" \n" },
};

/* What follows a string in a list stands in its line. */
START_TEST(moves_what_ends_a_string)
{
	struct complaints complaints = { .n = 0 };
	struct expanded   e = { .n_lines = 0 };
	struct scan_input input = { "f", "/", NULL, NULL, &complaints };
	bool              good = scan_text(&input, strings[_i].text, &e) == 0;
	size_t            n_lines = 1;

	ck_assert(good == (strings[_i].given != NULL));
	if (good) {
		ck_assert_str_eq(e.bytes, strings[_i].given);
		for (const char *p = e.bytes; (p = strchr(p, '\n')) != NULL; p++)
			n_lines++;
		ck_assert_uint_eq(e.n_lines, n_lines);
	}
	expanded_finish(&e);
	complaints_finish(&complaints);
}
END_TEST

static const struct {
	const char *text;
	int         line;
} dantes[] = {
	{ "logoutput: syslog\n", 1 },
	{ "# x\n\n internal: eth0 port = 1080\n", 3 },
	{ "user.privileged: root", 1 },
	{ "client pass {\n}", 1 },
	{ "\tsocks block {", 1 },
	{ "services: { };", 0 },
	{ "log: { level = \"info\"; };\nservices: { internal_x: { } };", 0 },
	{ "# logoutput: syslog", 0 },
	{ "internal", 0 },
	{ "external", 0 },
	{ "internals: 1", 0 },
	{ "", 0 },
	{ "\n\n", 0 },
};

START_TEST(knows_dante)
{
	ck_assert_int_eq(scan_dante(dantes[_i].text), dantes[_i].line);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("scan");

	TABLE(s, lets_pass, goods);
	TABLE(s, finds, bads);
	TEST(s, looks_into_includes);
	TEST(s, ends_endless_includes);
	TEST(s, ends_what_is_too_much);
	TEST(s, has_an_origin_for_any_line);
	TABLE(s, moves_what_ends_a_string, strings);
	TABLE(s, knows_dante, dantes);
	return unit_run(s);
}
