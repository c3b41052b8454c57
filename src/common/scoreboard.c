/* SPDX-License-Identifier: MIT */
/* scoreboard.c - shared memory of one service: a slot per worker, written by it alone */
#include "common/scoreboard.h"

#include <netinet/in.h>
#include <string.h>
#include <sys/mman.h>

#include "common/address.h"
#include "common/clock.h"

/* Only its worker writes to a slot, so no read-modify-write is needed. */
#define SET(field, value) atomic_store_explicit(&(field), (value), memory_order_relaxed)
#define GET(field)        atomic_load_explicit(&(field), memory_order_relaxed)

/* Who floods the hint with changes makes it wrong, no more. */
#define COUNTS_MOST 8

struct scoreboard *
scoreboard_create(void)
{
	void *p = mmap(NULL, sizeof(struct scoreboard), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	return p == MAP_FAILED ? NULL : p;
}

void
scoreboard_destroy(struct scoreboard *board)
{
	if (board != NULL)
		munmap(board, sizeof *board);
}

void
slot_clear(struct slot *slot)
{
	memset(slot, 0, sizeof *slot);
	SET(slot->state, SLOT_STARTING);
	SET(slot->turn, 1);
	SET(slot->since_ms, clock_ms());
}

void
slot_free(struct slot *slot)
{
	SET(slot->state, SLOT_FREE);
}

bool
slot_is_accepting(const struct slot *slot)
{
	int state = GET(slot->state);

	return (state == SLOT_IDLE || state == SLOT_BUSY) && !GET(slot->leaving);
}

void
slot_set_state(struct slot *slot, enum slot_state state, unsigned long long now_ms)
{
	SET(slot->since_ms, now_ms);
	SET(slot->state, (int)state);
}

void
slot_set_connections(struct slot *slot, int n, unsigned long long now_ms)
{
	SET(slot->since_ms, now_ms);
	SET(slot->connections, n);
	SET(slot->claims, n);
}

/* Nobody reckons with those who leave. */
static bool
is_counted(const struct slot *slot, const struct orders *o)
{
	return atomic_load(&o->low) > 0 && !GET(slot->worn) && !GET(slot->leaving);
}

/*
 * The order of the two steps, here and below, is such that a count between them, which
 * orders_watch() puts in place of idle, makes that too low and never too high.
 */
bool
slot_set_busy(struct slot *slot, struct orders *o)
{
	atomic_store(&slot->state, SLOT_BUSY);
	return is_counted(slot, o) && atomic_fetch_sub(&o->idle, 1) <= GET(o->low) &&
	    !GET(o->told) && !atomic_exchange(&o->told, 1);
}

void
slot_set_idle(struct slot *slot, struct orders *o)
{
	if (is_counted(slot, o))
		atomic_fetch_add(&o->idle, 1);
	atomic_store(&slot->state, SLOT_IDLE);
}

void
slot_work(struct slot *slot, const struct address *peer)
{
	unsigned           turn = GET(slot->turn);
	unsigned long long words[SLOT_PEER_WORDS] = { 0 };

	if (peer != NULL) {
		memcpy(words, &peer->storage,
		    peer->size < sizeof words ? peer->size : sizeof words);
		for (int i = 0; i < SLOT_PEER_WORDS; i++)
			SET(slot->peer[i], words[i]);
	}
	atomic_store_explicit(&slot->turn, turn + 1 + (turn & 1), memory_order_release);
}

void
slot_wait(struct slot *slot)
{
	SET(slot->turn, (GET(slot->turn) + 1) & ~1U);
}

unsigned
slot_turn(const struct slot *slot)
{
	return atomic_load_explicit(&slot->turn, memory_order_acquire);
}

bool
slot_turn_is_work(unsigned turn)
{
	return turn & 1;
}

bool
slot_get_peer(const struct slot *slot, struct address *peer)
{
	unsigned           turn = slot_turn(slot);
	unsigned long long words[SLOT_PEER_WORDS];

	for (int i = 0; i < SLOT_PEER_WORDS; i++)
		words[i] = GET(slot->peer[i]);
	memset(peer, 0, sizeof *peer);
	memcpy(&peer->storage, words, sizeof words);
	switch (peer->storage.ss_family) {
	case AF_INET:
		peer->size = sizeof(struct sockaddr_in);
		break;
	case AF_INET6:
		peer->size = sizeof(struct sockaddr_in6);
		break;
	case AF_UNIX: /* a name is longer than there is room */
		peer->size = sizeof(sa_family_t);
		break;
	default: /* nor can others be told, and who lies may say anything */
		return false;
	}
	return slot_turn(slot) == turn;
}

void
slot_set_status(struct slot_status *status, const char *text)
{
	unsigned long long words[SLOT_STATUS_WORDS] = { 0 };
	size_t             length = strlen(text);

	memcpy(words, text, length < sizeof words ? length : sizeof words - 1);
	for (int i = 0; i < SLOT_STATUS_WORDS; i++)
		SET(status->words[i], words[i]);
}

void
slot_get_status(const struct slot_status *status, char *text)
{
	unsigned long long words[SLOT_STATUS_WORDS];

	for (int i = 0; i < SLOT_STATUS_WORDS; i++)
		words[i] = GET(status->words[i]);
	memcpy(text, words, sizeof words);
	text[sizeof words - 1] = '\0';
}

void
orders_watch(struct orders *o, int low, int (*count_idle)(void *), void *arg)
{
	int before;

	atomic_store(&o->told, 0);
	atomic_store(&o->low, low);
	for (int i = 0; low > 0 && i < COUNTS_MOST; i++) {
		before = atomic_load(&o->idle);
		if (atomic_compare_exchange_strong(&o->idle, &before, count_idle(arg)))
			return;
	}
	atomic_store(&o->idle, 0);
}

void
slot_count(struct slot *slot, unsigned long long in, unsigned long long out)
{
	SET(slot->served, GET(slot->served) + 1);
	SET(slot->in, GET(slot->in) + in);
	SET(slot->out, GET(slot->out) + out);
}

void
slot_count_dropped(struct slot *slot)
{
	SET(slot->dropped, GET(slot->dropped) + 1);
}

void
slot_count_refused(struct slot *slot)
{
	SET(slot->refused, GET(slot->refused) + 1);
}

/* Seen by all who look from now on, as they look after their own claim. */
void
slot_set_claims(struct slot *slot, int n)
{
	atomic_store(&slot->claims, n);
}

int
orders_n_slots(const struct orders *orders)
{
	int n = GET(orders->n_slots);

	return n < 0 || n > SCOREBOARD_SLOTS ? SCOREBOARD_SLOTS : n;
}

static long long
sum(const struct slot *slots, const struct orders *orders, bool of_claims)
{
	int       n = orders_n_slots(orders);
	long long all = 0;

	for (int i = 0; i < n; i++)
		if (GET(slots[i].state) != SLOT_FREE)
			all += atomic_load(
			    of_claims ? &slots[i].claims : &slots[i].connections);
	return all;
}

long long
slots_count_claims(const struct slot *slots, const struct orders *orders)
{
	return sum(slots, orders, true);
}

long long
slots_count_connections(const struct slot *slots, const struct orders *orders)
{
	return sum(slots, orders, false);
}

const char *
slot_state_name(int state)
{
	static const char *const names[] = { "?", "starting", "idle", "busy" };

	return state >= 0 && state < 4 ? names[state] : "?";
}
