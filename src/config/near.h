/* SPDX-License-Identifier: MIT */
/* near.h - which word was meant */
#ifndef NEAR_H
#define NEAR_H

#include <stdbool.h>

/*
 * Is candidate as near to word as a typing mistake, and nearer than what *best was
 * before?  Start with *best = -1.
 */
bool near_better(const char *word, const char *candidate, int *best);

#endif
