/* SPDX-License-Identifier: MIT */
/* check_limit.c - tests limit.c */
#include "master/limit.h"

#include "common/clock.h"
#include "unit.h"

static struct limit limit;

static int
n_passing(unsigned kind, const char *line, int n, unsigned long long now_ms)
{
	int passing = 0;

	while (n-- > 0)
		passing += limit_passes(&limit, kind, LOG_WARNING, line, now_ms);
	return passing;
}

static const char *
count_at(unsigned long long now_ms)
{
	static char line[256];
	int         priority = -1;

	if (!limit_count(&limit, now_ms, &priority, line, sizeof line))
		return "";
	ck_assert_int_eq(priority, LOG_WARNING);
	return line;
}

START_TEST(lets_so_many_a_second_pass)
{
	ck_assert_int_eq(n_passing(7, "a: x", 100, 1000), LOG_LINES);
	ck_assert_int_eq(n_passing(7, "a: x", 100, 1999), 0);
	ck_assert_uint_eq(limit_due_ms(&limit), 2000);
	ck_assert_str_eq(count_at(1999), "");
	ck_assert_str_eq(count_at(2000), "a: x ... and 180 like it were left out");
	ck_assert_str_eq(count_at(2000), "");
	ck_assert_uint_eq(limit_due_ms(&limit), CLOCK_NEVER_MS);
	ck_assert_int_eq(n_passing(7, "a: x", 100, 2000), LOG_LINES);
}
END_TEST

START_TEST(leaves_nothing_out_of_what_is_slow)
{
	for (int i = 0; i < 1000; i++)
		ck_assert_int_eq(
		    n_passing(7, "a: x", 1, 1000 + (unsigned long long)i * 50), 1);
	ck_assert_str_eq(count_at(CLOCK_NEVER_MS), "");
}
END_TEST

START_TEST(keeps_kinds_and_services_apart)
{
	ck_assert_int_eq(n_passing(7, "a: x", 100, 1000), LOG_LINES);
	ck_assert_int_eq(n_passing(7, "b: x", 100, 1000), LOG_LINES);
	ck_assert_int_eq(n_passing(8, "a: x", 100, 1000), LOG_LINES);
	ck_assert_int_eq(n_passing(7, "a: y", 100, 1000), 0);
	ck_assert_int_eq(n_passing(0, "a: x", 100, 1000), 100);
}
END_TEST

START_TEST(shares_a_place_when_there_are_too_many)
{
	int passing = 0, left_out = 0, n;

	for (unsigned kind = 1; kind <= 1000; kind++)
		passing += n_passing(kind, "a: x", 1, 1000);
	ck_assert_int_eq(passing, LIMIT_KINDS - 1 + LOG_LINES);
	while (sscanf(count_at(2000), "a: x ... and %d like", &n) == 1)
		left_out += n;
	ck_assert_int_eq(passing + left_out, 1000);
	/* A second later the places are free again. */
	ck_assert_int_eq(n_passing(5000, "a: x", 100, 2000), LOG_LINES);
}
END_TEST

/* Others skip lines until a second after one that passed. */
START_TEST(counts_what_others_skip)
{
	static struct log_counts counts;

	limit.counts = &counts;
	ck_assert_int_eq(n_passing(7, "a: first", 1, 1000), 1);
	ck_assert_uint_eq(limit_due_ms(&limit), 3000);
	atomic_fetch_add(&log_skip_place(&counts, log_key(7, "a: x"))->n, 5);
	ck_assert_str_eq(count_at(2999), "");
	ck_assert_str_eq(count_at(3000), "a: first ... and 5 like it were left out");
	ck_assert_uint_eq(limit_due_ms(&limit), CLOCK_NEVER_MS);
	ck_assert_int_eq(n_passing(7, "a: x", 100, 3000), LOG_LINES);
	atomic_fetch_add(&log_skip_place(&counts, log_key(7, "a: x"))->n, 5);
	ck_assert_str_eq(count_at(4000), "a: x ... and 85 like it were left out");
	ck_assert_int_eq(n_passing(7, "a: x", 1, 4000), 1);
	ck_assert_str_eq(count_at(6000), "");
	ck_assert_uint_eq(limit_due_ms(&limit), CLOCK_NEVER_MS);
}
END_TEST

START_TEST(cuts_the_sample)
{
	char line[1000];

	memset(line, 'x', sizeof line);
	line[sizeof line - 1] = '\0';
	n_passing(7, line, LOG_LINES + 1, 1000);
	ck_assert_uint_lt(strlen(count_at(2000)), LIMIT_SAMPLE + 40);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("limit");

	TEST(suite, lets_so_many_a_second_pass);
	TEST(suite, leaves_nothing_out_of_what_is_slow);
	TEST(suite, keeps_kinds_and_services_apart);
	TEST(suite, shares_a_place_when_there_are_too_many);
	TEST(suite, counts_what_others_skip);
	TEST(suite, cuts_the_sample);
	return unit_run(suite);
}
