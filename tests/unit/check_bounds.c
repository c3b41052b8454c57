/* SPDX-License-Identifier: MIT */
/* check_bounds.c - tests every row that has a range through the real loader, at its bounds */
#include <limits.h>

#include "config/complaint.h"
#include "config/kind.h"
#include "config/load.h"
#include "config/quantity.h"
#include "config/settings.h"
#include "handler/handlers.h"
#include "sockd.h"
#include "unit.h"

/* Where the rows of a table stand in a file: one of these, with the setting for %s. */
static const char *const in_globals[] = {
	"%sservices: { x: { listen = \"unix:@x\"; handler = \"echo\"; }; };", NULL
};
static const char *const in_service[] = {
	"services: { x: { listen = \"unix:@x\"; handler = \"echo\"; %s}; };", NULL
};
/* An option is for some kinds of endpoints only. */
static const char *const in_listen[] = {
	"services: { x: { handler = \"echo\"; listen = { at = \"tcp://*:1\"; %s}; }; };",
	"services: { x: { handler = \"echo\"; listen = { at = \"unix:///x\"; %s}; }; };",
	NULL
};

/* Room for two settings of every row there could be. */
#define FILE_SIZE 4096

enum answer { ACCEPTED, OUT_OF_RANGE, WRONG_LITERAL, TOO_LARGE, OTHER };

static enum answer
meaning(const struct complaints *complaints)
{
	const char *text = complaints->n == 1 ? complaints->list[0].text : "";

	if (strstr(text, "is too large for a number") != NULL)
		return TOO_LARGE;
	if (strstr(text, ", not a number") != NULL ||
	    strstr(text, ", not a string") != NULL)
		return WRONG_LITERAL;
	if (strstr(text, "must be ") != NULL && strstr(text, " to ") != NULL)
		return OUT_OF_RANGE;
	return OTHER;
}

static const void *
struct_of(const struct setting *rows, const struct config *config)
{
	if (rows == config_rows)
		return config;
	if (rows == service_rows)
		return config->services;
	return rows == listen_rows ? (const void *)config->services->listens :
				     config->services->options;
}

/* What must be there as well, as these are bounded by it, or make no sense without. */
static const char *
companion(const struct setting *row)
{
	if (strcmp(row->name, "stale") == 0)
		return "cache = \"1s\"; ";
	return strcmp(row->name, "workers.min") == 0 ||
		strcmp(row->name, "workers.spare") == 0 ?
	    "max = 1000; " :
	    "";
}

/* "timeouts.idle" and "1s" to "timeouts: { idle = 1s; };" */
static void
write_setting(const struct setting *row, const char *value, char *text, size_t size)
{
	const char *dot = strchr(row->name, '.');

	if (dot != NULL)
		snprintf(text, size, "%.*s: { %s%s = %s; }; ", (int)(dot - row->name),
		    row->name, companion(row), dot + 1, value);
	else
		snprintf(text, size, "%s%s = %s; ", companion(row), row->name, value);
}

/* Load the row with that value, written like that; n is what it must be then. */
static enum answer
try(const struct setting *rows, const struct setting *row, const char *file,
    const char *value, long long n)
{
	struct complaints complaints = { .n = 0 };
	struct config    *config;
	enum answer       answer = ACCEPTED;
	char              setting[512], text[FILE_SIZE];

	write_setting(row, value, setting, sizeof setting);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	snprintf(text, sizeof text, file, setting);
#pragma GCC diagnostic pop
	config = config_load(unit_write("sockd.conf", text), &complaints);
	if (config == NULL)
		answer = meaning(&complaints);
	else
		ck_assert_msg(*(const long long *)((const char *)struct_of(rows, config) +
				  row->offset) == n,
		    "%s is another number", text);
	ck_assert_msg(answer != OTHER || strstr(complaints.list[0].text, ": is for "),
	    "%s: %s", text, complaints.n > 0 ? complaints.list[0].text : "");
	settings_destroy(config);
	complaints_finish(&complaints);
	return answer;
}

static void
expect(const struct setting *rows, const struct setting *row, const char *const *files,
    enum answer expected, const char *value, long long n)
{
	enum answer answer = OTHER;

	for (; *files != NULL && answer == OTHER; files++)
		answer = try(rows, row, *files, value, n);
	ck_assert_msg(answer == expected, "%s = %s: %d, not %d", row->name, value, answer,
	    expected);
}

static enum answer
by_range(const struct setting *row, __int128 n)
{
	return n >= row->min && n <= row->max ? ACCEPTED : OUT_OF_RANGE;
}

/* As a number, with and without L, in hexadecimal, and in quotes. */
static void
check_number(const struct setting *rows, const struct setting *row,
    const char *const *files, long long n)
{
	bool        is_int = n >= INT_MIN && n <= INT_MAX;
	bool        takes = (row->kind->literals & LITERAL_NUMBER) != 0;
	enum answer in_range = takes ? by_range(row, n) : WRONG_LITERAL;
	char        value[64];

	snprintf(value, sizeof value, "%lld", n);
	expect(rows, row, files, is_int ? in_range : TOO_LARGE, value, n);
	snprintf(value, sizeof value, "%lldL", n);
	expect(rows, row, files, in_range, value, n);
	if (n >= 0) {
		snprintf(value, sizeof value, "0x%llx", n);
		expect(rows, row, files, is_int ? in_range : TOO_LARGE, value, n);
		snprintf(value, sizeof value, "+%lld", n);
		expect(rows, row, files, is_int ? in_range : TOO_LARGE, value, n);
	}
	if (takes) {
		snprintf(value, sizeof value, "\"%lld\"", n);
		expect(rows, row, files, WRONG_LITERAL, value, n);
	}
}

/* In each unit, the last that is not more than n, and the next. */
static void
check_quantity(const struct setting *rows, const struct setting *row,
    const char *const *files, const struct unit *units, long long n)
{
	char value[64];

	for (; units->suffix != NULL; units++) {
		for (int more = 0; more <= 1; more++) {
			__int128 count = n / units->factor + more,
				 all = count * units->factor;

			if (count > LLONG_MAX)
				continue;
			snprintf(value, sizeof value, "\"%lld%s\"", (long long)count,
			    units->suffix);
			expect(
			    rows, row, files, by_range(row, all), value, (long long)all);
		}
	}
}

static const struct unit *
units_of(const struct setting *row)
{
	static const struct unit rates[] = { { "/s", 1 }, { "/min", 1 }, { "/h", 1 },
		{ NULL, 0 } };

	if (row->kind == &kind_time || row->kind == &kind_auto_time)
		return quantity_times;
	if (row->kind == &kind_rate)
		return rates;
	return row->kind == &kind_size || row->kind == &kind_auto_size ? quantity_sizes :
									 NULL;
}

static void
check_value(const struct setting *rows, const struct setting *row,
    const char *const *files, long long n)
{
	const struct unit *units = units_of(row);

	check_number(rows, row, files, n);
	if (units != NULL)
		check_quantity(rows, row, files, units, n);
}

/* A number of each unit whose product would be in the range after it wrapped. */
static void
check_wrap(const struct setting *rows, const struct setting *row,
    const char *const *files, const struct unit *units)
{
	char value[64];

	for (; units->suffix != NULL; units++) {
		__int128 count = (((__int128)1 << 64) + row->max) / units->factor;

		if (count > LLONG_MAX)
			continue;
		snprintf(
		    value, sizeof value, "\"%lld%s\"", (long long)count, units->suffix);
		expect(rows, row, files, OUT_OF_RANGE, value, 0);
	}
}

/* What no long long holds, and numbers that are right in their low 32 or 64 bits. */
static void
check_beyond(
    const struct setting *rows, const struct setting *row, const char *const *files)
{
	static const char *const numbers[] = { "9223372036854775808",
		"-9223372036854775809", "18446744073709551617",
		"99999999999999999999999" };
	char                     value[64];

	for (size_t i = 0; i < COUNT(numbers); i++) {
		expect(rows, row, files, TOO_LARGE, numbers[i], 0);
		snprintf(value, sizeof value, "%sL", numbers[i]);
		expect(rows, row, files, TOO_LARGE, value, 0);
		if (units_of(row) != NULL && units_of(row) != quantity_sizes) {
			snprintf(value, sizeof value, "\"%s%s\"", numbers[i],
			    row->kind == &kind_rate ? "/s" : "ms");
			expect(rows, row, files, OUT_OF_RANGE, value, 0);
		} else if ((row->kind->literals & LITERAL_NUMBER) == 0) {
			snprintf(value, sizeof value, "\"%s\"", numbers[i]);
			expect(rows, row, files, OUT_OF_RANGE, value, 0);
		}
	}
}

static void
check_row(const struct setting *rows, const struct setting *row, const char *const *files)
{
	const long long wrap = 1LL << 32;
	const long long values[] = { row->min - 1, row->min, row->min + 1, row->max - 1,
		row->max, row->max + 1, 0, -1, INT_MIN, INT_MAX, INT_MIN - 1LL,
		INT_MAX + 1LL, LLONG_MIN, LLONG_MAX, row->min + wrap, row->max + wrap,
		row->min - wrap };

	for (size_t i = 0; i < COUNT(values); i++)
		check_value(rows, row, files, values[i]);
	check_beyond(rows, row, files);
	if (units_of(row) != NULL)
		check_wrap(rows, row, files, units_of(row));
	if (row->kind == &kind_auto_number || row->kind == &kind_auto_time ||
	    row->kind == &kind_auto_size)
		expect(rows, row, files, ACCEPTED, "\"auto\"", -1);
}

/* Octal digits: three or four of them, and no more than the row allows. */
static void
check_mode(
    const struct setting *rows, const struct setting *row, const char *const *files)
{
	static const char *const wrong[] = { "", "0", "00", "00000", "888", "0o22",
		"0x1f", "-22", "+22", " 022", "022 ", "77777777777777777777777" };
	char                     value[64];

	for (long long n = 0; n <= 07777; n++) {
		if (n > 8 && n < row->max - 8 && n % 64 != 0)
			continue;
		snprintf(value, sizeof value, "\"%03llo\"", (unsigned long long)n);
		expect(rows, row, files, by_range(row, n), value, n);
		snprintf(value, sizeof value, "\"%04llo\"", (unsigned long long)n);
		expect(rows, row, files, by_range(row, n), value, n);
	}
	for (size_t i = 0; i < COUNT(wrong); i++) {
		snprintf(value, sizeof value, "\"%s\"", wrong[i]);
		expect(rows, row, files, OUT_OF_RANGE, value, 0);
	}
	expect(rows, row, files, WRONG_LITERAL, "22", 0);
	expect(rows, row, files, TOO_LARGE, "022222222222", 0);
}

/* How many rows have been checked. */
static int
check_rows(const struct setting *rows, const char *const *files)
{
	int n = 0;

	for (const struct setting *row = rows; row->name != NULL; row++) {
		if (row->kind == &kind_mode)
			check_mode(rows, row, files);
		else if (row->kind->ranged)
			check_row(rows, row, files);
		else
			continue;
		n++;
	}
	return n;
}

START_TEST(holds_the_bounds_of_a_service)
{
	ck_assert_int_ge(check_rows(service_rows, in_service), 10);
}
END_TEST

START_TEST(holds_the_bounds_of_an_endpoint)
{
	ck_assert_int_ge(check_rows(listen_rows, in_listen), 5);
}
END_TEST

START_TEST(holds_the_bounds_of_the_rest)
{
	ck_assert_int_ge(check_rows(config_rows, in_globals), 0);
}
END_TEST

/* Every handler there is; what it cannot be without it gets. */
START_TEST(holds_the_bounds_of_handlers)
{
	char        text[FILE_SIZE];
	const char *files[] = { text, NULL };
	int         n = 0;

	for (size_t i = 0; handlers[i] != NULL; i++) {
		const struct sockd_handler *handler = handlers[i];

		if (handler->settings == NULL)
			continue;
		snprintf(text, sizeof text,
		    "services: { x: { listen = \"%s:@x\"; handler: { type = \"%s\"; "
		    "%s%%s}; }; };",
		    handler->serve != NULL ? "unix" : "unixgram", handler->name,
		    setting_find(handler->settings, "text") != NULL ?
			"text = \"x\"; " :
			setting_find(handler->settings, "command") != NULL ?
			"command = [ \"/bin/sh\" ]; " :
			"");
		n += check_rows(handler->settings, files);
	}
	ck_assert_int_ge(n, 2);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("bounds");

	TEST(s, holds_the_bounds_of_a_service);
	TEST(s, holds_the_bounds_of_an_endpoint);
	TEST(s, holds_the_bounds_of_the_rest);
	TEST(s, holds_the_bounds_of_handlers);
	return unit_run(s);
}
