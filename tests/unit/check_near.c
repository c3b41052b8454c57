/* SPDX-License-Identifier: MIT */
/* check_near.c - tests near.c */
#include "config/near.h"

#include "unit.h"

static const struct {
	const char *word, *candidate;
	int         distance; /* -1: too far */
} words[] = {
	{ "workers", "workers", 0 },
	{ "worker", "workers", 1 },
	{ "workerss", "workers", 1 },
	{ "wurkers", "workers", 1 },
	{ "wrokers", "workers", 1 }, /* neighbours swapped */
	{ "workesr", "workers", 1 },
	{ "Workers", "workers", 1 },
	{ "wrkrs", "workers", 2 },
	{ "wrks", "workers", -1 },
	{ "timeout", "timeouts", 1 },
	{ "log_connection", "log_connections", 1 },
	{ "x", "y", 1 },
	{ "x", "yz", -1 },
	{ "", "a", 1 },
	{ "", "ab", -1 },
	{ "a", "", 1 },
	{ "abc", "xyz", -1 },
	{ "abcd", "abdc", 1 },
	{ "abcd", "badc", 2 },
	{ "abcd", "efgh", -1 },
	/* 40 letters, the longest; with one more it is no setting */
	{ "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
	    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 0 },
	{ "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab",
	    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", -1 },
	{ "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
	    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab", -1 },
};

START_TEST(measures)
{
	int best = -1;

	ck_assert(near_better(words[_i].word, words[_i].candidate, &best) ==
	    (words[_i].distance != -1));
	ck_assert_int_eq(best, words[_i].distance);
}
END_TEST

START_TEST(takes_the_first_of_the_nearest)
{
	int best = -1;

	ck_assert(near_better("groop", "groups", &best));
	ck_assert_int_eq(best, 2);
	ck_assert(near_better("groop", "group", &best));
	ck_assert_int_eq(best, 1);
	ck_assert(!near_better("groop", "droop", &best));
	ck_assert(!near_better("groop", "groups", &best));
	ck_assert_int_eq(best, 1);
	ck_assert(near_better("groop", "groop", &best));
	ck_assert_int_eq(best, 0);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("near");

	TABLE(s, measures, words);
	TEST(s, takes_the_first_of_the_nearest);
	return unit_run(s);
}
