/* SPDX-License-Identifier: MIT */
/* check_trouble.c - tests trouble.c */
#include "handler/trouble.h"

#include "unit.h"

START_TEST(rests_longer_and_longer)
{
	static const long long rests[] = { 10, 20, 40, 80, 160, 320, 640, 1000, 1000 };
	struct trouble         t = { .n_young = 0 };

	unsigned long long now_ms = 1000;

	for (int i = 0; i < 9; i++)
		ck_assert_int_eq(trouble_note_end(&t, true, now_ms - 49, now_ms), 0);
	for (size_t i = 0; i < COUNT(rests); i++) {
		ck_assert_int_eq(trouble_note_end(&t, true, now_ms, now_ms), rests[i]);
		now_ms += (unsigned long long)rests[i];
	}
	ck_assert_int_eq(t.n_young, 18);
}
END_TEST

static const struct {
	bool               failed;
	unsigned long long lived_ms;
} good[] = { { false, 0 }, { false, 5000 }, { true, 50 } };

START_TEST(begins_anew_after_a_good_one)
{
	struct trouble t = { .n_young = 0 };

	for (int i = 0; i < 12; i++)
		(void)trouble_note_end(&t, true, 0, 0);
	ck_assert_int_eq(trouble_note_end(&t, good[_i].failed, 0, good[_i].lived_ms), 0);
	for (int i = 0; i < 9; i++)
		ck_assert_int_eq(trouble_note_end(&t, true, 0, 0), 0);
	ck_assert_int_eq(trouble_note_end(&t, true, 0, 0), 10);
}
END_TEST

START_TEST(rests_more_where_nothing_starts)
{
	static const long long rests[] = { 100, 200, 400, 800, 1600, 3200, 6400, 10000,
		10000 };
	struct trouble         t = { .n_young = 0 };

	unsigned long long now_ms = 0;

	for (size_t i = 0; i < COUNT(rests); i++) {
		ck_assert_int_eq(trouble_note_none(&t, now_ms), rests[i]);
		now_ms += (unsigned long long)rests[i];
	}
	ck_assert_int_eq(trouble_note_end(&t, false, 0, 0), 0);
	ck_assert_int_eq(trouble_note_none(&t, 0), 100);
}
END_TEST

START_TEST(rests_once_for_those_that_fail_together)
{
	struct trouble t = { .n_young = 0 };

	ck_assert_int_eq(trouble_note_none(&t, 1000), 100);
	ck_assert_int_eq(trouble_note_none(&t, 1000), 100);
	ck_assert_int_eq(trouble_note_none(&t, 1099), 1);
	ck_assert_int_eq(trouble_note_none(&t, 1100), 200);
	t = (struct trouble){ .n_young = 0 };
	for (int i = 0; i < 20; i++)
		ck_assert_int_eq(trouble_note_end(&t, true, 1000, 1020), i < 9 ? 0 : 10);
	ck_assert_int_eq(trouble_note_end(&t, true, 1000, 1030), 20);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("trouble");

	TEST(s, rests_longer_and_longer);
	TABLE(s, begins_anew_after_a_good_one, good);
	TEST(s, rests_more_where_nothing_starts);
	TEST(s, rests_once_for_those_that_fail_together);
	return unit_run(s);
}
