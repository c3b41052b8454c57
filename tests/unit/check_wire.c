/* SPDX-License-Identifier: MIT */
/* check_wire.c - tests wire.c */
#include "common/wire.h"

#include <limits.h>

#include "unit.h"

START_TEST(gives_back_what_was_put)
{
	struct wire w = { .bytes = NULL };
	char        bytes[3] = "", *s;

	wire_put_number(&w, -5);
	wire_put_string(&w, "text");
	wire_put_string(&w, NULL);
	wire_put_string(&w, "");
	wire_put(&w, "abc", 3);
	wire_put_number(&w, LLONG_MAX);
	ck_assert_int_eq(wire_take_number(&w, -5, 5), -5);
	s = wire_take_string(&w);
	ck_assert_str_eq(s, "text");
	free(s);
	ck_assert_ptr_null(wire_take_string(&w));
	s = wire_take_string(&w);
	ck_assert_str_eq(s, "");
	free(s);
	wire_take(&w, bytes, 3);
	ck_assert_int_eq(memcmp(bytes, "abc", 3), 0);
	ck_assert(!wire_is_done(&w));
	ck_assert_int_eq(wire_take_number(&w, LLONG_MIN, LLONG_MAX), LLONG_MAX);
	ck_assert(wire_is_done(&w));
	wire_finish(&w);
	ck_assert_uint_eq(w.size, 0);
}
END_TEST

START_TEST(is_bad_once_something_is_not_there)
{
	struct wire w = { .bytes = NULL };
	char        bytes[9] = "xyz";

	wire_put_number(&w, 1);
	wire_take(&w, bytes, 9);
	ck_assert(w.bad);
	ck_assert_str_eq(bytes, "");
	ck_assert_int_eq(wire_take_number(&w, 0, 9), 0);
	ck_assert_ptr_null(wire_take_string(&w));
	ck_assert_uint_eq(wire_take_count(&w), 0);
	ck_assert(!wire_is_done(&w));
	wire_finish(&w);
}
END_TEST

static const struct {
	long long n, min, max;
	bool      bad;
} numbers[] = {
	{ 1, 1, 1, false },
	{ 0, 1, 1, true },
	{ 2, 1, 1, true },
	{ LLONG_MIN, -1, 1, true },
	{ LLONG_MAX, -1, 1, true },
	{ -1, -1, 1, false },
};

START_TEST(keeps_numbers_in_range)
{
	struct wire w = { .bytes = NULL };
	long long   n;

	wire_put_number(&w, numbers[_i].n);
	n = wire_take_number(&w, numbers[_i].min, numbers[_i].max);
	ck_assert_int_eq(w.bad, numbers[_i].bad);
	ck_assert_int_eq(n, numbers[_i].bad ? 0 : numbers[_i].n);
	wire_finish(&w);
}
END_TEST

static const long long lengths[] = { -2, LLONG_MIN, 4, 5, LLONG_MAX };

START_TEST(refuses_strings_longer_than_what_is_left)
{
	struct wire w = { .bytes = NULL };

	wire_put_number(&w, lengths[_i]);
	wire_put(&w, "abc", 3);
	ck_assert_ptr_null(wire_take_string(&w));
	ck_assert(w.bad);
	wire_finish(&w);
}
END_TEST

START_TEST(counts_no_more_than_what_is_left)
{
	struct wire w = { .bytes = NULL };

	wire_put_number(&w, 3);
	wire_put(&w, "abc", 3);
	ck_assert_uint_eq(wire_take_count(&w), 3);
	wire_finish(&w);
	wire_put_number(&w, 4);
	wire_put(&w, "abc", 3);
	ck_assert_uint_eq(wire_take_count(&w), 0);
	ck_assert(w.bad);
	wire_finish(&w);
}
END_TEST

START_TEST(grows)
{
	struct wire w = { .bytes = NULL };

	for (int i = 0; i < 10000; i++)
		wire_put_number(&w, i);
	for (int i = 0; i < 10000; i++)
		ck_assert_int_eq(wire_take_number(&w, 0, 10000), i);
	ck_assert(wire_is_done(&w));
	wire_finish(&w);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("wire");

	TEST(suite, gives_back_what_was_put);
	TEST(suite, is_bad_once_something_is_not_there);
	TABLE(suite, keeps_numbers_in_range, numbers);
	TABLE(suite, refuses_strings_longer_than_what_is_left, lengths);
	TEST(suite, counts_no_more_than_what_is_left);
	TEST(suite, grows);
	return unit_run(suite);
}
