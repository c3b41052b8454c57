/* SPDX-License-Identifier: MIT */
/* board.c - what a worker tells of itself on the scoreboard, and when it tells the master to look */
#include "worker/board.h"

#include <stdatomic.h>
#include <sys/random.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/scoreboard.h"

/* The news are full of others' bytes or nobody reads them: then the master looks anyway. */
static void
tell(const struct board *b, char what)
{
	(void)!write(b->news_fd, &what, 1);
}

void
board_init(struct board *b, struct slot *slot, const struct slot *slots,
    struct orders *orders, int news_fd, int most, long long recycle)
{
	unsigned chance = 0;

	*b = (struct board){ .slot = slot,
		.slots = slots,
		.orders = orders,
		.news_fd = news_fd,
		.most = most };
	if (recycle == 0)
		return;
	(void)!getrandom(&chance, sizeof chance, GRND_NONBLOCK);
	b->worn_at =
	    (unsigned long long)recycle - chance % ((unsigned long long)recycle / 4 + 1);
}

void
board_ready(struct board *b)
{
	slot_wait(b->slot);
	slot_set_state(b->slot, SLOT_IDLE, clock_ms());
	tell(b, 'r');
}

void
board_needed(struct board *b, bool is_needed)
{
	slot_wait(b->slot);
	slot_set_state(b->slot, is_needed ? SLOT_BUSY : SLOT_IDLE, clock_ms());
	tell(b, 'n');
}

void
board_begin(struct board *b, unsigned long long now_ms)
{
	slot_set_connections(b->slot, ++b->n, now_ms);
	if (b->n == b->most && slot_set_busy(b->slot, b->orders))
		tell(b, 'b');
}

void
board_end(struct board *b, unsigned long long in, unsigned long long out)
{
	bool is_worn = b->worn_at > 0 && atomic_load(&b->slot->served) + 1 >= b->worn_at;

	if (is_worn)
		atomic_store(&b->slot->worn, 1);
	/* In this order nobody sees it twice, as served and being served. */
	slot_set_connections(b->slot, --b->n, clock_ms());
	if (b->n == b->most - 1)
		slot_set_idle(b->slot, b->orders);
	slot_count(b->slot, in, out);
	if (is_worn) {
		b->worn_at = 0; /* once is enough */
		tell(b, 'w');
	}
}
