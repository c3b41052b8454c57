/* SPDX-License-Identifier: MIT */
/* check_pool.c - tests pool.c */
#include "master/pool.h"

#include <limits.h>

#include "unit.h"

START_TEST(says_how_many_are_missing)
{
	ck_assert_int_eq(pool_missing(4, 0), 4);
	ck_assert_int_eq(pool_missing(4, 3), 1);
	ck_assert_int_eq(pool_missing(4, 4), 0);
	ck_assert_int_eq(pool_missing(4, 7), -3);
	ck_assert_int_eq(pool_missing(1024, 0), 1024);
}
END_TEST

static const struct {
	int configured, extra, most, want;
} wants[] = {
	{ 4, 0, 1024, 4 },
	{ 4, 1, 1024, 5 },
	{ 4, -3, 1024, 1 },
	{ 4, -4, 1024, 1 },
	{ 4, -100, 1024, 1 },
	{ 4, 1020, 1024, 1024 },
	{ 4, 1021, 1024, 1024 },
	{ 0, 0, 1024, 1 },
	{ -1, 0, 1024, 1 },
	{ 2000, 0, 1024, 1024 },
	{ 4, INT_MAX, 1024, 1024 },
	{ INT_MAX, INT_MAX, INT_MAX, INT_MAX },
	{ 1, INT_MIN, 1024, 1 },
	{ INT_MIN, INT_MIN, 1024, 1 },
};

START_TEST(keeps_within_limits)
{
	ck_assert_int_eq(pool_want(wants[_i].configured, wants[_i].extra, wants[_i].most),
	    wants[_i].want);
}
END_TEST

static const struct {
	struct pool_death death;
	bool              young;
} deaths[] = {
	{ { false, 0, 0 }, true },
	{ { false, 0, POOL_YOUNG_MS }, true },
	{ { false, 0, 1000000 }, true },
	{ { false, 1, 0 }, true },
	{ { true, 0, 0 }, true },
	{ { true, 0, POOL_YOUNG_MS - 1 }, true },
	{ { true, 0, POOL_YOUNG_MS }, false },
	{ { true, 0, ~0ULL }, false },
	{ { true, 1, 0 }, false },
	{ { true, ~0ULL, 0 }, false },
};

START_TEST(knows_who_died_young)
{
	ck_assert(pool_died_young(&deaths[_i].death) == deaths[_i].young);
}
END_TEST

static const struct {
	unsigned before_ms, chance, next_ms;
} backoffs[] = {
	{ 0, 0, 100 },
	{ 0, 25, 75 },
	{ 0, 26, 100 },
	{ 75, 0, 150 },
	{ 100, 0, 200 },
	{ 100, 50, 150 },
	{ 100, 51, 200 },
	{ 100, UINT_MAX, 200 - UINT_MAX % 51 },
	{ 29999, 0, 59998 },
	{ 30000, 0, 60000 },
	{ 30001, 0, 60000 },
	{ 60000, 0, 60000 },
	{ 60000, 15000, 45000 },
	{ UINT_MAX, 0, 60000 },
	{ UINT_MAX / 2 + 1, 0, 60000 },
};

START_TEST(backs_off)
{
	ck_assert_uint_eq(pool_backoff_ms(backoffs[_i].before_ms, backoffs[_i].chance),
	    backoffs[_i].next_ms);
}
END_TEST

/* Each step is longer, whatever chance says, until the longest; and never much longer. */
START_TEST(grows_with_every_step)
{
	unsigned least = 0, most = 0, mixed = 0, before;

	for (unsigned step = 0; step < 40; step++) {
		before = mixed;
		least = pool_backoff_ms(least, UINT_MAX / 52 * 51);
		most = pool_backoff_ms(most, 0);
		mixed = pool_backoff_ms(mixed, step * 2654435761U);
		ck_assert_uint_le(most, POOL_BACKOFF_MOST_MS);
		ck_assert_uint_ge(mixed,
		    before < POOL_BACKOFF_MOST_MS / 2 ? before + before / 2 :
							POOL_BACKOFF_MOST_MS / 4 * 3);
		ck_assert_uint_le(mixed, POOL_BACKOFF_MOST_MS);
	}
	ck_assert_uint_ge(least, POOL_BACKOFF_MOST_MS / 4 * 3);
	ck_assert_uint_eq(most, POOL_BACKOFF_MOST_MS);
}
END_TEST

/* A pool may die once, and some more, in any second; then none is started until its end. */
START_TEST(bounds_the_deaths_of_a_second)
{
	struct pool_second second = { 0, 0 };

	for (int i = 0; i < POOL_DEATHS_MOST + 4; i++)
		ck_assert(!pool_dies_fast(&second, 4, 5000 + i));
	ck_assert_uint_eq(second.end_ms, 6000);
	ck_assert(pool_dies_fast(&second, 4, 5999));
	ck_assert(pool_dies_fast(&second, 4, 5999));
	ck_assert(!pool_dies_fast(&second, 4, 6000));
	ck_assert_uint_eq(second.end_ms, 7000);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("pool");

	TEST(s, says_how_many_are_missing);
	TABLE(s, keeps_within_limits, wants);
	TABLE(s, knows_who_died_young, deaths);
	TABLE(s, backs_off, backoffs);
	TEST(s, grows_with_every_step);
	TEST(s, bounds_the_deaths_of_a_second);
	return unit_run(s);
}
