/* SPDX-License-Identifier: MIT */
/* check_scoreboard.c - tests scoreboard.c */
#include "common/scoreboard.h"

#include <limits.h>
#include <netinet/in.h>
#include <stdint.h>
#include <sched.h>
#include <sys/un.h>
#include <sys/wait.h>

#include "common/address.h"
#include "unit.h"

START_TEST(begins_empty)
{
	struct scoreboard *board = scoreboard_create();
	struct slot       *slots;

	ck_assert_ptr_nonnull(board);
	slots = board->slots;
	for (int i = 0; i < SCOREBOARD_SLOTS; i++)
		if (slots[i].state != SLOT_FREE || slots[i].leaving ||
		    slots[i].served != 0)
			ck_abort_msg("slot %d is not empty", i);
	ck_assert_uint_eq((uintptr_t)&slots[1] % 128, 0);
	ck_assert_uint_eq((uintptr_t)&board->orders % 128, 0);
	ck_assert_uint_eq(sizeof *slots, 128);
	scoreboard_destroy(board);
	scoreboard_destroy(NULL);
}
END_TEST

START_TEST(is_shared_with_children)
{
	struct scoreboard *board = scoreboard_create();
	struct slot       *slots = board->slots;
	pid_t              pid = fork();

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
	scoreboard_destroy(board);
}
END_TEST

/* What a worker does, and for whom, in numbers that only it changes. */
START_TEST(tells_its_turn)
{
	struct slot          slot = { 0 };
	struct address       peer = { .size = sizeof(struct sockaddr_in6) }, got;
	struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)&peer.storage;
	unsigned             turn = slot_turn(&slot);

	ck_assert(!slot_turn_is_work(turn));
	ck_assert(!slot_get_peer(&slot, &got));
	*in6 = (struct sockaddr_in6){
		.sin6_family = AF_INET6, .sin6_port = htons(4711), .sin6_scope_id = 7
	};
	memset(&in6->sin6_addr, 0xfe, sizeof in6->sin6_addr);
	slot_work(&slot, &peer);
	ck_assert(slot_turn_is_work(slot_turn(&slot)));
	ck_assert(slot_get_peer(&slot, &got));
	ck_assert(address_same(&peer, &got));
	for (int i = 0; i < 5; i++) {
		turn = slot_turn(&slot);
		slot_work(&slot, NULL);
		ck_assert(slot_turn_is_work(slot_turn(&slot)));
		ck_assert_uint_ne(slot_turn(&slot), turn);
	}
	for (int i = 0; i < 2; i++) {
		slot_wait(&slot);
		ck_assert(!slot_turn_is_work(slot_turn(&slot)));
		ck_assert(slot_get_peer(&slot, &got));
		ck_assert(address_same(&peer, &got));
	}
	peer.storage.ss_family = AF_UNIX;
	peer.size = sizeof(struct sockaddr_un);
	slot_work(&slot, &peer);
	ck_assert(slot_get_peer(&slot, &got));
	ck_assert_int_eq(got.storage.ss_family, AF_UNIX);
	ck_assert_uint_eq(got.size, sizeof(sa_family_t));
}
END_TEST

static int
count_states(void *arg)
{
	struct scoreboard *board = arg;
	int                n = 0;

	for (int i = 0; i < 8; i++)
		n += board->slots[i].state == SLOT_IDLE;
	sched_yield(); /* much may happen before the number is used */
	return n;
}

static int n_idle;

static int
count(void *arg)
{
	(void)arg;
	return n_idle;
}

/* Fewer than two are idle: the first that notices says so, until the master looks again. */
START_TEST(tells_once_that_few_are_idle)
{
	struct scoreboard *board = scoreboard_create();
	struct slot       *slot = board->slots;
	struct orders     *o = &board->orders;

	ck_assert(!slot_set_busy(&slot[0], o));
	slot_set_idle(&slot[0], o);
	ck_assert_int_eq(o->idle, 0); /* nobody asked for it */
	n_idle = 3;
	orders_watch(o, 2, count, NULL);
	ck_assert_int_eq(o->idle, 3);
	ck_assert(!slot_set_busy(&slot[0], o));
	ck_assert_int_eq(slot[0].state, SLOT_BUSY);
	ck_assert(slot_set_busy(&slot[1], o));
	ck_assert(!slot_set_busy(&slot[2], o));
	ck_assert_int_eq(o->idle, 0);
	slot_set_idle(&slot[2], o);
	ck_assert_int_eq(slot[2].state, SLOT_IDLE);
	ck_assert(!slot_set_busy(&slot[2], o));
	n_idle = 1;
	orders_watch(o, 2, count, NULL);
	ck_assert(slot_set_busy(&slot[3], o));
	orders_watch(o, 0, count, NULL);
	ck_assert(!slot_set_busy(&slot[4], o));
	scoreboard_destroy(board);
}
END_TEST

/* Nobody reckons with them any more. */
START_TEST(leaves_out_who_leaves)
{
	struct scoreboard *board = scoreboard_create();
	struct slot       *slot = board->slots;

	n_idle = 0;
	orders_watch(&board->orders, 1, count, NULL);
	slot[0].worn = true;
	slot[1].leaving = true;
	for (int i = 0; i < 2; i++) {
		ck_assert(!slot_set_busy(&slot[i], &board->orders));
		slot_set_idle(&slot[i], &board->orders);
		ck_assert_int_eq(board->orders.idle, 0);
	}
	scoreboard_destroy(board);
}
END_TEST

/* One of eight that change all the time. */
static void
change(struct scoreboard *board, int i)
{
	for (int k = 0; k < 10000; k++) {
		slot_set_busy(&board->slots[i], &board->orders);
		slot_set_idle(&board->slots[i], &board->orders);
	}
}

/* They are counted at any time, but not any more when all are idle: it is never too high. */
START_TEST(is_never_too_high)
{
	struct scoreboard *board = scoreboard_create();

	for (int round = 0; round < 100; round++) {
		for (int i = 0; i < 8; i++) {
			board->slots[i].state = SLOT_IDLE;
			if (fork() == 0) {
				change(board, i);
				_exit(0);
			}
		}
		for (int k = 0; k < round; k++)
			orders_watch(&board->orders, 3, count_states, board);
		while (wait(NULL) > 0)
			;
		ck_assert_int_le(board->orders.idle, 8);
		orders_watch(&board->orders, 3, count_states, board);
		ck_assert_int_eq(board->orders.idle, 8);
	}
	scoreboard_destroy(board);
}
END_TEST

static const struct {
	int         state;
	const char *name;
} names[] = {
	{ SLOT_FREE, "?" },
	{ SLOT_STARTING, "starting" },
	{ SLOT_IDLE, "idle" },
	{ SLOT_BUSY, "busy" },
	{ -1, "?" },
	{ 4, "?" },
	{ INT_MAX, "?" },
	{ INT_MIN, "?" },
};

START_TEST(names_states)
{
	ck_assert_str_eq(slot_state_name(names[_i].state), names[_i].name);
}
END_TEST

START_TEST(keeps_a_status)
{
	struct scoreboard *board = scoreboard_create();
	char               text[SLOT_STATUS_TEXT], full[2 * SLOT_STATUS_TEXT];

	slot_get_status(&board->statuses[0], text);
	ck_assert_str_eq(text, "");
	slot_set_status(&board->statuses[0], "ready, 3 connections");
	slot_get_status(&board->statuses[0], text);
	ck_assert_str_eq(text, "ready, 3 connections");
	slot_get_status(&board->statuses[1], text);
	ck_assert_str_eq(text, "");
	memset(full, 'y', sizeof full - 1);
	full[sizeof full - 1] = '\0';
	slot_set_status(&board->statuses[0], full);
	slot_get_status(&board->statuses[0], text);
	ck_assert_uint_eq(strlen(text), SLOT_STATUS_TEXT - 1);
	/* Whoever writes there may write anything. */
	memset(&board->statuses[0], 0xff, sizeof board->statuses[0]);
	slot_get_status(&board->statuses[0], text);
	ck_assert_uint_eq(strlen(text), SLOT_STATUS_TEXT - 1);
	scoreboard_destroy(board);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("scoreboard");

	TEST(s, begins_empty);
	TEST(s, is_shared_with_children);
	TEST(s, tells_its_turn);
	TEST(s, tells_once_that_few_are_idle);
	TEST(s, leaves_out_who_leaves);
	TEST(s, is_never_too_high);
	TEST(s, keeps_a_status);
	TABLE(s, names_states, names);
	return unit_run(s);
}
