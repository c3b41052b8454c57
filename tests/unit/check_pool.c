/* SPDX-License-Identifier: MIT */
/* check_pool.c - tests pool.c */
#include "master/pool.h"

#include <limits.h>

#include "unit.h"

static const struct {
	struct pool_rule  rule;
	struct pool_count count;
	int               missing;
} pools[] = {
	/* of fixed size, whatever they do */
	{ { 4, 4, 1, false }, { 0, 0, 0, false }, 4 },
	{ { 4, 4, 1, false }, { 3, 0, 0, false }, 1 },
	{ { 4, 4, 1, false }, { 0, 3, 0, true }, 1 },
	{ { 4, 4, 1, false }, { 1, 1, 2, true }, 0 },
	{ { 4, 4, 4, false }, { 0, 0, 4, true }, 0 },
	{ { 4, 4, 1, false }, { 0, 7, 0, false }, -3 },
	{ { 4, 4, 1, false }, { 0, 0, 7, false }, -3 },
	{ { 1024, 1024, 0, false }, { 0, 0, 0, false }, 1024 },
	/* that follow the load */
	{ { 2, 8, 2, false }, { 0, 0, 0, false }, 2 },
	{ { 2, 8, 2, false }, { 0, 2, 0, false }, 0 },
	{ { 2, 8, 2, false }, { 0, 1, 1, false }, 1 },
	{ { 2, 8, 2, false }, { 0, 0, 2, false }, 2 },
	{ { 2, 8, 2, false }, { 2, 0, 2, false }, 0 },
	{ { 2, 8, 2, false }, { 1, 0, 2, true }, 1 },
	{ { 2, 8, 2, false }, { 0, 0, 7, false }, 1 },
	{ { 2, 8, 2, false }, { 0, 0, 8, true }, 0 },
	{ { 2, 8, 2, false }, { 0, 3, 4, false }, -1 },
	{ { 2, 8, 2, false }, { 0, 8, 0, false }, -6 },
	{ { 2, 8, 2, false }, { 5, 3, 0, false }, -6 },
	{ { 2, 8, 8, false }, { 0, 0, 0, false }, 8 },
	{ { 2, 8, 8, false }, { 0, 7, 1, false }, 0 },
	{ { 6, 8, 1, false }, { 0, 3, 1, false }, 2 },
	{ { 6, 8, 1, false }, { 0, 6, 0, false }, 0 },
	/* without spare ones: only for who waits */
	{ { 2, 8, 0, false }, { 0, 0, 2, false }, 0 },
	{ { 2, 8, 0, false }, { 0, 0, 2, true }, 1 },
	{ { 2, 8, 0, false }, { 1, 0, 2, true }, 0 },
	{ { 2, 8, 0, false }, { 0, 1, 2, true }, 0 },
	{ { 2, 8, 0, false }, { 0, 2, 2, true }, -1 },
	{ { 2, 8, 0, false }, { 0, 0, 8, true }, 0 },
	/* and without anybody */
	{ { 0, 4, 0, false }, { 0, 0, 0, false }, 0 },
	{ { 0, 4, 0, false }, { 0, 0, 0, true }, 1 },
	{ { 0, 4, 0, false }, { 0, 1, 0, false }, -1 },
	{ { 0, 4, 1, false }, { 0, 0, 0, false }, 1 },
	{ { 0, 4, 1, false }, { 0, 1, 0, false }, 0 },
	/* a reload has lowered max, or raised min */
	{ { 1, 4, 1, false }, { 0, 0, 9, true }, -5 },
	{ { 1, 4, 2, false }, { 3, 3, 3, false }, -5 },
	{ { 7, 9, 1, false }, { 0, 2, 0, false }, 5 },
	/* all or none */
	{ { 0, 4, 0, true }, { 0, 0, 0, false }, 0 },
	{ { 0, 4, 0, true }, { 0, 0, 0, true }, 4 },
	{ { 0, 4, 0, true }, { 2, 0, 0, false }, 2 },
	{ { 0, 4, 0, true }, { 0, 3, 1, false }, 0 },
	{ { 0, 4, 0, true }, { 0, 2, 1, false }, 1 },
	{ { 0, 4, 0, true }, { 0, 4, 0, false }, -4 },
	{ { 0, 4, 0, true }, { 1, 4, 0, false }, -1 },
	/* what a table of slots cannot hold is no trouble */
	{ { 0, 1000, 1000, false }, { 0, 0, INT_MAX - 1000, false },
	    1000 - (INT_MAX - 1000) },
};

START_TEST(says_how_many_are_missing)
{
	ck_assert_int_eq(
	    pool_missing(&pools[_i].rule, &pools[_i].count), pools[_i].missing);
}
END_TEST

static const struct {
	int configured, extra, most, want;
} sizes[] = {
	{ 4, 0, 1024, 4 },
	{ 4, 1, 1024, 5 },
	{ 4, -3, 1024, 1 },
	{ 4, -4, 1024, 1 },
	{ 4, -100, 1024, 1 },
	{ 4, 1020, 1024, 1024 },
	{ 4, 1021, 1024, 1024 },
	{ 2000, 0, 1024, 1024 },
	{ 4, INT_MAX, 1024, 1024 },
	{ INT_MAX, INT_MAX, INT_MAX, INT_MAX },
	{ 1, INT_MIN, 1024, 1 },
};

START_TEST(keeps_within_limits)
{
	struct pool_rule rule = { sizes[_i].configured, sizes[_i].configured, 3, false };

	pool_resize(&rule, sizes[_i].extra, sizes[_i].most);
	ck_assert_int_eq(rule.min, sizes[_i].want);
	ck_assert_int_eq(rule.max, sizes[_i].want);
	ck_assert_int_eq(rule.spare, 3);
}
END_TEST

/* Who asks at which time with how many missing and starting, and is told to start how many. */
static const struct {
	int                missing, starting, room;
	unsigned long long now_ms;
	int                n;
} growths[][8] = {
	/* each step that is taken at once doubles the next, up to the most */
	{ { 1, 0, 99, 5, 1 }, { 1, 0, 98, 9, 2 }, { 1, 0, 96, 13, 4 },
	    { 2, 0, 92, 20, 8 }, { 1, 0, 84, 30, 16 }, { 1, 0, 68, 40, 32 },
	    { 1, 0, 68, 50, 32 } },
	/* but not beyond the room, nor below what is missing */
	{ { 2, 0, 9, 5, 2 }, { 1, 0, 3, 9, 3 }, { 5, 0, 4, 10, 4 },
	    { 40, 0, 99, 11, 40 } },
	/* a later one begins anew */
	{ { 3, 0, 99, 5, 3 }, { 1, 0, 99, 5 + POOL_GROW_MS, 1 },
	    { 1, 0, 99, 4 + 2 * POOL_GROW_MS, 2 } },
	/* while some start, only the missing are started, and the step stays */
	{ { 4, 0, 99, 5, 4 }, { 1, 4, 99, 6, 1 }, { 2, 5, 99, 7, 2 },
	    { 1, 0, 99, 8, 8 } },
};

START_TEST(grows_in_steps)
{
	struct pool_growth g = { 0, 0 };

	for (int i = 0; growths[_i][i].missing != 0; i++)
		ck_assert_int_eq(
		    pool_grow(&g, growths[_i][i].missing, growths[_i][i].starting,
			growths[_i][i].room, growths[_i][i].now_ms),
		    growths[_i][i].n);
}
END_TEST

static const struct {
	int                spared;
	unsigned long long now_ms;
	int                n;
} calms[][12] = {
	/* a quarter, rounded up, after the calm, and then each second */
	{ { 9, 1000, 0 }, { 9, 5999, 0 }, { 9, 6000, 3 }, { 6, 6500, 0 }, { 6, 7000, 2 },
	    { 4, 8000, 1 }, { 3, 9000, 1 }, { 2, 10000, 1 }, { 1, 11000, 1 } },
	/* of the fewest that were seen */
	{ { 9, 1000, 0 }, { 1, 2000, 0 }, { 9, 6000, 1 }, { 8, 6500, 0 },
	    { 8, 7000, 2 } },
	/* a moment without any begins it anew */
	{ { 9, 1000, 0 }, { 0, 5000, 0 }, { 9, 6000, 0 }, { 9, 10999, 0 },
	    { 9, 11000, 3 } },
	{ { 9, 1000, 0 }, { -2, 5000, 0 }, { 9, 6000, 0 }, { 9, 10000, 0 } },
};

START_TEST(shrinks_gently)
{
	struct pool_calm c = { 0, 0 };

	for (int i = 0; calms[_i][i].now_ms != 0; i++)
		ck_assert_int_eq(
		    pool_shrink(&c, calms[_i][i].spared, calms[_i][i].now_ms),
		    calms[_i][i].n);
}
END_TEST

static const struct {
	unsigned long long waiting, served, now_ms;
	bool               tells;
} fulls[][8] = {
	/* at the second look a second later, and then for a minute no more */
	{ { 5, 100, 1000, false }, { 5, 100, 1999, false }, { 5, 100, 2000, true },
	    { 5, 100, 3000, false }, { 5, 100, 61999, false }, { 5, 100, 62000, false },
	    { 5, 100, 63000, true } },
	/* not if they are served within a second, as fast as the others were */
	{ { 5, 100, 1000, false }, { 5, 104, 2000, true } },
	{ { 5, 100, 1000, false }, { 5, 105, 2000, false }, { 5, 109, 3000, true } },
	{ { 5, 100, 1000, false }, { 9, 108, 3000, true } },
	{ { 1, 100, 1000, false }, { 1, 100, 2000, true } },
	{ { 1, 100, 1000, false }, { 1, 101, 2000, false } },
	/* if nobody waits in between, it begins anew */
	{ { 5, 100, 1000, false }, { 0, 100, 1500, false }, { 5, 100, 2000, false },
	    { 5, 100, 3000, true } },
	/* workers may say that they served fewer than before */
	{ { 5, 100, 1000, false }, { 5, 0, 2000, false }, { 5, 0, 3000, true } },
};

START_TEST(tells_that_it_is_full)
{
	struct pool_full f = { 0, 0, 0 };

	for (int i = 0; fulls[_i][i].now_ms != 0; i++)
		ck_assert(pool_tells_full(&f, fulls[_i][i].waiting, fulls[_i][i].served,
			      fulls[_i][i].now_ms) == fulls[_i][i].tells);
}
END_TEST

START_TEST(replaces_a_quarter_at_most)
{
	ck_assert_int_eq(pool_worn_most(0), 1);
	ck_assert_int_eq(pool_worn_most(7), 1);
	ck_assert_int_eq(pool_worn_most(8), 2);
	ck_assert_int_eq(pool_worn_most(96), POOL_WORN_MOST);
	ck_assert_int_eq(pool_worn_most(1000), POOL_WORN_MOST);
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

	TABLE(s, says_how_many_are_missing, pools);
	TABLE(s, keeps_within_limits, sizes);
	TABLE(s, grows_in_steps, growths);
	TABLE(s, shrinks_gently, calms);
	TABLE(s, tells_that_it_is_full, fulls);
	TEST(s, replaces_a_quarter_at_most);
	TABLE(s, knows_who_died_young, deaths);
	TABLE(s, backs_off, backoffs);
	TEST(s, grows_with_every_step);
	TEST(s, bounds_the_deaths_of_a_second);
	return unit_run(s);
}
