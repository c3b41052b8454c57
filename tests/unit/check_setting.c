/* SPDX-License-Identifier: MIT */
/* check_setting.c - tests setting.c and kind.c */
#include "config/setting.h"

#include <limits.h>
#include <sys/stat.h>

#include "config/endpoint.h"
#include "config/kind.h"
#include "unit.h"

/* A struct with a field of every kind. */
struct sample {
	bool            on;
	long long       number, time, size, count, space, mode;
	int             choice;
	char           *string, *path;
	struct content  content;
	struct strings  strings;
	struct endpoint endpoint;
	long long       any_number, any_time, any_size;
	struct {
		long long first, second;
	} group;
};

static const struct choice colours[] = { { "red", 1 }, { "green", 2 }, { "true", 3 },
	{ "false", -4 }, { NULL, 0 } };

static const struct setting rows[] = { BOOL(struct sample, on, "true", APPLY_LIVE, "On."),
	NUMBER(struct sample, number, "7", -5, 100, APPLY_WORKERS, "Number."),
	TIME(struct sample, time, "90s", 0, 3600 * 1000, APPLY_LIVE, "Time."),
	SIZE(struct sample, size, "64k", 1024, 1 << 20, APPLY_LIVE, "Size."),
	AUTO_NUMBER(struct sample, count, "auto", 1, 10, APPLY_LIVE, "Count."),
	AUTO_SIZE(struct sample, space, "auto", 0, 1 << 20, APPLY_LIVE, "Space."),
	MODE(struct sample, mode, "640", 0777, APPLY_LISTEN, "Mode."),
	CHOICE(struct sample, choice, colours, "red", APPLY_LIVE, "Choice."),
	STRING(struct sample, string, "", APPLY_LIVE, "String."),
	PATH(struct sample, path, "/tmp", APPLY_RESTART, "Path."),
	CONTENT(struct sample, content, "", 10, APPLY_LIVE, "Content."),
	STRINGS(struct sample, strings, "", APPLY_LIVE, "Strings."),
	ENDPOINT(struct sample, endpoint, APPLY_LISTEN, "Endpoint."),
	NUMBER(struct sample, any_number, "0", LLONG_MIN, LLONG_MAX, APPLY_LIVE, "Any."),
	TIME(struct sample, any_time, "0", 0, LLONG_MAX, APPLY_LIVE, "Any."),
	SIZE(struct sample, any_size, "0", 0, LLONG_MAX, APPLY_LIVE, "Any."),
	NUMBER(struct sample, group.first, "1", 0, 9, APPLY_LIVE, "First."),
	NUMBER(struct sample, group.second, "2", 0, 9, APPLY_LIVE, "Second."), ROWS_END };

/* The sample with its defaults, but for an endpoint, which has none. */
static void
preset(struct sample *sample)
{
	char why[256];

	memset(sample, 0, sizeof *sample);
	setting_preset(rows, sample);
	ck_assert_int_eq(setting_parse(setting_find(rows, "endpoint"), sample,
			     LITERAL_STRING, "tcp://127.0.0.1:1", NULL, why, sizeof why),
	    0);
}

static const char *
printed(const char *name, const struct sample *sample)
{
	static char text[512];
	FILE       *f = fmemopen(text, sizeof text, "w");

	setting_print(setting_find(rows, name), sample, f);
	fclose(f);
	return text;
}

static const struct {
	const char  *name;
	enum literal literal;
	const char  *text, *printed;
} goods[] = {
	{ "on", LITERAL_BOOL, "true", "true" },
	{ "on", LITERAL_BOOL, "false", "false" },
	{ "number", LITERAL_NUMBER, "-5", "-5" },
	{ "number", LITERAL_NUMBER, "-4", "-4" },
	{ "number", LITERAL_NUMBER, "0", "0" },
	{ "number", LITERAL_NUMBER, "100", "100" },
	{ "any_number", LITERAL_NUMBER, "-9223372036854775808", "-9223372036854775808" },
	{ "any_number", LITERAL_NUMBER, "9223372036854775807", "9223372036854775807" },
	{ "time", LITERAL_STRING, "0", "\"0\"" },
	{ "time", LITERAL_STRING, "0h", "\"0\"" },
	{ "time", LITERAL_STRING, "1ms", "\"1ms\"" },
	{ "time", LITERAL_STRING, "999ms", "\"999ms\"" },
	{ "time", LITERAL_STRING, "1000ms", "\"1s\"" },
	{ "time", LITERAL_STRING, "1500ms", "\"1500ms\"" },
	{ "time", LITERAL_STRING, "59s", "\"59s\"" },
	{ "time", LITERAL_STRING, "60s", "\"1min\"" },
	{ "time", LITERAL_STRING, "60min", "\"1h\"" },
	{ "time", LITERAL_STRING, "3600s", "\"1h\"" },
	{ "time", LITERAL_STRING, "1h", "\"1h\"" },
	{ "any_time", LITERAL_STRING, "24h", "\"1d\"" },
	{ "any_time", LITERAL_STRING, "365d", "\"365d\"" },
	{ "any_time", LITERAL_STRING, "106751991167d", "\"106751991167d\"" },
	{ "any_time", LITERAL_STRING, "9223372036854775807ms",
	    "\"9223372036854775807ms\"" },
	{ "size", LITERAL_STRING, "1024", "\"1k\"" },
	{ "size", LITERAL_STRING, "1025", "\"1025\"" },
	{ "size", LITERAL_STRING, "1k", "\"1k\"" },
	{ "size", LITERAL_STRING, "1023k", "\"1023k\"" },
	{ "size", LITERAL_STRING, "1024k", "\"1m\"" },
	{ "size", LITERAL_STRING, "1m", "\"1m\"" },
	{ "size", LITERAL_STRING, "1048576", "\"1m\"" },
	{ "any_size", LITERAL_STRING, "0", "\"0\"" },
	{ "any_size", LITERAL_STRING, "3g", "\"3g\"" },
	{ "any_size", LITERAL_STRING, "8589934591g", "\"8589934591g\"" },
	{ "any_size", LITERAL_STRING, "9223372036854775807", "\"9223372036854775807\"" },
	{ "count", LITERAL_NUMBER, "1", "1" },
	{ "count", LITERAL_NUMBER, "10", "10" },
	{ "count", LITERAL_STRING, "auto", "\"auto\"" },
	{ "space", LITERAL_STRING, "auto", "\"auto\"" },
	{ "space", LITERAL_STRING, "0", "\"0\"" },
	{ "space", LITERAL_STRING, "512k", "\"512k\"" },
	{ "mode", LITERAL_STRING, "000", "\"000\"" },
	{ "mode", LITERAL_STRING, "007", "\"007\"" },
	{ "mode", LITERAL_STRING, "777", "\"777\"" },
	{ "mode", LITERAL_STRING, "0777", "\"777\"" },
	{ "choice", LITERAL_STRING, "green", "\"green\"" },
	{ "choice", LITERAL_STRING, "true", "true" },
	{ "choice", LITERAL_BOOL, "true", "true" },
	{ "choice", LITERAL_BOOL, "false", "false" },
	{ "string", LITERAL_STRING, "", "\"\"" },
	{ "string", LITERAL_STRING, "a \"b\" \\ c", "\"a \\\"b\\\" \\\\ c\"" },
	{ "string", LITERAL_STRING, "\n\r\t\x01\x1f\x7f",
	    "\"\\n\\r\\t\\x01\\x1f\\x7f\"" },
	{ "string", LITERAL_STRING, "\xc3\xa9\xff", "\"\xc3\xa9\xff\"" },
	{ "path", LITERAL_STRING, "", "\"\"" },
	{ "path", LITERAL_STRING, "/", "\"/\"" },
	{ "path", LITERAL_STRING, "/a/b", "\"/a/b\"" },
	{ "path", LITERAL_STRING, "a/b", "\"/base/a/b\"" },
	{ "path", LITERAL_STRING, "../x", "\"/base/../x\"" },
	{ "content", LITERAL_STRING, "", "\"\"" },
	{ "strings", LITERAL_STRING, "", "[ ]" },
	{ "strings", LITERAL_STRING, "a\"b", "[ \"a\\\"b\" ]" },
	{ "endpoint", LITERAL_STRING, "unix:@x", "\"unix:@x\"" },
};

START_TEST(parses_and_prints)
{
	const struct setting *row = setting_find(rows, goods[_i].name);
	struct sample         sample;
	char                  why[256] = "";

	preset(&sample);
	ck_assert_int_eq(setting_parse(row, &sample, goods[_i].literal, goods[_i].text,
			     "/base", why, sizeof why),
	    0);
	ck_assert_str_eq(printed(row->name, &sample), goods[_i].printed);
	setting_finish(rows, &sample);
}
END_TEST

#define A_TIME "must be a time such as \"500ms\", \"30s\", \"5min\", \"2h\" or \"1d\""
#define A_SIZE "must be a size in bytes such as \"4096\", \"64k\", \"10m\" or \"1g\""

static const struct {
	const char  *name;
	enum literal literal;
	const char  *text, *why;
} bads[] = {
	{ "number", LITERAL_NUMBER, "-6", "-6: must be -5 to 100" },
	{ "number", LITERAL_NUMBER, "101", "101: must be -5 to 100" },
	{ "number", LITERAL_NUMBER, "9223372036854775808",
	    "9223372036854775808: must be -5 to 100" },
	{ "number", LITERAL_NUMBER, "-9223372036854775809",
	    "-9223372036854775809: must be -5 to 100" },
	{ "time", LITERAL_STRING, "3600001ms", "\"3600001ms\": must be \"0\" to \"1h\"" },
	{ "time", LITERAL_STRING, "3601s", "\"3601s\": must be \"0\" to \"1h\"" },
	{ "time", LITERAL_STRING, "61min", "\"61min\": must be \"0\" to \"1h\"" },
	{ "time", LITERAL_STRING, "1d", "\"1d\": must be \"0\" to \"1h\"" },
	{ "time", LITERAL_STRING, "-1ms", "\"-1ms\": must be \"0\" to \"1h\"" },
	{ "time", LITERAL_STRING, "", "\"\": " A_TIME },
	{ "time", LITERAL_STRING, "s", "\"s\": " A_TIME },
	{ "time", LITERAL_STRING, "5", "\"5\": " A_TIME },
	{ "time", LITERAL_STRING, "5 s", "\"5 s\": " A_TIME },
	{ "time", LITERAL_STRING, " 5s", "\" 5s\": " A_TIME },
	{ "time", LITERAL_STRING, "5s ", "\"5s \": " A_TIME },
	{ "time", LITERAL_STRING, "+5s", "\"+5s\": " A_TIME },
	{ "time", LITERAL_STRING, "5m", "\"5m\": " A_TIME },
	{ "time", LITERAL_STRING, "5S", "\"5S\": " A_TIME },
	{ "time", LITERAL_STRING, "1.5s", "\"1.5s\": " A_TIME },
	{ "time", LITERAL_STRING, "1e3s", "\"1e3s\": " A_TIME },
	{ "time", LITERAL_STRING, "0x10s", "\"0x10s\": " A_TIME },
	{ "time", LITERAL_STRING, "-", "\"-\": " A_TIME },
	{ "time", LITERAL_STRING, "auto", "\"auto\": " A_TIME },
	{ "any_time", LITERAL_STRING, "106751991168d",
	    "\"106751991168d\": must be \"0\" to \"9223372036854775807ms\"" },
	{ "any_time", LITERAL_STRING, "9223372036854775808ms",
	    "\"9223372036854775808ms\": must be \"0\" to \"9223372036854775807ms\"" },
	/* 2^64 and a few hours: what is left of it after a wrap would be in range */
	{ "any_time", LITERAL_STRING, "213503982335d",
	    "\"213503982335d\": must be \"0\" to \"9223372036854775807ms\"" },
	{ "any_time", LITERAL_STRING, "9223372036854775807d",
	    "\"9223372036854775807d\": must be \"0\" to \"9223372036854775807ms\"" },
	{ "size", LITERAL_STRING, "1023", "\"1023\": must be \"1k\" to \"1m\"" },
	{ "size", LITERAL_STRING, "0", "\"0\": must be \"1k\" to \"1m\"" },
	{ "size", LITERAL_STRING, "1048577", "\"1048577\": must be \"1k\" to \"1m\"" },
	{ "size", LITERAL_STRING, "1g", "\"1g\": must be \"1k\" to \"1m\"" },
	{ "size", LITERAL_STRING, "-1k", "\"-1k\": must be \"1k\" to \"1m\"" },
	{ "size", LITERAL_STRING, "17179869185g",
	    "\"17179869185g\": must be \"1k\" to \"1m\"" },
	{ "size", LITERAL_STRING, "64K", "\"64K\": " A_SIZE },
	{ "size", LITERAL_STRING, "64kb", "\"64kb\": " A_SIZE },
	{ "size", LITERAL_STRING, "k", "\"k\": " A_SIZE },
	{ "size", LITERAL_STRING, "auto", "\"auto\": " A_SIZE },
	{ "any_size", LITERAL_STRING, "8589934592g",
	    "\"8589934592g\": must be \"0\" to \"9223372036854775807\"" },
	{ "any_size", LITERAL_STRING, "17179869185g",
	    "\"17179869185g\": must be \"0\" to \"9223372036854775807\"" },
	{ "count", LITERAL_NUMBER, "0", "0: must be 1 to 10" },
	{ "count", LITERAL_NUMBER, "-1", "-1: must be 1 to 10" },
	{ "count", LITERAL_NUMBER, "11", "11: must be 1 to 10" },
	{ "count", LITERAL_STRING, "Auto",
	    "\"Auto\": must be a number or \"auto\", not a string" },
	{ "count", LITERAL_STRING, "",
	    "\"\": must be a number or \"auto\", not a string" },
	{ "space", LITERAL_STRING, "-1", "\"-1\": must be \"0\" to \"1m\"" },
	{ "space", LITERAL_STRING, "many", "\"many\": " A_SIZE },
	{ "mode", LITERAL_STRING, "1000", "\"1000\": must be octal digits, 000 to 777" },
	{ "mode", LITERAL_STRING, "77", "\"77\": must be octal digits, 000 to 777" },
	{ "mode", LITERAL_STRING, "00777",
	    "\"00777\": must be octal digits, 000 to 777" },
	{ "mode", LITERAL_STRING, "788", "\"788\": must be octal digits, 000 to 777" },
	{ "mode", LITERAL_STRING, "-77", "\"-77\": must be octal digits, 000 to 777" },
	{ "mode", LITERAL_STRING, "", "\"\": must be octal digits, 000 to 777" },
	{ "mode", LITERAL_STRING, "u=r", "\"u=r\": must be octal digits, 000 to 777" },
	{ "choice", LITERAL_STRING, "blue",
	    "\"blue\": must be one of red green true false" },
	{ "choice", LITERAL_STRING, "re", "\"re\": must be one of red green true false" },
	{ "choice", LITERAL_STRING, "Red",
	    "\"Red\": must be one of red green true false" },
	{ "choice", LITERAL_STRING, "", "\"\": must be one of red green true false" },
	{ "content", LITERAL_STRING, "/nowhere/x",
	    "\"/nowhere/x\": cannot open /nowhere/x: No such file or directory" },
	{ "content", LITERAL_STRING, "/dev/null",
	    "\"/dev/null\": /dev/null is not a regular file" },
	{ "content", LITERAL_STRING, "/tmp", "\"/tmp\": /tmp is not a regular file" },
	{ "content", LITERAL_STRING, "nowhere",
	    "\"nowhere\": cannot open /base/nowhere: No such file or directory" },
	{ "endpoint", LITERAL_STRING, "tcp://127.0.0.1:99999",
	    "\"tcp://127.0.0.1:99999\": port must be 1-65535" },
};

/* What is refused leaves everything as it was. */
START_TEST(refuses)
{
	const struct setting *row = setting_find(rows, bads[_i].name);
	struct sample         sample;
	char                  why[512] = "", before[512];

	preset(&sample);
	strcpy(before, printed(row->name, &sample));
	ck_assert_int_eq(setting_parse(row, &sample, bads[_i].literal, bads[_i].text,
			     "/base", why, sizeof why),
	    -1);
	ck_assert_str_eq(why, bads[_i].why);
	ck_assert_str_eq(printed(row->name, &sample), before);
	setting_finish(rows, &sample);
}
END_TEST

/* How each kind may be written, as a sum of literals. */
static const struct {
	const char *name;
	unsigned    literals;
} clothes[] = {
	{ "on", LITERAL_BOOL },
	{ "number", LITERAL_NUMBER },
	{ "time", LITERAL_STRING },
	{ "size", LITERAL_STRING },
	{ "count", LITERAL_NUMBER | LITERAL_STRING },
	{ "space", LITERAL_STRING },
	{ "mode", LITERAL_STRING },
	{ "choice", LITERAL_STRING | LITERAL_BOOL },
	{ "string", LITERAL_STRING },
	{ "path", LITERAL_STRING },
	{ "content", LITERAL_STRING },
	{ "strings", LITERAL_STRING },
	{ "endpoint", LITERAL_STRING },
};

START_TEST(refuses_other_literals)
{
	static const enum literal literals[] = { LITERAL_BOOL, LITERAL_NUMBER,
		LITERAL_STRING, LITERAL_FRACTION };
	static const char *const  texts[] = { "true", "9", "tcp://127.0.0.1:9", "1.5" };
	const struct setting     *row = setting_find(rows, clothes[_i].name);
	struct sample             sample;
	char                      why[512], before[512];

	preset(&sample);
	strcpy(before, printed(row->name, &sample));
	for (size_t i = 0; i < COUNT(literals); i++) {
		if (clothes[_i].literals & literals[i])
			continue;
		why[0] = '\0';
		ck_assert_int_eq(setting_parse(row, &sample, literals[i], texts[i],
				     "/base", why, sizeof why),
		    -1);
		ck_assert_ptr_nonnull(strstr(why, texts[i]));
		ck_assert_ptr_nonnull(strstr(why, "must be "));
		ck_assert_ptr_nonnull(strstr(why, row->kind->name));
		ck_assert_str_eq(printed(row->name, &sample), before);
	}
	setting_finish(rows, &sample);
}
END_TEST

/* The longest texts are cut and nothing runs over. */
START_TEST(cuts_reasons)
{
	const struct setting *row = setting_find(rows, bads[_i].name);
	struct sample         sample;
	char                 *text = malloc(5001), why[65];

	preset(&sample);
	memset(text, 'x', 5000);
	text[5000] = '\0';
	memset(why, '@', sizeof why);
	if (setting_parse(row, &sample, bads[_i].literal, text, "/base", why,
		sizeof why - 1) != 0) {
		ck_assert_ptr_nonnull(memchr(why, '\0', sizeof why - 1));
		ck_assert_int_eq(why[sizeof why - 1], '@');
	}
	setting_finish(rows, &sample);
	free(text);
}
END_TEST

START_TEST(reads_files)
{
	const struct setting *row = setting_find(rows, "content");
	const char           *path = unit_write("file", "0123456789");
	struct sample         sample, other;
	char                  why[512], expected[512];

	preset(&sample);
	preset(&other);
	ck_assert_int_eq(setting_parse(row, &sample, LITERAL_STRING, "file",
			     unit_directory, why, sizeof why),
	    0);
	ck_assert_str_eq(sample.content.path, path);
	ck_assert_uint_eq(sample.content.size, 10);
	ck_assert_str_eq(sample.content.bytes, "0123456789");
	ck_assert(!setting_same(row, &sample, &other));

	/* the same name, other bytes */
	unit_write("file", "0123456780");
	ck_assert_int_eq(
	    setting_parse(row, &other, LITERAL_STRING, path, NULL, why, sizeof why), 0);
	ck_assert(!setting_same(row, &sample, &other));
	unit_write("file", "0123456789");
	ck_assert_int_eq(
	    setting_parse(row, &other, LITERAL_STRING, path, NULL, why, sizeof why), 0);
	ck_assert(setting_same(row, &sample, &other));

	/* one byte too many; what was there stays */
	unit_write("file", "0123456789a");
	ck_assert_int_eq(
	    setting_parse(row, &other, LITERAL_STRING, path, NULL, why, sizeof why), -1);
	snprintf(expected, sizeof expected, "\"%s\": %s has 11 bytes, more than 10", path,
	    path);
	ck_assert_str_eq(why, expected);
	ck_assert_uint_eq(other.content.size, 10);
	ck_assert_int_eq(
	    setting_parse(row, &other, LITERAL_STRING, "", NULL, why, sizeof why), 0);
	ck_assert_ptr_null(other.content.path);
	setting_finish(rows, &sample);
	setting_finish(rows, &other);
}
END_TEST

/* A FIFO would wait for somebody to write. */
START_TEST(never_waits_for_a_file)
{
	const char   *path = unit_path("fifo");
	struct sample sample;
	char          why[512];

	preset(&sample);
	ck_assert_int_eq(mkfifo(path, 0600), 0);
	ck_assert_int_eq(setting_parse(setting_find(rows, "content"), &sample,
			     LITERAL_STRING, path, NULL, why, sizeof why),
	    -1);
	ck_assert_ptr_nonnull(strstr(why, "is not a regular file"));
	setting_finish(rows, &sample);
}
END_TEST

START_TEST(refuses_the_longest_path)
{
	const struct setting *row = setting_find(rows, "path");
	struct sample         sample;
	char                  path[PATH_MAX + 1], why[512];

	preset(&sample);
	memset(path, 'p', sizeof path);
	path[0] = '/';
	path[PATH_MAX - 1] = '\0';
	ck_assert_int_eq(
	    setting_parse(row, &sample, LITERAL_STRING, path, "/", why, sizeof why), 0);
	path[PATH_MAX - 1] = 'p';
	path[PATH_MAX] = '\0';
	ck_assert_int_eq(
	    setting_parse(row, &sample, LITERAL_STRING, path, "/", why, sizeof why), -1);
	ck_assert_ptr_nonnull(strstr(why, "\": is longer than a path can be"));
	setting_finish(rows, &sample);
}
END_TEST

START_TEST(takes_paths_from_a_base)
{
	static const char *const paths[][3] = {
		{ "x", "/", "\"/x\"" },
		{ "x", "/etc", "\"/etc/x\"" },
		{ "x", NULL, "\"x\"" },
		{ "/x", "/etc", "\"/x\"" },
		{ "", "/etc", "\"\"" },
	};
	struct sample sample;
	char          why[512];

	preset(&sample);
	for (size_t i = 0; i < COUNT(paths); i++) {
		ck_assert_int_eq(
		    setting_parse(setting_find(rows, "path"), &sample, LITERAL_STRING,
			paths[i][0], paths[i][1], why, sizeof why),
		    0);
		ck_assert_str_eq(printed("path", &sample), paths[i][2]);
	}
	setting_finish(rows, &sample);
}
END_TEST

START_TEST(adds_strings_up)
{
	const struct setting *row = setting_find(rows, "strings");
	struct sample         sample;
	char                  why[512];

	preset(&sample);
	ck_assert(setting_is_list(row));
	ck_assert(!setting_is_list(setting_find(rows, "string")));
	for (int i = 0; i < 3; i++)
		ck_assert_int_eq(setting_parse(row, &sample, LITERAL_STRING,
				     i == 1 ? "" : "x", NULL, why, sizeof why),
		    0);
	ck_assert_str_eq(printed("strings", &sample), "[ \"x\", \"x\" ]");
	setting_clear(row, &sample);
	ck_assert_str_eq(printed("strings", &sample), "[ ]");
	setting_finish(rows, &sample);
}
END_TEST

START_TEST(presets_every_row)
{
	struct sample sample;

	preset(&sample);
	ck_assert(sample.on);
	ck_assert_int_eq(sample.number, 7);
	ck_assert_int_eq(sample.time, 90000);
	ck_assert_int_eq(sample.size, 65536);
	ck_assert_int_eq(sample.count, -1);
	ck_assert_int_eq(sample.space, -1);
	ck_assert_int_eq(sample.mode, 0640);
	ck_assert_int_eq(sample.choice, 1);
	ck_assert_str_eq(sample.string, "");
	ck_assert_str_eq(sample.path, "/tmp");
	ck_assert_ptr_null(sample.content.path);
	ck_assert_uint_eq(sample.strings.n, 0);
	ck_assert_int_eq(sample.group.second, 2);
	setting_finish(rows, &sample);
	ck_assert_ptr_null(sample.string);
}
END_TEST

START_TEST(finds_rows)
{
	ck_assert_uint_eq(setting_number(rows), COUNT(rows) - 1);
	ck_assert_uint_eq(setting_number(rows + COUNT(rows) - 1), 0);
	ck_assert_ptr_eq(setting_find(rows, "on"), rows);
	ck_assert_str_eq(setting_find(rows, "group.second")->name, "group.second");
	ck_assert_ptr_null(setting_find(rows, "group"));
	ck_assert_ptr_null(setting_find(rows, "second"));
	ck_assert_ptr_null(setting_find(rows, "ON"));
	ck_assert_ptr_null(setting_find(rows, ""));
}
END_TEST

/* Values that differ from the default, what that asks for, and how it reads. */
static const struct {
	const char  *name;
	enum literal literal;
	const char  *text;
	enum apply   apply;
	const char  *change;
} changes[] = {
	{ "on", LITERAL_BOOL, "false", APPLY_LIVE, "p.on true -> false" },
	{ "number", LITERAL_NUMBER, "8", APPLY_WORKERS, "p.number 7 -> 8" },
	{ "time", LITERAL_STRING, "2min", APPLY_LIVE, "p.time \"90s\" -> \"2min\"" },
	{ "size", LITERAL_STRING, "1m", APPLY_LIVE, "p.size \"64k\" -> \"1m\"" },
	{ "count", LITERAL_NUMBER, "3", APPLY_LIVE, "p.count \"auto\" -> 3" },
	{ "space", LITERAL_STRING, "3", APPLY_LIVE, "p.space \"auto\" -> \"3\"" },
	{ "mode", LITERAL_STRING, "600", APPLY_LISTEN, "p.mode \"640\" -> \"600\"" },
	{ "choice", LITERAL_BOOL, "true", APPLY_LIVE, "p.choice \"red\" -> true" },
	{ "string", LITERAL_STRING, "\n", APPLY_LIVE, "p.string \"\" -> \"\\n\"" },
	{ "path", LITERAL_STRING, "/", APPLY_RESTART, "p.path \"/tmp\" -> \"/\"" },
	{ "strings", LITERAL_STRING, "x", APPLY_LIVE, "p.strings [ ] -> [ \"x\" ]" },
	{ "endpoint", LITERAL_STRING, "tcp://127.0.0.1:2", APPLY_LISTEN,
	    "p.endpoint \"tcp://127.0.0.1:1\" -> \"tcp://127.0.0.1:2\"" },
	{ "group.second", LITERAL_NUMBER, "9", APPLY_LIVE, "p.group.second 2 -> 9" },
};

static const char *
changes_text(const struct sample *a, const struct sample *b, int n)
{
	static char text[512];
	FILE       *f = fmemopen(text, sizeof text, "w");

	ck_assert_int_eq(setting_print_changes(rows, "p.", a, b, f), n);
	fclose(f);
	return n == 0 ? "" : text;
}

START_TEST(finds_changes)
{
	const struct setting *row = setting_find(rows, changes[_i].name);
	struct sample         a, b;
	char                  why[256];

	preset(&a);
	preset(&b);
	ck_assert_int_eq(setting_diff(rows, &a, &b), APPLY_NOTHING);
	changes_text(&a, &b, 0);
	ck_assert_int_eq(setting_parse(row, &b, changes[_i].literal, changes[_i].text,
			     NULL, why, sizeof why),
	    0);
	ck_assert(!setting_same(row, &a, &b));
	ck_assert_int_eq(setting_diff(rows, &a, &b), changes[_i].apply);
	ck_assert_int_eq(setting_diff(rows, &b, &a), changes[_i].apply);
	ck_assert_str_eq(changes_text(&a, &b, 1), changes[_i].change);
	setting_finish(rows, &a);
	setting_finish(rows, &b);
}
END_TEST

START_TEST(takes_the_most_of_many_changes)
{
	struct sample a, b;

	preset(&a);
	preset(&b);
	b.on = false;
	b.mode = 0600;
	b.group.first = 9;
	ck_assert_int_eq(setting_diff(rows, &a, &b), APPLY_LISTEN);
	ck_assert_str_eq(changes_text(&a, &b, 3),
	    "p.on true -> false, p.mode \"640\" -> \"600\", p.group.first 1 -> 9");
	setting_finish(rows, &a);
	setting_finish(rows, &b);
}
END_TEST

START_TEST(dumps_groups_and_origins)
{
	static const struct setting few[] = { NUMBER(struct sample, number, "7", -5, 100,
						  APPLY_LIVE, ""),
		NUMBER(struct sample, group.first, "1", 0, 9, APPLY_LIVE, ""),
		NUMBER(struct sample, group.second, "2", 0, 9, APPLY_LIVE, ""),
		BOOL(struct sample, on, "true", APPLY_LIVE, ""), ROWS_END };
	const struct origin         origins[] = { { "f", 3 }, { NULL, 0 }, { "g", 4 },
			{ NULL, 0 } };
	struct sample               sample;
	char                        text[512];
	FILE                       *f = fmemopen(text, sizeof text, "w");

	memset(&sample, 0, sizeof sample);
	setting_preset(few, &sample);
	setting_dump(few, &sample, origins, 1, f);
	fclose(f);
	ck_assert_str_eq(text,
	    "\tnumber = 7;\t# f:3\n"
	    "\tgroup: {\n"
	    "\t\tfirst = 1;\t# default\n"
	    "\t\tsecond = 2;\t# g:4\n"
	    "\t};\n"
	    "\ton = true;\t# default\n");
}
END_TEST

/* Each row is an item, and a line that mdoc would take for a macro is one. */
START_TEST(makes_a_list_for_the_manual)
{
	char  *text = NULL, item[64];
	size_t size;
	FILE  *f = open_memstream(&text, &size);

	setting_mdoc(rows, f);
	fclose(f);
	ck_assert_int_eq(strncmp(text, ".Bl ", 4), 0);
	ck_assert_str_eq(text + size - 4, ".El\n");
	for (const struct setting *row = rows; row->name != NULL; row++) {
		snprintf(item, sizeof item, "\n.It Ic %s ", row->name);
		ck_assert_ptr_nonnull(strstr(text, item));
	}
	free(text);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("setting");

	TABLE(s, parses_and_prints, goods);
	TABLE(s, refuses, bads);
	TABLE(s, refuses_other_literals, clothes);
	TABLE(s, cuts_reasons, bads);
	TEST(s, reads_files);
	TEST(s, never_waits_for_a_file);
	TEST(s, refuses_the_longest_path);
	TEST(s, takes_paths_from_a_base);
	TEST(s, adds_strings_up);
	TEST(s, presets_every_row);
	TEST(s, finds_rows);
	TABLE(s, finds_changes, changes);
	TEST(s, takes_the_most_of_many_changes);
	TEST(s, dumps_groups_and_origins);
	TEST(s, makes_a_list_for_the_manual);
	return unit_run(s);
}
