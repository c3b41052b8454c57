/* SPDX-License-Identifier: MIT */
/* check_xalloc.c - tests xalloc.c, and what wire.c does when memory is short */
#include "common/xalloc.h"

#include <stdint.h>
#include <sys/wait.h>
#include <sysexits.h>

#include "common/wire.h"
#include "unit.h"

/* More than any machine has, and less than what is an error by itself. */
#define TOO_MUCH (PTRDIFF_MAX / 2)

#if defined(__SANITIZE_ADDRESS__)
const char *__asan_default_options(void);

const char *
__asan_default_options(void)
{
	return "allocator_may_return_null=1";
}
#endif

static void
allocate_too_much(void)
{
	free(xcalloc(1, TOO_MUCH));
}

static void
grow_too_much(void)
{
	free(xrealloc(NULL, TOO_MUCH, 1));
}

static void (*const ways[])(void) = { allocate_too_much, grow_too_much };

/* With a reserve it is tried once more; that is not enough here. */
START_TEST(ends_without_memory)
{
	int   status;
	pid_t pid = fork();

	if (pid == 0) {
		ck_assert_int_eq(xalloc_reserve(1 << 20), 0);
		ways[_i]();
		_exit(0);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert(WIFEXITED(status));
	ck_assert_int_eq(WEXITSTATUS(status), EX_OSERR);
}
END_TEST

START_TEST(is_never_short_without_a_reserve)
{
	ck_assert(!xalloc_is_short());
	free(xcalloc(1, 1));
	ck_assert(!xalloc_is_short());
}
END_TEST

START_TEST(is_short_without_the_reserve_it_asked_for)
{
	struct wire w = { .bytes = NULL };

	wire_put_number(&w, 1);
	wire_put_number(&w, 2);
	wire_put_number(&w, 3);
	ck_assert_int_eq(xalloc_reserve(TOO_MUCH), -1);
	ck_assert(xalloc_is_short());
	ck_assert_int_eq(wire_take_number(&w, 0, 9), 0);
	ck_assert(w.bad && w.lacks_memory);
	ck_assert_int_eq(xalloc_reserve(1), 0);
	ck_assert(!xalloc_is_short());
	ck_assert_int_eq(xalloc_reserve(TOO_MUCH), 0); /* there is one */
	ck_assert(!wire_is_done(&w));
	wire_finish(&w);
}
END_TEST

/* What is long is asked for in a way that may fail. */
START_TEST(a_wire_without_memory_is_bad)
{
	struct wire w = { .bytes = NULL };

	ck_assert_ptr_null(wire_make_room(&w, TOO_MUCH, 1));
	ck_assert(w.bad && w.lacks_memory);
	wire_put_number(&w, 1);
	ck_assert_uint_eq(w.size, 0);
	wire_finish(&w);
	ck_assert(!w.bad && !w.lacks_memory);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("xalloc");

	TABLE(s, ends_without_memory, ways);
	TEST(s, is_never_short_without_a_reserve);
	TEST(s, is_short_without_the_reserve_it_asked_for);
	TEST(s, a_wire_without_memory_is_bad);
	return unit_run(s);
}
