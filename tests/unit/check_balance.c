/* SPDX-License-Identifier: MIT */
/* check_balance.c - tests balance.c */
#include "worker/balance.h"

#include <limits.h>

#include "common/scoreboard.h"
#include "unit.h"

/* Of the first, who asks, and of others. */
static const struct {
	int  connections[4];
	int  n_slots;
	bool is_above;
} boards[] = {
	{ { 0, 0, 0, 0 }, 4, false },
	{ { 4, 0, 0, 0 }, 4, false },
	{ { 5, 0, 9, 9 }, 4, true },
	{ { 5, 1, 9, 9 }, 4, false },
	{ { 5, 0, 0, 0 }, 1, false },
	{ { 5, 9, 0, 0 }, 2, false },
	{ { 12, 8, 8, 8 }, 4, false },
	{ { 13, 8, 8, 8 }, 4, false },
	{ { 14, 8, 8, 8 }, 4, true },
	{ { 1004, 1000, 1000, 1000 }, 4, false },
	{ { 1129, 1000, 2000, 2000 }, 4, false },
	{ { 1130, 1000, 2000, 2000 }, 4, true },
	/* whatever others write there */
	{ { 5, INT_MIN, 9, 9 }, 4, true },
	{ { 5, INT_MAX, 9, 9 }, 4, false },
	{ { 5, 0, 9, 9 }, INT_MAX, true },
	{ { 5, 9, 9, 9 }, INT_MIN, false },
};

START_TEST(knows_who_has_more)
{
	struct scoreboard *b = scoreboard_create();

	for (int i = 0; i < 4; i++) {
		b->slots[i].state = SLOT_IDLE;
		b->slots[i].connections = boards[_i].connections[i];
	}
	b->orders.n_slots = boards[_i].n_slots;
	ck_assert(balance_is_above(b->slots, &b->orders, &b->slots[0],
		      boards[_i].connections[0]) == boards[_i].is_above);
	scoreboard_destroy(b);
}
END_TEST

/* Nobody waits for who does not accept. */
START_TEST(counts_who_accepts)
{
	struct scoreboard *b = scoreboard_create();

	b->orders.n_slots = 2;
	b->slots[0].state = b->slots[1].state = SLOT_IDLE;
	ck_assert(balance_is_above(b->slots, &b->orders, &b->slots[0], 9));
	b->slots[1].leaving = 1;
	ck_assert(!balance_is_above(b->slots, &b->orders, &b->slots[0], 9));
	b->slots[1].leaving = 0;
	b->slots[1].state = SLOT_STARTING;
	ck_assert(!balance_is_above(b->slots, &b->orders, &b->slots[0], 9));
	b->slots[1].state = SLOT_BUSY;
	ck_assert(balance_is_above(b->slots, &b->orders, &b->slots[0], 9));
	slot_free(&b->slots[1]);
	ck_assert(!balance_is_above(b->slots, &b->orders, &b->slots[0], 9));
	scoreboard_destroy(b);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("balance");

	TABLE(s, knows_who_has_more, boards);
	TEST(s, counts_who_accepts);
	return unit_run(s);
}
