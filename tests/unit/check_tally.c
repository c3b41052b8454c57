/* SPDX-License-Identifier: MIT */
/* check_tally.c - tests tally.c */
#include "sockc/tally.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

/* Latencies of good exchanges, ended by 0, and what is to be said of them. */
static const struct {
	unsigned long long us[12];
	unsigned           percent;
	unsigned long long expected_us;
} percentiles[] = {
	{ { 0 }, 50, 0 },
	{ { 7 }, 1, 7 },
	{ { 7 }, 100, 7 },
	{ { 1, 2, 3, 4 }, 50, 2 },
	{ { 4, 3, 2, 1 }, 51, 3 },
	{ { 1, 2, 3, 4 }, 100, 4 },
	{ { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 }, 90, 9 },
	{ { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 }, 91, 10 },
	{ { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 }, 99, 10 },
	{ { 255, 256 }, 50, 255 },
	{ { 256, 900 }, 50, 257 }, /* the end of its bucket */
	{ { 256, 256 }, 50, 256 }, /* but not above the longest */
	{ { 1000, 2000000 }, 50, 1003 },
	{ { 1000, 2000000 }, 100, 2000000 },
	{ { TALLY_LONGEST_US }, 50, TALLY_LONGEST_US },
	{ { TALLY_LONGEST_US + 1 }, 50, TALLY_LONGEST_US },
	{ { ~0ULL }, 50, TALLY_LONGEST_US },
};

START_TEST(gives_percentiles)
{
	struct tally t = { 0 };

	for (size_t i = 0; i < 12 && percentiles[_i].us[i] != 0; i++)
		tally_count(&t, OUTCOME_OK, percentiles[_i].us[i]);
	ck_assert_uint_eq(tally_percentile_us(&t, percentiles[_i].percent),
	    percentiles[_i].expected_us);
}
END_TEST

START_TEST(is_exact_to_one_in_128)
{
	for (unsigned long long us = 1; us < TALLY_LONGEST_US / 2; us += us / 300 + 1) {
		struct tally t = { 0 };

		tally_count(&t, OUTCOME_OK, us);
		tally_count(&t, OUTCOME_OK, TALLY_LONGEST_US);
		ck_assert_uint_ge(tally_percentile_us(&t, 50), us);
		ck_assert_uint_le(tally_percentile_us(&t, 50), us + us / 128);
	}
}
END_TEST

START_TEST(keeps_order_of_many)
{
	struct tally t = { 0 };

	for (unsigned long long i = 1; i <= 100000; i++)
		tally_count(&t, OUTCOME_OK, i * 37 % 100003);
	ck_assert_uint_eq(tally_finished(&t), 100000);
	for (unsigned percent = 2; percent <= 100; percent++)
		ck_assert_uint_ge(tally_percentile_us(&t, percent),
		    tally_percentile_us(&t, percent - 1));
	ck_assert_uint_eq(tally_percentile_us(&t, 100), t.longest_us);
}
END_TEST

START_TEST(counts_failures_apart)
{
	struct tally t = { 0 };

	tally_count(&t, OUTCOME_OK, 10);
	for (int i = OUTCOME_OK + 1; i < N_OUTCOMES; i++)
		tally_count(&t, i, 1000000);
	ck_assert_uint_eq(tally_finished(&t), N_OUTCOMES);
	ck_assert_uint_eq(tally_failed(&t), N_OUTCOMES - 1);
	ck_assert_uint_eq(tally_percentile_us(&t, 100), 10);
}
END_TEST

/* How many of each outcome there are, all good ones of 400 µs, in so long. */
static const struct {
	unsigned           n[N_OUTCOMES];
	unsigned long long elapsed_us;
	const char        *expected;
} prints[] = {
	{ { 0 }, 0,
	    "exchanges: 0\n"
	    "failed: 0 (refused 0, reset 0, timeout 0, short 0, other 0)\n"
	    "rate: 0/s\n"
	    "latency: none\n" },
	{ { 1000 }, 2000000,
	    "exchanges: 1000\n"
	    "failed: 0 (refused 0, reset 0, timeout 0, short 0, other 0)\n"
	    "rate: 500/s\n"
	    "latency: p50 0.40 ms, p90 0.40 ms, p99 0.40 ms, max 0.40 ms\n" },
	{ { 10, 1, 2, 3, 4, 5 }, 1000000,
	    "exchanges: 25\n"
	    "failed: 15 (refused 1, reset 2, timeout 3, short 4, other 5)\n"
	    "rate: 10/s\n"
	    "latency: p50 0.40 ms, p90 0.40 ms, p99 0.40 ms, max 0.40 ms\n" },
	{ { 0, 3 }, 1000000,
	    "exchanges: 3\n"
	    "failed: 3 (refused 3, reset 0, timeout 0, short 0, other 0)\n"
	    "rate: 0/s\n"
	    "latency: none\n" },
};

START_TEST(prints_four_lines)
{
	struct tally t = { 0 };
	char         text[TALLY_TEXT];

	for (int outcome = 0; outcome < N_OUTCOMES; outcome++)
		for (unsigned i = 0; i < prints[_i].n[outcome]; i++)
			tally_count(&t, outcome, 400);
	tally_print(&t, prints[_i].elapsed_us, text, sizeof text);
	ck_assert_str_eq(text, prints[_i].expected);
}
END_TEST

START_TEST(has_room_for_the_longest)
{
	struct tally t = { 0 };
	char         text[TALLY_TEXT];

	tally_count(&t, OUTCOME_OK, ~0ULL);
	for (int i = OUTCOME_OK; i < N_OUTCOMES; i++)
		t.outcomes[i] = ~0ULL / N_OUTCOMES;
	t.buckets[TALLY_BUCKETS - 1] = t.outcomes[OUTCOME_OK];
	tally_print(&t, 1, text, sizeof text);
	ck_assert_uint_lt(strlen(text), TALLY_TEXT - 1);
	ck_assert_int_eq(text[strlen(text) - 1], '\n');
}
END_TEST

#define N(table) (int)(sizeof table / sizeof *table)

static Suite *
tally_suite(void)
{
	Suite *suite = suite_create("tally");
	TCase *tests = tcase_create("tally");

	tcase_add_loop_test(tests, gives_percentiles, 0, N(percentiles));
	tcase_add_test(tests, is_exact_to_one_in_128);
	tcase_add_test(tests, keeps_order_of_many);
	tcase_add_test(tests, counts_failures_apart);
	tcase_add_loop_test(tests, prints_four_lines, 0, N(prints));
	tcase_add_test(tests, has_room_for_the_longest);
	suite_add_tcase(suite, tests);
	return suite;
}

int
main(void)
{
	SRunner *runner = srunner_create(tally_suite());
	int      n_failed;

	srunner_run_all(runner, CK_NORMAL);
	n_failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
