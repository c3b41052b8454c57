/* SPDX-License-Identifier: MIT */
/* check_task.c - tests task.c */
#include "worker/task.h"

#include <errno.h>
#include <signal.h>
#include <sys/resource.h>

#include "unit.h"

#define MANY 200

static char     said[64];
static unsigned n_said;

static void
say(char c)
{
	said[n_said++] = c;
	said[n_said] = '\0';
}

/* Its letter three times, and another one in between. */
static void
speak(void *arg)
{
	volatile char c = *(const char *)arg; /* on the task's own stack */

	for (int i = 0; i < 3; i++) {
		say(c);
		task_wait();
	}
}

START_TEST(goes_on_where_it_was)
{
	char         letters[] = "ab";
	struct task *a = task_create(speak, &letters[0]);
	struct task *b = task_create(speak, &letters[1]);

	ck_assert_str_eq(said, "");
	for (int i = 0; i < 3; i++) {
		ck_assert(task_resume(a));
		ck_assert(task_resume(b));
	}
	ck_assert(!task_resume(b));
	ck_assert(!task_resume(a));
	ck_assert_str_eq(said, "ababab");
	task_trim(0);
}
END_TEST

static void
add(void *arg)
{
	volatile char room[16384]; /* more than a page */
	int          *sum = arg;

	for (size_t i = 0; i < sizeof room; i++)
		room[i] = (char)i;
	task_wait();
	for (size_t i = 0; i < sizeof room; i++)
		if (room[i] != (char)i)
			return;
	++*sum;
}

/* Stacks are used again, and given back. */
START_TEST(has_many)
{
	struct task *tasks[MANY];
	int          sum = 0;

	for (int round = 0; round < 3; round++) {
		for (int i = 0; i < MANY; i++) {
			tasks[i] = task_create(add, &sum);
			ck_assert_ptr_nonnull(tasks[i]);
			ck_assert(task_resume(tasks[i]));
		}
		for (int i = 0; i < MANY; i++)
			ck_assert(!task_resume(tasks[i]));
		ck_assert_int_eq(sum, (round + 1) * MANY);
		task_trim(round == 0 ? MANY : 7);
	}
	task_trim(0);
}
END_TEST

static void
nothing(void *arg)
{
	(void)arg;
}

/* Without a wait it is over at once. */
START_TEST(may_never_wait)
{
	for (int i = 0; i < 1000; i++)
		ck_assert(!task_resume(task_create(nothing, NULL)));
	task_trim(0);
}
END_TEST

static int
fall(volatile char *above, int depth)
{
	volatile char room[1024];

	room[0] = *above;
	return depth == 0 ? room[0] : fall(room, depth - 1) + room[0];
}

static void
fall_too_deep(void *arg)
{
	volatile char top = 1;

	(void)arg;
	(void)fall(&top, 1 << 20);
}

/* Its end is a fault, not another one's memory. */
START_TEST(ends_at_the_guard)
{
	task_resume(task_create(fall_too_deep, NULL));
}
END_TEST

START_TEST(fails_without_memory)
{
	struct rlimit none = { 0, RLIM_INFINITY };

	ck_assert_int_eq(setrlimit(RLIMIT_AS, &none), 0);
	ck_assert_ptr_null(task_create(nothing, NULL));
	ck_assert_int_eq(errno, ENOMEM);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("task");
	TCase *guard = tcase_create("guard");

	TEST(s, goes_on_where_it_was);
	TEST(s, has_many);
	TEST(s, may_never_wait);
#if !defined(__SANITIZE_ADDRESS__) /* which has its own way with both */
	TEST(s, fails_without_memory);
	tcase_add_test_raise_signal(guard, ends_at_the_guard, SIGSEGV);
#else
	(void)ends_at_the_guard;
	(void)fails_without_memory;
#endif
	suite_add_tcase(s, guard);
	return unit_run(s);
}
