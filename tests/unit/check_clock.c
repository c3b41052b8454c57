/* SPDX-License-Identifier: MIT */
/* check_clock.c - tests clock.c */
#include "common/clock.h"

#include <limits.h>

#include "unit.h"

static const struct {
	unsigned long long now, deadline;
	int                poll;
} polls[] = {
	{ 0, 0, 0 },
	{ 100, 99, 0 },
	{ 100, 100, 0 },
	{ 100, 101, 1 },
	{ 100, 0, 0 },
	{ 100, CLOCK_NEVER_MS, -1 },
	{ 100, CLOCK_NEVER_MS + 1, -1 },
	{ 100, ~0ULL, -1 },
	{ CLOCK_NEVER_MS, CLOCK_NEVER_MS, -1 },
	{ 0, INT_MAX - 1, INT_MAX - 1 },
	{ 0, INT_MAX, INT_MAX },
	{ 0, INT_MAX + 1ULL, INT_MAX },
	{ 0, CLOCK_NEVER_MS - 1, INT_MAX },
};

START_TEST(says_how_long_to_poll)
{
	ck_assert_int_eq(
	    clock_poll_ms(polls[_i].now, polls[_i].deadline), polls[_i].poll);
}
END_TEST

static const struct {
	unsigned long long now;
	long long          span;
	unsigned long long deadline;
} deadlines[] = {
	{ 100, 0, CLOCK_NEVER_MS },
	{ 100, -1, CLOCK_NEVER_MS },
	{ 100, 1, 101 },
	{ 0, 365LL * 24 * 60 * 60 * 1000, 31536000000ULL },
};

START_TEST(makes_deadlines)
{
	ck_assert_uint_eq(clock_deadline_ms(deadlines[_i].now, deadlines[_i].span),
	    deadlines[_i].deadline);
}
END_TEST

START_TEST(goes_forward_only)
{
	unsigned long long before_us = clock_us(), before_ms = before_us / 1000, us, ms;

	for (int i = 0; i < 10000; i++) {
		us = clock_us();
		ms = clock_ms();
		ck_assert_uint_ge(us, before_us);
		ck_assert_uint_ge(ms, before_ms);
		ck_assert_uint_ge(ms, us / 1000);
		before_us = us;
		before_ms = ms;
	}
}
END_TEST

START_TEST(counts_as_time_does)
{
	unsigned long long ms = clock_ms(), us = clock_us();

	usleep(20000);
	ms = clock_ms() - ms;
	us = clock_us() - us;
	ck_assert_uint_ge(us, 20000);
	ck_assert_uint_ge(ms, 19);
	ck_assert_uint_lt(ms, 20000);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("clock");

	TABLE(s, says_how_long_to_poll, polls);
	TABLE(s, makes_deadlines, deadlines);
	TEST(s, goes_forward_only);
	TEST(s, counts_as_time_does);
	return unit_run(s);
}
