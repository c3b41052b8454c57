/* SPDX-License-Identifier: MIT */
/* check_hang.c - tests hang.c's rule */
#include "master/hang.h"

#include "unit.h"

#define MOST_MS 1000

/* What is seen of one worker, look by look. */
static const struct look {
	unsigned           turn;
	unsigned long long now_ms;
	bool               late;
	enum hang_verdict  verdict;
} looks[][8] = {
	/* it works for too long, and does not end by SIGABRT */
	{ { 7, 1000, false, HANG_NO }, { 7, 1999, false, HANG_NO },
	    { 7, 2000, false, HANG_ABORT }, { 7, 2500, false, HANG_NO },
	    { 7, 2000 + HANG_KILL_MS - 1, false, HANG_NO },
	    { 7, 2000 + HANG_KILL_MS, false, HANG_KILL } },
	/* it goes on, and it does not help */
	{ { 7, 1000, false, HANG_NO }, { 7, 3000, false, HANG_ABORT },
	    { 9, 3100, false, HANG_NO }, { 9, 3000 + HANG_KILL_MS, true, HANG_KILL } },
	/* it waits */
	{ { 8, 1000, false, HANG_NO }, { 8, 9000, false, HANG_NO },
	    { 0, 10000, false, HANG_NO }, { 0, 90000, false, HANG_NO } },
	/* it has something else to do each time */
	{ { 1, 1000, false, HANG_NO }, { 3, 2000, false, HANG_NO },
	    { 5, 3000, false, HANG_NO }, { 5, 3999, false, HANG_NO },
	    { 6, 4000, false, HANG_NO }, { 7, 5000, false, HANG_NO } },
	/* nobody could look for a while */
	{ { 7, 1000, false, HANG_NO }, { 7, 9000, true, HANG_NO },
	    { 7, 9999, false, HANG_NO }, { 7, 10000, false, HANG_ABORT } },
	/* the last number before it begins again */
	{ { ~0U, 1000, false, HANG_NO }, { ~0U, 2000, false, HANG_ABORT } },
};

START_TEST(looks_again_and_again)
{
	struct hang hang = { 0 };

	for (const struct look *l = looks[_i]; l->now_ms != 0; l++)
		ck_assert_msg(
		    hang_note(&hang, l->turn, l->now_ms, MOST_MS, l->late) == l->verdict,
		    "at %llu", l->now_ms);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("hang");

	TABLE(suite, looks_again_and_again, looks);
	return unit_run(suite);
}
