/* SPDX-License-Identifier: MIT */
/* check_log_skip.c - tests log_skip.c */
#include "common/log_skip.h"

#include "unit.h"

static struct log_counts counts;

/* Of n lines, how many are made. */
static int
n_made(unsigned kind, const char *line, int n, unsigned long long now_ms)
{
	int made = 0;

	for (; n > 0; n--)
		if (!log_skip(kind, now_ms)) {
			log_skip_note(&counts, kind, line, now_ms);
			made++;
		}
	return made;
}

START_TEST(skips_what_is_too_much)
{
	unsigned long long key = log_key(7, "a: x");

	ck_assert_int_eq(n_made(7, "a: x", 100, 1000), LOG_LINES);
	ck_assert_int_eq(n_made(7, "a: y", 1, 1999), 0);
	ck_assert_int_eq(n_made(0, "a: x", 100, 1000), 100);
	ck_assert_int_eq(n_made(8, "a: x", 3, 1000), 3);
	ck_assert_uint_eq(log_skip_take(&counts, key), 100 - LOG_LINES + 1);
	ck_assert_uint_eq(log_skip_take(&counts, key), 0);
	ck_assert_uint_eq(log_skip_take(&counts, log_key(8, "a: x")), 0);
	ck_assert_int_eq(n_made(7, "a: x", 100, 2000), LOG_LINES);
	log_skip_forget();
	ck_assert_int_eq(n_made(7, "b: x", 1, 2000), 1);
}
END_TEST

START_TEST(has_a_key_for_each_kind_and_service)
{
	ck_assert(log_key(1, "a: x") == log_key(1, "a: y: z"));
	ck_assert(log_key(1, "a: x") != log_key(1, "b: x"));
	ck_assert(log_key(1, "a: x") != log_key(2, "a: x"));
	ck_assert(log_key(1, "no name") != 0);
}
END_TEST

START_TEST(makes_all_where_there_is_no_room)
{
	for (unsigned long long key = 1; key <= LOG_SKIPPED; key++)
		ck_assert_ptr_nonnull(log_skip_place(&counts, key * 2 + 1));
	ck_assert_ptr_eq(log_skip_place(&counts, 3), log_skip_place(&counts, 3));
	ck_assert_ptr_null(log_skip_place(&counts, 1));
	ck_assert_uint_eq(log_skip_take(&counts, 1), 0);
	ck_assert_int_eq(n_made(7, "a: x", 100, 1000), 100);
}
END_TEST

/* More kinds at once than one keeps an eye on: none of the others is skipped. */
START_TEST(makes_all_of_too_many_kinds)
{
	for (unsigned kind = 1; kind <= 100; kind++)
		n_made(kind, "a: x", 1, 1000);
	ck_assert_int_eq(n_made(100, "a: x", 50, 1000), 50);
	ck_assert_int_eq(n_made(100, "a: x", 50, 2000), LOG_LINES);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("log_skip");

	TEST(suite, skips_what_is_too_much);
	TEST(suite, has_a_key_for_each_kind_and_service);
	TEST(suite, makes_all_where_there_is_no_room);
	TEST(suite, makes_all_of_too_many_kinds);
	return unit_run(suite);
}
