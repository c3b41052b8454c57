/* SPDX-License-Identifier: MIT */
/* balance.h - who of a service's workers takes the next connection, where each may have many */
#ifndef BALANCE_H
#define BALANCE_H

#include <stdbool.h>

struct orders;
struct slot;

/* Differences up to this, and up to an eighth, are none. */
#define BALANCE_SLACK 4

/*
 * Has the worker of mine, with n connections, clearly more than another one that accepts?
 * The slots are all that the service has.
 */
bool balance_is_above(
    const struct slot *slots, const struct orders *, const struct slot *mine, int n);

#endif
