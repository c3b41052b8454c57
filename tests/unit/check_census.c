/* SPDX-License-Identifier: MIT */
/* check_census.c - tests census.c */
#include "common/census.h"

#include <signal.h>
#include <sys/wait.h>
#include <time.h>

#include "unit.h"

#define OWNER  4711
#define SECOND 1000000ULL

static struct census *census;

static void
prepare(size_t connections, size_t most)
{
	census = census_create(connections, most);
	ck_assert_ptr_nonnull(census);
}

static uint64_t
source(unsigned n)
{
	return census_source(census, &n, sizeof n);
}

START_TEST(counts_each_source)
{
	long cells[3][5];

	prepare(100, 4);
	for (size_t n = 1; n <= 5; n++)
		for (unsigned s = 0; s < 3; s++)
			ck_assert_uint_eq(
			    census_enter(census, source(s), OWNER, &cells[s][n - 1]), n);
	ck_assert_uint_eq(census_count(census), 15);
	census_leave(census, cells[1][2], OWNER);
	ck_assert_uint_eq(census_enter(census, source(0), OWNER, &cells[0][0]), 6);
	ck_assert_uint_eq(census_enter(census, source(1), OWNER, &cells[1][2]), 5);
	census_destroy(census);
}
END_TEST

/* Of others nothing, and nothing that is not there. */
START_TEST(leaves_alone)
{
	long cell, none;

	prepare(100, 4);
	ck_assert_uint_eq(census_enter(census, source(1), OWNER, &cell), 1);
	census_leave(census, cell, OWNER + 1);
	ck_assert_uint_eq(census_count(census), 1);
	census_bury(census, OWNER + 1);
	ck_assert_uint_eq(census_count(census), 1);
	census_leave(census, -1, OWNER);
	census_leave(census, 1L << 40, OWNER);
	ck_assert_uint_eq(census_enter(census, source(2), OWNER + 1, &none), 1);
	census_bury(census, OWNER);
	ck_assert_uint_eq(census_count(census), 1);
	ck_assert_uint_eq(census_enter(census, source(1), OWNER, &cell), 1);
	census_destroy(census);
}
END_TEST

/* What has no cell is not counted, and nobody is refused for others. */
START_TEST(is_lax_when_full)
{
	long   cell = 0;
	size_t n = 0;

	prepare(1, 4);
	while (n < 100000 && cell != -1) {
		(void)census_enter(census, source((unsigned)n), OWNER, &cell);
		n++;
	}
	ck_assert_int_eq(cell, -1);
	ck_assert_uint_ge(n, CENSUS_WINDOW);
	for (unsigned s = 200000; s < 200100; s++)
		ck_assert_uint_le(census_enter(census, source(s), OWNER, &cell), 1);
	census_bury(census, OWNER);
	ck_assert_uint_eq(census_count(census), 0);
	census_destroy(census);
}
END_TEST

/* As many as it is made for, however they are spread. */
START_TEST(has_room)
{
	static const struct {
		size_t connections, most;
	} sizes[] = { { 16, 4 }, { 1000, 1000 }, { 4000, 50 }, { 40000, 32768 } };
	long cell;

	for (size_t i = 0; i < COUNT(sizes); i++) {
		prepare(sizes[i].connections, sizes[i].most);
		ck_assert(census_fits(census, sizes[i].connections, sizes[i].most));
		ck_assert(
		    !census_fits(census, 100 * sizes[i].connections, sizes[i].most));
		for (size_t n = 1; n <= sizes[i].most; n++) {
			ck_assert_uint_eq(
			    census_enter(census, source(1), OWNER, &cell), n);
			ck_assert_int_ne(cell, -1);
		}
		census_bury(census, OWNER);
		for (unsigned s = 0; s < sizes[i].connections; s++) {
			ck_assert_uint_eq(
			    census_enter(census, source(s), OWNER, &cell), 1);
			ck_assert_int_ne(cell, -1);
		}
		census_destroy(census);
	}
}
END_TEST

START_TEST(is_shared)
{
	struct census *other;
	long           cell;

	prepare(10, 4);
	other = census_share(census);
	if (fork() == 0) {
		census_enter(census, source(1), OWNER, &cell);
		_exit(0);
	}
	wait(NULL);
	census_destroy(census);
	ck_assert_uint_eq(census_count(other), 1);
	census_destroy(other);
	census_destroy(NULL);
}
END_TEST

static const struct {
	struct pace        pace;
	unsigned long long every_us; /* they come */
	int                n, come;  /* and so many of them may */
} paces[] = {
	{ { 10, SECOND }, 0, 100, 10 },
	{ { 1, SECOND }, 0, 5, 1 },
	{ { 10, SECOND }, SECOND / 10, 1000, 1000 },
	{ { 10, SECOND }, SECOND / 20, 200, 109 }, /* the first second's, and then half */
	{ { 1, 3600 * SECOND }, SECOND, 3600, 1 },
	{ { 1, 3600 * SECOND }, SECOND, 3602, 2 },
	{ { 1000000, SECOND }, 1, 3000000, 3000000 },
	{ { 1000000, SECOND }, 0, 1000001, 1000000 },
	{ { 600, 60 * SECOND }, 0, 1000, 600 },
};

/* At any time of the clock, also where its numbers begin again. */
START_TEST(keeps_the_pace)
{
	static const unsigned long long begins[] = { 0, 1, 12345678901ULL,
		(1ULL << 52) - SECOND / 2, (1ULL << 56) + 17 };
	int                             come;

	for (size_t b = 0; b < COUNT(begins); b++) {
		prepare(0, 0);
		come = 0;
		for (int i = 0; i < paces[_i].n; i++)
			come += census_come(census, source(1), &paces[_i].pace,
			    begins[b] + (unsigned long long)i * paces[_i].every_us);
		ck_assert_int_eq(come, paces[_i].come);
		ck_assert(census_come(census, source(2), &paces[_i].pace, begins[b]));
		census_destroy(census);
	}
}
END_TEST

/* More sources than there are entries: none is refused for another, and who stays is known. */
START_TEST(forgets_rather_than_refuses)
{
	static const struct pace pace = { 2, SECOND };
	unsigned long long       now = 77 * SECOND;

	prepare(0, 0);
	for (unsigned s = 0; s < 200000; s++) {
		ck_assert(census_come(census, source(s), &pace, now));
		ck_assert(census_come(census, source(s), &pace, now));
		ck_assert(!census_come(census, source(s), &pace, now));
	}
	census_destroy(census);
}
END_TEST

START_TEST(takes_together)
{
	static const struct pace pace = { 4, SECOND };
	unsigned long long       now = 5 * SECOND, us;

	prepare(0, 0);
	for (int i = 0; i < 4; i++)
		ck_assert_uint_eq(census_take(census, &pace, now), 0);
	us = census_take(census, &pace, now);
	ck_assert_uint_ge(us, SECOND / 4);
	ck_assert_uint_le(us, SECOND / 4 + 2);
	ck_assert_uint_gt(census_take(census, &pace, now + us - 5), 0);
	ck_assert_uint_eq(census_take(census, &pace, now + us), 0);
	ck_assert_uint_gt(census_take(census, &pace, now + us), 0);
	census_give_back(census, &pace);
	ck_assert_uint_eq(census_take(census, &pace, now + us), 0);
	census_destroy(census);
}
END_TEST

static void __attribute__((noreturn)) come_and_go(unsigned seed)
{
	pid_t me = getpid();
	long  cells[8];

	for (unsigned i = seed;; i++) {
		unsigned n = 1 + i % 8;

		for (unsigned j = 0; j < n; j++)
			(void)census_enter(census, source(i % 3), me, &cells[j]);
		for (unsigned j = 0; j < n; j++)
			census_leave(census, cells[j], me);
	}
}

/* Killed at any instruction, buried by the master: no mark stays. */
START_TEST(nothing_stays_of_the_killed)
{
	pid_t           pids[4] = { 0 };
	unsigned        deaths = 0;
	struct timespec moment = { 0, 0 };
	long            cell;

	prepare(64, 16);
	srand(1);
	for (int round = 0; round < 400; round++) {
		for (size_t i = 0; i < COUNT(pids); i++) {
			if (pids[i] != 0)
				continue;
			pids[i] = fork();
			if (pids[i] == 0)
				come_and_go((unsigned)round);
		}
		moment.tv_nsec = rand() % 500000;
		nanosleep(&moment, NULL);
		for (size_t i = 0; i < COUNT(pids); i++) {
			if (rand() % 2 != 0 && round < 399)
				continue;
			kill(pids[i], SIGKILL);
			ck_assert_int_eq(waitpid(pids[i], NULL, 0), pids[i]);
			census_bury(census, pids[i]);
			pids[i] = 0;
			deaths++;
		}
	}
	ck_assert_uint_gt(deaths, 400);
	ck_assert_uint_eq(census_count(census), 0);
	ck_assert_uint_eq(census_enter(census, source(1), OWNER, &cell), 1);
	census_destroy(census);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("census");

	TEST(suite, counts_each_source);
	TEST(suite, leaves_alone);
	TEST(suite, is_lax_when_full);
	TEST(suite, has_room);
	TEST(suite, is_shared);
	TABLE(suite, keeps_the_pace, paces);
	TEST(suite, forgets_rather_than_refuses);
	TEST(suite, takes_together);
	TEST(suite, nothing_stays_of_the_killed);
	return unit_run(suite);
}
