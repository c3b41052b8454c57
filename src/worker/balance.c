/* SPDX-License-Identifier: MIT */
/* balance.c - who of a service's workers takes the next connection, where each may have many */
#include "worker/balance.h"

#include "common/scoreboard.h"

bool
balance_is_above(
    const struct slot *slots, const struct orders *orders, const struct slot *mine, int n)
{
	int n_slots = orders_n_slots(orders), least = n;

	if (n <= BALANCE_SLACK)
		return false;
	for (int i = 0; i < n_slots; i++) {
		int has = slot_is_accepting(&slots[i]) && &slots[i] != mine ?
		    atomic_load(&slots[i].connections) :
		    n;

		if (has < least)
			least = has < 0 ? 0 : has;
	}
	return n > least + least / 8 + BALANCE_SLACK;
}
