/* SPDX-License-Identifier: MIT */
/* check_scoreboard.c - tests scoreboard.c */
#include "common/scoreboard.h"

#include <limits.h>
#include <stdint.h>
#include <sys/wait.h>

#include "unit.h"

START_TEST(begins_empty)
{
	struct slot *slots = scoreboard_create();

	ck_assert_ptr_nonnull(slots);
	for (int i = 0; i < SCOREBOARD_SLOTS; i++)
		if (slots[i].state != SLOT_STARTING || slots[i].leaving ||
		    slots[i].served != 0)
			ck_abort_msg("slot %d is not empty", i);
	ck_assert_uint_eq((uintptr_t)&slots[1] % 128, 0);
	scoreboard_destroy(slots);
	scoreboard_destroy(NULL);
}
END_TEST

START_TEST(is_shared_with_children)
{
	struct slot *slots = scoreboard_create();
	pid_t        pid = fork();

	if (pid == 0) {
		slot_set_state(&slots[SCOREBOARD_SLOTS - 1], SLOT_BUSY, 4711);
		slot_count(&slots[SCOREBOARD_SLOTS - 1], 3, 5);
		slot_count(&slots[SCOREBOARD_SLOTS - 1], 4, ~0ULL);
		slot_count_dropped(&slots[SCOREBOARD_SLOTS - 1]);
		_exit(0);
	}
	ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
	ck_assert_int_eq(slots[SCOREBOARD_SLOTS - 1].state, SLOT_BUSY);
	ck_assert_uint_eq(slots[SCOREBOARD_SLOTS - 1].since_ms, 4711);
	ck_assert_uint_eq(slots[SCOREBOARD_SLOTS - 1].served, 2);
	ck_assert_uint_eq(slots[SCOREBOARD_SLOTS - 1].in, 7);
	ck_assert_uint_eq(slots[SCOREBOARD_SLOTS - 1].out, 4);
	ck_assert_uint_eq(slots[SCOREBOARD_SLOTS - 1].dropped, 1);
	ck_assert_uint_eq(slots[SCOREBOARD_SLOTS - 2].served, 0);
	slot_clear(&slots[SCOREBOARD_SLOTS - 1]);
	ck_assert_int_eq(slots[SCOREBOARD_SLOTS - 1].state, SLOT_STARTING);
	ck_assert_uint_eq(slots[SCOREBOARD_SLOTS - 1].in, 0);
	scoreboard_destroy(slots);
}
END_TEST

static const struct {
	int         state;
	const char *name;
} names[] = {
	{ SLOT_STARTING, "starting" },
	{ SLOT_IDLE, "idle" },
	{ SLOT_BUSY, "busy" },
	{ -1, "?" },
	{ 3, "?" },
	{ INT_MAX, "?" },
	{ INT_MIN, "?" },
};

START_TEST(names_states)
{
	ck_assert_str_eq(slot_state_name(names[_i].state), names[_i].name);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("scoreboard");

	TEST(s, begins_empty);
	TEST(s, is_shared_with_children);
	TABLE(s, names_states, names);
	return unit_run(s);
}
