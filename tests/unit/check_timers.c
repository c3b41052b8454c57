/* SPDX-License-Identifier: MIT */
/* check_timers.c - tests timers.c */
#include "worker/timers.h"

#include "common/clock.h"
#include "unit.h"

#define MANY 500

START_TEST(begins_empty)
{
	struct timers t = { NULL, 0, 0 };
	struct timer  one = { 0, 0 };

	ck_assert_ptr_null(timers_first(&t));
	timers_unset(&t, &one);
	ck_assert_ptr_null(timers_first(&t));
	timers_finish(&t);
}
END_TEST

START_TEST(has_the_earliest_first)
{
	static const unsigned long long ats[] = { 7, 3, CLOCK_NEVER_MS, 3, 0, 99 };
	static const unsigned long long sorted[] = { 0, 3, 3, 7, 99, CLOCK_NEVER_MS };
	struct timers                   t = { NULL, 0, 0 };
	struct timer                    timers[COUNT(ats)] = { { 0, 0 } };

	for (size_t i = 0; i < COUNT(ats); i++)
		ck_assert_int_eq(timers_set(&t, &timers[i], ats[i]), 0);
	for (size_t i = 0; i < COUNT(ats); i++) {
		ck_assert_ptr_nonnull(timers_first(&t));
		ck_assert_uint_eq(timers_first(&t)->at_ms, sorted[i]);
		timers_unset(&t, timers_first(&t));
	}
	ck_assert_ptr_null(timers_first(&t));
	timers_finish(&t);
}
END_TEST

/* What a timer that is looked for by all others would be. */
static unsigned long long
earliest(const struct timer *timers)
{
	unsigned long long at_ms = CLOCK_NEVER_MS;

	for (int i = 0; i < MANY; i++)
		if (timers[i].place != 0 && timers[i].at_ms < at_ms)
			at_ms = timers[i].at_ms;
	return at_ms;
}

/* Set, set again and unset by chance. */
START_TEST(is_always_right)
{
	struct timers t = { NULL, 0, 0 };
	struct timer  timers[MANY] = { { 0, 0 } };

	srand((unsigned)_i);
	for (int i = 0; i < 20000; i++) {
		struct timer *one = &timers[rand() % MANY];

		if (rand() % 3 == 0) {
			timers_unset(&t, one);
			ck_assert_uint_eq(one->place, 0);
		} else {
			ck_assert_int_eq(
			    timers_set(&t, one, (unsigned long long)(rand() % 1000)), 0);
		}
		if (t.n > 0)
			ck_assert_uint_eq(timers_first(&t)->at_ms, earliest(timers));
	}
	timers_finish(&t);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("timers");

	TEST(s, begins_empty);
	TEST(s, has_the_earliest_first);
	TESTS(s, is_always_right, 5);
	return unit_run(s);
}
